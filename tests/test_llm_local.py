"""The local model: its engine with a stand-in for llama.cpp, then with real weights."""

import subprocess
import sys
import textwrap
import threading
import time
from pathlib import Path

import pytest
from langchain_core.messages import HumanMessage

from rag.errors import ModelRefused, ModelUnavailable, WeightsCorrupt, WeightsMissing
from rag.llm import choice_probabilities, load_model
from rag.llm.engine import EngineSettings, engine_for
from rag.llm.local import LocalModel
from rag.weights import is_cached, weights_path

ROOT = Path(__file__).parents[1]
TINY = "smollm2-135m"
YES_NO = 'root ::= "yes" | "no"'


def chunk(text=None, **more):
    return {"choices": [{"index": 0, "delta": {"content": text}, **more}]}


WORDS = [
    {"choices": [{"delta": {"role": "assistant", "content": None}}], "prompt_progress": {}},
    chunk("Two"),
    chunk(" words"),
    chunk(finish_reason="stop"),
    {"choices": [], "usage": {"prompt_tokens": 9, "completion_tokens": 2}},
]


class Server:
    """Stands in for llama.cpp: calls back with chunks until it is told to stop."""

    def __init__(self, chunks, pause=0.0, failure=None):
        self.chunks, self.pause, self.failure = chunks, pause, failure
        self.bodies, self.sent, self.at_once, self.most = [], 0, 0, 0

    def handle_chat_completions(self, body, callback):
        self.bodies.append(body)
        self.at_once += 1
        self.most = max(self.most, self.at_once)
        try:
            if self.failure:
                raise self.failure
            for each in self.chunks:
                time.sleep(self.pause)
                self.sent += 1
                if callback(each):
                    return
        finally:
            self.at_once -= 1


def model_on(server, tmp_path):
    """A local model whose engine is `server`."""
    path = tmp_path / "x.gguf"
    engine = engine_for(EngineSettings(path=path.resolve()))
    engine._server = server
    return LocalModel(model_name="local:x", path=path)


# --- without weights -------------------------------------------------------------------------


def test_words_arrive_as_they_are_written_and_usage_at_the_end(tmp_path):
    parts = list(model_on(Server(WORDS), tmp_path).stream("Hi"))
    assert [p.content for p in parts if p.content] == ["Two", " words"]
    whole = parts[0]
    for part in parts[1:]:
        whole += part
    assert whole.usage_metadata["input_tokens"] == 9
    assert whole.usage_metadata["output_tokens"] == 2
    assert whole.response_metadata["finish_reason"] == "stop"


def test_invoke_and_stream_say_the_same(tmp_path):
    model = model_on(Server(WORDS), tmp_path)
    reply = model.invoke("Hi")
    assert reply.content == "".join(p.content for p in model.stream("Hi")) == "Two words"
    assert reply.usage_metadata["total_tokens"] == 11


def test_options_reach_the_engine_and_temperature_is_0_unless_asked(tmp_path):
    server = Server(WORDS)
    model = model_on(server, tmp_path)
    model.invoke([("system", "Be brief."), ("user", "Hi")], stop=["\n"])
    bound = model.bind(grammar=YES_NO, max_tokens=3, logprobs=True, top_logprobs=5)
    bound.invoke("Hi", temperature=0.7)
    plain, asked = server.bodies
    assert (plain["temperature"], plain["stop"], plain["seed"]) == (0.0, ["\n"], 1)
    assert [m["role"] for m in plain["messages"]] == ["system", "user"]
    assert "grammar" not in plain
    assert (asked["grammar"], asked["max_tokens"], asked["temperature"]) == (YES_NO, 3, 0.7)
    assert (asked["logprobs"], asked["top_logprobs"]) == (True, 5)


def test_warming_up_reads_a_prefix_and_writes_next_to_nothing(tmp_path):
    server = Server(WORDS)
    model_on(server, tmp_path).warm([HumanMessage("The rules are these.")])
    assert server.bodies[0]["max_tokens"] == 1
    assert server.bodies[0]["messages"][0]["content"] == "The rules are these."


