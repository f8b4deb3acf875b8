"""Which scenes the words of a request mean."""

from __future__ import annotations

import re
from dataclasses import dataclass

from workbench.brain.packet import ProjectView, SceneView
from workbench.brain.quoting import MARK, Quoted
from workbench.brain.spoken import NUMBER_WORDS, ORDINALS, whole
from workbench.brain.vocabulary import compiled

_NUM = rf"(?:\d+|{'|'.join(list(NUMBER_WORDS)[1:11])})"
_NUMBERED = compiled(
    rf"\bscenes?\s*(?:number\s+|no\.?\s*|nr\.?\s*|#\s*)?(?P<list>{_NUM}(?:\s*(?:,|and|&|-|–|to|through|or)\s*(?:scene\s+)?{_NUM})*)\b"
    rf"(?!\s*(?:seconds?|secs?|s\b|frames?|times|px|pixels?|%|minutes?|min\b))|(?<!\w)#(?P<hash>\d{{1,2}})\b(?![0-9a-f])"
)
_BARE = compiled(
    rf"\b(?:swap|switch|exchange|delete|remove|drop|kill|duplicate|clone|copy|rename|between)\s+(?:number\s+|no\.?\s*|nr\.?\s*)?"
    rf"(?P<list>{_NUM}(?:\s*(?:,|and|&|with)\s*{_NUM})*)(?=\s*(?:$|[.,;:!]|(?:and|to|as|with|then|please|from)\b))"
)
_ORDINAL = compiled(
    rf"\b(?:the\s+)?(?P<place>{'|'.join(ORDINALS)}|\d+(?:st|nd|rd|th)|penultimate|(?:second|next)[\s-]+to[\s-]+last|last\s+but\s+one|last|final|previous|next)\s+(?:scene|one|slide|shot|clip)\b"
)
_THIS = compiled(
    r"\b(?:this|the\s+(?:selected|current))\s*(?:scene|one|slide)?(?!\s+(?:for|as|to)\s+(?:instagram|tik|you|phone))\b"
)
_PRONOUN = compiled(r"\b(?:it|its|that|them|everything|the\s+(?:copy|duplicate|clone))\b")
_ALL = compiled(
    r"\b(?:all|everything)\b(?=\s+(?:of\s+them\s+)?(?:but|except|apart|other\s+than)\b)|\b(?:all|every|each)\s+(?:of\s+)?(?:the\s+|my\s+)?(?:\d+\s+)?scenes?\b|\bevery\s+scene\b"
)
_EXCEPT = compiled(r"\b(?:except(?:\s+for)?|but|apart\s+from|other\s+than|besides)\b")
_GROUP = compiled(
    rf"\b(?:the\s+)?(?P<end>first|last|final)\s+(?P<count>{'|'.join(list(NUMBER_WORDS)[2:11])}|\d+|couple\s+of)\s+(?:scenes|slides|ones)\b"
)
_AT = re.compile(r"@(?P<name>[\w-]+)")
_UNKNOWN = compiled(r"\bthe\s+(?P<name>(?:[\w-]+\s+){0,2}?[\w-]+)\s+scene\b")
_CONTENT = {
    "chart": ("bar_chart(", "line_chart(", "donut("),
    "graph": ("bar_chart(", "line_chart("), "code": ("code(",),
    "particles": ("particles(",), "counter": ("counter(",),
}  # fmt: skip
_MOST_NUMBERS = 50
"""Scenes that one list of numbers names: "scenes 1 to 999999999" is no list."""
_NOT_NAMES = frozenset(
    [
        "same",
        "whole",
        "other",
        "new",
        "next",
        "last",
        "first",
        "second",
        "third",
        "entire",
        "current",
        "selected",
    ]
)


@dataclass(frozen=True, slots=True)
class Mention:
    """A scene that was named: where in the text, and whether by a word that could be only a pronoun."""

    scene: SceneView
    start: int
    end: int
    weak: bool = False


