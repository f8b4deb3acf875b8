"""Which names the dashboard answers to, where no server is in front of it.

A site can make its own name lead to 127.0.0.1 (DNS rebinding); a browser then lets its pages read what is
served here. Such requests still carry that name, so whatever is asked under a name that is neither this
machine's own nor listed in the settings is refused, pages and websockets alike.
"""

from __future__ import annotations

from collections.abc import Iterable
from fnmatch import fnmatchcase
from http import HTTPStatus
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from tornado.httputil import HTTPServerRequest
from tornado.routing import Matcher, Rule
from tornado.web import Application, RequestHandler

WORDS = (
    "This dashboard does not answer to that name. Open it at 127.0.0.1 or localhost, or list the name in "
    "WORKBENCH_DASHBOARD_ORIGINS.\n"
)


class Names:
    """The names of this machine itself, and those that are listed, such as `ops.example` and `*.example`."""

    def __init__(self, listed: Iterable[str]) -> None:
        self._listed = tuple(filter(None, map(_name_of, listed)))

    def admit(self, host: str) -> bool:
        """Whether a request may name this host; the port does not matter."""
        name = _name_of(host)
        return _is_this_machine(name) or any(fnmatchcase(name, each) for each in self._listed)


class Elsewhere(Matcher):
    """Matches requests that name another host."""

    def __init__(self, names: Names) -> None:
        self._names = names

    def match(self, request: HTTPServerRequest) -> dict[str, Any] | None:
        """Return arguments for the handler (none) when it matches, else None."""
        return None if self._names.admit(request.host) else {}


class Refused(RequestHandler):
    """Says why, as plain text, whatever was asked for."""

    def prepare(self) -> None:
        """Answer before anything is looked up."""
        self.set_status(HTTPStatus.FORBIDDEN)
        self.set_header("Content-Type", "text/plain; charset=utf-8")
        self.finish(WORDS)


def answer_only_to(names: Names, application: Application) -> None:
    """Refuse every request of an application that names another host, before any of its routes."""
    application.default_router.rules.insert(0, Rule(Elsewhere(names), Refused))


def _name_of(host: str) -> str:
    try:
        return (urlsplit(f"//{host}").hostname or "").rstrip(".")
    except ValueError:
        return ""


def _is_this_machine(name: str) -> bool:
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return name == "localhost" or name.endswith(".localhost")
