"""`civic accounts invite`: how the first administrator comes in."""

from __future__ import annotations

import click

from civic.house.access import SITE, Role
from civic.house.cli import database, refuse


@click.group()
def accounts() -> None:
    """Les comptes."""


@accounts.command()
@click.argument("email")
@click.option("--first-names", required=True, help="Prénom")
@click.option("--family-name", required=True, help="Nom")
@click.option("--role", type=click.Choice([one.value for one in Role]), default="administrator")
@click.option("--unit", default=SITE, help="site, municipality:3, agglomeration:1 …")
def invite(email: str, first_names: str, family_name: str, role: str, unit: str) -> None:
    """Invite une personne à tenir un rôle ; le courriel part avec « civic work »."""
    from civic.accounts import service
    from civic.house.clock import clock
    from civic.house.refusal import Refusal

    with database() as db:
        try:
            service.invite(
                db,
                email=email,
                first_names=first_names,
                family_name=family_name,
                role=Role(role),
                unit=unit,
                organisation_id=None,
                base_url=db.info["settings"].base_url,
                by="system",
                at=clock.now(),
            )
        except Refusal as refusal:
            raise refuse(str(refusal.text)) from None
    click.echo("L'invitation est dans la boîte d'envoi.")
