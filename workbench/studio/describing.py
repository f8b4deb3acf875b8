"""What a vision model says about a picture: a job after the measuring, never waited for, limited by day.

What was measured stays whatever becomes of it; a failure is shown with the picture and can be tried again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import timedelta
from io import BytesIO
from typing import Any, Protocol, runtime_checkable

import numpy as np
from PIL import Image
from sqlalchemy import Connection

from workbench.brain.model import Model, Usage
from workbench.errors import InputError, ModelFailed
from workbench.events import Event
from workbench.images.opening import open_picture
from workbench.images.values import VERSION, Seen
from workbench.store.analyses import Analyses
from workbench.store.blobs import Blobs
from workbench.store.jobs import Job, Jobs
from workbench.store.jobs_count import asked_since
from workbench.studio.picture_settings import PictureSettings
from workbench.studio.seen_reading import QUESTION, read_seen
from workbench.studio.working import Outcome, Run, Task

DESCRIBE = "describe_picture"
MOST_ATTEMPTS = 3


class Described(Protocol):
    """What a vision model said, and what it took."""

    @property
    def text(self) -> str: ...
    @property
    def usage(self) -> Usage: ...


@runtime_checkable
class Seeing(Protocol):
    """A model that can look at pictures."""

    def describe(self, picture: bytes, media_type: str, question: str) -> Described:
        """Return what it says."""
        ...


class Describing:
    """Asks for descriptions, within the limit of a day."""

    def __init__(self, jobs: Jobs, settings: PictureSettings, wanted: bool) -> None:
        self._jobs = jobs
        self._settings = settings
        self.wanted = wanted

    def ask(self, connection: Connection, asset_id: str, sha256: str, project_id: str | None) -> Job | None:
        """Enqueue a description in the transaction that keeps an asset's facts; None over the limit."""
        now = self._jobs.now()
        if not self.wanted or self._settings.described_a_day <= asked_since(
            connection, DESCRIBE, now - timedelta(days=1)
        ):
            return None
        payload = {"asset_id": asset_id, "sha256": sha256}
        return self._jobs.enqueue(
            connection,
            DESCRIBE,
            payload,
            key=_key(asset_id),
            project_id=project_id,
            most_attempts=MOST_ATTEMPTS,
        )

    def of(self, asset_id: str) -> tuple[str, str]:
        """Return how far an asset's description is, and why it failed; both empty when none is wanted."""
        return self.of_all([asset_id])[0]

    def of_all(self, asset_ids: Sequence[str]) -> tuple[tuple[str, str], ...]:
        """Return the same of each asset, in their order, with one look at the store."""
        jobs = self._jobs.by_keys([_key(each) for each in asset_ids])
        return tuple(self._told(jobs.get(_key(each))) for each in asset_ids)

    def again(self, asset_id: str) -> None:
        """Try a description again that failed."""
        job = self._jobs.by_key(_key(asset_id))
        if job is not None and job.state in ("dead", "cancelled", "failed"):
            self._jobs.retry(job.id)

    def _told(self, job: Job | None) -> tuple[str, str]:
        if job is None:
            return ("over the day's limit", "") if self.wanted else ("", "")
        states = {"done": "ready", "dead": "failed", "cancelled": "failed", "running": "running"}
        return states.get(job.state, "queued"), job.error


def describer(model: Callable[[], Model], blobs: Blobs, analyses: Analyses, settings: PictureSettings) -> Run:
    """Return what a worker does with a `describe_picture` job."""

    def run(task: Task) -> Outcome:
        eyes = model()
        if not isinstance(eyes, Seeing):
            raise InputError("The model cannot look at pictures.", remedy="Set WORKBENCH_MODEL_DESCRIBE.")
        asset_id = str(task.payload["asset_id"])
        content = _reduced(blobs.get(str(task.payload["sha256"])), settings.described_side)
        seen = _seen(eyes, content)

        def keep(connection: Connection) -> None:
            analyses.amend(connection, asset_id, VERSION, {"seen": asdict(seen)})

        data: dict[str, Any] = {"asset_id": asset_id, "job_id": task.job.id, "model": seen.model}
        event = Event("image_described", task.job.project_id, data=data)
        result = {"asset_id": asset_id, "model": seen.model, "cost_usd": seen.cost_usd}
        return Outcome(result, keep, (event,))

    return run


def _seen(eyes: Seeing, content: bytes) -> Seen:
    try:
        said = eyes.describe(content, "image/jpeg", QUESTION)
    except ModelFailed as failure:
        if failure.evidence.get("kind") in ("no_vision", "no_model", "over_budget"):
            raise InputError(failure.message, remedy=failure.remedy) from failure
        raise
    return read_seen(said.text, said.usage)


def _reduced(content: bytes, side: int) -> bytes:
    """Return the picture as a JPEG of at most `side` pixels, on white."""
    pixels = open_picture(content, longest_side=side).pixels.astype(np.uint16)
    opacity = pixels[..., 3:]
    flat = ((pixels[..., :3] * opacity + 255 * (255 - opacity)) // 255).astype(np.uint8)
    target = BytesIO()
    Image.fromarray(flat).save(target, "JPEG", quality=85)
    return target.getvalue()


def _key(asset_id: str) -> str:
    return f"{DESCRIBE}:{VERSION}:{asset_id}"
