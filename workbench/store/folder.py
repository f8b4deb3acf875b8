"""A project as a folder one can read, keep in version control, and bring back as a new project.

    project.toml               name, format, settings, assets
    scenes/01-title-card.scene one text file a scene, in the order of their names
    assets/logo.png            the files the scenes use

What comes in from a folder is checked as a whole before anything is written.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

import tomli_w
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from workbench.errors import InputError
from workbench.store import assets as asset_rows
from workbench.store import limits
from workbench.store import scenes as scene_rows
from workbench.store.assets import Assets
from workbench.store.blobs import Blobs, explained_disk
from workbench.store.database import Database
from workbench.store.draft import CONTENT, Draft, lock_project
from workbench.store.projects import LOCAL_USER, Projects
from workbench.store.scene_file import SUFFIX, read_scene, write_scene
from workbench.store.scenes import Scenes
from workbench.store.values import NewScene, Project

MAX_ASSET_BYTES = 64 * 1024 * 1024
MAX_ASSETS = 500
MAX_SCENE_FILE_BYTES = 2 * (limits.MAX_SOURCE_BYTES + limits.MAX_JSON_BYTES)
_NOT_IN_FILE_NAMES = re.compile(r"[^a-z0-9.]+")


class _AssetEntry(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: str
    file: str
    sha256: str = Field(pattern="^[0-9a-f]{64}$")
    media_type: str
    width: int | None = None
    height: int | None = None


class _ProjectFile(BaseModel):
    model_config = ConfigDict(extra="forbid")

    layout: int = Field(ge=1, le=1)
    name: str
    width: int
    height: int
    fps: int
    settings: dict[str, Any] = {}
    assets: list[_AssetEntry] = Field(default=[], max_length=MAX_ASSETS)


@dataclass(frozen=True, slots=True)
class FolderProject:
    """What a project folder holds, checked; nothing of it is kept yet."""

    name: str
    picture: dict[str, int]
    settings: dict[str, Any]
    scenes: tuple[NewScene, ...]
    assets: tuple[tuple[Path, dict[str, Any]], ...]


def export_project(database: Database, blobs: Blobs, project_id: str, folder: str | Path) -> Path:
    """Write the project into a new or empty `folder` and return it; complete or not there at all."""
    target = Path(folder).expanduser().absolute()
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise InputError(f"{target} is there already.", remedy="Give a new or an empty folder.")
    project = Projects(database).by_id(project_id)
    unfinished = target.with_name(f".{target.name}-{database.new_id()}")
    with explained_disk():
        try:
            (unfinished / "scenes").mkdir(parents=True)
            _write_scenes(Scenes(database), project_id, unfinished)
            entries = _write_assets(Assets(database), blobs, project_id, unfinished)
            (unfinished / "project.toml").write_bytes(_project_toml(project, entries))
            if target.exists():
                target.rmdir()
            unfinished.rename(target)
        finally:
            shutil.rmtree(unfinished, ignore_errors=True)
    return target


def import_project(
    database: Database,
    blobs: Blobs,
    folder: str | Path,
    *,
    name: str | None = None,
    user_id: str = LOCAL_USER,
    who: str = "you",
    room: Callable[[int], object] = lambda _: None,
) -> Project:
    """Keep the project of a folder as a new one, under `name` or its own; all of it or nothing.

    `room` hears how many bytes its pictures have before the first is kept, and raises when that is too much.
    """
    found = read_folder(folder)
    if found.assets:
        room(sum(fields["bytes"] for _path, fields in found.assets))
    for path, fields in found.assets:
        if blobs.put_file(path, most_bytes=MAX_ASSET_BYTES) != fields["sha256"]:
            raise InputError(f"{path.name} changed while it was read.", remedy="Import it again.")
    projects = Projects(database, user_id)
    with database.write() as connection:
        made = projects.create_within(
            connection, name or found.name, settings=found.settings, who=who, why="import", **found.picture
        )
        held = lock_project(connection, made.id)
        draft = Draft(database, connection, held, "import_project", who, "import")
        contents = [scene_rows.checked_content(each) for each in found.scenes]
        scene_rows.add_within(database, draft, contents, None)
        for _path, fields in found.assets:
            asset_rows.add_within(database, draft, fields)
        draft.record()
    return projects.by_id(made.id)


def read_folder(folder: str | Path) -> FolderProject:
    """Read and check a project folder; every mistake names its file, and its line where there is one."""
    root = Path(folder).expanduser().absolute()
    said = _read_project_toml(root)
    files = sorted((root / "scenes").glob(f"*{SUFFIX}"))
    if len(files) > limits.MAX_SCENES:
        raise InputError(f"{root.name} holds {len(files)} scenes.", remedy=f"Keep {limits.MAX_SCENES}.")
    return FolderProject(
        name=limits.name(said.name, "project"),
        picture=limits.picture(said.width, said.height, said.fps),
        settings=limits.plain(said.settings, "settings"),
        scenes=tuple(_read_scene(root, f"scenes/{path.name}") for path in files),
        assets=tuple(_read_asset(root, entry) for entry in said.assets),
    )


def _read_project_toml(root: Path) -> _ProjectFile:
    text = _text(root, "project.toml", limits.MAX_JSON_BYTES * 2)
    try:
        return _ProjectFile.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as failure:
        raise InputError(f"project.toml cannot be read: {failure}.", remedy="Mend that line.") from failure
    except ValidationError as failure:
        mistakes = (
            f"{_line_of(text, each['loc'])}{'.'.join(map(str, each['loc']))}: {each['msg'].lower()}"
            for each in failure.errors()
        )
        raise InputError(f"project.toml: {'; '.join(mistakes)}.", remedy="Mend the file.") from failure


def _line_of(text: str, place: tuple[int | str, ...]) -> str:
    names = [part for part in place if isinstance(part, str)]
    for number, line in enumerate(text.split("\n"), 1):
        if names and line.partition("=")[0].strip().strip('"') == names[-1]:
            return f"line {number}, "
    return ""


def _read_scene(root: Path, file_name: str) -> NewScene:
    return read_scene(_text(root, file_name, MAX_SCENE_FILE_BYTES), file_name)


def _read_asset(root: Path, entry: _AssetEntry) -> tuple[Path, dict[str, Any]]:
    path = _inside(root, entry.file)
    size = path.stat().st_size
    if size > MAX_ASSET_BYTES:
        raise InputError(
            f"{entry.file} has {size} bytes.", remedy=f"Keep assets within {MAX_ASSET_BYTES} bytes."
        )
    with path.open("rb") as file:
        if hashlib.file_digest(file, "sha256").hexdigest() != entry.sha256:
            raise InputError(
                f"{entry.file} is not the file that project.toml names by its sha256.",
                remedy="Put the right file there, or its sha256 into project.toml.",
            )
    return path, asset_rows.checked_asset(
        entry.name, entry.sha256, entry.media_type, size, entry.width, entry.height
    )


def _text(root: Path, file_name: str, most_bytes: int) -> str:
    path = _inside(root, file_name)
    if path.stat().st_size > most_bytes:
        raise InputError(f"{file_name} is larger than {most_bytes} bytes.", remedy="Make it smaller.")
    try:
        return path.read_bytes().decode()
    except UnicodeDecodeError as failure:
        line = failure.object[: failure.start].count(b"\n") + 1
        raise InputError(
            f"{file_name}, line {line}: not UTF-8 text.", remedy="Save it as UTF-8."
        ) from failure


def _inside(root: Path, file_name: str) -> Path:
    """Return the path of a file of the folder; links and `..` may not lead out of it."""
    parts = PurePosixPath(file_name).parts
    path = root.joinpath(*parts)
    leads_out = "\\" in file_name or ".." in parts or PurePosixPath(file_name).is_absolute()
    if leads_out or not path.resolve().is_relative_to(root.resolve()):
        raise InputError(f"{file_name!r} lies outside {root.name}.", remedy="Name a file of the folder.")
    if not path.is_file():
        raise InputError(f"{root} holds no {file_name}.", remedy="Give the folder of an exported project.")
    return path


def _write_scenes(scenes: Scenes, project_id: str, folder: Path) -> None:
    living = scenes.list(project_id)
    digits = max(2, len(str(len(living))))
    for each in living:
        path = folder / "scenes" / f"{each.position:0{digits}}-{_file_name(each.name)}{SUFFIX}"
        new = NewScene(**{key: getattr(each, key) for key in CONTENT})
        path.write_bytes(write_scene(new).encode())


def _write_assets(assets: Assets, blobs: Blobs, project_id: str, folder: Path) -> list[dict[str, Any]]:
    entries = []
    for each in assets.list(project_id):
        stem, dot, ending = _file_name(each.name).rpartition(".")
        file = f"assets/{stem or ending}-{each.sha256[:8]}{dot}{ending if stem else ''}".rstrip(".")
        (folder / "assets").mkdir(exist_ok=True)
        (folder / file).write_bytes(blobs.get(each.sha256))
        entry = {"name": each.name, "file": file, "sha256": each.sha256, "media_type": each.media_type}
        sizes = {"width": each.width, "height": each.height}
        entries.append({**entry, **{key: value for key, value in sizes.items() if value is not None}})
    return entries


def _project_toml(project: Project, entries: list[dict[str, Any]]) -> bytes:
    said = {"layout": 1, "name": project.name}
    said |= {"width": project.width, "height": project.height, "fps": project.fps}
    return tomli_w.dumps({**said, "settings": dict(project.settings), "assets": entries}).encode()


def _file_name(name: str) -> str:
    return _NOT_IN_FILE_NAMES.sub("-", name.lower()).strip("-.")[:40].strip("-.") or "unnamed"
