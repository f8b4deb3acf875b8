"""What is told to whoever has no database that keeps text as UTF8: one command, whatever the locale."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.store.servers import program, running_server
from workbench.errors import InputError
from workbench.store import Database, Projects
from workbench.store.faults import createdb

ROOT = Path(__file__).parents[2]
SERVERS = {
    "of no encoding": ("--locale=C", "--encoding=SQL_ASCII"),
    "of Latin letters": ("--locale=en_US.iso88591", "--encoding=LATIN1"),
    "of ICU": ("--locale-provider=icu", "--icu-locale=en-US", "--locale=C", "--encoding=LATIN1"),
}


@pytest.fixture(scope="module")
def locales() -> Iterator[Path]:
    """Give a folder with an American locale that is bound to ISO-8859-1, for the system's own may lack it."""
    folder = Path(tempfile.mkdtemp(prefix="workbench-locales-"))
    folder.chmod(0o755)  # the server is another user's
    made = folder / "en_US.iso88591"
    if shutil.which("localedef") and Path("/usr/share/i18n/locales/en_US").exists():
        subprocess.run(["localedef", "-c", "--quiet", "-i", "en_US", "-f", "ISO-8859-1", made], check=False)
    if not made.is_dir():
        shutil.rmtree(folder)
        pytest.fail("No locale can be made here. On Debian: apt-get install locales")
    yield folder
    shutil.rmtree(folder)


def run_as_told(remedy: str, server: str) -> None:
    """Run the command that a remedy tells, at a server."""
    told = re.search(r"createdb [^()]+", remedy)
    assert told is not None
    _, *arguments = shlex.split(told[0])
    at = {**os.environ, "PGHOST": server, "PGUSER": "workbench"}
    subprocess.run([program("createdb"), *arguments], check=True, env=at)


@pytest.mark.slow
@pytest.mark.parametrize("how", SERVERS.values(), ids=SERVERS)
def test_the_command_that_is_told_makes_a_database(how: tuple[str, ...], locales: Path) -> None:
    """In place of one that is refused, and of one that is not there; it has room for each letter."""
    with running_server(*how, environment={"LOCPATH": str(locales)}) as server:
        for name, made, told in (
            ("postgres", "postgres_utf8", "keeps text as"),
            ("my films", "my films", "no database named 'my films'"),
        ):
            with pytest.raises(InputError, match=told) as refused:
                Database.open(f"postgresql://workbench@/{name}?host={server}")
            run_as_told(refused.value.remedy, server)
            with Database.open(f"postgresql://workbench@/{made}?host={server}") as database:
                assert Projects(database).create("Zürich, 東京 ✓").name == "Zürich, 東京 ✓"


def test_the_page_about_deploying_tells_the_same_command() -> None:
    """What is read there before and what is told by the error afterwards are one."""
    assert f"`{createdb('workbench')}`" in (ROOT / "docs" / "deploy.md").read_text(encoding="utf-8")
