"""People who write down what was acknowledged to them, to be held against the database afterwards."""

from __future__ import annotations

import hashlib
import io
import threading
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any, Literal

import httpx
from PIL import Image

from workbench.stress.target import Target

BY_HAND, TALK = "by hand", "talk"
"""What the projects of each person are called: one is changed by hand alone, one by prompts alone."""
ACTIONS_A_PROJECT = 200
"""After so many a person begins another project, long before the first one is full."""
PICTURE_EVERY = 8
SEEN_THROUGH_SECONDS = 300.0
"""Longer than a service that is started anew twice may take on a busy machine."""
LAST_SECONDS = 60.0
_ASK_SECONDS = 90.0
_PAUSE_SECONDS = 0.15
_TALK_PAUSE_SECONDS = 0.6
_RETRIED = (409, 429, 500, 502, 503, 504)
_SOURCE = 'text("x", size=96, color="white", name="title")\n'
Kind = Literal["scene", "picture", "prompt"]
Ending = Literal["done", "not done", "failed", "cut off", "refused", "given up"]


@dataclass(frozen=True, slots=True)
class Sent:
    """One action that was seen through: under which fault it was begun, when (monotonic), how it ended.

    `done`: acknowledged. `not done`: a prompt that was answered, and the answer says that it was not done.
    `failed`: a prompt answered with 502, the model failed. `cut off`: a prompt that was begun, of which the
    service says, asked again, that its answer is lost. `refused`: anything else that ends it. `given up`:
    never settled, so nobody knows what is there. `name` is used once; `keys` are the picture's SHA-256, or
    the answer's id and those of the scenes that it names.
    `turned_away` is what each try before the last was told.
    """

    kind: Kind
    fault: str
    name: str
    begun: float
    ended: float
    ending: Ending
    keys: tuple[str, ...] = ()
    turned_away: tuple[str, ...] = ()
    told: str = ""

    @property
    def acknowledged(self) -> bool:
        """Whether the service said that it is kept."""
        return self.ending in ("done", "not done")

    @property
    def seconds(self) -> float:
        """How long it took, all tries together."""
        return self.ended - self.begun


@dataclass
class Person:
    """Sends one action after another, each under a key of its own, again until that is settled.

    `act` makes the action of a number and returns how it went; `broke_off` tells why it stopped early.
    """

    target: Target
    number: int
    label: Callable[[], str]
    stop: threading.Event
    act: Callable[[Person, int], Sent]
    pause_seconds: float = _PAUSE_SECONDS
    sent: list[Sent] = field(default_factory=list)
    broke_off: str = ""

    def work(self) -> None:
        """Act until stopped; the last action is seen through."""
        count = 0
        try:
            while not self.stop.wait(self.pause_seconds):
                self.sent.append(self.act(self, count))
                count += 1
        except Exception as failure:  # noqa: BLE001 - a thread that ends tells why, or nobody knows
            self.broke_off = f"{type(failure).__name__}: {failure}"

    def project(self, what: str, count: int) -> str:
        """Return the name of the project that an action goes to, made for the first of them."""
        name = f"{what} {self.number}.{count // ACTIONS_A_PROJECT}"
        if count % ACTIONS_A_PROJECT == 0:
            self.through("/projects", json={"name": name, "format": "320x180"})
        return name

    def through(self, path: str, **body: Any) -> tuple[Ending, Mapping[str, Any], tuple[str, ...], str]:
        """Send it until it is settled: how it ended, its document, the tries before, what was told."""
        headers = {
            "Authorization": f"Bearer {self.target.tokens[self.number]}",
            "Idempotency-Key": str(uuid.uuid4()),
        }
        tries: list[str] = []
        ends, last = time.monotonic() + SEEN_THROUGH_SECONDS, False
        while time.monotonic() < ends:
            if self.stop.is_set() and not last:
                ends, last = min(ends, time.monotonic() + LAST_SECONDS), True
            try:
                answer = httpx.post(self.target.url + path, headers=headers, timeout=_ASK_SECONDS, **body)
            except httpx.HTTPError as failure:
                tries.append(type(failure).__name__)
            else:
                if ending := settled(answer):
                    told = "" if answer.is_success else f"{answer.status_code} {answer.text[:200]}"
                    return ending, _document(answer), tuple(tries), told
                tries.append(str(answer.status_code))
            time.sleep(_PAUSE_SECONDS)
        return "given up", {}, tuple(tries[:-1]), tries[-1] if tries else "nothing"


def by_hand(person: Person, count: int) -> Sent:
    """Add a scene or, now and then, bring in a picture, of a name that is used once."""
    project = person.project(BY_HAND, count)
    fault, begun = person.label(), time.monotonic()
    name = f"{fault} {person.number}-{count}"
    kind: Kind = "scene"
    keys: tuple[str, ...] = ()
    if count % PICTURE_EVERY == PICTURE_EVERY - 1:
        content = picture(f"{person.number}-{count}")
        files = {"file": (f"{count}.png", content, "image/png")}
        ending, _, tries, told = person.through(
            f"/projects/{project}/assets", data={"name": name}, files=files
        )
        kind, keys = "picture", (hashlib.sha256(content).hexdigest(),)
    else:
        body = {"kind": "add_scene", "name": name, "source": _SOURCE, "duration_seconds": 1}
        ending, _, tries, told = person.through(f"/projects/{project}/actions", json=body)
    ending = "done" if ending == "cut off" else ending  # it was said that it was done
    return Sent(kind, fault, name, begun, time.monotonic(), ending, keys, tries, told)


def prompts(person: Person, count: int) -> Sent:
    """Ask for a scene, in words that are used once."""
    project = person.project(TALK, count)
    fault, begun = person.label(), time.monotonic()
    words = f"Add a scene with a title ({fault} {person.number}-{count})"
    ending, take, tries, told = person.through(f"/projects/{project}/ask", json={"prompt": words})
    keys: tuple[str, ...] = ()
    if ending == "done":
        keys = (str(take["id"]), *(str(scene["id"]) for scene in take["scenes"]))
        if not take["ok"]:
            ending, told = "not done", str(take["text"])[:200]
    return Sent("prompt", fault, words, begun, time.monotonic(), ending, keys, tries, told)


def people(target: Target, each: int, label: Callable[[], str], stop: threading.Event) -> list[Person]:
    """Return so many people twice: by hand, and in words."""
    return [
        Person(target, number, label, stop, act, pause)
        for act, pause in ((by_hand, _PAUSE_SECONDS), (prompts, _TALK_PAUSE_SECONDS))
        for number in range(each)
    ]


def settled(answer: httpx.Response) -> Ending | None:
    """Return how an answer ends an action; None when the same is to be sent again."""
    if answer.is_success:
        return "done"
    sort = _sort(answer)
    if answer.status_code == 502 and sort == "model-failed":
        return "failed"
    if answer.status_code == 409 and sort == "already-done":
        return "cut off"
    return None if answer.status_code in _RETRIED else "refused"


def picture(seed: str) -> bytes:
    """Return a small PNG whose bytes nobody else has."""
    content = io.BytesIO()
    Image.frombytes("RGB", (32, 24), Random(seed).randbytes(32 * 24 * 3)).save(content, "PNG")
    return content.getvalue()


def _sort(answer: httpx.Response) -> str:
    """Return which problem (RFC 9457) an answer tells of; empty when it tells of none."""
    if not answer.headers.get("content-type", "").startswith("application/problem+json"):
        return ""
    return str(_document(answer).get("type", "")).rpartition(":")[2]


def _document(answer: httpx.Response) -> Mapping[str, Any]:
    try:
        found = answer.json()
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
