"""What the database driver raises, in the words of whoever has to mend it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError

from workbench.errors import EnvironmentFault, InputError, WorkbenchError

_REMEDIES = (
    (("disk is full", "no space left", "could not extend file"), "The disk is full.",
     "Free some space and try again; nothing that was saved before is lost."),
    (("disk i/o error",), "The database file could not be written or read.",
     "Check free space, quotas and the disk; nothing that was saved before is lost."),
    (("database is locked", "lock timeout"), "Another process kept the database busy for too long.",
     "Try again; if it stays, look for a program that holds the file open."),
    (("readonly database", "read-only transaction", "permission denied"), "The database cannot be written.",
     "Check the permissions of the file and its folder."),
    (("unable to open database",), "The database file cannot be opened.",
     "Check that its folder exists and may be written."),
    (("connection refused", "connection is bad", "could not connect", "connection failed",
      "connection timeout", "could not translate host", "failed to resolve"),
     "The database server cannot be reached.", "Check that it runs and that the URL is right."),
)  # fmt: skip


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


def explain(failure: DBAPIError) -> WorkbenchError | None:
    """Return our error for a driver's, or None when it is nothing the user could mend."""
    said = str(failure.orig)
    lowered = said.lower()
    if "not a database" in lowered:
        return InputError("That file is not a database.", remedy="Give another path.", driver=said)
    if "malformed" in lowered:
        return EnvironmentFault(
            "The database file is damaged.", remedy="Restore it from a backup.", driver=said
        )
    for signs, message, remedy in _REMEDIES:
        if any(sign in lowered for sign in signs):
            return EnvironmentFault(message, remedy=remedy, driver=said)
    return None
