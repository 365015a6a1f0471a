#!/usr/bin/env python3
"""Vérifie le procès-verbal d'un tirage au sort, sans rien installer et sans rien recalculer :

    python3 verify.py record.json [--commitment EMPREINTE] [--auditor FICHIER] [--letter FICHIER]
        [--previous FICHIER]

A file of its own (standard library only, nothing else of this program is needed), to be read by
whoever doubts. It answers with what it checked, exit status 0; or with the first thing that is
wrong, exit status 1. It never solves anything, so that no solver's version can change its answer.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
import unicodedata
from collections import Counter
from typing import Any

LOTTERY, RECORD = "civic-lottery-1", "civic-record-1"
AUDITOR, LETTER = "civic-auditor-1", "civic-letter-1"
WAYS = {"seed": {"seed"}, "number": {"number"}, "either": {"seed", "number"}}
KEYS = {
    LOTTERY: "format program algorithm seats criteria households profiles people optimal bound "
    "numbers panels chance rules previous",
    RECORD: "format commitment lottery way given number panel reserve",
    AUDITOR: "format commitment people",
    LETTER: "format commitment number salt features household",
}


class Wrong(Exception):
    """What is wrong, as a French sentence."""


def canonical(value: object) -> bytes:
    """One way to write a JSON value, whatever the spaces and the order of its keys."""
    text = json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )
    return text.encode()


def digest(value: object) -> str:
    """SHA-256 of the canonical writing, in hexadecimal."""
    return hashlib.sha256(canonical(value)).hexdigest()


def leaf(person: dict[str, Any]) -> str:
    """The digest that stands for a person in the published list; the salt keeps it from being
    guessed."""
    return digest([person[key] for key in ("number", "salt", "features", "household")])


def normal_seed(text: str) -> str:
    """A seed as it counts: compatibility composition (NFKC), lower case, blanks made single."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return " ".join(unicodedata.normalize("NFKC", folded).split())


def number_of(commitment: str, seed: str, numbers: int) -> int:
    """The number, 0 to numbers - 1, that a normal seed gives: SHA-256 of commitment, seed and the
    try's rank, one a line; a value beyond the last whole multiple of ``numbers`` is thrown back."""
    limit = 2**256 - 2**256 % numbers
    rank = 0
    while True:
        text = f"{commitment}\n{seed}\n{rank}"
        value = int.from_bytes(hashlib.sha256(text.encode()).digest(), "big")
        if value < limit:
            return value % numbers
        rank += 1


def panel_of(lottery: dict[str, Any], number: int) -> list[int]:
    """The people (their numbers) of the panel that holds ``number``."""
    for first, last, people in lottery["panels"]:
        if first <= number <= last:
            return list(people)
    raise Wrong(f"aucun groupe ne porte le numéro {number}")


def reserve_of(lottery: dict[str, Any], panel: list[int], seed: str) -> list[int]:
    """Everybody else, in the order of SHA-256(seed ‖ the person's number)."""
    drawn = set(panel)
    others = [int(number) for number in lottery["people"] if int(number) not in drawn]
    return sorted(others, key=lambda one: (hashlib.sha256(f"{seed}{one}".encode()).digest(), one))


def counts(lottery: dict[str, Any]) -> Counter[int]:
    """In how many of the equally likely panels each person is."""
    found: Counter[int] = Counter({int(number): 0 for number in lottery["people"]})
    for first, last, people in lottery["panels"]:
        for person in people:
            found[person] += last - first + 1
    return found


def need(holds: object, sentence: str) -> None:
    """Refuse with the sentence unless it holds."""
    if not holds:
        raise Wrong(sentence)


def _count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _keys(value: object, kind: str, name: str) -> dict[str, Any]:
    if not isinstance(value, dict) or value.get("format") != kind:
        raise Wrong(f"{name} : ce n'est pas un fichier « {kind} »")
    need(set(value) == set(KEYS[kind].split()), f"{name} : rubriques manquantes ou inconnues")
    return value


