"""Render processes from the outside: messages, order, cancellation, closing."""

from __future__ import annotations

import contextlib
import os
import threading
from io import BytesIO

import av
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.render.films import GRADIENTS, SMALL, broken, graph, scene
from tests.render.troubled import EASEL as TROUBLED
from workbench.errors import Cancelled, InputError
from workbench.render import worker
from workbench.render.crew import Crew, worker_count
from workbench.render.easel import GradientEasel
from workbench.render.request import pack
from workbench.render.timeline import Shot, source_of
from workbench.render.warm import WarmRenderer, spread
from workbench.render.wire import Message, receive, send
from workbench.render.worker import Outbox
from workbench.scene.format import Format

plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
messages = st.builds(
    Message,
    st.text(),
    st.integers(0, 10**9),
    st.dictionaries(st.text(), plain, max_size=3),
    st.lists(st.binary(), max_size=3).map(tuple),
)


@given(st.lists(messages, max_size=3))
def test_messages_arrive_as_they_were_sent(sent: list[Message]) -> None:
    """What goes through the pipe comes out equal and in order, then the end."""
    pipe = BytesIO()
    for message in sent:
        send(pipe, message)
    pipe.seek(0)
    assert [receive(pipe) for _ in sent] == sent
    assert receive(pipe) is None


@given(messages, st.data())
def test_half_a_message_is_no_message(message: Message, data: st.DataObject) -> None:
    """When the other side dies while it writes, the rest is not taken for anything."""
    pipe = BytesIO()
    send(pipe, message)
    cut = data.draw(st.integers(0, len(pipe.getvalue()) - 1))
    assert receive(BytesIO(pipe.getvalue()[:cut])) is None


def test_messages_from_several_threads_arrive_whole() -> None:
    """Progress told while a piece is written does not land inside the piece."""
    reading, writing = os.pipe()
    heard: list[Message] = []

    def listen() -> None:
        with os.fdopen(reading, "rb") as inlet:
            while message := receive(inlet):
                heard.append(message)
            inlet.read()

    def tell(outbox: Outbox, number: int) -> None:
        for count in range(200):
            outbox.put(Message("piece", number, {"count": count}, (bytes([number]) * 20_000,)))

    listener = threading.Thread(target=listen)
    listener.start()
    with os.fdopen(writing, "wb") as outlet:
        outbox = Outbox(outlet)
        tellers = [threading.Thread(target=tell, args=(outbox, number)) for number in range(4)]
        for thread in tellers:
            thread.start()
        for thread in tellers:
            thread.join()
    listener.join()
    assert [sum(message.job == number for message in heard) for number in range(4)] == [200] * 4
    assert all(message.parts == (bytes([message.job]) * 20_000,) for message in heard)


class Over(Exception):
    """Ends the work of a test."""


class Scripted:
    """An inbox that gives what a test says, and keeps how long it was waited for."""

    def __init__(self, *messages: Message | None) -> None:
        self._messages = list(messages)
        self.waited: list[float | None] = []

    def next(self, seconds: float | None = None) -> Message | None:
        self.waited.append(seconds)
        if not self._messages:
            raise Over
        return self._messages.pop(0)

    def is_cancelled(self, _: int) -> bool:
        return False


def test_a_painter_without_work_gives_back_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """After jobs it looks for more a little while, gives free memory back, and then waits in peace."""
    given_back: list[int] = []
    inbox = Scripted(Message("nonsense", 1, {}), Message("nonsense", 2, {}), None)
    monkeypatch.setattr(worker, "give_back", lambda: given_back.append(len(inbox.waited)))
    with pytest.raises(Over):
        worker.work(GradientEasel(), inbox, Outbox(BytesIO()))  # type: ignore[arg-type]
    assert inbox.waited == [None, worker.IDLE_SECONDS, worker.IDLE_SECONDS, None]
    assert given_back == [3]


def test_an_inbox_waits_only_so_long() -> None:
    """With a limit it answers that nothing came, and the next job comes all the same."""
    inlet, outlet = os.pipe()
    with os.fdopen(outlet, "wb") as writing:
        inbox = worker.Inbox(os.fdopen(inlet, "rb"), at_the_end=lambda: None)
        assert inbox.next(0.01) is None
        send(writing, Message("paint", 7, {}))
        assert inbox.next(30) == Message("paint", 7, {})


