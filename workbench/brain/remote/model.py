"""A director behind a wire: any server that speaks OpenAI's Chat Completions decides and writes.

A plan is asked for as JSON that a schema enforces; where a server does not know that, as JSON, and where it
does not know that either, as text out of which JSON is taken. The way that worked is remembered by model.
When a model answers and none of its answers is a plan, the director that needs no network decides, and the
plan says so. A server that cannot be reached, or refuses, is an error: the user chose it, and should know.
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from workbench.brain.model import Decision, Model, OnText, Usage, Writing, unheard
from workbench.brain.packet import Packet
from workbench.brain.plan import EditScene, Plan
from workbench.brain.remote import briefing, faults
from workbench.brain.remote.allowance import Allowance, Claim
from workbench.brain.remote.complexity import Approach, approach
from workbench.brain.remote.json_reading import read_object, unusable
from workbench.brain.remote.order import Carrier, Letter, Mode, Order, Reply
from workbench.brain.remote.plan_reading import PlanReader
from workbench.brain.remote.plan_schema import layout_schema, plan_schema
from workbench.brain.remote.written import Written, read_written
from workbench.brain.tokens import tokens_in
from workbench.errors import ModelFailed
from workbench.events import Emit, Event, silence
from workbench.scene.finding import Finding
from workbench.spans import span

_MODES: tuple[Mode, ...] = ("json_schema", "json_object", "text")
_NO_PLAN = frozenset({"unusable", "cut_off", "empty"})
"""Kinds of answers that show a model is there, and that it is no director."""
_LAYOUT_TOKENS = 1200
_PLAN_TOKENS = 1600
_DESCRIBING = (
    "Describe this picture for a motion designer: what it shows, its text, layout, colours and mood."
)


@dataclass(frozen=True, slots=True)
class Roles:
    """Which of the server's models does what; empty: as `decide`, and for that the only one there is."""

    decide: str = ""
    write: str = ""
    edit: str = ""
    describe: str = ""


@dataclass(frozen=True, slots=True)
class Room:
    """Tokens: how many a model is told at most, and how many it may answer with."""

    context_tokens: int = 24_000
    output_tokens: int = 6_000


@dataclass(frozen=True, slots=True)
class Description:
    """What a vision model says about a picture, and what it took."""

    text: str
    usage: Usage


@dataclass(slots=True)
class _Calls:
    """The calls that one decision or writing takes, in order, and how each is sampled."""

    sampling: Mapping[str, float | int] = field(default_factory=dict)
    made: list[Usage] = field(default_factory=list)

    @property
    def last(self) -> Usage:
        return self.made[-1]

    @contextmanager
    def told(self) -> Iterator[None]:
        """Have a failure tell what was used up to it: calls that were answered are paid for all the same."""
        try:
            yield
        except ModelFailed as failure:
            failure.evidence["usage"] = tuple(self.made)
            raise


