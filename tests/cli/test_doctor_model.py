"""The doctor asks a model's server what it has, and for nothing else."""

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from tests.cli.conftest import Workbench
from workbench.cli import doctor, doctor_model
from workbench.cli.doctor_model import model_looks, words_looks
from workbench.cli.looks import Look
from workbench.studio.model_settings import ModelSettings

pytestmark = pytest.mark.slow

asked: list[str] = []


@contextmanager
def serving(*models: str, status: int = 200) -> Iterator[str]:
    """Serve a list of models and nothing else; gives the address."""

    class Listing(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(f"GET {self.path}")
            listed = [{"id": name, "object": "model", "created": 0, "owned_by": "us"} for name in models]
            body = json.dumps({"object": "list", "data": listed}).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Keep quiet."""

    asked.clear()
    server = HTTPServer(("127.0.0.1", 0), Listing)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/v1"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def looked(url: str, **named: str) -> Look:
    (look,) = model_looks(ModelSettings(base_url=url, **named), deadline_seconds=60)
    assert not look.ok or look.needed
    return look


def test_a_server_that_lists_the_model_is_well() -> None:
    """Only its list is asked for; a tag that stands for the newest need not be written."""
    with serving("small", "big:latest") as url:
        look = looked(url, model="small", model_write="big")
        assert (look.ok, "answers and lists small, big" in look.seen) == (True, True)
        assert asked == ["GET /v1/models"]


def test_a_server_without_the_model_is_a_warning() -> None:
    """It says which is missing and what there is; with several and none named, one is to be chosen."""
    with serving("small", "large") as url:
        look = looked(url, model="smal")
        assert (look.ok, look.needed) == (False, False)
        assert "does not list smal" in look.seen
        assert "small, large" in look.remedy
        assert "Set WORKBENCH_MODEL" in looked(url).remedy
    with serving("only") as url:
        assert looked(url).ok
    with serving(status=404) as url:
        assert "may still answer" in looked(url, model="small").remedy


def test_a_server_that_does_not_answer_is_a_warning(
    workbench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing else is hindered by it, so the doctor's answer stays yes; what to do is said."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # nobody listens there, and nobody else can
        monkeypatch.setenv("WORKBENCH_BASE_URL", f"http://127.0.0.1:{taken.getsockname()[1]}/v1")
        monkeypatch.setenv("WORKBENCH_MODEL", "small")
        monkeypatch.setattr(doctor, "_ATTEMPTS", (("Model", doctor._model),))
        ran = workbench("doctor")
    assert ran.code == 0
    assert "warn  Model" in ran.out
    assert "could not be reached" in ran.out
    assert "WORKBENCH_MODEL=offline" in ran.out


def test_without_a_server_nothing_is_asked() -> None:
    """The offline director is told as such, also when an address is there."""
    with serving("small") as url:
        (look,) = model_looks(ModelSettings(base_url=url, model="offline"))
        assert (look.ok, "offline director" in look.seen, asked) == (True, True, [])


def test_what_understands_words_and_pictures_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """As it is, and as it would be without the encoder and the reader; neither is a failure."""
    monkeypatch.setattr("workbench.brain.meaning._encoder", lambda: None)
    monkeypatch.setattr(doctor_model, "installed_reader", lambda: None)
    meaning, pictures = words_looks()
    assert (meaning.ok, "by their letters" in meaning.seen) == (True, True)
    assert (pictures.ok, "is not read" in pictures.seen) == (True, True)
