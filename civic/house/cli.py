"""The command `civic`. Each command is found by name and loaded only when it is used, so that
`civic tally` needs neither Flask nor a database."""

from __future__ import annotations

import errno
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

COMMANDS = {
    "tally": "civic.house.tally_commands:tally",
    "draw": "civic.house.draw_commands:draw",
    "urn": "civic.house.urn_commands:group",
    "poll": "civic.house.poll_commands:poll",
    "db": "civic.house.commands:database",
    "migrations": "civic.house.commands:migrations",
    "journal": "civic.house.commands:journal",
    "translations": "civic.house.commands:translations",
    "work": "civic.house.commands:work",
    "territory": "civic.territory.commands:territory",
    "accounts": "civic.accounts.commands:accounts",
    "budget": "civic.budgets.commands:budget",
    "demo": "civic.home.commands:demo",
}


class French(click.Group):
    """A group that refuses an unknown command by one line in French, with status 2."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError:
            raise refuse(
                f"« {args[0]} » n'est pas une commande. Tapez « {ctx.command_path} --help »."
            ) from None


class Lazy(French):
    """A group whose commands are imported by name."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All names, in order."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, None when there is none."""
        if cmd_name not in COMMANDS:
            return None
        module, name = COMMANDS[cmd_name].split(":")
        command: click.Command = getattr(import_module(module), name)
        return command


@click.group(cls=Lazy, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="civic")
def civic() -> None:
    """Le site où habitants, conseils citoyens et élus décident des petits aménagements."""


_WHY = {
    errno.ENOENT: "il n'existe pas",
    errno.EEXIST: "il existe déjà",
    errno.EACCES: "vous n'en avez pas le droit",
    errno.EPERM: "vous n'en avez pas le droit",
    errno.EISDIR: "c'est un dossier",
    errno.ENOTDIR: "ce n'est pas un dossier",
    errno.ENOSPC: "le disque est plein",
    errno.EROFS: "ce disque ne s'écrit pas",
}


def why(error: OSError) -> str:
    """What the system refused, in French where we have words for it."""
    return _WHY.get(error.errno or 0, error.strerror or str(error))


def refuse(sentence: str, status: int = 2) -> click.exceptions.Exit:
    """Prints one line on standard error; raise what it returns to leave with `status`."""
    click.echo(" ".join(sentence.split()), err=True)
    return click.exceptions.Exit(status)


@contextmanager
def database() -> Iterator[Session]:
    """A session on the site's database, for a command; settings come from the environment."""
    import os

    from civic.house import db
    from civic.house.settings import BadSettings, Settings
    from civic.rooms import load_models

    try:
        settings = Settings.load(os.environ)
    except BadSettings as bad:
        raise refuse(" ".join(bad.problems)) from None
    load_models()
    engine = db.make_engine(settings.database_url)
    try:
        with db.sessions(engine)() as session:
            session.info["settings"] = settings
            yield session
    finally:
        engine.dispose()


def main() -> None:
    """Runs the command line."""
    try:
        sys.exit(civic(standalone_mode=False) or 0)  # what `refuse` says comes back as a number
    except click.Abort:
        sys.exit(130)
    except click.ClickException as wrong:
        click.echo(" ".join(wrong.format_message().split()), err=True)
        sys.exit(2)
