"""The demo's accounts: one a role, and a few habitants."""

from __future__ import annotations

import json

from sqlalchemy.orm import Session

from civic.accounts import passwords, service
from civic.house.access import SITE, Role, unit
from civic.house.db import writing
from civic.house.demo import Demo
from civic.people import service as people

PASSWORD = "un banc sous le tilleul"  # noqa: S105 - a demo's, shown on its sign-in page

STAFF = (
    # key, first names, family name, words, role, unit
    ("facilitator", "Awa", "Diallo-Demo", "animatrice des conseils", Role.FACILITATOR, "town"),
    ("facilitator2", "Loïc", "Le Goff-Demo", "animateur des conseils", Role.FACILITATOR, "town"),
    ("agent", "Karim", "Benali-Demo", "agent de la ville", Role.AGENT, "town"),
    ("agent_agglo", "Zofia", "Nowak-Demo", "agente de l'agglomération", Role.AGENT, "agglo"),
    ("elected", "Jeanne", "Dubois-Demo", "élue de la ville", Role.ELECTED, "town"),
    ("elected_agglo", "Paolo", "Rossi-Demo", "élu de l'agglomération", Role.ELECTED, "agglo"),
    ("vote_commission", "Inês", "Pereira-Demo", "commission du vote", None, ""),
    ("vote_commission2", "Marcel", "Lefebvre-Demo", "commission du vote", None, ""),
    ("administrator", "Camille", "Renard-Demo", "administratrice", Role.ADMINISTRATOR, "site"),
    ("auditor", "Nour", "Haddad-Demo", "auditrice", Role.AUDITOR, "site"),
)
RESIDENTS = (
    ("Fatima", "Ouali-Demo"),
    ("Jean-Pierre", "Carpentier-Demo"),
    ("Mehmet", "Yılmaz-Demo"),
    ("Léa", "Vandamme-Demo"),
    ("Moussa", "Traoré-Demo"),
    ("Giulia", "Bianchi-Demo"),
    ("Thi Mai", "Nguyen-Demo"),
    ("Arthur", "Delattre-Demo"),
    ("Samira", "El Idrissi-Demo"),
    ("Yvette", "Mortier-Demo"),
    ("João", "Almeida-Demo"),
    ("Chloé", "Wattiez-Demo"),
)


def fill(db: Session, demo: Demo) -> None:
    """Opens the accounts; their addresses and password go beside the database, for the sign-in
    page of a demo only."""
    kept = passwords.hashed(PASSWORD)
    shown = []
    units = {
        "town": unit("municipality", demo.municipality("Valenciennes").id),
        "agglo": unit("agglomeration", demo.agglomeration.id),
        "site": SITE,
    }
    for key, first, family, words, role, where in STAFF:
        email = f"{key.replace('_', '-')}@demo.example"
        demo.staff[key] = service.open_confirmed(
            db,
            first_names=first,
            family_name=family,
            email=email,
            password_hash=kept,
            at=demo.now,
            purpose="staff",
        )
        if role is not None:
            with writing(db):
                people.give_role_within(
                    db,
                    person_id=demo.staff[key],
                    role=role,
                    unit=units[where],
                    starts_on=demo.today,
                    by="system",
                    at=demo.now,
                )
        shown.append({"role": words, "name": f"{first} {family}", "email": email})
    for place, (first, family) in enumerate(RESIDENTS, 1):
        email = "habitante@demo.example" if place == 1 else f"habitant{place}@demo.example"
        demo.residents.append(
            service.open_confirmed(
                db,
                first_names=first,
                family_name=family,
                email=email,
                password_hash=kept,
                at=demo.now,
            )
        )
        if place == 1:
            shown.insert(0, {"role": "habitante", "name": f"{first} {family}", "email": email})
    for line in shown:
        line["password"] = PASSWORD
    demo.shared["accounts"] = shown
    file = demo.settings.vault / "demo-accounts.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(shown, ensure_ascii=False, indent=1), "utf-8")
