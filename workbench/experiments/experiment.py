"""An experiment, opened: what it is, how it stands, what it found, and all that can be done with it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Mapping
from typing import Any

from workbench.brain.offline import OfflineDirector
from workbench.errors import InputError, NotFound
from workbench.events import Event
from workbench.experiments.amending import caps_lifted, changed_spec, refuse_fewer_repeats, whole_spec
from workbench.experiments.estimating import Estimate, estimated
from workbench.experiments.fleet import Fleet, Given, prices_of
from workbench.experiments.judging import judge_cells
from workbench.experiments.painting import CellPainter
from workbench.experiments.rating import Pair, Preferences, checked_verdict, next_pair, preferences
from workbench.experiments.reasons import Reason, commonest, rejected, spread_evenly
from workbench.experiments.results import Results
from workbench.experiments.running import OnCell, Runner, RunReport, is_dead
from workbench.experiments.seats import Seats
from workbench.experiments.sending import Letters, refuse_equal_arms
from workbench.experiments.values import Spec
from workbench.store.prompts import LIVE, Prompts, PromptVersion
from workbench.store.ratings import Ratings
from workbench.store.trial_payments import Payments
from workbench.store.trial_standing import Standings
from workbench.store.trial_values import Cell, CellState, Spent, Trial
from workbench.store.trials import Trials
from workbench.studio.workspace import Workspace

CHANGED = "experiment_changed"


class Experiment:
    """Prompt variants times models times cases times repeats, kept cell by cell in the workspace.

    `run` does what is pending, however often it was interrupted; `amend` asks for more; `results` is what is
    known now. In a notebook it shows itself as a board.
    """

    def __init__(
        self,
        workspace: Workspace,
        spec: Spec,
        *,
        given: Mapping[str, Given] | None = None,
        owns_workspace: bool = False,
    ) -> None:
        self.workspace = workspace
        self.view: Callable[[Experiment], dict[str, Any]] | None = None
        self._given = dict(given or {})
        self._owns = owns_workspace
        self._trials = Trials(workspace.database)
        self._runner: Runner | None = None
        self._thread: threading.Thread | None = None
        self._trouble: BaseException | None = None
        self.ratings = Ratings(workspace.database)
        self.spec = self._kept(spec)

    @property
    def name(self) -> str:
        """The experiment's name."""
        return self.spec.name

    @property
    def id(self) -> str:
        """The experiment's id."""
        return self._trial.id

    @property
    def state(self) -> str:
        """How it stands: ready, running, interrupted, paused, cancelled or done.

        `interrupted`: whoever ran it broke off or was killed, and cells are left for another `run`.
        """
        return self._seen().state

    @property
    def reason(self) -> str:
        """Why it stands so, when there is a reason."""
        return self._seen().reason

    @property
    def counts(self) -> dict[CellState, int]:
        """How many cells are in each state."""
        return self._trials.counts(self.id)

    @property
    def spent(self) -> Spent:
        """What it has paid for so far: all attempts of all cells, and the judge."""
        return self._trials.spent(self.id)

    @property
    def cells(self) -> tuple[Cell, ...]:
        """Every cell with its scores, in order of work."""
        return self._trials.cells(self.id)

    @property
    def results(self) -> Results:
        """What is known now."""
        return Results(self.spec, self.cells, Payments(self.workspace.database).of_cells(self.id))

    def reasons(self, most: int = 3) -> tuple[Reason, ...]:
        """What most often made cells fail, or kept them from being accepted."""
        lost = [each for each in self.cells if each.state == "failed" or rejected(each)]
        return commonest((self.cell(each.id) for each in spread_evenly(lost)), most)

    def cell(self, cell_id: str) -> Cell:
        """Return one cell with everything that came of it."""
        return self._trials.cell(cell_id)

    def sent(self, cell_id: str) -> Letters:
        """Return what was sent for a cell, role and text, in order."""
        calls = self._trials.calls(cell_id)
        if calls:
            return [
                (role, self._trials.content(digest).decode())
                for call in calls
                for role, digest in call.letters
            ]
        result = self.cell(cell_id).result or {}
        return [(role, text) for role, text in result.get("sent", ())]

    def estimate(self) -> Estimate:
        """Say what the pending cells would take; nothing is sent. Refuses arms that send the same."""
        with self._fleet() as fleet:
            models = fleet.probes()
            refuse_equal_arms(self.spec, models, self.workspace.templates())
            keys = [cell.key for cell in self.cells if cell.state in ("pending", "running")]
            prices = prices_of(self.spec, self.workspace.settings.models)
            return estimated(self.spec, keys, models, self.workspace.templates(), prices)

    def run(self, *, threads: int = 4, on_cell: OnCell | None = None) -> RunReport:
        """Do every cell that is pending. Ctrl-C pauses; running again goes on where it stopped."""
        if self._runner is not None:
            raise InputError("This experiment is running already.", remedy="Wait for it, or pause it.")
        self._trials.mark(self.id, "ready")
        runner = Runner(
            self.workspace,
            self._trials.get(self.name),
            self.spec,
            given=self._given,
            threads=threads,
            on_cell=lambda cell, state: self._tell(cell, state, on_cell),
        )
        self._runner = runner
        try:
            return runner.run()
        finally:
            self._runner = None
            self._announce(state=self.state)

    def start(self, *, threads: int = 4) -> Experiment:
        """Run in the background, so that the notebook stays free; `wait` waits for the end."""
        if self._thread is not None and self._thread.is_alive():
            raise InputError("This experiment is running already.", remedy="Wait for it, or pause it.")
        self._trouble = None
        self._thread = threading.Thread(target=self._background, args=(threads,), daemon=True)
        self._thread.start()
        return self

    def wait(self, timeout_seconds: float | None = None) -> Experiment:
        """Wait for a run in the background; raises what it raised."""
        if self._thread is not None:
            self._thread.join(timeout_seconds)
        if self._trouble is not None:
            trouble, self._trouble = self._trouble, None
            raise trouble
        return self

    def run_on_cluster(self, address: str = "", *, threads: int = 2) -> dict[str, str]:
        """Have every machine of a Dask cluster take cells; says how each ended.

        Without an `address` it is the cluster that WORKBENCH_DASK names.
        """
        from workbench.experiments.cluster import run_everywhere

        settings = self.workspace.settings
        where = address or settings.scale.dask
        if not where:
            raise InputError(
                "No cluster is named.", remedy="Give its address, or set WORKBENCH_DASK: tcp://host:8786."
            )
        self._trials.mark(self.id, "ready")
        return run_everywhere(where, settings, self.name, threads)

    def judge(self) -> int:
        """Have the judge look at every cell that is done and has a checklist; returns how many it judged."""
        name = self.spec.judge.model if self.spec.judge else ""
        seats = Seats()
        with self._fleet(seats) as fleet:
            painter = CellPainter(self.workspace, self.spec)
            judge = fleet.judge(name) if name else OfflineDirector()
            count = judge_cells(self._trials, self.id, self.spec, judge, seats, painter)
        self._announce(judged=count)
        return count

    def pause(self) -> None:
        """Take no more cells, here and in every other process; what is under way is finished."""
        self._trials.mark(self.id, "paused", "paused by hand")
        if self._runner is not None:
            self._runner.stop()

    def cancel(self) -> int:
        """Break off what is under way and cancel what is pending; results that are there stay."""
        count = self._trials.cancel(self.id)
        if self._runner is not None:
            self._runner.stop(cancel=True)
        self._announce(state="cancelled")
        return count

    def retry(self) -> int:
        """Make failed and cancelled cells pending again; returns how many. Then `run`."""
        return self._trials.reopen(self.id)

    def amend(self, **parts: Any) -> Experiment:
        """Ask for more `variants=`, `models=`, `cases=`, `repeats=`; or change `most_usd=`, `most_tokens=`.

        Cells that are done stay; a part of a known name must be what it was. A cap stays until another is
        given; None takes it away.
        """
        refuse_fewer_repeats(self.spec, parts)
        fresh, given = changed_spec(self.spec, parts)
        self._given |= given
        self.spec = self._kept(fresh, caps_lifted(parts))
        self._announce(state=self.state)
        return self

    def rate(self, pair: Pair, verdict: str, *, rater: str = "") -> None:
        """Keep which of two clips was better: left, right, tie or skip. Without a name you are the rater."""
        who = rater or self.workspace.settings.user
        self.ratings.add(self.id, pair.left.id, pair.right.id, checked_verdict(verdict), who)
        self._announce(rated=True)

    def next_pair(self, *, rater: str = "") -> Pair | None:
        """Return the next two cells to compare blindly; None when this rater has seen all."""
        who = rater or self.workspace.settings.user
        return next_pair(self.cells, self.ratings.list(self.id), who)

    @property
    def preferences(self) -> Preferences:
        """What the blind ratings say: strengths of variants with intervals, and agreement."""
        return preferences(self.cells, self.ratings.list(self.id))

    def promote(self, variant: str, project: str, *, label: str = LIVE, note: str = "") -> PromptVersion:
        """Make a variant the project's next prompt version and point `label` at it (`live`: in use)."""
        if variant not in {each.name for each in self.spec.variants}:
            raise NotFound.among("variant", variant, [each.name for each in self.spec.variants])
        kept = self.workspace.projects.get(project)
        prompts = Prompts(self.workspace.database)
        version = prompts.add(
            kept.id,
            variant,
            self.spec.variant(variant).prompting.as_dict(),
            who=self.workspace.settings.user,
            note=note or f"promoted from the experiment {self.name!r}",
            origin={"experiment": self.name, "variant": variant},
            label=label,
        )
        self.workspace.bus.emit(Event("prompts_changed", kept.id, None, {"number": version.number}))
        return version

    def close(self) -> None:
        """Pause what runs here, and close the workspace when this opened it."""
        if self._runner is not None:
            self._runner.stop()
        if self._thread is not None:
            self._thread.join()
        if self._owns:
            self.workspace.close()

    def __enter__(self) -> Experiment:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        spec = self.spec
        arms = f"{_counted(len(spec.variants), 'variant')} x {_counted(len(spec.models), 'model')}"
        parts = f"{arms} x {_counted(len(spec.cases), 'case')}"
        told = ", ".join(f"{count} {state}" for state, count in self.counts.items())
        return f"Experiment({self.name!r}, {parts} x {spec.repeats}: {told})"

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        live = self.view(self) if self.view else {}
        return {"text/plain": repr(self), "text/html": self.results._repr_html_(), **live}

    def _seen(self) -> Trial:
        return Standings(self.workspace.database).seen(self._trials.get(self.name), is_dead)

    def _kept(self, spec: Spec, uncapped: Collection[str] = ()) -> Spec:
        missing = [each.name for each in spec.models if each.given and each.name not in self._given]
        kept = self._trials.find(spec.name)
        whole = whole_spec(kept.spec if kept else None, spec, self._trials.keep_content, uncapped)
        if missing and kept is None:
            raise InputError(f"The model {missing[0]!r} is not given.", remedy="Give a model object for it.")
        self._trial = self._trials.begin(whole.name, whole.as_dict(), whole.keys())
        return whole

    def _fleet(self, seats: Seats | None = None) -> Fleet:
        settings = self.workspace.settings.models
        return Fleet(self.spec, self._trials, settings, seats or Seats(), given=self._given, spent=self.spent)

    def _background(self, threads: int) -> None:
        try:
            self.run(threads=threads)
        except BaseException as trouble:  # noqa: BLE001 - told by `wait`, in the thread that asks
            self._trouble = trouble
            self._announce(error=str(trouble))

    def _tell(self, cell: Cell, state: CellState, on_cell: OnCell | None) -> None:
        if on_cell is not None:
            on_cell(cell, state)
        self._announce(cell_id=cell.id, cell_state=state)

    def _announce(self, **data: Any) -> None:
        self.workspace.bus.emit(Event(CHANGED, None, None, {"experiment": self.name, **data}))


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"
