"""The dashboard's tile in JupyterLab's launcher: `jupyter-server-proxy` starts it and guards it.

It listens on a unix socket, so that it is reached through Jupyter's own login alone.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

NAME = "workbench-dashboard"
START_SECONDS = 60
_RUN = "from workbench.cli.main import main; main()"


def dashboard_tile() -> dict[str, Any]:
    """Return what jupyter-server-proxy wants to know."""
    return {
        "command": [
            *(sys.executable, "-c", _RUN, "dashboard"),
            *("--socket", "{unix_socket}", "--prefix", "{base_url}" + NAME),
        ],
        "unix_socket": True,
        "absolute_url": True,
        "timeout": START_SECONDS,
        "new_browser_tab": False,
        "launcher_entry": {
            "title": "Operations",
            "icon_path": str(Path(__file__).with_name("lab_tile.svg")),
            "category": "Other",
            "path_info": f"{NAME}/now",
        },
    }
