"""Names that OpenTelemetry gives to what we record, for those who are told of it.

The conventions for generative AI are still in development and their names have changed; ours are kept here,
with the version they were taken from, and nowhere else. There is no standard name for a price, so cost has
one of our own, as have the things only a workbench has.
"""

from __future__ import annotations

GENAI_CONVENTIONS = "semantic-conventions-genai, November 2026 (development)"

OPERATION_NAME = "gen_ai.operation.name"
CHAT = "chat"
MODEL_CALL = "model.call"

ATTRIBUTES = {
    "provider": "gen_ai.provider.name",
    "model": "gen_ai.request.model",
    "input_tokens": "gen_ai.usage.input_tokens",
    "cached_tokens": "gen_ai.usage.cache_read.input_tokens",
    "output_tokens": "gen_ai.usage.output_tokens",
    "error_type": "error.type",
    "cost_usd": "workbench.cost_usd",
    "project_id": "workbench.project.id",
    "scene_id": "workbench.scene.id",
    "user_id": "workbench.user.id",
    "fingerprint": "workbench.error.fingerprint",
    "process": "workbench.process",
}
"""The columns of a row that leave as attributes, by the names they leave under."""

FIRST_TOKEN_SECONDS = "gen_ai.response.time_to_first_chunk"  # noqa: S105 - a name, no password
OWN = "workbench."
"""What all other attributes begin with."""
