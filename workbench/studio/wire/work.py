"""Pictures, background work and templates."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

from pydantic import Field

from workbench.store.jobs import Job
from workbench.store.values import Asset
from workbench.studio.project_pictures import PictureState
from workbench.studio.wire.sent import Sent
from workbench.templates.registry import Template


class AssetSent(Sent):
    """A picture of a project; scene source shows it with `image(name)`."""

    id: str
    project_id: str
    name: str
    sha256: str
    media_type: str
    width: int | None
    height: int | None
    bytes: int
    created_at: datetime
    deleted_at: datetime | None

    def value(self) -> Asset:
        """Return the asset."""
        return Asset(**dict(self))


class PictureSent(Sent):
    """A picture with how far its measuring is, what was measured, and what it shows, in words."""

    asset: AssetSent
    state: Literal["queued", "running", "ready", "failed", "expired"]
    facts: dict[str, Any] | None
    alt: str
    error: str
    described: str
    description_error: str


class JobSent(Sent):
    """Background work: how it stands, how far it is, what it made or why it failed."""

    id: str
    kind: str
    project_id: str | None
    state: Literal["queued", "running", "failed", "done", "dead", "cancelled"]
    attempts: int
    most_attempts: int
    due_at: datetime
    result: dict[str, Any] | None
    error: str
    progress: dict[str, Any] | None
    created_at: datetime
    updated_at: datetime


class TemplateSent(Sent):
    """A template: what it is for, its source, and what can be filled in, with defaults."""

    id: str
    title: str
    category: str
    keywords: list[str]
    seconds: float
    formats: list[str]
    about: str
    source: str
    params: dict[str, Any] = Field(description="Defaults by name.")


def asset_sent(asset: Asset) -> AssetSent:
    """Return a picture to be sent, without its bytes."""
    return AssetSent.model_validate(asset)


def picture_sent(picture: PictureState) -> PictureSent:
    """Return a picture with what is known of it, to be sent."""
    fields = ("state", "alt", "error", "described", "description_error")
    return PictureSent(
        asset=asset_sent(picture.asset),
        facts=picture.facts.as_json() if picture.facts else None,
        **{name: getattr(picture, name) for name in fields},
    )


def job_sent(job: Job) -> JobSent:
    """Return a job to be sent; no path of the service's machine goes with it."""
    fields = {name: getattr(job, name) for name in JobSent.model_fields if name != "result"}
    return JobSent(result=None if job.result is None else _public(job.result), **fields)


def template_sent(template: Template) -> TemplateSent:
    """Return a template to be sent."""
    fields = {name: getattr(template, name) for name in TemplateSent.model_fields if name != "params"}
    return TemplateSent(**fields, params={each.name: each.default for each in template.params})


def _public(result: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in result.items() if key != "path"}
