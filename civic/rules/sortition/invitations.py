#!/usr/bin/env python3
"""Vérifie l'ordre dans lequel des personnes ont été invitées, sans rien installer :

    python3 invitations.py invitations.json [--commitment EMPREINTE] [--auditor FICHIER]
        [--letter FICHIER]

The rule of the invitations is here too: the site invites with the very function that anybody can
run afterwards. A file of its own, like verify.py, whose ways of writing and reading it shares.

The list is committed to first (a salted digest for each single-use number). A seed that is known
only afterwards gives the order: SHA-256(seed ‖ number), from the smallest. A wave goes down it:
its first `base` people who are not invited yet; then, for each criterion that would still fall
short, the next ones who hold it. Nobody picks. What a wave went for besides stands in the public
story as a salted digest alone, since it would put a criterion beside those numbers; sworn observers
read it in the sealed file.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

INVITATIONS, SEALED = "civic-invitations-1", "civic-invitations-auditor-1"
RULES = {
    "order": "SHA-256(graine ‖ numéro), du plus petit au plus grand",
    "wave": "les premières personnes de l'ordre qui ne sont pas encore invitées ; puis, critère "
    "par critère, les suivantes qui le portent, jusqu'au nombre voulu",
    "household": "une personne dont le foyer est déjà invité est passée, si une personne par foyer "
    "est demandée",
}


class Wrong(Exception):
    """What is wrong, as a French sentence."""


def digest(value: object) -> str:
    """SHA-256 of a JSON value, whatever the spaces and the order of its keys, in hexadecimal."""
    text = json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )
    return hashlib.sha256(text.encode()).hexdigest()


def leaf(person: Mapping[str, Any]) -> str:
    """The digest that stands for a person in the published list."""
    return digest([person[key] for key in ("number", "salt", "features", "household")])


def normal_seed(text: str) -> str:
    """A seed as it counts: compatibility composition (NFKC), lower case, blanks made single."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return " ".join(unicodedata.normalize("NFKC", folded).split())


def need(holds: object, sentence: str) -> None:
    """Refuse with the sentence unless it holds."""
    if not holds:
        raise Wrong(sentence)


@dataclass(frozen=True, slots=True)
class Behind:
    """Who is behind a number, as far as the rule looks: criteria, and a household's key."""

    features: Mapping[str, str]
    household: str | None = None


def aim(salt: str, wanted: Sequence[Sequence[Any]]) -> str:
    """The digest that stands in public for what a wave went for: (feature, value, people) …"""
    return digest([salt, [list(one) for one in wanted]])


def commit(leaves: Mapping[int, str], *, one_per_household: bool) -> dict[str, Any]:
    """What is published, and committed to by its digest, before the seed is known."""
    return {
        "format": INVITATIONS,
        "one_per_household": one_per_household,
        "people": {str(number): text for number, text in sorted(leaves.items())},
        "rules": RULES,
    }


def order_of(numbers: Collection[int], seed: str) -> list[int]:
    """The numbers in the order that a normal seed gives."""
    return sorted(numbers, key=lambda one: (hashlib.sha256(f"{seed}{one}".encode()).digest(), one))


def choose(
    order: Sequence[int],
    people: Mapping[int, Behind],
    invited: Collection[int],
    *,
    base: int,
    wanted: Sequence[tuple[str, str, int]],
) -> list[int]:
    """The numbers of the next wave, in the order they are taken. ``wanted`` says how many of the
    wave should hold a value: (feature, value, people). Households are looked at when they are
    given. Fewer come out when the list holds no more."""
    homes = {people[one].household for one in invited} - {None}
    seen, taken = set(invited), []

    def take(number: int) -> bool:
        home = people[number].household
        if number in seen or home in homes:
            return False
        seen.add(number)
        taken.append(number)
        if home is not None:
            homes.add(home)
        return True

    for number in order:
        if len(taken) >= base:
            break
        take(number)
    for feature, value, many in wanted:
        short = many - sum(1 for one in taken if people[one].features.get(feature) == value)
        for number in order:
            if short <= 0:
                break
            if people[number].features.get(feature) == value and take(number):
                short -= 1
    return taken


def check(
    story: Any, auditor: Any = None, commitment: str | None = None, letter: Any = None
) -> list[str]:
    """What was checked, as French sentences; raises Wrong with the first thing that is wrong.

    ``story``: {"commitment", "published", "seed", "waves": [{"number", "base", "aim",
    "invited"} …]}. ``auditor``: the sealed file, {"format", "people": [{"number", "salt",
    "features", "household"} …], "waves": [{"number", "salt", "wanted"} …]}: with it each wave is
    made again. ``letter``: the proof that one person was in the list, {"commitment", "number",
    "salt", "features", "household"}.
    """
    try:
        done = _check(story, auditor, commitment)
        return done if letter is None else [*done, _letter(story, letter)]
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Wrong(f"fichier abîmé ({type(error).__name__} : {error})") from None


