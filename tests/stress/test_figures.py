"""What is made of samples: percentiles, verdicts, leaks, comparisons, the knee."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import numpy as np
import psutil
import pytest

from workbench.images.apart import MEASURING
from workbench.stress.arrivals import DROPPED
from workbench.stress.comparing import compare
from workbench.stress.footprint import (
    OTHERS,
    PAINTERS,
    PICTURES,
    SANDBOXES,
    SERVICE,
    Share,
    held_bytes,
    kind_of,
    shares,
)
from workbench.stress.knee import knee_of
from workbench.stress.leak import mann_kendall, memory_trend
from workbench.stress.page import page
from workbench.stress.presets import PRESETS
from workbench.stress.reporting import accept, compared, keep, reported
from workbench.stress.running import _trouble
from workbench.stress.samples import CUT_OFF, Sample, read_samples, summary, write_sample
from workbench.stress.target import Child
from workbench.stress.verdict import judge
from workbench.stress.watching import Look
from workbench.telemetry.little import agreement

CALM = replace(PRESETS["smoke"], seconds=20.0)
NO_TREND = memory_trend([], [], 0.25)
LOOKS = [Look(at=float(at), late_seconds=0.01, memory_mb=300.0, generator_cpu=0.2) for at in range(20)]


def run(seconds: float = 0.2, count: int = 80, *, lag: float = 0.0, error: str = "") -> list[Sample]:
    """Return requests of people and arrivals that all took so long, and the scenario of one of them."""
    return [
        *(
            Sample(who, "request", "save by hand", at, at + late, at + seconds, error)
            for who, late in (("people", 0.0), ("arrivals", lag))
            for at in np.linspace(0, 19, count)
        ),
        Sample("people", "scenario", "edit", 0, 0, seconds, error),
    ]


def polls(seconds: float = 0.01, count: int = 800, error: str = "") -> list[Sample]:
    """Return many looks at whether something is done."""
    name = "ask whether it is measured"
    return [Sample("people", "poll", name, at, at, at + seconds, error) for at in np.linspace(0, 19, count)]


def scenarios(bad: int, good: int, error: str = "not measured: failed") -> list[Sample]:
    """Return whole scenarios, some of which failed."""
    return [Sample("people", "scenario", "upload", 1, 1, 2, each) for each in [error] * bad + [""] * good]


def test_figures_are_exact_and_counted_from_the_intended_start() -> None:
    """A request that was begun late took longer for whoever waited; failures count among the times."""
    found = summary("x", [Sample("arrivals", "request", "x", 0, 5, 6, error) for error in ("", "500")])
    assert (found.count, found.failed, found.p50, found.slowest) == (2, 1, 6.0, 6.0)


def test_samples_survive_a_generator_that_is_killed(tmp_path: Path) -> None:
    """The line that was being written is left out."""
    with (tmp_path / "a").open("w") as file:
        for sample in run(count=3):
            write_sample(file, sample)
        file.write('{"who": "peo')
    assert read_samples(tmp_path / "a") == run(count=3)
    assert read_samples(tmp_path / "none") == []


@pytest.mark.parametrize(
    ("samples", "looks", "ruling", "told"),
    [
        (run(), LOOKS, "PASS", ""),
        (run(3.0), LOOKS, "FAIL", "waited 3.00 s on average"),
        (run(error="500"), LOOKS, "FAIL", "0.00% of requests succeeded"),
        (run(count=20), LOOKS, "INVALID", "too few"),
        (run(lag=0.5), LOOKS, "INVALID", "0.50 s late"),
        ([*run(), *(Sample("arrivals", "request", "x", 1, 1, 1, DROPPED),)], LOOKS, "INVALID", "dropped"),
        (run()[:80], LOOKS, "INVALID", "0 requests arrived"),
        ([*run(3.0), *polls()], LOOKS, "FAIL", "People waited 3.00 s on average"),
        ([*run(11.0), *polls()], LOOKS, "FAIL", "People waited 11.00 s (P95)"),
        ([*run(error="500"), *polls()], LOOKS, "FAIL", "0.00% of requests succeeded"),
        ([*run(count=20), *polls()], LOOKS, "INVALID", "20 requests of people are too few"),
        ([*run(), *polls(error="500")], LOOKS, "PASS", ""),
        ([*run(), *scenarios(2, 97)], LOOKS, "FAIL", "98.00% of scenarios succeeded"),
        ([*run(), *scenarios(2, 97)], LOOKS, "FAIL", "'upload': 2 of 99 (not measured: failed)"),
        ([*run(), *scenarios(1, 99)], LOOKS, "PASS", ""),
        ([*run(), *scenarios(20, 0, CUT_OFF)], LOOKS, "PASS", ""),
        ([*run()[:-1], *scenarios(20, 0, CUT_OFF)], LOOKS, "INVALID", "No scenario came to an end"),
        (run(), [replace(each, generator_cpu=0.95) for each in LOOKS], "INVALID", "95% of a processor"),
        (run(), [replace(each, late_seconds=2.0) for each in LOOKS], "INVALID", "overloaded"),
    ],
)
def test_a_run_passes_fails_or_says_nothing(
    samples: list[Sample], looks: list[Look], ruling: str, told: str
) -> None:
    """What made the load is judged first: a run that it spoilt neither passes nor fails."""
    verdict = judge(CALM, samples, looks, NO_TREND)
    assert verdict.ruling == ruling
    assert told in " ".join((*verdict.invalid, *verdict.failed))


def test_a_busy_machine_says_nothing_about_the_service() -> None:
    """What else was running would be measured too."""
    assert judge(CALM, run(), LOOKS, NO_TREND, busy=0.9).ruling == "PASS"
    assert judge(CALM, run(), LOOKS, NO_TREND, busy=4.0).ruling == "INVALID"


def test_a_leak_is_told_from_a_warm_up() -> None:
    """Memory that grows at first and then stays is no leak; 2 MB a minute is one, and makes a run fail."""
    at, dice = np.arange(0, 900.0), np.random.default_rng(3)
    warm = 300 + 80 * (1 - np.exp(-at / 40)) + dice.normal(0, 4, len(at))
    healthy, leaking = memory_trend(at, warm, 0.25), memory_trend(at, warm + at / 30, 0.25)
    assert (healthy.leaks, leaking.leaks) == (False, True)
    assert leaking.low is not None
    assert 1.5 < leaking.low < 2.0 < (leaking.high or 0) < 2.6
    assert "it grows" in " ".join(judge(CALM, run(), LOOKS, leaking).failed)
    assert memory_trend(at[:100], warm[:100], 0.25).leaks is None
    assert memory_trend(at[:428], warm[:428], 0.25).told.startswith(
        "4.9 minutes after the warm-up are too few"
    )


def test_what_is_taken_for_a_moment_and_given_back_is_no_leak() -> None:
    """The floors of half minutes count: a saw of 30 MB over a level floor passes, over a rising one fails."""
    at, dice = np.arange(0, 1800.0), np.random.default_rng(4)
    saw = 500 + 30 * (at % 30) / 30 + dice.normal(0, 1, len(at))
    busier = saw + np.where((at % 30) > 10, at / 20, 0)
    assert memory_trend(at, busier, 0.25).leaks is False
    assert memory_trend(at, saw + at / 60, 0.25).leaks is True


def test_a_soak_that_cannot_tell_is_not_valid() -> None:
    """Few floors and much noise neither fail nor pass a soak; other presets say nothing about memory then."""
    at, dice = np.arange(0, 540.0), np.random.default_rng(6)
    unsure = memory_trend(at, 500 + np.repeat(dice.normal(0, 12, 18), 30), 0.25)
    assert unsure.leaks is None
    assert "run it longer" in unsure.told
    ruling = judge(replace(CALM, soak=True), run(), LOOKS, unsure)
    assert ruling.ruling == "INVALID"
    assert "Memory cannot be judged" in " ".join(ruling.reasons)
    assert judge(CALM, run(), LOOKS, unsure).ruling == "PASS"


def test_the_process_that_grows_is_named() -> None:
    """Of a service that stays and painters that grow by 3 MB a minute, the verdict names the painters."""
    looks = [
        Look(
            at=float(at), late_seconds=0.01, memory_mb=300 + at / 20, generator_cpu=0.2,
            kinds=(Share("service", 1, 250 + at % 2), *[Share("painters", 2, 50 + at / 20)][: at > 5]),
        )
        for at in range(600)
    ]  # fmt: skip
    report = reported(
        replace(CALM, soak=True), run(), looks, began=datetime(2026, 3, 4, tzinfo=UTC), model="none"
    )
    service, painters = report.by_kind
    assert (service.kind, service.trend.leaks, service.processes) == ("service", False, 1)
    assert (painters.kind, painters.trend.leaks, painters.processes) == ("painters", True, 2)
    assert painters.last_mb - painters.first_mb > 15
    assert report.verdict.reasons == (f"Memory: {report.trend.told} By process: painters +3.00.",)
    assert "it grows." in report.trend.told
    html = page(report)
    assert html.count("<polygon") == 2
    assert "<td>painters</td><td>2</td>" in html


def test_what_a_process_holds_is_told_by_its_kind() -> None:
    """By the command lines that are really started; what only this process holds grows with what it takes."""
    assert kind_of(["python", "-P", "-m", "workbench.render.worker", "a:B"]) == PAINTERS
    assert kind_of(["python", "-P", "-m", MEASURING, "1000"]) == PICTURES
    assert kind_of(["/worker", "subprocess"]) == SANDBOXES
    assert kind_of(["/bin/sh", "/tmp/workbench-sandbox-a/limited", "subprocess"]) == SANDBOXES
    assert kind_of(["/home/monty/python", "-c", "1"]) == kind_of([]) == OTHERS
    process = psutil.Process()
    before = held_bytes(process)
    taken = b"x" * 50_000_000
    assert 45_000_000 < held_bytes(process) - before < 60_000_000, len(taken)
    assert [(each.kind, each.processes) for each in shares(process.pid, [process])] == [(SERVICE, 1)]


def test_a_process_that_is_not_waited_for_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who is told to stop while a service starts takes it along, though it has no address yet."""
    begun: list[psutil.Process] = []

    def stopped(child: Child) -> str:
        begun.append(psutil.Process(child.process.pid))
        raise KeyboardInterrupt

    monkeypatch.setattr(Child, "_address", stopped)
    with pytest.raises(KeyboardInterrupt):
        Child([sys.executable, "-c", "import time; time.sleep(600)"], {}, tmp_path / "log")
    assert not begun[0].is_running()


