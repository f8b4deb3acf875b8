"""Backups: made while people work, restored elsewhere and counted before anybody relies on them."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from shlex import quote

from sqlalchemy import URL, Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from workbench.clock import Clock, SystemClock
from workbench.errors import EnvironmentFault, InputError, NotFound, WorkbenchError
from workbench.identity import NewId, new_id
from workbench.lifecycle.backed_files import bring_back, copy_files, listed_files
from workbench.lifecycle.copying import copy_in, copy_out, load_dump, restore_sqlite
from workbench.lifecycle.manifest import (
    Manifest,
    Outcome,
    Verification,
    held_by,
    read_manifest,
    write_manifest,
)
from workbench.spans import traced
from workbench.store import schema
from workbench.store.blobs import Blobs, checksum, explained_disk
from workbench.store.engines import open_engine
from workbench.store.faults import explained
from workbench.store.guard.census import Census, take_census
from workbench.store.sources import Source, source_of

YOUNG = timedelta(days=1)
"""A file that was put since may belong to a backup that is being made."""
_COPY = {"sqlite": "copy.db", "postgresql": "copy.dump"}
_PLACES = {"sqlite": "NEW.db", "postgresql": "postgresql://HOST/EMPTY_DATABASE"}


class Backups:
    """The backups in one folder; their files are kept once, however many backups name them."""

    def __init__(self, folder: Path, *, clock: Clock | None = None, make_id: NewId = new_id) -> None:
        self.folder = folder.expanduser().absolute()
        self.files = Blobs(self.folder / "files")
        self._clock = clock or SystemClock()
        self._new_id = make_id

    @traced("lifecycle.backup")
    def make(
        self, engine: Engine, reason: str, *, blobs: Blobs | None = None, verify: bool = True
    ) -> Manifest:
        """Copy the database and the files it names; with `verify`, restore the copy and count it."""
        started = self._clock.monotonic()
        key = self._new_id()
        with explained(), explained_disk():
            self.folder.mkdir(parents=True, exist_ok=True)
            fresh = self.folder / f".new-{key}"
            fresh.mkdir()
            try:
                manifest = self._copied(engine, fresh, key, reason, blobs, started)
                fresh.rename(self.folder / key)
            finally:
                shutil.rmtree(fresh, ignore_errors=True)
        return self.verify(manifest, near=engine.url) if verify else manifest

    def list(self, engine: Engine | None = None) -> tuple[Manifest, ...]:
        """Return every backup that can be read, the newest first; with an `engine`, those of its database."""
        places = sorted(self.folder.glob("[!.]*/manifest.json"), reverse=True)
        found = tuple(each for place in places if (each := _read_unless_gone(place.parent)))
        if engine is None or not found:
            return found
        source = self.source(engine)
        return tuple(each for each in found if each.may_be_of(engine.dialect.name, source))

    def source(self, engine: Engine) -> Source:
        """Return which database an engine is of, as manifests name it."""
        return source_of(engine, self.folder.parent)

    def get(self, name: str = "latest", *, among: Sequence[Manifest] | None = None) -> Manifest:
        """Return a backup by its id, or the latest; `among` are those to choose the latest from."""
        known = self.list()
        latest = known if among is None else among
        for manifest in latest if name == "latest" else known:
            if name in {"latest", manifest.id}:
                return manifest
        if name == "latest" and known:
            others = ", ".join(_names(known))
            raise NotFound(
                f"None of the {len(known)} backups is of this database; they are of: {others}.",
                remedy="Say which database's is meant: --of NAME. List them: workbench db backup --list",
            )
        raise NotFound.among("backup", name, (each.id for each in known))

    def before(self, revision: str, *, among: Sequence[Manifest] | None = None) -> Manifest:
        """Return the latest backup whose schema is older than `revision`, and which was restored once."""
        older = schema.older_than(revision)
        known = self.list() if among is None else among
        for manifest in known:
            if manifest.schema in older and manifest.verified:
                return manifest
        kept = sorted({each.schema for each in known if each.schema and each.verified})
        raise NotFound(
            f"There is no verified backup from before {revision}; there is of: {', '.join(kept) or 'none'}.",
            remedy="List them: workbench db backup --list",
        )

    def called(self, name: str) -> tuple[Manifest, ...]:
        """Return the backups of a database by its name in the list; raises NotFound."""
        known = self.list()
        found = tuple(each for each in known if each.source and each.source.called(name))
        if not found:
            raise NotFound.among("database in this folder of backups", name, _names(known))
        return found

    def refuse_another(self, manifest: Manifest, engine: Engine) -> None:
        """Raise InputError when a backup is of another database than the engine's."""
        _refuse_engine(manifest, engine.url)
        its, here = manifest.source, self.source(engine)
        if its and not its.is_same(here):
            raise InputError(
                f"The backup {manifest.id} is of another database: {its.name}, not {here.name}.",
                remedy=f"If that is meant, say so: --of {quote(its.name)}",
            )

    def path(self, manifest: Manifest) -> Path:
        """Return where the copy lies."""
        return self.folder / manifest.id / manifest.copy

    @traced("lifecycle.verify")
    def verify(self, manifest: Manifest, *, near: URL | None = None) -> Manifest:
        """Check the copy's sum, restore it elsewhere, check it and count; the outcome is written down.

        `near` is where a throw-away database may be made; PostgreSQL needs it.
        Raises NotFound when the backup was pruned meanwhile.
        """
        started = self._clock.monotonic()
        try:
            with explained():
                problems = tuple(self._problems(manifest, near))
            outcome: Outcome = "failed" if problems else "passed"
        except (WorkbenchError, OSError, SQLAlchemyError) as failure:
            problems, outcome = (str(failure),), "could not run"
        return self.conclude(manifest, outcome, problems, self._clock.monotonic() - started)

    def conclude(
        self, manifest: Manifest, outcome: Outcome, problems: tuple[str, ...], seconds: float
    ) -> Manifest:
        """Write down what restoring a backup elsewhere came to; NotFound when it was pruned meanwhile."""
        checked = Verification(outcome, self._clock.now(), round(seconds, 3), problems)
        verified = replace(manifest, verification=checked)
        try:
            write_manifest(verified, self.folder / manifest.id)
        except FileNotFoundError:
            raise NotFound(
                f"The backup {manifest.id} is gone: it was pruned meanwhile.",
                remedy="List those that are there: workbench db backup --list",
            ) from None
        return verified

    def damage(self, manifest: Manifest) -> Iterator[str]:
        """Tell which of its files are not what was written, by their sums; nothing is restored."""
        self._require_copy(manifest)
        if checksum(self.path(manifest)) != manifest.sha256:
            yield "the copy is not what was written: its checksum differs"
        for digest in manifest.files:
            if not self.files.exists(digest):
                yield f"the file {digest[:12]}… is missing: it was damaged where it is kept, or is lost since"
            elif checksum(self.files.path(digest)) != digest:
                yield f"the file {digest[:12]}… is damaged"

    @contextmanager
    def restored(self, manifest: Manifest, near: URL | None = None) -> Iterator[Engine]:
        """Give an engine on a throw-away copy of the backup."""
        fits = near is not None and near.get_backend_name() == manifest.engine
        place = near if near is not None and fits else self._near(manifest)
        with explained(), copy_in(self.path(manifest), near=place) as engine:
            yield engine

    @traced("lifecycle.restore")
    def restore(
        self,
        manifest: Manifest,
        url: URL,
        *,
        over: bool = False,
        another: bool = False,
        blobs: Blobs | None = None,
    ) -> Census:
        """Bring a backup back at `url` and return what is there then.

        A new place needs nothing else. With `over` what is there is replaced, after a backup of it was made;
        by the backup of another database only when `another` says so. Files that are missing or damaged
        afterwards are told by an EnvironmentFault, when the database and the others are back.
        """
        self._refuse_unsound(manifest)
        _refuse_engine(manifest, url)
        if not over and _occupied(url):
            raise InputError(
                f"There is a database at {url.render_as_string()} already.",
                remedy="Give a new place, or add --over: what is there is backed up first.",
            )
        with explained(), explained_disk(), _engine(url) as engine:
            if over and _occupied(url):
                if not another:
                    self.refuse_another(manifest, engine)
                self.make(engine, f"before restoring {manifest.id}", blobs=blobs)
            if manifest.engine == "sqlite":
                restore_sqlite(self.path(manifest), engine)
            else:
                load_dump(self.path(manifest), url, over=over)
            with engine.connect() as connection:
                census = take_census(connection)
        self._require_same(manifest, census)
        if blobs and (lost := bring_back(self.files, blobs, manifest.files)):
            raise EnvironmentFault(
                f"The database is restored, {census.rows} rows, but {len(lost)} of its {len(manifest.files)} "
                f"files are missing or damaged: {', '.join(f'{each[:12]}…' for each in lost[:5])}.",
                remedy="Add these pictures again; `workbench doctor` tells what is missing.",
            )
        return census

    @traced("lifecycle.prune")
    def prune(
        self, *, keep: int = 14, weeks: int = 8, among: Sequence[Manifest] | None = None
    ) -> tuple[str, ...]:
        """Remove old backups; the last `keep`, one of each of the last `weeks` and the last good one stay.

        Only those `among` are looked at when they are given: those of one database.
        """
        known = self.list() if among is None else tuple(among)
        kept = {each.id for each in known[: max(keep, 1)]}
        kept |= {each.id for each in known if each.verified and each is _latest_verified(known)}
        oldest = self._clock.now() - timedelta(weeks=weeks)
        for week in {each.made_at.isocalendar()[:2] for each in known if each.made_at >= oldest}:
            kept.add(next(each.id for each in known if each.made_at.isocalendar()[:2] == week))
        gone = tuple(each.id for each in known if each.id not in kept)
        for key in gone:
            self._remove(key)
        self._drop_files()
        return gone

    def _copied(
        self, engine: Engine, fresh: Path, key: str, reason: str, blobs: Blobs | None, started: float
    ) -> Manifest:
        copy = fresh / _COPY[engine.dialect.name]
        made_at = self._clock.now()
        with engine.connect() as connection:
            version = schema.version_of(connection) or ""
        before = listed_files(blobs) if blobs else ()
        census, named = copy_out(engine, copy)
        tables, references = held_by(census)
        names = copy_files(blobs, self.files, before=before, named=named) if blobs else ()
        manifest = Manifest(
            id=key,
            made_at=made_at,
            reason=reason,
            engine=engine.dialect.name,
            schema=version,
            copy=copy.name,
            sha256=checksum(copy),
            bytes=copy.stat().st_size,
            seconds=round(self._clock.monotonic() - started, 3),
            tables=tables,
            references=references,
            files=names,
            source=self.source(engine),
        )
        write_manifest(manifest, fresh)
        return manifest

    def _problems(self, manifest: Manifest, near: URL | None) -> Iterator[str]:
        if damage := tuple(self.damage(manifest)):
            yield from damage
            return
        with self.restored(manifest, near) as engine, engine.connect() as connection:
            if engine.dialect.name == "sqlite":
                yield from sqlite_problems(connection)
            yield from differences(manifest, take_census(connection))

    def _near(self, manifest: Manifest) -> URL:
        if manifest.engine == "sqlite":
            return URL.create("sqlite", database=str(self.path(manifest)))
        raise InputError(
            "A PostgreSQL backup is restored on a server.", remedy="Give the address of one with --database."
        )

    def _require_copy(self, manifest: Manifest) -> None:
        if not self.path(manifest).is_file():
            raise EnvironmentFault(
                f"The copy of the backup {manifest.id} is gone: there is no {self.path(manifest)}.",
                remedy="Use another backup: workbench db backup --list",
            )

    def _refuse_unsound(self, manifest: Manifest) -> None:
        self._require_copy(manifest)
        if checksum(self.path(manifest)) != manifest.sha256:
            raise EnvironmentFault(
                f"The backup {manifest.id} is damaged: its checksum differs.", remedy="Restore another one."
            )

    def _require_same(self, manifest: Manifest, census: Census) -> None:
        found = tuple(differences(manifest, census))
        if found:
            raise EnvironmentFault(
                f"The restored database differs from the backup: {'; '.join(found[:5])}.",
                remedy="Restore another backup; the one that was there is the newest in the list.",
            )

    def _remove(self, key: str) -> None:
        """Take a backup out of the list in one step, so that none is left there in part, then away."""
        going = self.folder / f".new-{key}"
        with suppress(FileNotFoundError):  # another pruned it
            (self.folder / key).rename(going)
            shutil.rmtree(going)

    def _drop_files(self) -> None:
        """Remove files that no backup names; one that is being made keeps its files before it is listed."""
        named = {digest for manifest in self.list() for digest in manifest.files}
        oldest_young = self._clock.now() - YOUNG
        for each in self.files.listed():
            if each.digest not in named:
                self.files.drop(each.digest, before=oldest_young.timestamp())


