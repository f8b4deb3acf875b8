"""What a drill rules: what was planted in a real database is found; no fault passes that did not go well."""

from __future__ import annotations

import hashlib
import shutil
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import psutil
import pytest
from sqlalchemy import text
from starlette.testclient import TestClient

from tests.store.conftest import empty_file
from workbench.errors import EnvironmentFault
from workbench.service.app import create_app
from workbench.store import Database, Projects, Scenes, Users
from workbench.store.assets import Assets
from workbench.store.blobs import Blobs
from workbench.store.messages import Messages
from workbench.store.tokens import Tokens
from workbench.stress import drill_faults, drill_people
from workbench.stress.drill import Drill, made, make_all
from workbench.stress.drill_faults import Stage
from workbench.stress.drill_held import Kept, Made, judged, kept_in
from workbench.stress.drill_people import Person, Sent, by_hand, prompts
from workbench.stress.drill_report import DrillReport, Outcome
from workbench.stress.stand_in import StandIn, Thinking
from workbench.stress.target import Target
from workbench.studio.model_settings import ModelSettings
from workbench.studio.settings import Settings
from workbench.studio.workspace import Workspace

__all__ = ["empty_file"]
FAULT = Made("x", 10.0, 20.0, 0.1)
PICTURE = b"a picture"
SOURCE = 'text("x")\n'


class House:
    """One person's two projects in a real database, written as the service writes them."""

    def __init__(self, folder: Path, empty: Path) -> None:
        shutil.copy(empty, folder / "workbench.db")
        self.database = Database.open(folder / "workbench.db", power_safe=False)
        self.blobs = Blobs(folder / "files")
        owner = Users(self.database).create("person 0")
        projects = Projects(self.database, owner.id)
        self.hand, self.talk = (projects.create(f"{name} 0.0").id for name in ("by hand", "talk"))
        self.sent: list[Sent] = []

    def scene(self, name: str, times: int = 1) -> None:
        for _ in range(times):
            Scenes(self.database).add(self.hand, SOURCE, name=name)
        self.sent.append(Sent("scene", "x", name, 14, 15, "done"))

    def picture(self, name: str) -> None:
        digest = self.blobs.put(PICTURE)
        Assets(self.database).add(self.hand, name, digest, "image/png", bytes=len(PICTURE))
        self.sent.append(Sent("picture", "x", name, 20, 21, "done", (digest,)))

    def prompt(self, words: str, ending: drill_people.Ending, changes: int = 1, *, answers: int = 1) -> None:
        messages = Messages(self.database)
        messages.add(self.talk, "user", words)
        scenes = [Scenes(self.database).add(self.talk, SOURCE, name="Load").id for _ in range(changes)]
        kept = [messages.add(self.talk, "assistant", "Done.", take={"prompt": words}) for _ in range(answers)]
        keys = (kept[0].id, *scenes[:1]) if ending == "done" else ()
        self.sent.append(Sent("prompt", "x", words, 12, 13, ending, keys))

    def sql(self, statement: str) -> None:
        with self.database.write() as connection:
            assert connection.execute(text(statement)).rowcount == 1

    def ruled(self, fault: str = "x") -> tuple[Outcome, int]:
        kept = kept_in(self.database, self.blobs, range(1))
        sent = [replace(each, fault=fault) for each in self.sent]
        return judged(replace(FAULT, fault=fault), sent, kept), kept.gaps


@pytest.fixture
def house(tmp_path: Path, empty_file: Path) -> Iterator[House]:
    found = House(tmp_path, empty_file)
    found.scene("x 0-1")
    found.scene("x 0-2")
    found.picture("x 0-3")
    found.prompt("Add a scene (x 0-0)", "done")
    yield found
    found.database.close()


def test_what_is_there_once_is_well(house: House) -> None:
    """Counted while the fault held, and after."""
    outcome, gaps = house.ruled()
    assert (outcome.why, gaps) == ("", 0)
    assert (outcome.before, outcome.during, outcome.after) == (0, 3, 1)


