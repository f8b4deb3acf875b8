"""Where the time goes, said at the seams: spans, counts, and their way across threads and processes.

    with span("render.film", project_id=project.id) as work:
        work.set(frames=150)
    count("cache.hits")

A span knows the one it was opened in, so together they are a tree, and it inherits that one's project,
scene and user. Engines import this room and nothing else of telemetry. While nobody is attached a span is
one shared object that does nothing. Whatever a receiver does wrong stays with the receiver: measuring
never breaks the work that is measured.

To go on in a thread, a process or at another server, give it `carried()` and open spans there inside
`resumed(...)`. A process that has no receiver of its own `gathers` its records, and whoever started it
hands them to `deliver`.
"""

from __future__ import annotations

import os
import re
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from random import Random
from types import TracebackType
from typing import Any, Literal, ParamSpec, TypeVar
from urllib.parse import quote, unquote

from workbench.errors import Cancelled

Kind = Literal["span", "count"]
Outcome = Literal["ok", "error", "cancelled"]
Receiver = Callable[["Record"], None]

MOST_GATHERED = 10_000
MOST_FRAMES = 12
LONGEST_MESSAGE = 500
_ABOUT = ("project_id", "scene_id", "user_id")
_LONGEST_ID = 64
_TRACEPARENT = re.compile(r"[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}")

Asked = ParamSpec("Asked")
Given = TypeVar("Given")


class Trouble:
    """What went wrong in a span, without the objects that were in use: type, message, frames of code.

    A frame is `(file, function, line)`, the outermost first. `first` is False in the spans that the same
    error passes later, so that an error counts once.
    """

    __slots__ = ("first", "frames", "message", "type")

    def __init__(
        self, kind: str, message: str, frames: tuple[tuple[str, str, int], ...], first: bool
    ) -> None:
        self.type = kind
        self.message = message
        self.frames = frames
        self.first = first


class Record:
    """One finished span or one count, as a receiver gets it; ids are numbers, 0 where there is none."""

    __slots__ = (
        "attributes",
        "duration_ns",
        "kind",
        "name",
        "outcome",
        "parent_id",
        "project_id",
        "scene_id",
        "span_id",
        "time_ns",
        "trace_id",
        "trouble",
        "user_id",
        "value",
    )

    def __init__(self, kind: Kind, name: str, attributes: dict[str, Any]) -> None:
        self.kind: Kind = kind
        self.name = name
        self.project_id: str | None = attributes.pop("project_id", None)
        self.scene_id: str | None = attributes.pop("scene_id", None)
        self.user_id: str | None = attributes.pop("user_id", None)
        self.attributes = attributes
        self.trace_id = 0
        self.span_id = 0
        self.parent_id = 0
        self.time_ns = 0
        self.duration_ns: int | None = None
        self.value: float | None = None
        self.outcome: Outcome = "ok"
        self.trouble: Trouble | None = None

    def plain(self) -> dict[str, Any]:
        """Return it as data for JSON, to cross a pipe; `deliver` takes a list of these."""
        data = {name: getattr(self, name) for name in Record.__slots__ if name != "trouble"}
        found = self.trouble
        data["trouble"] = found and [found.type, found.message, found.frames, found.first]
        return data


class _Nothing:
    """The span of a process that nobody watches."""

    __slots__ = ()

    def __enter__(self) -> _Nothing:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def set(self, **attributes: Any) -> None:
        """Forget them."""

    def failed(self, error: BaseException) -> None:
        """Forget it."""


