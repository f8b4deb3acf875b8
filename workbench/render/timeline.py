"""A film as data: its scenes in order, how one gives way to the next, and the shots that come of it.

A film is exactly as long as its scenes together. A transition takes place during the first seconds of
the scene it leads to, over the last frame of the scene before, which is held: it costs no time, and an
edit of a scene changes its own frames and at most the first ones of its successor.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import pairwise
from math import ceil
from pathlib import Path
from typing import Any, Literal

from workbench.errors import InputError
from workbench.render.plates import broken_scene_card
from workbench.scene.finding import Finding
from workbench.scene.format import Format
from workbench.scene.graph import Graph

TransitionKind = Literal["cut", "fade", "slide", "wipe"]
TRANSITIONS: tuple[TransitionKind, ...] = ("cut", "fade", "slide", "wipe")
CHUNK_SECONDS = 1.25
"""The most a chunk holds: short enough to share a scene among workers and to redo, and never
depending on how many workers there are, so that the file is the same for any number."""

DEFAULT_FORMAT = Format()


@dataclass(frozen=True, slots=True)
class Transition:
    """How the scene before gives way; shortened to the incoming scene when it is longer than that."""

    kind: TransitionKind = "cut"
    seconds: float = 0.5

    def __post_init__(self) -> None:
        if self.kind not in TRANSITIONS:
            raise InputError(
                f"{self.kind!r} is not a transition.", remedy=f"Use one of {', '.join(TRANSITIONS)}."
            )
        if not 0 <= self.seconds <= 10:
            raise InputError(
                f"A transition of {self.seconds} seconds is out of range.", remedy="Give 0 to 10 seconds."
            )


@dataclass(frozen=True)
class Source:
    """What frames are painted from: a scene graph with its pictures.

    `picture` is the scene's own full size and `frames` its length.
    """

    name: str
    graph_json: bytes
    assets: Mapping[str, bytes | Path] = field(default_factory=dict)
    picture: Format = DEFAULT_FORMAT
    frames: int = 1

    @cached_property
    def key(self) -> str:
        """Return a hash of everything that decides how the frames look."""
        digest = hashlib.sha256(self.graph_json)
        for asset in sorted(self.assets):
            digest.update(f"\0{asset}\0{_content(self.assets[asset])}".encode())
        return digest.hexdigest()


def _content(asset: bytes | Path) -> str:
    if isinstance(asset, Path):
        try:
            with asset.open("rb") as file:
                return hashlib.file_digest(file, "sha256").hexdigest()
        except OSError:
            return "missing"
    return hashlib.sha256(asset).hexdigest()


def source_of(graph: Graph, name: str = "", assets: Mapping[str, bytes | Path] | None = None) -> Source:
    """Pack a graph once; keep the result to ask for many frames of it."""
    text = json.dumps(graph.to_json(), separators=(",", ":"), sort_keys=True)
    picture = Format(_even(graph.width), _even(graph.height), graph.fps)
    return Source(name, text.encode(), assets or {}, picture, graph.frames)


def _even(length: float) -> int:
    return 2 * round(length / 2)


@dataclass(frozen=True)
class FilmScene:
    """One scene of a film; `graph` None means it is broken, and `findings` say why.

    `transition_in` is how the scene before gives way to this one; it means nothing on the first.
    """

    graph: Graph | None
    name: str
    duration_seconds: float
    findings: tuple[Finding, ...] = ()
    assets: Mapping[str, bytes | Path] = field(default_factory=dict)
    transition_in: Transition | None = None

    def source(self, picture: Format) -> Source:
        """Return what its frames are painted from: its graph, or a card with its findings."""
        if self.graph is not None:
            return source_of(self.graph, self.name, self.assets)
        card = broken_scene_card(self.name, _reasons(self.findings), picture)
        return source_of(card, self.name)


def _reasons(findings: Sequence[Finding]) -> list[str]:
    lines = [f"{found.place}: {found.message}" if found.place else found.message for found in findings]
    return lines or ["It has no picture yet."]


@dataclass(frozen=True, slots=True)
class Shot:
    """Frames `first` .. `first + frames - 1` of one source; `still` holds its frame 0 instead.

    Up to scene frame `over_frames`, `kind` leads over from the held frame `over_frame` of `over`.
    """

    source: Source
    first: int
    frames: int
    kind: TransitionKind = "cut"
    over: Source | None = None
    over_frame: int = 0
    over_frames: int = 0
    still: bool = False

    @property
    def last_shown(self) -> int:
        """Return the source's frame that is on the screen when the shot ends."""
        return 0 if self.still else self.first + self.frames - 1

    def describe(self) -> dict[str, Any]:
        """Return everything that decides its frames, as plain data."""
        over = [self.kind, self.over.key, self.over_frame, self.over_frames] if self.over else None
        span = [self.first, self.frames, self.still]
        return {"source": self.source.key, "span": span, "over": over}


def shots_of(scenes: Sequence[FilmScene], picture: Format) -> list[Shot]:
    """Return one shot per scene, in order."""
    shots: list[Shot] = []
    for scene in scenes:
        frames = scene.graph.frames if scene.graph else picture.frames(scene.duration_seconds)
        shot = Shot(scene.source(picture), 0, frames, still=scene.graph is None)
        shots.append(_led_over(shot, shots[-1], scene.transition_in, picture.fps) if shots else shot)
    return shots


def _led_over(shot: Shot, before: Shot, transition: Transition | None, fps: int) -> Shot:
    span = min(shot.frames, round(transition.seconds * fps)) if transition else 0
    if not transition or transition.kind == "cut" or not span:
        return shot
    return replace(
        shot,
        kind=transition.kind,
        over=before.source,
        over_frame=before.last_shown,
        over_frames=span,
    )


def chunks_of(shots: Sequence[Shot], fps: int) -> list[Shot]:
    """Cut shots into nearly equal chunks; a transition has chunks of its own."""
    return [chunk for shot in shots for chunk in _chunks(shot, CHUNK_SECONDS * fps)]


def _chunks(shot: Shot, most: float) -> list[Shot]:
    leading = _edges(0, shot.over_frames, most)
    free = _edges(shot.over_frames, shot.frames, most)
    return [
        *(replace(shot, first=first, frames=end - first) for first, end in pairwise(leading)),
        *(Shot(shot.source, first, end - first, still=shot.still) for first, end in pairwise(free)),
    ]


def _edges(first: int, end: int, most: float) -> list[int]:
    count = ceil((end - first) / most)
    return (
        sorted({first + round((end - first) * number / count) for number in range(count + 1)})
        if count
        else []
    )
