"""What a prompt is answered with here: the model that decides, and what understands words and pictures.

A server is asked for the list of its models, which costs nothing, and for no answer.
"""

from __future__ import annotations

from collections.abc import Iterator

from workbench.brain.meaning import SentenceVectors, similarity
from workbench.brain.remote.order import OPENAI_URL, Server
from workbench.brain.remote.patience import Patience
from workbench.cli.looks import Look
from workbench.errors import ModelFailed
from workbench.images.ocr import installed_reader
from workbench.studio.model_settings import ModelSettings

DEADLINE_SECONDS = 5.0
_MOST_LISTED = 8
_ANY = ":latest"


def model_looks(settings: ModelSettings, deadline_seconds: float = DEADLINE_SECONDS) -> Iterator[Look]:
    """Look who decides and writes: the director here, or models of a server that is asked for its list."""
    if not settings.connected:
        yield Look("Model", True, "the offline director; nothing is sent anywhere")
        return
    from workbench.brain.remote.wire import Wire

    server = Server(settings.base_url or OPENAI_URL, settings.api_key)
    wire = Wire(server, Patience(deadline_seconds, tries=1))
    try:
        listed = wire.models()
    except ModelFailed as failed:
        remedy = _remedy(failed)
        yield Look("Model", False, f"{failed.message} It was asked for its models.", remedy, needed=False)
        return
    finally:
        wire.close()
    yield _found(server.host, _named(settings), listed)


def _remedy(failed: ModelFailed) -> str:
    kind = failed.evidence.get("kind")
    if kind in {"unreachable", "timed_out"}:
        return "Start it, correct OPENAI_BASE_URL, or set WORKBENCH_MODEL=offline: prompts fail until then."
    if kind == "not_found":
        return "Check OPENAI_BASE_URL, usually ending in /v1; a server that lists no models may still answer."
    return failed.remedy


def _named(settings: ModelSettings) -> tuple[str, ...]:
    roles = (settings.model_decide, settings.model_write, settings.model_edit)
    every = [settings.model] if settings.model and not all(roles) else []
    return tuple(dict.fromkeys(name for name in (*every, *roles, settings.model_describe) if name))


def _found(host: str, named: tuple[str, ...], listed: tuple[str, ...]) -> Look:
    some = ", ".join(listed[:_MOST_LISTED]) + (", ..." if len(listed) > _MOST_LISTED else "")
    if not listed:
        return Look("Model", False, f"{host} answers and lists no model", "Load one there.", needed=False)
    if not named and len(listed) > 1:
        seen = f"{host} answers and has {len(listed)} models, and none is chosen: {some}"
        return Look("Model", False, seen, "Set WORKBENCH_MODEL to one of them.", needed=False)
    missing = [name for name in named if name not in listed and name + _ANY not in listed]
    if missing:
        seen = f"{host} answers and does not list {', '.join(missing)}"
        return Look("Model", False, seen, f"Load it there, or set WORKBENCH_MODEL: {some}.", needed=False)
    return Look("Model", True, f"{host} answers and lists {', '.join(named) or listed[0]}")


def words_looks() -> Iterator[Look]:
    """Look how near in meaning two texts are is found, and whether text in pictures is read."""
    found = similarity(["a title"])
    if isinstance(found, SentenceVectors):
        yield Look("Meaning", True, "words are compared by the sentence encoder, 16 languages")
    else:
        yield Look(
            "Meaning", True, "words are compared by their letters: the sentence encoder does not load here"
        )
    reader = installed_reader()
    seen = f"is read by {reader.name}" if reader else "is not read: onnxruntime is not installed"
    yield Look("Text in pictures", True, seen)
