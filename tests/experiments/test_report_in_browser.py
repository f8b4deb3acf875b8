"""The report, opened from a file in a browser without a network: clips play, and nothing is fetched."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.widgets.lab import browser_page
from workbench.experiments.opening import open_experiment
from workbench.experiments.reports.page import html_report
from workbench.studio.model_settings import ModelSettings
from workbench.studio.settings import Settings
from workbench.studio.workspace import Workspace

pytestmark = [pytest.mark.slow, pytest.mark.flaky(reruns=1), pytest.mark.timeout(200)]
CASES = [
    {"name": "hello", "brief": 'a title card that says "Hello"', "expect": [{"shows": "Hello"}]},
    {"name": "never", "brief": 'a title card that says "Bye"', "expect": [{"shows": "Nobody"}]},
]


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("report")
    settings = Settings(data=folder / "data", models=ModelSettings(model="offline"))
    variants = {"ours": {}, "dark": "{prompt}, in white on dark blue"}
    with (
        Workspace(settings) as workspace,
        open_experiment(workspace, "two", variants=variants, cases=CASES) as experiment,
    ):
        experiment.run(threads=1)
        (folder / "two.html").write_text(html_report(experiment), "utf-8")
    return folder / "two.html"


@pytest.fixture(scope="module", params=["light", "dark"])
def page(request: pytest.FixtureRequest, report: Path) -> Iterator[Page]:
    with browser_page(width=1280, height=1000, dark=request.param == "dark") as page:
        page.context.set_offline(True)
        page.asked = []
        page.errors = []
        page.on("request", lambda each: page.asked.append(each.url))
        page.on("pageerror", lambda error: page.errors.append(str(error)))
        page.on("console", lambda said: page.errors.append(said.text) if said.type == "error" else None)
        page.goto(report.as_uri())
        yield page


def test_clips_play_under_the_mouse_and_nothing_is_fetched(page: Page) -> None:
    """Every clip can be played, arms stand side by side, and all that was asked for is in the file."""
    clips = page.locator("video")
    expect(clips).to_have_count(4)
    expect(page.locator("figcaption b")).to_have_text(["hello", "hello", "never", "never"])
    for number in range(4):
        clip = clips.nth(number)
        clip.scroll_into_view_if_needed()
        clip.hover()
        page.wait_for_function(
            "(video) => video.readyState >= 3 && video.currentTime > 0.1 && video.videoWidth > 0",
            arg=clip.element_handle(),
        )
    page.locator("h1").hover()
    page.wait_for_function("() => [...document.querySelectorAll('video')].every((video) => video.paused)")
    assert {each.split(":", 1)[0] for each in page.asked} <= {"file", "data", "blob"}
    assert page.errors == []


def test_what_differs_and_why_can_be_read(page: Page) -> None:
    """The difference of what was sent opens, and reasons are told."""
    page.get_by_text("dark · offline (case hello)").click()
    expect(page.locator("pre .plus", has_text="white on dark blue")).to_be_visible()
    expect(page.get_by_text("shows Nobody does not hold (2 of 2)")).to_be_visible()
    background = page.evaluate("() => getComputedStyle(document.body).backgroundColor")
    dark = page.evaluate("() => matchMedia('(prefers-color-scheme: dark)').matches")
    assert background == ("rgb(22, 22, 29)" if dark else "rgb(255, 255, 255)")
