"""What a busy or broken machine does to the workers is told, and is over when the machine is well again."""

import os
import subprocess
import tempfile
from pathlib import Path

import psutil
import pytest
from pydantic_monty._binary import find_monty_binary

from workbench.errors import EnvironmentFault
from workbench.scene import checker as checker_module
from workbench.scene import envelope, workers
from workbench.scene import sandbox as sandbox_module
from workbench.scene.evaluate import evaluate
from workbench.scene.limits import Limits
from workbench.scene.sandbox import Sandbox

pytestmark = pytest.mark.slow
TOO_LATE = "raise TimeoutError('as the time limit does')"


@pytest.fixture
def sandbox():
    sandbox = Sandbox(workers=1, wrapped=False)
    yield sandbox
    sandbox.close()


@pytest.fixture
def beginning_with(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Workers do what this is called with before they begin."""

    def arranged(command: str) -> None:
        program = tmp_path / "program"
        program.write_text(f'#!/bin/sh\n[ "$1" = --version ] || {command}\nexec {find_monty_binary()} "$@"\n')
        program.chmod(0o700)
        monkeypatch.setenv("MONTY_BIN", str(program))

    return arranged


@pytest.fixture
def out_of_order(tmp_path: Path, beginning_with) -> Path:
    """While this file is there, a worker that begins ends at once."""
    switch = tmp_path / "out-of-order"
    switch.touch()
    beginning_with(f"[ ! -e {switch} ] || exit 3")
    return switch


@pytest.fixture
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """What sandboxes have on disk."""
    place = tmp_path / "temporary"
    place.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(place))
    return lambda: [path.name for path in place.iterdir()]


def _children() -> set[psutil.Process]:
    return set(psutil.Process(os.getpid()).children(recursive=True))


def test_a_start_that_failed_once_is_tried_again(sandbox, folders, monkeypatch):
    """A worker that dies while the language is read costs nobody anything, and leaves nothing."""
    prepare, left = workers._prepared, [1]

    def dying(pool, limits):
        if left[0]:
            left[0] -= 1
            with pool.checkout() as session:
                workers.end_worker(session)
                session.feed_run("1")
        return prepare(pool, limits)

    monkeypatch.setattr(workers, "_prepared", dying)
    assert evaluate("circle(5)", sandbox=sandbox).ok
    assert evaluate("circle(6)", sandbox=sandbox).ok
    assert (left, len(folders())) == ([0], 1)
    sandbox.close()
    assert folders() == []


def test_workers_that_cannot_be_started_are_told_and_are_well_later(sandbox, folders, out_of_order):
    """A finding says so for each evaluation, neither process nor folder stays, and the next start is well."""
    before = _children()
    found = [evaluate("circle(5)", sandbox=sandbox).findings for _ in range(2)]
    assert [[finding.code for finding in each] for each in found] == [["sandbox"], ["sandbox"]]
    assert found[0][0].message.startswith("No worker for this source could be started: ")
    assert "workbench doctor" in found[0][0].fix
    _, alive = psutil.wait_procs(_children() - before, timeout=20)
    assert (folders(), alive) == ([], [])
    out_of_order.unlink()
    assert evaluate("circle(5)", sandbox=sandbox).ok


def test_whoever_starts_a_sandbox_hears_that_it_cannot(sandbox, out_of_order):
    """The error says what was tried and where to look; a check known already does not hide it from a run."""
    with pytest.raises(EnvironmentFault, match=r"No worker .* could be started here: .*workbench doctor"):
        sandbox.start()
    outcome = sandbox.run("circle(5)", {})
    assert outcome.fault is not None
    assert outcome.fault.kind == "NotStarted"


def test_a_worker_may_be_slower_to_begin_than_a_source_may_run(beginning_with):
    """What a busy machine takes for a process is not taken from the author's time."""
    beginning_with("sleep 1.5")
    with Sandbox(Limits(run_seconds=0.6, check_seconds=0.9), workers=1, wrapped=False) as sandbox:
        assert evaluate("circle(5)", sandbox=sandbox).ok


def test_a_program_that_is_not_there_is_told(sandbox, tmp_path, monkeypatch):
    """An interpreter that was taken away is a finding too."""
    monkeypatch.setenv("MONTY_BIN", str(tmp_path / "nothing"))
    assert [finding.code for finding in evaluate("circle(5)", sandbox=sandbox).findings] == ["sandbox"]


def test_an_opening_that_takes_too_long_is_tried_in_another_worker(sandbox, monkeypatch):
    """The few lines before the source are not what a limit is for."""
    opening, late = sandbox_module.opening, [TOO_LATE]
    monkeypatch.setattr(sandbox_module, "opening", lambda: late.pop() if late else opening())
    assert evaluate("circle(5)", sandbox=sandbox).ok
    assert late == []
    late += [TOO_LATE] * 3
    found = evaluate("circle(5)", sandbox=sandbox).findings
    assert [(finding.code, finding.message) for finding in found] == [
        ("sandbox", "The worker that ran this source was lost.")
    ]
    assert evaluate("circle(5)", sandbox=sandbox).ok


def test_a_param_that_a_worker_cannot_take_is_a_finding(sandbox):
    """Half a character is no text; in the name of a param that is nowhere, the worker says so itself."""
    source = 'text(param("words", "hello"))'
    found = [
        evaluate(source, params=params, sandbox=sandbox).findings[0]
        for params in ({"words": "a\ud800"}, {"\ud800": 1})
    ]
    assert [(finding.code, finding.line) for finding in found] == [("param", 1), ("runtime", 1)]
    assert found[0].message == "The param words holds the character '\\ud800', which no text has."
    assert evaluate("circle(5)", sandbox=sandbox).ok


def test_a_checker_that_is_late_before_the_source_is_replaced(sandbox, monkeypatch):
    """Once, and the answer is the same; each time, and the worker was lost: no source was too slow."""
    stopper, late = checker_module._stopper, [TOO_LATE] * 4
    monkeypatch.setattr(checker_module, "_stopper", lambda: late.pop() if late else stopper())
    found = evaluate("circle(5)", sandbox=sandbox).findings
    assert [(finding.code, finding.message) for finding in found] == [
        ("sandbox", "The worker that checked this source was lost.")
    ]
    assert len(late) == 1
    assert evaluate("circle(5)", sandbox=sandbox).ok
    assert late == []


def test_a_type_check_has_the_time_that_is_told():
    """A checker that does not answer is ended after the limit and its grace, as the finding says."""
    with Sandbox(Limits(check_seconds=2.0, grace=0.1), workers=1, wrapped=False) as sandbox:
        standing = sandbox._standing()
        checker = standing.checker()
        psutil.Process(checker.session.worker_pid).suspend()
        standing.put_back(checker)
        with pytest.raises(sandbox_module.CheckFailed) as failed:
            sandbox.check("circle(5)")
        assert failed.value.timed_out
        assert "request timeout of 2.2s" in str(failed.value.__cause__)


def test_a_probe_without_an_answer_means_no_bubblewrap_until_the_next_start(monkeypatch):
    """The sandbox says so, works without, and looks again when it starts again."""
    with monkeypatch.context() as patched:
        patched.setattr(envelope, "_PROBE_SECONDS", 1e-6)
        with Sandbox(workers=1) as sandbox:
            assert evaluate("circle(5)", sandbox=sandbox).ok
            assert sandbox.wrapped is False
    with sandbox:
        assert sandbox.wrapped is True


def test_a_probe_that_was_late_once_is_tried_again(monkeypatch):
    """One busy moment does not take the walls away."""
    run, late = subprocess.run, [1]

    def busy(command, **more):
        if late:
            late.pop()
            raise subprocess.TimeoutExpired(command, 10.0)
        return run(command, **more)

    monkeypatch.setattr(envelope.subprocess, "run", busy)
    with Sandbox(workers=1) as sandbox:
        assert (sandbox.wrapped, late) == (True, [])
