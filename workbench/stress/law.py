"""Whether the loaded service's telemetry told all of its requests, by Little's law."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta

from sqlalchemy.exc import SQLAlchemyError

from workbench.errors import WorkbenchError
from workbench.store.database import Database
from workbench.studio.measuring import reading_of
from workbench.studio.settings import Settings
from workbench.telemetry.little import Agreement, agreement
from workbench.telemetry.question import Period
from workbench.telemetry.questions.standing import SETTLED_SECONDS
from workbench.telemetry.segments import Manifest


def law_of(settings: Settings, since: datetime, until: datetime) -> Agreement | None:
    """Return both sides of the law for the service that worked in a data folder, from start to end.

    Asked when it has gone down, so that each of its requests has ended and is written. None when it recorded
    nothing, or what it recorded cannot be read: a report is not lost for want of this.
    """
    period = Period(since, until + timedelta(seconds=SETTLED_SECONDS))
    with (
        suppress(WorkbenchError, SQLAlchemyError, OSError),
        Database.open(settings.database_url, power_safe=False) as database,
        reading_of(settings, Manifest(database)) as reading,
    ):
        return agreement(reading.ask("in_flight", period).dicts())
    return None
