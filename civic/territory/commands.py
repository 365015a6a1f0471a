"""`civic territory load`."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click

from civic.house.cli import database, refuse


@click.group()
def territory() -> None:
    """Le territoire : agglomération, communes, quartiers, rues."""


@territory.command()
@click.argument("places", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--streets", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--outlines", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def load(places: Path, streets: Path | None, outlines: Path | None) -> None:
    """Charge des territoires (CSV), leurs rues (CSV) et leurs contours (GeoJSON)."""
    from civic.house.clock import clock
    from civic.house.refusal import Refusal
    from civic.territory import reading, service

    try:
        wanted = reading.read_places(reading.read_file(places))
        lines = reading.read_streets(reading.read_file(streets)) if streets else []
        shapes = reading.read_outlines(reading.read_file(outlines)) if outlines else {}
    except reading.BadFile as bad:
        raise refuse(str(bad)) from None
    unknown = sorted(set(shapes) - {one.name for one in wanted})
    if unknown:
        raise refuse(f"contour sans territoire : « {unknown[0]} ».")
    wanted = [replace(one, outline=shapes.get(one.name)) for one in wanted]
    with database() as db:
        try:
            done = service.load(db, places=wanted, streets=lines, by="system", at=clock.now())
        except Refusal as refusal:
            raise refuse(str(refusal.text)) from None
    click.echo(f"{done.places} territoires et {done.streets} tronçons chargés.")
