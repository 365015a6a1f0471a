"""What somebody noted, and what the archive leaves to trust, in whom."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from civic.rules.urn import archive
from civic.rules.urn.annulment import annulment_digest
from civic.rules.urn.verifying.lines import FALSE, PROVED, TRUST, Line, Wrong
from civic.rules.urn.verifying.reading import Archive


def noted_line(seen: Archive, digest: str) -> Line:
    """Whether a digest that somebody noted is one of this archive."""
    wanted = digest.strip().lower()
    try:
        known = _known(seen)
    except (KeyError, TypeError, ValueError, Wrong):
        known = {}
    if wanted not in known:
        return Line(FALSE, f"Empreinte notée {wanted[:16]}… : elle n'est pas dans cette archive.")
    return Line(
        PROVED, f"Empreinte notée {wanted[:16]}… : c'est celle de {known[wanted]}, inchangé depuis."
    )


def _known(seen: Archive) -> dict[str, str]:
    """What can be noted, by digest."""
    known = {found: f"la page {number} du journal" for number, _day, found in seen.checkpoints}
    known[hashlib.sha256(seen.files[archive.RULES]).hexdigest()] = "le vote scellé"
    known |= {digest: "l'avenant qui retire un projet" for _one, digest in seen.amended}
    known[archive.archive_digest(seen.files)] = "toute l'archive"
    if "reconciled" in seen.done:
        known[seen.of("reconciled")["empreinte_urne"]] = "l'urne fermée"
    if act := seen.annulled:
        known[annulment_digest(seen.files[archive.ANNULMENT])] = "l'acte d'annulation"
        if act.result:
            known[act.result] = "le résultat que l'annulation met de côté, resté cité et"
            known[act.archive] = "l'archive que l'annulation met de côté, restée citée et"
        return known
    known[hashlib.sha256(seen.files[archive.RESULT]).hexdigest()] = "le résultat"
    for one in seen.of("counted").get("rectifie", []):
        known[one["resultat"]] = "le résultat d'avant une rectification, resté cité et"
        known[one["archive"]] = "l'archive d'avant une rectification, restée citée et"
    known[seen.of("counted")["ouverture"]] = "les bulletins ouverts"
    return known


def trust(seen: Archive, noted: Sequence[str]) -> list[Line]:
    """What rests on trust once nothing is false."""
    lines = []
    if not noted:
        lines.append(
            "Que l'archive n'a pas été refaite en entier : confiance dans l'exploitant du site, "
            "tant que vous ne donnez pas une empreinte notée ou lue sur le procès-verbal signé "
            "(--noted)."
        )
    lines += _of_the_key(seen)
    lines.append(
        "Que personne n'a voté à la place d'un autre : confiance dans l'accueil et la commission ; "
        "chaque personne pouvait regarder son émargement."
    )
    known = {one.strip().lower() for one in noted}
    if any(digest not in known for _one, digest in seen.amended):
        lines.append(
            "Que chaque avenant fut écrit pendant le vote et non après : confiance dans "
            "l'exploitant du site, tant que vous ne donnez pas son empreinte, notée alors."
        )
    if act := seen.annulled:
        lines.append(
            f"Que l'annulation fut décidée comme l'acte le dit : confiance dans les deux personnes "
            f"qui l'ont inscrite ; la décision elle-même se lit chez {act.by}."
        )
    elif seen.of("reconciled")["papiers"]:
        lines.append(
            "Les papiers : confiance dans les deux personnes qui ont saisi chaque liasse à part."
        )
    return [Line(TRUST, one) for one in lines]


def _of_the_key(seen: Archive) -> list[str]:
    opened = seen.annulled is None
    if seen.rules["gardien"] == "platform":
        same = (
            "Que les bulletins ouverts sont ceux qui furent scellés : confiance dans l'exploitant "
            "du serveur, qui garde la clé, et dans les deux membres qui ont ouvert l'urne."
        )
        return [same] * opened + ["Le secret du vote : confiance dans l'exploitant du serveur."]
    same = (
        "Que les bulletins ouverts sont ceux qui furent scellés : confiance dans les deux "
        "membres de la commission, qui ont ouvert l'urne chacun et trouvé la même chose."
    )
    deposited = (
        "Le secret des bulletins déposés : confiance dans les membres de la commission, dont "
        "deux ensemble pourraient ouvrir ; et, pendant le vote, dans l'exploitant du serveur."
    )
    return [same] * opened + [deposited]
