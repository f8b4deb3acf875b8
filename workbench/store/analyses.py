"""What was measured in the pictures of projects, one row for each asset and version of the measuring."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, update
from sqlalchemy.dialects import postgresql, sqlite

from workbench.store.database import Database
from workbench.store.rows import image_analysis


class Analyses:
    """The measured facts of every picture, as plain data."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def keep(
        self, connection: Connection, asset_id: str, sha256: str, version: int, facts: Mapping[str, Any]
    ) -> None:
        """Write the facts of an asset into the caller's transaction; newer ones take the place of older."""
        fresh = {"facts": dict(facts), "sha256": sha256, "created_at": self._database.now()}
        row = {"id": self._database.new_id(), "asset_id": asset_id, "version": version, **fresh}
        insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
        keys = [image_analysis.c.asset_id, image_analysis.c.version]
        connection.execute(
            insert(image_analysis).values(row).on_conflict_do_update(index_elements=keys, set_=fresh)
        )

    def amend(self, connection: Connection, asset_id: str, version: int, more: Mapping[str, Any]) -> bool:
        """Add to the facts of an asset in the caller's transaction; False when they are gone."""
        mine = (image_analysis.c.asset_id == asset_id) & (image_analysis.c.version == version)
        held = connection.scalars(select(image_analysis.c.facts).where(mine).with_for_update()).one_or_none()
        if held is None:
            return False
        connection.execute(update(image_analysis).where(mine).values(facts={**held, **more}))
        return True

    def now(self) -> datetime:
        """Return the moment as the store tells it."""
        return self._database.now()

    def of_asset(self, asset_id: str, version: int) -> dict[str, Any] | None:
        """Return the facts of an asset, or None when there are none (any more)."""
        asked = select(image_analysis.c.facts).where(
            image_analysis.c.asset_id == asset_id, image_analysis.c.version == version
        )
        with self._database.read() as connection:
            return connection.scalars(asked).one_or_none()

    def of_assets(self, asset_ids: Collection[str], version: int) -> dict[str, dict[str, Any]]:
        """Return the facts of assets by their id; those without are left out."""
        asked = select(image_analysis.c.asset_id, image_analysis.c.facts).where(
            image_analysis.c.asset_id.in_(asset_ids), image_analysis.c.version == version
        )
        with self._database.read() as connection:
            return {row.asset_id: row.facts for row in connection.execute(asked)}
