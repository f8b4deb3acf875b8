"""One sandbox of short limits for the tests of the language; workers are slow to start and safe to share."""

from workbench.scene.evaluate import Evaluation, evaluate
from workbench.scene.format import Format
from workbench.scene.limits import Limits
from workbench.scene.sandbox import Sandbox

QUICK = Limits(run_seconds=3.0)
_SANDBOX = Sandbox(QUICK, workers=1)


def run(source: str, shape: Format | None = None, **more) -> Evaluation:
    return evaluate(source, shape or Format(), sandbox=_SANDBOX, **more)


def nodes(source: str, shape: Format | None = None, **more):
    """Every node of a source that has to be right, by id."""
    evaluation = run(source, shape, **more)
    assert evaluation.findings == (), [str(finding) for finding in evaluation.findings]
    return {node.id: node for node in evaluation.graph.walk()}


def complaint(source: str, **more) -> tuple[str, str, str]:
    """Code, message and fix of the first finding."""
    finding = run(source, **more).findings[0]
    return finding.code, finding.message, finding.fix
