"""A render process kept warm for the screen: stills in milliseconds, previews that play at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from workbench.render.process import SKIA_EASEL, Cancel, RenderProcess
from workbench.render.quality import PREVIEW, PictureKind
from workbench.render.request import pack
from workbench.render.timeline import DEFAULT_FORMAT, FilmScene, Shot, Source, shots_of, source_of
from workbench.render.wire import Message
from workbench.scene.format import Format
from workbench.scene.graph import Graph

PREVIEW_HEIGHT = 360
OnPiece = Callable[[bytes | None], None]


@dataclass(frozen=True, slots=True)
class Still:
    """One frame as a picture file, with where in the scene it is."""

    frame: int
    seconds: float
    content: bytes


@dataclass(frozen=True, slots=True)
class Preview:
    """A fragmented MP4; `cards` names the scenes whose painting failed and that show a card instead."""

    content: bytes
    frames: int
    picture: Format
    cards: tuple[str, ...] = ()


class WarmRenderer:
    """Serves stills and previews from one process that holds fonts and the scenes shown last.

    Safe to call from several threads; requests are served one after the other. When the process dies it
    is started again and the request repeated once; see `RenderProcess.run` for the errors. It starts at
    the first request, or with `start`; closing it twice does no harm.
    """

    def __init__(self, easel: str = SKIA_EASEL, patience_seconds: float = 20.0) -> None:
        self._process = RenderProcess(easel, patience_seconds)

    @property
    def pid(self) -> int | None:
        """Return the process's id, or None when it is not running."""
        return self._process.pid

    def start(self) -> None:
        """Start the process, without waiting until it is ready."""
        self._process.start()

    def still(
        self,
        scene: Graph | Source,
        frame: int,
        height: int = PREVIEW_HEIGHT,
        kind: PictureKind = "jpeg",
        cancel: Cancel | None = None,
        picture: Format | None = None,
    ) -> bytes:
        """Return a frame as a JPEG, PNG or WebP file, at most `height` pixels high.

        `picture` gives another size than the scene's own, of the same shape. Pack a graph with
        `source_of` when many frames of it are wanted, or when it has pictures.
        """
        source = scene if isinstance(scene, Source) else source_of(scene)
        picture = (picture or source.picture).with_height_at_most(height)
        job = pack("still", [Shot(source, frame, 1)], picture, kind=kind)
        return self._process.run(job, cancel=cancel).parts[0]

    def preview(
        self,
        scenes: Sequence[FilmScene] | Graph | Source,
        height: int = PREVIEW_HEIGHT,
        on_piece: OnPiece | None = None,
        cancel: Cancel | None = None,
        picture: Format | None = None,
    ) -> Preview:
        """Return a fragmented MP4 of one scene or a whole film; broken scenes show their card.

        `on_piece` gets the file piece by piece while it is painted, and None when it has to begin again
        because the process died. `picture` is needed when no scene of a film has a graph.
        """
        shape = (picture or _shape(scenes)).with_height_at_most(height)
        shots = _shots(scenes, shape)
        hearing = _Hearing(on_piece)
        self._process.run(pack("preview", shots, shape, PREVIEW, cards=True), hearing.hear, cancel)
        frames = sum(shot.frames for shot in shots)
        return Preview(b"".join(hearing.pieces), frames, shape, tuple(dict.fromkeys(hearing.cards)))

    def strip(
        self,
        scene: Graph | Source,
        count: int = 5,
        height: int = 180,
        kind: PictureKind = "jpeg",
    ) -> tuple[Still, ...]:
        """Return `count` stills spread evenly over the scene, its first and last moments left out."""
        source = scene if isinstance(scene, Source) else source_of(scene)
        fps = source.picture.fps
        return tuple(
            Still(frame, frame / fps, self.still(source, frame, height, kind))
            for frame in spread(source.frames, count)
        )

    def close(self) -> None:
        """End the process."""
        self._process.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def spread(frames: int, count: int) -> list[int]:
    """Return `count` frame numbers in the middles of equal shares of a scene; fewer when it is shorter."""
    count = max(1, min(count, frames))
    return [(2 * number + 1) * frames // (2 * count) for number in range(count)]


def _shots(scenes: Sequence[FilmScene] | Graph | Source, picture: Format) -> list[Shot]:
    if isinstance(scenes, Graph):
        scenes = source_of(scenes)
    if isinstance(scenes, Source):
        return [Shot(scenes, 0, scenes.frames)]
    return shots_of(scenes, picture)


def _shape(scenes: Sequence[FilmScene] | Graph | Source) -> Format:
    if isinstance(scenes, Source):
        return scenes.picture
    if isinstance(scenes, Graph):
        return source_of(scenes).picture
    painted = [scene.graph for scene in scenes if scene.graph]
    return source_of(painted[0]).picture if painted else DEFAULT_FORMAT


class _Hearing:
    """Collects a preview while it is made; begins again when the process does."""

    def __init__(self, on_piece: OnPiece | None) -> None:
        self.pieces: list[bytes] = []
        self.cards: list[str] = []
        self._on_piece = on_piece

    def hear(self, message: Message) -> None:
        if message.kind == "carded":
            self.cards.append(message.data["name"])
        elif message.kind == "piece":
            self.pieces.append(message.parts[0])
            self._tell(message.parts[0])
        elif message.kind == "restarted":
            self.pieces.clear()
            self.cards.clear()
            self._tell(None)

    def _tell(self, piece: bytes | None) -> None:
        if self._on_piece:
            self._on_piece(piece)
