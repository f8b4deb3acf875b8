"""Who is let in, without a browser: what is listed, what a provider says, and which settings are refused."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from dashboards.login import login_of
from dashboards.people import People, claims_of, unproven
from workbench.errors import InputError
from workbench.studio.dashboard_settings import DashboardSettings

LISTED = People(("Ada", "bob@example.com", "@example.org"))
SAFE = {"cookie_secret": "c" * 40}
GITHUB = {"oauth_provider": "github", "oauth_key": "client", "oauth_secret": "secret", **SAFE}


@pytest.mark.parametrize("name", ["ada", " ADA ", "Bob@Example.com", "anna@example.org"])
def test_who_is_listed_is_admitted(name: str) -> None:
    """By name or by domain, whatever the capitals."""
    assert LISTED.admit(name)


@pytest.mark.parametrize(
    "name",
    [
        "",
        " ",
        "@example.org.evil",
        "bob",
        "bob@example.com.evil",
        "x@sub.example.org",
        "ada@evil",
        "example.org",
        "*",
    ],
)
def test_who_is_not_listed_is_not(name: str) -> None:
    """Neither by a longer domain, by the domain alone, nor by calling oneself what stands for all."""
    assert not LISTED.admit(name)
    assert not People(()).admit(name)


def test_a_star_admits_everybody_with_a_name() -> None:
    """Whoever the provider knows, but not nobody."""
    assert People(("*",)).admit("anybody@anywhere")
    assert not People(("*",)).admit("")


@pytest.mark.parametrize("form", ["{payload}", "e30.{payload}.c2ln"])
def test_an_address_that_nobody_proved_is_known(form: str) -> None:
    """From a token as from its payload alone; other names, and silent providers, are fine."""
    claims = {"email": "bob@example.com", "email_verified": False}
    payload = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    read = claims_of(form.format(payload=payload).encode())
    assert read == claims
    assert unproven("bob@example.com", read)
    assert unproven("bob@example.com", {**read, "email_verified": "False"})
    assert not unproven("bob", read)
    assert not unproven("bob@example.com", {"email": "bob@example.com"})
    assert claims_of("no token") == {}


@pytest.mark.parametrize(
    ("given", "remedy"),
    [
        ({"password": "open sesame"}, "WORKBENCH_DASHBOARD_COOKIE_SECRET"),
        (GITHUB, r"WORKBENCH_DASHBOARD_USERS .*\"\*\""),
        ({**GITHUB, "oauth_provider": "githib", "users": ["*"]}, "Did you mean 'github'"),
        ({**GITHUB, "oauth_provider": "pam", "users": ["*"]}, "login provider"),
    ],
)
def test_a_login_that_would_let_in_the_wrong_people_does_not_start(
    given: dict[str, Any], remedy: str
) -> None:
    """Cookies anybody could sign, a provider's whole public, one that is not known: each with the way out."""
    with pytest.raises(InputError, match=remedy):
        login_of(DashboardSettings(**given), "1")


def test_without_a_password_or_provider_there_is_no_login() -> None:
    """Then whoever reaches 127.0.0.1 is let in, as the documents say."""
    assert login_of(DashboardSettings(**SAFE), "1") == {}  # type: ignore[arg-type]
