"""Colours taken back to where letters can be read, as the findings about contrast say."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from workbench.brain.colors import is_light
from workbench.brain.edits.draft import Draft, Element, literal
from workbench.brain.edits.parts import Ask, each, main_text
from workbench.brain.plan import ParamValue
from workbench.brain.vocabulary import compiled
from workbench.scene.finding import Finding

_CONTRAST = compiled(
    r"\b(?:more|better|stronger|higher|enough|increase\s+the|raise\s+the|improve\s+the)\s+(?:text\s+)?contrast\b|\btoo\s+(?:pale|faint)\b"
)
_HEX = re.compile(r"#[0-9a-fA-F]{6}\b")
_INKS = ("#0f172a", "#ffffff")
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


def set_contrast(draft: Draft, ask: Ask) -> bool:
    """Give texts the ink that stands out most from the background: nearly black, or white."""
    if not ask.says(_CONTRAST):
        return False
    ground = _ground(draft)
    headline = main_text(draft.elements())
    chosen = [one for one in ask.named(draft) if one.kind in ("text", "counter")]
    chosen = chosen or ([headline] if headline else [])
    if not ground or not chosen:
        return False
    ink = _INKS[0] if is_light(ground) else _INKS[1]

    def change(element: Element) -> bool:
        given = element.argument("color")
        if (given is None and ink == _INKS[1]) or draft.value_of(given) == ink or _is_best(draft, element):
            draft.refused.append(f"{element.name or element.text!r} has the strongest contrast already.")
            return False
        return draft.set_keyword(element.call, "color", literal(ink))

    return each(draft, chosen, change)


def _is_best(draft: Draft, element: Element) -> bool:
    """Say whether the language itself chooses the ink: by `ink_on(...)`."""
    given = element.argument("color")
    code = draft.code_of(given) if given is not None else ""
    origin = draft.variables().get(code)
    return "ink_on(" in (draft.code_of(origin) if origin is not None else code)


def _ground(draft: Draft) -> str:
    """Return the first colour of the background, as far as it is written or a parameter; else nothing."""
    call = draft.background()
    if call is None:
        return ""
    value = draft.value_of(call.args[0])
    found = _HEX.search(value if isinstance(value, str) else draft.code_of(call.args[0]))
    param = draft.params().get("background")
    value = draft.values.get("background", param.default) if param else ""
    return found[0] if found else value if isinstance(value, str) and _HEX.fullmatch(value) else ""


def _repainted(draft: Draft, finding: Finding, color: str) -> bool:
    for element in draft.elements():
        here = element.call.lineno <= (finding.line or 0) <= (element.call.end_lineno or 0)
        if here and element.kind in ("text", "counter"):
            return draft.set_keyword(element.call, "color", literal(color))
    return False
