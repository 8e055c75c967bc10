"""Models by name, and what their failures become."""

import contextlib
import http.server
import json
import socket
import subprocess
import sys
import threading
import time
from email.utils import formatdate
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from langchain_core.messages import AIMessage

from rag.errors import ModelError, ModelRefused, ModelUnavailable, RateLimited, UnknownModel
from rag.llm import choice_probabilities, full_name, load_model, takes_grammar, translate_error
from rag.llm.failures import retry_after
from rag.llm.remote import is_loopback
from rag.machine import _quota, core_count, thread_count

REPLY = {
    "id": "x",
    "object": "chat.completion",
    "created": 1,
    "model": "m",
    "choices": [
        {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": "Yes."}}
    ],
    "usage": {"prompt_tokens": 7, "completion_tokens": 2, "total_tokens": 9},
}


class Provider:
    """An OpenAI-compatible server that answers as it is told."""

    def __init__(self):
        self.status, self.headers, self.body, self.delay = 200, {}, json.dumps(REPLY), 0.0
        self.requests = []
        told = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                sent = self.rfile.read(int(self.headers["Content-Length"]))
                told.requests.append((self.path, dict(self.headers), json.loads(sent)))
                time.sleep(told.delay)
                data = told.body.encode()
                self.send_response(told.status)
                for name, value in told.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *args):
                pass

            def handle(self):
                with contextlib.suppress(ConnectionError):  # a client that gave up first
                    super().handle()

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}/v1"

    def error(self, status, message="nothing to say", **headers):
        self.status, self.body = status, json.dumps({"error": {"message": message}})
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}


@pytest.fixture
def provider(monkeypatch):
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    served = Provider()
    yield served
    served.server.shutdown()
    served.server.server_close()


def failure_of(provider):
    model = load_model("openai:m", base_url=provider.url)
    with pytest.raises(Exception) as caught:
        model.invoke("Is it so?")
    return translate_error(caught.value)


# --- names -----------------------------------------------------------------------------------


def test_a_server_of_ones_own_needs_no_key_and_any_name_will_do(provider):
    reply = load_model("whatever", base_url=provider.url).invoke("Is it so?")
    assert reply.content == "Yes."
    assert reply.usage_metadata["input_tokens"] == 7
    path, _, body = provider.requests[0]
    assert path == "/v1/chat/completions"
    assert (body["model"], body["temperature"]) == ("whatever", 0)


def test_offline_still_allows_a_server_on_this_machine(provider):
    model = load_model("openai:m", base_url=provider.url, offline=True)
    assert model.invoke("Is it so?").content == "Yes."


@pytest.mark.parametrize("url", ["", "https://api.example.org/v1", "http://10.0.0.1/v1"])
def test_offline_refuses_the_network_before_any_call(url, monkeypatch):
    monkeypatch.setattr(socket, "create_connection", None)
    monkeypatch.setattr(socket, "getaddrinfo", None)
    with pytest.raises(ModelRefused, match="offline") as caught:
        load_model("openai:gpt-4.1-mini", base_url=url, offline=True)
    assert "--offline" in caught.value.hint


@pytest.mark.parametrize(
    ("url", "here"),
    [
        ("http://127.0.0.1:11434", True),
        ("http://127.1.2.3", True),
        ("http://localhost:8000/v1", True),
        ("http://[::1]:80", True),
        ("http://127.0.0.1.example.org", False),
        ("http://localhost.example.org", False),
        ("http://192.168.0.3", False),
        ("", False),
        ("not a url", False),
    ],
)
def test_only_this_machine_is_this_machine(url, here):
    assert is_loopback(url) is here


def test_a_missing_package_is_named_with_the_command_that_installs_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "langchain_anthropic", None)
    with pytest.raises(UnknownModel) as caught:
        load_model("anthropic:claude-x")
    assert caught.value.hint == "pip install 'readout-rag[anthropic]'"


def test_a_missing_package_without_an_extra_of_ours_is_named_too(monkeypatch):
    monkeypatch.setitem(sys.modules, "langchain_cohere", None)
    with pytest.raises(UnknownModel) as caught:
        load_model("cohere:command")
    assert caught.value.hint == "pip install langchain-cohere"


