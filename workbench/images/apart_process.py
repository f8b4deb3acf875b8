"""A process that measures pictures, one after the other, within a limit of memory.

A request is a line of JSON (`label`, `carried`, `bytes`) and so many bytes. The answer is a line of JSON:
`facts`, or a `message` with its `remedy` and whether the picture was `refused`. JSON and not pickle: pictures
come from outside, and nothing that this process sends can make the other side run code. It ends when its
input does.

What one picture took is given back to the system once it has been answered: the C library keeps large pieces
between small ones that live on, and after a hundred pictures held 260 MB of which 200 were free.
"""

from __future__ import annotations

import faulthandler
import json
import os
import signal
import sys
from typing import Any

from workbench.errors import InputError, WorkbenchError
from workbench.frugal import give_back
from workbench.images.facts import facts
from workbench.images.ocr import installed_reader
from workbench.spans import gathered, resumed


def main() -> None:
    """Measure until standard input ends; the argument is the most memory in bytes. Prints go to stderr."""
    faulthandler.enable()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    _limit(int(sys.argv[1]))
    asked = sys.stdin.buffer
    while line := asked.readline():
        head = json.loads(line)
        content = asked.read(head["bytes"])
        if len(content) < head["bytes"]:
            return
        print(json.dumps(_answer(content, head)), file=answers, flush=True)
        del content
        give_back()


def _answer(content: bytes, head: dict[str, Any]) -> dict[str, Any]:
    with gathered() as records, resumed(head["carried"]):
        answer = _measured(content, head["label"])
    return {**answer, "spans": [record.plain() for record in records]} if head["carried"] else answer


def _measured(content: bytes, label: str) -> dict[str, Any]:
    try:
        return {"facts": facts(content, label=label, reader=installed_reader()).as_json()}
    except MemoryError:
        return _told(InputError(f"{label!r} takes more memory than allowed.", remedy="Make it smaller."))
    except WorkbenchError as error:
        return _told(error)
    except Exception as error:  # noqa: BLE001 - whatever measuring raises is the answer to this picture alone
        return _told(WorkbenchError(f"{type(error).__name__}: {error}"))


def _told(error: WorkbenchError) -> dict[str, Any]:
    return {"refused": isinstance(error, InputError), "message": error.message, "remedy": error.remedy}


def _limit(memory_bytes: int) -> None:
    try:
        import resource
    except ImportError:  # Windows: the caller's clock is the only limit
        return
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))


if __name__ == "__main__":
    main()
