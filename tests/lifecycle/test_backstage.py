"""Work in the background empties the write-ahead log itself, and what it writes is kept as a whole."""

from __future__ import annotations

from contextlib import closing, suppress
from pathlib import Path

from sqlalchemy import insert, select

from workbench.store import Database, Projects
from workbench.store.backstage import Backstage
from workbench.store.rows import user


def test_as_a_whole(database: Database) -> None:
    """A step that fails leaves nothing, one that ends is seen by everybody."""
    with closing(Backstage(database)) as backstage:
        with suppress(RuntimeError), backstage.write() as connection:
            connection.execute(insert(user).values(id="a", name="a", created_at=database.now()))
            raise RuntimeError
        with backstage.write() as connection:
            connection.execute(insert(user).values(id="b", name="b", created_at=database.now()))
        backstage.settle()
        with database.read() as connection:
            found = set(connection.scalars(select(user.c.id)))
    assert "b" in found
    assert "a" not in found


def test_log_stays_short(tmp_path: Path) -> None:
    """However much is written in steps, the log does not grow on, and those who save still can."""
    sizes = []
    with Database.open(tmp_path / "a.db") as database, closing(Backstage(database)) as backstage:
        for number in range(48):
            with backstage.write() as connection:
                row = {"id": f"{number}", "name": f"{number} {'a' * 200_000}", "created_at": database.now()}
                connection.execute(insert(user).values(**row))
            backstage.settle()
            sizes.append((tmp_path / "a.db-wal").stat().st_size)
        Projects(database).create("Demo")
    assert max(sizes) <= 1.5 * max(sizes[:8])