def test_a_missing_key_is_named_with_its_variable(monkeypatch):
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    monkeypatch.delenv("OPENAI_ADMIN_KEY", raising=False)
    with pytest.raises(ModelRefused) as caught:
        load_model("openai:gpt-4.1-mini")
    assert "OPENAI_API_KEY" in caught.value.hint


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("locale", "local"),
        ("local:qwen2.5-coder-1.5", "local:qwen2.5-coder-1.5b"),
        ("qwen2.5-coder-0.5b", "local:qwen2.5-coder-0.5b"),
        ("gpt-4.1", "openai:gpt-4.1"),
        ("opnai:gpt-4.1", "openai:gpt-4.1"),
        ("zzz", "provider:model"),
        ("openai:", "provider:model"),
        ("local:", "local"),
        ("local:all-minilm-l6-v2", "local:"),
    ],
)
def test_an_unknown_name_gets_the_near_ones(name, near):
    with pytest.raises(UnknownModel) as caught:
        load_model(name)
    assert near in caught.value.hint
    assert caught.value.exit_status == 2


def test_local_names_make_a_model_without_touching_its_weights(tmp_path):
    assert load_model("local").model_name == full_name("local") == "local:qwen2.5-coder-1.5b"
    assert load_model("local:smollm2-135m").weights == "smollm2-135m"
    assert load_model(f"local:{tmp_path}/x.gguf").path == tmp_path / "x.gguf"
    assert takes_grammar(load_model("local"))


def test_fakes_are_reached_by_name():
    assert not isinstance(load_model("fake"), type(load_model("local")))


def test_importing_the_room_loads_nothing_heavy():
    code = (
        "import sys, rag.llm; heavy = {'langchain', 'langchain_core', 'openai', 'xllamacpp',"
        " 'huggingface_hub', 'pydantic', 'torch'} & set(sys.modules); sys.exit(str(heavy or ''))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stderr.strip() in {"", "set()"}


# --- failures --------------------------------------------------------------------------------


def test_429_waits_as_long_as_the_reply_asks(provider):
    provider.error(429, "slow down", Retry_After="7")
    found = failure_of(provider)
    assert isinstance(found, RateLimited) and found.retryable
    assert found.retry_after == 7.0
    assert len(provider.requests) == 1  # the client does not repeat by itself


def test_429_for_money_is_not_tried_again(provider):
    provider.error(429, "You exceeded your current quota, please check your plan and billing")
    found = failure_of(provider)
    assert isinstance(found, ModelRefused) and not found.retryable


@pytest.mark.parametrize("status", [408, 409, 500, 502, 503, 529])
def test_a_failing_server_may_be_tried_again(provider, status):
    provider.error(status)
    found = failure_of(provider)
    assert isinstance(found, ModelUnavailable) and found.retryable
    assert len(provider.requests) == 1


@pytest.mark.parametrize("status", [401, 403])
def test_a_refused_key_is_never_repeated_back(provider, status, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret-1234567890")
    provider.error(status, "Incorrect API key provided: sk-secret-1234567890")
    found = failure_of(provider)
    assert isinstance(found, ModelRefused)
    assert "secret" not in found.message + found.hint
    assert "OPENAI_API_KEY" in found.hint


def test_a_key_in_another_message_is_struck_out(provider):
    provider.error(500, "backend said: Bearer abcdef for sk-proj-abcdefgh0123")
    found = failure_of(provider)
    assert "abcdef" not in found.message


def test_a_prompt_too_long_says_what_to_do(provider):
    provider.error(400, "This model's maximum context length is 4096 tokens.")
    found = failure_of(provider)
    assert isinstance(found, ModelRefused) and "-k" in found.hint


def test_a_bad_request_is_refused_with_the_providers_words(provider):
    provider.error(422, "temperature must be positive")
    found = failure_of(provider)
    assert isinstance(found, ModelRefused) and "temperature must be positive" in found.message


def test_an_unknown_remote_model_is_unknown(provider):
    provider.error(404, "The model `m` does not exist")
    assert isinstance(failure_of(provider), UnknownModel)


@pytest.mark.parametrize(
    "body", ["<html>sign in</html>", "", "{", "[]", "null", '{"choices": []}', '{"choices": null}']
)
def test_garbage_with_status_200_may_be_tried_again(provider, body):
    provider.body = body
    found = failure_of(provider)
    assert isinstance(found, ModelUnavailable) and found.retryable


def test_a_server_that_hangs_is_given_up(provider, monkeypatch):
    monkeypatch.setattr("rag.llm.remote.TIMEOUT_SECONDS", 0.3)
    provider.delay = 5
    found = failure_of(provider)
    assert isinstance(found, ModelUnavailable) and found.retryable


def test_a_closed_port_is_unavailable(provider):
    provider.server.server_close()
    provider.url = "http://127.0.0.1:9/v1"
    assert isinstance(failure_of(provider), ModelUnavailable)


def test_our_own_errors_come_back_as_they_are():
    error = RateLimited("wait", retry_after=2)
    assert translate_error(error) is error


def test_an_error_of_no_known_kind_is_a_plain_model_error():
    found = translate_error(RuntimeError("odd"))
    assert type(found) is ModelError and "odd" in found.message and not found.retryable


def test_a_status_is_found_below_a_wrapping_exception():
    inner = Exception("limit")
    inner.response = SimpleNamespace(status_code=429, headers={"Retry-After": "3"})
    outer = ValueError("wrapped")
    outer.__cause__ = inner
    assert translate_error(outer).retry_after == 3.0


def test_an_exception_that_causes_itself_ends():
    one, two = ValueError("a"), ValueError("b")
    one.__cause__, two.__cause__ = two, one
    assert isinstance(translate_error(one), ModelUnavailable)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "12"}, 12.0),
        ({"retry-after": "0.5"}, 0.5),
        ({"retry-after-ms": "250", "retry-after": "9"}, 0.25),
        ({"retry-after": "-3"}, 0.0),
        ({"retry-after": "soon"}, None),
        ({"retry-after-ms": "soon"}, None),
        ({}, None),
    ],
)
def test_the_wait_is_read_in_every_form(headers, seconds):
    assert retry_after(headers) == seconds