class Span(Record):
    """A piece of work being measured, from the beginning of the `with` block to its end."""

    __slots__ = ("_above", "_began_ns", "_seen", "_to")

    def __init__(self, name: str, attributes: dict[str, Any], to: Receiver | None) -> None:
        super().__init__("span", name, attributes)
        self._to = to
        self._above: Span | _Far | None = None
        self._seen: BaseException | None = None
        self._began_ns = 0

    def set(self, **attributes: Any) -> None:
        """Say more about the work; `project_id`, `scene_id` and `user_id` name what it is about."""
        for name in _ABOUT:
            if name in attributes:
                setattr(self, name, attributes.pop(name))
        self.attributes.update(attributes)

    def failed(self, error: BaseException) -> None:
        """Note an error that the work handles itself; the span's outcome is an error all the same."""
        self._note(error)

    def __enter__(self) -> Span:
        above = self._above = _here.get()
        self.span_id = _numbers.getrandbits(64) or 1
        if above is None:
            self.trace_id = _numbers.getrandbits(128) or 1
        else:
            _descend(self, above)
            self._to = self._to or above._to  # noqa: SLF001 - spans of one family
            if isinstance(above, Span):
                above._seen = None  # noqa: SLF001 - what failed before has been dealt with
        _here.set(self)
        self._began_ns = time.perf_counter_ns()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.duration_ns = time.perf_counter_ns() - self._began_ns
        self.time_ns = time.time_ns()
        _here.set(self._above)
        if error is not None:
            self._note(error)
        _hand_over(self, self._to)
        self._seen = self._above = None

    def _note(self, error: BaseException) -> None:
        stopped = isinstance(error, Cancelled) or not isinstance(error, Exception)
        self.outcome = "cancelled" if stopped else "error"
        seen = self._seen
        first = seen is None or (error is not seen and error.__cause__ is not seen)
        self.trouble = _trouble(error, first)
        self._seen = error
        if isinstance(self._above, Span):
            self._above._seen = error  # noqa: SLF001 - spans of one family


class _Far(Record):
    """The span in another thread, process or server that the work here is part of."""

    __slots__ = ("_to",)

    def __init__(self, trace_id: int, span_id: int, about: dict[str, Any], to: Receiver | None) -> None:
        super().__init__("span", "", about)
        self.trace_id, self.span_id = trace_id, span_id
        self._to = to


_here: ContextVar[Span | _Far | None] = ContextVar("workbench_span", default=None)
_receivers: list[Receiver] = []
_numbers = Random()
_lock = threading.Lock()
_NOTHING = _Nothing()
_refused = [0]


def _reseed() -> None:
    _numbers.seed()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_reseed)


def attach(receiver: Receiver) -> Callable[[], None]:
    """Give every record to `receiver` from now on; returns the way to stop.

    Of several receivers the newest gets what is not addressed: a span that names its own (`to=`), and
    all spans inside it, go there.
    """
    with _lock:
        _receivers.append(receiver)

    def stop() -> None:
        with _lock:
            if receiver in _receivers:
                _receivers.remove(receiver)

    return stop


def span(name: str, *, to: Receiver | None = None, **attributes: Any) -> Span | _Nothing:
    """Measure a `with` block as the operation `name`, such as "render.film"; the result has `set`."""
    if not _receivers and to is None:
        return _NOTHING
    return Span(name, attributes, to)


def count(name: str, value: float = 1, **attributes: Any) -> None:
    """Say that something happened `value` times, or that a quantity has this value now."""
    above = _here.get()
    to = above._to if above is not None else None  # noqa: SLF001 - spans of one family
    if not _receivers and to is None:
        return
    record = Record("count", name, attributes)
    record.value = value
    record.time_ns = time.time_ns()
    if above is not None:
        _descend(record, above)
    _hand_over(record, to)


def annotate(**attributes: Any) -> None:
    """Say more about the work that is being measured here, wherever its span was opened."""
    here = _here.get()
    if isinstance(here, Span):
        here.set(**attributes)


def traced(name: str, **attributes: Any) -> Callable[[Callable[Asked, Given]], Callable[Asked, Given]]:
    """Measure every call of a function as the operation `name`."""

    def measured(function: Callable[Asked, Given]) -> Callable[Asked, Given]:
        @wraps(function)
        def call(*args: Asked.args, **kwargs: Asked.kwargs) -> Given:
            with span(name, **attributes):
                return function(*args, **kwargs)

        return call

    return measured