def test_each_source_travels_once() -> None:
    """Two shots of one scene and the frame held from it share one graph."""
    first, second = source_of(graph("#111111"), "a", {"x": b"picture"}), source_of(graph("#222222"), "b")
    job = pack(
        "chunk", [Shot(first, 0, 5), Shot(second, 0, 5, "fade", first, 4, 3), Shot(first, 5, 5)], SMALL
    )
    assert job.parts == (first.graph_json, b"picture", second.graph_json)
    assert [shot["source"] for shot in job.data["shots"]] == [0, 1, 0]
    assert job.title == "scene 'a', scene 'b'"


@given(st.integers(1, 500), st.integers(1, 20))
def test_a_strip_is_spread_over_the_scene(frames: int, count: int) -> None:
    """Distinct frames in order, as many as were asked for or there are."""
    chosen = spread(frames, count)
    assert chosen == sorted(set(chosen))
    assert len(chosen) == min(frames, count)
    assert set(chosen) <= set(range(frames))


def test_no_worker_is_too_few() -> None:
    """Zero workers are refused; by default there is at least one and at most eight."""
    with pytest.raises(InputError, match="0 workers"):
        worker_count(0)
    assert 1 <= worker_count(None) <= 8


@pytest.fixture(scope="module")
def renderer():
    with WarmRenderer(GRADIENTS) as renderer:
        yield renderer


@pytest.mark.slow
def test_a_preview_has_every_frame_of_every_scene(renderer: WarmRenderer) -> None:
    """A broken scene keeps its place; a tall film keeps its shape."""
    preview = renderer.preview([scene(), broken()], 320, picture=Format(1080, 1920))
    with av.open(BytesIO(preview.content)) as film:
        frames = [(frame.width, frame.height) for frame in film.decode(video=0)]
    assert frames == [(180, 320)] * 45
    assert (preview.frames, preview.cards) == (45, ())


@pytest.mark.slow
def test_many_threads_get_their_own_answers(renderer: WarmRenderer) -> None:
    """Requests from eight threads at once are answered one by one, each with its frame."""
    expected = {frame: renderer.still(graph(), frame, 90) for frame in range(8)}
    answers: dict[int, bytes] = {}

    def ask(frame: int) -> None:
        answers[frame] = renderer.still(graph(), frame, 90)

    threads = [threading.Thread(target=ask, args=(frame,)) for frame in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == expected
    assert len(set(expected.values())) == 8


@pytest.mark.slow
def test_cancelling_frees_the_process_for_the_next_request(renderer: WarmRenderer) -> None:
    """The same process serves the next still."""
    pid = renderer.pid
    pieces: list[bytes | None] = []
    with pytest.raises(Cancelled):
        renderer.preview(graph(seconds=60), on_piece=pieces.append, cancel=lambda: len(pieces) > 2)
    assert renderer.still(graph(), 0)
    assert renderer.pid == pid


@pytest.mark.slow
def test_cancelling_at_any_moment_leaves_the_process_well(renderer: WarmRenderer) -> None:
    """Forty previews given up after more and more pieces: one process serves them all."""
    assert renderer.still(graph(), 0)
    pid = renderer.pid
    for wanted in range(40):
        pieces: list[bytes | None] = []
        with contextlib.suppress(Cancelled):
            renderer.preview(graph(seconds=4), on_piece=pieces.append, cancel=lambda: len(pieces) > wanted)  # noqa: B023
        assert None not in pieces
    assert renderer.still(graph(), 0)
    assert renderer.pid == pid


@pytest.mark.slow
def test_a_preview_names_the_scenes_it_could_not_paint() -> None:
    """The others play; the failed one shows its card for its time."""
    with WarmRenderer(TROUBLED) as renderer:
        preview = renderer.preview([scene("#111111"), scene("#222222", **{"raise": b""})])
    assert (preview.frames, preview.cards) == (60, ("Scene #222222",))


@pytest.mark.slow
def test_a_renderer_closes_twice_and_opens_again() -> None:
    """Closing ends the process; the next request starts another."""
    renderer = WarmRenderer(GRADIENTS)
    first = renderer.still(graph(), 0)
    renderer.close()
    renderer.close()
    assert renderer.pid is None
    assert renderer.still(graph(), 0) == first
    renderer.close()


@pytest.mark.slow
def test_a_crew_answers_in_order_and_ends_with_its_first_failure() -> None:
    """Results come in the order of the work; an error stops what has not begun."""
    begun: list[int] = []

    def work(number: int) -> int:
        begun.append(number)
        if number == 5:
            raise ValueError("five")
        return number

    done: list[int] = []
    with Crew(2, GRADIENTS) as crew:
        with pytest.raises(ValueError, match="five"):
            done.extend(crew.map(work, range(100)))
        assert list(crew.map(str, range(3))) == ["0", "1", "2"]
    assert len(begun) < 20
