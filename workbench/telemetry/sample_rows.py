"""The rows of the sample, filled by whole arrays."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from workbench.telemetry.parquet import SCHEMA

Numbers = NDArray[np.float64]
Truths = NDArray[np.bool_]
TOP, STEP = 0, 2
"""The numbers of the outermost span of a trace and of the step inside it."""


class Ids:
    """Ids of traces and of the numbered spans in them."""

    def __init__(self, first: int, count: int) -> None:
        self.traces = [blake2b(b"%d" % (first + each), digest_size=16).hexdigest() for each in range(count)]

    def span(self, trace: int, number: int) -> str:
        """Return the id of a span of a trace."""
        return f"{self.traces[trace][:13]}{number:03x}"


@dataclass(frozen=True)
class Batch:
    """Traces made together: their ids, what they are about, and which error (-1: none) each ends with."""

    ids: Ids
    about: Mapping[str, Any]
    blame: NDArray[np.int64]
    errors: Sequence[tuple[str, str, str, str]]

    def blames(self, operation: str) -> Truths:
        """Return which traces have their error in that operation."""
        guilty = np.array([each[1] == operation for each in self.errors])
        return np.asarray((self.blame >= 0) & guilty[np.maximum(self.blame, 0)])


class Rows:
    """Columns of rows to be."""

    def __init__(self) -> None:
        self._parts: list[pa.Table] = []

    def spans(
        self,
        batch: Batch,
        name: str,
        ends: Numbers,
        taken: Numbers,
        number: int,
        parent: int | None,
        here: Truths | None = None,
        wrong: Truths | None = None,
        first: bool = False,
        more: Mapping[str, Any] | None = None,
    ) -> None:
        """Add a span for each trace in `here`; `first` is where an error began, so it is explained there."""
        mine = np.arange(len(ends)) if here is None else np.flatnonzero(here)
        failed = np.zeros(len(mine), bool) if wrong is None else wrong[mine]
        errors = [
            batch.errors[batch.blame[each]] if bad else None for each, bad in zip(mine, failed, strict=True)
        ]
        columns = dict(more or {})
        if first and failed.any():
            columns["attributes"] = [_explained(each) for each in errors]
        self._add(
            len(mine),
            ts=_moments(ends[mine]),
            kind="span",
            name=name,
            trace_id=[batch.ids.traces[each] for each in mine],
            span_id=[batch.ids.span(int(each), number) for each in mine],
            parent_id=None if parent is None else [batch.ids.span(int(each), parent) for each in mine],
            duration_us=np.maximum(1, 1e6 * taken[mine]).astype(int),
            outcome=np.where(failed, "error", "ok"),
            error_type=[each[0] if each else None for each in errors],
            fingerprint=[_fingerprint(each) if each and first else None for each in errors],
            **{key: [values[each] for each in mine] for key, values in batch.about.items()},
            **columns,
        )

    def counts(self, name: str, moments: Numbers, value: float | Numbers, **more: Sequence[str]) -> None:
        """Add a count at each moment, of a studio unless `more`, the other columns, names the process."""
        values = np.broadcast_to(np.asarray(value, float), len(moments))
        self._add(
            len(moments),
            ts=_moments(moments),
            kind="count",
            name=name,
            value=values,
            **{"process": "studio:1", **more},
        )

    def table(self) -> pa.Table:
        """Return all of them in the order of time."""
        made = pa.concat_tables(self._parts) if self._parts else SCHEMA.empty_table()
        return made.sort_by("ts")

    def _add(self, count: int, **columns: Any) -> None:
        if count:
            made = {field.name: _column(field, columns.get(field.name), count) for field in SCHEMA}
            self._parts.append(pa.table(made, schema=SCHEMA))


def _column(field: pa.Field, value: Any, count: int) -> pa.Array:
    if field.name == "sample":
        return pa.array(np.ones(count, bool))
    if value is None:
        return pa.nulls(count, field.type)
    if isinstance(value, str):
        return pa.array([value] * count, field.type)
    return pa.array(value, field.type, from_pandas=True)


def _moments(seconds: Numbers) -> NDArray[np.datetime64]:
    return (1e6 * seconds).astype("int64").astype("datetime64[us]")


def _explained(error: tuple[str, str, str, str] | None) -> str | None:
    return json.dumps({"error.message": error[2], "error.stack": [error[3]]}) if error else None


def _fingerprint(error: tuple[str, str, str, str]) -> str:
    return blake2b("\n".join(error).encode(), digest_size=8).hexdigest()
