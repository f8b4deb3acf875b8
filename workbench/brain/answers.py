"""What needs no change: questions answered, wishes that cannot be met, words that say too little."""

from __future__ import annotations

import re

from workbench.brain.beyond import wants_only_beyond
from workbench.brain.colors import colors_denied, colors_in
from workbench.brain.edits import Draft
from workbench.brain.edits.parts import Ask
from workbench.brain.edits.tell import colors_told, words_told
from workbench.brain.packet import SceneView
from workbench.brain.plan import Redo, SetFormat, Undo
from workbench.brain.situation import Clause, Situation, Verdict
from workbench.brain.spoken import frame_rate_in, shape_in
from workbench.brain.targets import position_of, selected_scene
from workbench.brain.vocabulary import BEYOND, SHAPES, VIDEOS, compiled
from workbench.scene.format import Format

ABILITIES = (
    "Working offline I can turn a brief into scenes from templates; change texts, numbers, colours, sizes, "
    "places, entrances and backgrounds; add, remove, copy, rename and reorder scenes; set lengths, "
    "transitions and the format; and undo. For anything freer, connect a language model."
)
EXPORTS = (
    "A film can be exported as MP4, as GIF or as PNG files: press Export, or run "
    '`studio.export("film.mp4")` with the ending you want.'
)
_ASKS = compiled(
    r"^\s*(?:how|what|whats|what's|hows|which|who|whose|where|when|why|is|are|do|does|did|was|list|tell\s+me|can\s+you\s+(?:do|help))\b"
)
_POSSIBLE = compiled(
    r"^\W*(?:is|would|might)\s+(?:it\s+|this\s+)?(?:be\s+)?possible\s+(?:to\s+|that\s+you\s+|you\s+)?(?=[a-z]+\s+\S)"
)
_EXPORTS = compiled(
    r"\b(?:export|render|save|output)\b.*\b(?:gifs?|mp4s?|webm|pngs?|movs?|prores|files?|formats?)\b|\bin\s+which\s+formats?\b.*\bexport\b"
)
_UNDO = compiled(
    r"^\W*(?:no\W+)?(?:please\s+|can\s+you\s+|that\s+was\s+wrong\W+)*(?:undo|revert|go\s+back|take\s+(?:that|it|this)\s+back|roll\s*back|never\s*mind|un-do)\b"
    r"|\b(?:revert|undo)\s+(?:that|it|this|the\s+last|my\s+last|what)\b|\bput\s+(?:it|that|this|them|everything)\s+back\b|\bback\s+(?:to\s+)?(?:how|the\s+way)\s+(?:it|that|they)\s+(?:was|were)\b"
    r"|\b(?:liked|preferred|prefer)\s+(?:it\s+)?(?:the\s+)?(?:previous|last|old|earlier|original)\s+(?:version|one|state)\b"
    r"|\blike\s+the\s+(?:previous|last|old|earlier|original)\s+(?:version|one|state)\s+(?:better|more)\W*$"
    r"|\b(?:previous|last|old|earlier|original)\s+(?:version|one|state)\s+(?:was|looked)\s+(?:much\s+)?(?:better|nicer)\b"
    r"|\b(?:go|change|bring|set)\s+(?:it\s+|that\s+)?back\s+to\s+(?:what|how)\s+it\s+was\b|\brestore\s+(?:what|the\s+(?:last|previous)\s+(?:version|state))\b"
)
_REDO = compiled(r"^\W*(?:please\s+)?(?:redo|re-do|do\s+(?:it|that)\s+again)\b|\bundo\s+the\s+undo\b")
_LEAVE = compiled(
    r"^\W*(?:please\s+|i\s+|we\s+|but\s+|and\s+)*(?:do\s*n[o']?t|don't|do\s+not|never)\s+(?:want\s+(?:you\s+)?to\s+)?"
    r"(?:delete|remove|change|touch|edit|alter|modify|replace|cut|lose)\b(?!.*\b(?:so|too|that)\s+\w+)"
)
_NOTHING_MORE = compiled(
    r"(?:\s*(?:colou?rs?|tones?|stuff|things?|at\s+all|anywhere|any\s*more|ever|again|please|pls|thanks|for\s+me"
    r"|(?:in|for|on)\s+(?:my|our|any|all|the)\s+(?:of\s+)?(?:my\s+|our\s+)?(?:videos?|films?|scenes?|projects?)|\W))*$"
)
_FORMAT = compiled(
    r"\b(?:make|should|videos|switch|change|turn|convert|need|want|set|use|format|resolution|aspect|ratio|video|for|it|go|in|into|render)\b|^\W*\S+\W*$|^\W*\d{3,4}\s*[x×]\s*\d{3,4}\b"
    r"|^\W*\d+\s*fps\W*$|^\W*(?:please\s+)?\S+\s+(?:please|pls|version|thanks|thank\s+you|again)\b"
)
_NOT_FORMAT = compiled(r"\b(?:add|draw|insert|title|text|circle|box|rect\w*|shape|button|scene\s+\d)\b")
_RATIO = compiled(r"\b\d{1,4}\s*[:x×]\s*\d{1,4}\b")
_FOR_WHERE = compiled(rf"\b(?:{SHAPES})(?!\w)")
_EVERY_VIDEO = compiled(r"\b(?:all|every|each)\s+(?:of\s+)?(?:my\s+|our\s+|the\s+)?videos?\b")
_A_VIDEO = compiled(rf"\b(?:an?|the|our|my)\s+(?:[\w-]+\s+){{0,4}}(?:{VIDEOS})\b")
_AWAY = compiled(
    r"\b(?:upload|publish|post|share|e-?mail|send|tweet|download)\b.*\b(?:video|it|film|project|this|youtube|instagram|tiktok|scenes?)\b"
)
_SOUND_SEEN = compiled(
    r"\b(?:music|songs?|audio|sound|voice)\s+(?:players?|apps?|icons?|wave(?:form)?s?|visuali[sz]ers?)\b"
)
_GENERATES = compiled(
    r"\b(?:translat\w+|summari[sz]e|paraphrase|rephrase|proofread|invent|come\s+up\s+with|write\s+(?:a|an|some|me|something)|make\s+.*\bfunn(?:y|ier)"
    r"|joke|poem|slogan\s+ideas?|brainstorm|generate\s+(?:a|an|some)\s+(?:text|story|script|image|picture))\b"
)
_VAGUE = compiled(
    r"^\W*(?:please\s+)?(?:(?:make|change|fix|improve|do|edit|update|adjust|spice|jazz|pep)\s+)?(?:it|this|that|something|everything|the\s+(?:scene|video))?"
    r"(?:\s+(?:up|look|be|feel|more|a\s+bit|much|way|so|really|somehow|again))*"
    r"(?:\s*(?:better|nicer|prettier|cooler|good|great|different|interesting|exciting|awesome|pop|wow|fun))?\W*$"
)
_EXTREME = compiled(r"\b(?:(?P<long>longest)|shortest)\b")
_IDIOM = compiled(
    r"^\W*(?:please\s+)?(?:make|let)\s+(?:it|this|that|things|everything|the\s+(?:scene|video|whole\s+thing))\s+(?:really\s+|just\s+|all\s+)?"
    r"(?:pop|shine|sing|stand\s+out|come\s+alive|feel\s+(?:alive|special|premium))(?:\s+(?:more|out|a\s+bit|please))*\W*$"
)
_MUMBLE = compiled(
    r"^\W*(?:h+m+|ok(?:ay)?|yes|no|hi|hello|hey|there|(?:looks?|sounds?)|good|great|nice|perfect|cool|awesome|love\s+it|thanks?|thank\s+you|test|please|u+h+|well|so|maybe|\W|\d)*\W*$"
)


