"""The workbench for other agents, over the Model Context Protocol.

The tools are the studio's typed actions, prompts, checks, frames and export. Nothing here takes a path:
films land in the data folder's `exports`, under a name that cannot leave it, and are handed out as resources.
What one server may do has limits; what a language model may spend is capped by the settings.
"""

from __future__ import annotations

import json
import re
import threading
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Any, Literal

import anyio
import anyio.from_thread
import anyio.lowlevel
import anyio.to_thread
from mcp.server import MCPServer
from mcp.server.mcpserver import Context, Image
from mcp_types import CallToolResult, ResourceLink, TextContent, ToolAnnotations
from pydantic import Field

from workbench.brain.remote.guide import guide_parts
from workbench.errors import InputError, NotFound
from workbench.render.film import FilmReport
from workbench.render.progress import Progress
from workbench.scene.format import Format
from workbench.service import mcp_views as view
from workbench.service.mcp_actions import add_action_tools
from workbench.service.mcp_faults import readable, told
from workbench.studio.evaluator import Draft
from workbench.studio.studio import Studio
from workbench.studio.take import Take
from workbench.studio.workspace import Workspace

INSTRUCTIONS = """\
A workbench for motion graphics. A project is a list of scenes; a scene is source in a small typed Python
dialect (resource workbench://language). Look with show_project, read_scene, check and frames before and after
you change something. `ask` lets the workbench's own director do what a prompt says; the other tools do
exactly what they are told. Every change can be undone with `undo`. Scenes are named by number, name or id."""

Project = Annotated[str, Field(description="The project's name or id.")]
SceneName = Annotated[str, Field(description="Number, name, id, `first` or `last`.")]
_LOOKS = ToolAnnotations(read_only_hint=True, open_world_hint=False)
_WRITES = ToolAnnotations(read_only_hint=False, destructive_hint=False, open_world_hint=False)
_ASKS = ToolAnnotations(read_only_hint=False, destructive_hint=False, open_world_hint=True)
_FILE_NAME = re.compile(r"[\w][\w .-]{0,79}")
_MEDIA = {"mp4": "video/mp4", "gif": "image/gif"}
_TAKES_KEPT = 50
_FRAMES_A_REPORT = 10


@dataclass(frozen=True, slots=True)
class Limits:
    """What one server may do: prompts and exports in all, frames in one answer, sizes and lengths."""

    prompts: int = 200
    exports: int = 50
    frames_a_call: int = 6
    frame_height: int = 720
    film_seconds: float = 600.0


