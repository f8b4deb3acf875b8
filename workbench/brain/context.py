"""Whom and what a video is for, read from the sentence that introduces it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from workbench.brain.claims import claim_in, is_claim
from workbench.brain.quoting import MARK, Quoted

_NAME = r"(?:[A-Z][\w&'’+-]*|[a-z]+[A-Z]\w*|\d+[A-Z]\w*)(?:\.(?:io|com|ai|app|dev|org|net))?"
NAMES = rf"{_NAME}(?:\s+(?:{_NAME}|of|&|and(?=\s+[A-Z][a-z]+\b)))*"
_CALLED = re.compile(
    rf"\b(?:called|named|brand(?:ed)?|introducing|introduce|meet|presenting)\s+(?P<name>{NAMES}|{MARK})"
)
_FOR = re.compile(
    rf"\b(?:for|about|of|on|app|brand|company|startup|product|tool|service|shop|band|podcast|team)\s+"
    rf"(?:(?:our|my|the|a|an|new)\s+)*(?:[a-z-]+\s+){{0,3}}?(?P<name>{NAMES}|{MARK})"
)
_APPOSITIVE = re.compile(
    r"^\s*(?:,|\(|-|–|—)\s*(?P<what>(?:an?|the|our|your)\s+[^.,;:()\n]{3,70})", re.IGNORECASE
)
_LINK = re.compile(r"\s*:\s+|\s+[-–—]+\s+")
_WHAT_CALLED = re.compile(
    r"\b(?:for|about|of)\s+(?P<what>(?:an?|our|my|the)\s+[^.,;:\n]{3,60}?)\s+(?:called|named)\b",
    re.IGNORECASE,
)
_TOPIC = re.compile(
    r"\b(?:about|on|for|explaining|celebrating|announcing|presenting)\s+(?P<topic>[^.,;:\n]{3,60})",
    re.IGNORECASE,
)
_ABOUT = re.compile(r"\b(?:about|explaining)\s+(?P<topic>[^.,;:\n]{3,60})", re.IGNORECASE)
_OTHER_WORDS = """
    I Instagram TikTok YouTube LinkedIn Twitter X Snapchat Facebook Stories Reels Shorts Make Create
    Please A An The Monday Tuesday Wednesday Thursday Friday Saturday Sunday January February March
    April May June July August September October November December
    Jan Feb Mar Apr Jun Jul Aug Sep Sept Oct Nov Dec
"""
_NOT_NAMES = frozenset(_OTHER_WORDS.split())


@dataclass(frozen=True, slots=True)
class Context:
    """The name a video is for, what that is in a few words, and its topic; each may be empty."""

    name: str = ""
    what: str = ""
    topic: str = ""

    @property
    def headline(self) -> str:
        """Return the words an opening would show."""
        return self.name or sentence_case(self.topic)


def context_of(quoted: Quoted, about: str) -> Context:
    """Read the introduction `about`, a part of `quoted`'s text."""
    match = _CALLED.search(about) or next((m for m in _FOR.finditer(about) if is_name(m["name"])), None)
    name = quoted.plain(match["name"]).strip() if match and is_name(match["name"]) else ""
    what = ""
    if match and name:
        after = _APPOSITIVE.match(about[match.end("name") :])
        before = _WHAT_CALLED.search(about[: match.end()])
        said = after or before
        what = said["what"].strip() if said else _claim(quoted.plain(about[match.end("name") :]))
    topic = _ABOUT.search(about) or _TOPIC.search(about)
    return Context(name, quoted.plain(what), _topic(quoted.plain(topic["topic"]) if topic else ""))


def _claim(after: str) -> str:
    """Return what is promised behind a name and a colon or a dash."""
    link = _LINK.match(after)
    claim = claim_in(after[link.end() :])[0] if link else ""
    return claim if is_claim(claim) else ""


def sentence_case(text: str) -> str:
    """Return `text` with its first letter capital and the rest as it was."""
    return text[:1].upper() + text[1:]


def is_name(text: str) -> bool:
    """Say whether words that begin with a capital are a name, and no day, site or common first word."""
    return not no_name(text.split(maxsplit=1)[0]) if text else False


def no_name(word: str) -> bool:
    """Say whether a word that begins with a capital is known for something else than a name."""
    return word in _NOT_NAMES


def _topic(text: str) -> str:
    bare = re.sub(r"^(?:our|my|the|an?)\s+", "", text.strip(), flags=re.IGNORECASE)
    return re.split(r"\s+(?:with|in|using|that|which)\s+", bare)[0].strip()
