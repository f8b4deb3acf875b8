"""Prompts: some at the same time, one at a time in each project, the rest in a queue that has an end."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import anyio
from anyio import CapacityLimiter, to_thread

from workbench.brain.model import OnText, unheard
from workbench.brain.plan import Plan
from workbench.service.problems import Refusal
from workbench.store.values import Asset
from workbench.studio.rewriting import OnStage, unwatched
from workbench.studio.studio import Studio
from workbench.studio.take import Take

WAITING_FOR_EACH = 8
"""How many prompts may wait for each that is answered."""


class Talk:
    """Answers prompts in threads of their own, so that slow models keep nobody else waiting."""

    def __init__(self, at_once: int) -> None:
        self._threads = CapacityLimiter(at_once)
        self._most = at_once * (1 + WAITING_FOR_EACH)
        self._inside = 0
        self._locks: dict[str, tuple[anyio.Lock, int]] = {}

    async def ask(
        self,
        studio: Studio,
        prompt: str,
        selected: str | None = None,
        images: Sequence[Asset] = (),
        *,
        on_stage: OnStage = unwatched,
        on_text: OnText = unheard,
    ) -> Take:
        """Answer a prompt when it is its turn; what was begun is finished even when nobody listens."""

        def work() -> Take:
            if selected is not None:
                studio.selected = studio.scene(selected).id
            return studio.ask(prompt, images, on_stage=on_stage, on_text=on_text)

        async with self._turn(studio.project_id):
            return await to_thread.run_sync(work, limiter=self._threads)

    async def plan(
        self, studio: Studio, prompt: str, selected: str | None = None, images: Sequence[str] = ()
    ) -> Plan:
        """Decide what a prompt asks for, without doing it; what is selected stays so."""

        def work() -> Plan:
            return studio.plan(prompt, images=images, selected=selected)

        async with self._turn(studio.project_id):
            return await to_thread.run_sync(work, limiter=self._threads)

    @asynccontextmanager
    async def _turn(self, project_id: str) -> AsyncIterator[None]:
        if self._inside >= self._most:
            raise Refusal(503, "Too many prompts are waiting.", remedy="Try again soon.", Retry_After="5")
        self._inside += 1
        lock, users = self._locks.get(project_id, (anyio.Lock(), 0))
        self._locks[project_id] = (lock, users + 1)
        try:
            async with lock:
                yield
        finally:
            self._inside -= 1
            lock, users = self._locks[project_id]
            if users == 1:
                del self._locks[project_id]
            else:
                self._locks[project_id] = (lock, users - 1)
