"""What a running service lets go of by itself.

In the database: idempotency keys whose time is over, and what was forgotten of tastes too long ago to come
back. In memory, what it holds for nobody: studios that no request asked for lately, what only points at
itself, and pages that are free.
"""

from __future__ import annotations

import asyncio
import gc
import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress

from anyio import to_thread

from workbench.frugal import give_back
from workbench.service.once import purge_answers
from workbench.service.state import Service
from workbench.store.preferences import Preferences

EVERY_SECONDS = 600.0
LIGHTER_EVERY_SECONDS = 30.0
_LOG = logging.getLogger("workbench.service")


@asynccontextmanager
async def tidying(
    service: Service,
    every_seconds: float = EVERY_SECONDS,
    lighter_every_seconds: float = LIGHTER_EVERY_SECONDS,
) -> AsyncIterator[None]:
    """Tidy now and then while the block runs."""
    tasks = [
        asyncio.create_task(_tidy(service, every_seconds)),
        asyncio.create_task(_lighten(service, lighter_every_seconds)),
    ]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task


async def _tidy(service: Service, every_seconds: float) -> None:
    tastes = Preferences(service.workspace.database)
    while True:
        with _told("old idempotency keys stay for now"):
            while await to_thread.run_sync(purge_answers, service):
                pass
        with _told("what was forgotten stays for now"):
            await to_thread.run_sync(tastes.sweep)
        await asyncio.sleep(every_seconds)


async def _lighten(service: Service, every_seconds: float) -> None:
    while True:
        await asyncio.sleep(every_seconds)
        for work in (service.studios.sweep, gc.collect, give_back):
            with _told("memory stays taken for now"):
                await to_thread.run_sync(work)


@contextmanager
def _told(consequence: str) -> Iterator[None]:
    """Log what goes wrong: it is tried again the next time, and a service that cannot tidy still serves."""
    try:
        yield
    except Exception as trouble:  # noqa: BLE001 - a database, a studio's end or a library may raise anything
        _LOG.warning("%s: %s: %s", consequence, type(trouble).__name__, trouble)
