"""A process that runs an experiment until it is done, or killed: data folder, server, name."""

import sys
from pathlib import Path

from tests.experiments.conftest import connected
from workbench.experiments.opening import open_experiment
from workbench.studio.workspace import Workspace

if __name__ == "__main__":
    folder, url, name = sys.argv[1:]
    with Workspace(connected(Path(folder), url)) as workspace, open_experiment(workspace, name) as experiment:
        experiment.run(threads=3)
