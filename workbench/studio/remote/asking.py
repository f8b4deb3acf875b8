"""Sending a prompt to a service, and hearing how far its answer is."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import httpx

from workbench.brain.model import OnText, unheard
from workbench.errors import ModelFailed
from workbench.studio.remote.calling import Calling, error_of
from workbench.studio.remote.listening import messages
from workbench.studio.rewriting import OnStage, unwatched


def asked(calling: Calling, path: str, body: Mapping[str, Any], on_stage: OnStage, on_text: OnText) -> Any:
    """Return the take as it was sent.

    When nobody wants to hear how far it is, the prompt is sent so that a broken connection does not repeat
    it; else as a stream, whose answer is in the conversation when the connection breaks.
    """
    if on_stage is unwatched and on_text is unheard:
        return calling.post(path, dict(body))
    headers = {"Accept": "text/event-stream"}
    try:
        with calling.stream("POST", path, json=dict(body), headers=headers) as answer:
            if not answer.is_success:
                answer.read()
                raise error_of(answer.status_code, json.loads(answer.content or b"{}"))
            for _, name, data in messages(answer.iter_lines()):
                if name == "take":
                    return data
                if name == "problem":
                    raise error_of(data["status"], data)
                if name == "stage":
                    on_stage(data["stage"])
                elif name == "text":
                    on_text(data["text"])
    except httpx.HTTPError as failure:
        raise calling.unreachable(failure) from failure
    raise ModelFailed(
        "The service went away while it answered.",
        remedy="Its answer may be in studio.messages.",
    )
