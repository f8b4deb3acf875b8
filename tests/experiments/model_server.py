"""A Chat Completions server that plays a model and counts what it was paid for.

It answers plans with a plan that writes a scene, and requests for source with source. `trouble` may answer
instead, such as with 429; `refusal` answers who asks for a JSON schema; `hold_after` makes it keep every
request waiting once it has answered so many.
"""

import json
import threading
from collections import Counter
from collections.abc import Callable
from typing import Any

from tests.models import troubled_server as answers
from tests.models.troubled_server import Answer, Handler, TroubledServer

SOURCE = 'text("Hello", size=96, enter=fade(), name="title")\n'
BROKEN = 'text("Hello", sise=96)\n'
Trouble = Callable[[int], Answer | None]


class ModelServer(TroubledServer):
    """Counts every request it answered in full, by what was asked."""

    def __init__(self, source: Callable[[dict[str, Any]], str] = lambda body: SOURCE) -> None:
        super().__init__()
        self.paid: Counter[str] = Counter()
        self.asked = 0
        self.inside = 0
        self.most_inside = 0
        self.waiting = 0
        self.trouble: Trouble = lambda number: None
        self.refusal: Answer | None = None
        self.hold_after: int | None = None
        self.held = threading.Event()
        self._source = source
        self._lock = threading.Lock()

    def next_answer(self) -> Answer:
        return self._answer

    def _answer(self, handler: Handler) -> None:
        with self._lock:
            self.asked += 1
            number = self.asked
            self.inside += 1
            self.most_inside = max(self.most_inside, self.inside)
        try:
            self._replied(handler, number)
        finally:
            with self._lock:
                self.inside -= 1

    def _replied(self, handler: Handler, number: int) -> None:
        if self.hold_after is not None and self.paid.total() >= self.hold_after:
            with self._lock:
                self.waiting += 1
            self.held.set()
            self.released.wait(60)
            with self._lock:
                self.waiting -= 1
            return
        if (trouble := self.trouble(number)) is not None:
            trouble(handler)
            return
        body = handler.body
        if self.refusal is not None and body.get("response_format", {}).get("type") == "json_schema":
            self.refusal(handler)
            return
        text = f"```scene\n{self._source(body)}```" if body.get("stream") else plan(body)
        with self._lock:
            self.paid[asked(body)] += 1
        answers.says(text)(handler)


def plan(body: dict[str, Any]) -> str:
    """Return a plan: an edit when the project has a scene, else a scene to be written."""
    told = body["messages"][-1]["content"]
    instruction = told.rsplit("\n", 1)[-1]
    if "Scene 1 " in told or "scene 1 " in told:
        step = {"action": "edit_scene", "scene": "1", "instruction": instruction, "edit_kind": "surgical"}
    else:
        step = {"action": "add_scene", "template": "(write)", "instruction": instruction, "name": "One"}
    return json.dumps({"outcome": "steps", "steps": [step]})


def asked(body: dict[str, Any]) -> str:
    """Return what a request asks, so that equal requests are equal."""
    return json.dumps(body, sort_keys=True)
