"""Looking at pages without a browser: the parts of a page, and what their cards say."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from typing import Any

from bokeh.models import ColumnDataSource

from dashboards.alerting import AlertList
from dashboards.asking import Snapshot
from dashboards.look import look_of
from dashboards.pages import ALL, Desk
from dashboards.parts import Chart, Part, Words
from dashboards.poller import View
from dashboards.scope import Scope
from dashboards.site import Site


def parts_of(page: str, scope: Scope | None = None, acknowledge: Any = None) -> tuple[Part, ...]:
    """Build a page's parts, as a session does."""
    return tuple(ALL[page].make(Desk(scope or Scope(), look_of("light"), acknowledge or (lambda _: None))))


def seen_by(site: Site, parts: tuple[Part, ...], scope: Scope | None = None) -> Snapshot:
    """Ask what the parts ask."""
    asks = tuple(dict.fromkeys(ask for part in parts for ask in part.asks))
    return site.poller.look(View("test", scope or Scope(), asks))


def shown(site: Site, page: str, scope: Scope | None = None) -> dict[str, str]:
    """Return what each card of a page says, without its tags; a chart says its points."""
    parts = parts_of(page, scope)
    snapshot = seen_by(site, parts, scope)
    for part in parts:
        part.show(snapshot, scope or Scope())
    return {part.key: said(part) for part in parts}


def said(part: Part) -> str:
    """Return what a card says."""
    if isinstance(part, Words):
        return plain(part.pane.object)
    if isinstance(part, AlertList):
        return " ".join(plain(each.object) for each in part.root.objects if hasattr(each, "object"))
    assert isinstance(part, Chart)
    if part.note.visible:
        return plain(part.note.text)
    return f"{sum(len(source.data.get('time', ())) for source in sources(part))} points"


def sources(part: Part) -> Iterator[ColumnDataSource]:
    """Give what a chart draws from."""
    yield from part.root.select({"type": ColumnDataSource})


def plain(html: str) -> str:
    """Return a page's words."""
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))).strip()
