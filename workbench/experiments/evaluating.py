"""The evaluations of cells: a scene that this machine could not evaluate says nothing about a model.

Elsewhere it is a finding, which the author reads and asks again. Here it would be counted against whoever
wrote the source, and be paid for with repairs.
"""

from __future__ import annotations

from workbench.errors import EnvironmentFault
from workbench.scene.finding import Finding
from workbench.studio.evaluator import Checked, Draft, Evaluator

_OURS = "sandbox"
_OUR_WORDS = ("The worker that ", "No worker ")


class SureEvaluator(Evaluator):
    """Evaluates as the workbench does, and raises EnvironmentFault where no worker gave an answer."""

    def _work(self, draft: Draft) -> Checked:
        checked = super()._work(draft)
        for finding in checked.findings:
            if _is_ours(finding):
                raise EnvironmentFault(finding.message, remedy="The cell is tried again.")
        return checked


def _is_ours(finding: Finding) -> bool:
    return finding.code == _OURS and finding.message.startswith(_OUR_WORDS)
