"""What a batch has cost, what it may cost, and what the rest is likely to."""

from __future__ import annotations

from dataclasses import dataclass, replace

from rag.errors import UsageError
from rag.types import Usage

ASSUMED = Usage(prompt_tokens=700, completion_tokens=150)
"""Of a question before any answer tells: a default prompt's limit and a short answer."""
ASSUMED_TOKENS = ASSUMED.prompt_tokens + ASSUMED.completion_tokens


@dataclass(frozen=True, kw_only=True)
class Price:
    """What a provider charges, in US dollars for a million tokens."""

    prompt: float
    completion: float

    @classmethod
    def parse(cls, text: str) -> Price:
        """The price written as `0.15/0.60`: prompt tokens, then completion tokens.

        Raises:
            UsageError: it is written otherwise.
        """
        try:
            prompt, completion = (float(part) for part in text.split("/"))
            if not (0 <= prompt < float("inf") and 0 <= completion < float("inf")):
                raise ValueError
        except ValueError as exc:
            hint = "Write dollars for a million tokens, prompt and completion: 0.15/0.60"
            raise UsageError(f"--price cannot be {text!r}.", hint=hint) from exc
        return cls(prompt=prompt, completion=completion)

    def of(self, usage: Usage) -> Usage:
        """The usage with its cost, where the provider named none."""
        if usage.cost_usd is not None:
            return usage
        cost = usage.prompt_tokens * self.prompt + usage.completion_tokens * self.completion
        return replace(usage, cost_usd=cost / 1_000_000)


class Budget:
    """Adds up usage and says whether one more question fits.

    It counts everything the journal records, so a run that goes on keeps to the same budget.
    """

    def __init__(
        self,
        *,
        max_cost: float | None = None,
        max_tokens: int | None = None,
        price: Price | None = None,
    ) -> None:
        self.max_cost = max_cost
        self.max_tokens = max_tokens
        self.price = price
        self.tokens = 0
        self.cost = 0.0
        self.priced = False
        """Whether any answer came with a price."""
        self.unpriced = False
        """Whether a paid model's answer came without one."""
        self._questions = 0

    def with_cost(self, usage: Usage, *, free: bool) -> Usage:
        """The usage with its cost by the price, where there is one; `free` as in `add`."""
        return usage if free or self.price is None else self.price.of(usage)

    def add(self, usage: Usage, *, free: bool = False) -> None:
        """Counts an answer's usage; `free` for a local model, whose cost is none."""
        tokens = usage.prompt_tokens + usage.completion_tokens
        if tokens == 0 and not usage.cost_usd:
            return
        self.tokens += tokens
        self._questions += 1
        if usage.cost_usd is not None:
            self.cost += usage.cost_usd
            self.priced = True
        elif not free:
            self.unpriced = True

    def add_unseen(self) -> None:
        """Counts a call that was given up: it may have been paid, and is taken for average."""
        tokens, cost = self._tokens_each, self._cost_each
        self.tokens += round(tokens)
        self.cost += cost
        self._questions += 1

    def allows(self, in_flight: int) -> bool:
        """Whether one more question fits beside those in flight.

        Until the first answer shows what one takes, only one is let out.
        """
        if self.max_cost is None and self.max_tokens is None:
            return True
        if self.refusal() is not None:
            return False
        if self._questions == 0:
            return in_flight == 0
        more = in_flight + 1
        return self._fits(self.tokens, self._tokens_each, more, self.max_tokens) and self._fits(
            self.cost, self._cost_each, more, self.max_cost
        )

    def refusal(self) -> str | None:
        """Why no further question may start, were nothing in flight; None where one may."""
        if self.max_tokens is not None and not self._fits(
            self.tokens, self._tokens_each if self._questions else 0.0, 1, self.max_tokens
        ):
            return f"The budget of {self.max_tokens:,} tokens is used up ({self.tokens:,} spent)."
        if self.max_cost is not None:
            if self.unpriced:
                return "No price is known for the model: --max-cost needs a --price."
            if not self._fits(
                self.cost, self._cost_each if self._questions else 0.0, 1, self.max_cost
            ):
                limit, spent = _dollars(self.max_cost), _dollars(self.cost)
                return f"The budget of {limit} is used up ({spent} spent)."
        return None

    def estimate(self, questions: int) -> str:
        """What this many more questions are likely to take, in words."""
        if self._questions == 0:
            tokens = questions * ASSUMED_TOKENS
            each = self.price.of(ASSUMED).cost_usd if self.price else None
            cost = f", ${questions * each:,.2f}" if each else ""
            return f"about {_round(tokens):,} tokens{cost}, taking {ASSUMED_TOKENS} for each"
        tokens = round(questions * self._tokens_each)
        cost = f", ${questions * self._cost_each:,.2f}" if self.priced else ""
        return f"about {_round(tokens):,} tokens{cost}, judging by the answers so far"

    @property
    def _tokens_each(self) -> float:
        return self.tokens / self._questions if self._questions else float(ASSUMED_TOKENS)

    @property
    def _cost_each(self) -> float:
        return self.cost / self._questions if self._questions else 0.0

    @staticmethod
    def _fits(spent: float, each: float, more: int, limit: float | None) -> bool:
        return limit is None or (spent < limit and spent + each * more <= limit)


def _dollars(amount: float) -> str:
    """Cents, and more figures where there are hardly any."""
    return f"${amount:,.2f}" if amount >= 1 else f"${amount:.2g}"


def _round(tokens: int) -> int:
    """Two figures are all that an estimate has."""
    return int(float(f"{tokens:.1e}"))
