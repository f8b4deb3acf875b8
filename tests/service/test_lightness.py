"""A service holds in memory what is asked for, not all that was ever asked for."""

from __future__ import annotations

import asyncio
import ctypes
import gc
import platform
import subprocess
import sys
import threading
import weakref
from pathlib import Path

import pytest
from anyio import to_thread
from sqlalchemy.exc import SQLAlchemyError

from workbench import frugal
from workbench.clock import FrozenClock
from workbench.errors import NotFound
from workbench.service.state import Service, Studios
from workbench.service.tidying import tidying
from workbench.store.users import Users
from workbench.studio.settings import Settings
from workbench.studio.workspace import Workspace


class Circle:
    """Points at itself, so that only a collection takes it away."""

    def __init__(self) -> None:
        self.itself = self


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock()


@pytest.fixture
def lit(tmp_path: Path, clock: FrozenClock) -> Workspace:
    return Workspace(Settings(data=tmp_path / "data", workers=1), clock=clock)


def test_a_studio_that_nobody_asks_for_is_closed(lit: Workspace, clock: FrozenClock) -> None:
    """After an hour; one that was asked for meanwhile stays, and the other is opened anew when wanted."""
    with lit as workspace:
        studios = Studios(workspace)
        ana = Users(workspace.database).create("ana")
        for name in ("left", "used"):
            studios.workspace(ana).projects.create(name, width=320, height=180, fps=30)
        left, used = studios.studio(ana, "left"), studios.studio(ana, "used")
        clock.advance(3000)
        assert studios.studio(ana, "used") is used
        clock.advance(1000)
        assert (studios.sweep(), len(studios)) == (1, 1)
        assert (left.closed, used.closed) == (True, False)
        again = studios.studio(ana, "left")
        assert again is not left
        assert again.name == "left"
        studios.close()
        assert again.closed
        assert used.closed


def test_the_number_of_open_studios_is_bounded(lit: Workspace) -> None:
    """The one asked for longest ago is closed; a deleted project's studio goes at once."""
    with lit as workspace:
        studios = Studios(workspace, kept=2)
        ana = Users(workspace.database).create("ana")
        opened = []
        for name in "abc":
            studios.workspace(ana).projects.create(name, width=320, height=180, fps=30)
            opened.append(studios.studio(ana, name))
        assert [each.closed for each in opened] == [True, False, False]
        studios.forget(opened[2].project)
        assert (opened[2].closed, len(studios)) == (True, 1)
        with pytest.raises(NotFound):
            studios.studio(Users(workspace.database).create("eve"), "b")


def test_the_service_sweeps_while_it_runs(
    lit: Workspace, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Studios are closed, circles taken apart and free pages given back, without anybody asking."""
    given_back = threading.Event()
    monkeypatch.setattr("workbench.service.tidying.give_back", given_back.set)

    async def runs(service: Service) -> bool:
        async with tidying(service, lighter_every_seconds=0.01):
            return await to_thread.run_sync(given_back.wait, 60)

    with lit as workspace:
        service = Service(workspace, workspace.settings.service)
        ana = Users(workspace.database).create("ana")
        service.studios.workspace(ana).projects.create("left", width=320, height=180, fps=30)
        left = service.studios.studio(ana, "left")
        clock.advance(7200)
        gc.disable()
        try:
            circle = weakref.ref(Circle())
            assert circle() is not None
            assert asyncio.run(runs(service))
        finally:
            gc.enable()
        assert left.closed
        assert circle() is None
        service.close()


def test_tidying_outlives_what_goes_wrong(
    lit: Workspace, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """An error nobody thought of is told with its type; it is tried again, and the rest goes on."""
    again, given_back = threading.Event(), threading.Event()
    purges: list[int] = []

    def purge(_: Service) -> int:
        purges.append(1)
        if len(purges) > 1:
            again.set()
            return 0
        raise SQLAlchemyError("the database went away")

    def sweep() -> int:
        raise RuntimeError("a studio did not close")

    async def runs(service: Service) -> bool:
        async with tidying(service, every_seconds=0.01, lighter_every_seconds=0.01):
            return all([await to_thread.run_sync(each.wait, 60) for each in (again, given_back)])

    monkeypatch.setattr("workbench.service.tidying.purge_answers", purge)
    monkeypatch.setattr("workbench.service.tidying.give_back", given_back.set)
    with lit as workspace, caplog.at_level("WARNING", "workbench.service"):
        service = Service(workspace, workspace.settings.service)
        monkeypatch.setattr(service.studios, "sweep", sweep)
        assert asyncio.run(runs(service))
        monkeypatch.undo()
        service.close()
    told = [each.getMessage() for each in caplog.records]
    assert "old idempotency keys stay for now: SQLAlchemyError: the database went away" in told
    assert "memory stays taken for now: RuntimeError: a studio did not close" in told


def test_free_memory_is_given_back_where_the_c_library_can() -> None:
    """With glibc both work; with another library nothing happens and nothing fails."""
    glibc = platform.libc_ver()[0] == "glibc"
    assert frugal.share_arenas(2) is glibc
    assert frugal.keep_apart() is glibc
    assert isinstance(frugal.give_back(), bool)


def test_what_is_loaded_is_not_looked_through_again() -> None:
    """What settled is outside every later collection; what comes after it is not."""
    before = gc.get_freeze_count()
    try:
        frugal.settle()
        assert gc.get_freeze_count() > before
        circle = weakref.ref(Circle())
        gc.collect()
        assert circle() is None
    finally:
        gc.unfreeze()


@pytest.mark.slow
def test_arrow_asks_the_c_library_as_all_others_do() -> None:
    """Its own allocator would keep what it took; a service says so before Arrow is loaded."""
    asked = "import pyarrow; print(pyarrow.default_memory_pool().backend_name)"
    assert _said(f"from workbench import frugal; frugal.share_arenas(); {asked}") == "system"
    told = "import sys; from workbench import frugal; from workbench.cli.main import run"
    stop = "frugal.share_arenas = lambda: sys.exit(print('pyarrow' in sys.modules))"
    assert _said(f"{told}; {stop}; run(['serve', '--port', '0'])") == "False"


def _said(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def test_another_c_library_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on macOS, whose library has none of them."""
    monkeypatch.setattr(ctypes, "CDLL", lambda _: object())
    assert (frugal.share_arenas(), frugal.keep_apart(), frugal.give_back()) == (False, False, False)
