"""The whole program in a real pseudo-terminal: real index, real assistant, a provider that fails.

Everything that goes wrong is said in a line, and the next question is answered.
"""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import struct
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

pexpect = pytest.importorskip("pexpect")
if sys.platform == "win32":
    pytest.skip("pseudo-terminals are not to be had on Windows", allow_module_level=True)

RUN = [sys.executable, "-c", "from rag.cli import main; main()"]
NORWAY = "Norway firmly opposes the ban on whaling, Norwegian Foreign Minister Anna Berg said."
CROATIA = "Croatia welcomes the ban on whaling, Croatian Prime Minister Ivo Horvat said."
ASKED = "What did Norway say about whaling?"
ANSWERED = r"✓ \d sentences?"


class Provider(BaseHTTPRequestHandler):
    """Says the first sentence that it is shown, after the faults in store."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        prompt = "\n".join(str(m["content"]) for m in body["messages"])
        fault = self.server.faults.pop(0) if self.server.faults else 200
        if fault == 200:
            self.say(re.findall(r"^\[1\]\s*(?:\([^)]*\)\s*)?(.*)$", prompt, re.M)[-1])
        elif fault == "dropped":
            self.drop()
        else:
            self.refuse(fault)

    def refuse(self, status: int) -> None:
        data = json.dumps({"error": {"message": "not now"}}).encode()
        self.send_response(status)
        self.send_header("Retry-After", "40")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def say(self, text: str, *, end: bool = True) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for delta, finish in (({"content": f"{text} [1]"}, None), ({}, "stop" if end else None)):
            choice = {"index": 0, "delta": delta, "finish_reason": finish}
            event = {"id": "x", "object": "chat.completion.chunk", "created": 1, "model": "m"}
            self.chunk(json.dumps({**event, "choices": [choice]}))
        if end:
            self.chunk("[DONE]")
            self.wfile.write(b"0\r\n\r\n")
        self.wfile.flush()
        self.close_connection = True

    def chunk(self, data: str) -> None:
        event = f"data: {data}\n\n".encode()
        self.wfile.write(b"%x\r\n%s\r\n" % (len(event), event))

    def drop(self) -> None:
        """Resets the connection in the middle of a sentence, as a lost network does."""
        self.say("Norway firmly", end=False)
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.shutdown(socket.SHUT_RDWR)

    def log_message(self, *_: object) -> None:
        """Keeps quiet."""


class Server(ThreadingHTTPServer):
    daemon_threads = True
    faults: list[int | str]

    def handle_error(self, request: object, address: object) -> None:
        """Connections are broken on purpose."""


@pytest.fixture
def provider() -> Iterator[Server]:
    server = Server(("127.0.0.1", 0), Provider)
    server.faults = []
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """An indexed workspace of two documents; the embedder is a stand-in."""
    folder = tmp_path / "work"
    (folder / "seeds").mkdir(parents=True)
    (folder / "rag.toml").write_text('embedder = "fake"\nmodel = "fake"\n', encoding="utf-8")
    (folder / "seeds" / "a.txt").write_text(NORWAY, encoding="utf-8")
    (folder / "seeds" / "b.txt").write_text(CROATIA, encoding="utf-8")
    index(folder)
    return folder


def index(folder: Path) -> None:
    done = subprocess.run([*RUN, "index"], cwd=folder, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr


@pytest.fixture
def chat(root: Path) -> Iterator[Callable[..., pexpect.spawn]]:
    """Starts `rag chat`, waits for its prompt."""
    opened = []

    def start(*options: str, **env: str) -> pexpect.spawn:
        keys = {k: v for k, v in os.environ.items() if "proxy" not in k.lower()}
        child = pexpect.spawn(
            RUN[0],
            [*RUN[1:], "chat", *options],
            cwd=str(root),
            env={**keys, "TERM": "xterm", "NO_COLOR": "1", "PROMPT_TOOLKIT_NO_CPR": "1", **env},
            dimensions=(40, 100),
            encoding="utf-8",
            codec_errors="replace",
            timeout=60,
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )
        opened.append(child)
        child.expect("›")
        return child

    yield start
    for child in opened:
        child.close(force=True)


def ask(child: pexpect.spawn, question: str, outcome: str) -> str:
    """Types a question; what appears until the outcome."""
    child.send(f"{question}\r")
    child.expect(outcome)
    shown = child.before + child.after
    child.expect("›")
    return str(shown)


def test_follow_ups_and_a_change_of_subject_in_the_whole_program(chat):
    one = chat("--evidence")
    assert "Anna Berg" in ask(one, ASKED, ANSWERED)
    shown = ask(one, "and Croatia?", ANSWERED)
    assert "What did Croatia say about whaling?" in shown
    assert "Ivo Horvat" in shown


@pytest.mark.parametrize(
    ("fault", "said"), [(429, "40 s|slow|limit"), (500, "rag:|500|server"), (401, "key|401")]
)
def test_a_providers_error_is_a_line_and_the_next_question_is_answered(chat, provider, fault, said):
    pytest.importorskip("langchain_openai")
    address = f"http://127.0.0.1:{provider.server_address[1]}/v1"
    one = chat("--model", "openai:m", "--base-url", address)
    provider.faults = [fault] * 20
    assert "Traceback" not in ask(one, ASKED, said)
    provider.faults = []
    assert "Anna Berg" in ask(one, ASKED, ANSWERED)


def test_a_lost_connection_is_a_line_and_the_next_question_is_answered(chat, provider):
    pytest.importorskip("langchain_openai")
    address = f"http://127.0.0.1:{provider.server_address[1]}/v1"
    one = chat("--model", "openai:m", "--base-url", address)
    provider.faults = ["dropped"] * 20
    assert "Traceback" not in ask(one, ASKED, "network")
    provider.faults = []
    assert "Anna Berg" in ask(one, ASKED, ANSWERED)


def test_an_index_changed_underneath_is_said_and_used(chat, root):
    one = chat()
    ask(one, ASKED, ANSWERED)
    changed = NORWAY.replace("firmly opposes", "now welcomes")
    (root / "seeds" / "a.txt").write_text(changed, encoding="utf-8")
    index(root)
    one.send(f"{ASKED}\r")
    one.expect("The index has changed")
    one.expect("now welcomes")
    one.expect(ANSWERED)


def test_missing_weights_are_a_line_and_the_quotes_answer(chat, tmp_path):
    one = chat("--model", "local", RAG_CACHE=str(tmp_path / "empty"), RAG_OFFLINE="1")
    shown = ask(one, ASKED, ANSWERED)
    assert "rag models pull" in shown
    assert "quotes alone answer" in shown
    assert "Anna Berg" in shown
