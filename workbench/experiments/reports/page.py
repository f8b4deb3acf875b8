"""Results as one HTML file that needs no network: tables, verdicts, proof that the arms differ, and clips."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Sequence
from html import escape
from typing import Any

from workbench.experiments.experiment import Experiment
from workbench.experiments.painting import CellPainter
from workbench.experiments.reasons import nothing_compared
from workbench.experiments.reports.junit import why_not
from workbench.experiments.reports.style import STYLE
from workbench.experiments.results import ArmSummary, comparison_row
from workbench.experiments.scores.scoring import METRICS
from workbench.experiments.sending import difference
from workbench.experiments.statistics.pairs import About
from workbench.store.trial_values import Cell, Paid

MOST_CLIP_BYTES = 24 * 2**20
_MOST_DIFF_LETTERS = 8_000
_UNKNOWN = '<span class="quiet">unknown</span>'
_NONE = '<span class="quiet">–</span>'
_SCRIPT = """for (const clip of document.querySelectorAll("video")) {
  clip.controls = false;
  clip.tabIndex = 0;
  for (const begin of ["mouseenter", "focus"]) clip.addEventListener(begin, () => clip.play());
  for (const end of ["mouseleave", "blur"]) clip.addEventListener(end, () => clip.pause());
  clip.addEventListener("click", () => { clip.controls = true; });
}"""
"""Clips play under the mouse and when they have the focus; controls, which hide much, come with a click."""
_MOST_ABREAST = 5


def html_report(
    experiment: Experiment, *, about: About = "cases like these", most_clip_bytes: int = MOST_CLIP_BYTES
) -> str:
    """Return the page. Clips are put into it up to so many bytes; cells beyond show a still, then nothing."""
    results = experiment.results
    spec = experiment.spec
    spent = experiment.spent
    counts = ", ".join(f"{count} {state}" for state, count in results.counts.items())
    parts_of = ((len(spec.variants), "variant"), (len(spec.models), "model"), (len(spec.cases), "case"))
    size = " × ".join(_several(count, name) for count, name in (*parts_of, (spec.repeats, "repeat")))
    head = f"<p>{size}: {counts}.</p>"
    paid = f"{spent.calls} calls, {spent.input_tokens:,} tokens told, {spent.output_tokens:,} answered"
    cost = f"{spent.cost_usd:.4f} USD" if not spent.unpriced_calls else "a cost that is unknown"
    parts = [
        f"<h1>{escape(spec.name)}</h1>",
        head,
        f"<p>{paid}, {cost}{_judge(spent.judge)}.</p>",
        "<h2>Arms</h2>",
        _table(_ARM_HEAD, [_arm(arm) for arm in results.arms]),
        "<h2>Against the baseline</h2>",
        _comparisons(experiment, about),
        _variance(experiment),
        _why_not(experiment),
        "<h2>What differs between the arms</h2>",
        _proof(experiment),
        "<h2>Cells</h2>",
        _gallery(experiment, most_clip_bytes),
    ]
    title = escape(spec.name)
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>{title}</title><style>{STYLE}</style><main>{''.join(parts)}</main>"
        f"<script>{_SCRIPT}</script></html>"
    )


def _judge(paid: Paid | None) -> str:
    """Say which part of it the judge took, which is in no arm's cost."""
    if paid is None:
        return ""
    cost = "a cost that is unknown" if paid.cost_usd is None else f"{paid.cost_usd:.4f} USD"
    return f"; of that the judge {_several(paid.calls, 'call')}, {cost}"


_ARM_HEAD = (
    *("Variant", "Model", "Done", "Failed", "Valid", "Accepted"),
    *("pass@k", "pass^k", "Repairs", "Seconds", "Cost, USD", "USD per accepted"),
)


def _arm(arm: ArmSummary) -> list[str]:
    passing = (
        ", ".join(f"{k}: {each.mean:.2f}" for k, each in found.items()) or _NONE
        for found in (arm.pass_at, arm.pass_hat)
    )
    ended = arm.done + arm.failed
    return [
        escape(arm.variant),
        escape(arm.model),
        str(arm.done),
        str(arm.failed),
        *(_number(arm.means.get(name)) for name in ("valid", "accepted")),
        *passing,
        *(_number(arm.means.get(name)) for name in ("repairs", "seconds")),
        _UNKNOWN if arm.cost_usd is None and ended else _number(arm.cost_usd),
        _UNKNOWN if arm.cost_usd is None and ended else _number(arm.cost_per_accepted_usd),
    ]


def _comparisons(experiment: Experiment, about: About) -> str:
    found = experiment.results.compare(about=about)
    if not found:
        blank = nothing_compared(experiment.cells, experiment.reasons())
        return f"<p>{escape(blank or 'There is nothing to compare yet.')}</p>"
    rows = []
    for each in found:
        row = comparison_row(each)
        reach = f"{row['low']:+.3g} … {row['high']:+.3g}" if row["low"] is not None else "not known"
        metric = METRICS[each.score]
        name = f"{each.score} (judged)" if metric.judged else each.score
        verdict = f'<b class="{each.verdict.split()[0]}">{each.verdict}</b>'
        pairs = f"{row['pairs']} in {_several(row['cases'], 'case')}"
        changed = f"+{row['gained']} −{row['lost']}" if row["gained"] is not None else _NONE
        rows.append(
            [
                escape(each.arm),
                escape(each.model),
                name,
                f"{each.difference:+.3g}",
                reach,
                changed,
                pairs,
                f"{row['p_adjusted']:.3g}",
                verdict,
                escape(row["more"]),
            ]
        )
    head = (
        *("Variant", "Model", "Score", "Difference", "95 %", "Gained, lost"),
        *("Pairs", "p (Holm)", "Verdict", "To decide"),
    )
    base = escape(experiment.spec.base)
    note = (
        f"<p>Each variant against <b>{base}</b>, in pairs of case and repeat; about {about}. "
        f"{_several(found[0].family, 'comparison')} judged together; p-values are adjusted (Holm).</p>"
    )
    return note + _table(head, rows)


