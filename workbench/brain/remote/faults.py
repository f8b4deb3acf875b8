"""What can go wrong on the way to a model and back, in plain words.

Every fault is a `ModelFailed` whose `evidence["kind"]` is one of the kinds below. No fault keeps the client's
own error, because that error holds the request and with it the key; texts that come from the server are cut
short and the key is struck out of them.
"""

from __future__ import annotations

import json
import re
from email.utils import parsedate_to_datetime
from time import time

import openai

from workbench.brain.remote.bounded import MOST_BYTES, Compressed, Endless
from workbench.errors import ModelFailed

RETRIED = frozenset({"rate_limited", "overloaded", "server_error", "unreachable", "conflict", "empty"})
"""Kinds that may pass by themselves."""
MODE_REFUSED = frozenset({"bad_request", "server_error"})
"""Kinds that a server gives when it does not know a way of asking."""

_QUOTED_LETTERS = 300
_STATUS = {
    400: ("bad_request", "did not accept the request", "Check the model's name and its context length."),
    401: ("unauthorized", "refused the key", "Set OPENAI_API_KEY to a valid key."),
    402: ("quota", "wants to be paid first", "Check the account's balance."),
    403: ("forbidden", "does not allow this key to do that", "Use a key that may use the model."),
    404: ("not_found", "does not know that address or model", "Check OPENAI_BASE_URL and WORKBENCH_MODEL."),
    408: ("server_error", "took too long to read the request", "Send the prompt again."),
    409: ("conflict", "is busy with the same request", "Send the prompt again."),
    413: ("bad_request", "found the request too large", "Lower WORKBENCH_CONTEXT_TOKENS."),
    422: ("bad_request", "did not accept the request", "Check the model's name."),
    429: ("rate_limited", "is asked too often", "Wait a little and send the prompt again."),
    503: ("overloaded", "is overloaded", "Wait a little and send the prompt again."),
}


def struck_out(text: str, secret: str) -> str:
    """Return the text on one line, cut short, without the secret or anything that looks like a key."""
    line = " ".join(text.split())
    if secret:
        line = line.replace(secret, "***")
    line = re.sub(r"\b(sk|pk|key)-[\w-]{6,}", "***", line)
    line = re.sub(r"(?i)\bbearer\s+\S+", "Bearer ***", line)
    return line if len(line) <= _QUOTED_LETTERS else line[: _QUOTED_LETTERS - 1] + "…"


def fault(kind: str, message: str, remedy: str, **evidence: object) -> ModelFailed:
    """Return a fault of that kind."""
    return ModelFailed(message, remedy=remedy, kind=kind, **evidence)


def translated(error: Exception, where: str, secret: str) -> ModelFailed:
    """Return the fault that a client's error means; `where` names the server."""
    if isinstance(error, openai.APIConnectionError) and isinstance(error.__cause__, Endless | Compressed):
        error = error.__cause__
    match error:
        case ModelFailed():
            return error
        case Endless():
            return endless(where)
        case Compressed():
            return fault("garbled", f"{where} answered compressed, which was not asked for.", _SEND_AGAIN)
        case openai.APIStatusError():
            return _status(error, where, secret)
        case openai.APITimeoutError() | TimeoutError():
            return timed_out(where)
        case openai.APIResponseValidationError() | json.JSONDecodeError() | UnicodeDecodeError():
            return fault("garbled", f"{where} answered with text that is not JSON.", _SEND_AGAIN)
        case openai.APIConnectionError():
            return fault(
                "unreachable",
                f"{where} could not be reached, or broke off.",
                "Check that it runs and OPENAI_BASE_URL is right, then send the prompt again.",
            )
        case openai.APIError():
            told = struck_out(str(error), secret)
            return fault("server_error", f"{where} reported an error: {told}", _SEND_AGAIN)
    name = type(error).__name__
    return fault("garbled", f"{where} answered in a way nobody expected ({name}).", _SEND_AGAIN)


