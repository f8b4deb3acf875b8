"""One session: a page built for a scope and a look, then brought up to date by whatever the poller says."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import panel as pn

from dashboards.asking import Ask, Snapshot
from dashboards.icons import ICONS
from dashboards.look import look_of
from dashboards.notebook import cell_of, sql_of
from dashboards.pages import PAGES, Desk, Page
from dashboards.parts import Notice, Part
from dashboards.poller import View
from dashboards.scope import FIRST_OPERATION, FIRST_RANGE, RANGES, Scope
from dashboards.site import Site

HERE = Path(__file__).parent
SHELL = (HERE / "shell.html").read_text(encoding="utf-8")
ASSETS = "assets"


def page_of(site: Site, page: Page, version: str) -> pn.Template:
    """Build a page for the session that asks for it."""
    arguments, cookies = pn.state.session_args, pn.state.cookies
    scope = Scope.read(arguments)
    look = look_of(cookies.get("wb-theme", "light"), wall=cookies.get("wb-wall") == "1")
    who = pn.state.user if pn.state.user not in (None, "guest") else site.settings.user

    def acknowledge(alert_id: str) -> None:
        threading.Thread(target=site.acknowledge, args=(alert_id, str(who)), daemon=True).start()

    parts = tuple(page.make(Desk(scope, look, acknowledge)))
    asks = tuple(dict.fromkeys(ask for part in parts for ask in part.asks))
    view = View(page.key, scope, asks)
    template = pn.Template(template=SHELL)
    for part in parts:
        template.add_panel(f"part_{part.key}", part.root)
    notice = Notice()
    template.add_panel("notice", notice.root)
    _follow(site, view, parts, scope, notice)
    values = {
        "first": {"time": FIRST_RANGE, "operation": FIRST_OPERATION},
        "page": {"key": page.key, "title": page.title, "about": page.about},
        "theme": look.theme,
        "wall": look.scale > 1,
        "sample": site.sample,
        "visitor": str(who) if site.settings.dashboard.has_login else "",
        "version": version,
        "assets": f"{ASSETS}/",
        "app_favicon": f"{ASSETS}/icon.svg",
        "home": f"now{scope.filters().query()}",
        "refresh": f"{site.poller.refresh_seconds:g}",
        "links": [_link(each, page, scope) for each in PAGES],
        "filters": _filters(page, scope, site.choices()),
        "hidden": [
            (name, value) for name, value in (("trace", scope.trace), ("cause", scope.cause)) if value
        ],
        "cards": [_card(part, scope, site.sample) for part in parts],
    }
    for name, value in values.items():
        template.add_variable(name, value)
    return template


def _follow(site: Site, view: View, parts: Sequence[Part], scope: Scope, notice: Notice) -> None:
    """Show what was last seen, if anything, and from now on whatever is seen next."""
    document = pn.state.curdoc

    def show(snapshot: Snapshot) -> None:
        notice.show(snapshot)
        for part in parts:
            part.show(snapshot, scope)

    def hear(snapshot: Snapshot) -> None:
        if document is not None:
            document.add_next_tick_callback(lambda: show(snapshot))

    last, stop = site.poller.subscribe(view, hear)
    pn.state.on_session_destroyed(lambda _: stop())
    if last is not None:
        show(last)


def _link(each: Page, here: Page, scope: Scope) -> dict[str, Any]:
    return {
        "address": f"{each.key}{scope.filters().query()}",
        "title": each.name,
        "here": each.key == here.key,
        "icon": ICONS[each.key],
    }


def _filters(page: Page, scope: Scope, choices: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    def known(what: str, held: str | None) -> list[tuple[str, str]]:
        values = [str(each["value"]) for each in choices if each["what"] == what]
        if held and held not in values:
            values.insert(0, held)
        return [(value, value) for value in values]

    found = [
        {
            "name": "time",
            "label": "Time",
            "value": scope.time,
            "options": [(key, f"Last {said}") for key, (said, _) in RANGES.items()],
        },
        {
            "name": "project",
            "label": "Project",
            "value": scope.project or "",
            "options": [("", "Every project"), *known("project", scope.project)],
        },
        {
            "name": "model",
            "label": "Model",
            "value": scope.model or "",
            "options": [("", "Every model"), *known("model", scope.model)],
        },
    ]
    if page.operations:
        options = known("operation", scope.operation)
        if FIRST_OPERATION not in [value for value, _ in options]:
            options.insert(0, (FIRST_OPERATION, FIRST_OPERATION))
        found.append(
            {"name": "operation", "label": "Operation", "value": scope.operation, "options": options}
        )
    return found


def _card(part: Part, scope: Scope, sample: bool) -> dict[str, Any]:
    return {
        "key": part.key,
        "title": part.title,
        "about": part.about,
        "span": part.span,
        "root": f"part_{part.key}",
        "kind": "tiles" if part.key in ("red", "sums") else "",
        "asks": [_known(ask, scope, sample) for ask in part.asks if ask.question],
    }


def _known(ask: Ask, scope: Scope, sample: bool) -> dict[str, str]:
    assert ask.question is not None
    given = [(f"p.{name}", str(value)) for name, value in ask.given if value is not None]
    query = urlencode([("days", f"{ask.days:g}") if ask.days else ("time", scope.time), *given])
    return {
        "name": ask.name,
        "about": ask.question.about,
        "sql": sql_of(ask, scope),
        "cell": cell_of(ask, scope, sample=sample),
        "csv": f"answers/{ask.name}.csv?{query}",
        "parquet": f"answers/{ask.name}.parquet?{query}",
    }
