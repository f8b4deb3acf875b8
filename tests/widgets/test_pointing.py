"""A line of a text that was painted is followed into the text that stands there now."""

from __future__ import annotations

import pytest

from tests.scene.test_line_diff import hostile
from workbench.widgets.pointing import line_now

BEFORE = "background('navy')\ntext('Hello')\n\ncircle(60)\ntext('Bye')\n"


@pytest.mark.parametrize(
    ("after", "lines"),
    [
        (BEFORE, [1, 2, 3, 4, 5]),
        ("# new\n" + BEFORE, [2, 3, 4, 5, 6]),
        (BEFORE.replace("Hello", "Good day"), [1, 2, 3, 4, 5]),
        (BEFORE.replace("circle(60)\n", ""), [1, 2, 3, None, 4]),
        (BEFORE.replace("circle(60)", "rect(20, 10)\nrect(30, 10)"), [1, 2, 3, None, 6]),
        ("", [None] * 5),
    ],
)
def test_a_line_is_followed(after: str, lines: list[int | None]) -> None:
    """Moved, or changed in place, it is still that line; deleted, or become several, it is gone."""
    assert [line_now(BEFORE, after, line) for line in range(1, 6)] == lines


@pytest.mark.slow
@pytest.mark.timeout(60)
def test_hostile_texts_keep_nobody_waiting() -> None:
    """What would be compared for half an hour is followed at once: the ends by what is equal."""
    before, after = ("\n".join(["head", *hostile(7000, name), "tail"]) for name in "ab")
    assert (line_now(before, after, 1), line_now(before, f"new\n{after}", 14_002)) == (1, 14_003)