def test_closing_the_stream_stops_the_writing(tmp_path):
    server = Server([chunk(str(n)) for n in range(1000)], pause=0.01)
    model = model_on(server, tmp_path)
    stream = model.stream("Count")
    next(stream)
    stream.close()
    model_reply = model_on(server, tmp_path)  # the same engine: a new call waits for its turn
    server.chunks = WORDS
    assert model_reply.invoke("Hi").content == "Two words"
    assert server.sent < 100


def test_two_callers_take_turns(tmp_path):
    server = Server(WORDS, pause=0.02)
    model = model_on(server, tmp_path)
    replies = []
    threads = [
        threading.Thread(target=lambda: replies.append(model.invoke("Hi").content))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert replies == ["Two words"] * 4
    assert server.most == 1


def test_a_prompt_too_long_says_how_long_and_what_to_do(tmp_path):
    error = {
        "code": 400,
        "type": "exceed_context_size_error",
        "n_prompt_tokens": 6031,
        "n_ctx": 4096,
    }
    with pytest.raises(ModelRefused, match=r"6031 tokens.*4096") as caught:
        model_on(Server([{"error": error}]), tmp_path).invoke("Hi")
    assert "-k" in caught.value.hint


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        ({"code": 400, "message": "bad grammar"}, ModelRefused),
        ({"code": 500, "message": "out of slots"}, ModelUnavailable),
        ({}, ModelUnavailable),
        ("words", ModelUnavailable),
    ],
)
def test_the_engines_errors_are_ours(tmp_path, error, kind):
    with pytest.raises(kind):
        model_on(Server([{"error": error}]), tmp_path).invoke("Hi")


def test_an_exception_in_the_engine_ends_the_answer(tmp_path):
    with pytest.raises(ModelUnavailable, match="lost"):
        model_on(Server(WORDS, failure=RuntimeError("lost")), tmp_path).invoke("Hi")


def test_closing_the_engine_ends_what_waits(tmp_path):
    server = Server([chunk("x")] * 1000, pause=0.01)
    engine = engine_for(EngineSettings(path=tmp_path / "y.gguf"))
    engine._server = server
    stream = engine.stream({"messages": []})
    next(stream)
    engine.close()
    assert len(list(stream)) < 100
    assert not engine.loaded


def test_equal_settings_share_one_engine(tmp_path):
    path = tmp_path / "z.gguf"
    assert engine_for(EngineSettings(path=path)) is engine_for(EngineSettings(path=path))
    assert engine_for(EngineSettings(path=path)) is not engine_for(
        EngineSettings(path=path, context=512)
    )


def test_a_missing_file_is_missing(tmp_path):
    with pytest.raises(WeightsMissing, match="No such file"):
        load_model(f"local:{tmp_path}/none.gguf").warm()


def test_a_file_of_another_kind_is_refused_before_it_is_loaded(tmp_path):
    (tmp_path / "x.gguf").write_bytes(bytes(1000))
    with pytest.raises(WeightsCorrupt, match="not a GGUF"):
        load_model(f"local:{tmp_path}/x.gguf").warm()


def test_absent_weights_are_not_fetched_offline(tmp_path, monkeypatch):
    monkeypatch.setenv("RAG_CACHE", str(tmp_path))
    with pytest.raises(WeightsMissing, match="offline"):
        load_model("local", offline=True).invoke("Hi")


def test_a_model_that_failed_to_load_loads_once_its_weights_are_there(tmp_path, monkeypatch):
    started = []
    path = tmp_path / "late.gguf"
    model = load_model(f"local:{path}")
    with pytest.raises(WeightsMissing):
        model.warm()
    monkeypatch.setattr(
        "rag.llm.engine.start_server", lambda s: (started.append(s.path), Server(WORDS))[1]
    )
    assert model.invoke("Hi").content == "Two words"
    model.warm()
    assert started == [path]


