"""Who is told: the log, and a web address that gets signed JSON.

A webhook's request carries `X-Workbench-Time` (seconds since 1970) and `X-Workbench-Signature`, the
HMAC-SHA256 in hexadecimal of `time.body` under the shared secret. A receiver checks both and refuses old
times; `Idempotency-Key` is the same when a notice is sent again.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
from collections.abc import Mapping
from typing import Any, Protocol

import httpx

from workbench.clock import Clock, SystemClock
from workbench.errors import InputError, WorkbenchError
from workbench.store.jobs import Job, Jobs
from workbench.telemetry.alert_book import NOTICE

LEAST_SECRET_LETTERS = 16
_SECONDS = 10.0
_WORTH_TRYING_AGAIN = (408, 425, 429)
_log = logging.getLogger("workbench.alerts")


class Sink(Protocol):
    """Somebody who is told of alerts; raises when the notice did not arrive."""

    def tell(self, notice: Mapping[str, Any], key: str) -> None:
        """Take one notice; `key` is the same whenever it is sent again."""
        ...


class LogSink:
    """Writes one line a notice to the log `workbench.alerts`."""

    def tell(self, notice: Mapping[str, Any], key: str) -> None:  # noqa: ARG002 - a log may say it twice
        alert = notice["alert"]
        level = logging.ERROR if notice["notice"] == "firing" else logging.INFO
        _log.log(level, "%s %s (%s): %s", alert["rule"], notice["notice"], alert["severity"], alert["told"])


class WebhookSink:
    """Posts each notice to an address, signed; nothing is sent unless an address is set."""

    def __init__(
        self, address: str, secret: str, *, clock: Clock | None = None, client: httpx.Client | None = None
    ) -> None:
        if len(secret) < LEAST_SECRET_LETTERS:
            raise InputError(
                f"The webhook's secret has {len(secret)} letters.",
                remedy=f"Set WORKBENCH_ALERT_WEBHOOK_SECRET to at least {LEAST_SECRET_LETTERS} random ones.",
            )
        self._address = address
        self._secret = secret.encode()
        self._clock = clock or SystemClock()
        self._client = client or httpx.Client(timeout=_SECONDS, follow_redirects=False)

    def tell(self, notice: Mapping[str, Any], key: str) -> None:
        body = json.dumps(notice, sort_keys=True).encode()
        sent_at = str(int(self._clock.now().timestamp()))
        headers = {
            "content-type": "application/json",
            "idempotency-key": hashlib.sha256(key.encode()).hexdigest(),
            "x-workbench-time": sent_at,
            "x-workbench-signature": signature(self._secret, sent_at, body),
        }
        answer = self._client.post(self._address, content=body, headers=headers)
        if answer.is_success:
            return
        failed = InputError if _final(answer.status_code) else WorkbenchError
        raise failed(
            f"The webhook answered {answer.status_code}.", remedy="Look at the receiver's log and the secret."
        )


def signature(secret: bytes, sent_at: str, body: bytes) -> str:
    """Return what a receiver must find in `X-Workbench-Signature`."""
    return hmac.new(secret, sent_at.encode() + b"." + body, hashlib.sha256).hexdigest()


def deliver(jobs: Jobs, sinks: Mapping[str, Sink], *, holder: str = "alerts", most: int = 50) -> int:
    """Send the notices that are due and return how many arrived; what fails is tried again later."""
    arrived = 0
    for _ in range(most):
        held = jobs.claim([NOTICE], holder)
        if held is None:
            break
        arrived += _told(jobs, held, sinks)
    return arrived


def _told(jobs: Jobs, held: Job, sinks: Mapping[str, Sink]) -> bool:
    sink = sinks.get(held.payload["sink"])
    if sink is None:
        jobs.fail(held, f"There is no sink {held.payload['sink']!r} here.", again=False)
        return False
    notice = {"notice": held.payload["notice"], "alert": held.payload["alert"]}
    try:
        sink.tell(notice, held.key)
    except InputError as wrong:
        jobs.fail(held, str(wrong), again=False)
    except Exception as failure:  # noqa: BLE001 - a sink may raise anything
        jobs.fail(held, f"{type(failure).__name__}: {failure}")
    else:
        with jobs.finishing(held, {}):
            return True
    return False


def _final(status: int) -> bool:
    return 300 <= status < 500 and status not in _WORTH_TRYING_AGAIN
