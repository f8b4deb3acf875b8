"""The language's meaning as source text for the sandbox, with its inner names out of the author's reach.

The prelude and the scene run in one namespace. An author may well call something `max`, `width` or `line`;
so every global the prelude reads is renamed here to a name nobody writes, and the language's names are bound
to those. What the author redefines is then redefined for the author alone.
"""

from __future__ import annotations

import ast
import builtins
from functools import cache
from importlib import resources

from workbench.syntax import syntax_tree

_FILES = (
    "values.py", "easing.py", "colors.py", "motions.py", "nodes.py", "charts.py", "frames.py", "retracing.py",
)  # fmt: skip
_MARK = "_wb_"
_GIVEN_NAMES = (
    "width", "height", "fps", "duration", "aspect", "safe", "center", "top", "bottom", "left", "right",
    "top_left", "top_right", "bottom_left", "bottom_right",
)  # fmt: skip

GIVEN = f"{_MARK}given"
EXPORT = f"{_MARK}_export()"
COLOR_TABLE = f"{_MARK}_color_names"


@cache
def prelude() -> str:
    """Return the sealed prelude."""
    folder = resources.files("workbench.scene").joinpath("prelude")
    tree = syntax_tree("\n\n".join(folder.joinpath(name).read_text(encoding="utf-8") for name in _FILES))
    own = _own_names(tree)
    used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    borrowed = sorted((used - own) & set(dir(builtins)))
    sealed = ast.unparse(_Sealer(own | set(borrowed)).visit(tree))
    before = "\n".join(f"{_MARK}{name} = {name}" for name in borrowed)
    after = "\n".join(
        f"{name} = {_MARK}{name}" for name in sorted(own - set(_GIVEN_NAMES)) if not name.startswith("_")
    )
    return f"{before}\n{sealed}\n{after}\n"


@cache
def opening() -> str:
    """Return the statements that begin a scene: they set the stage and bind the given names."""
    given = "\n".join(f"{name} = {_MARK}{name}" for name in _GIVEN_NAMES)
    return f"{_MARK}_open(**{GIVEN})\n{given}\n"


def inner(name: str) -> str:
    """Return what the prelude's `_name` is called in the sandbox."""
    return f"{_MARK}_{name}"


def unsealed(message: str) -> str:
    """Return an error message with the language's names as authors know them."""
    return message.replace(f"{_MARK}_", "").replace(_MARK, "")


def _own_names(tree: ast.Module) -> set[str]:
    names: set[str] = set()
    for statement in tree.body:
        if isinstance(statement, ast.FunctionDef | ast.ClassDef):
            names.add(statement.name)
        elif isinstance(statement, ast.Import):
            names.update(alias.asname or alias.name for alias in statement.names)
        elif isinstance(statement, ast.Assign):
            names.update(target.id for target in statement.targets if isinstance(target, ast.Name))
    for node in ast.walk(tree):
        if isinstance(node, ast.Global):
            names.update(node.names)
    return names


class _Sealer(ast.NodeTransformer):
    """Renames what is read from or bound in the module's namespace; locals keep their names."""

    def __init__(self, names: set[str]) -> None:
        self._names = names
        self._scopes: list[set[str]] = []
        self._in_class = False

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        if not self._scopes and not self._in_class:
            node.name = self._sealed(node.name)
        node.args.defaults = [self.visit(value) for value in node.args.defaults]
        node.args.kw_defaults = [value and self.visit(value) for value in node.args.kw_defaults]
        self._scopes.append(_locals(node))
        node.body = [self.visit(statement) for statement in node.body]
        self._scopes.pop()
        return node

    def visit_Lambda(self, node: ast.Lambda) -> ast.AST:
        self._scopes.append({argument.arg for argument in node.args.args})
        node.body = self.visit(node.body)
        self._scopes.pop()
        return node

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        node.name = self._sealed(node.name)
        self._in_class = True
        node.body = [self.visit(statement) for statement in node.body]
        self._in_class = False
        return node

    def visit_Name(self, node: ast.Name) -> ast.AST:
        node.id = self._sealed(node.id)
        return node

    def visit_Global(self, node: ast.Global) -> ast.AST:
        node.names = [self._sealed(name) for name in node.names]
        return node

    def visit_alias(self, node: ast.alias) -> ast.AST:
        node.asname = self._sealed(node.asname or node.name)
        return node

    def _sealed(self, name: str) -> str:
        local = any(name in scope for scope in self._scopes)
        return f"{_MARK}{name}" if name in self._names and not local else name


def _locals(function: ast.FunctionDef) -> set[str]:
    given = function.args
    names = {
        argument.arg for argument in (*given.args, *given.kwonlyargs, given.vararg, given.kwarg) if argument
    }
    shared: set[str] = set()
    for node in ast.walk(function):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
        elif isinstance(node, ast.FunctionDef) and node is not function:
            names.add(node.name)
        elif isinstance(node, ast.Global):
            shared.update(node.names)
    return names - shared
