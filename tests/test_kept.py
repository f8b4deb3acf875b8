"""What is kept is bounded by weight, by number and by how long nobody asked for it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.kept import Kept


class Hand:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def test_what_was_used_last_stays() -> None:
    """The bound by number takes the one that nobody asked for longest."""
    kept: Kept[str, str] = Kept(entries=2)
    for key in "ab":
        kept.put(key, key.upper())
    assert kept.get("a") == "A"
    kept.put("c", "C")
    assert [kept.get(key) for key in "abc"] == ["A", None, "C"]


def test_the_first_to_put_wins() -> None:
    """Two who made the same at once go on with one value."""
    kept: Kept[str, list[int]] = Kept()
    first = kept.put("a", [1])
    assert kept.put("a", [1]) is first


def test_heavy_values_leave_and_the_latest_stays_whatever_it_weighs() -> None:
    """One that is heavier than everything allowed is kept until the next comes, not made again and again."""
    kept: Kept[str, str] = Kept(10, weigh=lambda _, value: len(value))
    kept.put("a", "x" * 6)
    kept.put("b", "x" * 4)
    assert len(kept) == 2
    kept.put("huge", "x" * 100)
    assert (len(kept), kept.weight, kept.get("huge")) == (1, 100, "x" * 100)
    kept.put("c", "x")
    assert (len(kept), kept.weight, kept.get("huge")) == (1, 1, None)


def test_what_nobody_asks_for_goes_and_is_told() -> None:
    """By a sweep or by the next that is put; what was asked for meanwhile stays."""
    now, gone = Hand(), list[str]()
    kept: Kept[str, str] = Kept(idle_seconds=60, on_gone=gone.append, now=now)
    for key in "abc":
        kept.put(key, key)
    now.seconds = 50
    kept.get("b")
    now.seconds = 70
    assert (kept.sweep(), gone) == (2, ["a", "c"])
    now.seconds = 200
    kept.put("d", "d")
    assert (gone, len(kept)) == (["a", "c", "b"], 1)
    kept.clear()
    assert (gone[-1], kept.weight) == ("d", 0)


def test_what_is_popped_is_not_told() -> None:
    """Whoever takes it deals with it."""
    gone: list[int] = []
    kept: Kept[str, int] = Kept(on_gone=gone.append)
    kept.put("a", 1)
    assert (kept.pop("a"), kept.pop("a"), gone) == (1, None, [])


@pytest.mark.slow
@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9))))
def test_the_weight_is_that_of_what_is_held(put: list[tuple[int, int]]) -> None:
    """Whatever is put in whatever order, the sum is right and the bound holds beyond the latest one."""
    kept: Kept[int, int] = Kept(12, weigh=lambda _, value: value)
    for key, value in put:
        kept.put(key, value)
        held = [found for each in range(10) if (found := kept._held.get(each))]
        assert kept.weight == sum(each.weight for each in held)
        assert kept.weight <= 12 or len(kept) == 1
