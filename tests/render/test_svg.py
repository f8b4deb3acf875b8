"""A second opinion: each scene, written as SVG and rendered by resvg, looks like the painted one."""

import io

import numpy as np
import pytest
import resvg_py
from PIL import Image

from tests.render.compare import likeness
from tests.render.corpus import ASSETS, SCENES
from tests.render.svg_canvas import svg_frame
from workbench.render.still import render_frame
from workbench.scene.format import Format

FORMAT = Format(960, 540)
GATE = (34.0, 0.995, 0.01)
WIDER = {
    "sweep": (34.0, 0.990, 0.01),  # SVG has no sweep: it is written as 360 wedges of one colour each
    "image, missing": (34.0, 0.990, 0.01),  # dashes begin at another corner of the rectangle
}


@pytest.mark.slow
@pytest.mark.parametrize("name", SCENES)
def test_another_rasteriser_agrees(name):
    """PSNR, SSIM and the share of pixels that differ visibly stay within the gate."""
    ours = render_frame(SCENES[name], 0, FORMAT, ASSETS)[..., [2, 1, 0]]
    document = svg_frame(SCENES[name], 0, FORMAT, ASSETS)
    theirs = Image.open(io.BytesIO(bytes(resvg_py.svg_to_bytes(svg_string=document)))).convert("RGB")
    found = likeness(ours, np.asarray(theirs))
    psnr, ssim, off = WIDER.get(name, GATE)
    assert found.psnr > psnr, found
    assert found.ssim > ssim, found
    assert found.off < off, found
