"""Which template plays which scene: nearness of meaning, room for the facts, and variety."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace

from workbench.brain.facts import Facts
from workbench.brain.filling import LONGEST
from workbench.brain.lexical import words_of
from workbench.brain.packet import TemplateCard
from workbench.brain.retrieval import Match, Retrieval

FITS = {
    "values": 0.30,
    "code": 0.30,
    "prompt": 0.25,
    "items": 0.25,
    "cta": 0.25,
    "quote": 0.30,
    "amount": 0.15,
    "subtitle": 0.0,
}
LACKS = {
    "values": 0.30,
    "code": 0.30,
    "prompt": 0.10,
    "items": 0.05,
    "cta": 0.15,
    "quote": 0.10,
    "amount": 0.0,
    "subtitle": 0.1,
}
UNFED = {
    "values": 0.25,
    "code": 0.25,
    "prompt": 0.10,
    "items": 0.10,
    "cta": 0.10,
    "quote": 0.20,
    "amount": 0.10,
}
REPEATED = 0.14
NARROW = 0.3
"""What it costs that a template would cut the headline, because its main words are a name."""
WRONG_SHAPE = 0.2
NAMED = 0.2
SHORTEST_HINT = 4
NAMED_BY_ONE_WORD = 0.08
SAID_IN_FULL = 0.12
"""What it is worth that a description has a keyword of several words, such as "log in" or "what's new"."""
_HINTS = {
    "values": "chart with numbers, growth graph", "code": "program code editor",
    "prompt": "prompt box typing",
    "items": "several words one after another, list of features",
    "cta": "button, call to action, sign up",
    "quote": "quotation, testimonial", "amount": "big number counter",
}  # fmt: skip
_SECOND_LINES = ("subtitle", "caption")
_HELD_BY_MANY = frozenset({"values", "items", "prompt", "amount"})
"""Content that templates of several kinds have room for, so that the words must say which kind is meant."""
_NO_KIND = "title hero text words intro opening closing end start sign in up"
_PLACE_WORDS = frozenset(_NO_KIND.split())
"""Words of templates' names that a description also has for its place or for anything at all."""
_PLAIN = "title card with a headline"
_SCREENS = frozenset(["screen", "page", "form", "window", "view"])
_CUES = {"open": "opening of a video, hero headline", "end": "closing logo", "middle": ""}


@dataclass(frozen=True, slots=True)
class Role:
    """The template for a scene, the next best by id, how sure (0..1), and whether it was meant at all."""

    card: TemplateCard
    alternatives: tuple[str, ...]
    confidence: float
    meant: bool


