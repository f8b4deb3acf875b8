"""The dashboard in a real browser: every page, both themes, live, by keyboard, nothing from elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pandas as pd
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from dashboards.pages import PAGES
from tests.dashboard.served import served
from tests.widgets.day import AXE
from tests.widgets.lab import _FLAGS, browser_path
from workbench.spans import span
from workbench.store.database import Database
from workbench.studio.settings import Settings
from workbench.telemetry.room import Telemetry

pytestmark = [pytest.mark.slow, pytest.mark.flaky(reruns=1)]
PATIENCE_MS = 30_000
DOUBLE_CLICK_MS = 800
"""Longer than this two clicks are two, and not one double click."""
DRAWN = """() => {
  if (!window.Bokeh || !Bokeh.documents.length) return false
  const cards = [...document.querySelectorAll('main *')].filter(card => card.shadowRoot)
  const waits = card => card.checkVisibility() && card.shadowRoot.textContent.includes('Loading')
  return cards.length > 0 && !cards.some(waits)
}"""
POINTS = """() => Bokeh.documents[0].all_models
  ? [...Bokeh.documents[0].all_models].filter(m => m.type === 'ColumnDataSource' && 'time' in m.data)
      .map(m => m.data.time.length) : []"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=browser_path(), args=_FLAGS)
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve the sample."""
    with served(tmp_path_factory.mktemp("sample"), "sample") as where:
        yield where


class Visit:
    """A page, and what went wrong on it."""

    def __init__(
        self, browser: Browser, *, theme: str = "light", width: int = 1280, **options: object
    ) -> None:
        viewport = {"width": width, "height": 900}
        self.context: BrowserContext = browser.new_context(
            viewport=viewport,
            color_scheme=theme,
            **options,  # type: ignore[arg-type]
        )
        self.page: Page = self.context.new_page()
        self.page.set_default_timeout(PATIENCE_MS)
        self.wrong: list[str] = []
        self.elsewhere: list[str] = []
        self.page.on("console", lambda said: said.type == "error" and self.wrong.append(said.text))
        self.page.on("pageerror", lambda error: self.wrong.append(str(error)))
        self.page.on("request", lambda asked: self._look(asked.url))

    def _look(self, url: str) -> None:
        if "127.0.0.1" not in url and not url.startswith(("data:", "blob:")):
            self.elsewhere.append(url)

    def open(self, url: str) -> Page:
        """Load a page, and wait until its cards say something."""
        self.page.goto(url)
        self.page.wait_for_function(DRAWN)
        return self.page


@pytest.fixture(params=["light", "dark"])
def visit(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Visit]:
    """Give a page in each theme."""
    made = Visit(browser, theme=request.param)
    yield made
    made.context.close()


def faults(page: Page) -> list[str]:
    """Return what axe finds that keeps somebody from using the page."""
    page.add_script_tag(path=str(AXE))
    found = page.evaluate("async () => (await axe.run(document)).violations")
    return [
        f"{each['id']}: {each['nodes'][0]['html'][:160]}"
        for each in found
        if each["impact"] in ("serious", "critical")
    ]


def test_every_page_is_whole_in_both_themes(address: str, visit: Visit) -> None:
    """No error, nothing from elsewhere, charts with points, and nothing that keeps somebody out."""
    for each in PAGES:
        page = visit.open(f"{address}/{each.key}?time=7d")
        assert page.locator("h1").inner_text() == each.title
        expect(page.locator("nav a[aria-current=page]")).to_have_count(1)
        if each.key in ("now", "prompts", "waiting", "errors"):
            counts = page.evaluate(POINTS)
            assert max(counts) > 5, each.key
        assert faults(page) == [], each.key
    assert visit.wrong == []
    assert visit.elsewhere == []


def test_a_filter_is_in_the_address_and_narrows_the_page(address: str, browser: Browser) -> None:
    """Choosing a project changes the address and the numbers; the links to other pages keep it."""
    visit = Visit(browser)
    page = visit.open(f"{address}/now?time=7d")
    number = page.locator(".tile small").first
    before = number.inner_text()
    page.select_option("#filter-project", "weekly-news")
    page.wait_for_url(re.compile(r"/now\?time=7d&project=weekly-news$"))
    page.wait_for_function(DRAWN)
    expect(page.locator(".tile small").first).not_to_have_text(before)
    page.get_by_role("link", name="Errors").click()
    page.wait_for_url(re.compile(r"/errors\?time=7d&project=weekly-news$"))
    visit.context.close()


def test_whatever_stands_in_an_address_is_text(address: str, browser: Browser) -> None:
    """A link cannot make a page run anything: what the address names is shown, never obeyed."""
    evil = '"><script>document.title = "taken"</script>'
    visit = Visit(browser)
    narrowed = urlencode(dict.fromkeys(("project", "model", "operation", "trace", "cause"), evil))
    for key in ("now", "errors", "trace"):
        page = visit.open(f"{address}/{key}?{narrowed}")
        expect(page).to_have_title(re.compile("workbench$"))
        expect(page.locator("#filter-project")).to_have_value(evil)
    visit.context.close()


def test_a_point_leads_to_its_span_tree(address: str, browser: Browser) -> None:
    """From the slowest take to its tree, whose bars are there."""
    visit = Visit(browser)
    page = visit.open(f"{address}/now?time=7d")
    page.locator("#card-slowest .body a").first.click()
    page.wait_for_url(re.compile(r"/trace\?time=7d&trace=[0-9a-f]{32}$"))
    expect(page.locator(".tree .row").first).to_contain_text("studio.ask")
    assert page.locator(".tree .row").count() >= 4
    assert visit.wrong == []
    visit.context.close()


@pytest.mark.parametrize(("there", "card"), [("now?time=24h", "latency"), ("errors?time=7d", "times")])
def test_a_click_on_a_point_leads_to_its_take(address: str, browser: Browser, there: str, card: str) -> None:
    """A click into the chart leads to the take of the nearest point; one beside the chart does nothing."""
    visit = Visit(browser)
    page = visit.open(f"{address}/{there}")
    chart = page.locator(f"#card-{card} .bk-Canvas")
    box = chart.bounding_box()
    assert box is not None
    chart.click(position={"x": 4, "y": box["height"] - 4})
    page.wait_for_timeout(DOUBLE_CLICK_MS)
    chart.click(position={"x": 0.6 * box["width"], "y": 0.6 * box["height"]})
    page.wait_for_url(re.compile(r"/trace\?.*trace=[0-9a-f]{32}$"), wait_until="commit", timeout=120_000)
    page.wait_for_function(DRAWN)
    expect(page.locator(".tree .row").first).to_be_visible()
    if card == "times":
        expect(page.locator(".tree .row.error").first).to_be_visible()
    assert visit.wrong == []
    visit.context.close()


def test_a_card_tells_its_sql_and_gives_its_rows(address: str, browser: Browser) -> None:
    """By keyboard: the dots open the sheet with SQL and cell; the download is a file; Escape closes it."""
    visit = Visit(browser)
    page = visit.open(f"{address}/now")
    dots = page.locator("#card-latency summary")
    dots.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#card-latency pre").nth(1)).to_contain_text("quantile_cont")
    expect(page.locator("#card-latency pre").first).to_contain_text("from dashboards.notebook import ask")
    points = page.evaluate(POINTS)[0]
    files = [
        _taken_away(page, "#card-latency", kind, place) for place in (0, 1) for kind in ("CSV", "Parquet")
    ]
    assert files[0].read_text().startswith("time,ok,p50_ms")
    lengths = [len(each) for each in (pd.read_csv(files[0]), *map(pd.read_parquet, files[1::2]))]
    assert lengths[0] in (points, points + 1), "a refresh may come between"
    assert lengths[0] == lengths[1]
    assert lengths[2] > 24, "the hours that points are compared with are those of many days"
    page.keyboard.press("Escape")
    expect(page.locator("#card-latency details")).not_to_have_attribute("open", "")
    visit.context.close()


@pytest.mark.parametrize(
    ("old_way", "told"), [("original.call(document, name)", "Copied"), ("false", "Selected: press Ctrl-C")]
)
def test_a_page_without_a_clipboard_copies_or_says_that_it_did_not(
    address: str, browser: Browser, old_way: str, told: str
) -> None:
    """Without TLS the text is copied in the old way, or selected for the reader's own keys."""
    visit = Visit(browser)
    visit.page.add_init_script(
        f"""const original = document.execCommand
        document.execCommand = name => {old_way}
        Object.defineProperty(navigator, 'clipboard', {{value: undefined}})
        document.addEventListener('copy', () => {{ window.copied = String(getSelection()) }})"""
    )
    page = visit.open(f"{address}/now")
    page.locator("#card-latency summary").click()
    page.locator("#card-latency").get_by_role("button", name="Copy SQL").first.click()
    expect(page.locator("#said")).to_have_text(told)
    assert "quantile_cont" in page.evaluate("String(getSelection())")
    assert page.evaluate("Boolean(window.copied)") is (told == "Copied")
    visit.context.close()


