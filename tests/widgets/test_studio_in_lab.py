"""An author's day in real JupyterLab; more of it in the files beside this one."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.widgets.day import (
    STILL,
    add_scene,
    outside,
    picture,
    save,
    serious_faults,
    text_of,
    wait_until,
    write,
)
from tests.widgets.lab import Notebook

pytestmark = [pytest.mark.slow, pytest.mark.flaky(reruns=1), pytest.mark.timeout(300)]


def test_open_add_type_save_and_see_the_frame_change(lab: Notebook) -> None:
    """The picture follows the typing before a save; Save keeps a revision and the film plays at once."""
    studio = lab.studio()
    add_scene(studio)
    before = picture(studio)
    write(studio, 'text("Hello", size=200, enter=rise())')
    expect(studio.get_by_label("Unsaved text")).to_be_visible()
    wait_until(lab.page, lambda: picture(studio) != before)
    studio.locator(".wb-editor .cm-content").press("ControlOrMeta+s")
    expect(studio.locator(".wb-screen")).to_have_attribute("data-mode", "video")
    expect(studio.get_by_label("Unsaved text")).to_have_count(0)
    expect(studio.locator(".wb-status")).to_contain_text("Saved.")


def test_a_broken_scene_shows_why_and_is_mended(lab: Notebook) -> None:
    """A mistake is marked at its line, the last good frame stays, the next text mends it."""
    studio = lab.studio()
    add_scene(studio)
    write(studio, 'text("Hello", sise=200)')
    expect(studio.locator(".wb-findings [data-severity=error]").first).to_contain_text("size")
    expect(studio.locator(".cm-lint-marker-error")).to_have_count(1)
    expect(studio.locator(".wb-notice")).to_contain_text("last good frame")
    write(studio, 'text("Hello", size=200, enter=rise())')
    expect(studio.locator(".wb-findings [data-severity=error]")).to_have_count(0)
    expect(studio.locator(".wb-notice")).to_be_hidden()


def test_a_scene_added_in_a_cell_can_be_selected_and_saved(lab: Notebook) -> None:
    """Code in the notebook adds a scene: it is there and selected, and saves without a reload."""
    studio = lab.studio()
    add_scene(studio)
    lab.run('_ = studio.add_scene(name="by code", source="circle(90)")')
    expect(studio.get_by_label("Scene", exact=True).locator("option")).to_have_count(2)
    expect(studio.locator(".wb-scene[data-selected=true]")).to_contain_text("by code")
    write(studio, "circle(120)")
    studio.get_by_role("button", name="Save", exact=True).click()
    expect(studio.locator(".wb-status")).to_contain_text("Saved.")


def test_a_scene_added_here_is_there_for_code_and_for_others(lab: Notebook, folder: Path) -> None:
    """Add Scene in the studio: a cell and another process see it at once."""
    add_scene(lab.studio())
    name = "a_scene_added_here_is_there_for_code_and_for_others"
    lab.run('assert [scene.name for scene in studio.scenes] == ["Scene 1"], studio.scenes')
    outside(folder, f"import workbench as wb; assert len(wb.open({name!r}).scenes) == 1")


def test_another_process_adds_a_scene_and_it_appears(lab: Notebook, folder: Path) -> None:
    """A scene of another process appears by itself, can be selected and saved; unsaved text here stays."""
    studio = lab.studio()
    add_scene(studio)
    write(studio, "circle(77)")
    expect(studio.get_by_label("Unsaved text")).to_be_visible()
    name = "another_process_adds_a_scene_and_it_appears"
    outside(
        folder, f"import workbench as wb; wb.open({name!r}).add_scene(name='remote', source='circle(50)')"
    )
    expect(studio.locator(".wb-scene")).to_have_count(2)
    assert text_of(studio) == "circle(77)"
    studio.get_by_role("button", name="Scene 2: remote").click()
    expect(studio.locator(".wb-editor .cm-content")).to_contain_text("circle(50)")
    write(studio, "circle(60)")
    studio.get_by_role("button", name="Save", exact=True).click()
    expect(studio.locator(".wb-status")).to_contain_text("Saved.")
    studio.get_by_role("button", name="Scene 1: Scene 1").click()
    expect(studio.locator(".wb-editor .cm-content")).to_contain_text("circle(77)")


def test_a_conflict_shows_both_texts(lab: Notebook, folder: Path) -> None:
    """A scene changed elsewhere under unsaved text: both are shown, and either can go on."""
    studio = lab.studio()
    add_scene(studio)
    write(studio, "circle(77)")
    expect(studio.get_by_label("Unsaved text")).to_be_visible()
    name = "a_conflict_shows_both_texts"
    outside(folder, f"import workbench as wb; wb.open({name!r}).save_scene(1, source='circle(50)')")
    conflict = studio.get_by_role("region", name="Conflict")
    expect(conflict).to_contain_text("circle(77)")
    expect(conflict).to_contain_text("circle(50)")
    conflict.get_by_role("button", name="Keep mine").click()
    expect(conflict).to_be_hidden()
    expect(studio.locator(".wb-status")).to_contain_text("Saved.")
    lab.run('assert studio.scene(1).source == "circle(77)", studio.scene(1).source')


def test_scenes_are_reordered_renamed_and_taken_back(lab: Notebook) -> None:
    """Dragging a scene moves it, F2 renames it, Delete removes it, undo brings it back."""
    studio = lab.studio()
    add_scene(studio)
    add_scene(studio)
    names = studio.locator(".wb-name")
    studio.locator(".wb-pick").nth(1).drag_to(
        studio.locator(".wb-pick").nth(0), target_position={"x": 4, "y": 30}
    )
    expect(names).to_have_text(["Scene 2", "Scene 1"])
    studio.locator(".wb-pick").nth(0).press("F2")
    studio.get_by_label("Name", exact=True).fill("Opening")
    lab.page.keyboard.press("Enter")
    expect(names).to_have_text(["Opening", "Scene 1"])
    studio.locator(".wb-pick").nth(0).press("Delete")
    expect(names).to_have_text(["Scene 1"])
    studio.get_by_role("button", name="Undo").click()
    expect(names).to_have_text(["Opening", "Scene 1"])


def test_lengths_and_transitions_are_set_in_the_strip(lab: Notebook) -> None:
    """The length is a number to type, the way a scene comes in a choice."""
    studio = lab.studio()
    add_scene(studio)
    add_scene(studio)
    studio.get_by_role("button", name="Length of Scene 2").click()
    studio.get_by_label("Length in seconds").fill("2.5")
    lab.page.keyboard.press("Enter")
    expect(studio.get_by_role("button", name="Length of Scene 2")).to_have_text("2.5 s")
    studio.get_by_label("Transition into Scene 2").select_option("fade")
    expect(studio.get_by_label("Transition into Scene 2")).to_have_attribute("data-kind", "fade")
    lab.run(
        'scene = studio.scene(2); assert (scene.duration_seconds, scene.transition["kind"]) == (2.5, "fade")'
    )


def test_a_prompt_is_answered_and_restored(lab: Notebook) -> None:
    """Ask in words, see the scene come, change it, and bring the answer's version back."""
    studio = lab.studio()
    studio.get_by_label("Prompt", exact=True).fill('Add a title that says "Orbit"')
    lab.page.keyboard.press("Enter")
    restore = studio.get_by_role("button", name=re.compile("Restore "))
    expect(restore).to_be_visible()
    expect(studio.locator(".wb-scene")).to_have_count(1)
    expect(studio.locator(".wb-screen")).to_have_attribute("data-mode", "video")
    wait_until(lab.page, lambda: text_of(studio).strip() != "")
    made = text_of(studio)
    write(studio, "circle(60)")
    studio.get_by_role("button", name="Save", exact=True).click()
    expect(studio.locator(".wb-status")).to_contain_text("Saved.")
    restore.click()
    expect(studio.locator(".wb-editor .cm-content")).to_contain_text(made.splitlines()[0])


