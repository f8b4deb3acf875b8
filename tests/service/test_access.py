"""Only whoever shows a living token comes in, and nobody reaches what is another's."""

from __future__ import annotations

from datetime import timedelta

import pytest
from fastapi import FastAPI, WebSocket
from sqlalchemy import text
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from tests.service.conftest import bearer
from workbench.clock import FrozenClock
from workbench.service.app import Plug, create_app
from workbench.store import Tokens
from workbench.studio.workspace import Workspace


def test_without_a_token_nothing_opens(app: FastAPI) -> None:
    """A stranger is told what to do, and the answer says which scheme is spoken."""
    with TestClient(app) as stranger:
        refused = stranger.get("/projects")
    assert refused.status_code == 401
    assert refused.headers["www-authenticate"].startswith("Bearer")
    assert refused.headers["content-type"] == "application/problem+json"
    assert "workbench token create" in refused.json()["remedy"]


def test_health_is_open(app: FastAPI) -> None:
    """Life and readiness can be looked at without a token."""
    with TestClient(app) as stranger:
        assert stranger.get("/health/live").json() == {"status": "alive"}
        assert stranger.get("/health/ready").json()["status"] == "ready"


def test_another_users_project_is_not_there(client: TestClient, app: FastAPI, workspace: Workspace) -> None:
    """What is another's is answered exactly as what does not exist, by name and by id."""
    made = client.post("/projects", json={"name": "Mine"}).json()
    other = bearer(workspace, "ada")
    for key in (made["id"], "Mine"):
        assert client.get(f"/projects/{key}", headers=other).status_code == 404
        assert client.delete(f"/projects/{key}", headers=other).status_code == 404
    assert "Mine" not in client.get(f"/projects/{made['id']}", headers=other).text
    assert client.get("/projects", headers=other).json() == []
    assert client.get("/projects/Mine").json()["id"] == made["id"]


def test_a_name_may_be_used_by_two_users(client: TestClient, workspace: Workspace) -> None:
    """Each user has names of his own."""
    mine = client.post("/projects", json={"name": "Talk"}).json()
    hers = client.post("/projects", json={"name": "Talk"}, headers=bearer(workspace, "ada")).json()
    assert client.get("/projects/Talk").json()["id"] == mine["id"] != hers["id"]


def test_a_revoked_token_opens_nothing_any_more(client: TestClient, workspace: Workspace) -> None:
    """The very next request after the revocation is refused."""
    tokens = Tokens(workspace.database)
    token, secret = tokens.create("short-lived")
    shown = {"Authorization": f"Bearer {secret}"}
    assert client.get("/projects", headers=shown).status_code == 200
    tokens.revoke(token.id)
    assert client.get("/projects", headers=shown).status_code == 401


def test_a_token_ends(workspace: Workspace) -> None:
    """A token that was made for a day is not known on the next."""
    clock = workspace.database.clock = FrozenClock()
    tokens = Tokens(workspace.database)
    _, secret = tokens.create("a day", days=1)
    clock.advance(86_000)
    assert tokens.known(secret)
    clock.advance(timedelta(days=1).total_seconds())
    assert tokens.known(secret) is None


@pytest.mark.parametrize(
    "change", [lambda s: s[:-1], lambda s: s + "a", str.upper, lambda s: s[3:], lambda _: ""]
)
def test_a_token_that_is_nearly_right_is_wrong(workspace: Workspace, change) -> None:
    """Nothing but the whole token is accepted."""
    tokens = Tokens(workspace.database)
    _, secret = tokens.create("test")
    assert tokens.known(secret)
    assert tokens.known(change(secret)) is None


def test_secrets_are_not_kept(workspace: Workspace) -> None:
    """No column of the database holds any part of a secret."""
    _, secret = Tokens(workspace.database).create("test")
    with workspace.database.read() as connection:
        kept = str(connection.execute(text("SELECT * FROM api_token")).all())
    assert secret.split("_", 2)[2][:8] not in kept


def test_what_is_mounted_lies_behind_the_gate(workspace: Workspace) -> None:
    """A plug's pages and websockets need an operator's token, though they know nothing of tokens."""

    def adds(app: FastAPI, _: object) -> None:
        @app.get("/ops/page")
        def page() -> str:
            return "numbers"

        @app.websocket("/ops/live")
        async def live(socket: WebSocket) -> None:
            await socket.accept()
            await socket.send_text("numbers")

    author, operator = bearer(workspace), bearer(workspace, scope="operator")
    with TestClient(create_app(workspace, plugs=[Plug(adds)])) as client:
        assert client.get("/ops/page").headers["www-authenticate"].startswith("Basic")
        assert client.get("/ops/page", headers=author).status_code == 403
        assert client.get("/ops/page", headers=operator).json() == "numbers"
        assert client.get("/ops/page", auth=("any", operator["Authorization"][7:])).status_code == 200
        for headers in ({}, author):
            with pytest.raises(WebSocketDisconnect), client.websocket_connect("/ops/live", headers=headers):
                pass
        with client.websocket_connect("/ops/live", headers=operator) as socket:
            assert socket.receive_text() == "numbers"
