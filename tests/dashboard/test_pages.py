"""Every page says what telemetry says, in place, and says so when there is nothing or something fails."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from bokeh.models import Scatter
from sqlalchemy.exc import OperationalError

from dashboards.asking import LONGEST_REASON, Ask, Failed, Snapshot, Source
from dashboards.charts import Series, TimeChart
from dashboards.look import look_of
from dashboards.pages import ALL
from dashboards.parts import NOTHING, Notice
from dashboards.pieces import Col, link, meter, table, text
from dashboards.scope import Scope
from dashboards.site import Site
from tests.dashboard.conftest import AFTERNOON
from tests.dashboard.looking import parts_of, plain, said, seen_by, shown, sources
from workbench.telemetry.question import Answer, Period

pytestmark = pytest.mark.slow
WEEK = Scope(time="7d")


@pytest.mark.parametrize("page", [page for page in ALL if page not in ("trace", "stress")])
@pytest.mark.parametrize("time", ["6h", "7d"])
def test_every_card_of_a_page_has_something_to_say(site: Site, page: str, time: str) -> None:
    """With the sample, no card fails, none is left loading, and each chart has points."""
    cards = shown(site, page, Scope(time=time))
    assert cards
    for key, words in cards.items():
        assert words, key
        assert "could not be read" not in words, key
        assert "Loading" not in words, key
        assert words != "0 points", key


@pytest.mark.parametrize("page", list(ALL))
def test_an_empty_workbench_says_so(bare: Site, page: str) -> None:
    """Where nothing happened yet, every card says that in words, and nothing is made up."""
    for key, words in shown(bare, page).items():
        assert words, key
        assert "could not be read" not in words, f"{key}: {words}"


def test_the_last_load_test_s_figures_are_shown(site: Site) -> None:
    """Scenarios before requests before looks, and memory by kind of process, the most first."""
    cards = shown(site, "stress", WEEK)
    words = cards["figures"]
    assert (
        0
        < words.index("upload scenario 95")
        < words.index("save by hand request 160")
        < words.index("look 1")
    )
    assert cards["memory"].index("service 254 MB") < cards["memory"].index("sandboxes 18 MB")


def test_the_tiles_are_the_question_s_own_numbers(site: Site) -> None:
    """What the page shows of an operation is what the question answers."""
    period = WEEK.period(AFTERNOON)
    (row,) = site.reading.ask("operations", period, operation="studio.ask").dicts()
    words = shown(site, "now", WEEK)["red"]
    assert f"{row['errors']} failed" in words
    assert f"of {row['ok']:,}".replace(",", "")[:5] in words.replace(",", "")


def test_a_filter_narrows_every_card(site: Site) -> None:
    """With a project, fewer spans are counted; with one that is not there, none."""
    every = shown(site, "now", WEEK)["red"]
    one = shown(site, "now", Scope(time="7d", project="weekly-news"))["red"]
    number = re.compile(r"([\d,]+) in this time")
    counts = [int(number.search(words)[1].replace(",", "")) for words in (every, one)]  # type: ignore[index]
    assert 0 < counts[1] < counts[0]
    assert shown(site, "now", Scope(time="7d", project="no such"))["latency"] == NOTHING


def test_a_slow_take_leads_to_its_span_tree(site: Site) -> None:
    """The link of the slowest take opens a tree in which its parts are named."""
    parts = parts_of("now", WEEK)
    snapshot = seen_by(site, parts, WEEK)
    slowest = next(part for part in parts if part.key == "slowest")
    slowest.show(snapshot, WEEK)
    trace = re.search(r"trace=([0-9a-f]{32})", slowest.pane.object)[1]  # type: ignore[attr-defined,index]
    tree = shown(site, "trace", Scope(time="7d", trace=trace))
    assert "studio.ask" in tree["tree"]
    assert "model.call" in tree["tree"]


def test_a_cause_leads_to_each_time_it_happened(site: Site) -> None:
    """The errors page counts by cause; one cause shows its occurrences and its places in the code."""
    rows = site.reading.ask("errors", WEEK.period(AFTERNOON)).dicts()
    cause = rows[0]
    words = shown(site, "errors", Scope(time="7d", cause=cause["fingerprint"]))
    assert cause["error_type"] in words["causes"]
    assert words["cause"].count(cause["name"]) == min(100, cause["times"])
    assert "Where:" in words["cause"]


def test_a_cleanup_took_rows_and_gave_nothing_back_yet(site: Site) -> None:
    """Values that wait out their grace are taken, not reclaimed: the column says so."""
    words = shown(site, "lifecycle")["runs"]
    assert "Rows taken Bytes taken" in words
    assert "eclaimed" not in words


def test_unknown_prices_are_unknown(site: Site) -> None:
    """A model whose price nobody told costs unknown, not nothing, and its calls are counted apart."""
    models = shown(site, "prompts", WEEK)["models"]
    line = models[models.index("qwen3-coder-30b") :]
    assert "unknown" in line
    assert "$0" not in line


def test_one_failed_question_leaves_the_other_cards_alone(site: Site) -> None:
    """A question that raises is told on its card; the rest of the page stands."""
    parts = parts_of("prompts")
    snapshot = seen_by(site, parts)
    usage = next(ask for ask in snapshot.results if ask.name == "usage")
    broken = Snapshot(snapshot.at, {**snapshot.results, usage: Failed("disk <on> fire")})
    for part in parts:
        part.show(broken, Scope())
    words = {part.key: said(part) for part in parts}
    assert "could not be read: disk <on> fire" in words["models"]
    assert "<on>" not in next(part for part in parts if part.key == "models").pane.object  # type: ignore[attr-defined]
    assert "points" in words["cost"]


def test_what_is_missing_is_told_above_the_cards(site: Site) -> None:
    """Rows that no answer could read are told once, as text; with nothing missing there is no line."""
    snapshot = seen_by(site, parts_of("prompts"))
    ask, answer = next((ask, each) for ask, each in snapshot.results.items() if isinstance(each, Answer))
    notice = Notice()
    notice.show(snapshot)
    assert (notice.root.visible, notice.root.object) == (False, "")
    lacking = replace(answer, notes=("1 of the files could not be read (<b>.parquet).",))
    notice.show(Snapshot(snapshot.at, {**snapshot.results, ask: lacking, Ask("errors"): lacking}))
    assert notice.root.visible
    assert notice.root.object.count("could not be read (&lt;b&gt;.parquet)") == 1
    notice.show(snapshot)
    assert (notice.root.visible, notice.root.object) == (False, "")


def test_a_source_turns_what_is_raised_into_an_answer() -> None:
    """Whatever a question or a fact raises, the page hears why."""

    class Broken:
        def ask(self, *_: object, **__: object) -> object:
            raise RuntimeError("no disk")

    source = Source(Broken(), {"fact:x": lambda _: 1 / 0})  # type: ignore[arg-type]
    period = Period.last(AFTERNOON, hours=1)
    assert source.answer(Ask("usage"), period) == Failed("RuntimeError: no disk")
    assert source.answer(Ask("fact:x"), period) == Failed("ZeroDivisionError: division by zero")


def test_a_reason_fits_its_card() -> None:
    """A failing database is told in its own words, without a page of SQL; an endless reason is cut."""

    def asked(_: Period) -> None:
        raise OperationalError("SELECT everything", {}, Exception("no such table: alert"))

    def endless(_: Period) -> None:
        raise OSError("x" * 999 + "\nand more")

    period = Scope().period(AFTERNOON)
    source = Source(None, {"fact:x": asked, "fact:y": endless})  # type: ignore[arg-type]
    assert source.answer(Ask("fact:x"), period) == Failed("The database said: no such table: alert")
    assert len(source.answer(Ask("fact:y"), period).why) == LONGEST_REASON


def test_no_series_has_more_points_than_can_be_seen(site: Site) -> None:
    """Whatever the time, a chart gets at most two thousand points a series."""
    for time in ("15m", "6h", "24h", "7d", "28d"):
        scope = Scope(time=time)
        parts = parts_of("now", scope)
        snapshot = seen_by(site, parts, scope)
        for part in parts:
            part.show(snapshot, scope)
            if part.key in ("latency", "traffic"):
                assert all(len(source.data.get("time", ())) <= 2000 for source in sources(part))


def test_names_from_outside_cannot_become_markup() -> None:
    """A project called <script> is text."""
    evil = '<script>alert("x")</script>'
    made = table(
        [{"name": evil}],
        [Col("Name", text("name")), Col("Link", lambda row: link(row["name"], row["name"]))],
        evil,
    )
    assert "<script>" not in made + meter(0.5, evil)
    assert evil in plain(meter(0.5, evil))


def test_a_point_alone_is_seen() -> None:
    """A line of one point would be nothing: few points are dots, many are a line."""
    chart = TimeChart(look_of("light"), [Series("p50", "P50", "#000000")])
    shown = [renderer.glyph for renderer in chart.root.renderers if isinstance(renderer.glyph, Scatter)]
    since, until = AFTERNOON - timedelta(hours=6), AFTERNOON
    chart.show({"time": [0.0], "p50": [1.0]}, since, until, 60)
    assert [glyph.size for glyph in shown] == [5]
    times = [float(number) for number in range(100)]
    chart.show({"time": times, "p50": times}, since, until, 60)
    assert [glyph.size for glyph in shown] == [0]
