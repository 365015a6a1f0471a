"""Référents: chosen by their council, one of each collège, in office while their mandate runs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from civic.house.db import writing
from civic.house.refusal import Refusal
from civic.mandates import queries as mandates
from civic.mandates import service as mandate_verbs
from civic.people import service as people
from civic.referents import queries, service
from civic.referents.models import Referent, SteeringBody
from tests.councils.make import Place, make_council, place, slug
from tests.make import NOW
from tests.mandates.make import member_of, sitting
from tests.meetings.make import hold, make_meeting

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tests.machine.outbox import Outbox
    from tests.machine.statements import CountStatements
    from tests.machine.stopped import StoppedClock
    from tests.machine.visitor import Filled, Visitor

UNTIL = (NOW + timedelta(days=10)).date()
DAY = NOW + timedelta(days=25)
"""The day on which councils choose, five days after their meeting's hour."""


@dataclass(frozen=True)
class Scene:
    """A council at work, and a body with room for two councils."""

    where: Place
    council: int
    members: list[mandates.Member]
    body: int
    body_slug: str

    def seat(self, college: str, rank: str = "titular", number: int = 1) -> int:
        """The mandate of the one on that seat."""
        return member_of(self.members, college, rank, number).id


def scene(db: Session, *, email: bool = False) -> Scene:
    """The council, its members and the body."""
    where = place(db)
    council_id = make_council(db, where)
    members = sitting(db, where, council_id, email=email)
    with writing(db):
        owner = people.add_organisation_within(
            db,
            kind="intercommunality",
            name="Essai Métropole",
            territory_id=where.town.agglomeration,
        )
    address = service.create_body(
        db,
        name="Comité de pilotage",
        kind="city_contract",
        organisation_id=owner,
        total_seats=12,
        council_seats=4,
        by=where.agglo.person,
        at=NOW,
    )
    body_id = db.scalars(select(SteeringBody.id)).one()
    db.rollback()
    return Scene(where, council_id, members, body_id, address)


def opened(db: Session, on: Scene, *councils: int) -> list[int]:
    """Designations opened for these councils (for the scene's own when none is given)."""
    return service.open_designations(
        db,
        body_id=on.body,
        council_ids=list(councils) or [on.council],
        term_months=24,
        candidates_until=UNTIL,
        by=on.where.agglo.person,
        at=NOW,
    )


def choose(
    db: Session, on: Scene, *, absent: int = 0, substitutes: bool = True
) -> tuple[int, list[int]]:
    """The whole way, from the opening to the choice: (designation, référents)."""
    number = opened(db, on)[0]
    places: dict[tuple[str, str], int | None] = {
        ("residents", "titular"): on.seat("residents"),
        ("residents", "substitute"): on.seat("residents", "titular", 2) if substitutes else None,
        ("local_actors", "titular"): on.seat("local_actors"),
        ("local_actors", "substitute"): None,
    }
    for mandate_id in filter(None, places.values()):
        service.come_forward(db, designation_id=number, mandate_id=mandate_id, by="x", at=NOW)
    meeting_id = make_meeting(db, on.where, on.council, title="Désignation")
    service.set_meeting(db, designation_id=number, meeting_id=meeting_id, by="x", at=NOW)
    hold(db, on.where, on.council, meeting_id, absent=absent)
    made = service.decide(
        db,
        designation_id=number,
        choice=service.Choice(places, "consensus", "Choisis ensemble."),
        by="x",
        at=DAY,
    )
    return number, made


def test_a_council_chooses_a_pair_and_the_register_names_them(
    db: Session, client: Visitor, clock: StoppedClock
) -> None:
    on = scene(db)
    number, made = choose(db, on)
    assert len(made) == 3
    clock.set(DAY)
    page = client.see("/referents/")
    for mandate_id in (on.seat("residents"), on.seat("local_actors")):
        member = next(one for one in on.members if one.id == mandate_id)
        assert member.name in page
    assert "1 conseil représenté" in page
    assert "Choisis ensemble" in client.see(f"/referents/designations/{number}")
    council = client.see(f"/conseils/{slug(db, on.council)}")
    assert "Comité de pilotage" in council


