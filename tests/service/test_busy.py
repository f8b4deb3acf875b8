"""What PostgreSQL turns away between several writers is answered 503 with a time, and goes through later.

Each test forces one such case on a real server: a deadlock, a conflict, a lost connection, a full pool, the
same key at two servers at once.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import psycopg
import pytest
from sqlalchemy import Connection, create_engine, select, text, update
from sqlalchemy.exc import DBAPIError
from starlette.testclient import TestClient

from tests.service.conftest import bearer
from tests.store.conftest import _postgresql_database
from workbench.errors import Busy, Conflict, InputError
from workbench.render.process import RenderProcess
from workbench.service.app import create_app
from workbench.store import Database, Projects, Users
from workbench.store.database import accompanied
from workbench.store.faults import explain
from workbench.store.kept_answers import Begun, KeptAnswers
from workbench.store.preferences import Preferences
from workbench.store.prompts import Prompts
from workbench.store.rows import project as projects
from workbench.store.statements import Statement
from workbench.studio.settings import Settings
from workbench.studio.workspace import Workspace

pytestmark = pytest.mark.slow


@pytest.fixture
def url(postgresql_server: str) -> Iterator[str]:
    """Give the address of a PostgreSQL database of this test's own."""
    yield from _postgresql_database(postgresql_server, "postgres")


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    with Database.open(url) as opened:
        yield opened


@contextmanager
def serving(url: str, folder: Path) -> Iterator[tuple[TestClient, Workspace]]:
    settings = Settings(data=folder, database=url, workers=1, job_threads=0)
    with Workspace(settings) as workspace, TestClient(create_app(workspace)) as client:
        client.headers.update(bearer(workspace))
        client.post("/projects", json={"name": "Talk"}).raise_for_status()
        yield client, workspace


def at_once(*works: Callable[[], object]) -> list[object]:
    """Do several things at the same time; returns what each gave or raised."""

    def tried(work: Callable[[], object]) -> object:
        try:
            return work()
        except Exception as error:  # noqa: BLE001 - whatever it is, the test judges it
            return error

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(tried, works))


def cut_off(url: str) -> None:
    """End every connection to the database but this one, as a restart of the server does."""
    with psycopg.connect(url, autocommit=True) as admin:
        admin.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


def test_a_deadlock_turns_one_away(database: Database) -> None:
    """Of two that wait for each other one goes on, and the other is told to try again."""
    held = [Projects(database).create(name).id for name in ("One", "Two")]
    both = threading.Barrier(2)

    def lock(first: str, second: str) -> None:
        with database.write() as connection:
            for name in (first, second):
                connection.execute(select(projects.c.id).where(projects.c.id == name).with_for_update())
                if name == first:
                    both.wait(60)

    ended = at_once(lambda: lock(*held), lambda: lock(*reversed(held)))
    turned_away = [each for each in ended if each is not None]
    assert [type(each) for each in turned_away] == [Busy]
    assert str(turned_away[0]) == "Somebody else changed the same at the same moment. Try again."


def test_what_cannot_be_put_in_an_order_is_turned_away(database: Database, url: str) -> None:
    """A serialization failure is Busy, not a fault that nobody knows."""
    kept = Projects(database).create("One").id
    strict = create_engine(database.url, isolation_level="SERIALIZABLE")
    rename = update(projects).where(projects.c.id == kept)
    with strict.connect() as first, strict.connect() as second:
        for each in (first, second):
            each.execute(select(projects.c.name).where(projects.c.id == kept)).all()
        first.execute(rename.values(name="A"))
        first.commit()
        with pytest.raises(DBAPIError) as failure:
            second.execute(rename.values(name="B"))
    strict.dispose()
    assert isinstance(explain(failure.value), Busy)


def test_a_lost_connection_is_answered_503_and_goes_through_later(url: str, tmp_path: Path) -> None:
    """A server that went away in the middle of a request: 503, when to come again, and then done once."""
    with serving(url, tmp_path) as (client, workspace):
        body, once = {"kind": "add_scene", "template": "title"}, {"Idempotency-Key": "one"}
        cut = threading.Event()
        held = workspace.scenes.add

        def lose(*given: object, **named: object) -> object:
            if not cut.is_set():
                cut.set()
                with accompanied(lambda _: cut_off(url)):
                    return held(*given, **named)
            return held(*given, **named)

        workspace.scenes.add = lose  # type: ignore[method-assign]
        first = client.post("/projects/Talk/actions", json=body, headers=once)
        assert (first.status_code, first.headers.get("retry-after")) == (503, "1")
        assert first.json()["type"] == "urn:workbench:problem:busy"
        second = client.post("/projects/Talk/actions", json=body, headers=once)
        assert second.status_code == 200
        assert len(client.get("/projects/Talk/scenes").json()) == 1


def test_connections_that_were_lost_while_idle_are_made_anew(url: str, tmp_path: Path) -> None:
    """After a restart of the database server the next requests are answered as before."""
    with serving(url, tmp_path) as (client, _):
        cut_off(url)
        assert [client.get("/projects").status_code for _ in range(3)] == [200] * 3


