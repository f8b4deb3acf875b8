"""Templates: parametric scenes with a header that says what they are for.

A template is one `.scene` file. It begins with comment lines, each `# key: value`, then comes ordinary
scene source:

    # title: Growth chart
    # category: data
    # keywords: chart, bars, growth, numbers, statistics
    # seconds: 6
    # formats: 16:9 9:16 1:1
    # about: Rounded bars rise one after another under a headline.

    title = param("title", "Users have doubled")
    values = param("values", "12, 19, 31, 48")

The file's name is the template's id (`growth-chart.scene` is `growth-chart`). Its parameters are
the `param(...)` calls with literal names and defaults.

Parameters have the same name in every template where they mean the same thing, so that whoever fills
them, a person or a director, needs to know one list:

    title       the main words, up to 48 letters          subtitle   the second line, up to 90
    name        a brand, product or person                kicker     a few small words above the title
    caption     one line that explains a picture          cta        the words on a button, up to 24
    items       short texts with " | " between            prompt     what somebody types
    quote       words somebody said                       author     who said them
    code        program text, lines broken by "\\n"        language   its language, such as python
    values      numbers as text: "12, 19, 31"             labels     their names: "Jan, Feb, Mar"
    prefix      before every number: "$"                  suffix     after every number: "%"
    amount      one number (a real number, not text)      from_amount  where its count begins
    accent      colour (kind="color") of what stands out  accent_2   a second such colour
    background  colour behind everything                  background_2  where a gradient ends
    ink         colour of the main text                   image      an asset's name (kind="image")

Numbers, switches and choices that only this template has (`speed`, `count`, `style`) may have any name.
Whoever fills a template sets a text it has no words for to "": every text but the main one may be empty,
`items` may hold from one to six texts, `labels` may be empty and `values` may be two to twelve numbers.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from workbench.errors import InputError, NotFound
from workbench.scene.declared import MAX_SOURCE_BYTES, declared_params
from workbench.scene.format import MAX_SECONDS, SHAPES
from workbench.scene.graph import Param

LIBRARY = Path(__file__).parent / "library"
SUFFIX = ".scene"
HEADER_KEYS = ("title", "category", "keywords", "seconds", "formats", "about")
_HEADER = re.compile(rf"\A\ufeff?(?:#\s*(?:{'|'.join(HEADER_KEYS)})\s*:[^\n]*\n)+\n*")
_HEADER_LINE = re.compile(r"#\s*([a-z_]+)\s*:\s*(.*)")
_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@dataclass(frozen=True, slots=True)
class Template:
    """A parametric scene: what it is for, how long it runs, the shapes it suits, and its source."""

    id: str
    title: str
    category: str
    keywords: tuple[str, ...]
    seconds: float
    formats: tuple[str, ...]
    about: str
    source: str
    params: tuple[Param, ...]

    @property
    def scene_source(self) -> str:
        """The source of a scene made of it: without the header, which speaks of the template."""
        return without_header(self.source)


def templates(folder: Path | None = None) -> tuple[Template, ...]:
    """Return the shipped templates and those of the user's `folder`, by id; the user's win a shared id.

    A file that is not a template is left out here and told by `problems`.
    """
    found = {template.id: template for template in (*_shipped(), *_readable(folder))}
    return tuple(found[key] for key in sorted(found))


def template(name: str, folder: Path | None = None) -> Template:
    """Return the template with that id or title. Raises NotFound with the nearest id.

    A file of that name that is not a template raises InputError with what is wrong in it.
    """
    known = templates(folder)
    for one in known:
        if name.casefold() in (one.id, one.title.casefold()):
            return one
    for path in _files(folder) if folder else ():
        if path.stem == name:
            return read_template(path)  # it is left out above, so this says why
    raise NotFound.among("template", name, (one.id for one in known))


def problems(folder: Path) -> tuple[InputError, ...]:
    """Return why files of the user's `folder` are not templates, one error a file."""
    found = []
    for path in _files(folder):
        try:
            read_template(path)
        except InputError as error:
            found.append(error)
    return tuple(found)


def read_template(path: Path) -> Template:
    """Read one template file. Raises InputError with the file's name and what is wrong in it."""
    try:
        if path.stat().st_size > MAX_SOURCE_BYTES:
            raise _wrong(path, "is larger than a scene may be", f"Keep it under {MAX_SOURCE_BYTES} bytes.")
        source = path.read_text("utf-8")
    except OSError as error:
        raise _wrong(path, f"cannot be read: {error.strerror}", "Check the file and its rights.") from error
    except UnicodeDecodeError as error:
        raise _wrong(path, f"is not UTF-8 at byte {error.start}", "Save it as UTF-8 text.") from error
    return parse_template(path.stem, source, path)


def parse_template(identity: str, source: str, path: Path | None = None) -> Template:
    """Make a template from its text; `path` is only named in errors."""
    place = path or Path(identity + SUFFIX)
    if not _ID.fullmatch(identity):
        raise _wrong(
            place, "has a name that cannot be an id", "Use small letters, digits and hyphens: my-title."
        )
    header = _header(source)
    missing = [key for key in HEADER_KEYS if not header.get(key)]
    if missing:
        raise _wrong(
            place, f"lacks {', '.join(missing)} in its header", f"Begin it with `# {missing[0]}: ...`."
        )
    return Template(
        id=identity,
        title=header["title"],
        category=header["category"],
        keywords=tuple(word.strip() for word in header["keywords"].split(",") if word.strip()),
        seconds=_seconds(place, header["seconds"]),
        formats=_formats(place, header["formats"]),
        about=header["about"],
        source=source,
        params=declared_params(source),
    )


def without_header(source: str) -> str:
    """Return scene source without the template's header at its beginning; other comments stay."""
    return _HEADER.sub("", source)


@cache
def _shipped() -> tuple[Template, ...]:
    return tuple(read_template(path) for path in _files(LIBRARY))


def _readable(folder: Path | None) -> list[Template]:
    found: list[Template] = []
    for path in _files(folder) if folder else ():
        try:
            found.append(read_template(path))
        except InputError:
            continue
    return found


def _files(folder: Path) -> list[Path]:
    return sorted(folder.glob(f"*{SUFFIX}")) if folder.is_dir() else []


def _header(source: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for line in source.lstrip("\ufeff").splitlines():
        if line.strip() and not line.startswith("#"):
            break
        match = _HEADER_LINE.fullmatch(line.strip())
        if match:
            found.setdefault(match[1], match[2].strip())
    return found


def _seconds(path: Path, text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if not 0 < seconds <= MAX_SECONDS:
        raise _wrong(path, f"says `seconds: {text}`", f"Give a number above 0 and up to {MAX_SECONDS:g}.")
    return seconds


def _formats(path: Path, text: str) -> tuple[str, ...]:
    shapes = tuple(text.replace(",", " ").split())
    unknown = [shape for shape in shapes if shape not in SHAPES]
    if unknown:
        raise _wrong(path, f"names the format {unknown[0]!r}", f"Use some of {' '.join(SHAPES)}.")
    return shapes


def _wrong(path: Path, what: str, remedy: str) -> InputError:
    return InputError(f"The template {path.name} {what}.", remedy=remedy, path=str(path))
