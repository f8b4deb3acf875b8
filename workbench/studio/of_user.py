"""A workspace as one of its users sees it: their projects and templates, everybody's engines."""

from __future__ import annotations

from typing import Any

from workbench.store.projects import LOCAL_USER, Projects
from workbench.store.users import Users
from workbench.store.values import User
from workbench.studio.workspace import Workspace

_OWN = frozenset(
    {
        "projects",
        "settings",
        "project",
        "template_folder",
        "templates",
        "template",
        "close",
        "__class__",
        "__dict__",
        "__enter__",
        "__exit__",
    }
)
"""What a user has for himself; everything else, also what is added to workspaces later, is shared."""


class UserWorkspace(Workspace):
    """The workspace of one user; closing it leaves the shared one open."""

    def __init__(self, shared: Workspace, user: User) -> None:
        folder = shared.settings.own_templates
        own = folder if user.id == LOCAL_USER else folder / "of" / user.id
        state = self.__dict__
        state["_shared"] = shared
        state["projects"] = Projects(shared.database, user.id)
        state["settings"] = shared.settings.model_copy(update={"user": user.name, "template_folder": own})

    def __getattribute__(self, name: str) -> Any:
        if name in _OWN:
            return object.__getattribute__(self, name)
        return getattr(object.__getattribute__(self, "__dict__")["_shared"], name)

    def close(self) -> None:
        """Leave the shared workspace open; whoever opened it closes it."""


def workspace_of(shared: Workspace, user: User) -> Workspace:
    """Return the workspace as `user` sees it: his projects, his name in the history, his templates."""
    return UserWorkspace(shared, user)


def workspace_of_project(shared: Workspace, project_id: str) -> Workspace:
    """Return the workspace of the user who owns a project; background work on it happens there."""
    owner = shared.projects.by_id(project_id).user_id
    if owner == shared.projects.user_id:
        return shared
    return workspace_of(shared, Users(shared.database).get(owner))
