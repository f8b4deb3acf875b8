"""What a render process can be asked for, and how a request is packed and unpacked.

A job's data says the picture's size and lists shots; each names its sources by index, and the sources'
graphs and byte assets travel as the message's parts. Files travel by path.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from io import RawIOBase
from pathlib import Path
from typing import Any

import numpy as np

from workbench.errors import Cancelled
from workbench.render.easel import Easel
from workbench.render.encode import encode_chunk, encode_preview
from workbench.render.frames import Buffer, FilmFrames, Lead, PaintFrame, Part
from workbench.render.gif import encode_gif
from workbench.render.outfile import disk_faults_told
from workbench.render.pictures import picture_bytes
from workbench.render.plates import broken_scene_card
from workbench.render.quality import Quality
from workbench.render.wire import Message
from workbench.scene.format import Format

Tell = Callable[..., None]
Answer = tuple[dict[str, Any], tuple[bytes, ...]]


@dataclass(frozen=True, slots=True)
class Desk:
    """A job on the table: what to paint with, what was asked, and how to tell of progress.

    `tell` raises Cancelled when the job is no longer wanted.
    """

    easel: Easel
    message: Message
    tell: Tell

    @property
    def picture(self) -> Format:
        return Format(*self.message.data["picture"])

    @property
    def quality(self) -> Quality:
        return Quality(**self.message.data["quality"])

    @property
    def shown(self) -> Path:
        """Return the name that the user knows what is written by."""
        return Path(self.message.data["shown"])

    def painted(self) -> None:
        """Say that one more frame was painted."""
        self.tell("progress", {"frames": 1})

    def film(self) -> FilmFrames:
        """Open the sources and return the shots as one film."""
        picture = self.picture
        paints = [self._open(source) for source in self.message.data["sources"]]
        parts = [_part(shot, paints) for shot in self.message.data["shots"]]
        return FilmFrames(parts, picture.width, picture.height)

    def _open(self, source: dict[str, Any]) -> PaintFrame:
        if not self.message.data.get("cards"):
            return self.open_source(source)
        return CardOnFailure(self, source).paint

    def open_source(self, source: dict[str, Any]) -> PaintFrame:
        """Return what paints a scene."""
        parts = self.message.parts
        assets = {
            name: parts[place] if isinstance(place, int) else Path(place)
            for name, place in source["assets"].items()
        }
        return self.easel.scene(parts[source["graph"]], assets, self.picture)


class CardOnFailure:
    """Paints a scene, and its card from the frame on at which painting failed; says so once."""

    def __init__(self, desk: Desk, source: dict[str, Any]) -> None:
        self._desk = desk
        self._source = source
        self._paint: PaintFrame | None = None

    def paint(self, number: int, out: Buffer) -> None:
        """Paint frame `number` of the scene or the card."""
        try:
            self._paint = self._paint or self._desk.open_source(self._source)
            self._paint(number, out)
        except Exception as error:  # noqa: BLE001 - a painter may raise anything; the film goes on
            name = self._source["name"]
            self._desk.tell("carded", {"name": name, "message": str(error)})
            lines = (f"Frame {number} could not be painted.", f"{type(error).__name__}: {error}")
            self._paint = self._card(name, lines)
            self._paint(number, out)

    def _card(self, name: str, lines: Sequence[str]) -> PaintFrame:
        picture = self._desk.picture
        graph = broken_scene_card(name, lines, picture)
        paint = self._desk.easel.scene(json.dumps(graph.to_json()).encode(), {}, picture)
        return _held(paint)


def _part(shot: dict[str, Any], paints: list[PaintFrame]) -> Part:
    lead = None
    if shot["over"] is not None:
        lead = Lead(shot["kind"], paints[shot["over"]], shot["over_frame"], shot["over_frames"])
    paint = paints[shot["source"]]
    return Part(_held(paint) if shot["still"] else paint, shot["first"], shot["frames"], lead)


def _held(paint: PaintFrame) -> PaintFrame:
    return lambda _, out: paint(0, out)


class _Pieces(RawIOBase):
    """A file that sends what is written to it, until that is not wanted any more.

    It never raises: the encoder that writes to it cannot be left in the middle.
    """

    def __init__(self, tell: Tell) -> None:
        self._tell = tell
        self._wanted = True

    def writable(self) -> bool:
        return True

    def write(self, content: Any) -> int:
        if self._wanted:
            try:
                self._tell("piece", {}, bytes(content))
            except Cancelled:
                self._wanted = False
        return len(content)


def chunk(desk: Desk) -> Answer:
    """Encode the shots as one chunk."""
    film = desk.film()
    content = encode_chunk(film.paint, len(film), desk.picture, desk.quality, desk.painted)
    return {}, (content,)


def preview(desk: Desk) -> Answer:
    """Encode the shots as a stream of pieces that play from the first on."""
    film = desk.film()
    pieces: Any = _Pieces(desk.tell)
    encode_preview(film.paint, len(film), desk.picture, desk.quality, pieces, desk.painted)
    return {}, ()


def still(desk: Desk) -> Answer:
    """Paint the first frame of the shots as a picture file."""
    picture = desk.picture
    buffer = np.empty((picture.height, picture.width, 4), np.uint8)
    desk.film().paint(0, buffer)
    return {}, (picture_bytes(buffer, desk.message.data["kind"]),)


def stills(desk: Desk) -> Answer:
    """Write every frame of the shots into a folder as PNG files, numbered from `number` on."""
    film = desk.film()
    picture = desk.picture
    folder = Path(desk.message.data["folder"])
    buffer = np.empty((picture.height, picture.width, 4), np.uint8)
    for count in range(len(film)):
        film.paint(count, buffer)
        name = f"frame-{desk.message.data['number'] + count:06d}.png"
        with disk_faults_told(desk.shown):
            (folder / name).write_bytes(picture_bytes(buffer, "png"))
        desk.painted()
    return {}, ()


def gif(desk: Desk) -> Answer:
    """Write the shots to a GIF file; every frame counts once, also for the palette."""
    film = desk.film()
    path = Path(desk.message.data["path"])
    with disk_faults_told(desk.shown):
        encode_gif(film.paint, len(film), desk.picture, path, desk.painted)
    return {}, ()


JOBS: dict[str, Callable[[Desk], Answer]] = {
    "chunk": chunk,
    "preview": preview,
    "still": still,
    "stills": stills,
    "gif": gif,
}
