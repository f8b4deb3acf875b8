"""What a question is: a name, SQL that anybody may read, its parameters, its columns.

Every answer about telemetry comes from one of these, whoever asks: the dashboard, the report, Prometheus, a
notebook, a test. Its SQL reads `events` (rows as they were recorded, see `columns`) or, over long periods,
`hours` (see `rollup`); both hold nothing but the period that is asked for, plus the edges of its files.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from html import escape
from typing import Any, Literal

from workbench.errors import InputError, NotFound

Value = str | float | bool | datetime | None
ParameterType = Literal["moment", "text", "whole", "number"]

FILTER = """\
ts >= $since AND ts < $until
  AND ($project_id::VARCHAR IS NULL OR project_id = $project_id)
  AND ($model::VARCHAR IS NULL OR model = $model)"""
"""The rows of the period, of a project and of a model where one is given."""

HOURS_FILTER = """\
hour >= date_trunc('hour', $since::TIMESTAMP) AND hour < $until
  AND ($project_id::VARCHAR IS NULL OR project_id = $project_id)
  AND ($model::VARCHAR IS NULL OR model = $model)"""
"""The same of whole hours."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """Something a question can be told; None as default means "any"."""

    name: str
    type: ParameterType
    about: str
    default: Value = None


@dataclass(frozen=True, slots=True)
class Column:
    """A column of an answer, with its unit: "ms", "USD", "tokens", "1" for a share, "" for none."""

    name: str
    unit: str = ""
    about: str = ""


PERIOD = (
    Parameter("since", "moment", "Beginning of the period, UTC."),
    Parameter("until", "moment", "End of the period, itself outside, UTC."),
)
SCOPE = (
    *PERIOD,
    Parameter("project_id", "text", "Only this project."),
    Parameter("model", "text", "Only calls of this model."),
)
LIMIT = Parameter("limit", "whole", "At most so many rows.", 100)
BUCKET_SECONDS = Parameter("bucket_seconds", "whole", "Seconds of one point of time.", 300)
OPERATION = Parameter("operation", "text", "Only this operation.")


@dataclass(frozen=True, slots=True)
class Question:
    """A named question. `long_sql` asks the same of hours, for periods beyond a day."""

    name: str
    about: str
    sql: str
    columns: tuple[Column, ...]
    parameters: tuple[Parameter, ...] = SCOPE
    long_sql: str | None = None

    def values(self, given: Mapping[str, Value], *, hours: bool) -> dict[str, Any]:
        """Return a value for every parameter the SQL names; raises InputError for unknown or wrong ones."""
        known = {each.name: each for each in self.parameters}
        for name in given:
            if name not in known:
                raise NotFound.among(f"parameter of {self.name!r}", name, known)
        sql = self.sql_for(hours=hours)
        return {
            name: _checked(each, given.get(name, each.default))
            for name, each in known.items()
            if f"${name}" in sql
        }

    def sql_for(self, *, hours: bool) -> str:
        """Return the SQL that is run."""
        return self.long_sql if hours and self.long_sql else self.sql


@dataclass(frozen=True, slots=True)
class Period:
    """A time from `since` up to `until`, itself outside, both in UTC."""

    since: datetime
    until: datetime

    def __post_init__(self) -> None:
        if self.since >= self.until:
            raise InputError("The period ends before it begins.", remedy="Give since < until.")

    @classmethod
    def last(cls, now: datetime | None = None, **length: float) -> Period:
        """Return the time up to now: `Period.last(hours=6)`, with the units of `timedelta`."""
        until = now or datetime.now(UTC)
        return cls(until - timedelta(**length), until)

    @property
    def seconds(self) -> float:
        """How long it is."""
        return (self.until - self.since).total_seconds()

    def bucket_seconds(self, most: int = 300) -> int:
        """Return a round length for points of time, so that there are at most `most` of them."""
        rounds = (1, 5, 10, 30, 60, 300, 600, 1800, 3600, 10_800, 21_600, 86_400, 604_800)
        return next((each for each in rounds if self.seconds / each <= most), rounds[-1])


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. `exact` is False when percentiles were read from hours; `relative_error` bounds them.

    `notes` tell what a reader must know, such as a file that could not be read.
    """

    question: Question
    sql: str
    parameters: Mapping[str, Any]
    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    seconds: float
    exact: bool = True
    relative_error: float = 0.0
    notes: tuple[str, ...] = field(default=())

    def dicts(self) -> list[dict[str, Any]]:
        """Return the rows by the names of their columns."""
        return [dict(zip(self.columns, row, strict=True)) for row in self.rows]

    def frame(self) -> Any:
        """Return the rows as a pandas data frame."""
        import pandas as pd

        return pd.DataFrame.from_records(list(self.rows), columns=list(self.columns))

    def _repr_html_(self) -> str:
        html: str = self.frame().to_html(
            index=False, na_rep="unknown", float_format=lambda value: f"{value:g}"
        )
        return "".join(f"<p>{escape(note)}</p>" for note in self.notes) + html


def _checked(parameter: Parameter, value: Value) -> Any:
    if value is None:
        return None
    try:
        return _READ[parameter.type](value)
    except (TypeError, ValueError, AttributeError) as wrong:
        raise InputError(
            f"{parameter.name} cannot be {value!r}.", remedy=f"{parameter.about} ({parameter.type})"
        ) from wrong


def _moment(value: Any) -> datetime:
    read = datetime.fromisoformat(value) if isinstance(value, str) else value
    moment: datetime = read.astimezone(UTC) if read.tzinfo else read.replace(tzinfo=UTC)
    return moment.replace(tzinfo=None)


_READ: dict[ParameterType, Callable[[Any], Any]] = {
    "moment": _moment,
    "text": str,
    "whole": int,
    "number": float,
}
