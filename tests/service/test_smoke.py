"""Every route that reads answers as its description says, and a film is made by a job, on both engines."""

from __future__ import annotations

import io

import pytest
from PIL import Image
from starlette.testclient import TestClient

from workbench.studio.studio import Studio
from workbench.studio.workspace import Workspace

pytestmark = pytest.mark.slow


@pytest.fixture
def talk(client: TestClient) -> str:
    """Give a project with a scene and a picture."""
    client.post("/projects", json={"name": "Talk", "format": "320x180"}).raise_for_status()
    added = {"kind": "add_scene", "template": "title", "duration_seconds": 0.2}
    client.post("/projects/Talk/actions", json=added).raise_for_status()
    picture = io.BytesIO()
    Image.new("RGB", (8, 8), "teal").save(picture, "PNG")
    client.post("/projects/Talk/assets", files={"file": ("a.png", picture.getvalue())}).raise_for_status()
    return "/projects/Talk"


def test_what_is_read_is_as_described(client: TestClient, talk: str) -> None:
    """Each route that reads gives the one status and the type of content that its description promises."""
    names = {"project": "Talk", "scene": "1", "asset": "a", "template": "title", "number": "1"}
    told = 0
    for path, methods in client.get("/openapi.json").json()["paths"].items():
        if "get" not in methods or path.endswith("/events") or "{job}" in path or "{take}" in path:
            continue
        query = {"before": 1} if path.endswith("/diff") else {}
        answer = client.get(path.format(**names), params=query)
        promised = methods["get"]["responses"]
        assert str(answer.status_code) in promised, (path, answer.text[:300])
        kinds = promised[str(answer.status_code)].get("content", {})
        kind = answer.headers["content-type"].partition(";")[0]
        assert kind in kinds or f"{kind.partition('/')[0]}/*" in kinds, path
        told += answer.status_code == 200
    assert told > 10


def test_a_film_is_made_by_its_job(client: TestClient, talk: str, workspace: Workspace) -> None:
    """Asked for twice with one key it is one job; done, it is fetched; to cancel it then changes nothing."""
    asked = [
        client.post(f"{talk}/exports", json={}, headers={"Idempotency-Key": "film"}).json() for _ in range(2)
    ]
    assert asked[0]["id"] == asked[1]["id"]
    Studio(workspace, workspace.project("Talk")).jobs.wait(asked[0]["id"])
    job = f"{talk}/jobs/{asked[0]['id']}"
    assert client.get(job).json()["state"] == "done"
    assert [each["id"] for each in client.get(f"{talk}/jobs", params={"kind": "film"}).json()] == [
        asked[0]["id"]
    ]
    assert client.get(f"{job}/film").content[4:8] == b"ftyp"
    assert client.post(f"{job}/cancel").json()["state"] == "done"


def test_a_cancelled_job_waits_again_when_it_is_asked_for(
    client: TestClient, talk: str, workspace: Workspace
) -> None:
    """Cancelled before a worker took it, it ended; retried, it is in the queue."""
    project_id = client.get(talk).json()["id"]
    waiting = workspace.jobs.add("nobody's", {}, project_id=project_id, delay_seconds=3600).id
    job = f"{talk}/jobs/{waiting}"
    assert client.post(f"{job}/cancel").json()["state"] == "cancelled"
    assert client.post(f"{job}/retry").json()["state"] == "queued"
    assert [each["id"] for each in client.get(f"{talk}/jobs", params={"state": "queued"}).json()] == [waiting]
