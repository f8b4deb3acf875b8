"""The last rows of each group, which stay whatever their age.

The limit of a group, its oldest row that stays, is a question of its own in SQL. Asked for each row it is
most of the work of a cleanup, so on PostgreSQL it is asked once for each group of a page or batch.
"""

from __future__ import annotations

from dataclasses import dataclass

from workbench.lifecycle.policy import Rule


@dataclass(frozen=True, slots=True)
class Last:
    """Of each group (the column `per`) the newest `count` rows by the column `by`, as of `:made_at`."""

    table: str
    moment: str
    per: str
    by: str
    count: int

    def limit(self, group: str) -> str:
        """Return the SQL for the limit of a group; there is none while it has fewer rows."""
        newest = (
            f'SELECT n."{self.by}" FROM "{self.table}" n WHERE n."{self.per}" = {group} '
            f'AND n."{self.moment}" <= :made_at ORDER BY n."{self.by}" DESC LIMIT 1'
        )
        return (  # but for one row, this is answered by the index on group and order alone
            f'SELECT k."{self.by}" AS least FROM "{self.table}" k WHERE k."{self.per}" = {group} '
            f'AND k."{self.by}" <= ({newest}) ORDER BY k."{self.by}" DESC LIMIT 1 OFFSET {self.count - 1}'
        )

    @property
    def beyond(self) -> str:
        """The SQL that tells whether a row `t` is older than the last ones, the limit asked for the row."""
        return f't."{self.by}" < ({self.limit(self.group)})'

    @property
    def group(self) -> str:
        return f't."{self.per}"'

    @property
    def remembered(self) -> str:
        """The join by which PostgreSQL asks for the limit `l.least` when the group changes, and remembers it.

        A condition that has no answer for a group without a limit would be pulled into the question, and
        then the row would be part of what is remembered: so `beyond_remembered` always has one.
        """
        return f"LEFT JOIN LATERAL ({self.limit(self.group)}) l ON TRUE"

    @property
    def beyond_remembered(self) -> str:
        return f'coalesce(t."{self.by}" < l.least, FALSE)'

    def limits(self, groups: str) -> str:
        """Return the SQL for the limit `least` of each group that a query gives as `part`."""
        return f"SELECT g.part, ({self.limit('g.part')}) AS least FROM ({groups}) g"


def last_of(rule: Rule) -> Last | None:
    """Return what a rule says about the last rows of groups."""
    kept = rule.keep_last
    return Last(rule.table, rule.moment, kept.per, kept.by, kept.count) if kept else None
