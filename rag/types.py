"""The values that pass between the rooms: frozen, comparable, and free of storage or display."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Literal, Protocol, Self

Kind = Literal["fact", "said", "list", "comparison", "yes_no"]
NotFoundReason = Literal[
    "no_document",
    "topic_without_speaker",
    "speaker_without_topic",
    "other_date",
    "reported_only",
    "conflict",
    "unsupported",
]
Status = Literal["answered", "not_found", "failed"]
PartyKind = Literal["person", "government", "joint", "unnamed", "medium"]
Form = Literal["direct", "mixed", "indirect", "narrated"]
Polarity = Literal["for", "against", "neutral"]
Modality = Literal["asserted", "denied", "asked", "conditional", "hoped", "promised"]


class Value:
    """Gives a dataclass `to_dict` and `from_dict`; unknown keys are ignored on the way in."""

    def to_dict(self) -> dict[str, Any]:
        """The value as plain JSON types."""
        return asdict(self)  # type: ignore[call-overload, no-any-return]

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """The value back from `to_dict` or from a later version's richer form of it."""
        known = {f.name for f in fields(cls)}  # type: ignore[arg-type]
        return cls(**{k: _frozen(v) for k, v in data.items() if k in known})


def _frozen(value: Any) -> Any:
    """JSON gives lists where the values hold tuples."""
    return tuple(_frozen(v) for v in value) if isinstance(value, list) else value


@dataclass(frozen=True, kw_only=True)
class Metadata(Value):
    """What is known of a document besides its text."""

    title: str | None = None
    source: str | None = None
    """The outlet or institution that published it."""
    published: str | None = None
    """ISO date, possibly partial: `2014`, `2014-09`, `2014-09-24`."""
    speaker: str | None = None
    """The one speaker of a monologue (a speech); None for a report."""
    author: str | None = None
    url: str | None = None
    language: str | None = None
    extra: Mapping[str, str] = field(default_factory=dict)
    """Anything else a user adds, as text."""
    how: Mapping[str, str] = field(default_factory=dict)
    """Field name → where it was found, e.g. `published: "dateline"`."""


@dataclass(frozen=True, kw_only=True)
class Document(Value):
    """One document: the stored text that every span points into, and its metadata."""

    name: str
    """POSIX path below the documents folder; `file.jsonl#ID` for a row of a table."""
    text: str
    metadata: Metadata = field(default_factory=Metadata)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """The document back from `to_dict`."""
        meta = Metadata.from_dict(data["metadata"])
        return cls(name=data["name"], text=data["text"], metadata=meta)


@dataclass(frozen=True, kw_only=True)
class Sentence(Value):
    """A sentence of a document: `document.text[start:end] == text`."""

    document: str
    index: int
    """Position in its document, from 0."""
    start: int
    end: int
    text: str
    paragraph: int = 0
    """Number of its paragraph, from 0."""


@dataclass(frozen=True, kw_only=True)
class Passage(Value):
    """Consecutive whole sentences, the unit that is embedded and ranked."""

    document: str
    index: int
    start: int
    end: int
    text: str
    first_sentence: int
    last_sentence: int
    """Inclusive."""
    heading: str = ""
    """Title, speaker and date: embedded and searched, never quoted."""


@dataclass(frozen=True, kw_only=True)
class Party(Value):
    """Who speaks, is spoken to, or reports."""

    name: str
    """The person's or government's resolved name, e.g. `Imran Khan`, `Pakistan`."""
    country: str | None = None
    """The country spoken for, by its common English name."""
    office: str | None = None
    as_written: str = ""
    kind: PartyKind = "person"


@dataclass(frozen=True, kw_only=True)
class Dated(Value):
    """An ISO date, possibly partial, and how it was found."""

    value: str
    how: str


