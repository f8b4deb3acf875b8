"""What a run leaves: `data/batch/2026-11-28/141503-render.ipynb`, the same as HTML, and a record in JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from workbench.batch.running import Failure, Ran
from workbench.batch.secrets import Scrubber
from workbench.render.outfile import written

_OFFLINE_PAGE = """
{%- extends "lab/index.html.j2" -%}
{%- block html_head_js -%}{%- endblock -%}
{%- block jupyter_widgets -%}{%- endblock -%}
{%- block html_head_js_mathjax -%}{%- endblock -%}
{%- block html_head_js_mermaidjs -%}{%- endblock -%}
"""
"""JupyterLab's look without the scripts that its page would load from elsewhere."""


def place_for(folder: Path, name: str, now: datetime) -> Path:
    """Return a path for a run's notebook that no earlier run has, by day and time (UTC)."""
    stem = f"{now:%H%M%S}-{name}"
    day = folder / f"{now:%Y-%m-%d}"
    day.mkdir(parents=True, exist_ok=True)
    number = 1
    while True:
        path = day / f"{stem}{'' if number == 1 else f'-{number}'}.ipynb"
        try:
            path.touch(exist_ok=False)
        except FileExistsError:
            number += 1
        else:
            return path


def keep_record(
    ran: Ran, name: str, parameters: Mapping[str, Any], started: datetime, scrubber: Scrubber
) -> dict[str, Any]:
    """Write beside the notebook what ran, with what and how it ended; returns the record."""
    failure = ran.failure
    record = {
        "notebook": name,
        "output": ran.path.name,
        "started": started.isoformat(),
        "seconds": round(ran.seconds, 3),
        "ok": failure is None,
        "parameters": dict(parameters),
        "failure": None if failure is None else asdict(failure),
    }
    text = scrubber.clean_json(json.dumps(record, indent=1, ensure_ascii=False))
    with written(ran.path.with_suffix(".json"), durable=False) as partial:
        partial.write_text(text, encoding="utf-8")
    kept: dict[str, Any] = json.loads(text)
    return kept


def mark_failure(path: Path, failure: Failure) -> None:
    """Put on top of a kept notebook why it ended early, unless papermill has done so."""
    import nbformat

    notebook = nbformat.read(path, as_version=4)
    if any("papermill-error-cell-tag" in cell.metadata.get("tags", ()) for cell in notebook.cells):
        return
    notebook.cells.insert(0, nbformat.v4.new_markdown_cell(f"**This run ended early** in {failure}"))
    with written(path, durable=False) as partial:
        nbformat.write(notebook, str(partial))


def write_html(path: Path) -> Path:
    """Write a kept notebook as one HTML file for readers: no code, nothing loaded from elsewhere."""
    import nbformat
    from nbconvert import HTMLExporter

    exporter = HTMLExporter(
        raw_template=_OFFLINE_PAGE,
        exclude_input=True,
        exclude_input_prompt=True,
        exclude_output_prompt=True,
        embed_images=True,
    )
    html, _ = exporter.from_notebook_node(nbformat.read(path, as_version=4))
    target = path.with_suffix(".html")
    with written(target, durable=False) as partial:
        partial.write_text(html, encoding="utf-8")
    return target
