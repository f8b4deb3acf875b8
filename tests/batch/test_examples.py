"""The examples for cron and GitHub Actions would run."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from apscheduler.triggers.cron import CronTrigger

from tests.batch.conftest import Write
from tests.commands import check_command, commands_in

PAGE = (Path(__file__).parents[2] / "docs" / "batch.md").read_text()


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)


def test_every_command_of_the_page_exists_and_takes_those_parameters() -> None:
    """Names, options and the parameters of the notebooks are real."""
    calls = [call for block in blocks("[a-z]+") for call in commands_in(block)]
    assert len(calls) >= 8
    for call in calls:
        check_command(call)


def test_the_crontab_has_times_and_commands() -> None:
    """Five fields that a clock understands, then a command in a folder."""
    (table,) = blocks("crontab")
    jobs = [line for line in table.splitlines() if not re.match(r"[A-Z_]+=", line)]
    assert jobs
    for line in jobs:
        *times, command = line.split(None, 5)
        CronTrigger.from_crontab(" ".join(times))
        assert command.startswith("cd /srv/workbench && ")
        assert len(commands_in(command)) == 1
        assert command.endswith(" >/dev/null")


@pytest.mark.slow
def test_a_line_of_the_crontab_hands_secrets_on_and_prints_nothing_when_all_is_well(
    write: Write, tmp_path: Path
) -> None:
    """In the shell and the environment that cron has, with another notebook in the place of the film's."""
    (line,) = [each for each in blocks("crontab")[0].splitlines() if "secrets.env" in each]
    command = line.split(None, 5)[5].replace("/srv/workbench", str(tmp_path))
    command = re.sub(r"batch render .* >", "batch small.ipynb >", command)
    (tmp_path / "secrets.env").write_text("PGPASSWORD=swordfish9\n")
    write("a: int = 1", "import os\nprint('it is', os.environ['PGPASSWORD'])")
    (tmp_path / ".venv").mkdir()
    (tmp_path / ".venv" / "bin").symlink_to(Path(sys.executable).parent)
    environment = {"HOME": str(tmp_path), "PATH": "/usr/bin:/bin", "WORKBENCH_DATA": str(tmp_path / "data")}
    done = subprocess.run(
        ["/bin/sh", "-c", command], env=environment, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    (kept,) = (tmp_path / "data" / "batch").rglob("*.ipynb")
    assert "it is [PGPASSWORD]" in kept.read_text()


def test_the_workflow_is_one() -> None:
    """It is YAML with a schedule, bounded in time, and takes secrets by environment alone."""
    (text,) = blocks("yaml")
    workflow = yaml.safe_load(text)
    (schedule,) = workflow[True]["schedule"]
    CronTrigger.from_crontab(schedule["cron"])
    for job in workflow["jobs"].values():
        assert job["timeout-minutes"] <= 60
        for step in job["steps"]:
            assert ("uses" in step) != ("run" in step)
            assert "secrets." not in step.get("run", "")


def test_a_command_that_does_not_exist_is_noticed() -> None:
    """The check itself can fail."""
    for line in (
        "workbench batch cleanup -p dryrun=false",
        "workbench nothing",
        "workbench export --quality x",
    ):
        with pytest.raises(Exception, match=r".+"):
            check_command(line)
