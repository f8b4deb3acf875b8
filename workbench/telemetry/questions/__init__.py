"""The named questions, by their names; `QUESTIONS["operations"].sql` is the SQL that is run."""

from workbench.telemetry.question import Question
from workbench.telemetry.questions.causes import CAUSES
from workbench.telemetry.questions.flow import FLOW
from workbench.telemetry.questions.money import MONEY
from workbench.telemetry.questions.scraped import SCRAPED
from workbench.telemetry.questions.standing import IN_FLIGHT
from workbench.telemetry.questions.work import WORK

QUESTIONS: dict[str, Question] = {
    each.name: each for each in (*FLOW, *MONEY, *CAUSES, *WORK, IN_FLIGHT, *SCRAPED)
}

__all__ = ["QUESTIONS"]
