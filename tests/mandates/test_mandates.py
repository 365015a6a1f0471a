"""Mandates: who may sit, when a term starts and ends, and who comes next."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from civic.councils import service as councils
from civic.councils.models import CitizenCouncil
from civic.house.access import Identity, Role
from civic.house.db import sessions
from civic.house.journal import verify
from civic.house.refusal import Refusal
from civic.mandates import queries, service
from civic.mandates.models import Mandate
from civic.people import service as people
from civic.people.models import Person
from tests import make
from tests.councils.make import make_council, place, slug
from tests.make import NOW
from tests.mandates.make import accept, ask, install, member_of, person, sitting

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

    from tests.machine.outbox import Outbox
    from tests.machine.statements import CountStatements
    from tests.machine.stopped import StoppedClock
    from tests.machine.visitor import Visitor


def test_titular_seats_are_given_first_then_substitutes(db: Session) -> None:
    where = place(db)
    council_id = make_council(db, where)
    people = [person(db, where) for _ in range(6)]
    ask(db, where, council_id, "residents", people)
    seats = [(one.rank, one.number) for one in queries.members(db, council_id)]
    assert seats == [("titular", n) for n in (1, 2, 3, 4)] + [("substitute", n) for n in (1, 2)]
    assert [one.person for one in queries.members(db, council_id)] == people


def test_more_people_than_seats_is_refused_and_nothing_is_kept(db: Session) -> None:
    where = place(db)
    council_id = make_council(db, where)
    people = [person(db, where) for _ in range(8)]
    with pytest.raises(Refusal, match="pas assez de sièges"):
        ask(db, where, council_id, "residents", people)
    assert queries.members(db, council_id) == []


def test_one_person_has_one_seat(db: Session) -> None:
    where = place(db)
    council_id = make_council(db, where)
    one = person(db, where)
    ask(db, where, council_id, "residents", [one])
    with pytest.raises(Refusal, match="déjà un siège"):
        ask(db, where, council_id, "local_actors", [one])
    with pytest.raises(Refusal, match="déjà un siège"):
        ask(db, where, council_id, "residents", [other := person(db, where), other])


@pytest.mark.parametrize("role", [Role.ELECTED, Role.AGENT])
def test_an_elu_or_an_agent_does_not_sit(db: Session, role: Role) -> None:
    where = place(db)
    council_id = make_council(db, where)
    barred = make.staff(db, role, where.town.unit)
    with pytest.raises(Refusal, match="ne siège pas"):
        ask(db, where, council_id, "residents", [barred.person])


def test_nobody_is_in_office_before_the_installation(db: Session) -> None:
    where = place(db)
    council_id = make_council(db, where)
    people = [person(db, where, sex) for sex in "FMFM"]
    accept(db, where, ask(db, where, council_id, "residents", people))
    assert queries.in_office_people(db, [council_id], NOW.date()) == set()
    assert install(db, where, council_id) == 4
    assert queries.in_office_people(db, [council_id], NOW.date()) == set(people)
    rows = queries.members(db, council_id)
    assert {(one.starts_on, one.ends_on) for one in rows} == {(date(2026, 3, 2), date(2029, 3, 1))}


def test_parity_is_kept_or_its_absence_is_reasoned(db: Session) -> None:
    where = place(db)
    council_id = make_council(db, where)
    people = [person(db, where, sex) for sex in "FFFM"]
    accept(db, where, ask(db, where, council_id, "residents", people))
    with pytest.raises(Refusal, match="3 femmes et 1 homme"):
        install(db, where, council_id)
    db.execute(
        update(CitizenCouncil)
        .where(CitizenCouncil.id == council_id)
        .values(parity_exception="Deux hommes ont refusé, la liste est épuisée.")
    )
    db.commit()
    assert install(db, where, council_id) == 4


def test_who_did_not_say_their_sex_hinders_nobody(db: Session) -> None:
    where = place(db)
    council_id = make_council(db, where)
    people = [person(db, where, sex) for sex in ("F", "", "", "")]
    accept(db, where, ask(db, where, council_id, "residents", people))
    assert install(db, where, council_id) == 4


def test_a_council_without_enough_habitants_is_not_installed(db: Session) -> None:
    where = place(db)
    council_id = make_council(db, where)
    accept(db, where, ask(db, where, council_id, "residents", [person(db, where)]))
    actors = [person(db, where, sex) for sex in "FM"]
    accept(db, where, ask(db, where, council_id, "local_actors", actors))
    with pytest.raises(Refusal, match="moins de la moitié"):
        install(db, where, council_id)


def test_one_mandate_a_seat_is_held_by_the_database(db: Session) -> None:
    where = place(db)
    council_id = make_council(db, where)
    rows = sitting(db, where, council_id)
    with pytest.raises(IntegrityError):
        db.execute(update(Mandate).where(Mandate.id == rows[1].id).values(seat_id=rows[0].seat_id))
    db.rollback()


def test_one_running_mandate_a_person_is_held_by_the_database(db: Session) -> None:
    where = place(db)
    council_id = make_council(db, where)
    rows = sitting(db, where, council_id)
    with pytest.raises(IntegrityError):
        db.execute(update(Mandate).where(Mandate.id == rows[1].id).values(person_id=rows[0].person))
    db.rollback()


def test_a_departure_calls_the_next_substitute_who_keeps_parity(
    db: Session, outbox: Outbox
) -> None:
    where = place(db)
    council_id = make_council(db, where)
    # titulaires F M F M, suppléants M, F, M: when a woman leaves, the second is called
    rows = sitting(db, where, council_id, residents="FMFMMFM", email=True)
    leaving = member_of(rows, "residents", "titular", 1)
    now = NOW + timedelta(days=40)
    vacancy = service.end(db, mandate_id=leaving.id, reason="moved", on=now.date(), by="x", at=now)
    # one woman and two men stay: a man would make it one against three
    called = service.call_next(db, vacancy_id=vacancy, by="x", at=now)
    chosen = queries.member(db, called)
    assert chosen is not None
    assert chosen.person == member_of(rows, "residents", "substitute", 2).person
    assert chosen.answer_due_on == now.date() + timedelta(days=15)
    assert "siège de titulaire" in outbox.last(chosen.email or "").body
    with pytest.raises(Refusal, match="attendez sa réponse"):
        service.call_next(db, vacancy_id=vacancy, by="x", at=now)

    later = now + timedelta(days=3)
    service.answer(
        db, mandate_id=called, accepted=True, name_shown=True, on=later.date(), by="x", at=later
    )
    started = queries.member(db, called)
    assert started is not None
    assert (started.status, started.starts_on) == ("running", later.date())
    assert started.ends_on == leaving.ends_on
    before = queries.member(db, member_of(rows, "residents", "substitute", 2).id)
    assert before is not None
    assert before.end_reason == "called"
    assert [(one.rank, one.number) for one in queries.open_vacancies(db, council_id)] == [
        ("substitute", 2)
    ]


def test_who_declines_is_not_asked_twice_and_an_empty_list_asks_for_a_draw(db: Session) -> None:
    where = place(db)
    council_id = make_council(db, where)
    rows = sitting(db, where, council_id)
    leaving = member_of(rows, "local_actors", "titular")
    now = NOW + timedelta(days=5)
    vacancy = service.end(
        db, mandate_id=leaving.id, reason="resignation", on=now.date(), by="x", at=now
    )
    called = service.call_next(db, vacancy_id=vacancy, by="x", at=now)
    service.answer(
        db, mandate_id=called, accepted=False, name_shown=False, on=now.date(), by="x", at=now
    )
    with pytest.raises(Refusal, match="nouveau tirage"):
        service.call_next(db, vacancy_id=vacancy, by="x", at=now)
    substitute = queries.member(db, member_of(rows, "local_actors", "substitute").id)
    assert substitute is not None
    assert substitute.in_office


def test_two_clicks_at_once_call_one_person(db: Session, engine: Engine) -> None:
    where = place(db)
    council_id = make_council(db, where)
    rows = sitting(db, where, council_id)
    now = NOW + timedelta(days=5)
    vacancy = service.end(db, mandate_id=rows[0].id, reason="moved", on=now.date(), by="x", at=now)
    db.rollback()

    def click(_number: int) -> bool:
        with sessions(engine)() as own:
            try:
                service.call_next(own, vacancy_id=vacancy, by="x", at=now)
            except Refusal:
                return False
            return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(click, range(8))) == 1
    assert sum(one.coming for one in queries.members(db, council_id)) == 1


def test_an_exclusion_needs_a_hearing_and_a_day_that_makes_sense(db: Session) -> None:
    where = place(db)
    rows = sitting(db, where, make_council(db, where))
    one = rows[0]
    now = NOW + timedelta(days=10)
    with pytest.raises(Refusal, match="entendue"):
        service.end(db, mandate_id=one.id, reason="exclusion", on=now.date(), by="x", at=now)
    for on in (NOW.date() - timedelta(days=1), now.date() + timedelta(days=1)):
        with pytest.raises(Refusal, match="entre le début"):
            service.end(db, mandate_id=one.id, reason="moved", on=on, by="x", at=now)
    service.end(
        db, mandate_id=one.id, reason="exclusion", on=now.date(), by="x", at=now, heard=True
    )
    with pytest.raises(Refusal, match="pas en cours"):
        service.end(db, mandate_id=one.id, reason="moved", on=now.date(), by="x", at=now)


def test_a_term_ends_by_itself_even_before_the_worker_comes(db: Session) -> None:
    where = place(db)
    council_id = make_council(db, where)
    sitting(db, where, council_id)
    last, after = date(2029, 3, 1), date(2029, 3, 2)
    assert len(queries.in_office_people(db, [council_id], last)) == 10
    assert queries.in_office_people(db, [council_id], after) == set()
    service.close_over(db, NOW.replace(year=2029, month=3, day=1))
    assert all(one.in_office for one in queries.members(db, council_id))
    service.close_over(db, NOW.replace(year=2029, month=3, day=2))
    rows = queries.members(db, council_id)
    assert {(one.status, one.end_reason, one.ended_on) for one in rows} == {
        ("ended", "term", after)
    }


def test_a_renewal_keeps_who_stays_and_dates_who_leaves(db: Session) -> None:
    where = place(db)
    council_id = make_council(db, where)
    rows = sitting(db, where, council_id)
    again = member_of(rows, "residents", "titular", 1)
    later = NOW + timedelta(days=700)
    councils.move(db, council_id=council_id, to="renewing", by="x", at=later)
    asked = ask(
        db, where, council_id, "residents", [again.person, person(db, where, "M")], at=later
    )
    accept(db, where, asked, at=later)
    install(db, where, council_id, at=later)
    now_sitting = [one for one in queries.members(db, council_id) if one.in_office]
    assert len(now_sitting) == len(rows)
    starts = {one.number: one.starts_on for one in now_sitting
              if (one.college, one.rank) == ("residents", "titular")}  # fmt: skip
    assert starts == {1: later.date(), 2: later.date(), 3: NOW.date(), 4: NOW.date()}
    assert verify(db).wrong is None


def test_a_seat_kept_for_a_neighbourhood_goes_to_who_lives_there(db: Session) -> None:
    where = place(db)
    town = where.town
    council_id = make_council(
        db, where, neighbourhood_ids=[town.neighbourhood, town.second_neighbourhood]
    )
    ask(db, where, council_id, "residents", [person(db, where)])
    seats = {one.number: one.id for one in queries.seats(db, council_id)
             if (one.college, one.rank) == ("residents", "titular")}  # fmt: skip
    homes = {seats[2]: town.second_neighbourhood, seats[3]: town.neighbourhood}
    service.keep_seats(db, council_id=council_id, homes=homes, by="x", at=NOW)
    ask(db, where, council_id, "residents", [person(db, where), person(db, where)])
    taken = [one.number for one in queries.members(db, council_id)]
    assert taken == [1, 3, 4]
    with pytest.raises(Refusal, match="habite un des quartiers"):
        service.keep_seats(
            db, council_id=council_id, homes={seats[2]: town.other_neighbourhood}, by="x", at=NOW
        )


def test_the_animatrice_keeps_mandates_through_pages(
    db: Session, client: Visitor, clock: StoppedClock
) -> None:
    where = place(db)
    council_id = make_council(db, where)
    base = f"/conseils/{slug(db, council_id)}/mandats"
    client.sign_in(where.facilitator.email)
    assert "Aucun mandat n'est encore préparé" in client.see(base)
    for number, sex in enumerate("FM"):
        client.send(
            f"{base}/proposer",
            {
                "college": "residents",
                "origin": "volunteer",
                "source": "Appel de février",
                "first_names": f"Volontaire{number}",
                "family_name": "Essai",
                "sex": sex,
                "neighbourhood": str(where.town.neighbourhood),
            },
        )
    page = client.send(
        f"{base}/proposer",
        {
            "college": "residents",
            "origin": "volunteer",
            "source": "Appel de février",
            "first_names": "Loin",
            "family_name": "D'ici",
            "email": "pas une adresse",
        },
        status=422,
    )
    assert "n'est pas complète" in page
    db.rollback()
    for row in queries.members(db, council_id):
        client.send(f"{base}/{row.id}/reponse", {"answer": "yes", "name_shown": row.number == 1})
    page = client.see(f"{base}/installer")
    assert "2 personnes ont accepté" in page
    answer = client.send(f"{base}/installer", {"on": "2026-03-02"})
    assert "2 mandats commencent" in client.follow(answer)
    public = client.see(f"/conseils/{slug(db, council_id)}")
    assert "Volontaire0 Essai" in public
    assert "Volontaire1" not in public.text
    assert "1 autre membre siège sans que son nom soit publié" in public
    db.rollback()
    first = queries.members(db, council_id)[0]
    client.send(f"{base}/{first.id}/fin", {"reason": "moved", "on": "2026-03-02"})
    page = client.see(base)
    assert "libre depuis le 2 mars 2026" in page
    refused = client.send(base, button="Appeler la personne suppléante suivante", status=409)
    assert "nouveau tirage" in refused


def test_a_member_answers_for_themselves_and_nobody_else_does(
    db: Session, client: Visitor, clock: StoppedClock
) -> None:
    where = place(db)
    council_id = make_council(db, where)
    resident = make.account(db)
    mandate_id = ask(db, where, council_id, "residents", [resident.person])[0]
    path = f"/conseils/{slug(db, council_id)}/mandats/{mandate_id}/ma-reponse"
    client.see(path, status=303)
    client.sign_in(where.facilitator.email)
    client.see(path, status=404)
    client.sign_in(resident.email)
    client.send(path, {"name_shown": True}, status=422)
    answer = client.send(path, {"answer": "yes"})
    assert "votre mandat commencera à l'installation" in client.follow(answer)
    assert "déjà répondu" in client.see(path)
    db.rollback()
    told = queries.own_data(db, Identity(person=resident.person))["mandats"]
    assert [(one["état"], one["arrivée"]) for one in told] == [
        ("a accepté, pas encore en fonction", "tirage au sort")
    ]


def test_looking_at_names_is_journalled_and_other_councils_stay_closed(
    db: Session, client: Visitor, clock: StoppedClock
) -> None:
    where = place(db)
    council_id = make_council(db, where)
    rows = sitting(db, where, council_id)
    other = slug(db, make_council(db, where))
    lines = verify(db).lines
    db.rollback()
    client.sign_in(where.facilitator.email)
    client.see(f"/conseils/{slug(db, council_id)}/mandats")
    db.rollback()
    assert verify(db).lines >= lines + 1
    db.rollback()
    client.see(f"/conseils/{other}/mandats/{rows[0].id}/fin", status=404)


def test_the_identity_of_former_members_goes_a_year_after_and_their_mandate_stays(
    db: Session,
) -> None:
    where = place(db)
    council_id = make_council(db, where)
    rows = sitting(db, where, council_id)
    refused = ask(db, where, make_council(db, where), "residents", [never := person(db, where)])[0]
    service.answer(
        db, mandate_id=refused, accepted=False, name_shown=False, on=NOW.date(), by="x", at=NOW
    )
    gone = rows[0].person
    service.end(db, mandate_id=rows[0].id, reason="moved", on=NOW.date(), by="x", at=NOW)
    service.forget_former(db, NOW)
    people.erase_expired(db, NOW + timedelta(days=61))
    assert {one.name for one in queries.members(db, council_id) if one.person == gone} == {
        rows[0].name
    }
    assert db.get_one(Person, never).erased
    db.rollback()
    people.erase_expired(db, NOW + timedelta(days=366))
    kept = {one.person: one for one in queries.members(db, council_id)}
    assert rows[0].name not in {one.name for one in kept.values()}
    assert kept[gone].end_reason == "moved"
    assert kept[rows[1].person].name == rows[1].name


def test_an_erased_person_is_not_named(db: Session, client: Visitor) -> None:
    where = place(db)
    council_id = make_council(db, where)
    rows = sitting(db, where, council_id)
    db.execute(update(Person).where(Person.id == rows[0].person).values(erased=True))
    db.commit()
    assert rows[0].name not in client.see(f"/conseils/{slug(db, council_id)}").text


def test_the_councils_page_asks_the_same_number_of_questions_for_a_long_history(
    db: Session, client: Visitor, count_statements: CountStatements
) -> None:
    where = place(db)
    council_id = make_council(db, where)
    path = f"/conseils/{slug(db, council_id)}"
    with count_statements() as empty:
        client.see(path)
    sitting(db, where, council_id)
    with count_statements() as full:
        client.see(path)
    assert len(empty) == len(full) <= 10, list(full)
