"""A scene as text: a header of comments that says what the source alone cannot, then the source.

    # name: Title card
    # seconds: 5
    # params: {"title": "Hello"}
    # ---
    text(param("title", "Hello"))

`params`, `transition` and `excerpt` are JSON on one line and left out when empty. A file without the header
is a scene of five seconds named after the file.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from workbench.errors import InputError
from workbench.store import limits
from workbench.store.values import NewScene

SUFFIX = ".scene"
_END = "# ---"


def write_scene(scene: NewScene) -> str:
    """Return the text of a scene file."""
    lines = [f"# name: {scene.name}", f"# seconds: {scene.duration_seconds!r}"]
    tables = {"params": scene.params, "transition": scene.transition, "excerpt": scene.excerpt}
    for key, value in tables.items():
        if value:
            lines.append(f"# {key}: {json.dumps(dict(value), ensure_ascii=False, allow_nan=False)}")
    return "\n".join([*lines, _END, scene.source])


def read_scene(text: str, file_name: str) -> NewScene:
    """Return the scene of a file's text; what is wrong is said with the file and the line."""
    if not text.startswith("# name:"):
        title = file_name.rsplit("/", 1)[-1].removesuffix(SUFFIX).lstrip("0123456789- ") or "Scene"
        return NewScene(limits.text(text, file_name), limits.name(title, "scene"))
    header, found, source = text.partition(f"\n{_END}\n")
    if not found:
        raise InputError(
            f"{file_name}, line 1: the header has no end.", remedy=f"Close it with the line {_END!r}."
        )
    fields: dict[str, Any] = {"source": limits.text(source, file_name)}
    for number, line in enumerate(header.split("\n"), 1):
        try:
            fields |= _field(line)
        except InputError as failure:
            raise InputError(
                f"{file_name}, line {number}: {failure.message}", remedy=failure.remedy
            ) from failure
        except ValueError as failure:
            raise InputError(
                f"{file_name}, line {number}: {failure}.", remedy="Mend that line of the header."
            ) from failure
    return NewScene(**fields)


def _field(line: str) -> dict[str, Any]:
    key, colon, value = line.removeprefix("#").partition(":")
    read = _FIELDS.get(key.strip())
    if read is None or not colon:
        raise InputError(
            f"{line[:60]!r} is no line of a header.", remedy=f"Use {', '.join(_FIELDS)}, each as '# key: …'."
        )
    name = {"seconds": "duration_seconds"}.get(key.strip(), key.strip())
    return {name: read(value.strip())}


def _table(text: str) -> dict[str, Any]:
    value = json.loads(text)
    if not isinstance(value, Mapping):
        raise InputError(f"{text[:60]!r} is no table.", remedy='Write it as {"key": "value"}.')
    return limits.plain(value, "header")


_FIELDS: Mapping[str, Callable[[str], Any]] = {
    "name": lambda text: limits.name(text, "scene"),
    "seconds": lambda text: limits.seconds(float(text)),
    "params": _table,
    "transition": _table,
    "excerpt": lambda text: limits.excerpt(_table(text)),
}
