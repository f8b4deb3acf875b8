"""Measuring pictures without making anybody wait: the job, its states, and how to ask again."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import Connection

from workbench.cache import TtlCache
from workbench.events import Event
from workbench.images.facts import facts
from workbench.images.ocr import installed_reader
from workbench.images.values import VERSION, ImageFacts
from workbench.store.analyses import Analyses
from workbench.store.blobs import Blobs
from workbench.store.facts_waiting import wake_waiting
from workbench.store.jobs import Job, Jobs, JobState
from workbench.store.values import Asset
from workbench.studio.describing import Describing
from workbench.studio.working import Outcome, Run, Task

IMAGE_FACTS = "image_facts"
PRIORITY = 1
"""Measuring is short: where one worker does everything, it goes before films (0)."""
HOT_SECONDS = 300.0
MOST_HOT = 256

AnalysisState = Literal["queued", "running", "ready", "failed", "expired"]
HotFacts = TtlCache[tuple[str, int], ImageFacts]
_STATES: Mapping[JobState, AnalysisState] = {
    "queued": "queued",
    "failed": "queued",
    "running": "running",
    "dead": "failed",
    "cancelled": "failed",
    "done": "expired",
}


@dataclass(frozen=True, slots=True)
class Analysis:
    """How far the measuring of a picture is; `error` says why it failed or why it is tried again.

    `expired` means that it was measured and the facts have been cleaned up since.
    """

    asset_id: str
    state: AnalysisState
    facts: ImageFacts | None
    error: str
    job_id: str | None
    attempts: int


class Analysing:
    """Asks for the facts of pictures and tells how far they are."""

    def __init__(self, jobs: Jobs, analyses: Analyses) -> None:
        self._jobs = jobs
        self._analyses = analyses

    def ask(self, connection: Connection, asset_id: str, sha256: str, project_id: str) -> Job:
        """Enqueue the measuring of an asset in the transaction that adds it."""
        payload = {"asset_id": asset_id, "sha256": sha256}
        key = _key(asset_id)
        return self._jobs.enqueue(
            connection, IMAGE_FACTS, payload, key=key, project_id=project_id, priority=PRIORITY
        )

    def of(self, asset: Asset) -> Analysis:
        """Return how far the measuring of an asset is."""
        return self.of_all([asset])[0]

    def of_all(self, assets: Sequence[Asset]) -> tuple[Analysis, ...]:
        """Return how far the measuring of each asset is, in their order, in a few looks at the store."""
        ids = [each.id for each in assets]
        jobs = self._newest_of(ids)  # before the facts, which are there when it is done
        known = self._analyses.of_assets(ids, VERSION)
        return tuple(_analysis(each, jobs.get(each), known.get(each)) for each in ids)

    def again(self, asset: Asset, project_id: str) -> Job:
        """Measure an asset again whose measuring failed or whose facts expired."""
        job = self._newest(asset.id)
        if job is not None and job.state != "done":
            return self._jobs.retry(job.id)
        if job is not None and self._analyses.of_asset(asset.id, VERSION):
            return job
        payload = {"asset_id": asset.id, "sha256": asset.sha256}
        key = f"{_key(asset.id)}:{job.id if job else 'first'}"
        return self._jobs.add(IMAGE_FACTS, payload, key=key, project_id=project_id, priority=PRIORITY)

    def _newest(self, asset_id: str) -> Job | None:
        return self._newest_of([asset_id]).get(asset_id)

    def _newest_of(self, asset_ids: Sequence[str]) -> dict[str, Job]:
        """Return the last job of each asset; asked for again after it was done, one has another key."""
        newest: dict[str, Job] = {}
        wanted = {_key(each): each for each in asset_ids}
        while wanted:
            found = self._jobs.by_keys(wanted)
            newest |= {wanted[key]: job for key, job in found.items()}
            wanted = {
                f"{_key(wanted[key])}:{job.id}": wanted[key]
                for key, job in found.items()
                if job.state == "done"
            }
        return newest


def analyst(
    blobs: Blobs,
    analyses: Analyses,
    hot: HotFacts,
    measure: Callable[[bytes], ImageFacts],
    describing: Describing | None = None,
) -> Run:
    """Return what a worker does with an `image_facts` job, given what measures a picture's bytes.

    A description is asked for where it is wanted.
    """

    def run(task: Task) -> Outcome:
        asset_id, sha256 = task.payload["asset_id"], task.payload["sha256"]
        measured = hot.get((sha256, VERSION), lambda: measure(blobs.get(sha256)))

        def keep(connection: Connection) -> None:
            analyses.keep(connection, asset_id, sha256, VERSION, measured.as_json())
            wake_waiting(connection, asset_id, analyses.now())
            if describing is not None:
                describing.ask(connection, asset_id, sha256, task.job.project_id)

        data: dict[str, Any] = {"asset_id": asset_id, "job_id": task.job.id, "kind": measured.kind}
        ready = Event("image_facts_ready", task.job.project_id, data=data)
        return Outcome({"asset_id": asset_id, "version": VERSION}, keep, (ready,))

    return run


def _analysis(asset_id: str, job: Job | None, known: Mapping[str, Any] | None) -> Analysis:
    found = ImageFacts.from_json(known) if known else None
    if job is None:
        return Analysis(asset_id, "ready" if found else "expired", found, "", None, 0)
    state = "ready" if found else _STATES[job.state]
    error = "It was cancelled." if job.state == "cancelled" else job.error
    return Analysis(asset_id, state, found, error, job.id, job.attempts)


def measured_here(content: bytes) -> ImageFacts:
    """Measure a picture in this process, reading text where a reader is installed."""
    return facts(content, reader=installed_reader())


def _key(asset_id: str) -> str:
    return f"{IMAGE_FACTS}:{VERSION}:{asset_id}"
