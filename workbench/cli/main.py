"""The command line: `workbench COMMAND`.

Exit codes: 0 done, 1 the answer is no (error findings, a scene that cannot be painted, a failed check),
2 wrong use, 130 stopped with Ctrl-C. Errors are one line and a remedy on stderr.
"""

from __future__ import annotations

import json
import os
import sys
from importlib import import_module
from pathlib import Path

import click

from workbench.errors import Cancelled, Conflict, InputError, WorkbenchError

_COMMANDS = {
    "demo": "workbench.cli.demo:demo",
    "lab": "workbench.cli.lab:lab",
    "doctor": "workbench.cli.doctor:doctor",
    "ask": "workbench.cli.ask:ask",
    "render": "workbench.cli.films:render",
    "export": "workbench.cli.films:export",
    "check": "workbench.cli.check:check",
    "project": "workbench.cli.project:project",
    "scene": "workbench.cli.scene:scene",
    "template": "workbench.cli.template:template",
    "undo": "workbench.cli.scene:undo",
    "redo": "workbench.cli.scene:redo",
    "serve": "workbench.cli.serve:serve",
    "token": "workbench.cli.token:token",
    "mcp": "workbench.cli.mcp:mcp",
    "db": "workbench.cli.db:db",
    "lifecycle": "workbench.cli.lifecycle:lifecycle",
    "batch": "workbench.cli.batch:batch",
    "dashboard": "workbench.cli.dashboard:dashboard",
    "alerts": "workbench.cli.alerts:alerts",
    "telemetry": "workbench.cli.telemetry:telemetry",
    "report": "workbench.cli.report:report",
    "stress": "workbench.cli.stress:stress",
    "drill": "workbench.cli.drill:drill",
    "experiment": "workbench.cli.experiment:experiment",
    "bench": "workbench.cli.bench:bench",
}


class LateGroup(click.Group):
    """A group that imports a command when it is used, so that `workbench --help` is quick."""

    def list_commands(self, _: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, _: click.Context, name: str) -> click.Command | None:
        if name not in _COMMANDS:
            return None
        module, attribute = _COMMANDS[name].split(":")
        found: click.Command = getattr(import_module(module), attribute)
        return found

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in _COMMANDS and not args[0].startswith("-"):
            from workbench.errors import NotFound

            raise NotFound.among("command", args[0], _COMMANDS)
        return super().resolve_command(ctx, args)

    def format_commands(self, _: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, _SUMMARIES[name]) for name in _COMMANDS])


_SUMMARIES = {
    "demo": "Turn a brief into a project, a video and a contact sheet.",
    "lab": "Open JupyterLab at the tour.",
    "doctor": "Check that everything here works.",
    "ask": "Do what a prompt asks for.",
    "render": "Paint one scene, or a scene file, to a video or still.",
    "export": "Render a whole project.",
    "check": "Find what is wrong with scenes.",
    "project": "Make, list, show, export and import projects.",
    "scene": "Add, change, order and restore scenes.",
    "template": "List templates and look at them.",
    "undo": "Take back a project's last change.",
    "redo": "Do again what was taken back.",
    "serve": "Serve the studio over HTTP, to callers with a token.",
    "token": "Make, list and revoke the tokens of callers.",
    "mcp": "Serve the workbench to other agents over the Model Context Protocol.",
    "db": "Back up, restore, and change the schema without losing anything.",
    "lifecycle": "See what is kept and for how long; clean up by plan.",
    "batch": "Run notebooks unattended: cleanup, stress, experiment, render.",
    "dashboard": "Serve the operations dashboard; --sample shows made-up data.",
    "alerts": "See what fired, acknowledge it, and try rules on history.",
    "telemetry": "See where recorded telemetry is kept; send it to object storage.",
    "report": "Tell what took how long, what failed, and what it cost.",
    "stress": "Load a real service with people; PASS, FAIL or INVALID.",
    "drill": "Cause faults under load; check that nothing acknowledged is lost or doubled.",
    "experiment": "Compare prompts and models, with statistics that hold.",
    "bench": "Measure this machine, against peers where they are installed.",
}


@click.group(cls=LateGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="workbench")
@click.option(
    "--data", type=click.Path(path_type=Path), help="Data folder (default: WORKBENCH_DATA, or data/)."
)
def workbench(data: Path | None) -> None:
    """Describe a scene in words; get motion graphics you can check, edit and export."""
    if data is not None:
        os.environ["WORKBENCH_DATA"] = str(data)


def main() -> None:
    """Run the command line and leave with its exit code."""
    try:
        code = run(sys.argv[1:])
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    sys.exit(code)


def run(arguments: list[str]) -> int:
    """Run one command and return its exit code."""
    try:
        result = workbench.main(arguments, prog_name="workbench", standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as wanted:
        click.echo(wanted.ctx.get_help() if wanted.ctx else "")
        return 2
    except click.ClickException as wrong:
        wrong.show()
        return 2
    except (click.Abort, KeyboardInterrupt, Cancelled):
        click.echo("Stopped. What was complete by then is kept; nothing is left half done.", err=True)
        return 130
    except BrokenPipeError:
        raise
    except SystemExit:  # click's way of saying that the reader of our output has left
        return 0
    except Exception as error:  # noqa: BLE001 - whatever happens, the reader gets one line
        return _refused(error, as_json="--json" in arguments)
    return result if isinstance(result, int) else 0


def _refused(error: Exception, *, as_json: bool) -> int:
    """Say what went wrong and return the exit code; programs hear it on stdout, as a document."""
    if os.environ.get("WORKBENCH_TRACE"):
        raise error
    if isinstance(error, OSError):
        error = WorkbenchError(f"{error}.", remedy="Look at the path, its rights and the room on the disk.")
    elif not isinstance(error, WorkbenchError):
        kind = type(error).__name__
        error = WorkbenchError(
            f"unexpected {kind}: {error}.", remedy="This is a fault of ours; WORKBENCH_TRACE=1 shows where."
        )
    findings = tuple(error.evidence.get("findings", ()))
    if as_json:
        told = {"kind": type(error).__name__, "message": error.message, "remedy": error.remedy}
        found = {"findings": [finding.as_dict() for finding in findings]} if findings else {}
        click.echo(json.dumps({"error": told | found}, indent=2, ensure_ascii=False))
    click.echo(f"workbench: {error}", err=True)
    for finding in findings:
        if str(finding) not in error.message:
            click.echo(f"  {finding}", err=True)
    return 2 if isinstance(error, InputError) and not isinstance(error, Conflict) else 1
