"""The words by which a follow-up is told from a question that stands alone."""

from __future__ import annotations

import re


def _any(*phrases: str) -> str:
    """A pattern for any of these phrases (each may hold `|`), spaces stretched."""
    return "(?:" + "|".join(phrases).replace(" ", r"\s+") + ")"


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


# --- prepositions ---------------------------------------------------------------------------------

TOPIC_BEFORE = re.compile(
    r"\b(?:"
    + _any(
        "about|on the (?:topic|subject|question|matter|issue) of|on|regarding|concerning|over",
        "towards?|with regard to|with respect to|in regard to|in relation to|as regards|as for",
        "as to|sobre|acerca de|sur|à propos de|au sujet de|über|zu",
    )
    + r"|(?<=speak\s)of|(?<=think\s)of|(?<=talk\s)of|(?<=hear\s)of|(?<=say\s)of)"
    + r"\s+(?!behalf\b|earth\b|record\b)",
    re.IGNORECASE,
)
"""What stands before the thing that is spoken about."""
STRANDED = re.compile(r"\s+(?:for|to|with|from|about|on|of|against|in|at|by)$", re.IGNORECASE)
"""A preposition whose object was moved to the front."""

# --- kinds of words -------------------------------------------------------------------------------

AUXILIARIES = _set(
    """did do does has have had is are was were will would can could should shall may might must
    didn't doesn't don't hasn't haven't hadn't isn't aren't wasn't weren't won't wouldn't can't
    couldn't shouldn't"""
)
IMPERATIVES = _set(
    """tell give show list explain summarise summarize compare find name describe quote let please
    translate repeat check look search"""
)
WH = _set("what which who whom whose when where why how")
WH_LIGHT = WH | _set(
    """to by with from for in on at of since until till about exactly precisely else come so not
    many much often long far more less one ones what's other others day date year month time place
    city country countries people person document documents article articles report reports outlet
    outlets source sources newspaper agency says say said saying according and or then"""
)
"""A question made of nothing else asks about the last one."""
SPEECH = _set(
    """say tell mention state claim report think believe feel answer reply respond react comment
    remark speak talk argue declare announce add note stress emphasise emphasize explain write
    suggest propose promise pledge urge demand ask request want hope expect describe view see
    regard discuss raise address express agree disagree support oppose back reject deny confirm
    welcome condemn thank appreciate praise criticise criticize warn call offer publish quote"""
)
"""Base forms of verbs that tell what somebody holds or says."""
CLOSING = _set(
    """too also again either then exactly in on at by from for with to and or before after during
    since until mean means meant happen happened take took come came about as well yet now first
    last there said based refer refers true"""
)
"""What may follow `that` where it is a pronoun."""
EVENTS = _set(
    """call calls conversation meeting meetings talks talk visit trip summit phone telephone speech
    statement interview agreement deal declaration pact accord treaty letter debate session
    ceremony event exchange discussion discussions announcement conference remarks message
    communique readout"""
)
TIMES = _set("year month day week date time period")
ISSUES = _set("issue topic matter subject question point area theme problem")
DOCUMENTS = _set(
    "article articles report reports document documents text story source piece outlet page file"
)
GENERIC = _set(
    """say said says saying tell told mention mentioned state stated claim claimed report reported
    reports reporting think thought believe view views opinion position stance attitude answer
    answered reply replied respond responded response reaction react reacted comment commented
    remark remarks speak spoke talk talked talking argue declare announce announced add added note
    noted stress stressed explain explained write written wrote publish published quote quoted
    quotes word words thing things happen happened happens place take took taken did do does done
    agree agreed agrees disagree support supported supports oppose opposed back backed reject
    rejected deny denied confirm confirmed true correct right sure mean means meant reason reasons
    date day year month time when source sources document documents article articles text texts
    outlet outlets newspaper agency author title speaker speakers reporter name names number
    figure amount exactly precisely exact detail details example else still yet really actually
    please give show one ones other others another same similar similarly differ different
    differently change changed go went made make makes last lasted long start started end ended
    held hold called call calls meeting meetings met meet conversation talks visit speech statement
    interview summit agreement deal declaration letter event many much often know known get got
    come came put way side sides party parties country countries leader leaders government people
    person man woman question topic subject issue matter point also too again instead just only
    even anyone anybody someone somebody everyone everybody nobody none anything something
    everything nothing let's is are was were be been being has have had will would can could should
    part hope hoped hopes want wanted wants goes further farther stronger clearer longer shorter
    earlier later first better worse bigger smaller about regarding concerning compare compared
    comparison evidence proof prove addressing raised raise addressed discuss discussed
    discussing"""
)
"""Words that carry no subject of their own: a question of nothing else needs its context."""
ROLES = _set(
    """president prime minister premier foreign king queen prince princess sultan emir chancellor
    chairman chairwoman chair secretary general secretary-general ambassador envoy spokesperson
    spokesman spokeswoman official officials counterpart deputy vice former late mr mrs ms dr sir
    sheikh ayatollah pope governor mayor senator councilor councillor counsellor state leader
    leaders government side ministry office delegation representative representatives
    administration authorities cabinet parliament embassy army party people ministers heads head of
    the and or both also for defence defense finance health trade interior affairs external"""
)
"""What may stand around a name without making it something else."""
THINGS_DO = _set(
    """contain contains include includes cover covers cost costs last lasted consist involve
    involves work begin start end expire signed held published built developed called launched
    set founded created concluded agreed"""
)
"""Verbs whose `it` is hardly a country."""
TITLES = _any(
    r"(?:deputy |vice[\s-])?prime minister|premier|(?:deputy |vice )?foreign minister",
    "(?:defen[cs]e|health|finance|trade|interior) minister|minister|president|king|queen",
    "chancellor|spokes(?:person|man|woman)|ambassador|secretary-general|sultan|emir",
    "crown prince|prince|pope",
)
TERRITORIES = frozenset(
    name.strip()
    for name in """taiwan, hong kong, macao, macau, tibet, xizang, xinjiang, kashmir,
    jammu and kashmir, palestine, gaza, gaza strip, west bank, jerusalem, crimea, donbas,
    western sahara, kosovo, abkhazia, south ossetia, nagorno-karabakh, golan, golan heights,
    south china sea, darfur, rakhine, falklands, malvinas, chagos, diego garcia, guantanamo,
    somaliland, transnistria, kurdistan, chechnya, idlib, aleppo, sahel, horn of africa,
    middle east, arctic""".split(",")
)
"""Places that are spoken about far more often than they speak."""
ASKED_THING = re.compile(
    r"^(?:what|which|how\s+many|how\s+much)\s+(?P<thing>[\w-]+(?:\s+[\w-]+){0,2}?)\s+"
    r"(?=(?:did|does|do|has|have|had|is|are|was|were|will|would|can|could)\b)",
    re.IGNORECASE,
)
"""The thing that a question asks for: "what sanctions did …", "how many vaccines did …"."""
DEFINED = re.compile(
    r"^(?:what|who)(?:['’]s|\s+(?:is|are|was|were))\s+(?P<thing>(?:the|a|an)\s+.+|[A-Z].+)$",
    re.IGNORECASE,
)
"""A question for what something is."""
NEAR_DAY = re.compile(
    r"^(?:(?:on|in)\s+)?the\s+(?:(?P<after>following|next)|(?P<before>previous))\s+"
    r"(?P<unit>day|week|month)$"
    r"|^(?:(?:on|in)\s+)?the\s+(?P<unit2>day|week|month)\s+(?P<way>before|after)$",
    re.IGNORECASE,
)
ASKED_FOR = re.compile(
    r"^(?:who|(?:which|what)(?:\s+\w+)?\s+(?:countries|country|leaders?|governments?|nations?|"
    r"states?|ministers?|presidents?|parties|party|sides?|people|person|politicians?|outlets?))"
    r"(?:\s+else)?\b",
    re.IGNORECASE,
)
"""The noun phrase of a question for its own subject."""
SAME_AGAIN = re.compile(
    r"\s+(?:(?:do|did|does|done|say|said)\s+)?(?:so|(?:exactly\s+)?the\s+same(?:\s+thing)?|that|likewise)"
    r"(?:\s+(?:too|also|as\s+well|again))?$",
    re.IGNORECASE,
)
"""A verb phrase that stands for the last question's."""
OBJECT_THAT = r"(?:that|it|this|so|the\s+same)"
REPORTING = (
    "report|publish|wr[io]te|quote|confirm|announce|cover|carr|mention|say|claim|print|release|"
    "disclose|reveal"
)