@dataclass(frozen=True, slots=True)
class Mentions:
    """The scenes a text names in order, and the names that no scene has."""

    found: tuple[Mention, ...]
    unknown: tuple[str, ...] = ()

    @property
    def scenes(self) -> list[SceneView]:
        """Return the scenes that were named outright."""
        return list({mention.scene.id: mention.scene for mention in self.found if not mention.weak}.values())


def mentions(
    text: str, quoted: Quoted, project: ProjectView, numbering: ProjectView | None = None
) -> Mentions:
    """Return the scenes that `text`, with its quotes set aside, names.

    Numbers count the scenes of `numbering`, the project as the user sees it, also when steps before
    have moved or removed some.
    """
    found: list[Mention] = []
    unknown: list[str] = []
    _by_at(text, project, found, unknown)
    _by_number(text, project, numbering or project, found, unknown)
    _by_group(text, project, found)
    _by_name(text, quoted, project, found)
    _by_content(text, project, found)
    for match in _UNKNOWN.finditer(text):
        known = match["name"].split()[-1].lower() in _known_words()
        if not known and not _covered(found, match.start(), match.end()):
            unknown.append(match["name"])
    found = _complement(text, project, found)
    selected = selected_scene(project)
    if selected:
        for pattern in (_THIS, _PRONOUN):
            found += [
                Mention(
                    selected,
                    match.start(),
                    match.end(),
                    weak=pattern is _PRONOUN or ("scene" not in match[0] and "one" not in match[0]),
                )
                for match in pattern.finditer(text)
            ]
    return Mentions(tuple(sorted(found, key=lambda mention: mention.start)), tuple(unknown))


def names_all(text: str) -> bool:
    """Say whether the words mean every scene, without exception."""
    return bool(_ALL.search(text)) and not _EXCEPT.search(text)


def selected_scene(project: ProjectView) -> SceneView | None:
    """Return the scene "it" means: the selected one, else the one last touched, else the only one."""
    for wanted in (project.selected, project.last_touched):
        scene = next((scene for scene in project.scenes if scene.id == wanted), None)
        if scene:
            return scene
    return project.scenes[0] if len(project.scenes) == 1 else None


def position_of(project: ProjectView, scene: SceneView) -> int:
    """Return the scene's place, from 1."""
    return [one.id for one in project.scenes].index(scene.id) + 1


def _known_words() -> frozenset[str]:
    return _NOT_NAMES | frozenset(ORDINALS)


def _by_at(text: str, project: ProjectView, found: list[Mention], unknown: list[str]) -> None:
    for match in _AT.finditer(text):
        said = _plain(match["name"])
        scene = next((one for one in project.scenes if _plain(one.name) == said), None)
        digits = said.removeprefix("scene")
        number = whole(digits) if digits.isdecimal() else 0
        if scene is None and 0 < number <= len(project.scenes):
            scene = project.scenes[number - 1]
        scene = scene or next((one for one in project.scenes if _plain(one.name).startswith(said)), None)
        if scene:
            found.append(Mention(scene, match.start(), match.end()))
        else:
            unknown.append(match["name"])


def _by_number(
    text: str, project: ProjectView, numbering: ProjectView, found: list[Mention], unknown: list[str]
) -> None:
    here = {scene.id: scene for scene in project.scenes}
    bare = [match for match in _BARE.finditer(text) if not _NUMBERED.search(match[0])]
    for match in [*_NUMBERED.finditer(text), *bare]:
        for number in _numbers(match["list"] or match.groupdict().get("hash") or ""):
            scene = here.get(numbering.scenes[number - 1].id) if 0 < number <= len(numbering.scenes) else None
            if scene:
                found.append(
                    Mention(scene, match.start("list") if match in bare else match.start(), match.end())
                )
            else:
                unknown.append(f"scene {number}")
    for match in _ORDINAL.finditer(text):
        place = _place(match["place"].lower(), project)
        if place is not None and 0 <= place < len(project.scenes):
            found.append(Mention(project.scenes[place], match.start(), match.end()))
        else:
            unknown.append(match[0])


