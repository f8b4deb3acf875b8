"""Requests that begin when they are meant to, whatever the service does: the open model.

Each is timed from the moment it was meant to begin, so a service that stands still for two seconds is seen to
make everybody wait who came in that time. `python -m workbench.stress.arrivals` runs beside the people.
"""

from __future__ import annotations

import asyncio
import os
import time
from random import Random
from typing import IO

import httpx

from workbench.stress.leaving import end_with_starter
from workbench.stress.order import ORDER, Order, read_order
from workbench.stress.samples import Sample, write_sample
from workbench.stress.scenarios import Answer, Ask, by_hand

MOST_OPEN = 400
"""Requests under way at most; more are dropped, and dropped ones make a run invalid."""
DROPPED = "dropped by the generator"


async def arrive(order: Order, file: IO[str]) -> None:
    """Send the requests of a run; intervals are exponential, as of people who do not know each other."""
    dice = Random(f"{order.seed}:arrivals")
    limits = httpx.Limits(max_connections=MOST_OPEN, max_keepalive_connections=50)
    async with httpx.AsyncClient(base_url=order.url, timeout=120, limits=limits) as client:
        began = time.time()
        tasks: set[asyncio.Task[None]] = set()
        intended = time.time()
        while (intended := intended + dice.expovariate(order.preset.arrivals)) < began + order.preset.seconds:
            await asyncio.sleep(max(0.0, intended - time.time()))
            ask = by_hand(order.project, dice)
            if len(tasks) >= MOST_OPEN:
                write_sample(
                    file, Sample("arrivals", "request", ask.name, intended, intended, intended, DROPPED)
                )
                continue
            task = asyncio.create_task(_timed(client, ask, order.tokens[-1], intended, file))
            tasks.add(task)
            task.add_done_callback(tasks.discard)
        order.over("arrivals").touch()
        if tasks:
            await asyncio.wait(tasks, timeout=120)


async def _timed(client: httpx.AsyncClient, ask: Ask, token: str, intended: float, file: IO[str]) -> None:
    began, error = time.time(), "no answer by the end"
    try:
        _, error = await _send(client, ask, token)
    finally:
        write_sample(file, Sample("arrivals", "request", ask.name, intended, began, time.time(), error))


async def _send(client: httpx.AsyncClient, ask: Ask, token: str) -> tuple[Answer, str]:
    headers = {"Authorization": f"Bearer {token}", **ask.headers}
    try:
        response = await client.request(ask.method, ask.path, json=ask.json, headers=headers)
    except httpx.HTTPError as failure:
        return Answer(0), f"no answer: {type(failure).__name__}"
    error = "" if response.is_success else str(response.status_code)
    return Answer(response.status_code), error


def main() -> None:
    """Run the order that the environment names."""
    end_with_starter()
    order = read_order(os.environ[ORDER])
    with order.samples("arrivals").open("a", buffering=1) as file:
        asyncio.run(arrive(order, file))


if __name__ == "__main__":
    main()
