"""Votes filled for a demo: letters to invented people, and ballots through the ordinary verbs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from random import Random

from sqlalchemy.orm import Session

from civic.ballots import queries, service, vault
from civic.ballots.queries import PollItem, PollView
from civic.ballots.service import Letter, RollEntry
from civic.house.clock import day_of, paris
from civic.rules import urn

FIRST_NAMES = (
    "Amina", "Bastien", "Chloé", "Dimitri", "Elif", "Fatou", "Gaspard", "Hicham", "Inès", "João",
    "Khadija", "Léonie", "Mehmet", "Nadège", "Omar", "Paulina", "Quentin", "Rachida", "Samuel",
    "Thi Mai",
)  # fmt: skip
FAMILY_NAMES = (
    "Démonstration",
    "Exemple",
    "Inventée",
    "Fictif",
    "Modèle",
    "Factice",
    "Imaginaire",
    "Essai",
)


EVERYWHERE = "Toute la ville"
"""The envelope of projects that are not of one neighbourhood."""


def people(
    how_many: int, random: Random, town: str, family: str = "",
    streets: Sequence[str] = ("rue de l'Exemple",),
) -> list[RollEntry]:  # fmt: skip
    """So many plainly invented people, no two alike."""
    return [
        RollEntry(
            f"{family or random.choice(FAMILY_NAMES)}-{number}",
            random.choice(FIRST_NAMES),
            date(random.randint(1940, 2008), random.randint(1, 12), random.randint(1, 28)),
            f"{random.randint(1, 90)} {random.choice(streets)}, {town}",
        )
        for number in range(1, how_many + 1)
    ]


def send_letters(
    db: Session, poll: PollView, folder: Path, how_many: int, random: Random, *, by: str,
    at: datetime, streets: Sequence[str] = ("rue de l'Exemple",),
) -> list[Letter]:  # fmt: skip
    """Letters for so many invented people."""
    assert poll.secret_name is not None
    known = vault.load(folder, poll.secret_name)
    entries = people(how_many, random, "59300 Valenciennes", streets=streets)
    letters, _without = service.make_letters(
        db, poll_id=poll.id, entries=entries, known=known, by=by, at=at
    )
    return letters


def cast(
    db: Session, poll: PollView, folder: Path, letters: Sequence[Letter], random: Random, *,
    at: datetime,
) -> None:  # fmt: skip
    """One ballot a letter, as people choose: some projects are liked more than others."""
    assert poll.secret_name is not None
    known = vault.load(folder, poll.secret_name)
    items = queries.items(db, poll.id)
    liking = {item: random.random() ** 2 + 0.05 for item in items}
    for letter in letters:
        right = service.find_right_by_code(db, poll=poll.slug, code=letter.code, known=known)
        assert right is not None
        offered = items
        if poll.districts:
            own = queries.right(db, poll.id, right)
            assert own is not None
            offered = queries.open_to(poll, own.group, items)
        service.deposit(
            db, poll=poll, items=items, right_id=right,
            choices=_choices(poll, offered, liking, random), known=known, channel="code", at=at,
        )  # fmt: skip


def _choices(
    poll: PollView, items: list[PollItem], liking: dict[PollItem, float], random: Random
) -> urn.Choices:
    if random.random() < 0.02:
        return urn.Choices()
    most = min(poll.maximum, len(items))
    least = min(max(1, poll.minimum), most)
    left = {item: liking[item] for item in items}
    chosen: list[PollItem] = []
    for _one in range(random.randint(least, most)):
        one = random.choices(list(left), list(left.values()))[0]
        del left[one]
        chosen.append(one)
    references = tuple(one.reference for one in chosen)
    match poll.ballot_type:
        case "points":
            return _points(poll, references, random)
        case "graded":
            best = poll.max_points or 0
            return urn.Choices(references, tuple(random.randint(0, best) for _one in references))
        case "knapsack":
            return urn.Choices(_within(dict(poll.limits), chosen))
        case "ranking":
            return urn.Choices(references)
    return urn.Choices(tuple(one.reference for one in items if one in chosen))


def _points(poll: PollView, references: tuple[str, ...], random: Random) -> urn.Choices:
    left = poll.max_sum or 0
    given: list[tuple[str, int]] = []
    for reference in references:
        mark = min(random.randint(1, poll.max_points or 1), left)
        if mark:
            given.append((reference, mark))
            left -= mark
    return urn.Choices(tuple(one for one, _m in given), tuple(mark for _o, mark in given))


def _within(left: dict[str, int], chosen: list[PollItem]) -> tuple[str, ...]:
    kept = []
    for one in chosen:
        if one.cost <= left[one.group]:
            left[one.group] -= one.cost
            kept.append(one.reference)
    return tuple(kept)


def close(db: Session, poll: PollView, folder: Path, members: Sequence[str], at: datetime) -> None:
    """The three steps of closing, by two members of the commission."""
    assert poll.secret_name is not None
    service.reconcile(db, poll_id=poll.id, by=members[0], at=at)
    service.sever(db, poll_id=poll.id, by=members[0], at=at + timedelta(minutes=10))
    vault.sever(folder, poll.secret_name)
    service.clean_urn(db)
    known = vault.load(folder, poll.secret_name)
    for number, member in enumerate(members[:2]):
        service.open_urn(
            db, poll_id=poll.id, known=known, by=member, at=at + timedelta(minutes=20 + number)
        )


def add_places(
    db: Session, poll: PollView, hours: Sequence[tuple[datetime, datetime]], *, by: str,
    at: datetime, on_duty: Sequence[str],
) -> tuple[int, int, int]:  # fmt: skip
    """A connected place, one without network, and a school class, each with people on duty."""
    made = []
    for name, address, kind, openings, expected in (
        ("Maison de quartier du Dutemple (démonstration)", "2 place du Canal Bleu", "connected",
         hours, None),
        ("Salle des Dentellières, sans réseau (démonstration)", "5 place des Dentellières",
         "printed", hours[:1], None),
        ("École des Berlines, classe de CM2 (démonstration)", "1 avenue des Berlines", "group",
         hours[:1], 24),
    ):  # fmt: skip
        place = service.add_place(
            db, poll_id=poll.id, name=name, address=f"{address}, 59300 Valenciennes", kind=kind,
            hours=openings, expected=expected, by=by, at=at,
        )  # fmt: skip
        service.put_on_duty(db, place_id=place, person_ids=on_duty, by=by, at=at)
        made.append(place)
    return made[0], made[1], made[2]


def keep_open_places(
    db: Session, poll: PollView, folder: Path, vaults: Path, random: Random, *, by: str,
    commission: Sequence[str], at: datetime,
) -> None:  # fmt: skip
    """The open vote's places, its printed émargement, a list with two people of one name, and what
    a desk reported of two others; the list of the émargement stays in `folder`, to print again."""
    assert poll.secret_name is not None
    known = vault.load(vaults, poll.secret_name)
    days = (day_of(at) + timedelta(days=day) for day in (0, 2, 5, 9, 14))
    hours = [(paris(day, time(9)), paris(day, time(18))) for day in days]
    _town, hall, _school = add_places(db, poll, hours, by=by, at=at, on_duty=commission)
    printed = people(12, random, "59300 Valenciennes", "Imprimée")
    service.print_check_in(db, place_id=hall, entries=printed, known=known, by=by, at=at)
    write_list(folder / "votes" / "emargement-imprime.csv", printed)
    twins = [
        RollEntry("Homonyme", "Camille", date(1971, 4, 12), "3 rue des Verriers", 2),
        RollEntry("Homonyme", "Camille", date(1971, 4, 12), "81 rue des Jardiniers", 3),
    ]
    landlord = [*twins, *people(6, random, "59300 Valenciennes", "Locataire")]
    service.load_roll(
        db, poll_id=poll.id, name="Liste du bailleur (démonstration)", digest="0" * 64,
        entries=landlord, known=known, by=by, at=at,
    )  # fmt: skip
    service.report_homonym(
        db, poll_id=poll.id, family="Locataire-1", first=landlord[2].first, born=landlord[2].born,
        told="Même nom et même date de naissance, mais une autre adresse sur sa carte.",
        known=known, by=commission[0], at=at,
    )  # fmt: skip
    write_list(
        folder / "votes" / "liste-a-charger.csv",
        [*twins, *people(9, random, "59300 Valenciennes", "Nouvelle")],
    )


def write_list(path: Path, entries: Sequence[RollEntry]) -> None:
    """People of a list as the site reads it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = [
        "nom;prenoms;naissance;adresse",
        *(f"{one.family};{one.first};{one.born:%d/%m/%Y};{one.address}" for one in entries),
    ]
    path.write_text("\n".join(lines) + "\n", "utf-8")


