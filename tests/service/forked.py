"""A real `workbench serve` process that begins with everything imported.

A server process imports once what the service needs and forks a child for each start, so that a test may kill
the service as often as it likes: on a busy machine the imports take many times longer than everything else.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from multiprocessing.connection import Connection
from pathlib import Path

import httpx

from tests.forking import processes
from workbench.cli.main import run
from workbench.store import Database, Tokens

START_SECONDS = 120
STOP_SECONDS = 60


def _serve(environment: dict[str, str], said: Connection) -> None:
    os.environ.update(environment)
    os.dup2(said.fileno(), sys.stdout.fileno())
    code = run(["serve", "--port", "0"])
    sys.stdout.flush()
    sys.exit(code)


class Forked:
    """A service in a process of its own, over a data folder and the database at `address` (empty: a file)."""

    def __init__(self, data: Path, address: str) -> None:
        self._place = address or str(data / "workbench.db")
        environment = {
            "WORKBENCH_DATA": str(data), "WORKBENCH_DATABASE": address, "WORKBENCH_MODEL": "offline",
            "WORKBENCH_SERVE_SHUTDOWN_SECONDS": str(STOP_SECONDS),
        }  # fmt: skip
        reads, writes = processes.Pipe(duplex=False)
        self.process = processes.Process(target=_serve, args=(environment, writes), daemon=True)
        self.process.start()
        writes.close()
        self._said = os.fdopen(os.dup(reads.fileno()), encoding="utf-8")
        reads.close()
        line = self._said.readline()
        assert "http://" in line, f"it did not listen: {line!r}"
        self.url = next(word for word in line.split() if word.startswith("http://"))

    @cached_property
    def token(self) -> str:
        """A token of the local user."""
        with Database.open(self._place) as database:
            return Tokens(database).create("test", user="local")[1]

    @cached_property
    def client(self) -> httpx.Client:
        """A client that shows the token; threads may share it."""
        return httpx.Client(base_url=self.url, headers={"Authorization": f"Bearer {self.token}"}, timeout=60)

    def kill(self) -> None:
        """End it as a power cut would."""
        self.process.kill()
        self._gone()

    def stop(self) -> tuple[int | None, str]:
        """Ask it to go down; returns its exit code and what it said after its address."""
        self.ask_to_stop()
        return self._gone()

    def ask_to_stop(self) -> None:
        """Send SIGTERM and do not wait."""
        assert self.process.pid is not None
        os.kill(self.process.pid, signal.SIGTERM)

    def _gone(self) -> tuple[int | None, str]:
        said = self._said.read()
        self._said.close()
        self.process.join(STOP_SECONDS)
        return self.process.exitcode, said


@contextmanager
def forked(data: Path, address: str = "") -> Iterator[Forked]:
    """Give a running service; it is gone after the block, however the block ends."""
    running = Forked(data, address)
    try:
        yield running
    finally:
        if running.process.is_alive():
            running.kill()
