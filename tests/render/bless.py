"""Paint the blessed pictures anew: `python -m tests.render.bless`, then look at every one that changed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

from tests.render.compare import likeness
from tests.render.corpus import ASSETS, SCENES
from workbench.render.still import render_frame
from workbench.scene.format import Format

FOLDER = Path(__file__).with_name("blessed")
FORMAT = Format(320, 180)


def blessed_path(name: str) -> Path:
    """Return where a scene's blessed picture lies."""
    return FOLDER / f"{name.replace(', ', ' ').replace(' ', '_')}.png"


def painted(name: str) -> np.ndarray:
    """Return a scene as it is painted now, RGB."""
    return render_frame(SCENES[name], 0, FORMAT, ASSETS)[..., [2, 1, 0]]


def main() -> None:
    """Write every picture that differs from its blessed one, and say which."""
    FOLDER.mkdir(exist_ok=True)
    for name in SCENES:
        path, picture = blessed_path(name), painted(name)
        if path.exists() and likeness(np.asarray(Image.open(path)), picture).psnr >= 99:
            continue
        Image.fromarray(picture).save(path, optimize=True)
        print(f"blessed {path.name}")


if __name__ == "__main__":
    main()
