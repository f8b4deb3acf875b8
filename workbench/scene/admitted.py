"""Property values from a worker, looked at one by one: each is what the language allows, or refused."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

from workbench.errors import InputError
from workbench.scene.color import parse_color
from workbench.scene.graph import Gradient, Motion, Samples, Shadow, Stroke, Track
from workbench.scene.reference import Parameter, choice_types, reference
from workbench.scene.wording import expected, nearest, quoted

LARGEST = 1e7
_ELSEWHERE = {"at", "start", "end", "enter", "exit", "emphasis", "name", "allow"}
_DEEPEST_TRACK = 40
_LONGEST_TEXT = 20_000
_MOST_ITEMS = 4000
Take = Callable[[Any], Any]


class Wrong(Exception):
    """A value that has no place in a picture; says why and what to give instead."""

    def __init__(self, message: str, fix: str, code: str = "type") -> None:
        super().__init__(message)
        self.message, self.fix, self.code = message, fix, code


def take(value: Any, parameter: Parameter) -> Any:
    """Return the graph's form of a property value; raises `Wrong`."""
    return _taker(parameter)(value)


def motion(value: Any) -> Motion | None:
    """Return an enter, exit or emphasis preset; raises `Wrong`."""
    if value is None:
        return None
    data = _tagged(value, "motion")
    entry = reference().get(str(data.get("kind")))
    if entry is None or "-> Motion" not in entry.signatures[0]:
        raise Wrong("That is not a motion preset.", "Give one such as fade() or rise().")
    args = {}
    for name, item in dict(data["args"]).items():
        parameter = entry.parameter(str(name))
        if parameter is None:
            raise Wrong(f"{entry.name}() has no argument {name}.", "Leave it out.")
        args[name] = take(item, parameter)
    return Motion(entry.name, seconds(data["seconds"]), _word(choice_types()["Ease"])(data["ease"]), args)


def number(value: Any) -> float:
    """Return a finite number, rounded to 6 decimals so that every machine writes the same; raises `Wrong`."""
    if type(value) is int and -LARGEST <= value <= LARGEST:
        return value
    if type(value) is float and math.isfinite(value) and abs(value) <= LARGEST:
        return round(value, 6)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Wrong(f"{_shown(value)} is not a number.", "Give a number.")
    words = f"{value:g}" if isinstance(value, float) else "a whole number of many digits"
    raise Wrong(
        f"The value is {words}, which has no place in a picture.", f"Stay within {LARGEST:,.0f}.", "runtime"
    )


def seconds(value: Any) -> float:
    """Return a number of seconds that is not below 0; raises `Wrong`."""
    found = float(number(value))
    if found < 0:
        raise Wrong(f"{found:g} seconds is before the beginning.", "Give 0 or more.", "runtime")
    return found


def words(value: Any) -> str:
    """Return a text of bearable length; raises `Wrong`."""
    if not isinstance(value, str):
        raise Wrong(f"{_shown(value)} is not a text.", 'Write it as a text: str(value) or f"{value}".')
    if len(value) > _LONGEST_TEXT:
        raise Wrong(
            f"A text of {len(value):,} letters is too long.", f"At most {_LONGEST_TEXT:,}.", "limit-size"
        )
    return value.encode("utf-8", "replace").decode()


def color(value: Any) -> Any:
    """Return a colour text, a colour track, or samples of colours; raises `Wrong`."""
    if isinstance(value, str):
        try:
            parse_color(value)
        except InputError as error:
            raise Wrong(error.message, error.remedy, "argument") from error
        return value
    if isinstance(value, Mapping) and value.get("$") == "track":
        return _track(value, 0, "color")
    if isinstance(value, Mapping) and value.get("$") == "samples":
        return Samples(tuple(color(item) for item in _items(value["values"])))
    raise Wrong(f"{_shown(value)} is not a colour.", 'Write "#38bdf8" or a CSS name such as "white".')


def paint(value: Any) -> Any:
    """Return a colour in any of its forms or a gradient; raises `Wrong`."""
    if not (isinstance(value, Mapping) and value.get("$") == "gradient"):
        return color(value)
    stops = tuple((float(number(stop[0])), color(stop[1])) for stop in value["stops"])
    more = {name: _changing(value[name]) for name in ("angle", "x", "y", "radius") if name in value}
    if len(stops) < 2 or any(not 0 <= offset <= 1 for offset, _ in stops):
        raise Wrong("A gradient needs two or more stops with offsets from 0 to 1.", "Give colours in order.")
    return Gradient(_word(("linear", "radial", "sweep"))(value["kind"]), stops, **more)


def _changing(value: Any) -> Any:
    if isinstance(value, int | float):
        return number(value)
    if isinstance(value, Mapping) and value.get("$") == "track":
        return _track(value, 0, "number")
    if isinstance(value, Mapping) and value.get("$") == "samples":
        return Samples(_numbers(value["values"]))
    raise Wrong(
        f"{_shown(value)} is not a number.",
        "Give a number, a track or a function of time that gives numbers.",
    )


def _numbers(values: Any) -> tuple[float, ...]:
    kinds = {type(value) for value in values}
    if kinds == {float} and math.isfinite(sum(values)) and max(map(abs, values)) <= LARGEST:
        return tuple([round(value, 6) for value in values])
    return tuple([number(value) for value in values])


def _texts(value: Any) -> Any:
    if isinstance(value, Mapping) and value.get("$") == "samples":
        return Samples(tuple(words(item) for item in _items(value["values"])))
    return words(value)


