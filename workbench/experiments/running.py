"""Doing the cells of an experiment: threads that take one after the other until none is left.

The ledger decides who does what, so that several threads, processes and machines may run one experiment. A
runner that dies leaves its cells to the next one, which knows by the holder's process whether it still lives.
"""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Literal

import psutil

from workbench.brain.remote.faults import RETRIED
from workbench.errors import Cancelled, InputError, ModelFailed, WorkbenchError
from workbench.experiments.fleet import Fleet, Given
from workbench.experiments.scratch import Scratch
from workbench.experiments.seats import Seat, Seats
from workbench.experiments.sending import refuse_equal_arms
from workbench.experiments.values import Spec
from workbench.spans import span
from workbench.store.trial_values import Cell, CellState, Trial
from workbench.store.trials import LEASE_SECONDS, Trials
from workbench.studio.workspace import Workspace

MOST_ATTEMPTS = 3
AGAIN_SECONDS = 2.0
_AGAIN = RETRIED | {"timed_out", "broken_stream", "garbled"}
_LOOK_SECONDS = 0.1

OnCell = Callable[[Cell, CellState], None]
Ended = Literal["done", "paused", "cancelled"]


def nobody(cell: Cell, state: CellState) -> None:
    """Tell nobody."""


@dataclass(frozen=True, slots=True)
class RunReport:
    """How a run ended, and why when it stopped before all was done; how wide each server's gate was."""

    ended: Ended
    reason: str
    counts: Mapping[CellState, int]
    widths: Mapping[str, int]
    cuts: int


