"""Templates: shown, tried by hovering, added as scenes; and a scene of one's own made into one."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from workbench.errors import InputError
from workbench.render.timeline import Source
from workbench.scene.format import Format
from workbench.store.values import Scene
from workbench.studio.evaluator import Draft
from workbench.studio.studio import Studio
from workbench.templates.registry import SUFFIX, Template, parse_template, without_header
from workbench.widgets.desk import Desk, Said
from workbench.widgets.lanes import Cancel
from workbench.widgets.looking import source_for

_STILL_HEIGHT = 180
_CLIP_HEIGHT = 180


def templates(desk: Desk, _: Said) -> None:
    """Tell every template, without pictures, and what is wrong with files of the user's that are none."""
    workspace = desk.studio.workspace
    desk.tell(
        "templates",
        templates=[template_state(each) for each in workspace.templates()],
        problems=[str(each) for each in workspace.template_problems()],
    )


def template_state(template: Template) -> dict[str, Any]:
    """Return what a gallery shows of a template."""
    return {
        "id": template.id,
        "title": template.title,
        "category": template.category,
        "keywords": list(template.keywords),
        "seconds": template.seconds,
        "formats": list(template.formats),
        "about": template.about,
    }


def template_stills(desk: Desk, said: Said) -> None:
    """Tell a picture of each template that is asked for."""
    for name in said["names"]:
        _still_soon(desk, str(name))


def _still_soon(desk: Desk, name: str) -> None:
    desk.film.put(f"template {name}", lambda _: _still(desk, name))


def _still(desk: Desk, name: str) -> None:
    source = template_source(desk.studio, name)
    if source is None:
        desk.tell("template_still", name=name)
        return
    frame = round(source.frames * 0.6)
    desk.tell("template_still", desk.painter.still(source, frame, _STILL_HEIGHT), name=name)


def template_clip(desk: Desk, said: Said) -> None:
    """Tell a template's moving picture; the last one asked for is the one that is painted."""
    name = str(said["name"])
    desk.film.put("template clip", lambda cancel: _clip(desk, name, cancel), first=True)


def _clip(desk: Desk, name: str, cancel: Cancel) -> None:
    source = template_source(desk.studio, name)
    if source is None:
        return
    key = f"template {_CLIP_HEIGHT} {source.key}"
    known = desk.clips.get(key)
    if known is None:
        known = desk.painter.preview(source, _CLIP_HEIGHT, cancel=cancel).content
        desk.clips.put(key, known)
    desk.tell("template_clip", known, name=name)


def template_source(studio: Studio, name: str) -> Source | None:
    """Return what a template's frames are painted from in the project's format; None when it is broken."""
    template, project = studio.workspace.template(name), studio.project
    picture = Format(project.width, project.height, project.fps)
    checked = studio.workspace.evaluator.checked(Draft(template.source, picture, template.seconds))
    return source_for(checked, template.title)


def save_template(desk: Desk, said: Said) -> None:
    """Make a template of a scene, in the user's own folder."""
    desk.quick.queue(lambda _: _save(desk, desk.scene(said), said))


def _save(desk: Desk, scene: Scene, said: Said) -> None:
    folder = desk.studio.workspace.template_folder
    template = scene_as_template(scene, desk.studio, str(said.get("title") or scene.name))
    path = Path(folder) / f"{template.id}{SUFFIX}"
    if path.exists() and not said.get("replace"):
        raise InputError(
            f"There is a template {template.id!r} already.", remedy="Give the scene another name."
        )
    folder.mkdir(parents=True, exist_ok=True)
    path.write_text(template.source, "utf-8")
    desk.tell(
        "done", action="save_template", told=[f"Kept {template.title!r} as a template."], scene=scene.id
    )
    templates(desk, said)


def scene_as_template(scene: Scene, studio: Studio, title: str) -> Template:
    """Return a scene as a template with a header; raises InputError when its title gives no id.

    Of a scene that was split it is the whole performance: a template is one of its own.
    """
    seconds = scene.excerpt.get("of_seconds", scene.duration_seconds)
    name = "-".join(re.findall(r"[a-z0-9]+", title.lower()))
    plain = " ".join(title.split())
    words = ", ".join(dict.fromkeys(plain.lower().split()))
    shape = Format(studio.project.width, studio.project.height).aspect
    formats = {"wide": "16:9", "tall": "9:16", "square": "1:1"}[shape]
    header = (
        f"# title: {plain}\n# category: mine\n# keywords: {words}\n# seconds: {seconds:g}\n"
        f"# formats: {formats}\n# about: Made from the scene {scene.name} of {studio.name}.\n\n"
    )
    return parse_template(name, header + without_header(scene.source).lstrip("\n"))
