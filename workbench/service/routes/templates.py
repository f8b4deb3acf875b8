"""Templates: what `add_scene` and `apply_template` know."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path

from workbench.service.access import OwnWorkspace
from workbench.service.problems import problem_responses
from workbench.studio.wire.work import TemplateSent, template_sent

router = APIRouter(prefix="/templates", tags=["templates"], responses=problem_responses(401, 422, 429))


@router.get("")
def list_templates(own: OwnWorkspace) -> list[TemplateSent]:
    """List the templates, the shipped ones and your own."""
    return [template_sent(each) for each in own.templates()]


@router.get("/{template}", responses=problem_responses(404))
def show_template(
    own: OwnWorkspace, template: Annotated[str, Path(max_length=120, description="Its id or title.")]
) -> TemplateSent:
    """Show one template."""
    return template_sent(own.template(template))
