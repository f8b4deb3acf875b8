"""Who takes part in `workbench bench render`: we, the encoder alone, and the peers that are installed."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from workbench.bench.contest import Contestant
from workbench.errors import EnvironmentFault, InputError
from workbench.render.fonts import FILES
from workbench.render.quality import QUALITIES
from workbench.scene.format import Format

HERE = Path(__file__).parent
SCENE = HERE / "benchmark.scene"
SECONDS = 5.0
FPS = 30
DEFAULT, SAME_AS_PEERS = "good", "final"
"""Our default quality, and the one with the settings that peers are given: x264 medium, CRF 18."""
PEERS = ("moviepy", "manim", "remotion")
CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "chrome-headless-shell")
_COMMAND = [sys.executable, "-P", "-c", "from workbench.cli.main import main; main()"]


@dataclass(frozen=True, slots=True)
class Absent:
    """A peer that cannot take part, why, and what to do about it."""

    name: str
    reason: str
    remedy: str


@dataclass(frozen=True, slots=True)
class PeerPlaces:
    """Where peers are: a Python that has MoviePy or Manim, and a folder with Remotion in node_modules."""

    python: Path
    remotion: Path | None = None


def ours(quality: str) -> Contestant:
    """Return the `workbench render` command at a quality, exactly as a user runs it."""

    def command(picture: Format, output: Path, frame: int | None) -> list[str]:
        what = ["--quality", quality] if frame is None else ["--frame", str(frame)]
        size = f"{picture.width}x{picture.height}@{picture.fps}"
        return [*_COMMAND, "render", str(SCENE), str(output), "--format", size, *what]

    return Contestant(f"workbench {quality}", "ours", _settings(quality), command)


def encoder_alone(quality: str, frames: Callable[[Format], Path]) -> Contestant:
    """Return the encoder fed with frames that `frames` has made; it makes no stills."""

    def command(picture: Format, output: Path, frame: int | None) -> list[str]:
        if frame is not None:
            return []
        module = [sys.executable, "-P", "-m", "workbench.bench.encoder"]
        return [*module, str(frames(picture)), str(picture), quality, str(output)]

    return Contestant(f"encoder alone, {quality}", "encoder", _settings(quality), command)


def peers(names: Sequence[str], places: PeerPlaces) -> tuple[list[Contestant], list[Absent]]:
    """Return the peers of those names that can take part, and those that cannot."""
    found: list[Contestant] = []
    absent: list[Absent] = []
    for name in names:
        if name not in _FINDERS:
            raise InputError(f"There is no peer {name!r}.", remedy=f"Name some of {', '.join(PEERS)}.")
        try:
            found += _FINDERS[name](places)
        except EnvironmentFault as fault:
            absent.append(Absent(name, fault.message, fault.remedy))
    return found, absent


def _settings(quality: str) -> str:
    chosen = QUALITIES[quality]
    return f"x264 {chosen.preset}, CRF {chosen.crf}"


def _python_peer(title: str, script: str, settings: str, version: str, python: Path) -> Contestant:
    def command(picture: Format, output: Path, frame: int | None) -> list[str]:
        order = {
            "width": picture.width,
            "height": picture.height,
            "fps": picture.fps,
            "seconds": SECONDS,
            "font": str(FILES["sans"].path),
            "preset": QUALITIES[SAME_AS_PEERS].preset,
            "crf": QUALITIES[SAME_AS_PEERS].crf,
            "output": str(output),
            "frame": frame,
        }
        return [str(python), str(HERE / "peers" / script), json.dumps(order)]

    return Contestant(title, "peer", settings, command, version)


def _moviepy(places: PeerPlaces) -> list[Contestant]:
    version = _version_of("moviepy", places.python)
    add = partial(_python_peer, settings=_settings(SAME_AS_PEERS), version=version, python=places.python)
    return [
        add("MoviePy, clips", "moviepy_composite.py"),
        add("MoviePy, frame function", "moviepy_frames.py"),
    ]


def _manim(places: PeerPlaces) -> list[Contestant]:
    version = _version_of("manim", places.python)
    return [_python_peer("Manim", "manim_scene.py", "x264 medium, CRF 23 (fixed)", version, places.python)]


def _version_of(package: str, python: Path) -> str:
    code = f"import importlib.metadata as m; print(m.version({package!r}))"
    answer = subprocess.run(  # noqa: S603 - the interpreter the user named
        [str(python), "-c", code], capture_output=True, text=True, check=False
    )
    if answer.returncode:
        raise EnvironmentFault(
            f"{python} has no {package}",
            remedy="Peers want an environment of their own: python3 -m venv .peers && "
            ".peers/bin/pip install manim moviepy 'pillow<12', then --peer-python .peers/bin/python",
        )
    return answer.stdout.strip()


def _remotion(places: PeerPlaces) -> list[Contestant]:
    folder, browser = places.remotion, next(filter(None, map(shutil.which, CHROMIUM)), None)
    if folder is None or not (folder / "node_modules" / "@remotion" / "cli").is_dir():
        raise EnvironmentFault(
            "no folder with Remotion was given",
            remedy="mkdir remotion && cd remotion && npm install --save-exact remotion@4.0.529 "
            "@remotion/cli@4.0.529 react react-dom, then --remotion remotion",
        )
    if not shutil.which("node") or not browser:
        raise EnvironmentFault("Node or Chromium is missing", remedy="Install nodejs and chromium.")
    bundle = _bundled(folder.resolve())
    program = str(folder.resolve() / "node_modules" / ".bin" / "remotion")
    version = json.loads((folder / "node_modules" / "remotion" / "package.json").read_text())["version"]
    chosen = QUALITIES[SAME_AS_PEERS]

    def command(picture: Format, output: Path, frame: int | None) -> list[str]:
        verb = ["render" if frame is None else "still", str(bundle), f"p{picture.height}", str(output)]
        browsing = ["--browser-executable", browser, "--log", "error"]
        still = ["--frame", str(frame)]
        video = ["--codec", "h264", "--x264-preset", chosen.preset, "--crf", str(chosen.crf)]
        video += ["--color-space", "bt709", "--concurrency", "100%"]
        return [program, *verb, *browsing, *(still if frame is not None else video)]

    return [Contestant("Remotion, bundled before", "peer", _settings(SAME_AS_PEERS), command, version)]


def _bundled(folder: Path) -> Path:
    """Bundle our Remotion scene once, untimed."""
    for source, target in (
        (HERE / "peers" / "remotion" / "index.jsx", folder / "src" / "index.jsx"),
        (FILES["sans"].path, folder / "public" / "inter.ttf"),
    ):
        target.parent.mkdir(exist_ok=True)
        shutil.copyfile(source, target)
    bundle = folder / "bundle"
    program = [str(folder / "node_modules" / ".bin" / "remotion"), "bundle", "src/index.jsx"]
    made = subprocess.run(  # noqa: S603 - the folder the user named
        [*program, "--out-dir", str(bundle)], cwd=folder, capture_output=True, text=True, check=False
    )
    if made.returncode:
        raise EnvironmentFault("Remotion could not bundle its scene", remedy=made.stderr[-400:])
    return bundle


_FINDERS: dict[str, Callable[[PeerPlaces], list[Contestant]]] = {
    "moviepy": _moviepy,
    "manim": _manim,
    "remotion": _remotion,
}