@dataclass(frozen=True, kw_only=True)
class Statement(Value):
    """Who said what to whom, and who reports it. Every offset is into the stored text."""

    document: str
    start: int
    end: int
    """The content: what was said, without the words that attribute it."""
    quote: str
    """`text[start:end]`."""
    cue_start: int
    cue_end: int
    """The words that make it speech ("said", "thanked"); equal offsets where there are none."""
    sentence: int
    """Index of the sentence that carries the content."""
    speaker: Party | None
    """None: reported speech that could not be attributed with confidence."""
    addressee: Party | None = None
    act: str = "say"
    polarity: Polarity = "neutral"
    modality: Modality = "asserted"
    form: Form = "indirect"
    reported_by: tuple[Party, ...] = ()
    """Outermost reporter first; empty where the document itself is the only reporter."""
    said: Dated | None = None
    published: Dated | None = None
    referred_to: Dated | None = None
    confidence: float = 1.0
    rule: str = ""

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """The statement back from `to_dict`."""
        inner: dict[str, Any] = dict(data)
        for key in ("speaker", "addressee"):
            inner[key] = Party.from_dict(data[key]) if data.get(key) else None
        for key in ("said", "published", "referred_to"):
            inner[key] = Dated.from_dict(data[key]) if data.get(key) else None
        inner["reported_by"] = tuple(Party.from_dict(p) for p in data.get("reported_by", ()))
        known = {f.name for f in fields(cls)}
        return cls(**{k: v for k, v in inner.items() if k in known})


@dataclass(frozen=True, kw_only=True)
class Filters(Value):
    """What a person explicitly restricts the search to; strict, unlike what a question implies."""

    since: str | None = None
    until: str | None = None
    speaker: str | None = None
    source: str | None = None
    document: str | None = None
    """A glob over document names."""


@dataclass(frozen=True, kw_only=True)
class Turn(Value):
    """One earlier exchange of a conversation."""

    question: str
    answer: str = ""


@dataclass(frozen=True, kw_only=True)
class Query(Value):
    """A question, and what it asks for. A guess restricts softly, `filters` strictly."""

    text: str
    """As typed."""
    standalone: str
    """With what the history supplies."""
    kind: Kind = "fact"
    speakers: tuple[Party, ...] = ()
    """Whose words are asked for; several in a comparison."""
    addressee: Party | None = None
    reporter: Party | None = None
    topic: str = ""
    """What is left when speaker, date and question words are taken away."""
    terms: tuple[str, ...] = ()
    """Content words of the topic, as typed."""
    named: tuple[str, ...] = ()
    """Names among the topic: an answer that holds none of them is about something else."""
    asks: str = ""
    """`time`, `number`, `amount`, `person` or `addressee` where the question asks for one."""
    presumes: str = ""
    """A hostile act that the question takes for granted: `condemn`."""
    since: str | None = None
    until: str | None = None
    date_words: str | None = None
    """The words the dates were read from."""
    source: str | None = None
    filters: Filters = field(default_factory=Filters)
    undated: int = 0
    """Documents that a date filter left out because their date is not known."""


@dataclass(frozen=True, kw_only=True)
class Evidence(Value):
    """A quotable span found for a question, with what is known of it."""

    document: str
    start: int
    end: int
    quote: str
    score: float
    title: str | None = None
    source: str | None = None
    published: str | None = None
    url: str | None = None
    speaker: str | None = None
    country: str | None = None
    office: str | None = None
    reported_by: str | None = None
    act: str | None = None
    addressee: str | None = None
    also: tuple[str, ...] = ()
    """Other documents that carry the same text."""
    stages: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Citation(Value):
    """A numbered place in a source: `stored_text[start:end] == quote`."""

    number: int
    document: str
    start: int
    end: int
    quote: str
    title: str | None = None
    source: str | None = None
    published: str | None = None
    url: str | None = None
    speaker: str | None = None
    country: str | None = None
    office: str | None = None
    reported_by: str | None = None
    addressee: str | None = None
    also: tuple[str, ...] = ()

    @classmethod
    def of(cls, number: int, evidence: Evidence) -> Self:
        """The citation with this number of that evidence."""
        shared = {f.name for f in fields(cls)} - {"number"}
        return cls(number=number, **{k: getattr(evidence, k) for k in shared})


