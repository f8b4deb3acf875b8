"""`workbench bench save`: how long from saving a scene until its still, its first piece and its preview."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter

from workbench.bench.contestants import SCENE, SECONDS
from workbench.errors import InputError
from workbench.render.timeline import source_of
from workbench.scene.format import Format
from workbench.studio.settings import throwaway
from workbench.studio.studio import Studio
from workbench.studio.workspace import Workspace
from workbench.templates.registry import template

HEADLINE = "Motion, measured."
STEPS = ("saved", "still", "first piece", "preview")


@dataclass(frozen=True, slots=True)
class Case:
    """A scene and where its words are, so that every save is a new picture."""

    name: str
    source: str
    words: str

    def edited(self, number: int) -> str:
        """Return the source with other words."""
        return self.source.replace(self.words, f"Edit number {number}")


@dataclass(slots=True)
class Spread:
    """Milliseconds of every round, from the moment of saving on."""

    milliseconds: list[float] = field(default_factory=list)

    @property
    def median(self) -> float:
        return median(self.milliseconds)

    @property
    def quartiles(self) -> tuple[float, float]:
        """The first and the third; the extremes when there are fewer than four."""
        if len(self.milliseconds) < 4:
            return min(self.milliseconds), max(self.milliseconds)
        low, _, high = quantiles(self.milliseconds, n=4)
        return low, high

    @property
    def fastest(self) -> float:
        return min(self.milliseconds)


OnRound = Callable[[str, int], None]


def cases() -> tuple[Case, ...]:
    """Return the benchmark scene and the title template, whose words can be changed."""
    title = template("title")
    found = (Case("benchmark", SCENE.read_text(), HEADLINE), Case("title", title.source, "A good beginning"))
    for case in found:
        if case.words not in case.source:
            raise InputError(
                f"Scene {case.name!r} no longer says {case.words!r}.", remedy="Mend the benchmark."
            )
    return found


def measure_saving(rounds: int, on_round: OnRound | None = None) -> dict[str, dict[str, Spread]]:
    """Save each case `rounds` times in a workspace of its own; return the spread of each step.

    One save goes before, untimed: the processes are warm, as they are in a notebook after its first cell.
    """
    found = {case.name: {step: Spread() for step in STEPS} for case in cases()}
    with (
        tempfile.TemporaryDirectory(prefix="workbench-bench-") as folder,
        Workspace(throwaway(Path(folder))) as room,
    ):
        studio = Studio(room, room.project("bench", Format(1280, 720), create=True))
        for case in cases():
            studio.add_scene(name=case.name, source=case.edited(0), duration_seconds=SECONDS)
            _save(studio, case, 0)
        for number in range(1, rounds + 1):
            for case in cases():
                for step, seconds in _save(studio, case, number).items():
                    found[case.name][step].milliseconds.append(seconds * 1000)
                if on_round:
                    on_round(case.name, number)
    return found


def _save(studio: Studio, case: Case, number: int) -> dict[str, float]:
    """Save as a widget does: keep the revision, show a still, then play the preview as it comes."""
    began = perf_counter()
    times: dict[str, float] = {}
    studio.save_scene(case.name, source=case.edited(number))
    times["saved"] = perf_counter() - began
    checked = studio.check(case.name)
    checked.painted(case.name)
    assert checked.graph is not None
    source = source_of(checked.graph, case.name)
    renderer = studio.workspace.renderer
    renderer.still(source, source.frames // 2, 360)
    times["still"] = perf_counter() - began

    def heard(piece: bytes | None) -> None:
        if piece and b"moof" in piece:
            times.setdefault("first piece", perf_counter() - began)

    renderer.preview(source, 360, heard)
    times["preview"] = perf_counter() - began
    return times