def check_lottery(lottery: dict[str, Any]) -> list[str]:
    """The published lottery alone: its panels, and each person's chance."""
    _keys(lottery, LOTTERY, "la loterie")
    seats, numbers, people = lottery["seats"], lottery["numbers"], lottery["people"]
    need(_count(seats) and seats and _count(numbers) and numbers, "nombres de sièges ou de groupes")
    need(isinstance(people, dict) and isinstance(lottery["panels"], list), "liste des personnes")
    need(
        set(people) == {str(one) for one in range(1, len(people) + 1)},
        "les numéros des personnes ne vont pas de 1 au dernier, chacun une fois",
    )
    need(len(set(people.values())) == len(people), "deux personnes ont la même empreinte")
    need(set(lottery["optimal"]) == set(people), "il manque la chance de quelqu'un")
    need(lottery["chance"] in WAYS, "source du hasard inconnue")
    expected = 0
    for first, last, panel in lottery["panels"]:
        name = f"le groupe {first}"
        need(
            _count(first) and _count(last) and first == expected <= last,
            f"{name} : les numéros des groupes ne se suivent pas",
        )
        need(len(panel) == seats, f"{name} compte {len(panel)} personnes et non {seats}")
        need(len(set(panel)) == seats, f"{name} compte deux fois la même personne")
        need(
            all(_count(one) and str(one) in people for one in panel),
            f"{name} compte un numéro qui n'est pas dans la liste",
        )
        expected = last + 1
    need(expected == numbers, f"il y a {expected} groupes et non {numbers}")
    found, optimal = counts(lottery), lottery["optimal"]
    left_out = [one for one in found if optimal[str(one)] > 0 and not found[one]]
    need(not left_out, f"le numéro {left_out[:1]} devait avoir une chance et n'en a aucune")
    least = min((value for value in optimal.values() if value > 0), default=0.0)
    smallest = min((found[one] for one in found if optimal[str(one)] > 0), default=0)
    need(smallest >= 0.97 * least * numbers, "la plus petite chance est loin de la chance annoncée")
    return [
        f"{numbers} groupes également probables, chacun de {seats} personnes différentes",
        f"{len(people)} personnes, dont {sum(map(bool, found.values()))} ont une chance",
        f"chacune de celles-ci est dans {smallest} à {max(found.values())} groupes sur {numbers}",
    ]


def check_auditor(lottery: dict[str, Any], commitment: str, auditor: object) -> list[str]:
    """With the sealed file: each person is who the digest says, each panel within its bounds."""
    sealed = _keys(auditor, AUDITOR, "le fichier scellé")
    need(sealed["commitment"] == commitment, "le fichier scellé est celui d'un autre tirage")
    people = {person["number"]: person for person in sealed["people"]}
    need(
        len(people) == len(sealed["people"]) == len(lottery["people"]),
        "le fichier scellé n'a pas chaque personne une fois",
    )
    for number, person in people.items():
        need(
            leaf(person) == lottery["people"].get(str(number)),
            f"le numéro {number} du fichier scellé n'a pas l'empreinte publiée",
        )
    for first, _last, panel in lottery["panels"]:
        sat = Counter(pair for one in panel for pair in people[one]["features"].items())
        for bound in lottery["criteria"]:
            seated = sat[bound["feature"], bound["value"]]
            need(
                bound["min"] <= seated <= bound["max"],
                f"le groupe {first} a {seated} « {bound['feature']} : {bound['value']} », hors "
                f"des bornes {bound['min']} à {bound['max']}",
            )
        homes = [people[one]["household"] for one in panel if people[one]["household"]]
        need(
            not lottery["households"] or len(set(homes)) == len(homes),
            f"le groupe {first} prend deux personnes d'un même foyer",
        )
    return [
        "avec le fichier scellé : chaque personne a l'empreinte publiée, chaque groupe tient "
        + (
            "les bornes et ne prend qu'une personne par foyer"
            if lottery["households"]
            else "les bornes"
        )
    ]


def check_letter(lottery: dict[str, Any], commitment: str, letter: object) -> list[str]:
    """With a person's letter: they were in the list, with these criteria."""
    mine = _keys(letter, LETTER, "la lettre")
    need(mine["commitment"] == commitment, "la lettre est celle d'un autre tirage")
    number = mine["number"]
    need(
        _count(number) and lottery["people"].get(str(number)) == leaf(mine),
        f"le numéro {number} de la lettre n'a pas l'empreinte publiée",
    )
    said = ", ".join(f"{name} : {value}" for name, value in sorted(mine["features"].items()))
    held = f"dans {counts(lottery)[number]} groupes sur {lottery['numbers']}"
    return [f"la lettre : le numéro {number} était dans la liste, {held}, avec {said or 'rien'}"]


