"""The conversation for a model: the latest turns whole, standing wishes always, the rest as a digest.

People say how they want everything in the first message and expect it to hold in the thirtieth. So the first
thing they said, and whatever they said for good ("always", "never", "from now on", "every scene"), weighs
more than the turns between.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from workbench.brain.packet import Message
from workbench.brain.remote.parts import Part

_LATEST = 6
_DIGEST_LETTERS = 100
_STANDING = re.compile(
    r"\b(?:always|never|from now on|in general|every (?:scene|title|text|time)|all (?:the )?scenes|all my"
    r"|everywhere|throughout|whenever|keep (?:using|all|every)|don't ever|by default|for the whole)\b",
    re.IGNORECASE,
)


def conversation_parts(conversation: Sequence[Message]) -> tuple[Part, ...]:
    """Return the conversation as parts, oldest first; the latest and the standing ones weigh most."""
    parts: list[Part] = []
    digest: list[str] = []
    first = next((place for place, each in enumerate(conversation) if each.role == "user"), None)
    for place, message in enumerate(conversation):
        latest = len(conversation) - place <= _LATEST
        standing = message.role == "user" and (place == first or _STANDING.search(message.text))
        if standing and not latest:
            parts.append(_told(message, place, "The user said earlier, and it still holds", 0.97))
        elif latest:
            parts.append(_told(message, place, _speaker(message), 0.7 + 0.01 * place / len(conversation)))
        else:
            digest.append(f"- {_speaker(message)}: {_shortened(message.text)}")
    if digest:
        text = "In between, shortened:\n" + "\n".join(digest)
        middle = len([part for part in parts if part.weight > 0.9])
        parts.insert(middle, Part(f"digest of {len(digest)} messages", text, 0.4))
    return tuple(parts)


def _told(message: Message, place: int, how: str, weight: float) -> Part:
    return Part(f"message {place + 1}", f"{how}: {message.text}", weight)


def _speaker(message: Message) -> str:
    return "User" if message.role == "user" else "Workbench"


def _shortened(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _DIGEST_LETTERS else line[: _DIGEST_LETTERS - 1] + "…"
