"""The terminal commands of éditions."""

from __future__ import annotations

from pathlib import Path

import click

from civic.house.cli import database, refuse


@click.group()
def budget() -> None:
    """Les budgets participatifs."""


@budget.command(name="import")
@click.argument("file", type=click.Path(path_type=Path), metavar="FICHIER.pb")
@click.option("--municipality", required=True, metavar="NOM", help="La ville du vote.")
@click.option("--title", metavar="TITRE", help="Le titre de l'édition sur le site.")
def import_file(file: Path, municipality: str, title: str | None) -> None:
    """Ajoute une édition passée d'une autre ville, depuis un fichier pabulib (.pb).

    Le fichier est refusé en entier s'il a une seule erreur ; chaque erreur est dite avec sa ligne.
    """
    from civic.rules import tally

    try:
        election = tally.read(file.read_bytes())
    except OSError as wrong:
        raise refuse(f"{file} : {wrong.strerror}.") from None
    except tally.BadFile as bad:
        raise refuse(f"{file.name} refusé : {bad}") from None
    if not " ".join(municipality.split()):
        raise refuse("Donnez le nom de la ville du vote (--municipality).")

    from civic.budgets import service
    from civic.budgets.service.importing import CannotImport
    from civic.house.clock import clock
    from civic.house.i18n import euros
    from civic.house.refusal import Refusal

    with database() as db:
        try:
            done = service.import_election(
                db,
                election=election,
                municipality=" ".join(municipality.split())[:150],
                title=" ".join(title.split()) if title else None,
                source=source_of(election, file.name),
                by="system",
                at=clock.now(),
            )
        except (CannotImport, Refusal) as wrong:
            raise refuse(f"{file.name} refusé : {wrong}") from None
    click.echo(
        f"/budgets/{done.slug} : {done.projects} projets, {done.ballots} bulletins, "
        f"{done.envelopes} enveloppes, {euros(done.budget)}."
    )
    for difference in done.differences:
        click.echo(f"Attention, {difference}.", err=True)


def source_of(election: object, name: str) -> str:
    """Whence a file's figures come, as the page says it."""
    meta = getattr(election, "meta", {})
    thanks = meta.get("acknowledgments", "")
    return " ".join(
        f"Données réelles publiées par pabulib.org (fichier {name}), recomptées par ce site. "
        f"{thanks}".split()
    )
