"""skia, imported so that it also loads on a machine without OpenGL. Import it from here only."""

from __future__ import annotations

import importlib
from typing import Any

from workbench.render.gl import prepare

prepare()
skia: Any = importlib.import_module("skia")
