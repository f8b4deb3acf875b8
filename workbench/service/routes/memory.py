"""What is remembered of a user's taste: looked at, held, forgotten."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from workbench.service.access import OwnStudio
from workbench.service.once import OnceRoute
from workbench.service.problems import problem_responses
from workbench.studio.wire.talk import MemorySent, memory_sent

router = APIRouter(
    prefix="/projects/{project}/memory",
    tags=["memory"],
    responses=problem_responses(401, 404, 409, 422, 429),
    route_class=OnceRoute,
)
Scope = Literal["project", "user"]


class Taste(BaseModel):
    """One taste, such as the accent `teal`."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"key": "accent", "value": "teal"}]}
    )

    key: str = Field(min_length=1, max_length=32)
    value: str = Field(min_length=1, max_length=64, pattern=r"^[^\x00]*$")
    scope: Scope = "project"


class Forgetting(BaseModel):
    """What to forget or to bring back: a value, a whole key, or with neither everything of the scope."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"key": "accent"}]})

    key: str | None = Field(None, max_length=32)
    value: str | None = Field(None, max_length=64)
    scope: Scope | None = Field(
        None, description="Default: of a key, both; of everything, this project's alone."
    )


class Learning(BaseModel):
    """Whether anything is to be learned in the project."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"learning": False}]})

    learning: bool


class Forgotten(BaseModel):
    """How many beliefs were forgotten, or brought back."""

    beliefs: int


@router.get("")
def show_memory(studio: OwnStudio) -> MemorySent:
    """Show everything that is believed, with the evidence for it."""
    return memory_sent(studio.memory)


@router.post("/forget")
def forget(studio: OwnStudio, asked: Forgetting) -> Forgotten:
    """Forget; it leaves every prompt, with the sentences it came from. For a week `unforget` undoes it."""
    if asked.key is None:
        return Forgotten(beliefs=studio.memory.forget_all(scope=asked.scope or "project"))
    return Forgotten(beliefs=studio.memory.forget(asked.key, asked.value, scope=asked.scope))


@router.post("/unforget")
def unforget(studio: OwnStudio, asked: Forgetting) -> Forgotten:
    """Bring back what was forgotten in the last week."""
    if asked.key is None:
        return Forgotten(beliefs=studio.memory.unforget_all(scope=asked.scope or "project"))
    return Forgotten(beliefs=studio.memory.unforget(asked.key, asked.value, scope=asked.scope))


@router.post("/pin")
def pin(studio: OwnStudio, asked: Taste) -> MemorySent:
    """Hold a taste: it no longer fades, and nothing outweighs it."""
    studio.memory.pin(asked.key, asked.value, scope=asked.scope)
    return memory_sent(studio.memory)


@router.post("/unpin")
def unpin(studio: OwnStudio, asked: Taste) -> MemorySent:
    """Let a held taste fade and change again."""
    studio.memory.unpin(asked.key, asked.value, scope=asked.scope)
    return memory_sent(studio.memory)


@router.post("/learning")
def switch_learning(studio: OwnStudio, asked: Learning) -> MemorySent:
    """Stop learning in the project, or go on; it is kept, and what is known already stays."""
    studio.memory.learning = asked.learning
    return memory_sent(studio.memory)
