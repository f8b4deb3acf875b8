"""An OpenAI-compatible server that is not ours, in a process of its own."""

import os
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

_READY_SECONDS = 240


class RealServer:
    """A dasllama-server with one model; its home folder lies beside the model."""

    def __init__(self, model: Path, *, streams: int = 2, context: int = 0) -> None:
        self.port = _free_port()
        self.url = f"http://127.0.0.1:{self.port}/v1"
        program = shutil.which("dasllama-server", path=str(Path(sys.executable).parent))
        assert program, "dasllama-server is missing: install the extra `test`."
        options = ["--gpu", "off", "--threads", "2", "--streams", str(streams)]
        options += ["--ctx", str(context)] if context else []
        self.log = model.with_suffix(".log")
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [program, "-m", str(model), "-p", str(self.port), *options],
                env={**os.environ, "HOME": str(model.parent)},
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._wait()

    def wait_until_logged(self, words: str) -> None:
        """Wait until the server has written those words into its log."""
        ends = time.monotonic() + _READY_SECONDS
        while words not in self.log.read_text():
            assert time.monotonic() < ends, f"{words!r} is not in the log:\n{self.log.read_text()}"
            time.sleep(0.05)

    def kill(self) -> None:
        """End it at once, as a crash would."""
        os.killpg(self.process.pid, 9)
        self.process.wait()

    def close(self) -> None:
        if self.process.poll() is None:
            self.kill()

    def _wait(self) -> None:
        ends = time.monotonic() + _READY_SECONDS
        while time.monotonic() < ends and self.process.poll() is None:
            try:
                with urlopen(f"{self.url}/models", timeout=1):
                    return
            except (URLError, OSError):
                time.sleep(0.05)
        raise AssertionError(
            f"The server did not start (exit {self.process.poll()}):\n{self.log.read_text()}"
        )


def _free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port: int = listening.getsockname()[1]
        return port
