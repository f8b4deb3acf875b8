"""Where the engines meet: one data folder, opened once, with everything that works on it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import cached_property
from pathlib import Path
from threading import Lock
from types import TracebackType
from typing import TYPE_CHECKING

from workbench.brain.model import Closing, Model, Readying
from workbench.cache import TtlCache
from workbench.clock import Clock, SystemClock
from workbench.errors import InputError, NotFound
from workbench.events import Event, EventBus
from workbench.images.apart import Measurer
from workbench.render.chunk_cache import ChunkCache
from workbench.render.reserve import Reserve
from workbench.render.warm import WarmRenderer
from workbench.scene.format import Format
from workbench.scene.sandbox import Sandbox
from workbench.store.analyses import Analyses
from workbench.store.assets import Assets
from workbench.store.facts_waiting import LATE_FACTS
from workbench.store.history import History
from workbench.store.jobs import Jobs
from workbench.store.messages import Messages
from workbench.store.object_blobs import blobs_at
from workbench.store.projects import Projects
from workbench.store.scenes import Scenes
from workbench.store.values import Project
from workbench.studio.analysing import (
    HOT_SECONDS,
    IMAGE_FACTS,
    MOST_HOT,
    Analysing,
    HotFacts,
    analyst,
    measured_here,
)
from workbench.studio.background import FILMS, LATE, PICTURES, Background
from workbench.studio.describing import DESCRIBE, Describing, describer
from workbench.studio.evaluator import Evaluator
from workbench.studio.film_jobs import FILM, FilmRoom, filming
from workbench.studio.measuring import open_telemetry
from workbench.studio.painting import PaintShop
from workbench.studio.settings import Settings
from workbench.studio.sweeping import Sweeper
from workbench.studio.upgrading import open_database
from workbench.templates.registry import Template, problems, template, templates

if TYPE_CHECKING:
    from workbench.telemetry.report import Report

_PATIENCE_SECONDS = 2.0
THUMBNAIL_BYTES = 16 * 2**20


class Workspace:
    """Everything under one data folder; a context manager, and closing it twice is harmless.

    Give it a `model` of your own, or leave it to the settings. `on_failure` hears of listeners that fail.
    """

    def __init__(
        self,
        settings: Settings | None = None,
        *,
        model: Model | None = None,
        clock: Clock | None = None,
        on_failure: Callable[[Event, Exception], None] | None = None,
    ) -> None:
        self.settings = settings or Settings()
        self.clock = clock or SystemClock()
        self._model = model
        self._closes_model = False
        self._choosing = Lock()
        folder = self.settings.data
        self.database = open_database(self.settings, self.clock)
        self.telemetry = open_telemetry(self.settings, self.database)
        self.projects = Projects(self.database)
        self.scenes = Scenes(self.database)
        self.history = History(self.database)
        self.messages = Messages(self.database)
        self.assets = Assets(self.database)
        self.blobs = blobs_at(folder, self.settings.scale.files, "files", self.database)
        self.renders = blobs_at(folder, self.settings.scale.files, "renders", self.database)
        self.blobs.introduce()
        self.renders.introduce()
        self.jobs = Jobs(self.database)
        self.analyses = Analyses(self.database)
        self.analysing = Analysing(self.jobs, self.analyses)
        self.thumbnails: TtlCache[str, bytes] = TtlCache(
            THUMBNAIL_BYTES, HOT_SECONDS, weigh=len, clock=self.clock
        )
        self.hot_facts: HotFacts = TtlCache(MOST_HOT, HOT_SECONDS, clock=self.clock)
        self.reserve = Reserve(self.settings.disk_reserve_bytes)
        cached = folder / "cache" / "chunks"
        self.chunks = ChunkCache(cached, self.settings.chunk_cache_bytes, self.reserve)
        self.bus = EventBus(on_failure)
        self.sandbox = Sandbox(workers=1)
        self.evaluator = Evaluator(self.sandbox, self.settings.evaluations_kept)
        self.renderer = WarmRenderer()
        self._paint_shop = PaintShop(self.settings)
        self.crew = self._paint_shop.crew
        caches = (self.hot_facts, self.thumbnails, self.evaluator)
        self.sweeper = Sweeper(self.database, self.renders, caches)
        self.background = Background(
            self.jobs,
            self.bus.emit,
            self.settings.job_threads,
            lease_seconds=self.settings.jobs.lease_seconds,
            on_start=self.sweeper.start,
        )
        eyes = bool(self.settings.models.model_describe) and (model or self.settings.models.connected)
        self.describing = Describing(self.jobs, self.settings.pictures, bool(eyes))
        self._measurer = Measurer() if self.settings.pictures.apart else None
        facts = self._measurer.facts if self._measurer else measured_here
        measure = analyst(self.blobs, self.analyses, self.hot_facts, facts, self.describing)
        describe = describer(lambda: self.model, self.blobs, self.analyses, self.settings.pictures)
        self.background.add(DESCRIBE, describe, LATE)
        self.background.add(IMAGE_FACTS, measure, PICTURES)
        films = FilmRoom(
            self.scenes, self.evaluator, self.blobs, self.renders, self.chunks, self.crew, self.clock,
            self.bus.emit, self.reserve,
        )  # fmt: skip
        self.background.add(FILM, filming(films), FILMS)
        from workbench.studio.late_facts import applying

        self.background.add(LATE_FACTS, applying(self), LATE)
        self.bus.on("image_facts_ready", lambda _: self.background.follow(LATE_FACTS, DESCRIBE))
        self.background.resume()

    def work(self) -> None:
        """Do background jobs of every kind from now on, whoever asks for them; a service calls it."""
        self.background.work()

    @cached_property
    def model(self) -> Model:
        """Who decides and writes: the model that was given, or the one the settings name."""
        with self._choosing:  # from Python 3.12 on a cached property may be made by two threads at once
            if self._model is None:
                from workbench.studio.choosing import chosen_model

                self._model = chosen_model(self.settings.models, self.bus.emit)
                self._closes_model = True
            return self._model

    def get_ready(self) -> None:
        """Load what the first prompt would wait for; to be called while somebody writes one."""
        if isinstance(self.model, Readying):
            self.model.get_ready(self.templates())

    @property
    def template_folder(self) -> Path:
        """Where the user's own templates lie."""
        return self.settings.own_templates

    def templates(self) -> tuple[Template, ...]:
        """Return every template: the shipped ones and those of the user's own folder."""
        return templates(self.template_folder)

    def template_problems(self) -> tuple[InputError, ...]:
        """Return why files of the user's own folder are not templates."""
        return problems(self.template_folder)

    def template(self, name: str) -> Template:
        """Return the template of that id."""
        return template(name, self.template_folder)

    def project(self, name: str, picture: Format | None = None, *, create: bool = False) -> Project:
        """Return a project by name or id; with `create`, make it when there is none."""
        try:
            return self.projects.get(name)
        except NotFound:
            if not create:
                raise
        shape = picture or Format()
        who = self.settings.user
        return self.projects.create(name, width=shape.width, height=shape.height, fps=shape.fps, who=who)

    def performance_report(self, *, hours: float = 24, project_id: str | None = None) -> Report:
        """Return how fast, how often and at what price everything was, over so many hours until now."""
        return self.telemetry.report(timedelta(hours=hours), project_id=project_id)

    def close(self) -> None:
        """Stop the worker processes, end the model's connections and give the database back."""
        self.sweeper.close()
        self.background.close(_PATIENCE_SECONDS)
        if self._closes_model and isinstance(self._model, Closing):
            self._model.close()
        if self._measurer is not None:
            self._measurer.close()
        self._paint_shop.close()
        self.renderer.close()
        self.sandbox.close()
        self.telemetry.close()
        self.database.close()

    def __enter__(self) -> Workspace:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
