"""`workbench token`: who may call the service."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import get_args

import click

from workbench.cli.saying import json_option, say_json, say_table
from workbench.clock import SystemClock
from workbench.errors import NotFound
from workbench.store.database import Database
from workbench.store.tokens import Scope, Token, Tokens
from workbench.store.users import Users
from workbench.studio.settings import Settings
from workbench.studio.upgrading import open_database

_COLUMNS = ("id", "name", "user", "scope", "created", "expires", "used", "revoked")


@click.group()
def token() -> None:
    """Make, list and revoke the tokens by which programs call the service."""


@token.command()
@click.argument("name")
@click.option("--user", default="local", show_default=True, help="Whose projects it opens; made when new.")
@click.option("--scope", type=click.Choice(get_args(Scope)), default="author", show_default=True,
              help="What it opens: a user's projects, or also what operators see.")  # fmt: skip
@click.option("--days", type=float, help="How long it lasts (default: until it is revoked).")
@json_option
def create(name: str, user: str, scope: Scope, days: float | None, as_json: bool) -> None:
    """Make a token; the secret is shown this once and never again."""
    with _database() as database:
        _known_or_new(database, user)
        made, secret = Tokens(database).create(name, user=user, scope=scope, days=days)
    if as_json:
        say_json({**_plain(made), "token": secret})
        return
    click.echo(secret)
    click.echo(f"Keep it: it opens the projects of {made.user.name!r} and is not shown again.", err=True)


@token.command("list")
@json_option
def list_tokens(as_json: bool) -> None:
    """List the tokens; their secrets are not kept anywhere."""
    with _database() as database:
        known = Tokens(database).list()
    rows = [_plain(each) for each in known]
    say_json(rows) if as_json else say_table([list(row.values()) for row in rows], _COLUMNS)


@token.command()
@click.argument("token_id")
def revoke(token_id: str) -> None:
    """Close a token for ever."""
    with _database() as database:
        gone = Tokens(database).revoke(token_id)
    click.echo(f"Revoked {gone.name!r} of {gone.user.name!r}.")


@contextmanager
def _database() -> Iterator[Database]:
    settings = Settings()
    with open_database(settings, SystemClock()) as database:
        yield database


def _known_or_new(database: Database, user: str) -> None:
    try:
        Users(database).get(user)
    except NotFound:
        Users(database).create(user)


def _plain(token: Token) -> dict[str, str]:
    return {
        "id": token.id,
        "name": token.name,
        "user": token.user.name,
        "scope": token.scope,
        "created": _day(token.created_at),
        "expires": _day(token.expires_at),
        "used": _day(token.used_at),
        "revoked": _day(token.revoked_at),
    }


def _day(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M}" if moment else ""
