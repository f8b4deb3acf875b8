"""Doing the cells of an experiment: threads that take one after the other until none is left.

The ledger decides who does what, so that several threads, processes and machines may run one experiment. A
runner that dies leaves its cells to the next one, which knows by the holder's process whether it still lives.
"""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal
from uuid import uuid4

import psutil

from workbench.brain.remote.faults import RETRIED
from workbench.errors import (
    Busy,
    Cancelled,
    EnvironmentFault,
    InputError,
    ModelFailed,
    RenderFailed,
    WorkbenchError,
)
from workbench.experiments.fleet import Fleet, Given
from workbench.experiments.insisting import insisted
from workbench.experiments.scratch import Scratch
from workbench.experiments.seats import MOST_ATTEMPTS, Seat, Seats
from workbench.experiments.sending import refuse_equal_arms
from workbench.experiments.values import Spec
from workbench.spans import span
from workbench.store.trial_payments import Payments
from workbench.store.trial_standing import Standings
from workbench.store.trial_values import Cell, CellState, Trial, TrialState
from workbench.store.trials import LEASE_SECONDS, Trials
from workbench.studio.workspace import Workspace

AGAIN_SECONDS = 2.0
_AGAIN = RETRIED | {"timed_out", "broken_stream", "garbled"}
_MAY_PASS = (EnvironmentFault, RenderFailed, OSError)
"""Trouble of our own that a crowded machine makes, such as a process that did not start."""
_LOOK_SECONDS = 0.1

