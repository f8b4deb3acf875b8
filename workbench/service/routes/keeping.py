"""The doors of the data's keeper: how safe it is, and a signed request that starts a cleanup from outside."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

from anyio import to_thread
from fastapi import APIRouter, Header, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.exceptions import HTTPException

from workbench.errors import InputError
from workbench.lifecycle.backups import Backups
from workbench.lifecycle.cleaning import Budget
from workbench.lifecycle.figures import figures
from workbench.lifecycle.health import examine
from workbench.lifecycle.replays import first_seen
from workbench.lifecycle.retention import Retention, retention_of
from workbench.lifecycle.signing import SignedRequest, Verdict, judge_request
from workbench.service.access import CRON_PATH, TheCaller, TheService
from workbench.service.problems import Refusal, problem_responses
from workbench.service.state import Service

router = APIRouter(tags=["keeping"])
_MOST_SECONDS = 900.0
_REMEDIES: Mapping[Verdict, str] = {
    "out of time": "Its X-Workbench-Time may be off by 5 minutes; compare both clocks.",
    "malformed": "Its three headers X-Workbench-… are told in docs/lifecycle.md.",
    "wrong signature": "Compare the key, and what is signed: docs/lifecycle.md has the commands.",
}


class SignSeen(BaseModel):
    """One thing looked at."""

    name: str
    well: bool
    seen: str
    remedy: str


class DataHealth(BaseModel):
    """Whether the data is safe."""

    well: bool
    at: datetime
    signs: list[SignSeen]


class CleanupAsked(BaseModel):
    """What a signed request asks for; without a word it only counts."""

    model_config = ConfigDict(extra="forbid")

    dry_run: bool = True
    confirm: list[str] = Field(default_factory=list, max_length=50)
    seconds: float = Field(60.0, gt=0, le=_MOST_SECONDS)


@router.get("/health/data", responses=problem_responses(401, 403))
def data_health(service: TheService, caller: TheCaller) -> DataHealth:
    """Tell backups, lags, shrunken tables, references, gaps and disk; operators only."""
    if caller.scope != "operator":
        raise Refusal(
            403, "This needs a token of the scope operator.", remedy="Ask whoever runs the service."
        )
    workspace = service.workspace
    backups = Backups(workspace.settings.data / "backups", clock=workspace.clock)
    blobs = workspace.blobs
    signs = examine(workspace.database, backups, _retention(service).policy, blobs, thorough=False)
    seen = [SignSeen(name=each.name, well=each.well, seen=each.seen, remedy=each.remedy) for each in signs]
    return DataHealth(well=all(each.well for each in signs), at=workspace.clock.now(), signs=seen)


@router.post(CRON_PATH, responses=problem_responses(401, 404, 409, 413, 422))
async def signed_cleanup(
    request: Request,
    service: TheService,
    request_id: Annotated[str, Header(alias="X-Workbench-Id", max_length=200)] = "",
    sent_at: Annotated[str, Header(alias="X-Workbench-Time", max_length=40)] = "",
    signature: Annotated[str, Header(alias="X-Workbench-Signature", max_length=200)] = "",
) -> JSONResponse:
    """Plan a cleanup or, when asked to, apply it; for callers with a key, each request once."""
    body = await request.body()
    shown = SignedRequest(request.method, request.url.path, request_id, sent_at, body, signature)
    now = service.workspace.clock.now()
    verdict = judge_request(shown, request.app.state.lifecycle.keys, now)
    if verdict == "not configured":
        raise HTTPException(404, "Not Found")
    if verdict != "accepted":
        raise Refusal(401, f"The request is not accepted: {verdict}.", remedy=_REMEDIES[verdict])
    asked = _asked(body)
    if not await to_thread.run_sync(first_seen, service.workspace.database, request_id):
        raise Refusal(409, "This request was obeyed before.", remedy="Sign a new one with an id of its own.")
    return JSONResponse(await to_thread.run_sync(_clean, service, asked))


def _asked(body: bytes) -> CleanupAsked:
    try:
        return CleanupAsked.model_validate_json(body or b"{}")
    except ValidationError as wrong:
        first = wrong.errors()[0]
        where = f"{first['loc'][0]}: " if first["loc"] else ""
        raise InputError(
            f"The body is not right: {where}{first['msg']}.",
            remedy=f"It is JSON of {', '.join(CleanupAsked.model_fields)}; see docs/lifecycle.md.",
        ) from wrong


def _clean(service: Service, asked: CleanupAsked) -> dict[str, Any]:
    retention = _retention(service)
    plan = retention.plan()
    if asked.dry_run:
        return figures(plan)
    return figures(plan, retention.apply(plan, confirmed=asked.confirm, budget=Budget(asked.seconds)))


def _retention(service: Service) -> Retention:
    workspace = service.workspace
    return retention_of(
        workspace.database, workspace.settings.data, who="a signed request", emit=workspace.bus.emit,
        storage=workspace.settings.scale.files,
    )  # fmt: skip
