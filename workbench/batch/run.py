"""A batch from start to end: find the notebook, check the parameters, run it, keep what it made."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from workbench.batch import keeping
from workbench.batch.catalog import find
from workbench.batch.parameters import chosen, declared
from workbench.batch.running import Failure, Limits, OnCell, run_notebook
from workbench.batch.secrets import Scrubber, secrets_in
from workbench.clock import Clock, SystemClock


@dataclass(frozen=True, slots=True)
class Batch:
    """What to run: a short name or a path, and its parameters as words, as `name=text`, or as values."""

    name: str
    words: Sequence[str] = ()
    pairs: Sequence[str] = ()
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Report:
    """How a batch ended and where its files are; `html` is None when it was not wanted."""

    notebook: Path
    html: Path | None
    record: Mapping[str, Any]
    failure: Failure | None

    @property
    def ok(self) -> bool:
        """Whether every cell ran to its end."""
        return self.failure is None


class Stopped(KeyboardInterrupt):
    """Somebody ended a run; what was done is in its report."""

    def __init__(self, report: Report) -> None:
        super().__init__()
        self.report = report


def run_batch(
    batch: Batch,
    folder: Path,
    *,
    environment: Mapping[str, str],
    limits: Limits | None = None,
    html: bool = True,
    clock: Clock | None = None,
    on_cell: OnCell | None = None,
    cluster: str = "",
) -> Report:
    """Run a batch and keep its notebook, page and record below `folder`, by day.

    Wrong parameters raise InputError before anything runs. A notebook that fails is no exception: its
    failure is in the report; one that is ended by Ctrl-C raises Stopped with it, without a page. The
    secrets of `environment` are in none of the files. `cluster` is the address of a Dask scheduler, one of
    whose machines runs it.
    """
    logging.getLogger("papermill").setLevel(logging.CRITICAL)
    notebook = find(batch.name)
    secrets = secrets_in(environment)
    parameters = chosen(
        declared(notebook), words=batch.words, pairs=batch.pairs, values=batch.values, secrets=secrets
    )
    started = (clock or SystemClock()).now()
    name = Path(batch.name).stem
    output = keeping.place_for(folder, name, started)
    try:
        if cluster:
            from workbench.batch.on_cluster import run_on_cluster

            ran = run_on_cluster(
                cluster, notebook, output, parameters, limits=limits or Limits(), secrets=secrets
            )
        else:
            ran = run_notebook(notebook, output, parameters, limits=limits, secrets=secrets, on_cell=on_cell)
    except BaseException:
        if output.exists() and not output.stat().st_size:
            output.unlink()
        raise
    scrubber = Scrubber(secrets)
    failure = ran.failure
    if failure is not None:
        failure = replace(failure, line=scrubber.clean(failure.line), error=scrubber.clean(failure.error))
        keeping.mark_failure(output, failure)
    record = keeping.keep_record(ran, name, parameters, started, scrubber)
    if failure is not None and failure.stopped:
        raise Stopped(Report(output, None, record, failure))
    return Report(output, keeping.write_html(output) if html else None, record, failure)
