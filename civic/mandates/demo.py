"""The demo's members: invented people, names from several origins, all called « -Demo »."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.orm import Session

from civic.councils import demo as councils
from civic.councils.models import College
from civic.house.db import writing
from civic.house.demo import Demo
from civic.mandates import queries, service
from civic.people.service import add_person_within

PEOPLE = (
    ("Nadia", "F"), ("Bruno", "M"), ("Aïcha", "F"), ("Stanislas", "M"), ("Marie-Thérèse", "F"),
    ("Ousmane", "M"), ("Sylvie", "F"), ("Rachid", "M"), ("Ewa", "F"), ("Jean-Luc", "M"),
    ("Fatou", "F"), ("Thomas", "M"), ("Leïla", "F"), ("Antonio", "M"), ("Ginette", "F"),
    ("Idriss", "M"), ("Kadiatou", "F"), ("Pascal", "M"), ("Hélène", "F"), ("Yusuf", "M"),
    ("Dorota", "F"), ("Michel", "M"), ("Saliha", "F"), ("Benoît", "M"), ("Rosa", "F"),
    ("Tuan", "M"), ("Colette", "F"), ("Farid", "M"), ("Agnieszka", "F"), ("Daniel", "M"),
)  # fmt: skip
FAMILIES = (
    "Lemaire", "Belkacem", "Kowalski", "Martins", "Sow", "Deprez", "Öztürk", "Caron", "Mbaye",
    "Moreau", "Ferrari", "Dupont", "Hadj", "Wojcik", "Tran", "Lefèvre", "Santos", "Cissé",
    "Delcourt", "Aydın",
)  # fmt: skip
ACTORS = (
    "Les Jardiniers du Coin (inventée)",
    "Amicale des locataires (inventée)",
    "Boulangerie du Square (inventée)",
    "Club de boxe du quartier (inventé)",
)


def fill(db: Session, demo: Demo) -> None:
    """Members in two councils: asked, accepted, installed; then two departures in the first."""
    made: dict[str, int] = demo.shared["councils"]
    homes = {
        "dutemple": [demo.neighbourhood("Dutemple").id, demo.neighbourhood("Saint-Waast").id],
        "carpeaux": [demo.neighbourhood("Carpeaux").id],
    }
    for key, days, residents, actors in (("dutemple", 390, 14, 8), ("carpeaux", 380, 12, 8)):
        council_id = made[key]
        ids = [
            *_prepare(db, demo, council_id, College.RESIDENTS, residents, homes[key], days),
            *_prepare(db, demo, council_id, College.LOCAL_ACTORS, actors, homes[key], days),
        ]
        for place, mandate_id in enumerate(ids):
            service.answer(
                db,
                mandate_id=mandate_id,
                accepted=True,
                name_shown=place % 4 != 3,
                on=demo.today - timedelta(days=days - 10),
                by=demo.staff["facilitator"],
                at=demo.now - timedelta(days=days - 10),
            )
        service.install(
            db,
            council_id=council_id,
            on=demo.today - timedelta(days=days - 20),
            by=demo.staff["facilitator"],
            at=demo.now - timedelta(days=days - 20),
            base_url=demo.settings.base_url,
        )
        councils.adopt(db, demo, council_id, days=days - 40)
    _departures(db, demo, made["dutemple"])


def _prepare(
    db: Session,
    demo: Demo,
    council_id: int,
    college: College,
    number: int,
    homes: list[int],
    days: int,
) -> list[int]:
    """Asks `number` people to sit: habitants drawn from a list, local actors designated."""
    at = demo.now - timedelta(days=days)
    drawn = college == College.RESIDENTS
    done: list[int] = []
    with writing(db):
        for place in range(number):
            first, sex = PEOPLE[(place + council_id * 7) % len(PEOPLE)]
            family = FAMILIES[demo.random.randrange(len(FAMILIES))]
            account = drawn and place == 0 and council_id == demo.shared["council_active"]
            person_id = demo.residents[0] if account else add_person_within(
                db,
                first_names=first,
                family_name=f"{family}-Demo",
                purpose="member",
                sex=sex,
                email=f"membre{council_id}-{college[0]}{place}@demo.example"
                if place % 3
                else None,
                neighbourhood_id=homes[place % len(homes)] if drawn else None,
            )  # fmt: skip
            done += service.prepare_within(
                db,
                council_id=council_id,
                college=college,
                person_ids=[person_id],
                origin="draw" if drawn else "designated",
                source="liste électorale (démonstration)" if drawn else ACTORS[place % len(ACTORS)],
                draw_id=None,
                by=demo.staff["facilitator"],
                at=at,
            )
    return done


def _departures(db: Session, demo: Demo, council_id: int) -> None:
    """Somebody moves away and the suppléant whose turn it is takes the seat; somebody else
    resigns, and that seat waits for the animatrice."""
    sitting = [
        one
        for one in queries.members(db, council_id, statuses=("running",))
        if one.rank == "titular" and one.college == College.RESIDENTS and one.sex
    ]
    for row, reason, days in ((sitting[3], "moved", 150), (sitting[6], "resignation", 12)):
        at = demo.now - timedelta(days=days)
        vacancy = service.end(
            db,
            mandate_id=row.id,
            reason=reason,
            on=demo.today - timedelta(days=days),
            by=demo.staff["facilitator"],
            at=at,
        )
        if reason == "moved":
            mandate_id = service.call_next(
                db,
                vacancy_id=vacancy,
                by=demo.staff["facilitator"],
                at=at,
                base_url=demo.settings.base_url,
            )
            service.answer(
                db,
                mandate_id=mandate_id,
                accepted=True,
                name_shown=True,
                on=demo.today - timedelta(days=days - 5),
                by=demo.staff["facilitator"],
                at=at + timedelta(days=5),
            )