def test_weights_that_will_not_load_are_verified_and_fetched_anew(tmp_path, monkeypatch):
    asked, failures = [], [WeightsCorrupt("will not load"), None]

    def start(settings):
        failure = failures.pop(0)
        if failure:
            raise failure
        return Server(WORDS)

    def locate(name, **options):
        asked.append(name)
        return tmp_path / "refetched.gguf"

    def damaged(name):
        raise WeightsCorrupt("its sha256 differs")

    monkeypatch.setattr("rag.llm.engine.start_server", start)
    monkeypatch.setattr("rag.llm.local.weights_path", locate)
    monkeypatch.setattr("rag.llm.local.verify", damaged)
    assert load_model("local").invoke("Hi").content == "Two words"
    assert asked == ["qwen2.5-coder-1.5b"] * 2


# --- with the small weights, which show the plumbing and no sense ------------------------------

tiny = pytest.mark.skipif(not is_cached(TINY), reason=f"rag models pull {TINY}")


@pytest.fixture(scope="module")
def small():
    model = load_model(f"local:{TINY}", fetch=False, threads=1)
    model.warm()
    yield model
    model.close()


@tiny
def test_the_same_prompt_gives_the_same_words(small):
    replies = {small.invoke("Name three colours.", max_tokens=12).content for _ in range(3)}
    assert len(replies) == 1 and replies.pop()


@tiny
def test_a_grammar_holds(small):
    reply = small.bind(grammar=YES_NO, max_tokens=4).invoke("Is water wet?")
    assert reply.content in {"yes", "no"}


@tiny
def test_the_first_token_tells_how_sure_it_is(small):
    reply = small.invoke("Yes or no?", max_tokens=1, logprobs=True, top_logprobs=50)
    shares = choice_probabilities(reply, ["yes", "no"])
    assert set(shares) == {"yes", "no"} and sum(shares.values()) == pytest.approx(1)


@tiny
def test_max_tokens_and_stop_end_the_answer(small):
    short = small.invoke("Count from 1 to 50.", max_tokens=3)
    assert short.usage_metadata["output_tokens"] <= 3
    assert short.response_metadata["finish_reason"] == "length"
    stopped = small.invoke("Count from 1 to 50, with commas.", max_tokens=40, stop=[","])
    assert "," not in stopped.content


@tiny
def test_a_shared_prefix_is_read_once(small):
    prefix = "Reports of the day. " * 30
    small.invoke([HumanMessage(prefix + "What about it?")], max_tokens=1)
    second = small.invoke([HumanMessage(prefix + "Who said it?")], max_tokens=1)
    usage = second.usage_metadata
    assert usage["input_token_details"]["cache_read"] > 0.8 * usage["input_tokens"]


@tiny
def test_an_overflow_is_refused_and_the_model_still_answers(small):
    with pytest.raises(ModelRefused, match="tokens"):
        small.invoke("word " * 6000)
    assert small.invoke("Hi", max_tokens=2).content


LISTENERS = """
from pathlib import Path
from rag.llm import load_model
load_model("local:{TINY}", fetch=False, threads=1).warm()
ours = {str(fd.readlink()) for fd in Path("/proc/self/fd").iterdir() if fd.is_symlink()}
for table in ("tcp", "tcp6"):
    for line in Path("/proc/net/" + table).read_text("ascii").splitlines()[1:]:
        fields = line.split()
        if fields[3] == "0A" and f"socket:[{fields[9]}]" in ours:
            print(fields[1])
for line in Path("/proc/net/unix").read_text("utf-8").splitlines()[1:]:
    fields = line.split()
    if len(fields) == 8 and f"socket:[{fields[6]}]" in ours and Path(fields[7]).exists():
        print(fields[7])
"""


@tiny
@pytest.mark.skipif(not Path("/proc/net/tcp").exists(), reason="reads /proc")
def test_nothing_listens_where_others_can_reach_it():
    done = run(LISTENERS.replace("{TINY}", TINY))
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def run(code):
    return subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)],
        capture_output=True,
        text=True,
        timeout=60,
        cwd=ROOT,
        check=False,
    )


