"""Nobody takes the service for himself alone: pace, sizes and streams have limits, told in the answer."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest
from anyio import to_thread
from starlette.testclient import TestClient

from tests.service.conftest import bearer
from tests.studio.test_pictures import picture
from workbench.brain.model import ScriptedModel
from workbench.clock import FrozenClock
from workbench.errors import InputError
from workbench.render.reserve import Reserve
from workbench.service.app import create_app
from workbench.service.pace import Pace
from workbench.service.serving import configured
from workbench.studio.analysing import IMAGE_FACTS
from workbench.studio.service_settings import ServiceSettings
from workbench.studio.settings import Settings
from workbench.studio.workspace import Workspace


def test_pace() -> None:
    """A burst, then one after the other; a pause brings permits back, never more than the burst."""
    clock = FrozenClock()
    pace = Pace(60, 3, clock)
    assert [pace.wait_seconds("a") for _ in range(4)] == [0, 0, 0, 1]
    assert pace.wait_seconds("b") == 0
    clock.advance(1)
    assert [pace.wait_seconds("a") for _ in range(2)] == [0, 1]
    clock.advance(3600)
    assert [pace.wait_seconds("a") for _ in range(4)] == [0, 0, 0, 1]


def test_pace_forgets_the_longest_silent() -> None:
    """However many come, only so many are remembered."""
    pace = Pace(60, 1, FrozenClock(), most_known=10)
    for number in range(100):
        pace.wait_seconds(str(number))
    assert pace.wait_seconds("0") == 0
    assert pace.wait_seconds("99") == 1


def test_a_token_that_asks_too_often(workspace: Workspace) -> None:
    """It is told how long to wait; other tokens go on."""
    few = ServiceSettings(requests_a_minute=1, burst=3)
    mine, hers = bearer(workspace), bearer(workspace, "ada")
    with TestClient(create_app(workspace, few)) as client:
        answers = [client.get("/projects", headers=mine) for _ in range(4)]
        assert [each.status_code for each in answers] == [200, 200, 200, 429]
        assert int(answers[-1].headers["retry-after"]) > 30
        assert answers[-1].json()["type"] == "urn:workbench:problem:too-many"
        assert client.get("/projects", headers=hers).status_code == 200
        assert client.get("/health/live").status_code == 200


def test_prompts_have_a_pace_of_their_own(workspace: Workspace) -> None:
    """Asking is limited before looking is."""
    with TestClient(
        create_app(workspace, ServiceSettings(prompts_a_minute=1)), headers=bearer(workspace)
    ) as client:
        client.post("/projects", json={"name": "Talk"})
        asked = [client.post("/projects/Talk/plan", json={"prompt": " "}).status_code for _ in range(2)]
        assert asked == [422, 429]
        assert client.get("/projects/Talk").status_code == 200


def test_strangers_cannot_guess_for_long(workspace: Workspace) -> None:
    """An address that keeps showing wrong tokens has to wait; a right one from there goes on."""
    mine = bearer(workspace)
    with TestClient(create_app(workspace, ServiceSettings(strangers_a_minute=3))) as client:
        answers = [client.get("/projects", headers=_wrong(n)) for n in range(4)]
        assert [each.status_code for each in answers] == [401, 401, 401, 429]
        assert 1 <= int(answers[-1].headers["retry-after"]) <= 20
        assert client.get("/projects").status_code == 429
        assert client.get("/projects", headers=mine).status_code == 200


@pytest.mark.parametrize(("proxies", "second"), [("", 429), ("10.1.0.0/16", 401), ("10.1.2.4,::1", 429)])
def test_strangers_behind_a_proxy(workspace: Workspace, proxies: str, second: int) -> None:
    """A proxy that the settings name is believed whom it speaks for; any other is the caller himself."""
    settings = ServiceSettings(strangers_a_minute=1, proxies=proxies)
    served = configured(create_app(workspace, settings), settings)
    served.load()
    with TestClient(served.loaded_app, client=("10.1.2.3", 5000)) as client:
        answers = [
            client.get("/projects", headers=_wrong(n) | {"X-Forwarded-For": f"203.0.113.{n}"})
            for n in (1, 2, 1)
        ]
    assert [each.status_code for each in answers] == [401, second, 429]


@pytest.mark.parametrize("wrong", ["proxy.example.org", "10.0.0.1/8", "*"])
def test_a_proxy_is_named_by_its_address(wrong: str) -> None:
    """What would silently be no proxy is refused."""
    with pytest.raises(InputError, match="proxies"):
        ServiceSettings(proxies=wrong)


def test_the_gate_has_threads_of_its_own(workspace: Workspace) -> None:
    """A token is looked at also while slow routes hold every other thread."""
    with TestClient(create_app(workspace), headers=bearer(workspace)) as client:
        assert client.portal is not None
        threads = client.portal.call(to_thread.current_default_thread_limiter)
        held = [object() for _ in range(int(threads.available_tokens))]
        for each in held:
            client.portal.call(threads.acquire_on_behalf_of, each)
        try:
            assert client.get("/nowhere").status_code == 404
        finally:
            for each in held:
                client.portal.call(threads.release_on_behalf_of, each)


def test_streams_opened_at_once_are_counted(workspace: Workspace) -> None:
    """However many a token opens in the same moment, only so many are held; what ends makes room."""
    app = create_app(workspace, ServiceSettings(streams_a_token=2))
    headers = bearer(workspace)

    async def at_once() -> list[int]:
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(app), base_url="http://here", headers=headers
        ) as client:
            (await client.post("/projects", json={"name": "Talk"})).raise_for_status()
            asked = [asyncio.create_task(client.get("/projects/Talk/events")) for _ in range(5)]
            async with asyncio.timeout(60):
                while sum(each.done() for each in asked) < 3:
                    await asyncio.sleep(0.01)
            app.state.service.begin_closing()
            answers = await asyncio.gather(*asked)
            again = await client.get("/projects/Talk/events")
            return [*sorted(each.status_code for each in answers), again.status_code]

    assert asyncio.run(at_once()) == [200, 200, 429, 429, 429, 200]


def _wrong(number: int) -> dict[str, str]:
    return {"Authorization": f"Bearer wb_{number}_x"}


@pytest.mark.parametrize("announced", [True, False])
def test_a_body_that_is_too_large(client: TestClient, announced: bool) -> None:
    """It is refused by the length it announces, or when it has grown too long."""
    client.post("/projects", json={"name": "Talk"})
    parts = (b"x" * 65536 for _ in range(17))
    content = b"".join(parts) if announced else parts
    answer = client.post("/projects/Talk/actions", content=content)
    assert (answer.status_code, answer.json()["type"]) == (413, "urn:workbench:problem:too-large")


def test_a_picture_that_is_too_large(client: TestClient) -> None:
    """Uploads have more room than other bodies, but not without end."""
    client.post("/projects", json={"name": "Talk"})
    head = {"content-length": str(60 * 2**20), "content-type": "multipart/form-data; boundary=x"}
    answer = client.post("/projects/Talk/assets", content=iter([b"x"]), headers=head)
    assert answer.status_code == 413


def test_a_picture_leaves_room_on_the_disk(client: TestClient, workspace: Workspace) -> None:
    """It is refused as a film is, with what to do, and keeps nothing; once there is room its key is free."""
    client.post("/projects", json={"name": "Talk"})
    usual, workspace.reserve = workspace.reserve, Reserve(2**62)
    sent = {"files": {"file": ("a.png", picture())}, "headers": {"Idempotency-Key": "one"}}
    refused = client.post("/projects/Talk/assets", **sent)
    assert (refused.status_code, refused.json()["type"]) == (503, "urn:workbench:problem:environment")
    assert "WORKBENCH_DISK_RESERVE_BYTES" in refused.json()["remedy"]
    assert (client.get("/projects/Talk/assets").json(), client.get("/projects/Talk/jobs").json()) == ([], [])
    assert not list(workspace.blobs.files())
    workspace.reserve = usual
    assert client.post("/projects/Talk/assets", **sent).status_code == 201
    paths = client.get("/openapi.json").json()["paths"]
    for room in ("assets", "exports"):
        assert "503" in paths[f"/projects/{{project}}/{room}"]["post"]["responses"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("limits", "told", "remedy"),
    [
        (ServiceSettings(film_frames=100), "would have 120 frames", "At most 100 are"),
        (
            ServiceSettings(film_gigapixels=0.02),
            "0.0276 billion pixels: 120 frames of 640x360",
            "At most 0.02",
        ),
    ],
)
def test_a_film_without_end(
    tmp_path: Path, address: str, limits: ServiceSettings, told: str, remedy: str
) -> None:
    """More frames, or pixels in all, than one film may have are refused at once; one scene less is taken."""
    settings = Settings(data=tmp_path / "data", database=address, workers=1, job_threads=0)
    with (
        Workspace(settings, model=ScriptedModel()) as workspace,
        TestClient(create_app(workspace, limits), headers=bearer(workspace)) as client,
    ):
        client.post("/projects", json={"name": "Talk", "format": "640x360"}).raise_for_status()
        for name in ("one", "two"):
            scene = {"kind": "add_scene", "name": name, "source": "circle(60)", "duration_seconds": 2}
            client.post("/projects/Talk/actions", json=scene).raise_for_status()
        asked = [
            client.post("/projects/Talk/exports", json={}),
            client.post("/projects/Talk/exports", json={"scenes": ["1", "1"]}),
            client.get("/projects/Talk/preview?height=360"),
        ]
        assert [each.status_code for each in asked] == [422] * 3
        for each in asked:
            assert told in each.json()["detail"]
            assert remedy in each.json()["remedy"]
        assert client.get("/projects/Talk/jobs").json() == []
        assert client.post("/projects/Talk/exports", json={"scenes": ["1"]}).status_code == 202


@pytest.mark.parametrize("path", ["/projects/a%00b", "/projects?x=%00"])
def test_nul_is_refused(client: TestClient, path: str) -> None:
    """A character that no database takes does not get that far."""
    assert client.get(path).status_code == 400


def test_pages_of_others_may_not_call(client: TestClient, workspace: Workspace) -> None:
    """No page may call the service from a browser unless the settings name it."""
    origin = {"Origin": "https://example.org"}
    assert "access-control-allow-origin" not in client.get("/health/live", headers=origin).headers
    named = ServiceSettings(cors_origins=("https://example.org",))
    with TestClient(create_app(workspace, named)) as other:
        preflight = {**origin, "Access-Control-Request-Method": "POST"}
        allowed = other.options("/projects", headers=preflight)
        assert allowed.headers["access-control-allow-origin"] == "https://example.org"


def test_the_log_has_no_secrets(
    client: TestClient, workspace: Workspace, caplog: pytest.LogCaptureFixture
) -> None:
    """A request leaves one line: its id, route, status and the token's id; no token, name or query."""
    caplog.set_level(logging.INFO, "workbench.service")
    answer = client.get("/projects/Secret-name?key=hidden", headers={"Idempotency-Key": "hidden"})
    line = caplog.messages[-1]
    assert answer.headers["x-request-id"] in line
    assert "GET /projects/{project} 404" in line
    for hidden in (client.headers["authorization"].split("_", 2)[2], "hidden", "Secret-name"):
        assert hidden not in caplog.text


