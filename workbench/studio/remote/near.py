"""A studio at a service as the live editor sees it: kept there, painted here.

Text that is typed is evaluated and painted by this machine, in the same sandbox and by the same painter as a
project of one's own, so that a still follows typing whatever the way to the service is. Saving, prompts,
pictures and films go to the service. What was read from there is held until something changes.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from workbench.errors import InputError, NotFound
from workbench.events import Event
from workbench.render.assets import Assets
from workbench.render.outfile import written
from workbench.render.warm import WarmRenderer
from workbench.scene.excerpt import Excerpt
from workbench.scene.format import Format
from workbench.scene.sandbox import Sandbox
from workbench.store.data_folder import make_private
from workbench.store.history import next_redo, next_undo
from workbench.store.values import Asset, Change, Message, Project, Revision, Scene
from workbench.studio.evaluator import Checked, Draft, Evaluator
from workbench.studio.references import scene_of
from workbench.studio.remote.calling import Calling
from workbench.studio.remote.studio import RemoteStudio, messages_of
from workbench.studio.settings import Settings
from workbench.templates.registry import Template, parse_template

LAST_GOOD_LOOKED_AT = 20


@dataclass(frozen=True, slots=True)
class _Kept:
    """What was read from the service at one moment."""

    project: Project
    scenes: tuple[Scene, ...]
    assets: tuple[Asset, ...]
    history: tuple[Change, ...]


class NearStudio:
    """What a desk needs of a studio; everything it does not have itself is the remote studio's."""

    def __init__(self, far: RemoteStudio, calling: Calling, settings: Settings | None = None) -> None:
        self.far = far
        self.calling = calling
        self._lock = threading.RLock()
        self._held: _Kept | None = None
        self._changes = 0
        self.workspace = NearWorkspace(self, settings or Settings())
        far.on(self._forget, "project_changed")
        calling.when_closed.append(self.workspace.close)

    @property
    def selected(self) -> str | None:
        """The scene that "it" means."""
        return self.far.selected

    @selected.setter
    def selected(self, scene_id: str | None) -> None:
        self.far.selected = scene_id

    @property
    def closed(self) -> bool:
        """Whether the connection was ended."""
        return self.far.closed

    @closed.setter
    def closed(self, closed: bool) -> None:
        self.far.closed = closed

    @property
    def project(self) -> Project:
        """The project as the service keeps it now; what was held of an older one is let go."""
        project = self.far.project
        with self._lock:
            if self._held is not None and self._held.project.sequence != project.sequence:
                self._forget()
        return project

    @property
    def name(self) -> str:
        """The project's name."""
        return self.kept.project.name

    @property
    def format(self) -> Format:
        """The picture's size and frame rate."""
        project = self.kept.project
        return Format(project.width, project.height, project.fps)

    @property
    def scenes(self) -> tuple[Scene, ...]:
        """The living scenes in order."""
        return self.kept.scenes

    @property
    def kept(self) -> _Kept:
        """What is known of the project, read anew when something has changed."""
        with self._lock:
            if self._held is not None:
                return self._held
            seen, far = self._changes, self.far
        fresh = _Kept(far.project, far.scenes, far.pictures.assets(), far.history)
        with self._lock:
            if seen == self._changes:
                self._held = fresh
        return fresh

    def scene(self, reference: str | int) -> Scene:
        """Return the scene somebody means."""
        return scene_of(self.scenes, reference)

    def check(self, reference: str | int) -> Checked:
        """Return a scene's graph and findings, as this machine evaluates it."""
        return self.workspace.evaluator.checked(self._draft(self.scene(reference)))

    def preview(self, reference: str | int, **changed: Any) -> Checked:
        """Return how a scene would turn out with other text, params or length."""
        return self.workspace.evaluator.checked(self._draft(self.scene(reference), **changed))

    def last_good(self, reference: str | int) -> Checked | None:
        """Return the newest revision of a scene that can be painted; None when there is none."""
        scene = self.scene(reference)
        for kept in self.far.revisions(scene.id)[:LAST_GOOD_LOOKED_AT]:
            checked = self.workspace.evaluator.checked(self._draft(scene, **_fields(kept)))
            if checked.ok:
                return checked
        return None

    def do(self, action: Any) -> Any:
        """Do one action at the service."""
        return self._changing(self.far.do, action)

    def ask(self, prompt: str, images: Sequence[Any] = (), **hearing: Any) -> Any:
        """Have the service answer a prompt."""
        return self._changing(self.far.ask, prompt, images, **hearing)

    def accept(self, take: Any) -> Any:
        """Save what is offered."""
        return self._changing(self.far.accept, take)

    def add_picture(self, content: bytes | str | Path, name: str = "") -> Asset:
        """Bring a picture into the project at the service."""
        added: Asset = self._changing(self.far.add_picture, content, name)
        return added

    def __getattr__(self, name: str) -> Any:
        return getattr(self.far, name)

    def _changing(self, work: Any, *given: Any, **named: Any) -> Any:
        try:
            return work(*given, **named)
        finally:
            self._forget()

    def _forget(self, _: Event | None = None) -> None:
        with self._lock:
            self._changes += 1
            self._held = None

    def _draft(self, scene: Scene, **changed: Any) -> Draft:
        fields = {"source": scene.source, "params": scene.params, "duration_seconds": scene.duration_seconds}
        kept = changed.pop("excerpt", scene.excerpt)
        assets = self.kept.assets
        return Draft(
            format=self.format,
            assets=self.workspace.sources(assets),
            assets_key=" ".join(f"{each.name}:{each.sha256}" for each in assets),
            excerpt=Excerpt.of(kept),
            **{**fields, **changed},
        )


