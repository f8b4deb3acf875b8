"""How the studio looks and sounds in a real browser: dark, narrow, wide; every part named and in reach."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, expect

from tests.widgets.day import add_scene, serious_faults, write
from tests.widgets.lab import Notebook

pytestmark = [pytest.mark.slow, pytest.mark.flaky(reruns=1), pytest.mark.timeout(300)]

WIDTHS = (1000, 1500, 2000, 2500)


@pytest.fixture
def everything(lab: Notebook) -> Locator:
    """A studio with each of its parts in view: two scenes, a finding, a conversation, params, templates."""
    studio = lab.studio()
    add_scene(studio)
    add_scene(studio)
    write(studio, "text(param('words', 'Hello'), sise=90)")
    expect(studio.locator(".wb-findings [data-severity=error]").first).to_be_visible()
    studio.get_by_label("Prompt", exact=True).fill("make the title of scene 1 orange")
    lab.page.keyboard.press("Enter")
    expect(studio.locator(".wb-message[data-role=assistant]")).to_have_count(1)
    studio.get_by_role("button", name="Templates", exact=True).click()
    expect(studio.locator(".wb-card").first).to_be_visible()
    return studio


@pytest.fixture
def dark(notebook: Notebook) -> Iterator[None]:
    body = notebook.page.locator("body")
    notebook.command("apputils:change-theme", theme="JupyterLab Dark")
    expect(body).to_have_attribute("data-jp-theme-light", "false")
    yield
    notebook.command("apputils:change-theme", theme="JupyterLab Light")
    expect(body).to_have_attribute("data-jp-theme-light", "true")


def test_nothing_keeps_anybody_out_in_the_light(everything: Locator) -> None:
    """axe finds no serious fault, with each panel in front."""
    for panel in ("Conversation", "Params", "History", "Memory"):
        everything.get_by_role("tab", name=panel).click()
        assert serious_faults(everything.page) == []


@pytest.mark.parametrize("width", WIDTHS)
def test_it_fits_from_a_thousand_to_two_and_a_half_thousand_pixels(
    lab: Notebook, everything: Locator, width: int
) -> None:
    """Nothing runs out at the side, and the picture, the text and the prompt are all there."""
    lab.page.set_viewport_size({"width": width, "height": 1300})
    everything.get_by_role("button", name="Templates", exact=True).click()
    inside = everything.bounding_box()
    assert inside is not None
    for part in (".wb-toolbar", ".wb-editor", ".wb-screen", ".wb-transport", ".wb-ask", ".wb-side"):
        box = everything.locator(part).bounding_box()
        assert box is not None, part
        assert box["x"] >= inside["x"] - 1, part
        assert box["x"] + box["width"] <= inside["x"] + inside["width"] + 1, part
    assert everything.evaluate(NOTHING_RUNS_OUT)
    lab.page.set_viewport_size({"width": 1500, "height": 1300})


def test_nothing_keeps_anybody_out_in_the_dark(dark: None, everything: Locator) -> None:
    """axe finds no serious fault in JupyterLab's dark theme either, and the paper is dark."""
    for panel in ("Conversation", "Params", "History", "Memory"):
        everything.get_by_role("tab", name=panel).click()
        assert serious_faults(everything.page) == []
    color = everything.evaluate("(root) => getComputedStyle(root).backgroundColor")
    assert max(int(each) for each in color.removeprefix("rgb(").removesuffix(")").split(", ")) < 80


def test_the_keyboard_alone_reaches_every_part(lab: Notebook) -> None:
    """Tab goes through toolbar, text, picture, strip, prompt and panels, and shows where it is."""
    studio = lab.studio()
    add_scene(studio)
    studio.get_by_role("button", name="Add Scene").first.focus()
    reached = set()
    for _ in range(40):
        lab.page.keyboard.press("Tab")
        reached.add(studio.evaluate(WHERE))
        if studio.evaluate(INSIDE_EDITOR):
            lab.page.keyboard.press("Escape")
            studio.get_by_role("button", name="Play", exact=True).focus()
    assert {"toolbar", "editor", "transport", "timeline", "ask", "side"} <= reached


WHERE = """(root) => {
    const active = root.getRootNode().activeElement;
    const part = active?.closest('.wb-toolbar, .wb-editor, .wb-transport, .wb-timeline, .wb-ask, .wb-side');
    return part ? part.className.replace(/^.*wb-/, '').split(' ')[0] : '';
}"""
NOTHING_RUNS_OUT = """(root) => {
    const rows = [...root.querySelectorAll('.wb-toolbar, .wb-transport, .wb-ask')];
    return rows.every((row) => row.scrollWidth <= row.clientWidth + 1);
}"""
INSIDE_EDITOR = "(root) => Boolean(root.getRootNode().activeElement?.closest('.wb-editor'))"
