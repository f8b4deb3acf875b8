"""One poller asks for everybody; what is changed in a chart is only what changed."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from typing import Any

from bokeh.models import ColumnDataSource
from hypothesis import given
from hypothesis import strategies as st

from dashboards.asking import Ask, Snapshot, Source
from dashboards.charts import change
from dashboards.patience import patient
from dashboards.poller import Poller, View
from dashboards.scope import RANGES, Scope
from workbench.clock import FrozenClock

NOON = datetime(2026, 6, 17, 12, tzinfo=UTC)
FACT = Ask("fact:number")


class Counter:
    """A fact that counts how often it was asked."""

    def __init__(self) -> None:
        self.asked = 0

    def __call__(self, _: Any) -> int:
        self.asked += 1
        return self.asked


def poller_of(counter: Counter, refresh_seconds: float = 3600) -> Poller:
    return Poller(
        Source(None, {FACT.name: counter}),
        refresh_seconds=refresh_seconds,
        clock=FrozenClock(NOON),  # type: ignore[arg-type]
    )


def test_many_sessions_are_one_question() -> None:
    """Twenty that look at the same hear the same answer, which was asked for once."""
    counter, heard, all_of_them = Counter(), [], threading.Event()

    def hear(snapshot: Snapshot) -> None:
        heard.append(snapshot.results[FACT])
        if len(heard) == 20:
            all_of_them.set()

    poller = poller_of(counter)
    view = View("now", Scope(), (FACT,))
    for _ in range(20):
        poller.subscribe(view, hear)
    with poller:
        assert all_of_them.wait(20)
    assert counter.asked == 1
    assert heard == [1] * 20


def test_who_comes_later_is_told_at_once_what_was_seen() -> None:
    """A second session of the same view gets the last snapshot with its subscription."""
    counter, first = Counter(), threading.Event()
    view = View("now", Scope(), (FACT,))
    with poller_of(counter) as poller:
        poller.subscribe(view, lambda _: first.set())
        assert first.wait(20)
        last, _ = poller.subscribe(view, lambda _: None)
    assert last is not None
    assert last.results[FACT] == 1


def test_nobody_looks_and_nothing_is_asked() -> None:
    """A view whose last session left is not asked about any more."""
    counter, first, rounds = Counter(), threading.Event(), threading.Event()
    poller = Poller(
        Source(None, {FACT.name: counter}), refresh_seconds=0.01, clock=FrozenClock(NOON),  # type: ignore[arg-type]
        before=[lambda: poller.rounds > 5 and rounds.set()],
    )  # fmt: skip
    with poller:
        _, stop = poller.subscribe(View("now", Scope(), (FACT,)), lambda _: first.set())
        assert first.wait(20)
        stop()
        stop()
        asked = counter.asked
        rounds.clear()
        assert rounds.wait(20)
    assert counter.asked <= asked + 1
    assert poller.watched == 0


def test_a_listener_that_fails_harms_no_other() -> None:
    """A session that went away in between does not stop the rest."""
    heard = threading.Event()
    view = View("now", Scope(), (FACT,))
    poller = poller_of(Counter())
    poller.subscribe(view, lambda _: 1 / 0)  # type: ignore[arg-type,return-value]
    poller.subscribe(view, lambda _: heard.set())
    with poller:
        assert heard.wait(20)


def test_costly_facts_are_looked_at_now_and_then() -> None:
    """Within its patience a fact is told from memory; after a failure it is tried at once."""
    clock, counter = FrozenClock(NOON), Counter()
    look = patient(counter, 30, clock)
    assert [look(None), look(None)] == [1, 1]
    clock.advance(31)
    assert look(None) == 2


def test_a_chart_gets_only_what_is_new() -> None:
    """The open bucket is patched, a new one streamed, an old one dropped; another period replaces all."""
    source = ColumnDataSource({"time": [], "value": []})
    assert change(source, {"time": [1.0, 2.0, 3.0], "value": [5.0, 6.0, float("nan")]}) == "replace"
    assert change(source, {"time": [1.0, 2.0, 3.0], "value": [5.0, 6.0, float("nan")]}) == "same"
    assert change(source, {"time": [1.0, 2.0, 3.0], "value": [5.0, 6.0, 9.0]}) == "patch"
    assert change(source, {"time": [2.0, 3.0, 4.0], "value": [6.0, 9.5, 1.0]}) == "stream"
    assert list(source.data["time"]) == [2.0, 3.0, 4.0]
    assert list(source.data["value"]) == [6.0, 9.5, 1.0]
    assert change(source, {"time": [70.0, 80.0], "value": [0.0, 0.0]}) == "replace"


@given(
    st.lists(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 3)), max_size=12), min_size=1, max_size=5)
)
def test_in_place_or_anew_a_chart_shows_the_same(rounds: list[list[tuple[int, int]]]) -> None:
    """Whatever comes, in whatever order, the source holds exactly the last answer."""
    source = ColumnDataSource({"time": [], "value": []})
    for points in rounds:
        by_time = sorted(dict(points).items())
        columns = {"time": [float(t) for t, _ in by_time], "value": [float(v) for _, v in by_time]}
        change(source, columns)
        assert {name: list(values) for name, values in source.data.items()} == columns


scopes = st.builds(
    Scope,
    time=st.sampled_from(list(RANGES)),
    project=st.none() | st.text(min_size=1, max_size=40),
    model=st.none() | st.text(min_size=1, max_size=40),
    operation=st.text(min_size=1, max_size=40),
    trace=st.none() | st.text("0123456789abcdef", min_size=32, max_size=32),
)


@given(scopes)
def test_a_scope_goes_into_the_address_and_comes_back(scope: Scope) -> None:
    """What is filtered is in the address, and the address alone brings it back."""
    from urllib.parse import parse_qsl

    pairs = parse_qsl(scope.query().lstrip("?"), keep_blank_values=True)
    assert Scope.read({name: [value.encode()] for name, value in pairs}) == scope


def test_an_address_with_nonsense_is_the_first_view() -> None:
    """Unknown times and bytes that are no text do no harm."""
    assert Scope.read({"time": [b"9 years"], "project": [b""], "model": [b"\xff"]}).time == "6h"
    assert all(
        Scope(time=time).bucket_seconds * 300 >= Scope(time=time).length.total_seconds() for time in RANGES
    )
