"""`workbench bench async`: prompts with pictures answered after their facts, and at once, in one run.

Both arms get the same prompts, pictures and latencies, alternate in who goes first, and do the same real
measuring in a worker. The blocking arm waits until the pictures are measured (and described, where a model
does that) before it asks; the other asks at once and has the facts follow. What is timed is from the prompt
to the answer with its scene; that late facts still reach the scene is counted, not assumed.
"""

from __future__ import annotations

import random
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Literal

from workbench.bench.latency import LOCAL, NETWORK, Lognormal, SlowModel
from workbench.bench.pictures import KINDS, picture
from workbench.studio.describing import DESCRIBE
from workbench.studio.model_settings import ModelSettings
from workbench.studio.settings import throwaway
from workbench.studio.studio import Studio
from workbench.studio.workspace import Workspace

Arm = Literal["blocking", "async"]
ARMS: tuple[Arm, ...] = ("blocking", "async")
PROFILES: Mapping[str, Mapping[str, Lognormal]] = {"offline": LOCAL, "model": NETWORK}
RESAMPLES = 4000
CONFIDENCE = 0.95
_PROMPTS = {
    "screen": "recreate this screenshot as a scene",
    "poster": "make a scene like this poster",
    "photo": "make a scene with this photo",
}
_PATIENCE_SECONDS = 180.0


@dataclass(frozen=True, slots=True)
class Turn:
    """One prompt with its pictures."""

    number: int
    prompt: str
    images: tuple[bytes, ...]


@dataclass(slots=True)
class ArmResult:
    """Seconds to the answer, turn by turn, and seconds until everything known was in the scene."""

    answer_seconds: list[float] = field(default_factory=list)
    settled_seconds: list[float] = field(default_factory=list)


@dataclass(slots=True)
class ProfileResult:
    """Both arms of one profile, and what became of late facts."""

    arms: dict[Arm, ArmResult] = field(default_factory=lambda: {arm: ArmResult() for arm in ARMS})
    late: dict[str, int] = field(default_factory=dict)


def turns(count: int, seed: int) -> tuple[Turn, ...]:
    """Return prompts with one to three pictures each, by seed."""
    chance = random.Random(seed)
    made = []
    for number in range(count):
        kind = KINDS[number % len(KINDS)]
        first, several = 1000 * seed + 10 * number, chance.choice((1, 1, 2, 3))
        images = tuple(picture(kind, first + each) for each in range(several))
        made.append(Turn(number, _PROMPTS[kind], images))
    return tuple(made)


def measure_flows(
    profile: str, asked: Sequence[Turn], seed: int, say: Callable[[str], object]
) -> ProfileResult:
    """Run both arms over the same turns; `say` hears how far it is."""
    latencies, result = PROFILES[profile], ProfileResult()
    with tempfile.TemporaryDirectory(prefix="workbench-async-") as folder:
        rooms = {arm: _opened(Path(folder) / arm, latencies, seed) for arm in ARMS}
        try:
            for arm in ARMS:  # what loads once, such as the reader of text, is loaded before
                _turn(
                    rooms[arm], arm, Turn(-1, _PROMPTS["screen"], (picture("screen", 77),)), ProfileResult()
                )
            for turn in asked:
                order = ARMS if turn.number % 2 else ARMS[::-1]
                for arm in order:
                    _turn(rooms[arm], arm, turn, result)
                say(f"{profile} {turn.number + 1} of {len(asked)}")
        finally:
            for studio, _ in rooms.values():
                studio.workspace.close()
    return result


def quantile(seconds: Sequence[float], share: float) -> float:
    """Return the value below which that share of the values lies, between neighbours."""
    ordered = sorted(seconds)
    place = share * (len(ordered) - 1)
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)


def paired_difference(
    blocking: Sequence[float], at_once: Sequence[float], seed: int
) -> tuple[float, float, float]:
    """Return the median of seconds saved per prompt, and its bootstrap interval (percentile, 95 %)."""
    saved = [slow - fast for slow, fast in zip(blocking, at_once, strict=True)]
    chance = random.Random(seed)
    middles = [median(chance.choices(saved, k=len(saved))) for _ in range(RESAMPLES)]
    edge = (1 - CONFIDENCE) / 2
    return median(saved), quantile(middles, edge), quantile(middles, 1 - edge)


def _opened(folder: Path, latencies: Mapping[str, Lognormal], seed: int) -> tuple[Studio, SlowModel]:
    model = SlowModel(latencies, seed)
    looks = "slow model" if latencies["describe"].median_seconds else ""
    settings = throwaway(folder, models=ModelSettings(model_describe=looks))
    workspace = Workspace(settings, model=model)
    return Studio(workspace, workspace.project("Flow", create=True)), model


def _turn(room: tuple[Studio, SlowModel], arm: Arm, turn: Turn, result: ProfileResult) -> None:
    studio, model = room
    model.turn = str(turn.number)
    began = perf_counter()
    images: list[str | bytes] = list(turn.images)
    if arm == "blocking":
        names = [
            studio.add_picture(content, f"{turn.number} {place}").name
            for place, content in enumerate(turn.images)
        ]
        for name in names:
            studio.pictures.wait(name, _PATIENCE_SECONDS)
        _described(studio)
        images = list(names)
    take = studio.ask(turn.prompt, images)
    result.arms[arm].answer_seconds.append(perf_counter() - began)
    _described(studio)
    for job in studio.jobs.list("late_facts"):
        if not job.ended:
            studio.jobs.wait(job, _PATIENCE_SECONDS)
    result.arms[arm].settled_seconds.append(perf_counter() - began)
    for each in take.late:
        result.late[each.became] = result.late.get(each.became, 0) + 1


def _described(studio: Studio) -> None:
    for kind in ("image_facts", DESCRIBE):
        for job in studio.jobs.list(kind):
            if not job.ended:
                studio.jobs.wait(job, _PATIENCE_SECONDS)
