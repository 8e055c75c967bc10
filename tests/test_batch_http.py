"""A batch against a real server that misbehaves: every question ends answered or failed, as itself.

The provider's own client speaks to it over loopback, so what is tested is what happens.
"""

import json
import socket
import struct
import threading
import time
from collections import Counter
from contextlib import contextmanager
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.batch import Patience, run_batch
from rag.llm import load_model, translate_error
from rag.types import Answer, Drafting, Finished

FAULTS = (
    "limited",
    "limited until",
    "limited bare",
    "broken",
    "dropped",
    "half",
    "garbage",
    "empty",
)
LASTING = ("refused", "no key")
QUICK = Patience(first_wait=0.001, longest_wait=0.01)


class Handler(BaseHTTPRequestHandler):
    """Echoes the question, after the faults that the server has in store for it."""

    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        question = body["messages"][-1]["content"]
        with self.server.guard:
            self.server.seen[question] += 1
            faults = self.server.plan.get(question, [])
            fault = faults.pop(0) if faults else "none"
        getattr(self, "do_" + fault.replace(" ", "_"))(question)

    def reply(self, status, body, **headers):
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def do_none(self, question):
        self.begin_stream()
        for word in ("Echo of ", question):
            self.chunk({"content": word})
        self.chunk({}, "stop")
        self.wfile.write(b"e\r\ndata: [DONE]\n\n\r\n0\r\n\r\n")

    def do_half(self, question):
        self.begin_stream()
        self.chunk({"content": "Echo of "})
        self.do_dropped(question)

    def do_limited(self, question):
        self.reply(429, {"error": {"message": "slow down"}}, Retry_After="0.02")

    def do_limited_until(self, question):
        date = formatdate(time.time() + 1, usegmt=True)
        self.reply(429, {"error": {"message": "slow down"}}, Retry_After=date)

    def do_limited_bare(self, question):
        self.reply(429, {"error": {"message": "slow down"}})

    def do_broken(self, question):
        self.reply(500, {"error": {"message": "oops"}})

    def do_refused(self, question):
        self.reply(400, {"error": {"message": "maximum context length is 10 tokens"}})

    def do_no_key(self, question):
        self.reply(401, {"error": {"message": "bad key"}})

    def do_garbage(self, question):
        self.reply(200, b"<html>It works!</html>")

    def do_empty(self, question):
        self.reply(200, b"")

    def do_dropped(self, question):
        # Closes with a reset, as a server that dies does.
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close_connection = True
        self.wfile.flush()
        self.connection.shutdown(socket.SHUT_RDWR)

    def do_hang(self, question):
        self.server.released.wait(20)
        self.close_connection = True

    def begin_stream(self):
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()

    def chunk(self, delta, finish=None):
        choice = {"index": 0, "delta": delta, "finish_reason": finish}
        event = {"id": "x", "object": "chat.completion.chunk", "created": 1, "model": "m"}
        data = f"data: {json.dumps({**event, 'choices': [choice]})}\n\n".encode()
        self.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))
        self.wfile.flush()

    def log_message(self, *_):
        pass


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, address):
        pass  # connections are broken on purpose


@contextmanager
def serving(plan):
    server = Server(("127.0.0.1", 0), Handler)
    server.plan = {question: list(faults) for question, faults in plan.items()}
    server.seen, server.guard, server.released = Counter(), threading.Lock(), threading.Event()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server
    finally:
        server.released.set()
        server.shutdown()
        server.server_close()
        thread.join()


class Remote:
    """Passes the question on to the server and back; the part of an assistant that can fail."""

    def __init__(self, server):
        self.identity = {"model": "openai:m", "index": "i", "prompts": "p", "settings": "s"}
        address = f"http://127.0.0.1:{server.server_address[1]}/v1"
        self._model = load_model("openai:m", base_url=address)

    def stream(self, question, *, id, filters, evidence_only):
        said = []
        try:
            for chunk in self._model.stream(question):
                said.append(str(chunk.content))
                yield Drafting(tokens=len(said))
        except Exception as exc:
            error = translate_error(exc).to_dict()
            yield Finished(answer=Answer(id=id, question=question, status="failed", error=error))
            return
        text = "".join(said)
        yield Finished(answer=Answer(id=id, question=question, status="answered", answer=text))

    def close(self):
        pass


