"""A project at a service, opened: what an author types is the same as with a studio of one's own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from workbench.brain.model import OnText, unheard
from workbench.brain.plan import Plan
from workbench.errors import Conflict, WorkbenchError
from workbench.events import Event
from workbench.images.values import ImageFacts
from workbench.naming import file_name
from workbench.render.film import Broken, FilmKind, FilmReport
from workbench.render.process import Cancel
from workbench.render.progress import OnProgress
from workbench.scene.excerpt import Excerpt
from workbench.scene.format import Format
from workbench.store.jobs import Job
from workbench.store.values import Asset, Change, Message, Project, Revision, Scene
from workbench.studio import actions as act
from workbench.studio.bringing import Given
from workbench.studio.cards import FRAME_HEIGHT, SceneCell, note, project_card
from workbench.studio.evaluator import Checked, Draft
from workbench.studio.late_values import LateFacts
from workbench.studio.packet_card import PacketTold
from workbench.studio.performing import Done
from workbench.studio.references import scene_of
from workbench.studio.remote.asking import asked
from workbench.studio.remote.calling import Calling
from workbench.studio.remote.differences import ABSENT
from workbench.studio.remote.listening import Listening
from workbench.studio.remote.memory import RemoteMemory
from workbench.studio.remote.pictures import RemotePictures
from workbench.studio.remote.prompts import RemotePrompts
from workbench.studio.remote.values import FarChecked, checked_of, job_of, packet_of, plan_of, take_of
from workbench.studio.remote.work import RemoteWork
from workbench.studio.rewriting import OnStage, unwatched
from workbench.studio.shaping import refuse_other_format
from workbench.studio.showing import Clip, Picture
from workbench.studio.take import Take, TakePainter
from workbench.studio.wire import scenes as sent
from workbench.studio.wire.talk import MessageSent, PacketSent, TakeSent
from workbench.studio.wire.work import JobSent

if TYPE_CHECKING:
    from workbench.telemetry.report import Report

LAST_GOOD_LOOKED_AT = 20


class RemoteStudio:
    """One project, kept by a service; the methods of `Studio`, and the same values from them.

    Graphs and geometry stay at the service: a check has its findings and length, not its `graph`.
    """

    def __init__(self, calling: Calling, project_id: str) -> None:
        self.project_id = project_id
        self.selected: str | None = None
        self.closed = False
        self.view: Callable[[RemoteStudio], dict[str, Any]] | None = None
        self._calling = calling
        self._path = f"/projects/{project_id}"
        self._listening = Listening(calling, project_id)
        self._painter = TakePainter(self._still, self.clip)
        self.memory = RemoteMemory(calling, self._path)
        self.pictures = RemotePictures(calling, self._path)
        self.prompts = RemotePrompts(calling, self._path)
        self.jobs = RemoteWork(calling, self._path)

    @property
    def url(self) -> str:
        """Where the service is."""
        return self._calling.url

    @property
    def project(self) -> Project:
        """The project as it is kept now."""
        return project_of(self._calling.get(self._path))

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
        found = self._calling.get(f"{self._path}/scenes")
        return tuple(sent.SceneSent.model_validate(each).value() for each in found)

    @property
    def messages(self) -> tuple[Message, ...]:
        """The conversation, oldest first; a message never changes."""
        return messages_of(self._calling.get(f"{self._path}/messages"))

    @property
    def history(self) -> tuple[Change, ...]:
        """The project's last changes, newest first."""
        found = self._calling.get(f"{self._path}/history")
        return tuple(Change(**dict(sent.ChangeSent.model_validate(each))) for each in found)

    def scene(self, reference: str | int) -> Scene:
        """Return the scene somebody means."""
        return scene_of(self.scenes, reference)

    def revisions(self, reference: str | int) -> tuple[Revision, ...]:
        """Return a scene's kept revisions, newest first."""
        found = self._calling.get(f"{self._of(self.scene(reference).id)}/revisions")
        return tuple(Revision(**dict(sent.RevisionSent.model_validate(each))) for each in found)

    def packet(
        self,
        prompt: str,
        most_tokens: int | None = None,
        *,
        images: Sequence[str] = (),
        selected: str | int | None = None,
    ) -> PacketTold:
        """Return what a model would be told about a prompt; asks nobody."""
        body = {"most_tokens": most_tokens, **self._prompt(prompt, images, selected)}
        return packet_of(PacketSent.model_validate(self._calling.post(f"{self._path}/packet", body)))

    def plan(self, prompt: str, *, images: Sequence[str] = (), selected: str | int | None = None) -> Plan:
        """Decide what a prompt asks for, without doing it; as `Studio.plan`."""
        return plan_of(self._calling.post(f"{self._path}/plan", self._prompt(prompt, images, selected)))

    def ask(
        self,
        prompt: str,
        images: Sequence[Given] = (),
        *,
        on_stage: OnStage = unwatched,
        on_text: OnText = unheard,
    ) -> Take:
        """Do what a prompt asks for; as `Studio.ask`, with pictures sent from here."""
        body = self._prompt(prompt, self.pictures.bring_in(images), None)
        told = asked(self._calling, f"{self._path}/ask", body, on_stage, on_text)
        take = take_of(TakeSent.model_validate(told), self.format, self._painter, self._later)
        if take.shots:
            self.selected = take.shots[-1].scene_id
        return take

    def accept(self, take: Take | LateFacts | str) -> tuple[Done, ...]:
        """Save what a take, the one of that message, or late facts offer."""
        if isinstance(take, LateFacts):
            path = f"{self._path}/late-facts/{take.job_id}/accept"
        else:
            path = f"{self._path}/takes/{take if isinstance(take, str) else take.message_id}/accept"
        found = self._calling.post(path)
        return tuple(self._done(act.Action(), each) for each in found)

    def facts(self, name: str) -> ImageFacts:
        """Return what was measured in a picture of the project."""
        return self.pictures.facts(name)

    def do(self, action: act.Action) -> Done:
        """Do one action by hand; see `workbench.studio.actions`."""
        body = action.model_dump(mode="json", exclude_none=True)
        return self._done(action, self._calling.post(f"{self._path}/actions", body))

    def add_scene(self, **fields: Any) -> Done:
        """Add a scene: `template=` and `params=`, or `source=`; `name=`, `duration_seconds=`, `position=`."""
        return self.do(act.read_action({"kind": "add_scene", **fields}))

    def save_scene(self, reference: str | int, **fields: Any) -> Done:
        """Save a scene's `source=`, `params=`, `name=` or `duration_seconds=` as its next revision."""
        return self.do(act.read_action({"kind": "save_scene", "scene": str(reference), **fields}))

    def add_picture(self, content: bytes | str | Path, name: str = "") -> Asset:
        """Bring in a picture by bytes or path; source shows it with `image(name)`."""
        return self.pictures.add(content, name)

    def undo(self) -> Done:
        """Take back the last change."""
        return self.do(act.Undo())

    def redo(self) -> Done:
        """Do again what was taken back."""
        return self.do(act.Redo())

    def check(self, reference: str | int) -> Checked:
        """Return a scene's findings and length."""
        scene = self.scene(reference)
        told = sent.CheckSent.model_validate(self._calling.get(f"{self._of(scene.id)}/check"))
        return checked_of(told, self._draft(scene), scene.id, scene.revision)

    def preview(self, reference: str | int, **changed: Any) -> Checked:
        """Return how a scene would turn out with other `source=`, `params=` or `duration_seconds=`."""
        scene = self.scene(reference)
        told = sent.CheckSent.model_validate(self._calling.post(f"{self._of(scene.id)}/check", changed))
        return checked_of(told, self._draft(scene, **changed), scene.id, None)

    def last_good(self, reference: str | int) -> Checked | None:
        """Return the newest revision of a scene that can be painted; None when there is none."""
        scene = self.scene(reference)
        for kept in self.revisions(scene.id)[:LAST_GOOD_LOOKED_AT]:
            told = self._calling.get(f"{self._of(scene.id)}/check", revision=kept.number)
            draft = Draft(
                kept.source,
                self.format,
                kept.duration_seconds,
                kept.params,
                excerpt=Excerpt.of(kept.excerpt),
            )
            found = checked_of(sent.CheckSent.model_validate(told), draft, scene.id, kept.number)
            if found.ok:
                return found
        return None

    def frame(self, reference: str | int, number: int = 0, *, height: int = 720) -> Picture:
        """Return one frame of a scene."""
        scene = self.scene(reference)
        data = self._calling.bytes(f"{self._of(scene.id)}/frames/{number}", height=height)
        return Picture(data, "image/jpeg", f"{scene.name}, frame {number}")

    def picture(self, checked: Checked, name: str, number: int, *, height: int = 720) -> Picture:
        """Return one frame of any state of a scene, such as one that `preview` or `last_good` gave."""
        return self._still(checked, name, number, height)

    def clip(self, checked: Checked, name: str, height: int = 360) -> Clip:
        """Return any state of a scene as a clip."""
        frames = checked.painted(name).frames
        poster = self._still(checked, name, frames // 2, height)
        data = self._painted(checked, "preview", "clip", height=height)
        return Clip(data, poster, name, checked.draft.duration_seconds)

    def video(self, reference: str | int | None = None, *, height: int = 360) -> Clip:
        """Return a scene, or the whole project, as a clip that plays in the notebook."""
        if reference is not None:
            scene = self.scene(reference)
            return self.clip(self.check(scene.id), scene.name, height)
        data = self._calling.bytes(f"{self._path}/preview", height=height)
        scenes = self.scenes
        middle = self.format.frames(scenes[0].duration_seconds) // 2
        poster = Picture(self.frame(1, middle, height=height).data, "image/jpeg", self.name)
        return Clip(data, poster, self.name, sum(each.duration_seconds for each in scenes))

    def card(self) -> str:
        """Return the project as HTML that needs no script: its scenes with a picture each."""
        cells = [self._cell(scene) for scene in self.scenes]
        where = f"Kept at {self.url}."
        return project_card(self.name, str(self.format), cells) + note(where)

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
        """Have the project rendered by the service and bring the film here (default: NAME.mp4)."""
        to, film = Path(path or f"{file_name(self.name)}.mp4"), self.jobs.film
        return film(to, quality=quality, kind=kind, broken=broken, on_progress=on_progress, cancel=cancel)

    def export_job(self, **options: Any) -> Job:
        """Ask for the film without waiting for it: `scenes=`, `file=`, `quality=`, `broken=`, `key=`."""
        return job_of(JobSent.model_validate(self._calling.post(f"{self._path}/exports", options)))

    def performance(self, *, hours: float = 24) -> Report:
        """Return how fast, how often and at what price this project was worked on at the service."""
        from workbench.studio.wire.performance import ReportSent, report_of

        return report_of(
            ReportSent.model_validate(self._calling.get(f"{self._path}/performance", hours=hours))
        )

    def on(self, listener: Callable[[Event], None], name: str | None = None) -> Callable[[], None]:
        """Call `listener` for every event of this project (or of one `name`); returns the way to stop."""
        return self._listening.on(listener, name)

    def close(self) -> None:
        """Stop listening and end the connection; the project stays at the service."""
        self.closed = True
        self._listening.close()
        self.jobs.close()
        self._calling.close()

    def __getattr__(self, name: str) -> Any:
        why = f": {ABSENT[name]}" if name in ABSENT else ""
        raise AttributeError(
            f"A studio at a service has no {name!r}{why}. Open the project where its data folder is for that."
        )

    def __enter__(self) -> RemoteStudio:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        count = len(self.scenes)
        return f"RemoteStudio({self.name!r} at {self.url}, {count} {'scene' if count == 1 else 'scenes'})"

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        live = self.view(self) if self.view else {}
        return {"text/plain": repr(self), "text/html": self.card(), **live}

    def _of(self, scene_id: str) -> str:
        return f"{self._path}/scenes/{scene_id}"

    def _prompt(self, prompt: str, images: Sequence[str], selected: str | int | None) -> dict[str, Any]:
        it = self.selected if selected is None else self.scene(selected).id
        living = {each.id for each in self.scenes} if it else set()
        return {"prompt": prompt, "selected": it if it in living else None, "images": list(images)}

    def _draft(self, scene: Scene, **changed: Any) -> Draft:
        fields = {"source": scene.source, "params": scene.params, "duration_seconds": scene.duration_seconds}
        return Draft(format=self.format, excerpt=Excerpt.of(scene.excerpt), **{**fields, **changed})

    def _done(self, action: act.Action, data: Any) -> Done:
        told = sent.DoneSent.model_validate(data)
        scene = told.scene.value() if told.scene else None
        checked = None
        if scene is not None and told.check is not None:
            checked = checked_of(told.check, self._draft(scene), scene.id, scene.revision)
        if scene is not None and scene.deleted_at is None:
            self.selected = scene.id
        return Done(action, scene, checked, tuple(told.told), told.sequence)

    def _later(self, message_id: str) -> tuple[LateFacts, ...]:
        return tuple(each for each in self.pictures.late if each.message_id == message_id)

    def _still(self, checked: Checked, name: str, number: int, height: int) -> Picture:
        checked.painted(name)
        data = self._painted(checked, f"frames/{number}", "frame", number=number, height=height)
        return Picture(data, "image/jpeg", f"{name}, frame {number}")

    def _painted(self, checked: Checked, kept: str, varied: str, **query: int) -> bytes:
        assert isinstance(checked, FarChecked), "a check of this studio"
        if checked.revision is not None:
            return self._calling.bytes(
                f"{self._of(checked.scene_id)}/{kept}", height=query["height"], revision=checked.revision
            )
        draft, path = checked.draft, f"{self._of(checked.scene_id)}/{varied}"
        body: dict[str, Any] = {"source": draft.source, "duration_seconds": draft.duration_seconds}
        body["params"] = dict(draft.params)
        return self._calling.call("POST", path, query=query, json=body).content

    def _cell(self, scene: Scene) -> SceneCell:
        caption = f"{scene.position} {scene.name} · {scene.duration_seconds:g} s"
        try:
            checked = self.check(scene.id)
            if not checked.ok:
                return SceneCell(scene.name, caption, trouble=str(checked.findings[0]))
            middle = checked.painted(scene.name).frames // 2
            return SceneCell(scene.name, caption, self._still(checked, scene.name, middle, FRAME_HEIGHT))
        except WorkbenchError as error:
            return SceneCell(scene.name, caption, trouble=str(error))


def project_of(data: Any) -> Project:
    """Return a project that was sent."""
    told = dict(sent.ProjectSent.model_validate(data))
    del told["format"]
    return Project(user_id="", settings={}, **told)


def messages_of(data: Any) -> tuple[Message, ...]:
    """Return messages that were sent."""
    return tuple(Message(**dict(MessageSent.model_validate(each))) for each in data)


def open_remote(name: str, format: str | Format | None, calling: Calling) -> RemoteStudio:  # noqa: A002
    """Open a project at a service by name or id, or begin it; InputError when it has another `format`."""
    try:
        found = _found(name, calling)
        if found is None:
            body = {"name": name} if format is None else {"name": name, "format": str(format)}
            try:
                found = project_of(calling.post("/projects", body))
            except Conflict:  # it was made, and the answer was lost when the service stopped
                found = _found(name, calling)
                if found is None:
                    raise
        refuse_other_format(found, format)
        return RemoteStudio(calling, found.id)
    except BaseException:
        calling.close()
        raise


def _found(name: str, calling: Calling) -> Project | None:
    known = [project_of(each) for each in calling.get("/projects")]
    return next((each for each in known if name in (each.id, each.name)), None)
