"""Signing up, in, out and away."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from civic.accounts.models import Account, MailToken, SignIn
from civic.house.access import SITE, Role
from civic.house.clock import day_of
from civic.house.journal import JournalEntry
from civic.people.models import Person, RoleHeld
from tests import make
from tests.machine.visitor import PASSWORD, Filled, Visitor

if TYPE_CHECKING:
    from flask import Flask
    from sqlalchemy.orm import Session

    from tests.machine.outbox import Outbox
    from tests.machine.stopped import StoppedClock

EMAIL, CHOSEN = "Zoe@Essai.test", "une assez longue phrase"
NEW: dict[str, Filled] = {
    "first_names": "Zoé",
    "family_name": "L'Hôpital-Œuvrard",
    "email": EMAIL,
    "password": CHOSEN,
    "agreed": True,
}


def test_a_habitant_signs_up_confirms_and_signs_in(client: Visitor, outbox: Outbox) -> None:
    assert client.send("/compte/creer", NEW).location == "/compte/courriel-envoye"
    refused = client.send("/compte/connexion", {"email": EMAIL, "password": CHOSEN}, status=422)
    assert "Confirmez d'abord" in refused.text
    link = outbox.link("zoe@essai.test")
    client.send(link)
    signed = client.send("/compte/connexion", {"email": EMAIL, "password": CHOSEN})
    assert signed.location == "/mon-espace"
    assert "Zoé L'Hôpital-Œuvrard" in client.see("/mon-espace").text


def test_opening_the_link_alone_confirms_nothing(
    client: Visitor, outbox: Outbox, db: Session
) -> None:
    client.send("/compte/creer", NEW)
    client.see(outbox.link("zoe@essai.test"))
    assert db.scalars(select(Account.confirmed_at)).one() is None


def test_signing_up_twice_does_not_say_that_an_account_exists(
    client: Visitor, outbox: Outbox, db: Session
) -> None:
    first = client.send("/compte/creer", NEW)
    second = client.send("/compte/creer", NEW)
    assert first.location == second.location
    assert db.scalar(select(func.count()).select_from(Account)) == 1
    assert "déjà un compte" in outbox.last("zoe@essai.test").subject


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("email", "pas une adresse", "adresse n'est pas complète"),
        ("email", "a@b", "adresse n'est pas complète"),
        ("email", "élise@exemple.fr", "adresse n'est pas complète"),
        ("email", "a@[exemple.fr", "adresse n'est pas complète"),
        ("password", "court", "12 à 200"),
        ("password", "x" * 201, "12 à 200"),
        ("first_names", "", "vide"),
        ("family_name", "n" * 101, "100 caractères"),
        ("agreed", None, "Cochez"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_is_kept(
    client: Visitor, field: str, value: str | None, words: str
) -> None:
    page = client.send("/compte/creer", {**NEW, field: value}, status=422)
    assert words in page.text
    if field != "family_name":
        assert 'value="L&#39;Hôpital-Œuvrard"' in page.body.decode()


def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(
    client: Visitor, db: Session
) -> None:
    made = make.account(db)
    answers = [
        client.send("/compte/connexion", {"email": mail, "password": "non non non non"}, status=422)
        for mail in (made.email, "personne@essai.test")
    ]
    assert all("Adresse ou mot de passe inconnu" in page.text for page in answers)


def test_too_many_wrong_passwords_have_to_wait(
    client: Visitor, db: Session, clock: StoppedClock
) -> None:
    made = make.account(db)
    wrong = {"email": made.email, "password": "non non non non"}
    for _ in range(10):
        client.send("/compte/connexion", wrong, status=422)
    assert "Trop d'essais" in client.send("/compte/connexion", wrong, status=429).text
    clock.move(minutes=16)
    client.sign_in(made.email)


def test_the_session_rotates_at_sign_in(client: Visitor, db: Session) -> None:
    made = make.account(db)
    client.see("/compte/connexion")
    before = client.get_cookie("civic", domain="civic.test")
    client.sign_in(made.email)
    after = client.get_cookie("civic", domain="civic.test")
    assert before is not None
    assert after is not None
    assert before.value != after.value
    assert db.scalars(select(SignIn.id)).one() not in after.value


def test_every_sign_in_can_be_ended_from_one_place(
    app: Flask, client: Visitor, db: Session
) -> None:
    made = make.account(db)
    other = app.test_client()
    assert isinstance(other, Visitor)
    client.sign_in(made.email)
    other.sign_in(made.email)
    assert "2 appareils" in client.see("/compte/").text
    client.set_cookie("brouillon-3", "what was being chosen", domain="civic.test")
    left = client.send("/compte/", form="/compte/deconnexion-partout")
    assert left.headers["Clear-Site-Data"] == '"cache"'  # no page behind « Précédent »
    assert client.get_cookie("brouillon-3", domain="civic.test") is None
    other.see("/mon-espace", status=303)
    client.see("/mon-espace", status=303)


def test_a_stolen_cookie_dies_at_sign_out(app: Flask, client: Visitor, db: Session) -> None:
    client.sign_in(make.account(db).email)
    cookie = client.get_cookie("civic", domain="civic.test")
    assert cookie is not None
    client.send("/", form="/compte/deconnexion")
    thief = app.test_client()
    assert isinstance(thief, Visitor)
    thief.set_cookie("civic", cookie.value, domain="civic.test")
    thief.see("/mon-espace", status=303)


def test_a_sign_in_ends_by_itself(client: Visitor, db: Session, clock: StoppedClock) -> None:
    client.sign_in(make.account(db).email)
    clock.move(hours=13)
    client.see("/mon-espace", status=303)


def test_a_forgotten_password_is_replaced_once_and_ends_sign_ins(
    app: Flask, client: Visitor, db: Session, outbox: Outbox, clock: StoppedClock
) -> None:
    made = make.account(db)
    other = app.test_client()
    assert isinstance(other, Visitor)
    other.sign_in(made.email)
    client.send("/compte/mot-de-passe-oublie", {"email": made.email})
    link = outbox.link(made.email)
    new = {"password": "une autre longue phrase", "again": "une autre longue phrase"}
    client.send(link, new)
    other.see("/mon-espace", status=303)
    assert "expiré" in client.see(link, status=410).text
    client.sign_in(made.email, new["password"])
    client.send("/compte/mot-de-passe-oublie", {"email": made.email})
    clock.move(hours=2)
    assert "expiré" in client.see(outbox.link(made.email), status=410).text


def test_asking_for_an_unknown_address_says_the_same_and_mails_nobody(
    client: Visitor, outbox: Outbox
) -> None:
    page = client.send("/compte/mot-de-passe-oublie", {"email": "personne@essai.test"})
    assert page.location == "/compte/courriel-envoye"
    assert outbox.all() == []


def test_no_token_is_kept_in_clear(client: Visitor, db: Session, outbox: Outbox) -> None:
    made = make.account(db)
    client.send("/compte/mot-de-passe-oublie", {"email": made.email})
    token = outbox.link(made.email).rsplit("/", 1)[1]
    assert db.scalars(select(MailToken.id)).one() != token


def test_an_administrator_invites_and_the_role_is_held(
    app: Flask, client: Visitor, db: Session, outbox: Outbox
) -> None:
    place = make.town(db)
    client.sign_in(make.staff(db, Role.ADMINISTRATOR).email)
    client.send(
        "/compte/inviter",
        {
            "first_names": "Lou",
            "family_name": "Agent",
            "email": "lou@essai.test",
            "role": "agent",
            "unit": place.unit,
            "organisation": "0",
        },
    )
    guest = app.test_client()
    assert isinstance(guest, Visitor)
    link = outbox.link("lou@essai.test")
    guest.send(link, {"password": PASSWORD, "again": PASSWORD})
    guest.sign_in("lou@essai.test")
    held = db.scalars(select(RoleHeld).where(RoleHeld.unit == place.unit)).one()
    assert held.role == "agent"
    guest.see("/quartiers/adresses")
    assert "expiré" in guest.see(link, status=410).text


def test_incompatible_roles_are_refused_with_the_reason(
    client: Visitor, db: Session, outbox: Outbox
) -> None:
    place = make.town(db)
    elected = make.staff(db, Role.ELECTED, place.unit)
    client.sign_in(make.staff(db, Role.ADMINISTRATOR).email)
    page = client.send(
        "/compte/inviter",
        {
            "first_names": "Élue",
            "family_name": "Locale",
            "email": elected.email,
            "role": "facilitator",
            "unit": place.unit,
            "organisation": "0",
        },
        status=422,
    )
    assert "un élu n'anime pas un conseil" in page.text
    assert outbox.all() == []


def test_a_person_takes_their_data_and_then_erases_themselves(client: Visitor, db: Session) -> None:
    made = make.account(db, first_names="Fatou", family_name="Unique")
    client.sign_in(made.email)
    taken = client.fetch("/mon-espace/mes-donnees.json", type="application/json")
    assert made.email in taken.body.decode()
    assert "Unique" in taken.body.decode()
    client.send("/compte/effacer", {"password": "pas le bon du tout", "sure": True}, status=422)
    client.send("/compte/effacer", {"password": PASSWORD, "sure": True})
    client.see("/mon-espace", status=303)
    db.rollback()
    person = db.get_one(Person, made.person)
    assert (person.family_name, person.email, person.erased) == ("effacée", None, True)
    assert db.scalars(select(Account)).all() == []
    assert "Unique" not in str([entry.detail for entry in db.scalars(select(JournalEntry))])


def test_a_language_is_kept_with_the_account(app: Flask, client: Visitor, db: Session) -> None:
    made = make.account(db)
    client.sign_in(made.email)
    client.send("/compte/", {"language": "ar"})
    elsewhere = app.test_client()
    assert isinstance(elsewhere, Visitor)
    elsewhere.sign_in(made.email)
    assert elsewhere.see("/mon-espace").body.decode().count('dir="rtl"') >= 1


def test_nobody_is_sent_to_another_site(client: Visitor, db: Session) -> None:
    made = make.account(db)
    for place in (
        "https://elsewhere.test/",
        "//elsewhere.test",
        "/\\elsewhere.test",
        "javascript:x",
    ):
        page = client.send(
            f"/compte/connexion?retour={place}", {"email": made.email, "password": PASSWORD}
        )
        assert page.location == "/mon-espace"
        client.send("/", form="/compte/deconnexion")


def test_roles_end_on_their_day(db: Session, client: Visitor, clock: StoppedClock) -> None:
    auditor = make.staff(db, Role.AUDITOR, SITE, at=clock.now)
    client.sign_in(auditor.email)
    client.see("/journal")
    held = db.scalars(select(RoleHeld)).one()
    held.ends_on = day_of(clock.now)
    db.commit()
    client.see("/journal", status=403)
