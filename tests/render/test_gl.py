import os
import platform
import subprocess
import sys

import pytest

from workbench.errors import EnvironmentFault
from workbench.render import gl

linux_only = pytest.mark.parametrize("library", gl.LIBRARIES)

PAINT_WITHOUT_GL = """
from workbench.render import gl
print(",".join(gl.prepare()))
from workbench.render.skialib import skia
surface = skia.Surface(8, 8)
surface.getCanvas().clear(0xFF112233)
print(surface.toarray()[0, 0].tolist())
"""


@pytest.mark.slow
def test_skia_paints_where_opengl_is_absent(tmp_path):
    """With libraries that cannot be loaded, the stand-ins are taken and skia paints."""
    for library in gl.LIBRARIES:
        (tmp_path / library).write_text("not a library")
    done = subprocess.run(
        [sys.executable, "-c", PAINT_WITHOUT_GL],
        env={**os.environ, "LD_LIBRARY_PATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.split("\n")[:2] == ["libEGL.so.1,libGL.so.1", "[51, 34, 17, 255]"], done.stderr


@linux_only
@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
def test_every_processor_has_its_stand_ins(library, machine):
    """Both are shipped, and are what their name says."""
    head = gl.stub_path(library, machine).read_bytes()[:20]
    assert head[:4] == b"\x7fELF"
    assert int.from_bytes(head[18:20], "little") == {"x86_64": 62, "aarch64": 183}[machine]


def test_an_unknown_processor_is_told_what_to_install(monkeypatch):
    """Without a stand-in the remedy names the packages."""
    monkeypatch.setattr(gl, "is_loadable", lambda library: False)
    monkeypatch.setattr(platform, "machine", lambda: "riscv64")
    with pytest.raises(EnvironmentFault, match="libgl1 libegl1"):
        gl.prepare()
