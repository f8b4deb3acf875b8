"""`workbench doctor`: look whether everything here works, by trying it."""

from __future__ import annotations

import importlib.metadata
import platform
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import asdict
from shlex import quote
from textwrap import wrap

import click

from workbench.cli.looks import Look
from workbench.cli.saying import json_option, say_json
from workbench.clock import SystemClock
from workbench.errors import WorkbenchError
from workbench.render.quality import QUALITIES
from workbench.scene.evaluate import evaluate
from workbench.scene.format import Format
from workbench.scene.layers import layers
from workbench.store.data_folder import make_private, others_can_enter
from workbench.studio.settings import Settings
from workbench.templates.registry import problems, templates

_FREE_BYTES_WANTED = 2 * 2**30
_NAME_WIDTH = 16
_TOLD_WIDTH = 84
_SANDBOX_REMEDY = "See Sandbox above."
_PACKAGES = ("pydantic-monty", "skia-python", "uharfbuzz", "av", "sqlalchemy", "jupyterlab", "anywidget")


@click.command()
@click.option(
    "--repair", "mend", is_flag=True, help="Mend what can be mended safely; tells it first and asks."
)
@click.option("--yes", is_flag=True, help="With --repair: do not ask.")
@json_option
def doctor(mend: bool, yes: bool, as_json: bool) -> int:
    """Check that everything here works; exit 1 when something needed does not."""
    if mend:
        from workbench.cli.repair import repair

        return repair(yes=yes, as_json=as_json)
    looks = []
    for name, attempt in _ATTEMPTS:
        for look in _tried(name, attempt):
            looks.append(look)
            if not as_json:
                _say(look)
    healthy = all(look.ok or not look.needed for look in looks)
    if as_json:
        say_json({"ok": healthy, "looks": [asdict(look) for look in looks]})
    else:
        click.echo("\nEverything needed works." if healthy else "\nSomething needed does not work; see FAIL.")
    return 0 if healthy else 1


def _tried(name: str, attempt: Callable[[], Iterator[Look]]) -> Iterator[Look]:
    try:
        yield from attempt()
    except OSError as error:
        told = f"{error.strerror}: {error.filename}" if error.filename else str(error)
        yield Look(name, False, told, "Choose a folder that can be written: workbench --data FOLDER doctor.")
    except WorkbenchError as error:
        yield Look(name, False, error.message, error.remedy)
    except Exception as error:  # noqa: BLE001 - whatever goes wrong here is the answer
        yield Look(name, False, f"{type(error).__name__}: {error}", "Run `make setup` again.")


def _say(look: Look) -> None:
    word, color = ("ok", "green") if look.ok else ("FAIL", "red") if look.needed else ("warn", "yellow")
    told = [look.seen, look.remedy] if look.remedy and not look.ok else [look.seen]
    lines = [line for text in told for line in wrap(text, _TOLD_WIDTH, break_long_words=False)]
    click.echo(f"{click.style(f'{word:<5}', fg=color)} {look.name:<{_NAME_WIDTH}} {lines[0]}")
    for line in lines[1:]:
        click.echo(f"{'':<5} {'':<{_NAME_WIDTH}} {line}")


def _python() -> Iterator[Look]:
    seen = f"{platform.python_version()} on {platform.system()} {platform.machine()}"
    yield Look("Python", sys.version_info >= (3, 11), seen, "Use Python 3.11 or newer.")
    versions = [f"{name} {importlib.metadata.version(name)}" for name in _PACKAGES]
    yield Look("Packages", True, ", ".join(versions))


def _data() -> Iterator[Look]:
    folder = Settings().data
    make_private(folder)
    with tempfile.TemporaryFile(dir=folder) as file:
        file.write(b"written")
    yield Look("Data folder", True, f"{folder.absolute()} can be written")
    if others_can_enter(folder):
        seen = "others on this machine can read what is in it: projects, pictures, the database"
        remedy = f"Close it: chmod 700 {quote(str(folder.absolute()))}"
        yield Look("Data folder", False, seen, remedy, needed=False)
    free = shutil.disk_usage(folder).free
    remedy = "Make room, or set WORKBENCH_DATA to another disk."
    yield Look("Disk", free > _FREE_BYTES_WANTED, f"{free / 2**30:.1f} GB free", remedy, needed=False)