def _track(value: Any, depth: int, of: str) -> Track:
    data = _tagged(value, "track")
    if depth > _DEEPEST_TRACK:
        raise Wrong("A track is built from too many tracks.", "Use keys() for many points.", "limit-depth")
    args = dict(data["args"])
    kind = str(data["kind"])
    if kind not in _TRACKS:
        raise Wrong(
            f"{kind!r} is not a kind of track.", "Use tween, keys, spring, noise, wave, loop or delay."
        )
    return Track(
        kind, {name: _track_part(name, args[name], depth, of) for name in _TRACKS[kind] if name in args}
    )


_TRACKS: dict[str, tuple[str, ...]] = {
    "tween": ("a", "b", "seconds", "start", "ease"),
    "keys": ("points", "ease"),
    "spring": ("a", "b", "start", "taste", "stiffness", "damping", "mass"),
    "noise": ("amount", "speed", "seed"),
    "wave": ("amount", "seconds", "phase"),
    "loop": ("track", "seconds", "bounce"),
    "delay": ("track", "seconds"),
    "add": ("a", "b"),
    "multiply": ("a", "b"),
    "negate": ("a",),
}


def _track_part(name: str, value: Any, depth: int, of: str) -> Any:
    match name:
        case "a" | "b" | "track":
            if isinstance(value, Mapping):
                return _track(value, depth + 1, of)
            return color(value) if of == "color" else number(value)
        case "points":
            inner = color if of == "color" else number
            return tuple((number(point[0]), inner(point[1])) for point in _items(value))
        case "ease" | "taste":
            return _word(choice_types()[name.capitalize()])(value)
        case "bounce":
            return bool(value)
        case "stiffness" | "mass" if number(value) <= 0:
            raise Wrong(f"The {name} of a spring is {number(value):g}.", "Give more than 0.", "runtime")
        case "seconds" | "damping":
            return seconds(value)
    return number(value)


def _stroke(value: Any) -> Stroke:
    data = _tagged(value, "stroke")
    dash = tuple(float(number(item)) for item in _items(data["dash"]))
    cap = _word(("butt", "round", "square"))(data["cap"])
    return Stroke(paint(data["paint"]), _changing(data["width"]), dash, cap)


def _shadow(value: Any) -> Shadow:
    data = _tagged(value, "shadow")
    return Shadow(color(data["color"]), _changing(data["blur"]), _changing(data["x"]), _changing(data["y"]))


def _tagged(value: Any, tag: str) -> Mapping[str, Any]:
    if isinstance(value, Mapping) and value.get("$") == tag:
        return value
    raise Wrong(f"{_shown(value)} is not a {tag}.", f"Make one with the language's {tag} functions.")


def _word(known: Sequence[str]) -> Take:
    def chosen(value: Any) -> str:
        if isinstance(value, str) and value in known:
            return value
        close = nearest(value, known) if isinstance(value, str) else None
        did = f'Did you mean "{close}"? ' if close else ""
        raise Wrong(f"{_shown(value)} is not one of the known words.", f"{did}Use {quoted(known, 24)}.")

    return chosen


def _list(inner: Take) -> Take:
    return lambda value: tuple(inner(item) for item in _items(value))


def _pair(value: Any) -> tuple[float, float]:
    items = _items(value)
    if len(items) != 2:
        raise Wrong(f"{len(items)} values are given where two belong.", "Give two numbers such as (40, 24).")
    return (number(items[0]), number(items[1]))


def _items(value: Any) -> Sequence[Any]:
    if not isinstance(value, list):
        raise Wrong(f"{_shown(value)} is not a list.", "Write a list such as [1, 2, 3].")
    if len(value) > _MOST_ITEMS:
        raise Wrong(f"A list of {len(value):,} is too long.", f"At most {_MOST_ITEMS:,}.", "limit-size")
    return value


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise Wrong(f"{_shown(value)} is neither True nor False.", "Write True or False.")
    return value


def _padding(value: Any) -> Any:
    return _pair(value) if isinstance(value, list) else number(value)


_TAKERS: dict[str, Take] = {
    "Number": _changing,
    "Paint": paint,
    "Stroke": _stroke,
    "Shadow": _shadow,
    "float": number,
    "int": number,
    "bool": _flag,
    "str": words,
    "str | Callable[[float], str]": _texts,
    "Sequence[float]": _list(number),
    "Sequence[int]": _list(number),
    "Sequence[str]": _list(words),
    "Sequence[Point]": _list(_pair),
    "tuple[float, float]": _pair,
    "float | tuple[float, float]": _padding,
}


@cache
def takers(kind: str) -> Mapping[str, tuple[Parameter, Take]]:
    """Return what looks at each property of a kind of node."""
    plain = (item for item in reference()[kind].parameters if item.name not in _ELSEWHERE)
    return {item.name: (item, _taker(item)) for item in plain}


def _taker(parameter: Parameter) -> Take:
    kind = parameter.type
    optional = kind.endswith(" | None")
    kind = kind.removesuffix(" | None")
    if kind.startswith("Sequence") and parameter.choices:
        found = _list(_word(parameter.choices))
    elif parameter.choices:
        found = _word(parameter.choices)
    elif parameter.name == "colors":
        found = _list(color)
    else:
        found = _TAKERS[kind]
    return (lambda value: None if value is None else found(value)) if optional else found


def _shown(value: Any) -> str:
    if isinstance(value, Mapping):
        return {"samples": "A function of time", "track": "A track"}.get(
            str(value.get("$")), f"A {value.get('$')}"
        )
    text = repr(value)
    return text if len(text) <= 40 else f"{text[:40]}…"


def told(name: str, owner: str, parameter: Parameter, wrong: Wrong) -> Wrong:
    """Return the same complaint with the property's name in front, and what the property takes."""
    fix = wrong.fix if wrong.code != "type" else f"Give {expected(parameter)}."
    return Wrong(f"{name} of {owner}: {wrong.message}", fix, wrong.code)
