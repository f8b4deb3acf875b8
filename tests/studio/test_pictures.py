"""Pictures in a project."""

from functools import partial
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace

import pytest
from PIL import Image
from sqlalchemy import event

from tests.store.abreast import abreast
from workbench.errors import EnvironmentFault, InputError
from workbench.render import reserve as reserves
from workbench.render.reserve import RESERVE_BYTES, Reserve
from workbench.studio import project_pictures
from workbench.studio.bringing import bring_in
from workbench.studio.studio import Studio


def picture(kind: str = "PNG", size: tuple[int, int] = (64, 48)) -> bytes:
    target = BytesIO()
    Image.new("RGB", size, "#ff0000").save(target, kind)
    return target.getvalue()


def test_a_picture_is_shown_by_its_name(studio: Studio, tmp_path: Path) -> None:
    """Once it is in the project, source shows it; before, the check says it is missing."""
    studio.add_scene(source='image("my logo", width=400)', name="one")
    before = {finding.code for finding in studio.check(1).findings}
    (tmp_path / "my logo.png").write_bytes(picture())
    asset = studio.add_picture(tmp_path / "my logo.png")
    after = {finding.code for finding in studio.check(1).findings}
    assert (asset.name, asset.width, asset.height, asset.media_type) == ("my logo", 64, 48, "image/png")
    assert "missing-asset" in before
    assert "missing-asset" not in after


def test_an_added_picture_can_be_taken_back(studio: Studio) -> None:
    """Undo removes the picture from the project."""
    studio.add_picture(picture("WEBP"), "logo")
    studio.undo()
    assert studio.workspace.assets.list(studio.project_id) == ()


@pytest.mark.parametrize(
    "content",
    [b"", b"no picture at all", picture()[:60], picture("BMP"), b"<svg xmlns='http://www.w3.org/2000/svg'/>"],
    ids=["empty", "text", "cut off", "bmp", "svg"],
)
def test_what_is_no_picture_is_refused_and_not_kept(studio: Studio, content: bytes) -> None:
    """A file of the wrong kind, or half of one, leaves nothing behind."""
    with pytest.raises(InputError, match="no picture"):
        studio.add_picture(content, "thing")
    assert studio.workspace.assets.list(studio.project_id) == ()


def test_huge_pictures_are_refused_by_their_size(studio: Studio) -> None:
    """A picture over 40 megapixels is refused without being unpacked."""
    with pytest.raises(InputError, match="pixels"):
        studio.add_picture(picture(size=(9000, 5000)), "big")


def test_a_picture_leaves_room_on_the_disk(studio: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    """While the reserve is more than is free no picture is taken and nothing is kept; a prompt alone is."""
    workspace = studio.workspace
    with monkeypatch.context() as short:
        short.setattr(workspace, "reserve", Reserve(2**62))
        with pytest.raises(
            EnvironmentFault, match=r"pictures leave .* MB of it free.*WORKBENCH_DISK_RESERVE"
        ):
            studio.add_picture(picture(), "logo")
        with pytest.raises(EnvironmentFault, match="pictures leave"):
            studio.pictures.add(picture())
        assert bring_in(workspace, studio.project_id, []) == ()
    assert (len(studio.pictures), len(studio.jobs), list(workspace.blobs.files())) == (0, 0, [])
    assert studio.add_picture(picture(), "logo").name == "logo"


def test_of_pictures_that_do_not_fit_together_none_is_kept(
    studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each would find room alone; one that is in the project already takes none."""
    pictures = [picture(size=(64, 48)), picture(size=(48, 64))]
    free = RESERVE_BYTES + max(map(len, pictures))
    monkeypatch.setattr(reserves.shutil, "disk_usage", lambda _: SimpleNamespace(free=free))
    with pytest.raises(EnvironmentFault):
        bring_in(studio.workspace, studio.project_id, pictures)
    assert (len(studio.pictures), list(studio.workspace.blobs.files())) == (0, [])
    assert len(bring_in(studio.workspace, studio.project_id, pictures[:1])) == 1
    assert len(bring_in(studio.workspace, studio.project_id, pictures)) == 2


def test_many_pictures_are_looked_up_together(studio: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    """All pictures of a project are told in order, with fewer questions to the store than pictures."""
    for number in range(25):
        studio.add_picture(picture(size=(64, 48 + number)), f"picture {number:02}")
    by_name = [studio.pictures[f"picture {number:02}"].asset for number in range(25)]
    asked: list[str] = []
    monkeypatch.setattr(project_pictures, "_LOOKED_UP_TOGETHER", 10)
    event.listen(
        studio.workspace.database.engine, "before_cursor_execute", lambda *told: asked.append(told[2])
    )
    assert [each.asset for each in studio.pictures] == by_name
    assert 0 < sum(each.startswith("SELECT") for each in asked) < 25


def test_a_missing_file_is_named(studio: Studio) -> None:
    """The error says which file was not there."""
    with pytest.raises(InputError, match="nowhere"):
        studio.add_picture("nowhere.png")


@pytest.mark.slow
def test_the_whole_project_plays_with_a_card_for_a_broken_scene(studio: Studio) -> None:
    """A draft of the project is as long as its scenes, whatever is wrong with one of them."""
    studio.add_scene(source='text("good")', duration_seconds=1)
    studio.add_scene(source="nonsense(", duration_seconds=1)
    clip = studio.video(height=90)
    assert clip.seconds == 2
    assert b"ftyp" in clip.data[:64]


def test_texts_set_at_once_are_all_kept(studio: Studio) -> None:
    """Two who say at the same time what two pictures show both have said it."""
    for name in ("one", "two"):
        studio.workspace.assets.add(
            studio.project_id, name, studio.workspace.blobs.put(name.encode()), "image/png", bytes=3
        )
    abreast(*(partial(studio.pictures.set_alt, name, f"It shows {name}") for name in ("one", "two")))
    assert [each.alt for each in studio.pictures] == ["It shows one", "It shows two"]
