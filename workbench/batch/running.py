"""One run of a notebook: papermill executes it, we watch the time, the progress and what is written.

The notebook is kept after every cell, complete and without secrets, so a run that is killed leaves what it
had done. A failing cell, a cell or a run that takes too long, and a kernel that dies are told by cell.
"""

from __future__ import annotations

import gc
import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from nbclient.exceptions import CellTimeoutError, DeadKernelError
from papermill import execute_notebook
from papermill.engines import NBClientEngine, papermill_engines
from papermill.exceptions import PapermillExecutionError
from papermill.iorw import papermill_io

from workbench.batch.catalog import KERNEL, opened
from workbench.batch.ending import ENDED, Ending
from workbench.batch.secrets import Scrubber
from workbench.errors import InputError, NotFound
from workbench.render.outfile import written

_REFUSALS = (InputError.__name__, NotFound.__name__)
"""A kernel tells the names of errors alone."""
_ENGINE = "workbench"
_SCHEME = "workbench-batch://"

OnCell = Callable[[int, int], None]
"""Called with how many cells are done and how many there are."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How long one cell and the whole run may take, in seconds."""

    cell_seconds: float = 3600.0
    total_seconds: float = 6 * 3600.0


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a run ended early: the cell (counted from 1 among all cells), its first line, what it raised.

    `refused` says that what was asked for was wrong, such as a name that does not exist, and nothing broke;
    `stopped` that somebody ended it, by Ctrl-C or SIGTERM.
    """

    cell: int
    line: str
    error: str
    refused: bool = False
    stopped: bool = False

    def __str__(self) -> str:
        place = f"cell {self.cell} ({self.line})" if self.cell else "the notebook"
        return f"{place}: {self.error}"


@dataclass(frozen=True, slots=True)
class Ran:
    """How a run ended; `failure` is None when every cell did."""

    path: Path
    seconds: float
    failure: Failure | None = None


def run_notebook(
    notebook: Path,
    output: Path,
    parameters: Mapping[str, Any],
    *,
    limits: Limits | None = None,
    secrets: Mapping[str, str] | None = None,
    on_cell: OnCell | None = None,
    end: threading.Event | None = None,
) -> Ran:
    """Run a notebook with parameters that were checked before, and keep it at `output`.

    Ctrl-C ends the kernel; once something is kept, it is told as a failure that was `stopped`. Setting `end`
    does the same from another thread.
    """
    limits = limits or Limits()
    begun = time.monotonic()
    ending = Ending(end or threading.Event())
    watch = _Watch(begun, limits, on_cell or _unwatched, ending)
    with _writing(output, Scrubber(secrets or {})) as address, _told_by_us(), ending.heeded():
        try:
            execute_notebook(
                opened(notebook),
                address,
                parameters=dict(parameters),
                engine_name=_ENGINE,
                kernel_name=KERNEL,
                progress_bar=False,
                store_widget_state=False,
                timeout_func=watch.cell_seconds,
                watch=watch,
                kernel_manager_class=ending.kernels(),
            )
            failure = None
        except PapermillExecutionError as error:
            failure = Failure(
                error.cell_index + 1, _first_line(error.source), _told(error), error.ename in _REFUSALS
            )
        except CellTimeoutError:
            failure = watch.failure(watch.why_late())
        except DeadKernelError:
            failure = watch.failure("the kernel died; the system may be short of memory")
        except KeyboardInterrupt:
            if not output.exists() or not output.stat().st_size:
                raise
            failure = replace(watch.failure(ENDED), stopped=True)
        if failure is not None and ending.is_asked:
            failure = replace(failure, error=ENDED, refused=False, stopped=True)
        if failure is not None and failure.stopped:
            gc.collect()  # asyncio tells of the cell then
    return Ran(output, time.monotonic() - begun, failure)


class _Watch:
    """Knows which cell runs and how long it may."""

    def __init__(self, begun: float, limits: Limits, on_cell: OnCell, ending: Ending) -> None:
        self._deadline = begun + limits.total_seconds
        self._limits = limits
        self._on_cell = on_cell
        self._ending = ending
        self._cell = 0
        self._source = ""

    def cell_seconds(self, _cell: Any = None) -> float:
        """Return how long the next cell may take."""
        left = self._deadline - time.monotonic()
        return max(0.05, min(left, self._limits.cell_seconds))

    def begins(self, number: int, source: str) -> None:
        """Hear that a cell begins. Raises KeyboardInterrupt when the run is to end."""
        self._ending.begins()
        self._cell, self._source = number, source

    def ended(self, number: int, total: int) -> None:
        self._on_cell(number, total)

    def why_late(self) -> str:
        if time.monotonic() >= self._deadline:
            return f"the run took longer than {self._limits.total_seconds:g} s"
        return f"it took longer than {self._limits.cell_seconds:g} s"

    def failure(self, error: str) -> Failure:
        return Failure(self._cell, _first_line(self._source), error)


_QUIETLY = ("--log-level=CRITICAL",)
"""A kernel of ours is reached from this machine alone, by a key, and may be ended; cron would mail what it
writes of both, and how a run ended is told by us."""


class _WatchedEngine(NBClientEngine):  # type: ignore[misc]
    """papermill's own engine, which also tells a watch when cells begin and end."""

    @classmethod
    def execute_managed_notebook(
        cls, nb_man: Any, kernel_name: str, *, watch: _Watch, **options: Any
    ) -> None:
        start, complete = nb_man.cell_start, nb_man.cell_complete
        total = len(nb_man.nb.cells)

        def cell_start(cell: Any, cell_index: int, **more: Any) -> None:
            watch.begins(cell_index + 1, cell.source)
            start(cell, cell_index, **more)

        def cell_complete(cell: Any, cell_index: int, **more: Any) -> None:
            complete(cell, cell_index, **more)
            watch.ended(cell_index + 1, total)

        nb_man.cell_start, nb_man.cell_complete = cell_start, cell_complete
        super().execute_managed_notebook(nb_man, kernel_name, extra_arguments=[*_QUIETLY], **options)


