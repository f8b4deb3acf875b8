"""How a sentence is meant: whether it wishes at all, as a rule or in passing, and for whom."""

from __future__ import annotations

import re

from workbench.memory.evidence import Scope, Stance
from workbench.memory.words import MARK, Sentence, word_set

VISUAL = word_set(
    """
    accent accents animation animations backdrop background backgrounds bar bars beat beats bg border
    borders button buttons caption captions card cards chart charts circle circles clip clips color
    colors colour colours composition copy corner corners cut cuts design designs dot dots ease easing
    edge edges effect effects elements ending entrance entrances entry exit fade fades feel feeling
    film films font fonts frame frames glow gradient gradients grain graphics heading headings
    headline headlines image images ink intro intros label labels layout layouts lettering letters
    line lines logo look looks manner mode mood motion movement number numbers one ones opening outro
    pace pacing palette particles pictures product rhythm scene scenes screen shadow shadows shape
    shapes shot shots slide slides space speed style styles subtitle subtitles tempo text texts theme
    themes things title titles tone tones touch touches transition transitions type typeface typefaces
    typography version vibe vibes video videos visuals voice way weight width wording words writing
    zoom zooms
    """
)
"""Nouns that are about how things look, sound or move: "fast cuts" is taste, "fast food" is not."""

_ASKING = re.compile(
    r"^(?:\W\s)*(?:what|how|which|why|when|where|who|whose|is|are|was|were|does|did|has|have|do (?!not))\b"
    r"(?! (?:not|about)\b)(?!(?: it)? would be\b)"
)
_REQUEST = re.compile(
    r"^(?:\W\s)*(?:please )?(?:can|could|would|will|may|shall|why not|how about|what about|should)\b"
)
_REPORT = re.compile(r"\b(?:was|were|had|did|sat|went|got|turns|turned|has|said)\b")
_COPULA = re.compile(r"\b(?:is|are|looks?|feels?|seems?)\b")
_WISHING = re.compile(
    r"\b(?:too|should|must|needs?|want(?:s|ed)?|prefer|like|love|hate|dislike|better|enough|brand|please|make|keep"
    r"|use|more|less|never|always|lovely|great|nicer?|beautiful|perfect|gorgeous|good|ugly|awful|boring"
    r"|from now on|only|supposed"
    r"|(?:colou?r|palette|background|font|style|tone|pace|favou?rite)s? (?:is|are))\b|\bso\b"
)
_STANDING = re.compile(
    r"\b(?:always|never|from (?:now|here) on|every (?:scene|video|time|title|text)|all (?:the |my |our )?"
    r"(?:scenes|videos|projects|titles|texts)|everywhere|by default|in general|generally|usually|no more"
    r"|(?:any|ever) (?:more|again)|anymore|ever|for everything|everything (?:for|in)|prefer|hate|despise"
    r"|adore|can not stand|tired of|sick of|brand|favou?rite|stop \w+ing|quit \w+ing)\b"
)
_LIKING = re.compile(
    r"\b(?:i|we) (?:really |just |do |absolutely |only )*(?:do not |never )?(?:like|love|dislike|enjoy"
    r"|want only|only|make only)\b(?! (?:the|this|that|how|it|your|to see)\b)"
)
_PASSING = re.compile(
    r"\b(?:scenes? (?:\d+|one|two|three|four|five|six)"
    r"|(?:this|that|last|first|second|third|next|previous|current) (?:scene|one|slide|shot|time)"
    r"|(?:just|only) (?:here|this|once)|for now|this time|here)\b|@\w+|^(?:please )?(?:add|insert|show|let)\b"
)
_PERSONAL = re.compile(
    r"\b(?:i|we)\b (?:\w+ ){0,3}?(?:like|love|prefer|hate|always|never|usually|adore|despise|dislike|enjoy"
    r"|only)\b|\b(?:all|every(?:thing)?|any)(?: of)? (?:my|our|i)\b|\bevery (?:project|video|film)\b"
    r"|\bi am (?:tired|sick)\b"
    r"|\bmy favou?rite\b|\bin general\b"
)
_THIS_PROJECT = re.compile(r"\b(?:this|the) (?:project|video|film|campaign|brand)\b")
_CONTENT = re.compile(
    rf"(?:\b(?:(?<!how )(?<!what )about|titled|entitled|called|named|saying|says?|reading|reads"
    rf"|explain(?:ing|s)?|introduc(?:e|ing)|presenting|rename|celebrating|documentary on|features?|benefits?"
    rf"|points?|steps?|items?|reasons?|tagline|slogan|go to|jump to|call it|name it|title it) ?:?|{MARK})"
    r"(?P<about>[^,;()]*?)(?= (?:with|in|using|on|where|whose|but) |[,;()]|$)"
)
_FORGETTING = re.compile(r"^(?:(?:please|now|just|and|then|ok|okay|you|can|could|should|may) )*forget\b")
_LISTED = re.compile(r"\b(?:features?|benefits?|points?|steps?|items?|reasons?|words?|list)\b[^:]{0,20}: .*$")


def wishes(sentence: Sentence) -> bool:
    """Say whether a sentence expresses a wish or a taste, rather than asking, telling or reporting."""
    plain = sentence.plain
    if _FORGETTING.search(plain):
        return False
    if sentence.asks or _ASKING.search(plain):
        suggests = not (_ASKING.search(plain) or _REPORT.search(plain) or _COPULA.search(plain))
        return suggests or bool(_REQUEST.search(plain))
    if _WISHING.search(plain):
        return True
    return not (_REPORT.search(plain) or _COPULA.search(plain))


def stance_of(sentence: Sentence) -> Stance:
    """Return how a sentence is meant: as a rule, as a wish, or about one place in passing."""
    plain = sentence.plain
    if _STANDING.search(plain) and not re.search(r"\bhate (?:the|this|that)\b", plain):
        return "standing"
    if _PASSING.search(plain):
        return "passing"
    return "standing" if _LIKING.search(plain) else "wish"


def scope_of(sentence: Sentence) -> Scope:
    """Return for whom a sentence speaks: for the user everywhere, or for this project."""
    plain = sentence.plain
    return "user" if _PERSONAL.search(plain) and not _THIS_PROJECT.search(plain) else "project"


def content_places(sentence: Sentence) -> set[int]:
    """Return the places of tokens that are what the video is about, so that they say nothing about taste."""
    plain = sentence.plain
    spans = [(match.start("about"), match.end("about")) for match in _CONTENT.finditer(plain)]
    spans += [match.span() for match in _LISTED.finditer(plain)]
    places, at = set(), 0
    for place, token in enumerate(sentence.tokens):
        if any(start <= at < end for start, end in spans):
            places.add(place)
        at += len(token.text) + 1
    return places


def named_places(sentence: Sentence) -> set[int]:
    """Return the places of words that belong to a name: capitals amid a sentence that is not all capitals."""
    tokens = sentence.tokens
    capitals = [token.capital for token in tokens]
    words = [place for place, token in enumerate(tokens) if token.is_word]
    if words and all(tokens[place].capital for place in words) and len(words) > 3:
        return set()
    named = {place for place in words[1:] if capitals[place]}
    if len(words) > 1 and capitals[words[0]] and words[1] in named:
        named.add(words[0])
    return named
