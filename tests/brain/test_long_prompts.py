"""Prompts that are long in odd ways are answered, or refused with a way out, and hold nobody up."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.brain.cards import CARDS
from tests.brain.project import SCENES
from workbench.brain import Packet, ProjectView, colors, exchanging, facts, heard, spoken, storyboard
from workbench.brain.commands import MOST_REQUESTS
from workbench.brain.edits import Draft, parts
from workbench.brain.edits.parts import Ask
from workbench.brain.offline import OfflineDirector
from workbench.brain.quoting import Quoted, set_aside
from workbench.brain.remote.json_reading import read_object
from workbench.errors import InputError, ModelFailed

performing: Any = sys.modules["workbench.brain.edits.perform"]  # its function has its name


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


class Sliced(str):
    """A text that counts the letters that are cut out of it."""

    letters = 0

    def __getitem__(self, place: Any) -> str:
        found = super().__getitem__(place)
        Sliced.letters += len(found)
        return found


class Searched:
    """A pattern that counts the letters in which it is looked for."""

    def __init__(self, pattern: re.Pattern[str]) -> None:
        self._pattern = pattern
        self.letters = 0

    def search(self, text: str, start: int = 0, end: int | None = None) -> re.Match[str] | None:
        end = len(text) if end is None else end
        self.letters += end - start
        return self._pattern.search(text, start, end)


class Unpacked(tuple[int, int]):
    """A stretch that counts how often it is looked at."""

    looks = 0

    def __iter__(self) -> Any:
        Unpacked.looks += 1
        return super().__iter__()


def counted(patch: pytest.MonkeyPatch, module: Any, name: str) -> list[Any]:
    """Return a list that grows with each call of a function of a module."""
    calls: list[Any] = []
    function: Callable[..., Any] = getattr(module, name)

    def called(*given: Any, **named: Any) -> Any:
        calls.append(given)
        return function(*given, **named)

    patch.setattr(module, name, called)
    return calls


def test_words_that_name_no_part_are_compared_with_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """A long instruction costs as many comparisons as a short one that names the same."""
    calls = counted(monkeypatch, parts, "_is_named")

    def comparisons(times: int) -> int:
        calls.clear()
        ask = Ask.of(f"make the title {'lorem ipsum dolor ' * times}red")
        assert len(ask.named(Draft('text("Hi", name="title")\ntext("There")\n'))) == 1
        return len(calls)

    assert comparisons(400) == comparisons(4) > 0


def test_an_instruction_is_taken_apart_in_one_pass() -> None:
    """Twice the words are twice the letters; each word looked at all before it, which is four times."""

    def letters(times: int) -> int:
        text = Sliced("lorem ipsum dolor " * times)
        Sliced.letters = 0
        assert parts._candidates.__wrapped__(Quoted(text, ()), text)
        return Sliced.letters

    assert letters(200) < 2.2 * letters(100)


@pytest.mark.parametrize(
    ("module", "name", "read", "said"),
    [
        (colors, "_BEFORE", colors.colors_in, "a red "),
        (colors, "_DENIED", colors.colors_in, "a red "),
        (spoken, "_POINT", spoken.spans, "after 2 s "),
        (facts, "_BEFORE_A_LENGTH", lambda text: facts.facts_of(Quoted(text, ()), text), "for 2 s "),
        (facts, "_BEFORE_A_COLOR", lambda text: facts.facts_of(Quoted(text, ()), text), "in red "),
    ],
)
def test_what_stands_before_is_looked_for_nearby(
    monkeypatch: pytest.MonkeyPatch, module: Any, name: str, read: Callable[[str], Any], said: str
) -> None:
    """Twice the colours or lengths are twice the letters; from the beginning it was four times."""
    searched = Searched(getattr(module, name))
    monkeypatch.setattr(module, name, searched)

    def letters(times: int) -> int:
        searched.letters = 0
        read(said * times)
        return searched.letters

    assert 0 < letters(400) < 2.2 * letters(200)


def test_shown_texts_are_read_once_for_all_exchanges(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fifty texts to be exchanged are looked for in what the scenes show, not in the scenes."""
    calls = counted(monkeypatch, exchanging, "_texts")
    asked = " ".join(f"Change word{number} to other{number}." for number in range(50))
    exchanging.exchanged(set_aside(asked), ProjectView("Film", SCENES))
    assert len(calls) == 1