def undo(clause: Clause, situation: Situation) -> Verdict | None:
    """Decide to take back, or do again."""
    del situation
    if clause.says(_REDO):
        return Verdict([Redo(because=clause.original)])
    return Verdict([Undo(because=clause.original)]) if clause.says(_UNDO) else None


def leave(clause: Clause, situation: Situation) -> Verdict | None:
    """Do nothing about what must stay: "don't change the intro"."""
    del situation
    return Verdict(answer="That stays as it is.") if _LEAVE.match(clause.text) else None


def denial(clause: Clause, situation: Situation) -> Verdict | None:
    """Paint nothing in a colour that is not wanted: ask for another where it is shown."""
    denied = colors_denied(clause.text)
    if not denied or colors_in(clause.text) or not _NOTHING_MORE.match(clause.text[denied[-1].end :]):
        return None
    color = clause.text[denied[-1].start : denied[-1].end].strip()
    shown = [
        one.name
        for one in situation.project.scenes
        if any(each.hex in f"{one.source} {list(one.params.values())}".lower() for each in denied)
    ]
    if shown:
        return Verdict(question=f"{', '.join(shown)} has {color}: which colour should be there instead?")
    return Verdict(answer=f"Nothing here is {color}, so nothing changed.")


def beyond(clause: Clause, situation: Situation) -> Verdict | None:
    """Refuse what the offline director does not have: sound, voices, footage, publishing."""
    del situation
    found = (said for words, said in BEYOND.items() if compiled(rf"\b(?:{words})\b").search(clause.text))
    remark = None if _SOUND_SEEN.search(clause.text) else next(found, None)
    if clause.says(_AWAY):
        remark = "Publishing: export the video, then share the file yourself."
    return Verdict(cannot=f"I can't do that offline. {remark} {ABILITIES}") if remark else None


