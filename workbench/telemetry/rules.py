"""The alert rules: one readable file, checked as a whole before anything leans on it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    TypeAdapter,
    ValidationError,
    model_validator,
)

from workbench.errors import InputError

SHIPPED = Path(__file__).with_name("rules.toml")
Severity = Literal["page", "ticket"]
Measure = Literal[
    "error_rate", "average_seconds", "p50_seconds", "p95_seconds", "p99_seconds", "a_minute", "cost_usd"
]
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}


def seconds_of(text: object) -> float:
    """Return the seconds of a text such as "90s", "5m", "1h" or "3d"; a number is seconds already."""
    if isinstance(text, int | float):
        return float(text)
    found = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([smhd])\s*", str(text))
    if not found:
        raise ValueError(f"{text!r} is no duration; write one such as 30s, 5m, 1h or 3d")
    return float(found[1]) * _UNITS[found[2]]


Seconds = Annotated[float, BeforeValidator(seconds_of), Field(ge=0, le=30 * 86_400)]


class _Rule(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(pattern="^[a-z][a-z0-9_]{0,62}$")
    severity: Severity = "ticket"
    hold: Seconds = 0.0
    quiet: Seconds = 60.0
    cooldown: Seconds = 300.0
    operations: tuple[str, ...] = ()
    enabled: bool = True

    @property
    def window_seconds(self) -> float:
        """How far back the rule looks."""
        return 0.0


class _Bounded(_Rule):
    above: float | None = None
    below: float | None = None

    @model_validator(mode="after")
    def _one_bound(self) -> _Bounded:
        if (self.above is None) == (self.below is None):
            raise ValueError("give either above or below")
        return self

    @property
    def limit(self) -> float:
        """The number that must not be passed."""
        return self.above if self.above is not None else self.below or 0.0

    def broken_by(self, value: float) -> bool:
        """Tell whether `value` is on the wrong side."""
        return value > self.limit if self.above is not None else value < self.limit


class Threshold(_Bounded):
    """A measure over a window passes a number."""

    kind: Literal["threshold"]
    measure: Measure
    over: Seconds
    at_least: int = Field(1, ge=1)

    @property
    def window_seconds(self) -> float:
        return self.over


class Streak(_Rule):
    """So many errors in a row."""

    kind: Literal["streak"]
    errors: int = Field(ge=2, le=1000)
    within: Seconds = 3600.0

    @property
    def window_seconds(self) -> float:
        return self.within


class Burn(_Rule):
    """The error budget is used too fast, in a long window and still in a short one."""

    kind: Literal["burn"]
    objective: float = Field(gt=0, lt=1)
    long: Seconds
    short: Seconds
    factor: float = Field(gt=0)
    at_least: int = Field(30, ge=1)
    slow_seconds: float | None = Field(None, gt=0)

    @property
    def window_seconds(self) -> float:
        return self.long

    @model_validator(mode="after")
    def _windows(self) -> Burn:
        if self.short >= self.long:
            raise ValueError("the short window must be shorter than the long one")
        if self.factor * (1 - self.objective) >= 1:
            raise ValueError("this factor would need more than every request to fail")
        return self


class Reported(_Bounded):
    """A number that others report passes another."""

    kind: Literal["reported"]
    report: str


Rule = Threshold | Streak | Burn | Reported
_ANY: TypeAdapter[Rule] = TypeAdapter(Annotated[Rule, Field(discriminator="kind")])


def read_rules(path: Path | None = None) -> tuple[Rule, ...]:
    """Read a file of rules; without one, the rules that are shipped."""
    place = path or SHIPPED
    try:
        data = tomllib.loads(place.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as failure:
        why = failure.strerror if isinstance(failure, OSError) else failure
        raise InputError(f"{place} cannot be read: {why}.", remedy="Give a TOML file of rules.") from failure
    return rules_of(data, str(place))


def rules_of(data: Mapping[str, Any], place: str = "the rules") -> tuple[Rule, ...]:
    """Check rules given as a table of tables, and return those that are enabled."""
    found = []
    for name, fields in data.items():
        if not isinstance(fields, Mapping):
            raise InputError(
                f"{name!r} in {place} stands outside of any rule.",
                remedy=f"A rule is a table: [{name}], and below it what it holds.",
            )
        try:
            found.append(_ANY.validate_python({"name": name, **fields}))
        except ValidationError as failure:
            raise InputError(
                f"The rule {name!r} in {place} {_wrong(failure)}",
                remedy=f"The comments in {SHIPPED} say what a rule may hold.",
            ) from failure
    return tuple(rule for rule in found if rule.enabled)


def _wrong(failure: ValidationError) -> str:
    """Return what is wrong first, for the middle of a sentence; with the likely name of an unknown one."""
    first = failure.errors()[0]
    kind, *rest = (str(part) for part in first["loc"]) if first["loc"] else ("",)
    where = ".".join(rest) or "kind"
    if first["type"] != "extra_forbidden":
        return f"is wrong at {where}: {first['msg'].removeprefix('Value error, ')}."
    names = next(each for each in (Threshold, Streak, Burn, Reported) if each.__name__.lower() == kind)
    close = get_close_matches(where, names.model_fields, n=1)
    return f"has no {where!r}." + (f" Did you mean {close[0]!r}?" if close else "")
