"""The ledger filtered and counted."""

from __future__ import annotations

import pytest

from rag.names import Names
from rag.statements.ledger import Selection, days, frequent_topics, matrix, parts_of, select
from rag.types import Dated, Party, Polarity, Statement


@pytest.fixture(scope="module")
def names() -> Names:
    return Names.load(
        leaders=False,
        people=[
            Party(name="Arif Tamm", country="Pakistan", office="prime minister"),
            Party(name="Lin Baowen", country="China", office="president"),
        ],
    )


def party(name: str, country: str | None = None, kind: str = "person") -> Party:
    return Party(name=name, country=country, kind=kind)  # type: ignore[arg-type]


TAMM = party("Arif Tamm", "Pakistan")
LIN = party("Lin Baowen", "China")
BOTH = party("China and Pakistan", None, "joint")


def statement(
    quote: str,
    speaker: Party | None,
    *,
    said: str | None = None,
    published: str | None = None,
    to: Party | None = None,
    by: tuple[Party, ...] = (),
    polarity: Polarity = "neutral",
) -> Statement:
    return Statement(
        document="a.txt",
        start=0,
        end=len(quote),
        quote=quote,
        cue_start=0,
        cue_end=0,
        sentence=0,
        speaker=speaker,
        addressee=to,
        polarity=polarity,
        reported_by=by,
        said=Dated(value=said, how="test") if said else None,
        published=Dated(value=published, how="test") if published else None,
    )


LEDGER = [
    statement(
        "Pakistan supports China on water rights", TAMM, said="2021-03-05", to=LIN, polarity="for"
    ),
    statement("the dam must stay closed", TAMM, said="2021-04-05", polarity="against"),
    statement("the dams were opened", LIN, said="2021", by=(party("Xinhua", "China", "medium"),)),
    statement("they will meet about water rights", BOTH, published="2022-01-01"),
    statement("water is scarce", None),
]


def chosen(selection: Selection) -> list[int]:
    return [LEDGER.index(s) for s in selection.statements]


@pytest.mark.parametrize("by", ["Pakistan", "Islamabad", "Tamm", "prime minister of Pakistan"])
def test_a_country_its_capital_and_its_minister_select_the_same(names: Names, by: str) -> None:
    expected = [0, 1, 3] if by in {"Pakistan", "Islamabad"} else [0, 1]
    assert set(expected) - {3} <= set(chosen(select(LEDGER, names, by=by)))
    assert set(chosen(select(LEDGER, names, by=by))) <= {0, 1, 3}


def test_a_joint_statement_is_by_each_of_its_parties(names: Names) -> None:
    assert 3 in chosen(select(LEDGER, names, by="China"))
    assert 3 not in chosen(select(LEDGER, names, by="Peru"))


def test_topics_match_by_stem_and_countries_by_any_name(names: Names) -> None:
    assert chosen(select(LEDGER, names, about="dam")) == [1, 2]
    assert chosen(select(LEDGER, names, about="water rights")) == [0, 3]
    assert chosen(select(LEDGER, names, about="Beijing")) == [0]


def test_addressee_and_reporter_filter(names: Names) -> None:
    assert chosen(select(LEDGER, names, to="China")) == [0]
    assert chosen(select(LEDGER, names, reported_by="Xinhua")) == [2]
    assert chosen(select(LEDGER, names, by="China", reported_by="Reuters")) == []


def test_what_cannot_be_told_is_counted_not_hidden(names: Names) -> None:
    found = select(LEDGER, names, by="Pakistan", about="water", since="2021-01-01")
    assert chosen(found) == [0]
    assert (found.unattributed, found.undated) == (1, 1)


@pytest.mark.parametrize(
    ("since", "until", "clock", "expected"),
    [
        ("2021-04-01", None, "said", [1, 2]),
        (None, "2021-03-31", "said", [0, 2]),
        ("2021-03", "2021-03", "said", [0, 2]),
        ("2022", None, "published", [3]),
        ("2022", None, "said", []),
    ],
)
def test_a_period_counts_on_the_clock_that_is_asked_for(
    names: Names, since: str | None, until: str | None, clock: str, expected: list[int]
) -> None:
    found = select(LEDGER, names, since=since, until=until, clock=clock)  # type: ignore[arg-type]
    assert chosen(found) == expected


def test_a_partial_date_reaches_from_its_first_day_to_its_last() -> None:
    assert days("2024-02") == ("2024-02-01", "2024-02-29")
    assert days("2024") == ("2024-01-01", "2024-12-31")
    assert days("2024-02-03") == ("2024-02-03", "2024-02-03")


def test_the_matrix_counts_by_country_and_topic_with_polarity(names: Names) -> None:
    table = matrix(LEDGER, names, topics=["water rights", "dam"])
    assert table.cell("Pakistan", "dam").count() == 1
    assert table.cell("Pakistan", "dam").count("against") == 1
    assert table.cell("Pakistan", "water rights").count() == 2
    assert table.cell("China", "water rights").count() == 1
    assert table.cell("Peru", "dam").count() == 0
    assert table.rows[0] == "Pakistan"


def test_the_matrix_by_speaker_keeps_persons_apart(names: Names) -> None:
    table = matrix(LEDGER, names, rows="speaker", topics=["dam"])
    assert set(table.rows) == {"Arif Tamm", "Lin Baowen"}


def test_frequent_topics_are_phrases_and_not_the_speakers_countries(names: Names) -> None:
    quotes = ["human rights in Pakistan", "human rights matter", "the rights of human beings"]
    topics = frequent_topics([statement(q, TAMM) for q in [*quotes, "Pakistan is near"]], names)
    assert "human rights" in topics
    assert "pakistan" not in topics
    quotes = ["the United States and fish", "the United States of fish", "talks on Friday on fish"]
    spoken = [statement(q, party("Ann Lee", "United States")) for q in quotes]
    assert frequent_topics(spoken, names) == ["fish"]


def test_a_country_with_and_in_its_name_stays_whole(names: Names) -> None:
    joint = party("Bosnia and Herzegovina and Serbia", None, "joint")
    assert parts_of(joint, names) == ["Bosnia and Herzegovina", "Serbia"]


def test_a_selection_survives_json(names: Names) -> None:
    found = select(LEDGER, names, by="China")
    assert found.to_dict()["undated"] == 0