@tiny
def test_a_damaged_file_is_an_error_and_no_crash(tmp_path):
    data = weights_path(TINY, fetch=False).read_bytes()
    cut = tmp_path / "cut.gguf"
    cut.write_bytes(data[: len(data) // 2])
    with pytest.raises(WeightsCorrupt, match="cannot be loaded"):
        load_model(f"local:{cut}").warm()


@tiny
@pytest.mark.parametrize("ending", ["pass", "raise KeyboardInterrupt", "stream.close()"])
def test_the_process_ends_cleanly_in_the_middle_of_an_answer(ending):
    code = f"""
    from rag.llm import load_model
    stream = load_model("local:{TINY}", fetch=False, threads=1).stream("Tell a long story.")
    next(stream)
    {ending}
    """
    done = run(code)
    assert done.stdout == ""
    if "Interrupt" in ending:
        assert done.returncode in {-2, 130}
        assert done.stderr.strip().endswith("KeyboardInterrupt")
    else:
        assert (done.returncode, done.stderr) == (0, "")


@tiny
def test_a_served_model_answers_through_the_openai_client_and_wants_its_key(monkeypatch):
    from rag.llm import translate_error
    from rag.llm.serve import serve

    with serve(weights_path(TINY, fetch=False), context=512, threads=1) as (url, key):
        assert url.startswith("http://127.0.0.1:")
        monkeypatch.setenv("OPENAI_API_KEY", key)
        reply = load_model("openai:any", base_url=url).invoke("Hi", max_tokens=4)
        assert reply.content and reply.usage_metadata["output_tokens"] <= 4
        monkeypatch.setenv("OPENAI_API_KEY", "wrong")
        with pytest.raises(Exception) as caught:
            load_model("openai:any", base_url=url).invoke("Hi", max_tokens=4)
        assert isinstance(translate_error(caught.value), ModelRefused)


# --- with the real weights ---------------------------------------------------------------------


@pytest.fixture(scope="module")
def real():
    if not is_cached("qwen2.5-coder-1.5b"):
        pytest.skip("rag models pull qwen2.5-coder-1.5b")
    model = load_model("local", fetch=False)
    yield model
    model.close()


@pytest.mark.model
def test_the_default_model_answers_from_what_it_is_given(real):
    text = "[1] The minister of Atlantis said the bridge to the island will open in May."
    reply = real.invoke(
        [
            ("system", "Answer from the numbered sentence, in one short sentence."),
            ("user", f"{text}\n\nQuestion: When will the bridge open?"),
        ],
        max_tokens=40,
    )
    assert "May" in reply.content


@pytest.mark.model
def test_the_default_model_is_surer_of_what_is_so(real):
    def share(question):
        reply = real.invoke(
            [("system", "Answer yes or no."), ("user", question)],
            max_tokens=1,
            logprobs=True,
            top_logprobs=20,
        )
        return choice_probabilities(reply, ["yes", "no"])["yes"]

    assert share("Is Paris in France?") > share("Is Paris in Japan?")


@pytest.mark.model
def test_the_strong_model_path_works_through_the_openai_client(monkeypatch):
    if not is_cached("qwen2.5-coder-1.5b"):
        pytest.skip("rag models pull qwen2.5-coder-1.5b")
    from rag.llm.serve import serve

    with serve(weights_path("qwen2.5-coder-1.5b", fetch=False), context=1024) as (url, key):
        monkeypatch.setenv("OPENAI_API_KEY", key)
        model = load_model("openai:local", base_url=url, offline=True)
        parts = list(model.stream("What is the capital of France? One word.", max_tokens=8))
    whole = parts[0]
    for part in parts[1:]:
        whole += part
    assert "Paris" in whole.content
    assert whole.usage_metadata["output_tokens"] > 0
