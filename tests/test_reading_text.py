"""Plain text and Markdown: characters, encodings, wrapped lines, page furniture, leading fields."""

import codecs

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.errors import ReadingError
from rag.reading.clean import clean, mend_ligatures, mend_marks
from rag.reading.encoding import decode
from rag.reading.furniture import remove_furniture
from rag.reading.header import find_dateline, take_leading_fields
from rag.reading.markdown import read_markdown
from rag.reading.text import read_text
from rag.reading.wrap import unwrap

PARAGRAPH = (
    "China and Pakistan have stood side by side for seventy years, the minister said, and their "
    "friendship has withstood all tests. Both sides will deepen cooperation in trade and health."
)


def plain(words):
    return read_text("a.txt", words if isinstance(words, bytes) else words.encode())[0]


def text_of(words):
    return plain(words).text


def markdown(words):
    return read_markdown("a.md", words if isinstance(words, bytes) else words.encode())[0]


def wrapped(paragraph, width):
    lines, line = [], ""
    for word in paragraph.split():
        if line and len(line) + 1 + len(word) > width:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}".strip()
    return "\n".join([*lines, line])


# Encodings


@pytest.mark.parametrize(
    ("encoding", "mark"),
    [
        ("utf-8", b""),
        ("utf-8", codecs.BOM_UTF8),
        ("utf-16-le", codecs.BOM_UTF16_LE),
        ("utf-16-be", codecs.BOM_UTF16_BE),
        ("utf-32-le", codecs.BOM_UTF32_LE),
        ("utf-16-le", b""),
        ("utf-16-be", b""),
        ("cp1252", b""),
    ],
)
def test_an_encoding_is_told_and_its_mark_leaves_the_text(encoding, mark):
    words = "Rabat’s King said “yes” – the côte d’Azur agreed to 5 €."
    assert text_of(mark + words.encode(encoding)) == words


@pytest.mark.parametrize(
    ("encoding", "words"),
    [
        ("cp1251", "Президент России выступил на Генеральной Ассамблее ООН в Нью-Йорке. " * 5),
        ("shift_jis", "日本の首相は国連総会で演説を行い、平和と協力について述べました。" * 5),
        ("gb18030", "中国外交部发言人表示，中方愿同各方加强合作，共同应对疫情。" * 5),
        (
            "cp1250",
            "Prezydent podkreślił, że współpraca między państwami będzie źródłem siły. " * 5,
        ),
    ],
)
def test_other_code_pages_are_guessed(encoding, words):
    assert text_of(words.encode(encoding)) == words.strip()


def test_utf8_into_which_windows_bytes_were_pasted_keeps_both():
    data = "Beijing’s “friend” – côte à côte – spoke.".encode() + " It’s late.".encode("cp1252")
    assert text_of(data).endswith("“friend” – côte à côte – spoke. It’s late.")


@settings(deadline=None)
@given(st.text(min_size=1).filter(lambda text: "\x00" not in text))
def test_utf8_is_always_read_as_utf8(text):
    data = text.encode("utf-8", "replace")
    try:
        decoded, _ = decode(data)
    except ReadingError:
        assert any(ord(character) < 32 or ord(character) == 127 for character in text)
    else:
        assert decoded == data.decode("utf-8-sig") or data[:2] in (b"\xff\xfe", b"\xfe\xff")


def test_how_the_bytes_were_read_is_told_where_it_was_a_guess():
    document = plain("Côte d’Azur".encode("cp1252"))
    assert "cp1252" in document.metadata.how["text"]


# Characters


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("a\u200bb\u00adc\ufeffd\u202ee\u2066f\u200e", "abcdef"),
        ("a\x00b\x07c\x1bd\x9fe", "abcde"),
        ("a\tb\u00a0c\u3000d", "a b c d"),
        ("a\r\nb\rc\x0bd\x85e\u2028f", "a\nb\nc\nd\ne\nf"),
        ("a\u2029b", "a\n\nb"),
        ("ﬁnal conﬂict", "final conflict"),
        ("e\u0301", "é"),
        ("\ud83d alone \udc00", "\ufffd alone \ufffd"),
        ("👩\u200d🚒 and x\u200dy", "👩\u200d🚒 and xy"),
        ("क्\u200dष می\u200cخواهم", "क्\u200dष می\u200cخواهم"),
        ("hi\U000e0041\U000e0042", "hi"),
        ("👍🏽 ❤\ufe0f", "👍🏽 ❤\ufe0f"),
    ],
)
def test_what_cannot_be_seen_leaves_the_text(raw, expected):
    assert clean(raw) == expected


