"""Judges SQL, statement by statement. What does not parse, or is not known to be safe, is a hazard."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Literal, cast

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError
from sqlglot.tokenizer_core import TokenType

from workbench.store.guard.hazard import Hazard, is_identity, unless_allowed

SqlDialect = Literal["postgres", "sqlite"]
Seen = tuple[str, str]

logging.getLogger("sqlglot").setLevel(logging.CRITICAL)
_TRANSACTION = (exp.Commit, exp.Rollback, exp.Transaction, exp.Attach, exp.Detach)
_CHECKS = ("foreign_keys", "session_replication_role", "writable_schema", "journal_mode", "synchronous",
           "ignore_check")  # fmt: skip
_SAFE_CREATE = {"TABLE", "INDEX", "VIEW", "SEQUENCE", "SCHEMA"}
_SAFE_CALLS = {"setval", "nextval", "pg_advisory_xact_lock", "gen_random_uuid", "random", "json_each"}
_DROPS = {
    "TABLE": "drop-table", "COLUMN": "drop-column", "SCHEMA": "drop-schema", "DATABASE": "drop-schema",
    "CONSTRAINT": "drop-constraint", "INDEX": "drop-index", "VIEW": None,
}  # fmt: skip
_COMMANDS = {"DO": "dynamic-sql", "EXECUTE": "dynamic-sql", "CALL": "dynamic-sql", "REPLACE": "replace-rows",
             "VACUUM": "own-transaction", "BEGIN": "own-transaction", "PREPARE": "dynamic-sql"}  # fmt: skip


def judge_sql(text: str, place: str, dialect: SqlDialect, *, first_line: int = 1) -> tuple[Hazard, ...]:
    """Return the hazards of a whole SQL text."""
    found = []
    try:
        pieces = list(_split(text, dialect))
    except SqlglotError as failure:
        found = [Hazard("unreadable", place, first_line, f"this is no SQL: {_first(failure)}")]
        return unless_allowed(found, text)
    for line, piece in pieces:
        for rule, message in _statement(piece, dialect, text):
            found.append(Hazard(rule, place, first_line + line - 1, message))
    return unless_allowed(found, "\n" * (first_line - 1) + text)


def _split(text: str, dialect: SqlDialect) -> Iterator[tuple[int, str]]:
    """Give each statement with the number of its first line."""
    begin: tuple[int, int] | None = None
    end = 0
    depth = 0
    trigger = False
    for token in sqlglot.tokenize(text, read=dialect):
        word = token.text.upper()
        if begin is None and token.token_type is not TokenType.SEMICOLON:
            begin, trigger, depth = (token.line, token.start), False, 0
        trigger = trigger or word == "TRIGGER"
        depth += {"BEGIN": 1, "CASE": 1, "END": -1}.get(word, 0) if trigger else 0
        if token.token_type is TokenType.SEMICOLON and depth <= 0:
            if begin:
                yield begin[0], text[begin[1] : end]
            begin = None
        end = token.end + 1
    if begin:
        yield begin[0], text[begin[1] : end]


def _statement(piece: str, dialect: SqlDialect, whole: str) -> Iterator[Seen]:
    try:
        trees = [tree for tree in sqlglot.parse(piece, read=dialect) if tree is not None]
    except (SqlglotError, RecursionError, ValueError) as failure:
        yield "unreadable", f"this statement does not parse as {dialect}: {_first(failure)}"
        return
    for tree in trees:
        try:
            seen = list(_tree(cast(exp.Expression, tree), whole))
        except (AttributeError, KeyError, TypeError) as failure:  # a form of statement nobody thought of
            seen = [("unreadable", f"this statement cannot be judged: {_first(failure)}")]
        yield from seen


def _first(failure: BaseException) -> str:
    return str(failure).splitlines()[0][:120]


def _tree(tree: exp.Expression, whole: str) -> Iterator[Seen]:
    match tree:
        case exp.Command():
            word = str(tree.this).upper()
            detach = "DETACH PARTITION" in str(tree.expression).upper()
            rule = "detach-partition" if detach else _COMMANDS.get(word, "unreadable")
            yield rule, f"{word} {str(tree.expression)[:60]} cannot be judged"
        case exp.Alter():
            yield from _alter(tree)
        case exp.Drop():
            yield from _drop(tree)
        case exp.TruncateTable():
            yield "truncate", f"{tree.sql()[:80]} removes every row"
        case exp.Create():
            yield from _create(tree)
        case exp.Pragma() | exp.Set():
            yield from _setting(tree)
        case exp.Comment() | exp.Grant() | exp.Revoke():
            return
        case exp.Insert() | exp.Update() | exp.Delete() | exp.Merge() | exp.Query():
            yield from _data(tree, whole)
        case _ if isinstance(tree, _TRANSACTION):
            yield "own-transaction", f"{tree.sql()[:60]} leaves the transaction around the migration"
        case _:
            yield "unreadable", f"{type(tree).__name__} is not known to be safe"


def _alter(tree: exp.Alter) -> Iterator[Seen]:
    table = tree.this.sql()
    for action in tree.args.get("actions") or [exp.Null()]:
        match action:
            case exp.ColumnDef():
                yield from _added_column(table, action)
            case exp.Drop():
                yield from _drop(action, table)
            case exp.AlterRename():
                yield "rename-table", f"{table} gets another name"
            case exp.RenameColumn():
                yield "rename-column", f"{table}.{action.this.sql()} gets another name"
            case exp.AlterColumn():
                yield from _altered_column(table, action)
            case exp.AddConstraint():
                yield "add-constraint", f"{table} gets a constraint that existing rows may break"
            case _:
                yield "unreadable", f"this change of {table} is not known to be safe"


def _added_column(table: str, column: exp.ColumnDef) -> Iterator[Seen]:
    kinds = [constraint.kind for constraint in column.constraints]
    required = any(
        isinstance(kind, exp.NotNullColumnConstraint) and not kind.args.get("allow_null") for kind in kinds
    )
    if required and not any(isinstance(kind, exp.DefaultColumnConstraint) for kind in kinds):
        yield "not-null-without-default", f"{table}.{column.name} is required and existing rows have none"


def _altered_column(table: str, action: exp.AlterColumn) -> Iterator[Seen]:
    name = action.this.name
    if action.args.get("dtype"):
        rule = "identity-type" if is_identity(name) else "type-change"
        yield rule, f"{table}.{name} becomes {action.args['dtype'].sql()}"
        using = action.args.get("using")
        if isinstance(using, exp.Expression) and not (isinstance(using, exp.Cast) and _is_column(using.this)):
            yield "update-without-bounds", f"every value of {table}.{name} becomes {using.sql()[:60]}"
    elif action.args.get("allow_null") is False:
        yield "set-not-null", f"{table}.{name} must have a value from now on"


def _drop(tree: exp.Drop, table: str = "") -> Iterator[Seen]:
    kind = str(tree.args.get("kind") or "").upper()
    names = ", ".join(each.sql() for each in tree.args.get("tables") or ())
    rule = _DROPS.get(kind, "unreadable")
    if rule and not names.startswith("_alembic_tmp_"):
        yield rule, f"{kind.lower()} {table + '.' if table else ''}{names} is dropped"


def _create(tree: exp.Create) -> Iterator[Seen]:
    kind = str(tree.args.get("kind") or "").upper()
    if kind not in _SAFE_CREATE or (tree.args.get("replace") and kind != "VIEW"):
        yield "unreadable", f"what this {kind.lower() or 'object'} does when it runs is not known"
    elif tree.args.get("concurrently"):
        yield "own-transaction", "an index made CONCURRENTLY cannot be part of the transaction"


def _setting(tree: exp.Expression) -> Iterator[Seen]:
    said = tree.sql().lower()
    if any(word in said for word in _CHECKS):
        yield "checks-off", f"{tree.sql()} changes what the database checks"


def _data(tree: exp.Expression, whole: str) -> Iterator[Seen]:
    for node in tree.walk():
        match node:
            case exp.Delete():
                bounded = _bounded(node.args.get("where"))
                rule = "delete-rows" if bounded else "delete-without-bounds"
                yield (
                    rule,
                    f"rows of {node.this.sql()} are deleted{'' if bounded else ', and no bound names them'}",
                )
            case exp.Update():
                yield from _update(node, whole)
            case exp.Merge():
                yield "unbounded-merge", f"a MERGE into {node.this.sql()} may delete or change any row"
            case exp.Insert() if str(node.args.get("alternative") or "").upper() == "REPLACE":
                yield "replace-rows", f"rows of {node.this.sql()} are replaced"
            case exp.Insert() if _overwrites(node):
                yield "update-without-bounds", f"rows of {node.this.sql()} that are there are overwritten"
            case exp.Anonymous() if node.name.lower() not in _SAFE_CALLS:
                yield "dynamic-sql", f"what {node.name}() does is not known"
            case exp.Into():
                yield "unreadable", "SELECT INTO makes a table in passing"


def _overwrites(node: exp.Insert) -> bool:
    conflict = node.args.get("conflict")
    return isinstance(conflict, exp.OnConflict) and bool(conflict.args.get("expressions"))


def _update(node: exp.Update, whole: str) -> Iterator[Seen]:
    where, table = node.args.get("where"), node.this.sql() if node.this else "the target"
    changed = [each.this.name for each in node.expressions if isinstance(each, exp.EQ)]
    for name in filter(is_identity, changed):
        if not _only_empty(where, name) and not _added_here(whole, name):
            yield "key-update", f"{table}.{name} names rows and gets another value"
            return
    if _bounded(where) or (changed and all(_only_empty(where, n) or _added_here(whole, n) for n in changed)):
        return
    yield "update-without-bounds", f"rows of {table} are changed, and no bound names them"


def _added_here(whole: str, column: str) -> bool:
    return f"add column {column.lower()} " in " ".join(whole.lower().replace('"', "").split())


def _only_empty(where: exp.Expression | None, column: str) -> bool:
    if where is None:
        return False
    parts = where.this.flatten() if isinstance(where.this, exp.And) else [where.this]
    return any(
        isinstance(part, exp.Is) and isinstance(part.expression, exp.Null) and part.this.name == column
        for part in parts
    )


def _bounded(where: exp.Expression | None) -> bool:
    return where is not None and _bounds(where.this)


def _bounds(part: exp.Expression) -> bool:
    """Whether a condition names its rows: a column compared with a given value, not with everything else."""
    match part:
        case exp.Paren():
            return _bounds(part.this)
        case exp.And():
            return any(map(_bounds, (part.this, part.expression)))
        case exp.Or():
            return all(map(_bounds, (part.this, part.expression)))
        case exp.EQ() | exp.LT() | exp.LTE() | exp.GT() | exp.GTE():
            return _is_column(part.this) != _is_column(part.expression)
        case exp.Between():
            return _is_column(part.this)
        case exp.In():
            return _is_column(part.this) and not part.args.get("query")
    return False


def _is_column(side: exp.Expression | None) -> bool:
    return isinstance(side, exp.Column)
