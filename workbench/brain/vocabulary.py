"""The words the offline director knows, written as alternatives; `_` stands for white space.

Patterns here are parts of larger ones: they are not anchored, and they are matched without regard to case.
"""

from __future__ import annotations

import re


def either(words: str) -> str:
    """Return a regular expression for any of the white-space separated alternatives."""
    return "|".join(words.split()).replace("_", r"[\s-]+")


def compiled(*parts: str) -> re.Pattern[str]:
    """Compile the parts, joined, without regard to case."""
    return re.compile("".join(parts), re.IGNORECASE)


SCENE_NOUNS = either(r"""
    title_cards? titles? cards? intro(?:duction)? outro open(?:ing|er) hero headline
    logo(?:_reveal)? brand charts? graphs? plot diagram histogram bars? counters? countdown numbers?
    stats? statistics figures lists? features? benefits? bullets? steps? reasons? quotes?
    testimonials? code snippets? terminal console button call_to(?:_action)? cta screens? pages?
    slides? scenes? dashboard particles? explosion confetti time\s?line prompt search typing
    gradients? glitch wallet sign[\s-]?(?:in|up) log[\s-]?in phones? mock[\s-]?ups? map photos?
    images? pictures? pricing prices? question credits dots? ripples? waves? text words name slogan
    tagline message animation demo celebration donut pie
""")
REMOVERS = either(r"""
    delete remove drop erase lose scrap ditch kill axe trash bin get_rid_of
    take_(?:out|away) take_(?:the_)?\w+_out
    throw_(?:away|out) cut_out leave_out do_without
""")
UNWANTED = (
    r"\b(?:no\s+longer|do\s*n[o']?t|don't|never)\s+(?:need|want)\b(?!\s+(?:to|any|it|that|this|you)\b)"
    r"|\b(?:anymore|any\s+more)\s*[.!]?$"
)
GREETINGS = either(r"thank[\s-]?you thanks goodbye hello")
STARTERS = either(r"""
    open(?:s|ing)? start(?:s|ing)? begin(?:s|ning)? shows? showing ends? ending clos(?:e|es|ing)
    finish(?:es|ing)? adds? follow(?:s|ed)? cuts? introduc(?:e|es|ing) present(?:s|ing)? displays?
    reveals? lists? conclud(?:e|es) wraps? types? counts? explains? announc(?:e|es|ing)
    transition(?:s)? say(?:s|ing)? tells? features? invites? asks?
""")
MARKERS = either(r"""
    then next finally lastly first(?:ly)? second(?:ly)? third(?:ly)? last after_that afterwards
    at_the_(?:end|start) to_(?:begin|start|open|end|close|finish)(?:_with)? scene_\d+
""")
MAKERS = either("""
    make add insert include append create give_me give want need have build generate put use do
    produce design
""")
ARTICLES = either("a an the one two three four five six our some another this my")
ADJECTIVES = either("""
    big bold short quick simple nice animated cool beautiful little new great large huge small tiny
    growth sales revenue bar line pie closing final opening first last smooth strong
""")
VIDEOS = either(r"""
    videos? films? promos? teasers? clips? trailers? explainers? reels? spots? adverts? ads? movies?
    stor(?:y|ies) presentations? project sequence scenes (?:launch|product)_(?:announcement|intro)
""")
STYLES = either(r"""
    energetic minimal(?:ist|istic)? elegant modern playful cinematic professional futuristic retro
    vintage fun funky corporate luxur(?:y|ious) epic dramatic cute clean sleek upbeat calm serious
    hand-?drawn cartoon(?:ish)?
""")
SHAPES = either(r"""
    (?:for|in|as|on)_(?:instagram_)?(?:stories|reels|shorts|tik\s*tok|youtube)
    (?:vertical|square|portrait|landscape|horizontal|9:16|16:9|1:1)(?:_(?:format|video))?
""")
TRANSITIONS = either(r"""
    (?P<before>fade|slide|wipe|cut)s?_(?:transitions?|between)
    transitions?\s*(?:of|:|=)?\s*(?P<after>fade|slide|wipe|cut)s? cross-?fades? dissolves?
""")
STYLE_FILLER = either(r"""
    use make keep it all everything everywhere them the video overall style with and in a an for
    please total format is be should scenes? throughout whole theme colou?rs? brand long our about
    around
""")
PRODUCTS = either(r"""
    apps? applications? products? start-?ups? company brand tool services? shop store platform software
    web[\s-]?site business agency studio bakery caf(?:e|é) restaurant brewery band magazine newsletter podcast
    game club school gym salon clinic charity foundation collective roaster(?:y|s)? framework library
    package extension plug-?in assistant bot
""")
PRESSES = (
    r"(?:shop|buy|order|book|subscribe|download|register|sign\s+up|donate|apply|join|start|try|learn|get|read|call|visit)\s+"
    r"(?:now|today|here|online|us|free|more|started|for\s+free|it\s+(?:now|free|today)"
    r"|(?:your|a)\s+(?:tickets?|table|place|seat|copy|demo|spot)(?:\s+(?:now|today))?)"
)
"""What people are told to press, when nothing else says that it is a button."""
_SOUND_OF_ITS_OWN = (
    r"(?:an?|the|some|any)\s+(?:[\w-]+\s+)?(?:sounds?|jingles?|whoosh|swoosh)"
    r"(?=\W*$|[.,;!?]|\s+(?:when|whenever|while|once|as|each|every|after|before|on|at|for|to|under|in|over|with|and|please)\b)"
)
"""A sound that is to be heard, and no "sound of silence" nor a "sound investment"."""
BEYOND = {
    either(r"music soundtrack songs? beats? sound_effects? sfx audio") + f"|{_SOUND_OF_ITS_OWN}": (
        "Sound: the offline director makes silent pictures."
    ),
    either(r"voice[\s-]?overs? (?:my|a|your|the)_voice narrat\w+ spoken text-to-speech"): (
        "A voice: the offline director makes silent pictures."
    ),
    either(r"stock_(?:footage|photos?|video) live_action real_footage filmed"): (
        "Footage: scenes are drawn, not filmed."
    ),
    either(r"photo[\s-]?realistic (?:photo|image|picture|illustration|drawing)s?_of 3-?d_models? avatars?"): (
        "Pictures of things: offline, scenes are made of text, shapes, charts and code."
    ),
}
"""What nobody can have from the offline director, with what it says instead."""
SOUNDS = compiled(rf"\b(?:{'|'.join(list(BEYOND)[:2])})\b")
"""Music, sounds and voices."""
