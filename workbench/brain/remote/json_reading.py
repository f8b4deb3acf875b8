"""JSON out of whatever a model wrote: bare, fenced, or with words around it; no infinities."""

from __future__ import annotations

import json
import math
import re
from typing import Any

from workbench.brain.remote.faults import fault
from workbench.errors import ModelFailed

_FENCED = re.compile(r"```(?:json)?[^\S\n]*\n(.*?)```", re.DOTALL)
_THOUGHTS = re.compile(r"<think>.*?(?:</think>|\Z)", re.DOTALL)
_QUOTED_LETTERS = 160
_UNUSABLE = "The model's answer could not be used: "


def read_object(text: str) -> dict[str, Any]:
    """Return the JSON object in the text; raises ModelFailed of kind "unusable" when there is none."""
    for candidate in _candidates(without_thoughts(text)):
        try:
            found = json.loads(candidate, parse_constant=_no_number, parse_float=_finite)
        except ValueError:
            continue
        except RecursionError:
            break
        if isinstance(found, dict):
            return found
    raise unusable(f"no JSON object in {_shortened(text)!r}")


def without_thoughts(text: str) -> str:
    """Return the text without what a model thought aloud before it answered."""
    return _THOUGHTS.sub("", text)


def unusable(why: str) -> ModelFailed:
    """Return the fault of an answer that cannot be used."""
    told = why.removeprefix(_UNUSABLE).rstrip(".")
    return fault("unusable", f"{_UNUSABLE}{told}.", "Send the prompt again.")


def _candidates(text: str) -> list[str]:
    fenced = [match[1] for match in _FENCED.finditer(text)]
    first, last = text.find("{"), text.rfind("}")
    around = [text[first : last + 1]] if 0 <= first < last else []
    return [text, *fenced, *around]


def _no_number(name: str) -> float:
    raise ValueError(f"{name} is no number")


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise ValueError(f"{digits} is too large")
    return number


def _shortened(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _QUOTED_LETTERS else line[:_QUOTED_LETTERS] + "…"
