"""Shots packed into a job for a render process."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from workbench.render.process import Job
from workbench.render.quality import Quality
from workbench.render.timeline import Shot, Source
from workbench.scene.format import Format


def pack(
    job: str, shots: Sequence[Shot], picture: Format, quality: Quality | None = None, **data: Any
) -> Job:
    """Return a job that paints `shots`; each source is sent once, files go by path."""
    parts: list[bytes] = []
    places: dict[str, int] = {}
    sources: list[dict[str, Any]] = []

    def place(source: Source) -> int:
        if source.key not in places:
            places[source.key] = len(sources)
            sources.append(_source(source, parts))
        return places[source.key]

    described = [
        {
            "source": place(shot.source),
            "first": shot.first,
            "frames": shot.frames,
            "still": shot.still,
            "kind": shot.kind,
            "over": place(shot.over) if shot.over else None,
            "over_frame": shot.over_frame,
            "over_frames": shot.over_frames,
        }
        for shot in shots
    ]
    head = {"picture": [picture.width, picture.height, picture.fps], "sources": sources, "shots": described}
    extra = {"quality": asdict(quality)} if quality else {}
    return Job(job, {**head, **extra, **data}, tuple(parts), _title(shots))


def _source(source: Source, parts: list[bytes]) -> dict[str, Any]:
    return {
        "name": source.name,
        "graph": _add(source.graph_json, parts),
        "assets": _assets(source.assets, parts),
    }


def _assets(assets: Mapping[str, bytes | Path], parts: list[bytes]) -> dict[str, int | str]:
    return {
        name: str(asset.resolve()) if isinstance(asset, Path) else _add(asset, parts)
        for name, asset in assets.items()
    }


def _add(content: bytes, parts: list[bytes]) -> int:
    parts.append(content)
    return len(parts) - 1


def _title(shots: Sequence[Shot]) -> str:
    names = dict.fromkeys(shot.source.name for shot in shots if shot.source.name)
    return ", ".join(f"scene {name!r}" for name in names) or "a scene"