def test_a_fault_of_ours_is_not_shown(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The caller gets a number to name; what happened is in the log under that number."""
    from workbench.store import Projects

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("password=hunter2")

    monkeypatch.setattr(Projects, "list", broken)
    answer = client.get("/projects")
    assert answer.status_code == 500
    assert "hunter2" not in answer.text
    assert answer.json()["instance"].rpartition(":")[2] in caplog.text


@pytest.fixture
def idle(tmp_path: Path, address: str) -> Iterator[Workspace]:
    """Give a workspace in which nobody does the jobs."""
    settings = Settings(data=tmp_path / "idle", database=address, workers=1, job_threads=0)
    with Workspace(settings, model=ScriptedModel()) as workspace:
        yield workspace


def test_a_user_has_so_many_unfinished_films(idle: Workspace) -> None:
    """One more, in whatever project and with whatever token, is refused until one has ended; others go on."""
    app, film = create_app(idle, ServiceSettings(films_unfinished=2)), "/projects/Talk/exports"
    mine, also_mine, hers = bearer(idle), bearer(idle), bearer(idle, "ada")
    with TestClient(app) as client:
        for who, name in ((mine, "Talk"), (mine, "More"), (hers, "Talk")):
            client.post("/projects", json={"name": name}, headers=who).raise_for_status()
            scene = {"kind": "add_scene", "source": "circle(60)"}
            client.post(f"/projects/{name}/actions", json=scene, headers=who).raise_for_status()
        first = client.post(film, json={"key": "a"}, headers=mine).json()
        client.post("/projects/More/exports", json={}, headers=also_mine).raise_for_status()
        keyed = mine | {"Idempotency-Key": "one"}
        refused = client.post(film, json={}, headers=keyed)
        assert (refused.status_code, refused.json()["type"]) == (429, "urn:workbench:problem:too-many")
        assert "2 films" in refused.json()["detail"]
        assert "cancel" in refused.json()["remedy"]
        assert int(refused.headers["retry-after"]) > 0
        assert client.post(film, json={}, headers=also_mine).status_code == 429
        assert client.post(film, json={"key": "a"}, headers=mine).json()["id"] == first["id"]
        assert client.post(film, json={}, headers=hers).status_code == 202
        assert len(client.get("/projects/Talk/jobs", headers=mine).json()) == 1
        at_first = f"/projects/Talk/jobs/{first['id']}"
        client.post(f"{at_first}/cancel", headers=mine).raise_for_status()
        assert client.post(film, json={}, headers=keyed).status_code == 202
        assert client.post(f"{at_first}/retry", headers=mine).status_code == 429
        assert client.get(at_first, headers=mine).json()["state"] == "cancelled"


def test_who_has_more_films_than_allowed_may_ask_for_the_same_again(idle: Workspace) -> None:
    """Asked for under an earlier setting: what adds none is answered as ever, one more is refused."""
    film, headers = "/projects/Talk/exports", bearer(idle)
    with TestClient(create_app(idle, ServiceSettings()), headers=headers) as client:
        client.post("/projects", json={"name": "Talk"}).raise_for_status()
        client.post("/projects/Talk/actions", json={"kind": "add_scene", "source": "circle(60)"})
        asked = [client.post(film, json={"key": each}).json()["id"] for each in "abc"]
    with TestClient(create_app(idle, ServiceSettings(films_unfinished=1)), headers=headers) as client:
        again = client.post(film, json={"key": "a"})
        assert (again.status_code, again.json().get("id")) == (202, asked[0])
        assert client.post(f"/projects/Talk/jobs/{asked[0]}/retry").status_code == 200
        assert client.post(film, json={"key": "d"}).status_code == 429
        client.post(f"/projects/Talk/jobs/{asked[1]}/cancel").raise_for_status()
        assert client.post(f"/projects/Talk/jobs/{asked[1]}/retry").status_code == 429
    assert len(idle.jobs.list(kind="film", state=["queued"])) == 2


def test_films_of_a_deleted_project_make_room(idle: Workspace) -> None:
    """They are cancelled with it, so others may be asked for; once it is back they are retried in bounds."""
    headers = bearer(idle)
    with TestClient(create_app(idle, ServiceSettings(films_unfinished=1)), headers=headers) as client:
        for name in ("Talk", "More"):
            client.post("/projects", json={"name": name}).raise_for_status()
            client.post(f"/projects/{name}/actions", json={"kind": "add_scene", "source": "circle(60)"})
        talk = client.get("/projects/Talk").json()["id"]
        at_first = f"/projects/{talk}/jobs/{client.post('/projects/Talk/exports', json={}).json()['id']}"
        assert client.post("/projects/More/exports", json={}).status_code == 429
        client.delete("/projects/Talk").raise_for_status()
        other = client.post("/projects/More/exports", json={})
        assert other.status_code == 202
        client.post(f"/projects/{talk}/undelete", json={}).raise_for_status()
        back = client.get(at_first).json()
        assert (back["state"], "was deleted" in back["error"]) == ("cancelled", True)
        assert client.post(f"{at_first}/retry").status_code == 429
        client.post(f"/projects/More/jobs/{other.json()['id']}/cancel").raise_for_status()
        assert client.post(f"{at_first}/retry").json()["state"] == "queued"


def test_a_user_has_so_many_pictures_to_be_measured(idle: Workspace) -> None:
    """One more is refused before its bytes are kept; later it is taken under the same key."""
    app, place = create_app(idle, ServiceSettings(pictures_unmeasured=2)), "/projects/Talk/assets"
    with TestClient(app, headers=bearer(idle)) as client:
        client.post("/projects", json={"name": "Talk"}).raise_for_status()

        def send(name: str, width: int) -> httpx.Response:
            file = {"file": (f"{name}.png", picture(size=(width, 48)))}
            return client.post(place, files=file, headers={"Idempotency-Key": name})

        assert [send("a", 30).status_code, send("b", 31).status_code] == [201, 201]
        refused = send("c", 32)
        assert (refused.status_code, refused.json()["type"]) == (429, "urn:workbench:problem:too-many")
        assert "2 pictures" in refused.json()["detail"]
        assert len(list(idle.blobs.files())) == len(client.get(place).json()) == 2
        assert send("a", 30).status_code == 201
        measuring = idle.jobs.list(kind=IMAGE_FACTS)[0]
        client.post(f"/projects/Talk/jobs/{measuring.id}/cancel").raise_for_status()
        assert send("c", 32).status_code == 201
        again = client.post(f"{place}/{measuring.payload['asset_id']}/facts")
        assert again.status_code == 429


def test_films_asked_for_at_once_are_counted(idle: Workspace) -> None:
    """However many requests come in the same moment, no more are taken than may be unfinished."""
    app, headers = create_app(idle, ServiceSettings(films_unfinished=3)), bearer(idle)
    with TestClient(app, headers=headers) as client:
        client.post("/projects", json={"name": "Talk"}).raise_for_status()
        client.post("/projects/Talk/actions", json={"kind": "add_scene", "source": "circle(60)"})

        def ask(_: int) -> int:
            return client.post("/projects/Talk/exports", json={}).status_code

        with ThreadPoolExecutor(8) as threads:
            answers = sorted(threads.map(ask, range(8)))
    assert answers == [202] * 3 + [429] * 5
    assert len(idle.jobs.list(kind="film")) == 3
