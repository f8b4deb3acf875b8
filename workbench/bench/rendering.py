"""`workbench bench render`: the benchmark scene, by us, by the encoder alone and by the peers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from workbench.bench.contest import Contestant, OnRun, Standing, compete
from workbench.bench.contestants import (
    DEFAULT,
    FPS,
    SAME_AS_PEERS,
    SCENE,
    SECONDS,
    encoder_alone,
    ours,
)
from workbench.bench.encoder import write_frames
from workbench.bench.likeness import psnr
from workbench.scene.format import Format
from workbench.scene.sandbox import Sandbox
from workbench.studio.evaluator import Draft, Evaluator

STILL_FRAME = 75
_OURS = (DEFAULT, SAME_AS_PEERS)
SIZES = {"180p": (320, 180), "360p": (640, 360), "720p": (1280, 720), "1080p": (1920, 1080)}


@dataclass(slots=True)
class SizeResult:
    """Everybody at one size: videos, cold stills, and how like ours each video looks (decibels)."""

    picture: Format
    videos: list[Standing]
    stills: list[Standing]
    likeness: dict[str, float] = field(default_factory=dict)
    same_bytes: bool = False

    def video(self, name: str) -> Standing:
        """Return the standing of that contestant."""
        return next(each for each in self.videos if each.contestant.name == name)


def run_contest(
    sizes: Sequence[str],
    runs: int,
    peers: Sequence[Contestant],
    folder: Path,
    on_run: OnRun | None = None,
) -> list[SizeResult]:
    """Let everybody render at every size, `runs` times; videos stay in `folder`."""
    everybody = [
        *(ours(quality) for quality in _OURS),
        *(encoder_alone(quality, lambda picture: _frames_file(folder, picture)) for quality in _OURS),
        *peers,
    ]
    return [_at_size(everybody, Format(*SIZES[size], FPS), runs, folder, on_run) for size in sizes]


def _at_size(
    contestants: list[Contestant], picture: Format, runs: int, folder: Path, on_run: OnRun | None
) -> SizeResult:
    _paint_frames(folder, picture)
    videos = compete(contestants, picture, runs, folder, on_run=on_run)
    _frames_file(folder, picture).unlink()
    stills = compete(
        [each for each in contestants if each.name != f"workbench {SAME_AS_PEERS}"],
        picture,
        runs,
        folder,
        frame=STILL_FRAME,
        on_run=on_run,
    )
    result = SizeResult(picture, videos, stills)
    reference = result.video(f"workbench {SAME_AS_PEERS}")
    for standing in videos:
        if standing.runs and standing.contestant.role == "peer":
            result.likeness[standing.contestant.name] = psnr(reference.output, standing.output)
    floor = result.video(f"encoder alone, {SAME_AS_PEERS}")
    result.same_bytes = floor.output.read_bytes() == reference.output.read_bytes()
    return result


def _frames_file(folder: Path, picture: Format) -> Path:
    return folder / f"frames-{picture.height}.yuv"


def _paint_frames(folder: Path, picture: Format) -> None:
    with Sandbox(workers=1) as sandbox:
        checked = Evaluator(sandbox).checked(Draft(SCENE.read_text(), picture, SECONDS))
    write_frames(checked.painted("benchmark"), picture, _frames_file(folder, picture))
