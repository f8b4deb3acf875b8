"""Pictures in a notebook, as HTML that needs no script: what was known when, and how each stands."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from html import escape

from workbench.studio.cards import card
from workbench.studio.late_values import LateFacts, PictureUsed

_LINE = "margin:4px 0;font-size:13px"
_TONES = {"applied": "#15803d", "accepted": "#15803d", "offered": "#b45309", "failed": "#dc2626"}
_SAYS = {
    "waiting": "facts are on their way",
    "applied": "facts came later and were applied",
    "offered": "facts came later; offered, because the scene was changed: studio.accept(...)",
    "accepted": "facts came later; the offer was accepted",
    "declined": "facts came later; the offer was declined",
    "nothing": "facts came later and change nothing",
    "failed": "facts came later and could not be applied",
}


def pictures_card(used: Sequence[PictureUsed], late: Sequence[LateFacts]) -> str:
    """Return what a take knew of its pictures, and what became of facts that followed; empty without any."""
    lines = [_used(each) for each in used]
    lines += [_late(each) for each in late]
    return "".join(f'<div style="{_LINE}">{line}</div>' for line in lines)


def shelf_card(shown: Sequence[tuple[str, str, str, str, bytes]], late: Sequence[LateFacts]) -> str:
    """Return the pictures of a project: each with its state, its alt text, and why it failed."""
    cells = "".join(_cell(*each) for each in shown)
    told = (
        f"{len(shown)} {'picture' if len(shown) == 1 else 'pictures'}."
        if shown
        else "No picture yet: studio.ask(..., images=[...]) brings some."
    )
    offers = "".join(f'<div style="{_LINE}">{_late(each)}</div>' for each in late if each.offer)
    return card("Pictures", told, f'<div style="display:flex;gap:12px;flex-wrap:wrap">{cells}</div>', offers)


def _cell(name: str, state: str, alt: str, error: str, content: bytes) -> str:
    source = f"data:image/png;base64,{b64encode(content).decode()}"
    failed = f'<div style="color:#dc2626">{escape(error)}</div>' if error else ""
    return (
        f'<figure style="margin:8px 0;max-width:180px"><img src="{source}" alt="{escape(alt)}" '
        f'style="max-height:110px;max-width:170px;border-radius:4px"><figcaption><b>{escape(name)}</b> · '
        f"{escape(state)}{failed}</figcaption></figure>"
    )


def _used(each: PictureUsed) -> str:
    known = ", ".join(each.known) if each.known else "its size alone"
    use = f", to {escape(each.use)}" if each.use else ""
    then = f"when it was answered: {escape(each.state)}; known: {escape(known)}"
    return f"<b>{escape(each.name)}</b>{use} · {then}"


def _late(each: LateFacts) -> str:
    tone = _TONES.get(each.became, "inherit")
    revision = f" (revision {each.revision})" if each.revision else ""
    told = f" {escape(each.told)}" if each.told else ""
    said = f"<b>{escape(each.picture)}</b>: {_SAYS[each.became]}{revision}."
    return f'<span style="color:{tone}">↳ {said}</span>{told}'
