"""Files in object storage: a real S3-compatible server, in a process of its own, on this machine alone."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

import pytest

from workbench.cli.main import run
from workbench.errors import EnvironmentFault, InputError, NotFound
from workbench.store.object_blobs import ObjectBlobs, blobs_at
from workbench.studio.settings import ScaleSettings, Settings
from workbench.studio.studio import open_studio
from workbench.studio.workspace import Workspace

pytestmark = pytest.mark.slow


@pytest.fixture
def blobs(storage: str, tmp_path: Path, request: pytest.FixtureRequest) -> ObjectBlobs:
    return ObjectBlobs(tmp_path / "here", f"{storage}/{request.node.name}")


def elsewhere(blobs: ObjectBlobs, tmp_path: Path) -> ObjectBlobs:
    """Return the same storage as another machine sees it."""
    return ObjectBlobs(tmp_path / "elsewhere", blobs.address)


def test_what_one_machine_puts_another_gets(blobs: ObjectBlobs, tmp_path: Path) -> None:
    """By its content's name, from bytes and from a file; asked for once, it lies in the folder."""
    (tmp_path / "a").write_bytes(b"x" * 3_000_000)
    digests = [blobs.put(b"whole"), blobs.put_file(tmp_path / "a")]
    assert blobs.put(b"whole") == hashlib.sha256(b"whole").hexdigest()
    other = elsewhere(blobs, tmp_path)
    assert [len(other.get(each)) for each in digests] == [5, 3_000_000]
    assert other.path(digests[1]).read_bytes() == b"x" * 3_000_000
    assert sorted(each.parent.name + each.name for each in other.files()) == sorted(digests)
    assert other.exists(digests[0])


def test_missing_and_damaged_objects_are_told(blobs: ObjectBlobs, tmp_path: Path) -> None:
    """A copy that is damaged here is fetched again; an object that is damaged there is refused."""
    digest = blobs.put(b"whole")
    blobs.place(digest).write_bytes(b"torn!")
    assert blobs.get(digest) == b"whole"
    blobs._files.pipe_file(blobs._key(digest), b"torn!")
    with pytest.raises(EnvironmentFault, match="damaged at s3://"):
        elsewhere(blobs, tmp_path).get(digest)
    with pytest.raises(NotFound, match="not kept at s3://"):
        blobs.get("0" * 64)
    assert not blobs.exists("0" * 64)
    with pytest.raises(InputError, match="not a SHA-256"):
        blobs.path("../x")


def test_a_write_that_does_not_arrive_whole_is_no_write(
    blobs: ObjectBlobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was put is read back; storage that gives back something else is an error and keeps nothing."""
    send = blobs._files.pipe_file
    monkeypatch.setattr(blobs._files, "pipe_file", lambda key, value: send(key, value[:-1]))
    with pytest.raises(EnvironmentFault, match="does not give back"):
        blobs.put(b"whole")
    monkeypatch.undo()
    assert not blobs.exists(hashlib.sha256(b"whole").hexdigest())
    assert blobs.get(blobs.put(b"whole")) == b"whole"


def test_storage_that_cannot_be_used_is_told_with_a_remedy(storage: str, tmp_path: Path) -> None:
    """A bucket that is not there, a key in the address, an address nobody knows."""
    with pytest.raises(EnvironmentFault, match="bucket exists"):
        ObjectBlobs(tmp_path, "s3://nobodys-bucket/x").put(b"x")
    with pytest.raises(InputError, match="holds a key"):
        ObjectBlobs(tmp_path, "s3://key:secret@bucket/x")
    with pytest.raises(EnvironmentFault, match="cannot be used"):
        ObjectBlobs(tmp_path, "nothing-like-it://bucket/x")
    assert type(blobs_at(tmp_path, "", "files")).__name__ == "Blobs"


def test_two_workspaces_share_pictures_through_a_bucket(storage: str, tmp_path: Path) -> None:
    """Another machine that has the database and the bucket paints the picture that was brought in here."""
    database = f"sqlite:///{tmp_path / 'shared.db'}"
    scale = ScaleSettings(files=f"{storage}/shared")
    picture = _png()
    frames = []
    for name in ("here", "there"):
        settings = Settings(data=tmp_path / name, database=database, scale=scale)
        with Workspace(settings) as workspace, open_studio("Film", "320x180", workspace=workspace) as studio:
            if name == "here":
                studio.add_picture(picture, "logo")
                studio.add_scene(source='image("logo", width=100)\n', duration_seconds=1)
            frames.append(studio.frame(1, 0, height=180).data)
    assert frames[0] == frames[1]
    assert list((tmp_path / "there" / "files").iterdir())


def test_unnamed_objects_are_counted_where_they_lie(
    storage: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Retention's state looks into the bucket, fetches nothing, and says that unnamed objects stay there."""
    scale = ScaleSettings(files=f"{storage}/counted")
    with Workspace(Settings(data=tmp_path / "here", scale=scale)) as workspace:
        with open_studio("Film", "320x180", workspace=workspace) as studio:
            studio.add_picture(_png(), "logo")
        unnamed = workspace.blobs.put(b"nobody's")
    monkeypatch.setattr("workbench.lifecycle.state.YOUNG_SECONDS", -60.0)
    monkeypatch.setenv("WORKBENCH_FILES", scale.files)
    monkeypatch.setenv("WORKBENCH_DATA", str(tmp_path / "here"))
    shutil.rmtree(tmp_path / "here" / "files")
    assert run(["lifecycle", "status"]) == 0
    told = capsys.readouterr().out
    assert f"1 files nobody names (8 bytes), 0 missing at {scale.files}" in told
    assert not list((tmp_path / "here").glob("files/??/*"))
    assert ObjectBlobs(tmp_path / "x", f"{scale.files}/files").get(unnamed) == b"nobody's"


def _png() -> bytes:
    import io

    from PIL import Image

    content = io.BytesIO()
    Image.new("RGB", (40, 20), "#38bdf8").save(content, "PNG")
    return content.getvalue()