def timed_out(where: str) -> ModelFailed:
    """Return the fault of an answer that did not come within the deadline."""
    return fault(
        "timed_out",
        f"{where} did not answer in time.",
        "Send the prompt again, or raise WORKBENCH_MODEL_SECONDS.",
    )


def cut_off(where: str, tokens: int) -> ModelFailed:
    """Return the fault of an answer that ran into the output limit."""
    return fault(
        "cut_off",
        f"The answer of {where} was cut off at {tokens} tokens.",
        "Ask for less at once, or raise WORKBENCH_OUTPUT_TOKENS.",
    )


def endless(where: str) -> ModelFailed:
    """Return the fault of an answer that was given up for its size."""
    return fault(
        "cut_off",
        f"The answer of {where} did not end: more than {MOST_BYTES // 2**20} MB came.",
        "Ask for less at once; if it stays so, look at the server.",
    )


def broken_off(where: str) -> ModelFailed:
    """Return the fault of a stream that ended without saying so."""
    return fault("broken_stream", f"The answer of {where} broke off before its end.", _SEND_AGAIN)


def empty(where: str) -> ModelFailed:
    """Return the fault of an answer without a word in it."""
    return fault("empty", f"{where} gave an empty answer.", _SEND_AGAIN)


def refused(where: str, words: str, secret: str) -> ModelFailed:
    """Return the fault of a model that declines."""
    told = struck_out(words, secret) or "no reason given"
    return fault("refused", f"{where} declined: {told}", "Say it differently, or ask for something else.")


def no_model_server(where: str) -> ModelFailed:
    """Return the fault of an address at which something else answers, such as a log-in page."""
    return fault(
        "not_a_model",
        f"{where} answered with something else than a completion.",
        "Check OPENAI_BASE_URL; it usually ends in /v1. A proxy may be asking you to log in.",
    )


def retry_after_seconds(error: openai.APIStatusError) -> float | None:
    """Return how long the server asks to wait, from its headers; None when it does not say."""
    headers = error.response.headers
    try:
        if milliseconds := headers.get("retry-after-ms"):
            return float(milliseconds) / 1000
        said = headers.get("retry-after")
        if said is None:
            return None
        if re.fullmatch(r"\s*\d+(\.\d+)?\s*", said):
            return float(said)
        return max(0.0, parsedate_to_datetime(said).timestamp() - time())
    except ValueError:
        return None


_SEND_AGAIN = "Your prompt is kept; send it again."


def _status(error: openai.APIStatusError, where: str, secret: str) -> ModelFailed:
    status = error.status_code
    known = ("server_error", "failed", _SEND_AGAIN) if status >= 500 else ("bad_request", "said no", "")
    kind, words, remedy = _STATUS.get(status, known)
    told = struck_out(_told(error), secret)
    if status == 429 and "insufficient_quota" in _told(error):
        kind, words, remedy = "quota", "says that the quota is used up", "Check the account's plan."
    waits = retry_after_seconds(error)
    if waits is not None and kind in RETRIED:
        remedy = (
            f"It asks to wait {waits:g} {'second' if waits == 1 else 'seconds'}; then send the prompt again."
        )
    return fault(
        kind,
        f"{where} {words} ({status}){': ' + _ended(told) if told else '.'}",
        remedy,
        status=status,
        told=told,
        retry_after_seconds=waits,
    )


def _ended(words: str) -> str:
    """Return the server's words with a full stop, so that the remedy begins a sentence of its own."""
    return words if words.rstrip().endswith((".", "!", "?")) else f"{words.rstrip()}."


def _told(error: openai.APIStatusError) -> str:
    body = error.body
    if isinstance(body, dict):
        inner = body.get("error", body)
        return json.dumps(inner) if not isinstance(inner, dict) else _sentence(inner)
    return str(body or "")


def _sentence(body: dict[str, object]) -> str:
    parts = [str(body[key]) for key in ("message", "detail", "code") if body.get(key)]
    return " · ".join(parts)
