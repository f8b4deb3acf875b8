"""A model server for load tests: speaks Chat Completions, thinks as long as a stated distribution says.

It stands in for a model's time and form, not for its wits: a plan is filled in from the schema that was
sent, source is one of a few scenes that are all valid. Everything behind it is real: evaluation, checks,
renders. `python -m workbench.stress.stand_in --median 0.3 --sigma 0.5` prints its address and serves.
"""

from __future__ import annotations

import argparse
import json
import re
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from random import Random
from typing import Any

from workbench.stress.leaving import end_with_starter

_COLORS = ("#38bdf8", "#f472b6", "#facc15", "#4ade80", "#fb923c")
_EDIT = "Make the title bigger"
_ADD = "Add a scene"
"""Whichever of the two a prompt says last decides what the stand-in plans."""
SHOW = f"{_ADD} that shows"
"""Begins a prompt for a scene of pictures; their names follow on the same line."""
_SOURCE = """\
background(linear("#0b1020", "#1c2c54", angle=60))
text("{title}", size={size}, weight=800, color="white", y=height * 0.42, enter=rise(40), name="title")
circle({radius}, x=lambda t: width / 2 + 300 * sin(t), y=height * 0.78, fill="{color}", name="dot")
"""


@dataclass
class Thinking:
    """How long an answer takes: a log-normal time, and now and then a failure."""

    median_seconds: float = 0.3
    sigma: float = 0.5
    failing: float = 0.0
    seed: int = 1
    most_seconds: float = 30.0
    _dice: Random = field(init=False)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self._dice = Random(self.seed)

    def draw(self) -> tuple[float, bool, int]:
        """Return the seconds to think, whether to fail then, and a number to vary the answer by."""
        with self._lock:
            factor = self._dice.lognormvariate(0.0, self.sigma)
            fails = self._dice.random() < self.failing
            return min(self.median_seconds * factor, self.most_seconds), fails, self._dice.randrange(10_000)

    def describe(self) -> str:
        """Say the distribution in words."""
        failing = f", {self.failing:.0%} of requests answered with 503" if self.failing else ""
        return f"log-normal, median {self.median_seconds:g} s, sigma {self.sigma:g}{failing}"


