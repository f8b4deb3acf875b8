"""What may be asked of a run, and what is refused before anything is started."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from workbench.errors import InputError, NotFound
from workbench.stress import running
from workbench.stress.doors import TOKENS, Wanted, plan_of
from workbench.stress.presets import PRESETS, Preset, preset_named
from workbench.stress.running import target_of


def test_presets_can_be_changed_within_reason() -> None:
    """Stages are stretched with the rest; unknown names and thresholds are refused with the likely one."""
    spike = preset_named("spike").changed(users=6, seconds=9)
    assert spike.stages == ((3.0, 1), (5.0, 6), (9.0, 1))
    assert Preset("x", 3, 9, 0, {"edit": 1}).changed(ramp_seconds=4, arrivals=0).arrivals == 0
    assert preset_named("spike").changed(users=6, seconds=9, arrivals=7).arrivals == 7
    assert preset_named("knee").changed(ramp_seconds=0).stages == PRESETS["knee"].stages
    with pytest.raises(InputError, match="a ramp would change nothing"):
        preset_named("knee").changed(ramp_seconds=5)
    with pytest.raises(NotFound, match="Did you mean 'target'"):
        preset_named("targets")
    with pytest.raises(InputError, match="average_seconds"):
        PRESETS["smoke"].thresholds.with_changes({"average_second": 3})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("average_seconds", "5"), ("p95_seconds", None), ("average_seconds", float("nan")),
        ("p95_seconds", -1), ("success", 99), ("success", True), ("least_requests", 2.5),
        ("leak_mb_a_minute", [1]),
    ],
)  # fmt: skip
def test_a_threshold_of_no_use_is_refused_before_the_run(name: str, value: object) -> None:
    """Not after ten minutes, as an error of the comparison."""
    with pytest.raises(InputError, match=f"The threshold {name} cannot be"):
        plan_of(Wanted("smoke", thresholds={name: value}), {}, "r")


def test_a_threshold_of_use_is_taken() -> None:
    """A whole number is as good as any."""
    plan = plan_of(Wanted("smoke", thresholds={"average_seconds": 5, "success": 1}), {}, "r")
    assert (plan.preset.thresholds.average_seconds, plan.preset.thresholds.success) == (5, 1)


def test_people_do_not_share_tokens(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Fewer than people are refused; the same one twice is one."""
    plan = plan_of(Wanted("micro", target="http://127.0.0.1:9"), {TOKENS: "a, b, a"}, "r")
    with (
        pytest.raises(InputError, match=r"2 tokens are too few for 5 people.*--users"),
        target_of(replace(plan, preset=PRESETS["smoke"]), tmp_path),
    ):
        raise AssertionError("refused before it is looked at")
    monkeypatch.setattr(running, "wait_until_ready", lambda *_: None)
    with target_of(plan, tmp_path) as target:
        assert target.tokens == ("a", "b")
