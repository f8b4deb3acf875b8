"""What a description introduces by name, with what belongs to it.

A product and its claim, a work and its maker, a person and what they do, somebody's words and who said them,
a command in a terminal, a question and its answers. They are read before all else, because the rules for
lists, numbers and colours would take them apart.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from workbench.brain.brief import scene_like
from workbench.brain.claims import claim_in, is_claim
from workbench.brain.context import NAMES, is_name, no_name, sentence_case
from workbench.brain.facts import Facts, facts_of, quoted_role
from workbench.brain.heard import unheard
from workbench.brain.quoting import MARK, Quoted
from workbench.brain.vocabulary import (
    GREETINGS,
    MARKERS,
    PRESSES,
    PRODUCTS,
    SCENE_NOUNS,
    SHAPES,
    SOUNDS,
    STARTERS,
    VIDEOS,
    compiled,
)

_BRAND = "logo reveal of a brand"
_OPENING = "hero opening of a product launch"
_TITLE = "title card"
_ANSWERS = "list of points"
"""What is said of the kind of scene where the description itself says nothing of it."""
_NEAR = 60

_OWN = r"\b(?i:an?|our|my|the|this|their)"
_WORD = r"(?!(?i:an?|our|my|the|this|their|for|of|with|in|on|and|called|named)\b)[\w'’-]+"
_SMALL_NAME = r"[\w&'’.+-]+(?:\s[\w&'’.+-]+)?(?=\s*:\s|\s+[-–—]\s|\s*,\s|\s*[.!]?$)"
_CALLED = re.compile(
    rf"{_OWN}\s+(?:{_WORD}\s+){{0,3}}?(?P<thing>{_WORD})\s*,?\s+(?i:called|named)\s+(?P<name>{NAMES}|{MARK}|{_SMALL_NAME})"
)
_OURS = re.compile(
    rf"{_OWN}\s+(?:{_WORD}\s+){{0,3}}?(?P<thing>(?i:{PRODUCTS}))\s*,?\s+(?P<name>{NAMES}|{MARK})"
)
_PRESENTED = re.compile(
    rf"^\W*(?P<kicker>(?i:introducing|meet|presenting|announcing|welcome\s+to|say\s+hello\s+to))\s+(?P<name>{NAMES}|{MARK})"
)
_BARE = re.compile(rf"^\W*(?P<name>{NAMES})(?=\s*:\s|\s+[-–—]\s)")
_PRODUCT = compiled(PRODUCTS)
_COLON = re.compile(r"\s*:\s+|\s+[-–—]+\s+")
_SHOWS = (
    r"(?:says?|reads?|shows?|lists?|displays?|is|are|has|have|was|were"
    r"|will|can|spins?|moves?|appears?|fades?|slides?|opens?|lands?|rises?)"
)
_THAT = re.compile(rf"\s*,?\s+(?:that|which)\s+(?!{_SHOWS}\b)", re.IGNORECASE)
_COMMA = re.compile(r"(?=\s*,\s+(?!(?:then|and|whose|where|followed)\b))|(?=\s+for\s)", re.IGNORECASE)
_CARD_FOR = compiled(
    r"\b(?:cards?|reveal|logo|intro|opening|opener|hero|slide|outro)\s+(?:for|of|about|with|introducing)\s*$"
)
_BUTTON = compiled(rf"\b(?:buttons?|cta|call\s+to\s+action|{PRESSES})\b")
_KIND = compiled(rf"\b(?:{SCENE_NOUNS})\b")
_BRAND_WORDS = compiled(r"\b(?:tagline|slogan|name|brand|texts?|words|button|cta)\b")
_TRADE = compiled(
    rf"\b(?:{SCENE_NOUNS}|{GREETINGS}|{VIDEOS}|{STARTERS}|{MARKERS}|{SHAPES}|styles?|looks?|moods?|tones?|themes?|audience"
    r"|goal|duration|length|format|colou?rs?|palette|background|fonts?|voice|company|product|client|topic|subject|brief"
    r"|sub\s*titles?|captions?|kicker|author|url|web\s*site|e-?mail|address|dates?|times?|place|location|version|please|now"
    r"|hint|transitions?)\b"
)
_SIGNED = re.compile(
    rf"(?P<words>{MARK})\s*(?P<link>[-–—~]|,?\s*\b(?:by|from|says|said)\b|,)\s*(?P<author>{NAMES})"
)
_SAID_BY_SOMEBODY = compiled(r"\b(?:quotes?|quotation|testimonials?|reviews?)\b")
_FEWEST_WORDS = 4
"""A text in quotes with a name behind a dash is somebody's words when it is no shorter; a title may be."""
_PROGRAMS = (
    r"(?:pip3?|uvx?|conda|npm|npx|yarn|pnpm|bun|deno|git|docker|kubectl|helm|terraform|cargo|brew|apt|apt-get|curl|wget|ssh|sudo|gem"
    r"|bundle|composer|mvn|gradle|dotnet|workbench|\./[\w./-]+|go(?=\s+(?:run|build|get|install|mod|test)\b)|make(?=\s+(?:install|build|test|all|clean|run)\b)"
    r"|poetry(?=\s+(?:add|install|run|new)\b)|(?:python3?|node)(?=\s+(?:-|[\w./-]+\.(?:py|m?js)\b)))"
)
_COMMAND = compiled(
    rf"\b(?:terminal|shell|console|command\s+line)\b[^.,;\n{MARK[1:-1]}]{{0,24}}?(?:\b(?:types?|typing|runs?|running|executes?|executing|with|shows?|showing)|:)"
    rf"\s+(?:the\s+command\s*:?\s+)?(?P<command>{_PROGRAMS}\s+\S)"
)
_CARD = re.compile(
    r"(?i:\b(?:cards?|reveal|intro|opening|opener|hero|slide|outro)\s+(?:for|of|about|introducing))\s+"
    rf"(?P<name>{NAMES})(?=\s*:\s|\s+[-–—]\s|\s*,\s+(?i:an?|the|our|your)\s)"
)
_PERSON = re.compile(
    rf"(?i:\b(?:lower[\s-]thirds?|name[\s-]?(?:tags?|cards?|plates?)|speaker(?:\s+(?:cards?|slides?))?))\b\s*:?\s*"
    rf"(?i:for|of|with|saying|introducing)?\s*:?\s*(?P<name>{NAMES})(?=\s*,\s|\s+[-–—]\s)"
)
_WORK = re.compile(
    r"\b(?i:songs?|track|album|tune|episode|book|novel|exhibition|workshop|webinar|lecture|concert|now\s+playing\s*:?"
    rf"|players?\s+(?:that\s+)?(?:playing|plays|with|showing|shows|for))\s+(?P<title>{NAMES})(?:\s+by\s+(?P<by>{NAMES}))?"
)
_WORK_IN_SMALL_LETTERS = compiled(
    r"\bthe\s+(?:song|album|novel)\s+(?P<title>(?!(?:of|in|on|with|by|that|which|is|plays?|playing|about|for|from|and|at|to"
    r"|comes|starts|was|title|name|list|cover|art|player|ends?|begins?|called|named|titled)\b)[^\W_][^.,;:\n]{1,60}?)(?:\s+by\s+(?P<by>[^\W_][^.,;:\n]{1,40}?))?"
    r"(?=\s+(?:in|on|with|from|over|at|for|and|is|plays?|playing|while|using|under)\b|[.,;:\n]|$)"
)
_QUIZ_WORDS = compiled(r"\b(?:quiz|trivia|multiple[\s-]choice|questions?)\b|[:,]")
_QUIZ = re.compile(
    r"(?:^|(?<=[\s:]))(?P<question>(?:What|Which|Who|Whose|When|Where|Why|How|Is|Are|Do|Does|Did|Can|Was|Were)\b[^?\n]{1,120}\?)"
    r"\s+(?P<answers>[^?:;\n]{3,120}?)[.?]?\s*$"
)


