"""Reaching a `dask.distributed` cluster, and refusing a machine of it that would not do the same."""

from __future__ import annotations

from distributed import Client
from distributed import TimeoutError as Late

from workbench.errors import EnvironmentFault
from workbench.render.chunk_cache import renderer_fingerprint
from workbench.render.painters import CONNECT_SECONDS


def connected(address: str, instead: str, *, seconds: float = CONNECT_SECONDS) -> Client:
    """Return a client of the cluster, which has a worker; `instead` says what else the caller may do.

    A connection that is lost is tried again for as many seconds, then the client is closed.
    """
    try:
        client = Client(address, timeout=seconds, set_as_default=False)
        try:
            client.wait_for_workers(1, timeout=seconds)
        except BaseException:
            client.close()
            raise
    except (OSError, Late, ValueError) as failure:
        raise EnvironmentFault(
            f"The Dask cluster at {address} has no workers or cannot be reached: {failure}.",
            remedy=f"Start `dask scheduler` and `dask worker`, or {instead}.",
        ) from None
    return client


def refuse_another_version(fingerprint: str) -> None:
    """Raise EnvironmentFault unless this machine paints with the code and libraries of that fingerprint."""
    if renderer_fingerprint() != fingerprint:
        raise EnvironmentFault(
            "A machine of the cluster has another version of the workbench or of its libraries.",
            remedy="Install the same requirements.lock on every machine; films would differ else.",
        )
