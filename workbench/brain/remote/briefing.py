"""A packet becomes letters: what the model is, what it may do, what there is, and what was asked.

Everything that is not needed has a weight; what does not fit is left out as a whole and listed.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from workbench.brain.packet import Packet, SceneView
from workbench.brain.plan import EditScene
from workbench.brain.remote.conversation import conversation_parts
from workbench.brain.remote.guide import guide_parts
from workbench.brain.remote.order import Letter
from workbench.brain.remote.outline import outline
from workbench.brain.remote.parts import NEEDED, Part, fitted
from workbench.brain.remote.plan_schema import WRITTEN
from workbench.brain.tokens import tokens_in
from workbench.scene.declared import declared_params
from workbench.scene.finding import Finding

DECIDING = f"""\
You direct a workbench for motion graphics. Decide what the user's last prompt asks for and answer with one
JSON object, nothing else:
- outcome: "steps" to do something; "question" when you cannot know what is meant and a wrong guess would cost
  work; "answer" when only words are wanted; "cannot" when none of the actions does it. The last three need a
  `message`.
- steps, in order, each with one action:
  add_scene: `template` (an id below) with `texts` for its parameters, or `template` "{WRITTEN}" with an
    `instruction` when no template fits. Optional: name, duration_tenths (50 is 5 s), position.
  edit_scene: `scene`, `instruction` (what to change, complete in itself), `edit_kind` (surgical: one
    thing and nothing else; creative: a new look; structural: add, remove or reorder parts; fix: mend what is
    wrong), `targets`: names of the nodes it is about. To make it look like another scene, name that in
    `like`.
  apply_template, set_duration (duration_tenths), rename_scene (name), duplicate_scene, split_scene (at
    duration_tenths from its beginning), move_scene (position from 1), delete_scene,
    set_transition (transition), set_format (format), rename_project (name), undo,
    redo.
- `scene` is a number from the list below, or "step:N" for a scene that step N of this plan makes.
- Colours are plain words ("dark teal") or hex. Unused words are "", unused numbers 0, unused lists [].
- `because` quotes what in the prompt asked for the step. `assumed` are sentences to the user about what you
  took for granted; `ignored` about what you left out. Never claim that something has been done."""

ADDING_IMAGES = """\
There is one more action, about the pictures of this project:
  add_image: `pictures` (their names, as listed), `use` (embed: show them; recreate: rebuild the look of
    the first as a scene, without showing it; colors: give its colours), `scene` to do it in, or "" for a new
    scene, `place` for embed ("background" fills the picture behind everything; "" leaves it to the
    workbench) and, if there is more to say, such as small or large or a title, an `instruction`. The
    workbench does it itself: plan no edit_scene for the same."""

WRITING = """\
Answer with the scene's whole new source in one block that begins with ```scene and ends with ```. Write
nothing else. To change values of parameters that are set on the scene, add a block that begins with ```params
and holds one JSON object."""

EDITING = """\
Change what is asked and nothing else: keep every other line, name, colour, size and time as it is. For a
small change answer with blocks of exactly this form, in which the lines under FIND occur once in the source:
<<<<<<< FIND
lines as they are
=======
lines as they should be
>>>>>>> REPLACE
For a larger one answer with the whole new source in one block that begins with ```scene and ends with ```.
Either way, add nothing else, except, to change values of parameters that are set on the scene, a block that
begins with ```params and holds one JSON object."""

LAYING_OUT = """\
Before writing the scene, plan it: answer with one JSON object that lists what is in the picture, from back to
front, with where it is, when it comes (tenths of a second) and how. Only what the request needs; no more than
can be read in the scene's time."""

_FINDINGS_TOLD = 12


@dataclass(frozen=True, slots=True)
class Briefing:
    """What is sent, how many tokens it takes, what was left out, and the parts it was made of."""

    letters: tuple[Letter, ...]
    tokens: int
    left_out: tuple[str, ...]
    parts: tuple[Part, ...] = ()


def deciding(packet: Packet, most_tokens: int) -> Briefing:
    """Return the letters that ask for a plan."""
    rules: tuple[Part, ...] = (Part("rules", packet.prompting.deciding or DECIDING, NEEDED),)
    if packet.pictures:
        rules = (*rules, Part("rules for pictures", ADDING_IMAGES, NEEDED))
    cards = tuple(
        Part(f"template {card.id}", _card(card.id, card.about, packet, place), 0.6 - 0.001 * place)
        for place, card in enumerate(packet.templates)
    )
    scenes = tuple(_digest(scene, number) for number, scene in enumerate(packet.project.scenes, 1))
    asked = (Part("prompt", f"The prompt to decide on:\n{packet.prompt}", NEEDED),)
    return _brief(
        rules, (*cards, *_project(packet), *scenes, *_around(packet), *asked), most_tokens, system=rules
    )


def writing(
    packet: Packet,
    step: EditScene,
    most_tokens: int,
    *,
    findings: Sequence[Finding] = (),
    layout: str = "",
    task: str = "",
) -> Briefing:
    """Return the letters that ask for source; `task` says in what form the answer is wanted."""
    scene = scene_of(packet, step.scene)
    wanted = packet.prompting.editing or EDITING if scene.source else packet.prompting.writing or WRITING
    guide = (*guide_parts(packet.prompting), Part("task", task or wanted, NEEDED))
    told = [*_project(packet), *_others(packet, step), *_around(packet), _asked(packet, step, scene)]
    if layout:
        told.append(Part("layout", f"Follow this layout:\n{layout}", NEEDED))
    if findings:
        told.append(Part("findings", _found(findings), NEEDED))
    return _brief(guide, tuple(told), most_tokens, system=guide)


