"""A request about a picture carried out on a scene: from what is known of the picture at this moment.

Called again once more is known, it gives the scene as it should be then; what it cannot do it says.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from workbench.brain.edits import Draft, made_legible, perform_like
from workbench.brain.edits.draft import literal
from workbench.brain.model import Usage, Writing
from workbench.brain.packet import Packet, PictureView, SceneView
from workbench.brain.pictures.embedding import embedded_in, new_scene
from workbench.brain.pictures.intent import kind_of
from workbench.brain.pictures.looks import Look, look_of
from workbench.brain.pictures.rebuilding import rebuilt
from workbench.brain.plan import EditScene, ParamValue
from workbench.errors import NotFound
from workbench.scene.finding import Finding

_COLOR_PARAMS = {"accent": ("accent",), "background": ("background", "backdrop"), "ink": ("ink",)}


def needs_no_model(packet: Packet, step: EditScene) -> bool:
    """Say whether the workbench does a step about pictures itself, whoever planned it.

    It shows pictures and takes their colours; photos and logos cannot be rebuilt, so it shows these too.
    """
    if not step.use or not step.pictures:
        return False
    first = next((each for each in packet.pictures if each.name == step.pictures[0]), None)
    unbuildable = first is None or (first.known and kind_of(first) in ("photo", "logo"))
    return step.use != "recreate" or unbuildable


def write_picture(
    packet: Packet,
    scene: SceneView,
    step: EditScene,
    usage: Usage,
    findings: tuple[Finding, ...] = (),
) -> Writing:
    """Return the scene with the pictures of a step used as it says, its texts legible after `findings`."""
    done = _written(packet, scene, step, usage)
    source = scene.source if done.source is None else done.source
    legible = made_legible(source, {**scene.params, **done.params}, findings) if findings else None
    if legible is None:
        return done
    return replace(done, source=legible[0], assumed=(*done.assumed, legible[1]))


def _written(packet: Packet, scene: SceneView, step: EditScene, usage: Usage) -> Writing:
    meant = _named(packet, step.pictures)
    if step.use == "recreate":
        done = _recreated(packet, scene, step, meant[0], usage)
        return replace(done, assumed=(*done.assumed, *_unused(meant)))
    if step.use == "colors":
        return _colored(packet, scene, meant[0], usage)
    if not scene.source:
        return _shown(packet, step, meant, usage)
    source, remark = embedded_in(scene, step, meant)
    return Writing(usage, source=source, assumed=(remark,), approach="the picture is shown")


def lent_colors(packet: Packet, scene: SceneView, picture: PictureView, usage: Usage) -> Writing:
    """Return the colours that a picture gives to a scene that was made for it, as parameters alone."""
    look = look_of(picture, packet)
    declared = {name for name, param in Draft(scene.source).params().items() if param.kind == "color"}
    params: dict[str, ParamValue] = {}
    for role, color in look.colors.items():
        for name in _COLOR_PARAMS.get(role, ()):
            if name in declared:
                params[name] = color
    changed = {name: value for name, value in params.items() if scene.params.get(name) != value}
    told = _lent(picture, changed)
    return Writing(usage, params=changed, assumed=(*told, *look.conflicts), approach="colours of the picture")


def _shown(packet: Packet, step: EditScene, meant: Sequence[PictureView], usage: Usage) -> Writing:
    source = new_scene(step, meant)
    blank = SceneView(step.scene, "", source)
    lent = lent_colors(packet, blank, meant[0], usage)
    waiting = () if meant[0].known else (_waits(meant[0], "colours"),)
    return Writing(usage, source, lent.params, (*lent.assumed, *waiting), approach="the picture is shown")


def _colored(packet: Packet, scene: SceneView, picture: PictureView, usage: Usage) -> Writing:
    waiting = () if picture.known else (_waits(picture, "colours"),)
    if not scene.source:
        fresh = new_scene(EditScene(scene.id, ""), (picture,))
        lent = lent_colors(packet, SceneView(scene.id, "", fresh), picture, usage)
        return Writing(usage, fresh, lent.params, (*lent.assumed, *waiting))
    if waiting:
        return Writing(usage, assumed=waiting, approach="waits for the colours")
    look, lent = look_of(picture, packet), lent_colors(packet, scene, picture, usage)
    done = perform_like(scene.source, scene.params, _wearing(look), {})
    if not done.done and not lent.params:
        return Writing(usage, cannot=f"The scene has no colours that {picture.name!r} could replace.")
    source = done.source if done.done and done.source != scene.source else None
    params = {**(done.params if done.done else {}), **lent.params}
    told = (*_lent(picture, look.colors), *look.conflicts)
    return Writing(usage, source, params, told, approach="colours of the picture")


def _wearing(look: Look) -> str:
    """Return a scene that has nothing but these colours, for another to be like."""
    accent = literal(look.colors.get("accent", look.colors["ink"]))
    ground = literal(look.colors["background"])
    return f'accent = param("accent", {accent}, kind="color")\nbackground({ground})\nrect(fill=accent)\n'


def _recreated(
    packet: Packet, scene: SceneView, step: EditScene, picture: PictureView, usage: Usage
) -> Writing:
    if not picture.known:
        waiting = (_waits(picture, "look"),)
        if scene.source:
            return Writing(usage, assumed=waiting, approach="waits for the look")
        source = new_scene(EditScene(scene.id, "full screen"), (picture,))
        return Writing(usage, source, assumed=waiting, approach="the picture itself, until it is measured")
    if kind_of(picture) in ("photo", "logo") and scene.source:
        return _colored(packet, scene, picture, usage)
    if kind_of(picture) in ("photo", "logo"):
        source = new_scene(step, (picture,))
        lent = lent_colors(packet, SceneView(scene.id, "", source), picture, usage)
        why = (
            f"What a {picture.kind} shows cannot be rebuilt from measurements, so {picture.name!r} itself is "
            "shown, in a scene of its colours."
        )
        return Writing(usage, source, lent.params, (why, *lent.assumed))
    source, params, told = rebuilt(packet, picture, scene.duration_seconds)
    return Writing(usage, source, params, told, approach=f"rebuilt from the facts of {picture.name!r}")


def _unused(meant: Sequence[PictureView]) -> tuple[str, ...]:
    others = ", ".join(repr(each.name) for each in meant[1:])
    return (f"The scene is rebuilt from {meant[0].name!r} alone; {others} can be asked for by name.",) * bool(
        others
    )


def _waits(picture: PictureView, what: str) -> str:
    if picture.state == "failed":
        return f"{picture.name!r} could not be measured, so its {what} cannot be used: see studio.pictures."
    return f"{picture.name!r} is still being measured; its {what} will follow when they are known."


def _lent(picture: PictureView, colors: Mapping[str, object]) -> tuple[str, ...]:
    if not colors or not picture.known:
        return ()
    said = ", ".join(f"{role} {color}" for role, color in colors.items())
    return (f"Colours of {picture.name!r}: {said}.",)


def _named(packet: Packet, names: Sequence[str]) -> list[PictureView]:
    known = {each.name: each for each in packet.pictures}
    for name in names:
        if name not in known:
            raise NotFound.among("picture", name, known)
    return [known[name] for name in names]
