"""Questions about proposals. Public answers hold published proposals only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, case, func, or_, select
from sqlalchemy.orm import Session, aliased

from civic.house.access import Identity, Right, Scope
from civic.house.clock import end_of
from civic.house.i18n import _, lazy
from civic.house.text import folded
from civic.house.todo import Found, OpenNow, Todo
from civic.people.models import Organisation
from civic.proposals.models import (
    Assessment,
    Project,
    ProjectProposal,
    Proponent,
    Proposal,
    ProposalDraft,
    ProposalEvent,
    ProposalPicture,
)
from civic.proposals.states import GROUPS, REASONS, ROLES, SENTENCES, STATE_LOOKS, THEMES
from civic.territory import queries as territory
from civic.territory.models import Territory, TerritoryPart

Municipality = aliased(Territory)
Neighbourhood = aliased(Territory)


# --- where ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Place:
    """A municipality or a neighbourhood to choose; `label` says both for a neighbourhood."""

    id: int
    label: str
    municipality_id: int
    is_neighbourhood: bool


def places(db: Session) -> list[Place]:
    """The municipalities of the agglomération and their neighbourhoods, by name: one statement.

    A neighbourhood that crosses municipalities is listed once under each of them.
    """
    whole = aliased(Territory)
    rows = db.execute(
        select(Territory.id, Territory.name, Territory.kind, whole.id, whole.name)
        .join(TerritoryPart, TerritoryPart.part_id == Territory.id)
        .join(whole, whole.id == TerritoryPart.whole_id)
        .where(
            Territory.is_external.is_(False),
            ((Territory.kind == "municipality") & (whole.kind == "agglomeration"))
            | ((Territory.kind == "neighbourhood") & (whole.kind == "municipality")),
        )
        .order_by(
            case(
                (Territory.kind == "municipality", Territory.folded_name), else_=whole.folded_name
            ),
            Territory.kind,
            Territory.folded_name,
        )
    )
    return [
        Place(key, name, key, False)
        if kind == "municipality"
        else Place(key, f"{whole_name} – {name}", whole_id, True)
        for key, name, kind, whole_id, whole_name in rows
    ]


def scope_of(db: Session, number: int, **_rest: Any) -> Scope | None:
    """The units whose people may act on a proposal."""
    found = db.scalar(select(Proposal.municipality_id).where(Proposal.number == number))
    return None if found is None else territory.scope_of(db, [found])


def municipalities_of(db: Session, me: Identity, right: Right) -> list[int]:
    """The municipalities where `right` is held, through the agglomération or directly."""
    units = me.units(right)
    own = [int(u.split(":")[1]) for u in units if u.startswith("municipality:")]
    wholes = [int(u.split(":")[1]) for u in units if u.startswith("agglomeration:")]
    if wholes:
        own += db.scalars(
            select(TerritoryPart.part_id)
            .join(Territory, Territory.id == TerritoryPart.part_id)
            .where(TerritoryPart.whole_id.in_(wholes), Territory.kind == "municipality")
        )
    return sorted(set(own))


# --- the public list -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Filters:
    """What the list is narrowed to; "" and None narrow nothing. `state` is a key of GROUPS."""

    place: int | None = None
    theme: str = ""
    state: str = ""
    words: str = ""


def is_public() -> ColumnElement[bool]:
    """The condition that everybody may see a proposal."""
    return Proposal.published_at.is_not(None) & Proposal.hidden_reason.is_(None)


def listing(filters: Filters) -> Select[Any]:
    """Published proposals, newest first: number, title, theme, status, status_since, place_text,
    beginning (of the text), neighbourhood, municipality."""
    query = (
        select(
            Proposal.number,
            Proposal.title,
            Proposal.theme,
            Proposal.status,
            Proposal.status_since,
            Proposal.place_text,
            func.substr(Proposal.body, 1, 220).label("beginning"),
            Neighbourhood.name.label("neighbourhood"),
            Municipality.name.label("municipality"),
        )
        .join(Municipality, Municipality.id == Proposal.municipality_id)
        .outerjoin(Neighbourhood, Neighbourhood.id == Proposal.neighbourhood_id)
        .where(is_public())
        .order_by(Proposal.filed_at.desc(), Proposal.number.desc())
    )
    if filters.place is not None:
        query = query.where(
            or_(
                Proposal.neighbourhood_id == filters.place,
                Proposal.municipality_id == filters.place,
            )
        )
    if filters.theme in THEMES:
        query = query.where(Proposal.theme == filters.theme)
    if filters.state in GROUPS:
        query = query.where(Proposal.status.in_(GROUPS[filters.state][1]))
    for word in folded(filters.words).split()[:6]:
        query = query.where(Proposal.search.contains(word, autoescape=True))
    return query


def counts(db: Session) -> dict[str, int]:
    """How many published proposals there are in each state: one statement."""
    rows = db.execute(
        select(Proposal.status, func.count()).where(is_public()).group_by(Proposal.status)
    )
    return {row[0]: row[1] for row in rows}


# --- one proposal --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Answer:
    """What one organisation was asked, and said (verdict None: not yet). Amounts in cents."""

    id: int
    organisation: str
    due_on: date
    verdict: str | None
    cost_min: int | None
    cost_max: int | None
    final_cost: int | None
    yearly_cost: int | None
    reason: str
    answered_at: datetime | None


@dataclass(frozen=True, slots=True)
class InProject:
    """A project that this proposal is in, and the numbers of the other proposals in it."""

    id: int
    title: str
    cost: int
    others: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Seen:
    """One proposal with all that its page says: six statements, whatever its history."""

    row: Proposal
    municipality: str
    neighbourhood: str | None
    shown_as: tuple[str, ...]
    is_mine: bool
    events: tuple[ProposalEvent, ...]
    answers: tuple[Answer, ...]
    pictures: tuple[ProposalPicture, ...]
    projects: tuple[InProject, ...]

    @property
    def is_public(self) -> bool:
        """Whether everybody may see it."""
        return self.row.published_at is not None and self.row.hidden_reason is None


def proposal(db: Session, number: int, person: str = "") -> Seen | None:
    """The proposal of that number, as `person` would find it; None when there is none."""
    found = db.execute(
        select(Proposal, Municipality.name, Neighbourhood.name)
        .join(Municipality, Municipality.id == Proposal.municipality_id)
        .outerjoin(Neighbourhood, Neighbourhood.id == Proposal.neighbourhood_id)
        .where(Proposal.number == number)
    ).one_or_none()
    if found is None:
        return None
    row, municipality, neighbourhood = found
    carried = db.execute(
        select(Proponent.shown_as, Proponent.person_id)
        .where(Proponent.proposal_id == row.id)
        .order_by(Proponent.id)
    ).all()
    return Seen(
        row=row,
        municipality=municipality,
        neighbourhood=neighbourhood,
        shown_as=tuple(shown for shown, _person in carried),
        is_mine=bool(person) and any(who == person for _shown, who in carried),
        events=tuple(
            db.scalars(
                select(ProposalEvent)
                .where(ProposalEvent.proposal_id == row.id)
                .order_by(ProposalEvent.id)
            )
        ),
        answers=_answers(db, row.id),
        pictures=tuple(
            db.scalars(
                select(ProposalPicture)
                .where(ProposalPicture.proposal_id == row.id)
                .order_by(ProposalPicture.id)
            )
        ),
        projects=_projects(db, row.id, row.number),
    )


def _answers(db: Session, proposal_id: int) -> tuple[Answer, ...]:
    rows = db.execute(
        select(
            Assessment.id,
            Organisation.name,
            Assessment.due_on,
            Assessment.verdict,
            Assessment.cost_min,
            Assessment.cost_max,
            Assessment.final_cost,
            Assessment.yearly_cost,
            Assessment.reason,
            Assessment.answered_at,
        )
        .join(Organisation, Organisation.id == Assessment.organisation_id)
        .where(Assessment.proposal_id == proposal_id)
        .order_by(Assessment.id)
    )
    return tuple(Answer(*tuple(row)) for row in rows)


def _projects(db: Session, proposal_id: int, number: int) -> tuple[InProject, ...]:
    mine = aliased(ProjectProposal)
    rows: dict[int, tuple[str, int, list[int]]] = {}
    for key, title, cost, other in db.execute(
        select(Project.id, Project.title, Project.cost, Proposal.number)
        .join(mine, (mine.project_id == Project.id) & (mine.proposal_id == proposal_id))
        .join(ProjectProposal, ProjectProposal.project_id == Project.id)
        .join(Proposal, Proposal.id == ProjectProposal.proposal_id)
        .order_by(Project.id, Proposal.number)
    ):
        others = rows.setdefault(key, (title, cost, []))[2]
        if other != number:
            others.append(other)
    return tuple(
        InProject(key, title, cost, tuple(others)) for key, (title, cost, others) in rows.items()
    )


def state_sentence(status: str) -> str:
    """The state of a proposal, as a sentence."""
    return str(SENTENCES[status])


STOPS = (
    ("submitted", lazy("Déposée")),
    ("published", lazy("Publiée")),
    ("admissible", lazy("Recevable")),
    ("assessing", lazy("Étudiée et chiffrée")),
    ("on_ballot", lazy("Soumise au vote")),
    ("adopted", lazy("Décidée par les élus")),
    ("delivered", lazy("Réalisée")),
)
_AT_STOP = {
    "submitted": 0, "returned": 0, "rejected": 1, "published": 1, "checking": 2, "admissible": 2,
    "inadmissible": 2, "assessing": 3, "feasible": 3, "feasible_with_reserve": 3,
    "not_feasible": 3, "codesign": 3, "merged": 3, "on_ballot": 4, "not_selected": 4,
    "laureate": 4, "set_aside": 5, "adopted": 5, "planned": 5, "studies": 5, "works": 6,
    "postponed": 5, "abandoned": 6, "delivered": 6, "evaluated": 6,
}  # fmt: skip


def stations(seen: Seen) -> list[tuple[str, str, datetime | None]]:
    """Its life as stations: (name, done | current | todo | stopped, when it was reached)."""
    reached: dict[int, datetime] = {}
    last = 0
    for event in seen.events:
        at = _AT_STOP.get(event.status_to)
        if at is not None:
            reached.setdefault(at, event.at)
            last = at
    status = seen.row.status
    here = _AT_STOP.get(status, last)
    stopped = STATE_LOOKS[status] in {"stopped", "closed"}
    finished = status in {"delivered", "evaluated"}
    answer = []
    for place, (_code, name) in enumerate(STOPS):
        if place < here or (place == here and finished):
            state = "done"
        elif place == here:
            state = "stopped" if stopped else "current"
        else:
            state = "todo"
        answer.append((str(name), state, reached.get(place) if place <= here else None))
    return answer


def event_sentence(event: ProposalEvent) -> str:
    """What happened, in words, and who did it."""
    who = str(ROLES[event.by_role])
    if event.status_from == event.status_to:
        return _("Précision, par %(who)s", who=who)
    short = str(SENTENCES[event.status_to]).partition(":")[0].strip()
    return _("%(state)s (%(who)s)", state=short, who=who)


def reason_sentence(code: str) -> str:
    """The reason of a refusal, "" when none was needed."""
    return str(REASONS[code]) if code in REASONS else ""


# --- the agent's desk ----------------------------------------------------------------------------


WAITING = ("submitted", "published", "checking", "admissible", "assessing", "returned")


def desk(municipalities: list[int], state: str, words: str) -> Select[Any]:
    """What waits for an agent, by deadline: number, title, status, due_on, filed_at, channel,
    municipality, hidden_reason. `state` narrows to one status, "" to those that wait."""
    columns: list[Any] = [
        Proposal.number,
        Proposal.title,
        Proposal.theme,
        Proposal.status,
        Proposal.due_on,
        Proposal.filed_at,
        Municipality.name.label("municipality"),
        Neighbourhood.name.label("neighbourhood"),
    ]
    query = (
        select(*columns)
        .join(Municipality, Municipality.id == Proposal.municipality_id)
        .outerjoin(Neighbourhood, Neighbourhood.id == Proposal.neighbourhood_id)
        .where(Proposal.municipality_id.in_(municipalities))
        .order_by(Proposal.due_on.is_(None), Proposal.due_on, Proposal.number)
    )
    if state in SENTENCES:
        query = query.where(Proposal.status == state)
    elif state != "toutes":
        query = query.where(Proposal.status.in_(WAITING))
    for word in folded(words).split()[:6]:
        query = query.where(Proposal.search.contains(word, autoescape=True))
    return query


def ready_for_project(db: Session, municipalities: list[int]) -> list[Row[Any]]:
    """Feasible proposals that may become projects: number, title, lowest fixed cost said."""
    fixed = (
        select(func.sum(Assessment.final_cost))
        .where(Assessment.proposal_id == Proposal.id)
        .scalar_subquery()
    )
    return list(
        db.execute(
            select(Proposal.number, Proposal.title, fixed.label("cost"))
            .where(
                Proposal.municipality_id.in_(municipalities),
                Proposal.status.in_(("feasible", "feasible_with_reserve", "codesign")),
            )
            .order_by(Proposal.number)
        )
    )


def scope_of_assessment(db: Session, number: int, assessment_id: int) -> Scope | None:
    """The units whose people may answer for a service on a proposal."""
    found = db.scalar(
        select(Proposal.municipality_id)
        .join(Assessment, Assessment.proposal_id == Proposal.id)
        .where(Proposal.number == number, Assessment.id == assessment_id)
    )
    return None if found is None else territory.scope_of(db, [found])


# --- one's own -----------------------------------------------------------------------------------


def draft(db: Session, draft_id: str, person: str) -> ProposalDraft | None:
    """Somebody's own draft; None for anybody else."""
    found = db.get(ProposalDraft, draft_id)
    return found if found is not None and found.person_id == person else None


