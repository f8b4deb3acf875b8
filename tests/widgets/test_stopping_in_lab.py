"""Stopping long work in a real browser: an export, a prompt; and what a fault shows."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.widgets.day import add_scene
from tests.widgets.lab import Notebook

pytestmark = [pytest.mark.slow, pytest.mark.flaky(reruns=1), pytest.mark.timeout(300)]

SLOW_MODEL = """
import threading
class Slow:
    def __init__(self, real):
        self.real, self.gate = real, threading.Event()
    def decide(self, packet, **more):
        self.gate.wait(100)
        return self.real.decide(packet, **more)
    def __getattr__(self, name):
        return getattr(self.real, name)
slow = Slow(studio.workspace.model)
studio.workspace.__dict__["model"] = slow
"""


def test_an_export_is_cancelled(lab: Notebook, name: str, folder: Path) -> None:
    """Two minutes of film are begun and stopped: nothing is left, and the next export may begin."""
    lab.run('_ = studio.add_scene(source="circle(90, x=lambda t: 9 * t)", duration_seconds=120)')
    studio = lab.studio()
    studio.get_by_role("button", name="Export").first.click()
    dialog = studio.get_by_role("dialog", name="Export")
    dialog.get_by_label("Quality").select_option("final")
    dialog.get_by_role("button", name="Export").click()
    expect(dialog.get_by_role("progressbar")).to_be_visible()
    dialog.get_by_role("button", name="Cancel").click()
    expect(dialog).to_contain_text("Cancelled; nothing was written.")
    expect(dialog.get_by_role("button", name="Export")).to_be_enabled()
    assert not list((folder / "data" / "exports").glob(f"{name}*"))


def test_a_prompt_is_cancelled(lab: Notebook) -> None:
    """Cancelled while it decides: it says so, nothing is added, and the next prompt is answered."""
    lab.run(SLOW_MODEL)
    studio = lab.studio()
    prompt = studio.get_by_label("Prompt", exact=True)
    prompt.fill('Add a title that says "Orbit"')
    prompt.press("Enter")
    stage = studio.locator(".wb-stage-name")
    expect(stage).to_have_text("Deciding")
    studio.get_by_role("button", name="Cancel").click()
    expect(stage).to_contain_text("Stopping")
    lab.run("slow.gate.set()")
    add = studio.get_by_role("button", name="Add Scene").first
    add.click()
    expect(studio.locator(".wb-message").last).to_contain_text("Cancelled.")
    expect(stage).to_be_hidden()
    expect(studio.locator(".wb-scene")).to_have_count(1)
    prompt.fill('Add a title that says "Orbit"')
    prompt.press("Enter")
    expect(studio.locator(".wb-scene")).to_have_count(2)
    expect(studio.get_by_role("button", name=re.compile("Restore "))).to_have_count(1)


def test_a_fault_is_shown_under_the_studio_and_can_be_dismissed(lab: Notebook) -> None:
    """An exception in a callback is told with its remedy; the studio goes on."""
    studio = lab.studio()
    add_scene(studio)
    lab.run("slips = studio.workspace.templates; studio.workspace.template = lambda name: 1 / 0")
    studio.get_by_role("button", name="Add Scene").first.click()
    trouble = studio.get_by_role("alert")
    expect(trouble).to_contain_text("ZeroDivisionError")
    trouble.get_by_text("Details").click()
    expect(trouble.locator("pre")).to_contain_text("Traceback")
    trouble.get_by_role("button", name="Dismiss").click()
    expect(trouble).to_be_hidden()
    lab.run("del studio.workspace.template")
    add_scene(studio)
