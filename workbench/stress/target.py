"""The service under load: a real `workbench serve` with a model behind it that only takes its time."""

from __future__ import annotations

import os
import re
import secrets
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from workbench.clock import SystemClock
from workbench.errors import EnvironmentFault
from workbench.store.database import Database
from workbench.store.tokens import Tokens
from workbench.store.users import Users
from workbench.stress.leaving import with_me
from workbench.stress.stand_in import Thinking
from workbench.studio.settings import Settings
from workbench.studio.upgrading import open_database

START_SECONDS = 90.0
STOP_SECONDS = 40.0
_WORKBENCH = [sys.executable, "-c", "from workbench.cli.main import main; main()"]
_LIMITS = {
    "WORKBENCH_SERVE_REQUESTS_A_MINUTE": "100000",
    "WORKBENCH_SERVE_BURST": "10000",
    "WORKBENCH_SERVE_PROMPTS_A_MINUTE": "10000",
    "WORKBENCH_SERVE_PROMPTS_AT_ONCE": "16",
    "WORKBENCH_SERVE_STRANGERS_A_MINUTE": "10000",
    "WORKBENCH_SERVE_FILMS_UNFINISHED": "10000",
    "WORKBENCH_SERVE_PICTURES_UNMEASURED": "10000",
}
"""What one caller may ask would otherwise be what is measured."""


class Child:
    """A process of ours that says on its first line where it listens, and ends when we do, however we end."""

    def __init__(self, command: list[str], environment: Mapping[str, str], log: Path) -> None:
        self.log = log
        with log.open("ab") as kept:
            self.process = subprocess.Popen(  # noqa: S603 - our own modules in our own interpreter
                command, env={**os.environ, **environment, **with_me()}, stdout=subprocess.PIPE, stderr=kept
            )
        try:
            self.url = self._address()
        except BaseException:  # also when we are to stop while it starts: nobody else knows of it yet
            self.kill()
            raise
        threading.Thread(target=self._drain, daemon=True).start()

    def _address(self) -> str:
        assert self.process.stdout is not None
        line = self.process.stdout.readline().decode(errors="replace")
        found = re.search(r"http://[^\s]+", line)
        if found is None:
            self.kill()
            raise EnvironmentFault(
                f"What is to be loaded did not start: {line.strip() or self.last_words()}",
                remedy=f"Its log is {self.log}.",
            )
        return found[0]

    def _drain(self) -> None:
        assert self.process.stdout is not None
        with suppress(ValueError):
            while self.process.stdout.read(4096):
                pass

    def last_words(self) -> str:
        """Return the end of what it wrote to stderr."""
        return self.log.read_text(errors="replace")[-600:].strip()

    def kill(self) -> None:
        """End it at once, as a power cut would."""
        with suppress(ProcessLookupError):
            self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self) -> int:
        """Ask it to go down; returns its exit code, or kills it when that takes too long."""
        with suppress(ProcessLookupError):
            self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()
            return -signal.SIGKILL


@dataclass
class Target:
    """A running service: its address, one token a person, and, when we started it, its process and database.

    `serve` and `model` change when a fault is made: a service that is started anew has another address.
    """

    url: str
    tokens: tuple[str, ...]
    settings: Settings | None = None
    serve: Child | None = None
    model: Child | None = None
    environment: dict[str, str] = field(default_factory=dict)
    options: tuple[str, ...] = ()

    @property
    def pid(self) -> int | None:
        """Return the service's process, when it is ours."""
        return self.serve.process.pid if self.serve else None

    def start_again(self) -> None:
        """Start the service anew over the same data, at the same address."""
        assert self.serve is not None
        port = self.url.rsplit(":", 1)[1]
        self.serve = _serve(self.environment, self.serve.log, port, self.options)

    def think(self, thinking: Thinking) -> None:
        """Let the model take its time by another distribution from now on."""
        assert self.model is not None
        body = {
            "median_seconds": thinking.median_seconds,
            "sigma": thinking.sigma,
            "failing": thinking.failing,
            "seed": thinking.seed,
        }
        httpx.post(f"{self.model.url.removesuffix('/v1')}/thinking", json=body, timeout=10).raise_for_status()


@contextmanager
def started(
    folder: Path,
    people: int,
    thinking: Thinking,
    *,
    database: str = "",
    environment: Mapping[str, str] | None = None,
) -> Iterator[Target]:
    """Start a service over a fresh data folder, with a token for each person; gone after the block."""
    folder.mkdir(parents=True, exist_ok=True)
    settings = Settings(data=folder / "data", database=database)
    tokens = make_tokens(settings, people)
    with ExitStack() as running:
        model = Child(
            [sys.executable, "-m", "workbench.stress.stand_in", "--median", str(thinking.median_seconds),
             "--sigma", str(thinking.sigma), "--seed", str(thinking.seed),
             "--failing", str(thinking.failing)],
            {}, folder / "model.log",
        )  # fmt: skip
        running.callback(model.kill)
        around = {
            **_LIMITS,
            "WORKBENCH_DATA": str(settings.data),
            "WORKBENCH_BASE_URL": model.url,
            "WORKBENCH_API_KEY": secrets.token_hex(8),
            "WORKBENCH_MODEL": "stand-in",
            **({"WORKBENCH_DATABASE": database} if database else {}),
            **(environment or {}),
        }
        target = Target("", tokens, settings, None, model, around)
        target.serve = _serve(around, folder / "serve.log", "0", ())
        target.url = target.serve.url
        running.callback(lambda: target.serve and target.serve.stop())
        yield target


def make_tokens(settings: Settings, people: int) -> tuple[str, ...]:
    """Make a user and a token for each person, and one for the arrivals."""
    with open_database(settings, SystemClock()) as database:
        return tuple(_token(database, f"person {number}") for number in range(people + 1))


def wait_until_ready(url: str, seconds: float = START_SECONDS) -> None:
    """Wait until the service says that it is ready."""
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        with suppress(httpx.HTTPError):
            if httpx.get(f"{url}/health/ready", timeout=5).is_success:
                return
        time.sleep(0.1)
    raise EnvironmentFault(f"The service at {url} is not ready.", remedy="See whether it runs.")


def _token(database: Database, name: str) -> str:
    Users(database).create(name)
    return Tokens(database).create("stress", user=name)[1]


def _serve(environment: Mapping[str, str], log: Path, port: str, options: tuple[str, ...]) -> Child:
    child = Child([*_WORKBENCH, "serve", "--port", port, *options], environment, log)
    try:
        wait_until_ready(child.url)
    except BaseException:  # also when we are to stop: it says its address before it is ready
        child.kill()
        raise
    return child
