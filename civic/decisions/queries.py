"""Questions about décisions: acts, what they decide, avis without a reply, follow-up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session, aliased

from civic.budgets.models import BudgetEnvelope, Edition, EditionProject
from civic.councils.models import CitizenCouncil
from civic.decisions.models import MILESTONES, Act, Decision, DecisionItem, FollowUp
from civic.house.access import Identity, Right, Scope
from civic.house.clock import day_of
from civic.house.i18n import _, lazy
from civic.house.text import folded
from civic.house.todo import Todo
from civic.meetings.models import Opinion
from civic.people.models import Organisation
from civic.proposals.models import Project
from civic.territory import queries as territory

KIND_WORDS = {
    "deliberation": lazy("Délibération"),
    "executive_decision": lazy("Décision du maire ou du président"),
    "landlord_decision": lazy("Décision du bailleur"),
}
OUTCOME_WORDS = {
    "follows": lazy("Suit la demande"),
    "amends": lazy("Suit la demande en la modifiant"),
    "sets_aside": lazy("Écarte la demande"),
    "postpones": lazy("Reporte la décision"),
}
ITEM_WORDS = {
    "adopted": lazy("Retenu"),
    "set_aside": lazy("Écarté"),
    "postponed": lazy("Reporté"),
}
MILESTONE_WORDS = {
    "funds": lazy("Crédits inscrits"),
    "contract": lazy("Marché ou commande"),
    "works": lazy("Travaux"),
    "acceptance": lazy("Réception"),
    "review": lazy("Bilan"),
}


# --- acts --------------------------------------------------------------------------------------


def acts(*, kind: str = "", search: str = "") -> Select[*tuple[Any, ...]]:
    """Published acts, the latest first: (act, name of the authority)."""
    query: Select[*tuple[Any, ...]] = (
        select(Act, Organisation.name)
        .join(Organisation, Organisation.id == Act.organisation_id)
        .where(Act.published_at.is_not(None))
        .order_by(Act.adopted_on.desc(), Act.id.desc())
    )
    if kind in KIND_WORDS:
        query = query.where(Act.kind == kind)
    if search:
        like = f"%{search.replace('%', '').replace('_', '')}%"
        query = query.where(or_(Act.title.ilike(like), Act.number.ilike(like)))
    return query


@dataclass(frozen=True, slots=True)
class ActView:
    """An act with its authority and the numbers of the acts it corrects and that correct it."""

    row: Act
    authority: str
    corrects: tuple[int, str] | None
    corrected_by: tuple[int, str] | None

    @property
    def published(self) -> bool:
        """Whether everybody may read it."""
        return self.row.published_at is not None


def act(db: Session, act_id: int) -> ActView | None:
    """An act: one statement."""
    before, after = aliased(Act), aliased(Act)
    found = db.execute(
        select(Act, Organisation.name, before.id, before.number, after.id, after.number)
        .join(Organisation, Organisation.id == Act.organisation_id)
        .outerjoin(before, before.id == Act.corrects_id)
        .outerjoin(after, (after.corrects_id == Act.id) & after.published_at.is_not(None))
        .where(Act.id == act_id)
        .order_by(after.id.desc())
        .limit(1)
    ).first()
    if found is None:
        return None
    row, authority, before_id, before_number, after_id, after_number = found
    return ActView(
        row,
        authority,
        (before_id, before_number) if before_id else None,
        (after_id, after_number) if after_id else None,
    )


def scope_of(db: Session, act_id: int, **_other: Any) -> Scope | None:
    """The units whose people may act on an act."""
    scope = db.scalar(select(Act.scope).where(Act.id == act_id))
    return None if scope is None else frozenset(scope)


def scope_of_organisation(db: Session, organisation_id: int) -> Scope:
    """The units whose people write down an organisation's acts: its territory's, or those of the
    whole agglomération for a landlord or an association."""
    found = db.execute(
        select(Organisation.territory_id, Organisation.parent_id).where(
            Organisation.id == organisation_id
        )
    ).first()
    place = found.territory_id if found else None
    if place is None and found and found.parent_id:
        place = db.scalar(
            select(Organisation.territory_id).where(Organisation.id == found.parent_id)
        )
    if place is None:
        whole = territory.agglomeration(db)
        place = whole.id if whole else None
    return territory.scope_of(db, [place]) if place else frozenset()


def authorities(db: Session, me: Identity, right: Right) -> list[tuple[int, str]]:
    """The organisations whose acts somebody may write down."""
    rows = db.execute(
        select(Organisation.id, Organisation.name)
        .where(Organisation.kind.in_(("municipality", "intercommunality", "landlord")))
        .order_by(Organisation.name)
    ).all()
    return [(key, name) for key, name in rows if me.may(right, scope_of_organisation(db, key))]


def drafts(db: Session, me: Identity) -> list[tuple[Act, str]]:
    """The drafts that somebody may change or publish, the oldest first."""
    rows = db.execute(
        select(Act, Organisation.name)
        .join(Organisation, Organisation.id == Act.organisation_id)
        .where(Act.published_at.is_(None))
        .order_by(Act.prepared_at)
    ).all()
    wanted = (Right.PREPARE_DECISIONS, Right.PUBLISH_DECISIONS)
    return [
        (row, name)
        for row, name in rows
        if any(me.may(right, frozenset(row.scope)) for right in wanted)
    ]


# --- what acts decide of -----------------------------------------------------------------------


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
        url = f"/budgets/{slug}" if edition else f"/conseils/{council}/avis/{number}"
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
        .where(EditionProject.edition_id == decision.target_id, EditionProject.elected.is_not(None))
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


# --- follow-up ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Followed:
    """A project that élus retained, with its milestones in order (None: nothing known yet)."""

    id: int
    title: str
    reference: str
    edition: str
    edition_slug: str
    territory_id: int
    cost: int
    outcome: str
    milestones: tuple[FollowUp | None, ...]

    @property
    def spent(self) -> int | None:
        """What it cost in the end, in cents, once the review or the acceptance says so."""
        known = [one.cost for one in self.milestones[3:] if one and one.cost is not None]
        return known[-1] if known else None

    def stops(self) -> list[tuple[str, str, date | None]]:
        """The milestones as stations."""
        found: list[tuple[str, str, date | None]] = []
        reached = False
        for name, one in zip(MILESTONES, self.milestones, strict=True):
            if one is not None and one.done_on is not None:
                found.append((str(MILESTONE_WORDS[name]), "done", one.done_on))
                continue
            state = "todo" if reached else "current"
            reached = True
            found.append((str(MILESTONE_WORDS[name]), state, one.planned_on if one else None))
        return found


def retained() -> Select[*tuple[Any, ...]]:
    """The projects that élus retained, for a paged list."""
    query: Select[*tuple[Any, ...]] = (
        select(
            EditionProject.id,
            Project.title,
            EditionProject.reference,
            Edition.title.label("edition"),
            Edition.slug,
            Edition.territory_id,
            EditionProject.cost,
            EditionProject.outcome,
        )
        .join(Edition, Edition.id == EditionProject.edition_id)
        .join(Project, Project.id == EditionProject.project_id)
        .where(EditionProject.outcome.in_(("adopted", "delivered")), Edition.is_external.is_(False))
        .order_by(EditionProject.outcome, Edition.id.desc(), EditionProject.id)
    )
    return query


def followed(db: Session, rows: list[Any]) -> list[Followed]:
    """The rows of `retained` with their milestones: one statement."""
    keys = [row.id for row in rows]
    known: dict[tuple[int, str], FollowUp] = {
        (one.edition_project_id, one.milestone): one
        for one in db.scalars(select(FollowUp).where(FollowUp.edition_project_id.in_(keys)))
    }
    return [
        Followed(
            id=row.id,
            title=row.title,
            reference=row.reference,
            edition=row.edition,
            edition_slug=row.slug,
            territory_id=row.territory_id,
            cost=row.cost,
            outcome=row.outcome,
            milestones=tuple(known.get((row.id, name)) for name in MILESTONES),
        )
        for row in rows
    ]


def one_followed(db: Session, edition_project_id: int) -> Followed | None:
    """One retained project with its milestones."""
    rows = db.execute(retained().where(EditionProject.id == edition_project_id)).all()
    return followed(db, list(rows))[0] if rows else None


def scope_of_project(db: Session, edition_project_id: int, **_other: Any) -> Scope | None:
    """The units whose people follow a project up."""
    place = db.scalar(
        select(Edition.territory_id)
        .join(EditionProject, EditionProject.edition_id == Edition.id)
        .where(EditionProject.id == edition_project_id)
    )
    return None if place is None else territory.scope_of(db, [place])


# --- open data, my space --------------------------------------------------------------------------

SCDL = (
    "COLL_NOM", "COLL_SIRET", "DELIB_ID", "DELIB_DATE", "DELIB_MATIERE_CODE",
    "DELIB_MATIERE_NOM", "DELIB_OBJET", "BUDGET_ANNEE", "BUDGET_NOM", "PREF_ID", "PREF_DATE",
    "VOTE_EFFECTIF", "VOTE_REEL", "VOTE_POUR", "VOTE_CONTRE", "VOTE_ABSTENTION", "DELIB_URL",
)  # fmt: skip
"""The columns of the national schema of délibérations (SCDL 2.1)."""


def deliberations(db: Session, base_url: str) -> list[list[str]]:
    """Published délibérations as rows of SCDL; a number that we don't know stays empty."""
    rows = db.execute(acts(kind="deliberation")).all()
    found = []
    for row, authority in rows:
        numbers = (row.votes_for, row.votes_against, row.abstentions)
        cast = sum(one or 0 for one in numbers) if any(one is not None for one in numbers) else None
        found.append(
            [
                authority,
                "",
                row.number,
                row.adopted_on.isoformat(),
                row.subject_code,
                row.subject_name,
                row.title,
                "",
                "",
                row.prefecture_number,
                row.prefecture_receipt_on.isoformat() if row.prefecture_receipt_on else "",
                *("" if one is None else str(one) for one in (row.members, cast, *numbers)),
                f"{base_url}/decisions/{row.id}",
            ]
        )
    return found


def todo(db: Session, me: Identity, now: datetime) -> list[Todo]:
    """Acts to publish and avis to answer: two statements."""
    if not me.is_staff:
        return []
    found = [
        Todo(
            None,
            _("Relire et publier l'acte « %(title)s »", title=row.title),
            f"/decisions/{row.id}",
            "decide",
        )
        for row, _name in drafts(db, me)
        if me.may(Right.PUBLISH_DECISIONS, frozenset(row.scope))
    ]
    if me.may(Right.PREPARE_DECISIONS):
        waits = db.scalar(
            select(func.count())
            .select_from(Opinion)
            .where(Opinion.answered_on.is_(None), Opinion.reply_due_on < day_of(now))
        )
        if waits:
            found.append(
                Todo(now, _("Répondre aux avis en retard"), "/decisions/preparer", "decide")
            )
    return found


def search_words(text: str) -> str:
    """What a visitor searches, as words."""
    return " ".join(text.split())[:100] if folded(text) else ""
