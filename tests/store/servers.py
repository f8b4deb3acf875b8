"""Throw-away PostgreSQL servers, made with a locale and an encoding of their own."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest


def program(name: str) -> str:
    """Return where one of PostgreSQL's programs lies, of the version that the servers are of."""
    programs = sorted(Path("/usr/lib/postgresql").glob("*/bin")) or [
        Path(found).parent for found in [shutil.which("initdb")] if found
    ]
    if not programs:
        pytest.fail("PostgreSQL is not installed. On Debian: apt-get install postgresql")
    return str(programs[-1] / name)


@contextmanager
def running_server(*how: str, environment: Mapping[str, str] | None = None) -> Iterator[str]:
    """Give the folder of the socket of a server that `initdb` made in this way; its user is `workbench`."""
    folder = Path(tempfile.mkdtemp(prefix="workbench-postgresql-"))
    as_owner: list[str] = []
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres")
        as_owner = ["runuser", "-u", "postgres", "--"]

    def run(name: str, *arguments: str) -> None:
        command = [*as_owner, program(name), "-D", str(folder / "data"), *arguments]
        given = {**os.environ, **(environment or {})}
        subprocess.run(command, check=True, cwd=folder, stdout=subprocess.DEVNULL, env=given)

    try:
        run("initdb", "--auth=trust", "--username=workbench", "--no-sync", *how)
        options = f"-k {folder} -c listen_addresses='' -c fsync=off -c max_connections=200"
        run("pg_ctl", "-w", "-l", str(folder / "log"), "-o", options, "start")
        try:
            yield str(folder)
        finally:
            run("pg_ctl", "-w", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