def test_councils_have_a_third_of_a_body_at_most(db: Session) -> None:
    on = scene(db)
    with pytest.raises(Refusal, match="au plus un tiers"):
        service.create_body(
            db, name="Autre", kind="project", organisation_id=1, total_seats=11, council_seats=4,
            by="x", at=NOW,
        )  # fmt: skip
    with pytest.raises(IntegrityError):
        db.execute(update(SteeringBody).where(SteeringBody.id == on.body).values(council_seats=5))
    db.rollback()


def test_no_more_councils_than_there_are_pairs_of_seats(db: Session) -> None:
    on = scene(db)
    others = [make_council(db, on.where) for _ in range(2)]
    for council_id in others:
        sitting(db, on.where, council_id)
    with pytest.raises(Refusal, match="deux par conseil"):
        opened(db, on, on.council, *others)
    opened(db, on, on.council)
    with pytest.raises(Refusal, match="choisit déjà"):
        opened(db, on, on.council)
    opened(db, on, others[0])
    with pytest.raises(Refusal, match="deux par conseil"):
        opened(db, on, others[1])


def test_a_council_without_local_actors_cannot_send_a_pair(db: Session) -> None:
    on = scene(db)
    lonely = make_council(db, on.where)
    sitting(db, on.where, lonely, actors="")
    assert lonely not in dict(queries.council_choices(db, on.body, NOW.date()))
    with pytest.raises(Refusal, match="deux collèges"):
        opened(db, on, lonely)


def test_only_a_sitting_member_comes_forward_once_and_in_time(db: Session) -> None:
    on = scene(db)
    number = opened(db, on)[0]
    other = make_council(db, on.where)
    stranger = sitting(db, on.where, other)[0]
    with pytest.raises(Refusal, match="membre en fonction"):
        service.come_forward(db, designation_id=number, mandate_id=stranger.id, by="x", at=NOW)
    one = on.seat("residents")
    service.come_forward(db, designation_id=number, mandate_id=one, by="x", at=NOW)
    with pytest.raises(Refusal, match="déjà proposée"):
        service.come_forward(db, designation_id=number, mandate_id=one, by="x", at=NOW)
    service.withdraw(db, designation_id=number, mandate_id=one, by="x", at=NOW)
    assert queries.candidates(db, number, NOW.date()) == []
    service.come_forward(db, designation_id=number, mandate_id=one, by="x", at=NOW)
    late = NOW + timedelta(days=11)
    with pytest.raises(Refusal, match="temps pour se proposer"):
        service.come_forward(
            db, designation_id=number, mandate_id=on.seat("local_actors"), by="x", at=late
        )


def test_the_council_chooses_in_a_convened_meeting_after_the_call(db: Session) -> None:
    on = scene(db)
    number = opened(db, on)[0]
    planned = make_meeting(db, on.where, on.council, convened=False)
    early = make_meeting(db, on.where, on.council, after=10, at=NOW - timedelta(hours=1),
                         convened=False)  # fmt: skip
    with pytest.raises(Refusal, match="Convoquez d'abord"):
        service.set_meeting(db, designation_id=number, meeting_id=planned, by="x", at=NOW)
    from civic.meetings import service as meetings

    meetings.convene(db, meeting_id=early, by="x", at=NOW, late_reason="Urgence")
    with pytest.raises(Refusal, match="après le dernier jour"):
        service.set_meeting(db, designation_id=number, meeting_id=early, by="x", at=NOW)
    with pytest.raises(Refusal, match="choisit en réunion"):
        service.decide(
            db, designation_id=number, choice=service.Choice({}, "lot", "PV"), by="x", at=DAY
        )


def test_without_quorum_nobody_is_chosen(db: Session) -> None:
    on = scene(db)
    with pytest.raises(Refusal, match="quorum"):
        choose(db, on, absent=9)
    assert queries.referents(db) == []


