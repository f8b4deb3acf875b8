"""Spans: a tree of what took how long, across threads and processes, never in the way of the work."""

from __future__ import annotations

import contextvars
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator

import pytest

from workbench.errors import Cancelled, RenderFailed
from workbench.spans import (
    Record,
    annotate,
    attach,
    carried,
    count,
    deliver,
    gathered,
    refused,
    resumed,
    span,
    traced,
)


@pytest.fixture
def seen() -> Iterator[list[Record]]:
    records: list[Record] = []
    stop = attach(records.append)
    yield records
    stop()


def test_spans_are_a_tree(seen: list[Record]) -> None:
    """The inner span names the outer one as its parent, shares its trace and inherits what it is about."""
    with span("studio.ask", project_id="P1", user_id="U1"), span("brain.decide", model="tiny") as inner:
        inner.set(scene_id="S1", input_tokens=12)
    decide, ask = seen
    assert (decide.name, ask.name) == ("brain.decide", "studio.ask")
    assert (decide.parent_id, decide.trace_id) == (ask.span_id, ask.trace_id)
    assert (decide.project_id, decide.scene_id, decide.user_id) == ("P1", "S1", "U1")
    assert decide.attributes == {"model": "tiny", "input_tokens": 12}
    assert (ask.parent_id, ask.scene_id, ask.outcome) == (0, None, "ok")
    assert ask.duration_ns >= decide.duration_ns > 0


def test_the_outcome_is_how_the_block_ends(seen: list[Record]) -> None:
    """An error is an error, a stop is a cancellation; both pass on to the caller."""
    for error in (ValueError("no"), Cancelled("stopped"), KeyboardInterrupt()):
        with pytest.raises(type(error)), span("work"):
            raise error
    assert [each.outcome for each in seen] == ["error", "cancelled", "cancelled"]
    assert (seen[0].trouble.type, seen[0].trouble.message) == ("ValueError", "no")
    assert seen[0].trouble.frames[-1][1] == "test_the_outcome_is_how_the_block_ends"


def test_an_error_counts_once(seen: list[Record]) -> None:
    """The span where it happens sees it first; those it passes, also as a cause, do not count it again."""

    def paint() -> None:
        with span("chunk"), span("paint"):
            raise OSError("disk")

    @traced("film")
    def film() -> None:
        try:
            paint()
        except OSError as fault:
            raise RenderFailed("no film") from fault

    with pytest.raises(RenderFailed):
        film()
    assert [(each.name, each.trouble.first) for each in seen] == [
        ("paint", True),
        ("chunk", False),
        ("film", False),
    ]


def test_an_error_after_one_that_was_handled_counts(seen: list[Record]) -> None:
    """A span that fails by itself after it dealt with an inner failure has an error of its own."""

    def fail(error: Exception) -> None:
        raise error

    @traced("outer")
    def outer() -> None:
        with pytest.raises(OSError, match="inner"), span("inner"):
            fail(OSError("inner"))
        with span("again"):
            pass
        fail(ValueError("mine"))

    with pytest.raises(ValueError, match="mine"):
        outer()
    assert [each.trouble and each.trouble.first for each in seen] == [True, None, True]


def test_a_handled_error_can_be_noted(seen: list[Record]) -> None:
    """`failed` makes the outcome an error although nothing is raised."""
    with span("step") as step:
        step.failed(ValueError("not done"))
    assert (seen[0].outcome, seen[0].trouble.message) == ("error", "not done")


def test_counts_belong_to_the_span_around_them(seen: list[Record]) -> None:
    """A count carries its value and its place in the tree."""
    with span("render", project_id="P1"):
        count("cache.hits", 3, kind_of="chunk")
    hit, render = seen
    assert (hit.kind, hit.value, hit.project_id) == ("count", 3, "P1")
    assert (hit.parent_id, hit.trace_id) == (render.span_id, render.trace_id)


def test_nobody_listening_costs_no_objects() -> None:
    """Without a receiver every span is the same object, and nothing is carried."""
    with span("a", project_id="P1") as one, span("b") as other:
        one.set(frames=1)
        one.failed(ValueError())
        count("c")
        annotate(frames=2)
        assert (one is other, carried()) == (True, {})


def test_a_receiver_that_fails_never_reaches_the_work(seen: list[Record]) -> None:
    """What a receiver raises is counted and forgotten."""

    def full(record: Record) -> None:
        raise OSError("No space left on device")

    before, stop = refused(), attach(full)
    with span("save"):
        count("saves")
    stop()
    stop()
    assert (refused() - before, seen) == (2, [])


