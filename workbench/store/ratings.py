"""What people said when they saw two clips side by side and did not know which was whose."""

from __future__ import annotations

from sqlalchemy import delete, select

from workbench.store.database import Database
from workbench.store.rows_experiments import experiment_rating
from workbench.store.trial_values import Rating, Verdict

_COLUMNS = [getattr(experiment_rating.c, name) for name in Rating.__slots__]


class Ratings:
    """The ratings of experiments; a rating is never changed, the last one can be taken back."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, trial_id: str, left: str, right: str, verdict: Verdict, rater: str) -> str:
        """Keep one rating of two cells and return its id."""
        row = {
            "id": self._database.new_id(),
            "experiment_id": trial_id,
            "left_cell": left,
            "right_cell": right,
            "verdict": verdict,
            "rater": rater,
            "created_at": self._database.now(),
        }
        with self._database.write() as connection:
            connection.execute(experiment_rating.insert().values(row))
        return str(row["id"])

    def take_back(self, rating_id: str) -> None:
        """Forget a rating that was a slip."""
        with self._database.write() as connection:
            connection.execute(delete(experiment_rating).where(experiment_rating.c.id == rating_id))

    def list(self, trial_id: str) -> tuple[Rating, ...]:
        """Return every rating of an experiment, oldest first."""
        asked = select(*_COLUMNS).where(experiment_rating.c.experiment_id == trial_id)
        with self._database.read() as connection:
            rows = connection.execute(asked.order_by(experiment_rating.c.id)).mappings()
            return tuple(Rating(**row) for row in rows)
