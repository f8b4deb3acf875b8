"""Cells on a Dask cluster: every machine takes them from the same ledger, which must be one they all reach.

Only the name of the experiment travels. Each machine opens the database itself and asks models with its own
keys, so no secret is sent.
"""

from __future__ import annotations

from pathlib import Path

from distributed import Client
from distributed import TimeoutError as Late

from workbench.errors import EnvironmentFault
from workbench.experiments.reading import read_spec
from workbench.experiments.running import Runner
from workbench.store.trials import Trials
from workbench.studio.settings import Settings
from workbench.studio.workspace import Workspace

_CONNECT_SECONDS = 15.0


def run_everywhere(address: str, settings: Settings, name: str, threads: int) -> dict[str, str]:
    """Have every machine run the experiment until nothing is left; returns how each ended, by its address."""
    try:
        with Client(address, timeout=_CONNECT_SECONDS, set_as_default=False) as client:
            client.wait_for_workers(1, timeout=_CONNECT_SECONDS)
            workers = list(client.scheduler_info(n_workers=-1)["workers"])
            database = settings.database_url
            tasks = {
                worker: client.submit(
                    _run, str(settings.data), database, name, threads, workers=[worker], pure=False
                )
                for worker in workers
            }
            return {worker: str(task.result()) for worker, task in tasks.items()}
    except (OSError, Late, ValueError) as away:
        raise EnvironmentFault(
            f"The Dask cluster at {address} has no workers or cannot be reached: {away}.",
            remedy="Start `dask scheduler` and `dask worker`, or run here.",
        ) from None


def _run(data: str, database: str, name: str, threads: int) -> str:
    with Workspace(Settings(data=Path(data), database=database)) as workspace:
        trial = Trials(workspace.database).get(name)
        return Runner(workspace, trial, read_spec(trial.spec), threads=threads).run().ended
