"""Texts are read into syntax trees by several threads while the collector runs Python code."""

import ast
import gc
import sys
import threading
from collections.abc import Iterator

import pytest

from workbench.syntax import syntax_tree

TEXT = "\n".join(f"x{i} = f({i}, a=[1, 2, (3, 4)], b={{'k': {i}}})" for i in range(60))


@pytest.fixture
def restless() -> Iterator[None]:
    """The collector runs often, and Python code with it; threads take turns quickly."""

    def listen(phase: str, info: dict[str, int]) -> None:
        for _ in range(200):
            pass

    before, interval = gc.get_threshold(), sys.getswitchinterval()
    gc.callbacks.append(listen)
    gc.set_threshold(50)
    sys.setswitchinterval(1e-5)
    yield
    gc.callbacks.remove(listen)
    gc.set_threshold(*before)
    sys.setswitchinterval(interval)


@pytest.mark.usefixtures("restless")
def test_threads_read_at_once() -> None:
    """At different depths of the stack, as requests and jobs are; plain `ast.parse` fails in some."""
    failures: list[BaseException] = []

    def read(deeper: int) -> None:
        if deeper:
            return read(deeper - 1)
        try:
            for _ in range(150):
                assert len(syntax_tree(TEXT).body) == 60
        except (SystemError, AssertionError) as failure:
            failures.append(failure)

    readers = [threading.Thread(target=read, args=(deeper,)) for deeper in (2, 9, 20)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    assert not failures


def test_a_text_is_read_again_when_others_read_between(monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody else's `ast.parse` does not wait for ours."""
    plain, tries = ast.parse, []

    def parse(text: str) -> ast.Module:
        tries.append(text)
        if len(tries) < 4:
            raise SystemError("AST constructor recursion depth mismatch (before=48, after=43)")
        return plain(text)

    monkeypatch.setattr(ast, "parse", parse)
    assert len(syntax_tree("a = 1").body) == 1
    assert tries == ["a = 1"] * 4


def test_errors_are_those_of_python() -> None:
    with pytest.raises(SyntaxError, match="never closed"):
        syntax_tree("f(")
