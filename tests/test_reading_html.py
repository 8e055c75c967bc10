"""Web pages: the article in, page furniture and hidden text out."""

import pytest

from rag.errors import ReadingError
from rag.reading import html
from rag.reading.html import read_html

HEAD = """<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">
<title>Xi calls Khan - Daily News</title>
<meta property="og:title" content="Xi calls Khan">
<meta property="og:site_name" content="Daily News">
<meta name="author" content="A. Writer">
<meta property="article:published_time" content="2021-10-28T08:00:00Z">
<link rel="canonical" href="https://news.example/xi-calls-khan">%s</head><body>
<nav><ul><li><a href="/">Home</a></li><li><a href="/w">World</a></li></ul></nav>
<article><h1>Xi calls Khan</h1>
<p>President Xi Jinping spoke with Prime Minister Imran Khan on <b>Tuesday</b> night, the
<a href="/x">ministry</a> said in a statement.</p>"""
TAIL = """<p>“Pakistan firmly supports the one-China policy,” Khan said in the call.</p></article>
<div class="comments"><h3>Comments</h3>
<p>A reader's comment that is long enough to be text.</p></div>
<div class="related"><h3>Related stories</h3><a href="/1">Story one</a></div>
<footer>Copyright 2021 Daily News. All rights reserved.</footer></body></html>"""


def page(middle="", head=""):
    return (HEAD % head + middle + TAIL).encode()


def document(data):
    return read_html("a.html", data if isinstance(data, bytes) else data.encode())[0]


def test_the_article_is_the_text_and_nothing_around_it():
    assert document(page()).text == (
        "President Xi Jinping spoke with Prime Minister Imran Khan on Tuesday night, the ministry "
        "said in a statement.\n\n“Pakistan firmly supports the one-China policy,” Khan said in the "
        "call."
    )


def test_a_page_says_what_it_is():
    metadata = document(page()).metadata
    assert metadata.title == "Xi calls Khan"
    assert metadata.source == "Daily News"
    assert metadata.published == "2021-10-28"
    assert metadata.author == "A. Writer"
    assert metadata.url == "https://news.example/xi-calls-khan"
    assert metadata.language == "en"
    assert metadata.how["published"] == "HTML meta"


def test_a_pages_own_source_wins_over_the_agency_of_the_dateline():
    data = page().replace(b"<p>President", b"<p>BEIJING, Oct. 28 (Xinhua) -- President")
    metadata = document(data).metadata
    assert metadata.source == "Daily News"
    assert metadata.extra["dateline"] == "BEIJING, Oct. 28 (Xinhua)"


@pytest.mark.parametrize(
    "hidden",
    [
        "<!-- SECRET words -->",
        '<p style="display:none">SECRET words.</p>',
        '<p style="visibility: hidden">SECRET words.</p>',
        '<p style="font-size:0px">SECRET words.</p>',
        '<p style="position:absolute; left:-9999px">SECRET words.</p>',
        "<p hidden>SECRET words.</p>",
        '<div aria-hidden="true"><p>SECRET words.</p></div>',
        '<p class="visually-hidden">SECRET words.</p>',
        '<p class="trick">SECRET words.</p>',
        '<p id="trick2">SECRET words.</p>',
        "<script>SECRET()</script>",
        "<template><p>SECRET words.</p></template>",
        "<noscript><p>SECRET words.</p></noscript>",
        "<p>A word.<span style='opacity:0'> SECRET words.</span></p>",
    ],
)
def test_what_a_page_hides_is_not_read(hidden):
    style = (
        "<style>/* x */ .trick, a.b{color:red; display: none} #trick2{visibility:hidden}</style>"
    )
    found = document(page(hidden, style))
    assert "SECRET" not in found.text
    assert "Khan said in the call" in found.text


@pytest.mark.parametrize(
    "shown",
    [
        '<p class="lead">SHOWN words of the page.</p>',
        '<p class="hidden md:block">SHOWN words of the page.</p>',
        '<p style="opacity:0.9">SHOWN words of the page.</p>',
        '<p class="printed">SHOWN words of the page.</p>',
    ],
)
def test_what_a_page_shows_is_read(shown):
    style = "<style>@media print { .printed { display: none } } body { color: red }</style>"
    assert "SHOWN words" in document(page(shown, style)).text


