"""How scenes are named from outside."""

import pytest

from workbench.errors import NotFound
from workbench.studio.references import scene_of


@pytest.mark.parametrize("reference", ["²", "9" * 5000, "0", "-1"])
def test_a_number_that_no_scene_has(reference: str) -> None:
    """Digits of other kinds, and thousands of them, name no scene; they are no fault of ours."""
    with pytest.raises(NotFound):
        scene_of((), reference)
