"""Checks a published archive, line by line: what is proved, what is false, and what rests on
trust, in whom. Plain values in and out; nothing is fetched.

    lines = verify(files, noted=["5f0c…"])      # files: name → bytes
    all(line.kind != FALSE for line in lines)
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from civic.rules.urn import archive
from civic.rules.urn.amendments import Amendment, BadAmendment, read_amendments
from civic.rules.urn.envelope import BadBallot, BallotForm, Choices, Unreadable
from civic.rules.urn.figures import FLOOR, SIGNATURES, figures, may_publish, result_text
from civic.rules.urn.files import read_canonical
from civic.rules.urn.log import IN_URN, REPLACED, WITHDRAWN, Checkpoint, replay
from civic.rules.urn.opening import list_digest

PROVED, TRUST, FALSE = "prouvé", "confiance", "faux"
ORDER = ("sealed", "reconciled", "severed", "counted")


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that was looked at: `kind` is PROVED, TRUST or FALSE; a French sentence."""

    kind: str
    sentence: str


class _False(Exception):
    """A check fails; its sentence."""


def verify(files: Mapping[str, bytes], noted: Sequence[str] = ()) -> list[Line]:
    """What an archive proves. `noted`: digests that somebody wrote down or read on a signed paper.

    Each check stands alone: a false one does not hide the next, unless the next needs it.
    """
    seen = _Archive(files)
    lines: list[Line] = []
    for check in (
        seen.manifest, seen.sealed, seen.log, seen.steps, seen.channels, seen.withdrawals,
        seen.amendments, seen.result, seen.ballots,
    ):  # fmt: skip
        try:
            lines.append(check())
        except _False as wrong:
            lines.append(Line(FALSE, str(wrong)))
        except (KeyError, TypeError, ValueError, AttributeError, IndexError, RecursionError):
            lines.append(
                Line(FALSE, f"{_ABOUT[check.__name__]} : un fichier manque ou ne se lit pas.")
            )
    lines += [_noted(seen, one) for one in noted]
    return lines + ([] if any(one.kind == FALSE for one in lines) else _trust(seen, noted))


_ABOUT = {
    "manifest": "Fichiers",
    "sealed": "Vote scellé",
    "log": "Journal de l'urne",
    "steps": "Étapes",
    "channels": "Canaux",
    "withdrawals": "Retraits",
    "amendments": "Avenants",
    "result": "Résultat",
    "ballots": "Bulletins",
}