class Casting:
    """Chooses templates for the scenes of one plan, so that none repeats where another fits as well."""

    def __init__(self, retrieval: Retrieval, shape: str) -> None:
        self._retrieval = retrieval
        self._shape = shape
        self._used: Counter[str] = Counter()
        holding = Counter(phrase for card in retrieval.cards for phrase in _phrases(card))
        self._own_phrases = {
            card.id: {phrase for phrase in _phrases(card) if holding[phrase] == 1} - _PLACE_WORDS
            for card in retrieval.cards
        }

    def cast(self, description: str, facts: Facts, cue: str = "middle", title: str = "") -> Role:
        """Return the template for one description, whose scene will have the headline `title`."""
        given = told(facts)
        hints = [_HINTS[fact] for fact in sorted(given) if fact in _HINTS]
        hints = hints or ([] if self._kind_said(description) else [_CUES[cue]])
        matches = self._retrieval.rank(" ".join([description, *hints]).strip())
        if given & _HELD_BY_MANY:
            fewer = [_HINTS[fact] for fact in sorted(given - _HELD_BY_MANY) if fact in _HINTS]
            matches = _half_by(self._retrieval.rank(" ".join([description, *fewer])), matches)
        meant = self._retrieval.means_something(matches)
        if not meant:
            matches = self._retrieval.rank(_PLAIN)
        ranked = self._ranked(description, matches, given, title)
        if meant and not given and not self._retrieval.means_something(ranked[:1]):
            meant = False  # the nearest have room for what was not said; the best of the others is chance
            ranked = self._ranked("", self._retrieval.rank(_PLAIN), given, title)
        best = ranked[0]
        self._used[best.card.id] += 1
        confidence = min(1.0, max(0.0, self._fit(description, best, given)) / 0.7) if meant else 0.1
        return Role(best.card, tuple(match.card.id for match in ranked[1:4]), round(confidence, 2), meant)

    def _ranked(
        self, description: str, matches: list[Match], given: frozenset[str], title: str
    ) -> list[Match]:
        def worth(match: Match) -> float:
            narrow = len(title) > LONGEST["name"] and _shows_a_name_alone(match.card)
            return self._fit(description, match, given) - (NARROW if narrow else 0.0)

        return sorted(matches, key=lambda match: (-worth(match), match.card.id))

    def _fit(self, description: str, match: Match, given: frozenset[str]) -> float:
        declared = {param.name for param in match.card.params}
        if declared.intersection(_SECOND_LINES):
            declared.add("subtitle")
        score = match.score - REPEATED * self._used[match.card.id]
        score += _named(description, match.card) + self._hinted(description, match.card)
        score += self._on_a_screen(description, match.card)
        score += sum(FITS[fact] if fact in declared else -LACKS[fact] for fact in given)
        score -= sum(UNFED[fact] for fact in UNFED if fact in declared and fact not in given)
        return score - (0 if self._shape in match.card.formats else WRONG_SHAPE)

    def _kind_said(self, description: str) -> bool:
        """Say whether a word of the description names one template's kind; its place then tells nothing."""
        said = set(words_of(description)) - _PLACE_WORDS
        counted = Counter(word for card in self._retrieval.cards for word in set(card.id.split("-")))
        return any(counted[word] == 1 for word in said)

    def _hinted(self, description: str, card: TemplateCard) -> float:
        """Return what it is worth that the description has the word that sets the template's name apart."""
        first = card.id.split("-")[0]
        alone = sum(other.id.split("-")[0] == first for other in self._retrieval.cards) == 1
        told_apart = "-" in card.id and alone and len(first) >= SHORTEST_HINT
        return NAMED if told_apart and any(word.startswith(first) for word in words_of(description)) else 0.0

    def _on_a_screen(self, description: str, card: TemplateCard) -> float:
        """Return what it is worth that a screen is called by a keyword of this template alone."""
        return NAMED if self._own_phrases[card.id] & _screens(description) else 0.0


def _shows_a_name_alone(card: TemplateCard) -> bool:
    declared = {param.name for param in card.params}
    return "name" in declared and not declared.intersection(("title", "prompt", "quote", "items"))


def _phrases(card: TemplateCard) -> set[str]:
    return {" ".join(words_of(keyword)) for keyword in card.keywords}


def _screens(description: str) -> set[str]:
    """Return what screens are called: of "a log in screen" `in`, `log in` and `a log in`."""
    words = words_of(description)
    return {
        " ".join(words[max(0, place - length) : place])
        for place, word in enumerate(words)
        if word in _SCREENS
        for length in (1, 2, 3)
    }


def _half_by(own: list[Match], hinted: list[Match]) -> list[Match]:
    """Return matches whose score is the mean of what is said without and with hints about the content.

    The hint for a list or for numbers is nearest to the plainest template of that content; alone it would
    outweigh words like "histogram" or "changelog", which say more.
    """
    alone = {match.card.id: match.score for match in own}
    return [replace(match, score=(match.score + alone[match.card.id]) / 2) for match in hinted]


def _named(description: str, card: TemplateCard) -> float:
    """Return what it is worth that the description says the template's name; one word alone says little."""
    words = f" {' '.join(words_of(description))} "
    names = [words_of(name) for name in (card.title, card.id)]
    said = [name for name in names if f" {' '.join(name)} " in words]
    worth = [NAMED if len(name) > 1 else NAMED_BY_ONE_WORD for name in said]
    phrases = [words_of(keyword) for keyword in card.keywords]
    worth += [SAID_IN_FULL for one in phrases if len(one) > 1 and f" {' '.join(one)} " in words]
    return max(worth, default=0.0)


def told(facts: Facts) -> frozenset[str]:
    """Return the kinds of content a description brings that need room of their own in a template."""
    found = {role for role in ("code", "prompt", "cta", "quote", "subtitle") if facts.texts.get(role)}
    if len(facts.values) > 1:
        found.add("values")
    if len(facts.items) > 1:
        found.add("items")
    if facts.amount is not None:
        found.add("amount")
    return frozenset(found)
