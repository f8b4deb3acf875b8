"""Commands that papers and configuration name are commands that exist."""

from __future__ import annotations

import re
import shlex

import click

from workbench.batch.catalog import find
from workbench.batch.parameters import chosen, declared
from workbench.cli.main import workbench

_BETWEEN = re.compile(r"&&|\|\||[;|]")
_ELSEWHERE = re.compile(r"\s[12&]?>+\s*\S+")


def commands_in(text: str) -> list[str]:
    """Return every call of `workbench` in a text of shell, cron or YAML lines."""
    found = []
    for part in (part for line in text.splitlines() for part in _BETWEEN.split(line)):
        try:
            words = shlex.split(_ELSEWHERE.sub("", part), comments=True)
        except ValueError:
            continue
        called = [
            place
            for place, word in enumerate(words)
            if word.rpartition("/")[2] == "workbench" and "://" not in word
        ]
        if called and words[0] != "cd" and len(words) > called[0] + 1:
            found.append(shlex.join(["workbench", *words[called[0] + 1 :]]))
    return found


def check_command(line: str) -> click.Context:
    """Parse one call as the command line would, without running it; raises when it would be refused."""
    _, *arguments = shlex.split(line, comments=True)
    command: click.Command = workbench
    context = click.Context(workbench)
    while isinstance(command, click.Group) and arguments:  # a group alone is told by its name
        name, found, arguments = command.resolve_command(context, arguments)
        assert found is not None, f"{line!r}: there is no command {name!r}"
        command = found
        context = click.Context(command, info_name=name)
    if isinstance(command, click.Group):
        return context
    context = command.make_context(command.name, arguments)
    if command.name == "batch" and context.params["name"] and not context.params["listed"]:
        asked = context.params
        if not asked["name"].endswith(".ipynb"):
            chosen(declared(find(asked["name"])), words=asked["words"], pairs=asked["pairs"])
    return context
