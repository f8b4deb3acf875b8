"""Metrics for Prometheus, of everything that is recorded in the data folder; for operators."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from workbench.service.access import TheService
from workbench.service.problems import problem_responses
from workbench.telemetry.metrics import CONTENT_TYPE

router = APIRouter(tags=["operations"])


@router.get(
    "/metrics",
    response_class=Response,
    responses={200: {"content": {"text/plain": {}}}, **problem_responses(401, 403, 429)},
)
def metrics(service: TheService) -> Response:
    """Return counters, histograms and gauges in Prometheus' text format, since the service began."""
    return Response(service.metrics.text(), media_type=CONTENT_TYPE)
