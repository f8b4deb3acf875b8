"""The dashboard in the service: behind its gate for pages and websockets, in a process of its own."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from fastapi.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from workbench.service.app import create_app
from workbench.service.ops import Pages, ops_plug
from workbench.store.tokens import Tokens
from workbench.studio.settings import Settings
from workbench.studio.workspace import Workspace

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def mounted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[TestClient, str, str]]:
    """Give the service with the dashboard in it, an operator's token and an author's."""
    with Workspace(Settings(data=tmp_path_factory.mktemp("served"), job_threads=0)) as workspace:
        tokens = Tokens(workspace.database)
        operator = tokens.create("ops", scope="operator")[1]
        author = tokens.create("pen", scope="author")[1]
        app = create_app(workspace, plugs=[ops_plug()])
        with TestClient(app) as client:
            yield client, operator, author


def test_nobody_comes_in_without_an_operator_s_token(mounted: tuple[TestClient, str, str]) -> None:
    """Pages, files, answers and the websocket are closed to strangers, and to authors."""
    client, _, author = mounted
    for path in (
        "/ops",
        "/ops/now",
        "/ops/assets/ops.css",
        "/ops/answers/usage.csv",
        "/ops/static/js/bokeh.min.js",
    ):
        assert client.get(path).status_code == 401, path
        assert client.get(path, headers={"authorization": f"Bearer {author}"}).status_code == 403, path
    for headers in ({}, {"authorization": f"Bearer {author}"}):
        with pytest.raises(WebSocketDisconnect), client.websocket_connect("/ops/now/ws", headers=headers):
            pass


def test_an_operator_sees_the_pages(mounted: tuple[TestClient, str, str]) -> None:
    """With the token the pages come, whole, with what they are made of."""
    client, operator, _ = mounted
    client.headers["authorization"] = f"Bearer {operator}"
    try:
        page = client.get("/ops")
        assert page.status_code == 200
        assert page.url.path == "/ops/now"
        assert "<h1>Now</h1>" in page.text
        assert client.get("/ops/assets/ops.css").headers["content-type"].startswith("text/css")
        answer = client.get("/ops/answers/usage.csv?time=24h")
        assert answer.text.startswith("provider,model,calls")
        assert (
            "usage-2.5d.csv" in client.get("/ops/answers/usage.csv?days=2.5").headers["content-disposition"]
        )
        for wrong in ("p.since=never", "days=nan", "days=0", 'days=1"', "days=1e9"):
            assert client.get(f"/ops/answers/usage.csv?{wrong}").status_code == 400
        assert client.get("/ops/answers/no_such.csv").status_code == 404
    finally:
        del client.headers["authorization"]


def test_another_site_cannot_open_the_websocket(mounted: tuple[TestClient, str, str]) -> None:
    """A browser that kept the password does not lend it to another origin's page."""
    client, operator, _ = mounted
    headers = {"authorization": f"Bearer {operator}", "origin": "https://evil.example"}
    with (
        pytest.raises(WebSocketDisconnect) as refused,
        client.websocket_connect("/ops/now/ws", headers=headers),
    ):
        pass
    assert refused.value.code == 1008


def test_the_dashboard_behind_the_service_opens_no_port(tmp_path: Path) -> None:
    """Its process listens on its socket alone: there is nothing to reach around the gate."""
    with Workspace(Settings(data=tmp_path, job_threads=0)) as workspace:
        operator = Tokens(workspace.database).create("ops", scope="operator")[1]
        app = create_app(workspace, plugs=[ops_plug()])
        pages = next(route.app for route in app.routes if getattr(route, "path", "") == "/ops")
        assert isinstance(pages, Pages)
        with TestClient(app, headers={"authorization": f"Bearer {operator}"}) as client:
            assert client.get("/ops/health").status_code == 200
            process, folder = pages.running
            assert process is not None
            assert folder is not None
            assert (folder / "dashboard").stat().st_mode & 0o077 == 0
            inet = psutil.Process(process.pid).net_connections("inet")
            assert [each.laddr for each in inet if each.status == psutil.CONN_LISTEN] == []


def test_the_dashboard_ends_with_the_service(tmp_path: Path) -> None:
    """When the service goes down no process and no socket of the dashboard is left."""
    with Workspace(Settings(data=tmp_path, job_threads=0)) as workspace:
        operator = Tokens(workspace.database).create("ops", scope="operator")[1]
        plug = ops_plug()
        app = create_app(workspace, plugs=[plug])
        pages = next(route.app for route in app.routes if getattr(route, "path", "") == "/ops")
        assert isinstance(pages, Pages)
        with TestClient(app, headers={"authorization": f"Bearer {operator}"}) as client:
            assert client.get("/ops/health").json()["watched"] == 0
            process, folder = pages.running
            assert process is not None
            assert folder is not None
        assert process.poll() is not None
        assert not folder.exists()
        with pytest.raises(ProcessLookupError):
            os.kill(process.pid, 0)
