"""How many rows are removed at a time, and the pause in between: fitted to the lock times seen."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Pace:
    """The next batch, and the pause after it; `after` gives the pace for what was measured.

    A batch that worked longer than `most_seconds` is halved; one far below grows by a quarter. The pause is
    as long as the work was, so others have the database at least half of the time.
    """

    rows: int
    pause_seconds: float
    most_rows: int
    least_rows: int = 100
    most_seconds: float = 0.025
    least_pause_seconds: float = 0.0
    most_pause_seconds: float = 0.1

    def after(self, seconds: float) -> Pace:
        """Return the pace after a batch that worked so many seconds; its commit is not counted."""
        rows = self.rows
        if seconds > self.most_seconds:
            rows = max(self.least_rows, rows // 2)
        elif seconds < self.most_seconds / 2:
            rows = min(self.most_rows, rows + max(1, rows // 4))
        pause = min(self.most_pause_seconds, max(self.least_pause_seconds, seconds))
        return replace(self, rows=rows, pause_seconds=pause)


def pace_for(sqlite: bool) -> Pace:
    """Return the pace to begin with: SQLite has one writer, PostgreSQL locks rows."""
    if sqlite:
        return Pace(rows=250, pause_seconds=0.01, most_rows=500, least_pause_seconds=0.005)
    return Pace(rows=1000, pause_seconds=0.0, most_rows=5000, most_seconds=0.2, most_pause_seconds=0.0)
