"""The catalogue: which projects are on the ballot, in which envelope; then sealed, for good."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from civic.ballots import service as ballots
from civic.ballots.queries import PollItem
from civic.budgets import queries
from civic.budgets.models import BudgetEnvelope, Edition, EditionProject, EditionRules
from civic.budgets.rules_data import digest_of
from civic.budgets.service.preparing import locked
from civic.house import journal
from civic.house.clock import day_of
from civic.house.db import writing
from civic.house.i18n import lazy
from civic.house.refusal import NotFound, Refusal
from civic.proposals import service as proposals
from civic.proposals.models import Project
from civic.territory import queries as territory


def open_catalogue(db: Session, edition_id: int) -> Edition:
    """The édition, locked, while its ballot may still change; refuses once it is sealed."""
    row = locked(db, edition_id)
    if row.status != "filing":
        raise Refusal(
            lazy("Le bulletin de cette édition est scellé, ou son règlement n'est pas adopté.")
        )
    return row


def propose(
    db: Session, *, edition_id: int, project_id: int, envelope_id: int, by: str, at: datetime
) -> str:
    """Puts a costed project into the catalogue, in one envelope; its number on the ballot."""
    with writing(db):
        row = open_catalogue(db, edition_id)
        project = db.get(Project, project_id)
        envelope = db.get(BudgetEnvelope, envelope_id)
        if project is None or project.is_external:
            raise Refusal(lazy("Choisissez un projet de la liste."), field="project")
        if envelope is None or envelope.edition_id != row.id:
            raise Refusal(lazy("Choisissez une enveloppe de la liste."), field="envelope")
        cap = _rules(db, row).data.get("cap")
        if cap is not None and project.cost > cap:
            raise Refusal(
                lazy("Ce projet coûte plus que le plafond du règlement."), field="project"
            )
        if project.cost > envelope.amount:
            raise Refusal(
                lazy("Ce projet coûte plus que toute l'enveloppe : il ne pourrait pas gagner."),
                field="envelope",
            )
        known = db.scalar(
            select(EditionProject).where(
                EditionProject.edition_id == row.id, EditionProject.project_id == project.id
            )
        )
        if known is not None:
            if known.status != "withdrawn":
                raise Refusal(lazy("Ce projet est déjà dans le catalogue."), field="project")
            known.status, known.envelope_id, known.cost = "proposed", envelope.id, project.cost
        else:
            known = add_within(
                db, edition_id=row.id, project_id=project.id, envelope_id=envelope.id,
                cost=project.cost,
            )  # fmt: skip
        journal.record(
            db,
            at=at,
            actor=by,
            verb="edition.propose",
            target=f"edition:{row.id}",
            project=project.id,
            envelope=envelope.id,
        )
        return known.reference


def add_within(
    db: Session,
    *,
    edition_id: int,
    project_id: int,
    envelope_id: int,
    cost: int,
    reference: str | None = None,
    status: str = "proposed",
) -> EditionProject:
    """Adds a project after the others, inside the caller's transaction; the row."""
    last = db.scalar(
        select(func.max(EditionProject.position)).where(EditionProject.edition_id == edition_id)
    )
    position = (last or 0) + 1
    row = EditionProject(
        edition_id=edition_id,
        envelope_id=envelope_id,
        project_id=project_id,
        reference=reference or str(position),
        position=position,
        cost=cost,
        status=status,
    )
    db.add(row)
    db.flush()
    return row


def withdraw(
    db: Session, *, edition_id: int, edition_project_id: int, by: str, at: datetime
) -> None:
    """Takes a project out of the catalogue, before it is sealed."""
    with writing(db):
        row = open_catalogue(db, edition_id)
        found = db.get(EditionProject, edition_project_id)
        if found is None or found.edition_id != row.id:
            raise NotFound
        found.status = "withdrawn"
        left = [[one for one in group if one != found.reference] for group in row.incompatible]
        row.incompatible = [group for group in left if len(group) > 1]
        journal.record(
            db, at=at, actor=by, verb="edition.withdraw", target=f"edition:{row.id}",
            project=found.project_id,
        )  # fmt: skip


def set_incompatible(
    db: Session, *, edition_id: int, groups: list[list[str]], by: str, at: datetime
) -> None:
    """Says which projects exclude each other (groups of numbers on the ballot): one of each group
    at most may win. Sealed with the catalogue."""
    with writing(db):
        row = open_catalogue(db, edition_id)
        known = {one.reference for one in queries.ballot_items(db, row.id)}
        for group in groups:
            strange = [one for one in group if one not in known]
            if strange:
                raise Refusal(
                    lazy("Aucun projet du catalogue n'a le numéro %(number)s.", number=strange[0]),
                    field="groups",
                )
            if len(set(group)) < 2:
                raise Refusal(
                    lazy("Il faut au moins deux projets différents par ligne."), field="groups"
                )
        row.incompatible = [sorted(set(group)) for group in groups]
        journal.record(
            db, at=at, actor=by, verb="edition.incompatible", target=f"edition:{row.id}",
            groups=len(groups),
        )  # fmt: skip


def _born_by(rules: EditionRules, closes_at: datetime) -> date | None:
    """The last birth date of those who are old enough on the day that the règlement says, or when
    the vote closes."""
    age, said = rules.data.get("minimum_age"), rules.data.get("age_on")
    if age is None:
        return None
    on = date.fromisoformat(said) if said else day_of(closes_at)
    try:
        return on.replace(year=on.year - age)
    except ValueError:  # a 29 February
        return on.replace(year=on.year - age, day=28)


