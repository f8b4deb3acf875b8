"""Sending telemetry's files to object storage, beside the work: a thread that nobody waits for.

What is recorded lies in the folder first, as without a storage, so `kill -9` and a storage that is away lose
nothing more. Files wait there and are sent later, by whichever process of this machine gets the lease; to
send one twice is harmless. A failure is counted, told by `state`, and tried again after longer
and longer pauses.
"""

from __future__ import annotations

import hashlib
import os
import socket
import threading
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from importlib import import_module
from pathlib import Path

from workbench.clock import Clock, SystemClock
from workbench.errors import Conflict
from workbench.identity import new_id
from workbench.store.leasing import Lease
from workbench.telemetry.depot import Depot
from workbench.telemetry.segments import Manifest, Segment
from workbench.telemetry.texts import texts

SHIP_SECONDS = 30.0
CACHE_BYTES = 2 * 2**30
_LONGEST_PAUSE_SECONDS = 600.0
_EXTEND_EVERY = 20


@dataclass(frozen=True, slots=True)
class Storage:
    """Where files are sent, how old they are then, and how many bytes of those that were sent stay here."""

    address: str
    ship_seconds: float = SHIP_SECONDS
    cache_bytes: int = CACHE_BYTES


@dataclass(frozen=True, slots=True)
class ShippingState:
    """Files this process sent, those that wait on this machine, and how often the storage failed, and why."""

    address: str
    sent: int
    waiting: int
    failures: int
    trouble: str


class Shipper:
    """Sends what lies here and is old enough; `start` does it in a thread, `run` does it once."""

    def __init__(
        self,
        manifest: Manifest,
        depot: Depot,
        storage: Storage,
        *,
        clock: Clock | None = None,
    ) -> None:
        self._manifest = manifest
        self.depot = depot
        self._seconds = storage.ship_seconds
        self._cache_bytes = storage.cache_bytes
        self._clock = clock or SystemClock()
        self._sent = 0
        self._closing = threading.Event()
        self._thread: threading.Thread | None = None
        machine = hashlib.sha256(f"{socket.gethostname()}:{depot.folder}".encode()).hexdigest()[:16]
        holder = f"{socket.gethostname()[:30]}:{os.getpid()}:{new_id()[-6:]}"
        self._lease = Lease(manifest.database, f"telemetry.ship:{machine}", holder)

    @classmethod
    def of(cls, folder: Path, manifest: Manifest, storage: Storage, *, clock: Clock | None = None) -> Shipper:
        """Return the one that sends what lies in a telemetry folder."""
        return cls(manifest, Depot(folder, storage.address), storage, clock=clock)

    @property
    def state(self) -> ShippingState:
        """How it goes; reads the list of files."""
        waiting = sum(1 for _ in self.depot.waiting(self._manifest.live()))
        depot = self.depot
        return ShippingState(depot.address, self._sent, waiting, depot.failures, depot.trouble)

    def start(self) -> None:
        """Begin to send, a while from now and then again and again."""
        self._thread = threading.Thread(target=self._go_on, name="telemetry-shipping", daemon=True)
        self._thread.start()

    def run(self, *, everything: bool = False) -> int:
        """Send what is old enough, or everything, and tidy up here; returns how many were sent.

        Raises what the storage raises, and Conflict while another process of this machine is at it.
        """
        self._adopt()
        until = self._clock.now() - timedelta(seconds=0 if everything else self._seconds)
        live = self._manifest.live()
        ready = [each for each in self.depot.waiting(live) if each.created_at <= until]
        if ready:
            self._lease.acquire()
            try:
                self._send(ready)
            finally:
                self._lease.release()
            self.depot.trouble = ""
        self.depot.forget(self._manifest.names)
        self.depot.make_room(live, self._cache_bytes)
        return len(ready)

    def close(self, patience_seconds: float = 5.0) -> None:
        """Send what is left, when sending had begun and for so long at most. Twice is once."""
        self._closing.set()
        if self._thread is not None:
            self._thread.join(patience_seconds)
            self._thread = None

    def _adopt(self) -> None:
        if texts(self.depot.folder):
            import_module("workbench.telemetry.spool").adopt_spool(self.depot.folder, self._manifest)

    def _send(self, ready: Sequence[Segment]) -> None:
        for number, segment in enumerate(ready, 1):
            with suppress(FileNotFoundError):  # another process of this machine has merged it meanwhile
                self.depot.send(segment)
                self._sent += 1
            if number % _EXTEND_EVERY == 0:
                with self._manifest.database.write() as connection:
                    self._lease.extend(connection)

    def _go_on(self) -> None:
        pause = self._seconds
        began = False
        while not self._closing.wait(pause):
            began = True
            pause = self._seconds if self._tried() else min(_LONGEST_PAUSE_SECONDS, pause * 2)
        if began and not self.depot.trouble:
            self._tried(everything=True)

    def _tried(self, *, everything: bool = False) -> bool:
        """Send, and never raise: nobody waits for it, and `state` tells."""
        try:
            self.run(everything=everything)
        except Conflict:
            return True
        except Exception as failure:  # noqa: BLE001 - storage and database may raise anything
            with suppress(Exception):
                self.depot.failed(failure)
            return False
        return True
