"""The board and the blind rating in real JupyterLab: pictures play, cells compare, keys rate."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.widgets.lab import PATIENCE_MS, Notebook, browser_page, lab_server

pytestmark = [pytest.mark.slow, pytest.mark.flaky(reruns=1), pytest.mark.timeout(400)]
ROOT = Path(__file__).parents[2]

BEGIN = f"""
import sys; sys.path.insert(0, {str(ROOT)!r})
import workbench as wb
from workbench.widgets.experiments import rating
studio = wb.open("Mine")
experiment = wb.experiment("try", variants={{"ours": {{}}, "dark": "{{prompt}}, white on dark blue"}},
    cases=['a title card that says "Hello"', 'a bar chart of 3, 4, 9 titled "Growth"'], repeats=2)
experiment
"""
expect.set_options(timeout=PATIENCE_MS)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("lab")


@pytest.fixture(scope="module")
def page(folder: Path) -> Iterator[Page]:
    with lab_server(folder) as address, browser_page(height=1500) as page:
        page.errors = []
        page.on("pageerror", lambda error: page.errors.append(str(error)))
        page.address = address
        yield page


@pytest.fixture(scope="module")
def notebook(page: Page, folder: Path) -> Notebook:
    notebook = Notebook.new(page, page.address, folder, "board.ipynb", [BEGIN])
    notebook.run_all()
    return notebook


@pytest.fixture
def board(notebook: Notebook) -> Locator:
    board = notebook.page.locator(".wb-board[data-part=board]").first
    board.wait_for()
    return board


def test_a_run_is_watched_as_it_goes(notebook: Notebook, board: Locator) -> None:
    """Run is pressed on the board; cells come to be done, with pictures, and what was compared is told."""
    expect(board.locator(".wb-pill")).to_have_text("ready")
    board.get_by_role("button", name="Run").click()
    expect(board.locator(".wb-pill")).to_have_text("done")
    expect(board.locator(".wb-cell[data-state=done]")).to_have_count(8)
    expect(board.locator(".wb-thumb img")).to_have_count(8)
    expect(board.locator(".wb-verdicts tbody tr").first).to_be_visible()
    assert notebook.page.errors == []


def test_a_thumbnail_plays_under_the_mouse(board: Locator) -> None:
    """The clip begins when the mouse is over it, and the picture comes back after."""
    cell = board.locator(".wb-cell[data-state=done]").first
    cell.hover()
    expect(cell.locator("video")).to_have_count(1)
    cell.page.wait_for_function(
        "(video) => video.currentTime > 0.2", arg=cell.locator("video").element_handle()
    )
    board.locator(".wb-name").hover()
    expect(cell.locator("img")).to_have_count(1)


def test_cells_are_filtered_and_found(board: Locator) -> None:
    """Search, variant and order narrow the matrix, and the count says how far."""
    board.get_by_label("Search cases").fill("growth")
    expect(board.locator(".wb-filters [role=status]")).to_have_text("4 of 8 cells")
    board.get_by_label("Variant", exact=True).select_option("dark")
    expect(board.locator(".wb-cell[data-state=done]")).to_have_count(2)
    board.get_by_label("Search cases").fill("")
    board.get_by_label("Variant", exact=True).select_option("")
    expect(board.locator(".wb-cell[data-state=done]")).to_have_count(8)


def test_two_cells_are_compared_by_keyboard(board: Locator) -> None:
    """Arrows move, space picks two, and what differs in source and messages is shown; Escape closes."""
    grid = board.get_by_role("grid")
    grid.focus()
    for key in ("Home", "Space", "ArrowRight", "Space"):
        grid.press(key)
    compare = board.locator(".wb-compare")
    expect(compare.locator(".wb-side")).to_have_count(2)
    expect(compare.locator(".wb-strip img")).to_have_count(10)
    compare.get_by_text("Messages").click()
    expect(compare.locator("[data-sign='+']").last).to_contain_text("white on dark blue")
    board.press("Escape")
    expect(compare).to_be_hidden()


def test_a_variant_is_promoted(notebook: Notebook, board: Locator) -> None:
    """One click makes it the project's prompt, which the studio then uses."""
    grid = board.get_by_role("grid")
    grid.focus()
    grid.press("Home")
    grid.press("Enter")
    button = board.get_by_role("button", name=re.compile("^Use dark in"))
    button.first.click()
    expect(board.locator(".wb-notice")).to_contain_text("version 1 of the prompts of Mine")
    notebook.run("assert studio.prompts.live.name == 'dark', studio.prompts.live")
    assert not notebook.page.locator(".jp-RenderedText[data-mime-type*=stderr]").count()


def test_rating_is_blind_and_by_key(notebook: Notebook) -> None:
    """Two clips play with one playhead and no name; a key rates, and at the end strengths are told."""
    notebook.run("rating(experiment, rater='tester')")
    rating = notebook.page.locator(".wb-board[data-part=rating]")
    rating.locator("video").nth(1).wait_for()
    expect(rating.locator(".wb-brief")).not_to_be_empty()
    shown = rating.inner_text()
    assert "dark" not in shown.replace("white on dark blue", "")
    assert "ours" not in shown
    moving = "(root) => [...root.querySelectorAll('video')].every((video) => video.currentTime > 0.1)"
    notebook.page.wait_for_function(moving, arg=rating.element_handle())
    times = "(root) => [...root.querySelectorAll('video')].map((video) => video.currentTime)"
    left, right = notebook.page.evaluate(times, rating.element_handle())
    assert abs(left - right) < 0.5
    panel = rating.locator(".wb-rating")
    for number, key in enumerate(["ArrowLeft", "ArrowRight", "ArrowUp"], 1):
        panel.focus()
        panel.press(key)
        expect(rating.locator(".wb-ratings")).to_contain_text(f"{number} rated")
    panel.press("s")
    expect(rating.locator(".wb-brief")).to_have_text("You have seen every pair.")
    expect(rating.locator(".wb-verdicts tbody tr")).to_have_count(2)
    notebook.run("assert experiment.preferences.rated == 3 and experiment.preferences.skipped == 1")
