"""A project, opened: what an author types in a notebook and what every door stands on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from workbench.brain.model import OnText, unheard
from workbench.brain.plan import Plan
from workbench.errors import WorkbenchError
from workbench.events import Event
from workbench.images.values import ImageFacts
from workbench.naming import file_name
from workbench.render.film import Broken, FilmKind, FilmReport
from workbench.render.process import Cancel
from workbench.render.progress import OnProgress
from workbench.render.timeline import Source, source_of
from workbench.scene.format import Format
from workbench.store.jobs import Job
from workbench.store.values import Asset, Change, Message, Project, Revision, Scene
from workbench.studio import actions as act
from workbench.studio.asking import Asking
from workbench.studio.bringing import Given
from workbench.studio.cards import FRAME_HEIGHT, SceneCell, project_card
from workbench.studio.evaluator import Checked
from workbench.studio.exporting import export_film, preview_film
from workbench.studio.late_values import LateFacts
from workbench.studio.offers import offers_of
from workbench.studio.packet_card import PacketTold
from workbench.studio.performing import Done, Performer
from workbench.studio.pictures import add_picture
from workbench.studio.project_pictures import Pictures
from workbench.studio.prompting import ProjectPrompts
from workbench.studio.remembering import Memory
from workbench.studio.rewriting import OnStage, unwatched
from workbench.studio.shaping import refuse_other_format
from workbench.studio.showing import Clip, Picture
from workbench.studio.take import Take, TakePainter
from workbench.studio.work import Work
from workbench.studio.workspace import Workspace

if TYPE_CHECKING:
    from workbench.telemetry.report import Report

LAST_GOOD_LOOKED_AT = 20
"""How many revisions back a broken scene's last good picture is looked for."""