def test_what_the_service_wrote_is_told_when_requests_failed_in_it(tmp_path: Path) -> None:
    """Its log goes with the run; of a run without such failures nothing is told."""
    (tmp_path / "serve.log").write_text("an earlier line\nTraceback: disk is on fire\n")
    assert "disk is on fire" in _trouble(tmp_path, run(error="500"))
    assert "disk is on fire" in _trouble(tmp_path, run(error="no answer: Closed"))
    assert "disk is on fire" in _trouble(tmp_path, [*run(), *scenarios(1, 9)])
    assert _trouble(tmp_path, run(error="404")) == _trouble(tmp_path, run()) == ""


def test_the_trend_test_is_seldom_wrong_about_noise() -> None:
    """Below one chance in a hundred for about one series in a hundred without a trend."""
    dice = np.random.default_rng(5)
    wrong = sum(mann_kendall(dice.normal(size=60)) < 0.01 for _ in range(300))
    assert wrong <= 9
    assert mann_kendall(np.arange(60.0)) < 1e-6
    assert mann_kendall(np.ones(60)) == 1.0


def test_noise_is_no_regression_and_a_regression_is_no_noise() -> None:
    """The same load again is not slower; half as slow again is."""
    dice = Random(2)

    def times(factor: float) -> list[tuple[float, float]]:
        return [(at / 4, factor * dice.lognormvariate(-1, 0.6)) for at in range(480)]

    before = {"save": times(1.0), "gone": times(1.0)}
    (same,) = compare(before, {"save": times(1.0)})
    (slower,) = compare(before, {"save": times(1.6)})
    (short,) = compare(before, {"save": times(1.0)[:4]})
    assert (same.slower, slower.slower, short.told) == (False, True, "too short to compare")


