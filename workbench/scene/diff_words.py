"""Changes and values of a scene in plain words."""

from __future__ import annotations

from typing import Any

from workbench.scene.graph import Gradient, Motion, Node, Samples, Shadow, Stroke, Track

_WORDS = {
    "color": "colour",
    "duration_seconds": "duration",
    "max_width": "widest line",
    "allow": "allowed exceptions",
}
_SECONDS = ("start", "end", "duration_seconds", "stagger_seconds")
_LONGEST = 48


def described(kind: str, label: str, prop: str, before: Any, after: Any) -> str:
    """Return one change as a line: `Title: colour #fff -> #38bdf8`, `Subtitle removed`."""
    if kind != "changed":
        return f"{label} {'moved to another place in the order' if kind == 'moved' else kind}"
    return (
        f"{label}: {_WORDS.get(prop, prop.replace('_', ' '))} {_value(prop, before)} -> {_value(prop, after)}"
    )


def node_label(node: Node) -> str:
    """Return what a person would call the node: its name, else its words, else its id."""
    content = node.props.get("content")
    if node.id.startswith(f"{node.kind}-") and isinstance(content, str) and content.strip():
        return f'{node.kind} "{_short(content)}"'
    return node.id


def value_words(value: Any) -> str:
    """Return a property value in a few words."""
    if isinstance(value, Samples):
        return "a function of time"
    if isinstance(value, Track):
        return _track(value)
    if isinstance(value, Gradient):
        return f"{value.kind} gradient {' to '.join(value_words(color) for _, color in value.stops)}"
    if isinstance(value, Stroke):
        return f"outline {value_words(value.paint)} {value_words(value.width)} wide"
    if isinstance(value, Shadow):
        return f"shadow {value_words(value.color)} blur {value_words(value.blur)}"
    if isinstance(value, Motion):
        extra = "".join(f" {key} {value_words(item)}" for key, item in value.args.items() if item is not None)
        return f"{value.kind} {value.seconds:g} s{extra}"
    return _plain(value)


def _value(prop: str, value: Any) -> str:
    if value is None:
        return "unset"
    if prop in _SECONDS and isinstance(value, int | float):
        return f"{value:g} s"
    return value_words(value)


def _track(track: Track) -> str:
    args = track.args
    if track.kind in ("tween", "spring"):
        how = f" in {args['seconds']:g} s" if "seconds" in args else ""
        return f"{track.kind} {value_words(args.get('a'))} to {value_words(args.get('b'))}{how}"
    inner = ", ".join(f"{key} {value_words(item)}" for key, item in args.items())
    return _short(f"{track.kind} ({inner})")


def _plain(value: Any) -> str:
    if value is None:
        return "unset"
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, int | float):
        return f"{value:g}"
    if isinstance(value, str):
        return _short(value) if value.startswith("#") else f'"{_short(value)}"'
    if isinstance(value, tuple | list):
        return _short(", ".join(value_words(item) for item in value)) or "none"
    return _short(str(value))


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"
