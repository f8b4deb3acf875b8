"""The live editor over a service, in a real browser: open by address, type, save, ask."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.service.server import Served, served
from tests.widgets.day import picture, save, wait_until, write
from tests.widgets.lab import Notebook, browser_page, lab_server, write_notebook

pytestmark = [pytest.mark.slow, pytest.mark.flaky(reruns=1), pytest.mark.timeout(600)]
OPEN = "import workbench as wb\nstudio = wb.open('Far', '640x360', url={url!r}, token={token!r})\nstudio"


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("far") / "data") as service:
        yield service


@pytest.fixture
def plain_page() -> Iterator[Page]:
    with browser_page() as page:
        yield page


def test_the_editor_works_over_a_service(running: Served, tmp_path: Path, plain_page: Page) -> None:
    """Typing changes the picture, saving keeps it at the service, and a prompt adds a scene there."""
    token = running.token()
    with lab_server(tmp_path) as address:
        write_notebook(tmp_path / "far.ipynb", [OPEN.format(url=running.url, token=token)])
        notebook = Notebook(plain_page, address, "far.ipynb")
        notebook.open()
        notebook.run_all()
        studio = notebook.studio()
        studio.get_by_label("Prompt", exact=True).fill('Open with a title that says "Sleep well"')
        studio.get_by_role("button", name="Send").click()
        expect(studio.locator(".wb-message").last).to_contain_text("Added scene", timeout=120_000)
        expect(studio.locator(".wb-editor")).to_contain_text("subtitle = param")
        before = picture(studio)
        write(studio, 'text("Hello from here", size=160, enter=rise())')
        wait_until(plain_page, lambda: picture(studio) != before)
        save(studio)
        expect(studio.locator(".wb-screen")).to_have_attribute("data-mode", "video")
        plain_page.screenshot(path=str(tmp_path / "far.png"))
    with running.client(token) as client:
        kept = client.get("/projects/Far/scenes").json()
    assert [each["source"] for each in kept] == ['text("Hello from here", size=160, enter=rise())']


def test_parts_and_cells_over_a_service(running: Served, tmp_path: Path, plain_page: Page) -> None:
    """A scene cell keeps its scene at the service and plays; a player plays it; a history follows saves."""
    token = running.token()
    name = f"Parts {tmp_path.name}"
    quiet = OPEN.replace("'Far'", repr(name)).format(url=running.url, token=token) + "\n%load_ext workbench"
    with lab_server(tmp_path) as address:
        notebook = Notebook.new(plain_page, address, tmp_path, "parts.ipynb", [])
        notebook.run(quiet.replace("\nstudio\n", "\n"))
        notebook.run('%%scene one --seconds 1\ntext("Hello", size=160, enter=rise())')
        expect(plain_page.locator(".jp-OutputArea video")).to_have_count(1)
        notebook.run("wb.player(studio.scene(1))")
        player = plain_page.locator("[data-part=player]")
        player.get_by_role("button", name="Play", exact=True).click()
        expect(player.locator(".wb-screen")).to_have_attribute("data-mode", "video")
        film = player.locator("video").get_attribute("src")
        notebook.run("wb.history(studio.scene(1))")
        revisions = plain_page.locator("[data-part=history] .wb-revision")
        expect(revisions).to_have_count(1)
        notebook.run('%%scene one --no-video\ntext("Bye", size=160, enter=rise())')
        expect(revisions).to_have_count(2)
        expect(player.locator("video")).not_to_have_attribute("src", str(film))
        expect(player.locator(".wb-screen")).to_have_attribute("data-mode", "video")
        revisions.last.scroll_into_view_if_needed()
        plain_page.screenshot(path=str(tmp_path / "parts.png"))
    with running.client(token) as client:
        kept = client.get(f"/projects/{name}/scenes").json()
    assert [(each["source"].strip(), each["revision"]) for each in kept] == [
        ('text("Bye", size=160, enter=rise())', 2)
    ]
