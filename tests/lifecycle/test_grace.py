"""What waits out its grace can still be held: then it stays, and undo brings it back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from tests.lifecycle.test_retention_laws import new_world
from tests.lifecycle.world import DAY, World, small_policy
from workbench.errors import NotFound
from workbench.lifecycle.cleaning import CleaningReport
from workbench.lifecycle.files import FileShelf
from workbench.lifecycle.holds import Holds
from workbench.lifecycle.planning import make_plan
from workbench.lifecycle.policy import Policy
from workbench.lifecycle.shelves import Taken
from workbench.store import Blobs


@pytest.fixture
def world(place: str) -> Iterator[World]:
    made = World(place)
    yield made
    made.database.close()


def clean(world: World) -> CleaningReport:
    return world.cleaner(small_policy()).apply(make_plan(world.database, small_policy()))


def purge(world: World) -> CleaningReport:
    """Apply a plan under which nothing is old, so that it only lets go what has waited long enough."""
    return world.cleaner(forever()).apply(make_plan(world.database, forever()))


def forever() -> Policy:
    rule = {"keep_days": 10_000}
    return small_policy(conversation=rule, history=rule, revisions=rule)


def waiting(world: World) -> dict[str, int]:
    asked = text("SELECT table_name, count(*) FROM removed_row GROUP BY table_name")
    with world.database.read() as connection:
        return {str(row[0]): int(row[1]) for row in connection.execute(asked)}


def test_a_hold_in_the_grace_keeps(world: World) -> None:
    """A project held after its rows were taken keeps them past their grace, and undo restores them all."""
    held, free = world.live(100)
    before = world.content()
    first = clean(world)
    placed = Holds(world.database).place("project", held, why="court order")
    world.clock.advance(8 * DAY)
    second = purge(world)
    assert (second.purged_rows, second.held_rows) == (first.rows / 2, first.rows / 2)
    assert sum(waiting(world).values()) == first.rows / 2
    for entry in first.entries:
        world.cleaner(small_policy()).undo(entry.id)
    now = {name: {row for row in rows if held in row} for name, rows in world.content().items()}
    assert now["message"] == {row for row in before["message"] if held in row}
    assert len(world.scenes.revisions(world.scenes.list(held)[0].id)) == 26
    Holds(world.database).release(placed.id)
    assert free != held


def test_a_released_hold_lets_go(world: World) -> None:
    """Once it is released, the next plan lets the rows go; a plan made before the release does not."""
    held, other = world.live(100)
    first = clean(world)
    placed = [Holds(world.database).place("project", key, why="audit") for key in (held, other)]
    world.clock.advance(8 * DAY)
    plan = make_plan(world.database, forever())
    world.clock.advance(60)
    for each in placed:
        Holds(world.database).release(each.id)
    assert world.cleaner(forever()).apply(plan).held_rows == first.rows
    world.clock.advance(60)
    assert purge(world).purged_rows == first.rows
    assert waiting(world) == {}


def test_one_message_is_held_in_its_grace(world: World) -> None:
    """A message that was taken already can be held by its id; what never was cannot."""
    project = world.live(100)[0]
    message = world.messages.list(project)[0].id
    clean(world)
    assert message not in {each.id for each in world.messages.list(project)}
    Holds(world.database).place("message", message, why="evidence")
    with pytest.raises(NotFound):
        Holds(world.database).place("message", message[:-1] + "_", why="evidence")
    world.clock.advance(8 * DAY)
    assert purge(world).held_rows == 1
    assert waiting(world) == {"message": 1}


def test_only_where_it_may_wait_is_looked_at(world: World) -> None:
    """A message is not thought to wait out its grace because a revision that was taken speaks of it."""
    world.live(100)
    clean(world)
    with world.database.write() as connection:
        connection.execute(
            text("UPDATE removed_row SET content = '{\"source\": \"m1\"}' WHERE table_name = 'revision'")
        )
    with pytest.raises(NotFound):
        Holds(world.database).place("message", "m1", why="evidence")
    with world.database.write() as connection:
        connection.execute(
            text("UPDATE removed_row SET content = '{\"id\": \"m1\"}' WHERE table_name = 'message'")
        )
    assert Holds(world.database).place("message", "m1", why="evidence").key == "m1"


def test_more_than_a_batch_is_held(world: World) -> None:
    """Held rows are passed by, however many there are, and those behind them still go."""
    held, _ = world.live(100)
    first = clean(world)
    copied = (
        "INSERT INTO removed_row SELECT id || :copy, cleanup_id, table_name, content, removed_at, purge_at "
        "FROM removed_row WHERE id NOT LIKE '%-%'"
    )
    with world.database.write() as connection:
        connection.execute(text(copied), [{"copy": f"-{number}"} for number in range(70)])
    Holds(world.database).place("project", held, why="audit")
    world.clock.advance(8 * DAY)
    second = purge(world)
    assert second.held_rows == second.purged_rows == 71 * first.rows / 2


def test_a_file_in_its_grace(world: World, tmp_path: Path) -> None:
    """A file that is held or named again goes back to its place when its grace ends; others go."""
    blobs = Blobs(tmp_path / "files")
    held, named, gone = (blobs.put(content) for content in (b"held", b"named", b"gone"))
    names: set[str] = set()
    shelf = FileShelf(blobs, lambda _: frozenset(names))
    now = datetime.now(UTC) + timedelta(days=2)
    with world.database.read() as connection:
        things = shelf.past(connection, now, now)
        shelf.take(connection, things, "C", now, Taken(0, 0))
    assert not any(blobs.exists(each) for each in (held, named, gone))
    Holds(world.database).place("file", held, why="court order")
    names.add(named)
    with world.database.read() as connection:
        assert shelf.purge(connection, now) == 1
    assert (blobs.get(held), blobs.get(named), blobs.exists(gone)) == (b"held", b"named", False)


@pytest.mark.slow
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    holds=st.lists(st.tuples(st.sampled_from(["user", "project", "scene", "message"]), st.integers(0, 9))),
    released=st.sets(st.integers(0, 5)),
)
def test_no_held_row_is_ever_purged(
    empty_file: Path, holds: list[tuple[str, int]], released: set[int]
) -> None:
    """Whatever is held and released in the grace: what is held stays, and all else goes."""
    with new_world(empty_file) as world:
        projects = world.live(120, every=10)
        scenes = [world.scenes.list(each)[0].id for each in projects]
        messages = [each.id for each in world.messages.list(projects[0])]
        clean(world)
        known = {"user": ["local"], "project": projects, "scene": scenes, "message": messages}
        book = Holds(world.database)
        placed = [book.place(kind, known[kind][at % len(known[kind])], why="law") for kind, at in holds]
        for number in released & set(range(len(placed))):
            book.release(placed[number].id)
        held = {each.key for number, each in enumerate(placed) if number not in released}
        owner = dict(zip(scenes, projects, strict=True))
        asked = text("SELECT id, content FROM removed_row")
        with world.database.read() as connection:
            graves = {key: json.loads(content) for key, content in connection.execute(asked)}
        wanted = {
            key
            for key, row in graves.items()
            if held & {"local", row.get("id"), row.get("scene_id"), owner.get(str(row.get("scene_id"))),
                       row.get("project_id")} - {None}
        }  # fmt: skip
        world.clock.advance(8 * DAY)
        purge(world)
        with world.database.read() as connection:
            left = {key for key, _ in connection.execute(asked)} & set(graves)
        assert left == wanted
