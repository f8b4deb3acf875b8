"""A batch run by a machine of a Dask cluster: the notebook goes there, what it became comes back.

The kernel has the machine's environment: the database and the storage it uses are those that the machine
is set up with, and so what the notebook makes is made there. It asks no cluster itself, for it might wait
for the very worker that it occupies. A machine that is lost makes the run begin again on another, so a
notebook that changes something must be one that may run twice, as the shipped ones may.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from distributed import CancelledError, Future
from distributed.scheduler import KilledWorker

from workbench.batch.running import Failure, Limits, Ran, run_notebook
from workbench.batch.secrets import Scrubber, secrets_in
from workbench.errors import WorkbenchError
from workbench.render.chunk_cache import renderer_fingerprint
from workbench.render.dask_cluster import connected, refuse_another_version
from workbench.render.outfile import written

Came = tuple[str, Failure | None]
"""What a notebook became, and why it ended early."""


def run_on_cluster(
    address: str,
    notebook: Path,
    output: Path,
    parameters: Mapping[str, Any],
    *,
    limits: Limits,
    secrets: Mapping[str, str],
) -> Ran:
    """Run a notebook on the cluster and keep it at `output` here; see `run_notebook`.

    Raises EnvironmentFault when there is no cluster or its machine has another version. What else goes
    wrong there is the run's failure.
    """
    begun = time.monotonic()
    content = notebook.read_text(encoding="utf-8")
    with connected(address, "run without --cluster") as client:
        order = (notebook.name, content, dict(parameters), limits, renderer_fingerprint())
        came, failure = _came(client.submit(_run, *order, pure=False), content)
    with written(output, durable=False) as partial:
        partial.write_text(Scrubber(secrets).clean_json(came), encoding="utf-8")
    return Ran(output, time.monotonic() - begun, failure)


def _came(task: Future[Came], untouched: str) -> Came:
    try:
        error = task.exception()
    except CancelledError as lost:
        error = lost
    if error is None:
        came: Came = task.result()
        return came
    if isinstance(error, WorkbenchError):
        raise error
    if isinstance(error, (KilledWorker, CancelledError)):
        return untouched, Failure(0, "", f"the cluster was lost: {error}")
    return untouched, Failure(0, "", f"the cluster's machine failed with {type(error).__name__}: {error}")


def _run(name: str, content: str, parameters: dict[str, Any], limits: Limits, fingerprint: str) -> Came:
    """Run a notebook here, on a machine of the cluster; what comes back is free of its secrets."""
    refuse_another_version(fingerprint)
    os.environ.pop("WORKBENCH_DASK", None)
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
