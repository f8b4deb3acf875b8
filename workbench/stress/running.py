"""A run from start to end: a service, people and arrivals beside each other, a watch over both, a report."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import httpx
import psutil

from workbench.clock import SystemClock
from workbench.errors import EnvironmentFault, InputError
from workbench.store.database import Database
from workbench.stress.order import ORDER, Order
from workbench.stress.presets import Preset, checked, preset_named
from workbench.stress.reporting import Report, reported
from workbench.stress.samples import Sample, read_samples
from workbench.stress.scenarios import Person, begin, edit
from workbench.stress.stand_in import Thinking
from workbench.stress.target import Target, started, wait_until_ready
from workbench.stress.watching import Watch

GRACE_SECONDS = 150.0
"""How long after its end a generator may wait for answers that are still under way."""
_LAST_WORDS = 6000
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Plan:
    """What to load and with what; without `url` a service is started here, on `database` when given.

    `tokens` are needed for a service elsewhere, one a person.
    """

    preset: Preset
    url: str = ""
    tokens: tuple[str, ...] = ()
    database: str = ""
    thinking: Thinking = field(default_factory=Thinking)
    seed: int = 1


@dataclass(slots=True)
class Load:
    """The load while it is on: the service, and the folder that samples come into."""

    target: Target
    order: Order
    watch: Watch


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
            with loaded(target, preset, plan.seed, Path(scratch)) as load:
                _wait(load, preset, say)
        samples = [each for who in ("people", "arrivals") for each in read_samples(load.order.samples(who))]
        trouble = _trouble(Path(scratch), samples)
    return reported(
        preset,
        samples,
        load.watch.looks,
        began=began,
        model="the target's own" if plan.url else plan.thinking.describe(),
        load_before=0.0 if plan.url else before,
        trouble=trouble,
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
    wait_until_ready(plan.url, 10)
    yield Target(plan.url.rstrip("/"), plan.tokens)


@contextmanager
def loaded(target: Target, preset: Preset, seed: int, scratch: Path) -> Iterator[Load]:
    """Put the load on for as long as the block; generators that are still there after it are ended."""
    order = Order(target.url, preset, target.tokens, str(scratch), warmed(target, seed), seed)
    order.write(scratch / "order.json")
    with ExitStack() as on:
        database = None
        if target.settings is not None:
            database = on.enter_context(Database.open(target.settings.database_url, power_safe=False))
        people = _generator(
            ["locust", "-f", str(Path(__file__).with_name("people.py")), "--headless",
             "--only-summary", "--loglevel", "ERROR", "--stop-timeout", str(int(GRACE_SECONDS / 2)),
             "--exit-code-on-error", "0"],
            scratch, "people",
        )  # fmt: skip
        on.callback(_ended, people)
        generators = [people]
        if preset.arrivals:
            generators.append(_generator(["workbench.stress.arrivals"], scratch, "arrivals"))
            on.callback(_ended, generators[1])
        watch = Watch(lambda: target.pid, [each.pid for each in generators], database)
        on.enter_context(watch)
        load = Load(target, order, watch)
        yield load
        for each in generators:
            with suppress(subprocess.TimeoutExpired):
                each.wait(GRACE_SECONDS)


def warmed(target: Target, seed: int) -> str:
    """Have everything done once that is slow the first time; returns the project that arrivals save to."""
    person = Person(Random(seed), f"{seed}-arrivals")
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


def _generator(command: Sequence[str], scratch: Path, name: str) -> subprocess.Popen[bytes]:
    environment = {**os.environ, ORDER: str(scratch / "order.json")}
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
    """Wait out the preset's time, counted from the first answer; say every ten seconds how it goes."""
    ends = time.monotonic() + preset.seconds + 60
    stopped = threading.Event()
    began: float | None = None
    told = 0.0
    while time.monotonic() < ends and not stopped.wait(0.5):
        now = time.monotonic()
        if began is None and load.order.samples("people").exists():
            began, ends = now, now + preset.seconds
        if began is not None and now - told >= 10:
            told = now
            count = len(read_samples(load.order.samples("people")))
            say(f"{now - began:.0f} of {preset.seconds:g} s: {count} requests and scenarios")


def _trouble(scratch: Path, samples: Sequence[Sample]) -> str:
    """Return what the generators wrote that measured nothing, or a service in which requests failed."""
    if any(each.who == "people" for each in samples):
        return _of_service(scratch / "serve.log", samples)
    logs = [scratch / f"{name}.log" for name in ("people", "arrivals")]
    return "\n".join(log.read_text(errors="replace")[-1500:] for log in logs if log.exists())


def _of_service(log: Path, samples: Sequence[Sample]) -> str:
    """Return the end of what the service wrote when requests failed in it or were never answered."""
    if not log.exists() or not any(each.error.startswith(("5", "no answer")) for each in samples):
        return ""
    return f"The service wrote:\n{log.read_text(errors='replace')[-_LAST_WORDS:].strip()}"


def _refuse_without_locust() -> None:
    from importlib.util import find_spec

    if find_spec("locust") is None:
        raise EnvironmentFault("Locust is not installed.", remedy="pip install locust")