class Studio:
    """One project: its scenes, its conversation, its history, and everything that can be done with it.

    Scenes are named by number (from 1), name, id, `"first"`, `"last"` or `"@name"`. Every change goes
    through `do`, is a revision in the history, and can be undone.
    """

    def __init__(self, workspace: Workspace, project: Project, *, owns_workspace: bool = False) -> None:
        self.workspace = workspace
        self.project_id = project.id
        self.selected: str | None = None
        self.closed = False
        self.view: Callable[[Studio], dict[str, Any]] | None = None
        self._performer = Performer(workspace, project.id)
        self._owns = owns_workspace
        self._listening: list[Callable[[], None]] = []
        self.memory = Memory(workspace, project.id, self._performer.graphs)
        self.on(self.memory.notice, "project_changed")
        self.jobs = Work(workspace, project.id)
        self.pictures = Pictures(workspace, project.id)

    @property
    def project(self) -> Project:
        """The project as it is kept now."""
        return self._performer.project()

    @property
    def name(self) -> str:
        """The project's name."""
        return self.project.name

    @property
    def format(self) -> Format:
        """The picture's size and frame rate."""
        project = self.project
        return Format(project.width, project.height, project.fps)

    @property
    def scenes(self) -> tuple[Scene, ...]:
        """The living scenes in order."""
        return self._performer.scenes()

    @property
    def messages(self) -> tuple[Message, ...]:
        """The conversation, oldest first; a message never changes."""
        return self.workspace.messages.list(self.project_id)

    @property
    def prompts(self) -> ProjectPrompts:
        """The versions of this project's prompts, and which is in use."""
        return ProjectPrompts(self.workspace, self.project_id)

    @property
    def history(self) -> tuple[Change, ...]:
        """The project's last changes, newest first."""
        return self.workspace.history.list(self.project_id)

    def scene(self, reference: str | int) -> Scene:
        """Return the scene somebody means."""
        return self._performer.scene(reference)

    def revisions(self, reference: str | int) -> tuple[Revision, ...]:
        """Return a scene's kept revisions, newest first."""
        return self.workspace.scenes.revisions(self.scene(reference).id)

    def packet(
        self,
        prompt: str,
        most_tokens: int | None = None,
        *,
        images: Sequence[str] = (),
        selected: str | int | None = None,
    ) -> PacketTold:
        """Return what a model would be told about a prompt: parts, tokens, what is left out; asks nobody."""
        most = most_tokens or self.workspace.settings.models.context_tokens
        return self._looking(images, selected).packet(prompt, most)

    def plan(self, prompt: str, *, images: Sequence[str] = (), selected: str | int | None = None) -> Plan:
        """Decide what a prompt asks for, without doing it.

        `images` names pictures of the project it is about, `selected` the scene that "it" means.
        """
        return self._looking(images, selected).plan(prompt)

    def ask(
        self,
        prompt: str,
        images: Sequence[Given] = (),
        *,
        on_stage: OnStage = unwatched,
        on_text: OnText = unheard,
    ) -> Take:
        """Do what a prompt asks for; `images` are paths, bytes or names of pictures of the project.

        Nobody waits until they are measured; see `take.pictures` and `take.late`. `on_stage` hears how far it
        is, `on_text` source as it is written.
        """
        take = self._asking(on_stage, on_text, images).take(prompt)
        if take.shots:
            self.selected = take.shots[-1].scene_id
        return take

    def accept(self, take: Take | LateFacts | str) -> tuple[Done, ...]:
        """Save what a take, the one of that message, or late facts offer: `take.steps`, `take.late`."""
        named = self.workspace.messages.named(self.project_id, take) if isinstance(take, str) else None
        late = self.pictures.offered_in(take, named)
        if late is not None:
            done = self._do(self.pictures.offer(late))
            self.pictures.settle(late, "accepted", done.scene.revision if done.scene else None)
            return (done,)
        assert not isinstance(take, LateFacts)
        return tuple(self._do(offer) for offer in offers_of(take, named))

    def facts(self, name: str) -> ImageFacts:
        """Return what was measured in a picture of the project; raises InputError while it is not there."""
        return self.pictures.facts(name)

    def _looking(self, images: Sequence[str], selected: str | int | None) -> Asking:
        held = [self.workspace.assets.get(self.project_id, name) for name in images]
        scene = None if selected is None else self.scene(selected).id
        return self._asking(unwatched, images=held, selected=scene)

    def _asking(
        self,
        on_stage: OnStage,
        on_text: OnText = unheard,
        images: Sequence[Given] = (),
        selected: str | None = None,
    ) -> Asking:
        painter, it = TakePainter(self._still, self.clip), selected or self.selected
        return Asking(self.workspace, self._performer, it, painter, on_stage, on_text, self.memory, images)

    def do(self, action: act.Action) -> Done:
        """Do one action by hand; see `workbench.studio.actions`. What a save changes teaches `memory`."""
        if not isinstance(action, act.SaveScene):
            return self._do(action)
        before = self.preview(action.scene)
        done = self._do(action)
        if done.scene is not None:
            self.memory.see(before, done.checked, done.scene)
        return done

    def _do(self, action: act.Action) -> Done:
        done = self._performer.do(action)
        if done.scene is not None and done.scene.deleted_at is None:
            self.selected = done.scene.id
        return done

    def add_scene(self, **fields: Any) -> Done:
        """Add a scene: `template=` and `params=`, or `source=`; `name=`, `duration_seconds=`, `position=`."""
        return self.do(act.read_action({"kind": "add_scene", **fields}))

    def save_scene(self, reference: str | int, **fields: Any) -> Done:
        """Save a scene's `source=`, `params=`, `name=` or `duration_seconds=` as its next revision."""
        return self.do(act.read_action({"kind": "save_scene", "scene": str(reference), **fields}))

    def add_picture(self, content: bytes | str | Path, name: str = "") -> Asset:
        """Bring in PNG, JPEG, WebP, GIF, AVIF or SVG by bytes or path; source shows it with `image(name)`."""
        return add_picture(self.workspace, self.project_id, content, name)

    def undo(self) -> Done:
        """Take back the last change."""
        return self.do(act.Undo())

    def redo(self) -> Done:
        """Do again what was taken back."""
        return self.do(act.Redo())

    def check(self, reference: str | int) -> Checked:
        """Return a scene's graph and findings."""
        return self._performer.judge(self.scene(reference))

    def preview(self, reference: str | int, **changed: Any) -> Checked:
        """Return how a scene would turn out with other `source=`, `params=` or `duration_seconds=`."""
        return self.workspace.evaluator.checked(self._performer.draft(self.scene(reference), **changed))

    def last_good(self, reference: str | int) -> Checked | None:
        """Return the newest revision of a scene that can be painted; None when there is none."""
        scene = self.scene(reference)
        for revision in self.workspace.scenes.revisions(scene.id)[:LAST_GOOD_LOOKED_AT]:
            checked = self.workspace.evaluator.checked(
                self._performer.draft(
                    scene,
                    source=revision.source,
                    params=revision.params,
                    duration_seconds=revision.duration_seconds,
                    excerpt=revision.excerpt,
                )
            )
            if checked.ok:
                return checked
        return None

    def frame(self, reference: str | int, number: int = 0, *, height: int = 720) -> Picture:
        """Return one frame of a scene."""
        scene = self.scene(reference)
        return self._still(self._performer.judge(scene), scene.name, number, height)

    def picture(self, checked: Checked, name: str, number: int, *, height: int = 720) -> Picture:
        """Return one frame of any state of a scene, such as one that `preview` or `last_good` gave."""
        return self._still(checked, name, number, height)

    def video(self, reference: str | int | None = None, *, height: int = 360) -> Clip:
        """Return a scene, or the whole project, as a clip that plays in the notebook.

        A scene that cannot be painted raises SceneBroken; in the whole project it shows a marked card.
        """
        if reference is None:
            return preview_film(self.workspace, self._performer, height)
        scene = self.scene(reference)
        return self.clip(self._performer.judge(scene), scene.name, height)

    def card(self) -> str:
        """Return the project as HTML that needs no script: its scenes with a picture each."""
        return project_card(self.name, str(self.format), [self._cell(scene) for scene in self.scenes])

    def export(
        self,
        path: str | Path | None = None,
        *,
        quality: str = "good",
        kind: FilmKind | None = None,
        broken: Broken = "refuse",
        on_progress: OnProgress | None = None,
        cancel: Cancel | None = None,
    ) -> FilmReport:
        """Render the whole project to a file (default: an MP4 in the data folder's `exports`)."""
        exports = self.workspace.settings.data / "exports"
        target = Path(path) if path else exports / f"{file_name(self.name)}.mp4"
        return export_film(
            self.workspace,
            self._performer,
            target,
            quality=quality,
            kind=kind,
            broken=broken,
            on_progress=on_progress,
            cancel=cancel,
        )

    def export_job(self, path: str | Path | None = None, **options: Any) -> Job:
        """Ask for the film without waiting for it; options as for `Work.export`, see `studio.jobs`."""
        chosen = options.pop("scenes", None)
        scenes = self.scenes if chosen is None else tuple(self.scene(each) for each in chosen)
        return self.jobs.export(scenes, path, **options)

    def performance(self, *, hours: float = 24) -> Report:
        """Return how fast, how often and at what price this project was worked on; see `Report`."""
        return self.workspace.performance_report(hours=hours, project_id=self.project_id)

    def on(self, listener: Callable[[Event], None], name: str | None = None) -> Callable[[], None]:
        """Call `listener` for every event of this project (or of one `name`); returns the way to stop."""

        def mine(event: Event) -> None:
            if event.project_id == self.project_id:
                listener(event)

        stop = self.workspace.bus.on(name, mine)
        self._listening.append(stop)
        return stop

    def close(self) -> None:
        """Stop listening, and close the workspace when this studio opened it."""
        self.closed = True
        for stop in self._listening:
            stop()
        self._listening.clear()
        if self._owns:
            self.workspace.close()

    def __enter__(self) -> Studio:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        count = len(self.scenes)
        return f"Studio({self.name!r}, {self.format}, {count} {'scene' if count == 1 else 'scenes'})"

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        live = self.view(self) if self.view else {}
        return {"text/plain": repr(self), "text/html": self.card(), **live}

    def _cell(self, scene: Scene) -> SceneCell:
        caption = f"{scene.position} {scene.name} · {scene.duration_seconds:g} s"
        try:
            checked = self.check(scene.id)
            if not checked.ok:
                return SceneCell(scene.name, caption, trouble=str(checked.findings[0]))
            middle = checked.painted(scene.name).frames // 2
            return SceneCell(scene.name, caption, self.frame(scene.id, middle, height=FRAME_HEIGHT))
        except WorkbenchError as error:
            return SceneCell(scene.name, caption, trouble=str(error))

    def _still(self, checked: Checked, name: str, number: int, height: int) -> Picture:
        source = self._source(checked, name)
        data = self.workspace.renderer.still(source, number, height)
        return Picture(data, "image/jpeg", f"{name}, frame {number}")

    def clip(self, checked: Checked, name: str, height: int = 360) -> Clip:
        """Return any state of a scene, such as one that `preview` gave, as a clip."""
        source = self._source(checked, name)
        poster = self._still(checked, name, source.frames // 2, height)
        data = self.workspace.renderer.preview(source, height).content
        return Clip(data, poster, name, checked.draft.duration_seconds)

    def _source(self, checked: Checked, name: str) -> Source:
        checked.painted(name)
        assert checked.graph is not None
        return source_of(checked.graph, name, checked.draft.assets.sources)


def open_studio(
    name: str,
    format: str | Format | None = None,  # noqa: A002 - the user's word
    *,
    workspace: Workspace | None = None,
) -> Studio:
    """Open a project by name, or begin it in a `format` such as "9:16"; InputError when it has another."""
    shape = Format.parse(format) if isinstance(format, str) else format
    room = workspace or Workspace()
    try:
        project = room.project(name, shape, create=True)
        refuse_other_format(project, format)
        return Studio(room, project, owns_workspace=workspace is None)
    except BaseException:
        if workspace is None:
            room.close()
        raise
