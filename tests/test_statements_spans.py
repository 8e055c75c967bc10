"""Where what was said ends: the next clause, the listener, the day, the writer's own words."""

from __future__ import annotations

import pytest
from reported import said, to

from rag.names import Names
from rag.types import Statement

ROJAS = "Chilean Foreign Minister Elena Rojas met Kenyan Foreign Minister Peter Mwangi on Monday. "
R, M = "Elena Rojas", "Peter Mwangi"


@pytest.fixture(scope="module")
def names() -> Names:
    return Names.load()


def told(statement: Statement) -> tuple[str | None, str]:
    return statement.speaker.name if statement.speaker else None, statement.quote


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        # Behind a semicolon another's clause begins, and what is joined to it is theirs.
        (
            "Rojas said that nets were wide; Kenya's Mwangi, standing by, agreed, and called for "
            "a ban.",
            [(R, "nets were wide"), (M, "a ban")],
        ),
        (
            "Rojas said that nets were wide; Peru's Ana Paz agreed, and called for a ban.",
            [(R, "nets were wide"), ("Ana Paz", "a ban")],
        ),
        (
            "Rojas said that boats were new; that nets were wide, and called for a ban.",
            [(R, "boats were new; that nets were wide"), (R, "a ban")],
        ),
        (
            "Rojas proposed direct flights; our side agreed to study them.",
            [(R, "direct flights")],
        ),
        (
            "Rojas stressed that nets were wide; boats would follow.",
            [(R, "nets were wide; boats would follow")],
        ),
        # A second act beside an object is none inside a clause.
        (
            "Rojas reaffirmed the accord on nets and discussed boats.",
            [(R, "the accord on nets"), (R, "boats")],
        ),
        (
            "Rojas said that Chile backed the accord and discussed boats.",
            [(R, "Chile backed the accord and discussed boats")],
        ),
        (
            "Rojas played down the rift even as Mwangi insisted that nets were wide.",
            [(R, "the rift"), (M, "nets were wide")],
        ),
        # Whom it is said to is no content.
        ("Rojas urged the public to sail.", [(R, "to sail")]),
        ("Rojas called on parties to the dispute to sign.", [(R, "to sign")]),
        ("Rojas urged a return to diplomacy.", [(R, "a return to diplomacy")]),
        ("Rojas urged Peru, as well as the crews, to sail.", [(R, "to sail")]),
        # When it was said is no content.
        ("Nets are wide, Rojas said November 20 during a visit.", [(R, "Nets are wide")]),
        ("Rojas said afterwards that nets were wide.", [(R, "nets were wide")]),
        (
            "Rojas reiterated in late May her plan to join the bloc, a group that includes Peru.",
            [(R, "her plan to join the bloc, a group that includes Peru")],
        ),
        ("(CNN) -- “Nets are wide,” Rojas said.", [(R, "Nets are wide")]),
        # Verbs.
        (
            "Rojas praised Kenya, denounced outside interference and said nets were wide.",
            [(R, "Kenya"), (R, "outside interference"), (R, "nets were wide")],
        ),
        (
            "Rojas praised Kenya, criticized outside the bloc, and said nets were wide.",
            [(R, "Kenya, criticized outside the bloc"), (R, "nets were wide")],
        ),
        ("Mwangi countered that nets were wide.", [(M, "nets were wide")]),
        ("Kenya countered the raids.", []),
        ("Mwangi disputed the figures.", [(M, "the figures")]),
        ("Mwangi sailed to the disputed islands.", []),
    ],
)
def test_what_was_said_ends_where_something_else_begins(names, sentence, expected):
    assert [told(s) for s in said(ROJAS + sentence, names)] == expected


@pytest.mark.parametrize("role", ["", "presidential aide ", "fisheries chief "])
def test_a_role_before_the_one_who_is_quoted_hides_nobody(names, role):
    found = said(ROJAS + f"Reuters quoted {role}Ana Paz as saying that nets were wide.", names)[-1]
    assert told(found) == ("Ana Paz", "nets were wide")
    assert [p.name for p in found.reported_by] == ["Reuters"]


@pytest.mark.parametrize(
    ("tail", "listener"),
    [
        ("told Polish radio", "Polish radio"),
        ("told Fox News Channel of the talks on boats that are going on", "Fox News"),
        ("told a Lima weekly", None),
        ("told him", M),
    ],
)
def test_whoever_is_told_is_not_the_other_of_the_two_unless_it_says_so(names, tail, listener):
    found = said(ROJAS + f"“Nets are wide in the bay,” Rojas {tail}.", names)[-1]
    assert told(found) == (R, "Nets are wide in the bay")
    assert to(found) == listener


def test_a_call_received_is_a_talk_and_what_was_agreed_in_it_a_statement_of_its_own(names):
    text = (
        "Chilean Foreign Minister Elena Rojas received a phone call today from Kenyan Foreign "
        "Minister Peter Mwangi, during which they agreed to sail."
    )
    found = [told(s) for s in said(text, names)]
    assert found[0][1].startswith("received a phone call")
    assert found[1:] == [("Chile and Kenya", "to sail")]
    assert "during which" not in found[0][1]
