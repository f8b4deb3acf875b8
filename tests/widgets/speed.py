"""How fast the studio is in a real browser: `python -m tests.widgets.speed [ROUNDS]` prints milliseconds.

Start: from starting JupyterLab to a studio with a picture. Save: from the keys to the painted still and to
the film that plays, seen from the page, for the scenes of `workbench bench save`.
"""

from __future__ import annotations

import gzip
import sys
import tempfile
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter

from playwright.sync_api import Locator, expect

from tests.widgets.day import STILL, wait_until, write
from tests.widgets.lab import Notebook, browser_page, lab_server, write_notebook
from workbench.bench.saving import Case, cases
from workbench.widgets.bundle import bundle

OPEN = """import workbench as wb
from workbench.bench.saving import cases
studio = wb.open("Speed", "1280x720")
for case in cases():
    studio.add_scene(name=case.name, source=case.source)
studio"""

WATCH = """(root) => {
    const now = () => performance.now();
    const times = (globalThis.times = {});
    root.addEventListener('keydown', (event) => {
        const saves = (event.ctrlKey || event.metaKey) && event.key === 's';
        if (saves) Object.assign(times, {start: now(), still: 0, film: 0});
    }, true);
    root.querySelector('.wb-still').addEventListener('load', () => (times.still ||= now() - times.start));
    root.querySelector('video').addEventListener('playing', () => (times.film ||= now() - times.start));
}"""

SEEN = "() => globalThis.times.still && globalThis.times.film"


def main(rounds: int) -> None:
    """Measure and print."""
    size = len(bundle().content)
    squeezed = len(gzip.compress(bundle().content))
    print(f"bundle {size:,} bytes, {squeezed:,} compressed; loader {len(bundle().loader)} bytes")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_notebook(folder / "speed.ipynb", [OPEN])
        began = perf_counter()
        with lab_server(folder) as address, browser_page() as page:
            server = perf_counter() - began
            notebook = Notebook(page, address, "speed.ipynb")
            notebook.open()
            kernel = perf_counter() - began
            notebook.run_all()
            studio = notebook.studio()
            expect(studio.locator(".wb-screen")).to_have_attribute("data-mode", STILL)
            print(
                f"start: server {server:.1f} s, kernel {kernel:.1f} s, studio {perf_counter() - began:.1f} s"
            )
            studio.evaluate(WATCH)
            for number, case in enumerate(cases(), 1):
                _saves(studio, number, case, rounds)


def _saves(studio: Locator, number: int, case: Case, rounds: int) -> None:
    studio.get_by_role("button", name=f"Scene {number}: ").click()
    expect(studio.locator(".wb-scene[data-selected=true]")).to_contain_text(case.name)
    found = [_save(studio, case.edited(each)) for each in range(rounds + 1)][1:]
    for step in ("still", "film"):
        values = [times[step] for times in found]
        low, _, high = quantiles(values, n=4)
        print(f"save {case.name:<10} {step:<6} median {median(values):5.0f} ms ({low:.0f}..{high:.0f})")


def _save(studio: Locator, source: str) -> dict[str, float]:
    write(studio, source)
    studio.page.keyboard.press("ControlOrMeta+s")
    wait_until(studio.page, lambda: bool(studio.page.evaluate(SEEN)))
    studio.page.wait_for_timeout(500)
    times: dict[str, float] = studio.page.evaluate("() => ({...globalThis.times})")
    return times


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 12)
