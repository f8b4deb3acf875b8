"""What a running service forgets by itself: idempotency keys whose time is over, and what it holds in memory
for nobody: studios that no request asked for lately, what only points at itself, and pages that are free."""

from __future__ import annotations

import asyncio
import gc
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from anyio import to_thread

from workbench.errors import WorkbenchError
from workbench.frugal import give_back
from workbench.service.once import purge_answers
from workbench.service.state import Service

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
    while True:
        try:
            while await to_thread.run_sync(purge_answers, service):
                pass
        except WorkbenchError as trouble:
            _LOG.warning("old idempotency keys stay for now: %s", trouble)
        await asyncio.sleep(every_seconds)


async def _lighten(service: Service, every_seconds: float) -> None:
    while True:
        await asyncio.sleep(every_seconds)
        await to_thread.run_sync(service.studios.sweep)
        await to_thread.run_sync(gc.collect)
        await to_thread.run_sync(give_back)
