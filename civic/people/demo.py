"""The demo's organisations."""

from __future__ import annotations

from sqlalchemy.orm import Session

from civic.house.db import writing
from civic.house.demo import Demo
from civic.people import service

TOWNS = ("Valenciennes", "Anzin", "Beuvrages", "Marly", "Bruay-sur-l'Escaut")


def fill(db: Session, demo: Demo) -> None:
    """The agglomération, some municipalities, their services, two landlords, an association."""
    with writing(db):
        agglo = service.add_organisation_within(
            db,
            kind="intercommunality",
            name="Valenciennes Métropole",
            territory_id=demo.agglomeration.id,
            is_demo=True,
        )
        found = {"agglomeration": agglo}
        for town in TOWNS:
            found[town] = service.add_organisation_within(
                db,
                kind="municipality",
                name=f"Ville de {town}" if town[0] != "A" else f"Ville d'{town}",
                territory_id=demo.municipality(town).id,
                is_demo=True,
            )
        for kind, name, parent in (
            ("service", "Espaces publics (démonstration)", found["Valenciennes"]),
            ("service", "Démocratie locale (démonstration)", agglo),
            ("landlord", "Bailleur des Trois Clochers (inventé)", None),
            ("landlord", "Habitat du Canal Bleu (inventé)", None),
            ("association", "Les Jardiniers du Coin (inventée)", None),
            ("state", "Délégué du préfet (démonstration)", None),
        ):
            found[name] = service.add_organisation_within(
                db, kind=kind, name=name, parent_id=parent, is_demo=True
            )
    demo.shared["organisations"] = found
