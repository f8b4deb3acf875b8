"""A run from start to end: a service, people and arrivals beside each other, a watch over both, a report."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import httpx
import psutil

from workbench.clock import SystemClock
from workbench.errors import EnvironmentFault, InputError
from workbench.store.database import Database
from workbench.stress.law import law_of
from workbench.stress.leaving import with_me
from workbench.stress.order import ORDER, Order
from workbench.stress.presets import Preset, checked, preset_named
from workbench.stress.reporting import Report, reported
from workbench.stress.samples import Sample, read_samples
from workbench.stress.scenarios import WAIT_SECONDS, Person, begin, edit
from workbench.stress.stand_in import Thinking
from workbench.stress.target import Target, started, wait_until_ready
from workbench.stress.watching import Watch

GRACE_SECONDS = WAIT_SECONDS + 30.0
"""How long after its end a generator may wait for what is still under way: a film, pictures, answers."""
_LEAVING_SECONDS = 30.0
_LAST_WORDS = 6000
_ITS_FAULTS = ("5", "no answer", "not measured", "not filmed")
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Plan:
    """What to load and with what; without `url` a service is started here, on `database` when given.

    `tokens` are needed for a service elsewhere, one a person; the arrivals use the last. `run` is in the
    names of all that is made, so that a service can be loaded again.
    """

    preset: Preset
    run: str
    url: str = ""
    tokens: tuple[str, ...] = ()
    database: str = ""
    thinking: Thinking = field(default_factory=Thinking)
    seed: int = 1


@dataclass(slots=True)
class Load:
    """The load while it is on: the folder that samples come into, and what makes it, by name.

    `died` tells which generators did not come to their end, in sentences.
    """

    order: Order
    watch: Watch
    generators: Mapping[str, subprocess.Popen[bytes]]
    died: tuple[str, ...] = ()

    def look(self) -> None:
        """Note generators that have ended before their time, or with an error."""
        ended = {name: code for name, each in self.generators.items() if (code := each.poll()) is not None}
        self.died = tuple(
            f"The generator of {name} did not come to its end; its exit code was {code}."
            for name, code in ended.items()
            if code or not self.order.over(name).exists()
        )

    def see_out(self) -> None:
        """Wait for what is under way; a generator that died makes the others not worth waiting for."""
        ends = time.monotonic() + GRACE_SECONDS + _LEAVING_SECONDS
        while not self.died and (left := self._left()) and time.monotonic() < ends:
            with suppress(subprocess.TimeoutExpired):
                left[0].wait(0.5)
            self.look()
        if not self.died and self._left():
            self.died = (f"A generator did not end within {GRACE_SECONDS:g} s of its time.",)

    def _left(self) -> list[subprocess.Popen[bytes]]:
        return [each for each in self.generators.values() if each.poll() is None]


def run_stress(plan: Plan, *, say: Say = lambda _: None) -> Report:
    """Run a plan and return its report; nothing of it is running afterwards."""
    preset = checked(plan.preset)
    _refuse_without_locust()
    before = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
    clock = SystemClock()
    began = clock.now()
    with tempfile.TemporaryDirectory(prefix="workbench-stress-") as scratch:
        with target_of(plan, Path(scratch)) as target:
            say(f"Loading {target.url}: {preset.name}, {preset.users} people for {preset.seconds:g} s.")
            with loaded(target, plan, Path(scratch)) as load:
                _wait(load, preset, say)
        samples = [each for who in ("people", "arrivals") for each in read_samples(load.order.samples(who))]
        trouble = _trouble(Path(scratch), samples, load.died)
        law = law_of(target.settings, began, clock.now()) if target.settings else None
    return reported(
        preset,
        samples,
        load.watch.looks,
        began=began,
        model="the target's own" if plan.url else plan.thinking.describe(),
        service=_service(plan),
        load_before=0.0 if plan.url else before,
        died=load.died,
        trouble=trouble,
        law=law,
    )


@contextmanager
def target_of(plan: Plan, scratch: Path) -> Iterator[Target]:
    """Give the service that the plan names, or start one."""
    if not plan.url:
        with started(scratch, plan.preset.users, plan.thinking, database=plan.database) as target:
            yield target
        return
    if not plan.tokens:
        raise InputError(
            "A service elsewhere needs tokens.",
            remedy="Put them into WORKBENCH_STRESS_TOKENS, with commas (workbench token create NAME).",
        )
    tokens = tuple(dict.fromkeys(plan.tokens))
    if len(tokens) < plan.preset.users:
        raise InputError(
            f"{len(tokens)} tokens are too few for {plan.preset.users} people: "
            "the limits of a token would be what is measured.",
            remedy="Put one for each of them into WORKBENCH_STRESS_TOKENS (workbench token create NAME), "
            "or give --users.",
        )
    wait_until_ready(plan.url, 10)
    yield Target(plan.url.rstrip("/"), tokens)


@contextmanager
def loaded(target: Target, plan: Plan, scratch: Path) -> Iterator[Load]:
    """Put the load on for as long as the block; generators that are still there after it are ended."""
    project = warmed(target, plan)
    order = Order(target.url, plan.preset, target.tokens, str(scratch), project, plan.run, plan.seed)
    order.write(scratch / "order.json")
    with ExitStack() as on:
        database = None
        if target.settings is not None:
            database = on.enter_context(Database.open(target.settings.database_url, power_safe=False))
        people = _generator(
            ["locust", "-f", str(Path(__file__).with_name("people.py")), "--headless",
             "--only-summary", "--loglevel", "ERROR", "--stop-timeout", str(int(GRACE_SECONDS)),
             "--exit-code-on-error", "0"],
            scratch, "people",
        )  # fmt: skip
        on.callback(_ended, people)
        generators = {"people": people}
        if plan.preset.arrivals:
            generators["arrivals"] = _generator(["workbench.stress.arrivals"], scratch, "arrivals")
            on.callback(_ended, generators["arrivals"])
        watch = Watch(lambda: target.pid, [each.pid for each in generators.values()], database)
        on.enter_context(watch)
        load = Load(order, watch, generators)
        yield load
        load.see_out()


def warmed(target: Target, plan: Plan) -> str:
    """Have everything done once that is slow the first time; returns the project that arrivals save to."""
    person = Person(Random(plan.seed), f"{plan.run}-arrivals")
    headers = {"Authorization": f"Bearer {target.tokens[-1]}"}
    with httpx.Client(base_url=target.url, headers=headers, timeout=120) as client:
        for ask in (*begin(person), *edit(person, preset_named("smoke"))):
            answer = client.request(ask.method, ask.path, json=ask.json)
            if not answer.is_success:
                raise EnvironmentFault(
                    f"The service refuses to {ask.name}: {answer.status_code} {answer.text[:300]}.",
                    remedy="Mend that first; a load would only repeat it.",
                )
    return person.project


def _service(plan: Plan) -> str:
    """Say what is loaded, without names and passwords."""
    if plan.url:
        return plan.url.rstrip("/").rpartition("@")[2].removeprefix("http://").removeprefix("https://")
    return "PostgreSQL" if plan.database.startswith("postgres") else "SQLite"


def _generator(command: Sequence[str], scratch: Path, name: str) -> subprocess.Popen[bytes]:
    environment = {**os.environ, **with_me(), ORDER: str(scratch / "order.json")}
    with (scratch / f"{name}.log").open("wb") as log:
        return subprocess.Popen(  # noqa: S603 - our own modules, and locust, in our own interpreter
            [sys.executable, "-m", *command], env=environment, stdout=log, stderr=log, start_new_session=True
        )


def _ended(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        with suppress(psutil.Error):
            for each in psutil.Process(process.pid).children(recursive=True):
                each.kill()
        process.kill()
    process.wait()


def _wait(load: Load, preset: Preset, say: Say) -> None:
    """Wait out the preset's time, counted from the first answer; say every ten seconds how it goes.

    A generator that died ends the waiting.
    """
    ends = time.monotonic() + preset.seconds + 60
    stopped = threading.Event()
    began: float | None = None
    told = 0.0
    while time.monotonic() < ends and not stopped.wait(0.5):
        load.look()
        if load.died:
            return
        now = time.monotonic()
        if began is None and load.order.samples("people").exists():
            began, ends = now, now + preset.seconds
        if began is not None and now - told >= 10:
            told = now
            count = len(read_samples(load.order.samples("people")))
            say(f"{now - began:.0f} of {preset.seconds:g} s: {count} requests and scenarios")


def _trouble(scratch: Path, samples: Sequence[Sample], died: Sequence[str] = ()) -> str:
    """Return what generators wrote that died or measured nothing, or a service in which requests failed."""
    if not died and any(each.who == "people" for each in samples):
        return _of_service(scratch / "serve.log", samples)
    logs = [scratch / f"{name}.log" for name in ("people", "arrivals")]
    return "\n".join(log.read_text(errors="replace")[-1500:] for log in logs if log.exists()).strip()


def _of_service(log: Path, samples: Sequence[Sample]) -> str:
    """Return the end of what the service wrote when it failed at something or never answered."""
    if not log.exists() or not any(each.error.startswith(_ITS_FAULTS) for each in samples):
        return ""
    return f"The service wrote:\n{log.read_text(errors='replace')[-_LAST_WORDS:].strip()}"


def _refuse_without_locust() -> None:
    from importlib.util import find_spec

    if find_spec("locust") is None:
        raise EnvironmentFault("Locust is not installed.", remedy="pip install locust")
