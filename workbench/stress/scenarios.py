"""What people do, as requests that any client can send: a scenario yields an `Ask` and is given the answer.

A wait inside a scenario is an `Ask` without a path. The people and the arrivals send the same requests, so
that the two can be compared.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any

from PIL import Image

from workbench.stress.presets import Preset

POLLS = 60
POLL_SECONDS = 0.5
_PICTURE = (640, 360)


@dataclass(frozen=True, slots=True)
class Ask:
    """One request: what it is called in reports, and what is sent. Without a path it is a wait."""

    name: str
    method: str = "GET"
    path: str = ""
    json: Mapping[str, Any] | None = None
    picture: bytes | None = None
    seconds: float = 0.0
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


@dataclass(slots=True)
class Person:
    """Who asks: chance of their own, a name that nobody else has, and the project they work on."""

    dice: Random
    name: str
    project: str = ""
    made: int = 0
    acknowledged: list[str] = field(default_factory=list)

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
    yield Ask("look at a frame", path=f"{place}/scenes/1/frames/{person.dice.randrange(60)}?height=360")


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
    """Bring in pictures, ask meanwhile, wait until they are measured."""
    place = f"/projects/{person.project}"
    names = [person.next_name("picture") for _ in range(preset.pictures)]
    for name in names:
        yield Ask(
            "bring in a picture", "POST", f"{place}/assets", {"name": name}, picture=picture(person.dice)
        )
    yield Ask("ask for an edit", "POST", f"{place}/ask", {"prompt": "Make the title bigger", "selected": "1"})
    for name in names:
        yield from _until(f"{place}/assets/{name}/facts", "measured", ("queued", "running"))


def mixed(person: Person, preset: Preset) -> Scenario:
    """Do one of the others."""
    chosen: Callable[[Person, Preset], Scenario] = person.dice.choice([new_project, edit, upload])
    yield from chosen(person, preset)


def conversation(person: Person, preset: Preset) -> Scenario:
    """Send prompt after prompt about one scene, a second or so apart."""
    for _ in range(preset.prompts):
        asked = {"prompt": "Make the title bigger", "selected": "1"}
        yield Ask("ask for an edit", "POST", f"/projects/{person.project}/ask", asked)
        yield Ask("pause", seconds=person.dice.uniform(0.5, 1.5))
    yield Ask("read the conversation", path=f"/projects/{person.project}/messages?most=50")


def export(person: Person, _: Preset) -> Scenario:
    """Ask for a film, wait for it, fetch it."""
    place = f"/projects/{person.project}"
    asked = yield Ask("ask for a film", "POST", f"{place}/exports", {"quality": "draft"})
    if asked.ok:
        job = asked.document["id"]
        yield from _until(f"{place}/jobs/{job}", "filmed", ("queued", "running", "failed"))
        yield Ask("fetch a film", path=f"{place}/jobs/{job}/film")


RUN: dict[str, Callable[[Person, Preset], Scenario]] = {
    "new_project": new_project,
    "edit": edit,
    "upload": upload,
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


def _until(path: str, name: str, going_on: tuple[str, ...]) -> Scenario:
    """Ask again and again until the state is another than those of `going_on`."""
    for _ in range(POLLS):
        found = yield Ask(f"ask whether it is {name}", path=path)
        if not found.ok or found.document["state"] not in going_on:
            return
        yield Ask("pause", seconds=POLL_SECONDS)