def test_a_click_in_the_picture_selects_the_line_that_drew_it(lab: Notebook) -> None:
    """Clicking puts the editor at the line, and scrolls to it, though the picture is older than the text."""
    studio = lab.studio()
    add_scene(studio)
    write(studio, "# far above\n" * 90 + "text('Hello', size=200, enter=rise())")
    studio.locator(".wb-screen").click()
    expect(studio.locator(".wb-editor .cm-activeLine")).to_contain_text("Hello")
    expect(studio.locator(".wb-editor .cm-activeLine")).to_be_in_viewport()
    field = studio.locator(".wb-editor").bounding_box()
    line = studio.locator(".wb-editor .cm-activeLine").bounding_box()
    assert field["y"] <= line["y"] <= field["y"] + field["height"]


def test_params_are_controls(lab: Notebook) -> None:
    """A param of the scene has a control; moving it changes the picture without a save."""
    studio = lab.studio()
    add_scene(studio)
    before = picture(studio)
    studio.get_by_role("tab", name="Params").click()
    studio.get_by_label("Title", exact=True).fill("Something else")
    wait_until(lab.page, lambda: picture(studio) != before)
    lab.run("assert studio.scene(1).revision == 1")


def test_templates_are_found_tried_and_added(lab: Notebook) -> None:
    """Search narrows the gallery, a card moves under the mouse, a click adds the scene."""
    studio = lab.studio()
    studio.get_by_role("button", name="Templates", exact=True).click()
    studio.get_by_label("Search templates").fill("growth")
    card = studio.locator("[data-template=growth-graph]")
    card.hover()
    expect(card.locator("video")).to_be_attached()
    card.click()
    expect(studio.locator(".wb-scene")).to_have_count(1)
    expect(studio.locator(".wb-screen")).to_have_attribute("data-mode", STILL)


