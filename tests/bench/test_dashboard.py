"""The benchmark of the dashboard measures real sessions of a real server, in small."""

from __future__ import annotations

import json

import psutil
import pytest

from workbench.bench.dashboard import DashboardFigures, Level
from workbench.cli.bench_dashboard import lines_of
from workbench.cli.main import run


@pytest.mark.slow
@pytest.mark.flaky(reruns=1)
@pytest.mark.timeout(600)
def test_viewers_are_sessions_that_hear_of_every_round(capsys: pytest.CaptureFixture[str]) -> None:
    """One viewer, then two: each round reaches both, a browser paints, memory is told, no server is left."""
    before = {each.pid for each in psutil.Process().children(recursive=True)}
    small = ["--viewers", "1,2", "--rounds", "2", "--visits", "1", "--refresh", "1"]
    assert run(["bench", "dashboard", *small, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert [(each["viewers"], each["views"]) for each in told["levels"]] == [(1, 1), (2, 2)]
    for level in told["levels"]:
        assert level["rounds"] >= 2
        assert 0 < level["refresh_ms"] <= level["slowest_refresh_ms"]
        assert level["rss_mb"] > 50
    assert told["levels"][0]["more_mb_a_viewer"] is None
    assert told["alone"], told["absent"]
    assert min(told["alone"]["cold_ms"], told["in_company"]["again_ms"]) > 0
    assert {each.pid for each in psutil.Process().children(recursive=True)} <= before


def test_what_was_not_measured_is_said() -> None:
    """Without a browser there is no first paint, and the reason stands in its place."""
    levels = (Level(1, 1, 40.0, 55.0, 5, 300.0, None, None), Level(5, 5, 60.0, 90.0, 5, 310.0, None, 2.5))
    figures = DashboardFigures({}, 3.0, 290.0, None, levels, None, None, "Chromium is not installed")
    said = "\n".join(lines_of(figures))
    assert "First paint was not measured: Chromium is not installed." in said
    assert "holds 290 MB" in said


@pytest.mark.parametrize("viewers", ["none", "0,5", "5000"])
def test_a_number_of_viewers_that_cannot_be_is_refused(
    viewers: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Before anything is started."""
    assert run(["bench", "dashboard", "--viewers", viewers]) == 2
    assert "numbers" in capsys.readouterr().err
