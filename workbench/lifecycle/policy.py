"""The retention policy: one readable file, checked as a whole before anything leans on it."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from workbench.errors import InputError

SHIPPED = Path(__file__).with_name("retention.toml")
NEVER = frozenset(
    {"user", "project", "scene", "asset", "preference", "hold", "cleanup", "lease", "api_token",
     "prompt_version", "removed_row", "orphan", "alembic_version"}
)  # fmt: skip
"""Tables no policy may name: what people made, what they like, and the retention's own books."""
ONLY = {
    "preference_evidence": {"stance": {"passing"}},
    "job": {"state": {"done", "dead", "cancelled"}},
    "kept_answer": {"state": {"answered"}},
    "alert": {"state": {"resolved"}},
}  # fmt: skip
"""Tables of which a policy may take these rows alone: what was said in passing, and what has ended."""

_Name = Annotated[str, Field(pattern="^[a-z][a-z0-9_]{0,62}$")]
_Column = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$")]


class KeepLast(BaseModel):
    """The newest `count` rows of each group: `per` names the group, `by` the order."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    count: int = Field(ge=1)
    per: _Name
    by: _Name


class Rule(BaseModel):
    """How long the rows of one table are kept, and which of them stay whatever their age."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: _Name
    table: _Name
    moment: _Name
    keep_days: float = Field(gt=0)
    grace_days: float = Field(7, ge=0)
    keep_last: KeepLast | None = None
    keep_true: tuple[_Name, ...] = ()
    keep_set: tuple[_Name, ...] = ()
    only: Mapping[_Name, tuple[str, ...]] = {}
    keep_referenced_by: tuple[_Column, ...] = ()
    needed_by: _Name | None = None
    most_share: float = Field(0.5, gt=0, le=1)


class ShelfRule(BaseModel):
    """How long things that are no rows are kept unused: files that nobody names, telemetry's partitions."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: _Name
    shelf: _Name
    keep_days: float = Field(ge=1)
    grace_days: float = Field(7, ge=0)
    most_share: float = Field(0.5, gt=0, le=1)


class OrphanRule(BaseModel):
    """How long rows whose parent is gone stay after they were reported, and the tables that keep theirs."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: _Name
    wait_days: float = Field(ge=1)
    grace_days: float = Field(30, gt=0)
    keep: tuple[_Name, ...] = ()
    most_share: float = Field(0.2, gt=0, le=1)


@dataclass(frozen=True, slots=True)
class Policy:
    """Every rule in the order it is applied, and a digest that changes when any of them does.

    Rows go first, then those without a parent, then what lies on shelves.
    """

    rules: tuple[Rule, ...]
    digest: str
    shelves: tuple[ShelfRule, ...] = ()
    orphans: OrphanRule | None = None

    def shelf_rule(self, name: str) -> ShelfRule | None:
        return next((each for each in self.shelves if each.name == name), None)

    def rule(self, name: str) -> Rule | None:
        return next((each for each in self.rules if each.name == name), None)


def read_policy(path: Path | None = None) -> Policy:
    """Read a policy file; without one, the policy that is shipped."""
    place = path or SHIPPED
    try:
        data = tomllib.loads(place.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as failure:
        raise InputError(
            f"{place} cannot be read: {failure}.", remedy="Give a TOML file of rules."
        ) from failure
    return policy_of(data, str(place))


def policy_of(data: Mapping[str, Any], place: str = "the policy") -> Policy:
    """Check rules given as a table of tables and return the policy."""
    try:
        kinds: dict[type[BaseModel], list[Any]] = {Rule: [], ShelfRule: [], OrphanRule: []}
        for name, fields in data.items():
            kind = ShelfRule if "shelf" in fields else OrphanRule if "wait_days" in fields else Rule
            kinds[kind].append(kind(name=name, **fields))
    except (ValidationError, TypeError) as failure:
        raise InputError(
            f"{place} is not right: {_first(failure)}.", remedy="Correct that line."
        ) from failure
    rules, shelves = tuple(kinds[Rule]), tuple(kinds[ShelfRule])
    orphans = next(iter(kinds[OrphanRule]), None)
    if len(kinds[OrphanRule]) > 1:
        raise InputError(f"{place} has two rules with wait_days.", remedy="Leave one; it is for all tables.")
    digest = hashlib.sha256(repr((rules, shelves, orphans)).encode()).hexdigest()
    policy = Policy(rules, digest, shelves, orphans)
    for rule in rules:
        _refuse_forbidden(policy, rule, place)
    return policy


def _first(failure: ValidationError | TypeError) -> str:
    if isinstance(failure, ValidationError):
        first = failure.errors()[0]
        return f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
    return str(failure)


def _refuse_forbidden(policy: Policy, rule: Rule, place: str) -> None:
    if rule.table in NEVER:
        raise InputError(
            f"{place} would remove rows of {rule.table!r} with the rule {rule.name!r}.",
            remedy="Remove that rule; these rows are deleted by people, never by age.",
        )
    for column, values in ONLY.get(rule.table, {}).items():
        if not rule.only.get(column) or not set(rule.only[column]) <= values:
            raise InputError(
                f"{place} would remove rows of {rule.table!r} that are still needed, "
                f"with the rule {rule.name!r}.",
                remedy=f"Add: only = {{ {column} = {sorted(values)} }}",
            )
    if rule.needed_by and (rule.needed_by == rule.name or policy.rule(rule.needed_by) is None):
        raise InputError(
            f"{place}: the rule {rule.name!r} leans on {rule.needed_by!r}, which is no other rule.",
            remedy="Name the rule of the history.",
        )
