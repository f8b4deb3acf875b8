"""What the user is believed to like, computed from the evidence each time it is asked.

For each taste the fresh weight of statements for it (a) and against it (b) gives a Beta(1 + a, 1 + b)
distribution of the chance that the user wants it. Four rules make a and b:

- A statement loses half of its weight every `HALF_LIFE_DAYS`, and so does the certainty it gave.
- Wanting one colour speaks against another one, except when both were named in one breath.
- What pictures hint at counts only as long as the user has not said or done otherwise.
- What was said before a newer contrary statement counts a quarter of itself; before a newer rule, nothing.
  So it does where a project's words are older than what its user then said there for every project.

Nothing depends on the order in which the evidence arrives, only on when it was given.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from math import fsum
from operator import attrgetter
from typing import Literal

import numpy as np

from workbench.memory.evidence import KEYS, LONG_AGO, Evidence, Scope, implied

State = Literal["held", "avoided", "leaning", "superseded"]

HALF_LIFE_DAYS = 120.0
HELD_AT = 0.7
ELSEWHERE_SHARE = 0.3
"""How much a statement about another project counts for a user who said nothing about it in general."""
_OUTLIVED_SHARE = 0.25
_INTERVAL = (0.05, 0.95)
_EDGES = np.linspace(0.0, 1.0, 1001)
_GRID = (_EDGES[1:] + _EDGES[:-1]) / 2
_every_field = attrgetter(*(each.name for each in fields(Evidence)))


@dataclass(frozen=True, slots=True)
class Belief:
    """One taste and how sure it is: `confidence` is the chance, 0..1, that the user wants it.

    `low` and `high` bound the middle nine tenths of that chance. `state` is `held` (used), `avoided` (the
    user does not want it), `leaning` (not sure enough to use) or `superseded` by a newer value, valid from
    `since` `until` then. A `pinned` belief neither fades nor is outweighed.
    """

    key: str
    value: str
    scope: Scope
    state: State
    confidence: float
    low: float
    high: float
    weight_for: float
    weight_against: float
    since: datetime
    until: datetime | None = None
    superseded_by: str | None = None
    pinned: bool = False
    evidence: tuple[Evidence, ...] = ()

    @property
    def label(self) -> str:
        """The kind of taste in plain words."""
        return KEYS[self.key].label

    @property
    def reason(self) -> Evidence | None:
        """The statement that best explains the belief: the weightiest on its side, the newest of those."""
        side = -1 if self.state == "avoided" else 1
        agreeing = [each for each in self.evidence if self.side_of(each) == side]
        return max(agreeing, key=lambda each: (each.weight, each.when), default=None)

    def side_of(self, statement: Evidence) -> int:
        """Return 1 when a statement speaks for this belief, -1 against; "not so fast" speaks for slow."""
        return statement.sign if statement.value == self.value else 1


Pin = tuple[Scope, str, str]
"""The scope, key and value of a belief that the user pinned."""


def beliefs(
    evidence: Iterable[Evidence], now: datetime, *, project_id: str = "", pins: Iterable[Pin] = ()
) -> tuple[Belief, ...]:
    """Return all beliefs for a project and for its user, by key, the surest first."""
    every = list(evidence)
    pinned = set(pins)
    here = [each for each in every if each.scope == "project" and each.project_id == project_id]
    personal = [each for each in every if each.scope == "user"]
    told = {each.key for each in personal}
    elsewhere = [
        each
        for each in every
        if each.scope == "project" and each.project_id != project_id and each.key not in told
    ]
    said_here = [each for each in personal if each.project_id == project_id]
    own = _scoped("project", [(each, _share_left(each, said_here)) for each in here], now, pinned)
    weighed = [(each, 1.0) for each in personal] + [(each, ELSEWHERE_SHARE) for each in elsewhere]
    general = _scoped("user", weighed, now, pinned)
    found = [_overtaken(belief, general, said_here) for belief in own] + general
    return tuple(sorted(found, key=lambda each: (each.key, -each.confidence, each.value, each.scope)))


def in_force(held: Iterable[Belief]) -> tuple[Belief, ...]:
    """Return the beliefs to act on: held or avoided, the project's before the user's where they differ."""
    used = [belief for belief in held if belief.state in ("held", "avoided")]
    mine = [belief for belief in used if belief.scope == "project"]
    wanted = {belief.key for belief in mine if belief.state == "held" and KEYS[belief.key].exclusive}
    about = {(belief.key, belief.value) for belief in mine}
    return tuple(
        belief
        for belief in used
        if belief.scope == "project"
        or ((belief.key, belief.value) not in about and not (belief.state == "held" and belief.key in wanted))
    )


def _share_left(statement: Evidence, later: Iterable[Evidence]) -> float:
    """Return the share of a project's statement that is left by what the user said there in general."""
    against = [each for each in later if each.when > statement.when and _contradicts(each, statement)]
    if any(each.standing for each in against):
        return 0.0
    return _OUTLIVED_SHARE if against else 1.0


