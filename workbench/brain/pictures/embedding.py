"""Pictures shown: in a scene that is there, or in a new one made for them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from workbench.brain.edits import Draft
from workbench.brain.edits.draft import literal
from workbench.brain.facts import facts_of
from workbench.brain.packet import PictureView, SceneView
from workbench.brain.pictures.intent import kind_of
from workbench.brain.plan import EditScene
from workbench.brain.quoting import set_aside
from workbench.brain.vocabulary import compiled

_FULL = compiled(
    r"\bfull[\s-]*(?:screen|bleed|frame|size)\b|\b(?:as|in|for)\s+(?:the\s+|a\s+)?(?:back\s*ground|backdrop)\b"
    r"|\bbehind\b|\bfill(?:s|ing)?\b|\bback\s*ground\s+(?:image|picture|photo)\b"
)
_PLACES = {
    "top_left": r"(?:top|upper)[\s-]+left",
    "top_right": r"(?:top|upper)[\s-]+right",
    "bottom_left": r"(?:bottom|lower)[\s-]+left",
    "bottom_right": r"(?:bottom|lower)[\s-]+right",
    "left": r"(?:on|to|at)\s+the\s+left(?:\s+side)?",
    "right": r"(?:on|to|at)\s+the\s+right(?:\s+side)?",
    "top": r"(?:on|to|at)\s+(?:the\s+)?top",
    "bottom": r"(?:on|to|at)\s+(?:the\s+)?bottom",
    "center": r"(?:in\s+)?(?:the\s+)?(?:cent(?:er|re)|middle)(?:ed|d)?",
}
_WHERE = {place: compiled(rf"\b{words}\b") for place, words in _PLACES.items()}
_SIZES = {
    0.5: compiled(r"\b(?:tiny|very\s+small)\b"),
    0.7: compiled(r"\b(?:small|little)\b"),
    1.6: compiled(r"\b(?:big|large|huge|bigger|larger|prominent(?:ly)?)\b"),
}
_CORNER_SIDE = 190.0
_FREE_SIDE = 460.0
_PARAMS = {
    "backdrop": 'backdrop = param("backdrop", "#0b1020", kind="color")\n',
    "accent": 'accent = param("accent", "#38bdf8", kind="color")\n',
    "ink": 'ink = param("ink", "#f8fafc", kind="color")\n',
}
_NAME = re.compile(r"\W+")


def embedded_in(scene: SceneView, step: EditScene, pictures: Sequence[PictureView]) -> tuple[str, str]:
    """Return the scene's source with the pictures in it, and what was done in words."""
    draft = Draft(scene.source, dict(scene.params))
    has_text = any(one.kind in ("text", "counter", "code") for one in draft.elements())
    words = _without_names(step.instruction, pictures)
    place = step.place or _place(words)
    behind = _fills(step, words) or (
        not place and has_text and len(pictures) == 1 and kind_of(pictures[0]) == "photo"
    )
    if behind:
        _put_behind(draft, pictures[0], veiled=has_text)
        return draft.source, f"{pictures[0].name!r} fills the picture behind everything."
    places = [place or ("top_right" if has_text else "center")]
    places += [
        each for each in ("top_left", "bottom_right", "bottom_left", "top_right") if each not in places
    ]
    for picture, where in zip(pictures, places, strict=False):
        draft.insert(_node(picture, where, _factor(words)))
    said = " and ".join(
        f"{picture.name!r} at {where.replace('_', ' ')}"
        for picture, where in zip(pictures, places, strict=False)
    )
    return draft.source, f"Put {said}."


def new_scene(step: EditScene, pictures: Sequence[PictureView]) -> str:
    """Return the source of a scene that shows the pictures, with the words that were given."""
    words = _without_names(step.instruction, pictures)
    title = _title(step.instruction)
    if _fills(step, words) and len(pictures) == 1:
        body = _full(pictures[0])
        if title:
            body += 'rect(width, height, fill="#0b1020", opacity=0.45, name="veil")\n'
            body += _words(title, ', at=center, allow=["contrast"]')
    elif len(pictures) == 1:
        body = _alone(pictures[0], title)
    else:
        body = _side_by_side(pictures, title)
    used = [line for name, line in _PARAMS.items() if f"={name}" in body or name == "backdrop"]
    return "".join([*used, "background(backdrop)\n", body])


