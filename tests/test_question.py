from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.errors import UsageError
from rag.names import Names
from rag.question import is_foreign, understand
from rag.question.dates import find_dates, iso, overlaps, require_iso
from rag.types import Party

TODAY = date(2026, 11, 21)
PEOPLE = [
    Party(name="Anna Berg", country="Norway", office="foreign minister"),
    Party(name="Ivo Novak", country="Croatia", office="prime minister"),
]


@pytest.fixture(scope="module")
def names() -> Names:
    return Names.load(None, PEOPLE)


@pytest.mark.parametrize(
    ("text", "since", "until"),
    [
        ("in March 2021", "2021-03", "2021-03"),
        ("on 28 October 2021", "2021-10-28", "2021-10-28"),
        ("on October 28th, 2021", "2021-10-28", "2021-10-28"),
        ("since 2019", "2019", None),
        ("before 2015", None, "2014-12-31"),
        ("after March 2020", "2020-04-01", None),
        ("between 2016 and 2019", "2016", "2019"),
        ("2016-2019", "2016", "2019"),
        ("at the UN in 2014", "2014", "2014"),
        ("yesterday", "2026-11-20", "2026-11-20"),
        ("last week", "2026-11-09", "2026-11-15"),
        ("last month", "2026-10", "2026-10"),
        ("last year", "2025", "2025"),
        ("in the last 10 days", "2026-11-11", "2026-11-21"),
    ],
)
def test_dates_are_read(text: str, since: str | None, until: str | None) -> None:
    found = find_dates(f"What did Norway say {text}?", TODAY)
    assert found is not None
    assert (found.since, found.until) == (since, until)


def test_no_date_is_found_where_there_is_none() -> None:
    assert find_dates("What did Norway say about COVID-19 in May?", TODAY) is None


@pytest.mark.parametrize(
    ("published", "inside"),
    [("2021", True), ("2021-03", True), ("2021-03-31", True), ("2021-04", False), ("2020", False)],
)
def test_a_partial_date_counts_where_it_may_lie_inside(published: str, inside: bool) -> None:
    assert overlaps(published, "2021-02", "2021-03") is inside


@pytest.mark.parametrize("value", ["21", "2021-13", "2021-02-30", "March", "2021-1"])
def test_a_filter_that_is_no_date_is_refused(value: str) -> None:
    with pytest.raises(UsageError):
        require_iso(value, "--since")
    assert iso("March 2021") == "2021-03"


@pytest.mark.parametrize(
    ("question", "speakers", "topic"),
    [
        ("What did Norway say about fish?", ["Norway"], "fish"),
        ("what did norway say about fish", ["Norway"], "fish"),
        ("What did Oslo say on whaling?", ["Norway"], "whaling"),
        ("What is Norway's position on whaling?", ["Norway"], "whaling"),
        ("What did Norway's foreign minister say about fish?", ["Anna Berg"], "fish"),
        ("What did the Croatian prime minister promise on wine?", ["Ivo Novak"], "wine"),
        ("According to Anna Berg, who catches the fish?", ["Anna Berg"], "catches fish"),
        ("Compare what Norway and Croatia said about fish.", ["Norway", "Croatia"], "fish"),
        ("Did Berg thank Croatia for the wine?", ["Anna Berg"], "thank Croatia wine"),
        ("¿Qué dijo Noruega sobre Xinjiang?", ["Norway"], "Xinjiang"),
        ("What did Zora Brandt say about fish?", ["Zora Brandt"], "fish"),
        ("How many fish were caught off Norway?", [], "fish caught Norway"),
    ],
)
def test_who_is_asked_about_what(
    names: Names, question: str, speakers: list[str], topic: str
) -> None:
    query = understand(question, names, today=TODAY)
    assert [p.name for p in query.speakers] == speakers
    assert query.topic == topic


