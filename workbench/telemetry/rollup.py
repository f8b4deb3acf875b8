"""Hours of rows summed up, so that a year is read as quickly as a day.

A rollup row is everything of one operation, project, model and outcome within an hour whose duration fell
into one bucket of a logarithmic histogram. The buckets are those of DDSketch (Masson, Rim and Lee, 2019):
any percentile read from them is within `RELATIVE_ERROR` of a duration that really occurred at that rank, and
sums over hours and files keep that promise.
"""

from __future__ import annotations

from math import log

RELATIVE_ERROR = 0.01
GAMMA = (1 + RELATIVE_ERROR) / (1 - RELATIVE_ERROR)

BUCKET = f"ceil(ln(greatest(duration_us, 1)) / {log(GAMMA)!r})::INTEGER"
"""The SQL of the bucket that a duration in microseconds falls into."""

KEYS = ("hour", "kind", "name", "project_id", "provider", "model", "outcome", "bucket")
SUMS = (
    "n",
    "duration_us",
    "value",
    "input_tokens",
    "cached_tokens",
    "output_tokens",
    "cost_usd",
    "priced",
    "first_us",
    "last_us",
)


def rolled(rows: str) -> str:
    """Return the SQL that sums up the rows of a view by hour."""
    return f"""\
SELECT date_trunc('hour', ts) AS hour, kind, name, project_id, provider, model, outcome, {BUCKET} AS bucket,
  count(*) AS n, sum(duration_us)::BIGINT AS duration_us, sum(value) AS value,
  sum(input_tokens)::BIGINT AS input_tokens, sum(cached_tokens)::BIGINT AS cached_tokens,
  sum(output_tokens)::BIGINT AS output_tokens, sum(cost_usd) AS cost_usd, count(cost_usd) AS priced,
  min(epoch_us(ts)) AS first_us, max(epoch_us(ts)) AS last_us
FROM {rows} GROUP BY ALL"""


def rolled_again(rows: str) -> str:
    """Return the SQL that sums up rollup rows, which changes no answer."""
    return f"""\
SELECT {", ".join(KEYS)}, sum(n)::BIGINT AS n, sum(duration_us)::BIGINT AS duration_us, sum(value) AS value,
  sum(input_tokens)::BIGINT AS input_tokens, sum(cached_tokens)::BIGINT AS cached_tokens,
  sum(output_tokens)::BIGINT AS output_tokens, sum(cost_usd) AS cost_usd, sum(priced)::BIGINT AS priced,
  min(first_us) AS first_us, max(last_us) AS last_us
FROM {rows} GROUP BY ALL"""


def percentile(share: float) -> str:
    """Return the SQL of a percentile in milliseconds; `upto` counts a bucket and those below, of `total`."""
    middle = f"2 * pow({GAMMA!r}, min(bucket) FILTER (WHERE upto > {share} * (total - 1))) / {GAMMA + 1!r}"
    return f"({middle}) / 1000"
