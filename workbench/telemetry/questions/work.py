"""Work that goes on by itself: jobs, what nobody had to wait for, cleanups, and telemetry's own health."""

from __future__ import annotations

from workbench.telemetry.question import (
    BUCKET_SECONDS,
    FILTER,
    LIMIT,
    PERIOD,
    SCOPE,
    Column,
    Question,
)

ASYNC_WIN = Question(
    "async_win",
    "What authors did not wait for: when jobs of their traces worked and nobody of the trace stood waiting.",
    f"""\
WITH spans AS (SELECT trace_id, parent_id, name, outcome,
    json_extract_string(attributes, '$.job_kind') AS job_kind,
    epoch_us(ts) AS ended, epoch_us(ts) - duration_us AS began
  FROM events WHERE kind = 'span' AND {FILTER}),
jobs AS (SELECT * FROM spans
  WHERE name = 'job.run' AND outcome = 'ok' AND job_kind IS DISTINCT FROM 'film'),
waits AS (SELECT * FROM spans WHERE name <> 'job.run' AND (parent_id IS NULL OR name LIKE 'wait.%')
  AND trace_id IN (SELECT trace_id FROM jobs)),
edges AS (SELECT trace_id, began AS moment, 1 AS working, 0 AS waiting FROM jobs
  UNION ALL SELECT trace_id, ended, -1, 0 FROM jobs
  UNION ALL SELECT trace_id, began, 0, 1 FROM waits
  UNION ALL SELECT trace_id, ended, 0, -1 FROM waits),
steps AS (SELECT trace_id, sum(sum(working)) OVER times AS working, sum(sum(waiting)) OVER times AS waiting,
    lead(moment) OVER times - moment AS lasted
  FROM edges GROUP BY trace_id, moment WINDOW times AS (PARTITION BY trace_id ORDER BY moment)),
sums AS (SELECT trace_id, coalesce(sum(lasted) FILTER (WHERE waiting > 0), 0) AS waited_us,
    coalesce(sum(lasted) FILTER (WHERE working > 0 AND waiting = 0), 0) AS alone_us
  FROM steps GROUP BY trace_id),
authors AS (SELECT trace_id, arg_min(name, began) AS name
  FROM waits WHERE parent_id IS NULL GROUP BY trace_id)
SELECT name, count(*) AS traces, quantile_cont(waited_us, 0.5) / 1000 AS waited_p50_ms,
  quantile_cont(waited_us + alone_us, 0.5) / 1000 AS blocking_p50_ms,
  sum(waited_us) / 1e6 AS waited_seconds, sum(alone_us) / 1e6 AS not_waited_seconds,
  sum(alone_us) / nullif(sum(waited_us + alone_us), 0) AS win_share
FROM sums JOIN authors USING (trace_id) GROUP BY name ORDER BY not_waited_seconds DESC""",
    (
        Column("name", "", "What the author did: the outermost span."),
        Column("traces", "", "How often, with a background job in it that ended well; films are left out."),
        Column(
            "waited_p50_ms",
            "ms",
            "How long the author stood there, in the middle: the outermost span and waits.",
        ),
        Column(
            "blocking_p50_ms",
            "ms",
            "With the time in which only jobs worked: standing there until they are done.",
        ),
        Column("waited_seconds", "s", "How long authors stood there, in all."),
        Column(
            "not_waited_seconds",
            "s",
            "When a job worked and nobody of its trace waited; side by side counts once.",
        ),
        Column("win_share", "1", "Of both together, what nobody waited for."),
    ),
)

JOBS = Question(
    "jobs",
    "Background jobs by kind: how many ran and failed, how long they waited and worked.",
    f"""\
SELECT json_extract_string(attributes, '$.job_kind') AS job_kind, count(*) AS runs,
  count(*) FILTER (WHERE outcome = 'error') AS errors,
  count(*) FILTER (WHERE json_extract_string(attributes, '$.attempt')::INTEGER > 1) AS again,
  quantile_cont(json_extract_string(attributes, '$.waited_us')::BIGINT, 0.5) / 1000 AS waited_p50_ms,
  quantile_cont(json_extract_string(attributes, '$.waited_us')::BIGINT, 0.95) / 1000 AS waited_p95_ms,
  quantile_cont(duration_us, 0.5) FILTER (WHERE outcome = 'ok') / 1000 AS p50_ms,
  quantile_cont(duration_us, 0.95) FILTER (WHERE outcome = 'ok') / 1000 AS p95_ms
FROM events
WHERE kind = 'span' AND name = 'job.run' AND {FILTER}
GROUP BY job_kind ORDER BY runs DESC, job_kind""",
    (
        Column("job_kind"),
        Column("runs"),
        Column("errors"),
        Column("again", "", "Runs that were not the first attempt."),
        Column("waited_p50_ms", "ms", "From when it was due to when it was taken."),
        Column("waited_p95_ms", "ms"),
        Column("p50_ms", "ms", "Of the good ones."),
        Column("p95_ms", "ms"),
    ),
)

