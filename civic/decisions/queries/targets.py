"""What acts decide of: éditions, results, avis; and what still waits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from civic.budgets.models import BudgetEnvelope, Edition, EditionProject
from civic.councils.models import CitizenCouncil
from civic.decisions.models import Decision, DecisionItem
from civic.decisions.queries.acts import scope_of_organisation
from civic.house.access import Identity, Right
from civic.house.i18n import _, lazy
from civic.meetings.models import Opinion
from civic.people.models import Organisation
from civic.proposals.models import Project
from civic.territory import queries as territory

ITEM_WORDS = {
    "adopted": lazy("Retenu"),
    "set_aside": lazy("Écarté"),
    "postponed": lazy("Reporté"),
}


@dataclass(frozen=True, slots=True)
class Decided:
    """What an act decides of one thing, with the thing's name and address."""

    id: int
    kind: str
    target_id: int
    outcome: str
    reason: str
    title: str
    url: str


def decided(db: Session, act_id: int) -> list[Decided]:
    """What an act decides: one statement."""
    rows = db.execute(
        select(Decision, Edition.title, Edition.slug, Opinion.title, Opinion.number,
               CitizenCouncil.slug)
        .outerjoin(
            Edition,
            (Edition.id == Decision.target_id)
            & Decision.target_kind.in_(("edition_rules", "edition_result")),
        )
        .outerjoin(
            Opinion, (Opinion.id == Decision.target_id) & (Decision.target_kind == "opinion")
        )
        .outerjoin(CitizenCouncil, CitizenCouncil.id == Opinion.council_id)
        .where(Decision.act_id == act_id)
        .order_by(Decision.id)
    )  # fmt: skip
    found = []
    for row, edition, slug, opinion, number, council in rows:
        title = edition or opinion or ""
        page = "reglement" if row.target_kind == "edition_rules" else "resultats"
        url = f"/budgets/{slug}/{page}" if edition else f"/conseils/{council}/avis/{number}"
        found.append(
            Decided(row.id, row.target_kind, row.target_id, row.outcome, row.reason, title, url)
        )
    return found


@dataclass(frozen=True, slots=True)
class ItemView:
    """A project of a result: what the vote says and what the act decides (None: nothing yet)."""

    id: int
    reference: str
    title: str
    envelope: str
    cost: int
    votes: int
    elected: bool
    outcome: str | None
    reason: str

    @property
    def differs(self) -> bool:
        """Whether the décision goes against the vote."""
        return self.outcome is not None and (self.outcome == "adopted") != self.elected


def items(db: Session, decision: Decided) -> list[ItemView]:
    """The projects of a result with what is decided of each, laureates first: one statement."""
    rows = db.execute(
        select(
            EditionProject.id,
            EditionProject.reference,
            Project.title,
            BudgetEnvelope.name,
            EditionProject.cost,
            EditionProject.votes,
            EditionProject.elected,
            DecisionItem.outcome,
            DecisionItem.reason,
        )
        .join(Project, Project.id == EditionProject.project_id)
        .join(BudgetEnvelope, BudgetEnvelope.id == EditionProject.envelope_id)
        .outerjoin(
            DecisionItem,
            (DecisionItem.edition_project_id == EditionProject.id)
            & (DecisionItem.decision_id == decision.id),
        )
        .where(
            EditionProject.edition_id == decision.target_id,
            EditionProject.elected.is_not(None),
            EditionProject.outcome.is_distinct_from("withdrawn"),
        )
        .order_by(EditionProject.elected.desc(), EditionProject.votes.desc(), EditionProject.id)
    )
    return [
        ItemView(
            key, reference, title, envelope, cost, votes or 0, bool(won), outcome, reason or ""
        )
        for key, reference, title, envelope, cost, votes, won, outcome, reason in rows
    ]


@dataclass(frozen=True, slots=True)
class TargetChoice:
    """Something that waits for an act: its kind and number joined by a colon, and its words."""

    value: str
    words: str


def waiting(db: Session, me: Identity) -> list[TargetChoice]:
    """What waits for an act of somebody's authorities: éditions to adopt, results to decide on,
    avis to answer."""
    found: list[TargetChoice] = []
    editions = db.execute(
        select(Edition.id, Edition.title, Edition.status, Edition.territory_id)
        .where(Edition.status.in_(("preparation", "provisional")), Edition.is_external.is_(False))
        .order_by(Edition.id)
    ).all()
    for key, title, status, place in editions:
        if not me.may(Right.PREPARE_DECISIONS, territory.scope_of(db, [place])):
            continue
        if status == "preparation":
            words = _("Adopter le règlement et l'enveloppe : %(title)s", title=title)
            found.append(TargetChoice(f"edition_rules:{key}", words))
        else:
            words = _("Décider après le vote : %(title)s", title=title)
            found.append(TargetChoice(f"edition_result:{key}", words))
    for one in late(db):
        if me.may(Right.PREPARE_DECISIONS, scope_of_organisation(db, one.addressee_id)):
            words = _("Répondre à l'avis : %(title)s", title=one.title)
            found.append(TargetChoice(f"opinion:{one.id}", words))
    return found


@dataclass(frozen=True, slots=True)
class Unanswered:
    """An avis that waits for its reply."""

    id: int
    title: str
    council: str
    url: str
    addressee_id: int
    addressee: str
    given_on: date
    due_on: date

    def days_late(self, today: date) -> int:
        """Days past the due day; zero or less while there is time."""
        return (today - self.due_on).days


def late(db: Session) -> list[Unanswered]:
    """The avis without a reply, the longest waiting first: one statement."""
    rows = db.execute(
        select(
            Opinion.id,
            Opinion.title,
            CitizenCouncil.name,
            CitizenCouncil.slug,
            Opinion.number,
            Organisation.id,
            Organisation.name,
            Opinion.given_on,
            Opinion.reply_due_on,
        )
        .join(CitizenCouncil, CitizenCouncil.id == Opinion.council_id)
        .join(Organisation, Organisation.id == Opinion.addressee_id)
        .where(Opinion.answered_on.is_(None))
        .order_by(Opinion.reply_due_on)
        .limit(100)
    )
    return [
        Unanswered(key, title, council, f"/conseils/{slug}/avis/{number}", who, name, given, due)
        for key, title, council, slug, number, who, name, given, due in rows
    ]
