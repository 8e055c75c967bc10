"""What stands on the screen: widths, wide and right-to-left characters, hostile documents."""

from __future__ import annotations

import io
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from rag.chat.screen import Paragraph, Screen

HOSTILE = (
    "Pakistan\x1b[2J\x1b[31m supports\x1b]0;owned\x07 "
    "\x1b]8;;http://evil\x1b\\Xinjiang\x1b]8;;\x1b\\"
    "\x9b31m and \x08\x08\x08CPEC\u202e backwards\u200b. \x1b]52;c;ZXZpbA==\x07\n"
)
SENTENCES = [
    "Pakistan firmly supports China's stance on issues concerning its core interests. [1]",
    "香港特别行政区的事务纯属中国内政，任何外国无权干涉，"
    "巴基斯坦坚定支持中方在涉港问题上的立场。 [2]",
    "قال الملك محمد السادس إن المغرب سعيد جدا بأن تكون له شراكة استراتيجية مع الصين. [3]",
    "Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichenverordnungsentwurf [4]",
    "👩‍👩‍👧‍👦 🇵🇰 é̂ ñ",
]


def screen_of(width: int, **options: bool) -> tuple[Screen, io.StringIO]:
    file = io.StringIO()
    console = Console(file=file, width=width, highlight=False, markup=False, emoji=False)
    return Screen(console, console, plain=options.get("plain", False), live=True), file


@pytest.mark.parametrize("width", [40, 80])
def test_a_paragraph_that_comes_in_sentences_looks_like_one_that_came_whole(width):
    screen, file = screen_of(width)
    paragraph = Paragraph(screen)
    for sentence in SENTENCES:
        paragraph.add(sentence)
    paragraph.end()
    whole = [w.plain.rstrip() for w in Text(" ".join(SENTENCES)).wrap(screen.out, width)]
    assert file.getvalue().splitlines() == whole
    assert max(cell_len(line) for line in file.getvalue().splitlines()) <= width


@settings(max_examples=60)
@given(
    st.lists(st.text(st.characters(codec="utf-8"), min_size=1, max_size=60), max_size=6),
    st.integers(20, 60),
)
def test_no_sentence_breaks_the_width_or_loses_a_letter(sentences, width):
    from rag.words import sanitize

    screen, file = screen_of(width)
    paragraph = Paragraph(screen)
    for sentence in sentences:
        paragraph.add(sentence)
    paragraph.end()
    shown = file.getvalue()
    kept = re.sub(r"\s", "", sanitize("".join(sentences)))
    assert re.sub(r"\s", "", shown) == kept
    assert all(cell_len(line) <= width for line in shown.split("\n"))


@pytest.mark.parametrize("width", [40, 80])
def test_a_whole_answer_keeps_within_narrow_terminals(talk, workspace, width):
    (workspace.documents / "c.txt").write_text(" ".join(SENTENCES), encoding="utf-8")
    one = talk(width=width)
    told = one.say("What about 香港特别行政区的事务纯属中国内政 and Pakistan?")
    told += one.say("/sources") + one.say("/help") + one.say("/who")
    assert "香港特别行政区" in told
    assert max(cell_len(line) for line in told.splitlines()) <= width


@pytest.mark.parametrize("plain", [False, True])
@pytest.mark.parametrize("live", [False, True])
def test_control_sequences_in_a_document_never_reach_the_terminal(talk, workspace, plain, live):
    (workspace.documents / "evil.txt").write_text(HOSTILE * 2, encoding="utf-8")
    one = talk(plain=plain, live=live)
    told = one.say("Who supports Xinjiang and CPEC backwards?")
    told += one.say("/sources") + one.say("/open 1") + one.say("/open evil.txt")
    assert "CPEC" in told
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", told)


def test_control_sequences_typed_or_piped_are_not_echoed(pipe):
    told = pipe(b"What \x1b[31mabout\x1b]0;x\x07 Xinjiang?\n")
    assert "\x1b" not in told.out + told.err


def test_plain_has_no_colour_no_box_and_no_control(talk):
    one = talk(plain=True, colour=True)
    told = one.say("What did Pakistan say about Xinjiang?") + one.say("/help") + one.say("/sources")
    assert "Source 1: Imran Khan" in told
    assert not re.search(r"[\x1b\u2500-\u257f]", told)


def test_colour_sets_marks_apart_and_no_colour_leaves_the_words(talk):
    coloured = talk(colour=True).say("What did Pakistan say about Xinjiang?")
    bare = talk().say("What did Pakistan say about Xinjiang?")
    assert "\x1b[36m[1]\x1b[0m" in coloured
    assert "\x1b" not in bare
    assert (
        re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", coloured)
        .replace("\r", "")
        .strip()
        .endswith(bare.strip().splitlines()[-1])
    )


def test_what_a_thread_posts_during_an_answer_waits_for_its_end():
    screen, file = screen_of(80)
    screen.post("a.txt has changed.")
    assert file.getvalue() == ""
    screen.prompting(True)
    screen.post("b.txt has changed.")
    assert file.getvalue().splitlines() == ["a.txt has changed.", "b.txt has changed."]
