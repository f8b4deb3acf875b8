"""Prompts and models: tokens, money, and whether what came back was any good."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from dashboards.asking import Ask, Failed, Snapshot
from dashboards.pages.page import Desk, Page
from dashboards.parts import Groups, Part, Words, state
from dashboards.pieces import Col, Tile, meter, table, text, tiles, told, unknown_or
from dashboards.words import count, milliseconds, share, usd


def _make(desk: Desk) -> Sequence[Part]:
    scope, look = desk.scope, desk.look
    about = scope.about()
    usage, validity, takes = Ask.of("usage", about), Ask.of("validity", about), Ask.of("cost_of_takes", about)
    spending = Ask.of("spending", about, bucket_seconds=scope.bucket_seconds)
    return (
        Words(
            "sums",
            "In all",
            "Calls of models, and what they used.",
            12,
            (usage, validity),
            lambda seen, _: _tiles(seen, usage, validity),
        ),
        Groups(
            look,
            "cost",
            "Cost by model",
            "US dollars, of the calls whose price is known.",
            spending,
            "cost_usd",
            unit="USD",
        ),
        Groups(
            look,
            "tokens",
            "Tokens by model",
            "Asked and answered together, cached ones among them.",
            spending,
            _tokens,
        ),
        Words(
            "validity",
            "Good at once, after repairs, never",
            "Of what was written: kept as it came, kept after so many repairs, or not kept.",
            5,
            (validity,),
            lambda seen, _: _validity(seen, validity),
        ),
        Words(
            "takes",
            "What one answered prompt costs",
            "The average of takes whose every call has a price.",
            7,
            (takes,),
            lambda seen, _: _takes(seen, takes),
        ),
        Words(
            "models",
            "Every model",
            "Times are of good calls; the first token is kept for times up to a day.",
            12,
            (usage,),
            lambda seen, _: _models(seen, usage),
        ),
    )


PROMPTS = Page(
    "prompts",
    "Prompts and models",
    "What was asked, what it cost, was it any good",
    _make,
    short="Prompts, models",
)


def _tokens(row: Mapping[str, Any]) -> int | None:
    told_ = [row[name] for name in ("input_tokens", "output_tokens") if row[name] is not None]
    return sum(told_) if told_ else None


def _tiles(seen: Snapshot, usage: Ask, validity: Ask) -> str:
    rows, written = seen.rows(usage), seen.rows(validity)
    if isinstance(rows, Failed) or not rows:
        return state("No model was called in this time.")

    def whole(name: str) -> int:
        return sum(int(row[name] or 0) for row in rows)

    costs = [row["cost_usd"] for row in rows if row["cost_usd"] is not None]
    kept = [] if isinstance(written, Failed) else written
    steps, once = sum(row["steps"] for row in kept), sum(row["at_once"] for row in kept)
    done, repairs = sum(row["done"] for row in kept), sum(row["repairs"] or 0 for row in kept)
    calls, asked = whole("calls"), whole("input_tokens")
    return tiles(
        [
            Tile("Calls", count(calls), f"{share(whole('errors') / calls)} failed"),
            Tile(
                "Tokens asked",
                count(asked),
                f"{share(whole('cached_tokens') / asked)} from cache" if asked else "",
            ),
            Tile(
                "Tokens answered",
                count(whole("output_tokens")),
                f"{count(whole('output_tokens') / calls)} a call",
            ),
            Tile(
                "Cost",
                usd(sum(costs)) if costs else "unknown",
                f"{count(whole('unpriced_calls'))} of unknown price",
            ),
            Tile("Good at once", share(once / steps) if steps else "–", f"of {count(steps)} written"),
            Tile(
                "Good in the end",
                share(done / steps) if steps else "–",
                f"{repairs / steps:.2f} repairs each" if steps else "",
            ),
        ]
    )


_KINDS = (
    ("at_once", "at once"),
    ("after_1", "after 1 repair"),
    ("after_2", "after 2"),
    ("after_3", "after 3"),
    ("never", "never"),
)


def _validity(seen: Snapshot, ask: Ask) -> str:
    rows = seen.rows(ask)
    if isinstance(rows, Failed) or not rows:
        return state("Nothing was written by a model in this time.")
    keys = "".join(f'<li><i class="s{place}"></i>{said}</li>' for place, (_, said) in enumerate(_KINDS))
    bars = "".join(_bar(row) for row in rows)
    return f'<ul class="keys">{keys}</ul><div class="bars">{bars}</div>'


def _bar(row: Mapping[str, Any]) -> str:
    told_ = ", ".join(f"{row[name]} {said}" for name, said in _KINDS if row[name])
    parts = "".join(
        f'<i class="s{place}" style="flex:{row[name]}"></i>'
        for place, (name, _) in enumerate(_KINDS)
        if row[name]
    )
    return (
        f'<div><div class="head"><span>{escape(str(row["model"]))} '
        f"<small>{escape(str(row['step']))}</small></span>"
        f"<small>{share(row['at_once_share'])} at once, {share(row['done_share'])} in the end, "
        f"of {row['steps']}</small></div>"
        f'<div class="stack" role="img" aria-label="{escape(told_, quote=True)}">{parts}</div></div>'
    )


def _takes(seen: Snapshot, ask: Ask) -> str:
    rows = seen.rows(ask)
    if isinstance(rows, Failed) or not rows:
        return state("No prompt was answered by a model in this time.")
    columns = [
        Col("Model", text("model")),
        Col("Takes", told("takes", count), number=True),
        Col("Calls each", told("calls_each", lambda value: f"{value:.2f}"), number=True),
        Col("Tokens each", told("tokens_each", count), number=True),
        Col("Cost each", told("cost_usd_each", usd), number=True),
        Col("Unknown price", told("unpriced_takes", count), number=True),
    ]
    return table(rows, columns, "The cost of one answered prompt by model")


def _models(seen: Snapshot, ask: Ask) -> str:
    rows = seen.rows(ask)
    if isinstance(rows, Failed) or not rows:
        return state("No model was called in this time.")
    exact = getattr(seen.results.get(ask), "exact", True)

    def first_token(row: Mapping[str, Any]) -> str:
        if exact:
            return unknown_or(milliseconds(row["first_token_p50_ms"]))
        return '<span class="dim" title="Summed up hours do not hold it: look at a day or less.">–</span>'

    columns = [
        Col("Model", text("model")),
        Col("Provider", text("provider")),
        Col("Calls", told("calls", count), number=True),
        Col(
            "Errors",
            lambda row: meter(row["errors"] / row["calls"], share(row["errors"] / row["calls"]), "bad"),
            True,
        ),
        Col("Asked", told("input_tokens", count), number=True),
        Col("From cache", told("cached_tokens", count), number=True),
        Col("Answered", told("output_tokens", count), number=True),
        Col("First token", first_token, number=True),
        Col("P50", told("p50_ms", milliseconds), number=True),
        Col("P95", told("p95_ms", milliseconds), number=True),
        Col("Cost", told("cost_usd", usd), number=True),
        Col("Unknown price", told("unpriced_calls", count), number=True),
    ]
    return table(rows, columns, "Every model with its calls, tokens, times and cost")