@dataclass(frozen=True, kw_only=True)
class AnswerSentence(Value):
    """One sentence that is shown, and how well its citations carry it."""

    text: str
    citations: tuple[int, ...]
    support: float
    origin: Literal["model", "quote"]


@dataclass(frozen=True, kw_only=True)
class NotFound(Value):
    """Which kind of no, and the citations nearest to an answer."""

    reason: NotFoundReason
    nearest: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Timing(Value):
    """Milliseconds from the question."""

    retrieve_ms: int = 0
    first_token_ms: int = 0
    total_ms: int = 0


@dataclass(frozen=True, kw_only=True)
class Usage(Value):
    """Tokens of all model calls for one question; cost where a price is known."""

    prompt_tokens: int = 0
    completion_tokens: int = 0
    cost_usd: float | None = None


@dataclass(frozen=True, kw_only=True)
class Answer(Value):
    """The whole outcome of one question, in the form that `--json` prints."""

    id: str
    question: str
    status: Status
    answer: str = ""
    not_found: NotFound | None = None
    error: Mapping[str, str] | None = None
    sentences: tuple[AnswerSentence, ...] = ()
    citations: tuple[Citation, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    model: str = ""
    index: str = ""
    prompts: str = ""
    timing: Timing = field(default_factory=Timing)
    usage: Usage = field(default_factory=Usage)
    query: Mapping[str, Any] = field(default_factory=dict)
    """What was understood of the question."""
    trace: tuple[Mapping[str, Any], ...] = ()
    """Raw model output that was repaired or dropped, with the reasons."""

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """The answer back from `to_dict`, e.g. from a batch's journal."""
        inner: dict[str, Any] = dict(data)
        if data.get("not_found"):
            inner["not_found"] = NotFound.from_dict(data["not_found"])
        lists = {"sentences": AnswerSentence, "citations": Citation, "evidence": Evidence}
        for key, kind in lists.items():
            inner[key] = tuple(kind.from_dict(v) for v in data.get(key, ()))  # type: ignore[attr-defined]
        inner["timing"] = Timing.from_dict(data.get("timing", {}))
        inner["usage"] = Usage.from_dict(data.get("usage", {}))
        inner["trace"] = tuple(data.get("trace", ()))
        known = {f.name for f in fields(cls)}
        return cls(**{k: v for k, v in inner.items() if k in known})


@dataclass(frozen=True, kw_only=True)
class Hit(Value):
    """A passage that retrieval found, with its score and its rank in each stage."""

    passage: Passage
    score: float
    stages: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Found(Value):
    """What retrieval found for a question: passages ranked, and the sentences to quote."""

    query: Query
    hits: tuple[Hit, ...]
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, kw_only=True)
class EvidenceFound:
    """The first event of an answer: what will be written from."""

    query: Query
    evidence: tuple[Evidence, ...]
    retrieve_ms: int
    will_write: bool = True
    """Whether a model will write from it; else the quotes or a typed no follow at once."""


@dataclass(frozen=True, kw_only=True)
class Drafting:
    """The model is writing; nothing of it is shown before it is checked."""

    tokens: int


@dataclass(frozen=True, kw_only=True)
class SentenceReady:
    """A checked sentence with its marks, and the citations it brings in."""

    sentence: AnswerSentence
    citations: tuple[Citation, ...]


@dataclass(frozen=True, kw_only=True)
class Finished:
    """The last event: the whole answer."""

    answer: Answer


Event = EvidenceFound | Drafting | SentenceReady | Finished


class Progress(Protocol):
    """Something that shows how far a long step has come."""

    def start(self, label: str, total: int | None, unit: str) -> None:
        """A step begins; `total` is None where it is not known."""

    def advance(self, n: int = 1) -> None:
        """`n` more units are done."""

    def finish(self) -> None:
        """The step is over."""
