"""Which database a backup is of: a folder of backups may be shared by several, and none is another's."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import URL, Engine
from sqlalchemy.exc import SQLAlchemyError

_PORT = 5432
_NUMBER = "SELECT system_identifier, current_database() FROM pg_control_system()"


@dataclass(frozen=True, slots=True)
class Source:
    """A database: its `name` is an address without user and secrets, or a path (short in the data folder).

    `number` is the server's own and the database's name on it; empty where there is none or it is not told.
    """

    name: str
    number: str = ""

    def is_same(self, other: Source) -> bool:
        """Whether both are one database: on one server, however that is called, or at one address."""
        return self.name == other.name or (bool(self.number) and self.number == other.number)

    def called(self, name: str) -> bool:
        """Whether people mean this one by `name`."""
        return name in {self.name, self.number}


def source_of(engine: Engine, home: Path) -> Source:
    """Return which database it is; `home` is the data folder, which may be moved with all that is in it."""
    url = engine.url
    if url.get_backend_name() == "sqlite":
        return Source(_below(Path(str(url.database)), home))
    with suppress(SQLAlchemyError), engine.connect() as connection:  # away, or the question is forbidden
        number, name = connection.exec_driver_sql(_NUMBER).one()
        return Source(_address(url), f"{number}/{name}")
    return Source(_address(url))


def _below(file: Path, home: Path) -> str:
    file, home = file.expanduser().resolve(), home.resolve()
    return file.relative_to(home).as_posix() if file.is_relative_to(home) else str(file)


def _address(url: URL) -> str:
    """Return where a database is; what else an address holds may be secret."""
    host = str(url.host or url.query.get("host") or "")
    port = url.port or int(str(url.query.get("port") or _PORT))
    shown = None if port == _PORT else port
    if host.startswith("/"):
        address = URL.create("postgresql", port=shown, database=url.database, query={"host": host})
    else:
        address = URL.create("postgresql", host=host or None, port=shown, database=url.database)
    return address.render_as_string()
