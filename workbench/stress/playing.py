"""Playing a scenario: its requests one after the other, and how long the person waited for what it is for.

What lies between two looks at whether a thing is done counts, since the person waits; what they think does
not. Nothing here knows what sends the requests, so that it can be tried without a load.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from workbench.stress.samples import CUT_OFF, Sample
from workbench.stress.scenarios import Answer, Ask, NotDone, Scenario

Send = Callable[[Ask], tuple[Answer, str]]
"""Sends a request; gives the answer, and what was wrong with it: empty, or a kind that can be counted."""
Keep = Callable[[Sample], None]


class Player:
    """One person's hands: plays scenarios and keeps a sample of each.

    Once the run is `over`, nobody thinks on: a scenario ends at its next pause for thinking, and counts
    neither way. What the service still owes is waited for.
    """

    def __init__(
        self,
        send: Send,
        keep: Keep,
        *,
        over: Callable[[], bool] = lambda: False,
        now: Callable[[], float] = time.time,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._send, self._keep = send, keep
        self._over, self._now, self._sleep = over, now, sleep
        self._thought = 0.0

    def play(self, name: str, scenario: Scenario) -> None:
        """Play a scenario to its end. A request that fails makes it fail, and so does `NotDone`.

        Its sample begins later by what was thought, so that its time leaves that out.
        """
        began, self._thought, errors, end = self._now(), 0.0, [""], CUT_OFF
        try:
            end = self._through(scenario, errors)
        except (LookupError, TypeError, ValueError) as fault:  # an answer of another shape than was meant
            end = f"broke: {type(fault).__name__}"
        finally:  # also when the generator ends the person
            error = next(filter(None, errors), end)
            begun = began + self._thought
            self._keep(Sample("people", "scenario", name, begun, begun, self._now(), error))

    def _through(self, scenario: Scenario, errors: list[str]) -> str:
        """Return why it was not done, empty when it was; errors of requests are added to `errors`."""
        try:
            ask = next(scenario)
            while True:
                if ask.thinking and self._over():
                    scenario.close()
                    return CUT_OFF
                ask = scenario.send(self._answer(ask, errors))
        except StopIteration:
            return ""
        except NotDone as why:
            return str(why)

    def _answer(self, ask: Ask, errors: list[str]) -> Answer:
        if ask.path:
            answer, error = self._send(ask)
            errors.append(error)
            return answer
        began = self._now()
        self._sleep(ask.seconds)
        if ask.thinking:
            self._thought += self._now() - began
        return Answer(200)


def read(response: Any) -> tuple[Answer, str]:
    """Return the answer, and what was wrong with it: empty, or a kind that can be counted."""
    status = response.status_code or 0
    if not 200 <= status < 300:
        return Answer(status), f"{status}" if status else f"no answer: {type(response.error).__name__}"
    kind = response.headers.get("content-type", "") if response.headers else ""
    try:
        document = response.json() if "json" in kind else None
    except ValueError:
        return Answer(status), "no JSON"
    return Answer(status, document), "not done" if told_not_done(document) else ""


def told_not_done(document: Any) -> bool:
    """Whether an answer says, politely, that nothing was done."""
    return isinstance(document, dict) and document.get("ok") is False
