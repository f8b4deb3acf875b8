"""What an experiment would take before anything is sent: requests, tokens and US dollars, from least to most.

What is told is counted exactly, with the letters that would be sent. What a model will answer is not known,
so there is a range: from one short plan up to every repair with the longest answers. A price that is not
known is told as unknown, never as nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from workbench.brain.model import Model
from workbench.brain.packet import TemplateCard
from workbench.brain.remote.allowance import Price
from workbench.brain.remote.model import OpenAIModel
from workbench.brain.tokens import tokens_in
from workbench.experiments.sending import probe
from workbench.experiments.values import Spec
from workbench.store.trial_values import CellKey
from workbench.studio.rewriting import MOST_REPAIRS

SHORT_PLAN, LONG_PLAN = 120, 1600
TYPICAL_SOURCE = 900


@dataclass(frozen=True, slots=True)
class Range:
    """From the least to the most, and what is likely."""

    least: float
    likely: float
    most: float

    def plus(self, other: Range) -> Range:
        """Return the sum of two ranges."""
        return Range(self.least + other.least, self.likely + other.likely, self.most + other.most)

    def __str__(self) -> str:
        return f"{self.least:,.4g} … {self.likely:,.4g} … {self.most:,.4g}"


NOTHING = Range(0, 0, 0)


@dataclass(frozen=True, slots=True)
class Estimate:
    """What the cells that are not done would take. `cost_usd` is of the models whose price is known."""

    cells: int
    requests: Range
    input_tokens: Range
    output_tokens: Range
    cost_usd: Range
    unpriced: tuple[str, ...]

    def __str__(self) -> str:
        if not self.requests.most:
            return f"{self.cells} cells; nothing is sent to a server, and nothing is paid"
        cost = f"{self.cost_usd} USD"
        if self.unpriced:
            cost = f"{cost} and an unknown sum for {', '.join(self.unpriced)}"
        return (
            f"{self.cells} cells, {self.requests} requests, {self.input_tokens} tokens told, "
            f"{self.output_tokens} tokens answered; {cost} (least … likely … most)"
        )


def estimated(
    spec: Spec,
    keys: Sequence[CellKey],
    models: Mapping[str, Model],
    templates: Sequence[TemplateCard],
    prices: Mapping[str, Price],
) -> Estimate:
    """Estimate what those cells would take."""
    requests = told = answered = cost = NOTHING
    unpriced: dict[str, None] = {}
    sizes: dict[tuple[str, str, str], tuple[int, int]] = {}
    for key in keys:
        model = models[key.model]
        if not isinstance(model, OpenAIModel):
            continue
        arm = (key.variant, key.model, key.case)
        if arm not in sizes:
            letters = probe(spec.variant(key.variant), spec.case(key.case), model, templates)
            sizes[arm] = _told(letters, "deciding"), _told(letters, "writing")
        one = _cell(*sizes[arm], spec.model(key.model).output_tokens or model.room.output_tokens)
        requests, told, answered = requests.plus(one[0]), told.plus(one[1]), answered.plus(one[2])
        price = prices.get(spec.model(key.model).sent_name)
        if price is None:
            unpriced[key.model] = None
        else:
            cost = cost.plus(_cost(price, one[1], one[2]))
    return Estimate(len(keys), requests, told, answered, cost, tuple(unpriced))


def _told(letters: Sequence[tuple[str, str]], name: str) -> int:
    return sum(tokens_in(text) for role, text in letters if role.startswith(name))


def _cell(plan: int, source: int, most_answer: int) -> tuple[Range, Range, Range]:
    writings = MOST_REPAIRS + 1
    requests = Range(1, 2, 2 + 2 * writings)
    told = Range(plan, plan + source, 2 * plan + 2 * writings * (source + most_answer))
    answered = Range(SHORT_PLAN, SHORT_PLAN + TYPICAL_SOURCE, 2 * LONG_PLAN + 2 * writings * most_answer)
    return requests, told, answered


def _cost(price: Price, told: Range, answered: Range) -> Range:
    return Range(
        price.cost_usd(int(told.least), int(answered.least)),
        price.cost_usd(int(told.likely), int(answered.likely)),
        price.cost_usd(int(told.most), int(answered.most)),
    )
