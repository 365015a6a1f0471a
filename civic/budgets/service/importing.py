"""An édition of elsewhere, from a pabulib file: real figures as an example, in none of our totals.

Its ballots are kept opened and counted by the site's own count, as those of our own polls.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from civic.ballots import queries as polls
from civic.ballots import service as ballots
from civic.budgets.models import BudgetEnvelope, Edition, EditionProject, EditionRules
from civic.budgets.rules_data import DEFAULTS
from civic.budgets.service.comparing import compare
from civic.budgets.service.funding import envelope_within, funding_within
from civic.budgets.service.preparing import create_within
from civic.budgets.service.settling import settle_within
from civic.budgets.service.writing_rules import write_rules
from civic.house import journal
from civic.house.clock import paris
from civic.house.db import writing
from civic.house.i18n import _
from civic.house.text import folded
from civic.people import service as people
from civic.proposals import service as proposals
from civic.rules import money, tally
from civic.territory import service as territory
from civic.territory.models import Territory

ZONE = "district"
"""The column that makes envelopes: each of its values has an equal share of the budget."""

CATEGORIES = {
    "nature": "arbre",
    "environnement": "arbre",
    "cadre de vie": "banc",
    "mobilite": "velo",
    "velo": "velo",
    "energie": "lumiere",
    "eclairage": "lumiere",
    "dechets": "proprete",
    "recyclage": "proprete",
    "proprete": "proprete",
    "culture": "culture",
    "sport": "sport",
    "jeux": "jeux",
    "aire de jeux": "jeux",
    "jardin": "jardin",
    "compost": "jardin",
    "parc": "arbre",
    "banc": "banc",
    "eau": "eau",
    "accessib": "acces",
    "passage": "passage",
    "pieton": "passage",
    "livre": "livres",
    "panneau": "culture",
    "moustique": "animaux",
    "nichoir": "animaux",
}
"""Words (folded) of categories and names, and the pictogram that goes with them."""


class CannotImport(ValueError):
    """The file reads well but can't stand on this site; one French sentence says why."""


@dataclass(frozen=True, slots=True)
class Imported:
    """What was imported. `differences`: projects whose `votes` column is not what was counted."""

    slug: str
    projects: int
    ballots: int
    envelopes: int
    budget: int
    differences: tuple[str, ...]


def import_election(
    db: Session,
    *,
    election: tally.Election,
    municipality: str,
    by: str,
    at: datetime,
    title: str | None = None,
    source: str = "",
) -> Imported:
    """Makes a past, external édition of a file's projects and ballots, counts it, and compares.

    All or nothing, but for what other rules would have given: if this stops there, the worker does
    it. Raises CannotImport for amounts that are no cents of euros, ballots by
    preference, decimal points, a municipality of ours, or an édition that is already there.
    """
    _refuse_what_cannot_stand(election)
    with writing(db):
        place = _municipality(db, municipality)
        row = _edition(db, election, place, municipality, title, source, by, at)
        envelopes = _envelopes(db, row, election, place)
        items = _projects(db, row, election, envelopes, at)
        row.poll_id = _poll(db, row, election, items, by, at)
        row.sealed_at = at
        db.flush()
        opened = [(tuple(b.choices), tuple(b.points)) for b in polls.opened(db, row.poll_id)]
        settle_within(db, row, opened, by=by, at=at)
        row.status = "archived"
        differences = _differences(db, row, election)
        if differences:
            row.source_note += " " + _(
                "Les voix comptées diffèrent du fichier pour %(n)s projets.", n=len(differences)
            )
        journal.record(
            db,
            at=at,
            actor=by,
            verb="edition.import",
            target=f"edition:{row.id}",
            projects=len(items),
            ballots=election.voters,
        )
        edition_id = row.id
        done = Imported(
            row.slug,
            len(items),
            election.voters,
            len(envelopes),
            _cents(election.budget, election.scale),
            tuple(differences),
        )
    compare(db, edition_id=edition_id, at=at)
    return done


def _refuse_what_cannot_stand(election: tally.Election) -> None:
    currency = election.meta.get("currency", "EUR") or "EUR"
    if currency != "EUR":
        raise CannotImport(f"Les montants sont en {currency} : ce site compte en euros.")
    if election.vote_type == "ordinal":
        raise CannotImport(
            "Ces bulletins classent les projets par préférence : ce site tient des votes par choix "
            "ou par points. « civic tally » sait compter ce fichier."
        )
    if election.point_scale != 1:
        raise CannotImport("Ces bulletins ont des points à virgule : ce site tient des entiers.")
    for project in election.projects:
        _cents(project.cost, election.scale)
        if len(project.id) > 40:
            raise CannotImport(f"L'identifiant du projet {project.id[:20]}… dépasse 40 caractères.")
    if not election.projects:
        raise CannotImport("Ce fichier n'a aucun projet.")


