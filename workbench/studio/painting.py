"""Who paints the films of a workspace: processes here, or the cluster that the settings name."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from workbench.errors import EnvironmentFault
from workbench.render.crew import Crew
from workbench.render.painters import Painters
from workbench.studio.settings import Settings

FILM_NICENESS = 10
"""Films give way to whoever waits: pictures being measured, prompts, stills. Alone they have it all."""


class PaintShop:
    """Lends painters, one film at a time; a cluster is connected to when the first film needs it."""

    def __init__(self, settings: Settings) -> None:
        self._workers = settings.workers
        self._cluster = settings.scale.dask
        self._painters: Painters | None = None
        self._filming = threading.Lock()

    @contextmanager
    def crew(self) -> Iterator[Painters]:
        """Give the painters, which stay open for the next film."""
        with self._filming:
            if self._painters is None:
                self._painters = (
                    dask_crew(self._cluster) if self._cluster else Crew(self._workers, niceness=FILM_NICENESS)
                )
            yield self._painters

    def close(self) -> None:
        """End the processes, or leave the cluster."""
        if self._painters is not None:
            self._painters.close()


def dask_crew(address: str) -> Painters:
    """Return the painters of the Dask cluster at `address`; Dask is imported here and not before."""
    try:
        from workbench.render.dask_crew import DaskCrew
    except ImportError:
        raise EnvironmentFault(
            "WORKBENCH_DASK names a cluster and Dask is not installed.",
            remedy="pip install distributed, or unset WORKBENCH_DASK.",
        ) from None
    return DaskCrew(address)