def test_a_pair_is_one_of_each_college_and_two_people(db: Session) -> None:
    on = scene(db)
    number = opened(db, on)[0]
    residents, actors = on.seat("residents"), on.seat("local_actors")
    for mandate_id in (residents, actors):
        service.come_forward(db, designation_id=number, mandate_id=mandate_id, by="x", at=NOW)
    meeting_id = make_meeting(db, on.where, on.council)
    service.set_meeting(db, designation_id=number, meeting_id=meeting_id, by="x", at=NOW)
    hold(db, on.where, on.council, meeting_id)
    wrong: list[dict[tuple[str, str], int | None]] = [
        {("residents", "titular"): residents},
        {("residents", "titular"): residents, ("local_actors", "titular"): None},
        {("residents", "titular"): actors, ("local_actors", "titular"): residents},
        {
            ("residents", "titular"): residents,
            ("residents", "substitute"): residents,
            ("local_actors", "titular"): actors,
        },
        {
            ("residents", "titular"): on.seat("residents", "titular", 3),
            ("local_actors", "titular"): actors,
        },
    ]
    for places in wrong:
        with pytest.raises(Refusal):
            service.decide(
                db,
                designation_id=number,
                choice=service.Choice(places, "vote", "PV"),
                by="x",
                at=DAY,
            )
    assert queries.referents(db) == []


def test_losing_the_mandate_ends_the_referent_at_once_and_calls_the_substitute(
    db: Session, outbox: Outbox
) -> None:
    on = scene(db, email=True)
    choose(db, on)
    later = DAY + timedelta(days=30)
    mandate_verbs.end(
        db, mandate_id=on.seat("residents"), reason="moved", on=later.date(), by="x", at=later
    )
    # before any job ran, the register no longer shows the one who left
    shown = [(one.mandate_id, one.rank) for one in queries.referents(db, today=later.date())
             if one.college == "residents"]  # fmt: skip
    deputy = on.seat("residents", "titular", 2)
    assert shown == [(deputy, "substitute")]
    db.rollback()
    service.close_lost(db, later)
    shown = [(one.mandate_id, one.rank) for one in queries.referents(db, today=later.date())
             if one.college == "residents"]  # fmt: skip
    assert shown == [(deputy, "titular")]
    address = next(one.email for one in on.members if one.id == deputy)
    assert "vous parlez maintenant" in outbox.last(address or "").body
    rows = [one for one in queries.referents(db) if one.end_reason]
    assert {one.end_reason for one in rows} == {"mandate_lost", "called"}
    db.rollback()
    service.close_lost(db, later)
    assert len([one for one in queries.referents(db) if one.ended_on is None]) == 2


def test_a_referent_never_outlives_the_mandate_nor_the_term(db: Session) -> None:
    on = scene(db)
    choose(db, on)
    ends = {one.ends_on for one in queries.referents(db)}
    mandate_ends = {one.ends_on for one in on.members}
    assert all(end <= max(e for e in mandate_ends if e) for end in ends)
    after = DAY + timedelta(days=24 * 31)
    assert queries.referents(db, today=after.date()) == []
    db.rollback()
    service.close_lost(db, after)
    assert {one.end_reason for one in queries.referents(db)} == {"term"}


def test_giving_up_calls_the_substitute_and_a_place_has_one_holder(db: Session) -> None:
    on = scene(db)
    _number, made = choose(db, on)
    new = service.end(db, referent_id=made[0], reason="resignation", by="x", at=DAY)
    assert new is not None
    assert service.end(db, referent_id=new, reason="absences", by="x", at=DAY) is None
    with pytest.raises(Refusal, match="plus référente"):
        service.end(db, referent_id=new, reason="absences", by="x", at=DAY)
    row = db.get_one(Referent, made[-1])
    double = {column: getattr(row, column) for column in
              ("designation_id", "body_id", "council_id", "college", "rank", "starts_on",
               "ends_on")}  # fmt: skip
    db.add(Referent(**double, mandate_id=on.seat("local_actors", "titular", 2)))
    with pytest.raises(IntegrityError):
        db.flush()
    db.rollback()


