"""Parameters are read from the notebook and checked before anything runs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.batch.conftest import Write
from workbench.batch.catalog import find, shipped
from workbench.batch.parameters import Parameter, chosen, declared
from workbench.errors import InputError, NotFound

DECLARED = """
# what comes first
users: int = 5  # how many people
seconds: float = 30  # how long
dry_run: bool = True
names: list[str] = ["a", "b"]
shares: dict[str, float] = {"new": 0.5}
preset: str = "smoke"
"""


@pytest.fixture
def parameters(write: Write) -> dict[str, Parameter]:
    return declared(write(DECLARED))


def test_name_type_default_and_help_are_read(parameters: dict[str, Parameter]) -> None:
    """Everything a reader of the cell sees is known."""
    assert parameters["users"] == Parameter("users", "int", 5, "how many people")
    assert [each.kind for each in parameters.values()] == [
        "int", "float", "bool", "list[str]", "dict[str, float]", "str",
    ]  # fmt: skip


def test_texts_become_typed_values(parameters: dict[str, Parameter]) -> None:
    """Words fill parameters in order, pairs set them by name, also with dashes."""
    pairs = ["dry-run=no", 'names=["x"]', 'shares={"edit": 1}', "preset=007"]
    assert chosen(parameters, words=["12", "1.5"], pairs=pairs) == {
        "users": 12, "seconds": 1.5, "dry_run": False, "names": ["x"], "shares": {"edit": 1.0},
        "preset": "007",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("pair", "told"),
    [
        ("users=many", "users is 'many', which is not int"),
        ("users=1.5", "not int"),
        ("seconds=nan", "seconds is nan"),
        ("dry_run=perhaps", "Give true or false"),
        ("names=a,b", "JSON list"),
        ('names=["a", 1]', "JSON list"),
        ("shares=[1]", "JSON object"),
        ("users", "no parameter"),
    ],
)
def test_a_value_of_the_wrong_type_is_refused(parameters: dict[str, Parameter], pair: str, told: str) -> None:
    """The message says what was given and what is wanted."""
    with pytest.raises(InputError, match=told.replace("(", r"\(")):
        chosen(parameters, pairs=[pair])


def test_an_unknown_name_is_refused_with_the_likely_one(parameters: dict[str, Parameter]) -> None:
    """A slip of the pen does not run with the default."""
    with pytest.raises(NotFound, match="Did you mean 'users'"):
        chosen(parameters, pairs=["user=5"])
    with pytest.raises(InputError, match="7 values for 6"):
        chosen(parameters, words=["1"] * 7)
    with pytest.raises(InputError, match="twice"):
        chosen(parameters, words=["1"], pairs=["users=2"])


@pytest.mark.parametrize(
    ("name", "value"), [("users", "5"), ("users", 5.0), ("dry_run", 1), ("names", ("a",)), ("preset", 7)]
)
def test_values_from_a_program_are_not_converted(
    parameters: dict[str, Parameter], name: str, value: Any
) -> None:
    """A program that gives a text for a number has made a mistake."""
    with pytest.raises(InputError, match=f"parameter {name} is"):
        chosen(parameters, values={name: value})
    assert chosen(parameters, values={"users": 7, "seconds": 2.5}) == {"users": 7, "seconds": 2.5}


@pytest.mark.parametrize(
    ("cell", "told"),
    [
        ("limit: int = 1 if 2 == 2 else 3", "cannot read the parameter 'limit'"),
        ("limit: int | None = None", "cannot read the parameter 'limit'|written as"),
        ("limit = 5", "written as"),
        ("limit: int = 'five'", "limit is 'five'"),
        ("limit: int = max(1, 2)", "written as"),
        ("api_key: str = ''", "looks like a secret"),
        ("limit: int = (", "line 1"),
    ],
)
def test_a_notebook_whose_parameters_cannot_be_checked_is_refused(write: Write, cell: str, told: str) -> None:
    """What papermill would pass over in silence is an error with a remedy."""
    with pytest.raises(InputError, match=told):
        declared(write(cell))


def test_shipped_notebooks_declare_typed_parameters() -> None:
    """Each can be found by name and read."""
    found = shipped()
    assert {"cleanup", "render"} <= set(found)
    for name, path in found.items():
        assert find(name) == path
        assert declared(path)


def test_an_unknown_notebook_is_refused_with_the_likely_one(tmp_path: Path) -> None:
    """By name and by path."""
    with pytest.raises(NotFound, match="Did you mean 'cleanup'"):
        find("cleanups")
    with pytest.raises(InputError, match="no notebook"):
        find(str(tmp_path / "none.ipynb"))


def test_every_parameter_of_a_shipped_notebook_says_what_it_is() -> None:
    """`workbench batch --list NAME` leaves no meaning blank."""
    silent = {
        name: [each.name for each in declared(path).values() if not each.help]
        for name, path in shipped().items()
    }
    assert not any(silent.values()), silent
