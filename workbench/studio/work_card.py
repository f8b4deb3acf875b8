"""Background work as HTML: one line a job, with how far it is and why it failed."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from workbench.store.jobs import Job
from workbench.studio.cards import card

_TONES = {"done": "#15803d", "dead": "#dc2626", "failed": "#b45309", "cancelled": "#71717a"}
_CELL = "padding:2px 12px 2px 0;vertical-align:top"


def work_card(jobs: Sequence[Job]) -> str:
    """Return jobs as a table that needs no script."""
    waiting = sum(not job.ended for job in jobs)
    told = (
        f"{len(jobs)} {'job' if len(jobs) == 1 else 'jobs'}, {waiting} not ended."
        if jobs
        else "Nothing runs in the background."
    )
    rows = "".join(_row(job) for job in jobs)
    return card("Background work", told, f'<table style="border-collapse:collapse">{rows}</table>')


def told_of(job: Job) -> str:
    """Say in a few words how a job stands: how far, what it made, why it failed."""
    if job.error:
        return job.error
    if job.state == "running" and job.progress:
        left = job.progress.get("eta_seconds")
        rest = f", {left:g} s left" if left is not None else ""
        return f"{job.progress['share']:.0%} of {job.progress['total']} frames{rest}"
    if job.state == "done" and job.result and "bytes" in job.result:
        return f"{job.result['name']}, {job.result['seconds']:g} s, {job.result['bytes'] / 1e6:.1f} MB"
    return f"attempt {job.attempts} of {job.most_attempts}" if job.attempts > 1 else ""


def _row(job: Job) -> str:
    tone = _TONES.get(job.state, "inherit")
    cells = (
        escape(job.kind.replace("_", " ")),
        f'<b style="color:{tone}">{escape(job.state)}</b>',
        escape(told_of(job)),
        f"<code>{escape(job.id)}</code>",
    )
    return f"<tr>{''.join(f'<td style={chr(34)}{_CELL}{chr(34)}>{cell}</td>' for cell in cells)}</tr>"
