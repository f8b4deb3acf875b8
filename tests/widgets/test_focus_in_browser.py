"""Where the cursor is while scenes change under it, in a real browser without a kernel."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from tests.widgets.lab import browser_page
from workbench.widgets.bundle import STATIC

pytestmark = [pytest.mark.slow, pytest.mark.flaky(reruns=1), pytest.mark.timeout(120)]

MODEL = Path(__file__).parents[2] / "workbench/widgets/js/test/model.js"
PAGE = """<body><div id=studio></div><input aria-label=Elsewhere><script type=module>
import { show } from "/workbench.js";
import { FakeModel, sceneOf, stateOf } from "/model.js";
Object.assign(window, { model: new FakeModel(stateOf("one", "two")), sceneOf, stateOf });
show({ model, el: document.getElementById("studio") });
model.tell(sceneOf("one", "circle(9)"));
</script></body>"""


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    """A page with the widgets' script and a model that a test moves."""
    answers = {
        "/": {"body": PAGE, "content_type": "text/html"},
        "/workbench.js": {"path": STATIC / "workbench.js", "content_type": "text/javascript"},
        "/model.js": {"path": MODEL, "content_type": "text/javascript"},
    }

    def answer(route: Route) -> None:
        known = answers.get(route.request.url.removeprefix("http://studio.test"))
        route.fulfill(**known) if known else route.fulfill(status=404)

    with browser_page() as page:
        page.route("**/*", answer)
        yield page


@pytest.fixture
def editor(page: Page) -> None:
    """A studio of two scenes whose editor has the cursor."""
    page.goto("http://studio.test/")
    page.locator(".wb-editor .cm-content").click()
    expect(page.locator(".wb-editor .cm-content")).to_be_focused()


def choose(page: Page, scene: str) -> None:
    """Let the model say that another scene is selected; its text comes later."""
    page.evaluate("name => model.show({ ...stateOf('one', 'two'), selected: name })", scene)


def has_text(page: Page, scene: str, text: str) -> None:
    """Let a scene's text come."""
    page.evaluate("([name, text]) => model.tell(sceneOf(name, text))", [scene, text])
    expect(page.locator(".wb-editor .cm-content")).to_have_text(text)


@pytest.mark.parametrize("milliseconds", [0, 300])
def test_the_cursor_waits_for_another_scenes_text_and_goes_on_in_it(
    page: Page, editor: None, milliseconds: int
) -> None:
    """What is typed before the text has come goes nowhere, what is typed after it into the new text."""
    choose(page, "two")
    expect(page.locator(".wb-editor .cm-content")).not_to_be_focused()
    page.keyboard.type("lost")
    page.wait_for_timeout(milliseconds)
    has_text(page, "two", "square(1)")
    expect(page.locator(".wb-editor .cm-content")).to_be_focused()
    page.keyboard.press("ControlOrMeta+End")
    page.keyboard.type("#")
    expect(page.locator(".wb-editor .cm-content")).to_have_text("square(1)#")


def test_who_went_elsewhere_meanwhile_stays_there(page: Page, editor: None) -> None:
    """The editor takes the cursor back from nobody."""
    choose(page, "two")
    page.get_by_label("Elsewhere").focus()
    has_text(page, "two", "square(1)")
    expect(page.get_by_label("Elsewhere")).to_be_focused()


def test_a_choice_taken_back_gives_the_cursor_back(page: Page, editor: None) -> None:
    """The first scene again, before the second one's text came: on with the first."""
    choose(page, "two")
    choose(page, "one")
    expect(page.locator(".wb-editor .cm-content")).to_be_focused()
    page.keyboard.press("ControlOrMeta+End")
    page.keyboard.type("#")
    expect(page.locator(".wb-editor .cm-content")).to_have_text("circle(9)#")
