"""Everything that changes a project: the studio's own typed actions, one route for all of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Body
from starlette.responses import JSONResponse, Response

from workbench.service.access import OwnStudio
from workbench.service.once import OnceRoute, recoveries
from workbench.service.problems import problem_responses
from workbench.service.state import Service
from workbench.store.tokens import Token
from workbench.studio.actions import AnyAction
from workbench.studio.wire.scenes import DoneSent, check_sent, done_sent, scene_sent

router = APIRouter(
    prefix="/projects/{project}",
    tags=["actions"],
    responses=problem_responses(401, 404, 409, 422, 429),
    route_class=OnceRoute,
)
_EXAMPLES: dict[str, Any] = {
    "add a scene from a template": {"value": {"kind": "add_scene", "template": "title"}},
    "save text": {
        "value": {
            "kind": "save_scene",
            "scene": "1",
            "source": 'text("Hello", size=96, enter=fade())\n',
            "base_revision": 1,
            "why": "shorter",
        }
    },
    "take back the last change": {"value": {"kind": "undo"}},
}


@router.post("/actions")
def do_action(studio: OwnStudio, action: Annotated[AnyAction, Body(openapi_examples=_EXAMPLES)]) -> DoneSent:
    """Do one action. With an `Idempotency-Key`, sending it again does nothing again and answers the same."""
    return done_sent(studio.do(action))


def _recovered(service: Service, caller: Token, facts: Mapping[str, Any]) -> Response:
    """Answer for an action that was done just before the server stopped: how its scene is now."""
    studio = service.studios.studio(caller.user, facts["project_id"])
    change = studio.workspace.history.changes_since(studio.project_id, facts["sequence"] - 1, most=1)[0]
    added = set(change.after.get("order", ())) - set(change.before.get("order", ()))
    touched = [*change.after.get("scenes", {}), *added]
    scene = next((each for each in studio.scenes if each.id in touched), None)
    done = DoneSent(
        action=change.kind,
        told=[f"It was done before ({change.kind.replace('_', ' ')}); this is how the scene is now."],
        sequence=change.sequence,
        scene=scene_sent(scene) if scene else None,
        check=check_sent(studio.check(scene.id)) if scene else None,
    )
    return JSONResponse(done.model_dump(mode="json"))


recoveries["do_action"] = _recovered