def write_codes(folder: Path, poll: PollView, letters: Sequence[Letter]) -> Path:
    """The codes of letters that nobody has used, in a file that anyone may try them from."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{poll.slug}.txt"
    lines = [
        f"{poll.title}",
        "Codes de démonstration, un par lettre. Chaque code vaut un vote.",
        "Dans la démonstration : « Voter », ce vote, puis « Voter avec le code de ma lettre ».",
        "",
        *(urn.show_code(one.code) for one in letters),
    ]
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path


def write_guide(folder: Path) -> None:
    """How to try each way of voting, and what each member of the commission does, in one page."""
    path = folder / "votes" / "LISEZ-MOI.txt"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(GUIDE, "utf-8")


GUIDE = """\
Essayer les votes de la démonstration
Les personnes, les listes et les codes sont inventés. Les comptes et leur mot de passe sont sur la
page de connexion. Les « votes d'essai » sont en bas de la page « Voter ».

Voter en ligne
- Avec le code d'une lettre : un fichier par vote dans le dossier « codes ».
- Avec un compte et un code par SMS : « cocher des projets, avec un code par SMS ». Le SMS est le
  fichier le plus récent du dossier « sms », à côté de celui-ci.
- Avec une identité vérifiée : « avec une identité vérifiée ». Le service d'identité est inventé :
  il tourne à côté de la démonstration, sur cette machine seulement, et vous laisse choisir qui
  vous êtes. Revenez avec la même personne : son second bulletin remplace le premier. Lou est trop
  jeune, et le site le dit.