def test_a_date_to_wait_for_becomes_seconds():
    assert 55 < retry_after({"retry-after": formatdate(time.time() + 60, usegmt=True)}) <= 60


@given(st.text())
def test_no_retry_after_breaks_us(value):
    found = retry_after({"retry-after": value})
    assert found is None or found >= 0


# --- probabilities and threads ---------------------------------------------------------------


def said(*candidates):
    top = [{"token": token, "logprob": logprob} for token, logprob in candidates]
    details = {"logprobs": {"content": [{**top[0], "top_logprobs": top}]}} if top else {}
    return AIMessage(content="", response_metadata=details)


def test_shares_add_up_over_spellings_of_a_choice():
    shares = choice_probabilities(said((" Yes", -1.0), ("yes", -1.0), ("No", -2.0)), ["yes", "no"])
    assert sum(shares.values()) == pytest.approx(1)
    assert shares["yes"] > 2 * shares["no"]


def test_a_token_that_begins_both_choices_counts_for_neither():
    shares = choice_probabilities(said(("1", 0.0), ("12", -1.0)), ["11", "12"])
    assert shares == {"11": 0.0, "12": 1.0}


def test_nothing_said_gives_no_shares():
    assert choice_probabilities(said(), ["yes", "no"]) == {}
    assert choice_probabilities(said(("maybe", 0.0)), ["yes", "no"]) == {}


def test_a_wanted_number_of_threads_is_kept():
    assert thread_count(3) == 3
    assert thread_count() == -1 or thread_count() >= 1
    assert core_count(3) == 3
    assert core_count() >= 1


@pytest.mark.parametrize(
    ("text", "cpus"),
    [("200000 100000", 2), ("50000 100000", 1), ("max 100000", 1 << 16), ("", 1 << 16)],
)
def test_a_containers_quota_is_read(tmp_path, text, cpus):
    (tmp_path / "cpu.max").write_text(text)
    assert _quota(tmp_path / "cpu.max") == cpus
