"""The service's own description (OpenAPI): what FastAPI cannot know by itself is added here."""

from __future__ import annotations

from typing import Any

from workbench.service.access import OPEN_PATHS
from workbench.service.problems import Problem

_KEY: dict[str, Any] = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "Makes sending the request again harmless: it is done once, and answered the same.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[!-~]+$"},
    "example": "7f1c9a52-2b0e-4f6e-9f0d-1c1f6a3b8a11",
}
_TOKEN = {
    "type": "http",
    "scheme": "bearer",
    "description": "A token that `workbench token create` made.",
}
_CHANGING = frozenset({"post", "put", "patch", "delete"})
ONCE_IS_NOTHING = frozenset({"check_variation", "frame_of_variation", "clip_of_variation", "packet", "plan"})
"""Routes that are asked by POST and change nothing."""


def completed(document: dict[str, Any]) -> dict[str, Any]:
    """Return the document with tokens, problem documents and idempotency keys."""
    parts = document.setdefault("components", {})
    parts.setdefault("schemas", {})["Problem"] = Problem.model_json_schema()
    parts["securitySchemes"] = {"token": _TOKEN}
    document["security"] = [{"token": []}]
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            if path in OPEN_PATHS:
                operation["security"] = []
            elif (
                method in _CHANGING
                and operation["operationId"].rsplit("_projects", 1)[0] not in ONCE_IS_NOTHING
            ):
                operation.setdefault("parameters", []).append(_KEY)
    return document
