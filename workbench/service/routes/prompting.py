"""How a project's prompts are put to models: versions that never change, and which of them is in use."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from workbench.service.access import OwnStudio
from workbench.service.once import OnceRoute
from workbench.service.problems import problem_responses
from workbench.store.prompts import LIVE
from workbench.studio.wire.prompts import (
    PromptMoveSent,
    PromptsSent,
    PromptVersionSent,
    prompts_sent,
)

router = APIRouter(
    prefix="/projects/{project}/prompts",
    tags=["prompts"],
    responses=problem_responses(401, 404, 409, 422, 429),
    route_class=OnceRoute,
)
Label = Annotated[str, Field(min_length=1, max_length=64)]


class NewVersion(BaseModel):
    """A version to be kept, and the label that points at it from now on (null: none)."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"name": "calmer", "prompting": {"extra_rules": "Move slowly."}}]},
    )

    name: str = Field(min_length=1, max_length=120)
    prompting: dict[str, Any] = Field(description="What differs from the workbench's own prompts.")
    note: str = Field("", max_length=2000)
    label: Label | None = LIVE


class Pointing(BaseModel):
    """Which version a label is to point at; null: the workbench's own prompts."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"number": 1}]})

    number: int | None = Field(None, ge=1, le=2**31 - 1)
    label: Label = LIVE
    why: str = Field("", max_length=2000)


class GoingBack(BaseModel):
    """Which label goes back to what it pointed at before."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"label": "live"}]})

    label: Label = LIVE


@router.get("")
def show_prompts(studio: OwnStudio) -> PromptsSent:
    """Show the version in use, every version, and every move of a label."""
    return prompts_sent(studio.prompts)


@router.post("", status_code=201)
def add_prompts(studio: OwnStudio, asked: NewVersion) -> PromptVersionSent:
    """Keep a version of the prompts; labelled `live` it is what prompts are answered with."""
    kept = studio.prompts.add(asked.name, asked.prompting, note=asked.note, label=asked.label)
    return PromptVersionSent.model_validate(kept)


@router.post("/use")
def use_prompts(studio: OwnStudio, asked: Pointing) -> PromptsSent:
    """Point a label at a version, or at the workbench's own prompts."""
    studio.prompts.use(asked.number, label=asked.label, why=asked.why)
    return prompts_sent(studio.prompts)


@router.post("/roll-back")
def roll_back_prompts(studio: OwnStudio, asked: GoingBack) -> PromptMoveSent:
    """Point a label at what it pointed at before its last move."""
    return PromptMoveSent.model_validate(studio.prompts.roll_back(label=asked.label))
