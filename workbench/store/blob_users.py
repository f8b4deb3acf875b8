"""Which databases name the files of a folder: each leaves its mark there before it keeps its first one.

Only a database that is alone with a folder can tell that a file is nobody's. Two that share a data folder,
such as the one in it and one on a server, see each other by their marks.
"""

from __future__ import annotations

import hashlib
import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine

from workbench.errors import NotFound
from workbench.store.sources import source_of

USERS = ".users"


@dataclass(frozen=True, slots=True)
class User:
    """A database that names files: what its mark is called, and how people know it."""

    id: str
    told: str


def user_in(folder: Path, engine: Engine) -> User:
    """Return who a database is to the folder of files, which lies in the data folder and moves with it."""
    source = source_of(engine, folder.parent)
    return User(short(source.number or source.name), source.name)


def leave_mark(folder: Path, user: User) -> None:
    """Leave the mark, once and whole; a folder that may not be written is left alone."""
    place = folder / USERS / user.id
    with suppress(OSError):
        if not place.exists():
            place.parent.mkdir(parents=True, exist_ok=True)
            fresh = place.with_name(f".{user.id}.{os.getpid()}")
            fresh.write_text(user.told, encoding="utf-8")
            fresh.replace(place)


def users_of(folder: Path) -> tuple[User, ...]:
    """Return the databases whose marks lie there; one that cannot be read counts all the same."""
    return tuple(User(each.name, _told(each)) for each in sorted((folder / USERS).glob("[!.]*")))


def forget_mark(folder: Path, user_id: str) -> None:
    """Take away the mark of a database that is gone for good; raises NotFound."""
    known = {each.id for each in users_of(folder)}
    if user_id not in known:
        raise NotFound.among("database", user_id, sorted(known))
    (folder / USERS / user_id).unlink(missing_ok=True)


def _told(mark: Path) -> str:
    with suppress(OSError, ValueError):
        return mark.read_text("utf-8") or mark.name
    return mark.name


def short(text: str) -> str:
    """Return a name for a mark that tells nothing."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]