def _taken_away(page: Page, card: str, kind: str, place: int) -> Path:
    """Return the file that a card gives."""
    with page.expect_download() as download:
        page.locator(f"{card} .doors").nth(place).locator("a", has_text=kind).click()
    return Path(download.value.path())


def test_rows_that_are_written_are_seen_without_a_reload(browser: Browser, tmp_path: Path) -> None:
    """A page of an empty workbench shows what is recorded next, and says nothing before."""
    with served(tmp_path, "real") as where:
        visit = Visit(browser)
        page = visit.open(f"{where}/now")
        expect(page.locator(".tile small").first).to_have_text("0 in this time")
        with Database.open(Settings(data=tmp_path).database_url) as database:
            telemetry = Telemetry(tmp_path / "telemetry", database)
            for _ in range(3):
                with span("studio.ask", project_id="p1"):
                    pass
            telemetry.close()
        expect(page.locator(".tile small").first).to_have_text("3 in this time")
        page.wait_for_function(f"({POINTS})().some(count => count > 0)")
        assert visit.wrong == []
        visit.context.close()


def test_an_alert_that_fires_is_acknowledged(browser: Browser, tmp_path: Path) -> None:
    """Five errors in a row fire; a click says that somebody has seen it."""
    with Database.open(Settings(data=tmp_path).database_url) as database:
        telemetry = Telemetry(tmp_path / "telemetry", database)
        for _ in range(6):
            with pytest.raises(RuntimeError), span("studio.ask"):
                raise RuntimeError("no")
        telemetry.close()
    with served(tmp_path, "real", WORKBENCH_USER="local") as where:
        visit = Visit(browser)
        page = visit.open(f"{where}/now")
        page.get_by_role("button", name="Seen: errors in a row").click()
        expect(page.locator(".alerts li.acknowledged")).to_contain_text("seen by local")
        visit.context.close()
