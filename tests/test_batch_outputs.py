"""Tables, texts and reports: harmless, whole, and written only when they are complete."""

import csv
import errno
import io
import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.batch import export, report_on, run_batch, write_report
from rag.batch.digest import IN_WORDS, Summary, digest
from rag.batch.files import replace_atomically
from rag.batch.outputs import FORMULA, csv_lines, harmless, markdown
from rag.batch.questions import BadQuestion
from rag.errors import RagError, UsageError
from rag.types import (
    Answer,
    AnswerSentence,
    Citation,
    Finished,
    NotFound,
    NotFoundReason,
    Timing,
    Usage,
)

CITATION = Citation(
    number=1,
    document="a/b.txt",
    start=5,
    end=21,
    quote="We support\nthat <b>policy</b>.",
    published="2021-10-28",
    speaker="Imran Khan",
    country="Pakistan",
)


def found(identity="a", question="Who?", text="It does. [1]", **more):
    sentence = AnswerSentence(text=text, citations=(1,), support=1.0, origin="model")
    return Answer(
        id=identity,
        question=question,
        status="answered",
        answer=text,
        sentences=(sentence,),
        citations=(CITATION,),
        model="fake",
        index="i1",
        timing=Timing(total_ms=1500),
        usage=Usage(prompt_tokens=100, completion_tokens=20, cost_usd=0.5),
        **more,
    )


def unfound(identity, reason="no_document"):
    return Answer(
        id=identity, question="Where?", status="not_found", not_found=NotFound(reason=reason)
    )


def failed(identity, message="It hangs.", question="When?"):
    error = {"type": "ModelRefused", "message": message, "hint": "Try again."}
    return Answer(id=identity, question=question, status="failed", error=error)


def records(*answers):
    return [json.loads(json.dumps(answer.to_dict())) for answer in answers]


def table(*answers):
    return list(csv.DictReader(io.StringIO("".join(csv_lines(records(*answers))), newline="")))


class Given:
    """An assistant with ready answers."""

    def __init__(self, *answers):
        self.identity = {"model": "fake", "index": "i", "prompts": "p", "settings": "s"}
        self._answers = {answer.id: answer for answer in answers}

    def stream(self, question, *, id, filters, evidence_only):
        yield Finished(answer=self._answers[id])

    def close(self):
        pass


def batch(folder, output, *answers, **options):
    rows = [{"id": answer.id, "question": answer.question} for answer in answers]
    path = folder / "q.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    return run_batch(path, folder / output, Given(*answers), notify=lambda line: None, **options)


# Tables


def test_a_table_has_a_row_a_question_with_its_sources():
    answered, missing, broken = table(found(), unfound("b", "other_date"), failed("c"))
    assert answered["answer"] == "It does. [1]"
    assert answered["documents"] == "a/b.txt"
    assert answered["sources"].startswith(
        "[1] Imran Khan (Pakistan) · 2021-10-28 · a/b.txt:5-21 “We"
    )
    assert (answered["prompt_tokens"], answered["cost_usd"]) == ("100", "0.5")
    assert (missing["status"], missing["not_found"]) == ("not_found", "other_date")
    assert broken["error"] == "ModelRefused: It hangs."


@given(st.text(max_size=20), st.sampled_from([*FORMULA, "\r", "\r\n"]))
def test_no_cell_is_run_as_a_formula_and_none_breaks_its_row(text, beginning):
    hostile = beginning + text
    (row,) = table(found(hostile, hostile, hostile))
    assert not any(cell.startswith((*FORMULA, "\r")) for cell in row.values())
    assert row["question"] == "'" + hostile.replace("\r\n", "\n").replace("\r", "\n")


def test_numbers_and_plain_text_stay_as_they_are():
    assert [harmless(cell) for cell in (-1, 0.5, "a=b", "")] == [-1, 0.5, "a=b", ""]


# Texts


def test_a_text_shows_question_answer_and_quotes():
    text = "".join(markdown(records(found(), unfound("b"), failed("c"))))
    assert "## Who?\n\nIt does. [1]\n\n\\[1\\] Imran Khan (Pakistan) · 2021" in text
    assert "> We support\n> that \\<b\\>policy\\</b\\>." in text
    assert f"Not in the documents: {IN_WORDS['no_document']}." in text
    assert "Failed. ModelRefused: It hangs." in text


@pytest.mark.parametrize(
    "attack",
    [
        "<script>alert(1)</script>",
        "![x](http://example.org/x.png)",
        "[x](http://example.org)",
        "line\n# heading",
        "`code`",
        "*bold*",
        "a | b",
    ],
)
def test_markup_in_documents_and_answers_takes_no_effect(attack):
    text = "".join(markdown(records(found("a", attack, attack))))
    body = text.split("\n\n", 1)[1]
    assert not re.search(r"(?<!\\)[<`*|]", body.replace("\n*a · fake*\n", ""))
    assert not re.search(r"(?<!\\)\]\(|(?<!\\)!\[", body)
    assert len(re.findall(r"^#", body, re.MULTILINE)) == 1


def test_every_reason_for_not_finding_has_words():
    assert set(IN_WORDS) == set(NotFoundReason.__args__)


# Writing