def freeze(db: Session, *, edition_id: int, secret_id: str | None, by: str, at: datetime) -> int:
    """Seals the catalogue and makes its poll; the poll's identifier.

    `secret_id` names the poll's keys, made before (`ballots.vault.make`); without it the poll waits
    for the commission's key and is sealed from its own page. The digest covers the
    règlement in force and every project with its envelope and cost; the proposals behind the
    projects are then « soumises au vote » and can't be withdrawn any more.
    """
    with writing(db):
        row = open_catalogue(db, edition_id)
        assert row.filing_closes_at is not None
        assert row.vote_opens_at is not None
        assert row.vote_closes_at is not None
        if at < row.filing_closes_at:
            raise Refusal(lazy("Le dépôt des idées n'est pas terminé."))
        if at >= row.vote_closes_at:
            raise Refusal(
                lazy("La date de fin du vote est passée : changez le calendrier par un avenant.")
            )
        items = queries.ballot_items(db, row.id)
        if len(items) < 2:
            raise Refusal(lazy("Il faut au moins deux projets dans le catalogue."))
        rules = _rules(db, row)
        row.catalogue_digest = digest_of(queries.sealed(rules.digest, items, row.incompatible))
        row.poll_id = poll_of_catalogue_within(db, row, items, secret_id=secret_id, by=by, at=at)
        row.sealed_at, row.status = at, "catalogue_frozen"
        for found in db.scalars(
            select(EditionProject).where(
                EditionProject.edition_id == row.id, EditionProject.status == "proposed"
            )
        ):
            found.status = "on_ballot"
            proposals.move_project_within(
                db,
                project_id=found.project_id,
                to="on_ballot",
                by=by,
                by_role="agent",
                at=at,
                link=f"/budgets/{row.slug}",
            )
        journal.record(
            db,
            at=at,
            actor=by,
            verb="edition.freeze",
            target=f"edition:{row.id}",
            digest=row.catalogue_digest,
            poll=row.poll_id,
        )
        return row.poll_id


def poll_of_catalogue_within(
    db: Session,
    row: Edition,
    items: Sequence[PollItem],
    *,
    secret_id: str | None,
    by: str,
    at: datetime,
) -> int:
    """Makes the poll of an édition on these projects, by its règlement and calendar, inside the
    caller's transaction; its number."""
    assert row.vote_opens_at is not None
    assert row.vote_closes_at is not None
    rules = _rules(db, row)
    return ballots.create_poll_within(
        db,
        title=row.title,
        kind="budget",
        scope=sorted(territory.scope_of(db, [row.territory_id])),
        opens_at=row.vote_opens_at,
        closes_at=row.vote_closes_at,
        ballot_type=rules.data["ballot_type"],
        minimum=rules.data["minimum"],
        maximum=min(rules.data["maximum"], len(items)),
        max_points=rules.data["max_points"],
        max_sum=rules.data["max_sum"],
        one_group=rules.data["choice"] == "one",
        districts=districts(db, row.id) if rules.data["choice"] == "own" else (),
        paper=rules.data["paper"],
        contest_days=rules.data["appeal_days"],
        keep_days=rules.data.get("keep_days"),
        question=rules.data.get("question", ""),
        publication=rules.data["publication"],
        limits=[(one.name, one.amount) for one in queries.envelopes(db, row.id)],
        checks=rules.data.get("checks"),
        residence=rules.data.get("residence"),
        phone_share=rules.data.get("phone_share"),
        born_by=_born_by(rules, row.vote_closes_at),
        items=items,
        at=at,
        by=by,
        secret_id=secret_id,
    )


def redate_within(db: Session, row: Edition, rules: EditionRules, *, by: str, at: datetime) -> None:
    """Gives a vote that waits for the commission's key the édition's new dates; what was sealed of
    the catalogue now cites the règlement as amended."""
    assert row.poll_id is not None
    assert row.vote_opens_at is not None
    assert row.vote_closes_at is not None
    items = queries.ballot_items(db, row.id)
    row.catalogue_digest = digest_of(queries.sealed(rules.digest, items, row.incompatible))
    ballots.redate_poll_within(
        db, poll_id=row.poll_id, opens_at=row.vote_opens_at, closes_at=row.vote_closes_at,
        born_by=_born_by(rules, row.vote_closes_at), by=by, at=at,
    )  # fmt: skip


def districts(db: Session, edition_id: int) -> list[tuple[str, int]]:
    """The envelopes of an édition that are a neighbourhood's, with the neighbourhood's number."""
    rows = db.execute(
        select(BudgetEnvelope.name, BudgetEnvelope.neighbourhood_id)
        .where(
            BudgetEnvelope.edition_id == edition_id, BudgetEnvelope.neighbourhood_id.is_not(None)
        )
        .order_by(BudgetEnvelope.position)
    )
    return [(name, number) for name, number in rows if number is not None]


def _rules(db: Session, row: Edition) -> EditionRules:
    return db.scalars(
        select(EditionRules)
        .where(EditionRules.edition_id == row.id)
        .order_by(EditionRules.version.desc())
        .limit(1)
    ).one()