def differences(manifest: Manifest, census: Census) -> Iterator[str]:
    """Tell what a restored database holds otherwise than its manifest says."""
    tables, references = held_by(census)
    for name in sorted({*manifest.tables, *tables}):
        expected, found = manifest.tables.get(name), tables.get(name)
        if expected is None or found is None:
            yield f"the table {name} is {'missing' if found is None else 'new'}"
        elif expected.rows != found.rows:
            yield f"{name} has {found.rows} rows instead of {expected.rows}"
        elif expected != found:
            yield f"{name} has other keys or values"
    if dict(manifest.references) != references:
        yield "references find other rows"


def sqlite_problems(connection: Connection) -> Iterator[str]:
    """Tell what SQLite itself finds wrong with a file: damaged pages, rows without their parent."""
    said = connection.exec_driver_sql("PRAGMA integrity_check(3)").scalars().all()
    if said != ["ok"]:
        yield f"integrity check: {'; '.join(map(str, said))}"
    if broken := connection.exec_driver_sql("PRAGMA foreign_key_check").fetchmany(3):
        yield f"rows without their parent: {[tuple(row) for row in broken]}"


def _read_unless_gone(folder: Path) -> Manifest | None:
    """Return the manifest of a backup; None when the backup was pruned meanwhile."""
    try:
        return read_manifest(folder)
    except EnvironmentFault:
        if folder.exists():
            raise
        return None


def _refuse_engine(manifest: Manifest, url: URL) -> None:
    if url.get_backend_name() != manifest.engine:
        raise InputError(
            f"The backup {manifest.id} is of {manifest.engine}; {url.render_as_string()} is not.",
            remedy=f"Give a place for it: --to {_PLACES[manifest.engine]}",
        )


def _names(known: Iterable[Manifest]) -> Sequence[str]:
    return sorted({each.source.name if each.source else "not told" for each in known})


def _latest_verified(known: tuple[Manifest, ...]) -> Manifest | None:
    return next((each for each in known if each.verified), None)


def _occupied(url: URL) -> bool:
    if url.get_backend_name() == "sqlite" and not Path(str(url.database)).exists():
        return False
    with explained(), _engine(url) as engine, engine.connect() as connection:
        return bool(engine.dialect.get_table_names(connection))


@contextmanager
def _engine(url: URL) -> Iterator[Engine]:
    engine = open_engine(url, power_safe=True)
    try:
        yield engine
    finally:
        engine.dispose()
