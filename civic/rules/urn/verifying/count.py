"""The count: its figures, and the opened ballots counted again where they are published; or the
act that leaves no count standing."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any

from civic.rules.urn import archive
from civic.rules.urn.annulment import annulment_digest
from civic.rules.urn.envelope import BadBallot, BallotForm, Choices, Unreadable
from civic.rules.urn.figures import FLOOR, SIGNATURES, figures, may_publish, result_text
from civic.rules.urn.files import read_canonical
from civic.rules.urn.opening import list_digest
from civic.rules.urn.verifying.lines import PROVED, TRUST, Line, Wrong
from civic.rules.urn.verifying.reading import Archive, lines_of, number_of


def result(seen: Archive) -> Line:
    """The figures are those that two members certified, and do not contradict each other."""
    said = dict(seen.counted)
    text = seen.files[archive.RESULT]
    step = seen.of("counted")
    if said.pop("vote") != seen.form.poll or result_text(seen.form.poll, said) != text:
        raise Wrong("Résultat : ce n'est pas celui de ce vote.")
    found = hashlib.sha256(text).hexdigest()
    if found != step["empreinte"]:
        raise Wrong("Résultat : les chiffres ne sont pas ceux que deux membres ont certifiés.")
    if any(step[name] != said[name] for name in ("ballots", "blank", "spoilt", "channels")):
        raise Wrong("Résultat : l'étape et le résultat ne disent pas les mêmes nombres.")
    valid = number_of(said["ballots"]) - number_of(said["blank"]) - number_of(said["spoilt"])
    votes = {name: number_of(number) for name, number in said["votes"].items()}
    gone = {one.reference for one, _digest in seen.amended}
    if (
        valid < 0
        or set(said.get("withdrawn", ())) != gone
        or any(votes[one] for one in gone)
        or sum(said["channels"].values()) != said["ballots"]
        or list(votes) != sorted(seen.form.references)
        or any(number > valid for number in votes.values())
        or sum(votes.values()) > valid * seen.form.maximum
    ):
        raise Wrong("Résultat : ses nombres se contredisent.")
    return Line(
        PROVED,
        f"Résultat : {said['ballots']} bulletins, {valid} valables, {said['blank']} blancs, "
        f"{said['spoilt']} nuls ; les chiffres sont ceux de l'empreinte {found}.",
    )


def ballots(seen: Archive) -> Line:
    """The published ballots are those that both openings found, and give the result."""
    said, step, form = seen.counted, seen.of("counted"), seen.form
    if archive.BALLOTS not in seen.files:
        return _not_published(seen, said, step, form)
    lines = lines_of(seen.files[archive.BALLOTS])
    found: list[Choices] = []
    for number, line in enumerate(lines, 1):
        try:
            found.append(read_canonical(form, line))
        except (BadBallot, Unreadable, TypeError) as wrong:
            raise Wrong(f"Bulletins : la ligne {number} n'est pas un bulletin permis.") from wrong
    if step["bulletins_publies"] is not True or not may_publish(
        form, seen.rules["publication"], found
    ):
        raise Wrong("Bulletins : le règlement ou leur nombre ne permet pas de les publier.")
    if list_digest(form, found, said["spoilt"]) != step["ouverture"]:
        raise Wrong("Bulletins : ce ne sont pas ceux que les deux ouvertures ont trouvés.")
    if lines != sorted(lines):
        raise Wrong("Bulletins : leur ordre n'est pas celui de leur texte.")
    gone = [one.reference for one, _digest in seen.amended]
    again = figures(form, found, said["spoilt"], said["channels"], gone)
    if result_text(form.poll, again) != seen.files[archive.RESULT]:
        raise Wrong("Bulletins : le recompte ne retrouve pas le résultat.")
    return Line(
        PROVED,
        f"Bulletins : {len(found)} bulletins ouverts, recomptés, donnent le résultat publié.",
    )


def _not_published(
    seen: Archive, said: dict[str, Any], step: dict[str, Any], form: BallotForm
) -> Line:
    publication = seen.rules["publication"]
    number = said["ballots"] - said["spoilt"]
    held = (
        publication == "never"
        or (publication == "auto" and form.type in SIGNATURES)
        or number < FLOOR
        or len(set(form.groups)) > 1
    )
    if step["bulletins_publies"] is not False or not held:
        raise Wrong("Bulletins : le règlement les publie et ils manquent.")
    return Line(
        TRUST,
        "Bulletins : non publiés (règlement, ou moins de 50 bulletins dans un secteur). Le "
        "compte repose sur la confiance dans les deux membres de la commission ; des "
        "observateurs assermentés peuvent recompter jusqu'à la destruction.",
    )


def annulment(seen: Archive) -> Line:
    """The act that annuls the vote is of this vote, and no result is told beside it."""
    act = seen.annulled
    assert act is not None
    if {archive.RESULT, archive.BALLOTS} & set(seen.files):
        raise Wrong("Annulation : le vote est annulé et l'archive a pourtant un résultat.")
    last = seen.checkpoints[-1][2] if seen.checkpoints else ""
    if act.log != last:
        raise Wrong("Annulation : l'acte ne cite pas la dernière page du journal de l'urne.")
    done = [datetime.fromisoformat(one["quand"]) for one in seen.done.values()]
    if datetime.fromisoformat(act.at) < max(done):
        raise Wrong("Annulation : l'acte est daté d'avant une étape de ce vote.")
    number = f", acte {act.reference}" if act.reference else ""
    found = annulment_digest(seen.files[archive.ANNULMENT])
    return Line(
        PROVED,
        f"Annulation : ce vote est annulé, aucun résultat n'en est valable. Décidé le {act.on} par "
        f"{act.by}{number} : « {act.reason.removesuffix('.')} ». Empreinte de l'acte : {found}.",
    )
