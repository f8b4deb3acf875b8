"""Who paints the films of a workspace: processes here, or the cluster that the settings name."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from workbench.errors import Cancelled, EnvironmentFault
from workbench.render.crew import Crew
from workbench.render.painters import CONNECT_SECONDS, Painters
from workbench.studio.settings import Settings

FILM_NICENESS = 10
"""Films give way to whoever waits: pictures being measured, prompts, stills. Alone they have it all."""


class PaintShop:
    """Lends painters, one film at a time; a cluster is connected to when the first film needs it.

    A cluster that went away is connected to anew by the next film, which waits `connect_seconds` for it.
    """

    def __init__(self, settings: Settings, *, connect_seconds: float = CONNECT_SECONDS) -> None:
        self._workers = settings.workers
        self._cluster = settings.scale.dask
        self._connect_seconds = connect_seconds
        self._painters: Painters | None = None
        self._closed = False
        self._filming = threading.Lock()

    @contextmanager
    def crew(self) -> Iterator[Painters]:
        """Give the painters, which stay open for the next film."""
        with self._filming:
            painters = self._painters
            if painters is not None and painters.lost:
                self._leave()
                painters = None
            if self._closed:
                raise Cancelled("The workspace was closed.")
            if painters is None:
                painters = self._painters = self._found()
            yield painters

    def close(self) -> None:
        """End the processes, or leave the cluster; films that wait are cancelled."""
        self._closed = True
        self._leave()

    def _leave(self) -> None:
        painters, self._painters = self._painters, None
        if painters is not None:
            painters.close()

    def _found(self) -> Painters:
        if self._cluster:
            return dask_crew(self._cluster, self._connect_seconds)
        return Crew(self._workers, niceness=FILM_NICENESS)


def dask_crew(address: str, connect_seconds: float) -> Painters:
    """Return the painters of the Dask cluster at `address`; Dask is imported here and not before."""
    try:
        from workbench.render.dask_crew import DaskCrew
    except ImportError:
        raise EnvironmentFault(
            "WORKBENCH_DASK names a cluster and Dask is not installed.",
            remedy="pip install distributed, or unset WORKBENCH_DASK.",
        ) from None
    return DaskCrew(address, connect_seconds=connect_seconds)
