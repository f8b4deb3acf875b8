"""What a board's views are told, as plain data."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from workbench.experiments.experiment import Experiment
from workbench.experiments.reasons import nothing_compared
from workbench.experiments.reports.junit import why_invalid
from workbench.experiments.results import comparison_row
from workbench.store.trial_values import Cell

COLUMNS = ("id", "variant", "model", "case", "repeat", "state", "accepted", "valid", "expectations", "errors",
           "warnings", "repairs", "seconds", "output_tokens", "cost_usd", "judged", "error")  # fmt: skip
MOST_COMPARED = 5_000
"""Cells up to which every step of progress is compared anew; beyond, only the end is."""


def board_state(experiment: Experiment) -> dict[str, Any]:
    """Return everything about the experiment as a whole."""
    spec, spent = experiment.spec, experiment.spent
    state = experiment.state
    counts = experiment.counts
    compared = sum(counts.values()) <= MOST_COMPARED or state != "running"
    results = experiment.results if compared else None
    reasons = experiment.reasons() if state != "running" else ()
    return {
        "name": spec.name,
        "state": state,
        "reason": experiment.reason,
        "counts": dict(counts),
        "total": sum(counts.values()),
        "variants": [variant.name for variant in spec.variants],
        "models": [model.name for model in spec.models],
        "cases": [case.name for case in spec.cases],
        "base": spec.base,
        "spent": {
            "calls": spent.calls,
            "tokens": spent.input_tokens + spent.output_tokens,
            "cost_usd": None if spent.unpriced_calls else spent.cost_usd,
            "most_usd": spec.most_usd,
        },
        "compared": [_comparison(each) for each in results.compare()] if results else [],
        "reasons": [str(each) for each in reasons],
        "nothing": nothing_compared(results.cells, reasons) if results else "",
        "projects": [project.name for project in experiment.workspace.projects.list()],
    }


def cell_columns(cells: Sequence[Cell]) -> dict[str, list[Any]]:
    """Return all cells in columns, which is a third of the bytes of rows with names."""
    rows = [cell_row(cell) for cell in cells]
    return {name: [row[place] for row in rows] for place, name in enumerate(COLUMNS)}


def cell_row(cell: Cell) -> list[Any]:
    """Return one cell in the order of `COLUMNS`."""
    key, scores = cell.key, cell.scores or {}
    named = {"id": cell.id, "variant": key.variant, "model": key.model, "case": key.case,
             "repeat": key.repeat, "state": cell.state, "error": cell.error}  # fmt: skip
    told = {name: _short(scores.get(name)) for name in COLUMNS} | named
    return [told[name] for name in COLUMNS]


def cell_detail(experiment: Experiment, cell_id: str) -> dict[str, Any]:
    """Return everything that came of a cell: sources, findings, expectations, what was said and sent."""
    cell = experiment.cell(cell_id)
    result = cell.result or {}
    take = result.get("take") or {}
    return {
        "row": cell_row(cell),
        "prompt": experiment.spec.case(cell.key.case).prompt,
        "told": take.get("text") or result.get("failure") or cell.error,
        "why": why_invalid(cell) if cell.state == "done" else "",
        "source": "\n\n".join(_source(scene) for scene in result.get("scenes", ())),
        "findings": [
            f"{each['severity']} {each['code']}: {each['message']}"
            for scene in result.get("scenes", ())
            for each in scene["findings"]
        ],
        "expectations": result.get("expectations", []),
        "sent": [[role, text] for role, text in experiment.sent(cell_id)],
    }


def preferences_state(experiment: Experiment) -> dict[str, Any]:
    """Return what blind ratings say."""
    told = experiment.preferences
    return {
        "strengths": [
            {"variant": each.arm, "preferred": each.preferred, "low": each.low, "high": each.high}
            for each in told.strengths
        ],
        "agreement": told.agreement,
        "rated": told.rated,
        "skipped": told.skipped,
    }


def _source(scene: Any) -> str:
    """Return a scene's source, after the values of its parameters, which can be all that differs."""
    params = [f"# {name}: {value}" for name, value in sorted(scene["params"].items())]
    return "\n".join([*params, scene["source"]])


def _comparison(each: Any) -> dict[str, Any]:
    row = comparison_row(each)
    wanted = ("score", "variant", "model", "difference", "low", "high", "p_adjusted", "verdict", "more")
    return {name: row[name] for name in wanted}


def _short(value: Any) -> Any:
    return round(value, 4) if isinstance(value, float) else value
