"""A batch run by a machine of a Dask cluster: the notebook goes there, what it became comes back.

The kernel has the machine's environment: the database and the storage it uses are those that the machine
is set up with, and so what the notebook makes is made there. It asks no cluster itself, for it might wait
for the very worker that it occupies. A machine that is lost makes the run begin again on another, so a
notebook that changes something must be one that may run twice, as the shipped ones may.

Ctrl-C here ends the run there, and what it had done comes back. A run that nobody waits for any more, since
the process that asked for it was killed, ends as well: its notebook would come back to nobody.
"""

from __future__ import annotations

import os
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import uuid4

from distributed import CancelledError, Client, Future, get_worker
from distributed import TimeoutError as Late
from distributed.scheduler import KilledWorker

from workbench.batch.ending import ENDED, HEED_SECONDS
from workbench.batch.running import Failure, Limits, Ran, run_notebook
from workbench.batch.secrets import Scrubber, secrets_in
from workbench.errors import WorkbenchError
from workbench.render.chunk_cache import renderer_fingerprint
from workbench.render.dask_cluster import connected, refuse_another_version
from workbench.render.outfile import written

_LOOK_SECONDS = 1.0
_PATIENCE_SECONDS = HEED_SECONDS + 45.0
_GOES_ON = (
    f"{ENDED}; its machine of the cluster did not say that the notebook ended, and may go on with it: "
    "starting its `dask worker` anew ends it"
)

Came = tuple[str, Failure | None]
"""What a notebook became, and why it ended early."""

_HERE: dict[str, threading.Event] = {}
"""On a machine of the cluster: the runs that go on here, and what ends them."""


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
    wrong there is the run's failure. Ctrl-C ends it there; a second one no longer waits for what it had done.
    """
    begun = time.monotonic()
    content = notebook.read_text(encoding="utf-8")
    with connected(address, "run without --cluster") as client:
        run = uuid4().hex
        order = (run, notebook.name, content, dict(parameters), limits, renderer_fingerprint())
        task = client.submit(_run, *order, key=_key(run), pure=False)
        try:
            came, failure = _came(task, content)
        except KeyboardInterrupt:
            if not _end_there(client, task, run):
                raise
            came, failure = _came_in_time(task, content)
    with written(output, durable=False) as partial:
        partial.write_text(Scrubber(secrets).clean_json(came), encoding="utf-8")
    return Ran(output, time.monotonic() - begun, failure)


def _key(run: str) -> str:
    return f"workbench-batch-{run}"


def _came(task: Future[Came], untouched: str) -> Came:
    try:
        came: Came = task.result()
    except WorkbenchError:
        raise
    except (KilledWorker, CancelledError) as lost:
        return untouched, Failure(0, "", f"the cluster was lost: {lost}")
    except Exception as error:  # noqa: BLE001 - whatever went wrong there is the run's failure
        told = f"the cluster's machine failed with {type(error).__name__}: {error}"
        return untouched, Failure(0, "", told)
    return came


def _end_there(client: Client, task: Future[Came], run: str) -> bool:
    """Have the run end wherever it goes on; False when it goes on nowhere, and does not begin any more."""
    told: Mapping[str, bool] = {}
    with suppress(OSError):  # the scheduler is gone, and the run ends with it
        told = client.run(_end, run, on_error="ignore")
    if any(told.values()) or task.done():
        return True
    task.cancel()
    return False


def _came_in_time(task: Future[Came], untouched: str) -> Came:
    try:
        task.exception(timeout=_PATIENCE_SECONDS)
    except Late:
        return untouched, Failure(0, "", _GOES_ON, stopped=True)
    return _came(task, untouched)


def _end(run: str) -> bool:
    """Have a run that goes on here end; says whether it does."""
    end = _HERE.get(run)
    if end is not None:
        end.set()
    return end is not None


def _run(
    run: str, name: str, content: str, parameters: dict[str, Any], limits: Limits, fingerprint: str
) -> Came:
    """Run a notebook here, on a machine of the cluster; what comes back is free of its secrets."""
    refuse_another_version(fingerprint)
    os.environ.pop("WORKBENCH_DASK", None)
    secrets = secrets_in(os.environ)
    with tempfile.TemporaryDirectory(prefix="workbench-batch-") as folder, _here(run) as end:
        notebook, output = Path(folder) / name, Path(folder) / "output.ipynb"
        notebook.write_text(content, encoding="utf-8")
        ran = run_notebook(notebook, output, parameters, limits=limits, secrets=secrets, end=end)
        clean = Scrubber(secrets).clean
        failed = ran.failure and replace(
            ran.failure, line=clean(ran.failure.line), error=clean(ran.failure.error)
        )
        return output.read_text(encoding="utf-8"), failed


@contextmanager
def _here(run: str) -> Iterator[threading.Event]:
    """Give what ends that run: it is set from afar, or when nobody wants the run any more."""
    end, over = threading.Event(), threading.Event()
    _HERE[run] = end
    watch = threading.Thread(target=_look, args=(_wanted(_key(run)), end, over), daemon=True)
    watch.start()
    try:
        yield end
    finally:
        over.set()
        watch.join()
        del _HERE[run]


def _look(is_wanted: Callable[[], bool], end: threading.Event, over: threading.Event) -> None:
    while not over.wait(_LOOK_SECONDS):
        if not is_wanted():
            end.set()
            return


def _wanted(key: str) -> Callable[[], bool]:
    """Return what says whether the cluster still wants the task of that key, which is at work here."""
    try:
        tasks = get_worker().state.tasks
    except ValueError:  # not called by a cluster
        return lambda: True

    def is_wanted() -> bool:
        task = tasks.get(key)
        return task is not None and task.state != "cancelled"

    return is_wanted
