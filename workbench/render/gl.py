"""Lets skia load on a machine without OpenGL.

The skia wheel is linked against libGL.so.1 and libEGL.so.1, which a bare server does not have, although
painting on the processor never calls them. Where they are absent two tiny stand-ins of the same names
are loaded first; every function in them returns 0. Their source and build command are in `gl_stubs/`.
"""

from __future__ import annotations

import ctypes
import platform
import sys
from pathlib import Path

from workbench.errors import EnvironmentFault

STUBS = Path(__file__).with_name("gl_stubs")
LIBRARIES = ("libEGL.so.1", "libGL.so.1")


def is_loadable(library: str) -> bool:
    """Tell whether the system's loader finds `library`; it stays loaded when it does."""
    try:
        ctypes.CDLL(library, mode=ctypes.RTLD_GLOBAL)
    except OSError:
        return False
    return True


def stub_path(library: str, machine: str | None = None) -> Path:
    """Return where the stand-in for `library` lies for a processor such as `x86_64` or `aarch64`."""
    return STUBS / (machine or platform.machine()) / library


def prepare() -> tuple[str, ...]:
    """Load stand-ins for what is missing, on Linux only; returns the names that were stood in for.

    Raises `EnvironmentFault` when a library is missing and no stand-in fits this processor.
    """
    if sys.platform != "linux":
        return ()
    missing = tuple(library for library in LIBRARIES if not is_loadable(library))
    for library in missing:
        stub = stub_path(library)
        if not stub.exists():
            raise EnvironmentFault(
                f"{library} is missing and there is no stand-in for {platform.machine()}.",
                remedy="Install it: apt-get install libgl1 libegl1.",
            )
        ctypes.CDLL(str(stub), mode=ctypes.RTLD_GLOBAL)
    return missing
