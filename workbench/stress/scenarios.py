"""What people do, as requests that any client can send: a scenario yields an `Ask` and is given the answer.

A pause inside a scenario is an `Ask` without a path. One of `thinking` is the person's own time; the others
lie between two looks at whether the service has done a thing, and are time that the person waits for it.
The people and the arrivals send the same requests, so that the two can be compared.
"""

from __future__ import annotations

import io
import time
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any

from PIL import Image

from workbench.stress.presets import Preset
from workbench.stress.stand_in import SHOW

WAIT_SECONDS = 300.0
"""How long a person waits for a film, or for all pictures brought in together, before it counts as failed.

Fifty people on two cores brought in 370 pictures in six minutes, and up to 171 waited to be measured.
"""
POLL_SECONDS = 0.5
_PICTURE = (640, 360)


@dataclass(frozen=True, slots=True)
class Ask:
    """One request: what it is called in reports, and what is sent. Without a path it is a pause of `seconds`.

    `thinking` is a pause of the person's own; `poll` a request that only looks whether a thing is done.
    """

    name: str
    method: str = "GET"
    path: str = ""
    json: Mapping[str, Any] | None = None
    picture: bytes | None = None
    seconds: float = 0.0
    thinking: bool = False
    poll: bool = False
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: the status, and the document when it was JSON."""

    status: int
    document: Any = None

    @property
    def ok(self) -> bool:
        """Whether it was done."""
        return 200 <= self.status < 300


Scenario = Generator[Ask, Answer, None]


class NotDone(Exception):
    """A scenario did not come to what it was for, and in which way: these are counted."""


@dataclass(slots=True)
class Person:
    """Who asks: chance of their own, a name that nobody else has, and the project they work on.

    `now` is the clock, in seconds, by which they lose patience.
    """

    dice: Random
    name: str
    project: str = ""
    made: int = 0
    now: Callable[[], float] = time.monotonic

    def next_name(self, what: str) -> str:
        """Return a name that is used once."""
        self.made += 1
        return f"{what}-{self.name}-{self.made}"


def begin(person: Person) -> Scenario:
    """Make the project that a person works on, with one scene."""
    person.project = person.next_name("work")
    yield Ask("create project", "POST", "/projects", {"name": person.project, "format": "640x360"})
    yield Ask(
        "ask for a scene", "POST", f"/projects/{person.project}/ask", {"prompt": "Add a scene with a title"}
    )


def new_project(person: Person, _: Preset) -> Scenario:
    """Begin a project, ask for a scene, look at it."""
    name = person.next_name("new")
    made = yield Ask("create project", "POST", "/projects", {"name": name, "format": "640x360"})
    if made.ok:
        asked = {"prompt": "Add a scene with a title"}
        taken = yield Ask("ask for a scene", "POST", f"/projects/{name}/ask", asked)
        if taken.ok:
            yield Ask(
                "look at a frame",
                path=f"/projects/{name}/scenes/1/frames/{person.dice.randrange(60)}?height=360",
            )


def edit(person: Person, _: Preset) -> Scenario:
    """Change a scene by a prompt and by hand, check it, look at it."""
    place = f"/projects/{person.project}"
    yield Ask("ask for an edit", "POST", f"{place}/ask", {"prompt": "Make the title bigger", "selected": "1"})
    yield by_hand(person.project, person.dice)
    yield Ask("check a scene", path=f"{place}/scenes/1/check")
    yield _look(person, 1)


def by_hand(project: str, dice: Random) -> Ask:
    """Return the request that saves new text of scene 1: what people and arrivals have in common."""
    source = (
        'background(linear("#0b1020", "#1c2c54", angle=60))\n'
        f'text("Load {dice.randrange(10_000)}", size={dice.randrange(80, 140)}, weight=800, color="white", '
        'y=height * 0.42, enter=rise(40), name="title")\n'
        'circle(40, x=lambda t: width / 2 + 300 * sin(t), y=height * 0.78, fill="#38bdf8", name="dot")\n'
    )
    body = {"kind": "save_scene", "scene": "1", "source": source}
    return Ask("save by hand", "POST", f"/projects/{project}/actions", body)


def upload(person: Person, preset: Preset) -> Scenario:
    """Bring in the preset's number of pictures, ask meanwhile, wait until they are measured."""
    yield from _pictures(person, preset.pictures)


def one_picture(person: Person, _: Preset) -> Scenario:
    """Bring in one picture, ask meanwhile, wait until it is measured."""
    yield from _pictures(person, 1)


def three_pictures(person: Person, _: Preset) -> Scenario:
    """Bring in three pictures, ask meanwhile, wait until they are measured."""
    yield from _pictures(person, 3)


