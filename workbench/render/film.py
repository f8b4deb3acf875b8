"""A whole film: scenes to one file, in chunks that several processes paint at the same time.

How a film is cut into chunks depends on its scenes alone, and every chunk is encoded by one thread; so
the file is the same, byte for byte, for any number of workers. What was painted before is taken from
the cache by what it shows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, nullcontext
from dataclasses import asdict, dataclass, field
from itertools import accumulate
from pathlib import Path
from typing import Literal

from workbench.clock import Clock, SystemClock
from workbench.errors import InputError, SceneBroken
from workbench.render.chunk_cache import ChunkCache, chunk_key
from workbench.render.crew import Crew, worker_count
from workbench.render.gif_timing import gif_work
from workbench.render.join import join_chunks
from workbench.render.outfile import disk_faults_told, written, written_folder
from workbench.render.painters import Painters
from workbench.render.process import SKIA_EASEL, Cancel, Job
from workbench.render.progress import OnProgress, ProgressMeter
from workbench.render.quality import Quality, quality_named
from workbench.render.request import pack
from workbench.render.reserve import USUAL, Reserve, Watch
from workbench.render.timeline import FilmScene, Shot, chunks_of, shots_of
from workbench.render.wire import Message
from workbench.scene.format import Format
from workbench.spans import span

FilmKind = Literal["mp4", "gif", "png"]
Broken = Literal["refuse", "skip", "card"]
_KIND_OF_SUFFIX: dict[str, FilmKind] = {".mp4": "mp4", ".gif": "gif", "": "png"}


@dataclass(frozen=True, slots=True)
class FilmReport:
    """What was made: the file or folder, its size and length, and what was painted for it.

    `cards` names the scenes shown as a card, `skipped` those left out.
    """

    path: Path
    kind: FilmKind
    picture: Format
    quality: str
    frames: int
    painted_frames: int
    cached_frames: int
    elapsed_seconds: float
    workers: int
    cards: tuple[str, ...] = ()
    skipped: tuple[str, ...] = ()

    @property
    def seconds(self) -> float:
        """Return the film's length."""
        return self.frames / self.picture.fps


def render_film(
    scenes: Sequence[FilmScene],
    picture: Format,
    path: Path,
    *,
    quality: str = "good",
    kind: FilmKind | None = None,
    broken: Broken = "refuse",
    workers: int | None = None,
    cache: ChunkCache | None = None,
    on_progress: OnProgress | None = None,
    cancel: Cancel | None = None,
    clock: Clock | None = None,
    crew: Painters | None = None,
    easel: str = SKIA_EASEL,
    reserve: Reserve = USUAL,
) -> FilmReport:
    """Render scenes in order to an H.264 MP4, a GIF, or a folder of numbered PNG files.

    `kind` defaults to what `path` ends with; a path without an ending is a folder, which must be empty
    or absent. `quality` is one of `QUALITIES`. `broken` says what becomes of scenes without a graph:
    "refuse" raises SceneBroken with all their findings, "skip" leaves them out, "card" shows a card in
    their place for as long as they are. `cancel` is asked often; when it returns True, Cancelled is
    raised within about a frame. `crew` lends painters that are there already: processes, or a cluster.
    Raises EnvironmentFault when the disk of `path` has no more than the `reserve` left, before or meanwhile.
    Nothing is left at `path` unless all went well.
    """
    path = Path(path)
    target = kind or _kind_of(path)
    kept = settle(scenes, broken)
    chosen = quality_named(quality)
    shots = shots_of(kept, picture)
    frames = sum(shot.frames for shot in shots)
    reserve.check(path.parent)
    watch = Watch(reserve, path.parent, cancel)
    meter = ProgressMeter(
        gif_work(frames, picture.fps) if target == "gif" else frames, clock or SystemClock(), on_progress
    )
    with (
        span("render.film", target=target, quality=quality, frames=frames) as measured,
        nullcontext(crew) if crew else Crew(worker_count(workers), easel) as painters,
        watch.telling(),
    ):
        filming = _Filming(
            painters, chosen.sized(picture), chosen, broken == "card", watch, cache, meter, reserve
        )
        _MAKERS[target](filming, shots, path)
        measured.set(painted_frames=meter.painted_frames, workers=painters.workers)
    return FilmReport(
        path=path,
        kind=target,
        picture=filming.picture,
        quality=quality,
        frames=frames,
        painted_frames=meter.painted_frames,
        cached_frames=meter.cached_frames,
        elapsed_seconds=meter.now().elapsed_seconds,
        workers=painters.workers,
        cards=tuple(dict.fromkeys([scene.name for scene in kept if scene.graph is None] + filming.carded)),
        skipped=tuple(scene.name for scene in scenes if scene not in kept),
    )