class _Archive:
    """The files, read once each."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self.files = files

    @property
    def rules(self) -> dict[str, Any]:
        return _object(self.files[archive.RULES])

    @property
    def form(self) -> BallotForm:
        return archive.form_of_rules(self.rules)

    @property
    def done(self) -> dict[str, dict[str, Any]]:
        steps = json.loads(self.files[archive.STEPS])
        return {str(one["etape"]): one for one in steps}

    def of(self, step: str) -> dict[str, Any]:
        """The figures of a step."""
        said: dict[str, Any] = self.done[step]["chiffres"]
        return said

    @property
    def counted(self) -> dict[str, Any]:
        return _object(self.files[archive.RESULT])

    @property
    def checkpoints(self) -> list[tuple[int, date, str]]:
        found = []
        for line in _lines(self.files[archive.DIGESTS]):
            number, day, digest = line.split(" ")
            found.append((int(number), date.fromisoformat(day), digest))
        return found

    @property
    def amended(self) -> list[tuple[Amendment, str]]:
        """The projects withdrawn during the vote, each with its amendment's digest."""
        lines = _lines(self.files.get(archive.AMENDMENTS, b""))
        sealed = hashlib.sha256(self.files[archive.RULES]).hexdigest()
        closes = datetime.fromisoformat(self.rules["ferme"])
        try:
            return read_amendments(
                lines, sealed=sealed, references=self.form.references, closes=closes
            )
        except BadAmendment as wrong:
            raise _False(f"Avenants : {wrong}.") from wrong

    def states(self) -> dict[str, str]:
        """What the log says in the end."""
        chained = []
        for number, _day, digest in self.checkpoints:
            text = self.files[f"{archive.LOG}{number:04}.txt"].decode()
            previous, *rows = text.removesuffix("\n").split("\n")
            pairs = []
            for row in rows:
                one, state = row.split(" ")
                pairs.append((one, state))
            whole = f"{previous}\n" + "".join(f"{one} {state}\n" for one, state in sorted(pairs))
            if whole != text:
                raise _False(
                    f"Journal de l'urne : la page {number} n'est pas écrite comme il faut."
                )
            chained.append(Checkpoint(tuple(pairs), previous, digest))
        try:
            return replay(chained)
        except ValueError as wrong:
            raise _False(f"Journal de l'urne : la chaîne est rompue ({wrong}).") from wrong

    # --- the checks, in the order in which they are told -----------------------------------------

    def manifest(self) -> Line:
        if archive.manifest(self.files) != self.files[archive.MANIFEST]:
            raise _False(
                "Fichiers : un fichier a été changé, ajouté ou retiré depuis le manifeste."
            )
        return Line(PROVED, f"Fichiers : les {len(self.files)} fichiers sont ceux du manifeste.")

    def sealed(self) -> Line:
        found = hashlib.sha256(self.files[archive.RULES]).hexdigest()
        if found != self.of("sealed")["empreinte"]:
            raise _False(
                "Vote scellé : projets, coûts, dates ou règles ne sont pas ceux qui furent scellés."
            )
        if not self.form.references or self.form.length < 1:
            raise _False("Vote scellé : le bulletin est vide.")
        return Line(
            PROVED,
            f"Vote scellé : {len(self.form.references)} projets, coûts, dates et règles sont ceux "
            f"de l'empreinte {found}.",
        )

    def log(self) -> Line:
        pages = self.checkpoints
        numbers = [number for number, _day, _digest in pages]
        if numbers != list(range(1, len(pages) + 1)) or not pages:
            raise _False("Journal de l'urne : une page manque.")
        names = {f"{archive.LOG}{number:04}.txt" for number in numbers} | {archive.DIGESTS}
        if {name for name in self.files if name.startswith(archive.LOG)} != names:
            raise _False("Journal de l'urne : une page n'est pas dans la liste des empreintes.")
        days = [day for _number, day, _digest in pages]
        if days != sorted(days):
            raise _False("Journal de l'urne : les jours ne se suivent pas.")
        states = list(self.states().values())
        said = self.of("reconciled")
        for state, name, words in (
            (IN_URN, "enveloppes", "dans l'urne"),
            (REPLACED, "remplacees", "remplacées"),
            (WITHDRAWN, "retirees", "retirées"),
        ):
            if states.count(state) != said[name]:
                raise _False(
                    f"Journal de l'urne : {states.count(state)} enveloppes {words}, et "
                    f"{said[name]} au rapprochement."
                )
        return Line(
            PROVED,
            f"Journal de l'urne : {len(pages)} pages chaînées, {said['enveloppes']} enveloppes "
            f"dans l'urne, {said['remplacees']} remplacées, {said['retirees']} retirées.",
        )

    def steps(self) -> Line:
        if tuple(self.done) != ORDER:
            raise _False("Étapes : il en manque une, ou elles ne sont pas dans l'ordre.")
        when = [datetime.fromisoformat(self.done[one]["quand"]) for one in ORDER]
        if when != sorted(when) or when[1] < datetime.fromisoformat(self.rules["ferme"]):
            raise _False(
                "Étapes : leurs dates ne se suivent pas, ou l'urne fut touchée avant la fin."
            )
        former = self.of("counted").get("rectifie", [])
        numbers = ", ".join(str(_count(one["contestation"])) for one in former)
        return Line(
            PROVED,
            "Étapes : scellé, rapproché après la fermeture, lien détruit, puis dépouillé"
            + (f" à nouveau, sur la contestation {numbers}." if former else "."),
        )

    def channels(self) -> Line:
        said, counted = self.of("reconciled"), self.counted
        people = {name: _count(number) for name, number in said["emargements"].items()}
        paper = people.pop("paper", 0)
        envelopes, papers = _count(said["enveloppes"]), _count(said["papiers"])
        if sum(people.values()) != envelopes:
            raise _False(
                f"Canaux : {sum(people.values())} personnes ont émargé en ligne et l'urne a "
                f"{envelopes} enveloppes."
            )
        groups = _count(said.get("groupes", 0))  # who voted on an émargement of their own
        gap, voted = papers - paper - groups, sum(people.values()) + paper
        if gap != said["ecart_papier"] or voted > said["droits"]:
            raise _False("Canaux : les émargements ne vont pas avec les papiers ou les droits.")
        if counted["channels"] != {"enveloppes": envelopes, "papiers": papers}:
            raise _False("Canaux : le dépouillement n'a pas compté les mêmes bulletins.")
        return Line(
            PROVED,
            f"Canaux : {envelopes} émargements en ligne pour {envelopes} enveloppes ; {paper} "
            f"émargements sur papier"
            + (f" et {groups} signatures de groupes" if groups else "")
            + f" pour {papers} papiers"
            + (f", écart {gap:+d} que le procès-verbal doit expliquer." if gap else "."),
        )

    def withdrawals(self) -> Line:
        said = self.of("reconciled")
        named = [(str(why), _count(rights), _count(gone)) for why, rights, gone in said["motifs"]]
        paper = _count(said["retirees_papier"])
        if paper + sum(gone for _why, _rights, gone in named) != said["retirees"]:
            raise _False("Retraits : leur nombre ne va pas avec celui du journal de l'urne.")
        told = "".join(
            f" « {why} » : {rights} droits, {gone} enveloppes." for why, rights, gone in named
        )
        return Line(
            PROVED,
            f"Retraits : {paper} enveloppes pour un vote sur papier, et "
            f"{sum(rights for _w, rights, _g in named)} droits retirés avec un motif.{told}",
        )

    def amendments(self) -> Line:
        found = self.amended
        if [digest for _one, digest in found] != self.of("reconciled").get("avenants", []):
            raise _False("Avenants : ce ne sont pas ceux du rapprochement, fait avant d'ouvrir.")
        pages = {digest for _number, _day, digest in self.checkpoints} | {""}
        if any(one.log not in pages for one, _digest in found):
            raise _False("Avenants : l'un d'eux cite une page que le journal de l'urne n'a pas.")
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

    def result(self) -> Line:
        said = dict(self.counted)
        text = self.files[archive.RESULT]
        step = self.of("counted")
        if said.pop("vote") != self.form.poll or result_text(self.form.poll, said) != text:
            raise _False("Résultat : ce n'est pas celui de ce vote.")
        found = hashlib.sha256(text).hexdigest()
        if found != step["empreinte"]:
            raise _False("Résultat : les chiffres ne sont pas ceux que deux membres ont certifiés.")
        if any(step[name] != said[name] for name in ("ballots", "blank", "spoilt", "channels")):
            raise _False("Résultat : l'étape et le résultat ne disent pas les mêmes nombres.")
        valid = _count(said["ballots"]) - _count(said["blank"]) - _count(said["spoilt"])
        votes = {name: _count(number) for name, number in said["votes"].items()}
        gone = {one.reference for one, _digest in self.amended}
        if (
            valid < 0
            or set(said.get("withdrawn", ())) != gone
            or any(votes[one] for one in gone)
            or sum(said["channels"].values()) != said["ballots"]
            or list(votes) != sorted(self.form.references)
            or any(number > valid for number in votes.values())
            or sum(votes.values()) > valid * self.form.maximum
        ):
            raise _False("Résultat : ses nombres se contredisent.")
        return Line(
            PROVED,
            f"Résultat : {said['ballots']} bulletins, {valid} valables, {said['blank']} blancs, "
            f"{said['spoilt']} nuls ; les chiffres sont ceux de l'empreinte {found}.",
        )

    def ballots(self) -> Line:
        said, step, form = self.counted, self.of("counted"), self.form
        if archive.BALLOTS not in self.files:
            return self._not_published(said, step, form)
        lines = _lines(self.files[archive.BALLOTS])
        found: list[Choices] = []
        for number, line in enumerate(lines, 1):
            try:
                found.append(read_canonical(form, line))
            except (BadBallot, Unreadable, TypeError) as wrong:
                raise _False(
                    f"Bulletins : la ligne {number} n'est pas un bulletin permis."
                ) from wrong
        if step["bulletins_publies"] is not True or not may_publish(
            form, self.rules["publication"], found
        ):
            raise _False("Bulletins : le règlement ou leur nombre ne permet pas de les publier.")
        if list_digest(form, found, said["spoilt"]) != step["ouverture"]:
            raise _False("Bulletins : ce ne sont pas ceux que les deux ouvertures ont trouvés.")
        if lines != sorted(lines):
            raise _False("Bulletins : leur ordre n'est pas celui de leur texte.")
        gone = [one.reference for one, _digest in self.amended]
        again = figures(form, found, said["spoilt"], said["channels"], gone)
        if result_text(form.poll, again) != self.files[archive.RESULT]:
            raise _False("Bulletins : le recompte ne retrouve pas le résultat.")
        return Line(
            PROVED,
            f"Bulletins : {len(found)} bulletins ouverts, recomptés, donnent le résultat publié.",
        )

    def _not_published(self, said: dict[str, Any], step: dict[str, Any], form: BallotForm) -> Line:
        publication = self.rules["publication"]
        number = said["ballots"] - said["spoilt"]
        held = (
            publication == "never"
            or (publication == "auto" and form.type in SIGNATURES)
            or number < FLOOR
            or len(set(form.groups)) > 1
        )
        if step["bulletins_publies"] is not False or not held:
            raise _False("Bulletins : le règlement les publie et ils manquent.")
        return Line(
            TRUST,
            "Bulletins : non publiés (règlement, ou moins de 50 bulletins dans un secteur). Le "
            "compte repose sur la confiance dans les deux membres de la commission ; des "
            "observateurs assermentés peuvent recompter jusqu'à la destruction.",
        )


