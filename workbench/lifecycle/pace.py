"""How many rows are removed at a time, and the pause in between: fitted to the lock times seen."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Pace:
    """The next batch, and the pause after it; `after` gives the pace for what was measured.

    A batch that held others up longer than `most_seconds` is halved; one far below grows by a quarter. After
    it the database is left to others for `pauses` times as long as it was held; the wait for the lock, and
    what is done without it, are part of that. Nor is it shorter than the longest time between two looks
    of somebody who waits. The least batch is what a transaction is worth: on a machine that is slow at
    everything, smaller ones only take longer.
    """

    rows: int
    pause_seconds: float
    least_rows: int
    most_rows: int
    most_seconds: float
    pauses: float
    least_pause_seconds: float = 0.0
    most_pause_seconds: float = 0.2

    def after(self, held_seconds: float, waited_seconds: float = 0.0) -> Pace:
        """Return the pace after a batch that waited for the lock and then held it for so long."""
        rows = self.rows
        if held_seconds > self.most_seconds:
            rows = max(self.least_rows, rows // 2)
        elif held_seconds < self.most_seconds / 2:
            rows = min(self.most_rows, rows + max(1, rows // 4))
        wanted = self.pauses * held_seconds - waited_seconds
        pause = min(self.most_pause_seconds, max(self.least_pause_seconds, wanted))
        return replace(self, rows=rows, pause_seconds=pause)


def pace_for(sqlite: bool) -> Pace:
    """Return the pace to begin with: SQLite has one writer, PostgreSQL locks rows."""
    if sqlite:
        return Pace(250, 0.01, least_rows=100, most_rows=500, most_seconds=0.01, pauses=4.0,
                    least_pause_seconds=0.005)  # fmt: skip
    return Pace(2000, 0.0, least_rows=500, most_rows=3000, most_seconds=0.1, pauses=0.15)
