"""Texts to vectors: any sentence-transformers model, compiled once and kept by its hash.

The first use converts the whole model (pooling and normalisation included) to OpenVINO and keeps
the result in the cache folder; later starts need neither torch nor transformers. Where conversion
fails, sentence-transformers itself does the work.
"""

from __future__ import annotations

import hashlib
import json
import os
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache, cached_property
from itertools import groupby
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, Protocol

from rag.errors import WeightsMissing
from rag.machine import core_count
from rag.types import Progress
from rag.weights import catalogue, weights_path
from rag.workspace import Workspace, cache_folder

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

FORMAT = 2
"""Part of the compiled model's name: raise it when the conversion changes."""
BATCH_TOKENS = 1024
"""Word pieces embedded at once, padding included: more gains nothing on two cores."""
MANY = 4 * BATCH_TOKENS
"""Word pieces from which on a stream for each core is quicker than all cores at one batch."""
WIDTH = 16
"""Texts are padded to a multiple of it, and only with their like: a text's vector in the last
decimals depends on its padding, and must not depend on what else is asked for. No slower."""

_MAKING = Lock()
"""Held while the engine is made: two threads must not make two."""


class Embedder(Protocol):
    """Anything that turns texts into vectors of length one."""

    name: str
    dimensions: int
    max_tokens: int

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors of shape (len(texts), dimensions), in input order, each of length one."""

    def count_tokens(self, text: str) -> int:
        """Word pieces of `text`, the model's own marks not counted."""


def load_embedder(workspace: Workspace, progress: Progress | None = None) -> Embedder:
    """The workspace's embedder.

    Raises:
        WeightsMissing: its weights are not here and cannot be fetched.
    """
    settings = workspace.settings
    if settings.embedder == "fake":
        from rag.fakes import FakeEmbedder

        return FakeEmbedder()
    given = Path(settings.embedder).expanduser()
    if settings.embedder in catalogue():
        folder = weights_path(settings.embedder, offline=settings.offline, progress=progress)
    elif given.is_dir():
        folder = given.resolve()
    else:
        known = ", ".join(n for n, e in catalogue().items() if e.kind == "embedder")
        raise WeightsMissing(
            f"No embedder `{settings.embedder}`.",
            hint=f"Set `embedder` to one of {known}, or to a sentence-transformers folder.",
        )
    return open_folder(folder, name=given.name, threads=settings.threads, progress=progress)


def open_folder(
    folder: Path, *, name: str, threads: int = 0, progress: Progress | None = None
) -> Embedder:
    """The sentence-transformers model in `folder`, compiled where that is possible."""
    compiled = cache_folder() / "compiled" / f"{name}-{_fingerprint(folder)}"
    if not (compiled / "model.xml").exists() and not _compile(folder, compiled, progress):
        return _Uncompiled(folder, name)
    return _Compiled(compiled, folder, name, threads)


def _fingerprint(folder: Path) -> str:
    """Sixteen hex digits of what decides the compiled model: weights by name, size and time."""
    from importlib.metadata import version

    parts = [f"format {FORMAT}", version("openvino")]
    for path in sorted(p for p in folder.rglob("*") if p.is_file() and p.suffix != ".md"):
        stat = path.stat()
        parts.append(f"{path.relative_to(folder).as_posix()} {stat.st_size} {stat.st_mtime_ns}")
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


def _compile(folder: Path, target: Path, progress: Progress | None) -> bool:
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
    import torch

    ov = _openvino()
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(folder), device="cpu", local_files_only=True).eval()

    class Whole(torch.nn.Module):
        def forward(self, input_ids: Any, attention_mask: Any) -> Any:
            given = {"input_ids": input_ids, "attention_mask": attention_mask}
            return model(given)["sentence_embedding"]

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
    }
    (draft / "about.json").write_text(json.dumps(about), encoding="utf-8")


def _openvino() -> Any:
    """OpenVINO with its telemetry off; it reads this variable when it is imported."""
    os.environ.setdefault("OPENVINO_TELEMETRY_ENABLE", "0")
    import openvino

    return openvino


