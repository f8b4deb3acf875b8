"""Results of `workbench bench async` as rows for people, and as the JSON that the dashboard shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from workbench.bench.flows import ARMS, CONFIDENCE, PROFILES, ProfileResult, paired_difference, quantile

FLOW_HEADER = ("Profile", "Arm", "P50 s", "P95 s", "All known in the scene, P50 s")
DIFFERENCE_HEADER = (
    "Profile", "Saved per prompt, median s", "95 % interval", "Faster at P50", "Late facts in the scene",
)  # fmt: skip
SCHEMA = 1
_REACHED = ("applied",)


def flow_rows(results: Mapping[str, ProfileResult]) -> list[tuple[str, ...]]:
    """Return one row for each arm of each profile."""
    return [
        (
            profile,
            arm,
            f"{quantile(result.arms[arm].answer_seconds, 0.5):.2f}",
            f"{quantile(result.arms[arm].answer_seconds, 0.95):.2f}",
            f"{quantile(result.arms[arm].settled_seconds, 0.5):.2f}",
        )
        for profile, result in results.items()
        for arm in ARMS
    ]


def difference_rows(results: Mapping[str, ProfileResult], seed: int) -> list[tuple[str, ...]]:
    """Return one row a profile: what asking at once saves, and whether late facts arrived."""
    rows: list[tuple[str, ...]] = []
    for profile, result in results.items():
        data = profile_data(profile, result, seed)
        saved, late = data["saved_seconds"], data["late_facts"]
        share = late["share_reached"]
        reached = "none were late" if share is None else f"{share:.0%} of {late['waited']}"
        rows.append(
            (
                profile,
                f"{saved['median']:.2f}",
                f"{saved['low']:.2f} to {saved['high']:.2f}",
                f"{data['faster_at_p50']:.0%}",
                reached,
            )
        )
    return rows


def profile_data(profile: str, result: ProfileResult, seed: int) -> dict[str, Any]:
    """Return a profile as plain data: distributions, the paired difference, what became of late facts."""
    blocking, at_once = (result.arms[arm].answer_seconds for arm in ARMS)
    middle, low, high = paired_difference(blocking, at_once, seed)
    waited = sum(result.late.values())
    reached = sum(result.late.get(each, 0) for each in _REACHED)
    return {
        "latencies": {name: asdict(each) for name, each in PROFILES[profile].items()},
        "arms": {arm: _arm(result, arm) for arm in ARMS},
        "saved_seconds": {
            "median": middle, "low": low, "high": high, "confidence": CONFIDENCE, "pairs": len(blocking),
        },
        "faster_at_p50": 1 - quantile(at_once, 0.5) / quantile(blocking, 0.5),
        "late_facts": {
            **result.late,
            "waited": waited,
            "share_reached": reached / waited if waited else None,
        },
    }  # fmt: skip


def report_data(
    machine: object, results: Mapping[str, ProfileResult], seed: int, prompts: int, measured_at: str
) -> dict[str, Any]:
    """Return the whole run as plain data."""
    return {
        "schema": SCHEMA,
        "measured_at": measured_at,
        "machine": machine,
        "seed": seed,
        "prompts": prompts,
        "profiles": {name: profile_data(name, result, seed) for name, result in results.items()},
    }


def _arm(result: ProfileResult, arm: Any) -> dict[str, Any]:
    seconds = result.arms[arm].answer_seconds
    return {
        "p50_seconds": quantile(seconds, 0.5),
        "p95_seconds": quantile(seconds, 0.95),
        "settled_p50_seconds": quantile(result.arms[arm].settled_seconds, 0.5),
        "answer_seconds": [round(each, 4) for each in seconds],
    }