class Tools:
    """The tools over one workspace; counts what the limits cap."""

    def __init__(self, workspace: Workspace, limits: Limits) -> None:
        self.workspace = workspace
        self.limits = limits
        self._studios: dict[str, Studio] = {}
        self._takes: dict[str, Take] = {}
        self._used = {"prompts": 0, "exports": 0}
        self._lock = threading.Lock()

    def studio(self, project: str) -> Studio:
        """Return the studio of a project that exists; what agents ask for teaches nothing about its user."""
        found = self.workspace.project(project)
        with self._lock:
            if found.id not in self._studios:
                self._studios[found.id] = Studio(self.workspace, found)
                self._studios[found.id].memory.teachable = False
            return self._studios[found.id]

    def list_projects(self) -> list[view.ProjectView]:
        """List the projects with their scenes."""
        return [view.project_view(self.studio(each.id)) for each in self.workspace.projects.list()]

    def create_project(self, name: str, format: str = "16:9") -> view.ProjectView:  # noqa: A002 - the user's word
        """Make a project; `format` is 16:9, 9:16, 1:1, 4:5, 4:3 or a size such as 1280x720@60."""
        shape = Format.parse(format)
        self.workspace.projects.create(
            name, width=shape.width, height=shape.height, fps=shape.fps, who=self.workspace.settings.user
        )
        return view.project_view(self.studio(name))

    def show_project(self, project: Project) -> view.ProjectView:
        """Show a project: its format and its scenes in order."""
        return view.project_view(self.studio(project))

    def read_scene(self, project: Project, scene: SceneName) -> view.SourceView:
        """Read a scene: source, parameters, length and everything found in it."""
        return view.source_view(self.studio(project), scene)

    def check(self, project: Project, scene: SceneName, source: str | None = None) -> view.CheckView:
        """Check a scene, or how it would turn out with other source, without saving anything."""
        studio = self.studio(project)
        changed = {} if source is None else {"source": source}
        return view.check_view(studio.preview(scene, **changed))

    def check_source(
        self,
        source: str,
        format: str = "16:9",  # noqa: A002 - the user's word
        duration_seconds: Annotated[float, Field(gt=0, le=120)] = 5.0,
    ) -> view.CheckView:
        """Check source that belongs to no project."""
        draft = Draft(source, Format.parse(format), duration_seconds)
        return view.check_view(self.workspace.evaluator.checked(draft))

    def frames(
        self, project: Project, scene: SceneName, seconds: list[float] | None = None, height: int = 360
    ) -> list[Any]:
        """Look at a scene at the given seconds (default: begin, middle and end), as pictures."""
        studio = self.studio(project)
        checked = studio.check(scene)
        painted = checked.painted(studio.scene(scene).name)
        last = painted.frames - 1
        asked = [0.0, last / 2 / studio.format.fps, last / studio.format.fps] if seconds is None else seconds
        if not 1 <= len(asked) <= self.limits.frames_a_call:
            raise InputError(
                f"{len(asked)} frames were asked for.", remedy=f"Ask for 1 to {self.limits.frames_a_call}."
            )
        tall = max(90, min(height, self.limits.frame_height))
        shown: list[Any] = []
        for moment in asked:
            number = max(0, min(last, round(moment * studio.format.fps)))
            picture = studio.picture(checked, studio.scene(scene).name, number, height=tall)
            shown += [
                f"frame {number}, {number / studio.format.fps:.2f} s",
                Image(data=picture.data, format="jpeg"),
            ]
        return shown

    def plan(self, project: Project, prompt: str) -> dict[str, Any]:
        """Say what `ask` would do about a prompt, without doing it."""
        self._count("prompts")
        return self.studio(project).plan(prompt).as_dict()

    async def ask(self, project: Project, prompt: str, ctx: Context) -> view.TakeView:
        """Let the workbench's director do what a prompt says; it tells what was really done."""
        studio = self.studio(project)
        self._count("prompts")
        stage = 0

        def heard(name: str) -> None:
            nonlocal stage
            stage += 1
            anyio.from_thread.run(ctx.report_progress, stage, None, name)

        take = await anyio.to_thread.run_sync(partial(studio.ask, prompt, on_stage=heard))
        with self._lock:
            self._takes[take.message_id] = take
            for old in list(self._takes)[:-_TAKES_KEPT]:
                del self._takes[old]
        return view.take_view(studio, take)

    def accept_take(self, project: Project, take: str) -> list[view.DoneView]:
        """Save what a take offered because it changed more than was asked."""
        if take not in self._takes:
            raise NotFound.among("take", take, self._takes)
        return [view.done_view(done) for done in self.studio(project).accept(self._takes[take])]

    async def export(
        self,
        project: Project,
        ctx: Context,
        name: str = "film",
        kind: Literal["mp4", "gif"] = "mp4",
        quality: Literal["draft", "good", "final", "low", "medium", "high"] = "good",
        skip_broken: bool = False,
    ) -> Annotated[CallToolResult, view.FilmView]:
        """Render the whole project to a film, and give a link to it. Reports progress in frames."""
        studio = self.studio(project)
        target = self._target(studio, name, kind)
        self._count("exports")
        report = await _rendered(studio, target, quality, "skip" if skip_broken else "refuse", ctx)
        size = target.stat().st_size
        uri = f"project://{studio.project_id}/exports/{target.name}"
        film = view.FilmView(
            uri=uri, seconds=report.seconds, frames=report.frames, bytes=size, skipped=list(report.skipped)
        )
        link = ResourceLink(uri=uri, name=target.name, mime_type=_MEDIA[kind], size=size)
        text = TextContent(text=f"Wrote {report.seconds:g} s as {uri}")
        return CallToolResult(content=[text, link], structured_content=film.model_dump())

    def list_templates(self) -> list[view.TemplateView]:
        """List the templates that `add_scene` and `apply_template` know."""
        return [view.template_view(each) for each in self.workspace.templates()]

    def project_json(self, project: str) -> str:
        """A project as JSON."""
        return self.show_project(project).model_dump_json(indent=1)

    def scene_source(self, project: str, scene: str) -> str:
        """The source of a scene."""
        return self.studio(project).scene(scene).source

    def film(self, project: str, name: str) -> bytes:
        """A film that `export` wrote."""
        path = self._folder(self.studio(project)) / _safe(name)
        if not path.is_file():
            raise NotFound.among("film", name, [each.name for each in path.parent.glob("*.*")])
        return path.read_bytes()

    def templates_json(self) -> str:
        """The templates as JSON."""
        return json.dumps([each.model_dump() for each in self.list_templates()], ensure_ascii=False)

    def language(self) -> str:
        """The scene language: rules, every function, worked examples."""
        return "\n\n".join(part.text for part in guide_parts())

    def _folder(self, studio: Studio) -> Path:
        return self.workspace.settings.data / "exports" / studio.project_id

    def _target(self, studio: Studio, name: str, kind: str) -> Path:
        seconds = sum(scene.duration_seconds for scene in studio.scenes)
        if seconds > self.limits.film_seconds:
            raise InputError(
                f"The film would last {seconds:g} s.", remedy=f"At most {self.limits.film_seconds:g} s here."
            )
        target = self._folder(studio) / f"{_safe(name).removesuffix(f'.{kind}')}.{kind}"
        target.parent.mkdir(parents=True, exist_ok=True)
        return target

    def _count(self, what: str) -> None:
        most = getattr(self.limits, what)
        with self._lock:
            if self._used[what] >= most:
                raise InputError(
                    f"This server has used its {most} {what}.", remedy="Start it anew, with a higher limit."
                )
            self._used[what] += 1