def climbing(capacity: float) -> list[Sample]:
    """Return what people get done on the stages of the knee preset when `capacity` a second is the most."""
    found, since = [], 0.0
    for until, users in PRESETS["knee"].stages:
        rate = users * 3 / (1 + users * 3 / capacity + 0.004 * users * (users - 1))
        moments = np.arange(since, until, 1 / rate)
        found += [Sample("people", "request", "x", at, at, at, "") for at in moments]
        since = until
    return found


def test_the_knee_comes_with_an_interval_or_a_refusal() -> None:
    """Throughput by stage is fitted; a load that never bends is refused, other presets have no knee."""
    knee = knee_of(PRESETS["knee"], climbing(20))
    assert knee
    assert knee["told"].startswith("The knee is at ")
    assert knee["fit"]["knee_low"] < knee["fit"]["knee_users"] < knee["fit"]["knee_high"]
    assert knee_of(PRESETS["smoke"], climbing(20)) is None
    assert knee_of(PRESETS["spike"], climbing(20)) is None
    few = knee_of(replace(PRESETS["knee"], stages=((10, 1), (20, 2), (30, 3))), climbing(20))
    assert few
    assert few["told"].startswith("No knee: 3 different loads")


def test_reports_are_kept_shown_accepted_and_compared(tmp_path: Path) -> None:
    """A page that loads nothing; the next run of the preset is compared with the accepted one."""
    report = reported(CALM, run(), LOOKS, began=datetime(2026, 3, 4, tzinfo=UTC), model="stated <b>")
    path = keep(report, tmp_path)
    assert compared(report, tmp_path) == report
    accept(path, tmp_path)
    (change,) = compared(report, tmp_path).changes
    assert (change.name, change.ratio) == ("save by hand", 1.0)
    html = page(replace(report, changes=(change,)))
    assert "PASS" in html
    assert "stated &lt;b&gt;" in html
    assert "http" not in html
    assert report.gap["save by hand"]["ratio"] == 1.0