def _contradicts(one: Evidence, other: Evidence) -> bool:
    if one.key != other.key or "image" in (one.source, other.source):
        return False
    if one.value == other.value:
        return one.sign != other.sign
    return KEYS[one.key].exclusive and one.sign > 0 and other.sign > 0


def _overtaken(belief: Belief, general: Sequence[Belief], said_here: Sequence[Evidence]) -> Belief:
    """Mark a project's taste as superseded when its user came to want another, in that project, for all."""
    if belief.state != "leaning" or not KEYS[belief.key].exclusive:
        return belief
    for other in general:
        at = max(
            (each.when for each in said_here if each in other.evidence and each.sign > 0), default=LONG_AGO
        )
        rival = other.key == belief.key and other.value != belief.value and other.state == "held"
        if rival and at > _newest(belief) > LONG_AGO:
            return replace(belief, state="superseded", until=at, superseded_by=other.value)
    return belief


@dataclass(frozen=True, slots=True)
class _Vote:
    value: str
    sign: int
    weight: float
    statement: Evidence


def _scoped(
    scope: Scope, weighed: Sequence[tuple[Evidence, float]], now: datetime, pins: set[Pin]
) -> list[Belief]:
    by_key: dict[str, list[_Vote]] = defaultdict(list)
    for statement, share in weighed:
        by_key[statement.key] += _votes(statement, share, now)
    for _, key, _value in (pin for pin in pins if pin[0] == scope):
        by_key.setdefault(key, [])
    return [belief for key, votes in by_key.items() for belief in _judged(scope, key, votes, pins)]


def _votes(statement: Evidence, share: float, now: datetime) -> list[_Vote]:
    weight = statement.weight * share * remaining_share(now - statement.when)
    votes = [_Vote(statement.value, statement.sign, weight, statement)]
    other = implied(statement)
    return votes + ([_Vote(other[0], 1, weight * other[1], statement)] if other else [])


def _judged(scope: Scope, key: str, votes: list[_Vote], pins: set[Pin]) -> list[Belief]:
    pinned = {value for at, of, value in pins if (at, of) == (scope, key)}
    values = sorted({vote.value for vote in votes} | pinned)
    found = [_belief(scope, key, value, votes, pinned=value in pinned) for value in values]
    return _superseded(found) if KEYS[key].exclusive else found


