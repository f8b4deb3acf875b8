"""An easel for tests that paints gradients, and gets into the trouble a scene asks for by its assets."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Mapping
from pathlib import Path

from workbench.render.easel import GradientEasel
from workbench.render.frames import Buffer, PaintFrame
from workbench.scene.format import Format

EASEL = "tests.render.troubled:TroubledEasel"
AT_FRAME = 3


class TroubledEasel(GradientEasel):
    """What happens at frame 3 is an asset: `die`, `die_once`, `leave`, `hang`, `raise`, `print`, `memory`."""

    def scene(self, graph_json: bytes, assets: Mapping[str, bytes | Path], picture: Format) -> PaintFrame:
        paint = super().scene(graph_json, assets, picture)

        def troubled(number: int, out: Buffer) -> None:
            if number == AT_FRAME:
                get_into_trouble(assets)
            paint(number, out)
            if isinstance(target := assets.get("memory"), Path):
                target.write_text(peak_memory())

        return troubled


def get_into_trouble(assets: Mapping[str, bytes | Path]) -> None:
    if "raise" in assets:
        raise ValueError("the paint ran out")
    if "hang" in assets:
        threading.Event().wait()
    if "print" in assets:
        print("words on the wire", flush=True)
    if "leave" in assets:
        leave_slowly()
    once = assets.get("die_once")
    if isinstance(once, bytes):  # on a cluster: where the file is, for no path travels
        once = Path(os.fsdecode(once))
    if "die" in assets or (isinstance(once, Path) and once.exists()):
        if isinstance(once, Path):
            once.unlink()
        print("dying now", file=sys.stderr, flush=True)
        os.kill(os.getpid(), signal.SIGKILL)


def leave_slowly() -> None:
    """Close the pipe to the parent, and end a moment later, as a process that dumps its memory does."""
    os.closerange(3, 100)
    threading.Event().wait(0.3)
    os._exit(7)


def peak_memory() -> str:
    """Return this process's highest resident memory so far, in kB."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(line.split()[1] for line in lines if line.startswith("VmHWM"))