def _by_group(text: str, project: ProjectView, found: list[Mention]) -> None:
    for match in _GROUP.finditer(text):
        said = match["count"].lower()
        count = whole(said) if said.isdecimal() else NUMBER_WORDS.get(said, 2)
        scenes = project.scenes[:count] if match["end"].lower() == "first" else project.scenes[-count:]
        found += [Mention(one, match.start(), match.end()) for one in scenes]


def _complement(text: str, project: ProjectView, found: list[Mention]) -> list[Mention]:
    """Return the mentions of "all scenes except ..."; other mentions stay as they are."""
    every, but = _ALL.search(text), _EXCEPT.search(text)
    if not every or not but or but.start() < every.end():
        return found
    spared = {mention.scene.id for mention in found if mention.start >= but.end()}
    return [Mention(one, every.start(), len(text)) for one in project.scenes if one.id not in spared]


def _by_name(text: str, quoted: Quoted, project: ProjectView, found: list[Mention]) -> None:
    for match in re.finditer(MARK, text):
        said = _plain(quoted.piece(match[0]).text)
        found += [
            Mention(one, match.start(), match.end()) for one in project.scenes if _plain(one.name) == said
        ]
    for scene in sorted(project.scenes, key=lambda one: -len(one.name)):
        words = re.escape(scene.name).replace(r"\ ", r"[\s-]?").replace(r"\-", r"[\s-]?")
        pattern = compiled(rf"(?<![\w@])(?:the\s+)?{words}(?:'s)?(?:\s+(?:scene|slide|one))?\b")
        for match in pattern.finditer(text):
            longer = [one for one in found if one.start < match.end() and match.start() < one.start]
            if longer and re.match(r"scenes?\s", text[longer[0].start :], re.IGNORECASE):
                found.remove(longer[0])
            if len(scene.name) > 1 and not _covered(found, match.start(), match.end()):
                found.append(Mention(scene, match.start(), match.end()))


def _by_content(text: str, project: ProjectView, found: list[Mention]) -> None:
    for word, calls in _CONTENT.items():
        for match in compiled(rf"\b(?:the\s+)?{word}(?:'s)?(?:\s+(?:scene|slide)(?:'s)?)?\b").finditer(text):
            holders = [one for one in project.scenes if any(call in one.source for call in calls)]
            if len(holders) == 1 and not _covered(found, match.start(), match.end()):
                found.append(Mention(holders[0], match.start(), match.end()))


def _covered(found: list[Mention], start: int, end: int) -> bool:
    return any(mention.start < end and start < mention.end for mention in found)


def _numbers(text: str) -> list[int]:
    parts = re.findall(r"\d+|[a-z]+|[-–]", text.lower())
    numbers: list[int] = []
    through = False
    for part in parts:
        value = whole(part) if part.isdecimal() else NUMBER_WORDS.get(part)
        if value is None:
            through = part in ("-", "–", "to", "through")
            continue
        if through and numbers:
            numbers += range(numbers[-1] + 1, min(value, numbers[-1] + _MOST_NUMBERS) + 1)
        else:
            numbers.append(value)
        through = False
    return numbers[:_MOST_NUMBERS]


def _place(word: str, project: ProjectView) -> int | None:
    if word in ("last", "final"):
        return len(project.scenes) - 1
    if word.startswith(("penultimate", "second to", "second-to", "next to", "next-to", "last but")):
        return len(project.scenes) - 2
    selected = selected_scene(project)
    if word in ("previous", "next"):
        return position_of(project, selected) - 1 + (1 if word == "next" else -1) if selected else None
    return ORDINALS[word] - 1 if word in ORDINALS else whole(re.sub(r"\D", "", word)) - 1


def _plain(name: str) -> str:
    return re.sub(r"[\W_]+", "", name.casefold())
