"""The files, what was sealed, and the log of digests."""

from __future__ import annotations

import hashlib

from civic.rules.urn import archive
from civic.rules.urn.log import IN_URN, REPLACED, WITHDRAWN
from civic.rules.urn.verifying.lines import PROVED, Line, Wrong
from civic.rules.urn.verifying.reading import Archive


def manifest(seen: Archive) -> Line:
    """No file was changed, added or dropped since the manifest."""
    if archive.manifest(seen.files) != seen.files[archive.MANIFEST]:
        raise Wrong("Fichiers : un fichier a été changé, ajouté ou retiré depuis le manifeste.")
    return Line(PROVED, f"Fichiers : les {len(seen.files)} fichiers sont ceux du manifeste.")


def sealed(seen: Archive) -> Line:
    """What was sealed is what its digest says."""
    found = hashlib.sha256(seen.files[archive.RULES]).hexdigest()
    if found != seen.of("sealed")["empreinte"]:
        raise Wrong(
            "Vote scellé : projets, coûts, dates ou règles ne sont pas ceux qui furent scellés."
        )
    if not seen.form.references or seen.form.length < 1:
        raise Wrong("Vote scellé : le bulletin est vide.")
    return Line(
        PROVED,
        f"Vote scellé : {len(seen.form.references)} projets, coûts, dates et règles sont ceux "
        f"de l'empreinte {found}.",
    )


def log(seen: Archive) -> Line:
    """The pages of the log follow each other, and end with the numbers of step 1."""
    pages = seen.checkpoints
    numbers = [number for number, _day, _digest in pages]
    if numbers != list(range(1, len(pages) + 1)) or not (pages or seen.annulled):
        raise Wrong("Journal de l'urne : une page manque.")
    names = {f"{archive.LOG}{number:04}.txt" for number in numbers} | {archive.DIGESTS}
    if {name for name in seen.files if name.startswith(archive.LOG)} != names:
        raise Wrong("Journal de l'urne : une page n'est pas dans la liste des empreintes.")
    days = [day for _number, day, _digest in pages]
    if days != sorted(days):
        raise Wrong("Journal de l'urne : les jours ne se suivent pas.")
    states = list(seen.states().values())
    if "reconciled" not in seen.done:
        return Line(
            PROVED,
            f"Journal de l'urne : {len(pages)} pages chaînées, {states.count(IN_URN)} enveloppes "
            f"dans l'urne, que personne n'a ouvertes.",
        )
    said = seen.of("reconciled")
    for state, name, words in (
        (IN_URN, "enveloppes", "dans l'urne"),
        (REPLACED, "remplacees", "remplacées"),
        (WITHDRAWN, "retirees", "retirées"),
    ):
        if states.count(state) != said[name]:
            raise Wrong(
                f"Journal de l'urne : {states.count(state)} enveloppes {words}, et "
                f"{said[name]} au rapprochement."
            )
    return Line(
        PROVED,
        f"Journal de l'urne : {len(pages)} pages chaînées, {said['enveloppes']} enveloppes "
        f"dans l'urne, {said['remplacees']} remplacées, {said['retirees']} retirées.",
    )
