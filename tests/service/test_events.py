"""Events arrive in order, changes exactly once each, also for a reader that was away."""

from __future__ import annotations

import asyncio
import json
import random
import threading
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.events import Event, EventBus
from workbench.service.feed import MOST_WAITING, Ear, Feed, sent, stream
from workbench.studio.studio import Studio
from workbench.studio.workspace import Workspace

pytestmark = pytest.mark.slow


@pytest.fixture
def studio(workspace: Workspace) -> Studio:
    return Studio(workspace, workspace.project("Talk", create=True))


def parsed(parts: list[bytes]) -> list[tuple[int | None, str, dict[str, Any]]]:
    """Return messages as (number, name, data)."""
    found = []
    for part in parts:
        fields = dict(line.split(": ", 1) for line in part.decode().strip().splitlines())
        number = int(fields["id"]) if "id" in fields else None
        found.append((number, fields["event"], json.loads(fields["data"])))
    return found


def heard(
    studio: Studio, after: int | None, until: Callable[[list[bytes]], bool], meanwhile: Callable[[], object]
) -> list[tuple[int | None, str, dict[str, Any]]]:
    """Return what a reader hears from `after` on, while `meanwhile` runs, until it has heard enough."""
    feed = Feed(studio.workspace.bus)
    feed.start()

    async def read() -> list[bytes]:
        parts: list[bytes] = []
        busy = threading.Thread(target=meanwhile)
        told = stream(feed, studio, after, over=lambda: until(parts), allowed=lambda: True)
        async with asyncio.timeout(60):
            async for part in told:
                if not parts:
                    busy.start()
                if not part.startswith(b":"):  # said after a quiet while, so that nobody hangs up
                    parts.append(part)
                if until(parts):
                    break
        await asyncio.to_thread(busy.join)
        return parts

    try:
        return parsed(asyncio.run(read()))
    finally:
        feed.close()


def test_changes_come_once_each_in_order(studio: Studio) -> None:
    """Two writers at once: one gapless rise of numbers, whoever was first."""

    def write() -> None:
        writers = [
            threading.Thread(target=lambda: [studio.add_scene(template="title") for _ in range(10)])
            for _ in range(2)
        ]
        for writer in writers:
            writer.start()
        for writer in writers:
            writer.join()

    first = studio.project.sequence
    found = heard(studio, None, lambda parts: len(parts) >= 41, write)
    assert found[0] == (first, "ready", {"sequence": first})
    assert [number for number, *_ in found if number is not None] == list(range(first, first + 21))
    assert [name for number, name, _ in found if number is None] == ["scene_saved"] * 20


def test_a_reader_that_was_away_misses_nothing(studio: Studio) -> None:
    """From the last number it saw, every change since is sent, then the live ones."""
    seen = studio.project.sequence
    for _ in range(3):
        studio.add_scene(template="title")
    studio.undo()
    found = heard(studio, seen, lambda parts: len(parts) >= 6, studio.redo)
    assert [number for number, *_ in found] == list(range(seen, seen + 6))
    assert [data["data"]["action"] for *_, data in found[1:]] == [*["add_scene"] * 3, "undo", "redo"]
    told = found[-1][2]["data"]["told"]
    assert told in (["Did again the added scene."], [])  # none when it was seen before it was announced


def test_changes_of_other_processes_are_seen(studio: Studio) -> None:
    """A change that nobody announced here is in the stream within a second or so."""
    scenes = studio.workspace.scenes
    found = heard(
        studio,
        None,
        lambda parts: len(parts) >= 2,
        lambda: scenes.add(studio.project_id, "", who="elsewhere"),
    )
    assert found[1][2]["data"]["action"] == "add_scene"


def test_live_events_follow_the_changes_they_belong_to(studio: Studio) -> None:
    """What was announced after a change is sent after it, and without a number."""

    def act() -> None:
        studio.add_scene(template="title")
        studio.workspace.bus.emit(Event("image_facts_ready", studio.project_id, data={"asset_id": "a"}))

    found = heard(studio, None, lambda parts: len(parts) >= 4, act)
    assert [(number is None, name) for number, name, _ in found[1:]] == [
        (False, "project_changed"),
        (True, "scene_saved"),
        (True, "image_facts_ready"),
    ]


def test_another_projects_events_are_not_heard(studio: Studio) -> None:
    """A reader hears its own project alone."""
    other = Studio(studio.workspace, studio.workspace.project("Other", create=True))

    def act() -> None:
        other.add_scene(template="title")
        studio.workspace.bus.emit(Event("job_changed", other.project_id))
        studio.add_scene(template="title")

    found = heard(studio, None, lambda parts: len(parts) >= 2, act)
    assert {data.get("project_id") for _, name, data in found if name != "ready"} == {studio.project_id}


def test_a_signal_may_come_while_a_reader_is_added() -> None:
    """Its handler wakes every reader in the same thread, whatever that thread was at."""
    feed, listened = Feed(EventBus()), threading.Event()

    class Interrupted(set[Ear]):
        def add(self, ear: Ear) -> None:
            feed.wake()
            super().add(ear)
            feed.wake()

    async def listen() -> None:
        with feed.listening("p") as ear:
            await ear.wait()
            listened.set()

    feed._ears = Interrupted()
    threading.Thread(target=lambda: asyncio.run(listen()), daemon=True).start()
    assert listened.wait(10)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 3 * MOST_WAITING), st.integers(0, 100))
def test_a_slow_reader_loses_the_oldest_and_is_told(events: int, chance: int) -> None:
    """However many wait: the newest are taken, in order, and the count of the lost is exact."""

    async def check() -> None:
        ear, taken, lost = Ear("p", asyncio.get_running_loop()), [], 0
        dice = random.Random(chance)
        for number in range(events):
            ear.hear(Event("render_progress", "p", data={"n": number}))
            if dice.random() < chance / 2000:
                found, gone = ear.take()
                taken += found
                lost += gone
        found, gone = ear.take()
        numbers = [each.data["n"] for each in [*taken, *found]]
        assert numbers == sorted(set(numbers))
        assert len(numbers) + lost + gone == events
        assert events == 0 or numbers[-1] == events - 1

    asyncio.run(check())


@given(st.text(), st.integers(0, 10**9))
def test_no_text_can_break_the_stream(text: str, number: int) -> None:
    """Line breaks of any kind in what is told stay inside their message."""
    message = sent("note", {"told": text}, number).decode("utf-8", "surrogatepass")
    assert message.endswith("\n\n")
    assert len(message[:-2].split("\n")) == 3
    assert "\r" not in message
    assert parsed([message.encode("utf-8", "surrogatepass")])[0] == (number, "note", {"told": text})
