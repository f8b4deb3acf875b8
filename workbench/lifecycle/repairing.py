"""Repairs that cannot lose anything: each is found and told first, then done, then looked at again.

What needs judgement (rows without their parent, files no backup has, shrunken tables) is told by the health
signs and left to people and their backups.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

from sqlalchemy import Connection, Index, bindparam, inspect, select, text

from workbench.lifecycle.files import named_files
from workbench.lifecycle.litter import Litter, find_litter, sweep
from workbench.store.blobs import Blobs, checksum
from workbench.store.database import Database
from workbench.store.object_blobs import LONGEST_UPLOAD, ObjectBlobs
from workbench.store.rows import Moment, metadata, scene

_LARGE_LOG_BYTES = 64 * 2**20
_NAMED = 3
_EMPTY = hashlib.sha256().hexdigest()


@dataclass(frozen=True, slots=True)
class Repair:
    """Something that can be mended without loss: what, what was found, and the deed that mends it."""

    name: str
    found: str
    mend: Callable[[], object]


def find_repairs(
    database: Database, folder: Path, temporary: Path | None = None, blobs: Blobs | None = None
) -> tuple[Repair, ...]:
    """Look for what can be mended safely; changes nothing. `blobs` are the files, where not in the folder."""
    files, kept = blobs or Blobs(folder / "files"), Blobs(folder / "backups" / "files")
    with database.read() as connection:
        named = sorted(named_files(connection))
        gaps = _gaps(connection)
        missing = [(index, str(index.table)) for index in _missing_indexes(connection)]
        stale = _stale_leases(connection, database)
    return (
        *_positions(database, gaps),
        *(
            Repair("missing index", f"{index.name} on {table}", _maker(database, index))
            for index, table in missing
        ),
        *_leases(database, stale),
        *_write_ahead_log(database),
        *_litter(folder, temporary),
        *_uploads(files, database.now()),
        *_empty_files(folder),
        *_files(files, kept, named),
    )


def _positions(database: Database, gaps: list[str]) -> Iterator[Repair]:
    for project in gaps:
        yield Repair("scene positions", f"gaps in project {project}", partial(_close_gaps, database, project))


def _gaps(connection: Connection) -> list[str]:
    asked = text(
        "SELECT project_id FROM scene WHERE position IS NOT NULL GROUP BY project_id "
        "HAVING min(position) <> 1 OR max(position) <> count(*) ORDER BY project_id"
    )
    return list(connection.execute(asked).scalars())


def _close_gaps(database: Database, project: str) -> None:
    """Number the living scenes 1 to n in their order; by way of negatives, as positions are unique."""
    living = scene.c.project_id == project, scene.c.position.is_not(None)
    order = select(scene.c.id).where(*living).order_by(scene.c.position, scene.c.id)
    with database.write() as connection:
        if not database.is_sqlite:
            connection.execute(text("SELECT 1 FROM project WHERE id = :id FOR UPDATE"), {"id": project})
        keys = list(connection.scalars(order))
        for sign in (-1, 1):
            for place, key in enumerate(keys, 1):
                connection.execute(scene.update().where(scene.c.id == key).values(position=sign * place))


def _missing_indexes(connection: Connection) -> Iterator[Index]:
    inspector = inspect(connection)
    there = set(inspector.get_table_names())
    for table in metadata.sorted_tables:
        if table.name in there:
            known = {each["name"] for each in inspector.get_indexes(table.name)}
            columns = {each["name"] for each in inspector.get_columns(table.name)}
            for index in sorted(table.indexes, key=lambda each: str(each.name)):
                if index.name not in known and {each.name for each in index.columns} <= columns:
                    yield index


def _maker(database: Database, index: Index) -> Callable[[], object]:
    def make() -> None:
        with database.write() as connection:
            index.create(connection)

    return make


def _stale_leases(connection: Connection, database: Database) -> list[str]:
    asked = text("SELECT name FROM lease WHERE expires_at < :now").bindparams(
        bindparam("now", database.now(), type_=Moment())
    )
    return sorted(connection.execute(asked).scalars())


def _leases(database: Database, stale: list[str]) -> Iterator[Repair]:
    def drop() -> None:
        gone = text("DELETE FROM lease WHERE expires_at < :now").bindparams(
            bindparam("now", database.now(), type_=Moment())
        )
        with database.write() as connection:
            connection.execute(gone)

    if stale:
        yield Repair("stale leases", ", ".join(stale), drop)


def _write_ahead_log(database: Database) -> Iterator[Repair]:
    if not database.is_sqlite:
        return
    log = Path(f"{database.url.database}-wal")
    size = log.stat().st_size if log.exists() else 0

    def checkpoint() -> None:
        with database.engine.connect() as connection:
            driver = connection.connection.driver_connection
            assert driver is not None
            driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    if size > _LARGE_LOG_BYTES:
        yield Repair("write-ahead log", f"{size / 2**20:.0f} MB to be put into the database", checkpoint)


def _litter(folder: Path, temporary: Path | None) -> Iterator[Repair]:
    """Give what is left in each folder as one thing to mend: a machine that was killed often has hundreds."""
    homes: dict[Path, list[Litter]] = {}
    for each in find_litter(folder, temporary=temporary):
        homes.setdefault(each.path.parent, []).append(each)
    for home, left in homes.items():
        names = [each.path.name for each in left]
        told = str(left[0].path) if len(left) == 1 else f"{len(left)} in {home}: {', '.join(names[:_NAMED])}"
        told += ", ..." if len(left) > _NAMED else ""
        hours = max(each.age_seconds for each in left) / 3600
        told += f"; {sum(each.bytes for each in left)} bytes, up to {hours:.0f} hours old, owner gone"
        yield Repair("left behind", told, partial(sweep, left))


def _uploads(files: Blobs, now: datetime) -> Iterator[Repair]:
    """Find what killed uploads left in object storage beside its place, where no row names it."""
    before = now - LONGEST_UPLOAD
    if isinstance(files, ObjectBlobs) and (left := files.unfinished(before=before)):
        told = f"{len(left)} at {files.address} that never reached their place, more than a day old"
        yield Repair("left behind", told, partial(files.drop_unfinished, before=before))


def _empty_files(folder: Path) -> Iterator[Repair]:
    """Find kept files without any content: once gone, the same picture can be added again."""
    for place in Blobs(folder / "files").files():
        if place.stat().st_size == 0 and place.parent.name + place.name != _EMPTY:
            yield Repair("empty file", str(place), partial(_drop_empty, place))


def _drop_empty(place: Path) -> None:
    if place.stat().st_size == 0:
        place.unlink()


def _files(files: Blobs, kept: Blobs, named: list[str]) -> Iterator[Repair]:
    """Find named files that are gone, or are not what their name says, and that a backup has as they were."""
    for digest in named:
        fault = "damaged" if files.exists(digest) else "missing"
        if fault == "damaged" and checksum(files.path(digest)) == digest:
            continue
        if kept.exists(digest) and checksum(kept.path(digest)) == digest:
            told = f"{digest[:12]}…, which a backup has"
            yield Repair(f"{fault} file", told, partial(_bring_back, files, kept, digest))


def _bring_back(files: Blobs, kept: Blobs, digest: str) -> None:
    files.place(digest).unlink(missing_ok=True)
    files.put_file(kept.path(digest))
