"""The widgets' script is what its sources say, and its own tests hold."""

import json
import re
import subprocess
from pathlib import Path

import pytest

from workbench.widgets.bundle import STATIC, bundle

JS = Path(__file__).parents[2] / "workbench" / "widgets" / "js"
MOST_BUNDLE_BYTES = 600_000
MOST_LOADER_BYTES = 1600


def node(*command: str) -> None:
    """Run a command in the scripts' folder."""
    subprocess.run(command, cwd=JS, check=True, timeout=120, capture_output=True)


@pytest.mark.slow
def test_building_again_gives_the_same_bytes(tmp_path: Path) -> None:
    """The scripts in the package were built from the sources beside them."""
    built = [tmp_path / name for name in ("workbench.js", "board.js")]
    node("node", "build.mjs", *map(str, built))
    for each in built:
        assert each.read_bytes() == (STATIC / each.name).read_bytes()


@pytest.mark.slow
def test_the_scripts_own_tests_pass() -> None:
    """Vitest finds no fault."""
    done = subprocess.run(
        ["npx", "vitest", "run"], cwd=JS, capture_output=True, text=True, timeout=240, check=False
    )
    assert done.returncode == 0, done.stdout[-3000:]


def test_versions_are_exact_and_the_lock_names_no_address() -> None:
    """Each package is pinned to one version, with a hash and no registry; CodeMirror 5 is not among them."""
    package = json.loads((JS / "package.json").read_text())
    pins = {**package["dependencies"], **package["devDependencies"]}
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in pins.values()), pins
    assert "codemirror" not in pins
    lock = json.loads((JS / "package-lock.json").read_text())
    assert all("resolved" not in each for each in lock["packages"].values())
    assert all(each["integrity"] for name, each in lock["packages"].items() if name)


def test_the_loader_is_small_and_names_the_bundle() -> None:
    """What every widget carries is a loader of about a kilobyte that knows the bundle by its hash."""
    found = bundle()
    assert len(found.loader) < MOST_LOADER_BYTES
    assert found.key in found.loader
    assert len(found.content) < MOST_BUNDLE_BYTES
