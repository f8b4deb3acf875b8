"""The easel of the product: graphs are staged, fonts loaded and pictures painted with Skia."""

from __future__ import annotations

import hashlib
import json
from collections import OrderedDict
from collections.abc import Mapping
from pathlib import Path

from workbench.render.assets import Assets
from workbench.render.frames import Buffer, PaintFrame
from workbench.render.shaping import HarfbuzzMeasure
from workbench.render.still import render_frame
from workbench.scene.format import Format
from workbench.scene.graph import Graph
from workbench.scene.stage import stage
from workbench.scene.staged import Staged

KEPT_SCENES = 8
"""How many staged scenes stay in memory; about a megabyte for a hundred nodes and five seconds."""


class SkiaEasel:
    """Keeps the scenes painted last, so that the next frame of one costs only its painting."""

    def __init__(self) -> None:
        self._staged: OrderedDict[bytes, Staged] = OrderedDict()

    def scene(self, graph_json: bytes, assets: Mapping[str, bytes | Path], picture: Format) -> PaintFrame:
        pictures = Assets(assets)
        staged = self._stage(graph_json, pictures)

        def paint(number: int, out: Buffer) -> None:
            render_frame(staged, number, picture, pictures, out)

        return paint

    def _stage(self, graph_json: bytes, pictures: Assets) -> Staged:
        sizes = repr(sorted((name, pictures.size(name)) for name in pictures.sources))
        key = hashlib.sha256(graph_json + sizes.encode()).digest()
        if key not in self._staged:
            self._staged[key] = stage(Graph.from_json(json.loads(graph_json)), HarfbuzzMeasure(pictures))
            while len(self._staged) > KEPT_SCENES:
                self._staged.popitem(last=False)
        self._staged.move_to_end(key)
        return self._staged[key]
