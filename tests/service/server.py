"""A real `workbench serve` process, started, spoken to, and stopped by its id."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

WORKBENCH = [sys.executable, "-c", "from workbench.cli.main import main; main()"]


class Served:
    """A service in a process of its own, over a data folder."""

    def __init__(self, data: Path, *options: str, **environment: str) -> None:
        self.data = data
        self.environment = {
            **os.environ,
            "WORKBENCH_DATA": str(data),
            "WORKBENCH_MODEL": "offline",
            **environment,
        }
        self.process = subprocess.Popen(
            [*WORKBENCH, "serve", "--port", "0", *options],
            env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert self.process.stdout
        line = self.process.stdout.readline()
        found = re.search(r"http://\S+", line)
        if not found:
            self.process.kill()
            raise AssertionError(f"it did not listen: {line!r} {self.process.communicate()[1]}")
        self.url = found[0]

    def token(self, *options: str) -> str:
        """Return a fresh token, made on the command line while the service runs."""
        command = [*WORKBENCH, "token", "create", "test", *options]
        made = subprocess.run(command, env=self.environment, capture_output=True, text=True, check=True)
        return made.stdout.strip()

    def client(self, token: str) -> httpx.Client:
        """Return a client that shows the token."""
        return httpx.Client(base_url=self.url, headers={"Authorization": f"Bearer {token}"}, timeout=60)

    def kill(self) -> None:
        """End it as a power cut would."""
        self.process.send_signal(signal.SIGKILL)
        self.process.communicate()

    def stop(self) -> tuple[int, str, str]:
        """Ask it to go down; returns its exit code and what it said."""
        self.process.send_signal(signal.SIGTERM)
        said, complained = self.process.communicate(timeout=60)
        return self.process.returncode, said, complained


@contextmanager
def served(data: Path, *options: str, **environment: str) -> Iterator[Served]:
    """Give a running service; it is gone after the block, however the block ends."""
    running = Served(data, *options, **environment)
    try:
        yield running
    finally:
        if running.process.poll() is None:
            running.kill()
