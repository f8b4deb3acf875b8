"""Which words of a request were acted on, so that the others can be told.

A rule notices the words it looks for; when it acts they count as heard. Every other word that says
something is unheard, and no request is answered as if it had been met in full while such words remain.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from workbench.brain.quoting import MARK

Span = tuple[int, int]

_WORD = re.compile(rf"[^\W_][\w'’-]*|#[0-9a-fA-F]{{3,8}}|{MARK}")
_SMALL_WORDS = """
    a an the this that these those it its it's itself them they their there here i i'd i'm we us our you your
    my me he him his she her be is are was were am been being do does did done doing have has had will would
    can could should shall may might must let let's lets and or but so then than too also as at by for from
    in into of off on onto out over to with within up about around please pls plz thanks thank thx ty kindly
    just now well ok okay hey hi hello yo oh u ur want wants need needs like likes would'd make makes made
    making change changes set put give gives get gets use using have turn bring keep look looks looking feel
    feels see show say says said saying read reads reading work works go goes going
    add put bit little much more very really quite rather some any all each every both everything again
    instead
    if when where which who what how because only same one ones other way part parts thing things
    scene scenes slide slides video project element elements colour color colours colors
    not no yes should've could've don't dont doesn't maybe perhaps kinda sort kind currently still right
    anymore possible
    new it'd that's there's what's sure love great nice cool far good think believe guess mind
"""
SMALL_WORDS = frozenset(_SMALL_WORDS.split())


def unheard(text: str, heard: Iterable[Span]) -> list[Span]:
    """Return the stretches of `text` with words that say something and that nobody heard, in order.

    Neighbouring words make one stretch, small words between them included.
    """
    known = _marked(text, heard)
    stretches: list[Span] = []
    open_stretch = False
    for word in _WORD.finditer(text):
        if 1 in known[slice(*word.span())]:
            open_stretch = False
        elif word[0].lower() not in SMALL_WORDS:
            if open_stretch and not re.search(r"[,;.!?:]", text[stretches[-1][1] : word.start()]):
                stretches[-1] = (stretches[-1][0], word.end())
            else:
                stretches.append(word.span())
            open_stretch = True
    return stretches


def count(text: str, stretches: Iterable[Span]) -> int:
    """Return how many words that say something lie in the stretches."""
    words = (word[0].lower() for start, end in stretches for word in _WORD.finditer(text, start, end))
    return sum(word not in SMALL_WORDS for word in words)


def only(text: str, kept: Sequence[Span]) -> str:
    """Return `text` with everything outside the `kept` stretches blank, so that places stay the same."""
    is_kept = _marked(text, kept)
    return "".join(letter if is_kept[place] else " " for place, letter in enumerate(text))


def without(text: str, gone: Sequence[Span]) -> str:
    """Return `text` with the stretches `gone` blank, so that places stay the same."""
    is_gone = _marked(text, gone)
    return "".join(" " if is_gone[place] else letter for place, letter in enumerate(text))


def _marked(text: str, spans: Iterable[Span]) -> bytearray:
    """Return a 1 for each letter of the text that lies in one of the stretches, and a 0 for each other."""
    marked = bytearray(len(text))
    for start, end in spans:
        marked[start:end] = b"\1" * len(marked[start:end])
    return marked


def told(words: Sequence[str]) -> list[str]:
    """Return the sentence about words that nothing was done about, or none when there are no words."""
    said = [repr(word) for word in dict.fromkeys(words)]
    if not said:
        return []
    listed = f"{', '.join(said[:-1])} and {said[-1]}" if len(said) > 1 else said[0]
    return [f"Nothing was done about {listed}."]
