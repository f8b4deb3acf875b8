"""What a chart rests on, as text to take away: its SQL, and a cell that asks the same in a notebook."""

from __future__ import annotations

from dashboards.asking import Ask
from dashboards.scope import Scope
from workbench.store.database import Database
from workbench.studio.measuring import reading_of
from workbench.studio.settings import Settings
from workbench.telemetry.question import Answer, Period, Value
from workbench.telemetry.segments import Manifest

LONG_HOURS = 25


def sql_of(ask: Ask, scope: Scope) -> str:
    """Return the SQL that is run, with the values of its parameters above it."""
    assert ask.question is not None
    hours = (24 * ask.days if ask.days else scope.length.total_seconds() / 3600) > LONG_HOURS
    sql = ask.question.sql_for(hours=hours)
    told = [f"-- ${name} = {value!r}" for name, value in ask.given if value is not None and f"${name}" in sql]
    time = f"{ask.days:g}d" if ask.days else scope.time
    return "\n".join([f"-- last {time}; $since and $until are its ends, UTC", *told, sql])


def cell_of(ask: Ask, scope: Scope, *, sample: bool) -> str:
    """Return a notebook cell that asks the same and gives a data frame."""
    given = "".join(f", {name}={value!r}" for name, value in ask.given if value is not None)
    hours = 24 * ask.days if ask.days else scope.length.total_seconds() / 3600
    return (
        "from dashboards.notebook import ask\n\n"
        f"ask({ask.name!r}, hours={hours:g}{', sample=True' * sample}{given}).frame()"
    )


def ask(name: str, *, hours: float = 24.0, sample: bool = False, **given: Value) -> Answer:
    """Ask one of telemetry's questions about the last hours of the data folder, as the dashboard does."""
    settings = Settings()
    folder = settings.data / "sample" if sample else settings.data
    place = folder / "sample.db" if sample else settings.database_url
    with (
        Database.open(place, migrate=False) as database,
        reading_of(settings, Manifest(database), folder / "telemetry", sample=sample) as reading,
    ):
        return reading.ask(name, Period.last(database.now(), hours=hours), **given)
