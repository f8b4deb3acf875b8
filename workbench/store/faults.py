"""What the database driver raises, in the words of whoever has to mend it.

Between several writers of one PostgreSQL server some work is turned away although nothing is wrong with it:
a deadlock is broken, a connection is lost, two add the same row at once. That is `Busy`: the same again will
do. SQLite is spared most of it, because there one writes at a time.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from shlex import quote

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnectionLeft

from workbench.errors import Busy, EnvironmentFault, InputError, WorkbenchError

_AGAIN = "Try again."
_REMEDIES: tuple[tuple[tuple[str, ...], type[EnvironmentFault], str, str], ...] = (
    (("disk is full", "no space left", "could not extend file"), EnvironmentFault, "The disk is full.",
     "Free some space and try again; nothing that was saved before is lost."),
    (("disk i/o error",), EnvironmentFault, "The database file could not be written or read.",
     "Check free space, quotas and the disk; nothing that was saved before is lost."),
    (("database is locked", "lock timeout"), Busy, "Another process kept the database busy for too long.",
     "Try again; if it stays, look for a program that holds the file open."),
    (("permission denied to create database",), EnvironmentFault,
     "The user of the URL may not create a database, where a backup is restored to be counted.",
     "Let whoever runs the server say: ALTER ROLE the_user CREATEDB"),
    (("readonly database", "read-only transaction", "permission denied"), EnvironmentFault,
     "The database cannot be written.",
     "Check the permissions of the file and its folder, or the rights of the user on the server."),
    (("no password supplied", "authentication failed", "no pg_hba.conf entry"), EnvironmentFault,
     "The database server refused the login.", "Check the user of the URL, and PGPASSWORD or ~/.pgpass."),
    (("unable to open database",), EnvironmentFault, "The database file cannot be opened.",
     "Check that its folder exists and may be written."),
    (("connection refused", "connection is bad", "could not connect", "connection failed",
      "connection timeout", "could not translate host", "failed to resolve"),
     Busy, "The database server cannot be reached.", "Check that it runs and that the URL is right."),
)  # fmt: skip
_MISSING = re.compile(r'FATAL: +(database|role) "(.+)" does not exist')
_STATES: tuple[tuple[tuple[str, ...], str], ...] = (
    (("40001", "40P01"), "Somebody else changed the same at the same moment."),
    (("23503", "23505"), "Somebody else added or removed the same at the same moment."),
    (("55P03", "57014"), "Others kept the database busy for too long."),
    (("53300", "53200"), "The database server has no room for one more just now."),
    (("57P", "08"), "The database server went away."),
)
"""SQLSTATE of PostgreSQL, or how it begins, and what it means; the same work may well go through later."""


@contextmanager
def explained() -> Iterator[None]:
    """Turn driver errors of the block into ours; programming mistakes pass unchanged."""
    try:
        yield
    except DBAPIError as failure:
        known = explain(failure)
        if known is None:
            raise
        raise known from failure
    except NoConnectionLeft as failure:
        raise Busy("Every connection to the database is in use.", remedy=_AGAIN) from failure


def createdb(name: str) -> str:
    """Return the command that makes a database which keeps text as UTF8, whatever the locale of the server.

    Only `template0` may get another encoding than it has, and only the locale C goes with each: the server's
    own may be bound to ISO-8859-1. `--locale` would also set that of ICU, from PostgreSQL 16 on, and C is
    none there. Nothing here leans on the order a locale gives; C has that of SQLite.
    """
    return f"createdb --template=template0 --lc-collate=C --lc-ctype=C --encoding=UTF8 {quote(name)}"


def explain(failure: DBAPIError) -> WorkbenchError | None:
    """Return our error for a driver's, or None when it is nothing the user could mend."""
    said = str(failure.orig)
    state = str(getattr(failure.orig, "sqlstate", None) or "")
    lowered = said.lower()
    if "not a database" in lowered:
        return InputError("That file is not a database.", remedy="Give another path.", driver=said)
    if "malformed" in lowered and not state:
        return EnvironmentFault(
            "The database file is damaged.", remedy="Restore it from a backup.", driver=said
        )
    if missing := _MISSING.search(said):
        kind, name = missing.groups()
        command = createdb(name) if kind == "database" else f"createuser {quote(name)}"
        told = f"The server has no {kind} named {name!r}."
        return InputError(told, remedy=f"Make it ({command}), or correct the URL.", driver=said)
    if state.startswith("22") or "cannot contain nul" in lowered:
        told = said.partition("\n")[0]
        return InputError(f"A value cannot be kept: {told}.", remedy="Make it shorter, or leave it out.")
    for signs, kind, message, remedy in _REMEDIES:
        if any(sign in lowered for sign in signs):
            return kind(message, remedy=remedy, driver=said)
    for states, message in _STATES:
        if state and state.startswith(states):
            return Busy(message, remedy=_AGAIN, driver=said)
    if failure.connection_invalidated:
        return Busy("The database server went away.", remedy=_AGAIN, driver=said)
    return None
