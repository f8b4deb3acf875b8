"""The doors of the dashboard: one password, or a login at a provider for those who are listed.

Panel does the protocol (it asks the provider, keeps the answer in signed cookies); what is here decides who
may come in, on every request, and says in words of ours why somebody may not.
"""

from __future__ import annotations

from hmac import compare_digest
from http import HTTPStatus
from io import BytesIO
from pathlib import Path
from typing import Any, ClassVar

from jinja2 import Environment, FileSystemLoader, Template
from panel import auth
from tornado.httpclient import HTTPClientError
from tornado.web import HTTPError

from dashboards.people import People, claims_of, unproven
from workbench.errors import InputError, NotFound
from workbench.studio.dashboard_settings import DashboardSettings

DOORS = Environment(loader=FileSystemLoader(Path(__file__).parent / "doors"), autoescape=True)
LEAST_SECRET_LETTERS = 32
ASKS_FOR_PASSWORDS = ("password", "pam")
"""Panel's providers that would ask for the provider's own password, here."""
COOKIES = ("user", "id_token", "access_token", "refresh_token", "oauth_expiry")
LEAVE = "LOGOUT_URL"


def login_of(settings: DashboardSettings, version: str) -> dict[str, Any]:
    """Return what Panel's server wants for a login; nothing without a password or a provider."""
    DOORS.globals["version"] = version
    secret = settings.cookie_secret.get_secret_value()
    if not settings.has_login:
        return {}
    if len(secret) < LEAST_SECRET_LETTERS:
        raise InputError(
            "A login needs a secret that signs its cookie.",
            remedy=f"Set WORKBENCH_DASHBOARD_COOKIE_SECRET to {LEAST_SECRET_LETTERS} random letters or more.",
        )
    if not settings.oauth_provider:
        return {
            "auth_provider": PasswordDoor(settings.password.get_secret_value()),
            "cookie_secret": secret,
        }
    if not settings.users:
        raise InputError(
            f"Whoever has an account at {settings.oauth_provider} could come in: nobody is listed.",
            remedy="Set WORKBENCH_DASHBOARD_USERS to a JSON list of names or domains, "
            'such as ["ada@example.com", "@example.org"]; ["*"] lets in everybody the provider knows.',
        )
    return {
        "auth_provider": ProviderDoor(settings),
        "oauth_key": settings.oauth_key,
        "oauth_secret": settings.oauth_secret.get_secret_value(),
        "oauth_redirect_uri": settings.oauth_redirect_uri or None,
        "oauth_extra_params": dict(settings.oauth_extra),
        "cookie_secret": secret,
    }


class PasswordLogin(auth.BasicLoginHandler):
    """Ask for a name and the password; a wrong one is told on the same page, and the name stays."""

    password: ClassVar[str]
    _login_template = DOORS.get_template("login.html")

    def post(self) -> None:
        """Let in whoever knows the password."""
        name = self.get_argument("username", "").strip()
        if self._validate(name, self.get_argument("password", "", strip=False)):
            super().post()  # type: ignore[no-untyped-call]
            return
        self.set_status(HTTPStatus.UNAUTHORIZED)
        self.finish(self._login_template.render(wrong=True, name=name))

    def _validate(self, username: str, password: str) -> bool:
        return bool(username) and compare_digest(password.encode(), self.password.encode())


class PasswordDoor(auth.BasicAuthProvider):
    """One password for everybody."""

    def __init__(self, password: str) -> None:
        self._handler = type("Login", (PasswordLogin,), {"password": password})
        super().__init__()  # type: ignore[no-untyped-call]
        self._logout_template = Words("logout.html")

    @property
    def login_handler(self) -> type:
        """Return what answers at `/login`."""
        return self._handler


