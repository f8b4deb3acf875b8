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


def _table(text: str) -> dict[str, tuple[str, ...]]:
    """Read lines of `meant: said said` into what may be meant by each word said."""
    found: dict[str, tuple[str, ...]] = {}
    for line in text.strip().splitlines():
        meant, _, said = line.partition(": ")
        for word in said.split():
            found[word] = (*found.get(word, ()), meant)
    return found


_ALSO_CALLED = _table(
    """
rect: rectangle box square
text: label title paragraph heading
ellipse: oval
row: hstack
column: vstack
stack: zstack
group: layer
mask: matte alpha_matte clip_path
image: picture img
path: polygon svg
line: polyline
tween: animate interpolate ramp
keys: keyframes
wave: oscillate
linear: gradient linear_gradient
radial: radial_gradient
sweep: conic
fade: fade_in fade_out
slide: slide_in
rise: slide_up fade_up
grow: scale_in zoom zoom_in
pop: bounce
typewriter: type typing
blur_in: blur_out
spin: rotate_in
draw: draw_on
param: parameter
random: rand
duration: frame time
center: middle centre
bar_chart: bar bars barchart
donut: pie ring
counter: number count_up
code: code_block
phone: iphone smartphone mobile device mockup
browser: window webpage website
cursor: pointer mouse
particles: confetti
hsl: hsla
rgb: rgba
mix: blend
"""
)
_ARGUMENTS_ALSO_CALLED = _table(
    """
color: colour fill
fill: colour color background bg
paint: color
size: font_size fontsize
weight: bold font_weight
font: font_family
align: text_align
at: position pos place
opacity: alpha
rotation: rotate angle
start: delay begin
seconds: duration length time
end: duration
radius: r corner_radius border_radius
stroke: border outline
width: thickness w
gap: spacing
letter_spacing: spacing tracking
enter: animation animate intro
exit: outro
ease: easing
height: h
name: id
line_height: leading
x: cx
y: cy
asset: src
a: from_
b: to
padding: margin
values: data points
"""
)


def quoted(names: Iterable[str], limit: int = 12) -> str:
    """Return names as a person lists them: `"left", "right" or "top"`."""
    words = [f'"{name}"' for name in names]
    if len(words) > limit:
        return ", ".join(words[:limit]) + " …"
    return " or ".join(part for part in (", ".join(words[:-1]), words[-1] if words else "") if part)


def nearest(name: str, known: Iterable[str]) -> str | None:
    """Return the known name that was probably meant, or None."""
    return _nearest(name, list(known), _ALSO_CALLED)


def nearest_argument(name: str, known: Iterable[str]) -> str | None:
    """Return the argument that was probably meant, or None."""
    return _nearest(name, list(known), _ARGUMENTS_ALSO_CALLED)


def _nearest(name: str, known: list[str], also_called: dict[str, tuple[str, ...]]) -> str | None:
    meant = [word for word in also_called.get(name.lower(), ()) if word in known]
    same = [word for word in known if word.lower() == name.lower()]
    close = get_close_matches(name, known, n=1, cutoff=0.6)
    return next(iter([*same, *meant, *close]), None)


def expected(parameter: Parameter) -> str:
    """Return what an argument takes, in words."""
    if parameter.choices:
        some = "a list of " if parameter.type.startswith("Sequence") else ""
        return f"{some}{quoted(parameter.choices, 24)}"
    return _TYPES.get(parameter.type, plain_type(parameter.type))


def plain_type(text: str) -> str:
    """Return a type as the checker writes it in plain words."""
    text = text.removesuffix("*")  # its mark for what was inferred
    text = re.sub(r"^\((\(.*\) -> .+)\)$", r"\1", text)  # a function among alternatives stands in brackets
    kinds = _alternatives(text)
    if len(kinds) > 1 and not any(re.search(r"\) -> .*[^)]$", kind) for kind in kinds):
        return " or ".join(plain_type(kind) for kind in kinds)
    if match := re.fullmatch(r"Literal\[(.+)\]", text):
        return match[1] if "," not in match[1] else f"one of {match[1]}"
    if match := re.match(r"(?:bound method |def )(?:[\w.]*\.)?(\w+)\(", text):
        return f"the function {match[1]} itself, not what it gives"
    if match := re.fullmatch(r"\(.*\) -> (.+)", text):
        return f"a function that gives {plain_type(match[1])}"
    if match := re.fullmatch(r"(?:list|Sequence|Iterable)\[(.+)\]", text):
        return f"a list of {_many(match[1])}"
    if match := re.fullmatch(r"tuple\[(.+)\]", text):
        held = re.sub(r"Literal\[([^\]]*)\]", r"\1", match[1])
        return f"({held})" if "," in held else "()" if held == "()" else f"({held},)"
    if match := re.fullmatch(r"(dict|set|frozenset)\[.+\]", text):
        return f"a {match[1].removeprefix('frozen')}"
    if text.startswith(("<class", "type[")):
        return "a class"
    return _TYPES_FOUND.get(text, _cleaned(text))


_TYPES_FOUND = {
    "str": "a text",
    "int": "a whole number",
    "float": "a number",
    "bool": "True or False",
    "None": "None",
    "Node": "a node",
    "Place": "a place such as center",
    "Track": "a track",
    "ColorTrack": "a colour track",
    "Motion": "a motion preset",
    "Gradient": "a gradient",
    "Stroke": "a stroke",
    "Shadow": "a shadow",
    "Unknown": "a value",
    "SupportsIndex": "a whole number",
    "Sized": "a text or a list",
    "Random": "a source of chance",
    "range": "a range",
}
_MANY = {
    "str": "texts",
    "int": "numbers",
    "float": "numbers",
    "None": "None",
    "Unknown": "values",
    "Node": "nodes",
    "Track": "tracks",
    "ColorTrack": "colour tracks",
    "Motion": "motion presets",
    "Gradient": "gradients",
}


def _many(inner: str) -> str:
    """Return what a list holds: `numbers`, `lists of numbers`, `numbers and texts`."""
    kinds = [kind for kind in _alternatives(inner) if kind != "Unknown"]
    if len(kinds) > 1:
        return " and ".join(dict.fromkeys(_many(kind) for kind in kinds))
    kind = kinds[0] if kinds else inner
    if match := re.fullmatch(r"list\[(.+)\]", kind):
        return f"lists of {_many(match[1])}"
    if match := re.fullmatch(r"(tuple|dict|set)\[.+\]", kind):
        return f"{match[1]}s"
    return _MANY.get(kind, f"{plain_type(kind).removeprefix('a ')} values")


def _alternatives(text: str) -> list[str]:
    """Return the types that `|` stands between, outside of brackets."""
    parts, deep = [""], 0
    for word in re.split(r"( \| |[\[\]()])", text):
        deep += (word in ("[", "(")) - (word in ("]", ")"))
        if word == " | " and not deep:
            parts.append("")
        else:
            parts[-1] += word
    return parts


def _cleaned(text: str) -> str:
    bare = re.sub(r"Literal\[([^\]]*)\]", r"\1", text)
    bare = re.sub(r"\(\(float, /\) -> float\)", "a function of time", bare)
    return re.sub(r"\(\(float, /\) -> str\)", "a function of time", bare)
