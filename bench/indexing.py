"""Indexing: documents a second beside the plain pipeline, and what the next runs take."""

from __future__ import annotations

import json
import shutil
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.measure import RAG, run
from rag.embed import load_embedder
from rag.index import Report, build
from rag.workspace import Workspace

PLAIN = """
import sys, time
from pathlib import Path
from langchain_text_splitters import RecursiveCharacterTextSplitter
from sentence_transformers import SentenceTransformer
import chromadb
from rag.weights import weights_path
folder, store = map(Path, sys.argv[1:3])
model = SentenceTransformer(str(weights_path("all-minilm-l6-v2")), device="cpu")
model.encode(["warm"])
began = time.perf_counter()
split = RecursiveCharacterTextSplitter(chunk_size=1000, chunk_overlap=200)
texts = [p.read_text(encoding="utf-8-sig", errors="replace") for p in sorted(folder.rglob("*.txt"))]
chunks = [c for t in texts for c in split.split_text(t)]
vectors = model.encode(chunks, batch_size=32, show_progress_bar=False)
collection = chromadb.PersistentClient(str(store)).create_collection("plain")
for i in range(0, len(chunks), 5000):
    part = slice(i, i + 5000)
    ids = [str(n) for n in range(i, min(i + 5000, len(chunks)))]
    collection.add(ids=ids, documents=chunks[part], embeddings=vectors[part].tolist())
print(time.perf_counter() - began, len(chunks))
"""


def rows(corpus: Path, limit: int) -> Iterator[tuple[str, str]]:
    """Figures on the `.txt` files of `corpus`, or on as many copies of the seeds."""
    with TemporaryDirectory() as folder:
        workspace = _workspace(Path(folder), corpus, limit)
        files = sorted(workspace.documents.rglob("*.txt"))
        first = run([*RAG, "--quiet", "--workspace", folder, "index", "--json"])
        report = json.loads(first.output[first.output.index("{") :])
        megabytes = sum(f.stat().st_size for f in files) / 1e6
        yield "documents", f"{len(files)} ({megabytes:.1f} MB)"
        yield (
            "first index",
            f"{report['seconds']:.1f} s, {report['passages_embedded']} passages embedded,"
            f" peak {first.megabytes:.0f} MB",
        )
        plain = run([sys.executable, "-c", PLAIN, str(workspace.documents), f"{folder}/plain"])
        seconds, chunks = plain.output.split()[-2:]
        yield "plain pipeline, the same texts", f"{float(seconds):.1f} s, {chunks} chunks"
        yield "plain / ours", f"{float(seconds) / report['seconds']:.1f}"
        yield "nothing changed", _words(_timed(workspace))
        text = files[0].read_text(encoding="utf-8-sig", errors="replace")
        files[0].write_text(text + "\n\nOne more sentence was added here.\n", encoding="utf-8")
        yield "one file changed", _words(_timed(workspace))
        _rename(workspace.documents, files[1:51])
        yield f"{len(files[1:51])} files renamed", _words(_timed(workspace))
        for file in sorted(workspace.documents.rglob("renamed-*.txt")):
            file.unlink()
        yield "those deleted", _words(_timed(workspace))


def _workspace(folder: Path, corpus: Path, limit: int) -> Workspace:
    documents = folder / "seeds"
    documents.mkdir()
    files = sorted(corpus.rglob("*.txt"))
    table = corpus / "metadata.csv"
    if table.exists():
        shutil.copy(table, documents / "metadata.csv")
    for file in files[:limit]:
        target = documents / file.relative_to(corpus)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(file, target)
        target.chmod(0o644)
    return Workspace.open(folder)


def _rename(documents: Path, files: list[Path]) -> None:
    """New names for files, in the table of metadata as well: without it they would be others."""
    table = documents / "metadata.csv"
    rows = table.read_text(encoding="utf-8") if table.exists() else ""
    for n, file in enumerate(files):
        renamed = file.with_name(f"renamed-{n}.txt")
        rows = rows.replace(
            f"{file.relative_to(documents).as_posix()},",
            f"{renamed.relative_to(documents).as_posix()},",
        )
        file.rename(renamed)
    if rows:
        table.write_text(rows, encoding="utf-8")


def _timed(workspace: Workspace) -> Report:
    time.sleep(0.1)  # a file changed within the clock's grain is looked at again
    return build(workspace, lambda: load_embedder(workspace))


def _words(report: Report) -> str:
    return (
        f"{report.seconds:.2f} s, {report.passages_embedded} passages embedded, "
        f"{report.passages_reused} reused"
    )
