"""Capacity says whether telemetry tells all: Little's law on what the service counted and its spans."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from dashboards.asking import Snapshot
from dashboards.pages.capacity import CAPACITY, IN_FLIGHT
from dashboards.scope import Scope
from dashboards.site import Site
from tests.dashboard.looking import parts_of, said, shown
from tests.telemetry.making import DAY, NOON, World
from tests.telemetry.queues import looks, queue, rows

pytestmark = pytest.mark.slow


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """Give an empty data folder at noon."""
    made = World(tmp_path)
    yield made
    made.close()


def card(world: World) -> str:
    """Return what the card says of a data folder."""
    part = next(each for each in parts_of(CAPACITY.key) if each.key == "law")
    with world.reading() as reading:
        answer = reading.ask("in_flight", DAY)
    part.show(Snapshot(NOON + timedelta(hours=12), {IN_FLIGHT: answer}), Scope())
    return said(part)


def test_the_sample_keeps_the_law(site: Site) -> None:
    """The sample's service looked at what its requests say."""
    assert "The law agrees within 10 % of 1" in shown(site, CAPACITY.key)["law"]


@pytest.mark.parametrize(("kept", "ruling"), [(1.0, "agrees"), (0.7, "disagrees")])
def test_lost_spans_are_told(world: World, kept: float, ruling: str) -> None:
    """With three in ten of the spans lost the card says so, and how much of the load is there."""
    chance = np.random.default_rng(7)
    came, gone = queue(chance, 4, 0.7, "exponential", 3000)
    told = looks(chance, came, gone, 8)
    here = chance.random(len(came)) < kept
    world.keep(rows(came[here], gone[here], told))
    words = card(world)
    assert f"The law {ruling} within 10 % of 1" in words
    assert "2,400 looks" in words
    assert ("spans are missing" in words) is (kept < 1)


def test_where_no_service_counted_nothing_is_made_up(world: World) -> None:
    """A workbench of notebooks has no requests to count."""
    assert card(world).startswith("No service counted its requests in the last day")
