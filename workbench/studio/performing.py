"""Doing one action: the store keeps it, the evaluator judges it, listeners hear of it.

`Performer.do` is the only way a project changes, whichever door asked.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import singledispatchmethod
from typing import Any

from workbench.errors import InputError
from workbench.events import Event
from workbench.render.assets import Assets
from workbench.scene.diff import diff
from workbench.scene.excerpt import Excerpt
from workbench.scene.format import Format
from workbench.scene.graph import Graph
from workbench.spans import span
from workbench.store.values import Change, Project, Scene
from workbench.studio import actions as act
from workbench.studio.evaluator import Checked, Draft
from workbench.studio.references import scene_of
from workbench.studio.telling import added, pinned, reversed_change, saved, split
from workbench.studio.workspace import Workspace
from workbench.templates.registry import Template

DEFAULT_TEMPLATE = "title"
_SHOWS_PICTURES = "image"
"""Text without this word shows no picture, so that a new picture leaves what is known of it as it is."""

SAVING = frozenset(
    {"add_scene", "save_scene", "apply_template", "duplicate_scene", "split_scene", "restore_scene"}
)
"""Actions that give a scene a revision of its own, told as `scene_saved`; undo goes back to an old one."""


@dataclass(frozen=True, slots=True, repr=False)
class Done:
    """What an action did: the scene as it is now (None: the action was about no single scene), how it
    turned out, what changed in plain words, and the number of the project's last change."""

    action: act.Action
    scene: Scene | None
    checked: Checked | None
    told: tuple[str, ...]
    sequence: int

    def __repr__(self) -> str:
        return f"Done({' '.join(self.told)!r})"


