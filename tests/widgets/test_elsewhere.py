"""The same studio in Notebook 7, and what is left of it in an exported page, in a real browser."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.widgets.day import OPEN, STILL, add_scene, command, picture, save, wait_until, write
from tests.widgets.lab import TOKEN, Notebook, browser_page, lab_server, write_notebook

pytestmark = [pytest.mark.slow, pytest.mark.flaky(reruns=1), pytest.mark.timeout(300)]

RUN = "() => { window.jupyterapp.commands.execute('notebook:run-all-cells'); }"


@pytest.fixture(scope="module")
def notebook_7(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """The address of a running Notebook 7, and its folder."""
    folder = tmp_path_factory.mktemp("notebook7")
    with lab_server(folder, app="notebook") as address:
        yield address, folder


@pytest.fixture
def plain_page() -> Iterator[Page]:
    with browser_page() as page:
        yield page


def test_the_studio_lives_in_notebook_7(notebook_7: tuple[str, Path], plain_page: Page) -> None:
    """Open, add, type, save, see the film; a scene of the command line appears; a reload brings it back."""
    address, folder = notebook_7
    write_notebook(folder / "seven.ipynb", [OPEN.format(name="Seven")])
    notebook = Notebook(plain_page, address, "seven.ipynb")
    plain_page.goto(f"{address}/notebooks/seven.ipynb?token={TOKEN}")
    notebook.ready()
    plain_page.evaluate(RUN)
    studio = notebook.studio()
    add_scene(studio)
    before = picture(studio)
    write(studio, 'text("Hello", size=200, enter=rise())')
    wait_until(plain_page, lambda: picture(studio) != before)
    save(studio)
    expect(studio.locator(".wb-screen")).to_have_attribute("data-mode", "video")
    command(folder, "scene", "add", "-p", "Seven", "--name", "typed")
    expect(studio.locator(".wb-scene")).to_have_count(2)
    studio.get_by_role("button", name="Scene 2: typed").click()
    expect(studio.locator(".wb-screen")).to_have_attribute("data-mode", STILL)


def test_an_exported_page_shows_a_picture_and_words(
    tmp_path: Path, plain_page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A notebook that was run and exported to HTML shows the scenes in a browser without a kernel."""
    monkeypatch.setenv("WORKBENCH_DATA", str(tmp_path / "data"))
    cells = [
        "import workbench as wb\nstudio = wb.open('Page')\n_ = studio.add_scene(name='Opening')\nstudio",
        "wb.player(studio.scene(1))",
    ]
    write_notebook(tmp_path / "page.ipynb", cells)
    stateless = "--ExecutePreprocessor.store_widget_state=False"
    convert = [sys.executable, "-m", "nbconvert", "--to", "html", "--execute", stateless, "page.ipynb"]
    subprocess.run(convert, cwd=tmp_path, env=os.environ, check=True, timeout=240, capture_output=True)
    plain_page.route("http*://**", lambda route: route.abort())
    plain_page.goto((tmp_path / "page.html").as_uri())
    pictures = plain_page.locator("img[src^='data:image/jpeg']")
    expect(pictures).to_have_count(2)
    for number in range(2):
        width = pictures.nth(number).evaluate("(img) => img.naturalWidth")
        assert width > 100
    expect(plain_page.get_by_text("Opening").first).to_be_visible()
    expect(plain_page.get_by_text("model not found")).to_have_count(0)