def _noted(seen: _Archive, digest: str) -> Line:
    """Whether a digest that somebody noted is one of this archive."""
    wanted = digest.strip().lower()
    try:
        known = {found: f"la page {number} du journal" for number, _day, found in seen.checkpoints}
        known[hashlib.sha256(seen.files[archive.RULES]).hexdigest()] = "le vote scellé"
        known[hashlib.sha256(seen.files[archive.RESULT]).hexdigest()] = "le résultat"
        for one in seen.of("counted").get("rectifie", []):
            known[one["resultat"]] = "le résultat d'avant une rectification, resté cité et"
            known[one["archive"]] = "l'archive d'avant une rectification, restée citée et"
        known |= {digest: "l'avenant qui retire un projet" for _one, digest in seen.amended}
        known[archive.archive_digest(seen.files)] = "toute l'archive"
        known[seen.of("reconciled")["empreinte_urne"]] = "l'urne fermée"
        known[seen.of("counted")["ouverture"]] = "les bulletins ouverts"
    except (KeyError, TypeError, ValueError, _False):
        known = {}
    if wanted not in known:
        return Line(FALSE, f"Empreinte notée {wanted[:16]}… : elle n'est pas dans cette archive.")
    return Line(
        PROVED, f"Empreinte notée {wanted[:16]}… : c'est celle de {known[wanted]}, inchangé depuis."
    )


