"""Requests about whole scenes: delete, duplicate, rename, move, swap, transitions."""

from __future__ import annotations

import re
from typing import Literal, cast

from workbench.brain.edits import Draft
from workbench.brain.edits.parts import Ask
from workbench.brain.packet import SceneView
from workbench.brain.plan import (
    DeleteScene,
    DuplicateScene,
    MoveScene,
    RenameProject,
    RenameScene,
    SetTransition,
    Step,
)
from workbench.brain.quoting import MARK
from workbench.brain.situation import Clause, Situation, Verdict
from workbench.brain.spoken import NUMBER_WORDS, number
from workbench.brain.targets import Mention, names_all, position_of, selected_scene
from workbench.brain.vocabulary import REMOVERS, compiled

_DELETE = compiled(
    rf"\b(?:{REMOVERS})\b",
    r"|^\W*(?:i|we)\s+(?:no\s+longer|do\s*n[o']?t|don't)\s+(?:need|want)\s+(?!to\b|any|it\b|you\b)(?:the\s+)?(?:[\w-]+\s*){1,4}(?:any\s*more)?\W*$",
)
_OUT_OF = compiled(r"(?<!\brid\s)\b(?:from|in|of|inside|on)\s+(?:the\s+)?$")
_EVERYTHING = compiled(r"\b(?:all|everything)\b")
_DUPLICATE = compiled(
    r"\b(?:duplicate|clone|repeat)\b"
    r"|(?<!the )\bcop(?:y|ies)\b(?!\s+the\s+(?:colou?rs?|style|look))|\btwice\b(?!\s+(?:as|the))"
)
_RENAME = compiled(
    r"\b(?:rename|re-name|retitle|call|name)\b|\b(?:should\s+be|is\s+(?:now\s+)?)\s*(?:named|called)\b"
)
_PROJECT = compiled(r"\b(?:the\s+|this\s+|my\s+)?(?:whole\s+)?(?:project|video|film|movie)\b")
_NEW_NAME = compiled(
    r"^\s*(?:scene\s+)?(?:(?:should\s+be|is(?:\s+now)?)\s+(?:named|called)|to|as|into|:|=|->)?\s*(?P<name>.+?)\s*[.!]?\s*$"
)
_MOVE = compiled(
    r"\b(?:move|put|place|bring|shift|push|come|comes|go|goes|belongs?|reorder|make|swap|switch|exchange|want|should|be)\b"
)
_SWAP = compiled(r"\b(?:swap|switch|exchange|trade)\b")
_FRONT = compiled(
    r"\b(?:to|at|in)\s+the\s+(?:very\s+)?(?:beginning|start|front)\b|\b(?:come|comes|go|goes|be|move|put|place|bring|make|want)\b.*\bfirst\s*[.!]?$|\bto\s+(?:the\s+)?first\b"
)
_OPENS_WITH = compiled(
    r"^\W*(?:please\s+|let's\s+|we\s+(?:should\s+)?)?(?P<side>open|start|begin|end|close|finish)\s+with\s+(?:the\s+)?$"
)
_TERSE_END = compiled(r"\b(?P<side>first|last)\W*(?:please|pls|thanks)?\W*$")
_BACK = compiled(
    r"\b(?:to|at)\s+the\s+(?:very\s+)?(?:end|back)\b|\b(?:come|comes|go|goes|be|move|put|place|bring|make|want)\b.*\blast\s*[.!]?$"
)
_BESIDE = compiled(r"\b(?P<side>before|after|in\s+front\s+of|behind|ahead\s+of|following)\s+(?:the\s+)?$")
_TO_PLACE = compiled(
    rf"\b(?:to|at|in|as)?\s*(?:position|place|slot|spot|number|no\.?)\s*(?P<place>\d+|{'|'.join(list(NUMBER_WORDS)[1:11])})\b"
)
_BY = compiled(
    rf"\b(?:(?P<n>\d+|{'|'.join(list(NUMBER_WORDS)[1:11])})\s+)?(?:(?:places?|positions?|slots?)\s+)?(?P<way>up|down|earlier|later|forwards?|backwards?|back)\b(?:\s+by)?(?:\s+(?P<n2>\d+|{'|'.join(list(NUMBER_WORDS)[1:11])}))?"
)
_FIRST_OR_LAST = compiled(r"\b(?:first|last)\s*[.!]?$")
_LITTLE_WAY = compiled(
    r"\b(?:up|down|left|right|higher|lower)\b(?:wards?)?\s*(?:\ba\s+(?:bit|little|touch|tad)|\bslightly|\bby\s+\d+|\W*$)"
)
_REVERSE = compiled(
    r"\b(?:reverse|flip|turn\s+around)\b(?:\s+\w+){0,4}?\s+(?:order|scenes|sequence)\b|\breverse\s+order\b"
)
_DETERMINES = compiled(
    r"\b(?:that|these|those)\s+(?!(?:one|scene|slide|before|after|behind|in|ahead|to|up|down|at|between|first|last|back|earlier|later|right|directly)\b)[a-z]"
)
_NEGATED = compiled(r"\b(?:should|must|do|does|is)\s*(?:not|n't|n’t)\b|\bnever\b")
_BETWEEN = compiled(r"\bbetween\b")
_ARRANGE = compiled(r"\b(?:re-?)?(?:order|arrange|sort|sequence)\b")
_OF_ITEMS = compiled(
    r"\border\s+of\s+(?:the\s+)?(?:items|features|benefits|bullets|points|lines|bars|steps|list|words|texts)\b"
)
_MOTION = compiled(
    r"\b(?:fade|slide|wipe|pop|animat|appear|blur|typ(?:e|ed|ing)\b|zoom|rise|enter|exit|disappear)\w*"
)
_TRANSITION = compiled(
    r"\b(?:hard|straight|clean|only)\s+(?P<kind3>cut)s?\b|\b(?P<kind4>cut)s?\s+(?:only|everywhere)\b|"
    r"\b(?P<kind>fade|cross-?fade|dissolve|slide|wipe|cut)s?\b(?=.*\b(?:transitions?|between|from\s+(?:scene|the)|into|to\s+scene)\b)"
    r"|\btransitions?\b.*?\b(?P<kind2>fade|cross-?fade|dissolve|slide|wipe|cut)s?\b|\b(?P<none>no|remove|without)\s+(?:the\s+|any\s+|all\s+)?transitions?\b"
)
_ANY_KIND = compiled(
    r"\b(?P<kind>fade|cross-?fade|dissolve|slide|wipe|cut)s?\b(?P<kind2>(?!))?(?P<kind3>(?!))?(?P<kind4>(?!))?"
)
_TRANSITION_WORDS = compiled(
    r"\b(?:(?:hard|straight|clean|only)\s+cuts?|cuts?\s+(?:only|everywhere)|transitions?|between|from\s+scene|into|cross-?fade|dissolve)\b"
)


