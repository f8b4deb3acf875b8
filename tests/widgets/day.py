"""What an author does in the studio, as tests do it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from tests.widgets.lab import PATIENCE_MS

OPEN = "import workbench as wb\nstudio = wb.open({name!r})\nstudio"
STILL = re.compile("still")
AXE = Path(__file__).parents[2] / "workbench/widgets/js/node_modules/axe-core/axe.min.js"
expect.set_options(timeout=PATIENCE_MS)


def add_scene(studio: Locator) -> None:
    """Press Add Scene, and wait until its picture is there."""
    count = studio.locator(".wb-scene").count()
    studio.get_by_role("button", name="Add Scene").first.click()
    expect(studio.locator(".wb-scene")).to_have_count(count + 1)
    expect(studio.locator(".wb-screen")).to_have_attribute("data-mode", STILL)


def write(studio: Locator, text: str) -> None:
    """Put text in place of the editor's."""
    editor = studio.locator(".wb-editor .cm-content")
    editor.click()
    editor.press("ControlOrMeta+a")
    studio.page.keyboard.insert_text(text)


def save(studio: Locator) -> None:
    """Press Save, and wait until it is done."""
    studio.get_by_role("button", name="Save", exact=True).click()
    expect(studio.locator(".wb-status")).to_contain_text("Saved.")


def picture(studio: Locator) -> str:
    """Return a fingerprint of the still that is shown."""
    script = """async (img) => {
        const blob = await (await fetch(img.src)).arrayBuffer();
        const hash = await crypto.subtle.digest('SHA-256', blob);
        return [...new Uint8Array(hash)].slice(0, 8).join('-');
    }"""
    found: str = studio.locator(".wb-still").evaluate(script)
    return found


def text_of(studio: Locator) -> str:
    """Return the editor's text."""
    return "\n".join(studio.locator(".wb-editor .cm-line").all_inner_texts())


def wait_until(page: Page, true: Callable[[], bool], patience_ms: int = PATIENCE_MS) -> None:
    """Wait until a condition that is asked here holds."""
    for _ in range(patience_ms // 100):
        if true():
            return
        page.wait_for_timeout(100)
    raise AssertionError("It did not come true.")


def outside(folder: Path, code: str) -> None:
    """Run code on the same data in another process."""
    subprocess.run([sys.executable, "-c", code], env=_there(folder), check=True, timeout=120)


def command(folder: Path, *words: str) -> None:
    """Run the command line on the same data."""
    program = Path(sys.executable).with_name("workbench")
    subprocess.run([program, *words], env=_there(folder), check=True, timeout=120, capture_output=True)


def serious_faults(page: Page, where: str = ".wb-studio") -> list[str]:
    """Return what axe finds that keeps somebody from using it."""
    page.evaluate(AXE.read_text("utf-8"))
    found = page.evaluate("async (where) => (await axe.run(where)).violations", where)
    return [
        f"{each['id']}: {[node['html'][:160] for node in each['nodes']]}"
        for each in found
        if each["impact"] in ("serious", "critical")
    ]


def _there(folder: Path) -> dict[str, str]:
    return {**os.environ, "WORKBENCH_DATA": str(folder / "data")}
