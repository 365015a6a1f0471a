"""`civic urn`: the commission's key, made and used on a machine that is on no network.

key (three sheets to print and a public key to give the site), check (two sheets open a test
envelope), open (closed urn and two sheets in, opened ballots out). Needs neither the site, nor a
database, nor a network. Exit status 0; 2 with one line on standard error for whatever is refused.
"""

from __future__ import annotations

import html
import io
import os
import re
import secrets
from pathlib import Path
from typing import Any, NoReturn

import click
import segno

from civic.house.cli import French, why
from civic.rules import urn
from civic.rules.urn import shares

_FILE = click.Path(path_type=Path)
_CODE = re.compile(r"[0-9A-Z]{5}(?: [0-9A-Z]{5}){8}")
PUBLIC = "cle-publique.json"


class _OneLine(click.Command):
    """A command whose usage errors are one line in French, with status 2."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        try:
            return super().parse_args(ctx, args)
        except click.NoSuchOption as error:
            _stop(f"L'option {error.option_name} n'existe pas.")
        except click.MissingParameter as error:
            name = _name(error.param)
            _stop(f"Il manque {name}. Tapez « civic urn {self.name} --help ».")
        except click.BadOptionUsage as error:
            _stop(f"L'option {error.option_name} demande une valeur.")
        except click.UsageError as error:
            _stop(error.message)


def _name(param: click.Parameter | None) -> str:
    """How the help calls what is missing."""
    if isinstance(param, click.Argument):
        return param.human_readable_name
    return param.opts[0] if param else ""


@click.group("urn", cls=French)
def group() -> None:
    """Fabriquer et employer la clé de la commission du vote, hors du réseau."""


def _stop(sentence: str) -> NoReturn:
    click.echo(" ".join(sentence.split()), err=True)
    raise SystemExit(2)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        _stop(f"{path} : ce fichier ne se lit pas ({why(error)}).")


def _write(files: dict[Path, bytes]) -> None:
    """Writes new files that their owner alone may read; never over another one."""
    for path in files:
        if path.exists():
            _stop(f"{path} existe déjà : rien n'est écrit. Choisissez un autre endroit.")
    try:
        for path, content in files.items():
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "wb") as opened:
                opened.write(content)
                opened.flush()
                os.fsync(opened.fileno())
    except OSError as error:
        _stop(f"{error.filename or ''} : écriture impossible ({why(error)}).")


@group.command("key", cls=_OneLine)
@click.option("--out", type=_FILE, required=True, help="Un dossier nouveau.")
@click.option("--title", default="", help="Titre du vote, imprimé sur les feuilles.")
@click.option("--member", multiple=True, help="Nom d'un membre, trois fois : un par feuille.")
def key(out: Path, title: str, member: tuple[str, ...]) -> None:
    """Fabrique une clé en trois feuilles à imprimer ; deux suffisent pour ouvrir."""
    if member and len(member) != shares.SHARES:
        _stop(f"Il faut nommer trois membres, ou aucun : vous en avez nommé {len(member)}.")
    secret = secrets.token_bytes(shares.SECRET)
    public = urn.keys_of(secret).public
    try:
        out.mkdir(mode=0o700)
    except OSError as error:
        _stop(f"{out} : ce dossier ne peut pas être créé ({why(error)}).")
    files = {out / PUBLIC: urn.write_key(public)}
    for share, name in zip(urn.cut(secret), member or ("", "", ""), strict=True):
        files[out / f"feuille-{share.number}.html"] = sheet_page(
            share, public, title, name
        ).encode()
    _write(files)
    click.echo(
        f"Clé fabriquée. Empreinte : {urn.fingerprint(public)}\n"
        f"1. Imprimez {out}/feuille-1.html, feuille-2.html et feuille-3.html : une par membre.\n"
        "2. Vérifiez-les : civic urn check, avec deux feuilles à la fois.\n"
        "3. Effacez les trois feuilles de cette machine : seul le papier doit rester.\n"
        f"4. Donnez {PUBLIC} au site. Ce fichier-là n'est pas secret.\n"
        "Une feuille perdue : les deux autres ouvrent l'urne. Deux feuilles perdues : personne ne "
        "pourra plus l'ouvrir, et le vote sera à refaire."
    )


def sheet_page(share: urn.Share, public: bytes, title: str, member: str) -> str:
    """A sheet of the key, as a page to print: the share in signs and as a QR code."""
    code = urn.write_share(share)
    out = io.BytesIO()
    segno.make(code, error="m").save(out, kind="svg", scale=5, border=4, xmldecl=False, nl=False)
    rows = "".join(
        f"<td><small>{place}</small> {part}</td>" for place, part in enumerate(code.split(), 1)
    )
    who = f"<p>Confiée à : <strong>{html.escape(member)}</strong></p>" if member else ""
    what = f"<p>Vote : <strong>{html.escape(title)}</strong></p>" if title else ""
    return f"""<!doctype html>
