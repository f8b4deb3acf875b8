"""A batch run by a machine of a Dask cluster: the notebook goes there, what it became comes back.

The kernel has the machine's environment: the database and the storage it uses are those that the machine
is set up with. A machine that is lost makes the run begin again on another, so a notebook that changes
something must be one that may run twice, as the shipped ones may.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from distributed import CancelledError, Client
from distributed import TimeoutError as Late
from distributed.scheduler import KilledWorker

from workbench.batch.running import Failure, Limits, Ran, run_notebook
from workbench.batch.secrets import Scrubber, secrets_in
from workbench.errors import EnvironmentFault
from workbench.render.outfile import written

_CONNECT_SECONDS = 15.0


def run_on_cluster(
    address: str,
    notebook: Path,
    output: Path,
    parameters: Mapping[str, Any],
    *,
    limits: Limits,
    secrets: Mapping[str, str],
) -> Ran:
    """Run a notebook on the cluster and keep it at `output` here; see `run_notebook`."""
    begun = time.monotonic()
    try:
        with Client(address, timeout=_CONNECT_SECONDS, set_as_default=False) as client:
            client.wait_for_workers(1, timeout=_CONNECT_SECONDS)
            content, failure = client.submit(
                _run,
                notebook.name,
                notebook.read_text(encoding="utf-8"),
                dict(parameters),
                limits,
                pure=False,
            ).result()
    except (KilledWorker, CancelledError) as lost:
        content, failure = (
            notebook.read_text(encoding="utf-8"),
            Failure(0, "", f"the cluster was lost: {lost}"),
        )
    except (OSError, Late, ValueError) as away:
        raise EnvironmentFault(
            f"The Dask cluster at {address} has no workers or cannot be reached: {away}.",
            remedy="Start `dask scheduler` and `dask worker`, or run without --cluster.",
        ) from None
    with written(output, durable=False) as partial:
        partial.write_text(Scrubber(secrets).clean_json(content), encoding="utf-8")
    return Ran(output, time.monotonic() - begun, failure)


def _run(name: str, content: str, parameters: dict[str, Any], limits: Limits) -> tuple[str, Failure | None]:
    """Run a notebook here, on a machine of the cluster; what comes back is free of its secrets."""
    secrets = secrets_in(os.environ)
    with tempfile.TemporaryDirectory(prefix="workbench-batch-") as folder:
        notebook, output = Path(folder) / name, Path(folder) / "output.ipynb"
        notebook.write_text(content, encoding="utf-8")
        ran = run_notebook(notebook, output, parameters, limits=limits, secrets=secrets)
        clean = Scrubber(secrets).clean
        failed = ran.failure and replace(
            ran.failure, line=clean(ran.failure.line), error=clean(ran.failure.error)
        )
        return output.read_text(encoding="utf-8"), failed