def _fills(step: EditScene, words: str) -> bool:
    """Say whether the picture is to fill the scene, behind everything."""
    return step.place == "background" or (not step.place and bool(_FULL.search(words)))


def _alone(picture: PictureView, title: str) -> str:
    share = 0.42 if kind_of(picture) == "logo" else 0.62 if title else 0.74
    size = f"width=min(width * {share}, height * {share} * {picture.aspect:.3f})"
    look = "" if kind_of(picture) == "logo" or picture.transparent else ", radius=24, shadow=shadow()"
    enter = "pop()" if kind_of(picture) == "logo" else "rise(50)"
    image = f"image({literal(picture.name)}, {size}{look}, name={_label(picture)}, enter={enter})"
    under = 'rect(spring(0, 240, start=0.7), 8, radius=4, fill=accent, name="line")'
    lines = [image, under] if not title else [image, _words(title, ", start=0.5").strip(), under]
    return "with column(gap=40, at=center):\n" + "".join(f"    {line}\n" for line in lines)


def _side_by_side(pictures: Sequence[PictureView], title: str) -> str:
    shown = pictures[:4]
    widest = round(0.82 / len(shown), 3)
    lines = [
        f"image({literal(each.name)}, width=min(width * {widest}, height * 0.5 * {each.aspect:.3f}), "
        f"radius=20, name={_label(each)}, start={place * 0.25:g}, enter=rise(50))"
        for place, each in enumerate(shown)
    ]
    inner = "".join(f"    {line}\n" for line in lines)
    body = f"with row(gap=40, at=center):\n{inner}"
    if title:
        body += _words(title, ", at=bottom")
    return body


def _full(picture: PictureView) -> str:
    return (
        f'image({literal(picture.name)}, width=width, height=height, fit="cover", name={_label(picture)}, '
        "scale=tween(1.0, 1.05, duration), enter=fade())\n"
    )


def _put_behind(draft: Draft, picture: PictureView, *, veiled: bool) -> None:
    code = (
        f'image({literal(picture.name)}, width=width, height=height, fit="cover", name={_label(picture)}, '
        "enter=fade())"
    )
    if veiled:
        code += '\nrect(width, height, fill="#0b1020", opacity=0.55, name="veil")'
    elements = draft.elements()
    draft.insert(code, before=elements[0].statement if elements else None)


def _node(picture: PictureView, where: str, factor: float) -> str:
    side = (_FREE_SIDE if where in ("center", "left", "right") else _CORNER_SIDE) * factor
    across = side if picture.aspect >= 1 else side * picture.aspect
    if where in ("center", "left", "right"):
        across = min(across * max(1.0, min(picture.aspect, 1.8)), 900)
    shown = f"image({literal(picture.name)}, width={across:.0f}, at={where}"
    return f"{shown}, name={_label(picture)}, enter=fade())"


def _words(title: str, rest: str) -> str:
    return f'text({literal(title)}, size=72, weight=700, color=ink{rest}, name="title", enter=rise(40))\n'


def _title(instruction: str) -> str:
    quoted = set_aside(instruction)
    return facts_of(quoted, quoted.text).texts.get("title", "")


def _place(words: str) -> str:
    return next((place for place, said in _WHERE.items() if said.search(words)), "")


def _factor(words: str) -> float:
    return next((factor for factor, said in _SIZES.items() if said.search(words)), 1.0)


def _without_names(text: str, pictures: Sequence[PictureView]) -> str:
    for picture in pictures:
        text = re.sub(re.escape(picture.name), " ", text, flags=re.IGNORECASE)
    return text


def _label(picture: PictureView) -> str:
    return literal(_NAME.sub(" ", picture.name).strip()[:40] or "picture")
