"""Whether the service lives, and whether it can work; open to everybody, and telling nobody anything else."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter
from pydantic import BaseModel

from workbench.errors import WorkbenchError
from workbench.service.access import TheService
from workbench.service.problems import Refusal, problem_responses
from workbench.store import schema

router = APIRouter(prefix="/health", tags=["health"])


class Alive(BaseModel):
    """A sign of life."""

    status: Literal["alive"] = "alive"


class Ready(BaseModel):
    """The service takes requests, and its database answers."""

    status: Literal["ready"] = "ready"
    schema_version: str


@router.get("/live")
async def live() -> Alive:
    """Say that the process lives; a process that does not answer this is to be started anew."""
    return Alive()


@router.get("/ready", responses=problem_responses(503))
def ready(service: TheService) -> Ready:
    """Say whether requests are worth sending: not while it goes down, nor without its database."""
    if service.closing.is_set():
        raise Refusal(503, "The service is going down.", remedy="Ask another one.", Retry_After="5")
    try:
        with service.workspace.database.read() as connection:
            version = schema.version_of(connection) or "none"
    except WorkbenchError as failure:
        raise Refusal(503, failure.message, remedy=failure.remedy, Retry_After="5") from failure
    return Ready(schema_version=version)
