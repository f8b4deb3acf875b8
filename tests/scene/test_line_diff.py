"""Differences by lines: true ones, as few as difflib finds, in so many steps whatever the texts are."""

from __future__ import annotations

from difflib import SequenceMatcher, unified_diff
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

import workbench
from workbench.scene.line_diff import parts, unified

LINES = some.lists(some.sampled_from("abcd\n"), max_size=12)


def hostile(pairs: int, name: str) -> list[str]:
    """Return lines that others share, few enough of each to count, each followed by one nobody has."""
    return [line for number in range(pairs) for line in (f"{number % 101}", f"{name}{number}")]


@given(old=LINES, new=LINES, most_steps=some.sampled_from([0, 20, 10_000]))
def test_the_parts_make_the_new_text(old: list[str], new: list[str], most_steps: int) -> None:
    """They follow each other without gaps, and what is equal is; also when the steps run out."""
    found = parts(old, new, most_steps=most_steps)
    assert [line for each in found for line in old[each.begin : each.end]] == old
    assert [line for each in found for line in new[each.new_begin : each.new_end]] == new
    for each in found:
        if each.kind == "equal":
            assert old[each.begin : each.end] == new[each.new_begin : each.new_end]


@pytest.mark.parametrize("changed", [[0], [11], [40], [3, 7], [3, 11], [3, 12], [0, 20, 40]])
@pytest.mark.parametrize("context", [0, 1, 3])
def test_it_is_written_as_difflib_writes_it(changed: list[int], context: int) -> None:
    """Heads, hunks and context are the same, for lines that are put in, taken out and replaced."""
    old = [f"line {number}\n" for number in range(41)]
    for news in ([], ["new\n"], ["new\n", "newer\n"]):
        new = [part for n, line in enumerate(old) for part in (news if n in changed else [line])]
        told = list(unified(old, new, ("one", "two"), context=context))
        assert told == list(unified_diff(old, new, "one", "two", n=context))
    assert not list(unified(old, list(old), ("one", "two")))
    assert list(unified([], old, ("a", "b"))) == list(unified_diff([], old, "a", "b"))
    assert list(unified(old, [], ("a", "b"))) == list(unified_diff(old, [], "a", "b"))


def test_hostile_texts_are_compared_in_few_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """What would keep difflib busy for half an hour is searched a few times; the rest counts as replaced."""
    begun: list[int] = []
    search = SequenceMatcher.find_longest_match

    def counted(*given: Any) -> Any:
        begun.append(1)
        return search(*given)

    monkeypatch.setattr(SequenceMatcher, "find_longest_match", counted)
    old, new = (["head", *hostile(7000, name), "tail"] for name in "ab")
    assert len("\n".join(old)) < 64 * 1024
    found = parts(old, new)
    assert 1 <= len(begun) < 10
    assert [line for each in found for line in new[each.new_begin : each.new_end]] == new
    assert found[0] == ("equal", 0, 2, 0, 2)
    assert found[-1] == ("equal", 14_001, 14_002, 14_001, 14_002)


def test_a_long_source_with_many_edits_is_compared_line_by_line() -> None:
    """An honest change does not run out of steps."""
    old = [f"line {number}" if number % 4 else "" for number in range(2400)]
    new = [f"edit {number}" if number % 20 == 1 else line for number, line in enumerate(old)]
    assert sum(each.kind == "replace" for each in parts(old, new)) == 120


def test_nothing_else_makes_diffs() -> None:
    """Whatever shows or follows what differs between texts does so by these parts."""
    folder = Path(workbench.__file__).parent
    words = ("import unified_diff", "SequenceMatcher")
    texts = {path.name: path.read_text() for path in folder.rglob("*.py")}
    assert {name for name, text in texts.items() if any(word in text for word in words)} == {"line_diff.py"}
