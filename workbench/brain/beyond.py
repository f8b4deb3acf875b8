"""Wishes for nothing but what nobody can have offline: sound, voices, footage, photographs."""

from __future__ import annotations

from workbench.brain.vocabulary import BEYOND, MAKERS, SCENE_NOUNS, VIDEOS, compiled

_WANTS = (
    rf"^\W*(?:(?:please|can\s+you|could\s+you|(?:i|we)(?:'d|\s+would)?(?=\s+(?:want|need|like|love)))\W+)*"
    rf"(?:{MAKERS}|like|love|put|play|record|set)\s+(?:to\s+(?:have|add)\s+)?(?:me\s+|us\s+)?"
    rf"(?:(?!(?:about|of|with|for|on|in|to|from|and|that|{SCENE_NOUNS}|{VIDEOS})\b)[\w-]+\s+){{0,4}}?"
)
_WANTS_BEYOND = compiled(
    rf"{_WANTS}(?:{'|'.join(BEYOND)})"
    r"(?=\W*$|[.,;!?]|\s+(?:please|in|on|under|underneath|below|behind|to|for|over|by|from|at|after|before|as|once|each|every"
    r"|while|when|whenever|during|throughout|about|called|and|with|that|which)\b)"
)
_AND_A_SCENE = compiled(rf"(?:\b(?:and|with|then|plus)\b|,).*\b(?:{SCENE_NOUNS})\b")


def wants_only_beyond(text: str) -> bool:
    """Say whether a request is for nothing but what cannot be had: "play a sound when the logo lands"."""
    wanted = _WANTS_BEYOND.match(text)
    return wanted is not None and not _AND_A_SCENE.search(text, wanted.end())