class ProviderLogin:
    """Goes before one of Panel's handlers: who is not listed is told so, and gets no cookie."""

    people: ClassVar[People]
    leave: ClassVar[str] = ""

    def set_secure_cookie(self, name: str, value: str | bytes, *rest: Any, **more: Any) -> None:
        """Keep what the provider told, which is where a login ends; refuse who may not come in."""
        if name == "user":
            self._name = str(value)
            if not self.people.admit(self._name):
                raise _refused(f"{self._name} is not among those who may see these pages.")
        if name == "id_token" and unproven(self._name, claims_of(value)):
            raise _refused(f"The provider does not know whether {self._name} belongs to you.")
        super().set_secure_cookie(name, value, *rest, **more)  # type: ignore[misc]

    def get_auth_http_client(self) -> Any:
        """Return a client whose answers Panel reads rightly."""
        return Quoting(super().get_auth_http_client())  # type: ignore[misc]

    def write_error(self, status_code: int, **more: Any) -> None:
        """Say why nobody came in, and what to do now."""
        fault = more.get("exc_info", (None, None, None))[1]
        for cookie in COOKIES:
            self.clear_cookie(cookie)  # type: ignore[attr-defined]
        what, why = _explained(status_code, fault)
        again = "Log in as somebody else" if status_code == HTTPStatus.FORBIDDEN else "Try again"
        self.finish(  # type: ignore[attr-defined]
            DOORS.get_template("refused.html").render(what=what, why=why, again=again, leave=self.leave)
        )


class ProviderDoor(auth.OAuthProvider):
    """A login at a provider, for those who are listed; looked up at every request, not only the first."""

    def __init__(self, settings: DashboardSettings) -> None:
        known = {name: kind for name, kind in auth.AUTH_PROVIDERS.items() if name not in ASKS_FOR_PASSWORDS}
        if settings.oauth_provider not in known:
            raise NotFound.among("login provider", settings.oauth_provider, known)
        self._people = People(settings.users)
        leave = settings.oauth_extra.get(LEAVE, "")
        kind = known[settings.oauth_provider]
        held = {"people": self._people, "leave": leave}
        self._handler = type("Login", (ProviderLogin, kind), held)
        super().__init__()  # type: ignore[no-untyped-call]
        self._logout_template = Words("logout.html", provider=True, leave=leave)

    @property
    def get_user_async(self) -> Any:
        """Return what tells who asks; somebody who is listed no longer is nobody."""
        known = super().get_user_async

        async def get_user(handler: Any) -> str | None:
            name = await known(handler)
            return name if name and self._people.admit(name) else None

        return get_user

    @property
    def login_handler(self) -> type:
        """Return what answers at `/login`."""
        return self._handler


class Words:
    """A page with what is known already; Panel adds words of its own, which are not needed."""

    def __init__(self, name: str, **given: Any) -> None:
        self._template: Template = DOORS.get_template(name)
        self._given = given

    def render(self, **_: Any) -> str:
        """Return the page."""
        return self._template.render(**self._given)


class Quoting:
    """Asks a provider; Panel 1.9 takes every `'` of an answer for a `"`, so those arrive as JSON escapes."""

    def __init__(self, client: Any) -> None:
        self._client = client

    async def fetch(self, *given: Any, **more: Any) -> Any:
        """Ask, and return the answer."""
        answer = await self._client.fetch(*given, **more)
        if answer.buffer is not None:
            answer.buffer = BytesIO(answer.buffer.getvalue().replace(b"'", b"\\u0027"))
        return answer


def _refused(why: str) -> HTTPError:
    return HTTPError(HTTPStatus.FORBIDDEN, why.replace("%", "%%"), reason="Forbidden")


def _explained(status_code: int, fault: BaseException | None) -> tuple[str, str]:
    """Return what happened and why, for whoever stands before the door."""
    if status_code == HTTPStatus.FORBIDDEN and isinstance(fault, HTTPError):
        return "You may not come in", str(fault.log_message).replace("%%", "%")
    if isinstance(fault, HTTPError) and not isinstance(fault, HTTPClientError):
        return "The login did not come about", f"The provider, or your browser, said: {fault.reason}."
    return (
        "The provider gave no answer",
        "It could not be reached, or its answer was not JSON.",
    )
