"""A performance report: its questions by name, and what came back. Moments are written as {"utc": ...}."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pydantic import Field

from workbench.studio.wire.sent import Sent
from workbench.telemetry.question import Answer, Column, Period, Question
from workbench.telemetry.questions import QUESTIONS
from workbench.telemetry.report import Report

_MOMENT = "utc"


class ColumnSent(Sent):
    """A column of an answer; the unit is "ms", "USD", "tokens", "1" for a share, or empty."""

    name: str
    unit: str
    about: str


class AnswerSent(Sent):
    """What came back of one question."""

    about: str
    sql: str
    parameters: dict[str, Any]
    described: list[ColumnSent]
    columns: list[str]
    rows: list[list[Any]]
    seconds: float
    exact: bool
    relative_error: float
    notes: list[str]


class SlowTakeSent(Sent):
    """One of the slowest takes, with its spans."""

    take: dict[str, Any]
    spans: list[dict[str, Any]]


class ReportSent(Sent):
    """How fast, how often, how well and at what price a project was worked on in a period."""

    since: datetime
    until: datetime
    project_id: str | None
    sample: bool
    parts: dict[str, AnswerSent] = Field(description="Answers by the name of their question.")
    slowest: list[SlowTakeSent]


def report_sent(report: Report) -> ReportSent:
    """Return a report to be sent."""
    return ReportSent(
        since=report.period.since,
        until=report.period.until,
        project_id=report.project_id,
        sample=report.sample,
        parts={name: _answer_sent(answer) for name, answer in report.parts.items()},
        slowest=[
            SlowTakeSent(take=_written(take), spans=[_written(each) for each in spans])
            for take, spans in report.slowest
        ],
    )


def report_of(sent: ReportSent) -> Report:
    """Return a report that was sent; it shows itself as one that was made here."""
    return Report(
        Period(sent.since, sent.until),
        sent.project_id,
        {name: _answer(name, each) for name, each in sent.parts.items()},
        tuple((_read(each.take), tuple(_read(span) for span in each.spans)) for each in sent.slowest),
        sent.sample,
    )


def _answer_sent(answer: Answer) -> AnswerSent:
    question = answer.question
    return AnswerSent(
        about=question.about,
        sql=answer.sql,
        parameters=_written(answer.parameters),
        described=[ColumnSent.model_validate(each) for each in question.columns],
        columns=list(answer.columns),
        rows=[[_written_value(value) for value in row] for row in answer.rows],
        seconds=answer.seconds,
        exact=answer.exact,
        relative_error=answer.relative_error,
        notes=list(answer.notes),
    )


def _answer(name: str, sent: AnswerSent) -> Answer:
    told = tuple(Column(each.name, each.unit, each.about) for each in sent.described)
    return Answer(
        QUESTIONS.get(name) or Question(name, sent.about, sent.sql, told),
        sent.sql,
        _read(sent.parameters),
        tuple(sent.columns),
        tuple(tuple(_read_value(value) for value in row) for row in sent.rows),
        sent.seconds,
        sent.exact,
        sent.relative_error,
        tuple(sent.notes),
    )


def _written(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _written_value(value) for name, value in row.items()}


def _read(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _read_value(value) for name, value in row.items()}


def _written_value(value: Any) -> Any:
    return {_MOMENT: value.isoformat()} if isinstance(value, datetime) else value


def _read_value(value: Any) -> Any:
    if isinstance(value, dict) and set(value) == {_MOMENT}:
        return datetime.fromisoformat(value[_MOMENT])
    return value
