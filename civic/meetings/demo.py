"""The demo's meetings, minutes and avis."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.orm import Session

from civic.house.clock import paris
from civic.house.demo import Demo
from civic.meetings import queries, service

AGENDA = """- Retour sur ce qui avait été décidé
- Éclairage et bancs : ce que disent les habitants
- Questions de chacun"""

MINUTES = """Le conseil a fait le point sur les demandes de la dernière réunion : le banc de la rue
des Glacis est posé, le passage près de l'école attend toujours.

Les habitants demandent que l'éclairage du square soit réparé avant l'hiver. Le conseil en fait un
avis, adopté par consensus. (Données de démonstration.)"""

OPINIONS = (
    (
        "Réparer l'éclairage du square avant l'hiver",
        (
            "Le conseil demande que les quatre lampadaires éteints du square soient réparés "
            "avant la fin de l'automne, et que la date soit affichée sur place.\n\n"
            "Des enfants le traversent chaque soir après l'étude."
        ),
        "Valenciennes",
    ),
    (
        "Ouvrir le local à vélos aux locataires",
        (
            "Le conseil demande au bailleur d'ouvrir le local à vélos de la résidence, fermé "
            "depuis deux ans, et de dire qui en aura la clé."
        ),
        "Bailleur des Trois Clochers (inventé)",
    ),
)


def fill(db: Session, demo: Demo) -> None:
    """Three meetings held (the last with two avis), one whose sheet is to be filled, one
    convened and one to convene; in the second council, one held and one convened."""
    council: int = demo.shared["councils"]["dutemple"]
    held = [
        _hold(db, demo, council, title, days)
        for title, days in (
            ("Première réunion", 330),
            ("Réunion de printemps", 200),
            ("Réunion d'automne", 75),
        )
    ]
    owners: dict[str, int] = demo.shared["organisations"]
    for title, text, addressee in OPINIONS:
        service.give_opinion(
            db,
            meeting_id=held[-1],
            title=title,
            text=text,
            addressee_id=owners[addressee],
            reply_due_on=demo.today + timedelta(days=20 if addressee == "Valenciennes" else -15),
            by=demo.staff["facilitator"],
            at=demo.now - timedelta(days=72),
        )
    _plan(db, demo, council, "Groupe de travail sur l'éclairage", -1, kind="working_group")
    _plan(db, demo, council, "Marche dans le quartier et réunion", 24, open_to_all=True)
    _plan(
        db,
        demo,
        council,
        "Groupe de travail sur le jardin",
        40,
        kind="working_group",
        convened=False,
    )
    other: int = demo.shared["councils"]["carpeaux"]
    _hold(db, demo, other, "Première réunion", 300)
    _plan(db, demo, other, "Réunion de désignation des référents", 30, kind="designation")
    demo.shared["designation_meeting"] = _hold(
        db, demo, council, "Réunion de désignation des référents", 100, kind="designation"
    )


def _details(
    demo: Demo, title: str, days: int, *, kind: str, open_to_all: bool = False
) -> service.Details:
    day = demo.today + timedelta(days=days)
    return service.Details(
        kind=kind,
        title=title,
        starts_at=paris(day) + timedelta(hours=18),
        minutes_length=120,
        place="Maison de quartier, salle du rez-de-chaussée (adresse de démonstration)",
        agenda=AGENDA,
        open_to_all=open_to_all,
    )


def _plan(
    db: Session,
    demo: Demo,
    council_id: int,
    title: str,
    days: int,
    *,
    kind: str = "plenary",
    open_to_all: bool = False,
    convened: bool = True,
) -> int:
    """A meeting in `days` days (ago when negative), convened three weeks before."""
    at = min(demo.now, demo.now + timedelta(days=days - 21))
    meeting_id = service.plan(
        db,
        council_id=council_id,
        details=_details(demo, title, days, kind=kind, open_to_all=open_to_all),
        by=demo.staff["facilitator"],
        at=at,
    )
    if convened:
        service.convene(
            db,
            meeting_id=meeting_id,
            by=demo.staff["facilitator"],
            at=at,
            base_url=demo.settings.base_url,
        )
    return meeting_id


def _hold(
    db: Session, demo: Demo, council_id: int, title: str, days: int, *, kind: str = "plenary"
) -> int:
    """A meeting that was held `days` days ago, with presence and minutes."""
    meeting_id = _plan(db, demo, council_id, title, -days, kind=kind)
    at = demo.now - timedelta(days=days - 1)
    one = queries.meeting(db, council_id, meeting_id)
    assert one is not None
    sheet = queries.sheet(db, one)
    service.note_presence(
        db,
        meeting_id=meeting_id,
        presences={
            line.member.id: "excused" if place % 7 == 5 else "absent" if place % 9 == 4
            else "present"
            for place, line in enumerate(sheet)
        },
        by=demo.staff["facilitator"],
        at=at,
    )  # fmt: skip
    service.publish_minutes(
        db,
        meeting_id=meeting_id,
        minutes=MINUTES,
        by=demo.staff["facilitator"],
        at=at + timedelta(days=6),
    )
    return meeting_id
