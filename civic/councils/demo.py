"""The demo's councils, one in each state that a visitor should see."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy.orm import Session

from civic.councils import service
from civic.councils.models import CitizenCouncil
from civic.house.demo import Demo

RULES = """
# Règlement intérieur (données de démonstration)

## Pourquoi nous sommes là
Le conseil parle pour les habitants du quartier. Il donne des avis, propose de petits
aménagements et suit ce qui a été promis.

## Nos réunions
- Une réunion tous les deux mois, dans un lieu où chacun peut entrer.
- La convocation part quinze jours avant, avec les documents.
- Pour décider, il faut plus de la moitié des titulaires. Une personne suppléante compte quand une
  personne titulaire de son collège manque.

## Nos règles
- On écoute, on ne coupe pas la parole, on parle pour le quartier et pas pour soi.
- Trois absences sans prévenir : le conseil vous en parle, puis appelle une personne suppléante.
- Personne n'est payé. Les frais de garde et de transport sont remboursés.
""".strip()


def fill(db: Session, demo: Demo) -> None:
    """Four councils: one long at work, one that seeks its members, one at work elsewhere, one
    that is only a project."""
    made = {
        "dutemple": _council(
            db,
            demo,
            "Conseil citoyen de Dutemple et Saint-Waast",
            ("Dutemple", "Saint-Waast"),
            "Valenciennes",
            seats=(10, 4, 6, 2),
            days=430,
            place="Maison de quartier, salle du rez-de-chaussée (adresse de démonstration)",
        ),
        "chasse_royale": _council(
            db,
            demo,
            "Conseil citoyen de la Chasse Royale",
            ("Chasse Royale",),
            "Valenciennes",
            seats=(12, 6, 6, 3),
            days=120,
            place="Centre social, grande salle (adresse de démonstration)",
        ),
        "carpeaux": _council(
            db,
            demo,
            "Conseil citoyen de Carpeaux",
            ("Carpeaux",),
            "Anzin",
            seats=(8, 4, 6, 2),
            days=420,
            place="Salle des fêtes (adresse de démonstration)",
        ),
        "briquette": _council(
            db,
            demo,
            "Table de quartier de La Briquette",
            ("La Briquette",),
            "Marly",
            seats=(8, 4, 4, 2),
            days=10,
            place="",
            kind="neighbourhood_table",
        ),
    }
    for key in ("dutemple", "chasse_royale", "carpeaux"):
        opened = db.get_one(CitizenCouncil, made[key]).created_on
        _move(db, demo, made[key], "forming", opened)
    for key in ("dutemple", "carpeaux"):
        opened = db.get_one(CitizenCouncil, made[key]).created_on
        _move(db, demo, made[key], "proposed", opened + timedelta(days=20))
    demo.shared["councils"] = made
    demo.shared["council"] = made["chasse_royale"]
    demo.shared["council_active"] = made["dutemple"]


def _council(
    db: Session,
    demo: Demo,
    name: str,
    neighbourhoods: tuple[str, ...],
    town: str,
    *,
    seats: tuple[int, int, int, int],
    days: int,
    place: str,
    kind: str = "citizen_council",
) -> int:
    owners: dict[str, int] = demo.shared["organisations"]
    return service.create(
        db,
        sheet=service.Sheet(
            name=name,
            kind=kind,
            designation_mode="mixed",
            neighbourhood_ids=[demo.neighbourhood(one).id for one in neighbourhoods],
            presentation="Des habitants et des acteurs du quartier, tirés au sort ou volontaires, "
            "donnent leur avis sur ce qui se décide pour le quartier et proposent de petits "
            "aménagements. Données de démonstration : les personnes sont inventées.",
            place=place,
            contact="Accueil de la mairie de quartier, aux heures d'ouverture",
            organisation_id=owners[town],
        ),
        composition=service.Composition(
            resident_seats=seats[0],
            resident_substitutes=seats[1],
            local_actor_seats=seats[2],
            local_actor_substitutes=seats[3],
            term_months=36,
        ),
        by=demo.staff["agent_agglo"],
        at=demo.now - timedelta(days=days),
        is_demo=True,
    )


def _move(db: Session, demo: Demo, council_id: int, to: str, on: date) -> None:
    at = demo.now - timedelta(days=max(0, (demo.today - on).days))
    service.move(db, council_id=council_id, to=to, by=demo.staff["agent"], at=at)


def adopt(db: Session, demo: Demo, council_id: int, *, days: int) -> None:
    """The règlement, adopted `days` days ago, and the council active from then on."""
    at = demo.now - timedelta(days=days)
    service.adopt_rules(
        db,
        council_id=council_id,
        text=RULES,
        quorum="majority",
        notice_days=15,
        adopted_on=demo.today - timedelta(days=days),
        by=demo.staff["facilitator"],
        at=at,
    )
    service.move(db, council_id=council_id, to="active", by=demo.staff["agent"], at=at)
