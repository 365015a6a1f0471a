"""One proposal with all that its page says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from civic.house.i18n import _, lazy
from civic.people.models import Organisation
from civic.proposals.models import (
    Assessment,
    Project,
    ProjectProposal,
    Proponent,
    Proposal,
    ProposalEvent,
    ProposalPicture,
)
from civic.proposals.states import REASONS, ROLES, SENTENCES, STATE_LOOKS
from civic.territory.models import Territory

Municipality = aliased(Territory)
Neighbourhood = aliased(Territory)


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
