"""The gold files are the judge of everything else, so they are judged here, against the texts."""

import functools
import json
import re
import string
from collections import Counter
from pathlib import Path

import pytest

from rag.reading import MetadataTable, discover, read

ROOT = Path(__file__).parents[1]
SEEDS = ROOT / "seeds"
GOLD = ROOT / "evals" / "gold"
REASONS = {
    "no_document",
    "topic_without_speaker",
    "speaker_without_topic",
    "other_date",
    "reported_only",
    "conflict",
    "unsupported",
}


def load(name):
    lines = (GOLD / name).read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines if line.strip()]


def squeezed(text):
    return " ".join(text.split())


def squad(text):
    """Lower case, no ASCII punctuation, no articles, single spaces."""
    bare = "".join(c for c in text.lower() if c not in string.punctuation)
    return squeezed(re.sub(r"\b(a|an|the)\b", " ", bare))


def seed_texts():
    return {p.name: squeezed(p.read_text(encoding="utf-8")) for p in SEEDS.glob("*.txt")}


def tagged(cases, tag):
    return [case for case in cases if tag in case["tags"]]


SEED_CASES = load("seeds.jsonl")
ANSWERABLE = [case for case in SEED_CASES if case["answerable"]]
UNANSWERABLE = [case for case in SEED_CASES if not case["answerable"]]
by_id = {"ids": lambda case: case["id"]}


def check_places(case, texts):
    """Documents exist, every quote stands in one of them, and each document has a quote."""
    assert case["documents"] and case["quotes"]
    assert set(case["documents"]) <= set(texts)
    holders = {q: [d for d in case["documents"] if squeezed(q) in texts[d]] for q in case["quotes"]}
    assert all(holders.values()), "a quote that stands in none of the documents"
    assert {d for held in holders.values() for d in held} == set(case["documents"])


def test_ids_and_questions_are_unique():
    ids = Counter(case["id"] for case in SEED_CASES)
    asked = Counter(squad(case["question"]) for case in SEED_CASES)
    assert [i for i, n in ids.items() if n > 1] == []
    assert [w for w, n in asked.items() if n > 1] == []


@pytest.mark.parametrize("case", SEED_CASES, **by_id)
def test_every_case_has_the_fields_of_its_kind(case):
    assert case["question"].strip() == case["question"] != ""
    assert case["tags"]
    for turn in case.get("history", []):
        assert turn["question"] and turn["answer"]
    assert bool(case.get("history")) == ("follow-up" in case["tags"])


@pytest.mark.parametrize("case", ANSWERABLE, **by_id)
def test_quotes_and_documents_of_answerable_cases_are_in_the_seeds(case):
    texts = seed_texts()
    check_places(case, texts)
    wrong = set(case.get("wrong_documents", []))
    assert wrong <= set(texts)
    assert not wrong & set(case["documents"])


@pytest.mark.parametrize("case", ANSWERABLE, **by_id)
def test_quotes_are_whole_lines_of_words_not_the_date_of_the_file(case):
    for quote in case["quotes"]:
        assert not quote.startswith("date ")
        assert quote == quote.strip()
        assert "\n" not in quote


@pytest.mark.parametrize("case", ANSWERABLE, **by_id)
def test_the_gold_answers_would_pass_their_own_case(case):
    """Under a plain lower-casing and under SQuAD's normalisation alike."""
    assert case["answers"] and case["must_include"]
    for answer in case["answers"]:
        for alternatives in case["must_include"]:
            assert any(a.lower() in answer.lower() for a in alternatives), alternatives
            assert any(squad(a) in squad(answer) for a in alternatives), alternatives


@pytest.mark.parametrize("case", ANSWERABLE, **by_id)
def test_the_published_date_is_the_one_its_documents_carry(case):
    heads = [(SEEDS / d).read_text(encoding="utf-8")[:40] for d in case["documents"]]
    dates = {m[1] if (m := re.match(r" ?date (\S+)", head)) else None for head in heads}
    expected = dates.pop() if len(dates) == 1 else None
    assert case.get("published") == expected


