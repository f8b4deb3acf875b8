"""The strip of scenes in a real browser: order, names, lengths, splits, by mouse and by keyboard."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, expect

from tests.widgets.day import add_scene, wait_until, write
from tests.widgets.lab import Notebook

pytestmark = [pytest.mark.slow, pytest.mark.flaky(reruns=1), pytest.mark.timeout(300)]


@pytest.fixture
def three(lab: Notebook) -> Locator:
    """A studio with scenes A, B and C, A selected."""
    lab.run("for name in 'ABC': _ = studio.add_scene(name=name, source='circle(90)')")
    studio = lab.studio()
    expect(studio.locator(".wb-name")).to_have_text(["A", "B", "C"])
    studio.get_by_role("button", name="Scene 1: A").click()
    expect(studio.locator(".wb-scene[data-selected=true]")).to_contain_text("A")
    return studio


def names(studio: Locator) -> Locator:
    return studio.locator(".wb-name")


def test_a_scene_is_dragged_to_the_end_with_the_mouse(three: Locator) -> None:
    """Pressed, moved beyond the others and let go: it is last, and stays selected."""
    pick = three.locator(".wb-pick")
    begin, end = pick.nth(0).bounding_box(), pick.nth(2).bounding_box()
    assert begin is not None
    assert end is not None
    mouse = three.page.mouse
    mouse.move(begin["x"] + 30, begin["y"] + 30)
    mouse.down()
    mouse.move(begin["x"] + 60, begin["y"] + 30, steps=4)
    mouse.move(end["x"] + end["width"] + 40, end["y"] + 30, steps=6)
    expect(three.locator("[data-drop=after]")).to_have_count(1)
    mouse.up()
    expect(names(three)).to_have_text(["B", "C", "A"])
    expect(three.locator(".wb-scene[data-selected=true]")).to_contain_text("A")


def test_a_scene_is_moved_with_the_keyboard_alone(three: Locator) -> None:
    """Arrow keys go from scene to scene; with Alt they take the scene along, and the focus stays on it."""
    three.get_by_role("button", name="Scene 1: A").focus()
    keyboard = three.page.keyboard
    keyboard.press("ArrowRight")
    expect(three.get_by_role("button", name="Scene 2: B")).to_be_focused()
    keyboard.press("Alt+ArrowRight")
    expect(names(three)).to_have_text(["A", "C", "B"])
    wait_until(three.page, lambda: _focused(three) == "B")
    keyboard.press("Alt+ArrowLeft")
    expect(names(three)).to_have_text(["A", "B", "C"])


def test_keys_pressed_in_the_studio_are_not_the_notebooks(three: Locator) -> None:
    """X cuts no cell, an arrow moves the slider with the focus, Shift-Enter begins a line in the prompt."""
    page, prompt = three.page, three.get_by_label("Prompt", exact=True)
    scrub = three.get_by_label("Frame", exact=True)
    three.get_by_role("button", name="Loop").focus()
    page.keyboard.press("x")
    three.get_by_role("button", name="Previous frame").click()
    before = int(scrub.input_value())
    scrub.focus()
    page.keyboard.press("ArrowRight")
    expect(scrub).to_have_value(str(before + 1))
    prompt.fill("one")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("two")
    expect(prompt).to_have_value("one\ntwo")
    expect(three).to_have_count(1)
    prompt.fill("")


def test_duplicate_delete_and_undo(three: Locator) -> None:
    """The tools of the selected scene: a copy beside it, gone again, and both taken back one by one."""
    three.get_by_role("button", name="Duplicate A").click()
    expect(names(three)).to_have_text(["A", "A copy", "B", "C"])
    expect(three.locator(".wb-scene[data-selected=true]")).to_contain_text("A copy")
    three.get_by_role("button", name="Delete A copy").click()
    expect(names(three)).to_have_text(["A", "B", "C"])
    undo = three.get_by_role("button", name="Undo")
    undo.click()
    expect(names(three)).to_have_text(["A", "A copy", "B", "C"])
    undo.click()
    expect(names(three)).to_have_text(["A", "B", "C"])
    three.get_by_role("button", name="Redo").click()
    expect(names(three)).to_have_text(["A", "A copy", "B", "C"])


def test_a_name_is_left_as_it_was_with_escape(three: Locator) -> None:
    """A click on the selected name edits it; Escape leaves it, Enter keeps it."""
    three.get_by_role("button", name="Rename A").click()
    field = three.get_by_label("Name", exact=True)
    field.fill("Nothing")
    field.press("Escape")
    expect(names(three)).to_have_text(["A", "B", "C"])
    three.get_by_role("button", name="Rename A").click()
    field.fill("Opening")
    field.press("Enter")
    expect(names(three)).to_have_text(["Opening", "B", "C"])


def test_every_transition_can_be_chosen(lab: Notebook, three: Locator) -> None:
    """Cut, fade, slide and wipe are kept as data, and undo goes back to the one before."""
    choice = three.get_by_label("Transition into B")
    for kind in ("fade", "slide", "wipe"):
        choice.select_option(kind)
        expect(choice).to_have_attribute("data-kind", kind)
    lab.run('assert studio.scene(2).transition == {"kind": "wipe", "seconds": 0.5}, studio.scene(2)')
    three.get_by_role("button", name="Undo").click()
    expect(choice).to_have_attribute("data-kind", "slide")


def test_a_scene_is_split_where_the_picture_stands(lab: Notebook) -> None:
    """Scrub to two seconds and split: two scenes of 2 and 3 s with the same text; undo makes them one."""
    studio = lab.studio()
    add_scene(studio)
    write(studio, "text(f'{duration:g} seconds', size=150)")
    expect(studio.get_by_label("Unsaved text")).to_be_visible()
    studio.get_by_label("Frame", exact=True).fill("60")
    expect(studio.locator(".wb-still")).to_have_attribute("data-frame", "60")
    studio.get_by_role("button", name="Split Scene 1").click()
    expect(studio.locator(".wb-seconds")).to_have_text(["2 s", "3 s"])
    expect(studio.locator(".wb-scene[data-selected=true]")).to_contain_text("Scene 1 2")
    expect(studio.locator(".wb-strip-about")).to_contain_text("plays 2–5 s of 5 s")
    expect(studio.get_by_label("Unsaved text")).to_have_count(0)
    lab.run("assert len({scene.source for scene in studio.scenes}) == 1")
    studio.get_by_role("button", name="Undo").click()
    expect(studio.locator(".wb-seconds")).to_have_text(["5 s"])
    expect(studio.locator(".wb-time")).to_contain_text("/149")
    studio.locator(".wb-pick").first.press("s")
    expect(studio.locator(".wb-seconds")).to_have_count(2)


def _focused(studio: Locator) -> str:
    script = """(root) => {
        const scene = root.getRootNode().activeElement?.closest('[data-scene]');
        return scene?.querySelector('.wb-name')?.textContent;
    }"""
    return str(studio.evaluate(script))