# --- what ties a question to the last one ---------------------------------------------------------

CONNECTIVE = re.compile(
    r"^(?:(?:and|but|so|also|then|plus|or|ok|okay|well|now|right|yes|no|thanks|thank you|hmm+|"
    r"great|good|fine|i see|sorry|wait|alright|et|und|e|y|mais|pero|aber)\b[\s,.;:!…—–-]*)+",
    re.IGNORECASE,
)
WHAT_ABOUT = re.compile(
    "^[¿]?"
    + _any(
        "what about|how about|what of|and about|(?:the )?same (?:question |thing )?(?:for|about)",
        "ditto for|likewise for|i mean|i meant|i was asking about|let us try|try|only|just|as for",
        "rather|qué hay de|que hay de|qué tal|qu.en est-il d[eu]|et pour|was ist mit",
    )
    + r"\s+",
    re.IGNORECASE,
)
TRAILING = re.compile(
    r"[\s,]+"
    + _any("too|as well|also|either|then|instead|only|i mean|please|for example|though")
    + "$",
    re.IGNORECASE,
)
CHINESE_ABOUT = re.compile(
    r"^(?:那么|那)?(?:关于|關於|对于)?(?P<what>.+?)(?:呢|怎么样|怎麼樣)[?？]?$"
)
NEW_SUBJECT = re.compile(
    "^"
    + _any(
        "(?:a )?(?:new|another|different|separate|other) (?:question|topic|subject|matter)",
        "(?:changing|to change) (?:the )?(?:subject|topic)|change of (?:subject|topic)",
        "on an?(?:other)? (?:(?:different|other|separate) )?(?:subject|topic|note|matter)",
        "something (?:else|different)|by the way|forget (?:that|it|about (?:that|it))|never mind",
        "unrelated(?:ly)?|moving on|next (?:question|topic|subject)",
    )
    + r"\b(?!$)",
    re.IGNORECASE,
)
MORE = re.compile(
    "^"
    + _any(
        "(?:tell (?:me|us) )?(?:some )?more(?: details?)?(?: please)?|go on|continue|keep going",
        "(?:(?:any|some|give me) )?(?:(?:more|further) )?details?(?: please)?|elaborate|expand",
        "(?:anything|something|what|and) (?:else|more)|such as|for example|like what",
    )
    + "$",
    re.IGNORECASE,
)