def settle(scenes: Sequence[FilmScene], broken: Broken) -> list[FilmScene]:
    """Return the scenes to render; raises SceneBroken or InputError when there is nothing to show for it."""
    if not scenes:
        raise InputError("There is no scene to render.", remedy="Add a scene first.")
    bad = [scene for scene in scenes if scene.graph is None]
    kept = [scene for scene in scenes if scene.graph is not None]
    if bad and (broken == "refuse" or (broken == "skip" and not kept)):
        names = ", ".join(repr(scene.name) for scene in bad)
        raise SceneBroken(
            f"{len(bad)} of {len(scenes)} scenes cannot be painted: {names}.",
            remedy="Mend them, or leave them out with skip-broken." if kept else "Mend them first.",
            findings=tuple(finding for scene in bad for finding in scene.findings),
            scenes=tuple(scene.name for scene in bad),
        )
    return kept if broken == "skip" else list(scenes)


@dataclass
class _Filming:
    """One render going on: who paints, at what size and quality, and what happened so far."""

    crew: Painters
    picture: Format
    quality: Quality
    cards: bool
    cancel: Cancel
    cache: ChunkCache | None
    meter: ProgressMeter
    reserve: Reserve
    carded: list[str] = field(default_factory=list)

    def job(self, kind: str, shots: Sequence[Shot], **data: str | int) -> Job:
        return pack(kind, shots, self.picture, self.quality, cards=self.cards, **data)

    def run(self, job: Job) -> tuple[Message, bool]:
        """Return the answer, and whether every scene in it was painted as it is."""
        counter = _Counter(self.meter, self.carded)
        return self.crew.run(job, counter.hear, self.cancel), not counter.carded

    def chunk(self, shot: Shot) -> tuple[bytes, int]:
        """Return an encoded chunk and its number of frames, from the cache when it is there."""
        key = chunk_key(shot.describe() | {"picture": str(self.picture), "quality": asdict(self.quality)})
        kept = self.cache.get(key) if self.cache else None
        if kept is not None:
            self.meter.cached(shot.frames)
            return kept, shot.frames
        answer, whole = self.run(self.job("chunk", [shot]))
        if self.cache and whole:
            self.cache.put(key, answer.parts[0])
        return answer.parts[0], shot.frames


class _Counter:
    """Counts a job's frames; takes them back when the job begins again in a new process."""

    def __init__(self, meter: ProgressMeter, carded: list[str]) -> None:
        self._meter = meter
        self._names = carded
        self._frames = 0
        self.carded = False

    def hear(self, message: Message) -> None:
        if message.kind == "progress":
            self._count(message.data["frames"])
        elif message.kind == "restarted":
            self._count(-self._frames)
        elif message.kind == "carded":
            self.carded = True
            self._names.append(message.data["name"])

    def _count(self, frames: int) -> None:
        self._frames += frames
        self._meter.painted(frames)


def _kind_of(path: Path) -> FilmKind:
    if path.suffix.lower() not in _KIND_OF_SUFFIX:
        raise InputError(
            f"{path.name} has an ending that no film is written to.",
            remedy="Use .mp4, .gif, or a folder name for PNG files.",
        )
    return _KIND_OF_SUFFIX[path.suffix.lower()]


def _video(filming: _Filming, shots: Sequence[Shot], path: Path) -> None:
    fps = filming.picture.fps
    with closing(filming.crew.map(filming.chunk, chunks_of(shots, fps))) as chunks:
        join_chunks(_while_there_is_room(filming.reserve, chunks, path), fps, path)


def _while_there_is_room(
    reserve: Reserve, chunks: Iterable[tuple[bytes, int]], path: Path
) -> Iterator[tuple[bytes, int]]:
    """Yield chunks that are about to be written; those from the cache come without anybody painting."""
    for content, frames in chunks:
        reserve.check(path.parent, len(content))
        yield content, frames


def _sequence(filming: _Filming, shots: Sequence[Shot], path: Path) -> None:
    chunks = chunks_of(shots, filming.picture.fps)
    starts = accumulate((chunk.frames for chunk in chunks), initial=1)
    with disk_faults_told(path), written_folder(path) as folder:
        jobs = [
            filming.job("stills", [chunk], folder=str(folder.resolve()), shown=str(path), number=start)
            for chunk, start in zip(chunks, starts, strict=False)
        ]
        for _ in filming.crew.map(filming.run, jobs):
            pass


def _gif(filming: _Filming, shots: Sequence[Shot], path: Path) -> None:
    with disk_faults_told(path), written(path) as partial:
        filming.run(filming.job("gif", shots, path=str(partial.resolve()), shown=str(path)))


_MAKERS: dict[FilmKind, Callable[[_Filming, Sequence[Shot], Path], None]] = {
    "mp4": _video,
    "png": _sequence,
    "gif": _gif,
}
