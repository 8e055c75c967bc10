"""Every error a caller may see, in one tree.

RagError
├── UsageError            wrong use: bad option, unknown key, unusable value     exit 2
│   ├── SettingsError     rag.toml or an environment variable
│   ├── PromptError       a template that is missing, or with a wrong placeholder
│   ├── GoldError         a gold file that cannot be used
│   └── UnknownDocument   a document name that the index does not hold
├── IndexMissing          nothing has been indexed yet                            exit 2
├── IndexUnusable         made by a future version, or damaged                    exit 2
├── IndexLocked           another process is writing                              exit 2
├── StoreUnavailable      the vector store server is away                         exit 2, retryable
├── ReadingError          one document could not be read                          exit 3
├── WeightsMissing        weights absent and not to be fetched                    exit 2
│   └── WeightsCorrupt    a file whose sha256 is not the catalogue's
├── ModelError            a language model failed                                 exit 2
│   ├── UnknownModel      a name that is neither ours nor a provider's
│   ├── ModelRefused      the provider rejected the request (key, quota, input)
│   ├── RateLimited       the provider asks to wait (`retry_after` seconds)       retryable
│   └── ModelUnavailable  no answer: connection, timeout, server error            retryable
├── Defect                something of ours went wrong                            exit 1
└── Interrupted           the person pressed Ctrl-C                               exit 130
"""

from __future__ import annotations


class RagError(Exception):
    """What was wrong, with which value (`message`), and the command that mends it (`hint`)."""

    exit_status: int = 2
    retryable: bool = False

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def to_dict(self) -> dict[str, str]:
        """The error as it stands in an answer: type, message, hint."""
        return {"type": type(self).__name__, "message": self.message, "hint": self.hint}


class UsageError(RagError):
    """The command, option or input is wrong."""


class SettingsError(UsageError):
    """A setting has an unknown name or an unusable value."""


class PromptError(UsageError):
    """A prompt template is missing or its placeholders are wrong."""


class GoldError(UsageError):
    """A gold file cannot be used; `message` lists every faulty line."""


class UnknownDocument(UsageError):
    """No document of that name is in the index."""


class IndexMissing(RagError):
    """Nothing has been indexed yet."""


class IndexUnusable(RagError):
    """The index was made by an unknown version or is damaged."""


class IndexLocked(RagError):
    """Another process is writing to the index or the output."""

    retryable = True


class StoreUnavailable(RagError):
    """The Chroma server does not answer."""

    retryable = True


class ReadingError(RagError):
    """One document could not be read; the others go on."""

    exit_status = 3


class WeightsMissing(RagError):
    """Weights are not on this machine and could not, or must not, be fetched."""


class WeightsCorrupt(WeightsMissing):
    """A weights file does not have the catalogue's sha256."""


class ModelError(RagError):
    """A language model failed."""


class UnknownModel(ModelError):
    """The model's name is neither in the catalogue nor a provider's."""


class ModelRefused(ModelError):
    """The provider rejected the request: key, quota or input."""


class RateLimited(ModelError):
    """The provider asks to wait."""

    retryable = True

    def __init__(self, message: str, *, hint: str = "", retry_after: float | None = None) -> None:
        super().__init__(message, hint=hint)
        self.retry_after = retry_after

    def to_dict(self) -> dict[str, str]:
        """With `retry_after`, in seconds as text, where the provider named it."""
        named = {} if self.retry_after is None else {"retry_after": f"{self.retry_after:g}"}
        return {**super().to_dict(), **named}


class ModelUnavailable(ModelError):
    """No usable reply: connection, timeout or server error."""

    retryable = True


class Defect(RagError):
    """A defect of ours, as the failure of one answer among others."""

    exit_status = 1


class Interrupted(RagError):
    """The person asked to stop."""

    exit_status = 130
