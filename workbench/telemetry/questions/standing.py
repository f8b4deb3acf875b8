"""What stands in the service at a time: the two sides of Little's law (`workbench.telemetry.little`)."""

from __future__ import annotations

from workbench.telemetry.question import LIMIT, PERIOD, Column, Question

SETTLED_SECONDS = 900
"""A request has no span before it has ended: of the last quarter of an hour too little is known yet."""

IN_FLIGHT = Question(
    "in_flight",
    "Requests under way at the service, two ways: as it counted them, and as the spans of them tell.",
    f"""\
WITH windows AS (SELECT process, value, epoch_us(ts) AS upto,
    epoch_us(ts) - (1e6 * json_extract_string(attributes, '$.seconds')::DOUBLE)::BIGINT AS since,
    json_extract_string(attributes, '$.looks')::BIGINT AS looks,
    json_extract_string(attributes, '$.steps')::DOUBLE AS steps
  FROM events WHERE kind = 'count' AND name = 'http.in_flight'
    AND ts >= $since AND ts < $until::TIMESTAMP - to_seconds({SETTLED_SECONDS})),
whole AS (SELECT *, since - lag(upto) OVER (PARTITION BY process ORDER BY upto) AS gap
  FROM windows WHERE since >= epoch_us($since::TIMESTAMP)),
numbered AS (SELECT *, sum(CASE WHEN gap <= 500000 THEN 0 ELSE 1 END)
    OVER (PARTITION BY process ORDER BY upto) AS stretch
  FROM whole),
stretches AS (SELECT process, stretch, min(since) AS since, max(upto) AS upto, sum(looks) AS looks,
    sum(value * looks) AS seen, sum(steps) AS steps
  FROM numbered GROUP BY process, stretch),
served AS (SELECT process, epoch_us(ts) AS ended, epoch_us(ts) - duration_us AS began
  FROM events WHERE kind = 'span' AND name = 'http.request' AND ts >= $since AND ts < $until
    AND json_extract_string(attributes, '$.stream') IS NULL),
inside AS (SELECT stretches.process AS process, stretches.stretch AS stretch, count(*) AS requests,
    sum(least(served.ended, stretches.upto) - greatest(served.began, stretches.since)) AS inside_us
  FROM stretches JOIN served ON served.process = stretches.process
    AND served.began < stretches.upto AND served.ended > stretches.since
  GROUP BY stretches.process, stretches.stretch)
SELECT process, sum(looks)::BIGINT AS looks, sum(upto - since) / 1e6 AS watched_seconds,
  sum(seen) / sum(looks) AS counted, sum(steps)::DOUBLE AS steps,
  coalesce(sum(requests), 0)::BIGINT AS requests, coalesce(sum(inside_us), 0) / 1e6 AS inside_seconds
FROM stretches LEFT JOIN inside USING (process, stretch)
GROUP BY process ORDER BY process LIMIT $limit""",
    (
        Column("process", "", "Machine and process."),
        Column("looks", "", "How often it looked at how many were under way."),
        Column("watched_seconds", "s", "The time that the looks are of; the rest is left out on both sides."),
        Column("counted", "requests", "The mean of the looks: L."),
        Column("steps", "", "The sum of squared differences of neighbouring looks; how sure the mean is."),
        Column("requests", "", "Spans of requests that were under way in that time, without event streams."),
        Column("inside_seconds", "s", "How long they were, in all; by the time watched it is λ W."),
    ),
    (*PERIOD, LIMIT),
)
