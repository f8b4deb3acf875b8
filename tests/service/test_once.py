"""A request that is sent twice under one idempotency key is done once, whatever happens in between."""

from __future__ import annotations

import threading

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from tests.service.conftest import bearer
from workbench.clock import FrozenClock
from workbench.errors import Cancelled, EnvironmentFault, ModelFailed
from workbench.service.app import create_app
from workbench.service.once import purge_answers
from workbench.store import Projects, Scenes
from workbench.store.database import Database, accompanied
from workbench.store.kept_answers import Begun, Effect, KeptAnswer, KeptAnswers
from workbench.studio.performing import Performer
from workbench.studio.workspace import Workspace

ADD = {"kind": "add_scene", "template": "title"}


@pytest.fixture
def talk(client: TestClient) -> str:
    client.post("/projects", json={"name": "Talk", "format": "320x180"}).raise_for_status()
    return "/projects/Talk/actions"


def test_the_second_answer_is_the_first(client: TestClient, talk: str) -> None:
    """Word for word, and marked; the project has one scene."""
    first, second = (client.post(talk, json=ADD, headers={"Idempotency-Key": "one"}) for _ in range(2))
    assert (first.content, first.status_code) == (second.content, second.status_code)
    assert "idempotency-replayed" not in first.headers
    assert second.headers["idempotency-replayed"] == "true"
    assert len(client.get("/projects/Talk/scenes").json()) == 1


def test_a_key_stands_for_one_request(client: TestClient, talk: str) -> None:
    """Another request under a used key is a conflict and is not done."""
    client.post(talk, json=ADD, headers={"Idempotency-Key": "one"})
    other = client.post(talk, json={"kind": "undo"}, headers={"Idempotency-Key": "one"})
    assert other.status_code == 409
    assert "was used for another request" in other.json()["detail"]
    assert len(client.get("/projects/Talk/scenes").json()) == 1


def test_keys_belong_to_users(client: TestClient, talk: str, workspace: Workspace) -> None:
    """The same key of another user is another key."""
    ada = bearer(workspace, "ada")
    for headers in ({}, ada):
        client.post("/projects", json={"name": "Same"}, headers={**headers, "Idempotency-Key": "k"})
    assert client.get("/projects/Same", headers=ada).json()["id"] != client.get("/projects/Same").json()["id"]


def test_it_survives_a_restart(client: TestClient, talk: str, workspace: Workspace) -> None:
    """Another service over the same data knows what was answered."""
    first = client.post(talk, json=ADD, headers={"Idempotency-Key": "one"})
    with TestClient(create_app(workspace), headers=client.headers) as later:
        again = later.post(talk, json=ADD, headers={"Idempotency-Key": "one"})
    assert again.content == first.content


def test_what_failed_may_be_tried_again(client: TestClient, talk: str) -> None:
    """A refused request leaves its key free, also for a better request."""
    wrong = client.post(talk, json={**ADD, "template": "nothing"}, headers={"Idempotency-Key": "one"})
    right = client.post(talk, json=ADD, headers={"Idempotency-Key": "one"})
    assert (wrong.status_code, right.status_code) == (404, 200)


