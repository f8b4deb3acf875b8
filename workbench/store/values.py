"""What the store gives and takes: plain values, never rows that are still tied to a database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

Role = Literal["user", "assistant", "note"]
SceneStatus = Literal["unchecked", "ready", "broken"]


@dataclass(frozen=True, slots=True)
class User:
    """Somebody who owns projects."""

    id: str
    name: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Project:
    """An ordered list of scenes with one format; `sequence` is the number of its last change."""

    id: str
    user_id: str
    name: str
    width: int
    height: int
    fps: int
    settings: Mapping[str, Any]
    sequence: int
    created_at: datetime
    updated_at: datetime
    deleted_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class NewScene:
    """A scene to be added; without a name it becomes `Scene N+1`."""

    source: str
    name: str | None = None
    params: Mapping[str, Any] = field(default_factory=dict)
    duration_seconds: float = 5.0
    transition: Mapping[str, Any] = field(default_factory=dict)
    excerpt: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Scene:
    """A scene as it is now; `position` counts from 1 and is None while the scene is deleted.

    `excerpt` is empty for a scene that plays its source from beginning to end. What a split left of one has
    `begin_seconds`, where in the performance it begins, and `of_seconds`, how long the performance is.
    """

    id: str
    project_id: str
    position: int | None
    name: str
    source: str
    params: Mapping[str, Any]
    duration_seconds: float
    transition: Mapping[str, Any]
    excerpt: Mapping[str, Any]
    revision: int
    status: SceneStatus
    created_at: datetime
    updated_at: datetime
    deleted_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Revision:
    """One saved state of a scene: what it held, by whom and why; `base` is the number it came from."""

    scene_id: str
    number: int
    name: str
    source: str
    params: Mapping[str, Any]
    duration_seconds: float
    transition: Mapping[str, Any]
    excerpt: Mapping[str, Any]
    who: str
    why: str
    base: int | None
    pinned: bool
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Message:
    """One line of a project's conversation; `number` counts from 1 without gaps."""

    id: str
    project_id: str
    number: int
    role: Role
    text: str
    take: Mapping[str, Any] | None
    scene_id: str | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Said:
    """The words of a message alone; `number` is the message's."""

    number: int
    role: Role
    text: str


@dataclass(frozen=True, slots=True)
class Asset:
    """A named file of a project; its bytes lie in the blob store under `sha256`."""

    id: str
    project_id: str
    name: str
    sha256: str
    media_type: str
    width: int | None
    height: int | None
    bytes: int
    created_at: datetime
    deleted_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """One step of a project's history; `sequence` counts from 1 without gaps.

    `before` and `after` hold only what the step touched: `project` (fields), `order` (ids of the living
    scenes), `scenes` (id to revision number) and `assets` (id to name, or None when deleted). An undo or
    redo names the step it `reverses`; a step that is undone names its undo in `undone_by`.
    """

    project_id: str
    sequence: int
    kind: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    who: str
    why: str
    created_at: datetime
    undone_by: int | None = None
    reverses: int | None = None