JOB_QUEUE = Question(
    "job_queue",
    "How many jobs waited, over time, as workers saw it whenever they took one.",
    f"""\
SELECT time_bucket(to_seconds($bucket_seconds::BIGINT), ts) AS time, max(value)::BIGINT AS most,
  avg(value) AS average, count(*) AS looks
FROM events
WHERE kind = 'count' AND name = 'jobs.waiting' AND {FILTER}
GROUP BY time ORDER BY time""",
    (
        Column("time", "", "Beginning of the point of time, UTC."),
        Column("most", "jobs", "The longest the queue was."),
        Column("average", "jobs"),
        Column("looks", "", "How often somebody looked."),
    ),
    (*SCOPE, BUCKET_SECONDS),
)

LIFECYCLE_RUNS = Question(
    "lifecycle_runs",
    "Cleanups, backups and the like: when, how long, how many rows and bytes.",
    f"""\
SELECT ts AS time, name, outcome, duration_us / 1000 AS ms,
  json_extract_string(attributes, '$.rows')::BIGINT AS rows,
  json_extract_string(attributes, '$.bytes')::BIGINT AS bytes, error_type, trace_id
FROM events
WHERE kind = 'span' AND name LIKE 'lifecycle.%' AND {FILTER}
ORDER BY ts DESC LIMIT $limit""",
    (
        Column("time", "", "When it ended, UTC."),
        Column("name"),
        Column("outcome"),
        Column("ms", "ms"),
        Column("rows", "rows", "Taken by a cleanup; those with a grace can be put back until it is over."),
        Column("bytes", "bytes", "Of the values taken; the disk has nothing back yet."),
        Column("error_type"),
        Column("trace_id"),
    ),
    (*SCOPE, LIMIT),
)

STRESS_RUNS = Question(
    "stress_runs",
    "Load tests: how many people, what they got done a second, and the ruling.",
    f"""\
SELECT max(ts) FILTER (WHERE name = 'stress.run') AS time,
  any_value(json_extract_string(attributes, '$.preset')) FILTER (WHERE name = 'stress.run') AS preset,
  any_value(json_extract_string(attributes, '$.verdict')) FILTER (WHERE name = 'stress.run') AS verdict,
  any_value(outcome) FILTER (WHERE name = 'stress.run') AS outcome,
  max(json_extract_string(attributes, '$.users')::DOUBLE) FILTER (WHERE name = 'stress.run') AS users,
  max(json_extract_string(attributes, '$.throughput')::DOUBLE)
    FILTER (WHERE name = 'stress.run') AS throughput,
  count(*) FILTER (WHERE name = 'stress.stage') AS stages, trace_id
FROM events
WHERE kind = 'span' AND name LIKE 'stress.%' AND {FILTER}
GROUP BY trace_id HAVING preset IS NOT NULL ORDER BY time DESC LIMIT $limit""",
    (
        Column("time", "", "When it ended, UTC."),
        Column("preset"),
        Column("verdict", "", "PASS, FAIL or INVALID; unknown when it did not come to its end."),
        Column("outcome"),
        Column("users", "people", "At most at once."),
        Column("throughput", "1/s", "Requests, over the whole run."),
        Column("stages", "", "Numbers of people that were held on their own; 0 for a plain run."),
        Column("trace_id"),
    ),
    (*SCOPE, LIMIT),
)

STRESS_FIGURES = Question(
    "stress_figures",
    "The last load test that came to its end: scenarios, requests and looks, and memory by kind of process.",
    f"""\
WITH run AS (SELECT span_id FROM events
  WHERE kind = 'span' AND name = 'stress.run' AND outcome = 'ok' AND {FILTER} ORDER BY ts DESC LIMIT 1)
SELECT coalesce(json_extract_string(attributes, '$.of'), 'memory') AS part,
  json_extract_string(attributes, '$.what') AS what,
  any_value(json_extract_string(attributes, '$.preset')) AS preset,
  (max(value) FILTER (WHERE name = 'stress.requests'))::BIGINT AS times,
  (max(json_extract_string(attributes, '$.failed')::DOUBLE)
    FILTER (WHERE name = 'stress.requests'))::BIGINT AS failed,
  max(value) FILTER (WHERE name = 'stress.p50_ms') AS p50_ms,
  max(value) FILTER (WHERE name = 'stress.p95_ms') AS p95_ms,
  max(value) FILTER (WHERE name = 'stress.p99_ms') AS p99_ms,
  max(value) FILTER (WHERE name = 'stress.memory_mb') AS memory_mb
FROM events
WHERE kind = 'count' AND name LIKE 'stress.%' AND parent_id = (SELECT span_id FROM run) AND {FILTER}
GROUP BY part, what ORDER BY part, memory_mb DESC, what""",
    (
        Column("part", "", '"scenario", "request", "poll" (a look whether a thing is done) or "memory"'),
        Column("what", "", "The scenario, the request, or the kind of process."),
        Column("preset"),
        Column("times", "", "How often, without what the end of the run cut off."),
        Column("failed"),
        Column("p50_ms", "ms"),
        Column("p95_ms", "ms"),
        Column("p99_ms", "ms"),
        Column("memory_mb", "MB", "The least of the last half minute, of all processes of the kind."),
    ),
)

