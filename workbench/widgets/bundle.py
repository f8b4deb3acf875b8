"""How the widgets' script reaches the page: once, whatever the number of widgets.

A widget's `_esm` is synced for every instance and sent again on every reload of the page; a bundle with an
editor in it is too large for that, and twenty instances would lose every widget on reload. So `_esm` is a
loader of about a kilobyte that asks the kernel for the bundle by message and keeps it for the page.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from workbench.errors import EnvironmentFault

STATIC = Path(__file__).parent / "static"


@dataclass(frozen=True, slots=True)
class Bundle:
    """The widgets' script, a hash of it, and the loader that asks for it by that hash."""

    content: bytes
    key: str
    loader: str


@cache
def bundle(name: str = "workbench") -> Bundle:
    """Return a script that was built into the package: the studio's, or the experiments' `board`."""
    try:
        content = (STATIC / f"{name}.js").read_bytes()
    except OSError as error:
        raise EnvironmentFault(
            f"The widgets' script cannot be read: {error}.",
            remedy="Install the package again, or run `npm ci && npm run build` in workbench/widgets/js.",
        ) from error
    key = hashlib.sha256(content).hexdigest()[:16]
    loader = (STATIC / "loader.js").read_text("utf-8").replace("__BUNDLE__", key)
    return Bundle(content, key, loader)
