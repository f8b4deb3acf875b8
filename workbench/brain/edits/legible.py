"""Colours taken back to where letters can be read, as the findings about contrast say."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from workbench.brain.edits.draft import Draft, literal
from workbench.brain.plan import ParamValue
from workbench.scene.finding import Finding

_COLOR = re.compile(r'color="(?P<hex>#[0-9a-fA-F]{6,8})"')


def made_legible(
    source: str, params: Mapping[str, ParamValue], findings: Sequence[Finding]
) -> tuple[str, str] | None:
    """Return the source with readable letters and a sentence about it; None if a finding is another."""
    draft = Draft(source, dict(params))
    told = []
    for finding in findings:
        color = _COLOR.search(finding.fix)
        if finding.code != "contrast" or not color:
            return None
        if _repainted(draft, finding, color["hex"]):
            told.append(f"{finding.node or 'the text'} in {color['hex']}")
    if not told:
        return None
    listed = ", ".join(dict.fromkeys(told))
    return draft.source, f"So that it can be read, the nearest colour that passes was taken: {listed}."


def _repainted(draft: Draft, finding: Finding, color: str) -> bool:
    for element in draft.elements():
        here = element.call.lineno <= (finding.line or 0) <= (element.call.end_lineno or 0)
        if here and element.kind in ("text", "counter"):
            return draft.set_keyword(element.call, "color", literal(color))
    return False
