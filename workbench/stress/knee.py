"""Where more people stop getting more done: throughput by stage, and the law's knee with its interval."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from workbench.stress.presets import Preset
from workbench.stress.samples import Sample, summary
from workbench.telemetry.capacity import Refusal, fit_usl

_SETTLING_SHARE = 0.3
"""The first part of each stage is left out: people arrive and caches fill."""


def knee_of(preset: Preset, people: Sequence[Sample]) -> dict[str, Any] | None:
    """Return the stages and the fit, or why there is none; None when the preset climbs no steps."""
    numbers = [users for _, users in preset.stages]
    if len(set(numbers)) < 3 or numbers != sorted(numbers):
        return None
    done = [each for each in people if each.kind == "request" and not each.error]
    start = min((each.began for each in people), default=0.0)
    stages, since = [], 0.0
    for until, users in preset.stages:
        begin = since + _SETTLING_SHARE * (until - since)
        within = [each for each in done if begin <= each.ended - start < until]
        figures = summary("", within)
        stages.append(
            {"users": users, "a_second": round(len(within) / (until - begin), 3), "p95": figures.p95}
        )
        since = until
    fit = fit_usl([each["users"] for each in stages], [each["a_second"] for each in stages])
    told = (
        f"No knee: {fit.why} {fit.remedy}"
        if isinstance(fit, Refusal)
        else f"The knee is at {fit.knee_users:.1f} people (90 %: {fit.knee_low:.1f} to {fit.knee_high:.1f}), "
        f"{fit.peak_throughput:.1f} requests a second."
    )
    return {"stages": stages, "fit": asdict(fit), "told": told}
