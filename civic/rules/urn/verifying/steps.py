"""The certified steps: who voted by which channel, what left the urn and the vote."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from civic.rules.urn.verifying.lines import PROVED, Line, Wrong
from civic.rules.urn.verifying.reading import Archive, number_of

ORDER = ("sealed", "reconciled", "severed", "counted")


def steps(seen: Archive) -> Line:
    """Every step was certified, in order and after the closing minute."""
    act = seen.annulled
    wanted = ORDER if act is None else ORDER[: min(len(seen.done), ORDER.index("counted"))]
    if not wanted or tuple(seen.done) != wanted:
        raise Wrong("Étapes : il en manque une, ou elles ne sont pas dans l'ordre.")
    when = [datetime.fromisoformat(seen.done[one]["quand"]) for one in wanted]
    closes = datetime.fromisoformat(seen.rules["ferme"])
    if when != sorted(when) or any(one < closes for one in when[1:]):
        raise Wrong("Étapes : leurs dates ne se suivent pas, ou l'urne fut touchée avant la fin.")
    if act is not None:
        return Line(PROVED, f"Étapes : le vote est annulé après celle-ci : {_WORDS[wanted[-1]]}.")
    former = seen.of("counted").get("rectifie", [])
    numbers = ", ".join(str(number_of(one["contestation"])) for one in former)
    return Line(
        PROVED,
        "Étapes : scellé, rapproché après la fermeture, lien détruit, puis dépouillé"
        + (f" à nouveau, sur la contestation {numbers}." if former else "."),
    )


_WORDS = {"sealed": "scellé", "reconciled": "rapproché", "severed": "lien détruit"}


def channels(seen: Archive) -> Line:
    """As many envelopes as people online; papers beside those who signed; the count has both."""
    said = seen.of("reconciled")
    people = {name: number_of(number) for name, number in said["emargements"].items()}
    paper = people.pop("paper", 0)
    envelopes, papers = number_of(said["enveloppes"]), number_of(said["papiers"])
    if sum(people.values()) != envelopes:
        raise Wrong(
            f"Canaux : {sum(people.values())} personnes ont émargé en ligne et l'urne a "
            f"{envelopes} enveloppes."
        )
    groups = _groups(said)
    gap, voted = papers - paper - groups, sum(people.values()) + paper
    if gap != said["ecart_papier"] or voted > said["droits"]:
        raise Wrong("Canaux : les émargements ne vont pas avec les papiers ou les droits.")
    if not seen.annulled and seen.counted["channels"] != {
        "enveloppes": envelopes, "papiers": papers,
    }:  # fmt: skip
        raise Wrong("Canaux : le dépouillement n'a pas compté les mêmes bulletins.")
    return Line(
        PROVED,
        f"Canaux : {envelopes} émargements en ligne pour {envelopes} enveloppes ; {paper} "
        f"émargements sur papier"
        + (f" et {groups} signatures de groupes" if groups else "")
        + f" pour {papers} papiers"
        + (f", écart {gap:+d} que le procès-verbal doit expliquer." if gap else "."),
    )


def _groups(said: dict[str, Any]) -> int:
    """How many voted on an émargement of their own."""
    return number_of(said.get("groupes", 0))


def reopenings(seen: Archive) -> Line:
    """Papers taken up again after the first reconciliation: when, why, and what it had said."""
    said = seen.of("reconciled")
    found = said.get("reprises", [])
    ends = seen.annulled.at if seen.annulled else seen.done["counted"]["quand"]
    when = [seen.done["reconciled"]["quand"], *(one["quand"] for one in found), ends]
    instants = [datetime.fromisoformat(one) for one in when]
    if instants != sorted(instants):
        raise Wrong("Reprises : l'une d'elles n'est pas entre le rapprochement et le compte.")
    told = ""
    for one in found:
        before, reason = one["avant"], str(one["motif"])
        people = number_of(said["emargements"].get("paper", 0)) + _groups(before)
        if not reason or number_of(before["papiers"]) - people != before["ecart_papier"]:
            raise Wrong(
                "Reprises : l'une d'elles n'a pas de motif, ou ses nombres se contredisent."
            )
        told += (
            f" Le {one['quand'][:10]}, où il y avait {before['papiers']} papiers : "
            f"« {reason.removesuffix('.')} »."
        )
    if not found:
        return Line(PROVED, "Reprises : les papiers n'ont été rapprochés qu'une fois.")
    times = f"{len(found)} fois" if len(found) > 1 else "une fois"
    return Line(
        PROVED, f"Reprises : les papiers ont été repris {times} avant l'ouverture de l'urne.{told}"
    )


def withdrawals(seen: Archive) -> Line:
    """What was taken out of the urn adds up to what the log says."""
    said = seen.of("reconciled")
    named = [(str(why), number_of(rights), number_of(gone)) for why, rights, gone in said["motifs"]]
    paper = number_of(said["retirees_papier"])
    if paper + sum(gone for _why, _rights, gone in named) != said["retirees"]:
        raise Wrong("Retraits : leur nombre ne va pas avec celui du journal de l'urne.")
    told = "".join(
        f" « {why} » : {rights} droits, {gone} enveloppes." for why, rights, gone in named
    )
    return Line(
        PROVED,
        f"Retraits : {paper} enveloppes pour un vote sur papier, et "
        f"{sum(rights for _w, rights, _g in named)} droits retirés avec un motif.{told}",
    )


def amendments(seen: Archive) -> Line:
    """The projects withdrawn during the vote are those that step 1 certified."""
    found = seen.amended
    certified = [digest for _one, digest in found]
    if "reconciled" in seen.done and certified != seen.of("reconciled").get("avenants", []):
        raise Wrong("Avenants : ce ne sont pas ceux du rapprochement, fait avant d'ouvrir.")
    pages = {digest for _number, _day, digest in seen.checkpoints} | {""}
    if any(one.log not in pages for one, _digest in found):
        raise Wrong("Avenants : l'un d'eux cite une page que le journal de l'urne n'a pas.")
    told = "".join(
        f" Le projet {one.reference}, le {one.at[:10]}, par {one.by} : "
        f"« {one.reason.removesuffix('.')} »."
        for one, _digest in found
    )
    much = f"{len(found)} projets retirés" if len(found) > 1 else "1 projet retiré"
    return Line(
        PROVED,
        f"Avenants : {much} pendant le vote, que le compte laisse de côté.{told}"
        if found
        else "Avenants : aucun projet retiré pendant le vote.",
    )
