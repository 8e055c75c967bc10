"""What went wrong with a language model, in our own errors.

Providers raise errors of their own libraries, which may not be installed; so they are known by
what they all have: a status code, a response with headers, the names of their classes.
"""

from __future__ import annotations

import email.utils
import re
import time
from collections.abc import Iterator, Mapping
from typing import Any

from rag.errors import (
    ModelError,
    ModelRefused,
    ModelUnavailable,
    RagError,
    RateLimited,
    UnknownModel,
    WeightsMissing,
)

KEYS = "Set the provider's key in its environment variable (OPENAI_API_KEY, ANTHROPIC_API_KEY, …)."
SECRET = re.compile(r"\b(?:sk|pk|key|api|gsk|xai|AIza|hf)[-_][\w*.-]{6,}|Bearer\s+\S+")
LENGTH = re.compile(r"context.{0,10}(length|size|window)|too (long|many tok)|maximum.{0,20}token")
QUOTA = re.compile(r"insufficient[_ ]quota|billing|credit balance|exceeded your current quota")
UNREACHED = ("Timeout", "ConnectError", "ConnectionError", "NetworkError", "ProtocolError")
UNREACHED_TOO = ("ReadError", "WriteError", "ProxyError", "SSLError", "ChunkedEncodingError")
GARBAGE = (AttributeError, TypeError, LookupError, ValueError)
"""What provider libraries raise when a reply of status 200 is not what they expect."""


def translate_error(exc: BaseException) -> RagError:
    """`exc`, raised by a call of a model, as one of ours; ours come back as they are.

    Returns:
        `RateLimited` (429, with `retry_after` where the reply says it) and `ModelUnavailable`
        (no connection, timeout, 5xx, an unusable reply) may be tried again; `ModelRefused` (key,
        quota, input too long or malformed) and `UnknownModel` may not. An exception of none of
        these kinds is a plain `ModelError`.
    """
    if isinstance(exc, (ModelError, WeightsMissing)):
        return exc
    for link in _chain(exc):
        status = _status(link)
        if status is not None and status >= 400:
            return _of_status(status, link)
    for link in _chain(exc):
        found = _of_class(link)
        if found is not None:
            return found
    if isinstance(exc, GARBAGE):
        return ModelUnavailable(f"The model's reply could not be read ({_said(exc)}).")
    return ModelError(f"The model failed: {_said(exc)}.")


def _chain(exc: BaseException) -> Iterator[BaseException]:
    """`exc` and what caused it, outermost first."""
    seen: set[int] = set()
    at: BaseException | None = exc
    while at is not None and id(at) not in seen:
        seen.add(id(at))
        yield at
        at = at.__cause__ or at.__context__


def _status(exc: BaseException) -> int | None:
    for holder in (exc, getattr(exc, "response", None)):
        status = getattr(holder, "status_code", None)
        if isinstance(status, int):
            return status
    return None


def _of_status(status: int, exc: BaseException) -> ModelError:
    said = _said(exc)
    if status in {401, 403}:
        return ModelRefused(f"The provider refused the key (status {status}).", hint=KEYS)
    if status == 402 or (status == 429 and QUOTA.search(said)):
        return ModelRefused(f"The provider's quota is used up: {said}.", hint="See your account.")
    if status == 429:
        wait = retry_after(_headers(exc))
        seconds = f"; it asks to wait {wait:g} s" if wait is not None else ""
        return RateLimited(f"The provider limits requests{seconds}.", retry_after=wait)
    if status == 404:
        return UnknownModel(
            f"The provider knows no such model or address: {said}.",
            hint="Check --model and --base-url.",
        )
    if status in {408, 409, 425} or status >= 500:
        return ModelUnavailable(f"The provider failed (status {status}): {said}.")
    hint = "Ask with fewer passages: -k 4" if LENGTH.search(said.lower()) or status == 413 else ""
    return ModelRefused(f"The provider refused the request (status {status}): {said}.", hint=hint)


def _of_class(exc: BaseException) -> ModelError | None:
    """An error that carries no status: the request was never answered, or never sent."""
    names = [cls.__name__ for cls in type(exc).__mro__]
    if isinstance(exc, (TimeoutError, ConnectionError)) or any(
        name.endswith((*UNREACHED, *UNREACHED_TOO)) for name in names
    ):
        hint = "Check the network and --base-url."
        return ModelUnavailable(f"The model does not answer ({_said(exc)}).", hint=hint)
    if any("RateLimit" in name for name in names):
        return RateLimited("The provider limits requests.", retry_after=retry_after(_headers(exc)))
    if re.search(r"api[_ ]key|credentials", str(exc), re.IGNORECASE):
        return ModelRefused("The provider's key is not set.", hint=KEYS)
    return None


def _headers(exc: BaseException) -> Mapping[str, str]:
    found: Any = getattr(getattr(exc, "response", None), "headers", None)
    return {k.lower(): v for k, v in found.items()} if found is not None else {}


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds to wait, from `Retry-After` (seconds or a date) or `retry-after-ms`."""
    try:
        if "retry-after-ms" in headers:
            return max(0.0, float(headers["retry-after-ms"]) / 1000)
        value = headers["retry-after"]
    except (KeyError, ValueError):
        return None
    try:
        return max(0.0, float(value))
    except ValueError:
        pass
    try:
        return max(0.0, email.utils.parsedate_to_datetime(value).timestamp() - time.time())
    except (ValueError, TypeError):
        return None


def _said(exc: BaseException) -> str:
    """The first line of an exception's text, short and without anything like a key."""
    line = next((part.strip() for part in str(exc).splitlines() if part.strip()), "")
    line = SECRET.sub("…", line or type(exc).__name__)
    return line[:200].rstrip(". ")