def test_a_span_can_name_its_receiver(seen: list[Record]) -> None:
    """With two workspaces open, a span and all inside it go to the one that is named."""
    mine: list[Record] = []
    with span("studio.ask", to=mine.append), span("brain.decide"):
        count("tries")
    with span("other"):
        pass
    assert ([each.name for each in mine], [each.name for each in seen]) == (
        ["tries", "brain.decide", "studio.ask"],
        ["other"],
    )


def test_threads_go_on_where_the_caller_was(seen: list[Record]) -> None:
    """A thread that resumes what it was given is part of the caller's span; one that does not is alone."""
    with span("film", project_id="P=1, x"):
        ticket = carried()

        def work() -> None:
            with span("alone"):
                pass
            with resumed(ticket), span("chunk"):
                pass

        thread = threading.Thread(target=work)
        thread.start()
        thread.join()
    alone, chunk, film = seen
    assert alone.parent_id == 0 != film.trace_id - alone.trace_id
    assert (chunk.parent_id, chunk.trace_id, chunk.project_id) == (film.span_id, film.trace_id, "P=1, x")


@pytest.mark.parametrize(
    "nonsense", [{}, {"traceparent": "x"}, {"traceparent": "00-0-0-00", "baggage": "%%"}]
)
def test_nonsense_resumes_nothing(seen: list[Record], nonsense: dict[str, str]) -> None:
    """A header that is no traceparent is ignored, the span around it stays the parent."""
    with span("request"), resumed(nonsense), span("inner"):
        pass
    assert seen[0].parent_id == seen[1].span_id


def test_a_span_may_end_in_another_context(seen: list[Record]) -> None:
    """A generator that is finished elsewhere ends its span without harm."""
    work = span("stream")
    contextvars.copy_context().run(work.__enter__)
    work.__exit__(None, None, None)
    assert [each.name for each in seen] == ["stream"]


def test_a_traced_function_is_a_span(seen: list[Record]) -> None:
    """Every call is measured and `annotate` speaks about the innermost span."""

    @traced("scene.measure", part="text")
    def measure(words: str) -> int:
        annotate(letters=len(words))
        return len(words)

    assert measure("abc") == 3
    assert (seen[0].name, seen[0].attributes) == ("scene.measure", {"part": "text", "letters": 3})


def test_records_cross_a_pipe_as_json(seen: list[Record]) -> None:
    """A process gathers its spans and hands them back as plain data, errors and parents with them."""
    code = (
        "import json, sys\n"
        "from workbench.spans import gathered, resumed, span\n"
        "with gathered() as found, resumed(json.loads(sys.argv[1])):\n"
        "    try:\n"
        "        with span('chunk', frames=7):\n"
        "            raise ValueError('broken')\n"
        "    except ValueError:\n"
        "        pass\n"
        "print(json.dumps([each.plain() for each in found]))\n"
    )
    with span("film", project_id="P1"):
        told = subprocess.run(
            [sys.executable, "-c", code, json.dumps(carried())], capture_output=True, text=True, check=True
        ).stdout
        deliver(json.loads(told))
    chunk, film = seen
    assert (chunk.parent_id, chunk.trace_id, chunk.project_id) == (film.span_id, film.trace_id, "P1")
    assert (chunk.attributes, chunk.trouble.message, chunk.outcome) == ({"frames": 7}, "broken", "error")
    assert chunk.duration_ns > 0


@pytest.mark.parametrize("nonsense", [None, "text", [None], [{}], [{"attributes": 3}], [{"kind": "span"}]])
def test_nonsense_from_a_process_is_left_out(seen: list[Record], nonsense: object) -> None:
    """What is no record delivers nothing and raises nothing."""
    deliver(nonsense)
    assert seen == []


def test_gathering_is_bounded() -> None:
    """A process that never stops counting keeps ten thousand records."""
    with gathered() as found:
        for _ in range(10_050):
            count("loop")
    assert len(found) == 10_000


def test_forked_processes_make_ids_of_their_own(seen: list[Record]) -> None:
    """Two children of one parent never give two spans the same id."""
    told = []
    for _ in range(2):
        receiving, giving = os.pipe()
        child = os.fork()
        if child == 0:
            with span("child"):
                pass
            os.write(giving, f"{seen[-1].span_id}".encode())
            os._exit(0)
        os.waitpid(child, 0)
        os.close(giving)
        told.append(os.read(receiving, 100))
        os.close(receiving)
    assert told[0] != told[1]
