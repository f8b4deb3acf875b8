"""Compacting gives free space back, loses nothing wherever it is killed, and is refused if it would fail."""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from sqlalchemy import Engine, insert, select, text

from tests.lifecycle.dying import done_or_dead
from workbench.errors import Busy, EnvironmentFault
from workbench.lifecycle import compacting
from workbench.lifecycle.compacting import compact, free_bytes
from workbench.store import Database, Projects
from workbench.store.engines import open_engine, parse_url
from workbench.store.rows import user


@pytest.fixture
def holey(empty_file: Path, tmp_path: Path) -> Iterator[Engine]:
    """Give a file of which most is free."""
    place = tmp_path / "a.db"
    shutil.copy(empty_file, place)
    with Database.open(place) as database:
        Projects(database).create("Demo")
        for number in range(40):
            with database.write() as connection:
                row = {"id": f"{number}", "name": f"{number} {'a' * 50_000}", "created_at": database.now()}
                connection.execute(insert(user).values(**row))
        with database.write() as connection:
            connection.execute(text("DELETE FROM \"user\" WHERE id BETWEEN '1' AND '9'"))
    engine = open_engine(parse_url(place), power_safe=True)
    yield engine
    engine.dispose()


def users(engine: Engine) -> list[str]:
    with engine.connect() as connection:
        return list(connection.scalars(select(user.c.name).order_by(user.c.id)))


def test_gives_space_back(holey: Engine) -> None:
    """The file is as small as what it holds, every row is there, and it can be worked with at once."""
    before = users(holey)
    done = compact(holey)
    path = Path(str(holey.url.database))
    assert done.after_bytes == path.stat().st_size < done.before_bytes / 2
    assert free_bytes(holey)[0] == 0
    assert users(holey) == before
    with Database.open(path) as database:
        Projects(database).create("Another")
    assert list(path.parent.glob(".restored-*")) == []


def test_not_while_others_have_it_open(holey: Engine) -> None:
    """Somebody who has the file open is not disturbed; once he closes it, who waits goes on."""
    path = Path(str(holey.url.database))
    other = Database.open(path)
    with pytest.raises(Busy, match=r"Others have a\.db open"):
        compact(holey)
    Projects(other).create("Saved meanwhile")
    done = compact(holey, wait_seconds=600, pause=lambda _: other.close())
    assert done.after_bytes < done.before_bytes
    with Database.open(path) as database:
        assert "Saved meanwhile" in {each.name for each in Projects(database).list()}


def test_too_little_room(holey: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk without room for the copies is told of before anything is written."""
    content = Path(str(holey.url.database)).read_bytes()
    monkeypatch.setattr(compacting.shutil, "disk_usage", lambda _: SimpleNamespace(free=1_000_000))
    with pytest.raises(EnvironmentFault, match="1 MB are free; nothing was changed"):
        compact(holey)
    assert Path(str(holey.url.database)).read_bytes() == content


def compact_and_die(place: str, step: int) -> None:
    """Compact, and die as the module asks its connection for the statement number `step`."""
    left = step
    module = compacting.sqlite_library().module

    class Dying(module.Connection):  # type: ignore[name-defined, misc]
        def execute(self, *given: object) -> object:
            nonlocal left
            left -= 1
            if left < 0:
                os.kill(os.getpid(), signal.SIGKILL)
            return super().execute(*given)

        def backup(self, *given: object, **named: object) -> object:
            self.execute("SELECT 1")
            found = super().backup(*given, **named)
            self.execute("SELECT 1")
            return found

    connect = module.connect
    fake = SimpleNamespace(
        connect=lambda *given, **named: connect(*given, factory=Dying, **named),
        OperationalError=module.OperationalError,
    )
    compacting.sqlite_library = lambda: SimpleNamespace(module=fake)  # type: ignore[assignment,return-value]
    compact(open_engine(parse_url(place), power_safe=True))


@pytest.mark.slow
def test_killed_anywhere(holey: Engine, tmp_path: Path) -> None:
    """Whenever it is killed, the file is whole and holds every row; done again, it ends as it should."""
    before = users(holey)
    holey.dispose()
    survived = False
    for step in range(4, 200, 7):
        place = tmp_path / f"{step}.db"
        shutil.copy(str(holey.url.database), place)
        survived = done_or_dead(compact_and_die, str(place), step)
        engine = open_engine(parse_url(place), power_safe=True)
        assert users(engine) == before
        with engine.connect() as connection:
            assert connection.exec_driver_sql("PRAGMA integrity_check").scalar_one() == "ok"
        if survived:
            break
        assert compact(engine).after_bytes < 1_000_000
        engine.dispose()
    assert survived


def test_postgresql_too(blank: Engine) -> None:
    """An empty database of either kind is no trouble."""
    with blank.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE a (b INTEGER)")
    done = compact(blank)
    assert done.engine == blank.dialect.name
    assert done.before_bytes > 0
