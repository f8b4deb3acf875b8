"""An upgrade in four steps: read as a plan, rehearsed on a restored copy, run guarded, compared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from alembic.script import Script
from sqlalchemy import URL, Engine
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from workbench.clock import Clock, SystemClock
from workbench.errors import EnvironmentFault, InputError, WorkbenchError
from workbench.lifecycle.backups import Backups
from workbench.lifecycle.manifest import Manifest
from workbench.spans import traced
from workbench.store import schema
from workbench.store.blobs import Blobs
from workbench.store.engines import READING
from workbench.store.faults import explained
from workbench.store.guard.census import Census
from workbench.store.guard.hazard import Hazard
from workbench.store.guard.losses import Loss
from workbench.store.guard.scripts import judge


@dataclass(frozen=True, slots=True)
class PendingStep:
    """One script that was not run yet: what it does, what it means to lose, and what the judge says."""

    revision: str
    title: str
    path: Path
    reviewed: Mapping[str, str]
    hazards: tuple[Hazard, ...]

    @property
    def stopped_by(self) -> tuple[Hazard, ...]:
        """The hazards that keep it from being run."""
        return tuple(each for each in self.hazards if each.severity == "error")


@dataclass(frozen=True, slots=True)
class UpgradePlan:
    """What an upgrade would do."""

    found: str | None
    steps: tuple[PendingStep, ...]

    @property
    def target(self) -> str | None:
        """The schema there would be then."""
        return self.steps[-1].revision if self.steps else self.found


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What the scripts did to a restored copy; `failure` is what stopped them, if anything did."""

    backup: str
    seconds: float
    before: Census | None
    after: Census | None
    losses: tuple[Loss, ...]
    failure: str = ""

    @property
    def passed(self) -> bool:
        return not self.losses and not self.failure


@dataclass(frozen=True, slots=True)
class Upgrade:
    """An upgrade that was done: from where to where, on which backup it leaned, and what it found."""

    plan: UpgradePlan
    backup: Manifest
    rehearsal: Rehearsal
    passage: schema.Passage
    seconds: float


def plan_upgrade(engine: Engine, versions: Path | None = None) -> UpgradePlan:
    """Tell what an upgrade would do, without doing it."""
    with explained(), engine.connect().execution_options(**_reading(engine)) as connection:
        found = schema.version_of(connection)
        scripts = schema.pending(connection, versions)
    return UpgradePlan(found, tuple(_step(script) for script in scripts))


@traced("lifecycle.rehearse")
def rehearse(
    backups: Backups,
    backup: Manifest,
    *,
    near: URL | None = None,
    versions: Path | None = None,
    clock: Clock | None = None,
) -> Rehearsal:
    """Run the scripts on a copy restored from `backup`, which is thrown away, and count before and after."""
    ticks = clock or SystemClock()
    started = ticks.monotonic()
    passed, failure = None, ""
    with backups.restored(backup, near) as copy:
        try:
            passed = _tried(copy, versions)
        except (WorkbenchError, DBAPIError, SQLAlchemyError) as error:
            failure = str(getattr(error, "orig", None) or error)
    seconds = round(ticks.monotonic() - started, 3)
    if passed is None:
        return Rehearsal(backup.id, seconds, None, None, (), failure)
    return Rehearsal(backup.id, seconds, passed.before, passed.after, passed.losses)


@traced("lifecycle.upgrade")
def upgrade(
    engine: Engine,
    backups: Backups,
    *,
    blobs: Blobs | None = None,
    versions: Path | None = None,
    clock: Clock | None = None,
) -> Upgrade | None:
    """Judge, back up, restore and count, rehearse, then run for real; None when there is nothing to do.

    Each step must succeed before the next begins; the run itself is one transaction that is kept only when
    nothing was lost.
    """
    ticks = clock or SystemClock()
    plan = plan_upgrade(engine, versions)
    if not plan.steps:
        return None
    _refuse_hazards(plan)
    started = ticks.monotonic()
    backup = backups.make(engine, f"before upgrading to {plan.target}", blobs=blobs)
    if not backup.verified:
        told = backup.verification.problems if backup.verification else ()
        raise EnvironmentFault(
            f"The backup before the upgrade is not good: {'; '.join(told)}.",
            remedy="Nothing was changed. Mend that first; a migration needs a backup that was restored.",
        )
    rehearsal = rehearse(backups, backup, near=engine.url, versions=versions, clock=ticks)
    if not rehearsal.passed:
        lost = [rehearsal.failure] if rehearsal.failure else [loss.message for loss in rehearsal.losses]
        raise EnvironmentFault(
            f"The rehearsal on a restored copy failed: {'; '.join(lost[:5])}.",
            remedy="Nothing was changed. Correct the migration.",
            rehearsal=rehearsal,
        )
    with explained():
        passage = schema.guarded(engine, lambda connection: schema.upgrade(connection, versions))
    return Upgrade(plan, backup, rehearsal, passage, round(ticks.monotonic() - started, 3))


def _tried(copy: Engine, versions: Path | None) -> schema.Passage:
    sqlite = copy.dialect.name == "sqlite"
    with copy.connect() as connection:
        if sqlite:
            connection.connection.execute("PRAGMA foreign_keys = OFF")
        transaction = connection.begin()
        try:
            return schema.passage(connection, lambda open_: schema.upgrade(open_, versions))
        finally:
            transaction.rollback()


def _reading(engine: Engine) -> Mapping[str, bool]:
    return READING if engine.dialect.name == "sqlite" else {}


def _step(script: Script) -> PendingStep:
    path = Path(script.path)
    reviewed = getattr(script.module, "reviewed", {})
    return PendingStep(script.revision, script.doc or "", path, reviewed, judge(path))


def _refuse_hazards(plan: UpgradePlan) -> None:
    for step in plan.steps:
        if step.stopped_by:
            first = step.stopped_by[0]
            raise InputError(
                f"{first.place}:{first.line} {first.rule}: {first.message}.",
                remedy=f"{first.recipe} Or allow it there with a reason: # guard: allow {first.rule}, …",
                hazards=step.stopped_by,
            )