def asked(folder, plan, **options):
    """The summary, the records, and how often the server saw each question."""
    path, output = folder / "q.txt", folder / "a.jsonl"
    path.write_text("\n".join(plan), encoding="utf-8")
    with serving(plan) as server:
        options = {"patience": QUICK, "seed": 1, "notify": lambda line: None, **options}
        summary = run_batch(path, output, Remote(server), **options)
    lines = output.read_text(encoding="utf-8").splitlines()
    return summary, [json.loads(line) for line in lines], server.seen


@pytest.fixture(autouse=True)
def no_key(monkeypatch):
    for name in ("OPENAI_API_KEY", "HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize("fault", FAULTS)
def test_a_passing_fault_is_waited_out(tmp_path, fault):
    plan = {"One?": [], "Two?": [fault], "Three?": []}
    summary, records, seen = asked(tmp_path, plan, workers=2)
    assert [r["answer"] for r in records] == [f"Echo of {question}" for question in plan], records
    assert seen == {"One?": 1, "Two?": 2, "Three?": 1}
    assert summary.exit_status == 0


@pytest.mark.parametrize("fault", LASTING)
def test_a_lasting_fault_fails_its_question_at_once_with_the_reason(tmp_path, fault):
    summary, records, seen = asked(tmp_path, {"One?": [fault] * 5, "Two?": []})
    assert [record["status"] for record in records] == ["failed", "answered"]
    assert records[0]["error"]["type"] == "ModelRefused" and records[0]["error"]["message"]
    assert seen["One?"] == 1
    assert summary.exit_status == 3


def test_a_wait_that_the_server_asks_for_is_kept(tmp_path):
    began = time.monotonic()
    asked(tmp_path, {"One?": ["limited"] * 3})
    assert time.monotonic() - began >= 0.06


def test_a_server_that_hangs_costs_one_question_its_time(tmp_path):
    plan = {"One?": [], "Hangs?": ["hang"], "Three?": []}
    summary, records, _ = asked(tmp_path, plan, timeout=1.0)
    assert [record["status"] for record in records] == ["answered", "failed", "answered"]
    assert "No answer within 1 s" in records[1]["error"]["message"]
    assert summary.exit_status == 3


def test_a_server_that_is_away_fails_every_question_with_its_reason(tmp_path):
    path, output = tmp_path / "q.txt", tmp_path / "a.jsonl"
    path.write_text("One?\nTwo?", encoding="utf-8")
    with serving({}) as server:
        remote = Remote(server)
    summary = run_batch(path, output, remote, patience=QUICK, notify=lambda line: None)
    assert [failure.type for failure in summary.digest.failed] == ["ModelUnavailable"] * 2


@settings(max_examples=8, deadline=None)
@given(
    st.lists(st.lists(st.sampled_from([*FAULTS, *LASTING]), max_size=6), min_size=1, max_size=10),
    st.integers(1, 4),
)
def test_no_question_gets_anothers_answer_whatever_the_server_does(faults, workers):
    slow = "limited until"
    plan = {
        f"What about number {n}?": [fault for fault in some if fault != slow]
        for n, some in enumerate(faults)
    }
    with TemporaryDirectory() as folder:
        summary, records, seen = asked(Path(folder), plan, workers=workers)
    assert [record["question"] for record in records] == list(plan)
    for record in records:
        if record["status"] == "answered":
            assert record["answer"] == f"Echo of {record['question']}"
        else:
            assert record["status"] == "failed"
            assert record["error"]["type"] and record["error"]["message"]
    assert summary.left == 0
    assert set(seen) == set(plan)
