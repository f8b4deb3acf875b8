"""How studios, takes and findings show themselves in a notebook: plain HTML that needs no script.

Colours come from JupyterLab's theme variables with fall-backs, so that cards are right in light and
dark, in exported pages and where the variables do not exist.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING

from workbench.errors import WorkbenchError
from workbench.scene.finding import Finding

if TYPE_CHECKING:
    from workbench.studio.studio import Studio
    from workbench.studio.take import Shot, Take

FRAMES_SHOWN = 5
_FRAME_HEIGHT = 180
_TONES = {"error": "#dc2626", "warning": "#b45309", "info": "#2563eb"}
_STYLE = (
    "font-family:var(--jp-ui-font-family,system-ui,sans-serif);font-size:13px;line-height:1.5;"
    "color:var(--jp-ui-font-color1,inherit);border:1px solid var(--jp-border-color2,#d4d4d8);"
    "border-radius:8px;padding:12px 16px;margin:4px 0;max-width:1120px"
)
_QUIET = "color:var(--jp-ui-font-color2,#71717a)"
_CODE = (
    "font-family:var(--jp-code-font-family,monospace);font-size:12px;white-space:pre;overflow:auto;"
    "background:var(--jp-layout-color2,#f4f4f5);border-radius:6px;padding:8px 12px;margin:6px 0"
)


def card(title: str, told: str, *parts: str) -> str:
    """Return a card of HTML: its title and what was done, both plain text, then ready parts of HTML."""
    return (
        f'<div style="{_STYLE}"><div><b>{escape(title)}</b></div>'
        f'<div style="{_QUIET}">{escape(told)}</div>{"".join(parts)}</div>'
    )


def note(text: str) -> str:
    """Return a quiet line of plain text as HTML."""
    return f'<div style="{_QUIET};margin:6px 0">{escape(text)}</div>'


def take_card(take: Take) -> str:
    """Return a take as HTML: what was done, frames, source, findings, timings."""
    strips = "".join(_shot(take, number, shot) for number, shot in enumerate(take.shots, 1))
    seconds = " · ".join(f"{key} {value:.2f} s" for key, value in take.seconds.items() if value >= 0.005)
    model = ", ".join(dict.fromkeys(f"{used.provider} {used.model}" for used in take.usage))
    return (
        f'<div style="{_STYLE}"><div style="{_QUIET}">“{escape(take.prompt)}”</div>'
        f'<div style="margin:6px 0">{escape(take.text)}</div>{strips}'
        f'<div style="{_QUIET};font-size:12px;margin-top:8px">{escape(model)} · {escape(seconds)}</div></div>'
    )


def findings_list(findings: Sequence[Finding], source: str = "") -> str:
    """Return findings as an HTML list, each with its line of the source and the way to mend it."""
    lines = source.splitlines()
    rows = []
    for finding in findings:
        shown = ""
        if finding.line and finding.line <= len(lines):
            marker = " " * ((finding.column or 1) - 1) + "^" if finding.column else ""
            number = f"{finding.line:>4}  "
            shown = f'<div style="{_CODE}">{number}{escape(lines[finding.line - 1])}'
            shown += f"\n{' ' * len(number)}{marker}</div>" if marker else "</div>"
        rows.append(
            f'<li style="margin:6px 0"><b style="color:{_TONES[finding.severity]}">{finding.severity}</b> '
            f"<code>{escape(finding.code)}</code> {escape(finding.place)}: {escape(finding.message)}{shown}"
            f'<div style="{_QUIET}">→ {escape(finding.fix)}</div></li>'
        )
    return f'<ul style="list-style:none;padding:0;margin:6px 0">{"".join(rows)}</ul>' if rows else ""


def studio_card(studio: Studio) -> str:
    """Return a project as HTML: its scenes with a picture each."""
    cells = []
    for scene in studio.scenes:
        caption = f"{scene.position} {scene.name} · {scene.duration_seconds:g} s"
        cells.append(
            f'<figure style="margin:0;flex:0 0 auto">{_scene_picture(studio, scene.id, scene.name)}'
            f'<figcaption style="{_QUIET};max-width:240px">{escape(caption)}</figcaption></figure>'
        )
    body = "".join(cells) or f'<span style="{_QUIET}">No scene yet: studio.ask("...") adds some.</span>'
    return (
        f'<div style="{_STYLE}"><div><b>{escape(studio.name)}</b> '
        f'<span style="{_QUIET}">{studio.format}</span></div>'
        f'<div style="display:flex;gap:12px;overflow:auto;margin-top:8px">{body}</div></div>'
    )


def _scene_picture(studio: Studio, scene_id: str, name: str) -> str:
    try:
        checked = studio.check(scene_id)
        if not checked.ok:
            return f'<div style="{_CODE};color:{_TONES["error"]}">{escape(str(checked.findings[0]))}</div>'
        picture = studio.frame(scene_id, checked.painted(name).frames // 2, height=_FRAME_HEIGHT)
    except WorkbenchError as error:
        return f'<div style="{_CODE}">{escape(str(error))}</div>'
    return f'<img src="{picture.data_url}" alt="{escape(name)}" style="height:120px;border-radius:6px">'


def _shot(take: Take, number: int, shot: Shot) -> str:
    title = (
        f"{shot.number} {shot.name} · {shot.checked.draft.duration_seconds:g} s · revision {shot.revision}"
    )
    source = shot.checked.draft.source
    return (
        f'<div style="margin-top:10px"><b>{escape(title)}</b>{_strip(take, number, shot)}'
        f"{findings_list(shot.checked.findings, source)}"
        f'<details><summary style="{_QUIET};cursor:pointer">Source</summary>'
        f'<div style="{_CODE}">{escape(source)}</div></details></div>'
    )


def _strip(take: Take, number: int, shot: Shot) -> str:
    if shot.checked.staged is None:
        return ""
    frames = shot.checked.staged.frames
    count = min(FRAMES_SHOWN, frames)
    pictures = [
        take.frame((2 * place + 1) * frames // (2 * count), scene=number, height=_FRAME_HEIGHT)
        for place in range(count)
    ]
    images = "".join(
        f'<img src="{picture.data_url}" alt="{escape(picture.title)}" style="height:108px;border-radius:6px">'
        for picture in pictures
    )
    return f'<div style="display:flex;gap:8px;overflow:auto;margin:6px 0">{images}</div>'