def delete(clause: Clause, situation: Situation) -> Verdict | None:
    """Decide a request to take scenes out."""
    if not clause.says(_DELETE):
        return None
    named = situation.named(clause)
    if clause.says(_EVERYTHING) and not named.scenes:
        return Verdict(question='Delete every scene? Name the ones to delete, or say "delete scenes 1 to 5".')
    if any(_OUT_OF.search(clause.text[: mention.start]) for mention in named.found if not mention.weak):
        return None
    scenes = named.scenes
    if named.unknown and not scenes:
        return Verdict(cannot=_no_such(named.unknown[0], situation))
    this = [mention.scene for mention in named.found if mention.weak]
    if not scenes and this and not _parts(clause, situation, this[0]):
        scenes = this[:1]
    if not scenes and re.fullmatch(
        r"\W*(?:please\s+)?(?:delete|remove)\s+(?:the\s+|a\s+)?scene\W*", clause.text, re.IGNORECASE
    ):
        return Verdict(question=f"Which scene? {_list(situation)}")
    steps: list[Step] = [DeleteScene(scene.id, because=clause.original) for scene in scenes]
    return Verdict(steps) if steps else None


def duplicate(clause: Clause, situation: Situation) -> Verdict | None:
    """Decide a request to copy a scene."""
    if not clause.says(_DUPLICATE):
        return None
    scene = _one(clause, situation)
    if scene is None:
        return None
    steps: list[Step] = [DuplicateScene(scene.id, because=clause.original)]
    end = len(situation.project.scenes) + 1
    place = 1 if clause.says(_FRONT) else end if clause.says(_BACK) else None
    if place is not None:
        steps.append(MoveScene(f"step:{len(situation.steps) + 1}", place, because=clause.original))
    return Verdict(steps)


