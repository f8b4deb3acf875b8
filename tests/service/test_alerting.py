"""The service judges the alert rules by its own clock, whether or not anybody looks."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from workbench.service.alerting import alerting
from workbench.service.app import create_app
from workbench.spans import span
from workbench.studio.settings import Settings
from workbench.studio.workspace import Workspace
from workbench.telemetry.alert_book import AlertBook

PATIENCE_SECONDS = 60.0


@pytest.mark.slow
def test_ticks_of_the_service_make_an_alert_fire(tmp_path: Path, address: str) -> None:
    """Five errors while it serves: one alert fires without a request, and nothing ticks once it is down."""
    with Workspace(Settings(data=tmp_path, database=address, job_threads=0)) as workspace:
        book = AlertBook(workspace.database, ())
        with TestClient(create_app(workspace, plugs=[alerting(every_seconds=0.1)])):
            assert book.open() == ()
            for _ in range(5):
                with pytest.raises(RuntimeError), span("studio.ask"):
                    raise RuntimeError("no")
            until = time.monotonic() + PATIENCE_SECONDS
            while not book.open() and time.monotonic() < until:
                time.sleep(0.05)
            assert [(each.rule, each.state) for each in book.open()] == [("errors_in_a_row", "firing")]
        assert [each.rule for each in book.list()] == ["errors_in_a_row"]