class OpenAIModel:
    """Decides and writes through a `Wire`; see the module for how. Give `otherwise` to decide offline."""

    def __init__(
        self,
        wire: Carrier,
        roles: Roles | None = None,
        *,
        room: Room | None = None,
        allowance: Allowance | None = None,
        otherwise: Model | None = None,
        emit: Emit = silence,
    ) -> None:
        self._wire = wire
        self._roles = roles or Roles()
        self._room = room or Room()
        self.allowance = allowance or Allowance()
        self._otherwise = otherwise
        self._emit = emit
        self._modes: dict[str, Mode] = {}
        self._only_model = ""

    @property
    def name(self) -> str:
        """The model that decides, and where it is."""
        return f"{self._roles.decide or self._only_model or 'model'} at {self._wire.server.host}"

    @property
    def room(self) -> Room:
        """How much it is told, and may answer."""
        return self._room

    @property
    def modes(self) -> Mapping[str, Mode]:
        """How JSON is asked for, by model, as far as it is known."""
        return dict(self._modes)

    def close(self) -> None:
        """Close the connections."""
        self._wire.close()

    def __repr__(self) -> str:
        return f"OpenAIModel({self.name})"

    def decide(self, packet: Packet) -> Decision:
        calls = _Calls(packet.prompting.sampling)
        model = self._model(self._roles.decide)
        brief = briefing.deciding(packet, self._told_tokens(_PLAN_TOKENS))
        try:
            with calls.told():
                plan = self._plan(packet, brief, model, calls)
        except ModelFailed as failure:
            if failure.evidence.get("kind") not in _NO_PLAN or self._otherwise is None:
                raise
            return self._decided_offline(self._otherwise, packet, model, str(failure.message), calls)
        return Decision(plan, calls.last, tuple(calls.made[:-1]), brief.left_out)

    def write(
        self,
        packet: Packet,
        step: EditScene,
        *,
        findings: tuple[Finding, ...] = (),
        on_text: OnText = unheard,
    ) -> Writing:
        calls = _Calls(packet.prompting.sampling)
        before = briefing.scene_of(packet, step.scene).source
        two_step = packet.prompting.two_step
        way = approach(step.instruction, step.edit_kind, is_new=not before, two_step=two_step)
        model = self._model(self._roles.edit if before else self._roles.write)
        layout = ""
        with calls.told():
            if way.layout_first and not findings:
                layout, way = self._layout(packet, step, model, way, calls)
            brief = briefing.writing(
                packet, step, self._told_tokens(self._room.output_tokens), findings=findings, layout=layout
            )
            written = self._written(brief.letters, before, model, calls, on_text)
        return Writing(
            calls.last,
            written.source,
            written.params,
            approach=way.why,
            earlier=tuple(calls.made[:-1]),
            left_out=brief.left_out,
        )

    def describe(self, picture: bytes, media_type: str, question: str = _DESCRIBING) -> Description:
        """Return what a vision model says about a picture. Raises ModelFailed when the server sees none."""
        model = self._model(self._roles.describe)
        url = f"data:{media_type};base64,{b64encode(picture).decode()}"
        calls = _Calls()
        order = Order(model, (Letter("user", question, (url,)),), self._room.output_tokens)
        try:
            reply = self._sent(order, calls)
        except ModelFailed as failure:
            if failure.evidence.get("kind") not in faults.MODE_REFUSED:
                raise
            raise ModelFailed(
                f"{model!r} cannot look at pictures: {failure.message}",
                remedy="Set WORKBENCH_MODEL_DESCRIBE to a model that can.",
                kind="no_vision",
            ) from None
        return Description(reply.text, calls.last)

    def _plan(self, packet: Packet, brief: briefing.Briefing, model: str, calls: _Calls) -> Plan:
        """Ask for a plan; when it cannot be read, tell the model why and ask once more."""
        letters, why = brief.letters, ""
        for _ in range(2):
            reply = self._json(letters, model, plan_schema(packet), _PLAN_TOKENS, calls)
            try:
                reader = PlanReader(packet)
                plan = reader.plan(read_object(reply.text))
                faulty = " ".join(reader.faults)
            except ModelFailed as failure:
                plan, faulty = None, failure.message
            if plan is not None and not faulty:
                return plan
            why = faulty
            again = f"That answer cannot be used: {why} Answer again with the whole corrected JSON object."
            letters = (*brief.letters, Letter("assistant", reply.text), Letter("user", again))
        raise unusable(why)

    def _decided_offline(
        self, otherwise: Model, packet: Packet, model: str, why: str, calls: _Calls
    ) -> Decision:
        decision = otherwise.decide(packet)
        told = f"{model} gave no usable plan, so the {otherwise.name} decided. {why}"
        plan = replace(decision.plan, assumed=(told, *decision.plan.assumed))
        return Decision(plan, decision.usage, tuple(calls.made))

    def _layout(
        self, packet: Packet, step: EditScene, model: str, way: Approach, calls: _Calls
    ) -> tuple[str, Approach]:
        """Return a layout as JSON text, or none with the reason when the model gave none of use."""
        room = self._told_tokens(_LAYOUT_TOKENS)
        task = packet.prompting.laying_out or briefing.LAYING_OUT
        brief = briefing.writing(packet, step, room, task=task)
        reply = self._json(brief.letters, model, layout_schema(), _LAYOUT_TOKENS, calls)
        try:
            return json.dumps(read_object(reply.text), ensure_ascii=False), way
        except ModelFailed:
            return "", Approach(False, "source at once: the model gave no layout that can be read")

    def _written(
        self, letters: tuple[Letter, ...], before: str, model: str, calls: _Calls, on_text: OnText
    ) -> Written:
        """Ask for source; when none can be read from the answer, tell the model why and ask once more."""
        reply = self._sent(Order(model, letters, self._room.output_tokens, stream=True), calls, on_text)
        try:
            return read_written(reply.text, before)
        except ModelFailed as failure:
            again = (
                f"{failure.message} Answer with the whole new source in one block that begins with ```scene."
            )
        more = (*letters, Letter("assistant", reply.text), Letter("user", again))
        reply = self._sent(Order(model, more, self._room.output_tokens, stream=True), calls, on_text)
        return read_written(reply.text, before)

    def _json(
        self,
        letters: tuple[Letter, ...],
        model: str,
        schema: Mapping[str, Any],
        most_tokens: int,
        calls: _Calls,
    ) -> Reply:
        """Ask for JSON in the way this model is known to take, or find out which that is."""
        known = self._modes.get(model)
        modes = _MODES[_MODES.index(known) :] if known else _MODES
        for mode in modes:
            asked = letters if mode == "json_schema" else _with_schema(letters, schema)
            order = Order(model, asked, most_tokens, mode, schema if mode == "json_schema" else None)
            try:
                reply = self._sent(order, calls)
            except ModelFailed as failure:
                if failure.evidence.get("kind") not in faults.MODE_REFUSED or mode == modes[-1]:
                    raise
                continue
            self._modes[model] = mode
            return reply
        raise AssertionError("the last mode returns or raises")

    def _sent(self, order: Order, calls: _Calls, on_text: OnText = unheard) -> Reply:
        order = replace(order, sampling=calls.sampling)
        host = self._wire.server.host
        with span("model.call", provider=host, model=order.model, mode=order.mode) as measured:
            before = len(calls.made)
            try:
                return self._paid(order, calls, on_text)
            finally:
                if len(calls.made) > before:
                    measured.set(**calls.last.measured())

    def _paid(self, order: Order, calls: _Calls, on_text: OnText) -> Reply:
        input_tokens = sum(tokens_in(letter.text) for letter in order.letters)
        host = self._wire.server.host
        with self.allowance.claim(order.model, input_tokens, order.most_tokens) as claim:
            try:
                reply = self._wire.send(order, on_text)
            except ModelFailed as failure:
                claim.settle(input_tokens, claim.usd)
                usage = Usage(host, order.model, mode=order.mode)
                if (lost := Reply.of_no_use(failure)) is not None:
                    usage = self._settled(lost, order, claim, input_tokens)
                    calls.made.append(usage)
                self._announce(usage, str(failure.evidence.get("kind")))
                raise
            usage = self._settled(reply, order, claim, input_tokens)
        calls.made.append(usage)
        self._announce(usage, "ok", reply.seconds)
        return reply

    def _settled(self, reply: Reply, order: Order, claim: Claim, input_tokens: int) -> Usage:
        """Return what an answer took, and have the allowance count it."""
        usage = _usage(reply, order, self._wire.server.host)
        usage = replace(usage, cost_usd=self.allowance.cost_usd(usage))
        answered = reply.output_tokens or tokens_in(reply.text)
        cost = claim.usd if usage.cost_usd is None else usage.cost_usd
        claim.settle((reply.input_tokens or input_tokens) + answered, cost)
        return usage

    def _announce(self, usage: Usage, outcome: str, seconds: float | None = None) -> None:
        data = {
            "provider": usage.provider,
            "model": usage.model,
            "mode": usage.mode,
            "outcome": outcome,
            "input_tokens": usage.input_tokens,
            "cached_tokens": usage.cached_tokens,
            "output_tokens": usage.output_tokens,
            "cost_usd": usage.cost_usd,
            "first_token_seconds": usage.first_token_seconds,
            "seconds": seconds,
            "tries": usage.tries,
        }
        self._emit(Event("model_called", data=data))

    def _told_tokens(self, answer_tokens: int) -> int:
        return max(0, self._room.context_tokens - answer_tokens)

    def _model(self, wanted: str) -> str:
        """Return the model of a role; without a setting, the only one the server has."""
        named = wanted or self._roles.decide or self._only_model
        if named:
            return named
        there = self._wire.models()
        if len(there) != 1:
            listed = ", ".join(there[:8]) + (", …" if len(there) > 8 else "")
            raise ModelFailed(
                f"{self._wire.server.host} has {len(there)} models, and none is chosen.",
                remedy=f"Set WORKBENCH_MODEL to one of: {listed}." if there else "Load a model there first.",
                kind="no_model",
            )
        self._only_model = there[0]
        return self._only_model


def _with_schema(letters: tuple[Letter, ...], schema: Mapping[str, Any]) -> tuple[Letter, ...]:
    told = f"The JSON object has exactly this form (JSON schema):\n{json.dumps(schema)}"
    return (replace(letters[0], text=f"{letters[0].text}\n\n{told}"), *letters[1:])


def _usage(reply: Reply, order: Order, host: str) -> Usage:
    return Usage(
        host,
        order.model,
        reply.input_tokens,
        reply.cached_tokens,
        reply.output_tokens,
        first_token_seconds=reply.first_token_seconds,
        mode=order.mode,
        tries=reply.tries,
    )