class NearWorkspace:
    """The engines of this machine, and what of the service's a desk asks for by name."""

    def __init__(self, near: NearStudio, settings: Settings) -> None:
        self._near = near
        self.settings = settings
        make_private(settings.data)
        self.messages = _Messages(near)
        self.history = _History(near)
        self.assets = _Assets(near)
        self.renderer = WarmRenderer()
        self._sandbox = Sandbox(workers=1)
        self.evaluator = Evaluator(self._sandbox, settings.evaluations_kept)
        self._fetching = threading.Lock()

    def get_ready(self) -> None:
        """The service answers prompts; nothing is loaded here."""

    def sources(self, assets: Sequence[Asset]) -> Assets:
        """Return the pictures as files of this machine; each content is fetched once."""
        return Assets({each.name: self._file(each) for each in assets})

    @cached_property
    def _templates(self) -> tuple[Template, ...]:
        told = self._near.calling.get("/templates")
        return tuple(parse_template(each["id"], each["source"]) for each in told)

    def templates(self) -> tuple[Template, ...]:
        """Return the templates of the service: the shipped ones and the user's own there."""
        return self._templates

    def template_problems(self) -> tuple[InputError, ...]:
        """None are known here: own templates are files of the service."""
        return ()

    def template(self, name: str) -> Template:
        """Return the template of that id."""
        found = {each.id: each for each in self._templates}
        if name not in found:
            raise NotFound.among("template", name, found)
        return found[name]

    @property
    def template_folder(self) -> Path:
        """There is none here: own templates are files of the service."""
        raise InputError(
            "Templates of your own lie where the service is.", remedy="Open the project there to make one."
        )

    def close(self) -> None:
        """End the painter and the sandbox; twice does no harm."""
        self.renderer.close()
        self._sandbox.close()

    def _file(self, asset: Asset) -> Path:
        path = self.settings.data / "cache" / "remote" / asset.sha256
        with self._fetching:
            if not path.is_file():
                path.parent.mkdir(parents=True, exist_ok=True)
                with written(path, durable=False) as partial:
                    partial.write_bytes(self._near.far.pictures.content(asset.id))
        return path


class _Messages:
    """The conversation at the service."""

    def __init__(self, near: NearStudio) -> None:
        self._near = near

    def list(self, _: str, *, after: int = 0, most: int | None = None) -> tuple[Message, ...]:
        """Return the last messages, oldest first."""
        path = f"/projects/{self._near.far.project_id}/messages"
        return messages_of(self._near.calling.get(path, after=after, most=most))

    def add(self, *_: Any, **__: Any) -> None:
        """Notes of a view are not kept: a prompt that nobody waits for any more is finished there."""


class _History:
    """What undo and redo would do, as far as the last hundred changes tell."""

    def __init__(self, near: NearStudio) -> None:
        self._near = near

    def undoable(self, _: str) -> Change | None:
        """Return the change that undo would take back."""
        return next_undo(self._near.kept.history)

    def redoable(self, _: str) -> Change | None:
        """Return the change that redo would do again."""
        return next_redo(self._near.kept.history)


class _Assets:
    """The pictures at the service."""

    def __init__(self, near: NearStudio) -> None:
        self._near = near

    def list(self, _: str) -> tuple[Asset, ...]:
        """Return the project's pictures by name."""
        return self._near.kept.assets


def _fields(kept: Revision) -> dict[str, Any]:
    return {
        "source": kept.source,
        "params": kept.params,
        "duration_seconds": kept.duration_seconds,
        "excerpt": kept.excerpt,
    }
