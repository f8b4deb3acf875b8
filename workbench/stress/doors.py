"""What the command and the notebook ask for, in plain values, and the way from there to a kept report."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from workbench.clock import SystemClock
from workbench.errors import InputError
from workbench.spans import span
from workbench.stress.page import write_page
from workbench.stress.presets import preset_named
from workbench.stress.reporting import Report, compared, keep, tell_telemetry
from workbench.stress.running import Plan, Say, run_stress
from workbench.stress.stand_in import Thinking
from workbench.studio.settings import Settings
from workbench.studio.workspace import Workspace

TOKENS = "WORKBENCH_STRESS_TOKENS"


@dataclass(frozen=True, slots=True)
class Wanted:
    """A run in plain values; 0 and what is below 0 in `ramp_seconds` and `arrivals` keep the preset's own."""

    preset: str
    users: int = 0
    seconds: float = 0.0
    ramp_seconds: float = -1.0
    arrivals: float = -1.0
    target: str = ""
    database: str = ""
    thresholds: Mapping[str, Any] = field(default_factory=dict)
    model_median: float = 0.3
    model_sigma: float = 0.5
    seed: int = 1


def run_id(now: datetime) -> str:
    """Return a word that no other run has: when it began, and chance."""
    return f"{now:%y%m%d-%H%M%S}-{secrets.token_hex(2)}"


def plan_of(wanted: Wanted, environment: Mapping[str, str], run: str) -> Plan:
    """Return what is to be run; raises InputError for what cannot be."""
    if wanted.target and wanted.database:
        raise InputError("A target has its own database.", remedy="Give one of --target and --database.")
    preset = preset_named(wanted.preset).changed(
        users=wanted.users,
        seconds=wanted.seconds,
        ramp_seconds=wanted.ramp_seconds,
        arrivals=wanted.arrivals,
    )
    preset = replace(preset, thresholds=preset.thresholds.with_changes(wanted.thresholds))
    tokens = tuple(each.strip() for each in environment.get(TOKENS, "").split(",") if each.strip())
    thinking = Thinking(wanted.model_median, wanted.model_sigma, seed=wanted.seed)
    return Plan(preset, run, wanted.target, tokens, wanted.database, thinking, wanted.seed)


def run_wanted(
    wanted: Wanted, settings: Settings, environment: Mapping[str, str], *, say: Say = lambda _: None
) -> tuple[Report, Path]:
    """Run it, compare it with the accepted run, keep it below `data/stress`, and tell telemetry."""
    plan = plan_of(wanted, environment, run_id(SystemClock().now()))
    folder = settings.data / "stress"
    with Workspace(settings), span("stress.run", preset=plan.preset.name) as measured:
        found = run_stress(plan, say=say)
        report = compared(found, folder)
        measured.set(
            verdict=report.verdict.ruling, users=float(plan.preset.users), throughput=report.a_second
        )
        tell_telemetry(report)
    path = keep(report, folder)
    write_page(report, path.with_suffix(".html"))
    return report, path
