"""A view without a browser: it says what a view says and keeps what it hears."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from workbench.studio.studio import Studio
from workbench.widgets.desk import Desk
from workbench.widgets.hearing import COMMANDS


@dataclass
class RecordingOutlet:
    """Keeps the state shown last and every message, in order."""

    state: dict[str, Any] = field(default_factory=dict)
    messages: list[tuple[dict[str, Any], list[bytes]]] = field(default_factory=list)

    def show(self, state: dict[str, Any]) -> None:
        self.state = state

    def tell(self, content: dict[str, Any], buffers: Sequence[bytes] = ()) -> None:
        self.messages.append((content, list(buffers)))


class FakeView:
    """One view at a desk of its own."""

    def __init__(self, studio: Studio) -> None:
        self.outlet = RecordingOutlet()
        self.desk = Desk(studio, COMMANDS)
        self.desk.join(self.outlet)

    def say(self, what: str, **more: Any) -> None:
        """Say something and wait until it is done."""
        self.desk.hear({"do": what, "view": "v", **more})
        assert self.desk.rest()
        assert self.desk.rest()

    def heard(self, what: str) -> list[dict[str, Any]]:
        """Return every message of that kind."""
        return [content for content, _ in self.outlet.messages if content["tell"] == what]

    def last(self, what: str) -> dict[str, Any]:
        """Return the last message of that kind."""
        return self.heard(what)[-1]

    def bytes_of(self, what: str) -> list[bytes]:
        """Return what the last message of that kind carried."""
        return next(held for content, held in reversed(self.outlet.messages) if content["tell"] == what)

    def scene(self, number: int = 1) -> dict[str, Any]:
        """Return a scene as the state shows it."""
        line: dict[str, Any] = self.outlet.state["scenes"][number - 1]
        return line
