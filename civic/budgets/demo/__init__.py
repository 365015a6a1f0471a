"""The demo's éditions: one past, one with its vote open, one in filing, one that waits for its act,
and real ones of elsewhere when the reference data is there. Invented, and through the verbs."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from civic.ballots import queries as polls
from civic.ballots import service as votes
from civic.ballots import vault
from civic.budgets import queries, service
from civic.budgets.demo.generated import TOWN, election
from civic.house.access import Role, unit
from civic.house.clock import day_of, paris
from civic.house.db import writing
from civic.house.demo import Demo
from civic.house.i18n import _
from civic.people import service as people
from civic.proposals import demo as ideas
from civic.proposals import service as proposals
from civic.rules import tally, urn

PROJECTS = Path(__file__).parent / "projects.csv"
ENVELOPES = {"Chasse Royale": 60_000_00, "Dutemple": 45_000_00, "Saint-Waast": 40_000_00}
REFERENCE = (("France_Toulouse_2022.pb", "Toulouse"), ("France_Toulouse_2019.pb", "Toulouse"))


@dataclass(frozen=True, slots=True)
class Dates:
    """The calendar of a demo édition, as days before or after today."""

    prepared: int
    filing: int
    filed: int
    opens: int
    closes: int


PAST = Dates(-520, -480, -420, -300, -279)
OPEN = Dates(-220, -190, -130, -4, 17)
FILING = Dates(-60, -25, 35, 150, 171)
WAITING = Dates(-5, 30, 95, 210, 231)


def fill(db: Session, demo: Demo) -> None:
    """Four éditions of the demo's towns; `shared["editions"]`, `["polls"]` and `["adoptions"]`
    (the act of each, as `record_adoption_within` took it) are for the rooms after this one."""
    demo.shared["editions"] = {}
    demo.shared["polls"] = {}
    demo.shared["adoptions"] = {}
    year = demo.today.year
    town = demo.municipality("Valenciennes").id
    for key, title, dates in (
        ("past", f"Budget participatif de Valenciennes {year - 1}", PAST),
        ("open", f"Budget participatif de Valenciennes {year}", OPEN),
    ):
        edition = _prepare(db, demo, key, title, town, "Valenciennes", dates)
        _adopt(db, demo, key, edition, "Conseil municipal de Valenciennes", dates)
        _catalogue(db, demo, key, edition, dates)
    _vote(db, demo)
    other = demo.agglomeration.id
    edition = _prepare(
        db, demo, "filing", f"Budget participatif des quartiers {year + 1}", other,
        "agglomeration", FILING,
    )  # fmt: skip
    _adopt(db, demo, "filing", edition, "Conseil communautaire", FILING)
    _prepare(
        db, demo, "waiting", f"Budget participatif de Valenciennes {year + 1}", town,
        "Valenciennes", WAITING,
    )  # fmt: skip
    _elsewhere(db, demo)


def _at(demo: Demo, days: int, hour: int = 8) -> datetime:
    return paris(demo.today + timedelta(days=days), time(hour))


def _agent(demo: Demo, organisation: str) -> str:
    return demo.staff["agent_agglo" if organisation == "agglomeration" else "agent"]


def _prepare(
    db: Session,
    demo: Demo,
    key: str,
    title: str,
    territory_id: int,
    organisation: str,
    dates: Dates,
) -> int:
    found: dict[str, int] = demo.shared["organisations"]
    by, at = _agent(demo, organisation), _at(demo, dates.prepared)
    slug = service.create(
        db, title=title, territory_id=territory_id, organisation_id=found[organisation],
        presentation=_(
            "Des petits aménagements choisis par les habitants, avec l'argent de la ville, de "
            "l'État et des bailleurs. *Données de démonstration.*"
        ),
        by=by, at=at,
    )  # fmt: skip
    seen = queries.edition(db, slug)
    assert seen is not None
    edition = seen.row.id
    demo.shared["editions"][key] = edition
    service.set_calendar(
        db, edition_id=edition, filing_opens_at=_at(demo, dates.filing),
        filing_closes_at=_at(demo, dates.filed, 20), vote_opens_at=_at(demo, dates.opens),
        vote_closes_at=_at(demo, dates.closes, 20),
        results_on=demo.today + timedelta(days=dates.closes + 5), by=by, at=at,
    )  # fmt: skip
    service.set_rules(
        db,
        edition_id=edition,
        model="neighbourhoods",
        minimum=1,
        maximum=3,
        cap=40_000_00,
        minimum_age=11,
        compare=True,
        by=by,
        at=at,
    )
    names = ENVELOPES if organisation != "agglomeration" else {
        "Carpeaux": 50_000_00, "Cité Thiers": 50_000_00, "Château-Mallet": 35_000_00,
        "Tous les autres quartiers": 90_000_00,
    }  # fmt: skip
    councils: dict[str, int] = demo.shared.get("councils", {})
    for name, amount in names.items():
        neighbourhood = demo.territories.get(("neighbourhood", name))
        council = councils.get("dutemple") if name == "Dutemple" else None
        envelope = service.add_envelope(
            db, edition_id=edition, name=name, council_id=council,
            neighbourhood_id=neighbourhood.id if neighbourhood else None, by=by, at=at,
        )  # fmt: skip
        landlord = amount // 5 if name != "Tous les autres quartiers" else 0
        for organisation_id, label, part in (
            (found[organisation], "", amount - amount // 4 - landlord),
            (found["Délégué du préfet (démonstration)"], "crédits politique de la ville",
             amount // 4),
            (found[ideas.LANDLORD], "", landlord),
        ):  # fmt: skip
            if part:
                service.add_funding(
                    db, edition_id=edition, envelope_id=envelope, organisation_id=organisation_id,
                    label=label, amount=part, by=by, at=at,
                )  # fmt: skip
    return edition


def _adopt(db: Session, demo: Demo, key: str, edition: int, authority: str, dates: Dates) -> None:
    adopted_on: date = demo.today + timedelta(days=dates.prepared + 20)
    act: dict[str, Any] = {
        "authority": authority,
        "kind": "deliberation",
        "number": f"D-{adopted_on.year}-{edition:03}",
        "adopted_on": adopted_on,
    }
    demo.shared["adoptions"][key] = act
    with writing(db):
        service.record_adoption_within(
            db, edition_id=edition, by="system", at=_at(demo, dates.prepared + 22), **act
        )


def _catalogue(db: Session, demo: Demo, key: str, edition: int, dates: Dates) -> None:
    by = demo.staff["agent"]
    envelopes = {one.name: one.id for one in queries.envelopes(db, edition)}
    with PROJECTS.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file, delimiter=";") if row["edition"] == key]
    for place, row in enumerate(rows):
        at = _at(demo, dates.filing + 2 + place * 2, 9 + place % 8)
        idea = row | {
            "kind": "works",
            "body": f"{row['sentence']} Nous en avons parlé entre voisins et avec le conseil "
            "citoyen : ce serait utile à tous, tout de suite.",
        }
        number = ideas.file_idea(db, demo, idea, at=at, place=place)
        proposals.publish(db, number=number, by=by, at=at + timedelta(days=2))
        proposals.admit(db, number=number, by=by, at=at + timedelta(days=8))
        cost = int(row["cost"]) * 100
        ideas.study(db, demo, number, at + timedelta(days=10), "feasible", cost)
        project = proposals.make_project(
            db, numbers=[number], title=row["title"], sentence=row["sentence"], cost=cost,
            yearly_cost=150_00, by=by, at=_at(demo, dates.filed + 30, 10),
        )  # fmt: skip
        service.propose(
            db, edition_id=edition, project_id=project,
            envelope_id=envelopes[row["neighbourhood"]], by=by, at=_at(demo, dates.filed + 40, 10),
        )  # fmt: skip
    poll = service.freeze(
        db, edition_id=edition, secret_id=vault.make(demo.settings.vault), by=by,
        at=_at(demo, dates.opens - 8, 10),
    )  # fmt: skip
    demo.shared["polls"][key] = poll
    with writing(db):
        for member in ("vote_commission", "vote_commission2"):
            people.give_role_within(
                db, person_id=demo.staff[member], role=Role.VOTE_COMMISSION,
                unit=unit("poll", poll), starts_on=day_of(_at(demo, dates.opens - 7)),
                by=by, at=_at(demo, dates.opens - 7),
            )  # fmt: skip


def _vote(db: Session, demo: Demo, letters: int = 140) -> None:
    """The past vote: letters, deposits, the three steps of closing, the result."""
    edition, poll_id = demo.shared["editions"]["past"], demo.shared["polls"]["past"]
    poll = polls.poll_by_id(db, poll_id)
    assert poll is not None
    assert poll.secret_name is not None
    folder = demo.settings.vault
    known = vault.load(folder, poll.secret_name)
    during, after = _at(demo, PAST.opens + 3), _at(demo, PAST.closes + 1, 10)
    made, _without = votes.make_letters(
        db, poll_id=poll_id, known=known, by=demo.staff["agent"], at=during,
        entries=[
            votes.RollEntry(f"Exemple-{number}", "Habitant", date(1950 + number % 55, 3, 1))
            for number in range(letters)
        ],
    )  # fmt: skip
    items = polls.items(db, poll_id)
    weights = [demo.random.randrange(2, 12) for _item in items]
    for letter in made[: letters * 7 // 10]:
        right = votes.find_right_by_code(db, poll=poll.slug, code=letter.code, known=known)
        assert right is not None
        chosen = dict.fromkeys(demo.random.choices(items, weights, k=3))
        votes.deposit(
            db, poll=poll, items=items, right_id=right, known=known, channel="code", at=during,
            choices=urn.Choices(tuple(one.reference for one in chosen), ()),
        )  # fmt: skip
    by = demo.staff["vote_commission"]
    votes.reconcile(db, poll_id=poll_id, by=by, at=after)
    votes.sever(db, poll_id=poll_id, by=by, at=after)
    vault.sever(folder, poll.secret_name)
    for member in ("vote_commission", "vote_commission2"):
        votes.open_urn(
            db, poll_id=poll_id, known=vault.load(folder, poll.secret_name),
            by=demo.staff[member], at=after,
        )  # fmt: skip
    service.settle(db, edition_id=edition, by=demo.staff["agent"], at=after + timedelta(hours=2))
    service.compare(db, edition_id=edition, at=after + timedelta(hours=2))


def _elsewhere(db: Session, demo: Demo) -> None:
    """Real past éditions when they are there, a made-up one of the same size otherwise."""
    found = 0
    for name, town in REFERENCE:
        file = demo.reference / "pb" / name if demo.reference else None
        if file is None or not file.exists():
            continue
        service.import_election(
            db, election=tally.read(file.read_bytes()), municipality=town, by="system",
            at=demo.now,
            source=_(
                "Données réelles publiées par pabulib.org (fichier %(name)s), recomptées par ce "
                "site.", name=name,
            ),
        )  # fmt: skip
        found += 1
    if not found:
        service.import_election(
            db, election=election(), municipality=TOWN, by="system", at=demo.now,
            source=_(
                "Ville et chiffres inventés, de la taille d'une grande ville, pour montrer une "
                "édition entière."
            ),
        )  # fmt: skip