- Dans son quartier : « les projets de mon quartier ». Avec un compte, la personne dit son quartier.
- Sur un poste partagé : compte de la commission, « Tenir l'accueil », « Poste partagé ».
- Un projet retiré pendant le vote : les arbres du square des Cordiers, dans le Budget participatif
  de Valenciennes (ouvert). Il reste sur le bulletin avec sa raison, et ne peut plus être choisi.
- Écouter un projet : la démonstration n'a pas d'enregistrement, car une voix ne s'invente pas. Sur
  le bulletin, « Écouter » prend la voix de votre navigateur, s'il en a une.

Voter sur papier (Budget participatif de Valenciennes, ouvert)
- À l'accueil d'un lieu connecté : compte de la commission, « Tenir l'accueil ».
- Sans réseau : compte de l'agent, « Préparer les lieux de vote ». La liste emargement-imprime.csv
  est celle du lieu : imprimez encore l'émargement avec elle, les numéros restent les mêmes.
- Listes : compte de l'agent, « Préparer », liste-a-charger.csv. Elle a deux homonymes.
- Homonymes : deux cas attendent la commission. L'un a été signalé par Inês Pereira-Demo : c'est
  donc Marcel Lefebvre-Demo qui le décide.

La clé de la commission
Le dossier « commission » a trois feuilles de clé. Une vraie commission ne garde que le papier.
- « à préparer et à sceller » : donnez cle-publique.json, téléchargez l'urne d'essai, puis
  civic urn open URNE.json --sheet feuille-1.html --sheet feuille-2.html --out essai.json
  et donnez essai.json au site. L'agent scelle ensuite.
- « clos, à dépouiller par la commission » : trois liasses de bulletins. Celle de l'école est
  concordante ; dans celle de la maison de quartier, deux bulletins diffèrent ; celle de la salle
  attend la saisie de Marcel Lefebvre-Demo. Deux feuilles de lieu restent à signer. Ensuite :
  rapprocher, détruire le lien, ouvrir l'urne avec deux feuilles, chacun de son compte.
"""