@dataclass(frozen=True, slots=True)
class Introduced:
    """Texts by their role, the answers of a question, and the description without them."""

    rest: str
    texts: dict[str, str] = field(default_factory=dict)
    items: tuple[str, ...] = ()


def described(quoted: Quoted, part: str, fps: int = 30) -> Facts:
    """Read one description, a part of `quoted`'s text: what it introduces, then all else it says."""
    said = introduced(quoted, part)
    facts = facts_of(quoted, said.rest, fps)
    facts.texts = {**said.texts, **facts.texts}
    facts.items = list(said.items) or facts.items
    return facts


def introduced(quoted: Quoted, part: str) -> Introduced:
    """Return what a description introduces by name; without anything, its words as they are."""
    return next((found for read in _READERS if (found := read(quoted, part))), Introduced(part))


def _signature(quoted: Quoted, part: str) -> Introduced | None:
    match = _SIGNED.search(part)
    if match is None or not is_name(match["author"]):
        return None
    before, words = part[: match.start()], quoted.piece(match["words"]).text
    role = quoted_role(before)
    told = (
        role == "quote"
        or "sa" in match["link"].lower()
        or _SAID_BY_SOMEBODY.search(before[-_NEAR:]) is not None
    )
    signed = match["link"] in "-–—~" and role is None and len(words.split()) >= _FEWEST_WORDS
    if not told and not signed:
        return None
    texts = {"quote": words, "author": match["author"]}
    rest = part[match.end() :]
    if re.match(r"\s*,\s", rest):
        office, rest = claim_in(rest)
        texts |= {"caption": sentence_case(quoted.plain(office))} if office else {}
    return Introduced(f"{before} {rest}", texts)


def _command(quoted: Quoted, part: str) -> Introduced | None:
    match = _COMMAND.search(part)
    if match is None:
        return None
    command, rest = claim_in(part[match.start("command") :])
    if not command:
        return None
    return Introduced(f"{part[: match.start('command')]} {rest}", {"prompt": quoted.original(command)})


