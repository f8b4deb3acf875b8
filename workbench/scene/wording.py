"""The checker's and the interpreter's words said in the language's own."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import get_close_matches

from workbench.scene.reference import Parameter

_TYPES = {
    "Number": "a number, a track such as tween(0, 1), or a function of time",
    "Number | None": "a number, a track such as tween(0, 1), or a function of time",
    "Color": 'a colour such as "#38bdf8", a colour track, or a function of time that gives colours',
    "Paint": 'a colour such as "#38bdf8" or a gradient such as linear("#0b1020", "#38bdf8")',
    "Place | Point | None": "a place such as center, or a point such as (200, 300)",
    "Motion | None": "a motion preset such as fade() or rise()",
    "Shadow | None": "shadow() or glow()",
    "Stroke | None": 'stroke("white", 3)',
    "str | Callable[[float], str]": "a text, or a function of time that gives texts",
    "Sequence[float]": "a list of numbers",
    "Sequence[str]": "a list of texts",
    "Sequence[Point]": "a list of points such as [(0, 0), (200, 100)]",
    "Sequence[int]": "a list of whole numbers",
    "tuple[float, float]": "two numbers such as (4, 12)",
    "tuple[float, float] | None": "two numbers such as (400, 300)",
    "float | tuple[float, float]": "a number, or two numbers such as (40, 24)",
    "float | Track": "a number or a track",
    "float": "a number",
    "int": "a whole number",
    "str": "a text",
    "bool": "True or False",
    "Track": "a track such as tween(0, 1)",
    "ColorTrack": "a colour track",
    "Color | tuple[float, Color]": 'a colour, or an offset from 0 to 1 and a colour such as (0.3, "#38bdf8")',
}
_TYPES |= {"Paint | None": _TYPES["Paint"], "float | None": "a number", "Number": _TYPES["Number"]}

_ALSO_CALLED = {
    "rectangle": "rect", "box": "rect", "square": "rect", "label": "text", "title": "text", "paragraph": "text",
    "heading": "text", "oval": "ellipse", "hstack": "row", "vstack": "column", "zstack": "stack", "layer": "group",
    "picture": "image", "img": "image", "polygon": "path", "svg": "path", "polyline": "line", "animate": "tween",
    "interpolate": "tween", "ramp": "tween", "keyframes": "keys", "oscillate": "wave", "gradient": "linear",
    "linear_gradient": "linear", "radial_gradient": "radial", "conic": "sweep", "fade_in": "fade", "fade_out": "fade",
    "slide_in": "slide", "slide_up": "rise", "fade_up": "rise", "scale_in": "grow", "zoom": "grow", "zoom_in": "grow",
    "bounce": "pop", "type": "typewriter", "typing": "typewriter", "blur_out": "blur_in", "rotate_in": "spin",
    "draw_on": "draw", "parameter": "param", "rand": "random", "frame": "duration", "time": "duration", "middle": "center",
    "centre": "center", "bar": "bar_chart", "bars": "bar_chart", "barchart": "bar_chart", "pie": "donut", "ring": "donut",
    "number": "counter", "count_up": "counter", "code_block": "code", "confetti": "particles", "hsla": "hsl", "rgba": "rgb",
    "blend": "mix", "Text": "text", "Rect": "rect", "Circle": "circle",
}  # fmt: skip

_ARGUMENTS_ALSO_CALLED = {
    "colour": ("color", "fill"), "color": ("color", "fill", "paint"), "fill": ("fill", "color"), "background": ("fill",),
    "bg": ("fill",), "font_size": ("size",), "fontsize": ("size",), "bold": ("weight",), "font_weight": ("weight",),
    "font_family": ("font",), "text_align": ("align",), "position": ("at",), "pos": ("at",), "place": ("at",),
    "alpha": ("opacity",), "rotate": ("rotation",), "angle": ("rotation", "angle"), "delay": ("start",),
    "begin": ("start",), "duration": ("seconds", "end"), "length": ("seconds",), "time": ("seconds",), "r": ("radius",),
    "corner_radius": ("radius",), "border_radius": ("radius",), "border": ("stroke",), "outline": ("stroke", "outline"),
    "thickness": ("width",), "spacing": ("gap", "letter_spacing"), "animation": ("enter",), "animate": ("enter",),
    "intro": ("enter",), "outro": ("exit",), "easing": ("ease",), "w": ("width",), "h": ("height",), "id": ("name",),
    "tracking": ("letter_spacing",), "leading": ("line_height",), "cx": ("x",), "cy": ("y",), "src": ("asset",),
    "from_": ("a",), "to": ("b",), "margin": ("padding",), "data": ("values", "data"), "points": ("points", "values"),
}  # fmt: skip


def quoted(names: Iterable[str], limit: int = 12) -> str:
    """Return names as a person lists them: `"left", "right" or "top"`."""
    words = [f'"{name}"' for name in names]
    if len(words) > limit:
        return ", ".join(words[:limit]) + " …"
    return " or ".join(part for part in (", ".join(words[:-1]), words[-1] if words else "") if part)


def nearest(name: str, known: Iterable[str]) -> str | None:
    """Return the known name that was probably meant, or None."""
    candidates = list(known)
    also = _ALSO_CALLED.get(name) or _ALSO_CALLED.get(name.lower())
    if also in candidates:
        return also
    by_case = {candidate.lower(): candidate for candidate in candidates}
    if name.lower() in by_case:
        return by_case[name.lower()]
    close = get_close_matches(name, candidates, n=1, cutoff=0.6)
    return close[0] if close else None


def nearest_argument(name: str, known: Iterable[str]) -> str | None:
    """Return the argument that was probably meant, or None."""
    candidates = list(known)
    for also in _ARGUMENTS_ALSO_CALLED.get(name.lower(), ()):
        if also in candidates:
            return also
    return nearest(name, candidates)


def expected(parameter: Parameter) -> str:
    """Return what an argument takes, in words."""
    if parameter.choices:
        some = "a list of " if parameter.type.startswith("Sequence") else ""
        return f"{some}{quoted(parameter.choices, 24)}"
    return _TYPES.get(parameter.type, plain_type(parameter.type))


def plain_type(text: str) -> str:
    """Return a type as the checker writes it in plain words."""
    if match := re.fullmatch(r"Literal\[(.+)\]", text):
        return match[1] if "," not in match[1] else f"one of {match[1]}"
    if match := re.match(r"(?:bound method |def )(?:[\w.]*\.)?(\w+)\(", text):
        return f"the function {match[1]} itself, not what it gives"
    if match := re.fullmatch(r"\(.*\) -> (.+)", text):
        return f"a function that gives {plain_type(match[1])}"
    if match := re.fullmatch(r"(?:list|Sequence|Iterable)\[(.+)\]", text):
        return f"a list of {_many(match[1])}"
    if match := re.fullmatch(r"tuple\[(.+)\]", text):
        return "(" + re.sub(r"Literal\[([^\]]*)\]", r"\1", match[1]) + ")"
    if match := re.fullmatch(r"dict\[.+\]", text):
        return "a dict"
    if text.startswith("<class") or text.startswith("type["):
        return "a class"
    if " | " in text and "(" not in text and "[" not in text:
        return " or ".join(plain_type(part) for part in text.split(" | "))
    return _TYPES_FOUND.get(text, _cleaned(text))


_TYPES_FOUND = {
    "str": "a text", "int": "a whole number", "float": "a number", "bool": "True or False", "None": "None",
    "Node": "a node", "Place": "a place such as center", "Track": "a track", "ColorTrack": "a colour track",
    "Motion": "a motion preset", "Gradient": "a gradient", "Stroke": "a stroke", "Shadow": "a shadow",
    "Unknown": "a value", "SupportsIndex": "a whole number", "Sized": "a text or a list", "Random": "a source of chance",
}  # fmt: skip


def _many(inner: str) -> str:
    plural = {"str": "texts", "int": "numbers", "float": "numbers", "Unknown": "values", "Track": "tracks"}
    return plural.get(inner, f"{plain_type(inner).removeprefix('a ')} values")


def _cleaned(text: str) -> str:
    bare = re.sub(r"Literal\[([^\]]*)\]", r"\1", text)
    bare = re.sub(r"\(\(float, /\) -> float\)", "a function of time", bare)
    return re.sub(r"\(\(float, /\) -> str\)", "a function of time", bare)