<html lang="fr"><head><meta charset="utf-8"><title>Feuille de clé {share.number} sur 3</title>
<style>
body {{ font: 12pt/1.5 sans-serif; margin: 2cm; max-width: 17cm; color: #000; background: #fff }}
td {{ font: bold 20pt/2 monospace; padding-right: .6em; display: inline-block }}
small {{ font: 9pt sans-serif; color: #555 }}
.print {{ word-break: break-all; font-family: monospace; font-size: 10pt }}
</style></head><body>
<h1>Feuille de clé {share.number} sur 3</h1>
{what}{who}
<p>Cette feuille est une des trois parts de la clé de l'urne. <strong>Deux parts ouvrent l'urne ;
une seule ne dit rien.</strong> Gardez-la fermée, loin des deux autres, et n'en faites pas de
copie.</p>
<table><tr>{rows}</tr></table>
<p>Le cinquième signe de chaque groupe le contrôle : une faute de frappe est signalée avec le
numéro du groupe. Il n'y a ni I, ni L, ni O, ni U.</p>
{out.getvalue().decode()}
<p>Si cette feuille se perd, dites-le aux deux autres membres : leurs deux feuilles ouvrent encore
l'urne. Si deux feuilles se perdent, personne ne peut plus l'ouvrir.</p>
<p>Empreinte de la clé, la même sur la page « L'urne et son journal » du vote :</p>
<p class="print">{urn.fingerprint(public)}</p>
<p>Après le vote et ses recours, détruisez cette feuille en présence de la commission.</p>
</body></html>
"""


@group.command("check", cls=_OneLine)
@click.option("--key", "key_file", type=_FILE, required=True, help="La clé publique (JSON).")
@click.option("--sheet", multiple=True, type=_FILE, help="Une feuille en fichier ; sinon on tape.")
def check(key_file: Path, sheet: tuple[Path, ...]) -> None:
    """Répétition : deux feuilles ouvrent-elles une enveloppe d'essai ?"""
    public = _public(key_file)
    keys = _join(_sheets(sheet), public)
    test = secrets.token_bytes(64)
    if urn.unseal(keys.private, urn.seal(public, test)) != test:
        _stop("L'enveloppe d'essai ne s'est pas ouverte : n'employez pas cette clé.")
    click.echo(
        "Ces deux feuilles ouvrent une enveloppe d'essai fermée avec cette clé.\n"
        f"Empreinte de la clé : {urn.fingerprint(public)}\n"
        "Essayez aussi les deux autres couples de feuilles."
    )


@group.command("open", cls=_OneLine)
@click.argument("urn_file", type=_FILE, metavar="URNE")
@click.option("--sheet", multiple=True, type=_FILE, help="Une feuille en fichier ; sinon on tape.")
@click.option("--out", type=_FILE, required=True, help="Le fichier des bulletins ouverts.")
def open_urn(urn_file: Path, sheet: tuple[Path, ...], out: Path) -> None:
    """Ouvre l'urne fermée, téléchargée du site, avec deux feuilles."""
    try:
        closed = urn.read_urn(_read(urn_file))
        envelopes = urn.split(closed.form, closed.content)
    except (urn.BadFile, ValueError) as wrong:
        _stop(f"{urn_file} : {_of_file(wrong, 'une urne fermée téléchargée du site')}")
    click.echo(f"{len(envelopes)} enveloppes. Empreinte de l'urne fermée : {closed.digest}")
    if out.exists():
        _stop(f"{out} existe déjà : rien n'est écrit. Choisissez un autre endroit.")
    keys = _join(_sheets(sheet), closed.public)
    opened = urn.open_all(closed.form, keys.private, closed.content)
    _write({out: urn.write_opened(closed.form, closed.digest, opened)})
    click.echo(
        f"{len(opened.ballots)} bulletins lus, {opened.spoilt} nuls.\n"
        f"Empreinte de l'ouverture : {opened.digest}\n"
        f"Donnez {out} au site, chacun de votre compte : il compare les deux empreintes."
    )


def _public(path: Path) -> bytes:
    try:
        return urn.read_key(_read(path))
    except urn.BadFile as wrong:
        _stop(f"{path} : {_of_file(wrong, 'une clé publique de commission')}")


def _of_file(wrong: Exception, wanted: str) -> str:
    match getattr(wrong, "reason", "broken"):
        case "not-json" | "not-this-file":
            return f"ce n'est pas {wanted}."
        case _:
            return f"ce devait être {wanted}, mais son contenu a été changé ou coupé."


def _sheets(files: tuple[Path, ...]) -> list[urn.Share]:
    if files and len(files) != shares.NEEDED:
        _stop(f"Il faut deux feuilles : vous en donnez {len(files)}.")
    if files:
        return [_share(_code_of(path), f"{path} : ") for path in files]
    return [_typed(place) for place in (1, 2)]


def _typed(place: int) -> urn.Share:
    """A sheet typed in by hand; a slip is told and the same sheet asked for again."""
    while True:
        try:
            said = click.prompt(f"Feuille {place} sur 2, les neuf groupes", err=True)
            return urn.read_share(said)
        except urn.BadSheet as bad:
            click.echo(_slip(bad) + " Tapez-la encore.", err=True)
        except click.Abort:
            _stop("La saisie s'est arrêtée : rien n'est fait.")


def _code_of(path: Path) -> str:
    text = _read(path).decode("utf-8", "replace")
    if "<td>" in text:
        text = " ".join(re.findall(r"</small> (\w{5})</td>", text))
    found = _CODE.search(text.upper())
    return found.group() if found else text


def _share(typed: str, where: str) -> urn.Share:
    try:
        return urn.read_share(typed)
    except urn.BadSheet as bad:
        _stop(f"{where}{_slip(bad)}")


def _slip(bad: urn.BadSheet) -> str:
    if bad.reason == "group":
        return f"le groupe {bad.group} est mal recopié. Comparez-le signe à signe."
    if bad.reason == "whole":
        return "un signe de cette feuille est mal recopié. Comparez-les tous."
    return "une feuille a neuf groupes de cinq signes."


def _join(found: list[urn.Share], public: bytes) -> Any:
    try:
        return urn.join(found, public)
    except urn.BadShares as bad:
        sentences = {
            "same": "C'est deux fois la même feuille : il en faut deux différentes.",
            "other-key": "Une de ces feuilles est celle d'une autre clé. L'empreinte imprimée sur "
            f"chacune doit être {urn.fingerprint(public)}.",
            "wrong": "Ces deux feuilles ne vont pas ensemble : elles ne redonnent pas la clé.",
            "few": "Il faut deux feuilles.",
        }
        _stop(sentences[bad.reason])
