"""The ground everything stands on: ids, clocks, events, errors."""

import threading
from datetime import timedelta

import pytest

from workbench.clock import FrozenClock, SystemClock
from workbench.errors import NotFound
from workbench.events import Event, EventBus
from workbench.identity import new_id, seeded_ids


def test_ids_are_unique_and_in_order_of_creation_across_threads() -> None:
    """Four threads making ids at once never make the same one, and each sees its own in order."""
    made: list[list[str]] = [[] for _ in range(4)]

    def make(row: list[str]) -> None:
        row.extend(new_id() for _ in range(500))

    threads = [threading.Thread(target=make, args=(row,)) for row in made]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    everything = [key for row in made for key in row]
    assert len(set(everything)) == 2000
    assert all(row == sorted(row) for row in made)
    assert {len(key) for key in everything} == {26}


def test_ids_keep_their_order_when_the_clock_goes_back() -> None:
    """A clock set back does not make a later id sort before an earlier one."""
    clock = FrozenClock()
    make = seeded_ids(clock)
    first = make()
    clock._now -= timedelta(hours=1)
    assert make() > first


def test_seeded_ids_repeat() -> None:
    """The same clock and seed make the same ids."""
    one, other = seeded_ids(FrozenClock(), 7), seeded_ids(FrozenClock(), 7)
    assert [one() for _ in range(3)] == [other() for _ in range(3)]


def test_the_frozen_clock_moves_only_when_told() -> None:
    """Both times move together by what was asked."""
    clock = FrozenClock()
    before = clock.now()
    clock.advance(2.5)
    assert (clock.now() - before).total_seconds() == clock.monotonic() == 2.5
    assert SystemClock().now().tzinfo is not None


def test_listeners_hear_events_in_order_until_they_stop() -> None:
    """A listener hears its events in the order they were emitted, and none after it stopped."""
    bus = EventBus()
    heard: list[str] = []
    stop = bus.on(None, lambda event: heard.append(event.name))
    bus.on("b", lambda event: heard.append(event.name.upper()))
    for name in "abc":
        bus.emit(Event(name))
    stop()
    bus.emit(Event("d"))
    assert heard == ["a", "b", "B", "c"]


def test_a_listener_that_fails_is_reported_and_the_others_hear() -> None:
    """One bad listener costs the others nothing."""
    failures: list[str] = []
    heard: list[str] = []
    bus = EventBus(lambda event, failure: failures.append(f"{event.name}: {failure}"))

    def fails(_: Event) -> None:
        raise RuntimeError("no")

    bus.on("saved", fails)
    bus.on("saved", lambda event: heard.append(event.name))
    bus.emit(Event("saved"))
    assert (failures, heard) == (["saved: no"], ["saved"])


@pytest.mark.parametrize(
    ("name", "known", "remedy"),
    [
        ("Intor", ["Intro", "Outro"], "Did you mean 'Intro'?"),
        ("zzz", ["Intro", "Outro"], "There is: Intro, Outro."),
        ("zzz", [], "There is no scene yet."),
    ],
)
def test_a_name_nobody_has_gets_the_nearest_one(name: str, known: list[str], remedy: str) -> None:
    """The error says what there is, or what was probably meant."""
    assert str(NotFound.among("scene", name, known)) == f"There is no scene named {name!r}. {remedy}"
