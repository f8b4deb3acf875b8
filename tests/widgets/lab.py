"""A real JupyterLab in a real browser, driven from tests: one server and one page for all of them."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.request import urlopen

from playwright.sync_api import Locator, Page, sync_playwright

TOKEN = "studio"
PATIENCE_MS = 60_000
START_SECONDS = 180
_BROWSERS = ("chromium", "chromium-browser", "google-chrome")
_QUIET = {"@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": False}}
_FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
          "--disable-background-networking", "--disable-component-update", "--disable-sync"]  # fmt: skip


@contextlib.contextmanager
def lab_server(folder: Path, port: int | None = None, app: str = "jupyterlab") -> Iterator[str]:
    """Run JupyterLab, or `notebook`, over a folder; gives its address, ends it with all that it started."""
    port = port or _free_port()
    settings = folder / ".settings"
    for name, content in _QUIET.items():
        path = settings / name.split(":")[0] / f"{name.split(':')[1]}.jupyterlab-settings"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(content))
    options = {
        "ServerApp.port": port,
        "ServerApp.port_retries": 0,
        "ServerApp.ip": "127.0.0.1",
        "ServerApp.root_dir": folder,
        "IdentityProvider.token": TOKEN,
        "LabApp.user_settings_dir": settings,
        "JupyterNotebookApp.user_settings_dir": settings,
        "JupyterNotebookApp.expose_app_in_browser": True,
    }
    command = [sys.executable, "-m", app, "--no-browser", "--allow-root", "--expose-app-in-browser"]
    command += [f"--{name}={value}" for name, value in options.items()]
    environment = os.environ | {
        "WORKBENCH_DATA": str(folder / "data"),
        "JUPYTER_CONFIG_DIR": str(folder / ".config"),
        "IPYTHONDIR": str(folder / ".ipython"),
        "JUPYTER_RUNTIME_DIR": str(folder / ".runtime"),
        "JUPYTERLAB_WORKSPACES_DIR": str(folder / ".workspaces"),
    }
    with (folder / "lab.log").open("wb") as log:
        server = subprocess.Popen(command, env=environment, stdout=log, stderr=log, start_new_session=True)
        try:
            _wait_for(f"http://127.0.0.1:{port}/api?token={TOKEN}", server, folder / "lab.log")
            yield f"http://127.0.0.1:{port}"
        finally:
            _end(server)


def browser_path() -> str:
    """Return the browser that tests drive."""
    found = next((path for name in _BROWSERS if (path := shutil.which(name))), None)
    assert found, f"None of {', '.join(_BROWSERS)} is installed; run tests/machine.sh."
    return found


@contextlib.contextmanager
def browser_page(width: int = 1500, height: int = 1300, dark: bool = False) -> Iterator[Page]:
    """Open a browser with one page."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path(), args=_FLAGS)
        page = browser.new_page(
            viewport={"width": width, "height": height}, color_scheme="dark" if dark else "light"
        )
        page.set_default_timeout(PATIENCE_MS)
        yield page
        browser.close()


@dataclass
class Notebook:
    """A notebook with a kernel of its own, open in a page."""

    page: Page
    address: str
    path: str

    @classmethod
    def new(cls, page: Page, address: str, folder: Path, name: str, cells: list[str]) -> Notebook:
        """Write a notebook and open it."""
        write_notebook(folder / name, cells)
        notebook = cls(page, address, name)
        notebook.open()
        return notebook

    def open(self) -> None:
        """Load the page, and wait for the kernel."""
        self.page.goto(f"{self.address}/lab/tree/{self.path}?token={TOKEN}&reset")
        self.ready()

    def ready(self) -> None:
        """Wait until the kernel is connected and idle."""
        self.page.wait_for_function(
            """() => {
                const context = window.jupyterapp?.shell.currentWidget?.sessionContext;
                const kernel = context?.session?.kernel;
                return kernel?.connectionStatus === 'connected' && kernel?.status === 'idle';
            }"""
        )

    def command(self, name: str, **arguments: Any) -> None:
        """Start one of JupyterLab's commands."""
        self.page.evaluate(
            "([name, given]) => { window.jupyterapp.commands.execute(name, given); }", [name, arguments]
        )

    def only_cell(self, code: str) -> None:
        """Take every cell away, and put one in their place."""
        self.page.evaluate(
            """(code) => {
                const model = window.jupyterapp.shell.currentWidget.content.model.sharedModel;
                model.deleteCellRange(0, model.cells.length);
                model.insertCell(0, {cell_type: 'code', source: code});
            }""",
            code,
        )

    def restart(self) -> None:
        """Restart the kernel, and wait for it."""
        self.page.evaluate("() => window.jupyterapp.shell.currentWidget.sessionContext.restartKernel()")
        self.ready()

    def run_all(self) -> None:
        """Run every cell from the top."""
        self.command("notebook:run-all-cells")

    def run(self, code: str) -> None:
        """Run a new cell at the end of the notebook, and wait until it is done."""
        self.page.evaluate(
            """async (code) => {
                const panel = window.jupyterapp.shell.currentWidget;
                const model = panel.content.model.sharedModel;
                model.insertCell(model.cells.length, {cell_type: 'code', source: code});
                panel.content.activeCellIndex = model.cells.length - 1;
            }""",
            code,
        )
        self.command("notebook:run-cell")
        self.page.wait_for_timeout(50)
        self.ready()

    def studio(self, number: int = 0) -> Locator:
        """Return a studio's view."""
        return self.page.locator(".wb-studio").nth(number)


def write_notebook(path: Path, cells: list[str]) -> None:
    """Write a notebook of code cells."""
    path.write_text(json.dumps(_notebook(cells)))


def _notebook(cells: list[str]) -> dict[str, Any]:
    kernel = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
    made = [
        {
            "cell_type": "code",
            "id": f"cell-{number}",
            "metadata": {},
            "outputs": [],
            "execution_count": None,
            "source": cell,
        }
        for number, cell in enumerate(cells)
    ]
    return {"cells": made, "metadata": kernel, "nbformat": 4, "nbformat_minor": 5}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(address: str, server: subprocess.Popen[bytes], log: Path) -> None:
    ends = time.monotonic() + START_SECONDS
    while time.monotonic() < ends:
        assert server.poll() is None, log.read_text()[-2000:]
        with contextlib.suppress(OSError):
            urlopen(address, timeout=10).close()
            return
        time.sleep(0.1)
    raise AssertionError(f"JupyterLab did not answer in {START_SECONDS} s: {log.read_text()[-2000:]}")


def _end(server: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(server.pid, 15)
    try:
        server.wait(8)
    except subprocess.TimeoutExpired:
        os.killpg(server.pid, 9)
        server.wait()
