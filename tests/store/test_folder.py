"""A project goes out as a folder and comes back the same; a bad folder leaves no trace."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from workbench.errors import InputError
from workbench.store import (
    Assets,
    Blobs,
    Database,
    NewScene,
    Project,
    Projects,
    Scenes,
    export_project,
    import_project,
)
from workbench.store.scene_file import read_scene, write_scene

letters = st.characters(codec="utf-8", exclude_characters="\x00")
line = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Zl", "Zp", "Cs")), min_size=1, max_size=60
).filter(lambda text: text.strip() == text)
numbers = st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False)
plain = st.recursive(
    st.booleans() | numbers | st.text(letters, max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(line, inner, max_size=3),
    max_leaves=6,
)
tables = st.dictionaries(line, plain, max_size=3)
scenes = st.builds(
    NewScene,
    source=st.text(letters, max_size=300),
    name=line,
    params=tables,
    duration_seconds=st.floats(0.001, 120),
    transition=tables,
    excerpt=st.just({}) | st.just({"begin_seconds": 2.0, "of_seconds": 120.0}),
)


@pytest.fixture
def blobs(tmp_path: Path) -> Blobs:
    return Blobs(tmp_path / "blobs")


@pytest.fixture
def exported(database: Database, project: Project, blobs: Blobs, tmp_path: Path) -> Path:
    """Give the folder of a project with one scene and one asset."""
    Scenes(database).add(project.id, "text('one')", name="First words")
    Assets(database).add(project.id, "logo.png", blobs.put(b"picture"), "image/png", bytes=7)
    return export_project(database, blobs, project.id, tmp_path / "out")


@pytest.mark.slow
@settings(max_examples=40, deadline=None)
@given(scene=scenes)
def test_scene_file_round_trip(scene: NewScene) -> None:
    """A scene written as a file is read back exactly, whatever its text holds."""
    assert read_scene(write_scene(scene), "scenes/01-any.scene") == scene


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=line, kept=st.lists(scenes, max_size=3), table=tables)
@pytest.mark.slow
def test_project_round_trip(
    database: Database, blobs: Blobs, name: str, kept: list[NewScene], table: dict[str, object]
) -> None:
    """A project that is exported and imported holds the same scenes and settings."""
    project = Projects(database).create(database.new_id(), settings=table)
    Scenes(database).add_many(project.id, kept)
    with tempfile.TemporaryDirectory() as folder:
        export_project(database, blobs, project.id, Path(folder) / "out")
        copy = import_project(database, blobs, Path(folder) / "out", name=database.new_id())
    held = Scenes(database).list(copy.id)
    again = [NewScene(s.source, s.name, s.params, s.duration_seconds, s.transition, s.excerpt) for s in held]
    assert (again, copy.settings) == (kept, table)


def test_folder_is_readable(exported: Path) -> None:
    """The folder holds the project file, numbered scenes with a header, and the assets."""
    assert (exported / "scenes/01-first-words.scene").read_text().startswith("# name: First words\n")
    assert 'name = "Demo"' in (exported / "project.toml").read_text()
    assert [path.read_bytes() for path in (exported / "assets").iterdir()] == [b"picture"]


def test_assets_come_back(database: Database, blobs: Blobs, exported: Path) -> None:
    """An imported project names the same bytes under the same asset names."""
    copy = import_project(database, blobs, exported, name="Copy")
    assert blobs.get(Assets(database).get(copy.id, "logo.png").sha256) == b"picture"


def test_export_keeps_what_is_there(
    database: Database, project: Project, blobs: Blobs, exported: Path
) -> None:
    """A folder with something in it is never written over."""
    with pytest.raises(InputError, match="already"):
        export_project(database, blobs, project.id, exported)


DAMAGE = {
    "broken toml": ("project.toml", "layout = 1\nname = \nfps = 3", "line 2"),
    "unknown key": ("project.toml", "layout = 1\ncolour = 3", "line 2"),
    "header without end": ("scenes/01-first-words.scene", "# name: a\ntext('b')", "line 1"),
    "bad seconds": ("scenes/01-first-words.scene", "# name: a\n# seconds: never\n# ---\n", "line 2"),
    "too long": ("scenes/01-first-words.scene", "# name: a\n# seconds: 900\n# ---\n", "line 2"),
    "huge source": ("scenes/01-first-words.scene", "x" * 70_000, "01-first-words.scene"),
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_damage_is_located(
    database: Database, blobs: Blobs, exported: Path, damage: tuple[str, str, str]
) -> None:
    """A mistake in a folder is named with its file and line, and nothing is imported."""
    file, text, place = damage
    (exported / file).write_text(text)
    with pytest.raises(InputError, match=place) as caught:
        import_project(database, blobs, exported, name="Copy")
    assert file.rsplit("/", 1)[-1] in str(caught.value)
    assert [each.name for each in Projects(database).list()] == ["Demo"]


@pytest.mark.parametrize("path", ["../secret.png", "/etc/hostname", "assets/../../secret.png", "a\\..\\b"])
def test_paths_stay_inside(database: Database, blobs: Blobs, exported: Path, path: str) -> None:
    """An asset path that leads out of the folder is refused."""
    said = (exported / "project.toml").read_text()
    asset = next((exported / "assets").iterdir())
    (exported / "project.toml").write_text(said.replace(f"assets/{asset.name}", path.replace("\\", "\\\\")))
    with pytest.raises(InputError, match="outside"):
        import_project(database, blobs, exported, name="Copy")


def test_links_stay_inside(database: Database, blobs: Blobs, exported: Path, tmp_path: Path) -> None:
    """A link that leads out of the folder is refused."""
    (tmp_path / "secret").write_text("secret")
    scene = exported / "scenes/01-first-words.scene"
    scene.unlink()
    scene.symlink_to(tmp_path / "secret")
    with pytest.raises(InputError, match="outside"):
        import_project(database, blobs, exported, name="Copy")


def test_swapped_asset_is_refused(database: Database, blobs: Blobs, exported: Path) -> None:
    """An asset whose bytes are not the named ones is refused."""
    next((exported / "assets").iterdir()).write_bytes(b"other")
    with pytest.raises(InputError, match="sha256"):
        import_project(database, blobs, exported, name="Copy")
