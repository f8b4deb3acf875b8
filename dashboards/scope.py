"""What a page is about: a time, a project, a model, an operation. It lives in the page's address alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from urllib.parse import urlencode

from workbench.telemetry.question import Period, Value
from workbench.telemetry.segments import EPOCH

RANGES: Mapping[str, tuple[str, timedelta]] = {
    "15m": ("15 minutes", timedelta(minutes=15)),
    "1h": ("1 hour", timedelta(hours=1)),
    "6h": ("6 hours", timedelta(hours=6)),
    "24h": ("24 hours", timedelta(hours=24)),
    "7d": ("7 days", timedelta(days=7)),
    "28d": ("28 days", timedelta(days=28)),
}
FIRST_RANGE = "6h"
FIRST_OPERATION = "studio.ask"
MOST_POINTS = 240
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class Scope:
    """One way to look; equal scopes share their answers."""

    time: str = FIRST_RANGE
    project: str | None = None
    model: str | None = None
    operation: str = FIRST_OPERATION
    trace: str | None = None
    cause: str | None = None

    @classmethod
    def read(cls, arguments: Mapping[str, Sequence[bytes]]) -> Scope:
        """Read the arguments of an address; what is unknown or empty counts as not given."""
        given = {
            name: values[0].decode("utf-8", "replace")[:_LONGEST]
            for name, values in arguments.items()
            if values
        }
        time = given.get("time", "")
        return cls(
            time if time in RANGES else FIRST_RANGE,
            given.get("project") or None,
            given.get("model") or None,
            given.get("operation") or FIRST_OPERATION,
            given.get("trace") or None,
            given.get("cause") or None,
        )

    def query(self, **changes: str | None) -> str:
        """Return the address's part after the path, "" when everything is as it is at first."""
        wanted = replace(self, **changes) if changes else self  # type: ignore[arg-type]  # names are fields
        first = Scope()
        named = ("time", "project", "model", "operation", "trace", "cause")
        told = {
            each: getattr(wanted, each) for each in named if getattr(wanted, each) != getattr(first, each)
        }
        return f"?{urlencode(told)}" if told else ""

    def filters(self) -> Scope:
        """Return it without what only one page shows."""
        return replace(self, trace=None, cause=None)

    @property
    def length(self) -> timedelta:
        """How long a time is looked at."""
        return RANGES[self.time][1]

    def period(self, now: datetime) -> Period:
        """Return the time up to now."""
        return Period(now - self.length, now)

    @property
    def bucket_seconds(self) -> int:
        """How many seconds one point of a chart stands for."""
        return self.period(EPOCH).bucket_seconds(MOST_POINTS)

    def about(self) -> dict[str, Value]:
        """Return the parameters of a question that narrow it to the project and the model."""
        return {"project_id": self.project, "model": self.model}
