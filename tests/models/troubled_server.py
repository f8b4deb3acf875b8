"""A Chat Completions server that goes wrong in exactly the way a test asks for.

Each request takes the next answer from `script`; the last one repeats. `heard` keeps every request's body.
"""

import gzip
import json
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Answer = Callable[["Handler"], None]


class Handler(BaseHTTPRequestHandler):
    server: "TroubledServer"
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        self.body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        self.server.heard.append(self.body)
        self.server.keys.append(self.headers.get("authorization", ""))
        self.server.next_answer()(self)

    def do_GET(self) -> None:
        models = [
            {"id": name, "object": "model", "created": 0, "owned_by": "us"} for name in self.server.models
        ]
        self.reply(json.dumps({"object": "list", "data": models}))

    def reply(
        self,
        body: str,
        status: int = 200,
        kind: str = "application/json",
        headers: dict[str, str] | None = None,
        announced: int | None = None,
    ) -> None:
        data = body.encode()
        self.send_response(status)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(data) if announced is None else announced))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    def stream(self, *events: str) -> None:
        """Send events and end the connection."""
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.send_header("connection", "close")
        self.end_headers()
        for event in events:
            self.wfile.write(f"data: {event}\n\n".encode())
            self.wfile.flush()
        self.close_connection = True

    def stream_more(self, event: str) -> None:
        """Send one event, after the headers when it is the first."""
        if not self.close_connection:
            self.stream()
        self.wfile.write(f"data: {event}\n\n".encode())
        self.wfile.flush()

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


class TroubledServer(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.script: list[Answer] = []
        self.models = ["m1"]
        self.heard: list[dict[str, Any]] = []
        self.keys: list[str] = []
        self.released = threading.Event()
        self.hung_up_on = threading.Event()
        threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/v1"

    def answers(self, *script: Answer) -> None:
        self.script = list(script)

    def next_answer(self) -> Answer:
        return self.script.pop(0) if len(self.script) > 1 else self.script[0]

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is what some tests are about."""

    def close(self) -> None:
        self.released.set()
        self.shutdown()
        self.server_close()


def completion(text: str | None, finish: str | None = "stop", **message: Any) -> str:
    choice = {
        "index": 0,
        "finish_reason": finish,
        "message": {"role": "assistant", "content": text, **message},
    }
    usage = {"prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120}
    whole = {"id": "c1", "object": "chat.completion", "created": 0, "model": "m1", "choices": [choice]}
    return json.dumps({**whole, "usage": usage})


def chunk(text: str | None, finish: str | None = None, **delta: Any) -> str:
    choice = {"index": 0, "finish_reason": finish, "delta": {"content": text, **delta}}
    return json.dumps(
        {"id": "c1", "object": "chat.completion.chunk", "created": 0, "model": "m1", "choices": [choice]}
    )


def usage_chunk(prompt: int = 100, answer: int = 20) -> str:
    usage = {"prompt_tokens": prompt, "completion_tokens": answer, "total_tokens": prompt + answer}
    return json.dumps(
        {
            "id": "c1",
            "object": "chat.completion.chunk",
            "created": 0,
            "model": "m1",
            "choices": [],
            "usage": usage,
        }
    )


def says(text: str) -> Answer:
    """Answer with that text, streamed when a stream is asked for."""

    def answer(handler: Handler) -> None:
        if handler.body.get("stream"):
            half = len(text) // 2
            handler.stream(chunk(text[:half]), chunk(text[half:]), chunk("", "stop"), usage_chunk(), "[DONE]")
        else:
            handler.reply(completion(text))

    return answer


def fails(status: int, message: str = "no", headers: dict[str, str] | None = None, code: str = "x") -> Answer:
    error = json.dumps({"error": {"message": message, "type": "t", "code": code}})
    return lambda handler: handler.reply(error, status, headers=headers)


def sends(body: str, kind: str = "application/json") -> Answer:
    return lambda handler: handler.reply(body, kind=kind)


def streams(*events: str) -> Answer:
    return lambda handler: handler.stream(*events)


def hangs_up(handler: Handler) -> None:
    handler.close_connection = True
    handler.connection.shutdown(2)


def cuts_body(handler: Handler) -> None:
    handler.reply(completion("hello")[:40], announced=4000)
    handler.close_connection = True
    handler.connection.shutdown(2)


def fills(begin: str, piece: str, status: int = 200, kind: str = "application/json") -> Answer:
    """Answer with a body that does not end, as far as 64 MB, until the client hangs up."""

    def answer(handler: Handler) -> None:
        handler.send_response(status)
        handler.send_header("content-type", kind)
        handler.send_header("connection", "close")
        handler.end_headers()
        handler.close_connection = True
        block = (piece * (2**16 // len(piece))).encode()
        try:
            handler.wfile.write(begin.encode())
            for _ in range(2**10):
                handler.wfile.write(block)
        except OSError:
            handler.server.hung_up_on.set()

    return answer


def packs(body: str) -> Answer:
    """Answer with a compressed body, whatever the client can read."""
    data = gzip.compress(body.encode())

    def answer(handler: Handler) -> None:
        handler.send_response(200)
        handler.send_header("content-type", "application/json")
        handler.send_header("content-encoding", "gzip")
        handler.send_header("content-length", str(len(data)))
        handler.end_headers()
        handler.wfile.write(data)

    return answer


def talks_for_ever(handler: Handler) -> None:
    """Stream words until the client hangs up."""
    try:
        while not handler.server.released.is_set():
            handler.stream_more(chunk("word "))
    except OSError:
        handler.server.hung_up_on.set()


def stalls(handler: Handler) -> None:
    """Say nothing until the server is closed."""
    handler.server.released.wait(20)


def stalls_after(*events: str) -> Answer:
    def answer(handler: Handler) -> None:
        handler.stream(*events)
        handler.server.released.wait(20)

    return answer
