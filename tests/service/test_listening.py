"""Hearing a service's events while a proxy answers in its place, and from several threads."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import httpx
import pytest

from workbench.errors import NotFound, WorkbenchError
from workbench.events import Event
from workbench.studio.remote import listening
from workbench.studio.remote.calling import Calling
from workbench.studio.remote.listening import Listening

TOLD = (
    'id: 1\nevent: ready\ndata: {"sequence": 1}\n\n'
    'id: 2\nevent: project_changed\ndata: {"project_id": "p", "data": {}}\n\n'
)
PAGES = {
    "a page": httpx.Response(404, text="404 page not found"),
    "JSON of its own": httpx.Response(404, json={"message": "no route matched"}),
    "JSON that is no object": httpx.Response(403, json=["no"]),
    "a broken stream": httpx.Response(200, text="id: 1\nevent: ready\ndata: {half\n\n"),
}
Hearing = Callable[[Callable[[httpx.Request], httpx.Response]], Listening]


@pytest.fixture
def hearing(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hearing]:
    """What hears a service that is a function, and asks again at once."""
    monkeypatch.setattr(listening, "PAUSE_SECONDS", 0.001)
    made: list[tuple[Listening, Calling]] = []

    def make(answer: Callable[[httpx.Request], httpx.Response]) -> Listening:
        calling = Calling("http://service", "token", transport=httpx.MockTransport(answer))
        made.append((Listening(calling, "p"), calling))
        return made[-1][0]

    yield make
    for each, calling in made:
        each.close()
        calling.close()


@pytest.mark.parametrize("name", PAGES)
def test_what_is_no_word_of_the_service_means_not_now(hearing: Hearing, name: str) -> None:
    """A proxy answers while the service is started anew; its events are heard as soon as it is there."""
    left, heard = [PAGES[name]], threading.Event()

    def answer(_: httpx.Request) -> httpx.Response:
        return left.pop() if left else httpx.Response(200, text=TOLD)

    stop = hearing(answer).on(lambda _: heard.set(), "project_changed")
    assert heard.wait(30)
    stop()


def test_what_the_service_refuses_is_raised(hearing: Hearing) -> None:
    """Its own problem document is its word: there is no such project."""
    problem = {"type": "urn:workbench:problem:not-found", "status": 404, "detail": "There is no project."}
    with pytest.raises(NotFound, match="There is no project"):
        hearing(lambda _: httpx.Response(404, json=problem)).on(lambda _: None)


def test_a_request_that_a_proxy_answers_fails_in_its_words() -> None:
    """What stands before a service has documents of its own; none is taken for a fault of ours."""
    transport = httpx.MockTransport(lambda _: PAGES["JSON of its own"])
    with pytest.raises(WorkbenchError, match="no route matched"):
        Calling("http://service", "token", transport=transport).get("/projects")


def test_listeners_of_several_threads_share_one_reader(
    hearing: Hearing, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two that begin to listen in the same moment make one thread, so that nobody hears anything twice."""
    begun, twice, real = [], threading.Event(), threading.Thread

    def slow(**options: Any) -> threading.Thread:
        begun.append(options)
        if len(begun) > 1:
            twice.set()
        twice.wait(0.05)
        return real(**options)

    def listen(event: Event) -> None:
        """Hear it."""

    heard = hearing(lambda _: httpx.Response(200, text=TOLD))
    askers = [real(target=heard.on, args=(listen,)) for _ in range(2)]
    monkeypatch.setattr(listening, "threading", SimpleNamespace(Thread=slow))
    for asker in askers:
        asker.start()
    for asker in askers:
        asker.join()
    assert len(begun) == 1
