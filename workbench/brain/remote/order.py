"""What is sent to a model and what comes back, as values."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal, Protocol

from pydantic import SecretStr

from workbench.brain.model import OnText
from workbench.errors import ModelFailed

Mode = Literal["json_schema", "json_object", "text"]
"""How an answer in JSON is asked for: enforced by a schema, promised to be JSON, or hoped for in text."""

Stopped = Callable[[], bool]
"""Says whether an answer has lost its use."""

OPENAI_URL = "https://api.openai.com/v1"


@dataclass(frozen=True, slots=True)
class Server:
    """Where a model is; the key never shows in `repr`. Servers that want no key get a dummy one."""

    base_url: str = OPENAI_URL
    key: SecretStr = field(default_factory=lambda: SecretStr(""))

    @property
    def sent_key(self) -> str:
        """The key that is sent."""
        return self.key.get_secret_value() or "none-needed"

    @property
    def host(self) -> str:
        """The server's name for messages and spans, without user, path and query."""
        rest = self.base_url.split("://", 1)[-1]
        return rest.split("/", 1)[0].rsplit("@", 1)[-1]


@dataclass(frozen=True, slots=True)
class Letter:
    """One message: who says what. `pictures` are data URLs shown after the text."""

    role: Literal["system", "user", "assistant"]
    text: str
    pictures: tuple[str, ...] = ()

    def as_message(self) -> dict[str, Any]:
        """Return it in the form of Chat Completions."""
        if not self.pictures:
            return {"role": self.role, "content": self.text}
        shown = [{"type": "image_url", "image_url": {"url": url}} for url in self.pictures]
        return {"role": self.role, "content": [{"type": "text", "text": self.text}, *shown]}


@dataclass(frozen=True, slots=True)
class Order:
    """One request: to which model, what, how long the answer may be, and whether it is streamed.

    `sampling` holds what is set of temperature, top_p and seed.
    """

    model: str
    letters: tuple[Letter, ...]
    most_tokens: int
    mode: Mode = "text"
    schema: Mapping[str, Any] | None = None
    stream: bool = False
    sampling: Mapping[str, float | int] = field(default_factory=dict)

    def body(self, limit_name: str) -> dict[str, Any]:
        """Return the request's fields; `limit_name` is what the server calls the output limit."""
        fields: dict[str, Any] = {
            "model": self.model,
            "messages": [letter.as_message() for letter in self.letters],
            limit_name: self.most_tokens,
            **self.sampling,
        }
        if self.mode == "json_schema" and self.schema is not None:
            named = {"name": "answer", "strict": True, "schema": dict(self.schema)}
            fields["response_format"] = {"type": "json_schema", "json_schema": named}
        elif self.mode == "json_object":
            fields["response_format"] = {"type": "json_object"}
        if self.stream:
            fields |= {"stream": True, "stream_options": {"include_usage": True}}
        return fields


@dataclass(frozen=True, slots=True)
class Reply:
    """A whole answer; tokens are of all tries that were answered, None when the server does not tell them."""

    text: str
    input_tokens: int | None = None
    cached_tokens: int | None = None
    output_tokens: int | None = None
    first_token_seconds: float | None = None
    seconds: float = 0.0
    tries: int = 1

    def after(self, earlier: Reply | None) -> Reply:
        """Return it with the tokens of an earlier answer of no use, which was paid for too."""
        if earlier is None:
            return self
        return replace(
            self,
            input_tokens=_sum(self.input_tokens, earlier.input_tokens),
            cached_tokens=_sum(self.cached_tokens, earlier.cached_tokens),
            output_tokens=_sum(self.output_tokens, earlier.output_tokens),
        )

    @staticmethod
    def of_no_use(failure: ModelFailed) -> Reply | None:
        """Return what was answered, without its text, when an answer of no use is what failed."""
        found = failure.evidence.get("reply")
        return found if isinstance(found, Reply) else None


def _sum(one: int | None, other: int | None) -> int | None:
    return None if one is None or other is None else one + other


class Carrier(Protocol):
    """Takes an order to a server and brings the reply; `Wire` does."""

    @property
    def server(self) -> Server:
        """Where it goes."""
        ...

    def send(self, order: Order, on_text: OnText = ..., stopped: Stopped | None = None) -> Reply:
        """Return the whole answer, telling `on_text` its pieces as they come. Raises ModelFailed."""
        ...

    def models(self) -> tuple[str, ...]:
        """Return the names of the server's models."""
        ...

    def close(self) -> None:
        """Close the connections."""
        ...
