"""Assets: the named files of a project. The row says what it is; the bytes lie in the blob store."""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy import Connection, insert, select

from workbench.errors import InputError, NotFound
from workbench.store import limits
from workbench.store.database import Database
from workbench.store.draft import Draft, changing
from workbench.store.rows import asset
from workbench.store.values import Asset

_FIELDS = tuple(Asset.__dataclass_fields__)
_SHA256 = re.compile("[0-9a-f]{64}")
_MEDIA_TYPE = re.compile(r"[a-z]+/[a-z0-9.+-]+")


class Assets:
    """The assets of every project."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(
        self,
        project_id: str,
        name: str,
        sha256: str,
        media_type: str,
        *,
        bytes: int,  # noqa: A002 - the unit is the name
        width: int | None = None,
        height: int | None = None,
        who: str = "you",
        why: str = "",
    ) -> Asset:
        """Name the blob `sha256` in the project; the name must be free there."""
        fields = checked_asset(name, sha256, media_type, bytes, width, height)
        with changing(self._database, project_id, "add_asset", who=who, why=why) as draft:
            key = add_within(self._database, draft, fields)
            draft.record()
            return _by_id(draft.connection, key)

    def get(self, project_id: str, name_or_id: str) -> Asset:
        """Return a living asset by its name or id."""
        known = self.list(project_id)
        for found in known:
            if name_or_id in (found.id, found.name):
                return found
        raise NotFound.among("asset", name_or_id, (each.name for each in known))

    def list(self, project_id: str) -> tuple[Asset, ...]:
        """Return the living assets by name."""
        living = select(asset).where(asset.c.project_id == project_id, asset.c.deleted_at.is_(None))
        with self._database.read() as connection:
            rows = connection.execute(living).mappings().all()
        found = [Asset(**{field: row[field] for field in _FIELDS}) for row in rows]
        return tuple(sorted(found, key=lambda each: each.name))

    def rename(
        self, project_id: str, name_or_id: str, name: str, *, who: str = "you", why: str = ""
    ) -> Asset:
        """Give an asset another name, free in the project; sources that used the old one must follow."""
        held = self.get(project_id, name_or_id)
        name = limits.name(name, "asset")
        with changing(self._database, project_id, "rename_asset", who=who, why=why) as draft:
            _refuse_taken(draft, name, but=held.id)
            draft.set_asset(held.id, name)
            draft.record()
            return _by_id(draft.connection, held.id)

    def delete(self, project_id: str, name_or_id: str, *, who: str = "you", why: str = "") -> None:
        """Take an asset out of the project; undo brings it back."""
        held = self.get(project_id, name_or_id)
        with changing(self._database, project_id, "delete_asset", who=who, why=why) as draft:
            draft.set_asset(held.id, None)


def checked_asset(
    name: str, sha256: str, media_type: str, size: int, width: int | None, height: int | None
) -> dict[str, Any]:
    """Return the fields of an asset as they are kept."""
    if not _SHA256.fullmatch(sha256):
        raise InputError(f"{sha256!r} is not a SHA-256.", remedy="Give what Blobs.put returned.")
    if not _MEDIA_TYPE.fullmatch(media_type):
        raise InputError(f"{media_type!r} is not a media type.", remedy="Write it as image/png.")
    return {
        "name": limits.name(name, "asset"),
        "sha256": sha256,
        "media_type": media_type,
        "bytes": size,
        "width": width,
        "height": height,
    }


def add_within(database: Database, draft: Draft, fields: dict[str, Any]) -> str:
    """Add an asset as part of a change that is open; returns its id."""
    _refuse_taken(draft, fields["name"])
    key = database.new_id()
    row = {**fields, "id": key, "project_id": draft.project_id, "created_at": draft.now}
    draft.connection.execute(insert(asset).values(deleted_at=draft.now, **row))
    draft.set_asset(key, fields["name"])
    return key


def _refuse_taken(draft: Draft, name: str, but: str = "") -> None:
    living = select(asset.c.id).where(
        asset.c.project_id == draft.project_id, asset.c.name == name, asset.c.deleted_at.is_(None)
    )
    if draft.connection.scalars(living.where(asset.c.id != but)).first():
        raise InputError(f"There is an asset named {name!r} already.", remedy="Choose another name.")


def _by_id(connection: Connection, asset_id: str) -> Asset:
    found = connection.execute(select(asset).where(asset.c.id == asset_id)).mappings().one()
    return Asset(**{field: found[field] for field in _FIELDS})