def test_a_new_choice_replaces_the_former_one(db: Session) -> None:
    on = scene(db)
    first, _made = choose(db, on)
    number = opened(db, on)[0]
    for college in ("residents", "local_actors"):
        service.come_forward(
            db, designation_id=number, mandate_id=on.seat(college, "titular", 2), by="x", at=NOW
        )
    meeting_id = make_meeting(db, on.where, on.council, title="Encore")
    service.set_meeting(db, designation_id=number, meeting_id=meeting_id, by="x", at=NOW)
    hold(db, on.where, on.council, meeting_id)
    places: dict[tuple[str, str], int | None] = {
        (college, "titular"): on.seat(college, "titular", 2)
        for college in ("residents", "local_actors")
    }
    service.decide(
        db, designation_id=number, choice=service.Choice(places, "lot", "PV"), by="x", at=DAY
    )
    sitting_now = queries.referents(db, today=DAY.date())
    assert {one.designation_id for one in sitting_now} == {number}
    found = queries.designation(db, first)
    assert found is not None
    assert found.status == "closed"


def test_each_role_does_its_part_through_pages(
    db: Session, client: Visitor, clock: StoppedClock
) -> None:
    on = scene(db)
    owner = str(db.scalars(select(SteeringBody.organisation_id)).one())
    db.rollback()
    client.sign_in(on.where.agglo.email)
    body: dict[str, Filled] = {
        "name": "Comité du renouvellement",
        "kind": "renewal",
        "organisation_id": owner,
        "total_seats": 9,
        "council_seats": 4,
    }
    page = client.send("/referents/instances/nouvelle", body, status=422)
    assert "au plus un tiers" in page
    place_of = client.send("/referents/instances/nouvelle", {**body, "council_seats": 2}).location
    client.send(
        f"{place_of}/designer",
        {"council_ids": [str(on.council)], "term_months": 12, "candidates_until": "2026-03-12"},
    )
    number = queries.designations(db)[0].id
    db.rollback()
    path = f"/referents/designations/{number}"
    assert path in client.see(place_of).html
    client.see(f"{path}/resultat", status=403)

    client.sign_in(on.where.facilitator.email)
    for college in ("residents", "local_actors"):
        client.send(path, {"mandate": str(on.seat(college))})
    refused = client.send(
        path, status=422, form=f"{path}/candidatures", forged={"mandate": "999999"}
    )
    assert "correct" in refused.text.lower() or "choix" in refused.text.lower()
    meeting_id = make_meeting(db, on.where, on.council)
    client.send(path, {"meeting": str(meeting_id)})
    hold(db, on.where, on.council, meeting_id)
    clock.move(days=21)
    client.sign_in(on.where.facilitator.email)
    choice: dict[str, Filled] = {
        "method": "vote",
        "residents_titular": str(on.seat("residents")),
        "local_actors_titular": str(on.seat("local_actors")),
        "minutes": "Vote à bulletin secret.",
    }
    client.send(f"{path}/resultat", {**choice, "minutes": ""}, status=422)
    answer = client.send(f"{path}/resultat", choice)
    assert "Le conseil a choisi par vote à bulletin secret" in client.follow(answer)
    assert "déjà choisi" in client.see(f"{path}/resultat")
    row = queries.referents(db)[0]
    db.rollback()
    client.send(f"/referents/{row.id}/fin", {"reason": "resignation"})
    client.sign_in(on.where.stranger.email)
    client.see(f"/referents/{row.id}/fin", status=403)


def test_public_pages_do_not_name_who_did_not_agree(
    db: Session, client: Visitor, clock: StoppedClock
) -> None:
    on = scene(db)
    choose(db, on)
    from civic.mandates.models import Mandate

    hidden = on.members[0]
    db.execute(update(Mandate).where(Mandate.id == hidden.id).values(name_shown=False))
    db.commit()
    clock.set(DAY)
    for path in ("/referents/", f"/referents/instances/{on.body_slug}"):
        page = client.see(path)
        assert hidden.name not in page.text
        assert "dont le nom n'est pas publié" in page


def test_the_register_asks_few_questions(
    db: Session, client: Visitor, clock: StoppedClock, count_statements: CountStatements
) -> None:
    on = scene(db)
    with count_statements() as few:
        client.see("/referents/")
    number, _made = choose(db, on)
    clock.set(DAY)
    with count_statements() as many:
        client.see("/referents/")
    assert len(few) == len(many) <= 10
    for path in (f"/referents/designations/{number}", f"/referents/instances/{on.body_slug}"):
        with count_statements() as asked:
            client.see(path)
        assert len(asked) <= 10, list(asked)