class _Handler(BaseHTTPRequestHandler):
    server: StandIn
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        model = {"id": "stand-in", "object": "model", "created": 0, "owned_by": "workbench"}
        self._reply({"object": "list", "data": [model]})

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        if self.path == "/thinking":
            self.server.thinking = Thinking(**body)
            self._reply({"thinking": self.server.thinking.describe()})
            return
        seconds, fails, number = self.server.thinking.draw()
        time.sleep(seconds)
        if fails:
            self._reply({"error": {"message": "overloaded", "type": "server_error", "code": "x"}}, 503)
            return
        text = answer(body, number)
        usage = {"prompt_tokens": len(json.dumps(body)) // 4, "completion_tokens": len(text) // 4}
        usage["total_tokens"] = sum(usage.values())
        if body.get("stream"):
            self._stream(text, usage)
            return
        choice = {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": text}}
        self._reply({**_head("chat.completion"), "choices": [choice], "usage": usage})

    def _reply(self, document: dict[str, Any], status: int = 200) -> None:
        data = json.dumps(document).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def _stream(self, text: str, usage: dict[str, int]) -> None:
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.send_header("connection", "close")
        self.end_headers()
        pieces = [text[at : at + 80] for at in range(0, len(text), 80)]
        for piece, finish in [*((each, None) for each in pieces), ("", "stop")]:
            choice = {"index": 0, "finish_reason": finish, "delta": {"content": piece}}
            self._event({**_head("chat.completion.chunk"), "choices": [choice]})
        self._event({**_head("chat.completion.chunk"), "choices": [], "usage": usage})
        self.wfile.write(b"data: [DONE]\n\n")
        self.close_connection = True

    def _event(self, document: dict[str, Any]) -> None:
        self.wfile.write(f"data: {json.dumps(document)}\n\n".encode())

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


class StandIn(ThreadingHTTPServer):
    """The server; its `thinking` may be changed while it runs, also by `POST /thinking`."""

    daemon_threads = True
    request_queue_size = 256

    def __init__(self, thinking: Thinking, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.thinking = thinking

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is nothing to tell of."""


def answer(body: dict[str, Any], number: int) -> str:
    """Return what the model says to a request: a plan, another object of the schema, or source."""
    asked = body.get("response_format") or {}
    if asked.get("type") == "json_schema":
        schema = asked["json_schema"]["schema"]
        filled = fill(schema)
        if "outcome" in schema.get("properties", {}):
            filled |= _plan(schema, _last_words(body))
        return json.dumps(filled)
    before = _before(body)
    if before:
        return f"```python\n{re.sub(r'size=[0-9]+', f'size={80 + number % 60}', before, count=1)}```\n"
    source = _SOURCE.format(
        title=f"Load {number}",
        size=80 + number % 60,
        radius=20 + number % 30,
        color=_COLORS[number % len(_COLORS)],
    )
    return f"```python\n{source}```\n"


def _before(body: dict[str, Any]) -> str:
    """Return the source that is to be edited, one of ours; empty when a new scene is wanted."""
    told = "\n".join(_texts(message["content"]) for message in body.get("messages", []))
    found = re.findall(r"background\(linear\([^`]*?name=\"dot\"\)\n", told)
    return found[-1] if found and _is_edit(told) else ""


def fill(schema: dict[str, Any]) -> Any:
    """Return the smallest value that a JSON schema allows."""
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        return schema["enum"][0]
    for choice in ("anyOf", "oneOf"):
        if choice in schema:
            return fill(schema[choice][0])
    kind = schema.get("type")
    kind = kind[0] if isinstance(kind, list) else kind
    if kind == "object":
        return {name: fill(part) for name, part in schema.get("properties", {}).items()}
    if kind == "array":
        return [fill(schema["items"]) for _ in range(schema.get("minItems", 0))]
    return {"integer": schema.get("minimum", 0), "number": schema.get("minimum", 0), "boolean": False}.get(
        str(kind), "x" * schema.get("minLength", 0)
    )


def _plan(schema: dict[str, Any], words: str) -> dict[str, Any]:
    """Return the parts of a plan that matter: a scene written or made of pictures, or scene 1 edited."""
    step_schema = schema["properties"]["steps"]["items"]
    scenes = step_schema["properties"]["scene"]["enum"]
    step = fill(step_schema)
    edits = "1" in scenes and _is_edit(words)
    shown = _shown(step_schema, words)
    if edits:
        step |= {"action": "edit_scene", "scene": "1", "edit_kind": "creative"}
    elif shown:
        step |= {"action": "add_image", "pictures": shown, "use": "embed", "duration_tenths": 30}
    else:
        step |= {"action": "add_scene", "template": "(write)", "duration_tenths": 30, "name": "Load"}
    step["instruction"] = words[:200]
    return {"outcome": "steps", "reasoning": "as asked", "steps": [step]}


def _shown(step_schema: dict[str, Any], words: str) -> list[str]:
    """Return the project's pictures that the last prompt wants shown."""
    at = words.rfind(SHOW)
    if at < 0 or at != words.rfind(_ADD):
        return []
    named = set(re.findall(r"[\w-]+", words[at:].partition("\n")[0]))
    known = step_schema["properties"].get("pictures", {}).get("items", {}).get("enum", ())
    return [name for name in known if name in named]


def _is_edit(words: str) -> bool:
    return words.rfind(_EDIT) > words.rfind(_ADD)


def _last_words(body: dict[str, Any]) -> str:
    asked = [_texts(each["content"]) for each in body.get("messages", []) if each.get("role") == "user"]
    return asked[-1] if asked else ""


def _texts(content: Any) -> str:
    return content if isinstance(content, str) else " ".join(part.get("text", "") for part in content)


def _head(kind: str) -> dict[str, Any]:
    return {"id": "stand-in", "object": kind, "created": 0, "model": "stand-in"}


def main() -> None:
    """Serve until the process is ended."""
    end_with_starter()
    parser = argparse.ArgumentParser(description="A model server for load tests.")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--median", type=float, default=0.3)
    parser.add_argument("--sigma", type=float, default=0.5)
    parser.add_argument("--failing", type=float, default=0.0)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    server = StandIn(Thinking(chosen.median, chosen.sigma, chosen.failing, chosen.seed), chosen.port)
    print(f"http://127.0.0.1:{server.server_address[1]}/v1", flush=True)  # noqa: T201 - whoever started it reads
    server.serve_forever()


if __name__ == "__main__":
    main()
