"""Commands of the house itself: database, migrations, journal, translations, worker."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

import click

from civic.house.cli import database as open_database
from civic.house.cli import refuse


@click.group(name="db")
def database() -> None:
    """La base de données."""


@database.command()
def upgrade() -> None:
    """Met la base à jour (sans danger si elle l'est déjà)."""
    from civic.house.db import folder_of, migrate

    with open_database() as db:
        folder = folder_of(db.info["settings"].database_url)
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)
        migrate(db.get_bind())  # type: ignore[arg-type]
    click.echo("La base est à jour.")


@click.group()
def migrations() -> None:
    """Les migrations du schéma."""


def _scratch() -> tuple[tempfile.TemporaryDirectory[str], str]:
    folder = tempfile.TemporaryDirectory()
    return folder, f"sqlite:///{folder.name}/schema.db"


@migrations.command(name="check")
def check_migrations() -> None:
    """Vérifie que les migrations donnent exactement les tables des modèles."""
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    from civic.house.db import Base, make_engine, migrate
    from civic.rooms import load_models

    load_models()
    folder, url = _scratch()
    with folder:
        engine = make_engine(url)
        migrate(engine)
        with engine.connect() as connection:
            context = MigrationContext.configure(connection, opts={"compare_type": True})
            differences = compare_metadata(context, Base.metadata)
        engine.dispose()
    if differences:
        for difference in differences:
            click.echo(f"  {difference}", err=True)
        raise refuse("Les migrations ne suivent pas les modèles : écrivez-en une.", 1)
    click.echo("Les migrations suivent les modèles.")


@migrations.command(name="new")
@click.argument("title")
def new_migration(title: str) -> None:
    """Prépare une migration à partir de la différence entre modèles et migrations (à relire)."""
    from alembic import command

    from civic.house.db import MIGRATIONS, alembic_config, make_engine, migrate
    from civic.rooms import load_models

    load_models()
    number = len(list((MIGRATIONS / "versions").glob("[0-9]*.py"))) + 1
    folder, url = _scratch()
    with folder:
        engine = make_engine(url)
        migrate(engine)
        with engine.begin() as connection:
            command.revision(
                alembic_config(connection), message=title, autogenerate=True, rev_id=f"{number:04}"
            )
        engine.dispose()


@click.group()
def journal() -> None:
    """Le journal des actions."""


@journal.command()
def verify() -> None:
    """Relit tout le journal : ligne modifiée, retirée ou déplacée, et laquelle."""
    from civic.house.journal import verify as check

    with open_database() as db:
        verdict = check(db)
    if verdict.wrong:
        raise refuse(verdict.wrong, 1)
    click.echo(f"{verdict.lines} lignes, toutes à leur place. Empreinte : {verdict.digest}")


@click.command()
@click.option("--once", is_flag=True, help="Fait ce qui est dû, puis s'arrête.")
def work(once: bool) -> None:
    """Envoie les courriels et fait les travaux périodiques, jusqu'à ce qu'on l'arrête."""
    from urllib.parse import urlsplit

    from civic.house import db as house_db
    from civic.house import jobs, post
    from civic.house.clock import clock
    from civic.rooms import load_routines

    load_routines()
    with open_database() as session:
        settings = session.info["settings"]
        make = house_db.sessions(session.get_bind())  # type: ignore[arg-type]
        make.configure(info={"settings": settings})
        by = post.carrier(settings.mail)
        host = urlsplit(settings.base_url).hostname or "localhost"

        def step() -> None:
            post.send_due(make, by, sender=settings.mail_from, host=host, now=clock.now)
            jobs.run_due(make)

        if once:
            step()
        else:
            jobs.work_for_ever(step)


# --- translations --------------------------------------------------------------------------------

ROOT = Path(__file__).parent.parent.parent
TRANSLATIONS = ROOT / "translations"
MAPPING = """
[python: **.py]
[jinja2: **.html]
extensions = jinja2.ext.do
silent = false
[jinja2: **.txt]
silent = false
"""
KEYWORDS = ("_", "lazy", "lazy_n:1,2", "gettext", "ngettext:1,2")


def _babel(*words: str) -> None:
    tool = Path(sys.executable).parent / "pybabel"
    subprocess.run([str(tool), "-q", *words], cwd=ROOT, check=True)  # noqa: S603 - our own words


def _extract(target: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        mapping = Path(folder) / "mapping.cfg"
        mapping.write_text(MAPPING, encoding="utf-8")
        keywords = [word for keyword in KEYWORDS for word in ("-k", keyword)]
        _babel(
            "extract", "-F", str(mapping), *keywords, "--no-location", "--omit-header",
            "--sort-output", "-o", str(target), "civic", "templates",
        )  # fmt: skip


@click.group()
def translations() -> None:
    """Les textes en d'autres langues."""


@translations.command()
def extract() -> None:
    """Relève les phrases des pages et met les catalogues à jour."""
    with tempfile.TemporaryDirectory() as folder:
        template = Path(folder) / "civic.pot"
        _extract(template)
        for one in sorted(TRANSLATIONS.glob("*/LC_MESSAGES")):
            _babel(
                "update", "-i", str(template), "-o", str(one / "civic.po"), "-l", one.parent.name,
                "--no-fuzzy-matching", "--ignore-obsolete", "--ignore-pot-creation-date",
            )  # fmt: skip


@translations.command(name="compile")
def compile_catalogues() -> None:
    """Prépare les catalogues pour le site."""
    for folder in sorted(TRANSLATIONS.glob("*/LC_MESSAGES")):
        code = folder.parent.name
        _babel(
            "compile", "-i", str(folder / "civic.po"), "-o", str(folder / "civic.mo"), "-l", code
        )


@translations.command()
def check() -> None:
    """Vérifie que les catalogues sont complets et à jour, variables comprises."""
    from civic.house.i18n import FRENCH, LOCALES
    from civic.house.translations import problems

    with tempfile.TemporaryDirectory() as folder:
        fresh = Path(folder) / "civic.pot"
        _extract(fresh)
        others = [code for code in LOCALES if code != FRENCH.code]
        found = problems(fresh, TRANSLATIONS, others)
    for problem in found[:40]:
        click.echo(problem, err=True)
    if found:
        raise refuse(
            f"{len(found)} textes à traduire ou à corriger : « civic translations extract ».", 1
        )
    click.echo("Les catalogues sont complets.")
