"""The performance report: one look, three forms, the same figures as the questions give."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from click.testing import CliRunner

from tests.telemetry.making import DAY, World, counted, spanned
from workbench.cli.report import length, report
from workbench.errors import InputError
from workbench.telemetry.report import report as make_report


@pytest.fixture
def busy(world: World) -> World:
    told = json.dumps({"error.message": "it <broke>", "error.stack": ["workbench.x:y:1"]})
    world.keep(
        [
            spanned("studio.ask", 9, 9000, trace_id="T", span_id="a"),
            spanned("model.call", 5, 4000, trace_id="T", span_id="b", parent_id="a", model="m", provider="p",
                    input_tokens=1200, output_tokens=80),
            spanned("render.film", 20, 3, outcome="error", error_type="OSError", fingerprint="f",
                    attributes=told),
            counted("chunks.hit", 1, 3), counted("chunks.miss", 1, 1),
        ]
    )  # fmt: skip
    return world


def test_text_tells_errors_apart_and_unknown_as_unknown(busy: World) -> None:
    """Good spans, errors with a time of their own, unknown cost, hits of 75 %, the slowest as a tree."""
    with busy.reading() as reading:
        text = str(make_report(reading, DAY))
    lines = text.splitlines()
    film = next(line.split() for line in lines if line.startswith("render.film"))
    assert film[1:7] == ["0", "–", "–", "–", "1", "3.0"]
    (model,) = [line for line in lines if line.startswith("p ")]
    assert "1,200" in model
    assert "unknown" in model
    assert any("chunks" in line and "75%" in line for line in lines)
    (call,) = [line for line in lines if "█" in line and "model.call" in line]
    assert call.endswith("model.call 4,000 ms · m · 1200+80 tokens")
    assert "marked with ~" in text
    assert "~9,000" in text
    assert "Percentiles are exact." in text


def test_json_is_what_the_questions_answer(busy: World) -> None:
    """The document holds every answer, its SQL and the slowest takes with their spans."""
    with busy.reading() as reading:
        told = json.loads(json.dumps(make_report(reading, DAY).as_dict()))
        asked = reading.ask("operations", DAY).dicts()
    assert told["operations"] == asked
    assert told["usage"][0]["cost_usd"] is None
    assert [span["name"] for span in told["slowest"][0]["spans"]] == ["studio.ask", "model.call"]
    assert told["questions"]["operations"]["sql"].startswith("SELECT name")
    assert told["since"] == "2026-03-01T00:00:00+00:00"


def test_html_escapes_what_it_shows(busy: World) -> None:
    """The notebook's view shows tables and SQL, and an error's words are never markup."""
    with busy.reading() as reading:
        made = make_report(reading, DAY)
    html = made._repr_html_()
    assert "it &lt;broke&gt;" in html
    assert html.count("<table>") == len(made._told())
    assert made.errors == 1


def test_months_say_their_bound(busy: World) -> None:
    """Over a month the percentiles are within one percent, and the report says so."""
    with busy.reading() as reading:
        assert any("within 1%" in note for note in make_report(reading, timedelta(days=30)).notes)


def test_an_empty_folder_has_a_report(world: World) -> None:
    """Where nothing happened the report is short and whole."""
    with world.reading() as reading:
        told = make_report(reading)
    assert "Performance from" in str(told)
    assert told.as_dict()["operations"] == []
    assert "0 spans" in repr(told)


def test_the_command_line_tells_it(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`workbench report` prints, `--json` gives the document, `--html` writes a page."""
    monkeypatch.setenv("WORKBENCH_DATA", str(tmp_path))
    page = tmp_path / "report.html"
    told = CliRunner().invoke(report, ["--last", "7d", "--json", "--html", str(page)])
    assert told.exit_code == 0, told.output
    assert json.loads(told.stdout)["operations"] == []
    assert page.read_text().startswith("<!doctype html>")
    assert "Performance from" in CliRunner().invoke(report, []).stdout


def test_lengths_of_time() -> None:
    """Minutes, hours, days and weeks are read; anything else is told what to give."""
    assert [length(text) for text in ("30m", "24h", "7d", "4w")] == [
        timedelta(minutes=30),
        timedelta(hours=24),
        timedelta(days=7),
        timedelta(weeks=4),
    ]
    for text in ("", "0h", "1y", "-3h", "h"):
        with pytest.raises(InputError, match="30m, 24h, 7d"):
            length(text)


def test_what_found_no_room_is_told(world: World) -> None:
    """Records that were dropped are missing in every figure, so the report says how many there were."""
    world.keep([spanned("studio.ask", 0, 5), counted("telemetry.dropped", 1, 1200)])
    with world.reading() as reading:
        told = make_report(reading, DAY)
        assert "1,200 records found no room and are missing in every figure." in str(told)
        assert told.as_dict()["dropped"] == 1200
