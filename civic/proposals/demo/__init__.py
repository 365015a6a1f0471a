"""The demo's ideas, in every state, filed and handled through the verbs. All of it is invented."""

from __future__ import annotations

import csv
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from civic.house.clock import day_of
from civic.house.demo import Demo
from civic.proposals import queries, service

IDEAS = Path(__file__).parent / "ideas.csv"
SERVICE = "Espaces publics (démonstration)"
LANDLORD = "Bailleur des Trois Clochers (inventé)"
REFUSALS = (
    ("planned", "Cet aménagement est déjà prévu au programme de l'an prochain."),
    ("not_ours", "Cette voie appartient au département : nous lui avons transmis l'idée."),
    ("private", "Le terrain est privé et son propriétaire ne souhaite pas d'équipement."),
    ("running_cost", "L'eau et l'entretien coûteraient chaque année plus que l'installation."),
)


def fill(db: Session, demo: Demo) -> None:
    """Files the ideas of ideas.csv over the last months, and takes each to its state."""
    refusals = iter(REFUSALS * 3)
    with IDEAS.open(encoding="utf-8", newline="") as file:
        ideas = list(csv.DictReader(file, delimiter=";"))
    for place, idea in enumerate(ideas):
        at = demo.now - timedelta(days=70 - place, hours=place % 9)
        if idea["state"] == "submitted":
            at = demo.now - timedelta(days=1 + place % 5, hours=3)
        number = file_idea(db, demo, idea, at=at, place=place)
        _take_to(db, demo, number, idea["state"], at, refusals)
    demo.shared["ideas"] = len(ideas)


def file_idea(db: Session, demo: Demo, idea: dict[str, str], *, at: datetime, place: int) -> int:
    """Files one idea (keys of ideas.csv) online, by one of the residents; its number."""
    resident = demo.residents[place % len(demo.residents)]
    key = service.begin(db, by=resident, at=at)
    service.write(
        db,
        draft_id=key,
        by=resident,
        at=at,
        territory_id=demo.neighbourhood(idea["neighbourhood"]).id,
        title=idea["title"],
        theme=idea["theme"],
        kind=idea["kind"],
        place_text=idea["place"],
        body=idea["body"],
    )
    shown = ("", "Les voisins du coin", "Fatima", "Collectif des parents")[place % 4]
    return service.file_draft(db, draft_id=key, by=resident, at=at, shown_as=shown)


def _take_to(db: Session, demo: Demo, number: int, state: str, at: datetime, refusals: Any) -> None:
    agent = demo.staff["agent_agglo"]
    soon, later = at + timedelta(days=3), at + timedelta(days=9)
    if state in {"submitted", "returned", "rejected"}:
        if state == "returned":
            service.send_back(
                db, number=number, reason="description", by=agent, at=soon,
                text="Pouvez-vous dire ce que cela changerait, et pour qui ?",
            )  # fmt: skip
        elif state == "rejected":
            service.reject(
                db, number=number, reason="person", by=agent, at=soon,
                text="Cette demande vise une personne. Pour un conflit de voisinage, la "
                "conciliatrice de justice reçoit en mairie.",
            )  # fmt: skip
        return
    service.publish(db, number=number, by=agent, at=soon)
    if state == "published":
        return
    if state == "withdrawn":
        owner = queries.proposal(db, number)
        assert owner is not None
        assert owner.row.filed_by is not None
        service.withdraw(
            db, number=number, by=owner.row.filed_by, at=later,
            text="Le centre social le fait déjà.",
        )  # fmt: skip
        return
    if state in {"inadmissible", "checking"}:
        reason, text = next(refusals)
        service.refuse(db, number=number, reason=reason, text=text, by=agent, at=later)
        if state == "checking":
            owner = queries.proposal(db, number)
            assert owner is not None
            assert owner.row.filed_by is not None
            service.appeal(
                db, number=number, by=owner.row.filed_by, at=later + timedelta(days=2),
                text="Ce n'est pas le même trottoir : regardez devant les commerces.",
            )  # fmt: skip
        return
    service.admit(db, number=number, by=agent, at=later)
    if state == "admissible":
        return
    study(db, demo, number, later + timedelta(days=1), state)


def study(
    db: Session, demo: Demo, number: int, at: datetime, state: str, cost: int | None = None
) -> None:
    """Asks one or two services and writes down what they answer, up to `state`."""
    found: dict[str, int] = demo.shared["organisations"]
    agent = demo.staff["agent_agglo"]
    asked = [found[SERVICE], found[LANDLORD]] if number % 3 == 0 else [found[SERVICE]]
    days = 20 if number % 5 == 0 else 60
    service.ask(
        db, number=number, organisation_ids=asked, due_on=day_of(at + timedelta(days=days)),
        by=agent, at=at,
    )  # fmt: skip
    if state == "assessing" and number % 2:
        return
    seen = queries.proposal(db, number)
    assert seen is not None
    low = cost or demo.random.randrange(3, 30) * 1_000_00
    for place, one in enumerate(seen.answers):
        if state == "assessing" and place:
            break
        if state == "assessing" and len(seen.answers) == 1:
            break
        verdict = "feasible" if state == "assessing" or place else state
        reason = {
            "feasible": "",
            "feasible_with_reserve": "Le réseau de gaz passe dessous : il faudra déplacer "
            "l'équipement de quelques mètres.",
            "not_feasible": "Le mur est instable et ne peut rien porter.",
        }[verdict]
        service.answer(
            db,
            assessment_id=one.id,
            verdict=verdict,
            reason=reason,
            cost_min=None if verdict == "not_feasible" else low,
            cost_max=None if verdict == "not_feasible" else low + low // 4,
            final_cost=cost if not place and verdict != "not_feasible" else None,
            yearly_cost=0 if place else 150_00,
            by=agent,
            at=at + timedelta(days=8),
        )
