"""Behind the login of the pages: questions as files to take away, and the way from a point to its take."""

from __future__ import annotations

import asyncio
import io
from datetime import timedelta
from typing import Any

from bokeh.server.views.auth_request_handler import AuthRequestHandler
from tornado.web import RequestHandler, authenticated

from dashboards.asking import Ask
from dashboards.points import What, trace_at
from dashboards.scope import Scope
from dashboards.site import Site
from workbench.errors import InputError, WorkbenchError
from workbench.telemetry.question import Period
from workbench.telemetry.questions import QUESTIONS

MOST_DAYS = 400
_TYPES = {"csv": "text/csv; charset=utf-8", "parquet": "application/vnd.apache.parquet"}


class AnswerHandler(AuthRequestHandler):  # type: ignore[misc]  # Bokeh's types are not followed
    """`answers/latency.csv?time=6h&p.operation=studio.ask`, or `days=22.5` for a time no page has."""

    def initialize(self, site: Site) -> None:
        """Take what every request needs."""
        self._site = site

    @authenticated
    async def get(self, name: str, kind: str) -> None:
        """Answer with a file."""
        if name not in QUESTIONS:
            self.set_status(404)
            self.finish(f"There is no question named {name!r}.")
            return
        arguments = self.request.arguments
        scope = Scope.read(arguments)
        length, called = scope.length, scope.time
        given = {
            key[2:]: values[0].decode("utf-8", "replace")
            for key, values in arguments.items()
            if key.startswith("p.") and values
        }
        try:
            if days := self.get_query_argument("days", ""):
                length, called = _days(days), f"{days}d"
            body = await asyncio.to_thread(self._body, Ask.of(name, given), length, kind)
        except WorkbenchError as wrong:
            self.set_status(400)
            self.finish(str(wrong))
            return
        self.set_header("Content-Type", _TYPES[kind])
        self.set_header("Content-Disposition", f'attachment; filename="{name}-{called}.{kind}"')
        self.finish(body)

    def _body(self, ask: Ask, length: timedelta, kind: str) -> bytes:
        now = self._site.clock.now()
        answer = self._site.reading.ask(ask.name, Period(now - length, now), **dict(ask.given))
        frame: Any = answer.frame()
        if kind == "csv":
            return bytes(frame.to_csv(index=False).encode())
        into = io.BytesIO()
        frame.to_parquet(into, index=False)
        return into.getvalue()


def _days(text: str) -> timedelta:
    """Return a length of time given in days, which may have been typed."""
    try:
        days = float(text)
    except ValueError:
        days = 0.0
    if not 0 < days <= MOST_DAYS:
        raise InputError(f"{text!r} is no number of days up to {MOST_DAYS}.", remedy="Give one such as 28.")
    return timedelta(days=days)


class PointHandler(AuthRequestHandler):  # type: ignore[misc]  # Bokeh's types are not followed
    """`point?what=slowest&from=1790000000000&seconds=90&operation=studio.ask` leads to a trace."""

    def initialize(self, site: Site) -> None:
        """Take what every request needs."""
        self._site = site

    @authenticated
    async def get(self) -> None:
        """Send the browser to the trace; say so when there is none any more."""
        scope = Scope.read(self.request.arguments)
        try:
            since, seconds = (float(self.get_query_argument(name)) for name in ("from", "seconds"))
            what: What = "errors" if self.get_query_argument("what") == "errors" else "slowest"
            trace = await asyncio.to_thread(trace_at, self._site.reading, scope, what, since, seconds)
        except ValueError:
            self.set_status(400)
            self.finish("A point is given by what, from (milliseconds) and seconds.")
        except WorkbenchError as wrong:
            self.set_status(400)
            self.finish(str(wrong))
        else:
            self.redirect(f"trace{scope.filters().query(trace=trace or 'none')}")


class HealthHandler(RequestHandler):
    """Whether the dashboard is there; for whoever starts it."""

    def initialize(self, site: Site) -> None:
        """Take what every request needs."""
        self._site = site

    def get(self) -> None:
        """Tell how many look, how often the poller asked, and when it last began (seconds since 1970)."""
        poller = self._site.poller
        began = poller.round_began
        self.finish(
            {
                "watched": poller.watched,
                "rounds": poller.rounds,
                "round_began": None if began is None else began.timestamp(),
            }
        )