class _Writer:
    """Where papermill writes the notebook of each run that goes on: whole, and without secrets."""

    def __init__(self) -> None:
        self.open: dict[str, tuple[Path, Scrubber]] = {}

    def write(self, text: str, address: str) -> None:
        path, scrubber = self.open[address]
        with written(path, durable=False) as partial:
            partial.write_text(scrubber.clean_json(text), encoding="utf-8")

    def read(self, address: str) -> str:
        return self.open[address][0].read_text(encoding="utf-8")

    def pretty_path(self, address: str) -> str:
        return str(self.open[address][0])


_WRITER = _Writer()
papermill_io.register(_SCHEME, _WRITER)
papermill_engines.register(_ENGINE, _WatchedEngine)


@contextmanager
def _writing(path: Path, scrubber: Scrubber) -> Iterator[str]:
    # papermill fills braces of a path with parameters; an address has none
    address = f"{_SCHEME}{path.as_posix().replace('{', '(').replace('}', ')')}"
    path.parent.mkdir(parents=True, exist_ok=True)
    _WRITER.open[address] = (path, scrubber)
    try:
        yield address
    finally:
        del _WRITER.open[address]


@contextmanager
def _told_by_us() -> Iterator[None]:
    """Keep asyncio from telling at length of a cell that was cut off."""
    log = logging.getLogger("asyncio")

    def quiet(record: logging.LogRecord) -> bool:
        return record.levelno >= logging.CRITICAL

    log.addFilter(quiet)
    try:
        yield
    finally:
        log.removeFilter(quiet)


def _told(error: PapermillExecutionError) -> str:
    return f"{error.ename}: {error.evalue}" if error.evalue else str(error.ename)


def _first_line(source: str) -> str:
    lines = [line.strip() for line in source.splitlines() if line.strip()]
    return lines[0][:80] if lines else "empty"


def _unwatched(done: int, total: int) -> None:
    """Watch nothing."""