OnCell = Callable[[Cell, CellState], None]
Ended = Literal["done", "paused", "cancelled", "running"]
"""How a run ended; `running` when others go on with what is left."""
_ENDED: Mapping[TrialState, Ended] = {
    "ready": "running",
    "running": "running",
    "interrupted": "running",
    "paused": "paused",
    "cancelled": "cancelled",
    "done": "done",
}


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
        self._standings = Standings(workspace.database)
        mark = uuid4().hex[:8]
        self._holders = [f"{holder_of_this_process()}:{mark}-{number}" for number in range(threads)]
        self._seats = Seats()
        self._held: dict[str, Cell] = {}
        self._pausing = threading.Event()
        self._cancelling = threading.Event()
        self._ended = threading.Event()
        self._paused_elsewhere = False
        self._reason = ""
        self._trouble = ""

    def stop(self, *, cancel: bool = False) -> None:
        """Take no more cells; with `cancel` also break off those that are under way."""
        if cancel:
            self._cancelling.set()
        self._pausing.set()

    def run(self) -> RunReport:
        """Do every cell that is pending. Ctrl-C pauses: what is under way is finished and kept.

        A second Ctrl-C breaks off what is under way; those cells are pending again.
        """
        trials, trial = self._trials, self._trial
        with (
            self._fleet() as fleet,
            Scratch(self._seats, trials.content, self._workspace.template_folder) as scratch,
        ):
            refuse_equal_arms(self._spec, fleet.probes(), self._workspace.templates())
            insisted(partial(trials.take_back, trial.id, is_dead))
            goes_on = insisted(partial(trials.take_up, trial.id))
            while goes_on:
                self._all_work(fleet, scratch)
                goes_on = self._more_came()
            widths = {server: pace.widest for server, pace in fleet.paces.items()}
            cuts = sum(pace.cuts for pace in fleet.paces.values())
        return self._report(widths, cuts)

    def _all_work(self, fleet: Fleet, scratch: Scratch) -> None:
        """Let the workers work until none is left; however this ends, no thread outlives it."""
        self._ended.clear()
        workers = [
            threading.Thread(target=self._work, args=(fleet, scratch, holder), daemon=True)
            for holder in self._holders
        ]
        heart = threading.Thread(target=self._beat, daemon=True)
        try:
            for thread in (heart, *workers):
                thread.start()
            self._wait(workers)
        except BaseException:
            self.stop(cancel=True)
            _join(workers)
            self._broken_off()
            raise
        finally:
            _join(workers)
            self._ended.set()
            _join((heart,))

    def _broken_off(self) -> None:
        """Note it when nobody else is at the experiment; to pause it for the others is not ours."""
        with suppress(WorkbenchError):
            stands = self._trials.get(self._trial.name).state
            if stands == "running" and not self._others_are_at_it():
                self._trials.mark(self._trial.id, "interrupted", "broken off")

    def _others_are_at_it(self) -> bool:
        return self._standings.held_by_others(self._trial.id, self._holders)

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
                with suppress(Busy):
                    state = self._trials.state(self._trial.id)
                    if state in ("paused", "cancelled"):
                        self._paused_elsewhere = True
                        self.stop(cancel=state == "cancelled")
                for worker in workers:
                    worker.join(_LOOK_SECONDS / len(workers))
        except KeyboardInterrupt:
            self._reason = "stopped by hand"
            self.stop()
            _join(workers)

    def _more_came(self) -> bool:
        """Say whether cells are pending that came, or were put back, since the workers saw none."""
        counts = partial(self._trials.counts, self._trial.id)
        return not self._pausing.is_set() and bool(insisted(counts).get("pending"))

    def _report(self, widths: Mapping[str, int], cuts: int) -> RunReport:
        """Say how it ended. Whoever ends last says that it is done; who only runs dry pauses nobody.

        Nor does one who has trouble of its own, while others are at it.
        """
        told = self._pausing.is_set() and not self._paused_elsewhere and not self._trouble
        trouble = "" if self._trouble and insisted(self._others_are_at_it) else self._trouble
        pause = self._reason or trouble or ("paused" if told else "")
        trial, counts = insisted(partial(self._trials.settle, self._trial.id, pause))
        ended = _ENDED[trial.state]
        others = "others are doing what is left" if ended == "running" else ""
        reason = self._reason or self._trouble or others or (trial.reason if ended == "paused" else "")
        return RunReport(ended, reason, counts, widths, cuts)

    def _work(self, fleet: Fleet, scratch: Scratch, holder: str) -> None:
        """Do one cell after the other. A ledger that stays out of reach ends the run, and is its reason."""
        try:
            while (held := self._next(holder)) is not None:
                self._held[held.id] = held
                try:
                    self._try(fleet, scratch, held)
                finally:
                    self._held.pop(held.id, None)
        except Exception as trouble:  # noqa: BLE001 - told as the run's reason
            if not self._pausing.is_set():
                self._trouble = str(trouble) or type(trouble).__name__
            self.stop()

    def _next(self, holder: str) -> Cell | None:
        """Take a cell; wait while one rests before it is tried again. Cells of other processes are theirs."""
        trials, stopped = self._trials, self._pausing.is_set
        claim = partial(trials.claim, self._trial.id, holder, lease_seconds=self._lease_seconds)
        while not stopped():
            held = insisted(claim, stopped)
            if held is not None:
                return held
            if not insisted(partial(trials.counts, self._trial.id), stopped).get("pending"):
                return None
            self._pausing.wait(_LOOK_SECONDS)
        return None

    def _try(self, fleet: Fleet, scratch: Scratch, held: Cell) -> None:
        with suppress(Cancelled):  # not held any more: it was cancelled, or given on
            try:
                self._do(fleet, scratch, held)
            except Cancelled:
                if self._cancelling.is_set():
                    self._put_back(held, tried=False)
            except Exception as failure:  # noqa: BLE001 - one cell's trouble must not end the others
                may_pass = isinstance(failure, _MAY_PASS)
                self._again_or_failed(held, f"{type(failure).__name__}: {failure}", "ours", may_pass=may_pass)

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
        paid = insisted(partial(Payments(self._workspace.database).of_cell, held.id))
        scores = {**done.scores, **paid.scores} if paid else done.scores
        insisted(partial(self._trials.finish, held, scores, done.result))
        self._on_cell(held, "done")

    def _failed(self, held: Cell, failure: ModelFailed) -> None:
        kind = str(failure.evidence.get("kind", "failed"))
        if kind == "over_budget":
            self._reason = failure.message
            self.stop()
            self._put_back(held, tried=False)
        else:
            self._again_or_failed(held, str(failure), kind, may_pass=kind in _AGAIN)

    def _again_or_failed(self, held: Cell, told: str, kind: str, *, may_pass: bool) -> None:
        """Have the cell tried again after a rest when the trouble may pass, or fail it."""
        if may_pass and held.attempts < MOST_ATTEMPTS:
            self._put_back(held, delay_seconds=AGAIN_SECONDS * held.attempts, error=told)
        else:
            insisted(partial(self._trials.fail, held, told, kind))
            self._on_cell(held, "failed")

    def _put_back(self, held: Cell, **how: Any) -> None:
        insisted(partial(self._trials.put_back, held, **how))
        self._on_cell(held, "pending")

    def _beat(self) -> None:
        while not self._ended.wait(self._lease_seconds / 3):
            with suppress(WorkbenchError):
                self._trials.extend(tuple(self._held.values()), lease_seconds=self._lease_seconds)


def _join(threads: Iterable[threading.Thread]) -> None:
    for thread in threads:
        if thread.ident is not None:  # it was started
            thread.join()


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
