"""`workbench telemetry`: how recording goes, and sending what was recorded to object storage."""

from __future__ import annotations

from dataclasses import asdict

import click

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
    """See where what was recorded lies, and send it to object storage."""


@telemetry.command()
@json_option
def state(as_json: bool) -> None:
    """Tell how many files and rows there are, and what waits to be sent."""
    settings, clock = Settings(), SystemClock()
    with open_database(settings, clock) as database:
        manifest = Manifest(database)
        live = manifest.live()
        told = {"files": len(live), "rows": sum(each.rows for each in live if each.kind == "raw"),
                "bytes": sum(each.bytes for each in live),
                "texts": len(texts(settings.data / "telemetry"))}  # fmt: skip
        storage = storage_of(settings)
        shipping = None
        if storage:
            shipping = Shipper.of(settings.data / "telemetry", manifest, storage, clock=clock).state
    if as_json:
        say_json(told | {"storage": asdict(shipping) if shipping else None})
        return
    click.echo(f"{told['files']} files, {told['rows']} rows, {told['bytes'] / 2**20:.1f} MB.")
    if told["texts"]:
        click.echo(f"{told['texts']} more are still text; the next question or report takes them in.")
    if shipping is None:
        click.echo("They stay in the data folder; WORKBENCH_TELEMETRY_FILES names a storage for them.")
    else:
        click.echo(f"Storage: {shipping.address}; {shipping.waiting} files of this machine wait to be sent.")


@telemetry.command()
def ship() -> None:
    """Send everything that lies here now, such as before a machine is given away."""
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
