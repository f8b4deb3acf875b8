"""The ownership matrix, made from the routes themselves: every route, by everybody who must not pass."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.routing import APIRoute
from starlette.testclient import TestClient

from tests.service.conftest import bearer
from workbench.render.warm import WarmRenderer
from workbench.service.access import OPEN_PATHS
from workbench.service.app import ROUTERS, create_app
from workbench.store import Tokens
from workbench.studio.workspace import Workspace

ROUTES = sorted(
    (route.path, method)
    for router in ROUTERS
    for route in router.routes
    if isinstance(route, APIRoute) and route.path not in OPEN_PATHS
    for method in route.methods
)
OF_PROJECTS = [each for each in ROUTES if "{project}" in each[0]]
BODIES: dict[str, Any] = {
    "/projects": {"json": {"name": "New"}},
    "/projects/{project}/undelete": {"json": {}},
    "/projects/{project}/actions": {"json": {"kind": "rename_project", "name": "Stolen"}},
    "/projects/{project}/plan": {"json": {"prompt": "a title"}},
    "/projects/{project}/ask": {"json": {"prompt": "a title"}},
    "/projects/{project}/packet": {"json": {"prompt": "a title"}},
    "/projects/{project}/scenes/{scene}/check": {"json": {}},
    "/projects/{project}/scenes/{scene}/frame": {"json": {}},
    "/projects/{project}/scenes/{scene}/clip": {"json": {}},
    "/projects/{project}/assets/{asset}/alt": {"json": {"text": "ours"}},
    "/projects/{project}/assets": {"files": {"file": ("a.png", b"x")}},
    "/projects/{project}/exports": {"json": {}},
    "/projects/{project}/prompts": {"json": {"name": "calm", "prompting": {}}},
    "/projects/{project}/prompts/use": {"json": {"number": None}},
    "/projects/{project}/prompts/roll-back": {"json": {}},
    "/projects/{project}/memory/forget": {"json": {}},
    "/projects/{project}/memory/unforget": {"json": {}},
    "/projects/{project}/memory/pin": {"json": {"key": "accent", "value": "teal"}},
    "/projects/{project}/memory/learning": {"json": {"learning": False}},
    "/projects/{project}/memory/unpin": {"json": {"key": "accent", "value": "teal"}},
}
"""What is sent to the routes that want a body, so that nothing but who asks is wrong with a request."""


class World:
    """Two users: `mine` has a project with everything in it; `hers` are tokens of somebody else."""

    def __init__(self, client: TestClient, workspace: Workspace) -> None:
        self.client = client
        self.workspace = workspace
        self.mine = bearer(workspace)
        self.hers = bearer(workspace, "ada")
        token, secret = Tokens(workspace.database).create("old")
        Tokens(workspace.database).revoke(token.id)
        self.revoked = {"Authorization": f"Bearer {secret}"}
        made = client.post("/projects", json={"name": "Mine"}, headers=self.mine).json()
        self.names = {"project": made["id"], "scene": "1", "number": "1", "template": "title"}
        self.names |= {"take": "t", "asset": "a", "job": "j"}
        client.post(
            f"/projects/{made['id']}/actions", json={"kind": "add_scene"}, headers=self.mine
        ).raise_for_status()

    def send(self, path: str, method: str, headers: dict[str, str]) -> tuple[int, str]:
        """Send a route what it wants; a stream is not read."""
        body = BODIES.get(path, {}) if method != "GET" else {}
        query = {"before": 1} if path.endswith("/diff") else {}
        filled = path.format(**self.names)
        with self.client.stream(method, filled, headers=headers, params=query, **body) as answer:
            return answer.status_code, answer.headers.get("content-type", "")


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory, module_address: str) -> Iterator[World]:
    from workbench.studio.model_settings import ModelSettings
    from workbench.studio.service_settings import ServiceSettings
    from workbench.studio.settings import Settings

    chosen = Settings(
        data=tmp_path_factory.mktemp("data"), database=module_address, workers=1, job_threads=0,
        models=ModelSettings(model="offline"),
    )  # fmt: skip
    patient = ServiceSettings(strangers_a_minute=100_000)
    with Workspace(chosen) as workspace, TestClient(create_app(workspace, patient)) as client:
        workspace.renderer = WarmRenderer(patience_seconds=120)  # the machine may do much else
        yield World(client, workspace)


def test_every_route_that_wants_a_body_has_one_here() -> None:
    """A new route with a body is added to the matrix, or this fails."""
    with_body = {
        route.path
        for router in ROUTERS
        for route in router.routes
        if isinstance(route, APIRoute) and route.body_field is not None
    }
    assert with_body == set(BODIES)


@pytest.mark.parametrize(("path", "method"), ROUTES)
def test_nobody_without_a_living_token(world: World, path: str, method: str) -> None:
    """Without a token, with a revoked one and with nonsense, every route answers 401 and nothing else."""
    for headers in ({}, world.revoked, {"Authorization": "Bearer wb_1_2"}, {"Authorization": "Basic eDp5"}):
        assert world.send(path, method, headers) == (401, "application/problem+json")


@pytest.mark.parametrize(("path", "method"), OF_PROJECTS)
def test_nobody_reaches_what_is_anothers(world: World, path: str, method: str) -> None:
    """With another user's token, every route of a project answers 404, as for one that does not exist."""
    before = world.workspace.projects.get(world.names["project"])
    assert world.send(path, method, world.hers) == (404, "application/problem+json")
    assert world.workspace.projects.get(world.names["project"]) == before


def test_the_owner_passes(world: World) -> None:
    """The same requests by the owner are not refused for who sends them: the matrix can tell."""
    answers = {
        (path, method): world.send(path, method, world.mine)[0]
        for path, method in OF_PROJECTS
        if method == "GET" and not path.endswith("/events")
    }
    named = {"asset", "job", "take"}
    refused = {
        path: (status, world.client.get(path.format(**world.names), headers=world.mine).text[:300])
        for (path, _), status in answers.items()
        if status != 200 and not any(f"{{{name}}}" in path for name in named)
    }
    assert refused == {}
