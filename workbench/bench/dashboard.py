"""Measures the dashboard: a server of its own over generated data, and people who look at it at once."""

from __future__ import annotations

import asyncio
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import Any

import aiohttp
import psutil

from workbench.bench.first_paint import FirstPaint, browser_missing, first_paint
from workbench.bench.machine import describe_machine
from workbench.bench.viewers import Viewer
from workbench.errors import EnvironmentFault

VIEWERS = (1, 5, 20)
ROUNDS = 5
REFRESH_SECONDS = 2.0
VISITS = 5
START_SECONDS = 180.0
ROUND_SECONDS = 60.0
_TIMES = ("6h", "1h", "24h", "15m", "7d", "28d")
"""What viewers look at in turn; those who look at the same share its answers."""
_COMMAND = (sys.executable, "-P", "-c", "from workbench.cli.main import main; main()")


@dataclass(frozen=True, slots=True)
class Level:
    """So many viewers at once: how long a refresh took until all had it, and what the server holds.

    `refresh_ms` runs from when the server begins to ask until the last viewer has the last of what is new.
    Memory is of the server's process: `pss_mb` is None where the system does not tell it.
    """

    viewers: int
    views: int
    refresh_ms: float
    slowest_refresh_ms: float
    rounds: int
    rss_mb: float
    pss_mb: float | None
    more_mb_a_viewer: float | None
    """Resident memory above the first level's, for each viewer more; None on the first level.

    Not of the shares: those change with every other process that uses the same libraries.
    """


@dataclass(frozen=True, slots=True)
class DashboardFigures:
    """Everything one run measured; where no browser painted, `absent` says why."""

    machine: dict[str, Any]
    start_seconds: float
    empty_rss_mb: float
    empty_pss_mb: float | None
    levels: tuple[Level, ...]
    alone: FirstPaint | None
    in_company: FirstPaint | None
    absent: str | None

    def as_dict(self) -> dict[str, Any]:
        """Return plain data."""
        return asdict(self)


def measure_dashboard(
    viewers: Sequence[int] = VIEWERS,
    *,
    rounds: int = ROUNDS,
    visits: int = VISITS,
    refresh_seconds: float = REFRESH_SECONDS,
    say: Callable[[str], None] = lambda _: None,
) -> DashboardFigures:
    """Serve the sample from a folder of its own, let viewers come, and end the server."""
    return asyncio.run(_measured(sorted(viewers), rounds, visits, refresh_seconds, say))


async def _measured(
    viewers: Sequence[int], rounds: int, visits: int, refresh_seconds: float, say: Callable[[str], None]
) -> DashboardFigures:
    machine, absent = describe_machine(), None if visits == 0 else browser_missing()
    paints = visits > 0 and absent is None
    with tempfile.TemporaryDirectory(prefix="workbench-bench-") as place:
        folder = Path(place)
        alone = company = None
        say("Making the sample")
        async with _serving(folder, refresh_seconds) as (_, address):
            if paints:
                say("A browser looks at it")
                alone = await asyncio.to_thread(first_paint, address, visits)
        began = time.monotonic()
        async with _serving(folder, refresh_seconds) as (process, address), AsyncExitStack() as looking:
            start = time.monotonic() - began
            http = await looking.enter_async_context(_http())
            empty, levels, there = _memory(process), list[Level](), list[Viewer]()
            for number in viewers:
                say(f"{number} {'looks' if number == 1 else 'look'} at it")
                for turn in range(len(there), number):
                    viewer = Viewer(http, f"{address}?time={_TIMES[turn % len(_TIMES)]}")
                    there.append(await looking.enter_async_context(viewer))
                waited = await _refreshes(http, address, there, rounds)
                levels.append(_level(number, waited, _memory(process), levels))
            if paints:
                say(f"A browser looks at it beside {len(there)}")
                company = await asyncio.to_thread(first_paint, address, visits)
    if visits == 0:
        absent = "not asked for"
    return DashboardFigures(machine, round(start, 2), *empty, tuple(levels), alone, company, absent)


def _http() -> aiohttp.ClientSession:
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=0), timeout=aiohttp.ClientTimeout(total=120)
    )


@asynccontextmanager
async def _serving(folder: Path, refresh_seconds: float) -> AsyncIterator[tuple[psutil.Process, str]]:
    """Run `workbench dashboard --sample` on a free port; it ends with the block, or with us."""
    log = folder / "dashboard.log"
    with log.open("wb") as errors:
        process = await asyncio.create_subprocess_exec(
            *_COMMAND,
            *("--data", str(folder), "dashboard", "--sample", "--while-stdin"),
            *("--port", "0", "--refresh", f"{refresh_seconds:g}"),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
        )
    try:
        assert process.stdout is not None
        said = (await asyncio.wait_for(process.stdout.readline(), START_SECONDS)).decode()
        found = re.search(r"http://127\.0\.0\.1:\d+/now", said)
        if not found:
            raise EnvironmentFault(
                f"The dashboard did not start: {said.strip() or log.read_text()[-500:].strip()}",
                remedy="Try: workbench dashboard --sample",
            )
        yield psutil.Process(process.pid), found[0]
    finally:
        if process.returncode is None:
            process.terminate()
            try:
                await asyncio.wait_for(process.wait(), 10)
            except TimeoutError:
                process.kill()
                await process.wait()


async def _refreshes(
    http: aiohttp.ClientSession, address: str, viewers: Sequence[Viewer], rounds: int
) -> list[float]:
    """Watch so many whole rounds; return for each the seconds until every viewer had what was new."""
    began: dict[int, float] = {}
    deadline = time.monotonic() + ROUND_SECONDS * (rounds + 2)
    health = address.removesuffix("/now") + "/health"
    while _whole(began) < rounds:
        if time.monotonic() > deadline:
            raise EnvironmentFault(
                f"The dashboard refreshed {_whole(began)} times in {ROUND_SECONDS * (rounds + 2):g} s.",
                remedy="Try again on a machine that has less to do.",
            )
        async with http.get(health) as answer:
            told = await answer.json()
        if told["watched"] >= len(viewers) and told["round_began"] is not None:
            began.setdefault(int(told["rounds"]), float(told["round_began"]))
        await asyncio.sleep(0.1)
    waits = []
    for number, start in began.items():
        if (after := began.get(number + 1)) is not None:
            came = [max((at for at in each.news if start <= at < after), default=start) for each in viewers]
            waits.append(max(came) - start)
    return waits


def _whole(began: dict[int, float]) -> int:
    """Count the rounds of which both the beginning and the next round's are known."""
    return sum(number + 1 in began for number in began)


def _memory(process: psutil.Process) -> tuple[float, float | None]:
    """Return the megabytes a process holds: resident, and with shared pages divided among their users."""
    resident = process.memory_info().rss / 1e6
    proportional = getattr(process.memory_full_info(), "pss", None)
    return round(resident, 1), None if proportional is None else round(proportional / 1e6, 1)


def _level(
    viewers: int, waits: Sequence[float], memory: tuple[float, float | None], before: Sequence[Level]
) -> Level:
    resident, proportional = memory
    more = None
    if before:
        more = round((resident - before[0].rss_mb) / (viewers - before[0].viewers), 2)
    milliseconds = [1000 * each for each in waits]
    return Level(
        viewers,
        min(viewers, len(_TIMES)),
        round(median(milliseconds), 1),
        round(max(milliseconds), 1),
        len(waits),
        resident,
        proportional,
        more,
    )
