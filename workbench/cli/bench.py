"""`workbench bench`: measure this machine; every figure is taken in one run, ratios are what counts."""

from __future__ import annotations

import click


@click.group()
def bench() -> None:
    """Measure this machine, against peers where they are installed."""
