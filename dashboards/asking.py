"""What pages ask, and where the answers come from: telemetry's questions, and facts others know."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy.exc import DBAPIError

from workbench.errors import WorkbenchError
from workbench.telemetry.question import Answer, Period, Question, Value
from workbench.telemetry.questions import QUESTIONS

FACT = "fact:"
LONGEST_REASON = 240
MOST_HELD = 32


@dataclass(frozen=True, slots=True)
class Ask:
    """A question with its parameters, or a fact (`fact:alerts`); equal ones are asked once."""

    name: str
    given: tuple[tuple[str, Value], ...] = ()
    days: float | None = None
    every_seconds: float = 0.0

    @classmethod
    def of(
        cls,
        name: str,
        given: Mapping[str, Value] | None = None,
        *,
        days: float | None = None,
        every_seconds: float = 0.0,
        **more: Value,
    ) -> Ask:
        """Make one; parameters the question does not have are left out.

        `days` looks at a time of its own; such an answer may be told again for `every_seconds`.
        """
        values = {**(given or {}), **more}
        known = {each.name for each in QUESTIONS[name].parameters} if name in QUESTIONS else set(values)
        kept = tuple(sorted((key, value) for key, value in values.items() if key in known))
        return cls(name, kept, days, every_seconds)

    @property
    def question(self) -> Question | None:
        """The question, None for a fact."""
        return QUESTIONS.get(self.name)


@dataclass(frozen=True, slots=True)
class Failed:
    """Why something could not be answered."""

    why: str


Result = Answer | Failed | Any


@dataclass(frozen=True)
class Snapshot:
    """The answers of one moment; what was not asked yet is missing."""

    at: datetime
    results: Mapping[Ask, Result] = field(default_factory=dict)
    seconds: float = 0.0

    def fact(self, ask: Ask) -> Any:
        """Return a fact as it was told; None when it is not known (yet)."""
        found = self.results.get(ask)
        return None if isinstance(found, Failed) else found

    def rows(self, ask: Ask) -> list[dict[str, Any]] | Failed:
        """Return an answer's rows by the names of their columns."""
        found = self.results.get(ask)
        return found.dicts() if isinstance(found, Answer) else found if isinstance(found, Failed) else []

    def known(self, ask: Ask) -> list[dict[str, Any]]:
        """Return an answer's rows; none when it failed or was not asked yet."""
        found = self.rows(ask)
        return [] if isinstance(found, Failed) else found


class Asks(Protocol):
    """Answers questions; `workbench.telemetry.reading.Reading` is one."""

    def ask(self, question: str, period: Period | None = None, **given: Value) -> Answer:
        """Answer a question about a period."""
        ...


Fact = Callable[[Period], Any]


class Source:
    """Answers whatever a page asks; a failure is an answer too, and touches no other."""

    def __init__(self, reading: Asks, facts: Mapping[str, Fact]) -> None:
        self._reading = reading
        self._facts = facts
        self._held: dict[Ask, tuple[datetime, Answer]] = {}

    def answer(self, ask: Ask, period: Period) -> Result:
        """Return an Answer, a fact, or a Failed."""
        try:
            if ask.name.startswith(FACT):
                return self._facts[ask.name](period)
            own = period if ask.days is None else Period.last(period.until, days=ask.days)
            return self._lasting(ask, own) if ask.every_seconds else self._asked(ask, own)
        except WorkbenchError as failure:
            return Failed(str(failure))
        except DBAPIError as failure:  # its own words would be a page of SQL
            return Failed(_briefly(f"The database said: {failure.orig}"))
        except Exception as failure:  # noqa: BLE001 - a page shows what failed, whatever it was
            return Failed(_briefly(f"{type(failure).__name__}: {failure}"))

    def _asked(self, ask: Ask, period: Period) -> Answer:
        return self._reading.ask(ask.name, period, **dict(ask.given))

    def _lasting(self, ask: Ask, period: Period) -> Answer:
        """Return the last answer while it is young enough."""
        held = self._held.pop(ask, None)
        if held is None or not 0 <= (period.until - held[0]).total_seconds() < ask.every_seconds:
            held = (period.until, self._asked(ask, period))
        self._held[ask] = held
        while len(self._held) > MOST_HELD:
            self._held.pop(next(iter(self._held)))
        return held[1]


def _briefly(why: str) -> str:
    """Return the first line of a reason, as much of it as a card can hold."""
    first = (why.splitlines() or [""])[0]
    return first if len(first) <= LONGEST_REASON else f"{first[: LONGEST_REASON - 1]}…"