class Performer:
    """Does actions on one project, in the name of `who` (default: the user of the settings)."""

    def __init__(self, workspace: Workspace, project_id: str, who: str = "") -> None:
        self._workspace = workspace
        self._project_id = project_id
        self._given_who = who

    def do(self, action: act.Action) -> Done:
        """Do the action and tell every listener; raises InputError, and changes nothing, when it cannot."""
        kind = str(getattr(action, "kind", type(action).__name__))
        receiver = self._workspace.telemetry.receiver
        with span(f"studio.{kind}", to=receiver, project_id=self._project_id) as measured:
            done = self._performed(action, kind)
            measured.set(scene_id=done.scene.id if done.scene else None)
        return done

    def _performed(self, action: act.Action, kind: str) -> Done:
        scene, told = self._do(action)
        checked = None
        if scene is not None and scene.deleted_at is None:
            checked = self.judge(scene)
            scene = self._workspace.scenes.get(scene.id)
        sequence = self.project().sequence
        about = {"action": kind, "sequence": sequence, "told": told}
        scene_id = scene.id if scene else None
        self._workspace.bus.emit(Event("project_changed", self._project_id, scene_id, about))
        if scene is not None and kind in SAVING:
            saved = {"action": kind, "name": scene.name, "revision": scene.revision}
            self._workspace.bus.emit(Event("scene_saved", self._project_id, scene_id, saved))
        return Done(action, scene, checked, told, sequence)

    def project(self) -> Project:
        """Return the project as it is kept now."""
        return self._workspace.projects.get(self._project_id)

    def scenes(self) -> tuple[Scene, ...]:
        """Return the living scenes in order."""
        return self._workspace.scenes.list(self._project_id)

    def scene(self, reference: str | int) -> Scene:
        """Return the scene somebody means."""
        return scene_of(self.scenes(), reference)

    def graphs(self) -> dict[str, Graph]:
        """Return the graph of every scene that can be evaluated, by its number and name."""
        checked = {
            f"scene {scene.position} {scene.name!r}": self._workspace.evaluator.checked(self.draft(scene))
            for scene in self.scenes()
        }
        return {name: each.graph for name, each in checked.items() if each.graph is not None}

    def pictures(self) -> tuple[Assets, str]:
        """Return the project's pictures by name, and a text that changes when their content does."""
        held = self._workspace.assets.list(self._project_id)
        sources = {each.name: self._workspace.blobs.path(each.sha256) for each in held}
        return Assets(sources), " ".join(f"{each.name}:{each.sha256}" for each in held)

    def draft(self, scene: Scene, **changed: Any) -> Draft:
        """Return everything that decides how the scene looks, with some of it `changed`."""
        project = self.project()
        assets, key = self.pictures()
        source = str(changed.get("source", scene.source))
        fields = {"source": scene.source, "params": scene.params, "duration_seconds": scene.duration_seconds}
        kept = changed.pop("excerpt", scene.excerpt)
        picture = Format(project.width, project.height, project.fps)
        return Draft(
            format=picture,
            assets=assets,
            assets_key=key if _SHOWS_PICTURES in source else "",
            excerpt=Excerpt.of(kept),
            **{**fields, **changed},
        )

    def blank(self, duration_seconds: float) -> Draft:
        """Return a scene without source, in the project's format and with its pictures."""
        project = self.project()
        assets, key = self.pictures()
        return Draft(
            "", Format(project.width, project.height, project.fps), duration_seconds, {}, assets, key
        )

    def judge(self, scene: Scene) -> Checked:
        """Evaluate and check the scene, and keep whether it can be painted."""
        checked = self._workspace.evaluator.checked(self.draft(scene))
        self._workspace.scenes.mark(scene.id, scene.revision, "ready" if checked.ok else "broken")
        return checked

    @property
    def _who(self) -> str:
        return self._given_who or self._workspace.settings.user

    def _template(self, name: str | None) -> Template:
        return self._workspace.template(name or DEFAULT_TEMPLATE)

    @singledispatchmethod
    def _do(self, action: act.Action) -> tuple[Scene | None, tuple[str, ...]]:
        raise InputError(f"{type(action).__name__} is no action.", remedy=", ".join(act.action_kinds()))

    @_do.register
    def _add(self, action: act.AddScene) -> tuple[Scene | None, tuple[str, ...]]:
        if action.source is not None and action.template is not None:
            raise InputError("A scene has a template or its own source, not both.", remedy="Leave one out.")
        chosen = None if action.source is not None else self._template(action.template)
        scene = self._workspace.scenes.add(
            self._project_id,
            chosen.scene_source if chosen else action.source or "",
            name=action.name,
            params=action.params,
            duration_seconds=action.duration_seconds or (chosen.seconds if chosen else 5.0),
            position=action.position,
            who=self._who,
            why=action.why,
        )
        return scene, added(scene, chosen.title if chosen else None)

    @_do.register
    def _save(self, action: act.SaveScene) -> tuple[Scene | None, tuple[str, ...]]:
        fields = action.model_dump(include={"source", "params", "name", "duration_seconds"})
        return self._keep(action, action.base_revision, **fields)

    @_do.register
    def _apply_template(self, action: act.ApplyTemplate) -> tuple[Scene | None, tuple[str, ...]]:
        return self._keep(
            action,
            None,
            source=self._template(action.template).scene_source,
            params=dict(action.params),
            excerpt={},
        )

    @_do.register
    def _set_transition(self, action: act.SetTransition) -> tuple[Scene | None, tuple[str, ...]]:
        return self._keep(action, None, transition={"kind": action.transition, "seconds": action.seconds})

    def _keep(
        self, action: act.SceneAction, base: int | None, **fields: Any
    ) -> tuple[Scene | None, tuple[str, ...]]:
        before = self.scene(action.scene)
        earlier = self._workspace.evaluator.checked(self.draft(before))
        after = self._workspace.scenes.save(before.id, base, who=self._who, why=action.why, **fields)
        later = self._workspace.evaluator.checked(self.draft(after))
        moved = diff(earlier.graph, later.graph).changes if earlier.graph and later.graph else ()
        lines = tuple(str(change) for change in moved if change.prop != "duration_seconds")
        return after, saved(before, after, lines, painted=later.ok, was_painted=earlier.ok)

    @_do.register
    def _duplicate(self, action: act.DuplicateScene) -> tuple[Scene | None, tuple[str, ...]]:
        original = self.scene(action.scene)
        copy = self._workspace.scenes.duplicate(original.id, name=action.name, who=self._who, why=action.why)
        return copy, (
            f"Copied scene {original.position} {original.name!r} to {copy.position} {copy.name!r}.",
        )

    @_do.register
    def _split(self, action: act.SplitScene) -> tuple[Scene | None, tuple[str, ...]]:
        before = self.scene(action.scene)
        first, second = self._workspace.scenes.split(
            before.id, action.at_seconds, name=action.name, who=self._who, why=action.why
        )
        self.judge(first)
        return second, split(first, second)

    @_do.register
    def _move(self, action: act.MoveScene) -> tuple[Scene | None, tuple[str, ...]]:
        before = self.scene(action.scene)
        after = self._workspace.scenes.move(before.id, action.position, who=self._who, why=action.why)
        return after, (f"Moved {after.name!r} from position {before.position} to {after.position}.",)

    @_do.register
    def _delete(self, action: act.DeleteScene) -> tuple[Scene | None, tuple[str, ...]]:
        scene = self.scene(action.scene)
        self._workspace.scenes.delete(scene.id, who=self._who, why=action.why)
        told = f"Deleted scene {scene.position} {scene.name!r}; undo brings it back."
        return self._workspace.scenes.get(scene.id), (told,)

    @_do.register
    def _restore(self, action: act.RestoreScene) -> tuple[Scene | None, tuple[str, ...]]:
        before = self.scene(action.scene)
        after = self._workspace.scenes.restore(before.id, action.revision, who=self._who, why=action.why)
        return after, (f"Restored revision {action.revision} of {after.name!r} as {after.revision}.",)

    @_do.register
    def _pin(self, action: act.PinRevision) -> tuple[Scene | None, tuple[str, ...]]:
        scene = self.scene(action.scene)
        self._workspace.scenes.pin(scene.id, action.revision, pinned=action.pinned)
        return scene, pinned(scene, action.revision, now=action.pinned)

    @_do.register
    def _set_format(self, action: act.SetFormat) -> tuple[Scene | None, tuple[str, ...]]:
        wanted = Format.parse(action.format, self.project().fps)
        self._workspace.projects.set_format(
            self._project_id, wanted.width, wanted.height, wanted.fps, who=self._who, why=action.why
        )
        for scene in self.scenes():
            self.judge(scene)
        return None, (f"The project is {wanted} now.",)

    @_do.register
    def _rename_project(self, action: act.RenameProject) -> tuple[Scene | None, tuple[str, ...]]:
        renamed = self._workspace.projects.rename(
            self._project_id, action.name, who=self._who, why=action.why
        )
        return None, (f"The project is called {renamed.name!r} now.",)

    @_do.register
    def _undo(self, action: act.Undo) -> tuple[Scene | None, tuple[str, ...]]:
        return self._reversed(self._workspace.history.undo(self._project_id, who=self._who, why=action.why))

    @_do.register
    def _redo(self, action: act.Redo) -> tuple[Scene | None, tuple[str, ...]]:
        return self._reversed(self._workspace.history.redo(self._project_id, who=self._who, why=action.why))

    def _reversed(self, change: Change) -> tuple[Scene | None, tuple[str, ...]]:
        living = {scene.id: scene for scene in self.scenes()}
        touched = [living[key] for key in change.after.get("scenes", {}) if key in living]
        returned = set(change.after.get("order", ())) - set(change.before.get("order", ()))
        touched += [living[key] for key in returned if key in living]
        for scene in touched:
            self.judge(scene)
        undone = self._workspace.history.changes_since(self._project_id, (change.reverses or 1) - 1, most=1)
        told = reversed_change(change.kind, undone[0].kind if undone else "change")
        return (touched[0] if len(touched) == 1 else None), (told,)
