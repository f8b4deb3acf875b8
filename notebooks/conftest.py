"""Lessons run as tests work in a data folder of their own, never in the reader's."""

import os
import tempfile

import pytest


def pytest_configure(config: pytest.Config) -> None:
    """Give kernels a data folder that goes when the tests are over."""
    folder = tempfile.TemporaryDirectory(prefix="lessons-")
    os.environ["WORKBENCH_DATA"] = folder.name
    config.add_cleanup(folder.cleanup)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let a kernel on a crowded machine be silent for longer than nbval's five seconds after its answer."""
    for item in items:
        if hasattr(item, "output_timeout"):
            item.output_timeout = 120
