"""Results of `workbench bench` as rows for people and as plain data for programs."""

from __future__ import annotations

from typing import Any

from workbench.bench.budgets import Rerender, Thinking, WorkerMemory
from workbench.bench.contest import Standing
from workbench.bench.contestants import DEFAULT, SAME_AS_PEERS, SECONDS
from workbench.bench.rendering import SizeResult
from workbench.bench.saving import STEPS, Spread

VIDEO_HEADER = (
    "Contestant", "Settings", "Wall s", "CPU s", "Frames per CPU s", "Peak MB", "MP4 kB", "PSNR to ours dB",
    "Others' cores",
)  # fmt: skip
STILL_HEADER = ("One still, cold", "Wall s", "CPU s", "Peak MB")
RATIO_HEADER = ("Ratio", "Wall", "CPU")
SAVING_HEADER = ("Scene", "From saving until", "Median ms", "Quartiles ms", "Fastest ms")
BUDGET_HEADER = ("What", "Measured")


def video_rows(result: SizeResult) -> list[tuple[str, ...]]:
    """Return one row a contestant; who failed says why."""
    return [_video_row(standing, result) for standing in result.videos]


def _video_row(standing: Standing, result: SizeResult) -> tuple[str, ...]:
    who = (_title(standing), standing.contestant.settings)
    if standing.failure or not standing.runs:
        return (*who, f"failed: {standing.failure.splitlines()[-1][:60]}", *("",) * (len(VIDEO_HEADER) - 3))
    frames = SECONDS * standing.picture.fps
    alike = result.likeness.get(standing.contestant.name)
    return (
        *who,
        f"{standing.wall_seconds:.2f}",
        f"{standing.cpu_seconds:.2f}",
        f"{frames / standing.cpu_seconds:.1f}",
        f"{standing.peak_bytes / 1e6:.0f}",
        f"{standing.output.stat().st_size / 1e3:.0f}",
        f"{alike:.1f}" if alike is not None else "",
        f"{standing.others_cores:.2f}",
    )


def still_rows(result: SizeResult) -> list[tuple[str, ...]]:
    """Return one row a contestant that made its still."""
    return [
        (
            _title(standing),
            f"{standing.wall_seconds:.2f}",
            f"{standing.cpu_seconds:.2f}",
            f"{standing.peak_bytes / 1e6:.0f}",
        )
        for standing in result.stills
        if standing.runs and not standing.failure
    ]


def ratios(result: SizeResult) -> dict[str, dict[str, float]]:
    """Return how many times less time we take than peers; for the encoder, the share of its speed."""
    same, default = result.video(f"workbench {SAME_AS_PEERS}"), result.video(f"workbench {DEFAULT}")
    found: dict[str, dict[str, float]] = {}
    for quality, we in ((SAME_AS_PEERS, same), (DEFAULT, default)):
        alone = result.video(f"encoder alone, {quality}")
        found[f"share of encoder-only speed, {quality}"] = _ratio(alone, we)
    for peer in (each for each in result.videos if each.contestant.role == "peer"):
        found[f"{peer.contestant.name} / workbench {SAME_AS_PEERS} (same settings)"] = _ratio(peer, same)
        found[f"{peer.contestant.name} / workbench {DEFAULT} (both by default)"] = _ratio(peer, default)
    ours = next((each for each in result.stills if each.contestant.role == "ours"), None)
    for peer in (each for each in result.stills if each.contestant.role == "peer"):
        if ours is not None:
            found[f"one cold still: {peer.contestant.name} / workbench"] = _ratio(peer, ours)
    return {name: ratio for name, ratio in found.items() if ratio}


def _ratio(of: Standing, to: Standing) -> dict[str, float]:
    if of.failure or to.failure or not of.runs or not to.runs:
        return {}
    return {"wall": of.wall_seconds / to.wall_seconds, "cpu": of.cpu_seconds / to.cpu_seconds}


def ratio_rows(result: SizeResult) -> list[tuple[str, ...]]:
    """Return the ratios as text."""
    return [(name, f"{ratio['wall']:.2f}", f"{ratio['cpu']:.2f}") for name, ratio in ratios(result).items()]


def size_data(result: SizeResult) -> dict[str, Any]:
    """Return a size's result as plain data, every run included."""
    return {
        "picture": str(result.picture),
        "videos": [_data(standing) for standing in result.videos],
        "stills": [_data(standing) for standing in result.stills],
        "psnr_db": result.likeness,
        "file_equals_encoder_alone": result.same_bytes,
        "ratios": ratios(result),
    }


def _data(standing: Standing) -> dict[str, Any]:
    who = standing.contestant
    return {
        "name": who.name,
        "version": who.version,
        "role": who.role,
        "settings": who.settings,
        "failure": standing.failure,
        "runs": [
            {
                "wall_seconds": run.wall_seconds,
                "cpu_seconds": run.cpu_seconds,
                "peak_bytes": run.peak_bytes,
                "others_cores": run.others_cores,
            }
            for run in standing.runs
        ],
    }


def _title(standing: Standing) -> str:
    return f"{standing.contestant.name} {standing.contestant.version}".strip()


def saving_rows(found: dict[str, dict[str, Spread]]) -> list[tuple[str, ...]]:
    """Return one row a scene and step."""
    return [
        (
            scene,
            step,
            f"{spread.median:.0f}",
            f"{spread.quartiles[0]:.0f} - {spread.quartiles[1]:.0f}",
            f"{spread.fastest:.0f}",
        )
        for scene, steps in found.items()
        for step, spread in ((step, steps[step]) for step in STEPS)
    ]


def budget_rows(thinking: Thinking, memory: WorkerMemory, rerender: Rerender) -> list[tuple[str, str]]:
    """Return the other promises with what was measured."""
    share = rerender.edited_seconds / rerender.full_seconds
    return [
        (f"Evaluate {thinking.nodes} nodes, types included", f"{thinking.evaluate:.1f} ms"),
        ("Stage its frames", f"{thinking.stage:.1f} ms"),
        ("Check its frames", f"{thinking.check:.1f} ms"),
        (f"Largest process, 1080p, {memory.short_seconds:g} s", f"{memory.short_bytes / 1e6:.0f} MB"),
        (f"Largest process, 1080p, {memory.long_seconds:g} s", f"{memory.long_bytes / 1e6:.0f} MB"),
        (
            "Render ten scenes again after an edit of one",
            f"{100 * share:.0f} % of the time, {rerender.edited_frames} of {rerender.full_frames} frames",
        ),
    ]
