"""What one evaluation may cost."""

from __future__ import annotations

from dataclasses import dataclass

SOURCE_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one evaluation; what exceeds one ends in a finding whose code starts with `limit-`.

    `check_seconds` bounds the type check, `run_seconds` the run; a worker that does not stop by itself is
    killed after the share `grace` of its time on top. `output_bytes` bounds what the source prints,
    `result_bytes` the graph it makes, `samples` the values that functions of time give in all, `depth` the
    nesting of containers in the picture.
    """

    source_bytes: int = SOURCE_BYTES
    check_seconds: float = 3.0
    run_seconds: float = 2.0
    grace: float = 0.08
    memory_bytes: int = 64 * 2**20
    recursion: int = 200
    output_bytes: int = 64 * 1024
    result_bytes: int = 24 * 2**20
    nodes: int = 2000
    depth: int = 32
    samples: int = 400_000
    suspensions: int = 8
    findings: int = 20
