"""Pictures that come with a prompt: paths, bytes, or names of pictures that are in the project already."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from workbench.errors import InputError, NotFound
from workbench.store.values import Asset
from workbench.studio.pictures import Prepared, check_room, keep_picture, named, prepared, read_file
from workbench.studio.workspace import Workspace

MOST_IMAGES = 20
Given = bytes | str | Path | Asset


@dataclass(frozen=True, slots=True)
class _Found:
    """A picture that is here already, or one to be kept under a name."""

    asset: Asset | None
    fresh: Prepared | None = None
    digest: str = ""


def bring_in(workspace: Workspace, project_id: str, images: Sequence[Given]) -> tuple[Asset, ...]:
    """Return the project's pictures that `images` mean, kept now where they are new; nobody waits for facts.

    A text is the name of a picture of the project, else a path. The same content is kept once. All are looked
    at before any is kept: when one is refused, with the reason, none is.
    """
    if isinstance(images, bytes | str | Path):
        raise InputError("`images` is one picture.", remedy="Give a list: images=[...].")
    if len(images) > MOST_IMAGES:
        raise InputError(f"{len(images)} pictures came at once.", remedy=f"Give at most {MOST_IMAGES}.")
    known = workspace.assets.list(project_id)
    found = [_found(known, each) for each in images]
    if new := {each.digest: each.fresh for each in found if each.fresh}:
        check_room(workspace, new.values())
    kept: dict[str, Asset] = {}
    fresh: dict[str, Asset] = {}
    for each in found:
        asset = each.asset or fresh.get(each.digest) or _kept(workspace, project_id, each.fresh)
        fresh[each.digest] = kept[asset.id] = asset
    return tuple(kept.values())


def free_name(taken: Sequence[str], wanted: str) -> str:
    """Return the name, with a number when the project has one of that name."""
    number = 1
    while (free := wanted if number == 1 else f"{wanted} {number}") in taken:
        number += 1
    return free


def _found(known: Sequence[Asset], given: Given) -> _Found:
    if isinstance(given, Asset):
        return _Found(given)
    if isinstance(given, str) and (here := [each for each in known if given in (each.name, each.id)]):
        return _Found(here[0])
    if isinstance(given, bytes):
        content, name = given, "picture"
    else:
        content, name = _read(known, given), named(Path(given).stem)
    digest = hashlib.sha256(content).hexdigest()
    same = [each for each in known if each.sha256 == digest]
    return _Found(same[0]) if same else _Found(None, prepared(content, name), digest)


def _read(known: Sequence[Asset], given: str | Path) -> bytes:
    path = Path(given)
    if not path.exists() and isinstance(given, str) and not path.suffix:
        raise NotFound.among("picture", given, [each.name for each in known])
    return read_file(path)


def _kept(workspace: Workspace, project_id: str, fresh: Prepared | None) -> Asset:
    assert fresh is not None
    taken = [each.name for each in workspace.assets.list(project_id)]
    return keep_picture(workspace, project_id, replace(fresh, name=free_name(taken, fresh.name)))
