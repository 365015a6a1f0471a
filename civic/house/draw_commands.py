"""`civic draw`: the draw on files, without a database or a web server.

prepare (lists and criteria in, lottery out), commit (the digest to publish), run (the chance that
came in, the record out), verify, report, letter. Exit status 0; 1 when a record is wrong; 2 with
one line on standard error for bad input; 3 when no panel meets the bounds.
"""

from __future__ import annotations

import json
import os
import secrets
import sys
import tempfile
import time
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any, NoReturn

import click

from civic.rules import sortition
from civic.rules.sortition import reporting, verify

_FILE = click.Path(path_type=Path)


@click.group("draw")
def draw() -> None:
    """Tirer au sort un groupe, équitablement et sous contrôle de tous."""


def _stop(status: int, sentence: str) -> NoReturn:
    click.echo(" ".join(sentence.split()), err=True)
    sys.exit(status)


def _why(error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return "ce fichier n'existe pas"
    if isinstance(error, PermissionError):
        return "accès refusé"
    return error.strerror or str(error)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        _stop(2, f"{path} : {_why(error)}")


def _load(path: Path) -> dict[str, Any]:
    try:
        value = verify.load(_read(path), str(path))
    except verify.Wrong as wrong:
        _stop(2, str(wrong))
    if not isinstance(value, dict):
        _stop(2, f"{path} : ce n'est pas un fichier de tirage")
    return value


def _write(files: dict[Path, bytes], *, sealed: frozenset[Path] = frozenset()) -> None:
    """All files whole or none new: each is written beside its place, then put there."""
    ready: list[tuple[str, Path]] = []
    try:
        for path, data in files.items():
            handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
            ready.append((name, path))
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            Path(name).chmod(0o600 if path in sealed else 0o644)
        for name, path in ready:
            Path(name).replace(path)
    except OSError as error:
        _stop(2, f"{error.filename or ''} : {_why(error)}")
    finally:
        for name, _path in ready:
            Path(name).unlink(missing_ok=True)


def _json(value: object) -> bytes:
    return (
        json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
        + b"\n"
    )


def _beside(path: Path, kind: str) -> Path:
    return path.with_name(f"{path.name.removesuffix('.json')}.{kind}")


def _progress(*, shown: bool) -> Callable[[str, float], None] | None:
    if not shown:
        return None
    told = [("", -1)]

    def tell(step: str, share: float) -> None:
        now = (step, int(share * 100))
        if now != told[0]:
            told[0] = now
            click.echo(f"\r{step} {now[1]} %   ", err=True, nl=False)

    return tell


@draw.command()
@click.option("--pool", "pool_file", type=_FILE, required=True, help="les personnes (CSV)")
@click.option("--criteria", "criteria_file", type=_FILE, required=True, help="les critères (CSV)")
@click.option("--seats", type=int, required=True, help="combien de sièges")
@click.option("--out", type=_FILE, required=True, help="la loterie à publier (JSON)")
@click.option("--id", "id_column", help="la colonne de l'identifiant (id)")
@click.option(
    "--household",
    multiple=True,
    metavar="COLONNE …",
    help="les colonnes qui font un foyer : une personne par foyer",
)
@click.argument("columns", nargs=-1, metavar="")
@click.option("--panels", type=int, help="combien de groupes équiprobables (1000, 10000 …)")
@click.option("--algorithm", type=click.Choice(sortition.ALGORITHMS), default="leximin")
@click.option(
    "--chance",
    type=click.Choice(sortition.CHANCES),
    default="either",
    help="d'où viendra le hasard : graine, numéro, ou l'un des deux",
)
@click.option("--previous", help="empreinte du procès-verbal du tirage que celui-ci complète")
@click.option("--secret", "secret_file", type=_FILE, help="le fichier secret (fait s'il manque)")
@click.option("--json", "as_json", is_flag=True, help="répondre en JSON")
def prepare(
    pool_file: Path,
    criteria_file: Path,
    seats: int,
    out: Path,
    id_column: str | None,
    household: tuple[str, ...],
    columns: tuple[str, ...],
    panels: int | None,
    algorithm: str,
    chance: str,
    previous: str | None,
    secret_file: Path | None,
    *,
    as_json: bool,
) -> None:
    """Préparer la loterie : groupes équiprobables, chances aussi égales que possible."""
    if columns and not household:
        _stop(2, f"argument inattendu : {columns[0]}")
    if not out.parent.is_dir():
        _stop(2, f"{out.parent} : ce dossier n'existe pas")
    secret, new_secret = _secret(secret_file)
    pool_data, criteria_data = _read(pool_file), _read(criteria_file)
    started = time.process_time()
    try:
        try:
            criteria = sortition.read_criteria(criteria_data)
        except sortition.BadInput as bad:
            _stop(2, f"{criteria_file} : {bad}")
        try:
            pool = sortition.read_pool(
                pool_data, criteria, id_column=id_column, household_columns=household + columns
            )
        except sortition.BadInput as bad:
            _stop(2, f"{pool_file} : {bad}")
        prepared = sortition.prepare(
            pool.candidates,
            criteria,
            seats,
            secret=secret,
            panels=panels,
            algorithm=algorithm,
            chance=chance,
            previous=previous,
            progress=_progress(shown=sys.stderr.isatty()),
        )
    except sortition.BadInput as bad:
        _stop(2, str(bad))
    except sortition.Infeasible as none:
        if as_json:
            click.echo(_json(reporting.clash(none)).decode(), nl=False)
        _stop(3, str(none))
    seconds = round(time.process_time() - started, 3)
    private, auditor = _beside(out, "private.json"), _beside(out, "auditor.json")
    files = {
        private: _json(prepared.private),
        auditor: _json(sortition.auditor_file(prepared.private)),
        _beside(out, "timing.json"): _json(
            {"commitment": sortition.commitment(prepared.public), "seconds": seconds}
        ),
    }
    sealed = {private, auditor}
    if new_secret:
        files[_beside(out, "secret")] = secret
        sealed.add(_beside(out, "secret"))
    # Last, so that a published file is never without the others.
    files[out] = _json(prepared.public)
    _write(files, sealed=frozenset(sealed))
    if as_json:
        shown = reporting.report(prepared.public, None, seconds)
        click.echo(_json(shown).decode(), nl=False)
        return
    for note in pool.notes:
        click.echo(note, err=True)
    if chance == "either":
        click.echo(
            "l'engagement laisse le choix entre graine et numéro : --chance le fixe", err=True
        )
    click.echo(
        f"{out} : {len(prepared.optimal)} personnes ({pool.encoding}), "
        f"{prepared.public['numbers']} groupes, plus petite chance "
        f"{min(prepared.optimal.values()):.4%}"
    )


def _secret(path: Path | None) -> tuple[bytes, bool]:
    if path is None:
        return secrets.token_hex(32).encode(), True
    secret = _read(path)
    if not secret.strip():
        _stop(2, f"{path} : le fichier secret est vide")
    return secret, False


@draw.command()
@click.argument("lottery", type=_FILE)
def commit(lottery: Path) -> None:
    """Donner l'empreinte de la loterie, à publier avant que le hasard soit connu."""
    public = _load(lottery)
    _whole(public, lottery)
    click.echo(sortition.commitment(public))


def _whole(public: dict[str, Any], path: Path) -> None:
    try:
        verify.check_lottery(public)
    except (verify.Wrong, KeyError, TypeError, ValueError, AttributeError) as wrong:
        _stop(2, f"{path} : {wrong}")


@draw.command()
@click.argument("lottery", type=_FILE)
@click.option("--seed", help="le texte public venu après l'engagement")
@click.option("--number", type=int, help="le numéro tiré dans la salle, à partir de 0")
@click.option("--out", type=_FILE, required=True, help="le procès-verbal (JSON)")
def run(lottery: Path, seed: str | None, number: int | None, out: Path) -> None:
    """Tirer : du hasard venu après l'engagement au groupe et à sa réserve."""
    try:
        record = sortition.run(_load(lottery), seed=seed, number=number)
    except sortition.BadInput as bad:
        _stop(2, str(bad))
    data = _json(record)
    if out.exists() and _read(out) != data:
        _stop(2, f"{out} : un autre tirage y est déjà ; un second demande un nouvel engagement")
    _write({out: data})
    click.echo(f"numéro {record['number']} : " + " ".join(map(str, record["panel"])))


@draw.command("verify")
@click.argument("record", type=_FILE)
@click.option("--commitment", help="l'empreinte publiée avant le tirage")
@click.option("--auditor", type=_FILE, help="le fichier scellé de l'observateur")
@click.option("--letter", type=_FILE, help="la lettre d'une personne")
@click.option("--previous", type=_FILE, help="le procès-verbal du tirage que celui-ci complète")
def verify_record(
    record: Path,
    commitment: str | None,
    auditor: Path | None,
    letter: Path | None,
    previous: Path | None,
) -> None:
    """Vérifier un procès-verbal (comme verify.py, qui se passe de tout le reste)."""
    if auditor is None:
        auditor = _sealed_beside(record)
    arguments = [str(record)]
    for name, value in (
        ("commitment", commitment),
        ("auditor", auditor),
        ("letter", letter),
        ("previous", previous),
    ):
        if value is not None:
            arguments += [f"--{name}", str(value)]
    sys.exit(verify.main(arguments))


def _sealed_beside(record: Path) -> Path | None:
    """The sealed file of this very draw, when it lies in the record's folder."""
    try:
        own = json.loads(record.read_bytes())["commitment"]
        for path in sorted(record.parent.glob("*.auditor.json")):
            if json.loads(path.read_bytes())["commitment"] == own:
                return path
    except (OSError, ValueError, KeyError, TypeError):
        pass  # What is wrong with the record is for the verifier to say.
    return None


@draw.command()
@click.argument("lottery", type=_FILE)
@click.option("--private", "private_file", type=_FILE, help="qui a quel numéro")
@click.option("--json", "as_json", is_flag=True, help="répondre en JSON")
def report(lottery: Path, private_file: Path | None, *, as_json: bool) -> None:
    """Dire les chances que donne une loterie."""
    public = _load(lottery)
    _whole(public, lottery)
    private = None if private_file is None else _load(private_file)
    if private is not None and private.get("commitment") != sortition.commitment(public):
        _stop(2, f"{private_file} : ce fichier est celui d'une autre loterie")
    timing = _beside(lottery, "timing.json")
    known = _load(timing) if timing.exists() else {}
    right = known.get("commitment") == sortition.commitment(public)
    shown = reporting.report(public, private, known.get("seconds") if right else None)
    if as_json:
        click.echo(_json(shown).decode(), nl=False)
        return
    chances = sorted(map(Fraction, shown["probabilities"].values()))
    click.echo(
        f"{shown['seats']} sièges, {shown['people']} personnes, {shown['profiles']} profils, "
        f"{shown['panels']} groupes ; chances de {float(chances[0]):.4%} à "
        f"{float(chances[-1]):.4%}, optimum {shown['min_probability']:.4%}"
    )


@draw.command()
@click.argument("private_file", type=_FILE)
@click.argument("person")
@click.option("--out", type=_FILE, required=True, help="la lettre (JSON)")
def letter(private_file: Path, person: str, out: Path) -> None:
    """Faire la preuve, pour une personne, qu'elle était dans la liste."""
    try:
        _write({out: _json(sortition.letter(_load(private_file), person))}, sealed=frozenset({out}))
    except (sortition.BadInput, KeyError, TypeError) as bad:
        _stop(2, str(bad))
