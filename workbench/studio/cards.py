"""How studios, takes and findings show themselves in a notebook: plain HTML that needs no script.

Colours come from JupyterLab's theme variables with fall-backs, so that cards are right in light and
dark, in exported pages and where the variables do not exist.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

from workbench.scene.finding import Finding
from workbench.studio.showing import Picture

FRAMES_SHOWN = 5
FRAME_HEIGHT = 180
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


@dataclass(frozen=True, slots=True)
class SceneCell:
    """A scene among its neighbours: a picture of it, or the trouble that kept it from being painted."""

    name: str
    caption: str
    picture: Picture | None = None
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class ShotCard:
    """A scene by itself: pictures over its time, what was found in it, and its source."""

    title: str
    pictures: Sequence[Picture]
    findings: Sequence[Finding]
    source: str


def card(title: str, told: str, *parts: str) -> str:
    """Return a card of HTML: its title and what was done, both plain text, then ready parts of HTML."""
    return (
        f'<div style="{_STYLE}"><div><b>{escape(title)}</b></div>'
        f'<div style="{_QUIET}">{escape(told)}</div>{"".join(parts)}</div>'
    )


def note(text: str) -> str:
    """Return a quiet line of plain text as HTML."""
    return f'<div style="{_QUIET};margin:6px 0">{escape(text)}</div>'


def take_card(
    prompt: str,
    text: str,
    shots: Sequence[ShotCard],
    models: Sequence[str],
    seconds: Mapping[str, float],
    pictures: str = "",
) -> str:
    """Return an answer as HTML: what was asked and done, frames, source, findings, timings."""
    strips = "".join(_shot(shot) for shot in shots)
    timings = " · ".join(f"{key} {value:.2f} s" for key, value in seconds.items() if value >= 0.005)
    used = ", ".join(dict.fromkeys(models))
    return (
        f'<div style="{_STYLE}"><div style="{_QUIET}">“{escape(prompt)}”</div>'
        f'<div style="margin:6px 0">{escape(text)}</div>{pictures}{strips}'
        f'<div style="{_QUIET};font-size:12px;margin-top:8px">{escape(used)} · {escape(timings)}</div></div>'
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


def project_card(name: str, shape: str, scenes: Sequence[SceneCell]) -> str:
    """Return a project as HTML: its scenes with a picture each."""
    body = "".join(_cell(scene) for scene in scenes)
    body = body or f'<span style="{_QUIET}">No scene yet: studio.ask("...") adds some.</span>'
    return (
        f'<div style="{_STYLE}"><div><b>{escape(name)}</b> '
        f'<span style="{_QUIET}">{escape(shape)}</span></div>'
        f'<div style="display:flex;gap:12px;overflow:auto;margin-top:8px">{body}</div></div>'
    )


def _cell(scene: SceneCell) -> str:
    if scene.picture is None:
        shown = f'<div style="{_CODE};color:{_TONES["error"]}">{escape(scene.trouble)}</div>'
    else:
        shown = _image(scene.picture, scene.name, height=120)
    return (
        f'<figure style="margin:0;flex:0 0 auto">{shown}'
        f'<figcaption style="{_QUIET};max-width:240px">{escape(scene.caption)}</figcaption></figure>'
    )


def _shot(shot: ShotCard) -> str:
    return (
        f'<div style="margin-top:10px"><b>{escape(shot.title)}</b>{_strip(shot.pictures)}'
        f"{findings_list(shot.findings, shot.source)}"
        f'<details><summary style="{_QUIET};cursor:pointer">Source</summary>'
        f'<div style="{_CODE}">{escape(shot.source)}</div></details></div>'
    )


def _strip(pictures: Sequence[Picture]) -> str:
    images = "".join(_image(picture, picture.title, height=108) for picture in pictures)
    return f'<div style="display:flex;gap:8px;overflow:auto;margin:6px 0">{images}</div>' if images else ""


def _image(picture: Picture, words: str, *, height: int) -> str:
    style = f"height:{height}px;border-radius:6px"
    return f'<img src="{picture.data_url}" alt="{escape(words)}" style="{style}">'
