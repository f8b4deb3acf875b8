"""What a model would be told about a prompt: every part, its tokens, and whether it fits."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

from workbench.brain.packet import Packet
from workbench.brain.remote.briefing import deciding
from workbench.studio.cards import card, note

_CELL = "padding:2px 14px 2px 0;text-align:left;vertical-align:top"


@dataclass(frozen=True, slots=True)
class PacketPart:
    """A part of a context packet, how many tokens it takes, and its text."""

    title: str
    tokens: int
    text: str


@dataclass(frozen=True, slots=True)
class PacketTold:
    """The context packet of a prompt within its budget of tokens; shows itself in a notebook.

    `parts` are what is told, in order; `left_out` names what did not fit, as a whole.
    """

    prompt: str
    parts: tuple[PacketPart, ...]
    tokens: int
    budget: int
    left_out: tuple[str, ...]

    @property
    def text(self) -> str:
        """Everything that is told, as one text."""
        return "\n\n".join(part.text for part in self.parts)

    def __str__(self) -> str:
        lines = [f"{self.tokens} of {self.budget} tokens"]
        lines += [f"{part.tokens:6} {part.title}" for part in self.parts]
        return "\n".join([*lines, *(f"  left out: {title}" for title in self.left_out)])

    def _repr_html_(self) -> str:
        rows = "".join(
            f'<tr><td style="{_CELL};text-align:right">{part.tokens}</td>'
            f'<td style="{_CELL}"><details><summary>'
            f'{escape(part.title)}</summary><pre style="white-space:pre-wrap">{escape(part.text)}</pre>'
            "</details></td></tr>"
            for part in self.parts
        )
        gone = f"Left out whole: {', '.join(self.left_out)}." if self.left_out else "Nothing was left out."
        told = f"{self.tokens} of {self.budget} tokens for “{self.prompt}”"
        return card("Context packet", told, f"<table>{rows}</table>", note(gone))


def packet_told(packet: Packet, most_tokens: int) -> PacketTold:
    """Return what deciding about the packet's prompt would tell a model, within `most_tokens`."""
    brief = deciding(packet, most_tokens)
    parts = tuple(PacketPart(part.title, part.tokens, part.text) for part in brief.parts)
    return PacketTold(packet.prompt, parts, brief.tokens, most_tokens, brief.left_out)
