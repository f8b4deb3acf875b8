"""A login provider on loopback: it asks who one is, believes it, and holds its client to OAuth 2."""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Iterator, Mapping
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

KEY, SECRET = "the-client", "its-secret"
LOGIN_PAGE = """<!DOCTYPE html><html lang="en"><title>Provider</title>
<link rel="icon" href="data:,"><h1>Provider</h1>
<form method="post" action="/authorize?{query}">
<label>Address <input name="email"></label> <label><input type="checkbox" name="unproven"> unproven</label>
<button>Log in</button> <button name="deny" value="1">Do not</button></form></html>"""


class Provider(ThreadingHTTPServer):
    """What it gave out: a code is good once, for the address it was asked for; a token names somebody."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Door)
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.codes: dict[str, tuple[str, dict[str, Any]]] = {}
        self.tokens: dict[str, dict[str, Any]] = {}
        self.asked: list[dict[str, str]] = []

    def settings(self, *users: str) -> dict[str, str]:
        """Return what the dashboard is told about this provider."""
        given = {
            "OAUTH_PROVIDER": "generic",
            "OAUTH_KEY": KEY,
            "OAUTH_SECRET": SECRET,
            "OAUTH_EXTRA": json.dumps(
                {
                    "AUTHORIZE_URL": f"{self.url}/authorize",
                    "TOKEN_URL": f"{self.url}/token",
                    "USER_URL": f"{self.url}/userinfo",
                    "LOGOUT_URL": f"{self.url}/logout",
                    "USER_KEY": "email",
                }
            ),
            "USERS": json.dumps(users),
            "COOKIE_SECRET": "c" * 40,
        }
        return {f"WORKBENCH_DASHBOARD_{name}": value for name, value in given.items()}


class Door(BaseHTTPRequestHandler):
    """`/authorize` for browsers, `/token` and `/userinfo` for the client."""

    server: Provider

    def do_GET(self) -> None:
        """Ask who somebody is, or tell it to a client that has a token."""
        address = urlsplit(self.path)
        asked = {name: values[0] for name, values in parse_qs(address.query).items()}
        if address.path == "/authorize":
            assert asked["response_type"] == "code"
            assert asked["client_id"] == KEY
            self.server.asked.append(asked)
            self._say(200, LOGIN_PAGE.format(query=escape(address.query, quote=True)), "text/html")
        elif address.path == "/userinfo":
            _, _, token = self.headers.get("Authorization", "").partition("Bearer ")
            known = self.server.tokens.get(token)
            self._say(200 if known else 401, json.dumps(known or {"error": "invalid_token"}))
        else:
            self._say(404, "{}")

    def do_POST(self) -> None:
        """Take a login, or a code for a token."""
        address = urlsplit(self.path)
        body = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        told = {name: values[0] for name, values in body.items()}
        if address.path == "/authorize":
            self._back({name: values[0] for name, values in parse_qs(address.query).items()}, told)
        elif address.path == "/token":
            self._token(told)

    def _back(self, asked: Mapping[str, str], told: Mapping[str, str]) -> None:
        answer = {"state": asked["state"]}
        if "deny" in told:
            answer |= {"error": "access_denied", "error_description": "<b>Call 555</b>"}
        else:
            answer["code"] = f"code-{len(self.server.codes)}"
            claims = {"email": told["email"], "email_verified": "unproven" not in told, "name": "Ada O'Neil"}
            self.server.codes[answer["code"]] = (asked["redirect_uri"], claims)
        self.send_response(302)
        self.send_header("Location", f"{asked['redirect_uri']}?{urlencode(answer)}")
        self.end_headers()

    def _token(self, told: Mapping[str, str]) -> None:
        meant, claims = self.server.codes.pop(told.get("code", ""), ("", {}))
        client = (told.get("client_id"), told.get("client_secret"), told.get("grant_type"))
        if not claims or meant != told.get("redirect_uri") or client != (KEY, SECRET, "authorization_code"):
            self._say(400, json.dumps({"error": "invalid_grant"}))
            return
        token = f"token-{len(self.server.tokens)}"
        self.server.tokens[token] = claims
        self._say(200, json.dumps({"access_token": token, "token_type": "Bearer", "expires_in": 3600}))

    def _say(self, status: int, text: str, kind: str = "application/json") -> None:
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextlib.contextmanager
def provider() -> Iterator[Provider]:
    """Run a provider; it ends with the block."""
    with Provider() as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
