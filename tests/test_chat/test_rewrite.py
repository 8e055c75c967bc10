"""Follow-ups become questions that stand alone; whole questions stay as they were typed."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.names import Names
from rag.rewrite import standalone
from rag.types import Party, Turn

NAMES = Names.load(
    people=[
        Party(name="Imran Khan", country="Pakistan", office="prime minister"),
        Party(name="Xi Jinping", country="China", office="president"),
        Party(name="Mohammed VI", country="Morocco", office="king"),
        Party(name="Hassan Rouhani", country="Iran", office="president"),
        Party(name="Wang Yi", country="China", office="foreign minister"),
        Party(name="Fuad Hussein", country="Iraq", office="foreign minister"),
        Party(name="Emmanuel Macron", country="France", office="president"),
        Party(name="Angela Merkel", country="Germany", office="chancellor"),
    ]
)
PAKISTAN = (
    "What did Pakistan say about Xinjiang?",
    "Pakistan firmly supports China's stance on Xinjiang, Prime Minister Imran Khan said. [1]",
)
TOLD = (
    "What did Xi Jinping tell King Mohammed VI about vaccines?",
    "China stands ready to promote cooperation with Morocco on vaccines, Xi said. [1]",
)
DEBATE = (
    "What did Pakistan say about Kashmir at the UN General Debate in 2013?",
    "It called … [1]",
)
ROUHANI = ("What did Rouhani say about sanctions?", "Rouhani said they should be lifted. [1]")
THANKED = (
    "Which countries thanked China for medical supplies?",
    "Iran and Iraq thanked China. [1] [2]",
)
CALLED = ("Did Iran call for the lifting of sanctions?", "Yes, Rouhani did. [1]")
POSITION = ("What is China's position on terrorism?", "China supports Iraq against it. [1]")
TOURISTS = ("How many Chinese tourists visited Morocco in 2019?", "350,000 annually. [1]")
PRESIDENT = ("Who is the Chinese president?", "Xi Jinping. [1]")
DISCUSSED = ("What did Xi and King Mohammed VI discuss?", "Vaccines and trade. [1]")
SIGNED = ("When did Morocco and China sign the Joint Declaration?", "In May 2016. [1]")
SPOKE = ("Who did Xi speak to?", "Xi spoke with King Mohammed VI and Hassan Rouhani. [1] [2]")
MACRON = ("What did Macron say about Ukraine in March 2022?", "")
CONDEMN = ("Did France condemn the coup in Niger?", "")
SUPPORTS = ("Who supports the Belt and Road Initiative?", "")
DOCUMENT = ("What does document 003 say about CPEC?", "")
THURSDAY = ("What did the Chinese side say on Thursday?", "")
SPOKEN = ("Which countries spoke about climate change in 2014?", "")
COMPLAINED = ("What sanctions did Iran complain about?", "")
MERKEL = ("What did Angela Merkel say about Syria?", "She asked for a truce. [1]")


def rewritten(history: tuple[str, str], question: str) -> str:
    return standalone(question, [Turn(question=history[0], answer=history[1])], NAMES).text


CASES = [
    # another topic
    (PAKISTAN, "and on Hong Kong?", "What did Pakistan say about Hong Kong?"),
    (PAKISTAN, "And about Tibet?", "What did Pakistan say about Tibet?"),
    (PAKISTAN, "vaccines?", "What did Pakistan say about vaccines?"),
    (PAKISTAN, "no, I meant Tibet", "What did Pakistan say about Tibet?"),
    (PAKISTAN, "not Xinjiang, Tibet", "What did Pakistan say about Tibet?"),
    (POSITION, "and on Taiwan?", "What is China's position on Taiwan?"),
    (TOLD, "and about trade?", "What did Xi Jinping tell King Mohammed VI about trade?"),
    (DEBATE, "and climate change?",
     "What did Pakistan say about climate change at the UN General Debate in 2013?"),
    (TOURISTS, "And Japanese tourists?", "How many Japanese tourists visited Morocco in 2019?"),
    # another speaker
    (PAKISTAN, "what about Iraq?", "What did Iraq say about Xinjiang?"),
    (PAKISTAN, "what about iraq", "What did Iraq say about Xinjiang?"),
    (PAKISTAN, "Iraq too?", "What did Iraq say about Xinjiang?"),
    (PAKISTAN, "did Iran?", "What did Iran say about Xinjiang?"),
    (PAKISTAN, "the same for Iran", "What did Iran say about Xinjiang?"),
    (PAKISTAN, "And the Moroccan king?", "What did the Moroccan king say about Xinjiang?"),
    (DEBATE, "And India?", "What did India say about Kashmir at the UN General Debate in 2013?"),
    (CALLED, "And Pakistan?", "Did Pakistan call for the lifting of sanctions?"),
    (POSITION, "And Iran's?", "What is Iran's position on terrorism?"),
    (THANKED, "And Pakistan?", "Did Pakistan thank China for medical supplies?"),
    (DISCUSSED, "And Rouhani?", "What did Xi and Rouhani discuss?"),
    (TOLD, "And the king?", "What did King Mohammed VI tell Xi Jinping about vaccines?"),
    (PRESIDENT, "And the Iranian one?", "Who is the Iranian president?"),
    (PAKISTAN, "and Taiwan?", "What did Pakistan say about Taiwan?"),
    (PAKISTAN, "And Iraq on trade?", "What did Iraq say about trade?"),
    (MACRON, "And Merkel?", "What did Merkel say about Ukraine in March 2022?"),
    (CONDEMN, "And the US?", "Did the US condemn the coup in Niger?"),
    (SUPPORTS, "does Pakistan?", "Does Pakistan support the Belt and Road Initiative?"),
    (DOCUMENT, "And 004?", "What does document 004 say about CPEC?"),
    # another date or place
    (THURSDAY, "And the day before?", "What did the Chinese side say the day before Thursday?"),
    (DEBATE, "and in 2015?",
     "What did Pakistan say about Kashmir at the UN General Debate in 2015?"),
    (DEBATE, "the year before?",
     "What did Pakistan say about Kashmir at the UN General Debate in 2012?"),
    (DEBATE, "two years later?",
     "What did Pakistan say about Kashmir at the UN General Debate in 2015?"),
    (DEBATE, "And at the Security Council?",
     "What did Pakistan say about Kashmir at the Security Council in 2013?"),
    (PAKISTAN, "and in 2015?", "What did Pakistan say about Xinjiang in 2015?"),
    # question words alone
    (PAKISTAN, "why?", "Why did Pakistan say that about Xinjiang?"),
    (PAKISTAN, "and when?", "When did Pakistan say that about Xinjiang?"),
    (TOLD, "to whom?", "To whom did Xi Jinping tell that about vaccines?"),
    (CALLED, "Why?", "Why did Iran call for the lifting of sanctions?"),
    (SIGNED, "And where?", "Where did Morocco and China sign the Joint Declaration?"),
    (THANKED, "When?", "Which countries thanked China for medical supplies, and when?"),
    (PAKISTAN, "who else?", "Who else spoke about Xinjiang?"),
    (THANKED, "Which other countries?",
     "Which other countries thanked China for medical supplies?"),
    (PAKISTAN, "tell me more", "What else did Pakistan say about Xinjiang?"),
    # that
    (PAKISTAN, "who reported that?", "Who reported what Pakistan said about Xinjiang?"),
    (PAKISTAN, "Which outlet reported this?",
     "Which outlet reported what Pakistan said about Xinjiang?"),
    (PAKISTAN, "When was that?", "When did Pakistan say that about Xinjiang?"),
    (PAKISTAN, "Who said that?", "Who said that for Pakistan about Xinjiang?"),
    (PAKISTAN, "Did Iran say that too?", "What did Iran say about Xinjiang?"),
    (PAKISTAN, "Does Iraq agree with that?",
     "Does Iraq agree with what Pakistan said about Xinjiang?"),
    (PAKISTAN, "Is that true?", "What did Pakistan say about Xinjiang, and is that true?"),
    (CALLED, "What did Xi say about it?", "What did Xi say about the lifting of sanctions?"),
    (SIGNED, "Who signed it?", "Who signed the Joint Declaration?"),
    # he, she, they, it
    (PAKISTAN, "What did he say about CPEC?", "What did Imran Khan say about CPEC?"),
    (MERKEL, "What did she say about Iran?", "What did Angela Merkel say about Iran?"),
    (TOLD, "Did he thank him?", "Did Xi Jinping thank Mohammed VI?"),
    (TOLD, "what did he answer?", "What did Mohammed VI answer?"),
    (TOLD, "what is his office?", "What is Xi Jinping's office?"),
    (TOLD, "When did they speak?", "When did Xi Jinping and Mohammed VI speak?"),
    (ROUHANI, "Who imposed them?", "Who imposed sanctions?"),
    (ROUHANI, "Are they still in force?", "Are sanctions still in force?"),
    (THANKED, "What did they say?", "What did Iran and Iraq say?"),
    (DEBATE, "What did it say about Afghanistan?",
     "What did Pakistan say about Afghanistan at the UN General Debate in 2013?"),
    (DEBATE, "Did they mention terrorism that year?", "Did Pakistan mention terrorism in 2013?"),
    (PRESIDENT, "What did he tell the Moroccan king about vaccines?",
     "What did Xi Jinping tell the Moroccan king about vaccines?"),
    (COMPLAINED, "who imposed them?", "Who imposed sanctions?"),
    (("What is the Belt and Road Initiative?", ""), "Who supports it?",
     "Who supports the Belt and Road Initiative?"),
    (SPOKEN, "Which of them mentioned Paris?",
     "Which of the countries that spoke about climate change in 2014 mentioned Paris?"),
    # the one, the other, the two
    (DISCUSSED, "what did the latter say about trade?", "What did Mohammed VI say about trade?"),
    (TOLD, "what did the other side say?", "What did Mohammed VI say?"),
    (TOLD, "What did both sides agree on?", "What did Xi Jinping and Mohammed VI agree on?"),
    (SPOKE, "What did the first one say about trade?", "What did Mohammed VI say about trade?"),
    (SPOKE, "and the latter about multilateralism?",
     "What did Hassan Rouhani say about multilateralism?"),
    (TOLD, "when did the call take place?",
     "When did the call between Xi Jinping and Mohammed VI take place?"),
    # left out
    (PAKISTAN, "What did Iran say?", "What did Iran say about Xinjiang?"),
    (PAKISTAN, "And what does Iraq think?", "What does Iraq think about Xinjiang?"),
    (DEBATE, "And what did India say about Kashmir?",
     "What did India say about Kashmir at the UN General Debate in 2013?"),
    (TOURISTS, "Why did the number go up?",
     "How many Chinese tourists visited Morocco in 2019, and why did the number go up?"),
    # other languages
    (PAKISTAN, "¿y sobre Hong Kong?", "What did Pakistan say about Hong Kong?"),
    (PAKISTAN, "et sur le Tibet ?", "What did Pakistan say about le Tibet?"),
    (PAKISTAN, "那香港呢？", "What did Pakistan say about Hong Kong?"),
]  # fmt: skip


@pytest.mark.parametrize(("history", "question", "expected"), CASES, ids=[c[1] for c in CASES])
def test_a_follow_up_is_put_into_words(history, question, expected):
    assert rewritten(history, question) == expected


WHOLE = [
    "What did Rouhani say about the economy?",
    "Who is the foreign minister of Iraq?",
    "When did Morocco and China agree to vaccine trials?",
    "What is the Global Development Initiative?",
    "Did Iran thank China for medical supplies?",
    "Which company is running the trials in Morocco?",
    "Does Iraq support China on Hong Kong?",
    "What did Guinea say about Palestine at the UN in 2014?",
    "Which countries mention the Belt and Road?",
    "Who called for multilateralism?",
    "Did Xi say that vaccines would be a public good?",
    "vaccine trials Morocco",
    "Iran sanctions",
    "And who promised vaccines to African countries?",
    "Is it true that Iran received a team of experts from China?",
    "What did Imran Khan say about his country's relations with China?",
    "What did Hussein say when he spoke to Wang Yi?",
    "Is there anything about climate change?",
    "New question: what did Iraq say about oil?",
    "By the way, what did the King of Morocco do in 2016?",
    "Summarise the call between Wang Yi and Fuad Hussein.",
    "Tell me about CPEC",
    "How did Morocco describe its partnership with China?",
    "What was said about oil?",
    "Was Taiwan mentioned by Morocco?",
    "¿Qué dijo Irán sobre las sanciones?",
    "What happened on August 20?",
    "Which of the five documents mention vaccines?",
    "In which countries do Chinese companies invest?",
    "Compare Morocco and Iran on vaccines",
    "Pakistan position on Taiwan",
    "Was that agreement on vaccines signed on August 20?",
    "How long has Pakistan had relations with China?",
]


@pytest.mark.parametrize("question", WHOLE)
@pytest.mark.parametrize("history", [PAKISTAN, TOLD, DEBATE, ROUHANI, THANKED, TOURISTS])
def test_a_change_of_subject_takes_nothing_along(history, question):
    assert rewritten(history, question) == question


def test_without_history_nothing_is_changed():
    for _, question, _ in CASES:
        found = standalone(question, [], NAMES)
        assert (found.text, found.changed) == (question, False)


def conversation(*questions: str) -> list[str]:
    """What each question becomes, the earlier ones kept as they were typed."""
    typed: list[Turn] = []
    found = []
    for question in questions:
        found.append(standalone(question, typed, NAMES).text)
        typed.append(Turn(question=question))
    return found


def test_a_chain_of_follow_ups_keeps_what_still_applies():
    assert conversation(
        "What did Pakistan say about Kashmir at the UN in 2013?", "and in 2014?", "And India?",
        "climate change?", "why?",
    ) == [
        "What did Pakistan say about Kashmir at the UN in 2013?",
        "What did Pakistan say about Kashmir at the UN in 2014?",
        "What did India say about Kashmir at the UN in 2014?",
        "What did India say about climate change at the UN in 2014?",
        "Why did India say that about climate change at the UN in 2014?",
    ]  # fmt: skip


def test_a_change_of_subject_drops_speaker_topic_and_date():
    assert conversation(
        "What did Pakistan say about Kashmir at the UN in 2013?",
        "What did Rouhani say about sanctions?", "And Xi?", "what did he say about vaccines?",
    )[2:] == [
        "What did Xi say about sanctions?", "What did Xi Jinping say about vaccines?",
    ]  # fmt: skip


def test_the_part_that_was_replaced_last_is_replaced_again():
    first = "What did China say about Iraq?"
    assert conversation(first, "what did Iran say?", "and Egypt?")[2] == (
        "What did Egypt say about Iraq?"
    )
    assert conversation(first, "and Egypt?")[1] == "What did Egypt say about Iraq?"
    assert conversation(first, "and on Iran?", "and Egypt?")[2] == "What did China say about Egypt?"
    about_person = "What did Xi Jinping say about Iraq?"
    assert conversation(about_person, "and Egypt?")[1] == "What did Xi Jinping say about Egypt?"


def test_a_standalone_form_in_the_history_reads_like_what_was_typed():
    typed = [Turn(question=PAKISTAN[0], answer=PAKISTAN[1]), Turn(question="and on Tibet?")]
    full = [typed[0], Turn(question="What did Pakistan say about Tibet?")]
    for question in ("And Iraq?", "why?", "What did he say about CPEC?"):
        assert standalone(question, typed, NAMES).text == standalone(question, full, NAMES).text


def test_it_says_why():
    found = standalone("and on Hong Kong?", [Turn(question=PAKISTAN[0])], NAMES)
    assert found.because == "“Hong Kong” instead of “Xinjiang”"


@pytest.mark.parametrize(
    ("written", "used"),
    [
        ("Is what Pakistan said about Xinjiang true?", True),
        ("Is what Pakistan said about Xinjiang in 1999 true?", False),
        ("Is what Narendra Modi said about Xinjiang true?", False),
        ("", False),
    ],
)
def test_a_model_may_word_it_better_but_may_not_invent(written, used):
    history = [Turn(question=PAKISTAN[0], answer=PAKISTAN[1])]
    found = standalone("Is that true?", history, NAMES, model=lambda *_: written)
    assert (found.text == written) is used


def test_a_model_is_not_asked_where_a_rule_knows():
    def model(*_: object) -> str:
        raise AssertionError("asked without need")

    history = [Turn(question=PAKISTAN[0], answer=PAKISTAN[1])]
    assert standalone("and on Tibet?", history, NAMES, model=model).changed
    assert not standalone("What did Iran say about oil?", history, NAMES, model=model).changed


WORDS = st.sampled_from(
    "and what about did Pakistan Iraq Xi he it that they the other one why when in 2013 on to "
    "say said ? , . the call both sides king Hong Kong ' \" \\ ( [ * 香港 إيران more else "
    "so".split()
)


@settings(max_examples=300, deadline=None)
@given(st.lists(WORDS, max_size=9), st.lists(st.lists(WORDS, max_size=9), max_size=3))
def test_no_words_in_any_order_are_a_crash(typed, before):
    history = [Turn(question=" ".join(q), answer=" ".join(reversed(q))) for q in before]
    question = " ".join(typed)
    found = standalone(question, history, NAMES)
    assert found.changed == (found.text != question)


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=80), st.text(max_size=80))
def test_no_text_is_a_crash(question, before):
    found = standalone(question, [Turn(question=before, answer=before)], NAMES)
    assert found.changed or found.text == question


def test_hostile_lengths_take_no_time():
    long = "and what about " + "Iraq and " * 3000
    history = [Turn(question=long, answer=long)] * 3
    assert standalone(long, history, NAMES).text == long
    assert standalone("and Iran?", history, NAMES).text


def test_joining_the_last_question_twice_does_not_pile_it_up():
    found = conversation("Was the call before the vaccine deal?", "is that true?", "who signed it?")
    joined = "Was the call before the vaccine deal, and "
    assert found[1:] == [f"{joined}is that true?", f"{joined}who signed it?"]
    again = [Turn(question=found[0]), Turn(question=found[1])]
    assert standalone("who signed it?", again, NAMES).text == found[2]


@pytest.mark.parametrize(
    ("verb", "asked"),
    [
        ("thanked", ("Did", "thank")), ("promised", ("Did", "promise")), ("said", ("Did", "say")),
        ("welcomed", ("Did", "welcome")), ("called", ("Did", "call")), ("urged", ("Did", "urge")),
        ("agreed", ("Did", "agree")), ("denied", ("Did", "deny")), ("visited", ("Did", "visit")),
        ("supports", ("Does", "support")), ("mention", ("Does", "mention")),
        ("expresses", ("Does", "express")), ("denies", ("Does", "deny")),
        ("settled", ("Did", "settle")), ("invested", ("Did", "invest")),
        ("planned", ("Did", "plan")),
    ],
)  # fmt: skip
def test_a_finite_verb_is_asked_with_its_auxiliary(verb, asked):
    from rag.rewrite.clauses import base_form

    assert base_form(verb) == asked


def test_an_office_without_a_name_is_asked_the_same_and_is_who_he_is():
    thanked = ("What did Fuad Hussein thank China for?", "For its help. [1]")
    assert rewritten(thanked, "did the king do so too?") == "What did Mohammed VI thank China for?"
    assert rewritten(thanked, "did the queen do so too?") == "What did the queen thank China for?"
    reported = ("Who reported it?", "The spokesman of China's foreign ministry. [1]")
    named = "What's the spokesman of China's foreign ministry's name?"
    assert rewritten(reported, "what's his name?") == named
    told = ("Who said so?", "The president of Iran, Hassan Rouhani. [1]")
    assert rewritten(told, "what did he ask for?") == "What did Hassan Rouhani ask for?"


def test_what_was_typed_in_haste_reads_like_a_question():
    hasty = ("what did iran say about sanctions", "Rouhani said they should be lifted. [1]")
    assert rewritten(hasty, "and xi?") == "What did Xi say about sanctions?"
    assert rewritten(hasty, "macron") == "What did Macron say about sanctions?"
