"""The notebooks that `workbench batch NAME` knows by a short name, and where any notebook is found."""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode, read

from workbench.errors import InputError, NotFound

KERNEL = "python3"
"""The kernel of this interpreter; names saved in notebooks belong to the machine they were saved on."""

NAMES = {
    "cleanup": "cleanup",
    "stress": "stress_test",
    "experiment": "experiment",
    "render": "render_project",
}
"""Short name to file name, without the ending."""

_PACKAGE = Path(__file__).parent
_FOLDERS = (_PACKAGE / "notebooks", _PACKAGE.parents[1] / "notebooks" / "batch")


def shipped() -> dict[str, Path]:
    """Return the notebooks that come with the workbench, by short name where they have one."""
    short = {file: name for name, file in NAMES.items()}
    found = {path.stem: path for folder in _FOLDERS for path in sorted(folder.glob("*.ipynb"))}
    return {short.get(stem, stem): path for stem, path in found.items()}


def find(name: str) -> Path:
    """Return the notebook of a short name, or the one at the path `name`."""
    path = Path(name)
    if path.suffix == ".ipynb":
        if not path.is_file():
            raise InputError(f"{name} is no notebook.", remedy="Give the path of an .ipynb file.")
        return path
    known = shipped()
    if name not in known:
        raise NotFound.among("batch notebook", name, known)
    return known[name]


def opened(path: Path) -> NotebookNode:
    """Read a notebook; one that names no kernel, as saved by a tool, is one for Python."""
    try:
        notebook: NotebookNode = read(path, as_version=4)
    except Exception as wrong:
        raise InputError(
            f"{path.name} is no notebook: {wrong}.", remedy="Save it again from Jupyter."
        ) from wrong
    notebook.metadata.setdefault(
        "kernelspec", {"name": KERNEL, "display_name": "Python 3", "language": "python"}
    )
    notebook.metadata.setdefault("language_info", {"name": "python"})
    return notebook