def rename(clause: Clause, situation: Situation) -> Verdict | None:
    """Decide a request to name a scene or the project."""
    match = clause.says(_RENAME)
    if not match:
        return None
    named = situation.named(clause)
    after = [mention for mention in named.found if mention.start >= match.end() - 1]
    if match[0].lower().startswith(("should", "is")):
        clause.notice_all()
        scene, name = (named.scenes[0] if named.scenes else None), clause.text[match.end() :]
    elif after and after[0].start - match.end() <= 6:
        scene, name = after[0].scene, clause.text[after[0].end :]
        clause.notice_all()
    else:
        project = _PROJECT.search(clause.text, match.end())
        if project and project.start() - match.end() <= 2:
            clause.notice_all()
            return _renamed_project(clause, clause.text[project.end() :])
        return None
    new = _name(clause, name)
    if not scene or not new:
        return Verdict(question="What should the scene be called?") if scene else None
    return Verdict([RenameScene(scene.id, new, because=clause.original)])


def move(clause: Clause, situation: Situation) -> Verdict | None:
    """Decide a request to put a scene somewhere else in the order."""
    opened = _opened_or_closed(clause, situation)
    if opened is not None:
        return opened
    if not clause.says(_MOVE) or _MOTION.search(clause.text) or _NEGATED.search(clause.text):
        return None
    found = [mention for mention in situation.named(clause).found if not mention.weak]
    if clause.says(_SWAP) and len({mention.scene.id for mention in found}) == 2:
        return Verdict(_swapped(clause, situation, found[0].scene, found[1].scene))
    if between := _between(clause, situation, found):
        return between
    beside = next((mention for mention in found if _BESIDE.search(clause.text[: mention.start])), None)
    moved = next((mention.scene for mention in found if mention is not beside), None)
    outright = moved is not None
    moved = moved or (selected_scene(situation.project) if _says_this(clause, situation) else None)
    if (
        re.search(r"\bmove\b", clause.text, re.IGNORECASE)
        and re.search(r"\bthe\s+scene\b", clause.text, re.IGNORECASE)
        and not found
    ):
        return Verdict(question=f"Which scene, and where to? {_list(situation)}")
    if not outright and _DETERMINES.search(clause.text):
        return None
    if moved is None or (_parts(clause, situation, moved) and not clause.says(_FIRST_OR_LAST)):
        return None
    if clause.says(_LITTLE_WAY) and _is_part(clause, situation, moved):
        return None
    place = _destination(clause, situation, moved, beside)
    if place is None:
        return None
    place = min(max(1, place), len(situation.project.scenes))
    if place == position_of(situation.project, moved):
        return Verdict(answer=f"{moved.name} is scene {place} already.")
    return Verdict([MoveScene(moved.id, place, because=clause.original)])


