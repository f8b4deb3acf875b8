"""Workers that are killed in the middle of a job lose nothing and keep nothing twice."""

from __future__ import annotations

import random

import pytest
import sqlalchemy as sa

from tests.jobs.worker import Worker, ledger
from workbench.store import Database
from workbench.store.jobs import Jobs

pytestmark = pytest.mark.slow


def test_five_kills(place: str, database: Database) -> None:
    """Of 240 jobs on four processes, with five kill -9 in the middle of one, each is done exactly once."""
    jobs, chance = Jobs(database), random.Random(5)
    with database.write() as connection:
        ledger.create(connection)
        asked = [jobs.enqueue(connection, "hash", {"number": number}).id for number in range(240)]
    workers = [Worker(place) for _ in range(4)]
    for _ in range(5):
        victim = chance.randrange(4)
        workers[victim].begun()
        workers[victim].kill()
        workers[victim] = Worker(place)
    ended = [jobs.wait(each, 120) for each in asked]
    assert [worker.stop() for worker in workers] == [0, 0, 0, 0]
    with database.read() as connection:
        kept = connection.execute(sa.select(ledger)).all()
    assert {each.state for each in ended} == {"done"}
    assert sorted(map(tuple, kept)) == sorted(
        (each.id, each.result["value"]) for each in ended if each.result
    )
    assert sum(each.attempts for each in ended) > 240