def _database() -> Iterator[Look]:
    from workbench.studio.upgrading import open_database

    with open_database(Settings(), SystemClock()) as database:
        health = database.health()
    seen = f"{health.library}, journal {health.journal_mode}, schema {health.schema}"
    yield Look("Database", health.intact, seen, "Restore a backup; the quick check found damage.")
    for warning in health.warnings:
        yield Look("Database library", False, warning, "", needed=False)


def _safety() -> Iterator[Look]:
    from workbench.lifecycle.backups import Backups
    from workbench.lifecycle.health import examine
    from workbench.lifecycle.retention import retention_of
    from workbench.store.object_blobs import blobs_at
    from workbench.studio.upgrading import open_database

    settings = Settings()
    backups, blobs = (
        Backups(settings.data / "backups"),
        blobs_at(settings.data, settings.scale.files, "files"),
    )
    with open_database(settings, SystemClock()) as database:
        policy = retention_of(database, settings.data, storage=settings.scale.files).policy
        for sign in examine(database, backups, policy, blobs):
            needed = sign.name not in {
                "Backup", "Last verification", "Retention", "Room for backups", "Free space inside",
                "Daily backup", "Daily cleanup",
            }  # fmt: skip
            yield Look(f"Data: {sign.name}", sign.well, sign.seen, sign.remedy, needed)


def _telemetry() -> Iterator[Look]:
    from workbench.cli.recorded import telemetry_looks

    yield from telemetry_looks()


def _sandbox() -> Iterator[Look]:
    for layer in layers():
        needed = not layer.name.startswith("bubblewrap")
        seen = f"{layer.name}: {layer.detail}"
        yield Look("Sandbox", layer.holds, seen[0].upper() + seen[1:], layer.remedy, needed)


def _language() -> Iterator[Look]:
    evaluation = evaluate('text("ready", enter=fade())', Format(640, 360))
    seen = f"a scene evaluates in {sum(evaluation.seconds.values()) * 1000:.0f} ms"
    if not evaluation.ok:
        seen = " ".join(finding.message for finding in evaluation.findings)
    yield Look("Scene language", evaluation.ok, seen, _SANDBOX_REMEDY)


def _painter() -> Iterator[Look]:
    from workbench.render.warm import WarmRenderer

    graph = evaluate('text("ready")', Format(640, 360)).graph
    if graph is None:
        yield Look("Painter", False, "was not tried: no scene could be evaluated", _SANDBOX_REMEDY)
        return
    with WarmRenderer() as renderer:
        still = renderer.still(graph, 75)
        video = renderer.preview(graph, 180).content
    yield Look("Painter", len(still) > 1000, f"a still of {len(still) // 1024} kB", "Run `make setup` again.")
    yield Look("Encoder", b"avc1" in video, f"H.264, {len(QUALITIES)} qualities", "Reinstall the package av.")


def _fonts() -> Iterator[Look]:
    from workbench.render.fonts import missing_letters

    missing = missing_letters("Aa é ß Ω Ж ✓ → 🚀")
    yield Look("Fonts", not missing, "Inter, JetBrains Mono, emoji", f"No letters for: {' '.join(missing)}")


def _templates() -> Iterator[Look]:
    folder = Settings().own_templates
    known, wrong = templates(folder), problems(folder)
    yield Look("Templates", True, f"{len(known)} can be used; your own lie in {folder.absolute()}")
    for each in wrong:
        yield Look("Templates", False, each.message, each.remedy, needed=False)


def _lab() -> Iterator[Look]:
    yield Look("JupyterLab", True, importlib.metadata.version("jupyterlab"))


def _model() -> Iterator[Look]:
    from workbench.cli.doctor_model import model_looks

    yield from model_looks(Settings().models)


def _words() -> Iterator[Look]:
    from workbench.cli.doctor_model import words_looks

    yield from words_looks()


_ATTEMPTS: tuple[tuple[str, Callable[[], Iterator[Look]]], ...] = (
    ("Python", _python),
    ("Data folder", _data),
    ("Database", _database),
    ("Data", _safety),
    ("Telemetry", _telemetry),
    ("Sandbox", _sandbox),
    ("Scene language", _language),
    ("Painter", _painter),
    ("Fonts", _fonts),
    ("Templates", _templates),
    ("JupyterLab", _lab),
    ("Model", _model),
    ("Meaning", _words),
)
