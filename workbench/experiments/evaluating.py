"""The evaluations of cells: a scene that this machine could not evaluate says nothing about a model.

Elsewhere it is a finding, which the author reads and asks again. Here it would be counted against whoever
wrote the source, and be paid for with repairs. So a lost worker is no result; and a time limit, which a
crowded machine makes a scene meet too, is one when it is met in the last of a cell's attempts.
"""

from __future__ import annotations

from workbench.errors import EnvironmentFault
from workbench.experiments.seats import Seats
from workbench.scene.finding import Finding
from workbench.scene.sandbox import Sandbox
from workbench.studio.evaluator import Checked, Draft, Evaluator

_LOST, _LATE = "sandbox", "limit-time"
_LOST_WORDS = ("The worker that ", "No worker ")


class SureEvaluator(Evaluator):
    """Evaluates like the workbench; raises EnvironmentFault where another attempt may say otherwise."""

    def __init__(self, sandbox: Sandbox, kept: int, seats: Seats) -> None:
        super().__init__(sandbox, kept)
        self._seats = seats

    def _work(self, draft: Draft) -> Checked:
        checked = super()._work(draft)
        for finding in checked.findings:
            if _is_lost(finding) or (finding.code == _LATE and self._seats.may_try_again):
                raise EnvironmentFault(finding.message, remedy="The cell is tried again.")
        return checked

    def _keep(self, key: str, fresh: Checked) -> None:
        """Keep no time limit: another cell with the same draft has attempts of its own."""
        if all(finding.code != _LATE for finding in fresh.findings):
            super()._keep(key, fresh)


def _is_lost(finding: Finding) -> bool:
    return finding.code == _LOST and finding.message.startswith(_LOST_WORDS)