@pytest.mark.parametrize(
    "lose",
    [
        "UPDATE scene SET position = NULL, deleted_at = created_at WHERE name = 'x 0-2'",
        "UPDATE asset SET deleted_at = created_at",
        "UPDATE message SET take = NULL WHERE role = 'assistant'",
        "UPDATE scene SET position = NULL, deleted_at = created_at WHERE name = 'Load'",
    ],
)
def test_a_lost_change_is_found(house: House, lose: str) -> None:
    """A scene, a picture, an answer, and the scene that an answer names."""
    house.sql(lose)
    outcome, _ = house.ruled()
    assert (outcome.lost, outcome.twice, outcome.ok) == (1, 0, False)


@pytest.mark.parametrize("content", [b"another picture", None])
def test_a_picture_whose_bytes_are_not_its_own_is_lost(house: House, content: bytes | None) -> None:
    """Its row is there; its file is another, or gone."""
    place = house.blobs.path(hashlib.sha256(PICTURE).hexdigest())
    place.chmod(0o600)
    place.write_bytes(content) if content else place.unlink()
    assert house.ruled()[0].lost == 1


def test_a_doubled_change_is_found(house: House) -> None:
    """Two scenes of one name, a prompt that made two scenes, one that was answered twice."""
    house.scene("x 0-4", times=2)
    house.prompt("Add a scene (x 0-1)", "done", changes=2)
    house.prompt("Add a scene (x 0-2)", "done", answers=2)
    outcome, _ = house.ruled()
    assert (outcome.lost, outcome.twice, outcome.ok) == (0, 3, False)


@pytest.mark.parametrize(
    "forget",
    [
        "DELETE FROM change WHERE sequence = 2 AND project_id = '{hand}'",
        "DELETE FROM change WHERE sequence = 4 AND project_id = '{hand}'",
        "DELETE FROM message WHERE number = 1",
    ],
)
def test_a_gap_is_found(house: House, forget: str) -> None:
    """In the middle of a history, at its end, and in a conversation."""
    house.sql(forget.format(hand=house.hand))
    outcome, gaps = house.ruled()
    assert gaps == 1
    assert not DrillReport("sqlite", (outcome,), {}, gaps).ok


def test_what_was_refused_and_left_something_is_half_done(house: House) -> None:
    """A failed prompt stays in the conversation; a scene or an answer of its is one too many."""
    house.prompt("Add a scene (x 0-1)", "failed", changes=0, answers=0)
    assert house.ruled()[0].half_done == 0
    house.prompt("Add a scene (x 0-2)", "failed", changes=1, answers=0)
    house.prompt("Add a scene (x 0-3)", "failed", changes=0, answers=1)
    assert house.ruled()[0].half_done == 2
    house.prompt("Add a scene (x 0-4)", "given up", changes=1, answers=1)
    assert house.ruled()[0].half_done == 2


def test_a_prompt_that_was_cut_off_may_be_done_once(house: House) -> None:
    """Its answer was lost with the service: its scene is there once or not at all."""
    house.prompt("Add a scene (x 0-1)", "cut off", changes=0, answers=0)
    house.prompt("Add a scene (x 0-2)", "cut off", changes=1, answers=0)
    assert house.ruled()[0].ok
    house.prompt("Add a scene (x 0-3)", "cut off", changes=2, answers=0)
    assert house.ruled()[0].twice == 1


@pytest.mark.parametrize(
    ("fault", "ending", "why"),
    [
        ("slow model", "done", ""),
        ("slow model", "failed", "1 of 1 prompts were not answered and done by the slow model."),
        ("slow model", "not done", "1 of 1 prompts were not answered and done by the slow model."),
        ("failing model", "failed", ""),
        ("failing model", "done", "1 of 1 prompts were not answered with 502 while the model failed."),
        ("failing model", "cut off", "1 of 1 prompts were not answered with 502 while the model failed."),
        ("full disk", "cut off", ""),
        ("full disk", "failed", "1 prompts failed though the model did not."),
        ("full disk", "refused", "1 actions were refused for good, the first with 422."),
        ("full disk", "given up", "1 actions were sent in vain until given up, the first with 422."),
    ],
)
def test_prompts_decide_about_models(fault: str, ending: drill_people.Ending, why: str) -> None:
    """A slow one answers each prompt that was sent meanwhile, a failing one none, and else none fails."""
    sent = [Sent("prompt", fault, "words", 11, 19, ending, ("answer",), told="422")]
    outcome = judged(replace(FAULT, fault=fault), sent, Kept())
    assert outcome.error == why


