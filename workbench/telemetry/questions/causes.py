"""What went wrong, and what exactly happened: errors by cause, slow takes, one trace as a tree."""

from __future__ import annotations

from workbench.telemetry.question import FILTER, LIMIT, OPERATION, SCOPE, Column, Parameter, Question

_BEGAN = "ts - to_microseconds(duration_us)"

ERRORS = Question(
    "errors",
    "Errors of one cause together: where, what, since when, how often, and one trace to look at.",
    f"""\
SELECT fingerprint, name, any_value(error_type) AS error_type, count(*) AS times,
  count(DISTINCT project_id) AS projects, count(DISTINCT scene_id) AS scenes,
  min(ts) AS first, max(ts) AS last,
  arg_max(json_extract_string(attributes, '$."error.message"'), ts) AS message,
  arg_max(json_extract(attributes, '$."error.stack"')::VARCHAR, ts) AS stack,
  arg_max(trace_id, ts) AS trace_id, arg_max(project_id, ts) AS project_id, arg_max(scene_id, ts) AS scene_id
FROM events
WHERE kind = 'span' AND fingerprint IS NOT NULL AND {FILTER}
  AND ($operation::VARCHAR IS NULL OR name = $operation)
GROUP BY fingerprint, name ORDER BY times DESC, last DESC LIMIT $limit""",
    (
        Column("fingerprint", "", "Names the cause: operation, type and places in the code."),
        Column("name", "", "The operation in which it happened first."),
        Column("error_type"),
        Column("times"),
        Column("projects", "", "How many projects it hit."),
        Column("scenes"),
        Column("first", "", "When it was seen first in the period, UTC."),
        Column("last"),
        Column("message", "", "Of the last one, without secrets."),
        Column("stack", "", "Its places in the code as JSON, the innermost last."),
        Column("trace_id", "", "The last one's trace; ask `trace` about it."),
        Column("project_id"),
        Column("scene_id"),
    ),
    (*SCOPE, OPERATION, LIMIT),
)

ERROR_TIMES = Question(
    "error_times",
    "Every occurrence of one cause.",
    f"""\
SELECT ts AS time, name, error_type, json_extract_string(attributes, '$."error.message"') AS message,
  project_id, scene_id, user_id, process, trace_id
FROM events
WHERE kind = 'span' AND fingerprint = $fingerprint AND {FILTER}
ORDER BY ts DESC LIMIT $limit""",
    tuple(
        Column(name)
        for name in (
            "time",
            "name",
            "error_type",
            "message",
            "project_id",
            "scene_id",
            "user_id",
            "process",
            "trace_id",
        )
    ),
    (*SCOPE, Parameter("fingerprint", "text", "Names the cause."), LIMIT),
)

SLOWEST = Question(
    "slowest",
    "The slowest of an operation (default: takes), each with its trace and what took most of it.",
    f"""\
WITH slow AS (SELECT ts, name, trace_id, span_id, project_id, scene_id, duration_us, outcome
  FROM events WHERE kind = 'span' AND name = $operation AND {FILTER}
  ORDER BY duration_us DESC LIMIT $limit),
parts AS (SELECT child.parent_id AS span_id, child.name, sum(child.duration_us) AS duration_us
  FROM events AS child JOIN slow ON child.trace_id = slow.trace_id AND child.parent_id = slow.span_id
  WHERE child.kind = 'span' GROUP BY ALL),
longest AS (SELECT span_id, arg_max(name, duration_us) AS name, max(duration_us) AS duration_us
  FROM parts GROUP BY span_id)
SELECT slow.ts AS time, slow.name, slow.duration_us / 1000 AS ms, slow.outcome, slow.project_id,
  slow.scene_id, longest.name AS longest_part, longest.duration_us / 1000 AS longest_part_ms, slow.trace_id
FROM slow LEFT JOIN longest USING (span_id) ORDER BY ms DESC""",
    (
        Column("time", "", "When it ended, UTC."),
        Column("name"),
        Column("ms", "ms"),
        Column("outcome"),
        Column("project_id"),
        Column("scene_id"),
        Column("longest_part", "", "The operation right inside that took most."),
        Column("longest_part_ms", "ms"),
        Column("trace_id", "", "Ask `trace` about it."),
    ),
    (*SCOPE, Parameter("operation", "text", "Which operation.", "studio.ask"), LIMIT),
)

