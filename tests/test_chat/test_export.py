"""A conversation as a file: complete, escaped, whole or not at all."""

from __future__ import annotations

import json
import os
from html.parser import HTMLParser

import pytest

from rag.chat.export import save, to_html, to_json, to_markdown
from rag.chat.record import SavedTurn
from rag.types import Answer, AnswerSentence, Citation, Filters

NASTY = '<script>alert(1)</script> *bold* [link](http://x) `code` # head\n- list \x1b[31m "q" & ‮x'


def turn(number: int = 1, **options: object) -> SavedTurn:
    citation = Citation(
        number=1, document="a<b>.txt", start=0, end=len(NASTY), quote=NASTY, speaker=NASTY,
        title="The *title*", published="2021-10-28",
    )  # fmt: skip
    answer = Answer(
        id="q", question=NASTY, status="answered", answer=f"{NASTY} [1] and [9]",
        sentences=(AnswerSentence(text="x", citations=(1,), support=1.0, origin="quote"),),
        citations=(citation,),
    )  # fmt: skip
    known: dict[str, object] = {
        "number": number, "at": "2026-11-21T10:00:00+00:00", "typed": NASTY, "asked": "In full?",
        "answer": answer, "texts": {"a<b>.txt": "f" * 64},
    }  # fmt: skip
    return SavedTurn(**{**known, **options})


class Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text += data


def test_html_runs_nothing_and_loads_nothing():
    page = Page()
    page.feed(to_html("name", [turn()]))
    assert not {"script", "link", "img", "iframe"} & {tag for tag, _ in page.tags}
    links = [a["href"] for tag, a in page.tags if tag == "a"]
    assert links == ["#t1-1"]
    assert "<script>alert(1)</script>" in page.text
    assert "[9]" in page.text
    assert "\x1b" not in page.text


def test_every_mark_in_html_leads_to_its_quote():
    page = Page()
    page.feed(to_html("name", [turn(1), turn(2)]))
    targets = {a.get("id") for _, a in page.tags}
    assert {a["href"] for tag, a in page.tags if tag == "a"} == {"#t1-1", "#t2-1"}
    assert {"t1-1", "t2-1"} <= targets


def test_markdown_shows_text_as_it_is():
    text = to_markdown("name", [turn()])
    assert "\\<script\\>" in text
    assert "\\[link\\](http" in text
    assert "\x1b" not in text
    headings = [line for line in text.splitlines() if line.startswith("#")]
    assert len(headings) == 2


def test_json_keeps_quote_offsets_and_hash():
    data = json.loads(to_json("name", [turn()]))
    kept = data["turns"][0]
    assert kept["answer"]["citations"][0]["quote"] == NASTY
    assert kept["answer"]["citations"][0]["end"] == len(NASTY)
    assert kept["texts"] == {"a<b>.txt": "f" * 64}
    assert kept["asked"] == "In full?"


@pytest.mark.parametrize("form", [to_markdown, to_html])
def test_a_reader_learns_what_was_not_answered(form):
    failed = Answer(id="q", question="?", status="failed", error={"message": "No connection."})
    text = form(
        "name",
        [
            turn(1, answer=failed),
            turn(2, answer=None),
            turn(3, answer=None, stopped="Half an"),
            turn(4, filters=Filters(since="2021")),
        ],
    )
    for words in (
        "No connection.",
        "No answer was kept.",
        "Stopped before",
        "Half an",
        "since 2021",
    ):
        assert words in text


def test_what_was_taken_back_is_not_exported(tmp_path):
    path = tmp_path / "x.md"
    save(
        path,
        "name",
        [turn(1, typed="kept"), turn(2, typed="undone", dropped=True)],
        overwrite=False,
    )
    assert "kept" in path.read_text(encoding="utf-8")
    assert "undone" not in path.read_text(encoding="utf-8")


def test_a_failed_write_leaves_the_old_file_and_nothing_beside_it(tmp_path, monkeypatch):
    path = tmp_path / "x.md"
    path.write_text("old", encoding="utf-8")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(Exception, match="No space left"):
        save(path, "name", [turn()], overwrite=True)
    assert path.read_text(encoding="utf-8") == "old"
    assert [p.name for p in tmp_path.iterdir() if p.name != "home"] == ["x.md"]


def test_lone_surrogates_are_no_crash(tmp_path):
    for ending in ("md", "json", "html"):
        save(tmp_path / f"x.{ending}", "n", [turn(typed="a\udcffb")], overwrite=False)