def test_a_full_pool_is_answered_503(url: str, tmp_path: Path) -> None:
    """When every connection is in use for too long, also the token's own look is told to come later."""
    with serving(url, tmp_path) as (client, workspace):
        engine = workspace.database.engine
        workspace.database.engine = create_engine(
            workspace.database.url, pool_size=1, max_overflow=0, pool_timeout=0.2
        )
        with workspace.database.engine.connect():
            refused = client.get("/projects")
        assert (refused.status_code, refused.headers.get("retry-after")) == (503, "1")
        assert refused.json()["detail"] == "Every connection to the database is in use."
        workspace.database.engine.dispose()
        workspace.database.engine = engine
        assert client.get("/projects").status_code == 200


def test_a_server_that_is_full_is_told_so(database: Database) -> None:
    """Too many clients, a shutdown, a start: the words come from the state, in every language."""
    for state, words in {
        "53300": "no room",
        "57P01": "went away",
        "08006": "went away",
        "40P01": "same",
    }.items():
        orig = SimpleNamespace(sqlstate=state)
        told = explain(DBAPIError("", {}, orig))  # type: ignore[arg-type]
        assert isinstance(told, Busy)
        assert words in told.message


def test_what_does_not_fit_is_the_callers(database: Database) -> None:
    """A value that a column cannot hold is refused as input, whatever the driver calls it."""
    with pytest.raises(InputError, match="cannot be kept"), database.write() as connection:
        connection.execute(text("SELECT CAST('x' AS integer)"))


def test_the_same_key_at_two_servers_is_done_by_the_last(database: Database, url: str) -> None:
    """Both may begin; the attempt that began first can keep nothing any more, and neither fails oddly."""
    with Database.open(url) as other:
        for number in range(8):
            begun = at_once(
                lambda: KeptAnswers(database).begin("local", f"k{number}", "r"),  # noqa: B023
                lambda: KeptAnswers(other).begin("local", f"k{number}", "r"),  # noqa: B023
            )
            assert sorted(each.attempt for each in begun if isinstance(each, Begun)) == [1, 2]


def test_tastes_of_one_user_from_many_sides(database: Database) -> None:
    """The same taste stated, pinned and forgotten at once: no one fails, and it is there at most once."""
    kept = Preferences(database)
    project = Projects(database).create("One").id
    said = Statement("accent", "teal", 1, "said", "words", "m", "teal!", project, database.now())

    def state(number: int) -> None:
        for turn in range(6):
            kept.add("local", [replace(said, source_id=f"{number}.{turn}")])
            kept.pin("local", None, "accent", "teal")
            kept.unpin("local", None, "accent", "teal")
            kept.forget("local", None, "accent")

    assert at_once(*[lambda each=number: state(each) for number in range(6)]) == [None] * 6


def test_prompt_versions_are_numbered_one_by_one(database: Database) -> None:
    """Versions that are added at the same moment get numbers of their own."""
    prompts, project = Prompts(database), Projects(database).create("One").id

    def add() -> int:
        return prompts.add(project, "calm", {}, who="ada").number

    assert sorted(map(str, at_once(*[add] * 8))) == [str(number) for number in range(1, 9)]


def test_the_same_name_at_the_same_moment(database: Database, url: str) -> None:
    """One project gets the name; the other servers are told that it is taken, or to try again."""
    names = [f"P{number}" for number in range(6)]
    with Database.open(url) as other:
        for name in names:
            ended = at_once(*[lambda d=d, n=name: Projects(d).create(n) for d in (database, other, other)])
            assert sum(isinstance(each, (InputError, Busy)) for each in ended) == 2
            assert not any(isinstance(each, Conflict) for each in ended)
        made = at_once(*[lambda: Users(database).create("grace"), lambda: Users(other).create("grace")])
        assert sum(isinstance(each, (InputError, Busy)) for each in made) == 1


def test_too_slow_is_not_a_fault_of_ours(url: str, tmp_path: Path) -> None:
    """A painter that does not get on in its time is 503, and the next picture is painted."""
    with serving(url, tmp_path) as (client, workspace):
        client.post("/projects/Talk/actions", json={"kind": "add_scene"}).raise_for_status()
        painter = workspace.renderer._process
        assert isinstance(painter, RenderProcess)
        painter.patience_seconds, patience = 0.0, painter.patience_seconds
        slow = client.get("/projects/Talk/scenes/1/frames/1?height=90")
        painter.patience_seconds = max(patience, 120)
        assert (slow.status_code, slow.json()["type"]) == (503, "urn:workbench:problem:too-slow")
        assert client.get("/projects/Talk/scenes/1/frames/1?height=90").status_code == 200


def test_a_reading_connection_that_is_lost(database: Database, url: str) -> None:
    """Reading, too, is told to try again, and the next read works."""

    def look(connection: Connection) -> int:
        return int(connection.execute(text("SELECT 1")).scalar_one())

    with pytest.raises(Busy), database.read() as connection:  # noqa: PT012 - it is lost inside
        look(connection)
        cut_off(url)
        look(connection)
    with database.read() as connection:
        assert look(connection) == 1
