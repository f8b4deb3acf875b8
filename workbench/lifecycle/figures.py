"""What every door tells of a cleanup: one plain document, so that figures cannot differ."""

from __future__ import annotations

from typing import Any

from workbench.lifecycle.books import Cleanup
from workbench.lifecycle.cleaning import CleaningReport
from workbench.lifecycle.planning import Plan


def figures(plan: Plan, report: CleaningReport | None = None) -> dict[str, Any]:
    """Return what a plan would take and, once it was applied, what was taken."""
    told: dict[str, Any] = {
        "plan": plan.digest,
        "made_at": plan.made_at.isoformat(),
        "dry_run": report is None,
        "rows": plan.rows,
        "bytes": plan.bytes,
        "rules": [
            {
                "rule": item.rule, "of": item.table, "state": item.state,
                "older_than": item.cutoff.isoformat(), "rows": item.rows, "bytes": item.bytes,
                "share": round(item.share, 6), "kept_for_undo": item.kept_for_undo,
                "needs_confirmation": item.needs_confirmation,
            }
            for item in plan.items
        ],
        "orphans": [
            {
                "of": each.table, "reference": each.reference, "rows": each.rows, "first": list(each.first),
                "since": each.since.isoformat(), "stay": each.stay,
                "may_go_at": each.may_go_at.isoformat() if each.may_go_at else None,
            }
            for each in plan.orphans
        ],
    }  # fmt: skip
    if report is not None:
        told["removed"] = {
            "rows": report.rows,
            "bytes": report.bytes,
            "purged": report.purged_rows,
            "held_past_grace": report.held_rows,
            "finished": report.finished,
            "seconds": report.seconds,
            "entries": [_entry(each) for each in report.entries],
        }
    return told


def _entry(entry: Cleanup) -> dict[str, Any]:
    return {
        "id": entry.id, "rule": entry.rule, "of": entry.table_name, "state": entry.state,
        "rows": entry.removed_rows, "bytes": entry.removed_bytes,
    }  # fmt: skip
