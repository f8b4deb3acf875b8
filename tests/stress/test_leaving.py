"""What a run starts ends with it, also when nobody can tell it to."""

from __future__ import annotations

import subprocess
import sys

import psutil
import pytest

from workbench.stress.leaving import STARTER

_FOLLOWER = """
import time
from workbench.stress.leaving import end_with_starter
end_with_starter()
print("here", flush=True)
time.sleep(600)
"""
_STARTER = f"""
import os, subprocess, sys, time
from workbench.stress.leaving import with_me
command = [sys.executable, "-c", {_FOLLOWER!r}]
subprocess.Popen(command, env=os.environ | with_me(), start_new_session=True)
time.sleep(600)
"""


@pytest.mark.slow
def test_a_process_ends_with_a_starter_that_is_killed() -> None:
    """With -9, and although it is in a session of its own, which no signal to the starter's reaches."""
    with subprocess.Popen([sys.executable, "-c", _STARTER], stdout=subprocess.PIPE, text=True) as starter:
        assert starter.stdout is not None
        assert starter.stdout.readline() == "here\n"
        (follower,) = psutil.Process(starter.pid).children()
        starter.kill()
    _, left = psutil.wait_procs([follower], timeout=30)
    assert left == []


@pytest.mark.slow
def test_a_process_whose_starter_went_before_it_looked_ends_too() -> None:
    """Whoever is its parent by then."""
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    command = [sys.executable, "-c", _FOLLOWER]
    assert subprocess.run(command, env={STARTER: str(gone.pid)}, timeout=60, check=False).returncode == -9
