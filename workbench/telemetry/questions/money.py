"""Models: tokens, money, speed, and whether what they wrote was any good. Unknown stays unknown."""

from __future__ import annotations

from workbench.telemetry.question import BUCKET_SECONDS, FILTER, HOURS_FILTER, SCOPE, Column, Question
from workbench.telemetry.rollup import percentile

_TOKENS = (
    Column("calls"),
    Column("errors"),
    Column("input_tokens", "tokens", "Cached ones among them; unknown when no call told."),
    Column("cached_tokens", "tokens"),
    Column("output_tokens", "tokens"),
    Column("cost_usd", "USD", "Of the calls whose price is known; unknown when there is none."),
    Column("priced_calls", "", "Calls whose price is known."),
    Column("unpriced_calls", "", "Calls whose price nobody told; their cost is not in the sum."),
)

USAGE = Question(
    "usage",
    "Each model: calls, tokens, cost, time to the first token and to the end.",
    f"""\
SELECT provider, model, count(*) AS calls, count(*) FILTER (WHERE outcome = 'error') AS errors,
  sum(input_tokens)::BIGINT AS input_tokens, sum(cached_tokens)::BIGINT AS cached_tokens,
  sum(output_tokens)::BIGINT AS output_tokens, sum(cost_usd) AS cost_usd,
  count(cost_usd) AS priced_calls, count(*) - count(cost_usd) AS unpriced_calls,
  quantile_cont(first_token_us, 0.5) FILTER (WHERE outcome = 'ok') / 1000 AS first_token_p50_ms,
  quantile_cont(first_token_us, 0.95) FILTER (WHERE outcome = 'ok') / 1000 AS first_token_p95_ms,
  quantile_cont(duration_us, 0.5) FILTER (WHERE outcome = 'ok') / 1000 AS p50_ms,
  quantile_cont(duration_us, 0.95) FILTER (WHERE outcome = 'ok') / 1000 AS p95_ms
FROM events
WHERE kind = 'span' AND name = 'model.call' AND {FILTER}
GROUP BY provider, model ORDER BY calls DESC, model""",
    (
        Column("provider"),
        Column("model"),
        *_TOKENS,
        Column("first_token_p50_ms", "ms", "Of the good calls that stream."),
        Column("first_token_p95_ms", "ms"),
        Column("p50_ms", "ms", "Of the good calls."),
        Column("p95_ms", "ms"),
    ),
    long_sql=f"""\
WITH picked AS (SELECT * FROM hours WHERE kind = 'span' AND name = 'model.call' AND {HOURS_FILTER}),
sums AS (SELECT provider, model, sum(n)::BIGINT AS calls,
    coalesce(sum(n) FILTER (WHERE outcome = 'error'), 0)::BIGINT AS errors,
    sum(input_tokens)::BIGINT AS input_tokens, sum(cached_tokens)::BIGINT AS cached_tokens,
    sum(output_tokens)::BIGINT AS output_tokens, sum(cost_usd) AS cost_usd,
    sum(priced)::BIGINT AS priced_calls, (sum(n) - sum(priced))::BIGINT AS unpriced_calls
  FROM picked GROUP BY provider, model),
buckets AS (SELECT provider, model, bucket,
    sum(sum(n)) OVER (PARTITION BY provider, model ORDER BY bucket) AS upto,
    sum(sum(n)) OVER (PARTITION BY provider, model) AS total
  FROM picked WHERE outcome = 'ok' GROUP BY provider, model, bucket),
sketch AS (SELECT provider, model, {percentile(0.5)} AS p50_ms, {percentile(0.95)} AS p95_ms
  FROM buckets GROUP BY provider, model)
SELECT sums.*, NULL::DOUBLE AS first_token_p50_ms, NULL::DOUBLE AS first_token_p95_ms, p50_ms, p95_ms
FROM sums LEFT JOIN sketch ON sums.provider IS NOT DISTINCT FROM sketch.provider
  AND sums.model IS NOT DISTINCT FROM sketch.model
ORDER BY calls DESC, sums.model""",
)

