"""The login in a real browser: a password, a provider on loopback, who is let in, and the way out."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.dashboard.provider import Provider, provider
from tests.dashboard.served import served
from tests.dashboard.test_in_browser import DRAWN, Visit, browser, faults

__all__ = ["browser"]

pytestmark = [pytest.mark.slow, pytest.mark.flaky(reruns=1)]
PASSWORD = {"WORKBENCH_DASHBOARD_PASSWORD": "open sesame", "WORKBENCH_DASHBOARD_COOKIE_SECRET": "c" * 40}


@pytest.fixture(scope="module")
def there() -> Iterator[Provider]:
    """Run a provider."""
    with provider() as opened:
        yield opened


@pytest.fixture(scope="module")
def address(there: Provider, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve an empty workbench to one person by address, and to a whole domain."""
    folder = tmp_path_factory.mktemp("provided")
    with served(folder, "real", **there.settings("ada.o'neil@example.com", "@example.org")) as where:
        yield where


@pytest.fixture(scope="module")
def locked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve an empty workbench behind a password."""
    with served(tmp_path_factory.mktemp("locked"), "real", **PASSWORD) as where:
        yield where


def log_in(page: Page, email: str, *, unproven: bool = False) -> None:
    """Tell the provider who one is."""
    expect(page.locator("h1")).to_have_text("Provider")
    page.fill("input[name=email]", email)
    if unproven:
        page.check("input[name=unproven]")
    page.get_by_role("button", name="Log in").click()


def test_a_login_at_a_provider_leads_to_what_was_asked_for(
    address: str, there: Provider, browser: Browser
) -> None:
    """To the provider, back to the page with its filters, whose websocket lives; logged out, nobody again."""
    visit = Visit(browser)
    page = visit.page
    page.goto(f"{address}/now?time=7d")
    page.wait_for_url(f"{there.url}/authorize?**")
    log_in(page, "Ada.O'Neil@example.com")
    page.wait_for_url(f"{address}/now?time=7d")
    page.wait_for_function(DRAWN)
    out = page.get_by_role("link", name="Log out")
    expect(out).to_contain_text("Ada.O'Neil@example.com")
    assert faults(page) == []
    assert page.request.get(f"{address}/answers/usage.csv").ok
    out.click()
    expect(page.locator("h2")).to_have_text("You are logged out")
    leave = page.get_by_role("link", name="Log out at the provider")
    expect(leave).to_have_attribute("href", f"{there.url}/logout")
    assert faults(page) == []
    assert visit.wrong == []
    page.goto(f"{address}/errors")
    page.wait_for_url(f"{there.url}/authorize?**")
    visit.context.close()


@pytest.mark.parametrize(
    ("email", "unproven", "why"),
    [
        ("mallory@example.com", False, "mallory@example.com is not among those who may see these pages."),
        ("bob@example.org", True, "The provider does not know whether bob@example.org belongs to you."),
    ],
)
def test_who_is_not_listed_is_refused(
    address: str, there: Provider, browser: Browser, email: str, unproven: bool, why: str
) -> None:
    """A stranger, and an address nobody has proven to own, see why, and no page, answer or websocket."""
    visit = Visit(browser, theme="dark")
    page = visit.page
    page.goto(f"{address}/now")
    log_in(page, email, unproven=unproven)
    expect(page.locator("h2")).to_have_text("You may not come in")
    expect(page.get_by_role("alert")).to_have_text(why)
    assert faults(page) == []
    assert visit.context.cookies(address) == []
    assert page.request.get(f"{address}/answers/usage.csv").url.startswith(there.url)
    page.get_by_role("link", name="Log in as somebody else").click()
    log_in(page, "bob@example.org")
    expect(page.locator("nav .out")).to_contain_text("bob@example.org")
    visit.context.close()


def test_a_login_that_fails_says_so_in_our_words(address: str, browser: Browser) -> None:
    """A no at the provider, and a code that this browser did not ask for, lead to a page of ours."""
    visit = Visit(browser)
    page = visit.page
    page.goto(f"{address}/now")
    page.get_by_role("button", name="Do not").click()
    expect(page.locator("h2")).to_have_text("The login did not come about")
    expect(page.get_by_role("alert")).to_have_text("The provider, or your browser, said: access_denied.")
    page.goto(f"{address}/login?code=stolen&state=forged")
    expect(page.get_by_role("alert")).to_contain_text("state mismatch")
    page.get_by_role("link", name="Try again").click()
    expect(page.locator("h1")).to_have_text("Provider")
    visit.context.close()


def test_with_a_password_nobody_gets_past_the_login(browser: Browser, locked: str) -> None:
    """Pages lead to the login, answers and the websocket are refused, and the password opens them."""
    visit = Visit(browser)
    page = visit.page
    fetched: list[str] = []
    page.on("request", lambda request: fetched.append(request.url))
    page.goto(f"{locked}/now")
    assert "/login" in page.url
    assert all(each.startswith((locked, "data:")) for each in fetched), fetched
    assert "login" in page.request.get(f"{locked}/answers/usage.csv").url
    socket = page.evaluate(
        """(where) => new Promise(done => {
             const socket = new WebSocket(where, ['bokeh', 'no-token'])
             socket.onopen = () => done('open'); socket.onerror = () => done('refused') })""",
        f"{locked.replace('http', 'ws')}/now/ws",
    )
    assert socket == "refused"
    page.goto(f"{locked}/now")  # the login leads to what was asked for last
    page.fill("input[name=username]", "ada")
    page.fill("input[name=password]", "open sesame")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Now")
    visit.context.close()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_password_s_pages_by_keyboard(browser: Browser, locked: str, theme: str) -> None:
    """Wrong, it is told beside the field, the name stays, and the right one leads to what was asked for."""
    visit = Visit(browser, theme=theme)
    page = visit.page
    page.goto(f"{locked}/now?time=7d")
    expect(page.locator("input[name=username]")).to_be_focused()
    assert faults(page) == []
    page.keyboard.type("ada")
    page.keyboard.press("Tab")
    page.keyboard.type("guessed")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("That password is not right.")
    expect(page.locator("input[name=username]")).to_have_value("ada")
    expect(page.locator("input[name=password]")).to_be_focused()
    assert faults(page) == []
    page.keyboard.type("open sesame")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/now\?time=7d$"))
    page.get_by_role("link", name="Log out").click()
    expect(page.locator("h2")).to_have_text("You are logged out")
    assert faults(page) == []
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("input[name=username]")).to_be_focused()
    visit.context.close()
