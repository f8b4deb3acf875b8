"""Colours and sizes: one set for light, one for dark, both with text that reads at 4.5 to 1 and more."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

ThemeName = Literal["light", "dark"]
FONT = "'Inter', 'Segoe UI', system-ui, -apple-system, 'Helvetica Neue', Arial, sans-serif"


@dataclass(frozen=True, slots=True)
class Look:
    """What a chart is drawn with; `scale` is larger on a wall."""

    theme: ThemeName
    text: str
    muted: str
    line: str
    good: str
    bad: str
    warn: str
    accent: str
    series: tuple[str, ...]
    shades: tuple[str, str, str]
    scale: float = 1.0

    def px(self, size: float) -> str:
        """Return a size of text, as Bokeh takes it."""
        return f"{size * self.scale:.0f}px"


_LIGHT = Look(
    "light",
    "#1c2433",
    "#566176",
    "#e3e7ee",
    "#0f8a6d",
    "#cf3346",
    "#a86400",
    "#3457d5",
    ("#3457d5", "#0f8a6d", "#c2570c", "#8b3fc4", "#b4236a", "#566176"),
    ("#9db2f2", "#5f7fe6", "#2743b3"),
)
_DARK = Look(
    "dark",
    "#e7ebf3",
    "#98a4ba",
    "#273043",
    "#3ccfa4",
    "#ff6b78",
    "#f2b04a",
    "#86a3ff",
    ("#86a3ff", "#3ccfa4", "#f2a25c", "#c694f5", "#f58ab8", "#98a4ba"),
    ("#4a66bf", "#86a3ff", "#d3deff"),
)
_LOOKS: Mapping[str, Look] = {"light": _LIGHT, "dark": _DARK}


def look_of(theme: str, *, wall: bool = False) -> Look:
    """Return the look of a theme; light when the theme is not known."""
    found = _LOOKS.get(theme, _LIGHT)
    if not wall:
        return found
    values = {name: getattr(found, name) for name in Look.__slots__}
    return Look(**{**values, "scale": 1.4})
