"""From an agent's draft to an élu's act, to what is built; and what each step refuses."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from civic.budgets import service as budgets
from civic.budgets.models import Edition, EditionProject
from civic.decisions import queries, service
from civic.decisions.models import Act, FollowUp
from civic.house.access import Role
from civic.house.db import writing
from civic.house.refusal import Refusal
from civic.house.settings import Settings
from civic.people import service as people
from tests import make
from tests.budgets import make as editions
from tests.budgets.make import AFTER, PREPARED
from tests.machine.statements import CountStatements
from tests.machine.stopped import StoppedClock
from tests.machine.visitor import Visitor

ADOPTED = PREPARED + timedelta(days=20)
DECIDED = AFTER + timedelta(days=20)


def text(organisation: int, number: str, day: date = date(2026, 3, 20)) -> service.ActText:
    """An act's text."""
    return service.ActText(
        organisation, "Conseil municipal d'Essaiville", "deliberation", number,
        "Budget participatif : règlement et enveloppe", day,
        "Le conseil, après en avoir délibéré, **adopte** le règlement.", members=45,
        present=43, votes_for=40, votes_against=2, abstentions=1,
    )  # fmt: skip


def adopting(db: Session, made: editions.Made, number: str = "2026-031") -> tuple[int, make.Made]:
    """A draft that adopts an édition's règlement, and the élu who may publish it."""
    elected = make.staff(db, Role.ELECTED, made.town.unit)
    act_id = service.prepare_act(
        db, text=text(made.city, number), scope=[made.town.unit],
        target=service.Target("edition_rules", made.id), by=made.agent.person, at=ADOPTED,
    )  # fmt: skip
    return act_id, elected


def publish(db: Session, act_id: int, by: str, at: object = ADOPTED) -> None:
    """An élu publishes."""
    service.publish_act(
        db, act_id=act_id, author_name="Samira Exemple", author_quality="maire", by=by,
        at=at,  # type: ignore[arg-type]
    )  # fmt: skip


def test_publishing_the_act_opens_the_edition(db: Session) -> None:
    made = editions.prepared(db)
    act_id, elected = adopting(db, made)
    assert db.get_one(Edition, made.id).status == "preparation"
    publish(db, act_id, elected.person)
    db.expire_all()
    row = db.get_one(Edition, made.id)
    assert (row.status, row.adoption_number) == ("filing", "2026-031")
    seen = queries.act(db, act_id)
    assert seen is not None
    assert seen.published
    assert seen.row.digest is not None
    assert len(seen.row.digest) == 64


def test_who_prepared_an_act_may_not_publish_it(db: Session) -> None:
    made = editions.prepared(db)
    act_id, _elected = adopting(db, made)
    with pytest.raises(Refusal, match="autre personne"):
        publish(db, act_id, made.agent.person)
    db.rollback()
    with pytest.raises(IntegrityError), writing(db):
        db.execute(
            update(Act)
            .where(Act.id == act_id)
            .values(
                published_by=made.agent.person, published_at=ADOPTED, digest="0" * 64,
                author_name="A", author_quality="B",
            )
        )  # fmt: skip


def test_an_act_that_cannot_be_carried_out_is_not_published(db: Session) -> None:
    made = editions.empty(db)
    act_id, elected = adopting(db, made)
    with pytest.raises(Refusal, match="il manque"):
        publish(db, act_id, elected.person)
    seen = queries.act(db, act_id)
    assert seen is not None
    assert not seen.published


def test_an_act_adopts_the_very_text_it_cites(
    app: Flask, client: Visitor, db: Session, clock: StoppedClock
) -> None:
    clock.set(ADOPTED)
    made = editions.prepared(db, maximum=4)
    elected = make.staff(db, Role.ELECTED, made.town.unit)
    agent, mayor = signed_in(app, made.agent), signed_in(app, elected)
    read = f"/budgets/{made.slug}/reglement"
    assert "paraîtra avec l'acte" in client.see(read).text
    shown = agent.see(read)
    assert "Article 13. Les changements" in shown.text
    assert "de 1 à 4 projets" in mayor.see(read).text
    draft = budgets.draft(db, db.get_one(Edition, made.id))
    assert draft is not None
    db.rollback()
    assert draft.digest in shown.html.replace("<wbr>", "")
    page = agent.see(f"/decisions/preparer?pour=edition_rules:{made.id}")
    assert draft.digest in page.text
    assert "80 000 €" in page.text
    act = agent.follow(
        agent.send(
            f"/decisions/preparer?pour=edition_rules:{made.id}",
            {"authority": "Conseil municipal", "number": "2026-031", "adopted_on": "2026-03-20"},
        )
    )
    assert read in act.html
    budgets.set_rules(db, edition_id=made.id, by=made.agent.person, at=ADOPTED, maximum=5)
    late = mayor.send(f"{act.url}/publier", {"author_quality": "maire"}, 422)
    assert "l'empreinte d'un autre texte" in late.text
    db.rollback()
    budgets.set_rules(db, edition_id=made.id, by=made.agent.person, at=ADOPTED, maximum=4)
    mayor.send(f"{act.url}/publier", {"author_quality": "maire"})
    db.rollback()
    assert draft.digest in client.see(read).html.replace("<wbr>", "")


