"""`workbench bench dask` tells what it does as it goes, and compares with one worker."""

import json

import pytest

from workbench.bench.cluster import Filmed
from workbench.cli.main import run


@pytest.mark.slow
def test_a_cluster_is_measured_against_this_machine_and_tells_what_it_does(
    capfd: pytest.CaptureFixture[str],
) -> None:
    """Both places make the same file; each film is told when it begins and when it is there."""
    command = ["bench", "dask", "--size", "180p", "--seconds", "1", "--workers", "1", "--runs", "1", "--json"]
    assert run(command) == 0
    said = capfd.readouterr()
    report = json.loads(said.out)
    assert [(each["where"], each["frames"]) for each in report["films"]] == [("here", 30), ("cluster", 30)]
    assert report["same_bytes"]
    assert [each["times_one_worker"] for each in report["films"]] == [1.0, 1.0]
    for where in ("here", "cluster"):
        assert f"1 worker {where}: starting and warming up" in said.err
        assert f"1 worker {where}: 30 frames in" in said.err


def test_the_ratio_is_of_medians_at_the_same_place() -> None:
    """Two workers that take half of one's median time are twice as fast."""
    one = Filmed("here", 1, 100, [4.0, 9.0, 5.0])
    two = Filmed("here", 2, 100, [2.5, 2.0, 3.0])
    assert (one.seconds, two.seconds, two.frames_a_second) == (5.0, 2.5, 40.0)
    assert two.as_dict(one)["times_one_worker"] == 2.0


def test_numbers_of_workers_are_numbers(capsys: pytest.CaptureFixture[str]) -> None:
    """Anything else is wrong use."""
    assert run(["bench", "dask", "--workers", "two"]) == 2
    assert "such as 1,2" in capsys.readouterr().err