# --- dates and venues -----------------------------------------------------------------------------

YEAR = r"(?:1[89]|20)\d\d"
MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|"
    r"sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b\.?"
)
WEEKDAY = r"(?:mon|tues|wednes|thurs|fri|satur|sun)day"
DATE = (
    rf"(?:{YEAR}-\d\d(?:-\d\d)?"
    rf"|(?:the\s+)?\d{{1,2}}(?:st|nd|rd|th)?\s+(?:of\s+)?{MONTH}(?:,?\s+{YEAR})?"
    rf"|{MONTH}\s+\d{{1,2}}(?:st|nd|rd|th)?(?:,?\s+{YEAR})?\b"
    rf"|{MONTH}(?:\s+(?:of\s+)?{YEAR})?"
    rf"|(?:(?:early|late|mid)[\s-]+)?{YEAR}s?\b"
    r"|(?:last|this|next|past)\s+"
    rf"(?:year|month|week|spring|summer|autumn|fall|winter|{WEEKDAY})"
    rf"|(?:{WEEKDAY})|yesterday|today|recently|nowadays)"
)
SHIFT = re.compile(
    r"^(?:(?:in|for)\s+)?"
    + _any("the (?P<before>year before|previous year|preceding year|prior year)")
    + r"(?:\s+(?:that|this))?$"
    + r"|^(?:in\s+)?"
    + _any("(?P<after>the (?:year after|following year|next year|subsequent year))")
    + r"(?:\s+(?:that|this))?$"
    + "|^"
    + _any("(?P<n>a|one|two|three|four|five) years? (?P<way>earlier|before|later|after)")
    + "$",
    re.IGNORECASE,
)
DATE_PHRASE = re.compile(
    rf"\b(?:between\s+{DATE}\s+and\s+{DATE}|from\s+{DATE}\s+(?:to|until|till)\s+{DATE}"
    r"|(?:(?:in|on|during|since|before|after|until|till|by|from|for|as\s+of|back\s+in)\s+)?"
    rf"(?:the\s+)?(?:year\s+)?{DATE})(?!\w)",
    re.IGNORECASE,
)
VENUE_PHRASE = re.compile(
    r"\b(?:at|in|before|during)\s+(?:the\s+)?(?:\d+(?:st|nd|rd|th)\s+)?"
    r"(?:(?:UN|U\.N\.|United\s+Nations)\b"
    r"(?:\s+(?:General\s+)?(?:Assembly|Debate|Security\s+Council))?"
    r"|(?:General\s+(?:Assembly|Debate)|Security\s+Council|Assembly)\b)"
    r"(?:['’]s)?(?:\s+(?:General\s+Debate|session|debate|meeting|summit))?",
    re.IGNORECASE,
)

# --- past tenses ----------------------------------------------------------------------------------

PAST = dict(
    pair.split("/")
    for pair in """say/said tell/told think/thought feel/felt speak/spoke write/wrote see/saw
    make/made give/gave take/took hold/held meet/met go/went come/came get/got find/found do/did
    have/had be/was send/sent bring/brought buy/bought begin/began build/built choose/chose
    become/became put/put leave/left lead/led let/let lose/lost mean/meant pay/paid read/read
    seek/sought sell/sold set/set stand/stood understand/understood undertake/undertook win/won
    withdraw/withdrew know/knew keep/kept grow/grew fight/fought fly/flew forget/forgot
    forgive/forgave hear/heard rise/rose fall/fell commit/committed refer/referred
    regret/regretted plan/planned permit/permitted admit/admitted stop/stopped ship/shipped
    """.split()
)