def carried() -> dict[str, str]:
    """Return what another thread, process or server needs to go on here; empty when nothing is measured.

    `traceparent` is that of W3C Trace Context; `baggage` names project, scene and user. From a stranger
    take only the first.
    """
    here = _here.get()
    if here is None:
        return {}
    about = [f"{name}={quote(str(value), safe='')}" for name in _ABOUT if (value := getattr(here, name))]
    parent = {"traceparent": f"00-{here.trace_id:032x}-{here.span_id:016x}-01"}
    return parent | ({"baggage": ",".join(about)} if about else {})


@contextmanager
def resumed(carried: Mapping[str, str], *, to: Receiver | None = None) -> Iterator[None]:
    """Open the spans of the block inside the span that `carried` names; nonsense counts as nothing."""
    above = _here.get()
    _here.set(_far(carried, to) or above)
    try:
        yield
    finally:
        _here.set(above)


@contextmanager
def gathered() -> Iterator[list[Record]]:
    """Collect the records of the block, at most 10 000, in a process that has no receiver of its own."""
    records: list[Record] = []

    def take(record: Record) -> None:
        if len(records) < MOST_GATHERED:
            records.append(record)

    stop = attach(take)
    try:
        yield records
    finally:
        stop()


def deliver(records: object) -> None:
    """Give the `plain` records of another process to whoever is attached here; nonsense is left out."""
    here = _here.get()
    to = here._to if here is not None else None  # noqa: SLF001 - spans of one family
    for data in records if isinstance(records, list) else ():
        try:
            record = _read(data)
        except (KeyError, TypeError, ValueError, AttributeError):
            continue
        _hand_over(record, to)


def refused() -> int:
    """Return how many records no receiver took because it raised, since this process began."""
    return _refused[0]


def _hand_over(record: Record, to: Receiver | None) -> None:
    try:
        (to or _receivers[-1])(record)
    except Exception:  # noqa: BLE001 - whatever a receiver does wrong is not the work's fault
        _refused[0] += 1


def _descend(record: Record, above: Record) -> None:
    record.trace_id = above.trace_id
    record.parent_id = above.span_id
    record.project_id = record.project_id or above.project_id
    record.scene_id = record.scene_id or above.scene_id
    record.user_id = record.user_id or above.user_id


def _trouble(error: BaseException, first: bool) -> Trouble:
    frames = []
    trace = error.__traceback__ if first else None
    while trace is not None:
        code = trace.tb_frame.f_code
        frames.append((code.co_filename, code.co_qualname, trace.tb_lineno))
        trace = trace.tb_next
    try:
        message = str(error)[:LONGEST_MESSAGE]
    except Exception:  # noqa: BLE001 - an error that cannot say itself is still an error
        message = ""
    return Trouble(type(error).__qualname__, message, tuple(frames[-MOST_FRAMES:]), first)


def _far(carried: Mapping[str, str], to: Receiver | None) -> _Far | None:
    found = _TRACEPARENT.fullmatch(str(carried.get("traceparent", "")).strip())
    if not found:
        return None
    pairs = (each.strip().partition("=") for each in str(carried.get("baggage", "")).split(","))
    about = {name: unquote(value)[:_LONGEST_ID] for name, _, value in pairs if name in _ABOUT}
    return _Far(int(found[1], 16), int(found[2], 16), about, to)


def _read(data: dict[str, Any]) -> Record:
    attributes = {**data["attributes"]}
    attributes.update({name: str(data[name]) for name in _ABOUT if data[name] is not None})
    record = Record("count" if data["kind"] == "count" else "span", str(data["name"]), attributes)
    record.trace_id, record.span_id = int(data["trace_id"]), int(data["span_id"])
    record.parent_id, record.time_ns = int(data["parent_id"]), int(data["time_ns"])
    record.duration_ns = None if data["duration_ns"] is None else int(data["duration_ns"])
    record.value = None if data["value"] is None else float(data["value"])
    record.outcome = data["outcome"] if data["outcome"] in ("error", "cancelled") else "ok"
    if data["trouble"]:
        kind, message, frames, first = data["trouble"]
        kept = tuple((str(file), str(function), int(line)) for file, function, line in frames[:MOST_FRAMES])
        record.trouble = Trouble(str(kind), str(message)[:LONGEST_MESSAGE], kept, bool(first))
    return record