def _between(clause: Clause, situation: Situation, found: list[Mention]) -> Verdict | None:
    """Decide "put scene 5 between 1 and 2"."""
    match = _BETWEEN.search(clause.text)
    moved = next((one.scene for one in found if match and one.start < match.start()), None)
    around = [one.scene for one in found if match and one.start >= match.start()]
    if match is None or moved is None or not around:
        return None
    clause.notice_all()
    first = min(position_of(situation.project, one) for one in around)
    place = first if position_of(situation.project, moved) <= first else first + 1
    return Verdict([MoveScene(moved.id, place, because=clause.original)])


def arrange(clause: Clause, situation: Situation) -> Verdict | None:
    """Decide a request that lists the scenes in the order they should have."""
    if not clause.says(_ARRANGE):
        return None
    named = situation.named(clause).scenes
    if len(named) < 2 or len(named) < len(situation.project.scenes) - 1:
        return None
    clause.notice_all()
    now = [one.id for one in situation.project.scenes]
    steps: list[Step] = []
    for place, scene in enumerate(named):
        if now.index(scene.id) != place:
            now.insert(place, now.pop(now.index(scene.id)))
            steps.append(MoveScene(scene.id, place + 1, because=clause.original))
    return Verdict(steps) if steps else Verdict(answer="The scenes have that order already.")


def _opened_or_closed(clause: Clause, situation: Situation) -> Verdict | None:
    """Decide "start with the quote" and "quote last", when that scene is there."""
    found = [mention for mention in situation.named(clause).found if not mention.weak]
    if len(found) != 1:
        return None
    before, after = clause.text[: found[0].start], clause.text[found[0].end :]
    match = _OPENS_WITH.match(before) if not after.strip(" .!") else None
    terse = _TERSE_END.match(after.strip()) if not re.search(r"\w", before) else None
    side = match or terse
    if side is None:
        return None
    clause.notice_all()
    place = (
        1 if side["side"].lower() in ("open", "start", "begin", "first") else len(situation.project.scenes)
    )
    if place == position_of(situation.project, found[0].scene):
        return Verdict(answer=f"{found[0].scene.name} is scene {place} already.")
    return Verdict([MoveScene(found[0].scene.id, place, because=clause.original)])


def reverse(clause: Clause, situation: Situation) -> Verdict | None:
    """Decide a request to turn the order of the scenes around."""
    if not clause.says(_REVERSE) or _OF_ITEMS.search(clause.text):
        return None
    steps: list[Step] = [
        MoveScene(one.id, 1, because=clause.original) for one in situation.project.scenes[1:]
    ]
    return Verdict(steps) if steps else Verdict(answer="With one scene there is no order to reverse.")


def transition(clause: Clause, situation: Situation) -> Verdict | None:
    """Decide a request for how scenes follow each other."""
    match = clause.says(_TRANSITION)
    if not match or not clause.says(_TRANSITION_WORDS):
        match = _from_one_to_another(clause, situation)
    if match is None:
        return None
    said = (match["kind"] or match["kind2"] or match["kind3"] or match["kind4"] or "cut").lower()
    kind = cast(
        Literal["cut", "fade", "slide", "wipe"],
        {"dissolve": "fade"}.get(said, said.removeprefix("cross").strip("-")),
    )
    scenes = situation.named(clause).scenes
    later = situation.project.scenes[1:]
    chosen = [max(scenes, key=lambda one: position_of(situation.project, one))] if scenes else list(later)
    if not scenes and not (
        names_all(clause.text) or re.search(r"\bbetween|transitions\b|\bcuts?\b", clause.text, re.IGNORECASE)
    ):
        return None
    steps: list[Step] = [SetTransition(one.id, kind, because=clause.original) for one in chosen]
    return Verdict(steps) if steps else None


def _from_one_to_another(clause: Clause, situation: Situation) -> re.Match[str] | None:
    """Return the kind of transition in "dissolve from growth to quote", when both are scenes."""
    found = [one for one in situation.named(clause).found if not one.weak]
    if len({one.scene.id for one in found}) != 2:
        return None
    before, between = clause.text[: found[0].start], clause.text[found[0].end : found[1].start]
    if not re.search(r"\bfrom\s+(?:the\s+)?$", before, re.IGNORECASE) or not re.fullmatch(
        r"\s*(?:in)?to\s*", between, re.IGNORECASE
    ):
        return None
    return clause.says(_ANY_KIND)