def build_server(workspace: Workspace, limits: Limits | None = None) -> MCPServer:
    """Return an MCP server over a workspace; whoever opened the workspace closes it."""
    tools = Tools(workspace, limits or Limits())
    server = MCPServer(
        "workbench",
        title="Motion graphics workbench",
        instructions=INSTRUCTIONS,
        version=version("workbench"),
        log_level="WARNING",
    )
    for look in (
        tools.list_projects,
        tools.show_project,
        tools.read_scene,
        tools.check,
        tools.check_source,
        tools.list_templates,
    ):
        server.add_tool(told(look), annotations=_LOOKS)
    server.add_tool(told(tools.frames), annotations=_LOOKS, structured_output=False)
    server.add_tool(told(tools.plan), annotations=ToolAnnotations(read_only_hint=True, open_world_hint=True))
    server.add_tool(told(tools.ask), annotations=_ASKS)
    for write in (tools.create_project, tools.accept_take, tools.export):
        server.add_tool(told(write), annotations=_WRITES)
    add_action_tools(server, tools.studio)
    _add_resources(server, tools)
    return server


def _add_resources(server: MCPServer, tools: Tools) -> None:
    server.resource("workbench://language", mime_type="text/markdown")(readable(tools.language))
    server.resource("workbench://templates", mime_type="application/json")(readable(tools.templates_json))
    server.resource("project://{project}", mime_type="application/json")(readable(tools.project_json))
    server.resource("project://{project}/scenes/{scene}", mime_type="text/plain")(
        readable(tools.scene_source)
    )
    server.resource("project://{project}/exports/{name}", mime_type="application/octet-stream")(
        readable(tools.film)
    )


async def _rendered(
    studio: Studio, target: Path, quality: str, broken: Literal["skip", "refuse"], ctx: Context
) -> FilmReport:
    """Render in a thread; the client's cancelling stops the render within a frame or so."""
    stopped = threading.Event()
    token = anyio.lowlevel.current_token()
    said = 0

    def heard(progress: Progress) -> None:
        nonlocal said
        done = progress.done == progress.total
        if (
            not stopped.is_set()
            and progress.done > said
            and (done or progress.done >= said + _FRAMES_A_REPORT)
        ):
            said = progress.done
            report = partial(ctx.report_progress, progress.done, progress.total)
            anyio.from_thread.run(report, token=token)

    work = partial(
        studio.export, target, quality=quality, broken=broken, on_progress=heard, cancel=stopped.is_set
    )
    try:
        return await anyio.to_thread.run_sync(work, abandon_on_cancel=True)
    except anyio.get_cancelled_exc_class():
        stopped.set()
        raise


def _safe(name: str) -> str:
    """Return a file name that stays in its folder; raises InputError otherwise."""
    if not _FILE_NAME.fullmatch(name) or ".." in name:
        raise InputError(
            f"{name!r} cannot be the name of a film.", remedy="Use letters, digits, spaces, dots and hyphens."
        )
    return name
