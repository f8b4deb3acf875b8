"""Opening the database of a data folder: an older one is brought up to date only on top of a good backup."""

from __future__ import annotations

from workbench.clock import Clock
from workbench.store import schema
from workbench.store.data_folder import make_private
from workbench.store.database import Database
from workbench.store.engines import READING, open_engine, parse_url
from workbench.store.object_blobs import blobs_at
from workbench.studio.settings import Settings


def open_database(settings: Settings, clock: Clock, *, power_safe: bool = True) -> Database:
    """Open the database, making it and the data folder when there is none.

    An older one is judged, backed up (restored and counted), rehearsed and then upgraded; when any of
    that fails, it stays as it was and the error says why.
    """
    make_private(settings.data)
    if _is_older(settings.database_url):
        from workbench.lifecycle.backups import Backups  # what judges SQL takes long to load
        from workbench.lifecycle.migrating import upgrade

        engine = open_engine(parse_url(settings.database_url), power_safe=True)
        try:
            upgrade(
                engine,
                Backups(settings.data / "backups"),
                blobs=blobs_at(settings.data, settings.scale.files, "files"),
                clock=clock,
            )
        finally:
            engine.dispose()
    return Database.open(settings.database_url, clock=clock, power_safe=power_safe)


def _is_older(address: str) -> bool:
    engine = open_engine(parse_url(address), power_safe=True)
    options = READING if engine.dialect.name == "sqlite" else {}
    try:
        with engine.connect().execution_options(**options) as connection, connection.begin():
            found = schema.version_of(connection)
    finally:
        engine.dispose()
    return found is not None and found in schema.older_than(schema.head())
