"""Everything a server can do wrong ends in a clear fault, in time, and without the key."""

import logging
import pickle
import threading
import traceback
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from tests.models import troubled_server as trouble
from tests.models.conftest import CANARY
from tests.models.troubled_server import Answer, TroubledServer
from workbench.brain.remote.faults import struck_out
from workbench.brain.remote.order import Letter, Order, Reply
from workbench.brain.remote.wire import Wire
from workbench.errors import Cancelled, ModelFailed

Wired = Callable[..., Wire]
GOOD = trouble.says("good")

WHOLE: dict[str, tuple[Answer, str]] = {
    "bad request": (trouble.fails(400), "bad_request"),
    "wrong key": (trouble.fails(401, f"Incorrect API key provided: {CANARY}"), "unauthorized"),
    "no credit": (trouble.fails(402), "quota"),
    "not allowed": (trouble.fails(403), "forbidden"),
    "unknown model": (trouble.fails(404), "not_found"),
    "slow reader": (trouble.fails(408), "server_error"),
    "conflict": (trouble.fails(409), "conflict"),
    "too large": (trouble.fails(413), "bad_request"),
    "unprocessable": (trouble.fails(422), "bad_request"),
    "too often": (trouble.fails(429), "rate_limited"),
    "quota used up": (trouble.fails(429, "pay", code="insufficient_quota"), "quota"),
    "server error": (trouble.fails(500), "server_error"),
    "bad gateway": (trouble.fails(502), "server_error"),
    "overloaded": (trouble.fails(503), "overloaded"),
    "error page": (trouble.sends("<html>Log in</html>", "text/html"), "not_a_model"),
    "no JSON": (trouble.sends('{"choices": [', "application/json"), "garbled"),
    "no choices": (trouble.sends('{"id": "c", "object": "chat.completion", "choices": []}'), "empty"),
    "another object": (trouble.sends('["hello"]'), "not_a_model"),
    "hangs up": (trouble.hangs_up, "unreachable"),
    "body cut": (trouble.cuts_body, "unreachable"),
    "empty": (trouble.sends(trouble.completion("")), "empty"),
    "no content": (trouble.sends(trouble.completion(None)), "empty"),
    "refusal": (trouble.sends(trouble.completion(None, refusal="I will not.")), "refused"),
    "filtered": (trouble.sends(trouble.completion("x", "content_filter")), "refused"),
    "too long": (trouble.sends(trouble.completion("x", "length")), "cut_off"),
    "no end": (trouble.sends(trouble.completion("x", None)), "broken_stream"),
    "endless": (trouble.fills('{"choices": "', "x"), "cut_off"),
    "endless error": (trouble.fills('{"error": "', "x", 500), "cut_off"),
    "endless, as if a stream": (trouble.fills("{", "\n\n", kind="text/event-stream"), "cut_off"),
    "compressed": (trouble.packs(trouble.completion("x" * 2**20)), "garbled"),
}
STREAMED: dict[str, tuple[Answer, str]] = {
    "stream breaks off": (trouble.streams(trouble.chunk("half")), "broken_stream"),
    "stream without end": (trouble.streams(*[trouble.chunk("x" * 100_000)] * 11), "cut_off"),
    "event without end": (trouble.fills("data: {", "x", kind="text/event-stream"), "cut_off"),
    "endless error for a stream": (trouble.fills("", "{}\n\n", 500), "cut_off"),
    "stream is cut off": (trouble.streams(trouble.chunk("half"), trouble.chunk("", "length")), "cut_off"),
    "stream of nonsense": (trouble.streams(trouble.chunk("half"), "{not json"), "garbled"),
    "stream is empty": (trouble.streams(trouble.chunk("", "stop"), "[DONE]"), "empty"),
    "stream refuses": (trouble.streams(trouble.chunk(None, "stop", refusal="no")), "refused"),
    "stream is filtered": (trouble.streams(trouble.chunk("x", "content_filter")), "refused"),
    "error in a stream": (trouble.streams('{"error": {"message": "boom"}}'), "server_error"),
    "page for a stream": (trouble.sends("<html></html>", "text/html"), "not_a_model"),
    "stream refused": (trouble.fails(401), "unauthorized"),
}


def order(*, stream: bool = False) -> Order:
    return Order("m1", (Letter("user", "hi"),), 100, stream=stream)


def failure(wire: Wire, sent: Order) -> ModelFailed:
    with pytest.raises(ModelFailed) as caught:
        wire.send(sent)
    return caught.value