def _cents(amount: int, scale: int) -> int:
    cents, rest = divmod(amount * 100, scale)
    if rest:
        raise CannotImport("Un montant a plus de deux décimales : ce site compte en centimes.")
    return cents


def _municipality(db: Session, name: str) -> int:
    known = db.scalars(
        select(Territory).where(
            Territory.kind == "municipality",
            Territory.name == name,
            Territory.is_external.is_(False),
        )
    ).first()
    if known is not None:
        raise CannotImport(
            f"{name} est une commune de l'agglomération : son édition demande un acte, elle se "
            "prépare sur le site."
        )
    return territory.load_place_within(
        db, territory.PlaceToLoad("municipality", name, is_external=True)
    )


def _edition(
    db: Session,
    election: tally.Election,
    place: int,
    municipality: str,
    title: str | None,
    source: str,
    by: str,
    at: datetime,
) -> Edition:
    year = election.meta.get("instance", "")
    wanted = title or " ".join(f"{municipality}, budget participatif {year}".split())
    there = db.scalar(
        select(Edition.slug).where(Edition.title == wanted[:200], Edition.is_external)
    )
    if there is not None:
        raise CannotImport(f"« {wanted} » est déjà sur le site (/budgets/{there}).")
    organisation = people.add_organisation_within(
        db, kind="municipality", name=f"Ville de {municipality}", territory_id=place
    )
    row = create_within(
        db,
        title=wanted[:200],
        territory_id=place,
        organisation_id=organisation,
        by=by,
        at=at,
        is_external=True,
        source_note=source,
    )
    row.vote_opens_at, row.vote_closes_at = _dates(election)
    return row


def _dates(election: tally.Election) -> tuple[datetime, datetime]:
    """The first instant of the vote and the one after its last day, as the file says them."""
    begins, ends = election.meta.get("date_begin", ""), election.meta.get("date_end", "")
    year = election.meta.get("instance", "")
    fallback = year if year.isdigit() and len(year) == 4 else "2000"
    try:
        start = _day(begins or fallback, last=False)
        end = _day(ends or begins or fallback, last=True)
    except ValueError as wrong:
        raise CannotImport("Les dates du vote de ce fichier n'existent pas.") from wrong
    if end <= start:
        raise CannotImport("Le vote de ce fichier finit avant de commencer.")
    return start, end


def _day(text: str, *, last: bool) -> datetime:
    if "." not in text:
        return paris(datetime(int(text) + last, 1, 1).date())  # noqa: DTZ001 - a day, not an instant
    day, month, year = (int(part) for part in text.split("."))
    return paris(datetime(year, month, day).date() + timedelta(days=last))  # noqa: DTZ001


def _envelopes(db: Session, row: Edition, election: tally.Election, place: int) -> dict[str, int]:
    """Envelope identifiers by zone ("" for the only one), each with its share of the budget."""
    budget = _cents(election.budget, election.scale)
    names = {project.columns.get(ZONE, "") or "" for project in election.projects}
    zones = sorted(names, key=_natural) if len(names) > 1 and "" not in names else [""]
    shares = money.share_out(budget, [budget / len(zones)] * len(zones))
    answer = {}
    for zone, amount in zip(zones, shares, strict=True):
        sector = None
        if zone:
            sector = territory.load_place_within(
                db,
                territory.PlaceToLoad(
                    "sector", zone[:200], within=(_name(db, place),), is_external=True
                ),
            )
        key = envelope_within(
            db, edition_id=row.id, name=zone or row.title, neighbourhood_id=sector
        )
        if amount:
            envelope = db.get_one(BudgetEnvelope, key)
            funding_within(db, envelope, row.organisation_id, amount)
        answer[zone] = key
    return answer


def _numbered(project: tally.Project) -> tuple[int, str]:
    """Projects by number: the smallest passes first among equals, as every règlement here says."""
    known = project.id.isascii() and project.id.isdecimal()
    return (int(project.id) if known else 10**9, project.id)


def _name(db: Session, place: int) -> str:
    return db.get_one(Territory, place).name