def test_a_report_tells_whether_telemetry_told_all(tmp_path: Path) -> None:
    """Both sides of Little's law, kept with the rest; of a service elsewhere they cannot be seen."""
    row = {"looks": 600, "watched_seconds": 120.0, "counted": 2.0, "steps": 400.0, "requests": 900,
           "inside_seconds": 168.0}  # fmt: skip
    report = reported(
        CALM, run(), LOOKS, began=datetime(2026, 3, 4, tzinfo=UTC), model="", law=agreement([row])
    )
    assert "law disagrees: 2 requests were under way in the mean of 600 looks, 1.4 as" in page(report)
    assert json.loads(keep(report, tmp_path).read_text())["law"]["ruling"] == "disagrees"
    assert report.ok
    assert "cannot be seen" in page(replace(report, law=None))


def test_another_load_is_not_compared(tmp_path: Path) -> None:
    """Other people, another time or model would be told as a slower service; other limits are not."""
    report = reported(CALM, run(), LOOKS, began=datetime(2026, 3, 4, tzinfo=UTC), model="median 0.3 s")
    accept(keep(report, tmp_path), tmp_path)
    strict = replace(CALM, thresholds=replace(CALM.thresholds, average_seconds=9.0))
    assert compared(replace(report, preset=strict), tmp_path).changes
    other = compared(replace(report, preset=CALM.changed(users=9, seconds=60), model="median 2 s"), tmp_path)
    assert other.changes == ()
    assert other.not_compared == (
        "Not compared with the accepted run, which had users 5, not 9; seconds 20, not 60; "
        "model median 0.3 s, not median 2 s."
    )
    assert (
        "service SQLite, not PostgreSQL"
        in compared(replace(report, service="PostgreSQL"), tmp_path).not_compared
    )
    assert other.not_compared in page(other)


def test_what_only_looks_is_told_and_not_counted() -> None:
    """Polls and what was cut off have places of their own; what was answered after the run is in no rate."""
    late = Sample("people", "request", "fetch a film", 90, 90, 95)
    samples = [*run(), *polls(), *scenarios(0, 3), *scenarios(2, 0, CUT_OFF), late]
    report = reported(CALM, samples, LOOKS, began=datetime(2026, 3, 4, tzinfo=UTC), model="")
    assert [(each.name, each.count) for each in report.polls] == [("ask whether it is measured", 800)]
    assert {each.name for each in report.requests} == {"save by hand", "fetch a film"}
    assert [(each.name, each.count, each.failed) for each in report.scenarios] == [
        ("edit", 1, 0), ("upload", 3, 0)
    ]  # fmt: skip
    assert (report.cut_off, report.errors) == (2, {})
    assert report.a_second == 80 / CALM.seconds
    assert "they are not judged" in page(report)
    failing = [*run(count=3, error="500"), *scenarios(2, 0)]
    told = reported(CALM, failing, LOOKS, began=datetime(2026, 3, 4, tzinfo=UTC), model="").errors
    assert told == {"500": 6, "not measured: failed": 2}
    assert "counting neither way: 2." in page(report)
