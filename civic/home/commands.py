"""`civic demo …`: a realistic demo on the embedded database, in `var/demo`."""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import click

from civic.house.cli import refuse
from civic.house.settings import Settings

ROOT = Path(__file__).parent.parent.parent
FOLDER = ROOT / "var" / "demo"
DRAFT = ROOT / "var" / "demo-en-cours"


def environment(folder: Path, *, host: str = "127.0.0.1", port: int = 8000) -> dict[str, str]:
    """The settings of a demo that lives in `folder`; its secret is made once and kept there."""
    folder.mkdir(parents=True, exist_ok=True)
    secret = folder / "secret"
    if not secret.exists():
        secret.touch(mode=0o600)
        secret.write_text(secrets.token_urlsafe(40), "utf-8")
    return {
        "CIVIC_DATABASE_URL": f"sqlite:///{folder}/civic.db",
        "CIVIC_SECRET_KEY": secret.read_text("utf-8"),
        "CIVIC_VAULT": str(folder / "coffre"),
        "CIVIC_UPLOADS": str(folder / "fichiers"),
        "CIVIC_MAIL": f"folder:{folder}/courriels",
        "CIVIC_MAIL_FROM": "ne-pas-repondre@demo.example",
        "CIVIC_SMS": f"folder:{folder}/sms",
        "CIVIC_BASE_URL": f"http://{host}:{port}",
        "CIVIC_SITE_NAME": "Valenciennes Métropole participe",
        "CIVIC_HTTPS": "non",
        "CIVIC_DEMO": "oui",
    }


def reference() -> Path | None:
    """The folder of real instances, None when there is none."""
    named = os.environ.get("CIVIC_REFERENCE_DATA")
    folder = Path(named) if named else ROOT.parent / "shared" / "data"
    return folder if (folder / "pb").is_dir() else None


@click.group()
def demo() -> None:
    """La démonstration."""


@demo.command()
def prepare() -> None:
    """Remplit la démonstration, si elle ne l'est pas déjà."""
    if FOLDER.exists():
        _bring_up_to_date(f"sqlite:///{FOLDER}/civic.db")
        click.echo("La démonstration est déjà prête (« make demo-reset » pour recommencer).")
        return
    from civic.home.filling import fill

    shutil.rmtree(DRAFT, ignore_errors=True)
    fill(Settings.load(environment(DRAFT)), DRAFT, reference(), tell=click.echo)
    DRAFT.rename(FOLDER)


def _bring_up_to_date(url: str) -> None:
    """The tables of a demo that was filled before the code changed."""
    from civic.house.db import make_engine, migrate

    engine = make_engine(url)
    migrate(engine)
    engine.dispose()


@demo.command()
def reset() -> None:
    """Oublie les données de la démonstration."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    shutil.rmtree(DRAFT, ignore_errors=True)


@demo.command()
@click.option("--host", default="127.0.0.1")
@click.option("--port", default=8000)
@click.option("--workers", default=2)
def serve(host: str, port: int, workers: int) -> None:
    """Sert la démonstration avec gunicorn, et à côté son facteur et son identité inventée."""
    import json

    from civic.home.made_up_identity import provider

    if not FOLDER.exists():
        raise refuse("La démonstration n'est pas prête : « civic demo prepare » d'abord.")
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CIVIC_")}
    ours = environment(FOLDER, host=host, port=port)
    for one in json.loads((FOLDER / "coffre" / "demo-accounts.json").read_text("utf-8")):
        click.echo(f"  {one['role']:28} {one['email']:34} {one['password']}")
    click.echo(f"La démonstration est sur http://{host}:{port}")
    click.echo(f"Codes de vote, feuilles de clé, listes, SMS et courriels : {FOLDER}")
    click.echo(f"Pour essayer chaque façon de voter : {FOLDER}/votes/LISEZ-MOI.txt")
    tools = Path(sys.executable).parent
    site = [
        str(tools / "gunicorn"), "wsgi:app", "--bind", f"{host}:{port}",
        "--workers", str(workers), "--threads", "8", "--no-control-socket",
        "--log-level", "warning", "--chdir", str(ROOT),
    ]  # fmt: skip
    with provider(ours["CIVIC_BASE_URL"], port + 1) as identity:
        if identity:
            click.echo(f"Son identité inventée est sur {identity['CIVIC_OIDC_ISSUER']}")
        env = {**kept, **ours, **identity}
        postman = subprocess.Popen([str(tools / "civic"), "work"], env=env)  # noqa: S603 - our own
        server = subprocess.Popen(site, env=env)  # noqa: S603 - our own
        signal.signal(signal.SIGTERM, lambda *_: server.terminate())
        try:
            code = server.wait()
        except KeyboardInterrupt:
            code = server.wait()
        finally:
            postman.terminate()
            postman.wait()
    sys.exit(max(code, 0))
