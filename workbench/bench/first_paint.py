"""How long until a browser shows the first chart of a page, counted from the moment it is sent there."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from statistics import median
from typing import Any

from workbench.bench.contestants import CHROMIUM

PATIENCE_MS = 60_000
_FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
          "--disable-background-networking", "--disable-component-update", "--disable-sync")  # fmt: skip
_DRAWN = """() => {
  const document = window.Bokeh?.documents[0]
  if (!document || !document.is_idle) return 0
  const shown = [...document.all_models].filter(m => m.type === 'Figure' && m.visible)
  const points = m => m.renderers.some(r => (r.data_source?.data.time?.length ?? 0) > 0)
  return shown.some(points) ? performance.now() : 0
}"""
"""Bokeh calls a document idle when all of its views have been painted."""


@dataclass(frozen=True, slots=True)
class FirstPaint:
    """Milliseconds from navigation to the first chart: with nothing kept, and again (median)."""

    cold_ms: float
    again_ms: float
    browser: str


def browser_missing() -> str | None:
    """Return what is missing to drive a browser; None when nothing is."""
    if find_spec("playwright") is None:
        return "Playwright is not installed: pip install playwright"
    if not any(map(shutil.which, CHROMIUM)):
        return "Chromium is not installed"
    return None


def first_paint(address: str, visits: int) -> FirstPaint:
    """Open the page once with nothing kept, then `visits` times in the same browser."""
    with _playwright()() as playwright:
        path = next(found for name in CHROMIUM if (found := shutil.which(name)))
        browser = playwright.chromium.launch(executable_path=path, args=[*_FLAGS])
        try:
            page = browser.new_page(viewport={"width": 1280, "height": 900})
            page.set_default_timeout(PATIENCE_MS)
            times = [_visit(page, address) for _ in range(1 + visits)]
            return FirstPaint(times[0], median(times[1:] or times), f"Chromium {browser.version}")
        finally:
            browser.close()


def _visit(page: Any, address: str) -> float:
    page.goto(address, wait_until="commit")
    found = page.wait_for_function(_DRAWN, polling="raf")
    return round(float(found.json_value()), 1)


def _playwright() -> Callable[[], Any]:
    found: Callable[[], Any] = import_module("playwright.sync_api").sync_playwright
    return found
