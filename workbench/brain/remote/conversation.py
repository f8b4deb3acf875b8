"""The conversation for a model: each turn whole, as a part; standing wishes and the latest weigh most.

People say how they want everything in the first message and expect it to hold in the thirtieth. So the first
thing they said, and whatever they said for good ("always", "never", "from now on", "every scene"), weighs
more than the turns between. These weigh less the older they are, and where room is short they are left out
first, each as a whole and by its number.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from workbench.brain.packet import Message
from workbench.brain.remote.parts import Part

_LATEST = 6
_STANDING_WEIGHT = 0.97
_LATEST_WEIGHT = 0.7
_EARLIER_WEIGHT = 0.4
_STANDING = re.compile(
    r"\b(?:always|never|from now on|in general|every (?:scene|title|text|time)|all (?:the )?scenes|all my"
    r"|everywhere|throughout|whenever|keep (?:using|all|every)|don't ever|by default|for the whole)\b",
    re.IGNORECASE,
)


def conversation_parts(conversation: Sequence[Message]) -> tuple[Part, ...]:
    """Return the conversation as parts, oldest first; the standing ones and the latest weigh most."""
    first = _first_wish(conversation)
    return tuple(
        _part(message, place, len(conversation), standing=place == first or _for_good(message))
        for place, message in enumerate(conversation)
    )


def _part(message: Message, place: int, count: int, *, standing: bool) -> Part:
    latest = count - place <= _LATEST
    newness = 0.01 * place / count
    if standing and not latest:
        return _told(message, place, "The user said earlier, and it still holds", _STANDING_WEIGHT)
    return _told(message, place, _speaker(message), (_LATEST_WEIGHT if latest else _EARLIER_WEIGHT) + newness)


def _first_wish(conversation: Sequence[Message]) -> int | None:
    """Return the place of the first thing the user said; None where only later turns are told."""
    if not conversation or conversation[0].number > 1:
        return None
    return next((place for place, each in enumerate(conversation) if each.role == "user"), None)


def _for_good(message: Message) -> bool:
    return message.role == "user" and bool(_STANDING.search(message.text))


def _told(message: Message, place: int, how: str, weight: float) -> Part:
    return Part(f"message {message.number or place + 1}", f"{how}: {message.text}", weight)


def _speaker(message: Message) -> str:
    return "User" if message.role == "user" else "Workbench"