@settings(deadline=None)
@given(st.text())
def test_clean_text_can_be_stored_and_stays_as_it_is(text):
    once = clean(text)
    once.encode("utf-8")
    assert clean(once) == once


def test_ligatures_that_a_typesetter_left_apart_are_mended():
    assert mend_ligatures("the inf luence of f lags of law") == "the influence of flags of law"


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (
            "China&#8217;s &quot;friend&quot; &amp; others&nbsp;&#x2013; all",
            'China’s "friend" & others\u00a0– all',
        ),
        ("Chinaâ€™s â€œfriendâ€\u009d", "China’s “friend”"),
        ("la cÃ´te dâ€™Azur, Â£5", "la côte d’Azur, £5"),
        ("AT&T; R&D &unknown; Ã a â€", "AT&T; R&D &unknown; Ã a â€"),
        ("São João, Ângela, pâté", "São João, Ângela, pâté"),
    ],
)
def test_marks_that_a_scraper_spoilt_are_mended(raw, expected):
    assert mend_marks(raw) == expected


@settings(deadline=None)
@given(st.text())
def test_mending_never_raises_and_leaves_good_text(text):
    if "&" not in text and text.isascii():
        assert mend_marks(text) == text
    mend_marks(text)


# Wrapped lines


@pytest.mark.parametrize("width", [30, 56, 72, 100])
@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r", " \n"])
def test_wrapped_paragraphs_come_back_as_they_were(width, ends):
    paragraphs = [PARAGRAPH, "The prime minister agreed to all of it. " + PARAGRAPH, PARAGRAPH]
    raw = "\n\n".join(wrapped(paragraph, width) for paragraph in paragraphs)
    assert text_of(raw.replace("\n", ends)) == "\n\n".join(paragraphs)


def test_a_short_last_line_ends_a_paragraph_where_no_empty_line_does():
    raw = wrapped(PARAGRAPH + " It is so.", 56) + "\n" + wrapped("Globally, " + PARAGRAPH, 56)
    assert unwrap(raw) == f"{PARAGRAPH} It is so.\n\nGlobally, {PARAGRAPH}"


def test_an_indent_begins_a_paragraph():
    raw = wrapped(PARAGRAPH, 56) + "\n    " + wrapped("Globally, " + PARAGRAPH, 56)
    assert unwrap(raw) == f"{PARAGRAPH}\n\nGlobally, {PARAGRAPH}"


def test_a_file_with_a_paragraph_on_each_line_keeps_them():
    lines = ["Xi spoke on Monday.", PARAGRAPH, "Rouhani, for his part, agreed.", PARAGRAPH]
    assert unwrap("\n".join(lines)) == "\n\n".join(lines)


def test_one_broken_line_does_not_make_a_text_wrapped():
    raw = "Wang Yi met Dar in Beijing.\nDar thanked China.\nBoth sides\nagreed on trade."
    assert unwrap(raw).split("\n\n") == [
        "Wang Yi met Dar in Beijing.",
        "Dar thanked China.",
        "Both sides agreed on trade.",
    ]


def test_wrapped_and_double_spaced_lines_are_one_paragraph():
    raw = wrapped(PARAGRAPH, 56).replace("\n", "\n\n") + "\n\n\n\n" + wrapped(PARAGRAPH, 56)
    assert unwrap(raw.replace("\n\n\n\n\n", "\n\n\n\n")) == f"{PARAGRAPH}\n\n{PARAGRAPH}"


def test_a_page_break_in_mid_sentence_is_no_paragraph_break():
    lines = wrapped(PARAGRAPH, 56).split("\n")
    raw = "\n".join([*lines[:2], "", "", "\f" + lines[2], *lines[3:]])
    assert unwrap(raw) == PARAGRAPH


def test_a_paragraph_cut_by_an_empty_line_in_mid_sentence_is_mended():
    cut = PARAGRAPH.index("for seventy")
    assert (
        unwrap(f"{PARAGRAPH[:cut]}\n\n{PARAGRAPH[cut:]}\n\nIt ended.")
        == f"{PARAGRAPH}\n\nIt ended."
    )


def test_headings_stay_apart():
    raw = f"Friends For Ever\n\n{PARAGRAPH}\n\nTrade and health\n\n{PARAGRAPH}"
    assert unwrap(raw) == raw


def test_items_of_a_list_stay_on_lines_of_their_own():
    raw = "They agreed on:\n- trade and the new roads\n- vaccines\n- schools"
    assert unwrap(raw) == raw


