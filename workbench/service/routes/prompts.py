"""Prompts and the conversation. A prompt's answer comes whole, or as a stream that says how far it is."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response, StreamingResponse

from workbench.errors import InputError, NotFound
from workbench.service.access import OwnStudio, TheCaller, TheService
from workbench.service.feed import sent
from workbench.service.once import HEADER, OnceRoute
from workbench.service.problems import Refusal, problem_body, problem_responses
from workbench.service.state import Service
from workbench.store.tokens import Token
from workbench.store.values import Asset
from workbench.studio.asking import MOST_PROMPT_LETTERS
from workbench.studio.late_values import LateFacts
from workbench.studio.studio import Studio
from workbench.studio.wire.scenes import DoneSent, done_sent
from workbench.studio.wire.talk import (
    LateSent,
    MessageSent,
    PacketSent,
    TakeSent,
    kept_take,
    late_sent,
    take_sent,
)

router = APIRouter(
    prefix="/projects/{project}",
    tags=["prompts"],
    responses=problem_responses(401, 404, 409, 422, 429),
    route_class=OnceRoute,
)
_STREAM = "text/event-stream"
_SILENCE_SECONDS = 15.0


class Prompt(BaseModel):
    """What somebody wants to see, in words."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"prompt": 'Open with a title that says "Sleep well".'}]},
    )

    prompt: str = Field(min_length=1, max_length=MOST_PROMPT_LETTERS)
    selected: str | None = Field(None, max_length=200, description='The scene that "it" means.')
    images: list[str] = Field([], max_length=20, description="Names of pictures of the project it is about.")


class Look(Prompt):
    """A prompt about which it is asked what a model would be told."""

    most_tokens: int | None = Field(None, ge=256, le=2_000_000, description="Default: the settings'.")


@router.post("/plan", responses=problem_responses(502, 503))
async def plan(studio: OwnStudio, service: TheService, caller: TheCaller, asked: Prompt) -> dict[str, Any]:
    """Say what would be done about a prompt, without doing it."""
    _count(service, caller)
    decided = await service.talk.plan(studio, asked.prompt, asked.selected, asked.images)
    return decided.as_dict()


@router.post("/packet")
def packet(studio: OwnStudio, asked: Look) -> PacketSent:
    """Show what a model would be told about a prompt, part by part; asks nobody."""
    told = studio.packet(asked.prompt, asked.most_tokens, images=asked.images, selected=asked.selected)
    return PacketSent.model_validate(told)


@router.post(
    "/ask",
    response_model=TakeSent,
    responses={
        **problem_responses(502, 503),
        200: {"description": "The take, or a stream of `stage`, `text` and at last `take` or `problem`.",
              "content": {_STREAM: {"schema": {"type": "string"}}}},
    },
)  # fmt: skip
async def ask(
    request: Request, studio: OwnStudio, service: TheService, caller: TheCaller, asked: Prompt
) -> Response | TakeSent:
    """Do what a prompt asks for and tell what was really done.

    With `Accept: text/event-stream` the answer says how far it is. What was begun is done even when nobody
    listens any more; it is in the conversation then.
    """
    _count(service, caller)
    if _STREAM in request.headers.get("accept", ""):
        if HEADER in request.headers:
            raise InputError(
                "A stream cannot be kept under an idempotency key.",
                remedy="Ask for application/json with it.",
            )
        _known(studio, asked)
        return StreamingResponse(
            _told(request, service, studio, asked), media_type=_STREAM, headers={"Cache-Control": "no-store"}
        )
    return take_sent(await service.talk.ask(studio, asked.prompt, asked.selected, _known(studio, asked)))


@router.get("/messages")
def messages(
    studio: OwnStudio,
    after: Annotated[int, Query(ge=0, le=2**31 - 1, description="Those numbered above this.")] = 0,
    most: Annotated[int | None, Query(ge=1, le=2000, description="Only the last so many.")] = None,
) -> list[MessageSent]:
    """Read the conversation, the oldest first."""
    found = studio.workspace.messages.list(studio.project_id, after=after, most=most)
    return [MessageSent.model_validate(each) for each in found]


@router.post("/takes/{take}/accept")
def accept_take(
    studio: OwnStudio, take: Annotated[str, Path(max_length=64, description="The take's id.")]
) -> list[DoneSent]:
    """Save what a take offered because it changed more than was asked."""
    return [done_sent(each) for each in studio.accept(take)]


@router.get("/takes/{take}", responses=problem_responses(404))
def show_take(
    studio: OwnStudio, take: Annotated[str, Path(max_length=64, description="The take's id.")]
) -> TakeSent:
    """Show an answer as it was given; it never changes."""
    return kept_take(studio.workspace.messages.named(studio.project_id, take))


@router.get("/late-facts")
def late_facts(studio: OwnStudio) -> list[LateSent]:
    """Tell what became of facts of pictures that answers did not wait for; some wait to be accepted."""
    return [late_sent(each) for each in studio.pictures.late]


@router.post("/late-facts/{job}/accept")
def accept_late_facts(studio: OwnStudio, job: Annotated[str, Path(max_length=64)]) -> list[DoneSent]:
    """Save the change that late facts offer."""
    return [done_sent(each) for each in studio.accept(_offered(studio, job))]


@router.post("/late-facts/{job}/decline", status_code=204)
def decline_late_facts(studio: OwnStudio, job: Annotated[str, Path(max_length=64)]) -> None:
    """Say that the change that late facts offer is not wanted."""
    studio.pictures.decline(_offered(studio, job))


def _offered(studio: Studio, job: str) -> LateFacts:
    found = [each for each in studio.pictures.offers if each.job_id == job]
    if not found:
        raise NotFound("There is no such offer.", remedy="See late-facts.")
    return found[0]


def _known(studio: Studio, asked: Prompt) -> list[Asset]:
    """Return the pictures that are named; what is no picture of the project is never read as a path."""
    return [studio.workspace.assets.get(studio.project_id, name) for name in asked.images]


def _count(service: Service, caller: Token) -> None:
    if wait := service.prompts.wait_seconds(caller.id):
        raise Refusal(
            429, "This token sends too many prompts.", remedy=f"Wait {wait} seconds.", Retry_After=str(wait)
        )


async def _told(request: Request, service: Service, studio: Studio, asked: Prompt) -> AsyncIterator[bytes]:
    loop, news = asyncio.get_running_loop(), asyncio.Queue[bytes | None]()

    def put(name: str, text: str) -> None:
        loop.call_soon_threadsafe(news.put_nowait, sent(name, {name: text}))

    async def work() -> None:
        try:
            take = await service.talk.ask(
                studio,
                asked.prompt,
                asked.selected,
                _known(studio, asked),
                on_stage=lambda stage: put("stage", stage),
                on_text=lambda text: put("text", text),
            )
            await news.put(sent("take", take_sent(take).model_dump(mode="json")))
        except Exception as error:  # noqa: BLE001 - the answer has begun, so it is told inside it
            await news.put(sent("problem", problem_body(error, request.scope)))
        await news.put(None)

    service.keep_going(asyncio.create_task(work()))
    while True:
        try:
            said = await asyncio.wait_for(news.get(), _SILENCE_SECONDS)
        except TimeoutError:
            yield b": working\n\n"
            continue
        if said is None:
            return
        yield said
