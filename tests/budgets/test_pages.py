"""The pages of éditions, walked by an agent, and read by everybody."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING

from civic.budgets import queries, service
from civic.budgets.rules_data import digest_of
from civic.house.access import Role, unit
from tests import make
from tests.budgets.make import (
    AFTER,
    DURING,
    FILING,
    PREPARED,
    SEALED,
    Made,
    adopt,
    empty,
    frozen,
    prepared,
    voted,
)
from tests.proposals.make import project

if TYPE_CHECKING:
    from flask import Flask
    from sqlalchemy.orm import Session

    from civic.house.settings import Settings
    from tests.machine.statements import CountStatements
    from tests.machine.stopped import StoppedClock
    from tests.machine.visitor import Visitor


def visitor_of(app: Flask, email: str = "") -> Visitor:
    """A visitor, signed in if an address is given."""
    visitor: Visitor = app.test_client()  # type: ignore[assignment]
    if email:
        visitor.sign_in(email)
    return visitor


def test_an_agent_prepares_an_edition_that_waits_for_its_act(
    app: Flask, db: Session, clock: StoppedClock
) -> None:
    clock.set(PREPARED)
    made = empty(db)
    agent = visitor_of(app, made.agent.email)
    page = agent.send(
        "/budgets/preparer",
        {"title": "Nos rues 2027", "territory": made.town.municipality, "organisation": made.city},
    )
    desk = agent.follow(page)
    assert "il manque" in desk
    base = "/budgets/nos-rues-2027"
    page = agent.send(
        f"{base}/calendrier",
        {
            "filing_opens_at": "2026-04-01T08:00",
            "filing_closes_at": "2026-03-01T08:00",
            "vote_opens_at": "2026-09-01T08:00",
            "vote_closes_at": "2026-09-20T20:00",
        },
        422,
    )
    assert "se termine avant de commencer" in page
    for typed in ("0001-01-01T00:00", "9999-12-31T23:59", "demain"):
        wrong = agent.send(f"{base}/calendrier", {"vote_opens_at": typed}, 422)
        assert "pas compris cette date" in wrong
        assert f'value="{typed}"' in wrong.html
    assert 'value="2026-04-01T08:00"' in page.html
    agent.send(base + "/calendrier", {"filing_closes_at": "2026-05-01T08:00"}, page=page)
    agent.send(f"{base}/regles/one", {"minimum": 5, "maximum": 3}, 422)
    agent.send(f"{base}/regles/one", {"maximum": 2, "cap": "douze mille"}, 422)
    agent.send(f"{base}/regles/one", {"maximum": 2, "cap": "12 000,50"})
    agent.send(
        f"{base}/enveloppes", {"name": "Les Tilleuls", "neighbourhood": made.town.neighbourhood}
    )
    db.rollback()  # what the pages wrote is read anew
    seen = queries.edition(db, "nos-rues-2027")
    assert seen is not None
    [envelope] = seen.envelopes
    agent.send(
        f"{base}/enveloppes/{envelope.id}/financement",
        {"organisation": made.city, "label": "investissement", "amount": "40 000"},
    )
    assert "Prête à être adoptée" in agent.see(f"{base}/gestion")
    public = visitor_of(app).see(base)
    assert "attend un acte" in public
    assert "40 000" in public.text.replace("\u202f", " ")
    assert "Nos rues 2027" not in visitor_of(app).see("/budgets/")


def test_the_catalogue_is_composed_read_again_and_sealed(
    app: Flask, db: Session, clock: StoppedClock
) -> None:
    made = prepared(db)
    adopt(db, made)
    keys = [
        project(db, made.town, made.resident.person, made.agent.person, cost, title=title)
        for title, cost in (("Un banc rue des Essais", 5_000_00), ("Des arbres", 9_000_00))
    ]
    clock.set(SEALED)
    agent = visitor_of(app, made.agent.email)
    base = f"/budgets/{made.slug}"
    for key in keys:
        agent.send(f"{base}/catalogue", {"project": key, "envelope": made.envelopes[0]})
    agent.send(f"{base}/sceller", {"sure": False}, 422)
    agent.send(f"{base}/sceller", {"sure": True})
    public = visitor_of(app)
    assert "Des arbres" in public.see(f"{base}/projets")
    one = public.see(f"{base}/projets/2")
    assert "Né de ces propositions" in one
    db.rollback()
    row = queries.edition(db, made.slug)
    assert row is not None
    assert row.row.catalogue_digest in public.see(base).text.replace(" ", "").replace("\n", "")
    page = public.fetch(f"{base}/catalogue.json", type="application/json")
    assert digest_of(json.loads(page.body)) == row.row.catalogue_digest
    clock.set(DURING)
    assert "Ouvert au vote jusqu'au dimanche 20 septembre 2026 à 20 h" in public.see(base)


def test_a_vote_whose_key_the_commission_keeps_waits_for_its_key(
    app: Flask, db: Session, clock: StoppedClock
) -> None:
    from civic.ballots import queries as polls

    made = prepared(db)
    adopt(db, made)
    clock.set(SEALED)
    agent = visitor_of(app, made.agent.email)
    base = f"/budgets/{made.slug}"
    for title in ("Un banc rue des Essais", "Des arbres"):
        key = project(db, made.town, made.resident.person, made.agent.person, 5_000_00, title=title)
        assert "qui peut proposer : les personnes qui habitent" in agent.see(f"{base}/catalogue")
        agent.send(f"{base}/catalogue", {"project": key, "envelope": made.envelopes[0]})
    agent.send(f"{base}/sceller", {"sure": True, "commission_key": True})
    db.rollback()
    seen = queries.edition(db, made.slug)
    assert seen is not None
    assert seen.row.poll_id is not None
    poll = polls.poll_by_id(db, seen.row.poll_id)
    assert poll is not None
    assert (poll.stage, poll.public_key) == ("configured", None)
    agent.see(f"/votes/{poll.slug}/cle")
    clock.set(DURING)
    assert "pas encore scellé" in visitor_of(app).see(f"/votes/{poll.slug}")
    visitor_of(app).see(base)


def test_everybody_can_check_the_digest_of_the_reglement(app: Flask, db: Session) -> None:
    made = prepared(db)
    visitor = visitor_of(app)
    visitor.see(f"/budgets/{made.slug}/reglement.json", 404)
    adopt(db, made)
    page = visitor.fetch(f"/budgets/{made.slug}/reglement.json", type="application/json")
    seen = queries.edition(db, made.slug)
    assert seen is not None
    assert seen.current is not None
    assert digest_of(json.loads(page.body)) == seen.current.digest
    told = visitor.see(f"/budgets/{made.slug}/reglement")
    assert "délibération n° 2026-031" in told


def counted(db: Session, settings: Settings) -> Made:
    """An édition with its result."""
    made = frozen(db, settings.vault, ((0, 45_000_00), (0, 20_000_00), (1, 12_345_67)))
    voted(db, settings.vault, made, ("1", "2"), ("1", "3"), ("1",), ("2", "3"))
    service.settle(db, edition_id=made.id, by=made.agent.person, at=AFTER)
    return made


def test_the_result_says_why_and_its_table_adds_up(
    app: Flask, db: Session, settings: Settings, clock: StoppedClock
) -> None:
    clock.set(AFTER)
    made = counted(db, settings)
    visitor = visitor_of(app)
    page = visitor.see(f"/budgets/{made.slug}/resultats")
    assert "il a manqué" in page
    table = visitor.fetch(f"/budgets/{made.slug}/resultats.csv", type="text/csv").html
    rows = list(csv.DictReader(io.StringIO(table), delimiter=";"))
    assert [(row["numero"], row["voix"], row["retenu_par_le_vote"]) for row in rows] == [
        ("1", "3", "oui"), ("2", "2", "non"), ("3", "2", "oui"),
    ]  # fmt: skip
    assert rows[2]["cout_euros"] == "12345.67"
    one = visitor.see(f"/budgets/{made.slug}/projets/2")
    assert "Pourquoi il n'est pas retenu" in one
    seen = queries.edition(db, made.slug)
    assert seen is not None
    visitor.see(f"/budgets/{made.slug}/resultats/{seen.envelopes[0].id}")
    visitor.see(f"/budgets/{made.slug}/resultats/999999", 404)


def test_before_the_count_there_is_no_figure_of_it(
    app: Flask, db: Session, settings: Settings, clock: StoppedClock
) -> None:
    made = frozen(db, settings.vault, ((0, 45_000_00), (1, 12_345_67)))
    clock.set(DURING)
    visitor = visitor_of(app)
    assert "Il n'y a pas encore de résultats" in visitor.see(f"/budgets/{made.slug}/resultats")
    visitor.fetch(f"/budgets/{made.slug}/resultats.csv", 404)


def test_only_who_manages_this_edition_passes_its_doors(app: Flask, db: Session) -> None:
    made = prepared(db)
    elsewhere = make.staff(db, Role.AGENT, unit("municipality", made.town.other_municipality))
    elected = make.staff(db, Role.ELECTED, made.town.unit)
    whole = make.staff(db, Role.AGENT, made.town.agglomeration_unit)
    doors = ("gestion", "calendrier", "regles", "enveloppes", "catalogue", "sceller", "arreter")
    for door in doors:
        path = f"/budgets/{made.slug}/{door}"
        visitor_of(app, elsewhere.email).see(path, 403)
        visitor_of(app, elected.email).see(path, 403)
        visitor_of(app, whole.email).see(path)


def test_an_agent_prepares_nothing_for_another_municipality(app: Flask, db: Session) -> None:
    made = empty(db)
    agent = visitor_of(app, made.agent.email)
    page = agent.send(
        "/budgets/preparer",
        {"title": "Chez le voisin", "organisation": made.city},
        422,
        forged={"territory": str(made.town.other_municipality)},
    )
    assert "Chez le voisin" in page.html
    db.rollback()
    assert queries.edition(db, "chez-le-voisin") is None


def test_public_pages_ask_the_database_ten_times_at_most(
    app: Flask, db: Session, settings: Settings, count_statements: CountStatements
) -> None:
    made = counted(db, settings)
    visitor = visitor_of(app)
    for path in ("", f"{made.slug}", f"{made.slug}/reglement", f"{made.slug}/projets",
                 f"{made.slug}/projets/1", f"{made.slug}/resultats"):  # fmt: skip
        with count_statements() as statements:
            visitor.see(f"/budgets/{path}")
        assert len(statements) <= 10, path


def test_a_suspended_edition_tells_its_reason_to_everybody(
    app: Flask, db: Session, clock: StoppedClock
) -> None:
    made = prepared(db)
    adopt(db, made)
    clock.set(FILING)
    agent = visitor_of(app, made.agent.email)
    agent.send(
        f"/budgets/{made.slug}/arreter",
        {"act": "suspend", "reason": "Une crue a fermé le quartier."},
    )
    assert "Une crue a fermé le quartier" in visitor_of(app).see(f"/budgets/{made.slug}")
    agent.send(f"/budgets/{made.slug}/gestion", button="Reprendre")
    assert "Dépôt des idées jusqu'au" in visitor_of(app).see(f"/budgets/{made.slug}")


def test_addresses_that_make_no_sense_are_not_found_and_break_nothing(client: Visitor) -> None:
    for path in ("%00", "x%00/projets", "a/projets/%00", "%F0%9F%92%A9", "'--", "x" * 3000):
        client.see(f"/budgets/{path}", 404)
    client.see("/budgets/x/resultats/2147483647", 404)
