"""How fast, how often, how well: every operation's rate, errors and durations."""

from __future__ import annotations

from workbench.telemetry.question import (
    BUCKET_SECONDS,
    FILTER,
    HOURS_FILTER,
    LIMIT,
    OPERATION,
    SCOPE,
    Column,
    Question,
)
from workbench.telemetry.rollup import percentile

_OPERATION = "($operation::VARCHAR IS NULL OR name = $operation)"
_DONE = "duration_us, {q}) FILTER (WHERE outcome = 'ok') / 1000"


def _exact(share: float) -> str:
    return f"quantile_cont({_DONE.format(q=share)}"


def _bucketed(keys: str) -> str:
    """Return the SQL of buckets with what is below them, of the good ones alone."""
    return f"""\
SELECT {keys}, bucket, sum(n) AS n, sum(sum(n)) OVER below AS upto,
    sum(sum(n)) OVER (PARTITION BY {keys}) AS total
  FROM picked WHERE outcome = 'ok' GROUP BY {keys}, bucket
  WINDOW below AS (PARTITION BY {keys} ORDER BY bucket)"""


OPERATIONS = Question(
    "operations",
    "Each operation: how often, how many errors, how long the good ones took; the others apart.",
    f"""\
SELECT name, count(*) AS spans,
  count(*) * 60.0 / greatest(epoch($until::TIMESTAMP) - epoch($since::TIMESTAMP), 1) AS per_minute,
  count(*) FILTER (WHERE outcome = 'error') AS errors,
  count(*) FILTER (WHERE outcome = 'cancelled') AS cancelled,
  count(*) FILTER (WHERE outcome = 'error') / count(*) AS error_share,
  count(*) FILTER (WHERE outcome = 'ok') AS ok,
  avg(duration_us) FILTER (WHERE outcome = 'ok') / 1000 AS mean_ms,
  {_exact(0.5)} AS p50_ms,
  {_exact(0.95)} AS p95_ms,
  {_exact(0.99)} AS p99_ms,
  max(duration_us) FILTER (WHERE outcome = 'ok') / 1000 AS max_ms,
  avg(duration_us) FILTER (WHERE outcome = 'error') / 1000 AS error_mean_ms,
  sum(duration_us) / 1e6 AS total_seconds
FROM events
WHERE kind = 'span' AND {FILTER} AND {_OPERATION}
GROUP BY name ORDER BY total_seconds DESC LIMIT $limit""",
    (
        Column("name", "", "The operation."),
        Column("spans", "", "How often it ended."),
        Column("per_minute", "1/min", "How often in a minute, over the whole period."),
        Column("errors", "", "How many failed."),
        Column("cancelled", "", "How many were stopped on request; no errors."),
        Column("error_share", "1", "Errors of all."),
        Column("ok", "", "How many went well; the next five are of these alone."),
        Column("mean_ms", "ms"),
        Column("p50_ms", "ms", "Half were faster; between two durations it is interpolated."),
        Column("p95_ms", "ms"),
        Column("p99_ms", "ms", "Says little below about 100 good ones."),
        Column("max_ms", "ms"),
        Column("error_mean_ms", "ms", "How long those took that failed."),
        Column("total_seconds", "s", "All of them together."),
    ),
    (*SCOPE, OPERATION, LIMIT),
    long_sql=f"""\
WITH picked AS (SELECT * FROM hours WHERE kind = 'span' AND {HOURS_FILTER} AND {_OPERATION}),
sums AS (SELECT name, sum(n)::BIGINT AS spans,
    coalesce(sum(n) FILTER (WHERE outcome = 'error'), 0)::BIGINT AS errors,
    coalesce(sum(n) FILTER (WHERE outcome = 'cancelled'), 0)::BIGINT AS cancelled,
    coalesce(sum(n) FILTER (WHERE outcome = 'ok'), 0)::BIGINT AS ok,
    sum(duration_us) FILTER (WHERE outcome = 'ok') AS ok_us,
    sum(duration_us) FILTER (WHERE outcome = 'error') AS error_us, sum(duration_us) AS all_us
  FROM picked GROUP BY name),
buckets AS ({_bucketed("name")}),
sketch AS (SELECT name, {percentile(0.5)} AS p50_ms, {percentile(0.95)} AS p95_ms,
    {percentile(0.99)} AS p99_ms, {percentile(1)} AS max_ms FROM buckets GROUP BY name)
SELECT name, spans,
  spans * 60.0 / greatest(epoch($until::TIMESTAMP) - epoch($since::TIMESTAMP), 1) AS per_minute,
  errors, cancelled, errors / spans AS error_share, ok, ok_us / nullif(ok, 0) / 1000 AS mean_ms,
  p50_ms, p95_ms, p99_ms, max_ms,
  error_us / nullif(errors, 0) / 1000 AS error_mean_ms, all_us / 1e6 AS total_seconds
FROM sums LEFT JOIN sketch USING (name) ORDER BY total_seconds DESC LIMIT $limit""",
)