def drafts(db: Session, person: str) -> list[ProposalDraft]:
    """What somebody is still writing, newest first."""
    return list(
        db.scalars(
            select(ProposalDraft)
            .where(ProposalDraft.person_id == person)
            .order_by(ProposalDraft.changed_on.desc())
        )
    )


def mine(db: Session, person: str) -> list[Row[Any]]:
    """The proposals that somebody carries: number, title, status, status_since."""
    return list(
        db.execute(
            select(Proposal.number, Proposal.title, Proposal.status, Proposal.status_since)
            .join(Proponent, Proponent.proposal_id == Proposal.id)
            .where(Proponent.person_id == person)
            .order_by(Proposal.number.desc())
        )
    )


def near(db: Session, *, neighbourhood_id: int | None, theme: str, most: int = 5) -> list[Row[Any]]:
    """Published proposals of the same neighbourhood and theme: number, title, status. A hint."""
    if neighbourhood_id is None or not theme:
        return []
    return list(
        db.execute(
            select(Proposal.number, Proposal.title, Proposal.status)
            .where(
                is_public(),
                Proposal.neighbourhood_id == neighbourhood_id,
                Proposal.theme == theme,
            )
            .order_by(Proposal.number.desc())
            .limit(most)
        )
    )


def todo(db: Session, me: Identity, _now: datetime) -> list[Todo]:
    """What this person has to do about proposals: two statements at most."""
    found = [
        Todo(None, _("Compléter votre proposition « %(title)s »", title=title),
             f"/propositions/{number}/completer", "propose")
        for number, title in db.execute(
            select(Proposal.number, Proposal.title)
            .join(Proponent, Proponent.proposal_id == Proposal.id)
            .where(Proponent.person_id == me.person, Proposal.status == "returned")
        )
    ]  # fmt: skip
    if me.may(Right.MODERATE_PROPOSALS):
        found += _staff_todo(db, me)
    return found