def test_the_act_of_a_result_begins_with_its_laureates(
    app: Flask, db: Session, folder: Path, clock: StoppedClock
) -> None:
    made, _act, _elected, _keys = settled(db, folder)
    clock.set(DECIDED)
    page = signed_in(app, made.agent).see(f"/decisions/preparer?pour=edition_result:{made.id}")
    assert "Prend acte des lauréats du vote" in page.text
    assert "n° 1, Projet 1" in page.text
    assert "adopté par l'acte n° 2026-031" in page.text


def test_a_published_act_is_corrected_never_changed(db: Session) -> None:
    made = editions.prepared(db)
    act_id, elected = adopting(db, made)
    publish(db, act_id, elected.person)
    with pytest.raises(Refusal, match="ne change plus"):
        service.change_act(
            db, act_id=act_id, text=text(made.city, "2026-031"), scope=[made.town.unit],
            target=None, by=made.agent.person, at=ADOPTED,
        )  # fmt: skip
    new = service.prepare_act(
        db, text=text(made.city, "2026-044", date(2026, 3, 21)), scope=[made.town.unit],
        corrects_id=act_id, by=made.agent.person, at=ADOPTED,
    )  # fmt: skip
    publish(db, new, elected.person)
    old = queries.act(db, act_id)
    assert old is not None
    assert old.corrected_by == (new, "2026-044")


def test_one_authority_one_number(db: Session) -> None:
    made = editions.prepared(db)
    adopting(db, made)
    with pytest.raises(Refusal, match="déjà un acte"):
        adopting(db, made)


def test_more_votes_than_members_are_a_slip(db: Session) -> None:
    made = editions.prepared(db)
    wrong = service.ActText(
        made.city,
        "Conseil",
        "deliberation",
        "1",
        "Objet",
        date(2026, 3, 1),
        "Texte",
        members=10,
        votes_for=11,
    )
    with pytest.raises(Refusal, match="plus de votes"):
        service.prepare_act(
            db, text=wrong, scope=[made.town.unit], by=made.agent.person, at=ADOPTED
        )


def settled(db: Session, folder: Path) -> tuple[editions.Made, int, make.Made, dict[str, int]]:
    """An édition whose result is proclaimed, a draft deciding on it, an élu, projects by number."""
    made = editions.frozen(db, folder, ((0, 40_000_00), (0, 30_000_00), (1, 10_000_00)))
    editions.voted(db, folder, made, ("1",), ("1", "3"), ("2",))
    budgets.settle(db, edition_id=made.id, by=made.agent.person, at=AFTER)
    elected = make.staff(db, Role.ELECTED, made.town.unit)
    act_id = service.prepare_act(
        db, text=text(made.city, "2026-099", date(2026, 9, 28)), scope=[made.town.unit],
        target=service.Target("edition_result", made.id), by=made.agent.person, at=DECIDED,
    )  # fmt: skip
    rows = db.scalars(select(EditionProject).where(EditionProject.edition_id == made.id))
    return made, act_id, elected, {row.reference: row.id for row in rows}


def test_a_difference_with_the_count_has_its_reason(db: Session, tmp_path: Path) -> None:
    made, act_id, elected, keys = settled(db, tmp_path)
    items = [
        service.ItemDecision(keys["1"], "set_aside"),
        service.ItemDecision(keys["3"], "adopted"),
    ]
    with pytest.raises(Refusal, match="Écrivez pourquoi"):
        service.decide_items(db, act_id=act_id, items=items, by=made.agent.person, at=DECIDED)
    why = "Un réseau de gaz passe sous la place."
    items[0] = service.ItemDecision(keys["1"], "set_aside", why)
    service.decide_items(db, act_id=act_id, items=items, by=made.agent.person, at=DECIDED)
    publish(db, act_id, elected.person, DECIDED)
    db.expire_all()
    assert db.get_one(EditionProject, keys["1"]).outcome == "set_aside"
    assert db.get_one(EditionProject, keys["1"]).outcome_reason == why
    assert db.get_one(EditionProject, keys["3"]).outcome == "adopted"
    decided = queries.decided(db, act_id)
    assert [one.reference for one in queries.items(db, decided[0]) if one.differs] == ["1"]


