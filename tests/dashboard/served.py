"""A dashboard in a process of its own: `python -m tests.dashboard.served FOLDER sample|real`."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from dashboards.serving import serve
from dashboards.site import Site
from workbench.studio.settings import Settings

ROOT = Path(__file__).parents[2]
REFRESH_SECONDS = 1.0
SMALL = {"days": 9, "takes_a_day": 220}


@contextlib.contextmanager
def served(folder: Path, kind: str, **environment: str) -> Iterator[str]:
    """Serve a dashboard and give its address; it ends with the block."""
    command = [sys.executable, "-m", "tests.dashboard.served", str(folder), kind]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, cwd=ROOT, env={**os.environ, **environment}
    )
    try:
        assert process.stdout is not None
        address = process.stdout.readline().strip()
        assert address.startswith("http://127.0.0.1"), address
        yield address.removesuffix("/now")
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def main(folder: str, kind: str) -> None:
    """Serve until SIGTERM."""
    sample = kind == "sample"
    with Site.open(
        Settings(data=Path(folder)), sample=sample, refresh_seconds=REFRESH_SECONDS, sample_options=SMALL
    ) as site:
        serve(site, port=0, when_listening=lambda where: print(where, flush=True))


if __name__ == "__main__":
    main(*sys.argv[1:])
