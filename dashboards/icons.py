"""The signs beside the links, drawn in one stroke."""

from __future__ import annotations

from collections.abc import Mapping

_PATHS: Mapping[str, str] = {
    "now": "M2 9h3l2-5 3 9 2.5-6 1.2 2H16",
    "prompts": "M3 4h12v8H8l-3.5 3V12H3z M6.5 7.2h5 M6.5 9.4h3",
    "waiting": "M9 2.5a6.5 6.5 0 1 0 6.5 6.5 M9 5.5V9l2.6 1.8 M12.5 2.8l3 .2-.2 3",
    "lifecycle": "M4 5h10 M6.5 5V3.4h5V5 M5 5l.7 9.6h6.6L13 5 M7.6 8v4 M10.4 8v4",
    "capacity": "M3 15h12 M4.5 12V9 M8 12V6.5 M11.5 12V8 M4 5.5l4-2.5 3 2 4-3",
    "errors": "M9 2.6 16 14.8H2z M9 7v3.6 M9 12.8v.1",
    "stress": "M3.5 12.5a6 6 0 1 1 11 0 M9 9.5l3-3.2 M3 15h12",
}
ICONS: Mapping[str, str] = {
    name: f'<svg viewBox="0 0 18 18" aria-hidden="true"><path d="{path}"/></svg>'
    for name, path in _PATHS.items()
}
