"""Readouts in the styles of news agencies and ministries, each with what is said in it and by whom.

The texts are made up for this test. `{Speaker|content}` marks a statement, `{Speaker<Reporter|…}`
one that another reports (outermost first), `{*|content}` words whose speaker stays open; a name
with "&" is a joint statement. Everything outside the marks is the article's own.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest

from rag.names import Names
from rag.segment import split_sentences
from rag.statements import extract
from rag.types import Document, Metadata, Statement

MARK = re.compile(r"\{(?P<who>[^{}|]+)\|(?P<what>[^{}]*)\}")

READOUTS: dict[str, tuple[Metadata, str]] = {
    "agency call, inverted and interrupted attributions": (
        Metadata(published="2022-05-18", source="Xinhua"),
        """\
HANOI, May 18 -- Vietnamese President Tran Duc Minh said on Tuesday that {Tran Duc Minh|Vietnam is willing to deepen \
practical cooperation with Peru in agriculture and clean energy}.
Tran {Tran Duc Minh|made the remarks in a phone conversation with his Peruvian counterpart, Rosa Quispe Alarcon}.
{Tran Duc Minh|Over the past years, said Tran, the two countries have kept a steady pace of exchanges}, adding that \
{Tran Duc Minh|the Vietnamese side is ready to buy more farm produce from Peru}.
Noting that {Tran Duc Minh|the harvest had suffered from floods}, Tran expressed {Tran Duc Minh|sincere sympathy to the \
Peruvian people}.
{Tran Duc Minh|The two sides should also speed up talks on a port in the north of Peru}, the Vietnamese president stressed.
{Tran Duc Minh|Vietnam, he added, opposes any form of trade bullying and stands for open markets}.
For her part, Quispe said that {Rosa Quispe Alarcon|Peru highly values its friendship with Vietnam}.
{Rosa Quispe Alarcon|The Peruvian side, she said, firmly adheres to multilateralism}.
{Rosa Quispe Alarcon|Peru thanks Vietnam for the vaccines it sent last year}, Quispe said, expressing \
{Rosa Quispe Alarcon|hope that more direct flights will open soon}.
The two presidents also exchanged views {Vietnam & Peru|on the situation in the region}.
""",
    ),
    "ministry readout, one paragraph a speaker": (
        Metadata(published="2023-02-09"),
        """\