@pytest.mark.parametrize(
    ("halves", "whole"),
    [
        (("self-", "determination"), "self-determination"),
        (("Secretary-", "General"), "Secretary-General"),
        (("sixty-", "ninth session"), "sixty-ninth session"),
        (("govern-", "ment"), "government"),
        (("short-", "and long-term aid"), "short- and long-term aid"),
        (("people-to-", "people contacts"), "people-to-people contacts"),
        (("2014-", "2015"), "2014-2015"),
        (("manip-", "ulation"), "manipulation"),
    ],
)
def test_a_word_divided_at_a_line_end_is_joined_as_it_is_spelled(halves, whole):
    raw = f"Men from the north wrote of the {halves[0]}\n{halves[1]} again. A government may."
    assert f"of the {whole} again" in unwrap(raw)


def test_divided_words_are_joined_where_a_text_divides_often():
    raw = "the confer-\nence spoke of devel-\nopment and of the envi-\nronment"
    assert unwrap(raw) == "the conference spoke of development and of the environment"


def test_chinese_lines_are_joined_without_a_space():
    assert unwrap("中国外交部发言人表示中方\n愿同各方加强合作共同\n应对疫情。") == (
        "中国外交部发言人表示中方愿同各方加强合作共同应对疫情。"
    )


def test_numbered_headings_stay_apart():
    body = wrapped(PARAGRAPH, 56)
    raw = f"{body}\n1.2. Language of this text\n{body}\n2. Scope\n{body}"
    parts = [part for block in unwrap(raw).split("\n\n") for part in block.split("\n")]
    assert parts == [PARAGRAPH, "1.2. Language of this text", PARAGRAPH, "2. Scope", PARAGRAPH]


@settings(deadline=None)
@given(st.lists(st.sampled_from(["a b", "A.", "", "  x", "- y", "B", "\f", "w-", "1. z", "c,"])))
def test_unwrapping_loses_no_word_and_leaves_no_stray_line_feed(lines):
    raw = "\n".join(lines)
    out = unwrap(raw)
    squeezed = "".join(raw.replace("-", "").split())
    assert "".join(out.replace("-", "").split()) == squeezed
    assert out == out.strip()
    assert "\n\n\n" not in out


# Page furniture


def test_the_header_of_a_printed_record_is_no_sentence():
    raw = (
        "China is one of the troop contributors, and we regard\n15-29562 39/54\n\f\n"
        "A/70/PV.19 30/09/2015\nit as our obligation to uphold peace."
    )
    assert text_of(raw) == (
        "China is one of the troop contributors, and we regard it as our obligation to uphold "
        "peace."
    )


def test_a_records_header_goes_even_from_the_middle_of_a_line():
    raw = f"{PARAGRAPH} 40/54 15-29562 30/09/2015 A/70/PV.19 In 1997 a dialogue began."
    assert text_of(raw) == f"{PARAGRAPH} In 1997 a dialogue began."


@pytest.mark.parametrize(
    "words",
    [
        "The speech (see A/69/PV.6) was held.",
        "It grew by 3/4 on 30/09/2015.",
        "See A/RES/70/1 there.",
    ],
)
def test_a_symbol_that_a_sentence_mentions_stays(words):
    assert text_of(words) == words


def test_running_headers_and_page_numbers_leave_the_text():
    said = ["One spoke.", "Two left.", "Three came.", "Four ate.", "Five slept."]
    pages = [f"The Daily Record {n}\n\n{words}\n\n{n}" for n, words in enumerate(said)]
    out, removed = remove_furniture("\f".join(f"{page}\n" for page in pages))
    assert "Daily Record 3" not in out
    assert "Three came." in out
    assert removed >= 8


@pytest.mark.parametrize(
    "line",
    [
        "Go to Forum >>0 Comment(s)",
        "Share this article on Facebook",
        "Share | Print | Email",
        "Advertisement",
        "0 comments",
        "Leave a comment",
        "Follow us on Twitter",
        "Read more: Xi meets Khan",
        "Copyright © 2021 Daily News. All rights reserved.",
        "(Editor: Zhang)",
        "Photo: Xinhua/Li Xin",
        "Related stories",
    ],
)
def test_what_a_page_prints_around_an_article_is_left_out(line):
    assert text_of(f"{PARAGRAPH}\n{line}\n\nIt ended.") == f"{PARAGRAPH}\n\nIt ended."
    assert text_of(f"{PARAGRAPH}\n\nIt ended.\n{line}") == f"{PARAGRAPH}\n\nIt ended."


