"""An error as telemetry keeps it: grouped with its like, and with nothing in it that is nobody's business."""

from __future__ import annotations

import re
from collections.abc import Iterable
from hashlib import blake2b
from pathlib import PurePath

from workbench.spans import Trouble

LONGEST_MESSAGE = 300
MOST_FRAMES_KEPT = 8
LONGEST_QUOTE = 60
GONE = "[removed]"

_SECRETS = re.compile(
    r"""(?xi)
    \bsk-[\w-]{6,}                                        # keys of model servers
    | \b(?:gh[pousr]|github_pat|xox[abpr]|glpat|hf)[_-][\w-]{8,}
    | \bAKIA[0-9A-Z]{12,}
    | \beyJ[\w-]{8,}\.[\w-]+(?:\.[\w-]*)?                 # JSON web tokens
    | (?<=bearer\s)[^\s"',;]+ | (?<=basic\s)[A-Za-z0-9+/=]{8,}
    | (?<=://)[^/\s:@]+:[^/\s@]+(?=@)                     # who:password@ in an address
    | (?<=[?&])(?:[\w-]*(?:key|token|secret|signature|password))=[^&\s"']+
    | (?:[\w-]*(?:api[_-]?key|token|secret|password|passwd|authorization)["']?\s*[:=]\s*)["']?[^\s"',;}]+
    | \b[A-Fa-f0-9]{40,}\b | \b[A-Za-z0-9+/]{60,}={0,2}   # whatever looks like key material
    | [\w.+-]+@[\w-]+\.[\w.]+                             # mail addresses
    """
)
_LONG_QUOTE = re.compile(rf"(['\"«“])([^'\"»”]{{{LONGEST_QUOTE},}})(['\"»”])")
_OWN = "workbench"


def redacted(message: str, secrets: Iterable[str] = ()) -> str:
    """Return the message without keys, passwords, mail addresses, long quotes and the given `secrets`."""
    for secret in secrets:
        if len(secret) >= 4:
            message = message.replace(secret, GONE)
    message = _SECRETS.sub(GONE, message)
    message = _LONG_QUOTE.sub(rf"\1{GONE}\3", message)
    return message if len(message) <= LONGEST_MESSAGE else f"{message[: LONGEST_MESSAGE - 1]}…"


def fingerprint(operation: str, trouble: Trouble) -> str:
    """Return what errors of one cause have in common: 16 letters of operation, type and places in the code.

    Lines and messages are left out: both change while the cause stays.
    """
    places = [f"{_module(file)}:{function}" for file, function, _ in trouble.frames]
    own = [place for place in places if place.startswith(_OWN)] or places
    told = "\n".join([operation, trouble.type, *own[-3:]])
    return blake2b(told.encode(), digest_size=8).hexdigest()


def stack(trouble: Trouble) -> list[str]:
    """Return the innermost frames as `module:function:line`, the outermost first."""
    return [f"{_module(file)}:{function}:{line}" for file, function, line in trouble.frames][
        -MOST_FRAMES_KEPT:
    ]


def _module(file: str) -> str:
    """Return the module of a file as far as we know it: no folder of the user's machine is kept."""
    parts = PurePath(file).with_suffix("").parts
    if _OWN in parts[:-1]:
        last = len(parts) - 1 - parts[::-1].index(_OWN)
        return ".".join(parts[last:])
    return parts[-1] if parts else "?"
