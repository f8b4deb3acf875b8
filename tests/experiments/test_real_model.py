"""The whole way with a real server and a small model whose weights are chance."""

from pathlib import Path

import pytest

from tests.models.real_server import RealServer
from workbench.experiments.opening import open_experiment
from workbench.studio.model_settings import ModelSettings
from workbench.studio.settings import Settings
from workbench.studio.workspace import Workspace


@pytest.mark.slow
def test_a_small_model_is_compared_end_to_end(tmp_path: Path, real_server: RealServer) -> None:
    """Its plans are random and valid, so cells are done, tokens and latency are known, the cost is not."""
    models = ModelSettings(base_url=real_server.url, output_tokens=200, model_seconds=60)
    with (
        Workspace(Settings(data=tmp_path, models=models)) as workspace,
        open_experiment(
            workspace,
            "small",
            variants={"ours": {}, "warm": {"temperature": 1.0, "seed": 3}},
            models=["settings"],
            cases=["a title", "a chart"],
        ) as opened,
    ):
        report = opened.run(threads=2)
        assert report.counts == {"done": 4}
        assert opened.spent.calls >= 4
        assert opened.spent.unpriced_calls == opened.spent.calls
        for cell in opened.cells:
            assert cell.scores
            assert cell.scores["cost_usd"] is None
            assert opened.sent(cell.id)[0][0] == "system"
        before = opened.spent.calls
        opened.run()
        assert opened.spent.calls == before
