"""Which files can be merged: one that was cut off is put aside, one that is damaged stays where it is.

A damaged file may be put back whole, and most of its columns can be read as it is. So it keeps its place and
its name in the list, and is looked at again when it has changed.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import duckdb

from workbench.telemetry.damage import Damaged, NotNow, has_both_ends, is_torn, look_at
from workbench.telemetry.depot import Depot
from workbench.telemetry.reading import quoted
from workbench.telemetry.segments import Segment

State = Literal["whole", "damaged", "torn"]
_LOG = logging.getLogger("workbench.telemetry")


@dataclass(slots=True)
class Examined:
    """Files by what was seen of them; `not_now` could not be looked at, and may be whole.

    `fetched_anew` counts those that the storage had to give once more.
    """

    whole: list[Segment] = field(default_factory=list)
    damaged: list[Segment] = field(default_factory=list)
    torn: list[Segment] = field(default_factory=list)
    not_now: list[Segment] = field(default_factory=list)
    fetched_anew: int = 0

    @property
    def left_alone(self) -> frozenset[str]:
        """The ids of those that no merge may touch as they are."""
        return frozenset(each.id for each in (*self.damaged, *self.not_now))


class Examiner:
    """Looks at files before they are merged; `damaged` remembers those that need not be looked at again."""

    def __init__(self, folder: Path, damaged: Damaged, depot: Depot | None) -> None:
        self._folder = folder
        self._damaged = damaged
        self._depot = depot

    def known(self, segments: Sequence[Segment]) -> frozenset[str]:
        """Return the ids of those that were seen to be damaged and are as they were then."""
        return self._damaged.among(segments)

    def examine(
        self, database: duckdb.DuckDBPyConnection, segments: Sequence[Segment], *, thorough: bool = False
    ) -> Examined:
        """Look at files, `thorough` at every value; what is damaged is named in the log, once."""
        found = Examined()
        for each in segments:
            try:
                state = self._seen(database, each, thorough=thorough)
                if state != "whole" and self._fetched_anew(each):
                    found.fetched_anew += 1
                    state = self._seen(database, each, thorough=thorough)
                if state == "torn":
                    self._put_aside(each)
                getattr(found, state).append(each)
            except NotNow:
                found.not_now.append(each)
        self._damaged.note(found.damaged)
        for each in found.damaged:
            _LOG.warning("%s is damaged: it is not merged before it was put back whole", each.path)
        return found

    def _fetched_anew(self, segment: Segment) -> bool:
        """Replace a file by the storage's own, where there is one. Raises NotNow while it cannot be had."""
        if self._depot is None or not self._depot.is_sent(segment):
            return False
        self._put_aside(segment)
        if self._depot.at_hand([segment]):
            self._put_back(segment)
            raise NotNow(f"{segment.path} is to be fetched again.")
        return True

    def _seen(self, database: duckdb.DuckDBPyConnection, segment: Segment, *, thorough: bool) -> State:
        place = self._folder / segment.path
        if _aside(place).exists() and not place.exists():
            return "torn"  # put aside by a run that ended before it was taken off the list
        look = look_at(quoted(place), thorough=thorough)
        if not is_torn(place, lambda: database.execute(look).fetchall()):
            return "whole"
        try:
            return "damaged" if has_both_ends(place) else "torn"
        except OSError as trouble:
            raise NotNow(str(trouble)) from trouble

    def _put_aside(self, segment: Segment) -> None:
        place = self._folder / segment.path
        with suppress(OSError):
            place.rename(_aside(place))

    def _put_back(self, segment: Segment) -> None:
        """Give a file its place again, for what can be read of it; not where another one came meanwhile."""
        place = self._folder / segment.path
        with suppress(OSError):
            place.hardlink_to(_aside(place))  # a rename would replace what came
            _aside(place).unlink()


def _aside(place: Path) -> Path:
    return place.with_suffix(".unreadable")
