"""What may be spent: caps on tokens and money, held before a request is sent.

A request reserves what it may use at most and gives back what it did not. Usage that a server does not
tell is counted here by the tokenizer for the cap, and stays unknown where it is shown.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from workbench.brain.model import Usage
from workbench.errors import ModelFailed


@dataclass(frozen=True, slots=True)
class Price:
    """US dollars for a million tokens; `cached_usd` None means that cached input costs as much as other."""

    input_usd: float
    output_usd: float
    cached_usd: float | None = None

    def cost_usd(self, input_tokens: int, output_tokens: int, cached_tokens: int = 0) -> float:
        """Return what that many tokens cost; cached tokens are part of the input."""
        cached = self.input_usd if self.cached_usd is None else self.cached_usd
        fresh = max(0, input_tokens - cached_tokens)
        paid = fresh * self.input_usd + cached_tokens * cached + output_tokens * self.output_usd
        return paid / 1_000_000


@dataclass(slots=True)
class Claim:
    """What one request may use; `settle` says what it did use."""

    tokens: int
    usd: float

    def settle(self, tokens: int, usd: float) -> None:
        """Replace the reserve by what was really used."""
        self.tokens, self.usd = tokens, usd


class Allowance:
    """Tokens and US dollars that may be spent while it lives; None means no cap."""

    def __init__(
        self,
        most_tokens: int | None = None,
        most_usd: float | None = None,
        prices: Mapping[str, Price] | None = None,
    ) -> None:
        self.most_tokens = most_tokens
        self.most_usd = most_usd
        self._prices = dict(prices or {})
        self._spent_tokens = 0
        self._spent_usd = 0.0
        self._lock = threading.Lock()

    @property
    def spent_tokens(self) -> int:
        """Tokens used and reserved so far."""
        return self._spent_tokens

    @property
    def spent_usd(self) -> float:
        """US dollars used and reserved so far, for models whose price is known."""
        return self._spent_usd

    def cost_usd(self, usage: Usage) -> float | None:
        """Return what a request cost; None when its price or its tokens are unknown."""
        price = self._prices.get(usage.model)
        if price is None or usage.input_tokens is None or usage.output_tokens is None:
            return None
        return price.cost_usd(usage.input_tokens, usage.output_tokens, usage.cached_tokens or 0)

    @contextmanager
    def claim(self, model: str, input_tokens: int, output_tokens: int) -> Iterator[Claim]:
        """Reserve room for one request. Raises ModelFailed, before anything is sent, when there is none."""
        claim = self._reserved(model, input_tokens, output_tokens)
        reserved = Claim(claim.tokens, claim.usd)
        try:
            yield claim
        finally:
            with self._lock:
                self._spent_tokens += claim.tokens - reserved.tokens
                self._spent_usd += claim.usd - reserved.usd

    def _reserved(self, model: str, input_tokens: int, output_tokens: int) -> Claim:
        price = self._prices.get(model)
        if self.most_usd is not None and price is None:
            raise ModelFailed(
                f"Spending is capped at {self.most_usd:g} USD, and the price of {model!r} is unknown.",
                remedy="Set its price in WORKBENCH_MODEL_PRICES, or cap tokens with WORKBENCH_MOST_TOKENS.",
                kind="over_budget",
            )
        claim = Claim(
            input_tokens + output_tokens, price.cost_usd(input_tokens, output_tokens) if price else 0.0
        )
        with self._lock:
            tokens, usd = self._spent_tokens + claim.tokens, self._spent_usd + claim.usd
            if self.most_tokens is not None and tokens > self.most_tokens:
                raise _over(f"{tokens:,} tokens", f"{self.most_tokens:,}", "WORKBENCH_MOST_TOKENS")
            if self.most_usd is not None and usd > self.most_usd:
                raise _over(f"{usd:.4f} USD", f"{self.most_usd:g}", "WORKBENCH_MOST_USD")
            self._spent_tokens, self._spent_usd = tokens, usd
        return claim


def _over(would: str, cap: str, setting: str) -> ModelFailed:
    return ModelFailed(
        f"This request could bring spending to {would}; the cap is {cap}.",
        remedy=f"Raise {setting}, or open the workspace anew to begin a new allowance.",
        kind="over_budget",
    )
