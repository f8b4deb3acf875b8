"""Growth comes of levels that were measured, not of what retention has left."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from dashboards.asking import Snapshot
from dashboards.keeping import FILES, Keeping, Levels
from dashboards.pages.capacity import CAPACITY, LEVELS
from dashboards.poller import View
from dashboards.scope import Scope
from dashboards.site import Site
from tests.dashboard.looking import parts_of, said, shown
from tests.telemetry.making import NOON, World, counted, spanned
from workbench.clock import FrozenClock
from workbench.lifecycle.policy import read_policy
from workbench.spans import Record
from workbench.store.object_blobs import blobs_at
from workbench.studio.lifecycle_settings import LifecycleSettings
from workbench.telemetry.growth import Growth, find_growth
from workbench.telemetry.levels import FILES_BYTES, RAW_ROWS, Gauge, levels_now
from workbench.telemetry.question import Period
from workbench.telemetry.room import Telemetry

pytestmark = pytest.mark.slow
NOW = NOON + timedelta(hours=6)
DAY_SECONDS = 86_400


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """Give an empty data folder at noon."""
    made = World(tmp_path)
    yield made
    made.close()


def kept_days(world: World, days: int, level: float | None) -> None:
    """Keep a row for each of the last days, as retention leaves them, and the level that was measured."""
    for ago in range(1, days + 1):
        rows: list[dict[str, Any]] = [spanned("ask", -ago * DAY_SECONDS, 5)]
        if level is not None:
            rows.append(counted(FILES_BYTES, -ago * DAY_SECONDS, level))
        world.keep(rows)


def levels(world: World, **options: Any) -> dict[str, Levels]:
    """Return what the dashboard knows of levels, by name."""
    with world.reading() as reading:
        keeping = Keeping(
            world.database,
            blobs_at(world.folder, "", "files"),
            read_policy(None),
            world.manifest,
            reading,
            world.folder,
            LifecycleSettings(),
            **options,
        )
        found = keeping.levels(Period.last(NOW, hours=1))
    return {each.name: each for each in found}


def test_a_steady_level_does_not_grow(world: World) -> None:
    """Each day adds a file and retention takes one: what is left looks like growth, the level is flat."""
    kept_days(world, 9, None)
    now = levels_now(world.manifest)[FILES_BYTES]
    assert now > 0
    world.keep([counted(FILES_BYTES, -ago * DAY_SECONDS + 60, now) for ago in range(1, 10)])
    found = levels(world)[FILES]
    assert found.levels[:-1] == (now,) * 9
    growth = find_growth(found.days[:-1], found.levels[:-1])
    assert isinstance(growth, Growth)
    assert (growth.a_day, growth.high_a_day) == (0, 0)


def test_without_measured_days_there_is_today_and_no_trend(world: World) -> None:
    """Rows of nine days are no nine measurements."""
    kept_days(world, 9, None)
    found = levels(world)
    assert found[FILES].days == (NOW.date(),)
    assert found["Rows of telemetry"].levels == (9.0,)


def test_a_bucket_is_not_the_local_disk(world: World) -> None:
    """With files in object storage the free room here is no limit."""
    kept_days(world, 1, 1000.0)
    limit = levels(world)[FILES].limit
    assert limit is not None
    assert limit > 1000
    assert levels(world, stored=True)[FILES].limit is None


def test_levels_are_told_once_an_hour(world: World) -> None:
    """A gauge that is asked again and again measures once an hour."""
    told: list[Record] = []
    gauge = Gauge(world.manifest, told.append, world.clock)
    assert [gauge.tell(), gauge.tell()] == [True, False]
    world.clock.advance(3600)
    assert gauge.tell()
    assert [each.name for each in told].count(FILES_BYTES) == 2


def test_whoever_tidies_up_measures(world: World) -> None:
    """When an hour's files are merged the levels are written, sums of hours included."""
    kept_days(world, 2, None)
    with Telemetry(world.folder, world.database, clock=FrozenClock(NOW)) as telemetry:
        telemetry.tidy_when_needed()
        found = telemetry.query("SELECT name, value FROM events WHERE name LIKE 'level.%'").rows
    told = dict(found)
    assert told[RAW_ROWS] == 2
    rollups = sum(each.bytes for each in world.manifest.live("rollup"))
    assert told[FILES_BYTES] > rollups > 0


def test_the_sample_has_measured_days(site: Site) -> None:
    """Capacity of the sample shows nine measured days, today, and a trend with its interval."""
    found = next(each for each in site.poller.look(View("test", Scope(), (LEVELS,))).fact(LEVELS))
    assert (found.name, len(found.days)) == (FILES, 10)
    assert sorted(found.levels) == list(found.levels)
    assert isinstance(find_growth(found.days, found.levels), Growth)
    assert "Files of telemetry" in shown(site, CAPACITY.key)["growth"]


def test_a_young_workbench_knows_no_growth_yet() -> None:
    """Three measured days give today's level and no trend, nor do ten that go up and down."""
    days = tuple(NOW.date() - timedelta(days=ago) for ago in (2, 1, 0))
    three = Levels(FILES, "bytes", days, (1e6, 2e6, 3e6), 1e9)
    today = Levels(FILES, "bytes", days[-1:], (3e6,), 1e9)
    words = {key: said_of(key, three) for key in ("growth", "bytes")}
    assert f"{FILES} 3 MB not known yet not known yet There are 3 days to look at." in words["growth"]
    assert words["bytes"] == "3 points"
    many = tuple(NOW.date() - timedelta(days=ago) for ago in range(9, -1, -1))
    steady = Levels(
        FILES, "bytes", many, (3e6, 3.2e6, 2.9e6, 3.1e6, 3e6, 3.2e6, 2.9e6, 3.1e6, 3e6, 3.1e6), 1e9
    )
    assert f"{FILES} 3.1 MB no sure trend" in said_of("growth", steady)
    assert "no line yet" in said_of("bytes", today)


def said_of(key: str, levels: Levels) -> str:
    """Return what a card of Capacity says when that is all that is known."""
    part = next(each for each in parts_of(CAPACITY.key) if each.key == key)
    part.show(Snapshot(NOW, {LEVELS: (levels,)}), Scope())
    return said(part)