def test_a_failure_after_a_change_is_answered_again(
    client: TestClient, talk: str, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A prompt is kept before the model is asked: sent again under its key, it fails as it did, once."""

    def away(*_: object) -> None:
        raise ModelFailed("The model is away.", remedy="Send the prompt again.", kind="unreachable")

    prompt = {"prompt": "Add a scene with a title"}
    with monkeypatch.context() as patched:
        patched.setattr(workspace.model, "decide", away)
        first = client.post("/projects/Talk/ask", json=prompt, headers={"Idempotency-Key": "one"})
    second = client.post("/projects/Talk/ask", json=prompt, headers={"Idempotency-Key": "one"})
    assert (first.status_code, second.status_code) == (502, 502)
    assert second.json() == first.json()
    assert second.headers["content-type"] == "application/problem+json"
    assert second.headers["idempotency-replayed"] == "true"
    told = [each["text"] for each in client.get("/projects/Talk/messages").json() if each["role"] == "user"]
    assert told == [prompt["prompt"]]
    third = client.post("/projects/Talk/ask", json=prompt, headers={"Idempotency-Key": "two"})
    assert "no plan left" in third.json()["detail"]  # the scripted model itself was asked


def test_a_change_whose_answer_failed_is_recovered(
    client: TestClient, talk: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Saved, and then this machine could not look at it: sent again, it is told, and there once."""

    def full(*_: object) -> None:
        raise EnvironmentFault("The disk is full.", remedy="Make room.")

    with monkeypatch.context() as patched:
        patched.setattr(Performer, "judge", full)
        first = client.post(talk, json=ADD, headers={"Idempotency-Key": "one"})
    second = client.post(talk, json=ADD, headers={"Idempotency-Key": "one"})
    assert (first.status_code, second.status_code) == (503, 200)
    assert second.headers["idempotency-replayed"] == "recovered"
    assert len(client.get("/projects/Talk/scenes").json()) == 1


def test_an_upload_counts_by_its_content(client: TestClient, talk: str) -> None:
    """A form that is sent again with another boundary is the same request."""
    svg = b'<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"><rect width="8" height="8"/></svg>'
    sent = [
        client.post(
            "/projects/Talk/assets", files={"file": ("a.svg", svg)}, headers={"Idempotency-Key": "picture"}
        )
        for _ in range(2)
    ]
    assert sent[0].content == sent[1].content
    assert len(client.get("/projects/Talk/assets").json()) == 1


def test_the_server_died_before_it_could_answer(
    client: TestClient, talk: str, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An action that was kept is told as done when it is sent again, and is not repeated."""

    def die(*_: object) -> None:
        raise RuntimeError("power cut")

    with monkeypatch.context() as patch:
        patch.setattr(KeptAnswers, "answer", die)
        assert client.post(talk, json=ADD, headers={"Idempotency-Key": "one"}).status_code == 500
    with TestClient(create_app(workspace), headers=client.headers) as later:
        again = later.post(talk, json=ADD, headers={"Idempotency-Key": "one"})
    scenes = client.get("/projects/Talk/scenes").json()
    assert again.headers["idempotency-replayed"] == "recovered"
    assert again.json()["scene"] == scenes[0]
    assert again.json()["sequence"] == client.get("/projects/Talk").json()["sequence"]
    assert len(scenes) == 1


def test_a_picture_was_kept_before_the_server_died(
    client: TestClient, talk: str, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A picture that was kept is told as kept when it is sent again."""
    svg = b'<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"><rect width="8" height="8"/></svg>'
    sent = {"files": {"file": ("a.svg", svg)}, "headers": {"Idempotency-Key": "picture"}}

    def die(*_: object) -> None:
        raise RuntimeError("power cut")

    with monkeypatch.context() as patch:
        patch.setattr(KeptAnswers, "answer", die)
        assert client.post("/projects/Talk/assets", **sent).status_code == 500
    again = client.post("/projects/Talk/assets", **sent)
    assert (again.status_code, again.headers["idempotency-replayed"]) == (201, "recovered")
    assert [again.json()] == client.get("/projects/Talk/assets").json()


def test_two_at_once(app: FastAPI, client: TestClient, talk: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """While a request is being done, the same one is told to wait; afterwards it gets the answer."""
    begun, go_on = threading.Event(), threading.Event()
    add = Scenes.add

    def slow(*given: object, **options: object) -> object:
        begun.set()
        assert go_on.wait(30)
        return add(*given, **options)

    monkeypatch.setattr(Scenes, "add", slow)
    answers: list[int] = []

    def send() -> None:
        answers.append(client.post(talk, json=ADD, headers={"Idempotency-Key": "one"}).status_code)

    first = threading.Thread(target=send)
    first.start()
    assert begun.wait(30)
    meanwhile = client.post(talk, json=ADD, headers={"Idempotency-Key": "one"})
    go_on.set()
    first.join()
    assert (meanwhile.status_code, meanwhile.headers["retry-after"], answers) == (409, "1", [200])
    assert client.post(talk, json=ADD, headers={"Idempotency-Key": "one"}).status_code == 200


def test_an_attempt_that_was_given_up_keeps_nothing(workspace: Workspace) -> None:
    """A server that hangs and comes back after another one took over loses its transaction."""
    answers, projects = KeptAnswers(workspace.database), Projects(workspace.database)
    assert answers.begin("local", "k", "r") == Begun(1)
    assert answers.begin("local", "k", "r") == Begun(2)

    def note(attempt: int) -> None:
        with accompanied(lambda connection: answers.note_effect(connection, "local", "k", attempt, {"n": 1})):
            projects.create(f"by attempt {attempt}")

    with pytest.raises(Cancelled):
        note(1)
    note(2)
    assert [each.name for each in projects.list()] == ["by attempt 2"]
    assert answers.begin("local", "k", "r") == Effect({"n": 1})
    answers.answer("local", "k", 2, 201, {"content-type": "text/plain"}, b"made")
    assert answers.begin("local", "k", "r") == KeptAnswer(201, {"content-type": "text/plain"}, b"made")


def test_keys_are_forgotten_in_time(app: FastAPI, workspace: Workspace) -> None:
    """What is older than the settings keep goes; what is younger stays."""
    clock = workspace.database.clock = FrozenClock()
    service = app.state.service
    service.answers.begin("local", "old", "r")
    clock.advance(47 * 3600)
    service.answers.begin("local", "young", "r")
    clock.advance(2 * 3600)
    assert purge_answers(service) == 1
    assert service.answers.begin("local", "young", "r") == Begun(2)


@pytest.mark.parametrize("key", ["", "x" * 201, "\n"])
def test_a_key_has_a_form(workspace: Workspace, key: str) -> None:
    """Keys that could not be kept are refused with the reason."""
    from workbench.errors import InputError

    with pytest.raises(InputError):
        KeptAnswers(workspace.database).begin("local", key, "r")


def test_company_hears_of_every_transaction(tmp_path) -> None:
    """What accompanies a block writes in the same transaction as the block's own writes, or rolls it back."""
    with Database.open(tmp_path / "a.db", power_safe=False) as database:
        seen: list[bool] = []
        with accompanied(lambda connection: seen.append(connection.in_transaction())):
            Projects(database).create("One")
            Projects(database).create("Two")
        Projects(database).create("Three")
        assert seen == [True, True]