TRACE = Question(
    "trace",
    "One trace as a tree: what happened inside what, when it began and how long it took.",
    f"""\
WITH RECURSIVE spans AS (SELECT DISTINCT ON (span_id) *, {_BEGAN} AS began
  FROM events WHERE kind = 'span' AND trace_id = $trace_id),
tree AS (
  SELECT span_id, 0 AS depth, [row(began, span_id)] AS path FROM spans
  WHERE parent_id IS NULL OR parent_id NOT IN (SELECT span_id FROM spans)
  UNION ALL
  SELECT spans.span_id, depth + 1, list_append(path, row(spans.began, spans.span_id))
  FROM spans JOIN tree ON spans.parent_id = tree.span_id WHERE depth < 40)
SELECT depth, name, date_diff('us', (SELECT min(began) FROM spans), began) / 1000 AS begins_ms,
  duration_us / 1000 AS ms, outcome, error_type, model, input_tokens, output_tokens, cost_usd,
  project_id, scene_id, process, attributes, spans.span_id, parent_id
FROM tree JOIN spans USING (span_id) ORDER BY path LIMIT $limit""",
    (
        Column("depth", "", "0 for the outermost; spans whose parent was not recorded count as outermost."),
        Column("name"),
        Column("begins_ms", "ms", "Since the trace began."),
        Column("ms", "ms"),
        Column("outcome"),
        Column("error_type"),
        Column("model"),
        Column("input_tokens", "tokens"),
        Column("output_tokens", "tokens"),
        Column("cost_usd", "USD"),
        Column("project_id"),
        Column("scene_id"),
        Column("process"),
        Column("attributes", "", "JSON"),
        Column("span_id"),
        Column("parent_id"),
    ),
    (
        Parameter("trace_id", "text", "The trace, 32 letters."),
        Parameter("limit", "whole", "At most so many spans.", 2000),
    ),
)

SELF_TIME = Question(
    "self_time",
    "Where time went: of each operation, how much it spent itself and not in what it called.",
    f"""\
WITH spans AS (SELECT span_id, parent_id, trace_id, name, duration_us, {_BEGAN} AS began, ts AS ended
  FROM events WHERE kind = 'span' AND {FILTER}),
inside AS (SELECT outer_span.span_id, greatest(inner_span.began, outer_span.began) AS began,
    least(inner_span.ended, outer_span.ended) AS ended
  FROM spans AS inner_span JOIN spans AS outer_span
    ON inner_span.trace_id = outer_span.trace_id AND inner_span.parent_id = outer_span.span_id
  WHERE inner_span.ended > outer_span.began AND inner_span.began < outer_span.ended),
swept AS (SELECT span_id, began, ended,
    max(ended) OVER (PARTITION BY span_id ORDER BY began, ended
      ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS seen
  FROM inside),
covered AS (SELECT span_id,
    sum(greatest(0, date_diff('us', greatest(began, coalesce(seen, began)), ended))) AS us
  FROM swept GROUP BY span_id)
SELECT name, count(*) AS spans, sum(duration_us) / 1e6 AS total_seconds,
  sum(greatest(0, duration_us - coalesce(us, 0))) / 1e6 AS self_seconds,
  self_seconds / sum(self_seconds) OVER () AS share
FROM spans LEFT JOIN covered USING (span_id) GROUP BY name ORDER BY self_seconds DESC LIMIT $limit""",
    (
        Column("name"),
        Column("spans"),
        Column("total_seconds", "s", "Those inside included."),
        Column("self_seconds", "s", "Without those inside; parts that overlap count once."),
        Column("share", "1", "Of all self time."),
    ),
    (*SCOPE, LIMIT),
)

CAUSES = (ERRORS, ERROR_TIMES, SLOWEST, TRACE, SELF_TIME)
