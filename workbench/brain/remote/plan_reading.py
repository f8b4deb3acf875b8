"""From a model's filled-in form to a plan: numbers clamped, colours mapped, names checked.

Nothing a model wrote is trusted. What can be read in only one sensible way is put right and told as an
assumption; a scene or template that does not exist is an error, which the model hears once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, get_args

from workbench.brain.colors import colors_in
from workbench.brain.packet import Packet, SceneView, TemplateCard
from workbench.brain.plan import (
    AddScene,
    ApplyTemplate,
    DeleteScene,
    DuplicateScene,
    EditKind,
    EditScene,
    MoveScene,
    Outcome,
    ParamValue,
    Plan,
    Redo,
    RenameProject,
    RenameScene,
    SetDuration,
    SetFormat,
    SetTransition,
    SplitScene,
    Step,
    Undo,
    WriteScene,
)
from workbench.brain.remote.picture_reading import picture_step, pictures_named
from workbench.brain.remote.plan_schema import ADD_IMAGE, MOST_STEPS, TRANSITIONS, WRITTEN, actions
from workbench.brain.spoken import whole
from workbench.scene.format import MAX_SECONDS, SHAPES
from workbench.scene.graph import Param

_LEAST_SECONDS = 0.5
_MOST_INSTRUCTION = 1000
_MAKERS = {"add_scene", "duplicate_scene", "split_scene"}


def _makes(fields: Mapping[str, Any]) -> bool:
    """Say whether a step makes a scene."""
    action = fields.get("action")
    return action in _MAKERS or (action == ADD_IMAGE and not fields.get("scene"))


def _no_action(number: int, action: Any, known: Sequence[str]) -> str:
    why = " The project has no pictures." if action == ADD_IMAGE else ""
    return f"Step {number}: `action` must be one of {', '.join(known)}.{why}"


class PlanReader:
    """Reads one answer.

    `faults` says what cannot be read, in words for the model; `assumed` what was put right.
    """

    def __init__(self, packet: Packet) -> None:
        self._packet = packet
        self._templates = {card.id: card for card in packet.templates}
        self.faults: list[str] = []
        self.assumed: list[str] = []

    def plan(self, answer: Mapping[str, Any]) -> Plan:
        """Return the plan; look at `faults` before using it."""
        outcome: Outcome = answer.get("outcome", "")
        if outcome not in get_args(Outcome):
            self.faults.append(
                f"`outcome` must be one of {', '.join(get_args(Outcome))}; it was {outcome!r}."
            )
            outcome = "cannot"
        wanted = _list(answer.get("steps"))[:MOST_STEPS] if outcome == "steps" else []
        steps = self._steps(wanted)
        message = _text(answer.get("message"), 500)
        if outcome == "steps" and not steps and not self.faults:
            self.faults.append("`outcome` is steps, and `steps` is empty.")
        if outcome != "steps" and not message:
            self.faults.append(f"`outcome` is {outcome}, and `message` is empty.")
        return Plan(
            outcome,
            tuple(steps),
            "" if outcome == "steps" else message,
            (*_texts(answer.get("assumed")), *self.assumed),
            _texts(answer.get("ignored")),
            reasoning=_text(answer.get("reasoning"), 300),
        )

    def _steps(self, wanted: Sequence[Any]) -> list[Step]:
        makers = {n for n, each in enumerate(wanted, 1) if _makes(_mapping(each))}
        steps = []
        for number, each in enumerate(wanted, 1):
            fields = _mapping(each)
            action = fields.get("action")
            known = actions(self._packet)
            if action not in known:
                self.faults.append(_no_action(number, action, known))
                continue
            step = self._step(number, str(action), fields, {n for n in makers if n < number})
            if step is not None:
                steps.append(step)
        return steps

    def _step(self, number: int, action: str, fields: Mapping[str, Any], made: set[int]) -> Step | None:
        because = _text(fields.get("because"), 160)
        match action:
            case "undo":
                return Undo(because=because)
            case "redo":
                return Redo(because=because)
            case "add_scene":
                return self._add(number, fields, because)
            case "add_image":
                return self._add_image(number, fields, made, because)
            case "set_format":
                return self._set_format(number, fields, because)
            case "rename_project":
                name = self._needed(number, fields, "name", 120)
                return RenameProject(name, because=because) if name else None
        scene = self._scene(number, fields.get("scene"), made)
        return None if scene is None else self._about(number, action, scene, fields, made, because)

    def _about(
        self,
        number: int,
        action: str,
        scene: str,
        fields: Mapping[str, Any],
        made: set[int],
        because: str,
    ) -> Step | None:
        match action:
            case "edit_scene":
                return self._edit(number, scene, fields, made, because)
            case "apply_template":
                card = self._template(number, fields)
                return (
                    ApplyTemplate(scene, card.id, self._params(card, fields), because=because)
                    if card
                    else None
                )
            case "set_duration":
                seconds = self._seconds(fields)
                if seconds is None:
                    self.faults.append(f"Step {number}: `duration_tenths` must be above 0.")
                return SetDuration(scene, seconds, because=because) if seconds else None
            case "rename_scene":
                name = self._needed(number, fields, "name", 120)
                return RenameScene(scene, name, because=because) if name else None
            case "duplicate_scene":
                return DuplicateScene(scene, _text(fields.get("name"), 120) or None, because=because)
            case "split_scene":
                at = _whole(fields.get("duration_tenths")) / 10
                if at <= 0:
                    self.faults.append(f"Step {number}: `duration_tenths` says when to split, above 0.")
                    return None
                return SplitScene(scene, at, _text(fields.get("name"), 120) or None, because=because)
            case "move_scene":
                return MoveScene(scene, max(1, _whole(fields.get("position"))), because=because)
            case "set_transition":
                known = fields.get("transition") in TRANSITIONS[1:]
                return SetTransition(scene, fields["transition"] if known else "fade", because=because)
        return DeleteScene(scene, because=because)

    def _add(self, number: int, fields: Mapping[str, Any], because: str) -> Step | None:
        name = _text(fields.get("name"), 120) or None
        position = _whole(fields.get("position")) or None
        seconds = self._seconds(fields)
        instruction = _text(fields.get("instruction"), _MOST_INSTRUCTION)
        if fields.get("template") in (WRITTEN, "", None) and instruction:
            return WriteScene(instruction, name, seconds, position, because=because)
        card = self._template(number, fields)
        if card is None:
            return None
        return AddScene(card.id, self._params(card, fields), name, seconds, position, because=because)

    def _add_image(self, number: int, fields: Mapping[str, Any], made: set[int], because: str) -> Step | None:
        names, faults = pictures_named(self._packet, fields.get("pictures"))
        self.faults += [f"Step {number}: {fault}" for fault in faults]
        said = fields.get("scene")
        scene = self._scene(number, said, made) if said else None
        if faults or (said and scene is None):
            return None
        instruction = _text(fields.get("instruction"), _MOST_INSTRUCTION)
        name, position = _text(fields.get("name"), 120) or None, _whole(fields.get("position")) or None
        seconds = self._seconds(fields)
        return picture_step(names, fields, scene, instruction, name, seconds, position, because)

    def _edit(
        self, number: int, scene: str, fields: Mapping[str, Any], made: set[int], because: str
    ) -> Step | None:
        instruction = self._needed(number, fields, "instruction", _MOST_INSTRUCTION)
        kind: EditKind = fields.get("edit_kind", "")
        like = self._scene(number, fields["like"], made) if fields.get("like") else None
        targets = tuple(_text(each, 80) for each in _list(fields.get("targets")))[:6]
        edit_kind: EditKind = kind if kind in get_args(EditKind) else "creative"
        return (
            EditScene(scene, instruction, edit_kind, like, targets, because=because) if instruction else None
        )

    def _set_format(self, number: int, fields: Mapping[str, Any], because: str) -> Step | None:
        shape = fields.get("format")
        if shape not in SHAPES:
            self.faults.append(f"Step {number}: `format` must be one of {', '.join(SHAPES)}.")
            return None
        return SetFormat(str(shape), because=because)

    def _scene(self, number: int, reference: Any, made: set[int]) -> str | None:
        said = str(reference or "").strip().removeprefix("scene ").removeprefix("@")
        scenes = self._packet.project.scenes
        if said.startswith("step:") and said[5:].isdecimal() and whole(said[5:]) in made:
            return said
        if said.isdecimal() and 1 <= whole(said) <= len(scenes):
            return scenes[whole(said) - 1].id
        found = next((one.id for one in scenes if said and said in (one.id, one.name)), None)
        if found is None and not said:
            found = self._meant_scene(scenes)
        if found is None:
            names = ", ".join(f"{n} ({one.name})" for n, one in enumerate(scenes, 1)) or "none"
            self.faults.append(f"Step {number}: there is no scene {said!r}. Scenes: {names}.")
        return found

    def _meant_scene(self, scenes: Sequence[SceneView]) -> str | None:
        project = self._packet.project
        chosen = project.selected or (scenes[0].id if len(scenes) == 1 else None)
        if chosen:
            name = next(one.name for one in scenes if one.id == chosen)
            self.assumed.append(f"I took it that you mean scene {name!r}.")
        return chosen

    def _template(self, number: int, fields: Mapping[str, Any]) -> TemplateCard | None:
        said = str(fields.get("template") or "")
        card = self._templates.get(said)
        if card is None:
            self.faults.append(f"Step {number}: there is no template {said!r}.")
        return card

    def _params(self, card: TemplateCard, fields: Mapping[str, Any]) -> dict[str, ParamValue]:
        known = {param.name: param for param in card.params}
        given: dict[str, ParamValue] = {}
        for each in _list(fields.get("texts")):
            name, value = _text(_mapping(each).get("name"), 80), _mapping(each).get("value")
            if name not in known:
                self.assumed.append(f"The template {card.id!r} has no {name!r}; I left that out.")
            elif (fitting := _fitting(known[name], value)) is not None:
                given[name] = fitting
            else:
                self.assumed.append(f"{value!r} is nothing for {name!r}; it keeps {known[name].default!r}.")
        return given

    def _needed(self, number: int, fields: Mapping[str, Any], name: str, letters: int) -> str:
        text = _text(fields.get(name), letters)
        if not text:
            self.faults.append(f"Step {number}: `{name}` is empty.")
        return text

    def _seconds(self, fields: Mapping[str, Any]) -> float | None:
        tenths = _whole(fields.get("duration_tenths"))
        if tenths <= 0:
            return None
        seconds = min(MAX_SECONDS, max(_LEAST_SECONDS, tenths / 10))
        if seconds != tenths / 10:
            self.assumed.append(
                f"A scene lasts {_LEAST_SECONDS:g} to {MAX_SECONDS:g} s; I took {seconds:g} s."
            )
        return seconds


def _fitting(param: Param, value: Any) -> ParamValue | None:
    """Return the value in the parameter's own type, or None when it cannot be one."""
    text = str(value)[:2000]
    if param.kind == "color":
        said = colors_in(f"color {text}")
        return said[0].hex if said else None
    if isinstance(param.default, bool):
        return {"true": True, "false": False, "yes": True, "no": False}.get(text.lower())
    if isinstance(param.default, int | float):
        return _number(param, text)
    if param.choices:
        return text if text in param.choices else None
    return text


def _number(param: Param, text: str) -> float | None:
    try:
        number = float(text.replace(",", "").strip(" $€£%"))
    except ValueError:
        return None
    if number != number or number in (float("inf"), float("-inf")):
        return None
    low = number if param.minimum is None else max(param.minimum, number)
    return low if param.maximum is None else min(param.maximum, low)


def _whole(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return 0
    return int(max(-1e9, min(1e9, value)))


def _text(value: Any, letters: int) -> str:
    return value.strip()[:letters] if isinstance(value, str) else ""


def _texts(value: Any) -> tuple[str, ...]:
    return tuple(text for text in (_text(each, 160) for each in _list(value)[:4]) if text)


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}
