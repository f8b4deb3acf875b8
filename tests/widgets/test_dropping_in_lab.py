"""A picture dropped onto the studio while a prompt runs, in real JupyterLab: the scene follows the facts."""

from __future__ import annotations

from base64 import b64encode
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.images.making import encoded, poster
from tests.widgets.lab import PATIENCE_MS, Notebook, browser_page, lab_server

pytestmark = [pytest.mark.slow, pytest.mark.flaky(reruns=1), pytest.mark.timeout(240)]
expect.set_options(timeout=PATIENCE_MS)

OPEN = """\
import os, threading
os.environ["WORKBENCH_JOB_THREADS"] = "0"
import workbench as wb
from workbench.brain.offline import OfflineDirector
gate = threading.Event()
class Slow(OfflineDirector):
    def decide(self, packet):
        gate.wait(60)
        return super().decide(packet)
studio = wb.open("dropping", workspace=wb.Workspace(model=Slow()))
studio"""
DROP = """async (place, [name, content]) => {
    const bytes = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0));
    const data = new DataTransfer();
    data.items.add(new File([bytes], name, {type: "image/png"}));
    for (const kind of ["dragenter", "dragover", "drop"])
        place.dispatchEvent(new DragEvent(kind, {dataTransfer: data, bubbles: true, cancelable: true}));
}"""
PASTE = """async (place, [name, content]) => {
    const bytes = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0));
    const data = new DataTransfer();
    data.items.add(new File([bytes], name, {type: "image/png"}));
    place.dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
}"""


def ask(studio: Locator, prompt: str) -> None:
    studio.get_by_label("Prompt", exact=True).fill(prompt)
    studio.get_by_role("button", name="Send").click()


def give(studio: Locator, how: str, name: str, content: bytes) -> None:
    place = studio if how == DROP else studio.get_by_label("Prompt", exact=True)
    place.evaluate(how, [name, b64encode(content).decode()])


def text_of(studio: Locator) -> str:
    return "\n".join(studio.locator(".wb-editor .cm-line").all_inner_texts())


def wait_for_text(page: Page, studio: Locator, part: str) -> None:
    for _ in range(PATIENCE_MS // 100):
        if part in text_of(studio):
            return
        page.wait_for_timeout(100)
    raise AssertionError(text_of(studio))


def test_a_picture_is_dropped_while_a_prompt_runs(tmp_path: Path) -> None:
    """A chip tells how far it is; the prompt shows the picture at once, and its facts change the scene."""
    with lab_server(tmp_path) as address, browser_page() as page:
        errors: list[str] = []
        page.on("pageerror", lambda error: errors.append(str(error)))
        lab = Notebook.new(page, address, tmp_path, "drop.ipynb", [OPEN])
        lab.run_all()
        studio = lab.studio()
        studio.wait_for()
        ask(studio, "Add a title that says Hello")
        expect(studio.locator(".wb-stage-name")).to_contain_text("Deciding")
        give(studio, DROP, "summer.png", encoded(poster(4)))
        give(studio, PASTE, "broken.png", b"no picture")
        chips = studio.locator(".wb-chip")
        expect(chips.nth(0)).to_contain_text("summerwaiting")
        expect(chips.nth(1)).to_have_attribute("data-state", "failed")
        expect(chips.nth(1)).to_contain_text("no picture")
        expect(studio.locator(".wb-stage-name")).to_contain_text("Deciding")
        page.screenshot(path=tmp_path / "chips.png")
        lab.run("gate.set()")
        expect(studio.locator(".wb-scene")).to_have_count(1)
        expect(studio.locator(".wb-stage-name")).to_have_text("")
        chips.nth(1).get_by_role("button", name="Leave out").click()
        ask(studio, "make a scene like this")
        expect(studio.locator(".wb-scene")).to_have_count(2)
        wait_for_text(page, studio, 'image("summer"')
        expect(chips).to_have_count(0)
        lab.run("while studio.workspace.background.drain(): pass")
        wait_for_text(page, studio, "rect(")
        assert "image(" not in text_of(studio)
        expect(studio.locator(".wb-messages")).to_contain_text("has been measured")
        page.screenshot(path=tmp_path / "late.png")
        assert errors == []