def scene_of(packet: Packet, identity: str) -> SceneView:
    """Return the scene that a step is about; one that does not exist yet has no source."""
    found = next((one for one in packet.project.scenes if one.id == identity), None)
    return found or SceneView(identity, "a new scene")


def _brief(
    first: Sequence[Part], second: Sequence[Part], most_tokens: int, *, system: Sequence[Part]
) -> Briefing:
    kept = fitted([*first, *second], most_tokens)
    letters = (Letter("system", kept.text(system)), Letter("user", kept.text(second)))
    spent = sum(tokens_in(letter.text) for letter in letters)
    return Briefing(letters, spent, kept.left_out, kept.parts)


def _card(identity: str, about: str, packet: Packet, place: int) -> str:
    heading = "Templates:\n" if place == 0 else ""
    names = ", ".join(_param(param.name, param.kind) for param in packet.templates[place].params)
    return f"{heading}- {identity}: {about} Parameters: {names}"


def _param(name: str, kind: str) -> str:
    return name if kind == "text" else f"{name} ({kind})"


def _project(packet: Packet) -> tuple[Part, ...]:
    view = packet.project
    numbers = {scene.id: number for number, scene in enumerate(view.scenes, 1)}
    lines = [f"Project {view.name!r}, {view.format}, {len(view.scenes)} scenes."]
    if view.selected in numbers:
        lines.append(f"Selected: scene {numbers[view.selected]}.")
    if view.last_touched in numbers:
        lines.append(f"Last changed: scene {numbers[view.last_touched]}.")
    return (Part("project", "\n".join(lines), NEEDED),)


def _around(packet: Packet) -> tuple[Part, ...]:
    sections = tuple(
        Part(
            f"section: {each.title}",
            f"{each.title}:\n{each.text}",
            0.5 + 0.45 * min(1.0, max(0.0, each.weight)),
        )
        for each in packet.sections
    )
    return (*sections, *conversation_parts(packet.conversation))


def _digest(scene: SceneView, number: int, weight: float = 0.9) -> Part:
    nodes = ", ".join(outline(scene.source)) or "unnamed nodes"
    params = {
        param.name: scene.params.get(param.name, param.default) for param in declared_params(scene.source)
    }
    origin = f", from template {scene.template}" if scene.template else ""
    told = json.dumps(params, ensure_ascii=False) if params else "none"
    called = f"scene {number} {scene.name!r}"
    line = f"S{called[1:]}, {scene.duration_seconds:g} s{origin}. Nodes: {nodes}. Parameters: {told}"
    return Part(f"digest of {called}", line, weight)


def _others(packet: Packet, step: EditScene) -> list[Part]:
    """The neighbours whole, the others as digests; the scene to be like weighs most."""
    scenes = packet.project.scenes
    place = next((n for n, one in enumerate(scenes) if one.id == step.scene), None)
    parts = []
    for number, scene in enumerate(scenes, 1):
        if scene.id == step.scene:
            continue
        near = place is not None and abs(number - 1 - place) == 1
        if scene.id == step.like:
            parts.append(_whole(scene, number, "Make it like", NEEDED))
        elif near:
            parts.append(_whole(scene, number, "For reference, its neighbour", 0.55))
        else:
            parts.append(_digest(scene, number, 0.45))
    return parts


def _whole(scene: SceneView, number: int, why: str, weight: float) -> Part:
    text = f"{why}, scene {number} {scene.name!r}:\n```scene\n{scene.source.rstrip()}\n```"
    return Part(f"source of scene {number} {scene.name!r}", text, weight)


def _asked(packet: Packet, step: EditScene, scene: SceneView) -> Part:
    lines = [f"The scene lasts {scene.duration_seconds:g} s; the picture is {packet.project.format}."]
    if scene.performance_seconds is not None:
        end = scene.begin_seconds + scene.duration_seconds
        lines.append(
            f"It shows seconds {scene.begin_seconds:g} to {end:g} of what its source plays: there `duration` "
            f"is {scene.performance_seconds:g}, and every time counts from the source's own beginning."
        )
    if scene.source:
        lines.append(f"Its source now:\n```scene\n{scene.source.rstrip()}\n```")
        lines.append(f"Its parameters as set: {json.dumps(dict(scene.params), ensure_ascii=False)}")
    lines += [f"The user said: {packet.prompt}", f"Do this: {step.instruction}"]
    if step.use == "recreate" and step.pictures:
        lines.append(
            f"Rebuild the look of {step.pictures[0]!r} from its facts; do not show the picture itself."
        )
    if step.targets:
        lines.append(
            f"Touch only these nodes: {', '.join(name or 'the scene itself' for name in step.targets)}."
        )
    return Part("request", "\n".join(lines), NEEDED)


def _found(findings: Sequence[Finding]) -> str:
    lines = "\n".join(f"- {finding}" for finding in findings[:_FINDINGS_TOLD])
    return f"Your last answer had these problems; mend them and keep the rest:\n{lines}"
