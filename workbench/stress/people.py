"""Simulated people, as a locustfile: `locust -f people.py`. Importing locust patches a process for ever,
so nothing of ours imports this; it runs in a process of its own.

People form a closed model: each waits for an answer before asking on, so a service that stands still is
asked less. That is how people are; what the standstill costs is measured by the arrivals beside them.
"""

from __future__ import annotations

import os
import time
from itertools import count
from random import Random
from typing import IO, Any

from locust import FastHttpUser, LoadTestShape, events, task

from workbench.stress.leaving import end_with_starter
from workbench.stress.order import ORDER, read_order
from workbench.stress.playing import Player, read
from workbench.stress.samples import Kind, Sample, write_sample
from workbench.stress.scenarios import RUN, Answer, Ask, Person, begin

end_with_starter()
ORDERED = read_order(os.environ[ORDER])
_NUMBERS = count()
_BOUNDARY = "workbench-stress"


class Books:
    """Writes samples as they come."""

    file: IO[str] | None = None

    @classmethod
    def keep(cls, sample: Sample) -> None:
        if cls.file is None:
            cls.file = ORDERED.samples("people").open("a", buffering=1)
        write_sample(cls.file, sample)


class WorkbenchPerson(FastHttpUser):
    """Somebody with a project of their own, who does one thing after the other and thinks in between."""

    host = ORDERED.url
    connection_timeout = 60.0
    network_timeout = 120.0

    def on_start(self) -> None:
        number = next(_NUMBERS)
        dice = Random(f"{ORDERED.seed}:{number}")
        self.person = Person(dice, f"{ORDERED.run}-{number}")
        self.secret = ORDERED.tokens[number % len(ORDERED.tokens)]
        over = ORDERED.over("people").exists
        self.player = Player(self.send, Books.keep, over=over, now=time.time, sleep=time.sleep)
        self.player.play("begin", begin(self.person))

    def wait_time(self) -> float:
        return self.person.dice.uniform(*ORDERED.preset.think_seconds)

    @task
    def do_something(self) -> None:
        names, weights = zip(*ORDERED.preset.mix.items(), strict=True)
        name = self.person.dice.choices(names, weights)[0]
        self.player.play(name, RUN[name](self.person, ORDERED.preset))

    def send(self, ask: Ask) -> tuple[Answer, str]:
        began = time.time()
        body: dict[str, Any] = {"json": dict(ask.json)} if ask.json is not None else {}
        headers = {"Authorization": f"Bearer {self.secret}", **ask.headers}
        if ask.picture is not None:
            body, more = multipart(ask)
            headers |= more
        with self.client.request(
            ask.method, ask.path, name=ask.name, headers=headers, catch_response=True, **body
        ) as response:
            answer, error = read(response)
            response.failure(error) if error else response.success()
        kind: Kind = "poll" if ask.poll else "request"
        Books.keep(Sample("people", kind, ask.name, began, began, time.time(), error))
        return answer, error


class Stages(LoadTestShape):
    """As many people as the stages say; without stages, a ramp and then all of them."""

    def tick(self) -> tuple[int, float] | None:
        plan, now = ORDERED.preset, self.get_run_time()
        if now >= plan.seconds:
            ORDERED.over("people").touch()
            return None
        for until, users in plan.stages:
            if now < until:
                return users, float(max(1, plan.users))
        if not plan.ramp_seconds:
            return plan.users, float(plan.users)
        wanted = max(1, min(plan.users, round(plan.users * now / plan.ramp_seconds)))
        return wanted, float(plan.users)


def multipart(ask: Ask) -> tuple[dict[str, Any], dict[str, str]]:
    """Return the body of an upload, and its header; locust's fast client makes none."""
    name = str((ask.json or {})["name"])
    head = f'--{_BOUNDARY}\r\nContent-Disposition: form-data; name="name"\r\n\r\n{name}\r\n'
    head += f'--{_BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="{name}.jpg"\r\n'
    head += "Content-Type: image/jpeg\r\n\r\n"
    data = head.encode() + (ask.picture or b"") + f"\r\n--{_BOUNDARY}--\r\n".encode()
    return {"data": data}, {"Content-Type": f"multipart/form-data; boundary={_BOUNDARY}"}


@events.quitting.add_listener
def _all_kept(**_: Any) -> None:
    if Books.file:
        Books.file.close()