@pytest.mark.parametrize("case", UNANSWERABLE, **by_id)
def test_unanswerable_cases_point_nowhere_and_give_known_reasons(case):
    assert not case.get("documents") and not case.get("quotes") and not case.get("answers")
    given = [r for r in (case.get("reason"), *case.get("reason_also", [])) if r]
    assert set(given) <= REASONS
    assert len(given) == len(set(given))


@pytest.mark.parametrize(
    ("tag", "least"),
    [
        ("fact", 10),
        ("who-said-what", 25),
        ("several-documents", 5),
        ("comparison", 5),
        ("date", 8),
        ("reporter", 4),
        ("yes-no", 5),
        ("list", 5),
        ("misspelt", 4),
        ("lower-case", 4),
        ("language-es", 3),
        ("language-fr", 3),
        ("language-zh", 3),
        ("follow-up", 6),
    ],
)
def test_there_are_enough_answerable_cases_of_each_kind(tag, least):
    assert len(tagged(ANSWERABLE, tag)) >= least


@pytest.mark.parametrize(
    ("tag", "least"),
    [
        ("other-speaker", 12),
        ("other-topic", 5),
        ("other-date", 4),
        ("other-person", 5),
        ("off-topic", 4),
        ("instruction", 3),
        ("false-premise", 3),
        ("reported-only", 2),
        ("near-miss", 30),
    ],
)
def test_there_are_enough_unanswerable_cases_of_each_kind(tag, least):
    assert len(tagged(UNANSWERABLE, tag)) >= least


def test_there_are_enough_cases_and_every_seed_is_asked_about():
    assert len(ANSWERABLE) >= 65
    assert len(UNANSWERABLE) >= 30
    per_document = Counter(d for case in ANSWERABLE for d in case["documents"])
    assert set(per_document) == set(seed_texts())
    assert min(per_document.values()) >= 10


def test_traps_of_attribution_name_the_document_not_to_cite():
    said = tagged(ANSWERABLE, "who-said-what")
    assert sum(bool(case.get("wrong_documents")) for case in said) >= 15


FOLLOWUPS = load("followups.jsonl")
CHANGES = tagged(FOLLOWUPS, "change-of-subject")
NEEDING = tagged(FOLLOWUPS, "follow-up")


def said_before(case):
    turns = [f"{turn['question']} {turn['answer']}" for turn in case["history"]]
    return " ".join(turns).lower()


@pytest.mark.parametrize("case", FOLLOWUPS, **by_id)
def test_every_follow_up_has_a_history_and_its_places(case):
    assert 1 <= len(case["history"]) <= 3
    assert all(turn["question"] and turn["answer"] for turn in case["history"])
    check_places(case, seed_texts())
    assert not set(case.get("wrong_documents", [])) & set(case["documents"])


@pytest.mark.parametrize("case", FOLLOWUPS, **by_id)
def test_the_answers_of_follow_ups_pass_their_own_case(case):
    for answer in case["answers"]:
        for alternatives in case["must_include"]:
            assert any(a.lower() in answer.lower() for a in alternatives), alternatives
            assert any(squad(a) in squad(answer) for a in alternatives), alternatives


@pytest.mark.parametrize("case", NEEDING, **by_id)
def test_a_rewriting_supplies_words_that_the_question_lacks(case):
    new = set(squad(case["standalone"]).split()) - set(squad(case["question"]).split())
    assert len(new) >= 2


@pytest.mark.parametrize("case", CHANGES, **by_id)
def test_forbidden_words_come_from_the_old_subject_alone(case):
    assert case["forbidden"]
    for word in case["forbidden"]:
        assert word.lower() in said_before(case)
        assert word.lower() not in case["question"].lower()
        assert word.lower() not in case["standalone"].lower()


def test_there_are_enough_follow_ups_and_changes_of_subject():
    assert len(NEEDING) >= 45
    assert len(CHANGES) >= 20
    assert len(NEEDING) + len(CHANGES) == len(FOLLOWUPS)
    assert len({case["id"] for case in FOLLOWUPS}) == len(FOLLOWUPS)
    assert len({said_before(case) + case["question"] for case in FOLLOWUPS}) == len(FOLLOWUPS)


