"""The pages of proposals, walked as people walk them."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

from PIL import Image

from civic.house.access import Role, unit
from civic.proposals import queries, service
from tests import make
from tests.machine.visitor import Upload
from tests.proposals.make import BODY, feasible, filed, organisation, published

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Flask
    from sqlalchemy.orm import Session

    from civic.house.settings import Settings
    from tests.machine.outbox import Outbox
    from tests.machine.statements import CountStatements
    from tests.machine.visitor import Visitor


def a_photo() -> bytes:
    """A JPEG with EXIF data of a place."""
    picture = Image.new("RGB", (640, 480), "olive")
    exif = Image.Exif()
    exif[0x010E] = "chez moi"
    out = BytesIO()
    picture.save(out, "JPEG", exif=exif)
    return out.getvalue()


def test_an_idea_goes_from_five_questions_to_a_costed_project(
    app: Flask, db: Session, outbox: Outbox, settings: Settings
) -> None:
    town = make.town(db)
    resident = make.account(db, first_names="Inès", family_name="Essai")
    agent = make.staff(db, Role.AGENT, town.unit)
    service_id = organisation(db)
    visitor: Visitor = app.test_client()  # type: ignore[assignment]
    assert "Créer un compte" in visitor.see("/propositions/proposer")

    visitor.sign_in(resident.email)
    step = visitor.follow(visitor.send("/propositions/proposer", button="Commencer"))
    page = visitor.send(
        step.url, {"title": "Un banc à l'ombre", "theme": "banc", "kind": "works"}, page=step
    )
    where = visitor.follow(page)
    page = visitor.send(
        where.url,
        {
            "territory": town.neighbourhood,
            "place_text": "place du marché",
            "coordinates": "50.3571, 3.5183",
        },
        page=where,
    )
    page = visitor.send(page.location, {"body": BODY})
    page = visitor.send(
        page.location,
        {"picture": Upload(a_photo(), "IMG_1.jpg", "image/jpeg"), "picture_alt": "La place vide"},
    )
    last = visitor.follow(page)
    assert "place du marché" in last
    assert "La place vide" in last.html
    page = visitor.send(last.url, {"signature": "name"}, page=last, button="Envoyer")
    mine = visitor.follow(page)
    number = int(page.location.rsplit("/", 1)[1])
    assert "Inès" in mine
    assert "Déposée" in mine

    stranger: Visitor = app.test_client()  # type: ignore[assignment]
    stranger.see(f"/propositions/{number}", 404)
    assert "Un banc à l'ombre" not in stranger.see("/propositions/")

    desk: Visitor = app.test_client()  # type: ignore[assignment]
    desk.sign_in(agent.email)
    assert "Un banc à l'ombre" in desk.see("/propositions/gestion")
    place = f"/propositions/{number}"
    desk.send(place, button="Publier")
    assert "Un banc à l'ombre" in stranger.see("/propositions/")
    assert "Publiée" in outbox.last(resident.email).body
    desk.send(place, button="Déclarer recevable")
    desk.send(f"{place}/services", {"organisations": [str(service_id)]})
    seen = queries.proposal(db, number)
    assert seen is not None
    [asked] = seen.answers
    desk.send(
        f"{place}/avis/{asked.id}",
        {"verdict": "feasible", "final_cost": "1 234,50", "yearly_cost": "0"},
    )
    public = stranger.see(place)
    assert "1 234,50" in public.text.replace("\u202f", " ").replace("\xa0", " ")
    assert "Faisable" in public
    desk.send(
        "/propositions/projets/nouveau",
        {
            "numbers": str(number),
            "title": "Un banc à l'ombre place du marché",
            "sentence": "Un banc sous un arbre pour se reposer.",
            "cost": "1234,50",
        },
    )
    assert "Le projet qui en est né" in stranger.see(place)


def test_a_visitor_is_asked_to_sign_in_before_a_draft_is_opened(client: Visitor) -> None:
    assert "/compte/connexion" in client.see("/propositions/mes-propositions", 303).location


def test_nobody_reads_somebody_elses_draft(app: Flask, db: Session) -> None:
    make.town(db)
    owner, other = make.account(db), make.account(db)
    key = service.begin(db, by=owner.person, at=make.NOW)
    visitor: Visitor = app.test_client()  # type: ignore[assignment]
    visitor.sign_in(other.email)
    for step in ("quoi", "ou", "pourquoi", "photo", "signer", "supprimer"):
        visitor.see(f"/propositions/brouillons/{key}/{step}", 404)


def test_what_was_typed_is_kept_when_something_is_wrong(app: Flask, db: Session) -> None:
    make.town(db)
    owner = make.account(db)
    key = service.begin(db, by=owner.person, at=make.NOW)
    visitor: Visitor = app.test_client()  # type: ignore[assignment]
    visitor.sign_in(owner.email)
    path = f"/propositions/brouillons/{key}"
    page = visitor.send(f"{path}/quoi", {"title": "Un", "kind": "action"}, 422)
    assert 'value="Un"' in page.html
    assert "de 5 à 120 caractères" in page
    page = visitor.send(
        f"{path}/ou", {"place_text": "devant la gare", "coordinates": "<script>"}, 422
    )
    assert "devant la gare" in page.html
    page = visitor.send(
        f"{path}/photo",
        {"picture": Upload(b"%PDF-1.4 nope", "photo.jpg", "image/jpeg"), "picture_alt": "x"},
        422,
    )
    assert "pas pu lire cette image" in page
    page = visitor.send(f"{path}/signer", {"signature": "pseudonym"}, 422)
    assert "Écrivez le nom" in page
    page = visitor.send(f"{path}/signer", {"signature": "none"}, 422)
    assert "Dites d'abord" in page


def test_the_picture_that_is_kept_has_no_trace_of_where_it_was_taken(
    app: Flask, db: Session, settings: Settings
) -> None:
    make.town(db)
    owner = make.account(db)
    key = service.begin(db, by=owner.person, at=make.NOW)
    visitor: Visitor = app.test_client()  # type: ignore[assignment]
    visitor.sign_in(owner.email)
    visitor.send(
        f"/propositions/brouillons/{key}/photo",
        {"picture": Upload(a_photo(), "chez-moi.jpg"), "picture_alt": "La rue"},
    )
    kept: list[Path] = [path for path in settings.uploads.rglob("*") if path.is_file()]
    assert len(kept) == 1
    assert b"chez moi" not in kept[0].read_bytes()


def test_an_agent_of_elsewhere_passes_no_door_of_this_proposal(app: Flask, db: Session) -> None:
    town = make.town(db)
    resident = make.account(db)
    agent = make.staff(db, Role.AGENT, unit("municipality", town.other_municipality))
    number = filed(db, town, resident.person)
    visitor: Visitor = app.test_client()  # type: ignore[assignment]
    visitor.sign_in(agent.email)
    visitor.see(f"/propositions/{number}", 404)
    for act in ("renvoyer", "rejeter", "irrecevable", "services", "masquer"):
        visitor.see(f"/propositions/{number}/{act}", 403)


def test_a_refusal_is_reasoned_public_and_can_be_contested(
    app: Flask, db: Session, outbox: Outbox
) -> None:
    town = make.town(db)
    resident = make.account(db)
    agent = make.staff(db, Role.AGENT, town.unit)
    number = published(db, town, resident.person, agent.person)
    desk: Visitor = app.test_client()  # type: ignore[assignment]
    desk.sign_in(agent.email)
    place = f"/propositions/{number}"
    desk.send(f"{place}/irrecevable", {"reason": "planned"}, 422)
    desk.send(
        f"{place}/irrecevable", {"reason": "planned", "text": "Un banc y est posé en mai prochain."}
    )
    assert "en mai prochain" in outbox.last(resident.email).body
    own: Visitor = app.test_client()  # type: ignore[assignment]
    page = own.see(place)
    assert "déjà programmé" in page
    own.sign_in(resident.email)
    own.send(f"{place}/recours", {"text": "Ce banc-là est de l'autre côté de la place."})
    assert "Réexaminée" in own.see(place)


def test_a_hidden_proposal_says_why_and_shows_nothing_else(app: Flask, db: Session) -> None:
    town = make.town(db)
    resident = make.account(db)
    agent = make.staff(db, Role.AGENT, town.unit)
    number = published(db, town, resident.person, agent.person)
    service.hide(db, number=number, text="Une photo privée.", by=agent.person, at=make.NOW)
    visitor: Visitor = app.test_client()  # type: ignore[assignment]
    page = visitor.see(f"/propositions/{number}", 410)
    assert "Une photo privée" in page
    assert BODY not in page
    assert "Un banc devant" not in visitor.see("/propositions/")


def test_search_forgets_accents_and_case(app: Flask, db: Session) -> None:
    town = make.town(db)
    resident = make.account(db)
    agent = make.staff(db, Role.AGENT, town.unit)
    published(db, town, resident.person, agent.person, title="Éclairer l'allée du Château")
    published(db, town, resident.person, agent.person, title="Un jeu de boules")
    visitor: Visitor = app.test_client()  # type: ignore[assignment]
    page = visitor.see("/propositions/?q=CHATEAU+eclairer")
    assert "Éclairer l'allée" in page
    assert "boules" not in page
    assert "Aucune proposition" in visitor.see("/propositions/?q=eclairer+boules")
    assert "boules" in visitor.see("/propositions/?q=%25")  # a search for no letters finds all


def test_filters_and_page_numbers_that_make_no_sense_are_no_error(client: Visitor) -> None:
    for query in ("lieu=99999999999999999999", "lieu=-1", "theme=x", "etat=%00", "page=0"):
        client.see(f"/propositions/?{query}")
    client.see("/propositions/2147483647", 404)
    client.see("/propositions/99999999999999999999", 404)


def test_the_list_asks_the_same_of_the_database_for_3_or_60_proposals(
    app: Flask, db: Session, count_statements: CountStatements
) -> None:
    town = make.town(db)
    resident = make.account(db)
    agent = make.staff(db, Role.AGENT, town.unit)
    visitor: Visitor = app.test_client()  # type: ignore[assignment]

    def asked() -> int:
        with count_statements() as statements:
            visitor.see("/propositions/")
        return len(statements)

    for _turn in range(3):
        published(db, town, resident.person, agent.person)
    few = asked()
    for _turn in range(57):
        published(db, town, resident.person, agent.person)
    assert asked() == few <= 10
    number = feasible(db, town, resident.person, agent.person, 5_000_00)
    with count_statements() as statements:
        visitor.see(f"/propositions/{number}")
    assert len(statements) <= 10


def test_the_open_data_has_published_proposals_only_and_no_formula(app: Flask, db: Session) -> None:
    town = make.town(db)
    resident = make.account(db)
    agent = make.staff(db, Role.AGENT, town.unit)
    published(db, town, resident.person, agent.person, title="=HYPERLINK(1) un banc")
    filed(db, town, resident.person, title="Pas encore relue")
    visitor: Visitor = app.test_client()  # type: ignore[assignment]
    table = visitor.fetch("/propositions/propositions.csv", type="text/csv").html
    assert "'=HYPERLINK" in table
    assert "Pas encore relue" not in table


def test_a_draft_whose_address_makes_no_sense_is_not_found(app: Flask, db: Session) -> None:
    visitor: Visitor = app.test_client()  # type: ignore[assignment]
    visitor.sign_in(make.account(db).email)
    for key in ("%00", "x" * 3000, "%27%20OR%201"):
        visitor.see(f"/propositions/brouillons/{key}/quoi", 404)


def test_one_finds_completes_and_withdraws_ones_own_proposals(
    app: Flask, db: Session, outbox: Outbox
) -> None:
    town = make.town(db)
    resident = make.account(db)
    agent = make.staff(db, Role.AGENT, town.unit)
    number = filed(db, town, resident.person, shown_as="Inès")
    service.begin(db, by=resident.person, at=make.NOW)
    place = f"/propositions/{number}"
    desk: Visitor = app.test_client()  # type: ignore[assignment]
    desk.sign_in(agent.email)
    desk.send(f"{place}/renvoyer", {"reason": "place", "text": "Quel trottoir, quel numéro ?"})
    own: Visitor = app.test_client()  # type: ignore[assignment]
    own.sign_in(resident.email)
    mine = own.see("/propositions/mes-propositions")
    assert "Un banc devant l'école" in mine
    assert "Sans titre" in mine
    page = own.see(f"{place}/completer")
    assert "Quel trottoir, quel numéro" in page
    own.send(page.url, {"place_text": "rue des Essais, trottoir pair, devant le 12"}, page=page)
    assert "trottoir pair" in own.see(place)
    own.send(f"{place}/retirer", {"text": "Nous avons trouvé mieux."})
    assert "Retirée" in own.see(place)
    assert queries.mine(db, resident.person)[0].status == "withdrawn"


def test_an_agent_files_for_somebody_without_a_computer(app: Flask, db: Session) -> None:
    town = make.town(db)
    agent = make.staff(db, Role.AGENT, town.unit)
    desk: Visitor = app.test_client()  # type: ignore[assignment]
    desk.sign_in(agent.email)
    typed = {
        "channel": "paper",
        "title": "Réparer le banc cassé",
        "theme": "banc",
        "place_text": "square des Essais",
        "body": BODY,
        "shown_as": "Madame R.",
    }
    desk.send("/propositions/gestion/deposer", typed, 422)
    page = desk.send(
        "/propositions/gestion/deposer", {**typed, "territory": str(town.neighbourhood)}
    )
    assert "Donnez ce numéro à la personne" in desk.follow(page)
    seen = queries.proposal(db, 1)
    assert seen is not None
    assert (seen.row.channel, seen.shown_as, seen.row.status) == (
        "paper", ("Madame R.",), "submitted",
    )  # fmt: skip