def _product(quoted: Quoted, part: str) -> Introduced | None:
    match = _CALLED.search(part) or _OURS.search(part)
    if match is None or not is_name(match["name"]):
        return None
    product = _PRODUCT.fullmatch(match["thing"]) is not None
    before, thing = part[: match.start()], part[match.start() : match.end("thing")]
    alone = not unheard(before, ())
    found = _claimed(quoted, part[match.end() :], soft=product and (alone or bool(_CARD_FOR.search(before))))
    if found is None:
        return None
    claim, rest = found
    if not claim and not (product and alone and not claim_in(rest)[0]):
        return None
    name = sentence_case(quoted.plain(match["name"]))
    texts = {"name": name, "title": name} | ({"subtitle": sentence_case(claim)} if claim else {})
    if not product and scene_like(thing):
        return Introduced(f"{before}{thing} {rest}", texts)
    kind = _OPENING if _BUTTON.search(rest) else _BRAND
    return Introduced(_kind_first(kind, before, rest), texts)


def _presented(quoted: Quoted, part: str) -> Introduced | None:
    match = _PRESENTED.match(part)
    found = _claimed(quoted, part[match.end() :], soft=True) if match and is_name(match["name"]) else None
    if match is None or found is None or not found[0]:
        return None
    name = sentence_case(quoted.plain(match["name"]))
    texts = {"kicker": sentence_case(match["kicker"]), "name": name, "title": name}
    return Introduced(_kind_first(_OPENING, "", found[1]), {**texts, "subtitle": sentence_case(found[0])})


def _bare(quoted: Quoted, part: str) -> Introduced | None:
    match = _BARE.match(part)
    if match is None or _TRADE.search(match["name"]) or SOUNDS.search(match["name"]):
        return None
    found = _claimed(quoted, part[match.end() :], soft=False)
    if found is None or len(found[0].split()) < 2 or re.match(r"\W*\d", found[0]):
        return None
    texts = {"title": match["name"], "subtitle": sentence_case(found[0])}
    return Introduced(_kind_first(_TITLE, "", found[1]), texts)


def _card(quoted: Quoted, part: str) -> Introduced | None:
    match = _CARD.search(part)
    found = _claimed(quoted, part[match.end() :], soft=True) if match and is_name(match["name"]) else None
    if match is None or found is None or not found[0]:
        return None
    texts = {"name": match["name"], "title": match["name"], "subtitle": sentence_case(found[0])}
    return Introduced(f"{part[: match.start('name')]} {found[1]}", texts)


def _person(quoted: Quoted, part: str) -> Introduced | None:
    match = _PERSON.search(part)
    found = _claimed(quoted, part[match.end() :], soft=True) if match else None
    if match is None or found is None or not found[0]:
        return None
    texts = {"title": match["name"], "subtitle": sentence_case(found[0])}
    return Introduced(_kind_first(_TITLE, "", found[1]), texts)


def _work(quoted: Quoted, part: str) -> Introduced | None:
    match = _WORK.search(part) or _WORK_IN_SMALL_LETTERS.search(part)
    if match is None or all(no_name(word) for word in match["title"].split()):
        return None
    texts = {"title": sentence_case(quoted.plain(match["title"]))}
    if match["by"]:
        texts["subtitle"] = sentence_case(quoted.plain(match["by"]))
    return Introduced(f"{part[: match.start('title')]} {part[match.end() :]}", texts)


def _question(quoted: Quoted, part: str) -> Introduced | None:
    match = _QUIZ.search(part)
    answers = re.split(r"\s*,\s*(?:or\s+)?|\s+or\s+", match["answers"]) if match else []
    if match is None or not 2 <= len(answers) <= 6 or any(len(one.split()) > 5 for one in answers):
        return None
    items = tuple(quoted.plain(one) for one in answers if one)
    before = _QUIZ_WORDS.sub("", part[: match.start()])
    return Introduced(_kind_first(_ANSWERS, before, ""), {"title": quoted.plain(match["question"])}, items)


_READERS: tuple[Callable[[Quoted, str], Introduced | None], ...] = (
    _signature,
    _command,
    _product,
    _presented,
    _bare,
    _person,
    _card,
    _work,
    _question,
)
"""The first that finds something decides."""


def _claimed(quoted: Quoted, after: str, *, soft: bool) -> tuple[str, str] | None:
    """Return the claim after a name, maybe empty, and what follows; None when a colon leads elsewhere.

    Only a `soft` one may follow without a colon or a dash: "an app called Leaf that waters plants".
    """
    colon = _COLON.match(after)
    if colon:
        claim, rest = claim_in(after[colon.end() :])
        claim = quoted.plain(claim)
        return (claim, rest) if is_claim(claim) else None
    link = (_THAT.match(after) or _COMMA.match(after)) if soft else None
    if link is None:
        return "", after
    claim, rest = claim_in(after[link.end() :])
    claim = quoted.plain(claim)
    return (claim, rest) if is_claim(claim) else ("", after)


def _kind_first(kind: str, before: str, rest: str) -> str:
    """Return what is left of a description, with `kind` in it unless it says one itself."""
    said = _BRAND_WORDS.sub("", f"{before} {rest}")
    after = rest.strip(" ,:")
    if _KIND.search(said):
        return f"{before} {after}"
    return f"{before} {kind}, {after}" if after else f"{before} {kind}"
