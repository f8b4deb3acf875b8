"""Keeping data while the service runs: daily backups and cleanups, a look for losses, and two doors.

APScheduler is nothing but the clock here: it asks every few minutes whether a chore is due. The chore itself
is a durable job under the key of its day, so two services do it once, one that was off catches up once, and
one that is killed in the middle is done again.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC
from typing import Any

from anyio import to_thread
from apscheduler.schedulers.background import BackgroundScheduler
from fastapi import FastAPI

from workbench.errors import WorkbenchError
from workbench.events import Event
from workbench.lifecycle.backups import Backups
from workbench.lifecycle.cleaning import Budget
from workbench.lifecycle.figures import figures
from workbench.lifecycle.health import alarms
from workbench.lifecycle.retention import Retention, retention_of
from workbench.lifecycle.schedule import enqueue_due
from workbench.service.app import Plug
from workbench.service.routes import keeping as routes
from workbench.service.state import Service
from workbench.studio.chores import BACKUP, CLEANUP, chores
from workbench.studio.lifecycle_settings import LifecycleSettings
from workbench.studio.working import Outcome, Task
from workbench.studio.workspace import Workspace

LANE = "keeping"
LOOK_MINUTES = 10


def keeping(settings: LifecycleSettings | None = None) -> Plug:
    """Return what plugs the keeping of data into a service."""
    chosen = settings or LifecycleSettings()

    def adds(app: FastAPI, service: Service) -> None:
        app.state.lifecycle = chosen
        app.include_router(routes.router)
        if chosen.scheduled:
            learn_chores(service.workspace, chosen)

    @asynccontextmanager
    async def running(service: Service) -> AsyncIterator[None]:
        if not chosen.scheduled:
            yield
            return
        clock = BackgroundScheduler(timezone=UTC, job_defaults={"coalesce": True, "misfire_grace_time": None})
        ask = asking(service.workspace, chosen)
        clock.add_job(ask, "interval", minutes=LOOK_MINUTES)
        clock.add_job(watching(service.workspace), "interval", minutes=LOOK_MINUTES)
        for chore in chores(chosen):
            clock.add_job(ask, "cron", hour=chore.hour, second=1)
        await to_thread.run_sync(ask)
        clock.start()
        try:
            yield
        finally:
            await to_thread.run_sync(clock.shutdown)

    return Plug(adds, running)


def asking(workspace: Workspace, settings: LifecycleSettings) -> Callable[[], None]:
    """Return what asks for every chore that is due."""

    def ask() -> None:
        for chore in chores(settings):
            enqueue_due(workspace.jobs, chore, workspace.clock.now())
            workspace.background.work(chore.kind)

    return ask


def watching(workspace: Workspace) -> Callable[[], None]:
    """Return what looks for lost data and says so as `data_alarm` events."""

    def watch() -> None:
        backups = Backups(workspace.settings.data / "backups", clock=workspace.clock)
        alarms(workspace.database, backups, workspace.bus.emit)

    return watch


def learn_chores(workspace: Workspace, settings: LifecycleSettings) -> None:
    """Let the workspace's background do the chores, in a lane of their own."""

    def clean(task: Task) -> Outcome:  # noqa: ARG001
        retention = retention_in(workspace)
        plan = retention.plan()
        if settings.dry_run:
            return Outcome(figures(plan), then=(Event("lifecycle_planned", data={"rows": plan.rows}),))
        return Outcome(figures(plan, retention.apply(plan, budget=Budget(settings.cleanup_seconds))))

    def back_up(task: Task) -> Outcome:  # noqa: ARG001
        return Outcome(daily_backup(workspace, settings))

    workspace.background.add(CLEANUP, clean, LANE)
    workspace.background.add(BACKUP, back_up, LANE)


def daily_backup(workspace: Workspace, settings: LifecycleSettings) -> dict[str, Any]:
    """Make a backup, restore it once, and let the oldest go; a backup that is not good is an error."""
    backups = Backups(workspace.settings.data / "backups", clock=workspace.clock)
    made = backups.make(workspace.database.engine, "daily", blobs=workspace.blobs)
    if not made.verified:
        told = made.verification.problems if made.verification else ()
        raise WorkbenchError(
            f"The daily backup is not good: {'; '.join(told)}.", remedy="Look at: workbench db verify"
        )
    own = backups.list(workspace.database.engine)
    gone = backups.prune(keep=settings.backups_kept, weeks=settings.backup_weeks, among=own)
    workspace.bus.emit(Event("backup_made", data={"backup": made.id, "rows": made.rows, "bytes": made.bytes}))
    return {"backup": made.id, "rows": made.rows, "bytes": made.bytes, "seconds": made.seconds,
            "pruned": len(gone)}  # fmt: skip


def retention_in(workspace: Workspace) -> Retention:
    """Return the retention of a workspace's folder."""
    return retention_of(
        workspace.database, workspace.settings.data, who="the service", emit=workspace.bus.emit,
        storage=workspace.settings.scale.files,
    )  # fmt: skip
