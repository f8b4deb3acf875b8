"""Runs one command and reports what its whole process tree used.

A process of its own, so that it can adopt what the command leaves behind (browsers do) and so that the
processor time of its children is the command's alone. Memory is looked at ten times a second: shared
pages are divided among those who share them where the system tells (Linux), else counted by each.
"""

from __future__ import annotations

import ctypes
import json
import os
import subprocess
import sys
import threading
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from time import monotonic

import psutil

LOOK_SECONDS = 0.1
STRAGGLER_SECONDS = 10.0
_PR_SET_CHILD_SUBREAPER = 36


@dataclass(slots=True)
class Usage:
    """What a command used. `cpu_seconds` is user and system time of all its processes.

    `peak_bytes` is the most its processes kept together, `largest_bytes` the most that one of them kept;
    `others_cores` is how many processors were busy with anything else meanwhile.
    """

    exit_code: int = 0
    wall_seconds: float = 0.0
    cpu_seconds: float = 0.0
    peak_bytes: int = 0
    largest_bytes: int = 0
    others_cores: float = 0.0


@dataclass
class _Watch:
    """Looks at the memory of all our descendants until told to stop."""

    peak_bytes: int = 0
    largest_bytes: int = 0
    _stop: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        while not self._stop.wait(LOOK_SECONDS):
            sizes = [memory_of(process) for process in _descendants()]
            self.peak_bytes = max(self.peak_bytes, sum(sizes))
            self.largest_bytes = max(self.largest_bytes, *sizes, 0)

    def stop(self) -> None:
        self._stop.set()


def memory_of(process: psutil.Process) -> int:
    """Return the bytes a process keeps in memory; 0 when it has gone."""
    with suppress(psutil.Error):
        info = process.memory_full_info()
        return int(getattr(info, "pss", info.rss))
    return 0


def measure(command: list[str]) -> Usage:
    """Run a command to its end and return what it used; its output goes to stderr."""
    _adopt_orphans()
    watch = _Watch()
    watcher = threading.Thread(target=watch.run)
    watcher.start()
    busy, began = _busy_seconds(), monotonic()
    code = subprocess.call(command, stdout=sys.stderr)  # noqa: S603 - the benchmark's own contestants
    wall = monotonic() - began
    _bury_stragglers()
    watch.stop()
    watcher.join()
    busy, spent = _busy_seconds() - busy, monotonic() - began
    used = _children_seconds()
    own = sum(os.times()[:2])
    return Usage(
        code, wall, used, watch.peak_bytes, watch.largest_bytes, max(0.0, (busy - used - own) / spent)
    )


def _adopt_orphans() -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def _bury_stragglers() -> None:
    """Wait for what the command left behind, so that its time counts; end what will not end."""
    _, alive = psutil.wait_procs(_descendants(), STRAGGLER_SECONDS)
    for process in alive:
        with suppress(psutil.Error):
            process.kill()
    with suppress(ChildProcessError):
        while True:
            os.wait()


def _descendants() -> list[psutil.Process]:
    with suppress(psutil.Error):
        return list(psutil.Process().children(recursive=True))
    return []


def _children_seconds() -> float:
    times = os.times()
    return times.children_user + times.children_system


def _busy_seconds() -> float:
    times = psutil.cpu_times()
    return float(times.user + times.system + getattr(times, "nice", 0.0))


def main() -> None:
    """Measure the command in our arguments; print the usage as JSON."""
    print(json.dumps(asdict(measure(sys.argv[1:]))))  # noqa: T201 - the answer to our parent


if __name__ == "__main__":
    main()
