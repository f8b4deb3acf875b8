"""What can be set from outside, and the only place that reads the environment.

Every setting is an environment variable with the prefix `WORKBENCH_`: `WORKBENCH_DATA=/srv/wb`,
`WORKBENCH_WORKERS=4`. Nothing is read at import; `Settings()` reads once, when a workspace opens.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from workbench.render.crew import MAX_WORKERS
from workbench.render.reserve import RESERVE_BYTES
from workbench.studio.dashboard_settings import AlertSettings, DashboardSettings
from workbench.studio.environment import EnvironmentSettings
from workbench.studio.job_settings import JobSettings
from workbench.studio.model_settings import ModelSettings
from workbench.studio.picture_settings import PictureSettings
from workbench.studio.scale_settings import ScaleSettings
from workbench.studio.service_settings import ServiceSettings
from workbench.studio.telemetry_settings import TelemetrySettings


def _cores() -> int:
    return min(
        MAX_WORKERS, len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    )


def _data_folder() -> Path:
    """Return `data/` here; below a checkout, the checkout's, so that its notebooks share one."""
    language = Path("workbench", "scene", "language.pyi")
    checkouts = (folder for folder in Path.cwd().parents if (folder / language).is_file())
    return next(checkouts, Path()) / "data"


def throwaway(folder: Path, **more: Any) -> Settings:
    """Return settings of a workspace soon gone: your database, bucket and cluster see nothing of it."""
    apart = {"scale": ScaleSettings(files="", dask=""), "telemetry": TelemetrySettings(files="", otlp="")}
    return Settings(data=folder, database="", **(apart | more))


class Settings(EnvironmentSettings):
    """The settings of one workspace, with good defaults."""

    model_config = SettingsConfigDict(env_prefix="WORKBENCH_", extra="ignore", frozen=True)

    data: Path = Field(
        default_factory=_data_folder, description="Folder of the database, files, caches and exports."
    )
    database: str = Field("", description="Database URL; empty for one SQLite file in the data folder.")
    user: str = Field("local", description="Who is working, as written into the history.")
    workers: int = Field(
        default_factory=_cores, ge=1, le=MAX_WORKERS, description="Processes that render a film."
    )
    job_threads: int = Field(
        1, ge=0, le=16, description="Threads that do background jobs; 0 leaves them to other processes."
    )
    preview_height: int = Field(360, ge=90, le=1080, description="Height of previews in pixels.")
    chunk_cache_bytes: int = Field(2 * 2**30, ge=0, description="Room for encoded pieces of films.")
    disk_reserve_bytes: int = Field(
        RESERVE_BYTES, ge=0, description="Room that films and pictures leave free on a disk; 0: none."
    )
    evaluations_kept: int = Field(64, ge=1, le=4096, description="Evaluated scenes kept in memory.")
    template_folder: Path | None = Field(None, description="Folder of your own templates.")
    jobs: JobSettings = Field(default_factory=JobSettings, description="Background jobs.")
    pictures: PictureSettings = Field(default_factory=PictureSettings, description="Pictures.")
    models: ModelSettings = Field(default_factory=ModelSettings, description="Models and their limits.")
    scale: ScaleSettings = Field(default_factory=ScaleSettings, description="Beyond this machine.")
    dashboard: DashboardSettings = Field(default_factory=DashboardSettings, description="The dashboard.")
    alerts: AlertSettings = Field(default_factory=AlertSettings, description="Rules, and who is told.")
    service: ServiceSettings = Field(default_factory=ServiceSettings, description="How the service serves.")
    telemetry: TelemetrySettings = Field(
        default_factory=TelemetrySettings, description="What is recorded about the work."
    )

    @property
    def own_templates(self) -> Path:
        """Where the user's own templates lie: the folder that was set, or `templates` in the data folder."""
        return self.template_folder or self.data / "templates"

    @property
    def database_url(self) -> str:
        """Where the database is: the address that was set, or the path of the file in the data folder."""
        return self.database or str((self.data / "workbench.db").absolute())