def _why_not(experiment: Experiment) -> str:
    told = "".join(f"<li>{escape(str(each))}</li>" for each in experiment.reasons(6))
    return f"<h2>Why cells were not accepted</h2><ul>{told}</ul>" if told else ""


def _several(count: int, name: str) -> str:
    return f"{count} {name}{'' if count == 1 else 's'}"


def _variance(experiment: Experiment) -> str:
    split = experiment.results.variance()
    if split is None:
        return ""
    told = ", ".join(f"{name} {share:.0%}" for name, share in split.shares.items())
    return f"<p>Where the variance of <i>accepted</i> comes from (arms count as models): {told}.</p>"


def _proof(experiment: Experiment) -> str:
    spec = experiment.spec
    done = {
        (cell.key.variant, cell.key.model, cell.key.case): cell for cell in experiment.cells if cell.scores
    }
    parts = []
    for model in spec.models:
        for variant in spec.variants:
            if variant.name == spec.base:
                continue
            names = [each.name for each in spec.cases]
            both = [each for each in names if _both(done, variant.name, spec.base, model.name, each)]
            case = both[0] if both else None
            if case is None:
                continue
            ours, theirs = (
                experiment.sent(done[name, model.name, case].id) for name in (spec.base, variant.name)
            )
            told = difference(ours, theirs, (spec.base, variant.name))
            told = told or "The letters of this case are the same; see the parameters."
            settings = variant.prompting.as_dict()
            parts.append(
                f"<details><summary>{escape(variant.name)} · {escape(model.name)} (case {escape(case)})"
                "</summary>"
                f"<p>Set: {escape(', '.join(settings) or 'nothing')}</p>"
                f"<pre>{_colored(told[:_MOST_DIFF_LETTERS])}</pre></details>"
            )
    return "".join(parts) or "<p>No pair of arms is done yet.</p>"


def _both(done: dict[Any, Cell], variant: str, base: str, model: str, case: str) -> bool:
    return (variant, model, case) in done and (base, model, case) in done


def _gallery(experiment: Experiment, most_bytes: int) -> str:
    painter = CellPainter(experiment.workspace, experiment.spec)
    left = most_bytes
    parts = []
    for light in _in_rows(experiment):
        if light.state != "done":
            parts.append(_card(light, "", escape(light.error) or light.state))
            continue
        cell = experiment.cell(light.id)
        shown = ""
        if left > 0:
            clip, poster = painter.clip(cell), painter.poster(cell)
            left -= len(clip or b"") + len(poster or b"")
            shown = _video(clip, poster)
        accepted = bool(cell.scores and cell.scores.get("accepted"))
        parts.append(_card(cell, shown, "accepted" if accepted else escape(why_not(cell))))
    arms = len(experiment.spec.variants) * len(experiment.spec.models)
    abreast = f' style="grid-template-columns: repeat({arms}, 1fr)"' if 1 < arms <= _MOST_ABREAST else ""
    return f'<div class="cells"{abreast}>{"".join(parts)}</div>'


def _in_rows(experiment: Experiment) -> list[Cell]:
    """Return the cells case by case and repeat by repeat, so that arms stand side by side."""
    spec = experiment.spec
    cases = {each.name: place for place, each in enumerate(spec.cases)}
    variants = {each.name: place for place, each in enumerate(spec.variants)}
    models = {each.name: place for place, each in enumerate(spec.models)}

    def place(cell: Cell) -> tuple[int, ...]:
        key = cell.key
        return (cases.get(key.case, 0), key.repeat, models.get(key.model, 0), variants.get(key.variant, 0))

    return sorted(experiment.cells, key=place)


def _card(cell: Cell, shown: str, told: str) -> str:
    key = cell.key
    good = bool(cell.scores and cell.scores.get("accepted"))
    source = "\n\n".join(scene["source"] for scene in (cell.result or {}).get("scenes", ()))
    code = f"<details><summary>Source</summary><pre>{escape(source)}</pre></details>" if source else ""
    return (
        f'<figure class="{"good" if good else "bad"}">{shown}<figcaption><b>{escape(key.case)}</b> '
        f"{escape(key.variant)} · {escape(key.model)} · repeat {key.repeat}<br>{told}</figcaption>"
        f"{code}</figure>"
    )


def _video(clip: bytes | None, poster: bytes | None) -> str:
    still = f"data:image/jpeg;base64,{b64encode(poster).decode()}" if poster else ""
    if clip is None:
        return f'<img src="{still}" alt="">' if still else ""
    source = f"data:video/mp4;base64,{b64encode(clip).decode()}"
    return f'<video muted loop playsinline controls preload="none" poster="{still}" src="{source}"></video>'


def _colored(diff: str) -> str:
    lines = []
    for line in diff.splitlines():
        kind = {"+": "plus", "-": "minus"}.get(line[:1], "")
        lines.append(f'<span class="{kind}">{escape(line)}</span>' if kind else escape(line))
    return "\n".join(lines)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    first = "".join(f'<th scope="col">{each}</th>' for each in head)
    body = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    return f'<div class="scroll"><table><thead><tr>{first}</tr></thead><tbody>{body}</tbody></table></div>'


def _number(value: float | None) -> str:
    return _NONE if value is None else f"{value:.3g}"
