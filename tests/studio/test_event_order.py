"""Laws of events: everybody hears everything, in one order, whoever fails and whatever threads speak."""

from __future__ import annotations

import threading

from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.events import Event, EventBus

PROJECTS = st.sampled_from(["a", "b", "c"])


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(PROJECTS, st.integers()), max_size=30), st.sets(st.integers(0, 3)))
def test_a_failing_listener_keeps_nobody_from_hearing(said: list[tuple[str, int]], failing: set[int]) -> None:
    """Every listener hears every event in the order it was emitted; failures are reported, one by one."""
    reported: list[Event] = []
    bus = EventBus(lambda event, _: reported.append(event))
    heard: list[list[Event]] = [[] for _ in range(4)]

    def listener(place: int) -> None:
        def hear(event: Event) -> None:
            heard[place].append(event)
            if place in failing:
                raise RuntimeError("no")

        bus.on(None, hear)

    for place in range(4):
        listener(place)
    events = [Event("said", project, data={"value": value}) for project, value in said]
    for event in events:
        bus.emit(event)
    assert heard == [events] * 4
    assert reported == [event for event in events for _ in failing]


@settings(max_examples=15, deadline=None)
@given(st.lists(PROJECTS, min_size=2, max_size=4), st.integers(1, 20))
def test_threads_keep_their_order_and_all_hear_the_same(projects: list[str], count: int) -> None:
    """Events of several threads reach all listeners in the same order, and each thread's in its own."""
    bus, first, second = EventBus(), [], []
    bus.on(None, first.append)
    bus.on(None, second.append)

    def talk(thread: int, project: str) -> None:
        for number in range(count):
            bus.emit(Event("said", project, data={"thread": thread, "number": number}))

    threads = [threading.Thread(target=talk, args=each) for each in enumerate(projects)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert first == second
    assert len(first) == count * len(projects)
    for thread in range(len(projects)):
        mine = [event.data["number"] for event in first if event.data["thread"] == thread]
        assert mine == list(range(count))


def test_an_event_said_while_another_is_heard_follows_in_the_same_thread() -> None:
    """A listener that answers with an event of its own is heard once everybody has heard the first."""
    bus, heard = EventBus(), []

    def answer(event: Event) -> None:
        if event.name == "question":
            bus.emit(Event("answer"))

    bus.on(None, lambda event: heard.append(event.name))
    bus.on(None, answer)
    late: list[str] = []
    bus.on(None, lambda event: late.append(event.name))
    bus.emit(Event("question"))
    assert heard == late == ["question", "answer"]
