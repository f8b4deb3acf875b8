"""Few files instead of many, and none that is too old: merging, summing up, letting go.

One process at a time does this, whoever gets the lease. Files are merged sixteen at a time while an hour is
open, all together when it is over, and by day after that. When an hour is merged its rollup is written too;
both appear and the old files retire in one transaction, so every row is read exactly once, whenever this
process dies. Retired files stay on disk for a while, for readers that had begun.

Only what a process wrote itself (`s-…`) may be adopted when the list does not know it. A merged file that is
not listed is what was left of a merge that never happened, and is removed.
"""

from __future__ import annotations

import os
import socket
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import duckdb
from sqlalchemy import Connection

from workbench.clock import Clock, SystemClock
from workbench.errors import Conflict
from workbench.identity import new_id
from workbench.spans import count, span
from workbench.store.leasing import Lease
from workbench.telemetry.columns import COLUMNS, VERSION
from workbench.telemetry.damage import Damaged
from workbench.telemetry.depot import Depot, was_sent
from workbench.telemetry.examining import Examiner
from workbench.telemetry.parquet import described
from workbench.telemetry.reading import MERGED_HOUR, connect, quoted
from workbench.telemetry.rollup import rolled, rolled_again
from workbench.telemetry.segments import TORN, Manifest, Segment, SegmentKind, hour_of, place_of
from workbench.telemetry.spool import adopt_spool

FAN = 16
MERGED_DAY, MERGED_MONTH = 20, 30
LATE = timedelta(seconds=60)
GRACE = timedelta(seconds=60)
ORPHAN = timedelta(seconds=120)
LITTER = timedelta(minutes=15)
RAW_DAYS, ROLLUP_DAYS = 30, 400

Step = Callable[[str], object]


@dataclass(frozen=True, slots=True)
class Tidied:
    """What one run did, in files; `live` is how many there are now."""

    adopted: int = 0
    merged: int = 0
    written: int = 0
    too_old: int = 0
    removed: int = 0
    live: int = 0


