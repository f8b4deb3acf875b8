"""The other promises about speed: evaluation and checks, memory of a worker, an edit in a long film."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from workbench.bench.contest import used_by
from workbench.bench.contestants import DEFAULT, SECONDS, ours
from workbench.errors import RenderFailed
from workbench.scene.format import Format
from workbench.scene.sandbox import Sandbox
from workbench.studio.evaluator import Draft, Evaluator
from workbench.studio.settings import throwaway
from workbench.studio.studio import Studio
from workbench.studio.workspace import Workspace

SIXTY = Path(__file__).with_name("sixty.scene")
FULL_HD = Format(1920, 1080)
LONG_SECONDS = 60.0
TEN = ("title", "hero", "feature-list", "growth-graph", "quote", "typing", "code", "dot-ripple", "particles",
       "call-to-action")  # fmt: skip
SCENE_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Thinking:
    """Median milliseconds for a scene of `nodes` nodes: type check, run and admission; then the rest."""

    nodes: int
    evaluate: float
    stage: float
    check: float


@dataclass(frozen=True, slots=True)
class WorkerMemory:
    """The most that any one process of a 1080p render kept, by the film's length."""

    short_seconds: float
    short_bytes: int
    long_seconds: float
    long_bytes: int


@dataclass(frozen=True, slots=True)
class Rerender:
    """Ten scenes in full, and again after an edit of one of them."""

    full_seconds: float
    edited_seconds: float
    full_frames: int
    edited_frames: int


def measure_thinking(rounds: int = 30) -> Thinking:
    """Evaluate and check sixty nodes, each time with other words, in a warm sandbox."""
    seconds: list[dict[str, float]] = []
    nodes = 0
    with Sandbox(workers=1) as sandbox:
        evaluator = Evaluator(sandbox)
        for number in range(rounds + 2):
            draft = Draft(SIXTY.read_text() + f"\n# {number}\n", FULL_HD, SECONDS)
            checked = evaluator.checked(draft)
            nodes = len(list(checked.painted("sixty").walk()))
            seconds.append(dict(checked.seconds))
    warm = seconds[2:]

    def middle(*steps: str) -> float:
        return 1000 * median(sum(each[step] for step in steps) for each in warm)

    return Thinking(nodes, middle("types", "run", "admit"), middle("stage"), middle("check"))


def measure_memory(long_seconds: float = LONG_SECONDS) -> WorkerMemory:
    """Render the benchmark scene at 1080p, short and long, and watch each process."""
    sizes = [_largest(seconds) for seconds in (SECONDS, long_seconds)]
    return WorkerMemory(SECONDS, sizes[0], long_seconds, sizes[1])


def _largest(seconds: float) -> int:
    with tempfile.TemporaryDirectory(prefix="workbench-bench-") as folder:
        output = Path(folder) / "film.mp4"
        command = ours(DEFAULT).command(FULL_HD, output, None)
        usage, words = used_by([*command, "--seconds", f"{seconds:g}"])
        if usage.exit_code:
            raise RenderFailed("The benchmark scene was not rendered.", remedy=words[-300:])
    return usage.largest_bytes


def measure_rerender() -> Rerender:
    """Export ten scenes of two seconds at 720p, change one, export again."""
    with (
        tempfile.TemporaryDirectory(prefix="workbench-bench-") as folder,
        Workspace(throwaway(Path(folder))) as room,
    ):
        studio = Studio(room, room.project("ten", Format(1280, 720), create=True))
        for name in TEN:
            studio.add_scene(name=name, template=name, duration_seconds=SCENE_SECONDS)
        full = studio.export()
        studio.save_scene("quote", params={"quote": "Something else was said"})
        edited = studio.export()
    return Rerender(full.elapsed_seconds, edited.elapsed_seconds, full.painted_frames, edited.painted_frames)
