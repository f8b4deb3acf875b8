"""The service: the studio over HTTP, behind tokens.

    app = create_app(workspace)                     # a FastAPI application; uvicorn serves it
    app = create_app(workspace, plugs=[metrics])    # with more routes, mounts and schedules

A **plug** is a function of the application and the `Service`, called before the application is closed
against changes. It may `app.include_router(...)`, `app.mount(...)`, add middleware, or append to
`service.when_closing`. Whatever it adds lies behind the gate (`access.Gate`): a caller needs a token, and
under `/ops` and `/metrics` one of the scope `operator`. A route that judges its callers itself, such as a
signed one, is named whole in `access.Doors.open`; no path is open for what lies below it. Pages for browsers
go under `/ops`, where the token also counts as the password of HTTP Basic, for websockets too. What must run
while the service runs is an async context manager in `Plug.running`.

Every route below `/projects/{project}` takes `OwnStudio`, so that nobody reaches what is not his.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp

from workbench.service.access import Doors, Gate
from workbench.service.in_flight import looked_at
from workbench.service.openapi import completed
from workbench.service.problems import add_problem_handlers
from workbench.service.routes import (
    actions,
    assets,
    events,
    health,
    jobs,
    memory,
    metrics,
    performance,
    pictures,
    projects,
    prompting,
    prompts,
    scenes,
    templates,
)
from workbench.service.state import Service
from workbench.service.tidying import tidying
from workbench.service.watching import Watch
from workbench.studio.service_settings import ServiceSettings
from workbench.studio.workspace import Workspace

ROUTERS = tuple(
    each.router
    for each in (
        health,
        projects,
        scenes,
        actions,
        prompts,
        prompting,
        pictures,
        assets,
        jobs,
        events,
        memory,
        performance,
        metrics,
        templates,
    )
)
DOORS = Doors()


@dataclass(frozen=True, slots=True)
class Plug:
    """Something more that the service offers: what it `adds`, and what is `running` while it is up."""

    adds: Callable[[FastAPI, Service], None] | None = None
    running: Callable[[Service], AbstractAsyncContextManager[Any]] | None = None


class GatedApp(FastAPI):
    """An application whose gate is outermost, whatever middleware and mounts are added later."""

    service: Service

    def openapi(self) -> dict[str, Any]:
        if self.openapi_schema is None:
            self.openapi_schema = completed(super().openapi())
        return self.openapi_schema

    def build_middleware_stack(self) -> ASGIApp:
        gate: ASGIApp = Gate(super().build_middleware_stack(), self.service, DOORS)
        pages = self.service.settings.cors_origins
        if pages:
            gate = CORSMiddleware(
                gate, allow_origins=pages, allow_methods=["*"], allow_headers=["*"], expose_headers=["*"]
            )
        return Watch(gate, self.service.in_flight)


def create_app(
    workspace: Workspace, settings: ServiceSettings | None = None, *, plugs: Sequence[Plug] = ()
) -> FastAPI:
    """Return the service over an open workspace; whoever opened the workspace closes it."""
    limits = settings or workspace.settings.service
    service = Service(workspace, limits)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        service.begin()
        workspace.work()
        async with AsyncExitStack() as running, tidying(service):
            running.enter_context(looked_at(service.in_flight))
            for plug in plugs:
                if plug.running is not None:
                    await running.enter_async_context(plug.running(service))
            yield
            service.begin_closing()
        service.close()

    app = GatedApp(
        title="Workbench",
        summary="Prompt-driven motion graphics over HTTP",
        version="1",
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        max_body_size=limits.body_bytes,
    )
    app.service = app.state.service = service
    add_problem_handlers(app)
    for router in ROUTERS:
        app.include_router(router)
    for plug in plugs:
        if plug.adds is not None:
            plug.adds(app, service)
    return app