class Compactor:
    """Keeps the files of a telemetry folder few; safe to run from any number of processes.

    `damaged` remembers, from one compactor to the next, which files need not be tried again. `at` hears the
    name of each step before it is taken.
    """

    def __init__(
        self,
        folder: Path,
        manifest: Manifest,
        *,
        raw_days: int = RAW_DAYS,
        rollup_days: int = ROLLUP_DAYS,
        clock: Clock | None = None,
        at: Step = str,
        depot: Depot | None = None,
        damaged: Damaged | None = None,
    ) -> None:
        self.folder = folder.absolute()
        self._manifest = manifest
        self._depot = depot
        self._examiner = Examiner(self.folder, damaged or Damaged(self.folder), depot)
        self._away: set[str] = set()
        self._keep: dict[SegmentKind, timedelta] = {
            "raw": timedelta(days=raw_days),
            "rollup": timedelta(days=rollup_days),
        }
        self._clock = clock or SystemClock()
        self._at = at
        holder = f"{socket.gethostname()[:30]}:{os.getpid()}:{new_id()[-6:]}"
        self._lease = Lease(manifest.database, "telemetry", holder)

    def needed(self) -> bool:
        """Return whether there is enough to do to be worth a run."""
        live = self._live()
        ready = any(True for _ in self._merges(live))
        return ready or any(self._too_old(each) for each in live)

    def run(self) -> Tidied | None:
        """Do all there is to do; None when another process is at it."""
        try:
            self._lease.acquire()
        except Conflict:
            return None
        try:
            with span("telemetry.tidy") as measured:
                done = self._run()
                measured.set(merged=done.merged, written=done.written, removed=done.removed)
            return done
        finally:
            self._lease.release()

    def _run(self) -> Tidied:
        now = self._clock.now()
        self._away.clear()
        adopt_spool(self.folder, self._manifest)
        adopted = self._adopt(now)
        merged = written = 0
        database = connect(self.folder)
        try:
            while batch := next(self._merges(self._live()), None):
                if here := self._at_hand(batch):
                    written += self._merge(database, here)
                    merged += sum(each.id not in self._away for each in here)
        finally:
            database.close()
        too_old = self._let_go()
        removed = self._remove(now)
        return Tidied(adopted, merged, written, too_old, removed, len(self._manifest.live()))

    def _merges(self, live: Sequence[Segment]) -> Iterator[Sequence[Segment]]:
        """Yield files that should become one, those of hours that are over first."""
        now = self._clock.now()
        for kind, lowest, level, length in _AGES:
            below = [each for each in live if each.kind == kind and lowest <= each.level < level]
            for (start, _), group in _grouped(below, length).items():
                if _over(length, start, now) and (len(group) > 1 or level == MERGED_HOUR):
                    yield group
        open_files = [each for each in live if each.kind == "raw" and each.level < MERGED_HOUR - 1]
        for group in _grouped(open_files, _hour, by_level=True).values():
            if len(group) >= FAN:
                yield sorted(group, key=lambda each: each.id)[:FAN]

    def _live(self) -> list[Segment]:
        """Return the files in the list, without damaged ones and those this run could not get or open."""
        live = self._manifest.live()
        without = self._away | self._examiner.known(live)
        return [each for each in live if each.id not in without]

    def _at_hand(self, batch: Sequence[Segment]) -> Sequence[Segment]:
        """Return those of the batch that are here or in the storage, fetched; the others are left alone."""
        if self._depot is None:
            return batch
        away = self._depot.at_hand(batch)
        self._away |= away
        return [each for each in batch if each.id not in away]

    def _sent(self, batch: Sequence[Segment], made: Sequence[Segment]) -> bool:
        """Send what was made of files that others can read before it stands for them; False: it failed."""
        if self._depot is None or not any(self._depot.is_sent(each) for each in batch):
            return True
        try:
            for each in made:
                self._depot.send(each)
        except Exception as failure:  # noqa: BLE001 - storage may raise anything; the files stay as they are
            self._depot.failed(failure)
            self._depot.remove(made)
            self._away |= {each.id for each in batch}
            return False
        return True

    def _merge(self, database: duckdb.DuckDBPyConnection, here: Sequence[Segment]) -> int:
        found = self._examiner.examine(database, here)
        self._away |= found.left_alone
        batch = [*found.whole, *found.torn]
        if not batch:
            return 0
        try:
            made = self._made(database, found.whole)
        except duckdb.Error:
            again = self._examiner.examine(database, found.whole, thorough=True)
            if again.fetched_anew or len(again.whole) < len(found.whole):
                self._away |= again.left_alone
                return self._merge(database, [*again.whole, *again.torn, *found.torn])
            self._away |= {each.id for each in batch}  # the disk is full, or a file went in this moment
            count("telemetry.unmerged", len(batch))
            return 0
        if not self._sent(batch, made):
            self._discard(made)
            return 0
        self._at("listed")
        try:
            with self._manifest.database.write() as connection:
                self._lease.extend(connection)
                self._manifest.replace(connection, batch, made, self._clock.now())
        except BaseException:
            self._discard(made)
            raise
        if found.torn:
            count("telemetry.unreadable", len(found.torn))
        self._at("merged")
        return len(made)

    def _made(self, database: duckdb.DuckDBPyConnection, readable: Sequence[Segment]) -> list[Segment]:
        """Write what stands for files that can be read: one of rows, and its rollup when the hour is over."""
        made: list[Segment] = []
        if not readable:
            return made
        kind, level = readable[0].kind, self._level(readable)
        try:
            made.append(self._written(database, readable, kind, level))
            if kind == "raw" and level == MERGED_HOUR:
                made.append(self._written(database, readable, "rollup", level))
        except Exception:
            self._discard(made)
            raise
        return made

    def _discard(self, made: Sequence[Segment]) -> None:
        for each in made:
            (self.folder / each.path).unlink(missing_ok=True)

    def _level(self, batch: Sequence[Segment]) -> int:
        first, now = batch[0], self._clock.now()
        if first.kind == "rollup":
            return MERGED_MONTH if _over(_month, _month(first.bucket), now) else MERGED_DAY
        if first.level >= MERGED_HOUR:
            return MERGED_DAY
        return MERGED_HOUR if _over(_hour, first.bucket, now) else first.level + 1

    def _written(
        self, database: duckdb.DuckDBPyConnection, batch: Sequence[Segment], kind: SegmentKind, level: int
    ) -> Segment:
        """Write one file that holds what those of the batch hold, under its name when it is whole."""
        first = min(batch, key=lambda each: each.bucket)
        name = f"{'m' if kind == 'raw' else 'r'}-{new_id()}"
        path = place_of(kind, first.bucket, name)
        target = self.folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        paths = ", ".join(quoted(self.folder / each.path) for each in batch)
        source = f"read_parquet([{paths}], union_by_name = true)"
        if kind == "rollup":
            sql = rolled(source) if batch[0].kind == "raw" else rolled_again(source)
            sql, ends = f"{sql} ORDER BY hour, name, bucket", "min(first_us), max(last_us)"
        else:
            sql = f"SELECT {', '.join(COLUMNS)} FROM {source} ORDER BY ts"
            ends = "min(epoch_us(ts)), max(epoch_us(ts))"
        torn = target.with_suffix(TORN)
        self._at("copying")
        try:
            database.execute(f"COPY ({sql}) TO {quoted(torn)} (FORMAT parquet, COMPRESSION zstd)").fetchall()
            look = f"SELECT count(*), {ends} FROM read_parquet({quoted(torn)})"
            found = database.execute(look).fetchall()[0]
            torn.replace(target)
        finally:
            torn.unlink(missing_ok=True)
        self._at("renamed")
        size, now = target.stat().st_size, self._clock.now()
        return Segment(name, kind, level, first.bucket, path, int(found[0]), size, int(found[1] or 0),
                       int(found[2] or 0), first.sample, VERSION, now)  # fmt: skip

    def _adopt(self, now: datetime) -> int:
        known, found = self._manifest.names(), []
        for file in self._aged("raw/*/s-*.parquet", now, ORPHAN):
            if file.stem not in known and not was_sent(self.folder, file.stem):
                path = str(file.relative_to(self.folder))
                with suppress(Exception):  # torn by a failing disk: nobody lists it, nobody reads it
                    orphan = described(self.folder, path, file.stem, now)
                    found.append(orphan)
        if found:
            self._manifest.add(found)
        return len(found)

    def _too_old(self, segment: Segment) -> bool:
        oldest = self._clock.now() - self._keep[segment.kind]
        return segment.last_us < int(oldest.timestamp() * 1e6)

    def _let_go(self) -> int:
        old = [each for each in self._manifest.live() if self._too_old(each)]
        if old:
            with self._manifest.database.write() as connection:
                self._lease.extend(connection)
                self._retire(connection, old)
        return len(old)

    def _retire(self, connection: Connection, old: Iterable[Segment]) -> None:
        self._manifest.retire(connection, old, self._clock.now())

    def _remove(self, now: datetime) -> int:
        gone = self._removed(self._manifest.retired(now - GRACE))
        if gone:
            self._at("unlinked")
            self._manifest.forget(gone)
        self._sweep(now)
        return len(gone)

    def _removed(self, retired: Sequence[Segment]) -> list[Segment]:
        if self._depot is not None:
            names = self._depot.remove(retired)
            return [each for each in retired if each.id in names]
        gone = []
        for segment in retired:
            with suppress(OSError):
                (self.folder / segment.path).unlink(missing_ok=True)
                gone.append(segment)
        return gone

    def _sweep(self, now: datetime) -> None:
        """Remove what dead processes left half done, and the folders of days that are empty."""
        known = self._manifest.names()
        for pattern in (f"*/*/*{TORN}", f"*/*{TORN}", "raw/*/m-*.parquet", "rollup/*/r-*.parquet"):
            for file in self._aged(pattern, now, LITTER):
                if file.stem not in known:
                    file.unlink(missing_ok=True)
        for folder in (*self.folder.glob("raw/*"), *self.folder.glob("rollup/*")):
            if folder.name != f"{now:%Y-%m-%d}":
                with suppress(OSError):
                    folder.rmdir()

    def _aged(self, pattern: str, now: datetime, age: timedelta) -> Iterator[Path]:
        for file in self.folder.glob(pattern):
            with suppress(OSError):
                if file.stat().st_mtime < (now - age).timestamp():
                    yield file