LATENCY = Question(
    "latency",
    "Percentiles of the good spans over time, with how many they rest on.",
    f"""\
SELECT time_bucket(to_seconds($bucket_seconds::BIGINT), ts) AS time,
  count(*) FILTER (WHERE outcome = 'ok') AS ok,
  {_exact(0.5)} AS p50_ms,
  {_exact(0.95)} AS p95_ms,
  {_exact(0.99)} AS p99_ms
FROM events
WHERE kind = 'span' AND {FILTER} AND {_OPERATION}
GROUP BY time HAVING ok > 0 ORDER BY time""",
    (
        Column("time", "", "Beginning of the point of time, UTC."),
        Column("ok", "", "How many good spans the percentiles rest on."),
        Column("p50_ms", "ms"),
        Column("p95_ms", "ms"),
        Column("p99_ms", "ms"),
    ),
    (*SCOPE, OPERATION, BUCKET_SECONDS),
    long_sql=f"""\
WITH picked AS (SELECT *, time_bucket(to_seconds(greatest($bucket_seconds, 3600)::BIGINT), hour) AS time
  FROM hours WHERE kind = 'span' AND {HOURS_FILTER} AND {_OPERATION}),
buckets AS ({_bucketed("time")})
SELECT time, max(total)::BIGINT AS ok, {percentile(0.5)} AS p50_ms, {percentile(0.95)} AS p95_ms,
  {percentile(0.99)} AS p99_ms
FROM buckets GROUP BY time ORDER BY time""",
)

TRAFFIC = Question(
    "traffic",
    "How many spans ended over time, and how.",
    f"""\
SELECT time_bucket(to_seconds($bucket_seconds::BIGINT), ts) AS time, count(*) AS spans,
  count(*) FILTER (WHERE outcome = 'ok') AS ok,
  count(*) FILTER (WHERE outcome = 'error') AS errors,
  count(*) FILTER (WHERE outcome = 'cancelled') AS cancelled,
  count(*) FILTER (WHERE outcome = 'error') / count(*) AS error_share
FROM events
WHERE kind = 'span' AND {FILTER} AND {_OPERATION}
GROUP BY time ORDER BY time""",
    (
        Column("time", "", "Beginning of the point of time, UTC."),
        Column("spans"),
        Column("ok"),
        Column("errors"),
        Column("cancelled"),
        Column("error_share", "1"),
    ),
    (*SCOPE, OPERATION, BUCKET_SECONDS),
    long_sql=f"""\
SELECT time_bucket(to_seconds(greatest($bucket_seconds, 3600)::BIGINT), hour) AS time,
  sum(n)::BIGINT AS spans,
  coalesce(sum(n) FILTER (WHERE outcome = 'ok'), 0)::BIGINT AS ok,
  coalesce(sum(n) FILTER (WHERE outcome = 'error'), 0)::BIGINT AS errors,
  coalesce(sum(n) FILTER (WHERE outcome = 'cancelled'), 0)::BIGINT AS cancelled,
  coalesce(sum(n) FILTER (WHERE outcome = 'error'), 0) / sum(n) AS error_share
FROM hours WHERE kind = 'span' AND {HOURS_FILTER} AND {_OPERATION}
GROUP BY time ORDER BY time""",
)

CACHES = Question(
    "caches",
    "How often what was asked for was there already.",
    f"""\
SELECT regexp_replace(name, '\\.(hit|miss)$', '') AS cache,
  coalesce(sum(value) FILTER (WHERE name LIKE '%.hit'), 0)::BIGINT AS hits,
  coalesce(sum(value) FILTER (WHERE name LIKE '%.miss'), 0)::BIGINT AS misses,
  hits / nullif(hits + misses, 0) AS hit_share
FROM events
WHERE kind = 'count' AND (name LIKE '%.hit' OR name LIKE '%.miss') AND {FILTER}
GROUP BY cache ORDER BY hits + misses DESC""",
    (
        Column("cache", "", "Which cache."),
        Column("hits"),
        Column("misses"),
        Column("hit_share", "1", "Hits of all that was asked for."),
    ),
    long_sql=f"""\
SELECT regexp_replace(name, '\\.(hit|miss)$', '') AS cache,
  coalesce(sum(value) FILTER (WHERE name LIKE '%.hit'), 0)::BIGINT AS hits,
  coalesce(sum(value) FILTER (WHERE name LIKE '%.miss'), 0)::BIGINT AS misses,
  hits / nullif(hits + misses, 0) AS hit_share
FROM hours
WHERE kind = 'count' AND (name LIKE '%.hit' OR name LIKE '%.miss') AND {HOURS_FILTER}
GROUP BY cache ORDER BY hits + misses DESC""",
)

COUNTS = Question(
    "counts",
    "What was counted, over time: how often, its sum, and its largest value.",
    f"""\
SELECT time_bucket(to_seconds($bucket_seconds::BIGINT), ts) AS time, name, count(*) AS times,
  sum(value) AS total, max(value) AS largest
FROM events
WHERE kind = 'count' AND {FILTER} AND {_OPERATION}
GROUP BY time, name ORDER BY time, name""",
    (
        Column("time", "", "Beginning of the point of time, UTC."),
        Column("name"),
        Column("times", "", "How many counts there were."),
        Column("total", "", "Their sum."),
        Column("largest", "", "The largest of them; of a quantity such as a queue's length, its peak."),
    ),
    (*SCOPE, OPERATION, BUCKET_SECONDS),
)

FLOW = (OPERATIONS, LATENCY, TRAFFIC, CACHES, COUNTS)
