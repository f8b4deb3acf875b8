"""Edits of every shipped template, done as the studio does them: decide, write, evaluate, check, mend."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from workbench.brain import EditScene, Packet, Plan, ProjectView, SceneView, Writing
from workbench.brain.offline import OfflineDirector
from workbench.scene.diff import GraphDiff, diff, locality
from workbench.scene.finding import Finding
from workbench.scene.format import Format
from workbench.scene.graph import Node
from workbench.scene.sandbox import shared_sandbox
from workbench.studio.evaluator import Checked, Draft, Evaluator
from workbench.templates.registry import Template, templates

HEADLINE = "headline"
ANYTHING = "anything"

EDITS = (
    ("make the title red", HEADLINE),
    ('change the title to "Quiet work"', ANYTHING),
    ("make the title a bit smaller", HEADLINE),
    ("make the title thinner", HEADLINE),
    ("black background", ANYTHING),
    ("make it faster", ANYTHING),
    ("slow the animations down", ANYTHING),
    ("let the title fade in", HEADLINE),
    ("make the title pulse", HEADLINE),
    ("add a glow to the title", HEADLINE),
    ("add some particles behind everything", ANYTHING),
    ("uppercase the title", ANYTHING),
    ("make the title half transparent", HEADLINE),
    ("rotate the title by 2 degrees", HEADLINE),
    ("let the title start one second later", HEADLINE),
    ("make it warmer", ANYTHING),
)
"""Instructions, and what they may touch: the headline alone, or what the parameters they change decide."""


@dataclass(frozen=True)
class Edited:
    plan: Plan
    writing: Writing | None
    before: Checked
    after: Checked | None

    @property
    def new_errors(self) -> list[Finding]:
        known = {(one.code, one.node) for one in self.before.findings}
        found = self.after.findings if self.after else ()
        return [one for one in found if one.severity == "error" and (one.code, one.node) not in known]

    @property
    def changes(self) -> GraphDiff:
        assert self.after
        assert self.before.graph
        assert self.after.graph
        return diff(self.before.graph, self.after.graph)

    def locality(self) -> float:
        """Return the share of changes that lie on what one statement draws, the one that changed most."""
        assert self.after
        assert self.after.graph
        lines = {node.id: node.line for node in walked(self.after.graph.nodes)}
        touched = Counter(lines.get(change.path[-1]) for change in self.changes.changes if change.path)
        most = touched.most_common(1)[0][0] if touched else None
        return locality(self.changes, {name for name, line in lines.items() if line == most})


def walked(nodes: Iterable[Node]) -> Iterator[Node]:
    for node in nodes:
        yield node
        yield from walked(node.children)


class Bench:
    """Edits templates; what was evaluated for one is kept."""

    def __init__(self) -> None:
        self.director = OfflineDirector()
        self._evaluator = Evaluator(shared_sandbox(), kept=8)

    def edited(self, template: Template, instruction: str, picture: Format | None = None) -> Edited:
        picture = picture or Format()
        scene = SceneView("s1", template.title, template.source, template.seconds, {}, template.id)
        packet = Packet(instruction, ProjectView("Test", (scene,), "s1", "s1", picture), templates())
        before = self.checked(template, picture, template.source, {})
        plan = self.director.decide(packet).plan
        step = plan.steps[0] if plan.steps else None
        if not isinstance(step, EditScene):
            return Edited(plan, None, before, None)
        writing = self.director.write(packet, step)
        after = self.checked(template, picture, writing.source or template.source, dict(writing.params))
        edited = Edited(plan, writing, before, after)
        if not edited.new_errors:
            return edited
        mended = self.director.write(packet, step, findings=tuple(edited.new_errors))
        if mended.cannot:
            return edited
        after = self.checked(template, picture, mended.source or template.source, dict(mended.params))
        return Edited(plan, mended, before, after)

    def checked(
        self, template: Template, picture: Format, source: str, params: dict[str, str | float | bool]
    ) -> Checked:
        return self._evaluator.checked(Draft(source, picture, template.seconds, params))
