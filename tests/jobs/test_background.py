"""Lanes of workers that are closed while somebody asks for work."""

from __future__ import annotations

import threading
from types import TracebackType

import pytest

from workbench.events import silence
from workbench.store.jobs import Jobs
from workbench.studio.background import FILMS, Background
from workbench.studio.working import Outcome


class ClosesBehind:
    """A lock; the first who gives it back finds everything closed right after."""

    def __init__(self, background: Background) -> None:
        self._background = background
        self._lock = threading.Lock()
        self._over = False

    def __enter__(self) -> None:
        self._lock.acquire()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._lock.release()
        if not self._over:
            self._over = True
            self._background.close(0.0)


def test_closing_while_work_is_asked_for_leaves_it_to_the_next_process(
    jobs: Jobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever asked hears no error: the job is kept, and waits."""
    asked = jobs.add("film", {})
    background = Background(jobs, silence, threads=0)
    background.add("film", lambda task: Outcome(), FILMS)
    monkeypatch.setattr(background, "_lock", ClosesBehind(background))
    background.work("film")
    background.work("film")
    assert jobs.get(asked.id).state == "queued"