def workflow(person: Person, _: Preset) -> Scenario:
    """Bring in two pictures, wait until they are measured, ask for a scene that shows them, look at it."""
    names = yield from _brought(person, 2)
    yield from _measured(person, names)
    asked = {"prompt": f"{SHOW} {' and '.join(names)}", "images": names}
    taken = yield Ask("ask for a scene of pictures", "POST", f"/projects/{person.project}/ask", asked)
    if taken.ok and (scenes := taken.document["scenes"]):
        yield _look(person, scenes[-1]["number"])


def mixed(person: Person, preset: Preset) -> Scenario:
    """Do one of the others."""
    chosen: Callable[[Person, Preset], Scenario] = person.dice.choice([new_project, edit, upload])
    yield from chosen(person, preset)


def conversation(person: Person, preset: Preset) -> Scenario:
    """Send prompt after prompt about one scene, a second or so apart."""
    for _ in range(preset.prompts):
        asked = {"prompt": "Make the title bigger", "selected": "1"}
        yield Ask("ask for an edit", "POST", f"/projects/{person.project}/ask", asked)
        yield Ask("pause", seconds=person.dice.uniform(0.5, 1.5), thinking=True)
    yield Ask("read the conversation", path=f"/projects/{person.project}/messages?most=50")


def export(person: Person, _: Preset) -> Scenario:
    """Ask for a film, wait for it, fetch it."""
    place = f"/projects/{person.project}"
    asked = yield Ask("ask for a film", "POST", f"{place}/exports", {"quality": "draft"})
    if asked.ok:
        job = f"{place}/jobs/{asked.document['id']}"
        ends = person.now() + WAIT_SECONDS
        yield from _until(person, job, "filmed", "done", ("queued", "running", "failed"), ends)
        yield Ask("fetch a film", path=f"{job}/film")


RUN: dict[str, Callable[[Person, Preset], Scenario]] = {
    "new_project": new_project,
    "edit": edit,
    "upload": upload,
    "one_picture": one_picture,
    "three_pictures": three_pictures,
    "workflow": workflow,
    "mixed": mixed,
    "conversation": conversation,
    "export": export,
}


def picture(dice: Random) -> bytes:
    """Return a JPEG that nobody has brought in before."""
    shade = tuple(dice.randrange(256) for _ in range(3))
    image = Image.effect_noise(_PICTURE, 40).convert("RGB")
    image.paste(shade, (0, 0, dice.randrange(40, 600), dice.randrange(40, 300)))
    content = io.BytesIO()
    image.save(content, "JPEG", quality=70)
    return content.getvalue()


def _pictures(person: Person, number: int) -> Scenario:
    names = yield from _brought(person, number)
    yield Ask(
        "ask for an edit",
        "POST",
        f"/projects/{person.project}/ask",
        {"prompt": "Make the title bigger", "selected": "1"},
    )
    yield from _measured(person, names)


def _brought(person: Person, number: int) -> Generator[Ask, Answer, list[str]]:
    """Bring in so many pictures; returns the names of those that were taken."""
    names = [person.next_name("picture") for _ in range(number)]
    taken = []
    for name in names:
        answer = yield Ask(
            "bring in a picture",
            "POST",
            f"/projects/{person.project}/assets",
            {"name": name},
            picture=picture(person.dice),
        )
        taken += [name] * answer.ok
    return taken


def _measured(person: Person, names: list[str]) -> Scenario:
    ends = person.now() + WAIT_SECONDS
    for name in names:
        path = f"/projects/{person.project}/assets/{name}/facts"
        yield from _until(person, path, "measured", "ready", ("queued", "running"), ends)


def _look(person: Person, scene: int) -> Ask:
    frame = person.dice.randrange(60)
    return Ask("look at a frame", path=f"/projects/{person.project}/scenes/{scene}/frames/{frame}?height=360")


def _until(
    person: Person, path: str, what: str, wanted: str, going_on: tuple[str, ...], ends: float
) -> Scenario:
    """Look again and again until the state is `wanted`; raises NotDone at another end, or after `ends`."""
    while True:
        found = yield Ask(f"ask whether it is {what}", path=path, poll=True)
        if not found.ok:
            raise NotDone(f"not {what}")
        state = found.document["state"]
        if state == wanted:
            return
        if state not in going_on:
            raise NotDone(f"not {what}: {state}")
        if person.now() >= ends:
            raise NotDone(f"not {what} within {WAIT_SECONDS:g} s")
        yield Ask("pause", seconds=POLL_SECONDS)