class _Compiled:
    """A model that OpenVINO runs."""

    def __init__(self, compiled: Path, folder: Path, name: str, threads: int) -> None:
        from tokenizers import Tokenizer

        about = json.loads((compiled / "about.json").read_text(encoding="utf-8"))
        self.name = name
        self.dimensions: int = about["dimensions"]
        self.max_tokens: int = about["max_tokens"]
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(self.max_tokens)
        self._counter = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._counter.no_padding()
        self._counter.no_truncation()
        self._compiled, self._threads = compiled, threads
        self._one_at_a_time = Lock()  # its requests to the engine serve one thread

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors of shape (len(texts), dimensions), in input order, each of length one."""
        import numpy as np

        vectors = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        ids = [e.ids for e in self._tokenizer.encode_batch_fast(list(texts))]
        widths = [-(-len(i) // WIDTH) * WIDTH for i in ids]
        batches = _batches(widths)
        with self._one_at_a_time:
            if sum(widths) < MANY:
                for batch in batches:
                    vectors[batch] = self._model(
                        _padded([ids[i] for i in batch], widths[batch[0]])
                    )[0]
            else:
                self._streams.set_callback(
                    lambda request, batch: vectors.__setitem__(
                        batch, request.get_output_tensor(0).data
                    )
                )
                for batch in batches:
                    filled = _padded([ids[i] for i in batch], widths[batch[0]])
                    self._streams.start_async(filled, batch)
                self._streams.wait_all()
        return vectors

    @cached_property
    def _model(self) -> Any:
        """The engine with all cores at one batch, for a question."""
        return _load_compiled(self._compiled, self._threads)

    @cached_property
    def _streams(self) -> Any:
        """The engine with a stream for each core, for many batches.

        With all cores at one batch, as is quickest for a question, each waits for the slowest:
        beside a busy Python thread, as in indexing, that took 18.5 s where streams took 11.
        """
        cores = core_count(self._threads)
        model = _load_compiled(self._compiled, self._threads, streams=cores)
        return _openvino().AsyncInferQueue(model, cores + 1)

    def count_tokens(self, text: str) -> int:
        """Word pieces of `text`, the model's own marks not counted."""
        return len(self._counter.encode_batch_fast([text], add_special_tokens=False)[0].ids)


@cache
def _core() -> Any:
    """The one engine of this process, never given up.

    Its CPU plugin gives the thread that makes it a signal stack of its own and frees that memory
    where the last reference goes: in another thread, the first is left with a stack that is no
    longer there, and the next Ctrl-C ends the program with a fault of memory.
    """
    return _openvino().Core()


def _padded(ids: Sequence[Sequence[int]], width: int) -> list[NDArray[np.int64]]:
    """Tokens and mask, each of shape (texts, width)."""
    import numpy as np

    tokens = np.zeros((len(ids), width), dtype=np.int64)
    mask = np.zeros_like(tokens)
    for row, some in enumerate(ids):
        tokens[row, : len(some)] = some
        mask[row, : len(some)] = 1
    return [tokens, mask]


def _load_compiled(compiled: Path, threads: int, streams: int = 0) -> Any:
    with _MAKING:
        core = _core()
        fast = "BF16" in core.get_property("CPU", "OPTIMIZATION_CAPABILITIES")
    options: dict[str, Any] = {
        "CACHE_DIR": str(compiled / "cache"),
        "INFERENCE_PRECISION_HINT": "bf16" if fast else "f32",
        **({"NUM_STREAMS": str(streams)} if streams else {"PERFORMANCE_HINT": "LATENCY"}),
    }
    if threads:
        options["INFERENCE_NUM_THREADS"] = threads
    return core.compile_model(str(compiled / "model.xml"), "CPU", options)


def _batches(widths: Sequence[int]) -> list[list[int]]:
    """Indices of texts of one width, as many as are embedded at once."""
    batches: list[list[int]] = []
    for width, alike in groupby(
        sorted(range(len(widths)), key=widths.__getitem__), widths.__getitem__
    ):
        group, size = list(alike), max(1, BATCH_TOKENS // width)
        batches += [group[at : at + size] for at in range(0, len(group), size)]
    return batches


class _Uncompiled:
    """sentence-transformers itself, where a model cannot be compiled."""

    def __init__(self, folder: Path, name: str) -> None:
        from sentence_transformers import SentenceTransformer

        self.name = name
        self._model = SentenceTransformer(str(folder), device="cpu", local_files_only=True)
        self.dimensions = int(self._model.get_embedding_dimension())
        self.max_tokens = int(self._model.max_seq_length)

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors of shape (len(texts), dimensions), in input order, each of length one."""
        vectors: NDArray[np.float32] = self._model.encode(
            list(texts), normalize_embeddings=True, show_progress_bar=False
        )
        return vectors

    def count_tokens(self, text: str) -> int:
        """Word pieces of `text`, the model's own marks not counted."""
        return len(self._model.tokenizer(text, add_special_tokens=False)["input_ids"])
