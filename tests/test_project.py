"""The project's own papers agree with each other."""

import re
import subprocess
import tomllib
from pathlib import Path

import yaml

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
EXTRAS = PROJECT["optional-dependencies"]


def tracked_files() -> list[Path]:
    names = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True)
    return [ROOT / name for name in names.stdout.splitlines() if (ROOT / name).is_file()]


def test_conda_environment_lists_the_same_dependencies() -> None:
    """environment.yml names exactly what pyproject.toml names."""
    environment = yaml.safe_load((ROOT / "environment.yml").read_text())
    listed = environment["dependencies"][-1]["pip"]
    assert sorted(listed) == sorted([*PROJECT["dependencies"], *EXTRAS["test"], "-e ."])


def test_lock_has_a_hash_for_every_version_and_names_no_address() -> None:
    """Every pinned version carries hashes, and no lock file says where it came from."""
    for lock in ROOT.glob("requirements*.lock"):
        text = lock.read_text()
        pins = re.findall(r"^[\w.-]+(?:\[[\w,-]+\])?==\S+.*$", text, re.MULTILINE)
        assert pins
        assert all(pin.endswith("\\") for pin in pins), lock
        assert "://" not in text


def test_lock_pins_every_dependency() -> None:
    """Nothing the project needs is left to chance by the lock file."""
    text = (ROOT / "requirements.lock").read_text()
    for requirement in [*PROJECT["dependencies"], *EXTRAS["test"]]:
        name = re.split(r"[<>=;\[ ]", requirement)[0].lower()
        assert re.search(rf"^{re.escape(name)}(\[[\w,-]+\])?==", text, re.MULTILINE), name


def test_no_file_of_ours_passes_400_lines() -> None:
    """A file that grows past 400 lines is split by idea."""
    code = [file for file in tracked_files() if file.suffix in {".py", ".js", ".ts", ".css"}]
    long = {str(file): n for file in code if (n := len(file.read_text().splitlines())) > 400}
    assert not long


def test_continuous_integration_runs_the_readme_test_command() -> None:
    """What a reader is told to run is what decides."""
    assert "make test" in (ROOT / ".ci" / "run").read_text()
    assert "make test" in (ROOT / "README.md").read_text()


def test_no_tracked_file_names_this_machine() -> None:
    """No path of the machine it was written on is left in the project."""
    pattern = re.compile(r"(^|[^A-Za-z0-9_./-])/(work|farm|root)/")
    texts = [file for file in tracked_files() if file.suffix in {".py", ".md", ".toml", ".yml", ".ipynb"}]
    assert not [str(file) for file in texts if file != Path(__file__) and pattern.search(file.read_text())]
