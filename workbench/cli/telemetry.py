"""`workbench telemetry`: how recording goes, and sending what was recorded to object storage."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict

import click

from workbench.cli.recorded import recorded
from workbench.cli.saying import json_option, say_json
from workbench.clock import SystemClock
from workbench.errors import InputError
from workbench.studio.measuring import storage_of
from workbench.studio.settings import Settings
from workbench.studio.upgrading import open_database
from workbench.telemetry.segments import Manifest
from workbench.telemetry.shipping import Shipper
from workbench.telemetry.texts import texts


@click.group()
def telemetry() -> None:
    """See where recorded telemetry is kept, and send it to object storage."""


@telemetry.command()
@json_option
def state(as_json: bool) -> None:
    """Tell how many files and rows there are, what waits to be sent, and what a collector was sent."""
    settings, clock = Settings(), SystemClock()
    with open_database(settings, clock) as database:
        manifest = Manifest(database)
        export = recorded(settings, manifest).export  # first: it takes texts in
        live = manifest.live()
        told = {"files": len(live), "rows": sum(each.rows for each in live if each.kind == "raw"),
                "bytes": sum(each.bytes for each in live),
                "texts": len(texts(settings.data / "telemetry"))}  # fmt: skip
        storage = storage_of(settings)
        shipping = None
        if storage:
            shipping = Shipper.of(settings.data / "telemetry", manifest, storage, clock=clock).state
    if as_json:
        say_json(told | {"storage": asdict(shipping) if shipping else None, "export": export})
        return
    click.echo(f"{told['files']} files, {told['rows']} rows, {told['bytes'] / 2**20:.1f} MB.")
    if told["texts"]:
        click.echo(f"{told['texts']} more are text that was not taken in; the next question tries again.")
    if shipping is None:
        click.echo("They stay in the data folder; WORKBENCH_TELEMETRY_FILES names a storage for them.")
    else:
        click.echo(f"Storage: {shipping.address}; {shipping.waiting} files of this machine wait to be sent.")
    click.echo(_export_told(export, is_set=bool(settings.telemetry.otlp)))


def _export_told(export: Mapping[str, int] | None, *, is_set: bool) -> str:
    here = "" if is_set else " No collector is set here."
    if export:
        return (
            f"Export: a collector was sent {export['sent']} spans in the last 24 hours; "
            f"{export['dropped']} found no room, {export['failed']} failed.{here}"
        )
    if is_set:
        return "Export: a collector is set; no span was sent or lost in the last 24 hours."
    return "No OpenTelemetry collector is set; WORKBENCH_TELEMETRY_OTLP names one."


@telemetry.command()
def ship() -> None:
    """Send everything that is here now, for example before a machine is given away."""
    settings, clock = Settings(), SystemClock()
    storage = storage_of(settings)
    if storage is None:
        raise InputError(
            "No storage is set.", remedy="Set WORKBENCH_TELEMETRY_FILES, such as to s3://bucket/telemetry."
        )
    with open_database(settings, clock) as database:
        shipper = Shipper.of(settings.data / "telemetry", Manifest(database), storage, clock=clock)
        sent = shipper.run(everything=True)
        left = shipper.state.waiting
    click.echo(f"Sent {sent} files to {storage.address}; {left} are left.")
