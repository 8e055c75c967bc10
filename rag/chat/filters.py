"""`/filter` and `/said`: words such as `since 2021 speaker "Imran Khan"` as named values."""

from __future__ import annotations

import shlex
from collections.abc import Collection, Mapping
from dataclasses import asdict, replace

from rag.chat.names import near_names
from rag.errors import UsageError
from rag.types import Filters

FILTER_KEYS = ("since", "until", "speaker", "source", "document")
OFF = frozenset("off none clear reset no".split())


def parse_pairs(words: str, keys: Collection[str], *, rest: str = "") -> dict[str, str]:
    """`key value`, `key=value` and `--key value`; a value runs to the next key.

    Args:
        words: As typed after the command.
        keys: The keys there are.
        rest: The key for words that stand before any key; "" refuses them.

    Raises:
        UsageError: a word that is no key stands where one must; the hint names the near one.
    """
    found: dict[str, list[str]] = {}
    key = rest
    for token in _split(words):
        name, equals, value = token.lstrip("-").partition("=")
        name = name.lower().replace("_", "-")
        if name in keys and (equals or name not in found):
            key = name
            found.setdefault(key, [])
            if value:
                found[key].append(value)
        elif not key:
            raise _unknown(token, keys)
        else:
            found.setdefault(key, []).append(token)
    return {k: " ".join(v) for k, v in found.items()}


def changed_filters(filters: Filters, words: str) -> Filters:
    """The filters after `/filter WORDS`; `off` takes all away, `since off` one.

    Raises:
        UsageError: an unknown filter, a filter without a value, or a date that is none.
    """
    if words.strip().lower() in OFF:
        return Filters()
    given = parse_pairs(words, FILTER_KEYS)
    for key, value in given.items():
        if not value:
            raise UsageError(f"`{key}` needs a value.", hint=f"For example: {EXAMPLES[key]}")
    values = {k: None if v.lower() in OFF else v for k, v in given.items()}
    for key in ("since", "until"):
        if values.get(key):
            values[key] = _date(key, values[key])
    return replace(filters, **values)


def described(filters: Filters) -> str:
    """The filters in force as one reads them: `since 2021 · speaker Pakistan`."""
    return " · ".join(f"{k} {v}" for k, v in asdict(filters).items() if v)


EXAMPLES: Mapping[str, str] = {
    "since": "/filter since 2021-03",
    "until": "/filter until 2021",
    "speaker": "/filter speaker Pakistan",
    "source": "/filter source Xinhua",
    "document": "/filter document '2021/*'",
}


def _date(key: str, value: str | None) -> str | None:
    from rag.question.dates import require_iso

    return require_iso(value, key)


def _split(words: str) -> list[str]:
    try:
        return shlex.split(words.replace("“", '"').replace("”", '"'))
    except ValueError:  # an apostrophe, not a quotation
        return words.split()


def _unknown(token: str, keys: Collection[str]) -> UsageError:
    near = near_names(token, keys)
    hint = f"Did you mean `{near[0]}`?" if near else f"There are: {', '.join(keys)}."
    return UsageError(f"`{token}` is not one of them.", hint=hint)
