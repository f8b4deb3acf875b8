"""Panels in a real browser: pictures as params, history side by side, own templates, many parts at once."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.widgets.day import STILL, add_scene, picture, save, wait_until, write
from tests.widgets.lab import Notebook

pytestmark = [pytest.mark.slow, pytest.mark.flaky(reruns=1), pytest.mark.timeout(300)]


def test_a_picture_is_uploaded_as_a_param(lab: Notebook, tmp_path: Path) -> None:
    """A param of kind image takes a file: it is in the project, chosen, and seen at once."""
    Image.new("RGB", (320, 180), "#e11d48").save(tmp_path / "rose.png")
    studio = lab.studio()
    add_scene(studio)
    write(studio, "image(param('photo', '', kind='image'), width=1200, height=700)")
    studio.get_by_role("tab", name="Params").click()
    choice = studio.get_by_label("Photo", exact=True)
    expect(choice).to_be_visible()
    before = picture(studio)
    studio.locator("[data-param=photo] input[type=file]").set_input_files(tmp_path / "rose.png")
    expect(choice).to_have_value(re.compile("rose"))
    wait_until(lab.page, lambda: picture(studio) != before)
    save(studio)
    lab.run("assert 'rose' in studio.scene(1).params['photo'], studio.scene(1).params")


def test_history_shows_what_moved_and_brings_it_back(lab: Notebook) -> None:
    """Two revisions side by side, what differs in words and lines, and the earlier one restored."""
    studio = lab.studio()
    add_scene(studio)
    write(studio, "circle(90, name='ball', x=300)")
    save(studio)
    write(studio, "circle(90, name='ball', x=900)")
    expect(studio.get_by_label("Unsaved text")).to_be_visible()
    save(studio)
    studio.get_by_role("tab", name="History").click()
    expect(studio.locator(".wb-revision")).to_have_count(3)
    expect(studio.locator(".wb-sides img")).to_have_count(2)
    expect(studio.locator(".wb-moved")).to_contain_text("ball")
    expect(studio.locator(".wb-moved")).to_contain_text("900")
    studio.get_by_role("button", name="Restore revision 2").click()
    expect(studio.locator(".wb-editor .cm-content")).to_contain_text("x=300")
    expect(studio.locator(".wb-revision")).to_have_count(4)


def test_what_is_remembered_is_forgotten_with_a_key(lab: Notebook) -> None:
    """A taste stands with the words it came from; Enter on Forget takes it away, on Bring back it returns."""
    studio = lab.studio()
    add_scene(studio)
    lab.run("studio.memory.pin('pace', 'fast')")
    studio.get_by_label("Prompt", exact=True).fill("From now on use teal accents.")
    lab.page.keyboard.press("Enter")
    expect(studio.locator(".wb-message[data-role=assistant]")).to_have_count(1)
    studio.get_by_role("tab", name="Memory").click()
    teal = studio.locator("[data-belief='project accent teal']")
    expect(teal).to_contain_text("From now on use teal accents.")
    expect(studio.locator("[data-belief='project pace fast']")).to_contain_text("pinned")
    teal.get_by_role("button", name="Forget teal (accent colour)").focus()
    lab.page.keyboard.press("Enter")
    expect(teal).to_have_count(0)
    expect(studio.locator(".wb-status")).to_contain_text("Forgot teal (accent colour).")
    assert studio.evaluate("(root) => Boolean(root.getRootNode().activeElement?.closest('.wb-beliefs'))")
    lab.run("assert 'teal' not in [each.value for each in studio.memory.beliefs if each.scope == 'project']")
    studio.get_by_role("button", name="Bring back teal (accent colour)").focus()
    lab.page.keyboard.press("Enter")
    expect(teal).to_contain_text("From now on use teal accents.")
    expect(studio.locator(".wb-status")).to_contain_text("Brought back teal (accent colour).")
    lab.run("studio.memory.unpin('pace', 'fast')")
    expect(studio.locator("[data-belief='project pace fast']")).to_have_count(0)


def test_a_scene_is_kept_as_a_template_and_used_again(lab: Notebook) -> None:
    """The star keeps the scene; the gallery has it under "mine"; a click adds it."""
    studio = lab.studio()
    lab.run("_ = studio.add_scene(name='Red ball', source=\"circle(90, fill='#e11d48')\")")
    expect(studio.locator(".wb-name")).to_have_text(["Red ball"])
    studio.get_by_role("button", name="Keep Red ball as a template").click()
    expect(studio.locator(".wb-status")).to_contain_text("Kept 'Red ball' as a template.")
    studio.get_by_role("button", name="Templates", exact=True).click()
    studio.get_by_label("Template category").select_option("mine")
    studio.locator("[data-template=red-ball]").click()
    expect(studio.locator(".wb-scene")).to_have_count(2)
    expect(studio.locator(".wb-editor .cm-content")).to_contain_text("#e11d48")


def test_the_parts_alone_work_beside_each_other(lab: Notebook) -> None:
    """A gallery, a player and a history in cells of their own act on the same project."""
    lab.run("wb.gallery()")
    gallery = lab.page.locator("[data-part=gallery]")
    gallery.get_by_label("Search templates").fill("big number")
    gallery.locator("[data-template=big-number]").click()
    expect(lab.studio().locator(".wb-scene")).to_have_count(1)
    lab.run("wb.player(studio.scene(1))")
    player = lab.page.locator("[data-part=player]")
    expect(player.locator(".wb-screen")).to_have_attribute("data-mode", STILL)
    player.get_by_role("button", name="Play", exact=True).click()
    expect(player.locator(".wb-screen")).to_have_attribute("data-mode", "video")
    lab.run("wb.history(studio.scene(1))")
    history = lab.page.locator("[data-part=history]")
    expect(history.locator(".wb-revision")).to_have_count(1)
    lab.run("_ = studio.save_scene(1, name='Other')")
    expect(history.locator(".wb-revision")).to_have_count(2)


def test_twenty_widgets_are_there_after_a_reload(lab: Notebook) -> None:
    """The page is loaded again with twenty parts and the studio in it: every one is drawn from the kernel."""
    studio = lab.studio()
    add_scene(studio)
    many = "from IPython.display import display\nfor number in range(2, 21):\n"
    many += "    _ = studio.add_scene(source=f'circle({number})')\n"
    many += "for number in range(1, 21):\n    display(wb.player(studio.scene(number)))"
    lab.run(many)
    expect(lab.page.locator(".wb-studio")).to_have_count(21)
    lab.command("docmanager:save")
    lab.page.wait_for_function("() => !window.jupyterapp.shell.currentWidget.context.model.dirty")
    lab.page.reload()
    lab.ready()
    expect(lab.page.locator(".wb-studio")).to_have_count(21)
    expect(lab.page.get_by_text("model not found")).to_have_count(0)
    expect(lab.studio(20).locator(".wb-screen")).to_have_attribute("data-mode", "still")
