"""What Prometheus is given: sums by few labels, and how many spans took how long."""

from __future__ import annotations

from math import log

from workbench.telemetry.question import PERIOD, Column, Question

FIRST_BUCKET_SECONDS, BUCKET_FACTOR, BUCKETS = 0.005, 1.3, 46
BOUNDS_SECONDS = tuple(FIRST_BUCKET_SECONDS * BUCKET_FACTOR**place for place in range(BUCKETS))
"""5 ms, then 30 % more each, up to 11 minutes: neighbours differ little, and a film of minutes still fits."""

_WHEN = "ts >= $since AND ts < $until"

SPANS_SCRAPED = Question(
    "spans_scraped",
    "Spans by operation, outcome and bucket of duration, from 5 ms in steps of 30 %.",
    f"""\
SELECT name, outcome,
  greatest(0, least({BUCKETS}, ceil(ln(greatest(duration_us, 1) / {FIRST_BUCKET_SECONDS * 1e6})
    / {log(BUCKET_FACTOR)!r} - 1e-9)))::INTEGER AS bucket,
  count(*) AS spans, sum(duration_us) / 1e6 AS seconds
FROM events WHERE kind = 'span' AND {_WHEN} GROUP BY ALL ORDER BY ALL""",
    (
        Column("name"),
        Column("outcome"),
        Column("bucket", "", f"0 up to 5 ms, {BUCKETS} beyond the last bound."),
        Column("spans"),
        Column("seconds", "s"),
    ),
    PERIOD,
)

ERRORS_SCRAPED = Question(
    "errors_scraped",
    "Errors by the operation where they happened first, and their type.",
    f"""\
SELECT name, coalesce(error_type, 'unknown') AS error_type, count(*) AS times
FROM events WHERE kind = 'span' AND fingerprint IS NOT NULL AND {_WHEN} GROUP BY ALL ORDER BY ALL""",
    (Column("name"), Column("error_type"), Column("times")),
    PERIOD,
)

MODELS_SCRAPED = Question(
    "models_scraped",
    "Model calls with their tokens and cost; calls without a price are counted apart.",
    f"""\
SELECT coalesce(provider, 'unknown') AS provider, coalesce(model, 'unknown') AS model, outcome,
  count(*) AS calls, coalesce(sum(input_tokens), 0)::BIGINT AS input_tokens,
  coalesce(sum(cached_tokens), 0)::BIGINT AS cached_tokens,
  coalesce(sum(output_tokens), 0)::BIGINT AS output_tokens, coalesce(sum(cost_usd), 0) AS cost_usd,
  count(*) - count(cost_usd) AS unpriced
FROM events WHERE kind = 'span' AND name = 'model.call' AND {_WHEN} GROUP BY ALL ORDER BY ALL""",
    (
        Column("provider"),
        Column("model"),
        Column("outcome"),
        Column("calls"),
        Column("input_tokens", "tokens"),
        Column("cached_tokens", "tokens"),
        Column("output_tokens", "tokens"),
        Column("cost_usd", "USD", "Of the calls with a price."),
        Column("unpriced", "", "Calls without one."),
    ),
    PERIOD,
)

COUNTS_SCRAPED = Question(
    "counts_scraped",
    "What was counted, summed up, with the last value of each.",
    f"""\
SELECT name, sum(value) AS total, arg_max(value, ts) AS last
FROM events WHERE kind = 'count' AND {_WHEN} GROUP BY name ORDER BY name""",
    (
        Column("name"),
        Column("total"),
        Column("last", "", "Of a quantity such as a queue's length, its value."),
    ),
    PERIOD,
)

SCRAPED = (SPANS_SCRAPED, ERRORS_SCRAPED, MODELS_SCRAPED, COUNTS_SCRAPED)
