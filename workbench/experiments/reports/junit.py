"""Results as JUnit XML, which every CI server reads: one suite per arm, one test per cell."""

from __future__ import annotations

from collections.abc import Iterable
from xml.etree.ElementTree import Element, SubElement, tostring

from workbench.experiments.values import Spec
from workbench.store.trial_values import Cell


def junit(spec: Spec, cells: Iterable[Cell]) -> str:
    """Return the document. A cell that is not accepted is a failure, one without an answer an error."""
    root = Element("testsuites", name=spec.name)
    suites: dict[tuple[str, str], Element] = {}
    tally: dict[tuple[str, str], dict[str, int]] = {}
    for cell in cells:
        arm = (cell.key.variant, cell.key.model)
        if arm not in suites:
            suites[arm] = SubElement(root, "testsuite", name=f"{arm[0]} · {arm[1]}")
            tally[arm] = {"tests": 0, "failures": 0, "errors": 0, "skipped": 0}
        _case(suites[arm], cell, tally[arm])
    for arm, counts in tally.items():
        suites[arm].attrib.update({name: str(count) for name, count in counts.items()})
        suites[arm].set("time", f"{sum(float(test.get('time', 0)) for test in suites[arm]):.3f}")
    for name in ("tests", "failures", "errors", "skipped"):
        root.set(name, str(sum(counts[name] for counts in tally.values())))
    return '<?xml version="1.0" encoding="utf-8"?>\n' + tostring(root, encoding="unicode")


def _case(suite: Element, cell: Cell, tally: dict[str, int]) -> None:
    tally["tests"] += 1
    scores = cell.scores or {}
    test = SubElement(
        suite,
        "testcase",
        classname=f"{cell.key.variant}.{cell.key.model}",
        name=f"{cell.key.case} #{cell.key.repeat}",
        time=f"{scores.get('seconds') or 0:.3f}",
    )
    if cell.state == "failed":
        tally["errors"] += 1
        SubElement(test, "error", type=cell.error_kind, message=_plain(cell.error))
    elif cell.state != "done":
        tally["skipped"] += 1
        SubElement(test, "skipped", message=cell.state)
    elif not scores.get("accepted"):
        tally["failures"] += 1
        SubElement(test, "failure", message=_plain(why_not(cell)))


def why_not(cell: Cell) -> str:
    """Say why a cell that is done is not accepted."""
    result = cell.result or {}
    told = [
        f"{each['expected']}: {each['told']}" for each in result.get("expectations", ()) if not each["holds"]
    ]
    return "; ".join(filter(None, (why_invalid(cell), *told))) or "not accepted"


def why_invalid(cell: Cell) -> str:
    """Say why a cell that is done is not valid; empty when it is."""
    result = cell.result or {}
    if result.get("failure"):
        return str(result["failure"])
    if (cell.scores or {}).get("valid"):
        return ""
    take = result.get("take") or {}
    return f"not valid: {take.get('text', 'nothing was done')}"


def _plain(text: str) -> str:
    return "".join(letter for letter in text if letter.isprintable() or letter in "\n\t")