def _renamed_project(clause: Clause, rest: str) -> Verdict | None:
    new = _name(clause, rest)
    return Verdict([RenameProject(new, because=clause.original)]) if new else None


def _name(clause: Clause, rest: str) -> str:
    mark = re.search(MARK, rest)
    if mark:
        return clause.quoted.piece(mark[0]).text[:120]
    match = _NEW_NAME.match(rest)
    return clause.quoted.plain(match["name"])[:120] if match else ""


def _destination(
    clause: Clause, situation: Situation, moved: SceneView, beside: Mention | None
) -> int | None:
    here = position_of(situation.project, moved)
    if beside is not None:
        there = position_of(situation.project, beside.scene)
        side = _BESIDE.search(clause.text[: beside.start])
        before = side is not None and side["side"].lower().split()[0] in ("before", "in", "ahead")
        return there - (1 if here < there else 0) + (0 if before else 1)
    if clause.says(_FRONT):
        return 1
    if clause.says(_BACK):
        return len(situation.project.scenes)
    exact = clause.says(_TO_PLACE)
    if exact:
        return int(number(exact["place"]) or here)
    by = clause.says(_BY)
    if by:
        numbered = re.search(r"scene\s+$", clause.text[: by.start()], re.IGNORECASE)
        count = int(number(by["n2"] or ("" if numbered else by["n"]) or "one") or 1)
        return here - count if by["way"].lower() in ("up", "earlier", "forward", "forwards") else here + count
    return None


def _swapped(clause: Clause, situation: Situation, a: SceneView, b: SceneView) -> list[Step]:
    first, second = sorted((a, b), key=lambda one: position_of(situation.project, one))
    near, far = position_of(situation.project, first), position_of(situation.project, second)
    steps: list[Step] = [MoveScene(second.id, near, because=clause.original)]
    if far - near > 1:
        steps.append(MoveScene(first.id, far, because=clause.original))
    return steps


def _one(clause: Clause, situation: Situation) -> SceneView | None:
    named = situation.named(clause)
    if named.scenes:
        return named.scenes[0]
    return named.found[0].scene if named.found else None


def _says_this(clause: Clause, situation: Situation) -> bool:
    return any(mention.weak for mention in situation.named(clause).found)


def _parts(clause: Clause, situation: Situation, scene: SceneView) -> bool:
    """Say whether the words outside the scene's own name also name a part of it."""
    text = clause.text
    found = situation.named(clause).found
    said = [one for one in found if re.search(r"scene|slide|@", text[one.start : one.end], re.IGNORECASE)]
    for mention in reversed(said or found):
        text = text[: mention.start] + " " * (mention.end - mention.start) + text[mention.end :]
    return bool(Ask(clause.quoted, text).named(Draft(scene.source, dict(scene.params))))


def _is_part(clause: Clause, situation: Situation, scene: SceneView) -> bool:
    """Say whether the scene was named by words that also name a part of it, without a word like "scene"."""
    for mention in situation.named(clause).found:
        said = clause.text[mention.start : mention.end]
        if mention.scene.id == scene.id and not re.search(r"scene|slide|@|#", said, re.IGNORECASE):
            return bool(Ask(clause.quoted, said).named(Draft(scene.source, dict(scene.params))))
    return False


def _no_such(name: str, situation: Situation) -> str:
    count = len(situation.project.scenes)
    return f"There is no {name!r}: the project has {count} scenes. {_list(situation)}"


def _list(situation: Situation) -> str:
    names = [f"{place} {scene.name}" for place, scene in enumerate(situation.project.scenes, start=1)]
    return f"They are: {', '.join(names[:12])}." if names else "There is no scene yet."
