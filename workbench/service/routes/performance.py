"""How fast, how often and at what price a project was worked on."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from workbench.service.access import OwnStudio
from workbench.service.problems import problem_responses
from workbench.studio.wire.performance import ReportSent, report_sent

router = APIRouter(
    prefix="/projects/{project}", tags=["performance"], responses=problem_responses(401, 404, 422, 429)
)
MOST_HOURS = 24 * 366


@router.get("/performance")
def performance(
    studio: OwnStudio,
    hours: Annotated[float, Query(gt=0.01, le=MOST_HOURS, description="How far back.")] = 24,
) -> ReportSent:
    """Report about one project; percentiles beyond a day come from hours summed up, and say so."""
    return report_sent(studio.performance(hours=hours))