def _check(story: Any, auditor: Any, commitment: str | None) -> list[str]:
    published, seed, waves = story["published"], story["seed"], story["waves"]
    need(published["format"] == INVITATIONS, "ce n'est pas un ordre d'invitations")
    own = digest(published)
    need(story["commitment"] == own, f"la liste n'a pas l'empreinte annoncée : elle a {own}")
    if commitment is not None:
        need("".join(commitment.split()).lower() == own, "l'empreinte publiée avant était autre")
    numbers = [int(one) for one in published["people"]]
    need(
        sorted(numbers) == list(range(1, len(numbers) + 1)),
        "les numéros ne vont pas de 1 au dernier, chacun une fois",
    )
    done = [f"la liste de {len(numbers)} numéros a l'empreinte {own}"]
    if seed is None:
        need(not waves, "des invitations ont été faites avant que le hasard soit connu")
        return done
    need(seed and seed == normal_seed(seed), "graine mal écrite")
    order, known = order_of(numbers, seed), set(numbers)
    place = {number: rank for rank, number in enumerate(order)}
    done.append(f"« {seed} » donne l'ordre des invitations")
    people = _sealed(published, auditor) if auditor is not None else None
    plans = {one["number"]: one for one in auditor["waves"]} if auditor is not None else {}
    before: list[int] = []
    for wave in waves:
        name, invited = f"la vague {wave['number']}", wave["invited"]
        need(set(invited) <= known, f"{name} invite un numéro qui n'est pas dans la liste")
        need(
            len(set(invited)) == len(invited) and not set(invited) & set(before),
            f"{name} invite quelqu'un deux fois",
        )
        ranks = [place[one] for one in invited[: wave["base"]]]
        need(ranks == sorted(ranks), f"{name} ne descend pas l'ordre")
        if not published["one_per_household"]:
            left = [one for one in order if one not in set(before)]
            need(
                invited[: wave["base"]] == left[: len(ranks)],
                f"{name} ne prend pas les premières personnes de l'ordre",
            )
        if people is not None:
            plan: Any = plans.get(wave["number"])
            need(plan, f"le fichier scellé est plus ancien que {name} : demandez-le de nouveau")
            need(
                aim(plan["salt"], plan["wanted"]) == wave["aim"],
                f"{name} ne visait pas ce que dit le fichier scellé",
            )
            again = choose(
                order, people, before, base=wave["base"],
                wanted=[(one[0], one[1], one[2]) for one in plan["wanted"]],
            )  # fmt: skip
            need(again == invited, f"{name} ne suit pas la règle")
        before += invited
        done.append(f"{name} invite {len(invited)} personnes, chacune une fois, dans l'ordre")
    if people is not None:
        done.append("avec le fichier scellé : chaque vague est bien celle que donne la règle")
    return done


def _letter(story: Any, letter: Any) -> str:
    need(letter["commitment"] == story["commitment"], "la lettre est celle d'un autre tirage")
    number, people = letter["number"], story["published"]["people"]
    need(
        people.get(str(number)) == leaf(letter),
        f"le numéro {number} de la lettre n'a pas l'empreinte publiée",
    )
    said = ", ".join(f"{name} : {value}" for name, value in sorted(letter["features"].items()))
    return f"la lettre : le numéro {number} était dans la liste, avec {said or 'rien'}"


def _sealed(published: Any, auditor: Any) -> dict[int, Behind]:
    need(auditor["format"] == SEALED, "ce n'est pas le fichier scellé des invitations")
    need(
        len(auditor["people"]) == len(published["people"]),
        "le fichier scellé n'a pas chaque personne une fois",
    )
    found = {}
    for one in auditor["people"]:
        number = one["number"]
        need(
            published["people"].get(str(number)) == leaf(one),
            f"le numéro {number} du fichier scellé n'a pas l'empreinte publiée",
        )
        home = one["household"] if published["one_per_household"] else None
        found[number] = Behind(one["features"], home)
    need(len(found) == len(published["people"]), "le fichier scellé compte un numéro deux fois")
    return found


def _read(path: str) -> bytes:
    with open(path, "rb") as file:  # noqa: PTH123 - the rules name no path library
        return file.read()


def main(arguments: list[str] | None = None) -> int:
    """The command: see the top of this file."""
    parser = argparse.ArgumentParser(description="Vérifie l'ordre des invitations d'un tirage.")
    parser.add_argument("story")
    parser.add_argument("--commitment", help="l'empreinte publiée avant le hasard")
    parser.add_argument("--auditor", help="le fichier scellé de l'observateur")
    parser.add_argument("--letter", help="la preuve d'une personne")
    options = parser.parse_args(arguments)
    try:
        story, auditor, letter = (
            None if path is None else json.loads(_read(path))
            for path in (options.story, options.auditor, options.letter)
        )
        sentences = check(story, auditor, options.commitment, letter)
    except (Wrong, OSError, ValueError) as error:
        sys.stdout.write(f"Faux : {error}\n")
        return 1
    sys.stdout.write("".join(f"Vérifié : {sentence}.\n" for sentence in sentences))
    return 0


if __name__ == "__main__":
    sys.exit(main())
