"""The sample: the same for the same seed, hanging together, and never among real data."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from dashboards.drills import last_drill
from dashboards.site import Site
from tests.dashboard.conftest import AFTERNOON
from workbench.clock import FrozenClock
from workbench.studio.settings import Settings
from workbench.telemetry.capacity import Refusal, fit_usl
from workbench.telemetry.parquet import SCHEMA
from workbench.telemetry.question import Period
from workbench.telemetry.sample import Sample, sample_tables
from workbench.telemetry.sample_home import SampleHome
from workbench.telemetry.sample_trials import COHERENCY, CONTENTION

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def rows() -> pa.Table:
    """A week of 120 takes a day."""
    return pa.concat_tables(list(sample_tables(Sample(AFTERNOON, days=7, takes_a_day=120))))


def test_the_same_seed_makes_the_same_rows(rows: pa.Table) -> None:
    """Rows repeat with the seed, and differ with another."""
    again = pa.concat_tables(list(sample_tables(Sample(AFTERNOON, days=7, takes_a_day=120))))
    other = pa.concat_tables(list(sample_tables(Sample(AFTERNOON, days=7, takes_a_day=120, seed=1))))
    assert rows.equals(again)
    assert not rows.equals(other)


def test_every_row_says_that_it_is_sample(rows: pa.Table) -> None:
    """No row could be taken for a real one, and the columns are telemetry's own."""
    assert rows.schema == SCHEMA
    assert rows["sample"].unique().to_pylist() == [True]


def asked(sql: str, rows: pa.Table) -> list[tuple[Any, ...]]:
    """Run SQL over the rows."""
    with duckdb.connect() as connection:
        connection.register("rows", rows)
        return connection.execute(sql).fetchall()


SPANS = """\
SELECT count(DISTINCT inside.span_id), count(*),
  count(*) FILTER (WHERE inside.parent_id IS NOT NULL AND around.span_id IS NULL),
  count(*) FILTER (WHERE inside.ts > around.ts AND inside.name <> 'job.run')
FROM rows AS inside LEFT JOIN rows AS around
  ON inside.parent_id = around.span_id AND around.kind = 'span' WHERE inside.kind = 'span'"""


def test_spans_hang_together(rows: pa.Table) -> None:
    """Ids are unique, every parent is there, nothing ends after what it is inside of (but for jobs)."""
    assert rows.num_rows > 5000
    ((ids, spans, orphans, late),) = asked(SPANS, rows)
    assert (ids, orphans, late) == (spans, 0, 0)


def test_there_is_what_a_dashboard_is_for(rows: pa.Table) -> None:
    """Two models, one of unknown price; errors with causes; repairs; a day busier than its night."""
    priced = asked(
        "SELECT model, count(cost_usd) > 0 FROM rows WHERE name = 'model.call' GROUP BY 1 ORDER BY 1", rows
    )
    assert priced == [("gpt-5.4-mini", True), ("qwen3-coder-30b", False)]
    assert asked("SELECT count(DISTINCT fingerprint) FROM rows", rows)[0][0] >= 3
    hours = asked("SELECT count(*) FROM rows GROUP BY hour(ts) ORDER BY 1", rows)
    assert hours[-1][0] > 5 * hours[0][0]


def test_nights_are_for_trials(rows: pa.Table) -> None:
    """Load tests with rulings, whose knee is the one they were made by; comparisons, notebooks, requests."""
    names = {name for (name,) in asked("SELECT DISTINCT name FROM rows", rows)}
    assert {"stress.run", "stress.stage", "experiment.cell", "batch.run", "http.request"} <= names
    assert {"stress.requests", "stress.p95_ms", "stress.memory_mb"} <= names
    points = asked(
        "SELECT json_extract_string(attributes, '$.users')::DOUBLE, "
        "json_extract_string(attributes, '$.throughput')::DOUBLE FROM rows WHERE name = 'stress.stage'",
        rows,
    )
    fit = fit_usl([users for users, _ in points], [done for _, done in points])
    assert not isinstance(fit, Refusal)
    assert fit.knee_low <= ((1 - CONTENTION) / COHERENCY) ** 0.5 <= fit.knee_high


def test_the_last_night_had_a_drill(tmp_path: Path) -> None:
    """It is read as a real one is."""
    with SampleHome(tmp_path / "sample", clock=FrozenClock(AFTERNOON), days=2, takes_a_day=20):
        found = last_drill(tmp_path / "sample" / "stress")
    assert found is not None
    assert found.ok
    assert len(found.faults) == 6
    assert found.at < AFTERNOON


def test_sample_and_real_never_meet(site: Site, tmp_path: Path) -> None:
    """The sample lies in a folder and a database of its own; the real dashboard sees none of it."""
    settings = Settings(data=tmp_path)
    with SampleHome(tmp_path / "sample", clock=FrozenClock(AFTERNOON), days=2, takes_a_day=40) as home:
        assert home.reading.ask("operations", Period.last(AFTERNOON, days=2)).rows
    with Site.open(settings, refresh_seconds=3600, clock=FrozenClock(AFTERNOON)) as real:
        assert real.reading.ask("operations", Period.last(AFTERNOON, days=2)).rows == ()
    assert not list((tmp_path / "telemetry").rglob("*.parquet"))


def test_the_sample_goes_on_while_it_is_watched(tmp_path: Path) -> None:
    """Time passes, rows follow, none of the future, and one file holds them."""
    clock = FrozenClock(AFTERNOON)
    with SampleHome(tmp_path / "sample", clock=clock, days=2, takes_a_day=2000) as home:
        before = len(home.manifest.live())
        for _ in range(5):
            clock.advance(120)
            home.tick()
        period = Period(AFTERNOON, clock.now())
        assert home.reading.ask("operations", period).rows
        assert len(home.manifest.live()) == before + 1
        assert not home.reading.query("SELECT 1 FROM events WHERE ts > $now", now=clock.now()).rows


def test_an_old_sample_is_made_anew(tmp_path: Path) -> None:
    """Opened the next week, its days end on that day; opened again at once, it is left as it is."""
    clock = FrozenClock(AFTERNOON)
    SampleHome(tmp_path / "sample", clock=clock, days=2, takes_a_day=40).close()
    clock.advance(timedelta(days=7).total_seconds())
    with SampleHome(tmp_path / "sample", clock=clock, days=2, takes_a_day=40) as home:
        first = home.reading.query("SELECT min(ts), count(*) FROM events").rows
        assert first[0][0].date() >= (clock.now() - timedelta(days=3)).date()
    with SampleHome(tmp_path / "sample", clock=clock, days=2, takes_a_day=40) as home:
        assert home.reading.query("SELECT min(ts), count(*) FROM events").rows == first


def test_a_sample_that_cannot_be_opened_is_made_anew(tmp_path: Path) -> None:
    """The sample is nobody's work: when its database is broken or of another version, it is made again."""
    (tmp_path / "sample").mkdir()
    (tmp_path / "sample" / "sample.db").write_bytes(b"no database at all" * 100)
    with SampleHome(tmp_path / "sample", clock=FrozenClock(AFTERNOON), days=2, takes_a_day=20) as home:
        assert home.reading.ask("operations", Period.last(AFTERNOON, days=2)).rows
