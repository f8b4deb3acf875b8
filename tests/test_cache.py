"""The cache: bounded, ageing, and one maker for all who ask at once."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.cache import CacheStatistics, TtlCache
from workbench.clock import FrozenClock
from workbench.errors import WorkbenchError


def test_made_once_until_it_is_old() -> None:
    """A value is made at the first asking and again when its time is over."""
    clock, made = FrozenClock(), []
    cache: TtlCache[str, int] = TtlCache(4, seconds=10, clock=clock)

    def make() -> int:
        made.append(1)
        return len(made)

    first, second = cache.get("a", make), cache.get("a", make)
    clock.advance(10)
    assert (first, second, cache.peek("a"), cache.get("a", make)) == (1, 1, None, 2)
    assert cache.statistics() == CacheStatistics(hits=1, misses=2, expired=1, entries=1, weight=1)


def test_one_makes_for_all_who_ask_meanwhile() -> None:
    """Eight that ask at once get the same value, made by one of them."""
    cache: TtlCache[str, object] = TtlCache(4, seconds=10)
    begun, go, got = threading.Event(), threading.Event(), []

    def make() -> object:
        begun.set()
        go.wait(30)
        return object()

    threads = [threading.Thread(target=lambda: got.append(cache.get("a", make))) for _ in range(8)]
    for thread in threads:
        thread.start()
    begun.wait(30)
    while cache.statistics().joined < 7:
        pass
    go.set()
    for thread in threads:
        thread.join()
    assert (len(got), len(set(map(id, got))), cache.statistics().misses) == (8, 1, 1)


def test_a_failure_is_heard_and_not_kept() -> None:
    """The maker's error reaches the asker; the next asking makes anew."""
    cache: TtlCache[str, int] = TtlCache(4, seconds=10)
    with pytest.raises(ZeroDivisionError):
        cache.get("a", lambda: 1 // 0)
    assert cache.get("a", lambda: 7) == 7
    assert cache.statistics().failures == 1


def test_an_interruption_of_the_maker_is_nobody_elses() -> None:
    """Ctrl-C in the thread that makes a value ends that thread's asking; who waited makes it."""
    cache: TtlCache[str, int] = TtlCache(4, seconds=10)
    begun, go, ended = threading.Event(), threading.Event(), []

    def interrupted() -> int:
        begun.set()
        go.wait(30)
        raise KeyboardInterrupt

    def ask(make: Callable[[], int]) -> None:
        try:
            ended.append(cache.get("a", make))
        except KeyboardInterrupt:
            ended.append("interrupted")

    threads = [threading.Thread(target=ask, args=(make,)) for make in (interrupted, lambda: 7, lambda: 7)]
    threads[0].start()
    begun.wait(30)
    for thread in threads[1:]:
        thread.start()
    while cache.statistics().joined < 2:
        pass
    go.set()
    for thread in threads:
        thread.join()
    assert sorted(ended, key=str) == [7, 7, "interrupted"]
    assert cache.peek("a") == 7


def test_what_is_dropped_while_it_is_made_is_not_kept() -> None:
    """The asker gets what it asked for; nobody after it gets what was out of date."""
    cache: TtlCache[str, str] = TtlCache(4, seconds=10)

    def make() -> str:
        cache.drop("a")
        return "old"

    assert cache.get("a", make) == "old"
    assert cache.get("a", lambda: "new") == "new"


def test_a_circle_is_an_error() -> None:
    """A value whose making asks for itself says so instead of waiting for ever."""
    cache: TtlCache[str, int] = TtlCache(4, seconds=10)
    with pytest.raises(WorkbenchError, match="asked for itself"):
        cache.get("a", lambda: cache.get("a", int))


def test_a_sweep_removes_the_old() -> None:
    """Sweeping tells how many entries had grown old."""
    clock = FrozenClock()
    cache: TtlCache[int, int] = TtlCache(9, seconds=10, clock=clock)
    for number in range(3):
        cache.get(number, lambda: 0)
        clock.advance(5)
    assert (cache.sweep(), cache.statistics().entries) == (2, 1)


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(1, 6))))
def test_the_bound_holds_and_the_newest_stay(asked: list[tuple[int, int]]) -> None:
    """Whatever is asked for, the total weight stays within the bound and the last value that fits is held."""
    cache: TtlCache[int, int] = TtlCache(5, seconds=10, weigh=lambda weight: weight, clock=FrozenClock())
    for key, weight in asked:
        got = cache.get(key, lambda weight=weight: weight)
        held = cache.statistics()
        assert held.weight <= 5
        assert cache.peek(key) == (got if got <= 5 else None)
    cache.clear()
    assert (cache.statistics().entries, cache.statistics().weight) == (0, 0)
