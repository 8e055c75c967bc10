"""A sentence-transformers model to OpenVINO, once: later starts load what is kept."""

from __future__ import annotations

import hashlib
import json
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rag.embed.engine import openvino
from rag.types import Progress

FORMAT = 3
"""Part of the compiled model's name: raise it when the conversion changes."""


def fingerprint(folder: Path) -> str:
    """Sixteen hex digits of what decides the compiled model: weights by name, size and time."""
    from importlib.metadata import version

    parts = [f"format {FORMAT}", version("openvino")]
    for path in sorted(p for p in folder.rglob("*") if p.is_file() and p.suffix != ".md"):
        stat = path.stat()
        parts.append(f"{path.relative_to(folder).as_posix()} {stat.st_size} {stat.st_mtime_ns}")
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


def convert(folder: Path, target: Path, progress: Progress | None) -> bool:
    """Converts the model and keeps it in `target`; False where OpenVINO cannot."""
    from tempfile import TemporaryDirectory

    if progress:
        progress.start("Compiling the embedder (once)", None, "")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(dir=target.parent) as draft, _silence():
            _convert(folder, Path(draft))
            Path(draft).chmod(0o755)
            if not target.exists():
                Path(draft).rename(target)
                Path(draft).mkdir()  # the context manager removes what it made
        return True
    except (ImportError, RuntimeError, ValueError, TypeError):
        return False
    finally:
        if progress:
            progress.finish()


@contextmanager
def _silence() -> Iterator[None]:
    """Keeps the conversion's warnings and bars, which concern no user, off the terminal."""
    from transformers.utils import logging as library_logging

    logging: Any = library_logging
    level = logging.get_verbosity()
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.set_verbosity(level)
        logging.enable_progress_bar()


def _convert(folder: Path, draft: Path) -> None:
    """Writes the model with two outputs: a vector for each text, and one for each of its tokens."""
    import torch

    ov = openvino()
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(folder), device="cpu", local_files_only=True).eval()

    class Whole(torch.nn.Module):
        def forward(self, input_ids: Any, attention_mask: Any) -> Any:
            found = model({"input_ids": input_ids, "attention_mask": attention_mask})
            vectors = torch.nn.functional.normalize(found["sentence_embedding"], dim=1)
            return vectors, found["token_embeddings"]

    example = torch.ones((2, 16), dtype=torch.int64)
    whole = Whole()
    whole.model = model
    converted = ov.convert_model(
        whole, example_input={"input_ids": example, "attention_mask": example}
    )
    ov.save_model(converted, draft / "model.xml", compress_to_fp16=False)
    about = {
        "dimensions": model.get_embedding_dimension(),
        "max_tokens": model.max_seq_length,
        "mean": takes_the_mean(model),
    }
    (draft / "about.json").write_text(json.dumps(about), encoding="utf-8")


def takes_the_mean(model: Any) -> bool:
    """Whether a text's vector is the mean of its tokens', and nothing else is done to it."""
    from sentence_transformers.sentence_transformer.modules import Normalize, Pooling

    pooling = [m for m in model if isinstance(m, Pooling)]
    others = [m for m in list(model)[1:] if not isinstance(m, (Pooling, Normalize))]
    return len(pooling) == 1 and not others and pooling[0].pooling_mode == "mean"