def test_follow_up_moves_a_retained_project_to_its_delivery(db: Session, tmp_path: Path) -> None:
    made, act_id, elected, keys = settled(db, tmp_path)
    with pytest.raises(Refusal, match="pas été retenu"):
        service.follow_up(
            db, edition_project_id=keys["1"], milestone="funds", planned_on=None,
            done_on=date(2026, 9, 30), cost=None, note="", by=made.agent.person, at=DECIDED,
        )  # fmt: skip
    items = [service.ItemDecision(keys[one], "adopted") for one in ("1", "3")]
    service.decide_items(db, act_id=act_id, items=items, by=made.agent.person, at=DECIDED)
    publish(db, act_id, elected.person, DECIDED)

    def step(milestone: str, day: date | None, cost: int | None = None) -> None:
        service.follow_up(
            db, edition_project_id=keys["1"], milestone=milestone, planned_on=date(2026, 12, 1),
            done_on=day, cost=cost, note="", by=made.agent.person, at=DECIDED,
        )  # fmt: skip

    step("funds", date(2026, 9, 29))
    step("works", None)
    seen = queries.one_followed(db, keys["1"])
    assert seen is not None
    assert [state for _name, state, _day in seen.stops()] == [
        "done", "current", "todo", "todo", "todo"
    ]  # fmt: skip
    with pytest.raises(Refusal, match="à venir"):
        step("works", date(2027, 9, 29))
    step("acceptance", date(2026, 9, 30), 38_500_00)
    db.expire_all()
    seen = queries.one_followed(db, keys["1"])
    assert seen is not None
    assert (seen.outcome, seen.spent) == ("delivered", 38_500_00)
    said = [one.on for one in queries.news(db, "moving", 4)]
    assert said == [date(2026, 9, 30)]  # one line a project: its latest step


# --- through the pages ---------------------------------------------------------------------------


@pytest.fixture
def folder(settings: Settings) -> Path:
    """The vault of the site under test."""
    return settings.vault


def signed_in(app: Flask, who: make.Made) -> Visitor:
    """A visitor who has signed in."""
    visitor: Visitor = app.test_client()  # type: ignore[assignment]
    visitor.sign_in(who.email)
    return visitor


def test_an_agent_prepares_and_an_elu_publishes_through_pages(
    app: Flask, client: Visitor, db: Session, clock: StoppedClock
) -> None:
    clock.set(ADOPTED)
    made = editions.prepared(db)
    elected = make.staff(db, Role.ELECTED, made.town.unit)
    agent = signed_in(app, made.agent)
    agent.see("/decisions/a-publier")
    place = f"/decisions/preparer?pour=edition_rules:{made.id}"
    filled = {
        "authority": "Conseil municipal", "number": "2026-031",
        "title": "Budget participatif", "adopted_on": "2026-03-20",
        "text": "Le conseil adopte.", "members": "45", "votes_for": "40",
    }  # fmt: skip
    late = agent.send(place, {**filled, "adopted_on": "2031-01-01"}, 422)
    assert "à venir" in late.text
    act = agent.follow(agent.send(place, filled))
    assert "Brouillon" in act.text
    client.see(act.url, 404)
    agent.see(f"{act.url}/publier", 403)
    mayor = signed_in(app, elected)
    mayor.see("/decisions/preparer", 403)
    done = mayor.send(f"{act.url}/publier", {"author_quality": "maire"})
    assert "publié ici" in mayor.follow(done).text
    seen = client.see(act.url)
    assert "copie d'information" in seen.text
    assert "règlement et enveloppe" in seen.text
    db.expire_all()
    assert db.get_one(Edition, made.id).status == "filing"
    assert "Budget participatif" in client.see("/decisions/").text
    csv = client.fetch("/decisions/deliberations.csv", type="text/csv").html
    first, second = csv.strip().split("\r\n")
    assert first.split(",") == list(queries.SCDL)
    assert len(first.split(",")) == 17
    assert "2026-031,2026-03-20,7.10," in second
    agent.see(f"/decisions/preparer?corrige={act.url.rsplit('/', 1)[1]}")


def _elsewhere(db: Session) -> int:
    with writing(db):
        return people.add_organisation_within(db, kind="municipality", name="Ville de Nulle Part")


def test_an_elu_publishes_what_they_read_and_nothing_that_changed_meanwhile(
    app: Flask, db: Session, clock: StoppedClock
) -> None:
    clock.set(ADOPTED)
    made = editions.prepared(db)
    act_id, elected = adopting(db, made)
    agent, mayor = signed_in(app, made.agent), signed_in(app, elected)
    place = f"/decisions/{act_id}/publier"
    read = mayor.see(place)
    agent.send(f"/decisions/{act_id}/modifier", {"text": "Tout autre chose."})
    again = mayor.send(place, {"author_quality": "maire"}, 422, page=read)
    assert "a changé depuis" in again.text
    assert "Tout autre chose" in again.text
    mayor.send(place, {"author_quality": "maire"}, page=again)