@pytest.mark.parametrize("output", ["a.csv", "a.md"])
def test_a_table_is_whole_or_the_one_before(tmp_path, monkeypatch, output):
    batch(tmp_path, output, found("a"))
    before = (tmp_path / output).read_bytes()
    replace = Path.replace

    def full(self, target):
        if target.name == output:
            raise OSError(errno.ENOSPC, "No space left on device")
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(RagError, match="No space left"):
        batch(tmp_path, output, found("a"), found("b"))
    monkeypatch.undo()
    assert (tmp_path / output).read_bytes() == before
    assert not list(tmp_path.glob(".*.tmp"))
    summary = batch(tmp_path, output, found("a"), found("b"))
    assert (summary.kept, summary.asked) == (2, 0)
    assert (tmp_path / output).read_bytes().count(b"It does.") == 2


def test_a_replaced_file_keeps_its_mode_and_a_link_stays_a_link(tmp_path):
    (tmp_path / "real").mkdir()
    real = tmp_path / "real" / "a.csv"
    batch(tmp_path, "real/a.csv", found("a"))
    real.chmod(0o640)
    (tmp_path / "a.csv").symlink_to(real)
    batch(tmp_path, "a.csv", found("a"), found("b"))
    assert (tmp_path / "a.csv").is_symlink()
    assert real.stat().st_mode & 0o777 == 0o640
    assert real.read_bytes().count(b"It does.") == 2


def test_a_writer_that_fails_leaves_nothing_behind(tmp_path):
    def broken(file):
        file.write(b"half")
        raise ZeroDivisionError

    path = tmp_path / "a.csv"
    path.write_bytes(b"before")
    with pytest.raises(ZeroDivisionError):
        replace_atomically(path, broken)
    assert path.read_bytes() == b"before"
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.csv"]


def test_a_journal_can_be_exported_at_any_time(tmp_path):
    batch(tmp_path, "a.jsonl", found("a"), unfound("b"))
    whole = (tmp_path / "a.jsonl").read_bytes()
    (tmp_path / "a.jsonl").write_bytes(whole + b'{"id": "c", "questi')
    export(tmp_path / "a.jsonl", tmp_path / "b.csv")
    rows = list(csv.DictReader((tmp_path / "b.csv").open(encoding="utf-8", newline="")))
    assert [row["id"] for row in rows] == ["a", "b"]
    assert (tmp_path / "a.jsonl").read_bytes().endswith(b"questi")
    with pytest.raises(UsageError, match="cannot be read"):
        export(tmp_path / "none.jsonl", tmp_path / "b.csv")
    with pytest.raises(UsageError, match="cannot be written as"):
        export(tmp_path / "a.jsonl", tmp_path / "b.pdf")


# Reports


class Page(HTMLParser):
    """What a page would fetch or run, and its text."""

    def __init__(self, path):
        super().__init__()
        self.tags, self.outside, self.words = [], [], []
        self.feed(path.read_text(encoding="utf-8"))
        self.text = " ".join(" ".join(self.words).split())

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self.outside += [v for k, v in attributes if k in {"src", "href", "action", "data"}]
        self.outside += [k for k, _ in attributes if k.startswith("on")]

    def handle_data(self, data):
        self.words.append(data)


def test_a_report_counts_names_failures_and_groups_reasons(tmp_path):
    answers = [found("a"), unfound("b", "other_date"), unfound("c", "other_date"), failed("d")]
    summary = batch(tmp_path, "a.jsonl", *answers, report=tmp_path / "r.html")
    page = Page(tmp_path / "r.html")
    assert "4 questions 1 answered 2 not found 1 failed" in page.text
    assert "only at another date" in page.text and "2 · other_date" in page.text
    assert "d When? It hangs. Try again." in page.text
    assert "1.5 a Who?" in page.text
    assert "120 tokens · $0.5000" in page.text
    assert summary.digest.slowest[0][:2] == (1500, "a")


def test_a_report_stands_alone_and_shows_hostile_text_as_text(tmp_path):
    attack = '"><img src=x onerror=alert(1)><script>alert(1)</script>'
    bad = (BadQuestion(line=3, reason=attack),)
    total = digest(records(failed("x", attack, attack)))
    summary = Summary(
        output=Path(attack), journal=tmp_path, digest=total, bad=bad, redone={attack: attack}
    )
    write_report(tmp_path / "r.html", summary)
    page = Page(tmp_path / "r.html")
    assert not page.outside
    assert not {"script", "img", "link", "iframe"} & set(page.tags)
    assert page.text.count("alert(1)") >= 6


def test_a_running_journal_can_be_reported_on(tmp_path):
    batch(tmp_path, "a.jsonl", found("a"), failed("b"))
    report_on(tmp_path / "a.jsonl", tmp_path / "r.html")
    assert "2 questions 1 answered 0 not found 1 failed" in Page(tmp_path / "r.html").text


def test_the_summary_names_failures_and_says_what_to_do(tmp_path):
    summary = batch(
        tmp_path, "a.jsonl", found("a"), failed("b"), failed("c"), failed("d", "Other.", "Why?")
    )
    text = "\n".join(summary.lines())
    assert "4 questions: 1 answered, 0 not found, 3 failed" in text
    assert "2 failed: It hangs. (b, c)" in text
    assert "Run the same command again" in text