STATEMENTS = load("statements.jsonl")
REQUIRED = [row for row in STATEMENTS if not row.get("optional")]
WORDS = {
    "act": set(
        "say note stress recall describe thank praise congratulate welcome sympathise greet "
        "support reaffirm hope promise propose urge warn concern condemn protest accuse reject "
        "deny ask decline agree discuss".split()
    ),
    "polarity": {"for", "against", "neutral"},
    "modality": {"asserted", "denied", "asked", "conditional", "hoped", "promised"},
    "form": {"direct", "mixed", "indirect", "narrated"},
    "split": {"dev", "test"},
}


@functools.cache
def stored_texts():
    """The texts as they are stored, since the offsets point into these."""
    texts = {}
    for folder in (SEEDS, GOLD / "statements"):
        table = MetadataTable.load(folder)
        for file in discover(folder):
            texts |= {document.name: document.text for document in read(file, table)}
    return texts


def paragraph_of(row):
    text = stored_texts()[row["document"]]
    start = text.rfind("\n", 0, row["start"]) + 1
    end = text.find("\n", row["end"])
    return start, text[start : end if end >= 0 else len(text)]


@pytest.mark.parametrize("row", STATEMENTS, ids=lambda row: row["id"])
def test_a_statement_is_found_at_its_offsets_and_nowhere_else(row):
    text = stored_texts()[row["document"]]
    assert text[row["start"] : row["end"]] == row["quote"] == row["quote"].strip()
    assert text.count(row["quote"]) == 1
    assert "\n" not in row["quote"]


@pytest.mark.parametrize("row", STATEMENTS, ids=lambda row: row["id"])
def test_a_statement_uses_the_words_of_the_annotation_rules(row):
    for name, allowed in WORDS.items():
        assert row[name] in allowed
    assert row["cue"] in paragraph_of(row)[1]
    assert all(set(party) == {"name", "country"} for party in row["reported_by"])
    if "joint" in row:
        assert row["country"] is None and len(row["joint"]) >= 2
    elif row["speaker"]:
        assert row["country"]
    if row["modality"] == "denied":
        assert row["act"] in {"deny", "reject"}


def test_a_paragraph_is_wholly_for_tuning_or_wholly_for_the_test():
    splits = {}
    for row in STATEMENTS:
        splits.setdefault((row["document"], paragraph_of(row)[0]), set()).add(row["split"])
    assert [where for where, kinds in splits.items() if len(kinds) > 1] == []


def test_a_third_of_each_kind_of_text_is_kept_for_the_test():
    for kind in ("0", "un_", "invented_"):
        rows = [row for row in REQUIRED if row["document"].startswith(kind)]
        assert 0.3 <= sum(row["split"] == "test" for row in rows) / len(rows) <= 0.5


def test_there_are_enough_statements_of_enough_texts():
    assert len({row["id"] for row in STATEMENTS}) == len(STATEMENTS)
    assert len(REQUIRED) >= 170
    annotated = {row["document"] for row in REQUIRED}
    assert annotated == set(stored_texts())
    assert sum(name.startswith("un_") for name in annotated) >= 10
    assert sum(name.startswith("invented_") for name in annotated) == 10
    held_out = {r["document"] for r in REQUIRED if r["split"] == "test"}
    assert sum(name.startswith("invented_") for name in held_out) == 5


def test_the_traps_of_attribution_are_among_the_statements():
    assert sum(bool(row["reported_by"]) for row in REQUIRED) >= 25
    assert sum("joint" in row for row in REQUIRED) >= 10
    assert sum(row["act"] == "thank" for row in REQUIRED) >= 8
    assert sum(row["speaker"] is None for row in REQUIRED) >= 3
    assert sum(row["modality"] == "denied" for row in REQUIRED) >= 3
    assert sum(row["modality"] == "conditional" for row in REQUIRED) >= 3
    assert sum(not row["cue"] for row in REQUIRED) >= 40


def test_the_read_me_counts_what_is_there():
    said = squeezed((GOLD / "README.md").read_text(encoding="utf-8"))
    optional = len(STATEMENTS) - len(REQUIRED)
    assert f"{len(REQUIRED)} statements and {optional} optional ones" in said
    assert f"{len(SEED_CASES)}: {len(ANSWERABLE)} answerable, {len(UNANSWERABLE)} not" in said
    assert f"{len(NEEDING)} that need them, {len(CHANGES)} changes of subject" in said