@pytest.mark.parametrize(
    "line",
    [
        "Share this burden with the poor, he said.",
        "Comments by the minister were not reported.",
        "Print media in both countries reported it.",
        "The editor: a man of 60.",
        "Related stories of loss were told by all of them.",
    ],
)
def test_a_sentence_that_begins_like_a_label_stays(line):
    assert line in text_of(f"{PARAGRAPH}\n\n{line}\n\nIt ended.")


def test_a_wrapped_line_that_looks_like_a_label_stays():
    raw = (
        "It was a wish of the whole delegation to\nshare this\nwith the other members of the group."
    )
    assert "to share this with" in text_of(raw)


def test_what_was_left_out_is_told():
    document = plain(f"{PARAGRAPH}\n\nAdvertisement")
    assert document.metadata.how["text"] == "1 line of page furniture left out"


# Leading fields and datelines


@pytest.mark.parametrize(
    ("raw", "published"),
    [
        (" date 2021-10-28 China’s president spoke.", "2021-10-28"),
        ("Date: 28 October 2021\nChina’s president spoke.", "2021-10-28"),
        ("date: 2021-10\n\nChina’s president spoke.", "2021-10"),
        ("DATE 2021-10-28\nChina’s president spoke.", "2021-10-28"),
    ],
)
def test_a_leading_date_is_metadata_and_no_text(raw, published):
    document = plain(raw)
    assert document.metadata.published == published
    assert document.metadata.how["published"] == "leading line"
    assert document.text == "China’s president spoke."


@pytest.mark.parametrize(
    "raw", ["Date palms grow in Iraq.", "date 2021-13-45 was no day.", "Date: soon\nIt came."]
)
def test_a_date_that_is_none_stays_in_the_text(raw):
    document = plain(raw)
    assert document.metadata.published is None
    assert document.text.split() == raw.split()


@pytest.mark.parametrize(
    ("raw", "title"),
    [
        ("title Norway, UN General Debate 2012\n\nWe are few.", "Norway, UN General Debate 2012"),
        ("title Norway speaks\nWe are few.", None),
        ("title fights ended.\n\nWe are few.", None),
        ("Title IX was passed\n\nWe are few.", None),
        ("title Norway speaks\n\n", None),
    ],
)
def test_a_title_on_a_line_of_its_own_is_metadata_and_a_sentence_is_text(raw, title):
    rest, fields = take_leading_fields(raw)
    assert fields.get("title") == title
    assert rest == ("We are few." if title else raw)


def test_leading_lines_give_title_source_and_author():
    raw = "Title: Xi calls Khan\nSource: Xinhua\nBy-line: x\nAuthor: A. Writer\n\nThey spoke."
    rest, fields = take_leading_fields(raw)
    assert fields == {"title": "Xi calls Khan", "source": "Xinhua"}
    assert rest.startswith("By-line")


def test_a_text_without_a_title_has_none():
    assert plain(b"They spoke. It ended.").metadata.title is None


@pytest.mark.parametrize(
    ("raw", "fields"),
    [
        ("Rabat – Morocco’s King held a call.", {"dateline": "Rabat"}),
        (
            "BEIJING, June 19 (Xinhua) -- Xi spoke.",
            {"dateline": "BEIJING, June 19 (Xinhua)", "source": "Xinhua"},
        ),
        (
            "ISLAMABAD, Oct. 28, 2021 (APP) — Khan spoke.",
            {
                "dateline": "ISLAMABAD, Oct. 28, 2021 (APP)",
                "source": "APP",
                "published": "2021-10-28",
            },
        ),
        ("WASHINGTON (AP) — He spoke.", {"dateline": "WASHINGTON (AP)", "source": "AP"}),
        ("(Reuters) - He spoke.", {"dateline": "(Reuters)", "source": "Reuters"}),
        ("ISLAMABAD: Khan spoke.", {"dateline": "ISLAMABAD"}),
        (
            "NEW DELHI, 5 May 2020 – It rained.",
            {"dateline": "NEW DELHI, 5 May 2020", "published": "2020-05-05"},
        ),
        ("Xi spoke.\n\nRabat – The King spoke.", {"dateline": "Rabat"}),
        ("The – as he said – end.", {}),
        ("NOTE: this is a test.", {}),
        ("China – which has grown – spoke.", {}),
        ("Xi said: we agree.", {}),
    ],
)
def test_a_dateline_tells_place_agency_and_day(raw, fields):
    assert find_dateline(raw) == fields


