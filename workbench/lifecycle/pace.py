"""How many rows are removed at a time, and the pause in between: fitted to the lock times seen."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Pace:
    """The next batch and the pause after it; `after` gives the pace for what was measured.

    A batch that held the lock longer than `most_seconds` is halved; one far below grows by a quarter.
    """

    rows: int
    pause_seconds: float
    most_rows: int
    least_rows: int = 25
    most_seconds: float = 0.025
    most_pause_seconds: float = 0.25

    def after(self, seconds: float) -> Pace:
        """Return the pace after a batch whose transaction took so many seconds."""
        pause = min(self.most_pause_seconds, max(self.pause_seconds, 0.0))
        if seconds > self.most_seconds:
            slower = min(self.most_pause_seconds, max(2 * pause, seconds))
            return replace(self, rows=max(self.least_rows, self.rows // 2), pause_seconds=slower)
        if seconds < self.most_seconds / 2:
            more = min(self.most_rows, self.rows + max(1, self.rows // 4))
            return replace(self, rows=more, pause_seconds=max(_FLOOR_SECONDS, pause / 2))
        return self


_FLOOR_SECONDS = 0.002


def pace_for(sqlite: bool) -> Pace:
    """Return the pace to begin with: SQLite has one writer, PostgreSQL locks rows."""
    if sqlite:
        return Pace(rows=250, pause_seconds=0.01, most_rows=500)
    return Pace(rows=1000, pause_seconds=0.0, most_rows=5000, most_seconds=0.2)
