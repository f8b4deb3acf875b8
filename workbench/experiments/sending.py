"""What an arm sends, as letters: the proof that two arms differ, before a cell is paid for.

A variant that changes nothing of what is sent is no variant, and its comparison would be about chance alone.
So the letters of every arm are written for a probe of each kind of request, and equal ones are an error.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations

from workbench.brain.model import Model
from workbench.brain.offline import OfflineDirector
from workbench.brain.packet import Packet, ProjectView, SceneView, TemplateCard
from workbench.brain.plan import EditScene
from workbench.brain.remote import briefing
from workbench.brain.remote.model import OpenAIModel
from workbench.errors import InputError
from workbench.experiments.values import Case, Spec, Variant
from workbench.scene.format import Format
from workbench.scene.line_diff import unified

Letters = list[tuple[str, str]]
_PROBE_TOKENS = 60_000
_OLD = 'text("Hello", size=96, name="title")\n'


def letters_of(packet: Packet, model: Model) -> Letters:
    """Return what a model that is not behind a wire hears of a packet; the wire keeps its own letters."""
    if isinstance(model, OpenAIModel):
        return []
    if isinstance(model, OfflineDirector):
        return [("user", packet.prompt)]
    told = packet.prompting.as_dict()
    settings = [("system", json.dumps(told, sort_keys=True, ensure_ascii=False))] if told else []
    return [*settings, ("user", packet.prompt)]


def probe(variant: Variant, case: Case, model: Model, templates: Sequence[TemplateCard]) -> Letters:
    """Return everything that a variant would send for a case: plan, layout, new source, edit, sampling."""
    prompting = variant.prompting
    scene = SceneView("probe", "one", _OLD)
    project = ProjectView("Probe", (scene,), "probe", "probe", Format.parse(case.format))
    prompt = prompting.asked(case.prompt)
    packet = Packet(prompt, project, tuple(templates), prompting=prompting)
    if not isinstance(model, OpenAIModel):
        return letters_of(packet, model)
    step = EditScene("probe", case.prompt)
    new = replace(packet, project=replace(project, scenes=()))
    layout = prompting.laying_out or briefing.LAYING_OUT
    briefs = {
        "deciding": briefing.deciding(packet, _PROBE_TOKENS),
        "laying out": briefing.writing(new, step, _PROBE_TOKENS, task=layout),
        "writing": briefing.writing(new, step, _PROBE_TOKENS),
        "editing": briefing.writing(packet, step, _PROBE_TOKENS),
    }
    sent = [
        (f"{name}: {letter.role}", letter.text) for name, brief in briefs.items() for letter in brief.letters
    ]
    how = {**prompting.sampling, "two_step": prompting.two_step}
    return [*sent, ("parameters", json.dumps(how, sort_keys=True))]


def refuse_equal_arms(spec: Spec, models: dict[str, Model], templates: Sequence[TemplateCard]) -> None:
    """Raise InputError when two variants send the same to a model, in every case."""
    for name, model in models.items():
        sent = {
            variant.name: [probe(variant, case, model, templates) for case in spec.cases[:20]]
            for variant in spec.variants
        }
        for first, second in combinations(sent, 2):
            if sent[first] == sent[second]:
                raise InputError(
                    f"The variants {first!r} and {second!r} send {name!r} exactly the same.",
                    remedy=_why_equal(model),
                )


def difference(before: Letters, after: Letters, names: tuple[str, str]) -> str:
    """Return the diff of what two arms sent, as lines; empty when they sent the same."""
    first, second = ("\n\n".join(f"[{role}]\n{text}" for role, text in sent) for sent in (before, after))
    lines = unified(first.splitlines(), second.splitlines(), names, line_end="", context=2)
    return "\n".join(lines)


def _why_equal(model: Model) -> str:
    if isinstance(model, OfflineDirector):
        return (
            "The offline director hears only the brief: change `brief`, or compare the other parts of a "
            "prompt with a model on a server."
        )
    return "Change something of the prompt, or leave one of them out."
