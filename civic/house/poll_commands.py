"""`civic poll verify`: check a published archive of a vote, offline, without a database.

Exit status 0 when nothing is false, 1 when something is, 2 with one line on standard error when
what was given can't be read.
"""

from __future__ import annotations

from pathlib import Path
from typing import NoReturn

import click

from civic.house.cli import French, why
from civic.rules.urn import archive
from civic.rules.urn.verifying import FALSE, PROVED, TRUST, verify

_SIGNS = {PROVED: "✔", TRUST: "·", FALSE: "✘"}


@click.group("poll", cls=French)
def poll() -> None:
    """Vérifier un vote sans le site."""


def _stop(sentence: str) -> NoReturn:
    click.echo(" ".join(sentence.split()), err=True)
    raise SystemExit(2)


class _OneLine(click.Command):
    """A command whose usage errors are one line in French, with status 2."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        try:
            return super().parse_args(ctx, args)
        except click.NoSuchOption as error:
            _stop(f"L'option {error.option_name} n'existe pas.")
        except click.MissingParameter:
            _stop("Il manque l'archive : civic poll verify ARCHIVE.")
        except click.BadOptionUsage as error:
            _stop(f"L'option {error.option_name} demande une valeur.")
        except click.UsageError:
            _stop("Une seule archive à la fois : civic poll verify ARCHIVE.")


@poll.command("verify", cls=_OneLine)
@click.argument("path", type=click.Path(path_type=Path), metavar="ARCHIVE")
@click.option("--noted", multiple=True, help="Une empreinte que vous avez notée (à répéter).")
def check(path: Path, noted: tuple[str, ...]) -> None:
    """Vérifie une archive (zip ou dossier) : ce qui est prouvé, faux, ou affaire de confiance."""
    try:
        files = _folder(path) if path.is_dir() else archive.unzipped(path.read_bytes())
    except OSError as error:
        _stop(f"{path} : ce fichier ne se lit pas ({why(error)}).")
    except archive.BadArchive as bad:
        _stop(f"{path} : {bad}")
    if archive.MANIFEST not in files:
        _stop(f"{path} : ce n'est pas l'archive d'un vote ({archive.MANIFEST} manque).")
    lines = verify(files, noted)
    for line in lines:
        click.echo(f"{_SIGNS[line.kind]} {line.kind} — {line.sentence}")
    false = sum(line.kind == FALSE for line in lines)
    click.echo(f"Empreinte de l'archive : {archive.archive_digest(files)}")
    if false:
        click.echo(f"{false} point faux." if false == 1 else f"{false} points faux.")
        raise SystemExit(1)
    click.echo("Rien n'est faux. Les lignes « confiance » disent ce que l'archive ne prouve pas.")


def _folder(path: Path) -> dict[str, bytes]:
    found = {
        one.relative_to(path).as_posix(): one for one in sorted(path.rglob("*")) if one.is_file()
    }
    if sum(one.stat().st_size for one in found.values()) > archive.LARGEST:
        raise archive.BadArchive("ce dossier est trop grand pour un vote.")
    return {name: one.read_bytes() for name, one in found.items()}
