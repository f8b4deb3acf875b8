"""Results as tables, comparisons and gates."""

from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import pytest

from workbench.errors import InputError, NotFound
from workbench.experiments.gate import checked, judged
from workbench.experiments.reading import read_spec
from workbench.experiments.results import Results
from workbench.experiments.scores.scoring import METRICS
from workbench.store.trial_values import Cell, CellKey

SPEC = read_spec(
    {
        "name": "t",
        "variants": {"a": {}, "b": "{prompt}!"},
        "cases": [f"case {n}" for n in range(8)],
        "repeats": 3,
    }
)


def cell(key: CellKey, accepted: float, cost: float | None = 0.01) -> Cell:
    scores = dict.fromkeys(METRICS, None) | {
        "valid": 1.0,
        "accepted": accepted,
        "cost_usd": cost,
        "seconds": 2.0,
    }
    when = datetime(2026, 1, 1, tzinfo=UTC)
    return Cell(str(key), "e", key, "done", 1, None, 1, scores, None, "", "", when)


def results(b_passes: bool = True) -> Results:
    """A passes in half of the cases; B in all, or in none."""
    return Results(
        SPEC,
        [
            cell(key, float(b_passes) if key.variant == "b" else float(int(key.case[-1]) % 2))
            for key in SPEC.keys()  # noqa: SIM118
        ],
    )


def test_a_gate_holds_or_says_what_was_measured() -> None:
    """A condition is held against every arm, or one; the measured values are told."""
    first, second, third = judged(["valid>=0.9", "accepted>=0.9", "accepted>=90% of b"], results())
    assert (first.held, second.held, third.held) == (True, False, True)
    assert "a · offline: 0.5" in second.told
    cost, pass_2 = judged(["cost_usd<0.3", "pass^2>=0.5"], results())
    assert (cost.held, pass_2.held) == (True, True)


def test_no_worse_is_a_gate_too() -> None:
    """A variant that is shown to be worse fails; one that is not shown to be, passes."""
    assert judged(["no worse than a"], results())[0].held
    worse = judged(["accepted no worse than b"], results())[0]
    assert worse.held
    clear = [cell(key, float(key.variant == "b")) for key in SPEC.keys()]  # noqa: SIM118
    lost = judged(["accepted no worse than b"], Results(SPEC, clear))[0]
    assert not lost.held
    assert "a · offline: -1" in lost.told


def test_all_failed_alike_is_not_no_worse() -> None:
    """Where no pair passed with either, nothing was compared, and the gate does not hold."""
    found = Results(SPEC, [cell(key, 0.0) for key in SPEC.keys()])  # noqa: SIM118
    held = judged(["accepted no worse than a"], found)[0]
    assert (held.held, held.told) == (False, "nothing could be compared")


def test_nothing_done_passes_no_gate() -> None:
    """An experiment that could not run is not good enough."""
    assert not judged(["valid>=0"], Results(SPEC, []))[0].held


def test_unknown_cost_passes_no_gate() -> None:
    """A sum with an unknown part is unknown, not small."""
    cells = [cell(key, 1.0, None if key.repeat == 3 else 0.01) for key in SPEC.keys()]  # noqa: SIM118
    found = Results(SPEC, cells)
    assert found.arms[0].cost_usd is None
    assert found.arms[0].cost_per_accepted_usd is None
    assert not judged(["cost_usd<100"], found)[0].held


@pytest.mark.parametrize("condition", ["valid", "valid>>1", "valid>=x"])
def test_a_condition_that_says_nothing_is_refused(condition: str) -> None:
    """Before anything is paid for."""
    with pytest.raises(InputError):
        checked(condition)
    with pytest.raises(NotFound, match="'valid'"):
        checked("valdi>=1")


def test_a_clear_difference_is_shown_with_its_numbers() -> None:
    """Four of eight cases gained in every repeat: shown for these cases, not yet for cases like these."""
    table = results().comparison(["accepted"])
    row = table.iloc[0]
    assert row["difference"] == pytest.approx(0.5)
    assert (row["gained"], row["lost"], row["pairs"], row["cases"]) == (12, 0, 24, 8)
    assert row["low"] > 0
    assert row["verdict"] == "no difference shown"
    assert "more cases would decide this" in row["more"]
    these = results().comparison(["accepted"], about="these cases").iloc[0]
    assert these["verdict"] == "better"


def test_the_table_is_kept_whole(tmp_path: Path) -> None:
    """One row per cell, the same after Parquet; what does not apply is missing, not zero."""
    frame = results().frame()
    assert len(frame) == SPEC.size
    back = pd.read_parquet(results().parquet(tmp_path / "cells.parquet"))
    pd.testing.assert_frame_equal(frame, back, check_dtype=False)
    assert frame["locality"].isna().all()


def test_variance_says_where_the_differences_come_from() -> None:
    """Here cases and their interplay with the arm make all of it, repeats none."""
    split = results().variance("accepted")
    assert split
    assert split.shares["repeat"] == 0.0
    assert split.cells == SPEC.size
