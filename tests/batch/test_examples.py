"""The examples for cron and GitHub Actions would run."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from apscheduler.triggers.cron import CronTrigger

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
