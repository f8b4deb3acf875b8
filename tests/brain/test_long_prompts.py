"""Prompts that are long in odd ways are answered, or refused with a way out, and hold nobody up."""

from __future__ import annotations

import pytest

from tests.brain.cards import CARDS
from tests.brain.project import SCENES
from workbench.brain import Packet, ProjectView
from workbench.brain.commands import MOST_REQUESTS
from workbench.brain.offline import OfflineDirector
from workbench.brain.quoting import set_aside
from workbench.brain.remote.json_reading import read_object
from workbench.errors import InputError, ModelFailed


@pytest.mark.slow
@pytest.mark.timeout(120)
@pytest.mark.parametrize("filling", [" ", "\t", "\u00a0", " \n", "\n", "-", ".", ", ", "!?", "=> "])
def test_runs_of_blanks_and_signs_are_read_at_once(filling: str) -> None:
    """Six thousand in the middle of a request; with a tenth of that it took half a minute."""
    prompt = f"add a title{filling * 6000}that says Hello"
    OfflineDirector().decide(Packet(prompt, ProjectView("Film", SCENES), CARDS))


def test_what_is_quoted_stays_as_it_was_said() -> None:
    """Blanks are shortened outside quotes alone."""
    quoted = set_aside('show "a   b"   and   `x\n\n\n\ny`')
    assert quoted.plain(quoted.text) == "show a   b and x\n\n\n\ny"


def test_too_many_requests_are_refused_with_the_number() -> None:
    """Each takes a while to understand, so nobody waits for hundreds."""
    prompt = "\n".join(["make the title red"] * (MOST_REQUESTS + 1))
    with pytest.raises(InputError, match=f"asks for {MOST_REQUESTS + 1} things"):
        OfflineDirector().decide(Packet(prompt, ProjectView("Film", SCENES), CARDS))


@pytest.mark.timeout(60)
def test_a_fence_that_never_closes_is_read_at_once() -> None:
    """A million letters of a model's answer."""
    with pytest.raises(ModelFailed, match="no JSON object"):
        read_object("```json" + "\n" * 1_000_000)
