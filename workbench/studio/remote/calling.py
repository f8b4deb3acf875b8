"""Calling a service: one connection, errors as the workbench's own, changes that are safe to send again.

Every change carries an idempotency key, so when the connection breaks, or the service is started anew in
between, the same request is sent again and still done once.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any
from uuid import uuid4

import httpx

from workbench import errors, spans
from workbench.errors import EnvironmentFault, InputError, WorkbenchError
from workbench.scene.finding import Finding

TRIES = 6
FIRST_PAUSE_SECONDS = 0.2
LONGEST_WAIT_SECONDS = 10.0
ANSWER_SECONDS = 600.0
_AGAIN = frozenset({429, 503})
_KINDS: Mapping[str, type[WorkbenchError]] = {
    "not-found": errors.NotFound,
    "conflict": errors.Conflict,
    "already-done": errors.Conflict,
    "wrong-input": errors.InputError,
    "too-large": errors.InputError,
    "not-known": errors.InputError,
    "not-allowed": errors.InputError,
    "scene-broken": errors.SceneBroken,
    "cancelled": errors.Cancelled,
    "model-failed": errors.ModelFailed,
    "render-failed": errors.RenderFailed,
    "environment": errors.EnvironmentFault,
    "busy": errors.Busy,
    "too-slow": errors.TooSlow,
}
_PROBLEM_FIELDS = frozenset(
    {"type", "title", "status", "detail", "message", "remedy", "instance", "findings"}
)


class Calling:
    """A connection to a service for one token; a context manager, harmless to close twice."""

    def __init__(
        self,
        url: str,
        token: str,
        *,
        transport: httpx.BaseTransport | None = None,
        pause: Callable[[float], object] = time.sleep,
    ) -> None:
        if not url.startswith(("http://", "https://")):
            raise InputError(
                f"{url!r} is no address of a service.", remedy="Give one such as http://127.0.0.1:8600."
            )
        if not token:
            raise InputError("No token was given.", remedy="Give token=..., or set WORKBENCH_TOKEN.")
        self.url = url.rstrip("/")
        self._pause = pause
        self.when_closed: list[Callable[[], object]] = []
        self._client = httpx.Client(
            base_url=self.url,
            headers={"Authorization": f"Bearer {token}"},
            timeout=httpx.Timeout(ANSWER_SECONDS, connect=10.0),
            transport=transport,
        )

    def get(self, path: str, **query: Any) -> Any:
        """Return what the service answers as data."""
        return self.call("GET", path, query=query).json()

    def bytes(self, path: str, **query: Any) -> bytes:
        """Return what the service answers as bytes."""
        return self.call("GET", path, query=query).content

    def post(self, path: str, body: Any = None, **options: Any) -> Any:
        """Send a change, once, and return what the service answers as data."""
        answer = self.call("POST", path, json=body, **options)
        return answer.json() if answer.content else None

    def call(
        self, method: str, path: str, *, query: Mapping[str, Any] | None = None, **options: Any
    ) -> httpx.Response:
        """Send a request, again when nobody answered or it was too early; raises what the service tells."""
        headers = {**spans.carried(), **options.pop("headers", {})}
        headers.pop("baggage", None)
        if method != "GET":
            headers.setdefault("Idempotency-Key", str(uuid4()))
        known = {key: value for key, value in (query or {}).items() if value is not None}
        for left in range(TRIES - 1, -1, -1):
            try:
                answer = self._client.request(method, path, params=known, headers=headers, **options)
            except httpx.TransportError as failure:
                if not left:
                    raise self._unreachable(failure) from failure
                self._pause(FIRST_PAUSE_SECONDS * 2 ** (TRIES - 1 - left))
                continue
            wait = _wait_seconds(answer)
            if wait is None or not left or wait > LONGEST_WAIT_SECONDS:
                break
            self._pause(wait)
        if answer.is_success:
            return answer
        raise error_of(answer.status_code, document(answer))

    def stream(self, method: str, path: str, **options: Any) -> Any:
        """Return an open answer that is read piece by piece, as a context manager."""
        return self._client.stream(method, path, **options)

    def unreachable(self, failure: Exception) -> EnvironmentFault:
        """Return the error for a service that does not answer."""
        return self._unreachable(failure)

    def _unreachable(self, failure: Exception) -> EnvironmentFault:
        return EnvironmentFault(
            f"The service at {self.url} cannot be reached: {failure or type(failure).__name__}.",
            remedy="Look whether `workbench serve` runs there.",
        )

    def close(self) -> None:
        """End the connection, and what depends on it; twice does no harm."""
        while self.when_closed:
            self.when_closed.pop()()
        self._client.close()


def error_of(status: int, told: Mapping[str, Any]) -> WorkbenchError:
    """Return a problem document as the error it was made from; a proxy's own may say `message`."""
    kind = _KINDS.get(str(told.get("type", "")).rpartition(":")[2], WorkbenchError)
    evidence = {key: value for key, value in told.items() if key not in _PROBLEM_FIELDS}
    if "findings" in told:
        evidence["findings"] = tuple(Finding(**each) for each in told["findings"])
    message = str(told.get("detail") or told.get("message") or f"The service answered {status}.")
    return kind(message, remedy=str(told.get("remedy", "")), **evidence)


def document(answer: httpx.Response) -> Mapping[str, Any]:
    """Return what an answer says as a document; nothing when it is none, as a proxy's own page."""
    try:
        told = answer.json()
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}


def _wait_seconds(answer: httpx.Response) -> float | None:
    """Return after how long it makes sense to send the request again; None when it does not."""
    told = answer.headers.get("retry-after", "")
    early = answer.status_code in _AGAIN or (answer.status_code == 409 and told)
    return float(told) if early and told.isdecimal() else None
