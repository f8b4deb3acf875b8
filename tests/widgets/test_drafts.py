"""Typed text is never lost."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import text

from tests.between import before_renaming
from workbench.widgets.drafts import Drafts, Unsaved


def test_drafts_outlive_the_process_that_kept_them(tmp_path: Path) -> None:
    """A new store over the same folder has every unsaved text."""
    Drafts(tmp_path).keep("a", Unsaved("typed", {"x": 1}, 3))
    assert Drafts(tmp_path).get("a") == Unsaved("typed", {"x": 1}, 3)


def test_a_dropped_draft_is_gone_from_disk(tmp_path: Path) -> None:
    """After dropping, neither this store nor a new one has it; dropping again says so."""
    drafts = Drafts(tmp_path)
    drafts.keep("a", Unsaved("typed", {}, 1))
    assert drafts.drop("a")
    assert not drafts.drop("a")
    assert "a" not in Drafts(tmp_path)


def test_the_selected_scene_is_remembered(tmp_path: Path) -> None:
    """What was selected last is known to the next process; at first nothing is."""
    drafts = Drafts(tmp_path / "new")
    assert drafts.selected is None
    drafts.select("a")
    drafts.select("b")
    assert Drafts(tmp_path / "new").selected == "b"
    drafts.select(None)
    assert Drafts(tmp_path / "new").selected is None


def test_a_torn_file_is_passed_over(tmp_path: Path) -> None:
    """A file that is no draft does not keep the studio from opening."""
    (tmp_path / "a.json").write_text('{"source": "ty')
    (tmp_path / "b.json").write_text("[]")
    assert Drafts(tmp_path).get("a") is None


def test_keeping_tells_what_is_new(tmp_path: Path) -> None:
    """The first text of a scene is news, the next is not."""
    drafts = Drafts(tmp_path)
    assert drafts.keep("a", Unsaved("t", {}, 1))
    assert not drafts.keep("a", Unsaved("ty", {}, 1))


@given(st.dictionaries(text(st.characters(codec="ascii", categories=["L"]), min_size=1), text(), max_size=4))
def test_any_text_comes_back_as_it_was(tmp_path_factory, texts: dict[str, str]) -> None:
    """Whatever can be typed is read back letter for letter."""
    folder = tmp_path_factory.mktemp("drafts")
    drafts = Drafts(folder)
    held = {name.lower(): typed.encode("utf-8", "ignore").decode() for name, typed in texts.items()}
    for name, typed in held.items():
        drafts.keep(name, Unsaved(typed, {}, 1))
    assert {name: Drafts(folder).get(name).source for name in held} == held


def test_two_kernels_keep_the_same_scene(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both write whole files of their own; the last one stays, and nothing else lies there."""
    one, two = Drafts(tmp_path), Drafts(tmp_path)
    before_renaming(monkeypatch, lambda: two.keep("a", Unsaved("theirs", {}, 1)))
    one.keep("a", Unsaved("mine", {}, 1))
    assert Drafts(tmp_path).get("a") == Unsaved("mine", {}, 1)
    assert [each.name for each in tmp_path.iterdir()] == ["a.json"]