def test_invisible_characters_do_not_enter():
    found = document(page("<p>It&#8203;em&shy;s of tr&#x202e;ade were named by both sides.</p>"))
    assert "Items of trade were named" in found.text


def test_tables_lists_and_line_breaks_keep_their_words_apart():
    middle = (
        "<p>They agreed on these things for the coming year, and on others besides:</p>"
        "<ul><li>roads</li><li>vaccines</li></ul>"
        "<table><tr><th>Year</th><th>Trade</th></tr><tr><td>2020</td><td>17.5 bn</td></tr></table>"
        "<p>One line of it.<br>Another line of it.</p>"
    )
    text = document(page(middle)).text
    assert "- roads\n- vaccines" in text
    assert "Year | Trade" in text
    assert "2020 | 17.5 bn" in text
    assert "One line of it.\n\nAnother line of it." in text


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ("<p>Short.</p>", "Short."),
        ("<div>One two.</div><div>Three <b>four</b>.</div>", "One two.\n\nThree four."),
        ("<html><body>bare words</body></html>", "bare words"),
        ("no marks at all", "no marks at all"),
        ("<p>Un.<p>Closed <b>marks", "Un.\n\nClosed marks"),
        ('<?xml version="1.0" encoding="utf-8"?><html><body><p>Côte.</p></body></html>', "Côte."),
    ],
)
def test_pages_that_are_no_article_are_read_as_they_stand(data, text):
    assert document(data).text == text


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ('<meta charset="windows-1251"><p>Привет, мир.</p>'.encode("cp1251"), "Привет, мир."),
        ("<p>Côte d’Azur.</p>".encode("cp1252"), "Côte d’Azur."),
        ("<p>Côte.</p>".encode("utf-16"), "Côte."),
        ('<meta charset="nonsense"><p>Côte.</p>'.encode(), "Côte."),
        ('<meta charset="ascii"><p>Côte.</p>'.encode(), "Côte."),
    ],
)
def test_a_page_is_decoded_as_it_declares_where_that_works(data, text):
    assert document(data).text == text


@pytest.mark.parametrize(
    ("head", "title"),
    [
        ("<title>Xi calls Khan | Daily News</title>", "Xi calls Khan"),
        (
            "<title>Xi calls Khan | Daily News</title><meta property='og:title' content='A call'>",
            "A call",
        ),
        ("<title>Another matter</title>", "Another matter"),
        ("", "Xi calls Khan"),
    ],
)
def test_the_title_is_the_pages_and_no_other_heading(head, title):
    body = "<article><h1>Xi calls Khan</h1>" + "<p>They spoke of trade and of health.</p>" * 9
    assert document(f"<html><head>{head}</head><body>{body}").metadata.title == title


def test_headings_and_code_are_not_run_into_paragraphs():
    middle = "<h2>Basic usage</h2><p>One of them spoke.</p><h2>Later on</h2><p>Two left.</p>" * 4
    text = document(page(middle)).text
    assert "\n\nBasic usage\n\nOne of them spoke.\n\nLater on\n\nTwo left." in text


def test_deep_nesting_does_not_break_the_reading():
    nested = "<div>" * 5_000 + "deep words" + "</div>" * 5_000
    assert document("<p>They spoke.</p>" + nested).text.startswith("They spoke.")


def test_a_date_somewhere_in_the_text_is_not_when_a_page_was_published():
    data = "<html><body><article>" + "<p>On 5 May 1998 a test was held, he said then.</p>" * 9
    assert document(data).metadata.published is None


def test_a_huge_page_is_refused(monkeypatch):
    monkeypatch.setattr(html, "MAX_BYTES", 100)
    with pytest.raises(ReadingError, match="larger"):
        document(page())


@pytest.mark.parametrize("data", [b"<html></html>", b"<!-- only this -->", b"<p></p>"])
def test_an_empty_page_has_no_text(data):
    try:
        assert document(data).text == ""
    except ReadingError as error:
        assert "no text" in error.message