On February 8, 2023, Foreign Minister Batbold Ganzorig of Mongolia {Batbold Ganzorig|had a phone call with Norwegian \
Foreign Minister Ingrid Solheim at the latter's request}.

Batbold Ganzorig said that {Batbold Ganzorig|Mongolia and Norway have treated each other with sincerity}. {Batbold \
Ganzorig|The two sides should plan the next round of consultations at an early date}. {Batbold Ganzorig|Mongolia is ready \
to share its experience in herding and will continue to support Norway in hosting the conference}. {Batbold \
Ganzorig|It is hoped that Norwegian companies will be treated fairly and will find more room in the Mongolian market}.

Ingrid Solheim said that {Ingrid Solheim|Norway attaches great importance to its relations with Mongolia}. She thanked \
{Ingrid Solheim|Mongolia for its help in bringing Norwegian climbers home} and reiterated {Ingrid Solheim|that Norway \
abides by its earlier commitments}.

The two sides also exchanged views {Mongolia & Norway|on the supply of copper}.
""",
    ),
    "Pakistani paper, office statement and tweets": (
        Metadata(published="2021-06-11", source="The Daily Courier"),
        """\
ISLAMABAD: Foreign Minister Zubair Hashmi on Thursday told his Omani counterpart Salim al-Harthy that {Zubair \
Hashmi<Pakistan|Pakistan wanted peace in the neighbourhood}, the Foreign Office said in a statement.

“{Zubair Hashmi|Pakistan will continue to play its role for a negotiated settlement},” FM Hashmi said during the call.

He underscored {Zubair Hashmi|the need for all sides to exercise restraint}.

{Zubair Hashmi|Islamabad had always advocated dialogue, he maintained, and had never sought a military solution}.

The foreign minister also appreciated {Zubair Hashmi|Oman's support for overseas Pakistanis}.

Al-Harthy, for his part, lauded {Salim al-Harthy<Pakistan|Pakistan's efforts for the evacuation of foreign nationals}, and agreed \
{Salim al-Harthy<Pakistan|to stay in close contact}, the statement added.

Meanwhile, Information Minister Nadia Qazi tweeted: “{Nadia Qazi|Our doors are open to all visitors.}”
""",
    ),
    "Moroccan news site, background and quotations": (
        Metadata(published="2022-03-16", source="Atlas Daily News"),
        """\
Rabat – Morocco’s Minister of Energy Samira Tazi announced {Samira Tazi|a new plan to triple the share of solar power by \
2035}.

The minister {Samira Tazi|held talks on Tuesday with her Senegalese counterpart, Moussa Diagne, in Rabat}.

“{Samira Tazi|Africa must own its energy future},” Tazi said at a press conference after the meeting. “{Samira Tazi|We \
will not wait for others to build it.}”

Diagne said that {Moussa Diagne|Senegal “fully supports” the initiative}, describing {Moussa Diagne|the plan as “a turning \
point” for the continent}.

The North African country imports most of its fuel. In 2020, the government signed a contract with a German company.

According to the ministry, {Morocco|the first plant will open in 2024}.

Tazi denied {Samira Tazi|that the price of electricity would rise}.
""",
    ),
    "White House readout": (
        Metadata(published="2022-11-02", title="Readout of President Harlan’s Call with President Castellan of Chile"),
        """\
President Walter Harlan spoke today with President Elena Castellan of Chile. President Harlan congratulated {Walter \
Harlan|President Castellan on her inauguration} and reaffirmed {Walter Harlan|the commitment of the United States to the \
partnership between our countries}. The two leaders discussed {United States & Chile|efforts to address climate change and \
migration}. They agreed {United States & Chile|that their teams will meet next month}. President Harlan underscored \
{Walter Harlan|the importance of respect for human rights in the region}. President Castellan expressed {Elena \
Castellan|concern about the price of food} and asked {Elena Castellan|whether the United States would release part of its reserves}.
""",
    ),
    "State Department readout attributable to a spokesperson": (
        Metadata(published="2022-09-14", source="U.S. Department of State"),
        """\
The following is attributable to Spokesperson Dana Whitlock:

Secretary of State Martin Keller spoke by phone today with Ghanaian Foreign Minister Kwame Adusei. The Secretary thanked \
{Martin Keller<Dana Whitlock|Ghana for its leadership in the Security Council}. He reiterated {Martin Keller<Dana \
Whitlock|that the United States would stand by its friends in West Africa}. Foreign Minister Adusei and the Secretary also \
discussed {Ghana & United States<Dana Whitlock|the security of shipping in the Gulf of Guinea}. The Secretary condemned \
{Martin Keller<Dana Whitlock|the coup in a neighbouring country} and called for {Martin Keller<Dana Whitlock|a prompt \
return to civilian rule}.
""",
    ),
    "Downing Street readout": (
        Metadata(published="2023-01-20", title="PM call with the King of Jordan: 20 January 2023", source="Prime Minister's Office, 10 Downing Street"),
        """\
Prime Minister Helen Ashworth spoke to King Faisal III of Jordan.

A Downing Street spokesperson said:

The Prime Minister spoke to King Faisal III of Jordan this morning. She thanked {Helen Ashworth<Downing Street \
spokesperson|the King for the warm welcome given to British troops}. They discussed {United Kingdom & Jordan<Downing \
Street spokesperson|the recent violence in the region}. The King updated the Prime Minister {Faisal III<Downing Street \
spokesperson|on his talks in Cairo}. The leaders agreed {United Kingdom & Jordan<Downing Street spokesperson|that calm \
must return quickly}.
""",
    ),
    "Kremlin readout": (
        Metadata(published="2021-04-02", source="President of Russia"),
        """\
Viktor Arsenyev had a telephone conversation with President of Kazakhstan Daniyar Seitkali.

The leaders discussed {Russia & Kazakhstan|the state of transport corridors}. President of Russia Viktor Arsenyev \
emphasised {Viktor Arsenyev|the need to complete the railway on time}. He noted {Viktor Arsenyev|that Kazakhstan remains \
Russia’s key partner in Central Asia}.

Daniyar Seitkali spoke in favour of a joint commission. The two presidents agreed {Russia & Kazakhstan|to continue personal \
contacts}.

It was noted that trade has grown by a third.
""",
    ),
    "spokesperson reports the minister's call": (
        Metadata(published="2020-08-27", source="China Daily"),
        """\
BEIJING - State Councilor and Foreign Minister Guo Shen told Kenyan Foreign Minister Amina Otieno in a phone conversation \
on Wednesday that {Guo Shen<Fang Lihua|China will honor its pledge to build the hospital}, foreign ministry spokesperson \
Fang Lihua said on Thursday.

Fang said Guo stressed that {Guo Shen<Fang Lihua|Africa's voice must be heard at the United Nations}.

{Guo Shen<Fang Lihua|China appreciates Kenya's support on issues of its core interests}, Guo said, according to Fang.

Asked about the reports of a new debt, Fang said {Fang Lihua|they were groundless}.

"{Fang Lihua|We hope the media will check the facts},” she added.
""",
    ),
    "joint statement and its parts": (
        Metadata(published="2019-10-03"),
        """\
WARSAW, Oct 3 - Poland and Ukraine on Thursday condemned {Poland & Ukraine|the shelling of civilians in the east}.

The two sides reaffirmed {Poland & Ukraine|their commitment to a peaceful settlement} and called on {Poland & Ukraine|all \
parties to respect the ceasefire}.

Polish Foreign Minister Marek Zalewski said {Marek Zalewski|Warsaw would open three new border crossings}, while his \
Ukrainian counterpart Olena Hnatiuk pledged {Olena Hnatiuk|to simplify customs rules}.

“{Olena Hnatiuk|We will do this before the winter},” Hnatiuk told reporters. 

Neither minister commented on grain prices.
""",
    ),
    "thanks, denial, question and condition": (
        Metadata(published="2021-12-09"),
        """\
Iraqi Prime Minister Jabbar al-Rawi thanked {Jabbar al-Rawi|Qatar for supporting the reconstruction of Mosul}.

Al-Rawi denied {Jabbar al-Rawi|that Iraq had asked for foreign troops}.

He said {Jabbar al-Rawi|Iraq would join the project if the terms were fair}.

Qatar's emir, Sheikh Nasser bin Khalifa, asked {Nasser bin Khalifa|whether the road to Basra was safe}.

The emir welcomed {Nasser bin Khalifa|Iraq's decision to reopen its embassy in Doha}, saying {Nasser bin Khalifa|it would \
bring the two peoples closer}.

Al-Rawi did not say when the embassy would open.
""",
    ),
    "agencies quote, sources speak": (
        Metadata(published="2022-07-21"),
        """\
Reuters quoted Nepali Finance Minister Hari Bhandari as saying that {Hari Bhandari<Reuters|the budget will be revised in \
August}.

“{Hari Bhandari|There is no reason to panic},” Bhandari was quoted as saying.

Two senior officials said {unnamed|the reserves would last for five months}.

The central bank said in a statement that {*|imports of cars would be restricted}.

Indian Foreign Secretary Anil Deshmukh said {Anil Deshmukh<Press Trust of India|New Delhi was ready to help}, the Press Trust of India reported.

Critics say {unnamed|the measures come too late}.
""",
    ),
    "long quotation over several paragraphs": (
        Metadata(published="2018-03-05", source="The Nairobi Herald"),
        """\
NAIROBI: Kenyan President Joseph Kariuki on Monday urged {Joseph Kariuki|Somali leaders to settle their dispute through \
talks}.

“{Joseph Kariuki|Our region cannot afford another war. }

“{Joseph Kariuki|Kenya has sheltered half a million refugees for thirty years, and we are proud of it}. {Joseph Kariuki|Those who talk of \
closing the camps don't speak for us},” Kariuki said at a rally in Mombasa.

He promised {Joseph Kariuki|to visit Mogadishu before the end of the year}.

Somalia's ambassador in Nairobi, Yusuf Warsame, dismissed {Yusuf Warsame|the remarks as interference}.
""",
    ),
    "the latter, the minister, his host": (
        Metadata(published="2024-02-15"),
        """\
Jordanian Foreign Minister Tariq Majali met his Egyptian counterpart, Hisham Fouad, in Cairo on Wednesday.

Majali briefed Fouad {Tariq Majali|on the situation at the border}. The latter said {Hisham Fouad|Egypt would send more \
trucks}.

The Jordanian minister stressed {Tariq Majali|that aid must reach the north}. He also said {Tariq Majali|Amman rejects any \
displacement of the population}.

Fouad, who spoke after the meeting, stated that {Hisham Fouad|Cairo shares this position}.

The two ministers called for {Jordan & Egypt|an immediate ceasefire}.
""",
    ),
    "list under one verb": (
        Metadata(published="2023-05-30"),
        """\
After the talks, the Norwegian and Polish ministers of defence agreed to:

- {Norway & Poland|hold two exercises a year}
- {Norway & Poland|exchange officers}
- {Norway & Poland|buy ammunition together}

Norwegian Defence Minister Lars Eikeland said {Lars Eikeland|the agreement sends a clear signal}.
""",
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Expected:
    start: int
    end: int
    speaker: str
    reporters: tuple[str, ...]


def unmarked(marked: str) -> tuple[str, list[Expected]]:
    """The text without its marks, and what they say."""
    text, found, last = "", [], 0
    for match in MARK.finditer(marked):
        text += marked[last : match.start()]
        who, *by = [part.strip() for part in " ".join(match["who"].split()).split("<")]
        content = match["what"].strip()
        found.append(Expected(len(text), len(text) + len(content), who, tuple(by)))
        text += match["what"]
        last = match.end()
    return text + marked[last:], found


def overlap(start: int, end: int, statement: Statement) -> float:
    """Intersection over the longer of the two spans."""
    shared = min(end, statement.end) - max(start, statement.start)
    return max(0, shared) / max(end - start, statement.end - statement.start)


def spoken_by(statement: Statement) -> str:
    if statement.speaker is None:
        return "?"
    if statement.speaker.kind == "unnamed":
        return "unnamed"
    return (
        statement.speaker.name.replace(" and ", " & ")
        if statement.speaker.kind == "joint"
        else statement.speaker.name
    )


def same(expected: str, found: str) -> bool:
    return expected == found or sorted(expected.split(" & ")) == sorted(found.split(" & "))


@dataclass
class Score:
    """Counts over readouts."""

    expected: int = 0
    given: int = 0
    right: int = 0
    wrong: int = 0
    reporters: int = 0
    spans: int = 0
    spurious: int = 0
    found: int = 0

    def line(self) -> str:
        return (
            f"expected {self.expected}, attributed {self.given}, right {self.right}, wrong {self.wrong}, "
            f"spurious {self.spurious}, reporters right {self.reporters}, spans ≥ .8 {self.spans}, found {self.found}"
        )


def judge(name: str, names: Names, score: Score) -> list[str]:
    """Adds one readout to the score; returns what was missed, for people to read."""
    metadata, marked = READOUTS[name]
    text, expected = unmarked(marked)
    document = Document(name="readout.txt", text=text, metadata=metadata)
    statements = extract(document, split_sentences(text, document.name), names)
    notes, used = [], set()
    for item in expected:
        best = max(statements, key=lambda s: overlap(item.start, item.end, s), default=None)
        ratio = overlap(item.start, item.end, best) if best else 0.0
        score.expected += 1
        if best is None or ratio < 0.3:
            notes.append(f"missed: {item.speaker} | {text[item.start : item.end]}")
            continue
        used.add(id(best))
        found = spoken_by(best)
        if item.speaker == "*":
            score.expected -= 1
            continue
        score.spans += ratio >= 0.8
        score.given += found != "?"
        score.right += same(item.speaker, found)
        by = tuple(p.name for p in best.reported_by)
        score.reporters += by == item.reporters
        if found != "?" and not same(item.speaker, found):
            score.wrong += 1
            notes.append(f"wrong: {item.speaker} but {found} | {best.quote} | {best.rule}")
        elif found == "?":
            notes.append(f"silent: {item.speaker} | {best.quote} | {best.rule}")
        if by != item.reporters:
            notes.append(f"reporters: {item.reporters} but {by} | {best.quote}")
        if ratio < 0.8:
            notes.append(f"span {ratio:.2f}: {text[item.start : item.end]!r} but {best.quote!r}")
    extra = [
        s
        for s in statements
        if id(s) not in used and s.speaker is not None and s.form != "narrated"
    ]
    score.spurious += len(extra)
    score.found += len(statements)
    notes += [f"spurious: {spoken_by(s)} | {s.quote} | {s.rule}" for s in extra]
    return notes


@pytest.fixture(scope="module")
def names() -> Names:
    return Names.load()


@pytest.mark.parametrize("name", READOUTS)
def test_no_readout_puts_words_in_the_wrong_mouth(name: str, names: Names) -> None:
    score = Score()
    notes = judge(name, names, score)
    assert score.wrong == 0, "\n".join(notes)


def test_readouts_of_many_styles_are_attributed_with_their_spans_and_reporters(
    names: Names,
) -> None:
    score = Score()
    notes = [note for name in READOUTS for note in judge(name, names, score)]
    report = score.line() + "\n" + "\n".join(notes)
    assert score.right >= 0.95 * score.given, report
    assert score.given >= 0.9 * score.expected, report
    assert score.reporters >= 0.95 * score.expected, report
    assert score.spans >= 0.85 * score.expected, report
    assert score.spurious <= 0.05 * score.found, report