def test_a_project_is_exported_with_progress(lab: Notebook, folder: Path) -> None:
    """Export writes a file and says where."""
    studio = lab.studio()
    add_scene(studio)
    studio.get_by_role("button", name="Export").first.click()
    dialog = studio.get_by_role("dialog", name="Export")
    dialog.get_by_label("Quality").select_option("low")
    dialog.get_by_role("button", name="Export").click()
    expect(dialog.get_by_role("button", name=re.compile("Download"))).to_be_visible()
    assert list((folder / "data" / "exports").glob("a_project_is_exported_with_progress*.mp4"))


def test_closing_and_running_again_brings_everything_back(lab: Notebook) -> None:
    """Close gives back what is held; the cell run again has the selection and the unsaved text."""
    studio = lab.studio()
    add_scene(studio)
    add_scene(studio)
    write(studio, "circle(77)")
    expect(studio.get_by_label("Unsaved text")).to_be_visible()
    studio.get_by_role("button", name="Close", exact=True).click()
    expect(studio).to_contain_text("is closed")
    lab.run_all()
    expect(studio.locator(".wb-scene[data-selected=true]")).to_contain_text("Scene 2")
    expect(studio.locator(".wb-editor .cm-content")).to_have_text("circle(77)")


def test_a_restarted_kernel_and_run_all_bring_everything_back(lab: Notebook) -> None:
    """After a restart and Run All the studio is alive, with the text that was never saved."""
    studio = lab.studio()
    add_scene(studio)
    write(studio, "circle(77)")
    expect(studio.get_by_label("Unsaved text")).to_be_visible()
    lab.restart()
    lab.run_all()
    lab.ready()
    expect(studio.locator(".wb-editor .cm-content")).to_have_text("circle(77)")
    add_scene(studio)


def test_text_typed_while_the_kernel_is_gone_is_there_afterwards(lab: Notebook) -> None:
    """Typing without a kernel says so; after Run All the text is in the editor, unsaved, and can be saved."""
    studio = lab.studio()
    add_scene(studio)
    lab.restart()
    write(studio, "circle(78)")
    expect(studio.get_by_role("alert")).to_contain_text("Run the cell again")
    lab.run_all()
    expect(studio.get_by_role("alert")).to_be_hidden()
    expect(studio.locator(".wb-editor .cm-content")).to_have_text("circle(78)")
    expect(studio.get_by_label("Unsaved text")).to_be_visible()
    save(studio)


def test_two_views_of_a_project_show_the_same(lab: Notebook) -> None:
    """The studio shown twice: text typed in one is in the other, and so is a new scene."""
    lab.run("studio")
    first, second = lab.studio(0), lab.studio(1)
    second.wait_for()
    add_scene(first)
    expect(second.locator(".wb-scene")).to_have_count(1)
    write(first, "circle(77)")
    expect(second.locator(".wb-editor .cm-content")).to_have_text("circle(77)")


def test_running_the_cell_again_reuses_the_studio(lab: Notebook) -> None:
    """Ten runs of the cell leave one studio and one pair of comms."""
    script = "import comm; before = len(comm.get_comm_manager().comms)"
    lab.run(script)
    for _ in range(3):
        lab.run_all()
        lab.ready()
    lab.run(
        "assert len(comm.get_comm_manager().comms) == before, (before, len(comm.get_comm_manager().comms))"
    )
    expect(
        lab.page.locator(".jp-OutputArea-output[data-mime-type='application/vnd.jupyter.error']")
    ).to_have_count(0)


def test_a_reloaded_page_shows_the_studio_again(lab: Notebook) -> None:
    """After a reload with the kernel alive the studio is drawn from the kernel, unsaved text and all."""
    studio = lab.studio()
    add_scene(studio)
    write(studio, "circle(77)")
    expect(studio.get_by_label("Unsaved text")).to_be_visible()
    lab.command("docmanager:save")
    lab.page.wait_for_function("() => !window.jupyterapp.shell.currentWidget.context.model.dirty")
    lab.page.reload()
    lab.ready()
    expect(studio.locator(".wb-editor .cm-content")).to_have_text("circle(77)")


def test_an_exported_page_shows_pictures_and_text(lab: Notebook, folder: Path) -> None:
    """Exported HTML has the scene's picture and the project's name, with no live parts."""
    add_scene(lab.studio())
    lab.run("studio")
    lab.command("docmanager:save")
    path = folder / lab.path
    wait_until(lab.page, lambda: "data:image/jpeg" in path.read_text())
    command = [sys.executable, "-m", "nbconvert", "--to", "html", "--stdout", str(path)]
    html = subprocess.run(command, capture_output=True, text=True, check=True, timeout=90).stdout
    assert 'src="data:image/jpeg;base64,' in html
    assert "Scene 1" in html


def test_every_part_is_reached_by_keyboard_and_named(lab: Notebook) -> None:
    """axe finds no serious fault in the studio with all its parts open."""
    studio = lab.studio()
    add_scene(studio)
    add_scene(studio)
    studio.get_by_role("tab", name="Params").click()
    studio.get_by_role("button", name="Templates", exact=True).click()
    expect(studio.locator(".wb-card").first).to_be_visible()
    assert serious_faults(lab.page) == []
