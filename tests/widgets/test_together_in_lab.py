"""Several at one project, in a real browser: notebooks, processes, the command line, many widgets."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.widgets.day import OPEN, add_scene, command, outside, save, text_of, write
from tests.widgets.lab import PATIENCE_MS, Notebook

pytestmark = [pytest.mark.slow, pytest.mark.flaky(reruns=1), pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def second_page(page: Page) -> Iterator[Page]:
    browser = page.context.browser
    assert browser is not None
    other = browser.new_page()
    other.set_default_timeout(PATIENCE_MS)
    yield other
    other.close()


@pytest.fixture(scope="module")
def second_notebook(second_page: Page, address: str, folder: Path) -> Notebook:
    return Notebook.new(second_page, address, folder, "second.ipynb", ["import workbench as wb"])


def selects_and_saves(studio: Locator, number: int, name: str, text: str) -> None:
    """Choose a scene that came from elsewhere in the toolbar, write it anew, save it."""
    expect(studio.get_by_label("Scene", exact=True).locator("option")).to_have_count(number)
    studio.get_by_label("Scene", exact=True).select_option(index=number - 1)
    expect(studio.locator(".wb-scene[data-selected=true]")).to_contain_text(name)
    expect(studio.locator(".wb-editor .cm-content")).to_contain_text("circle")
    write(studio, text)
    expect(studio.get_by_label("Unsaved text")).to_be_visible()
    save(studio)


def test_a_scene_added_on_the_command_line_can_be_selected_and_saved(
    lab: Notebook, name: str, folder: Path
) -> None:
    """`workbench scene add` while the studio is open: there within moments, without a reload."""
    studio = lab.studio()
    add_scene(studio)
    (folder / "one.scene").write_text("circle(50)\n")
    command(folder, "scene", "add", "-p", name, "--name", "typed", "--source", str(folder / "one.scene"))
    selects_and_saves(studio, 2, "typed", "circle(60)")
    lab.run('assert studio.scene("typed").source == "circle(60)"')


def test_a_scene_added_in_one_notebook_can_be_saved_in_another(
    lab: Notebook, name: str, second_notebook: Notebook
) -> None:
    """Two notebooks with a kernel each, one project: what either adds, the other selects and saves."""
    here = lab.studio()
    add_scene(here)
    write(here, "circle(70)")
    save(here)
    second_notebook.only_cell(OPEN.format(name=name))
    second_notebook.run_all()
    there = second_notebook.studio()
    there.wait_for()
    expect(there.locator(".wb-scene")).to_have_count(1)
    add_scene(here)
    write(here, "circle(80)")
    save(here)
    selects_and_saves(there, 2, "Scene 2", "circle(81)")
    expect(here.locator(".wb-editor .cm-content")).to_contain_text("circle(81)")
    add_scene(there)
    write(there, "circle(90)")
    save(there)
    selects_and_saves(here, 3, "Scene 3", "circle(91)")
    expect(there.locator(".wb-editor .cm-content")).to_contain_text("circle(91)")
    second_notebook.run("studio.close()")


def test_in_a_conflict_their_text_can_be_taken(lab: Notebook, name: str, folder: Path) -> None:
    """Both texts stand side by side; taking theirs drops mine, and nothing is left unsaved."""
    studio = lab.studio()
    add_scene(studio)
    write(studio, "circle(77)\n# mine\n")
    expect(studio.get_by_label("Unsaved text")).to_be_visible()
    outside(
        folder, f"import workbench as wb; wb.open({name!r}).save_scene(1, source='circle(50)\\n# theirs')"
    )
    conflict = studio.get_by_role("region", name="Conflict")
    expect(conflict.locator(".cm-mergeView .cm-content")).to_have_count(2)
    expect(conflict.get_by_label("Yours")).to_contain_text("circle(77)")
    expect(conflict.get_by_label("Theirs")).to_contain_text("circle(50)")
    conflict.get_by_role("button", name="Take theirs").click()
    expect(conflict).to_be_hidden()
    expect(studio.locator(".wb-editor .cm-content")).to_contain_text("# theirs")
    expect(studio.get_by_label("Unsaved text")).to_have_count(0)
    assert "circle(77)" not in text_of(studio)


def test_a_scene_deleted_elsewhere_goes_and_the_next_is_selected(
    lab: Notebook, name: str, folder: Path
) -> None:
    """The scene that is looked at is deleted on the command line: the studio shows the one that is left."""
    studio = lab.studio()
    add_scene(studio)
    add_scene(studio)
    expect(studio.locator(".wb-scene[data-selected=true]")).to_contain_text("Scene 2")
    command(folder, "scene", "delete", "-p", name, "2")
    expect(studio.locator(".wb-scene")).to_have_count(1)
    expect(studio.locator(".wb-scene[data-selected=true]")).to_contain_text("Scene 1")
    command(folder, "undo", "-p", name)
    expect(studio.locator(".wb-scene")).to_have_count(2)
