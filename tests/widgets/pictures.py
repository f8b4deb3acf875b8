"""Takes the pictures of the studio in docs/: `python -m tests.widgets.pictures`.

A real JupyterLab shows a project of four scenes, a short conversation and what was remembered from it: in the
light, in the light and narrow, and in the dark with the panel Memory in front. The pictures have 256 colours.
"""

from __future__ import annotations

import io
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Locator, Page, expect

from tests.widgets.day import STILL
from tests.widgets.lab import Notebook, browser_page, lab_server

DOCS = Path(__file__).parents[2] / "docs"
OPEN = """import workbench as wb
studio = wb.open("Orbit", "1280x720")
scenes = {"Opening": ("hero", 6), "Growth": ("growth-graph", 8), "Source": ("code", 6), "End": ("title", 3)}
for name, (template, seconds) in scenes.items():
    studio.add_scene(template=template, name=name, duration_seconds=seconds)
studio"""
PROMPTS = ('change the headline of scene 1 to "Meet Orbit"', "from now on use teal accents")
WIDE, NARROW = (1500, 1300), (1076, 1500)


def main() -> None:
    """Write the three pictures."""
    with (
        tempfile.TemporaryDirectory() as name,
        lab_server(Path(name)) as address,
        browser_page(*WIDE) as page,
    ):
        notebook = Notebook.new(page, address, Path(name), "orbit.ipynb", [OPEN])
        notebook.run_all()
        studio = notebook.studio()
        told(studio)
        taken(page, studio, "studio-light")
        page.set_viewport_size({"width": NARROW[0], "height": NARROW[1]})
        taken(page, studio, "studio-narrow")
        page.set_viewport_size({"width": WIDE[0], "height": WIDE[1]})
        notebook.command("apputils:change-theme", theme="JupyterLab Dark")
        expect(page.locator("body")).to_have_attribute("data-jp-theme-light", "false")
        studio.get_by_role("tab", name="Memory").click()
        expect(studio.locator("[data-belief]").first).to_be_visible()
        taken(page, studio, "studio-dark")


def told(studio: Locator) -> None:
    """Ask for what the conversation shows, choose the second scene, and stop in its middle."""
    expect(studio.locator(".wb-scene")).to_have_count(4)
    expect(studio.locator(".wb-screen")).to_have_attribute("data-mode", STILL)
    for count, prompt in enumerate(PROMPTS, 1):
        studio.get_by_label("Prompt", exact=True).fill(prompt)
        studio.page.keyboard.press("Enter")
        expect(studio.locator(".wb-message[data-role=assistant]")).to_have_count(count)
    studio.locator(".wb-scene").nth(1).click()
    expect(studio.locator(".wb-editor .cm-content")).to_contain_text("Growing every")
    studio.get_by_label("Prompt", exact=True).focus()


def taken(page: Page, studio: Locator, name: str) -> None:
    """Write one picture, once the stills and the scenes' pictures are there."""
    page.wait_for_function(
        """() => [...document.querySelector('.wb-studio').querySelectorAll('img')]
            .every((img) => img.complete && img.naturalWidth > 0)"""
    )
    page.wait_for_timeout(1500)
    picture = Image.open(io.BytesIO(studio.screenshot())).convert("RGB")
    picture.quantize(256, dither=Image.Dither.NONE).save(DOCS / f"{name}.png", optimize=True)
    print(name, picture.size, (DOCS / f"{name}.png").stat().st_size)


if __name__ == "__main__":
    main()
