"""What the pictures on the screen were painted from, so that a click on one can be answered truly."""

from __future__ import annotations

import threading
from collections import OrderedDict

from workbench.studio.evaluator import Checked

_MOST_PICTURES = 64


class ShownPictures:
    """What the latest pictures were painted from, by the names that views know them by."""

    def __init__(self, most: int = _MOST_PICTURES) -> None:
        self._most = most
        self._held: OrderedDict[str, Checked] = OrderedDict()
        self._lock = threading.Lock()

    def keep(self, name: str, checked: Checked) -> None:
        """Remember what a picture was painted from; the oldest is forgotten."""
        with self._lock:
            self._held[name] = checked
            self._held.move_to_end(name)
            while len(self._held) > self._most:
                self._held.popitem(last=False)

    def get(self, name: str) -> Checked | None:
        """Return what a picture was painted from; None when that is not known (any more)."""
        with self._lock:
            return self._held.get(name)


def still_name(view: object, number: object) -> str:
    """Return the name of the still that a view asked for under that number."""
    return f"{view} {number}"


def film_name(job: object) -> str:
    """Return the name of a moving preview."""
    return f"film {job}"