def _belief(scope: Scope, key: str, value: str, votes: list[_Vote], *, pinned: bool) -> Belief:
    agreeing = [vote for vote in votes if vote.value == value and vote.sign > 0]
    refusing = [vote for vote in votes if vote.value == value and vote.sign < 0]
    rivals = _rivals(key, value, votes, agreeing)
    statements = tuple(sorted({vote.statement for vote in [*agreeing, *refusing]}, key=_place))
    agreeing, refusing, rivals = (
        _without_hints(agreeing, refusing),
        _without_hints(refusing, agreeing),
        _without_hints(rivals, agreeing),
    )
    wanted = _outlived(agreeing, refusing)
    refused = _outlived(refusing, agreeing)
    outbid = _outlived(rivals, agreeing)
    against = refused + outbid
    mean = (1 + wanted) / (2 + wanted + against)
    low, high = _interval(wanted, against)
    state: State = "leaning"
    if pinned or mean >= HELD_AT:
        state = "held"
    elif (1 + refused) / (2 + wanted + refused) >= HELD_AT:
        state = "avoided"
    since = min((each.when for each in statements), default=LONG_AGO)
    return Belief(
        key, value, scope, state, round(mean, 4), low, high, wanted, against, since, pinned=pinned,
        evidence=statements,
    )  # fmt: skip


def _rivals(key: str, value: str, votes: list[_Vote], agreeing: list[_Vote]) -> list[_Vote]:
    if not KEYS[key].exclusive:
        return []
    together = {vote.statement.source_id for vote in agreeing if vote.statement.source_id}
    return [
        vote
        for vote in votes
        if vote.value != value and vote.sign > 0 and vote.statement.source_id not in together
    ]


def _without_hints(votes: list[_Vote], contrary: list[_Vote]) -> list[_Vote]:
    """Return the votes without those of pictures when the user has said or done otherwise."""
    if all(vote.statement.source == "image" for vote in contrary):
        return votes
    return [vote for vote in votes if vote.statement.source != "image"]


def _outlived(votes: list[_Vote], contrary: list[_Vote]) -> float:
    """Return the weight of `votes`, less where a newer contrary statement has overtaken them."""
    newest = max((vote.statement.when for vote in contrary), default=None)
    rule = max((vote.statement.when for vote in contrary if vote.statement.standing), default=None)

    def left(when: datetime) -> float:
        if rule is not None and when < rule:
            return 0.0
        return _OUTLIVED_SHARE if newest is not None and when < newest else 1.0

    return fsum(vote.weight * left(vote.statement.when) for vote in votes)


def _place(statement: Evidence) -> tuple[object, ...]:
    """Return what statements are put in order by: the oldest first, and no two alike in the same place."""
    return statement.when, statement.said, *map(repr, _every_field(statement))


def _superseded(found: list[Belief]) -> list[Belief]:
    """Mark what a newer held value of the same key replaced; a pinned value is never replaced."""
    held = [belief for belief in found if belief.state == "held"]
    if not held:
        return found
    current = max(held, key=lambda each: (each.pinned, each.confidence, _newest(each)))
    return [
        belief if belief is current or belief.state == "avoided" else _replaced(belief, current)
        for belief in found
    ]


def _replaced(belief: Belief, current: Belief) -> Belief:
    took_over = next(
        (each.when for each in current.evidence if current.side_of(each) > 0 and each.when >= belief.since),
        None,
    )
    if belief.pinned or (belief.state != "held" and (took_over is None or took_over <= _newest(belief))):
        return belief
    return replace(belief, state="superseded", until=took_over, superseded_by=current.value)


def _newest(belief: Belief) -> datetime:
    return max((each.when for each in belief.evidence if belief.side_of(each) > 0), default=LONG_AGO)


def _interval(wanted: float, against: float) -> tuple[float, float]:
    """Return the 5 % and 95 % quantiles of Beta(1 + wanted, 1 + against), by summing its density."""
    logs = wanted * np.log(_GRID) + against * np.log1p(-_GRID)
    mass = np.concatenate([[0.0], np.cumsum(np.exp(logs - logs.max()))])
    low, high = np.interp(_INTERVAL, mass / mass[-1], _EDGES)
    return round(float(low), 4), round(float(high), 4)


def remaining_share(age: timedelta) -> float:
    """Return the share of its weight that a statement keeps after `age`; all of it from the future."""
    return float(0.5 ** (max(0.0, age.total_seconds()) / 86400 / HALF_LIFE_DAYS))
