"""A process that works on the jobs of a database and says each one it begins."""

from __future__ import annotations

import hashlib
import os
from multiprocessing.connection import Connection

import sqlalchemy as sa

from tests.forking import processes
from workbench.store import Database
from workbench.store.jobs import Jobs
from workbench.studio.working import Outcome, Task, Workers

ledger = sa.Table("ledger", sa.MetaData(), sa.Column("job_id", sa.Text), sa.Column("value", sa.Text))
"""What was kept: a row for every time a job was made done."""


class Worker:
    """A process that takes jobs until it is killed or told to stop."""

    def __init__(self, place: str) -> None:
        self._ours, theirs = processes.Pipe()
        self._process = processes.Process(target=_work, args=(theirs, place), daemon=True)
        self._process.start()
        theirs.close()

    def begun(self) -> str:
        """Return the id of a job it has just begun."""
        while self._ours.poll():
            self._ours.recv()
        assert self._ours.poll(120), "no job was left for it"
        return str(self._ours.recv())

    def kill(self) -> None:
        self._process.kill()
        self._process.join()

    def stop(self) -> int | None:
        self._ours.send("stop")
        self._process.join(30)
        return self._process.exitcode


def _work(pipe: Connection, place: str) -> None:
    def run(task: Task) -> Outcome:
        pipe.send(task.job.id)
        value = hashlib.pbkdf2_hmac("sha256", os.urandom(8), task.job.id.encode(), 60_000).hex()
        row = ledger.insert().values(job_id=task.job.id, value=value)
        return Outcome({"value": value}, lambda connection: connection.execute(row))

    with Database.open(place) as database:
        jobs = Jobs(database)
        with Workers(jobs, {"hash": run}, lease_seconds=1.0, poll_seconds=0.05):
            pipe.recv()