def _staff_todo(db: Session, me: Identity) -> list[Todo]:
    units = me.units(Right.MODERATE_PROPOSALS)
    ids = [int(u.split(":")[1]) for u in units if u.startswith(("municipality:", "agglomeration:"))]
    parts = select(TerritoryPart.part_id).where(TerritoryPart.whole_id.in_(ids))
    rows = db.execute(
        select(Proposal.status, func.count(), func.min(Proposal.due_on))
        .where(
            Proposal.status.in_(("submitted", "published", "checking", "admissible", "assessing")),
            or_(Proposal.municipality_id.in_(ids), Proposal.municipality_id.in_(parts)),
        )
        .group_by(Proposal.status)
    )
    words = {
        "submitted": lazy("Relire %(n)s propositions déposées"),
        "published": lazy("Vérifier la recevabilité de %(n)s propositions"),
        "checking": lazy("Réexaminer %(n)s propositions"),
        "admissible": lazy("Confier %(n)s propositions aux services"),
        "assessing": lazy("Suivre %(n)s propositions à l'étude"),
    }
    return [
        Todo(
            end_of(due) if due else None,
            str(words[status]) % {"n": number},
            f"/propositions/gestion?etat={status}",
            "propose",
        )
        for status, number, due in rows
    ]


def open_now(_db: Session, _now: datetime) -> list[OpenNow]:
    """Ideas are filed all year."""
    return [
        OpenNow(
            "propose",
            _("Une idée pour votre rue"),
            _("Les idées se déposent toute l'année, en quelques minutes."),
            None,
            "/propositions/proposer",
            _("Proposer une idée"),
        )
    ]


# --- for the entrance ----------------------------------

OPEN_DATA = (
    (
        lazy("Propositions des habitants"),
        lazy("Numéro, titre, thème, lieu et état des propositions publiées."),
        "/propositions/propositions.csv",
    ),
)


def search(db: Session, words: str, most: int) -> tuple[Any, list[Found]]:
    """Published proposals that hold all these folded words, newest first."""
    rows = db.execute(listing(Filters(words=words)).limit(most))
    return lazy("Propositions"), [
        Found(row.title, state_sentence(row.status), f"/propositions/{row.number}") for row in rows
    ]


def own_data(db: Session, me: Identity) -> dict[str, Any]:
    """What this room knows of the asker: drafts and proposals, as JSON-able values."""
    return {
        "brouillons": [
            {"titre": one.title, "texte": one.body, "lieu": one.place_text}
            for one in drafts(db, me.person)
        ],
        "propositions": [
            {"numéro": row.number, "titre": row.title, "état": row.status}
            for row in mine(db, me.person)
        ],
    }