def check_previous(lottery: dict[str, Any], previous: object) -> list[str]:
    """With the record that a replacement draw completes: it is whole, and it is the one whose
    digest stands inside the commitment."""
    own = digest(previous)
    need(lottery["previous"] is not None, "ce tirage ne complète aucun autre tirage")
    need(
        lottery["previous"] == own,
        f"le tirage complété a l'empreinte {own} et non celle que l'engagement annonce",
    )
    _check(previous, None, None, None, None)
    return [f"ce tirage complète bien celui dont le procès-verbal a l'empreinte {own}"]


def check(
    record: object,
    auditor: object = None,
    letter: object = None,
    commitment: str | None = None,
    previous: object = None,
) -> list[str]:
    """What was checked, as French sentences; raises Wrong with the first thing that is wrong.

    ``commitment`` is the digest as it was published before the draw: without it, that it was
    published before can't be seen in the record."""
    try:
        return _check(record, auditor, letter, commitment, previous)
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
        raise Wrong(f"fichier abîmé ({type(error).__name__} : {error})") from None


def _check(
    record: object, auditor: object, letter: object, commitment: str | None, previous: object
) -> list[str]:
    act = _keys(record, RECORD, "le procès-verbal")
    lottery, way, given = act["lottery"], act["way"], act["given"]
    own = digest(lottery)
    need(act["commitment"] == own, f"la loterie ne correspond pas à l'engagement : elle a {own}")
    done = [f"la loterie a l'empreinte {own}"]
    if commitment is not None:
        need("".join(commitment.split()).lower() == own, "l'empreinte publiée avant était autre")
        done = [f"la loterie a l'empreinte publiée avant le tirage, {own}"]
    done += check_lottery(lottery)
    need(way in WAYS[lottery["chance"]], "le hasard n'est pas venu par la voie annoncée")
    need(isinstance(given, str) and given and given == normal_seed(given), "graine mal écrite")
    number = number_of(own, given, lottery["numbers"]) if way == "seed" else int(given)
    need(way == "seed" or given == str(number), "numéro mal écrit")
    need(
        _count(act["number"]) and act["number"] == number < lottery["numbers"],
        f"« {given} » donne le numéro {number} et non {act['number']}",
    )
    done.append(f"« {given} » donne le numéro {number}")
    panel = panel_of(lottery, number)
    need(canonical(act["panel"]) == canonical(panel), f"le groupe {number} n'est pas celui annoncé")
    done.append(f"le groupe {number} est bien celui annoncé")
    reserve = reserve_of(lottery, panel, given)
    need(canonical(act["reserve"]) == canonical(reserve), "l'ordre de la réserve n'est pas le bon")
    done.append(f"la réserve de {len(reserve)} personnes est dans l'ordre fixé d'avance")
    if auditor is not None:
        done += check_auditor(lottery, own, auditor)
    if letter is not None:
        done += check_letter(lottery, own, letter)
    if previous is not None:
        done += check_previous(lottery, previous)
    return done


def load(data: bytes, name: str) -> object:
    """A JSON file's content; a key given twice is refused, since readers would differ on it."""

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        need(len(dict(pairs)) == len(pairs), f"{name} : une rubrique y est deux fois")
        return dict(pairs)

    try:
        return json.loads(data.decode("utf-8"), object_pairs_hook=once)
    except (ValueError, RecursionError) as error:
        raise Wrong(f"{name} : fichier illisible ({error})") from None


def _read(path: str) -> bytes:
    try:
        with open(path, "rb") as file:  # noqa: PTH123 - the rules name no path library
            return file.read()
    except OSError:
        raise Wrong(f"{path} : ce fichier n'existe pas ou ne peut être lu") from None


def main(arguments: list[str] | None = None) -> int:
    """The command: see the top of this file."""
    parser = argparse.ArgumentParser(description="Vérifie le procès-verbal d'un tirage au sort.")
    parser.add_argument("record")
    parser.add_argument("--commitment", help="l'empreinte publiée avant le tirage")
    parser.add_argument("--auditor", help="le fichier scellé de l'observateur")
    parser.add_argument("--letter", help="la lettre d'une personne")
    parser.add_argument("--previous", help="le procès-verbal du tirage que celui-ci complète")
    options = parser.parse_args(arguments)
    try:
        record, auditor, letter, previous = (
            None if path is None else load(_read(path), path)
            for path in (options.record, options.auditor, options.letter, options.previous)
        )
        sentences = check(record, auditor, letter, options.commitment, previous)
    except Wrong as error:
        sys.stdout.write(f"Faux : {error}\n")
        return 1
    sys.stdout.write("".join(f"Vérifié : {sentence}.\n" for sentence in sentences))
    return 0


if __name__ == "__main__":
    sys.exit(main())
