"""Cells on a Dask cluster: every machine takes them from the same ledger, which must be one they all reach.

What travels is the experiment's name and the database's address without its password. A machine that has a
WORKBENCH_DATABASE of its own opens that; else it opens the address, with the password that the machine has
(PGPASSWORD, ~/.pgpass). It asks models with its own keys. A machine that is lost leaves its cells to the
others, on another machine when their leases have ended.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

from distributed import CancelledError, Client
from distributed.scheduler import KilledWorker
from sqlalchemy import make_url

from workbench.errors import EnvironmentFault
from workbench.experiments.reading import read_spec
from workbench.experiments.running import Runner, is_dead
from workbench.render.chunk_cache import renderer_fingerprint
from workbench.render.dask_cluster import connected, refuse_another_version
from workbench.store.trials import LEASE_SECONDS, Trials
from workbench.studio.settings import Settings
from workbench.studio.workspace import Workspace

_LOOK_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class Order:
    """What every machine is told."""

    data: str
    database: str
    name: str
    threads: int
    fingerprint: str
    lease_seconds: float = LEASE_SECONDS


def run_everywhere(address: str, settings: Settings, name: str, threads: int) -> dict[str, str]:
    """Have every machine run the experiment until nothing is left; returns how each ended, by its address.

    The part of a machine that is lost is done by another one, under the address of the lost one.
    """
    database = _without_password(settings.database_url)
    order = Order(str(settings.data), database, name, threads, renderer_fingerprint())
    with connected(address, "run here") as client:
        tasks = {
            worker: client.submit(_run, order, workers=[worker], allow_other_workers=True, pure=False)
            for worker in _workers(client)
        }
        try:
            return {worker: str(task.result()) for worker, task in tasks.items()}
        except (CancelledError, KilledWorker) as lost:
            raise EnvironmentFault(
                f"The cluster was lost while {name} ran: {lost}",
                remedy="What is done is kept. Run it again when the cluster is back, or here.",
            ) from None


def _workers(client: Client) -> list[str]:
    return list(client.scheduler_info(n_workers=-1)["workers"])


def _without_password(url: str) -> str:
    if "://" not in url:
        return url  # a file's path
    open_to_all = make_url(url)._replace(password=None).difference_update_query(["password"])
    return open_to_all.render_as_string(hide_password=False)


def _run(order: Order) -> str:
    """Do cells here, on a machine of the cluster, until nothing is left that could be done."""
    refuse_another_version(order.fingerprint)
    with Workspace(_settings(order)) as workspace:
        trials = Trials(workspace.database)
        trial = trials.get(order.name)
        spec = read_spec(trial.spec)
        while True:
            runner = Runner(workspace, trial, spec, threads=order.threads, lease_seconds=order.lease_seconds)
            ended: str = runner.run().ended
            if ended == "running":
                ended = _ended_by_others(trials, trial.id)
            if ended:
                return ended


def _settings(order: Order) -> Settings:
    own = Settings(data=Path(order.data))
    alone = own.scale.model_copy(update={"dask": ""})
    return own.model_copy(update={"database": own.database or order.database, "scale": alone})


def _ended_by_others(trials: Trials, trial_id: str) -> str:
    """Wait while others hold all that is left; say how it ended, or "" when one of them let go of a cell."""
    while True:
        state, counts = trials.state(trial_id), trials.counts(trial_id)
        if state in ("paused", "cancelled"):
            return state
        if counts.get("pending"):
            return ""
        if not counts.get("running"):
            return trials.settle(trial_id)[0].state
        if trials.take_back(trial_id, is_dead) or trials.let_go(trial_id):
            return ""
        time.sleep(_LOOK_SECONDS)