def _trust(seen: _Archive, noted: Sequence[str]) -> list[Line]:
    lines = []
    if not noted:
        lines.append(
            "Que l'archive n'a pas été refaite en entier : confiance dans l'exploitant du site, "
            "tant que vous ne donnez pas une empreinte notée ou lue sur le procès-verbal signé "
            "(--noted)."
        )
    if seen.rules["gardien"] == "platform":
        lines.append(
            "Que les bulletins ouverts sont ceux qui furent scellés : confiance dans l'exploitant "
            "du serveur, qui garde la clé, et dans les deux membres qui ont ouvert l'urne."
        )
        lines.append("Le secret du vote : confiance dans l'exploitant du serveur.")
    else:
        lines.append(
            "Que les bulletins ouverts sont ceux qui furent scellés : confiance dans les deux "
            "membres de la commission, qui ont ouvert l'urne chacun et trouvé la même chose."
        )
        lines.append(
            "Le secret des bulletins déposés : confiance dans les membres de la commission, dont "
            "deux ensemble pourraient ouvrir ; et, pendant le vote, dans l'exploitant du serveur."
        )
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
    if seen.of("reconciled")["papiers"]:
        lines.append(
            "Les papiers : confiance dans les deux personnes qui ont saisi chaque liasse à part."
        )
    return [Line(TRUST, one) for one in lines]


def _object(content: bytes) -> dict[str, Any]:
    said = json.loads(content)
    if not isinstance(said, dict):
        raise TypeError("not an object")
    return said


def _lines(content: bytes) -> list[str]:
    """The lines of a text whose every line ends; nothing but a line feed ends one."""
    *lines, rest = content.decode().split("\n")
    if rest:
        raise ValueError("a line without an end")
    return lines


def _count(value: Any) -> int:
    if type(value) is not int or value < 0:
        raise ValueError("not a number of things")
    return value