def only_beyond(clause: Clause, situation: Situation) -> Verdict | None:
    """Refuse a request for nothing but what cannot be had, also when there is no scene yet."""
    return beyond(clause, situation) if wants_only_beyond(clause.text) else None


def generates(clause: Clause, situation: Situation) -> Verdict | None:
    """Refuse what needs words to be invented."""
    del situation
    if not clause.says(_GENERATES):
        return None
    return Verdict(cannot=f"I can't do that offline: it needs words I would have to make up. {ABILITIES}")


def set_format(clause: Clause, situation: Situation) -> Verdict | None:
    """Decide a request for another shape, size or frame rate."""
    current = situation.project.format
    shape, rate = shape_in(clause.text), frame_rate_in(clause.text)
    if (not shape and not rate) or not clause.says(_FORMAT) or clause.says(_NOT_FORMAT):
        return None
    if clause.says(_A_VIDEO) and len(clause.text.split()) > 8:
        return None
    clause.says(_RATIO)
    clause.says(_FOR_WHERE)
    clause.says(_EVERY_VIDEO)
    wanted = shape or f"{current.width}x{current.height}@{rate}"
    if Format.parse(wanted, current.fps) == current:
        return Verdict(answer=f"The format is {current} already.")
    return Verdict([SetFormat(wanted, because=clause.original)])


