"""Little's law, L = λ W, as a check that telemetry tells all that happened.

The mean number of requests under way is how many come a second times how long each is under way, however
they come and however they are served (J. D. C. Little, "A proof for the queuing formula L = λW", Operations
Research 9, 1961). It holds for any stretch of time as it was, when of each request the time inside the
stretch counts (Little, "Little's law as viewed on its 50th anniversary", Operations Research 59, 2011), so
nothing here assumes a steady load.

The two sides are measured apart. L: the service adds one when a request comes, takes one away when it has
gone, and a thread looks at that number at random moments (`workbench.service.in_flight`); no duration and no
span is in it. λ and W: the spans, each timed by itself, which came through the recorder's queue, its files,
their merging and the question `in_flight`. Spans that were dropped, lost with a file, written twice or timed
wrongly move λ W alone. What the law cannot see is what moves both alike: a request that never reached the
service, and times in which neither was recorded, since those are left out.

The looks are a sample, so L has an error. It is judged from neighbouring looks: half their squared difference
is at least what one look scatters by within its fifth of a second, since moments further apart differ more.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from statistics import NormalDist
from typing import Any, Literal

TOLERANCE = 0.1
"""How far from 1 the ratio may be; beyond it records are missing, or there twice."""
CONFIDENCE = 0.99
LEAST_LOOKS = 100
LEAST_REQUESTS = 30
_UNSEEN_STEPS = 6.0
"""Added to the steps seen: n looks that met nobody leave open 4.5 in n, as a count of none does."""
_WIDE = NormalDist().inv_cdf(0.5 + CONFIDENCE / 2)

Ruling = Literal["agrees", "disagrees", "cannot be told"]


@dataclass(frozen=True, slots=True)
class Agreement:
    """Both sides of the law over the same seconds, and whether they are alike.

    `counted` is L as it was looked at and `told` is λ W as the spans tell, both in requests; `a_second` and
    `mean_seconds` are λ and W. `ratio` is told by counted with its 99 % interval; None stands for no end.
    """

    ruling: Ruling
    why: str
    counted: float
    told: float
    a_second: float
    mean_seconds: float
    ratio: float | None
    low: float
    high: float | None
    looks: int
    requests: int

    @property
    def sentence(self) -> str:
        """Both sides and the ruling, in words."""
        return (
            f"Little's law {self.ruling}: {self.counted:.3g} requests were under way in the mean of "
            f"{self.looks} looks, {self.told:.3g} as the spans tell "
            f"({self.a_second:.3g} a second, {self.mean_seconds:.3g} s each). {self.why}"
        )


def agreement(rows: Iterable[Mapping[str, Any]]) -> Agreement | None:
    """Return what the rows of the question `in_flight` come to, all processes together; None without any."""
    told = [row for row in rows if row["looks"] and row["watched_seconds"] > 0]
    if not told:
        return None
    seconds = sum(row["watched_seconds"] for row in told)
    looks, requests = (sum(row[name] for row in told) for name in ("looks", "requests"))
    inside = sum(row["inside_seconds"] for row in told)
    counted = sum(row["counted"] * row["watched_seconds"] for row in told) / seconds
    margin = _WIDE * sum(_variance(row, seconds) for row in told) ** 0.5
    by_spans, least = inside / seconds, counted - margin
    low, high = by_spans / (counted + margin), by_spans / least if least > 0 else None
    ruling, why = _ruling(looks, requests, low, high)
    return Agreement(
        ruling=ruling,
        why=why,
        counted=counted,
        told=by_spans,
        a_second=requests / seconds,
        mean_seconds=inside / requests if requests else 0.0,
        ratio=by_spans / counted if counted else None,
        low=low,
        high=high,
        looks=looks,
        requests=requests,
    )


def _variance(row: Mapping[str, Any], seconds: float) -> float:
    """Return what a process adds to the variance of the mean, by its share of the time."""
    share = row["watched_seconds"] / seconds
    return float(share**2 * (row["steps"] + _UNSEEN_STEPS) / 2 / row["looks"] ** 2)


def _ruling(looks: int, requests: int, low: float, high: float | None) -> tuple[Ruling, str]:
    end = "no end" if high is None else f"{high:.2f}"
    between = f"The ratio lies from {low:.2f} to {end} ({CONFIDENCE:.0%})"
    near = f"within {TOLERANCE:.0%} of 1"
    if looks < LEAST_LOOKS:
        return "cannot be told", f"{looks} looks are too few; {LEAST_LOOKS} are needed."
    if high is not None and high < 1 - TOLERANCE:
        return "disagrees", f"{between}: spans are missing, or too short."
    if low > 1 + TOLERANCE:
        return "disagrees", f"{between}: spans are there twice, or too long."
    if requests < LEAST_REQUESTS:
        return "cannot be told", f"{requests} requests are too few; {LEAST_REQUESTS} are needed."
    if low >= 1 - TOLERANCE and high is not None and high <= 1 + TOLERANCE:
        return "agrees", f"{between}, {near}."
    return "cannot be told", f"{between}; more looks, at a busier time, would tell if it is {near}."
