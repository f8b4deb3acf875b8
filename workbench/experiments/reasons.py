"""Why cells were not accepted: the commonest reasons, each with how many cells it holds for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from workbench.store.trial_values import Cell

MOST_READ = 400
"""Cells whose results are read; of more, as many are read, spread evenly."""
_MOST_LETTERS = 160


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason, and of how many of the cells that were read it is true."""

    told: str
    cells: int
    read: int

    def __str__(self) -> str:
        return f"{self.told} ({self.cells} of {self.read})"


def nothing_compared(cells: Iterable[Cell], reasons: Iterable[Reason]) -> str:
    """Say why there is no comparison; an empty text when cells are still to come."""
    states = Counter(cell.state for cell in cells)
    total = states.total()
    if not total or states["pending"] or states["running"]:
        return ""
    if states["failed"] == total:
        why = "; ".join(map(str, reasons))
        return f"Nothing could be compared: all {total} cells failed. Most often: {why}."
    if not states["done"]:
        ended = f"{states['failed']} cells failed, {states['cancelled']} were cancelled"
        return f"Nothing could be compared: {ended}."
    return ""


def commonest(cells: Iterable[Cell], most: int = 3) -> tuple[Reason, ...]:
    """Return what most often kept cells from being accepted; a cell may have several reasons."""
    found: Counter[str] = Counter()
    read = 0
    for cell in cells:
        read += 1
        found.update(list(dict.fromkeys(reasons_of(cell))))
    return tuple(Reason(told, count, read) for told, count in found.most_common(most))


def reasons_of(cell: Cell) -> list[str]:
    """Return why a cell failed or is not accepted, in words that are the same for like cells."""
    if cell.state == "failed":
        return [_short(cell.error or cell.error_kind or "failed")]
    result = cell.result or {}
    told = [
        f"{each['expected']} does not hold" for each in result.get("expectations", ()) if not each["holds"]
    ]
    if result.get("failure"):
        told.insert(0, _short(str(result["failure"])))
    elif not (cell.scores or {}).get("valid"):
        told.insert(0, _invalid(cell))
    return told


def rejected(cell: Cell) -> bool:
    """Say whether a cell is done and not accepted."""
    return cell.state == "done" and not (cell.scores or {}).get("accepted")


def spread_evenly(cells: Sequence[Cell], most: int = MOST_READ) -> list[Cell]:
    """Return at most so many of the cells, from all over."""
    step = max(1.0, len(cells) / most)
    return [cells[int(number * step)] for number in range(min(len(cells), most))]


def _invalid(cell: Cell) -> str:
    result = cell.result or {}
    codes = {
        each["code"]
        for scene in result.get("scenes", ())
        for each in scene["findings"]
        if each["severity"] == "error"
    }
    if codes:
        return f"errors: {', '.join(sorted(codes))}"
    take = result.get("take") or {}
    return _short(f"not valid: {take.get('text') or 'nothing was done'}")


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _MOST_LETTERS else f"{line[: _MOST_LETTERS - 1]}…"
