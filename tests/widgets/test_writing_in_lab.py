"""Writing scenes in a real browser: completion, notes under the mouse, findings, pictures that lag behind."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, expect

from tests.widgets.day import add_scene, wait_until, write
from tests.widgets.lab import Notebook

pytestmark = [pytest.mark.slow, pytest.mark.flaky(reruns=1), pytest.mark.timeout(300)]


# An Enter within 75 ms of the offers' coming is a new line: the editor takes it for typing that went on.
READ_MS = 200


def type_at_end(studio: Locator, text: str) -> None:
    """Type as a person does, at the end of the text."""
    editor = studio.locator(".wb-editor .cm-content")
    editor.click()
    editor.press("ControlOrMeta+End")
    studio.page.keyboard.type(text, delay=10)


def test_the_language_completes_names_and_arguments(lab: Notebook) -> None:
    """A few letters offer the language's words; after the bracket its arguments; Enter takes one."""
    studio = lab.studio()
    add_scene(studio)
    write(studio, "# mine\n")
    type_at_end(studio, "circ")
    offers = studio.page.locator(".cm-tooltip-autocomplete")
    expect(offers.get_by_role("option", name="circle")).to_be_visible()
    expect(offers.get_by_role("option", selected=True)).to_contain_text("circle")
    studio.page.wait_for_timeout(READ_MS)
    studio.page.keyboard.press("Enter")
    expect(studio.locator(".cm-activeLine")).to_have_text("circle")
    studio.page.keyboard.type("(90, fi")
    expect(offers.get_by_role("option", name="fill=")).to_be_visible()
    studio.page.keyboard.press("Escape")
    expect(offers).to_have_count(0)


def test_a_name_tells_what_it_is_under_the_mouse(lab: Notebook) -> None:
    """Resting on a name of the language shows how it is called and what it does."""
    studio = lab.studio()
    add_scene(studio)
    write(studio, "circle(90)")
    expect(studio.get_by_label("Unsaved text")).to_be_visible()
    word = studio.locator(".cm-line span", has_text="circle").first
    note = studio.page.locator(".wb-hover")

    def shown() -> bool:
        studio.page.mouse.move(5, 5)
        word.hover()
        studio.page.wait_for_timeout(900)
        return note.is_visible()

    wait_until(lab.page, shown)
    expect(note).to_contain_text("circle(")
    expect(note).to_contain_text("fill")


def test_a_finding_leads_to_its_line_and_frame(lab: Notebook) -> None:
    """A click on what is wrong puts the cursor there and the picture at the moment it shows."""
    studio = lab.studio()
    add_scene(studio)
    write(studio, "# one\n# two\ntext('Off', size=200, x=tween(960, 5000, 1))\ntext('Here', size=90)")
    finding = studio.locator(".wb-findings .wb-finding", has_text="line 3").first
    expect(finding).to_be_visible()
    finding.click()
    expect(studio.locator(".cm-activeLine")).to_contain_text("Off")
    expect(studio.locator(".wb-editor .cm-lint-marker").first).to_be_visible()


def test_a_click_on_a_picture_from_before_the_typing_finds_the_line_it_is_on_now(lab: Notebook) -> None:
    """Lines typed above what is clicked, and the click before the next picture: the line of now is meant."""
    studio = lab.studio()
    add_scene(studio)
    source = "text('Hello', size=300, name='hello')"
    write(studio, source)
    expect(studio.locator(".wb-findings [data-severity=error]")).to_have_count(0)
    wait_until(lab.page, lambda: _line_clicked(studio) == "hello · line 1")
    write(studio, f"# a\n# b\n# c\n{source}")
    studio.locator(".wb-screen").click()
    expect(studio.locator(".cm-activeLine")).to_contain_text("Hello")
    expect(studio.locator(".cm-activeLineGutter", has_text="4")).to_have_count(1)


def _line_clicked(studio: Locator) -> str:
    studio.locator(".wb-screen").click()
    studio.page.wait_for_timeout(300)
    return " ".join(studio.locator(".wb-mark").all_inner_texts())
