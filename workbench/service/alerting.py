"""Judging the alert rules while the service runs, whether or not anybody looks at the dashboard.

Several processes may judge: an alert is one row, and its notice is one durable job.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC

from anyio import to_thread
from apscheduler.schedulers.background import BackgroundScheduler

from workbench.service.app import Plug
from workbench.service.state import Service
from workbench.studio.watching import Watching, watch_of
from workbench.studio.workspace import Workspace

JUDGE_SECONDS = 60


def alerting(every_seconds: float = JUDGE_SECONDS) -> Plug:
    """Return what judges the rules every minute; `workbench alerts` and the dashboard tell what fired."""

    @asynccontextmanager
    async def running(service: Service) -> AsyncIterator[None]:
        clock = BackgroundScheduler(timezone=UTC, job_defaults={"coalesce": True, "misfire_grace_time": None})
        clock.add_job(judge_of(service.workspace).look, "interval", seconds=every_seconds)
        clock.start()
        try:
            yield
        finally:
            await to_thread.run_sync(clock.shutdown)

    return Plug(running=running)


def judge_of(workspace: Workspace) -> Watching:
    """Return the watch of a workspace's data folder."""
    return watch_of(workspace.settings, workspace.database, workspace.telemetry.reading())