def test_a_dateline_stays_in_the_text_and_says_where_its_fields_come_from():
    document = plain(b"BEIJING, June 19 (Xinhua) -- Xi spoke.")
    assert document.text.startswith("BEIJING, June 19 (Xinhua) -- Xi")
    assert document.metadata.source == "Xinhua"
    assert document.metadata.published is None
    assert document.metadata.how["source"] == "dateline"
    assert document.metadata.extra["dateline"] == "BEIJING, June 19 (Xinhua)"


def test_front_matter_wins_over_the_leading_line_and_that_over_the_dateline():
    raw = (
        "---\nsource: Foreign Ministry\n---\ndate 2020-01-02 ROME, May 5, 2019 (ANSA) — It rained."
    )
    metadata = plain(raw).metadata
    assert (metadata.source, metadata.published) == ("Foreign Ministry", "2020-01-02")
    assert metadata.how["source"] == "front matter"


# Front matter


def test_front_matter_gives_known_fields_and_others():
    raw = '---\ntitle: "A call"\ndate: 2021-10-28\ntags: [a, b]\nweight: 3\n---\nThey spoke.'
    document = plain(raw)
    assert document.text == "They spoke."
    assert document.metadata.title == "A call"
    assert document.metadata.published == "2021-10-28"
    assert document.metadata.extra == {"tags": "a, b", "weight": "3"}


def test_a_colon_that_yaml_refuses_is_read_all_the_same():
    document = plain(b"---\ntitle: China: a new era\n---\nThey spoke.")
    assert document.metadata.title == "China: a new era"


@pytest.mark.parametrize(
    "raw",
    [
        "---\nThis is a sentence between rules.\n---\nThey spoke.",
        "---\nnever closed\nThey spoke.",
        "---\na: &a [x]\nb: [*a, *a]\n? [odd]\n---\nThey spoke.",
    ],
)
def test_rules_that_hold_no_fields_stay_text(raw):
    document = plain(raw)
    assert "They spoke." in document.text
    assert document.metadata.extra == {}


def test_a_date_that_is_none_is_told_and_left_out():
    document, problems = read_text("a.txt", b"---\npublished: soon\n---\nThey spoke.")
    assert document.metadata.published is None
    assert "soon" in problems[0]


# Markdown


def test_markdown_leaves_the_words():
    raw = (
        "# A *call*\n\nXi **said** [so](https://x.example/a_(b)) in `code`, _truly_.\n\n"
        "![alt](a.png)\n\n> Quoted words.\n\n<!-- say the opposite -->\n\n"
        "- one\n- two\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n***\n\nEnd \\* <b>bold</b>."
    )
    document = markdown(raw)
    assert document.metadata.title == "A call"
    assert document.metadata.how["title"] == "first heading"
    assert document.text == (
        "Xi said so in code, truly.\n\nQuoted words.\n\n- one\n- two\n\na | b\n\n1 | 2\n\n"
        "End * bold."
    )


def test_an_underlined_heading_is_a_title():
    document = markdown(b"A call\n======\n\nThey spoke.")
    assert (document.metadata.title, document.text) == ("A call", "They spoke.")


def test_the_title_of_the_front_matter_wins_and_the_other_heading_stays():
    document = markdown(b"---\ntitle: One\n---\n# Two\n\nThey spoke.")
    assert document.metadata.title == "One"
    assert document.text == "Two\n\nThey spoke."


def test_a_heading_below_the_text_is_still_the_title_and_stays():
    document = markdown(b"They spoke.\n\n## Later\n\nThey left.")
    assert document.metadata.title == "Later"
    assert document.text == "They spoke.\n\nLater\n\nThey left."


@pytest.mark.parametrize(
    "words", ["2 * 3 * 4 = 24", "snake_case_name", "`` so '' he said , `` no ''", "a < b > c"]
)
def test_marks_that_are_none_stay(words):
    assert markdown(words).text == words


@pytest.mark.parametrize(
    "raw", ["A <script>steal()</script>b", "A <style>p{}</style>b", "A <!-- hidden\n\nwords -->b"]
)
def test_hidden_text_stays_out(raw):
    assert markdown(raw).text == "A b"


@pytest.mark.parametrize(
    ("body", "title"),
    [
        ("I thank you. We are few.", "Remarks by Ada Holm, Prime Minister of Norway, in Oslo"),
        ("Holm met Ivo Marin. She said no.", None),
    ],
)
def test_a_speechs_first_line_is_its_title_and_a_readouts_is_not(body, title):
    heading = "Remarks by Ada Holm, Prime Minister of Norway, in Oslo"
    document, _ = read_text("a.txt", f"{heading}\n\n{body}".encode())
    assert document.metadata.title == title
    assert document.text.startswith(heading)
