"""How long a scenario took and whether it was done, as a person knows it, on a clock of paper."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from random import Random

import httpx
import pytest

from workbench.stress.playing import Player, read
from workbench.stress.presets import PRESETS, Preset
from workbench.stress.samples import CUT_OFF, Sample
from workbench.stress.scenarios import (
    WAIT_SECONDS,
    Answer,
    Ask,
    Person,
    Scenario,
    conversation,
    export,
    upload,
)


@dataclass
class Paper:
    """A service that takes 0.1 s for each request and answers as told, and the clock that it goes by."""

    state: Callable[[float], str] = lambda _: "ready"
    errors: dict[str, str] = field(default_factory=dict)
    now: float = 1000.0
    kept: list[Sample] = field(default_factory=list)
    asked: list[Ask] = field(default_factory=list)
    over: bool = False

    def send(self, ask: Ask) -> tuple[Answer, str]:
        self.now += 0.1
        self.asked.append(ask)
        if error := self.errors.get(ask.name, ""):
            return Answer(int(error)), error
        return Answer(200, {"ok": True, "id": "J", "state": self.state(self.now - 1000)}), ""

    def sleep(self, seconds: float) -> None:
        self.now += seconds

    def play(self, scenario: Callable[[Person, Preset], Scenario], preset: str = "target") -> Sample:
        """Play it as one person and return its sample."""
        person = Person(Random(1), "p", "work", now=lambda: self.now)
        player = Player(
            self.send, self.kept.append, over=lambda: self.over, now=lambda: self.now, sleep=self.sleep
        )
        player.play("it", scenario(person, PRESETS[preset]))
        return self.kept[-1]


def test_the_time_of_a_film_is_the_scenarios_time() -> None:
    """Asking for it, 20 s until it is made, fetching it; no part of the wait is left out."""
    sample = Paper(lambda at: "done" if at > 20 else "running").play(export)
    assert not sample.error
    assert 20 < sample.seconds < 21


def test_thinking_is_not_waiting() -> None:
    """Twenty prompts of 0.1 s, a second apart, and the reading: what the person thought is left out."""
    paper = Paper()
    sample = paper.play(conversation, "high")
    assert paper.now - 1000 > 12
    assert sample.seconds == pytest.approx(2.1)
    assert sample.ended == paper.now


@pytest.mark.parametrize(
    ("scenario", "state", "told"),
    [
        (upload, "queued", f"not measured within {WAIT_SECONDS:g} s"),
        (upload, "failed", "not measured: failed"),
        (upload, "expired", "not measured: expired"),
        (export, "failed", f"not filmed within {WAIT_SECONDS:g} s"),
        (export, "dead", "not filmed: dead"),
    ],
)
def test_what_is_not_done_at_the_end_is_a_failure(
    scenario: Callable[[Person, Preset], Scenario], state: str, told: str
) -> None:
    """A picture that is not measured and a film that is not there count; the film is not fetched then."""
    paper = Paper(lambda _: state)
    sample = paper.play(scenario)
    assert sample.error == told
    assert (sample.seconds > WAIT_SECONDS) == ("within" in told)
    assert "fetch a film" not in {each.name for each in paper.asked}


def test_pictures_that_were_brought_together_share_one_wait() -> None:
    """Five pictures, the last after 100 s: nobody waits five times as long as is said."""
    assert not Paper(lambda at: "ready" if at > 100 else "queued").play(upload, "high").error
    assert Paper(lambda _: "queued").play(upload, "high").seconds < WAIT_SECONDS + 3


@pytest.mark.parametrize("name", ["bring in a picture", "ask whether it is measured", "ask for an edit"])
def test_a_request_that_fails_makes_its_scenario_fail(name: str) -> None:
    """By the first error, and what was not brought in is not waited for."""
    paper = Paper(errors={name: "503"})
    assert paper.play(upload).error == "503"
    assert [each.poll for each in paper.asked].count(True) == {"bring in a picture": 0}.get(
        name, 1 if "measured" in name else 2
    )


def test_an_answer_of_another_shape_makes_a_scenario_fail() -> None:
    """It breaks, is kept as that, and the person goes on."""

    def strange(_: Person, __: Preset) -> Scenario:
        answer = yield Ask("look", path="/")
        answer.document["gone"]

    paper = Paper()
    assert paper.play(strange).error == "broke: KeyError"
    assert not paper.play(upload).error


def test_the_end_of_the_run_cuts_off_without_blame() -> None:
    """At a pause for thinking, and when the generator ends the person; an error before that still counts."""

    class Ended(BaseException):
        pass

    def endless(_: Person, __: Preset) -> Generator[Ask, Answer, None]:
        yield Ask("look", path="/")
        raise Ended

    paper = Paper(over=True)
    assert paper.play(conversation, "high").error == CUT_OFF
    assert len(paper.asked) == 1
    with pytest.raises(Ended):
        paper.play(endless)
    assert paper.kept[-1].error == CUT_OFF
    paper.errors = {"look": "500"}
    with pytest.raises(Ended):
        paper.play(endless)
    assert paper.kept[-1].error == "500"


@pytest.mark.parametrize(
    ("response", "told"),
    [
        (httpx.Response(200, json={"ok": True}), ""),
        (httpx.Response(200, json={"ok": False}), "not done"),
        (httpx.Response(200, text="{", headers={"content-type": "application/json"}), "no JSON"),
        (httpx.Response(200, content=b"a picture"), ""),
        (httpx.Response(503, json={"ok": True}), "503"),
    ],
)
def test_what_was_wrong_with_an_answer(response: httpx.Response, told: str) -> None:
    """A kind that can be counted; an answer that cannot be read is one too, and ends nobody's run."""
    answer, error = read(response)
    assert (answer.status, error) == (response.status_code, told)
