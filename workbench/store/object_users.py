"""Which databases name the objects of a bucket: each leaves its mark beside them before it puts one.

Only a database that is alone with a bucket can tell that an object is nobody's. So objects are removed while
there is one mark; a copy of a database elsewhere, or another team's, makes it two.
"""

from __future__ import annotations

import socket
from contextlib import suppress
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from workbench.errors import NotFound
from workbench.store.blob_users import USERS, User, short
from workbench.store.database import Database
from workbench.store.object_storage import explained_storage


def user_of(database: Database) -> User:
    """Return who a database is: a server's own number and the name, or a machine and a file."""
    told = database.url.render_as_string(hide_password=True)
    if database.is_sqlite:
        told = f"{told} on {socket.gethostname()}"
        return User(short(told), told)
    asked = "SELECT system_identifier, current_database() FROM pg_control_system()"
    known = told
    with suppress(SQLAlchemyError), database.read() as connection:  # a server may forbid the question
        number, name = connection.exec_driver_sql(asked).one()
        known = f"{number}/{name}"
    return User(short(known), told)


def mark(files: Any, root: str, user: User) -> None:
    """Leave the mark, once."""
    key = f"{root}/{USERS}/{user.id}"
    if not files.exists(key):
        files.pipe_file(key, user.told.encode())


def users(files: Any, root: str) -> tuple[User, ...]:
    """Return the databases whose marks lie there."""
    folder = f"{root}/{USERS}"
    found = files.find(folder) if files.exists(folder) else []
    marks = {key.rpartition("/")[2]: key for key in sorted(found)}
    return tuple(
        User(name, files.cat_file(key).decode()) for name, key in marks.items() if name and name[0] != "."
    )


def forget(files: Any, root: str, user_id: str, shown: str) -> None:
    """Take away the mark of a database that is gone for good; raises NotFound."""
    with explained_storage(shown):
        known = [each.id for each in users(files, root)]
        if user_id in known:
            files.rm_file(f"{root}/{USERS}/{user_id}")
    if user_id not in known:
        raise NotFound.among("database", user_id, known)
