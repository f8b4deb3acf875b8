"""Judges Alembic scripts without running them: operations, literal SQL, and what hides from view."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from workbench.errors import InputError
from workbench.store.guard.hazard import Hazard, is_identity, unless_allowed
from workbench.store.guard.statements import SqlDialect, judge_sql
from workbench.syntax import syntax_tree

_SAFE_OPERATIONS = {
    "create_table", "create_index", "create_unique_constraint", "create_check_constraint",
    "create_primary_key", "create_foreign_key", "create_table_comment", "drop_table_comment",
    "create_exclude_constraint", "add_column", "batch_alter_table", "f", "bulk_insert", "get_bind",
    "get_context", "inline_literal", "alter_column", "drop_table", "drop_column", "drop_constraint",
    "drop_index", "rename_table", "execute",
}  # fmt: skip
_EXECUTES = {"execute", "exec_driver_sql", "executescript", "executemany", "scalar", "scalars"}
_OPAQUE = {"exec", "eval", "compile", "__import__", "getattr", "setattr", "import_module", "create_engine",
           "Popen", "system", "invoke", "run_async", "run_path", "run_module"}  # fmt: skip
_DROPS = {"drop_constraint": "drop-constraint", "drop_index": "drop-index"}
_REBUILDS = {"alter_column", "drop_column", "drop_constraint", "create_foreign_key", "create_primary_key",
             "create_unique_constraint", "create_check_constraint"}  # fmt: skip
Seen = tuple[str, int, str]


def judge(path: Path) -> tuple[Hazard, ...]:
    """Return the hazards of a migration: an Alembic script, an SQL file, or a folder of them."""
    if path.is_dir():
        files = [
            each
            for each in sorted(path.rglob("*"))
            if each.suffix in {".py", ".sql"} and each.name not in _ASIDE
        ]
        return tuple(hazard for each in files if "__pycache__" not in each.parts for hazard in judge(each))
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as failure:
        raise InputError(
            f"{path} cannot be read: {failure}.", remedy="Give an Alembic script or SQL file."
        ) from failure
    if path.suffix == ".py":
        return judge_script(text, str(path), foreign_keys_off=_environment_is_careful(path))
    return _judge_text(text, str(path), 1)


_ASIDE = {"env.py", "__init__.py", "conftest.py"}


def judge_script(text: str, place: str, *, foreign_keys_off: bool = False) -> tuple[Hazard, ...]:
    """Return the hazards of an Alembic script; only what goes forward is judged."""
    try:
        tree = syntax_tree(text)
    except (SyntaxError, ValueError) as failure:
        return (
            Hazard("unreadable", place, getattr(failure, "lineno", 1) or 1, f"this is no Python: {failure}"),
        )
    found: list[Hazard] = []
    made = _made_here(tree)
    for part in tree.body:
        if isinstance(part, ast.FunctionDef) and part.name == "downgrade":
            continue
        for node in ast.walk(part):
            if isinstance(node, ast.Call):
                found += [Hazard(rule, place, line, message) for rule, line, message in _call(node, made)]
                found += _sql(node, place)
            elif isinstance(node, ast.With) and not foreign_keys_off:
                found += [Hazard(rule, place, line, message) for rule, line, message in _batch(node)]
    return unless_allowed(found, text)


def _environment_is_careful(path: Path) -> bool:
    for folder in list(path.parents)[:3]:
        environment = folder / "env.py"
        if environment.is_file():
            text = environment.read_text(encoding="utf-8", errors="replace").lower()
            return "guarded(" in text or "foreign_keys = off" in text or "foreign_keys=off" in text
    return False


def _made_here(tree: ast.Module) -> set[str]:
    """Return the tables the script itself makes, which it may drop again."""
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and _name(node) == "create_table"]
    return {name for call in calls if (name := _literal(call, 0, "table_name"))}


def _name(call: ast.Call) -> str:
    match call.func:
        case ast.Attribute(attr=name) | ast.Name(id=name):
            return name
    return ""


def _argument(call: ast.Call, place: int, keyword: str) -> ast.expr | None:
    named = next((each.value for each in call.keywords if each.arg == keyword), None)
    return named or (call.args[place] if len(call.args) > place else None)


def _literal(call: ast.Call, place: int, keyword: str) -> str:
    value = _argument(call, place, keyword)
    return value.value if isinstance(value, ast.Constant) and isinstance(value.value, str) else ""


def _is_operations(call: ast.Call) -> bool:
    return (
        isinstance(call.func, ast.Attribute)
        and isinstance(call.func.value, ast.Name)
        and call.func.value.id == "op"
    )


def _call(call: ast.Call, made: set[str]) -> Iterator[Seen]:
    name, line = _name(call), call.lineno
    if name == "drop_table":
        table = _literal(call, 0, "table_name")
        if table not in made or not table:
            yield "drop-table", line, f"the table {table or '(not a literal)'} is dropped"
    elif name == "drop_column":
        yield "drop-column", line, f"the column {_described(call)} is dropped"
    elif name in _DROPS:
        yield _DROPS[name], line, f"{name.split('_')[1]} {_described(call)} is dropped"
    elif name == "rename_table":
        yield "rename-table", line, f"the table {_literal(call, 0, 'old_table_name')} gets another name"
    elif name == "alter_column":
        yield from _altered(call)
    elif name == "add_column":
        yield from _added(call)
    elif name in {"drop_all", "create_all"}:
        yield "drop-all", line, f"{name}() works on all tables at once"
    elif name == "autocommit_block" or name in {"commit", "rollback"}:
        yield "own-transaction", line, f"{name}() leaves the transaction around the migration"
    elif name in _OPAQUE:
        yield "opaque-code", line, f"what {name}() does cannot be seen here"
    elif _is_operations(call) and name not in _SAFE_OPERATIONS:
        yield "opaque-code", line, f"op.{name} is not known to be safe"
    elif name in {"delete", "update"}:
        yield from _built(call, name)


def _described(call: ast.Call) -> str:
    texts = [
        each.value for each in call.args if isinstance(each, ast.Constant) and isinstance(each.value, str)
    ]
    return ".".join(texts) or "(not a literal)"


def _keywords(call: ast.Call) -> dict[str, ast.expr]:
    return {each.arg: each.value for each in call.keywords if each.arg}


def _altered(call: ast.Call) -> Iterator[Seen]:
    given, described = _keywords(call), _described(call)
    column = described.rsplit(".", 1)[-1]
    if "type_" in given:
        rule = "identity-type" if is_identity(column) else "type-change"
        yield rule, call.lineno, f"{described} becomes {ast.unparse(given['type_'])}"
    if "new_column_name" in given or "name" in given:
        yield "rename-column", call.lineno, f"{described} gets another name"
    required = given.get("nullable")
    if isinstance(required, ast.Constant) and required.value is False:
        yield "set-not-null", call.lineno, f"{described} must have a value from now on"
    if any(each.arg is None for each in call.keywords):
        yield "opaque-code", call.lineno, f"the change of {described} is given as **something"


def _added(call: ast.Call) -> Iterator[Seen]:
    column = next(
        (each for each in call.args if isinstance(each, ast.Call) and _name(each) == "Column"), None
    )
    if column is None:
        yield "opaque-code", call.lineno, "the added column is not written out here"
        return
    given = _keywords(column)
    required = given.get("nullable")
    named = isinstance(required, ast.Constant) and required.value is False
    if (
        (named or "primary_key" in given)
        and "server_default" not in given
        and "default" not in _server(column)
    ):
        message = f"{_described(column)} is required and existing rows have none"
        yield "not-null-without-default", call.lineno, message


def _server(column: ast.Call) -> str:
    kinds = {_name(each) for each in column.args if isinstance(each, ast.Call)}
    return "default" if kinds & {"Computed", "Identity", "FetchedValue", "DefaultClause"} else ""


def _built(call: ast.Call, name: str) -> Iterator[Seen]:
    """Judge `sa.delete(table)` and `table.update()` as far as a script shows them."""
    if isinstance(call.func, ast.Attribute) and isinstance(call.func.value, ast.Dict):
        return
    rule = "delete-without-bounds" if name == "delete" else "update-without-bounds"
    yield rule, call.lineno, f"a {name} built in Python, whose bounds cannot be judged here"


def _batch(block: ast.With) -> Iterator[Seen]:
    opened = [each.context_expr for each in block.items if isinstance(each.context_expr, ast.Call)]
    for call in opened:
        if _name(call) != "batch_alter_table":
            continue
        always = ast.unparse(_keywords(call).get("recreate", ast.Constant("auto"))) == "'always'"
        inner = {_name(node) for node in ast.walk(block) if isinstance(node, ast.Call)}
        if always or inner & _REBUILDS:
            table = _literal(call, 0, "table_name")
            yield (
                "batch-rebuild",
                call.lineno,
                f"{table} is dropped and built anew; nothing here turns foreign keys off",
            )


def _sql(call: ast.Call, place: str) -> list[Hazard]:
    if _name(call) not in _EXECUTES or not call.args:
        return []
    given = call.args[0]
    while isinstance(given, ast.Call) and _name(given) in {"text", "DDL", "dedent", "bindparams"}:
        given = (
            given.func.value
            if _name(given) == "bindparams" and isinstance(given.func, ast.Attribute)
            else given.args[0]
        )
    if isinstance(given, ast.Constant) and isinstance(given.value, str):
        return list(_judge_text(given.value, place, given.lineno))
    if isinstance(given, ast.Call) and _name(given) in {"insert", "select", "values"}:
        return []
    built = any(
        isinstance(node, ast.Call) and _name(node) in {"delete", "update"} for node in ast.walk(given)
    )
    if built:
        return []
    return [
        Hazard("dynamic-sql", place, call.lineno, f"{ast.unparse(given)[:60]} is put together when it runs")
    ]


def _judge_text(text: str, place: str, line: int) -> tuple[Hazard, ...]:
    """Judge SQL for the engine it can be read as; what neither can read is a hazard."""
    dialects: tuple[SqlDialect, ...] = ("postgres", "sqlite")
    answers = [judge_sql(text, place, dialect, first_line=line) for dialect in dialects]
    readable = [each for each in answers if all(hazard.rule != "unreadable" for hazard in each)]
    return max(readable or answers, key=lambda each: sum(hazard.severity == "error" for hazard in each))
