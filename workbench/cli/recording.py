"""What commands do to a data folder, among what is measured there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from workbench.errors import WorkbenchError
from workbench.spans import Record, attach
from workbench.store.database import Database
from workbench.store.engines import parse_url
from workbench.studio.settings import Settings


@contextmanager
def recorded(settings: Settings) -> Iterator[None]:
    """Record what the block does in the data folder's telemetry once it has ended, however it ended.

    Nothing of the folder is open meanwhile: a database that is compacted or replaced must not be. One that
    is not there, is older or cannot be written hears nothing, and is neither made nor upgraded for this.
    """
    kept: list[Record] = []
    detach = attach(kept.append)
    try:
        yield
    finally:
        detach()
        with suppress(WorkbenchError, SQLAlchemyError, OSError):
            _write(settings, kept)


def _write(settings: Settings, kept: list[Record]) -> None:
    from workbench.studio.measuring import open_telemetry

    url = parse_url(settings.database_url)
    absent = url.get_backend_name() == "sqlite" and not Path(str(url.database)).is_file()
    if absent or not kept:
        return
    with (
        Database.open(settings.database_url, migrate=False) as database,
        closing(open_telemetry(settings, database)) as telemetry,
    ):
        for record in kept:
            if telemetry.receiver is not None:
                telemetry.receiver(record)