class Runner:
    """Runs one experiment on `threads` threads; `stop` may be called from any thread."""

    def __init__(
        self,
        workspace: Workspace,
        trial: Trial,
        spec: Spec,
        *,
        given: Mapping[str, Given] | None = None,
        threads: int = 4,
        on_cell: OnCell = nobody,
        lease_seconds: float = LEASE_SECONDS,
    ) -> None:
        if threads < 1:
            raise InputError(f"{threads} threads do nothing.", remedy="Give at least 1.")
        self._workspace = workspace
        self._trial = trial
        self._spec = spec
        self._given = given
        self._threads = threads
        self._on_cell = on_cell
        self._lease_seconds = lease_seconds
        self._trials = Trials(workspace.database)
        self._seats = Seats()
        self._held: dict[str, Cell] = {}
        self._pausing = threading.Event()
        self._cancelling = threading.Event()
        self._ended = threading.Event()
        self._reason = ""

    def stop(self, *, cancel: bool = False) -> None:
        """Take no more cells; with `cancel` also break off those that are under way."""
        if cancel:
            self._cancelling.set()
        self._pausing.set()

    def run(self) -> RunReport:
        """Do every cell that is pending. Ctrl-C pauses: what is under way is finished and kept."""
        trials, trial = self._trials, self._trial
        with (
            self._fleet() as fleet,
            Scratch(self._seats, trials.content, self._workspace.template_folder) as scratch,
        ):
            refuse_equal_arms(self._spec, fleet.probes(), self._workspace.templates())
            trials.take_back(trial.id, is_dead)
            trials.mark(trial.id, "running")
            workers = [
                threading.Thread(target=self._work, args=(fleet, scratch, number), daemon=True)
                for number in range(self._threads)
            ]
            heart = threading.Thread(target=self._beat, daemon=True)
            for thread in (*workers, heart):
                thread.start()
            self._wait(workers)
            self._ended.set()
            widths = {server: pace.widest for server, pace in fleet.paces.items()}
            cuts = sum(pace.cuts for pace in fleet.paces.values())
        return self._report(widths, cuts)

    def _fleet(self) -> Fleet:
        return Fleet(
            self._spec,
            self._trials,
            self._workspace.settings.models,
            self._seats,
            given=self._given,
            spent=self._trials.spent(self._trial.id),
            most_at_once=self._threads,
        )

    def _wait(self, workers: list[threading.Thread]) -> None:
        try:
            while any(worker.is_alive() for worker in workers):
                state = self._trials.state(self._trial.id)
                if state in ("paused", "cancelled"):
                    self.stop(cancel=state == "cancelled")
                for worker in workers:
                    worker.join(_LOOK_SECONDS / len(workers))
        except KeyboardInterrupt:
            self._reason = "stopped by hand"
            self.stop()
            for worker in workers:
                worker.join()

    def _report(self, widths: Mapping[str, int], cuts: int) -> RunReport:
        state = self._trials.state(self._trial.id)
        counts = self._trials.counts(self._trial.id)
        open_cells = counts.get("pending", 0) + counts.get("running", 0)
        ended: Ended = "cancelled" if state == "cancelled" else "paused" if open_cells else "done"
        reason = self._reason or ("paused" if ended == "paused" else "")
        if ended != "cancelled":
            self._trials.mark(self._trial.id, ended, reason)
        return RunReport(ended, reason, counts, widths, cuts)

    def _work(self, fleet: Fleet, scratch: Scratch, number: int) -> None:
        holder = f"{holder_of_this_process()}:{number}"
        while not self._pausing.is_set():
            held = self._trials.claim(self._trial.id, holder, lease_seconds=self._lease_seconds)
            if held is None:
                if not self._others_may_come_back():
                    return
                self._pausing.wait(_LOOK_SECONDS)
                continue
            self._held[held.id] = held
            try:
                self._do(fleet, scratch, held)
            except Cancelled:
                pass
            except Exception as failure:  # noqa: BLE001 - one cell's trouble must not end the others
                with suppress(WorkbenchError):
                    self._trials.fail(held, f"{type(failure).__name__}: {failure}", "ours")
                self._on_cell(held, "failed")
            finally:
                self._held.pop(held.id, None)

    def _others_may_come_back(self) -> bool:
        """Say whether a cell rests before it is tried again; cells of other processes are theirs."""
        return self._trials.counts(self._trial.id).get("pending", 0) > 0

    def _do(self, fleet: Fleet, scratch: Scratch, held: Cell) -> None:
        self._on_cell(held, "running")
        variant = self._spec.variant(held.key.variant)
        seat = Seat(held, variant, fleet.model(held.key), self._cancelling.is_set)
        try:
            with span(
                "experiment.cell", experiment=self._trial.name, variant=held.key.variant, model=held.key.model
            ):
                done = scratch.done(seat, self._spec.case(held.key.case))
        except ModelFailed as failure:
            self._failed(held, failure)
            return
        self._trials.finish(held, done.scores, done.result)
        self._on_cell(held, "done")

    def _failed(self, held: Cell, failure: ModelFailed) -> None:
        kind = str(failure.evidence.get("kind", "failed"))
        if kind == "over_budget":
            self._reason = failure.message
            self._trials.put_back(held, tried=False)
            self.stop()
            self._on_cell(held, "pending")
        elif kind in _AGAIN and held.attempts < MOST_ATTEMPTS:
            self._trials.put_back(held, delay_seconds=AGAIN_SECONDS * held.attempts, error=str(failure))
            self._on_cell(held, "pending")
        else:
            self._trials.fail(held, str(failure), kind)
            self._on_cell(held, "failed")

    def _beat(self) -> None:
        while not self._ended.wait(self._lease_seconds / 3):
            with suppress(WorkbenchError):
                self._trials.extend(tuple(self._held.values()), lease_seconds=self._lease_seconds)


def holder_of_this_process() -> str:
    """Return a name of this process that no later process of the same number has."""
    started = psutil.Process().create_time()
    return f"{socket.gethostname()[:60]}|{os.getpid()}|{started:.2f}"


def is_dead(holder: str) -> bool:
    """Say whether the process behind a holder is known to be gone; one of another machine never is."""
    host, number, rest = holder.split("|")
    if host != socket.gethostname()[:60]:
        return False
    try:
        away: float = abs(psutil.Process(int(number)).create_time() - float(rest.split(":")[0]))
    except psutil.NoSuchProcess:
        return True
    return away > 1.0
