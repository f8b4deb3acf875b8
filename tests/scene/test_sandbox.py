import threading
from pathlib import Path

import pytest

from workbench.scene import layers as layers_module
from workbench.scene import sandbox as sandbox_module
from workbench.scene.evaluate import evaluate
from workbench.scene.layers import layers
from workbench.scene.limits import Limits
from workbench.scene.sandbox import Sandbox, shared_sandbox


@pytest.mark.slow
def test_every_layer_is_tried_and_holds_here():
    """Doctor's question has an answer for each wall; on this platform all but bubblewrap must stand."""
    found = {layer.name: layer for layer in layers()}
    assert len(found) == 5
    assert all(layer.holds for name, layer in found.items() if name != "bubblewrap namespaces")
    assert all(layer.remedy for layer in found.values() if not layer.holds)


def test_doctors_probe_takes_the_loaders_list_inside(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    """Without it a Python whose library lies in /usr/local/lib would not start behind the walls."""
    known = tmp_path / "ld.so.cache"
    monkeypatch.setattr(layers_module, "_LOADERS_LIST", known)
    assert str(known) not in layers_module._python_binds()
    known.touch()
    ran: list[list[str]] = []

    def reach(command: list[str]) -> str:
        ran.append(command)
        return f"{layers_module._CANARY}\nconnected" if not command else "no file\nno network"

    monkeypatch.setattr(layers_module, "bubblewrap", lambda binary, *more: ["bwrap", *more])
    monkeypatch.setattr(layers_module, "_reach", reach)
    layers_module._namespaces()
    _, behind_walls = ran
    place = behind_walls.index(str(known))
    assert behind_walls[place - 1 : place + 2] == ["--ro-bind", str(known), str(known)]


def test_what_an_author_raises_is_no_gap_in_the_language():
    """The hint about what the language lacks is not given for words, not even for the interpreter's own."""
    with Sandbox(workers=1, wrapped=False) as sandbox:
        words = "The monty syntax parser does not yet support hats"
        made = f"NotImplementedError({words!r})"
        said = (
            "raise NotImplementedError('mine')",
            f"raise {made}",
            f"def f():\n    raise {made}\nf()",
            f"e = {made}\nraise e",
            f"try:\n    raise {made}\nexcept NotImplementedError:\n    raise",
            f"ZeroDivisionError = NotImplementedError\nraise {made}",
        )
        own = [evaluate(text, sandbox=sandbox).findings[0] for text in said]
        gap = evaluate("try:\n    x = 1\nexcept* ValueError:\n    x = 2", sandbox=sandbox).findings[0]
    assert [finding.code for finding in own] == ["runtime"] * 6
    assert [finding.fix for finding in own] == ["Write what is missing here, or take the raise out."] * 6
    assert [finding.message for finding in own[1:]] == [f"{words}."] * 5
    assert (gap.code, gap.fix) == ("unsupported", "Write it with functions, loops and lists.")


def test_closing_twice_does_no_harm_and_the_next_use_starts_again():
    """A sandbox may be closed at any time."""
    sandbox = Sandbox(workers=1)
    sandbox.close()
    assert evaluate("circle(5)", sandbox=sandbox).ok
    sandbox.close()
    sandbox.close()
    assert evaluate("circle(5)", sandbox=sandbox).ok
    sandbox.close()


def test_a_lost_worker_is_replaced():
    """A worker that dies costs nobody anything."""
    with Sandbox(workers=1, wrapped=False) as sandbox:
        sandbox.lose_worker()
        assert evaluate("circle(5)", sandbox=sandbox).ok


def test_a_worker_lost_while_a_gap_is_looked_for_is_replaced(monkeypatch: pytest.MonkeyPatch):
    """Once, and the answer is the same; each time, and the author is told so."""
    look, kill, left = sandbox_module._lacks, sandbox_module.end_worker, [1]

    def lost(session, text):
        if left[0]:
            left[0] -= 1
            kill(session)
        return look(session, text)

    monkeypatch.setattr(sandbox_module, "_lacks", lost)
    with Sandbox(workers=1, wrapped=False) as sandbox:
        assert evaluate("raise NotImplementedError('mine')", sandbox=sandbox).findings[0].code == "runtime"
        left[0] = 99
        assert evaluate("raise NotImplementedError('too')", sandbox=sandbox).findings[0].code == "sandbox"
        assert evaluate("circle(5)", sandbox=sandbox).ok


def test_a_text_that_cannot_be_read_again_is_no_gap(monkeypatch: pytest.MonkeyPatch):
    """When the second look ends in a syntax error, the author hears what the first one said."""
    look = sandbox_module._lacks
    monkeypatch.setattr(sandbox_module, "_lacks", lambda session, text: look(session, f"def (\n{text}"))
    with Sandbox(workers=1, wrapped=False) as sandbox:
        assert evaluate("raise NotImplementedError('mine')", sandbox=sandbox).findings[0].code == "runtime"
        assert evaluate("circle(5)", sandbox=sandbox).ok


def test_a_lost_checker_is_replaced():
    """A type checker that dies while nobody uses it costs nobody anything."""
    with Sandbox(workers=1, wrapped=False) as sandbox:
        assert evaluate("circle(5)", sandbox=sandbox).ok
        sandbox.lose_checker()
        assert evaluate("circle(6)", sandbox=sandbox).ok


@pytest.mark.slow
@pytest.mark.parametrize("wrapped", [True, False])
def test_who_comes_after_a_limit_is_not_its_victim(wrapped):
    """A worker that a limit ended is gone before the next scene is run, however busy the machine is."""
    bomb = 's = "x" * 1000\nwhile True:\n    s = s + s'
    with Sandbox(workers=1, wrapped=wrapped) as sandbox:
        for _ in range(30):
            assert [finding.code for finding in evaluate(bomb, sandbox=sandbox).findings] == ["limit-memory"]
            assert evaluate("circle(5)", sandbox=sandbox).ok


def test_nothing_survives_from_one_evaluation_to_the_next():
    """Names, nodes and tampering end with the scene that made them."""
    with Sandbox(workers=1) as sandbox:
        evaluate("left_behind = 3\n_wb__room = 0\ncircle(5)", sandbox=sandbox)
        again = evaluate("circle(5)", sandbox=sandbox)
        assert [node.id for node in again.graph.walk()] == ["circle-1"]
        assert evaluate("circle(left_behind)", sandbox=sandbox).findings[0].code == "name"


@pytest.mark.slow
def test_threads_share_a_sandbox():
    """More threads than workers all get their own scene's answer."""
    answers: dict[int, float] = {}
    with Sandbox(workers=2) as sandbox:

        def work(number: int) -> None:
            for _ in range(5):
                answers[number] = (
                    evaluate(f"circle({number})", sandbox=sandbox).graph.nodes[0].props["radius"]
                )

        threads = [threading.Thread(target=work, args=(number,)) for number in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert answers == {number: number for number in range(6)}


def test_limits_are_settings():
    """A sandbox of fewer nodes refuses what the usual one takes."""
    with Sandbox(Limits(nodes=2), workers=1) as sandbox:
        finding = evaluate("for i in range(3):\n    circle(5)", sandbox=sandbox).findings[0]
    assert (finding.code, finding.line) == ("limit-nodes", 2)


def test_the_process_has_one_sandbox():
    """Whoever names no sandbox shares the process's own."""
    assert shared_sandbox() is shared_sandbox()