def test_a_model_fault_that_no_prompt_met_is_no_proof() -> None:
    """A prompt that was on its way when the model began to fail says nothing of it."""
    sent = [Sent("prompt", "failing model", "words", 9, 19, "failed")]
    assert "0 of 0 prompts" in judged(replace(FAULT, fault="failing model"), sent, Kept()).error


def test_a_prompt_that_fails_outside_its_fault_is_told() -> None:
    """What was sent while it was slow is done; one that failed afterwards is no success either."""
    sent = [
        Sent("prompt", "slow model", "one", 11, 19, "done", ("answer",)),
        Sent("prompt", "slow model", "two", 21, 22, "failed"),
    ]
    error = judged(replace(FAULT, fault="slow model"), sent, Kept()).error
    assert error == "1 prompts failed though the model did not."


@pytest.mark.parametrize(
    ("outcome", "why"),
    [
        (Outcome("slow model", 5, 3, 2), ""),
        (Outcome("full disk", 5, 0, 2), ""),
        (Outcome("slow model", 5, 0, 2), "Nothing was acknowledged while it held."),
        (Outcome("full disk", 5, 0, 0), "Nothing was acknowledged after it."),
        (Outcome("slow model", 5, 3, 2, lost=1), "1 lost."),
        (Outcome("slow model", 5, 3, 2, twice=2), "2 there twice."),
        (Outcome("slow model", 5, 3, 2, half_done=1), "1 half done."),
        (Outcome("slow model", 5, 3, 2, error="Writing did not go on."), "Writing did not go on."),
    ],
)
def test_a_loss_a_double_and_a_standstill_are_failures(outcome: Outcome, why: str) -> None:
    """So are a gap, a drill that broke off, and one that made no fault."""
    assert outcome.why == why
    assert DrillReport("sqlite", (outcome,), {}, 0).ok is outcome.ok is not why
    assert not DrillReport("sqlite", (outcome,), {}, 1).ok
    assert not DrillReport("sqlite", (outcome,), {}, 0, error="It broke off.").ok
    assert not DrillReport("sqlite", (), {}, 0).ok


def test_what_cannot_be_compared_is_not_well() -> None:
    """It is neither called lost nor passed."""
    outcome = judged(FAULT, [Sent("scene", "x", "x 0-1", 20, 21, "done")], None)
    assert (outcome.lost, outcome.ok) == (0, False)
    assert outcome.error == "What was acknowledged was not compared."


class Busy(list[Sent]):
    """The list of somebody who has always just written something more, until the service is down."""

    def __init__(self, fault: str, down: threading.Event) -> None:
        super().__init__()
        self.fault, self.down = fault, down

    def __iter__(self) -> Iterator[Sent]:
        if not self.down.is_set():
            now = time.monotonic()
            self.append(Sent("scene", self.fault, f"{self.fault} {len(self)}", now, now, "done"))
        return super().__iter__()


@pytest.fixture
def stage(monkeypatch: pytest.MonkeyPatch) -> Stage:
    """Give somebody who writes to a service that is not there."""
    for module in ("workbench.stress.drill", "workbench.stress.drill_faults"):
        monkeypatch.setattr(f"{module}.RECOVERY_SECONDS", 0.05)
    person = Person(Target("", ()), 0, lambda: "slow model", threading.Event(), by_hand)
    person.sent = Busy("slow model", person.stop)
    return Stage(person.target, [person])