def test_a_draft_of_elsewhere_is_not_read_by_correcting_it(
    app: Flask, db: Session, clock: StoppedClock
) -> None:
    clock.set(ADOPTED)
    made = editions.prepared(db)
    act_id, elected = adopting(db, made)
    stranger = signed_in(app, make.staff(db, Role.AGENT, "municipality:9999"))
    own = signed_in(app, made.agent)
    for visitor in (stranger, own):
        visitor.see(f"/decisions/preparer?corrige={act_id}", 404)  # a draft
    publish(db, act_id, elected.person)
    stranger.see(f"/decisions/preparer?corrige={act_id}", 404)  # of another town
    own.see(f"/decisions/preparer?corrige={act_id}")
    elsewhere = _elsewhere(db)
    with pytest.raises(Refusal, match="corrigé par"):
        service.prepare_act(
            db, text=text(elsewhere, "1"), scope=["municipality:9999"], corrects_id=act_id,
            by=made.agent.person, at=ADOPTED,
        )  # fmt: skip


def test_a_draft_goes_with_its_authority(db: Session) -> None:
    made = editions.prepared(db)
    act_id, _elected = adopting(db, made)
    service.change_act(
        db, act_id=act_id, text=text(_elsewhere(db), "2"), scope=["municipality:77"],
        target=None, by=made.agent.person, at=ADOPTED,
    )  # fmt: skip
    assert queries.scope_of(db, act_id) == frozenset({"municipality:77"})


@pytest.mark.parametrize("code", ["12.12.12", "7.", "sept", "٧.1"])
def test_a_code_that_no_nomenclature_has_is_said(
    app: Flask, db: Session, clock: StoppedClock, code: str
) -> None:
    clock.set(ADOPTED)
    made = editions.prepared(db)
    act_id, _elected = adopting(db, made)
    agent = signed_in(app, made.agent)
    page = agent.send(f"/decisions/{act_id}/modifier", {"subject_code": code}, 422)
    assert "ressemble à 7.10" in page.text


def test_projects_are_decided_and_followed_through_pages(
    app: Flask, client: Visitor, db: Session, folder: Path, clock: StoppedClock
) -> None:
    made, act_id, elected, keys = settled(db, folder)
    clock.set(DECIDED)
    agent = signed_in(app, made.agent)
    place = f"/decisions/{act_id}/projets"
    refused = agent.send(place, {f"outcome_{keys['1']}": "postponed"}, 422)
    assert "s'écarte du vote" in refused.text
    agent.send(place, {f"outcome_{keys['1']}": "adopted"})
    mayor = signed_in(app, elected)
    mayor.send(f"/decisions/{act_id}/publier", {"author_quality": "maire"})
    shown = client.see("/decisions/realisations")
    assert "Projet 1" in shown.text
    follow = f"/decisions/suivi/{keys['1']}"
    agent.send(follow, {"milestone": "funds"}, 422)
    agent.send(follow, {"milestone": "funds", "done_on": "2026-09-29", "cost": "12 345,67"})
    db.rollback()
    assert db.scalars(select(FollowUp.cost)).one() == 12_345_67
    client.see(f"/decisions/{act_id}")
    mayor.see(follow, 403)


def test_public_pages_cost_the_same_for_one_act_or_many(
    client: Visitor, db: Session, clock: StoppedClock, count_statements: CountStatements
) -> None:
    clock.set(ADOPTED)
    made = editions.prepared(db)
    act_id, elected = adopting(db, made)
    publish(db, act_id, elected.person)
    pages = ["/decisions/", f"/decisions/{act_id}", "/decisions/realisations"]

    def cost() -> list[int]:
        found = []
        for page in pages:
            with count_statements() as asked:
                client.see(page)
            found.append(len(asked))
        return found

    first = cost()
    for number in range(30):
        new = service.prepare_act(
            db, text=text(made.city, f"N{number}"), scope=[made.town.unit],
            by=made.agent.person, at=ADOPTED,
        )  # fmt: skip
        publish(db, new, elected.person)
    assert cost() == first
    assert max(first) <= 10


@pytest.mark.parametrize(
    "path", ["/decisions/999", "/decisions/?q=%00&nature=x&page=-3", "/decisions/?page=99999999999"]
)
def test_strange_addresses_are_answered(client: Visitor, path: str) -> None:
    client.see(path, 404 if path.endswith("999") and "page" not in path else 200)