RECORDING = Question(
    "recording",
    "Telemetry itself: who recorded, how much, since when, what was dropped, and what a collector was sent.",
    """\
SELECT told.process, told.rows, told.spans, told.dropped,
  CASE WHEN exporting THEN told.exported END AS exported,
  CASE WHEN exporting THEN told.export_dropped END AS export_dropped,
  CASE WHEN exporting THEN told.export_failed END AS export_failed, told.first, told.last
FROM (SELECT process, count(*) AS rows, count(*) FILTER (WHERE kind = 'span') AS spans,
  coalesce(sum(value) FILTER (WHERE name = 'telemetry.dropped'), 0)::BIGINT AS dropped,
  count(*) FILTER (WHERE name LIKE 'telemetry.export%') > 0 AS exporting,
  coalesce(sum(value) FILTER (WHERE name = 'telemetry.exported'), 0)::BIGINT AS exported,
  coalesce(sum(value) FILTER (WHERE name = 'telemetry.export_dropped'), 0)::BIGINT AS export_dropped,
  coalesce(sum(value) FILTER (WHERE name = 'telemetry.export_failed'), 0)::BIGINT AS export_failed,
  min(ts) AS first, max(ts) AS last
  FROM events WHERE ts >= $since AND ts < $until GROUP BY process) AS told
ORDER BY told.last DESC LIMIT $limit""",
    (
        Column("process", "", "Machine and process."),
        Column("rows"),
        Column("spans"),
        Column("dropped", "", "Records that found no room."),
        Column("exported", "", "Spans an OpenTelemetry collector took; empty where none was sent or lost."),
        Column("export_dropped", "", "Spans that found no room on the way there."),
        Column("export_failed", "", "Spans that the collector refused or did not hear."),
        Column("first"),
        Column("last"),
    ),
    (*PERIOD, LIMIT),
)

CHOICES = Question(
    "choices",
    "What there is to filter by: projects, models and operations of the period.",
    """\
SELECT what, value, times FROM (
  SELECT 'project' AS what, project_id AS value, count(*) AS times FROM events
  WHERE ts >= $since AND ts < $until GROUP BY project_id
  UNION ALL SELECT 'model', model, count(*) FROM events WHERE ts >= $since AND ts < $until GROUP BY model
  UNION ALL SELECT 'operation', name, count(*) FROM events
  WHERE kind = 'span' AND ts >= $since AND ts < $until GROUP BY name)
WHERE value IS NOT NULL ORDER BY what, times DESC, value""",
    (
        Column("what", "", '"project", "model" or "operation"'),
        Column("value"),
        Column("times", "", "How many rows."),
    ),
    PERIOD,
    long_sql="""\
SELECT what, value, times FROM (
  SELECT 'project' AS what, project_id AS value, sum(n)::BIGINT AS times FROM hours
  WHERE hour >= date_trunc('hour', $since::TIMESTAMP) AND hour < $until GROUP BY project_id
  UNION ALL SELECT 'model', model, sum(n)::BIGINT FROM hours
  WHERE hour >= date_trunc('hour', $since::TIMESTAMP) AND hour < $until GROUP BY model
  UNION ALL SELECT 'operation', name, sum(n)::BIGINT FROM hours
  WHERE kind = 'span' AND hour >= date_trunc('hour', $since::TIMESTAMP) AND hour < $until GROUP BY name)
WHERE value IS NOT NULL ORDER BY what, times DESC, value""",
)

REQUESTS = Question(
    "requests",
    "Requests to the service by route: how many, how they were answered, how long that took.",
    f"""\
SELECT json_extract_string(attributes, '$.route') AS route,
  json_extract_string(attributes, '$.method') AS method,
  count(*) AS requests,
  count(*) FILTER (WHERE outcome = 'error'
    OR json_extract_string(attributes, '$.status')::INTEGER >= 500) AS errors,
  count(*) FILTER (WHERE json_extract_string(attributes, '$.status')::INTEGER BETWEEN 400 AND 499) AS refused,
  quantile_cont(duration_us, 0.5) / 1000 AS p50_ms, quantile_cont(duration_us, 0.95) / 1000 AS p95_ms,
  quantile_cont(duration_us, 0.99) / 1000 AS p99_ms
FROM events
WHERE kind = 'span' AND name = 'http.request' AND {FILTER}
GROUP BY route, method ORDER BY requests DESC, route LIMIT $limit""",
    (
        Column("route"),
        Column("method"),
        Column("requests"),
        Column("errors", "", "Answered with 5xx, or not at all."),
        Column("refused", "", "Answered with 4xx."),
        Column("p50_ms", "ms"),
        Column("p95_ms", "ms"),
        Column("p99_ms", "ms"),
    ),
    (*SCOPE, LIMIT),
)

WORK = (
    ASYNC_WIN, JOBS, JOB_QUEUE, LIFECYCLE_RUNS, STRESS_RUNS, STRESS_FIGURES, RECORDING, CHOICES,
    REQUESTS,
)  # fmt: skip
