"""What a process holds that nobody else could have: memory by kind of process.

Resident memory counts the pages of a library once for each process that uses it, and falls and rises with
what the system's file cache does. Here counts what only the process itself can give back: anonymous and
shared memory, a page that several have divided by them, and what of it was swapped out. Linux tells it;
elsewhere it is the memory unique to the process, or what is resident where even that is not told.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from workbench.images.apart import MEASURING

SERVICE, PAINTERS, PICTURES, SANDBOXES, DASHBOARD, OTHERS = (
    "service", "painters", "measuring pictures", "sandboxes", "dashboard", "others",
)  # fmt: skip
_SIGNS = {
    "workbench.render.worker": PAINTERS,
    MEASURING: PICTURES,
    "svg_process.py": PICTURES,
    "/workbench-sandbox-": SANDBOXES,
    "--while-stdin": DASHBOARD,
}
_SANDBOX_PROGRAMS = ("worker", "bwrap", "monty")
_COUNTED = ("Pss_Anon:", "Pss_Shmem:", "SwapPss:")
_WHOLE = ("Anonymous:", "SwapPss:")


@dataclass(frozen=True, slots=True)
class Share:
    """What the processes of one kind hold together at one moment, in MB."""

    kind: str
    processes: int
    megabytes: float


def shares(service: int, processes: Iterable[psutil.Process]) -> tuple[Share, ...]:
    """Return what each kind of process holds; `service` is the id of the one that serves."""
    found: dict[str, list[int]] = {}
    for each in processes:
        with suppress(psutil.Error):
            kind = SERVICE if each.pid == service else kind_of(each.cmdline())
            held = held_bytes(each)
            found.setdefault(kind, []).append(held)
    return tuple(Share(kind, len(held), round(sum(held) / 1e6, 1)) for kind, held in sorted(found.items()))


def kind_of(command: Sequence[str]) -> str:
    """Return what a process that the service started is for, by its command line."""
    if command and Path(command[0]).stem in _SANDBOX_PROGRAMS:
        return SANDBOXES
    line = " ".join(command)
    return next((kind for sign, kind in _SIGNS.items() if sign in line), OTHERS)


def held_bytes(process: psutil.Process) -> int:
    """Return what only this process can give back; raises psutil.Error when it is gone."""
    told = _rollup(process.pid)
    if told is not None:
        return told
    with suppress(psutil.AccessDenied, AttributeError):
        return int(process.memory_full_info().uss)
    return int(process.memory_info().rss)


def _rollup(pid: int) -> int | None:
    """Return what Linux says, or None where it does not; kernels before 5.4 do not divide shared pages."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return None
    sizes = {words[0]: int(words[1]) * 1024 for line in lines[1:] if len(words := line.split()) == 3}
    names = _COUNTED if _COUNTED[0] in sizes else _WHOLE
    return sum(sizes.get(name, 0) for name in names) if sizes else None
