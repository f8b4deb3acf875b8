"""What a request wants of which picture, and in which scene.

A picture is meant when its name is said, when a word for its kind is ("the logo", "this screenshot"), or when
it came with the prompt and the prompt says nothing of any other. Without a picture in the project nothing
here has a say.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from workbench.brain.packet import Packet, PictureView, SceneView
from workbench.brain.plan import AddScene, EditKind, EditScene, PictureUse, Plan, Step, WriteScene
from workbench.brain.quoting import MARK
from workbench.brain.situation import Clause, Situation, Verdict
from workbench.brain.spoken import seconds_in
from workbench.brain.targets import selected_scene
from workbench.brain.vocabulary import compiled

_KINDS = {
    "logo": r"logos?|brand\s*marks?|icons?|emblems?",
    "photo": r"photos?|photographs?|pics?|snapshots?|portraits?",
    "ui": (
        r"screen\s*shots?|screens?|mock-?ups?|wire\s*frames?|interfaces?|uis?|dashboards?|designs?"
        r"|web\s*sites?|pages?"
    ),
    "chart": r"charts?|graphs?|diagrams?|plots?",
    "poster": r"posters?|flyers?|banners?|ads?",
}
_ANY = r"images?|pictures?|illustrations?|drawings?|attachments?|uploads?|files?|references?"
_ALL_KINDS = "|".join(_KINDS.values())
_A_PICTURE = compiled(rf"\b(?:{_ANY}|{_ALL_KINDS})\b")
_POINTED = compiled(
    rf"\b(?:this|that|these|those|the|my|our|attached)\s+(?:\w+\s+)?(?:{_ANY}|{_ALL_KINDS})\b"
)
_POINTING = compiled(r"\b(?:this|that|it|these|them|attached)\b")
_REBUILD = compiled(
    r"\b(?:re-?creat\w*|re-?build\w*|re-?mak\w*|re-?draw\w*|reproduc\w*|replicat\w*|clon(?:e|ing)|imitat\w*|mimic\w*)\b"
    r"|\bcop(?:y|ies)\s+(?:the\s+|its\s+)?(?:look|layout|design|style)\b"
    r"|\b(?:based\s+on|inspired\s+by|in\s+the\s+(?:style|look)\s+of|modell?ed\s+on|same\s+(?:look|layout)\s+as)\b"
    r"|\b(?:looks?|looking|something|scenes?|slides?|one|just|exactly|more|animation|video|design)\s+like\b"
    r"|\bturn\b.{0,40}\binto\s+an?\b|\banimate\b|\bbring\b.{0,30}\bto\s+life\b"
)
_COLORS = compiled(
    r"\b(?:colou?rs?|palette|tones?)\s+(?:of|from|in)\b|'s\s+(?:colou?rs?|palette)\b"
    r"|\b(?:its|their|same|matching|match)\s+(?:the\s+)?(?:colou?rs?|palette)\b|\b(?:colou?r|palette)\s+match"
)
_SHOW = compiled(
    r"\b(?:us(?:e|ing)|put|add|show|insert|place|include|display|embed|feature|have|with|featuring|containing|drop|bring)\b"
)
_NEW_SCENE = compiled(
    r"\b(?:an?|another|new|one\s+more|my|the\s+first)\s+(?:[\w-]+\s+){0,3}?(?:scene|slide|clip|video|intro|outro|opening|animation)\b"
    r"|\bnew\s+scene\b"
)
_REMOVING = compiled(r"\b(?:remove|delete|drop\s+the|get\s+rid\s+of|hide|undo|rename|replace\s+the\s+text)\b")
_TITLE = compiled(r"\b(?:say(?:s|ing)?|titled?|text|words?|headline|caption|read(?:s|ing)?)\b")
_ENDING = r"(?:\.(?:png|jpe?g|webp|gif|svg|avif))?"
_PLAIN = re.compile(r"[\W_]+")


def use_of(text: str) -> PictureUse:
    """Return what a text wants of a picture; empty when it does not say."""
    if _COLORS.search(text):
        return "colors"
    if _REBUILD.search(text):
        return "recreate"
    return "embed" if _SHOW.search(text) else ""


def pictured(clause: Clause, situation: Situation) -> Verdict | None:
    """Decide a request about pictures of the project."""
    known = situation.packet.pictures
    if not known or _REMOVING.search(clause.text):
        return None
    meant, spans = _meant(clause, known)
    if not meant:
        return None
    use = use_of(clause.text) or _guessed(meant[0], spans)
    if not use:
        return None
    scene = _scene(clause, situation, spans)
    clause.notice_all()
    return Verdict(_steps(clause, situation, meant, use, scene), assumed=_assumptions(clause, meant, use))


def decided(packet: Packet, clauses: Sequence[Clause], situation: Situation, brief: Plan) -> Plan | None:
    """Return the plan of a brief that comes with pictures; None when it is about none.

    A brief of one scene that is about a picture is that scene; in a longer one pictures are put into the
    scenes that the brief makes.
    """
    asked = [each for each in packet.pictures if each.asked or _is_named(each, packet.prompt)]
    if not asked:
        return None
    made = [place for place, step in enumerate(brief.steps, 1) if isinstance(step, AddScene)]
    if len(made) < 2:
        verdicts = [pictured(clause, situation) for clause in clauses]
        told = [each for each in verdicts if each is not None]
        if not told:
            whole = Clause(clauses[0].quoted, clauses[0].quoted.text) if clauses else None
            use = (whole and use_of(whole.text)) or "embed"
            told = [Verdict(_steps(whole, situation, asked, use, None))] if whole else []
        steps = tuple(step for each in told for step in each.steps)
        assumed = tuple(line for each in told for line in each.assumed)
        return (
            Plan("steps", steps, assumed=assumed, confidence=0.8, reasoning="about a picture")
            if steps
            else None
        )
    return _illustrated(packet, brief, asked, made)


def _illustrated(packet: Packet, brief: Plan, asked: Sequence[PictureView], made: Sequence[int]) -> Plan:
    """Put each picture into a scene of the brief: logos into the last, others one after another."""
    steps: list[Step] = list(brief.steps)
    told = []
    others = [each for each in asked if _kind(each) != "logo"]
    for picture in asked:
        place = made[-1] if picture not in others else made[others.index(picture) % len(made)]
        maker = brief.steps[place - 1]
        name = getattr(maker, "name", None) or f"scene {made.index(place) + 1}"
        steps.append(
            EditScene(
                f"step:{place}",
                f"put {picture.name!r} into it",
                "structural",
                because=packet.prompt[:120],
                pictures=(picture.name,),
                use="embed",
            )
        )
        told.append(f"The picture {picture.name!r} was put into {name!r}; say where else it should be.")
    return Plan(
        "steps", tuple(steps), brief.message, (*brief.assumed, *told), brief.ignored, brief.confidence,
        brief.reasoning,
    )  # fmt: skip


def _meant(clause: Clause, known: Sequence[PictureView]) -> tuple[list[PictureView], list[tuple[int, int]]]:
    """Return the pictures a request means, and where in it they are named."""
    plain = clause.text
    named: list[tuple[int, PictureView, tuple[int, int]]] = []
    for picture in known:
        found = _name_in(picture.name, plain)
        if found and _only_a_word(picture, plain, found, known):
            found = None
        found = found or _mark_in(picture.name, clause)
        if found:
            named.append((found[0], picture, found))
    named = [each for each in named if not any(_within(each[2], other[2]) for other in named)]
    if named:
        named.sort(key=lambda each: each[0])
        return [picture for _, picture, _ in named], [span for *_, span in named]
    for kind, words in _KINDS.items():
        said = re.search(
            rf"\b(?:this|that|the|my|our|attached|uploaded)\s+(?:\w+\s+)?(?:{words})\b", plain, re.IGNORECASE
        )
        fitting = [each for each in known if kind in (_kind(each), each.kind)]
        if said and fitting and (kind in ("logo", "photo") or any(each.asked for each in fitting)):
            chosen = [each for each in fitting if each.asked] or fitting[:1]
            return chosen, [said.span()]
    asked = [each for each in known if each.asked]
    pointed = _POINTED.search(plain) or _A_PICTURE.search(plain) or _POINTING.search(plain)
    if asked:
        return asked, [pointed.span()] if pointed else []
    said = _POINTED.search(plain)
    if said and re.search(rf"\b(?:{_ANY})\b", said[0], re.IGNORECASE):
        return [known[-1]], [said.span()]
    return [], []


def _guessed(picture: PictureView, spans: Sequence[tuple[int, int]]) -> PictureUse:
    """Return what a picture that came without a word about its use is for."""
    if not picture.asked and not spans:
        return ""
    return "recreate" if picture.kind in ("ui", "chart", "poster") else "embed" if picture.asked else ""


def _scene(clause: Clause, situation: Situation, spans: Sequence[tuple[int, int]]) -> SceneView | None:
    """Return the scene a request is about; None for a new one."""
    found = [
        mention
        for mention in situation.named(clause).found
        if not any(start < mention.end and mention.start < end for start, end in spans)
    ]
    outright = [mention.scene for mention in found if not mention.weak]
    if outright:
        return outright[0]
    if not situation.project.scenes or _NEW_SCENE.search(clause.text) or _REBUILD.search(clause.text):
        return None
    return selected_scene(situation.project)


def _steps(
    clause: Clause,
    situation: Situation,
    meant: Sequence[PictureView],
    use: PictureUse,
    scene: SceneView | None,
) -> list[Step]:
    names = tuple(each.name for each in meant)
    said = clause.original
    if scene is None:
        name = names[0][:80] if use != "embed" else None
        seconds = seconds_in(clause.text, situation.packet.project.format.fps)
        return [WriteScene(said, name, seconds, because=said, pictures=names, use=use)]
    kind: EditKind = "creative" if use != "embed" else "structural"
    return [EditScene(scene.id, said, kind, because=said, pictures=names, use=use)]


def _assumptions(clause: Clause, meant: Sequence[PictureView], use: PictureUse) -> list[str]:
    if use_of(clause.text):
        return []
    what = {"embed": "show it", "recreate": "rebuild its look", "colors": "take its colours"}.get(use, "")
    return [f"I took it that I should {what}; say “recreate it” or “show it” for the other."] if meant else []


def _kind(picture: PictureView) -> str:
    """Return what kind of picture it is: as measured, else as its name says."""
    if picture.kind:
        return picture.kind
    name = _PLAIN.sub(" ", picture.name)
    return next(
        (kind for kind, words in _KINDS.items() if re.search(rf"\b(?:{words})\b", name, re.IGNORECASE)), ""
    )


def kind_of(picture: PictureView) -> str:
    """Return what kind of picture it is: as measured, else as its name says; empty when neither tells."""
    return _kind(picture)


def _is_named(picture: PictureView, text: str) -> bool:
    return _name_in(picture.name, text) is not None


def _name_in(name: str, text: str) -> tuple[int, int] | None:
    words = [re.escape(word) for word in re.split(r"[\s_.-]+", name) if word]
    if not words or len("".join(words)) < 2:
        return None
    pattern = r"[\s_.-]*".join(words)
    found = re.search(rf"(?<![\w@])@?{pattern}{_ENDING}(?!\w)", text, re.IGNORECASE)
    return found.span() if found else None


def _only_a_word(
    picture: PictureView, text: str, found: tuple[int, int], known: Sequence[PictureView]
) -> bool:
    """Whether an older picture's name, such as "picture", is a word for the one that came with the prompt."""
    if picture.asked or not any(each.asked for each in known) or text[found[0]] == "@":
        return False
    if re.fullmatch(_ANY, picture.name, re.IGNORECASE):
        return True
    pointed = re.search(r"\b(?:this|these|attached)\s+$", text[: found[0]], re.IGNORECASE)
    return bool(pointed and re.fullmatch(_ALL_KINDS, picture.name, re.IGNORECASE))


def _within(inner: tuple[int, int], outer: tuple[int, int]) -> bool:
    """Whether a name is said only as a part of a longer one: "picture" in "picture 2"."""
    return inner != outer and outer[0] <= inner[0] and inner[1] <= outer[1]


def _mark_in(name: str, clause: Clause) -> tuple[int, int] | None:
    for mark in re.finditer(MARK, clause.text):
        if _PLAIN.sub("", clause.quoted.piece(mark[0]).text.casefold()) == _PLAIN.sub("", name.casefold()):
            return mark.span()
    return None
