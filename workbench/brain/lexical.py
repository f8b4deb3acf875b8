"""Words compared as words: BM25 over short texts, and letter n-grams for when no encoder is at hand."""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence

_WORD = re.compile(r"[^\W_]+")
_ENDINGS = ("ations", "ation", "ings", "ing", "ies", "ied", "ers", "er", "ed", "es", "s", "e", "y")
_SMALL_WORDS = """
    a an and are as at be but by can do for from give has have i in into is it its like make me my
    of on or our please put scene should show so some that the their them then there these this to
    us use video want we with you your add create new one about would
"""
STOP_WORDS = frozenset(_SMALL_WORDS.split())


def words_of(text: str) -> list[str]:
    """Return the words in small letters, without accents."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return _WORD.findall("".join(letter for letter in plain if not unicodedata.combining(letter)))


def stem(word: str) -> str:
    """Cut the commonest English endings, leaving at least three letters."""
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)]
    return word


def terms_of(text: str) -> list[str]:
    """Return the stems of the words that say something."""
    return [stem(word) for word in words_of(text) if word not in STOP_WORDS]


class Bm25:
    """Okapi BM25 (Robertson and Zaragoza, "The Probabilistic Relevance Framework", 2009) over a few texts."""

    def __init__(self, texts: Sequence[str], *, k1: float = 1.2, b: float = 0.75) -> None:
        self._counts = [Counter(terms_of(text)) for text in texts]
        self._lengths = [sum(counts.values()) for counts in self._counts]
        self._mean = sum(self._lengths) / max(1, len(texts)) or 1.0
        self._holding = Counter(term for counts in self._counts for term in counts)
        self._k1, self._b = k1, b

    def scores(self, query: str) -> list[float]:
        """Return one score of 0 or more for each text."""
        terms = set(terms_of(query))
        return [self._score(terms, index) for index in range(len(self._counts))]

    def _score(self, terms: set[str], index: int) -> float:
        counts, length = self._counts[index], self._lengths[index]
        slack = self._k1 * (1 - self._b + self._b * length / self._mean)
        return sum(
            self._rarity(term) * counts[term] * (self._k1 + 1) / (counts[term] + slack)
            for term in terms
            if term in counts
        )

    def _rarity(self, term: str) -> float:
        holding = self._holding[term]
        return math.log(1 + (len(self._counts) - holding + 0.5) / (holding + 0.5))


class LetterGrams:
    """Cosine similarity of TF-IDF weighted letter n-grams (3 to 5 in a word): forgives typing mistakes."""

    name = "letter n-grams"
    floor = 0.05

    def __init__(self, texts: Sequence[str]) -> None:
        counts = [_grams(text) for text in texts]
        holding = Counter(gram for count in counts for gram in count)
        self._rarity = {gram: math.log((1 + len(texts)) / (1 + n)) + 1 for gram, n in holding.items()}
        self._vectors = [self._vector(count) for count in counts]

    def similarities(self, query: str) -> list[float]:
        """Return one similarity 0..1 for each text."""
        asked = self._vector(_grams(query))
        return [
            sum(weight * vector.get(gram, 0.0) for gram, weight in asked.items()) for vector in self._vectors
        ]

    def _vector(self, counts: Counter[str]) -> dict[str, float]:
        weights = {gram: (1 + math.log(n)) * self._rarity.get(gram, 1.0) for gram, n in counts.items()}
        length = math.sqrt(sum(weight * weight for weight in weights.values())) or 1.0
        return {gram: weight / length for gram, weight in weights.items()}


def _grams(text: str) -> Counter[str]:
    padded = [f" {word} " for word in words_of(text) if word not in STOP_WORDS]
    return Counter(
        word[i : i + size] for word in padded for size in (3, 4, 5) for i in range(len(word) - size + 1)
    )
