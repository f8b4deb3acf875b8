"""Which template a description means: sentence vectors, plus a share of word overlap."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from workbench.brain.lexical import Bm25
from workbench.brain.meaning import Similarity, similarity
from workbench.brain.packet import TemplateCard

BM25_SHARE = 0.2
_BM25_FULL = 10.0

MakeSimilarity = Callable[[Sequence[str]], Similarity]


@dataclass(frozen=True, slots=True)
class Match:
    """A template with how near it is: similarity of meaning, overlap of words, and both together."""

    card: TemplateCard
    meaning: float
    overlap: float
    score: float


class Retrieval:
    """Ranks templates for descriptions; what was computed for the templates is kept."""

    def __init__(self, cards: Sequence[TemplateCard], make_similarity: MakeSimilarity = similarity) -> None:
        self.cards = tuple(cards)
        texts = [_text(card) for card in self.cards]
        self._similarity = make_similarity(texts)
        self._bm25 = Bm25(texts)

    @property
    def engine(self) -> str:
        """Return what compares meanings here."""
        return self._similarity.name

    def rank(self, query: str) -> list[Match]:
        """Return every template, the nearest first."""
        meanings, overlaps = self._similarity.similarities(query), self._bm25.scores(query)
        matches = [
            Match(card, meaning, overlap, meaning + BM25_SHARE * min(1.0, overlap / _BM25_FULL))
            for card, meaning, overlap in zip(self.cards, meanings, overlaps, strict=True)
        ]
        return sorted(matches, key=lambda match: (-match.score, match.card.id))

    def means_something(self, matches: Sequence[Match]) -> bool:
        """Say whether the best of `matches` is more than chance: some meaning, or a shared word."""
        floor = self._similarity.floor
        return any(match.meaning >= floor or match.overlap > 0 for match in matches)


def _text(card: TemplateCard) -> str:
    return f"{card.title}. {card.about} {', '.join(card.keywords)}. {card.category}"