@pytest.mark.parametrize(
    ("failure", "told"),
    [
        (EnvironmentFault("The service at x is not ready."), "The service at x is not ready."),
        (psutil.NoSuchProcess(4), "process no longer exists (pid=4)"),
        (ValueError(), "ValueError"),
    ],
)
def test_a_fault_that_breaks_is_told_and_the_next_is_made(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, failure: Exception, told: str
) -> None:
    """Whatever it raises is its error; writing went on, so the drill does too."""

    def breaks(_: Stage) -> str:
        raise failure

    monkeypatch.setitem(drill_faults.FAULTS, "slow model", breaks)
    monkeypatch.setitem(drill_faults.FAULTS, "failing model", lambda _: "made")
    found = Drill(["slow model", "failing model"], {})

    def begin(name: str) -> None:
        stage.people[0].sent.fault = name  # type: ignore[attr-defined]

    make_all(found, stage, begin)
    assert [(each.error, each.told) for each in found.made] == [(told, ""), ("", "made")]
    assert all(each.recovered_seconds is not None for each in found.made)


class Ended:
    """A service that ended by itself."""

    process: Any = type("Process", (), {"poll": lambda _: 1, "returncode": 1})()


def test_a_service_that_does_not_come_back_ends_the_drill(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is told, the fault is not well, and the others are told as not run."""
    stage.target.serve = Ended()  # type: ignore[assignment]

    def ends(_: Stage) -> str:
        stage.people[0].stop.set()
        return "killed"

    def refuses(_: Target) -> None:
        raise EnvironmentFault("It is not ready.")

    monkeypatch.setitem(drill_faults.FAULTS, "slow model", ends)
    monkeypatch.setattr(Target, "start_again", refuses)
    found = Drill(["slow model", "full disk"], {})
    make_all(found, stage, lambda _: None)
    (only,) = found.made
    assert only.error == "The service did not come back: It is not ready. Writing did not go on."
    assert found.not_run == {"full disk": "Writing had not gone on after 'slow model'."}


def test_a_writer_who_breaks_off_is_told(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """A thread that ended is not taken for one that writes."""
    monkeypatch.setitem(drill_faults.FAULTS, "slow model", lambda _: stage.people[0].stop.set() or "made")
    stage.people[0].broke_off = "KeyError: 'id'"
    assert made("slow model", stage).error == "Writing did not go on (person 0 broke off: KeyError: 'id')."


@pytest.fixture
def model() -> Iterator[StandIn]:
    server = StandIn(Thinking(0.0, 0.0))
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.mark.slow
def test_people_send_until_it_is_settled(
    model: StandIn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A failing model refuses a prompt whole; one that answers has it done once; scenes and pictures too."""
    monkeypatch.setattr(drill_people, "PICTURE_EVERY", 2)
    models = ModelSettings(
        base_url=f"http://127.0.0.1:{model.server_address[1]}/v1", model="x", model_tries=1
    )
    with Workspace(Settings(data=tmp_path, models=models, workers=1, job_threads=0)) as workspace:
        Users(workspace.database).create("person 0")
        token = Tokens(workspace.database).create("test", user="person 0")[1]
        with TestClient(create_app(workspace), raise_server_exceptions=False) as client:
            monkeypatch.setattr(drill_people.httpx, "post", client.post)
            talker = Person(Target("", (token,)), 0, lambda: "x", threading.Event(), prompts)
            writer = replace(talker, act=by_hand)
            model.thinking = Thinking(0.0, 0.0, failing=1.0)
            sent = [prompts(talker, 0)]
            model.thinking = Thinking(0.0, 0.0)
            sent += [prompts(talker, 1), *(by_hand(writer, number) for number in (0, 1))]
        kept = kept_in(workspace.database, workspace.blobs, range(1))
    assert [each.ending for each in sent] == ["failed", "done", "done", "done"], sent
    assert [each.kind for each in sent] == ["prompt", "prompt", "scene", "picture"]
    assert kept.prompts[sent[0].name].heard == 1
    assert kept.prompts[sent[1].name].changes == 1
    outcome = judged(Made("x", 0.0, sent[0].ended, 0.1), sent, kept)
    assert (outcome.lost, outcome.twice, outcome.half_done, kept.gaps) == (0, 0, 0, 0)
    assert outcome.error == "1 prompts failed though the model did not."
