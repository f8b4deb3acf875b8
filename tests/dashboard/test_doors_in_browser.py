"""The dashboard's other doors in a real browser: `/ops` of the service, and the tile in the launcher."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest
from playwright.sync_api import expect

from tests.dashboard.test_in_browser import DRAWN
from tests.widgets.lab import TOKEN, browser_page, lab_server
from workbench.store.tokens import Tokens
from workbench.studio.settings import Settings
from workbench.studio.workspace import Workspace

pytestmark = [pytest.mark.slow, pytest.mark.flaky(reruns=1), pytest.mark.timeout(600)]
_RUN = "from workbench.cli.main import main; main()"
PATIENCE_MS = 120_000


@contextlib.contextmanager
def service(folder: Path) -> Iterator[str]:
    """Run `workbench serve` over a data folder; it ends with the block."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    with (folder / "serve.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-c", _RUN, "--data", str(folder), "serve", "--port", str(port)],
            stdout=log,
            stderr=log,
            env={**os.environ, "WORKBENCH_LIFECYCLE_SCHEDULED": "false"},
        )
        try:
            until = time.monotonic() + PATIENCE_MS / 1000
            while not _answers(f"{address}/health/live"):
                assert process.poll() is None, (folder / "serve.log").read_text()[-2000:]
                assert time.monotonic() < until, "workbench serve did not answer"
                time.sleep(0.1)
            yield address
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _answers(address: str) -> bool:
    with contextlib.suppress(OSError):
        urlopen(address, timeout=5).close()
        return True
    return False


def test_an_operator_s_browser_sees_ops_live(tmp_path: Path) -> None:
    """The browser's own login takes the token; the page is drawn, its websocket comes through the gate."""
    with Workspace(Settings(data=tmp_path, job_threads=0)) as workspace:
        token = Tokens(workspace.database).create("ops", scope="operator")[1]
    with service(tmp_path) as address, browser_page(1280, 900) as first:
        browser = first.context.browser
        assert browser is not None
        context = browser.new_context(http_credentials={"username": "ops", "password": token})
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        wrong: list[str] = []
        page.on("console", lambda said: said.type == "error" and wrong.append(f"{said.text} {said.location}"))
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("response", lambda got: got.status >= 400 and wrong.append(f"{got.status} {got.url}"))
        page.goto(f"{address}/ops")
        expect(page.locator("h1")).to_have_text("Now")
        page.wait_for_function(DRAWN)
        expect(page.locator("#card-operations")).to_contain_text("Every operation")
        page.get_by_role("link", name="Lifecycle").click()
        page.wait_for_url(f"{address}/ops/lifecycle")
        page.wait_for_function(DRAWN)
        expect(page.locator("#card-tables")).to_contain_text("api_token")
        assert wrong == []
        if shots := os.environ.get("WORKBENCH_SHOTS"):
            page.screenshot(path=f"{shots}/ops-lifecycle.png", full_page=True)


def test_the_launcher_s_tile_opens_the_dashboard(tmp_path: Path) -> None:
    """A click on Operations in JupyterLab's launcher shows Now, live, without a port of its own."""
    with lab_server(tmp_path) as address, browser_page(1280, 900) as page:
        page.set_default_timeout(PATIENCE_MS)
        page.goto(f"{address}/lab?token={TOKEN}&reset")
        tile = page.locator(".jp-LauncherCard", has_text="Operations")
        expect(tile).to_be_visible()
        if shots := os.environ.get("WORKBENCH_SHOTS"):
            page.screenshot(path=f"{shots}/launcher.png")
        tile.click()
        there = page.frame_locator("iframe[src*='workbench-dashboard']")
        expect(there.locator("h1")).to_have_text("Now", timeout=PATIENCE_MS)
        expect(there.locator("#card-operations")).to_contain_text("Nothing was recorded")
        there.get_by_role("link", name="Errors").click()
        expect(there.locator("h1")).to_have_text("Errors")
        expect(there.locator("#card-causes")).to_contain_text("No error in this time.")
        assert all(each.url.startswith((address, "about:")) for each in page.frames)
        if shots:
            page.screenshot(path=f"{shots}/tile-errors.png")
