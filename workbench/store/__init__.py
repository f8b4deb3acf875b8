"""Rows and files: projects, scenes, their history, conversation and assets. Every write goes through here."""

from workbench.store import rows_alerts as _rows_alerts  # noqa: F401 - tells `metadata` its table
from workbench.store import rows_lifecycle as _rows_lifecycle  # noqa: F401 - tells `metadata` its table
from workbench.store import rows_telemetry as _rows_telemetry  # noqa: F401 - tells `metadata` its table
from workbench.store.assets import Assets
from workbench.store.blobs import Blobs
from workbench.store.database import Database, Health
from workbench.store.folder import FolderProject, export_project, import_project, read_folder
from workbench.store.history import History
from workbench.store.messages import Messages
from workbench.store.projects import Projects
from workbench.store.scenes import Scenes
from workbench.store.tokens import Token, Tokens
from workbench.store.users import Users
from workbench.store.values import (
    Asset,
    Change,
    Message,
    NewScene,
    Project,
    Revision,
    Role,
    Scene,
    SceneStatus,
    User,
)

__all__ = [
    "Asset",
    "Assets",
    "Blobs",
    "Change",
    "Database",
    "FolderProject",
    "Health",
    "History",
    "Message",
    "Messages",
    "NewScene",
    "Project",
    "Projects",
    "Revision",
    "Role",
    "Scene",
    "SceneStatus",
    "Scenes",
    "Token",
    "Tokens",
    "User",
    "Users",
    "export_project",
    "import_project",
    "read_folder",
]