def answer(clause: Clause, situation: Situation) -> Verdict | None:
    """Answer a question about the project or about what can be done."""
    text, scenes = clause.text, situation.project.scenes
    if _POSSIBLE.match(text):
        return None
    if not (_ASKS.match(text) or text.rstrip().endswith("?")):
        return None
    if re.search(r"\btemplates?\b", text, re.IGNORECASE):
        return Verdict(answer=f"There are: {', '.join(card.id for card in situation.packet.templates)}.")
    if re.search(
        r"\b(?:what\s+can\s+you\b|can\s+you\s+(?:do\W*$|help)|are\s+you\s+able|able\s+to|help)\b",
        text,
        re.IGNORECASE,
    ):
        return Verdict(answer=ABILITIES)
    if _EXPORTS.search(text):
        return Verdict(answer=EXPORTS)
    if scenes and (most := _EXTREME.search(text)):
        chosen = (max if most["long"] else min)(scenes, key=lambda one: one.duration_seconds)
        place = position_of(situation.project, chosen)
        return Verdict(answer=f"{chosen.name}, scene {place}: {chosen.duration_seconds:g} s.")
    named = situation.named(clause).scenes
    asked = _about_a_scene(clause, named or _asked_about(clause, situation))
    if asked:
        return Verdict(answer=asked)
    if named and re.search(
        r"\b(?:how\s+long|duration|length|seconds|called|name|what|which)\b", text, re.IGNORECASE
    ):
        told = [
            f"Scene {position_of(situation.project, one)} is {one.name} and lasts {one.duration_seconds:g} s."
            for one in named
        ]
        return Verdict(answer=" ".join(told))
    if re.search(r"\bhow\s+(?:long|many\s+seconds)|duration|total\s+length\b", text, re.IGNORECASE):
        return Verdict(answer=f"The video lasts {sum(one.duration_seconds for one in scenes):g} s.")
    if re.search(r"\b(?:how\s+many|which|what|list)\b.*\bscenes?\b", text, re.IGNORECASE):
        names = ", ".join(f"{place} {one.name}" for place, one in enumerate(scenes, start=1))
        return Verdict(
            answer=f"There are {len(scenes)} scenes: {names}." if scenes else "There is no scene yet."
        )
    if re.search(r"\b(?:format|resolution|aspect|fps|size)\b", text, re.IGNORECASE):
        return Verdict(answer=f"The format is {situation.project.format}.")
    return None


def _asked_about(clause: Clause, situation: Situation) -> list[SceneView]:
    """Return the scene a question is about that names none: the selected one, or where its part is."""
    selected = selected_scene(situation.project)
    ask = Ask(clause.quoted, clause.text)
    having = [
        one
        for one in situation.project.scenes
        if ask.named(Draft(one.source, dict(one.params)), outright=True)
    ]
    if having and selected not in having:
        return having[:1]
    return [selected] if selected else []


def _about_a_scene(clause: Clause, scenes: list[SceneView]) -> str:
    """Return the colours or the words of scenes when a question asks for them, else nothing."""
    if not _ASKS.match(clause.text):
        return ""
    if re.search(r"\bcolou?rs?\b", clause.text, re.IGNORECASE):
        told = [
            colors_told(Draft(one.source, dict(one.params)), Ask(clause.quoted, clause.text))
            for one in scenes
        ]
    elif re.search(r"\b(?:texts?|words?|say|says|written|content)\b", clause.text, re.IGNORECASE):
        told = [words_told(Draft(one.source, dict(one.params))) for one in scenes]
    elif re.search(r"\b(?:fonts?|typeface)\b", clause.text, re.IGNORECASE):
        return "There are two fonts: sans (Inter, every weight) and mono (JetBrains Mono)."
    else:
        return ""
    return " ".join(f"{one.name}: {said}." for one, said in zip(scenes, told, strict=True) if said)


def idiom(clause: Clause, situation: Situation) -> Verdict | None:
    """Ask what is meant by praise turned into a wish, before a word of it is taken for a motion."""
    return vague(clause, situation) if _IDIOM.match(clause.text) else None


def vague(clause: Clause, situation: Situation) -> Verdict | None:
    """Ask what is meant when the words say too little."""
    if (
        _MUMBLE.match(clause.text)
        or _IDIOM.match(clause.text)
        or (_VAGUE.match(clause.text) and len(clause.text.split()) <= 8)
    ):
        names = ", ".join(scene.name for scene in situation.project.scenes[:6])
        return Verdict(
            question="What should change? Name a part and what to do with it: "
            '"make the title of scene 1 bigger", '
            f'"warmer colours", "5 seconds". The scenes are: {names}.'
        )
    return None
