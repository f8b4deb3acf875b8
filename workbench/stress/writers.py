"""People who write down what was acknowledged to them, to be held against the database afterwards."""

from __future__ import annotations

import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

import httpx

from workbench.stress.target import Target

_RETRIED = (409, 429, 500, 502, 503, 504)
_SOURCE = 'text("x", size=96, color="white", name="title")\n'
_PAUSE_SECONDS = 0.15


@dataclass
class Writer:
    """Adds scenes of names that are used once, each under its own key, until it is answered.

    `acknowledged` are the names that the service said yes to. A request that failed is sent again under
    the same key, as a client does that wants a thing done once.
    """

    target: Target
    number: int
    label: Callable[[], str]
    stop: threading.Event
    acknowledged: list[str] = field(default_factory=list)
    refused: Counter[str] = field(default_factory=Counter)
    waits: list[tuple[float, float]] = field(default_factory=list)

    @property
    def project(self) -> str:
        """Return the name of the project that it alone writes to."""
        return f"drill {self.number}"

    def work(self) -> None:
        """Write until stopped; the last request is seen through."""
        self._through("POST", "/projects", {"name": self.project, "format": "320x180"})
        count = 0
        while not self.stop.wait(_PAUSE_SECONDS):
            count += 1
            name = f"{self.label()} {self.number}-{count}"
            begun = time.monotonic()
            body = {"kind": "add_scene", "name": name, "source": _SOURCE, "duration_seconds": 1}
            if self._through("POST", f"/projects/{self.project}/actions", body):
                self.acknowledged.append(name)
                self.waits.append((begun, time.monotonic()))

    def _through(self, method: str, path: str, body: dict[str, object]) -> bool:
        headers = {
            "Authorization": f"Bearer {self.target.tokens[self.number]}",
            "Idempotency-Key": str(uuid.uuid4()),
        }
        ends = time.monotonic() + 120
        while time.monotonic() < ends:
            try:
                answer = httpx.request(method, self.target.url + path, json=body, headers=headers, timeout=60)
            except httpx.HTTPError as failure:
                self.refused[type(failure).__name__] += 1
                time.sleep(_PAUSE_SECONDS)
                continue
            if answer.is_success:
                return True
            self.refused[str(answer.status_code)] += 1
            if answer.status_code not in _RETRIED:
                return False
            time.sleep(_PAUSE_SECONDS)
        return False