def _natural(text: str) -> tuple[int, str]:
    digits = text.split(" ", maxsplit=1)[0]
    return (int(digits) if digits.isascii() and digits.isdigit() else 10**6, text)


def theme_of(*texts: str) -> str:
    """The pictogram for a project of elsewhere, from its category first, then its name."""
    for text in texts:
        plain = folded(text)
        for word, theme in CATEGORIES.items():
            if word in plain:
                return theme
    return "autre"


def _projects(
    db: Session,
    row: Edition,
    election: tally.Election,
    envelopes: dict[str, int],
    at: datetime,
) -> list[polls.PollItem]:
    zones = {key: zone or row.title for zone, key in envelopes.items()}
    items = []
    for position, project in enumerate(sorted(election.projects, key=_numbered), 1):
        zone = project.columns.get(ZONE, "") if "" not in envelopes else ""
        cost = _cents(project.cost, election.scale)
        theme = theme_of(" ".join(project.categories), project.name)
        title = project.name or project.id
        key = proposals.add_external_within(
            db,
            title=title,
            theme=theme,
            cost=cost,
            at=at,
            body=project.columns.get("description", ""),
        )
        db.add(
            EditionProject(
                edition_id=row.id,
                envelope_id=envelopes[zone],
                project_id=key,
                reference=project.id,
                position=position,
                cost=cost,
                status="on_ballot",
            )
        )
        items.append(
            polls.PollItem(project.id, title[:200], cost, zones[envelopes[zone]], "", theme)
        )
    db.flush()
    return items


def _poll(
    db: Session,
    row: Edition,
    election: tally.Election,
    items: list[polls.PollItem],
    by: str,
    at: datetime,
) -> int:
    by_points = election.vote_type in ("cumulative", "scoring")
    rules = _rules(election, len(items))
    assert row.vote_opens_at is not None
    assert row.vote_closes_at is not None
    poll_id = ballots.create_poll_within(
        db,
        title=row.title,
        kind="budget",
        scope=[],
        opens_at=row.vote_opens_at,
        closes_at=row.vote_closes_at,
        ballot_type=rules["ballot_type"],
        minimum=rules["minimum"],
        maximum=rules["maximum"],
        max_points=rules["max_points"],
        max_sum=rules["max_sum"],
        items=items,
        at=at,
        by=by,
    )
    ballots.import_opened_within(
        db,
        poll_id=poll_id,
        ballots=[
            polls.OpenedBallotRow(one.choices, one.points if by_points else ())
            for one in election.ballots
            for _time in range(one.weight)
        ],
        by=by,
        at=row.vote_closes_at,
    )
    version = db.scalars(select(EditionRules).where(EditionRules.edition_id == row.id)).one()
    write_rules(db, row, version, rules, at)
    version.sealed_at = at
    return poll_id


def _rules(election: tally.Election, projects: int) -> dict[str, Any]:
    meta = election.meta
    by_points = election.vote_type in ("cumulative", "scoring")
    marks = [mark for one in election.ballots for mark in one.points] if by_points else []
    sums = [sum(one.points) for one in election.ballots] if by_points else []
    if any(mark < 0 for mark in marks):
        raise CannotImport("Ces bulletins ont des points négatifs : ce site n'en tient pas.")
    most = 1 if election.vote_type == "choose-1" else int(meta.get("max_length") or projects)
    most_points = max([1, *marks])
    if (meta.get("max_points") or "").isdigit():
        most_points = max(most_points, int(meta["max_points"]))
    most_sum = max([most_points, *sums])
    if (meta.get("max_sum_points") or "").isdigit():
        most_sum = max(most_sum, int(meta["max_sum_points"]))
    least = int(meta.get("min_length") or 1)
    return {
        **DEFAULTS,
        "ballot_type": "points" if by_points else "approval",
        "minimum": min(least, most, projects),
        "maximum": max(1, min(most, projects)),
        "max_points": most_points if by_points else None,
        "max_sum": most_sum if by_points else None,
        "skip": meta.get("rule", "") != "greedy-no-skip",
    }


def _differences(db: Session, row: Edition, election: tally.Election) -> list[str]:
    """The projects whose votes in the file are not those that the site counted."""
    rows = db.scalars(select(EditionProject).where(EditionProject.edition_id == row.id))
    counted = {one.reference: one.votes for one in rows}
    return [
        f"projet {one.id} : {one.declared_votes} voix dans le fichier, {counted[one.id]} comptées"
        for one in election.projects
        if one.declared_votes is not None and one.declared_votes != counted[one.id]
    ]
