"""The OpenAPI document is true: whatever is sent, no answer is a server's fault or other than described."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pytest
import schemathesis
from fastapi import FastAPI
from fastapi.routing import APIRoute
from hypothesis import HealthCheck, given, seed, settings
from hypothesis.strategies import booleans
from PIL import Image
from schemathesis import BaseSchema, Case
from schemathesis.checks import load_all_checks
from schemathesis.specs.openapi.checks import positive_data_acceptance, unsupported_method
from starlette.testclient import TestClient

from tests.service.conftest import bearer
from workbench.service.app import ROUTERS, create_app
from workbench.studio.model_settings import ModelSettings
from workbench.studio.service_settings import ServiceSettings
from workbench.studio.settings import Settings
from workbench.studio.workspace import Workspace

pytestmark = pytest.mark.slow
load_all_checks()
ENDLESS = "/projects/{project}/events"


@pytest.fixture(scope="module")
def world(
    tmp_path_factory: pytest.TempPathFactory, module_address: str
) -> Iterator[tuple[FastAPI, dict[str, str]]]:
    """Give a service with a project that has a scene, a picture and a job, and a token."""
    unhurried = ServiceSettings(requests_a_minute=1_000_000, burst=1_000_000, prompts_a_minute=1_000_000)
    chosen = Settings(
        data=tmp_path_factory.mktemp("data"),
        database=module_address,
        workers=1,
        job_threads=0,
        models=ModelSettings(model="offline"),
    )
    with Workspace(chosen) as workspace:
        app, headers = create_app(workspace, unhurried), bearer(workspace, scope="operator")
        with TestClient(app, headers=headers) as client:
            client.post("/projects", json={"name": "Talk", "format": "320x180"}).raise_for_status()
            added = {"kind": "add_scene", "template": "title", "duration_seconds": 0.2}
            client.post("/projects/Talk/actions", json=added).raise_for_status()
            picture = io.BytesIO()
            Image.new("RGB", (8, 8), "teal").save(picture, "PNG")
            client.post(
                "/projects/Talk/assets", files={"file": ("a.png", picture.getvalue())}
            ).raise_for_status()
            client.post("/projects/Talk/exports", json={}).raise_for_status()
            yield app, headers


OPERATIONS = sorted(
    (route.path, method)
    for router in ROUTERS
    for route in router.routes
    if isinstance(route, APIRoute) and route.path != ENDLESS
    for method in route.methods
)
KNOWN = {"project": "Talk", "scene": "1", "asset": "a", "template": "title", "number": 1}


@pytest.fixture(scope="module")
def document(world: tuple[FastAPI, dict[str, str]]) -> BaseSchema:
    return schemathesis.openapi.from_asgi("/openapi.json", world[0])


@pytest.mark.parametrize(("path", "method"), OPERATIONS)
def test_every_answer_is_as_described(
    path: str, method: str, world: tuple[FastAPI, dict[str, str]], document: BaseSchema
) -> None:
    """Half of the requests reach what exists; all are answered as the document says, none by a 5xx."""

    @seed(7)
    @settings(
        max_examples=12 if world[0].state.service.workspace.database.is_sqlite else 3,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=document[path][method].as_strategy(), reach=booleans())
    def holds(case: Case, reach: bool) -> None:
        if reach:
            given_names = case.path_parameters or {}
            case.path_parameters = {name: KNOWN.get(name, value) for name, value in given_names.items()}
        case.call_and_validate(
            headers=world[1], excluded_checks=[unsupported_method, positive_data_acceptance]
        )

    holds()