Length = Callable[[datetime], datetime]


def _hour(moment: datetime) -> datetime:
    return hour_of(moment)


def _day(moment: datetime) -> datetime:
    return hour_of(moment).replace(hour=0)


def _month(moment: datetime) -> datetime:
    return hour_of(moment).replace(hour=0, day=1)


_AGES: tuple[tuple[SegmentKind, int, int, Length], ...] = (
    ("raw", 0, MERGED_HOUR, _hour),
    ("raw", MERGED_HOUR, MERGED_DAY, _day),
    ("rollup", 0, MERGED_MONTH, _month),
    ("rollup", 0, MERGED_DAY, _day),
)
"""Which files become one when an hour, a day, a month is over: kind, levels, and the level they get."""


def _over(length: Length, start: datetime, now: datetime) -> bool:
    """Whether the hour, day or month that began at `start` is over, and what came late to it is there."""
    return length(now - LATE) > length(start)


def _grouped(
    segments: Iterable[Segment], length: Length, *, by_level: bool = False
) -> dict[tuple[datetime, object], list[Segment]]:
    groups: dict[tuple[datetime, object], list[Segment]] = defaultdict(list)
    for each in segments:
        groups[length(each.bucket), (each.sample, each.level if by_level else 0)].append(each)
    return dict(sorted(groups.items(), key=lambda item: (item[0][0], str(item[0][1]))))