SPENDING = Question(
    "spending",
    "Tokens and cost of each model over time.",
    f"""\
SELECT time_bucket(to_seconds($bucket_seconds::BIGINT), ts) AS time, model, count(*) AS calls,
  count(*) FILTER (WHERE outcome = 'error') AS errors,
  sum(input_tokens)::BIGINT AS input_tokens, sum(cached_tokens)::BIGINT AS cached_tokens,
  sum(output_tokens)::BIGINT AS output_tokens, sum(cost_usd) AS cost_usd,
  count(cost_usd) AS priced_calls, count(*) - count(cost_usd) AS unpriced_calls
FROM events
WHERE kind = 'span' AND name = 'model.call' AND {FILTER}
GROUP BY time, model ORDER BY time, model""",
    (Column("time", "", "Beginning of the point of time, UTC."), Column("model"), *_TOKENS),
    (*SCOPE, BUCKET_SECONDS),
    long_sql=f"""\
SELECT time_bucket(to_seconds(greatest($bucket_seconds, 3600)::BIGINT), hour) AS time, model,
  sum(n)::BIGINT AS calls,
  coalesce(sum(n) FILTER (WHERE outcome = 'error'), 0)::BIGINT AS errors,
  sum(input_tokens)::BIGINT AS input_tokens, sum(cached_tokens)::BIGINT AS cached_tokens,
  sum(output_tokens)::BIGINT AS output_tokens, sum(cost_usd) AS cost_usd, sum(priced)::BIGINT AS priced_calls,
  (sum(n) - sum(priced))::BIGINT AS unpriced_calls
FROM hours WHERE kind = 'span' AND name = 'model.call' AND {HOURS_FILTER}
GROUP BY time, model ORDER BY time, model""",
)

VALIDITY = Question(
    "validity",
    "What models wrote: how much was good at once, after repairs, or never.",
    f"""\
WITH written AS (SELECT coalesce(model, 'unknown') AS model,
    json_extract_string(attributes, '$.step') AS step,
    coalesce(json_extract_string(attributes, '$.done') = 'true', false) AS kept,
    coalesce(json_extract_string(attributes, '$.repairs')::INTEGER, 0) AS repairs
  FROM events
  WHERE kind = 'span' AND name = 'studio.step' AND {FILTER}
    AND json_extract_string(attributes, '$.written') = 'true')
SELECT model, step, count(*) AS steps, count(*) FILTER (WHERE kept) AS done,
  count(*) FILTER (WHERE kept AND repairs = 0) AS at_once,
  count(*) FILTER (WHERE kept AND repairs = 1) AS after_1,
  count(*) FILTER (WHERE kept AND repairs = 2) AS after_2,
  count(*) FILTER (WHERE kept AND repairs >= 3) AS after_3,
  count(*) FILTER (WHERE NOT kept) AS never,
  done / steps AS done_share, at_once / steps AS at_once_share, sum(written.repairs)::BIGINT AS repairs
FROM written GROUP BY model, step ORDER BY model, step""",
    (
        Column("model", "", "The model that wrote."),
        Column("step", "", "What was to be written: a new scene or an edit."),
        Column("steps"),
        Column("done", "", "How many were kept."),
        Column("at_once", "", "Kept as they were first written."),
        Column("after_1", "", "Kept after one repair."),
        Column("after_2", "", "Kept after two."),
        Column("after_3", "", "Kept after three or more."),
        Column("never", "", "Not kept: broken, or changed more than was asked."),
        Column("done_share", "1"),
        Column("at_once_share", "1"),
        Column("repairs", "", "Repairs in all."),
    ),
)

COST_OF_TAKES = Question(
    "cost_of_takes",
    "What one answered prompt costs, by model; takes with an unknown price are told apart.",
    f"""\
WITH calls AS (SELECT trace_id, any_value(model) AS model, count(*) AS calls, sum(cost_usd) AS cost_usd,
    count(*) - count(cost_usd) AS unpriced, sum(input_tokens) + sum(output_tokens) AS tokens
  FROM events WHERE kind = 'span' AND name = 'model.call' AND {FILTER} GROUP BY trace_id),
takes AS (SELECT trace_id FROM events
  WHERE kind = 'span' AND name = 'studio.ask' AND outcome = 'ok'
    AND ts >= $since AND ts < $until AND ($project_id::VARCHAR IS NULL OR project_id = $project_id))
SELECT model, count(*) AS takes, avg(calls) AS calls_each, avg(tokens) AS tokens_each,
  count(*) FILTER (WHERE unpriced = 0) AS priced_takes,
  avg(cost_usd) FILTER (WHERE unpriced = 0) AS cost_usd_each,
  count(*) FILTER (WHERE unpriced > 0) AS unpriced_takes
FROM takes JOIN calls USING (trace_id) GROUP BY model ORDER BY takes DESC, model""",
    (
        Column("model"),
        Column("takes", "", "Prompts that were answered."),
        Column("calls_each", "", "Calls for one, on average."),
        Column("tokens_each", "tokens"),
        Column("priced_takes", "", "Those where every call has a price."),
        Column("cost_usd_each", "USD", "Average of those; unknown when there are none."),
        Column("unpriced_takes"),
    ),
)

MONEY = (USAGE, SPENDING, VALIDITY, COST_OF_TAKES)