def test_shown_words_are_read_once_for_all_quotes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each further quote is one more text to read, not one more and all that is shown."""
    calls = counted(monkeypatch, storyboard, "words_of")

    def readings(quotes: int) -> int:
        calls.clear()
        prompt = "A title that says " + " ".join(f'"text {number}"' for number in range(quotes))
        OfflineDirector().decide(Packet(prompt, ProjectView("Film", ()), CARDS))
        return len(calls)

    assert readings(60) - readings(30) == 30


@pytest.mark.parametrize("read", [heard.unheard, heard.without, heard.only])
def test_each_stretch_is_looked_at_once(read: Callable[[str, Any], Any]) -> None:
    """Not once for each word or letter."""
    stretches = [Unpacked((place, place + 2)) for place in range(0, 600, 6)]
    Unpacked.looks = 0
    read("lorem " * 100, stretches)
    assert Unpacked.looks == len(stretches)


def test_what_was_heard_stays_what_it_was() -> None:
    """A word that a stretch touches is heard; one beside it is not."""
    text = "big red title"
    assert heard.unheard(text, [(2, 3), (9, 90)]) == [(4, 7)]
    assert heard.without(text, [(0, 4), (8, 8)]) == "    red title"
    assert heard.only(text, [(4, 7)]) == "    red      "


def test_prose_is_no_list_of_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    """An instruction of hundreds of pieces is carried out as a whole, not piece by piece in many ways."""
    calls = counted(monkeypatch, performing, "_once")

    def carried_out(changes: int) -> int:
        calls.clear()
        performing.perform('text("Hi", name="title")\n', {}, ", ".join(["lorem ipsum"] * changes))
        return len(calls)

    assert carried_out(performing.MOST_CHANGES) > performing.MOST_CHANGES
    assert carried_out(300) == carried_out(100) < 10


@pytest.mark.slow
@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    "digits", ["9" * 100_000, "999." * 25_000, "9 " * 25_000], ids=["one", "dots", "blanks"]
)
def test_digits_that_are_no_series_are_read_at_once(digits: str) -> None:
    """Each digit began a number anew that went on to the end: minutes for so many."""
    assert facts._SERIES.search(digits) is None
    assert facts._SHARES.search(digits) is None


class Tried:
    """A pattern that counts the places at which it is tried."""

    def __init__(self, pattern: re.Pattern[str]) -> None:
        self._pattern = pattern
        self.places = 0

    def match(self, text: str, place: int) -> re.Match[str] | None:
        self.places += 1
        return self._pattern.match(text, place)


@pytest.mark.parametrize(("said", "places"), [("9 ", 1), ("12  ", 1), ("9 $8 ", 401), ("9. ", 400)])
def test_separate_numbers_are_one_beginning_of_a_series(
    monkeypatch: pytest.MonkeyPatch, said: str, places: int
) -> None:
    """Each number after a blank began a series anew that went on to the last of them."""
    tried = Tried(facts._SERIES)
    monkeypatch.setattr(facts, "_SERIES", tried)
    facts.facts_of(Quoted(said * 400, ()), said * 400)
    assert tried.places == places


@given(st.text(alphabet="012 .,;$€%vk-to", max_size=24))
def test_a_series_is_found_wherever_it_begins(text: str) -> None:
    """Trying the runs of digits alone leaves out no place at which a series could begin."""
    found, anywhere = facts._series(text), facts._SERIES.search(text)
    assert (found and found.span()) == (anywhere and anywhere.span())