def test_the_one_spoken_to_is_no_speaker_and_no_topic(names: Names) -> None:
    query = understand("What did Anna Berg tell Ivo Novak about wine?", names, today=TODAY)
    assert [p.name for p in query.speakers] == ["Anna Berg"]
    assert query.addressee is not None
    assert query.addressee.name == "Ivo Novak"
    assert query.topic == "wine"


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("What did Norway say about fish?", "said"),
        ("Did Norway support the plan?", "yes_no"),
        ("Which countries support the plan?", "list"),
        ("To which Middle Eastern countries did Norway send fish?", "list"),
        ("Who brought up fish?", "list"),
        ("What did the two leaders say about fish?", "said"),
        ("Compare Norway's and Croatia's positions on fish.", "comparison"),
        ("When was the treaty signed?", "fact"),
    ],
)
def test_the_kind_of_question(names: Names, question: str, kind: str) -> None:
    assert understand(question, names, today=TODAY).kind == kind


@pytest.mark.parametrize(
    ("question", "asks"),
    [
        ("When was the treaty signed?", "time"),
        ("In what year did they meet?", "time"),
        ("How many ships came?", "number"),
        ("How much did they pay?", "amount"),
        ("Who signed the treaty?", "person"),
        ("What did Norway say when it met Croatia?", ""),
    ],
)
def test_what_kind_of_thing_is_asked_for(names: Names, question: str, asks: str) -> None:
    assert understand(question, names, today=TODAY).asks == asks


def test_names_of_the_topic_are_known_apart_from_its_words(names: Names) -> None:
    query = understand("What did Norway say about the Arctic Council and fish?", names, today=TODAY)
    assert query.named == ("Arctic Council",)


@pytest.mark.parametrize(
    ("question", "foreign"),
    [
        ("¿Qué dijo Pakistán sobre Xinjiang?", True),
        ("Qu'a dit le roi sur la paix ?", True),
        ("巴基斯坦说了什么？", True),
        ("O que disse o Paquistão sobre Taiwan?", True),
        ("Apa kata Pakistan tentang Taiwan?", True),
        ("Che Guevara, an ally?", False),
        ("von der Leyen Ukraine", False),
        ("Lula da Silva, Amazon", False),
        ("What did Pakistan say about Xinjiang?", False),
        ("What did Wang Yi say on Taiwan?", False),
        ("Pakistan Xinjiang", False),
        ("khan world facing major issues", False),
        ("How many Moroccans take part?", False),
        ("Dijo algo Pakistán?", True),
        ("Quand l'accord avec CNBG a-t-il été signé ?", True),
    ],
)
def test_a_question_in_another_language_is_noticed(question: str, foreign: bool) -> None:
    assert is_foreign(question) is foreign


@pytest.mark.parametrize(
    "question",
    [
        "¿Qué dijo Pakistán sobre Taiwán?", "Qu'a dit le Pakistan sur Taïwan ?",
        "Was sagte Pakistan über Taiwan?", "O que disse o Paquistão sobre Taiwan?",
        "что сказал Пакистан о Тайване?", "ماذا قالت باكستان عن تايوان؟",
        "巴基斯坦对台湾说了什么？", "Cosa ha detto il Pakistan di Taiwan?",
    ],
)  # fmt: skip
def test_whose_words_are_asked_for_is_read_in_other_languages_too(question: str) -> None:
    query = understand(question, Names.load())
    assert [p.name for p in query.speakers] == ["Pakistan"]


@given(st.text(max_size=300))
def test_nothing_typed_breaks_the_understanding(text: str) -> None:
    query = understand(text, Names.load(), today=TODAY)
    assert query.text == text


def test_an_office_alone_is_its_only_holder_in_the_documents() -> None:
    king = Party(name="Olav Strand", country="Norway", office="king", kind="person")
    heads = [Party(name=n, country=c, office="president", kind="person") for n, c in TWO]
    known = Names.load(None, [king, *heads])
    asked = understand("What did the king say about fish?", known, today=TODAY)
    assert [p.name for p in asked.speakers] == ["Olav Strand"]
    assert asked.topic == "fish"
    assert not understand("What did the president say about fish?", known, today=TODAY).speakers


TWO = (("Anna Berg", "Croatia"), ("Ivo Novak", "Chile"))
