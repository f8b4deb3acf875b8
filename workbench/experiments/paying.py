"""The way of a cell's requests to a server: paid once, kept at once, sent at the server's pace."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from functools import partial

from workbench.brain.model import OnText, Usage, unheard
from workbench.brain.remote.allowance import Allowance, Claim
from workbench.brain.remote.faults import MODE_REFUSED, RETRIED
from workbench.brain.remote.order import Carrier, Order, Reply, Server, Stopped
from workbench.brain.tokens import tokens_in
from workbench.errors import ModelFailed
from workbench.experiments.insisting import insisted
from workbench.experiments.pace import Pace
from workbench.experiments.seats import Seats
from workbench.store.trial_payments import call_key
from workbench.store.trials import Trials

BUSY = frozenset({"rate_limited", "overloaded"})
ANSWERED = frozenset({"unusable", "cut_off", "empty", "refused"})
"""Kinds of failures that are a model's answer, and count as its result; the others are not its fault."""
UNPAID = BUSY | {"bad_request"}
"""Kinds of failures before which a server has done no work that costs."""
_TRIES = 8
_TRIES_OF_OTHERS = 2
_FIRST_PAUSE_SECONDS = 0.25


class PaidOnce:
    """Sends the orders of the cell whose thread asks; what was answered before is not sent again.

    An answer is kept under the cell, the request and how often that request was sent in the cell. Every
    repeat is a cell of its own, so repeats are real, and a cell that is done again pays only for what is new.
    """

    def __init__(self, carrier: Carrier, trials: Trials, seats: Seats, pace: Pace, purse: Allowance) -> None:
        self._carrier = carrier
        self._trials = trials
        self._seats = seats
        self._pace = pace
        self._purse = purse

    @property
    def server(self) -> Server:
        """Where it goes."""
        return self._carrier.server

    def models(self) -> tuple[str, ...]:
        """Return the names of the server's models."""
        return self._carrier.models()

    def close(self) -> None:
        """Close the connections."""
        self._carrier.close()

    def send(self, order: Order, on_text: OnText = unheard, stopped: Stopped | None = None) -> Reply:  # noqa: ARG002 - the seat knows
        """Return the answer: the kept one, or a new one, which is then kept."""
        seat = self._seats.mine
        key = call_key(request_key(order), judges=seat.judges)
        number = seat.numbers[key]
        seat.numbers[key] += 1
        kept = insisted(partial(self._trials.answered, seat.cell.id, key, number))
        if kept is not None:
            on_text(str(kept["text"]))
            return Reply(**kept)
        reply, cost_usd = self._paid(order, on_text)
        self._keep(order, key, number, reply, cost_usd)
        return reply

    def _keep(self, order: Order, key: str, number: int | None, reply: Reply, cost_usd: float | None) -> None:
        keep = partial(
            self._trials.keep_call,
            self._seats.mine.cell,
            key,
            number,
            model=order.model,
            letters=[(letter.role, letter.text) for letter in order.letters],
            reply=asdict(reply),
            cost_usd=cost_usd,
        )
        insisted(keep)

    def _keep_lost(self, order: Order, failure: ModelFailed) -> None:
        """Keep what an answer of no use took: it is paid for as others are, and never given again."""
        lost = Reply.of_no_use(failure)
        if lost is not None:
            key = call_key(request_key(order), judges=self._seats.mine.judges, lost=True)
            self._keep(order, key, None, lost, self._cost_usd(order, lost))

    def _cost_usd(self, order: Order, reply: Reply) -> float | None:
        usage = Usage("", order.model, reply.input_tokens, reply.cached_tokens, reply.output_tokens)
        return self._purse.cost_usd(usage)

    def _paid(self, order: Order, on_text: OnText) -> tuple[Reply, float | None]:
        told = sum(tokens_in(letter.text) for letter in order.letters)
        try:
            with self._purse.claim(order.model, told, order.most_tokens) as claim:
                reply = self._delivered(order, on_text, claim, told)
                cost = self._cost_usd(order, reply)
                answered = reply.output_tokens if reply.output_tokens is not None else tokens_in(reply.text)
                claim.settle((reply.input_tokens or told) + answered, claim.usd if cost is None else cost)
                return reply, cost
        except ModelFailed as failure:
            if failure.evidence.get("kind") not in ANSWERED and not _is_asked_otherwise(order, failure):
                self._seats.mine.trouble = failure
            raise

    def _delivered(self, order: Order, on_text: OnText, claim: Claim, told: int) -> Reply:
        seat = self._seats.mine
        for number in range(1, _TRIES + 1):
            with self._pace.turn(seat.stopped) as began:
                try:
                    reply = self._carrier.send(order, on_text, seat.stopped)
                except ModelFailed as failure:
                    self._keep_lost(order, failure)
                    kind = failure.evidence.get("kind")
                    if number == (_TRIES if kind in BUSY else _TRIES_OF_OTHERS) or kind not in RETRIED:
                        claim.settle(*((0, 0.0) if kind in UNPAID else (told, claim.usd)))
                        raise
                    wait = failure.evidence.get("retry_after_seconds")
                    if kind in BUSY:
                        self._pace.cut(began, wait or _FIRST_PAUSE_SECONDS * 2 ** min(number, 5))
                    continue
            self._pace.well()
            return reply
        raise AssertionError("the last try returns or raises")


def _is_asked_otherwise(order: Order, failure: ModelFailed) -> bool:
    """Say whether the server may only not know this way of asking for JSON: the model then tries the next."""
    return order.mode != "text" and failure.evidence.get("kind") in MODE_REFUSED


def request_key(order: Order) -> str:
    """Return a hash of everything that is sent."""
    return hashlib.sha256(json.dumps(order.body("limit"), sort_keys=True).encode()).hexdigest()