@pytest.mark.parametrize("name", WHOLE)
def test_every_fault_of_an_answer_has_its_kind_and_a_remedy(
    troubled: TroubledServer, wired: Wired, name: str
) -> None:
    """Whatever the server does, the error says what happened and what to do."""
    answer, kind = WHOLE[name]
    troubled.answers(answer)
    fault = failure(wired(troubled.url), order())
    assert fault.evidence["kind"] == kind
    assert fault.remedy


@pytest.mark.parametrize("name", STREAMED)
def test_every_fault_of_a_stream_has_its_kind_and_a_remedy(
    troubled: TroubledServer, wired: Wired, name: str
) -> None:
    """A stream that goes wrong is never taken for an answer."""
    answer, kind = STREAMED[name]
    troubled.answers(answer)
    fault = failure(wired(troubled.url), order(stream=True))
    assert fault.evidence["kind"] == kind
    assert fault.remedy


@pytest.mark.parametrize("name", [*WHOLE, *STREAMED])
def test_the_key_is_in_no_error(
    troubled: TroubledServer, wired: Wired, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    """No message, evidence, traceback, chained error or debug log shows it, also when a server echoes it."""
    caplog.set_level(logging.DEBUG)
    answer, _ = {**WHOLE, **STREAMED}[name]
    troubled.answers(answer)
    wire = wired(troubled.url)
    fault = failure(wire, order(stream=name in STREAMED))
    assert troubled.keys[0] == f"Bearer {CANARY}"
    shown = [
        str(fault),
        repr(fault),
        repr(fault.evidence),
        repr(wire),
        repr(wire.server),
        repr(wire.__dict__),
    ]
    shown += [*traceback.format_exception(fault), caplog.text]
    assert not [text for text in shown if CANARY in text]
    assert fault.__cause__ is None
    assert fault.__context__ is None


def test_nobody_there_is_unreachable(wired: Wired) -> None:
    """An address without a server is told as such, with the address."""
    fault = failure(wired("http://127.0.0.1:9/v1"), order())
    assert fault.evidence["kind"] == "unreachable"
    assert "127.0.0.1:9" in str(fault)


@pytest.mark.parametrize(("name", "stream"), [("endless", False), ("event without end", True)])
def test_an_answer_without_end_is_hung_up_on(
    troubled: TroubledServer, wired: Wired, name: str, stream: bool
) -> None:
    """It is given up for its size, not tried again, and the server can stop."""
    troubled.answers({**WHOLE, **STREAMED}[name][0])
    fault = failure(wired(troubled.url, seconds=60), order(stream=stream))
    assert "did not end: more than 8 MB came" in str(fault)
    assert troubled.hung_up_on.wait(10)
    assert len(troubled.heard) == 1


def test_a_list_of_models_without_end_is_given_up(troubled: TroubledServer, wired: Wired) -> None:
    """Whatever is asked for has the same bound."""
    troubled.models = ["m" * 1000] * 9000
    with pytest.raises(ModelFailed, match="did not end"):
        wired(troubled.url).models()


def test_a_long_stream_of_short_events_is_heard(troubled: TroubledServer, wired: Wired) -> None:
    """Only one event is bounded: what stands around the words may be much more than they are."""
    long = [trouble.chunk("x", padding="y" * 100_000)] * 100
    troubled.answers(trouble.streams(*long, trouble.chunk("", "stop"), "[DONE]"))
    assert wired(troubled.url, seconds=60).send(order(stream=True)).text == "x" * 100


@pytest.mark.parametrize("stream", [False, True])
def test_a_silent_server_runs_into_the_deadline(troubled: TroubledServer, wired: Wired, stream: bool) -> None:
    """One deadline holds for everything."""
    troubled.answers(trouble.stalls)
    assert failure(wired(troubled.url, seconds=0.2), order(stream=stream)).evidence["kind"] == "timed_out"


def test_a_stream_that_stalls_runs_into_the_deadline(troubled: TroubledServer, wired: Wired) -> None:
    """Also when the first words have come."""
    troubled.answers(trouble.stalls_after(trouble.chunk("half")))
    assert failure(wired(troubled.url, seconds=0.3), order(stream=True)).evidence["kind"] == "timed_out"


@pytest.mark.parametrize("name", ["too often", "overloaded", "server error", "hangs up", "empty", "conflict"])
def test_what_may_pass_is_tried_again(troubled: TroubledServer, wired: Wired, name: str) -> None:
    """The second try is the answer, and says that it was the second."""
    troubled.answers(WHOLE[name][0], GOOD)
    reply = wired(troubled.url).send(order())
    assert (reply.text, reply.tries) == ("good", 2)


@pytest.mark.parametrize("name", ["wrong key", "bad request", "refusal", "quota used up", "too long"])
def test_what_will_not_pass_is_not_tried_again(troubled: TroubledServer, wired: Wired, name: str) -> None:
    """A second try would only cost time and money."""
    troubled.answers(WHOLE[name][0], GOOD)
    failure(wired(troubled.url), order())
    assert len(troubled.heard) == 1


def test_words_that_were_heard_are_not_said_again(troubled: TroubledServer, wired: Wired) -> None:
    """A stream that broke after its first words is not begun anew."""
    troubled.answers(trouble.streams(trouble.chunk("half"), '{"error": {"message": "boom"}}'), GOOD)
    heard: list[str] = []
    with pytest.raises(ModelFailed):
        wired(troubled.url).send(order(stream=True), heard.append)
    assert heard == ["half"]
    assert len(troubled.heard) == 1


def test_retry_after_longer_than_the_deadline_fails_at_once(troubled: TroubledServer, wired: Wired) -> None:
    """Nobody waits two minutes within a deadline of five seconds; the error says how long it would be."""
    troubled.answers(trouble.fails(429, headers={"retry-after": "120"}), GOOD)
    fault = failure(wired(troubled.url), order())
    assert len(troubled.heard) == 1
    assert "120 seconds" in str(fault)


def test_retry_after_is_waited_for(troubled: TroubledServer, wired: Wired) -> None:
    """A short wait that the server asks for is taken, in milliseconds too."""
    troubled.answers(trouble.fails(429, headers={"retry-after-ms": "20"}), GOOD)
    assert wired(troubled.url).send(order()).tries == 2


def test_a_server_that_is_asked_too_often_is_asked_less(troubled: TroubledServer, wired: Wired) -> None:
    """Every "too many" halves the number of requests at once; good answers open it again."""
    wire = wired(troubled.url, tries=3)
    before = wire.places
    troubled.answers(WHOLE["too often"][0], WHOLE["too often"][0], GOOD)
    wire.send(order())
    narrow = wire.places
    for _ in range(4):
        wire.send(order())
    assert narrow < before
    assert wire.places > narrow


def test_servers_that_call_the_limit_otherwise_are_understood(troubled: TroubledServer, wired: Wired) -> None:
    """The name of the output limit is learnt from the complaint, once."""
    troubled.answers(trouble.fails(400, "Use max_completion_tokens instead of max_tokens"), GOOD)
    wire = wired(troubled.url)
    wire.send(order())
    wire.send(order())
    assert [next(k for k in body if k.startswith("max")) for body in troubled.heard] == [
        "max_tokens",
        "max_completion_tokens",
        "max_completion_tokens",
    ]


def test_stopping_to_listen_hangs_up(troubled: TroubledServer, wired: Wired) -> None:
    """Whoever raises while hearing gets their own error, and the server notices at once."""
    troubled.answers(trouble.talks_for_ever)

    def stop(_: str) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        wired(troubled.url).send(order(stream=True), stop)
    assert troubled.hung_up_on.wait(10)


def test_a_wire_can_be_closed_twice_and_used_again(troubled: TroubledServer, wired: Wired) -> None:
    """Closing is harmless, and the next request opens it anew."""
    troubled.answers(GOOD)
    wire = wired(troubled.url)
    assert wire.send(order()).text == "good"
    wire.close()
    wire.close()
    assert wire.send(order()).text == "good"


class Asking:
    """Somebody who asks in a thread of their own; `answer` is what they got or what was raised."""

    def __init__(self, wire: Wire, *, stream: bool = False) -> None:
        self.heard = threading.Event()
        self.answer: list[object] = []
        self._thread = threading.Thread(target=self._ask, args=(wire, stream), daemon=True)
        self._thread.start()

    def ended(self) -> object:
        self._thread.join(30)
        return self.answer[0] if self.answer else "waits for ever"

    def _ask(self, wire: Wire, stream: bool) -> None:
        try:
            self.answer.append(wire.send(order(stream=stream), lambda _: self.heard.set()).text)
        except Exception as error:  # noqa: BLE001 - the test looks which
            self.answer.append(type(error))


def asked_silently(server: TroubledServer) -> tuple[Answer, threading.Event]:
    """Return an answer that says nothing, and what tells that it was asked for."""
    asked = threading.Event()

    def answer(handler: trouble.Handler) -> None:
        asked.set()
        server.released.wait(20)

    return answer, asked


def test_closing_ends_whoever_waits_for_an_answer(troubled: TroubledServer, wired: Wired) -> None:
    """They are told that the connection was closed, and the server is not asked again."""
    silent, asked = asked_silently(troubled)
    troubled.answers(silent)
    wire = wired(troubled.url, seconds=60)
    asking = Asking(wire)
    assert asked.wait(30)
    wire.close()
    assert asking.ended() is Cancelled
    assert len(troubled.heard) == 1


def test_closing_ends_whoever_hears_a_stream(troubled: TroubledServer, wired: Wired) -> None:
    """Also when the first words have come."""
    troubled.answers(trouble.stalls_after(trouble.chunk("half")))
    wire = wired(troubled.url, seconds=60)
    asking = Asking(wire, stream=True)
    assert asking.heard.wait(30)
    wire.close()
    assert asking.ended() is Cancelled


def test_closing_just_before_a_request_is_sent_ends_it(
    troubled: TroubledServer, wired: Wired, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody waits for a loop that was ended between finding and using it."""
    troubled.answers(trouble.stalls)
    wire = wired(troubled.url, seconds=60)
    find = wire._running

    def found_and_closed() -> object:
        loop = find()
        closing = threading.Thread(target=wire.close)
        closing.start()
        closing.join(0.05)
        return loop

    monkeypatch.setattr(wire, "_running", found_and_closed)
    assert Asking(wire).ended() is Cancelled


@pytest.mark.slow
def test_closing_ends_those_who_wait_for_their_turn(
    troubled: TroubledServer, wired: Wired, monkeypatch: pytest.MonkeyPatch
) -> None:
    """More than may be asked at once, twice over: whoever opens it anew gets a gate of their own."""
    wire = wired(troubled.url, seconds=60)
    begin, begun = wire._begun, threading.Semaphore(0)

    def counted(work: Coroutine[Any, Any, Any]) -> object:
        future = begin(work)
        begun.release()
        return future

    monkeypatch.setattr(wire, "_begun", counted)
    for _ in range(2):
        troubled.heard.clear()
        asked = threading.Semaphore(0)

        def silent(handler: trouble.Handler, asked: threading.Semaphore = asked) -> None:
            asked.release()
            troubled.released.wait(20)

        troubled.answers(silent)
        asking = [Asking(wire) for _ in range(wire.places + 1)]
        assert all(begun.acquire(timeout=30) for _ in asking)
        assert all(asked.acquire(timeout=30) for _ in range(wire.places))
        wire.close()
        assert [each.ended() for each in asking] == [Cancelled] * len(asking)


def test_keys_are_struck_out_of_what_servers_say() -> None:
    """Neither our key nor anything that looks like one survives."""
    assert "sk-other" not in struck_out("key sk-other-123456 and Bearer abc.def", "x")
    assert struck_out("my secret-value", "secret-value") == "my ***"
    assert len(struck_out("long " * 500, "")) <= 300


def test_faults_keep_only_plain_facts(troubled: TroubledServer, wired: Wired) -> None:
    """What a fault carries can be stored: text and numbers, no client objects."""
    troubled.answers(WHOLE["overloaded"][0])
    evidence = failure(wired(troubled.url), order()).evidence
    assert pickle.loads(pickle.dumps(evidence)) == evidence


@pytest.mark.parametrize("name", ["too long", "refusal", "filtered", "empty"])
def test_an_answer_of_no_use_tells_what_it_took(troubled: TroubledServer, wired: Wired, name: str) -> None:
    """The server is paid for it all the same, each time it was asked; its text is not kept."""
    troubled.answers(WHOLE[name][0])
    lost = Reply.of_no_use(failure(wired(troubled.url), order()))
    assert lost
    asked = len(troubled.heard)
    assert (lost.text, lost.input_tokens, lost.output_tokens) == ("", 100 * asked, 20 * asked)
    assert Reply.of_no_use(failure(wired("http://127.0.0.1:9/v1"), order())) is None


def test_an_empty_answer_before_a_good_one_is_in_its_tokens(troubled: TroubledServer, wired: Wired) -> None:
    """Two answers were paid for."""
    troubled.answers(WHOLE["empty"][0], GOOD)
    reply = wired(troubled.url).send(order())
    assert (reply.text, reply.input_tokens, reply.output_tokens) == ("good", 200, 40)
