"""The life of a proposal: what each state allows, and what no verb may do."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from civic.house.access import Role
from civic.house.clock import day_of
from civic.house.db import sessions, writing
from civic.house.i18n import speaking
from civic.house.refusal import NotFound, Refusal
from civic.people import service as people
from civic.proposals import queries, service
from civic.proposals.models import Proposal
from civic.proposals.service.places import checked_place
from civic.proposals.states import FOLLOWING, GROUPS, SENTENCES, STATE_LOOKS, STATUSES
from tests import make
from tests.proposals.make import feasible, filed, organisation, published

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from sqlalchemy.orm import Session


def seen(db: Session, number: int) -> queries.Seen:
    """The proposal as it is now."""
    db.expire_all()
    found = queries.proposal(db, number)
    assert found is not None
    return found


def test_every_state_has_its_sentence_its_shape_and_known_successors() -> None:
    assert set(SENTENCES) == set(STATE_LOOKS) == set(STATUSES)
    assert {after for follow in FOLLOWING.values() for after in follow} <= set(STATUSES)
    public = set(STATUSES) - {"submitted", "returned", "rejected"}
    grouped = [status for _label, statuses in GROUPS.values() for status in statuses]
    assert sorted(grouped) == sorted(public)


def test_public_numbers_follow_each_other_and_drafts_have_none(db: Session) -> None:
    town = make.town(db)
    resident = make.account(db)
    service.begin(db, by=resident.person, at=make.NOW)
    numbers = [filed(db, town, resident.person) for _turn in range(3)]
    assert numbers == [1, 2, 3]


def test_ideas_filed_at_the_same_moment_all_get_a_number_of_their_own(
    db: Session, engine: Engine
) -> None:
    town = make.town(db)
    people_ = [make.account(db).person for _turn in range(8)]

    def file(person: str) -> int:
        with sessions(engine)() as own:
            return filed(own, town, person)

    with ThreadPoolExecutor(8) as pool:
        numbers = sorted(pool.map(file, people_))
    assert numbers == list(range(1, 9))


def test_a_proposal_of_a_neighbourhood_belongs_to_its_municipality_and_agglomeration(
    db: Session,
) -> None:
    town = make.town(db)
    number = filed(db, town, make.account(db).person, territory_id=town.other_neighbourhood)
    assert queries.scope_of(db, number) == frozenset(
        {f"municipality:{town.other_municipality}", town.agglomeration_unit}
    )
    assert queries.scope_of(db, 999) is None


def test_nobody_publishes_their_own_proposal(db: Session) -> None:
    town = make.town(db)
    agent = make.staff(db, Role.AGENT, town.unit)
    number = filed(db, town, agent.person)
    with pytest.raises(Refusal, match="collègue"):
        service.publish(db, number=number, by=agent.person, at=make.NOW)


def test_only_who_carries_a_proposal_completes_withdraws_or_contests_it(db: Session) -> None:
    town = make.town(db)
    resident, other, agent = make.account(db), make.account(db), make.account(db)
    number = published(db, town, resident.person, agent.person)
    for verb, more in ((service.withdraw, {}), (service.appeal, {"text": "Non"})):
        with pytest.raises(NotFound):
            verb(db, number=number, by=other.person, at=make.NOW, **more)


def test_a_step_that_cannot_follow_is_refused_and_changes_nothing(db: Session) -> None:
    town = make.town(db)
    resident, agent = make.account(db), make.account(db)
    number = filed(db, town, resident.person)
    with pytest.raises(Refusal, match="a changé entre-temps"):
        service.admit(db, number=number, by=agent.person, at=make.NOW)
    assert seen(db, number).row.status == "submitted"
    assert len(seen(db, number).events) == 1


def test_an_unpublished_proposal_can_be_in_no_public_state_even_by_hand(db: Session) -> None:
    town = make.town(db)
    number = filed(db, town, make.account(db).person)
    with pytest.raises(IntegrityError), writing(db):
        db.execute(update(Proposal).where(Proposal.number == number).values(status="admissible"))


def test_all_services_must_answer_and_the_worst_answer_decides(db: Session) -> None:
    town = make.town(db)
    resident, agent = make.account(db), make.account(db)
    number = published(db, town, resident.person, agent.person)
    service.admit(db, number=number, by=agent.person, at=make.NOW)
    due = day_of(make.NOW + timedelta(days=30))
    ids = [organisation(db, "Voirie"), organisation(db, "Bailleur")]
    service.ask(db, number=number, organisation_ids=ids, due_on=due, by=agent.person, at=make.NOW)
    first, second = seen(db, number).answers
    common: dict[str, Any] = {"by": agent.person, "at": make.NOW}
    service.answer(
        db, assessment_id=first.id, verdict="feasible", cost_min=100_00, cost_max=200_00, **common
    )
    assert seen(db, number).row.status == "assessing"
    service.answer(
        db, assessment_id=second.id, verdict="feasible_with_reserve", reason="Gaz dessous",
        final_cost=150_00, **common,
    )  # fmt: skip
    assert seen(db, number).row.status == "feasible_with_reserve"
    assert seen(db, number).events[-1].text == "Gaz dessous"


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ({"verdict": "not_feasible"}, "Écrivez la raison"),
        ({"verdict": "feasible"}, "fourchette"),
        ({"verdict": "feasible", "cost_min": 5, "cost_max": 4}, "dépasse"),
        ({"verdict": "feasible", "cost_min": 5}, "deux montants"),
        ({"verdict": "feasible", "final_cost": -1}, "pas possible"),
        ({"verdict": "maybe", "final_cost": 1}, "Choisissez une réponse"),
    ],
)
def test_an_answer_that_contradicts_itself_is_refused(
    db: Session, answer: dict[str, Any], said: str
) -> None:
    with pytest.raises(Refusal, match=said):
        service.answer(db, assessment_id=1, by="x", at=make.NOW, **answer)


def test_proposals_merge_into_one_project_and_one_may_be_split_into_two(db: Session) -> None:
    town = make.town(db)
    resident, agent = make.account(db), make.account(db)
    numbers = [feasible(db, town, resident.person, agent.person, 5_000_00) for _turn in range(2)]
    common: dict[str, Any] = {
        "sentence": "Des bancs pour attendre le bus.", "by": agent.person, "at": make.NOW,
    }  # fmt: skip
    with speaking("ar"):
        service.make_project(db, numbers=numbers, title="Deux bancs", cost=9_000_00, **common)
    told = [event.text for number in numbers for event in seen(db, number).events if event.text]
    assert [one.split(" ")[0] for one in told[-2:]] == ["Elle", "Regroupée"]  # not the agent's
    assert seen(db, numbers[0]).row.status == "feasible"
    assert seen(db, numbers[1]).row.status == "merged"
    [project] = seen(db, numbers[1]).projects
    assert (project.title, project.others) == ("Deux bancs", (numbers[0],))
    service.make_project(db, numbers=[numbers[0]], title="Un arbre aussi", cost=1_00, **common)
    assert [one.title for one in seen(db, numbers[0]).projects] == ["Deux bancs", "Un arbre aussi"]
    with pytest.raises(Refusal, match="pas prête"):
        service.make_project(db, numbers=[numbers[1]], title="Encore", cost=1_00, **common)


def test_an_erased_person_is_named_no_more_but_the_idea_stays(db: Session) -> None:
    town = make.town(db)
    resident, agent = make.account(db), make.account(db)
    number = published(db, town, resident.person, agent.person, shown_as="Inès")
    key = service.begin(db, by=resident.person, at=make.NOW)
    with writing(db):
        people.erase_within(db, person_id=resident.person)
    service.forget_erased(db, make.NOW)
    assert seen(db, number).shown_as == ("",)
    assert queries.draft(db, key, resident.person) is None


def test_old_drafts_are_erased_and_a_person_has_ten_at_most(db: Session) -> None:
    make.town(db)
    resident = make.account(db)
    for _turn in range(10):
        service.begin(db, by=resident.person, at=make.NOW)
    with pytest.raises(Refusal, match="dix brouillons"):
        service.begin(db, by=resident.person, at=make.NOW)
    service.erase_old_drafts(db, make.NOW + timedelta(days=89))
    assert len(queries.drafts(db, resident.person)) == 10
    service.erase_old_drafts(db, make.NOW + timedelta(days=92))
    assert queries.drafts(db, resident.person) == []


points = st.lists(st.floats(-90, 90, allow_nan=False), min_size=2, max_size=2)


@given(
    st.one_of(
        points.map(lambda p: {"type": "Point", "coordinates": p}),
        st.lists(points, min_size=2, max_size=9).map(
            lambda line: {"type": "LineString", "coordinates": line}
        ),
        st.lists(points, min_size=3, max_size=9).map(
            lambda ring: {"type": "Polygon", "coordinates": [ring]}
        ),
    )
)
def test_a_point_a_line_or_an_area_is_a_place(geometry: dict[str, Any]) -> None:
    assert checked_place(geometry) == geometry


scalars = st.one_of(st.booleans(), st.integers(), st.floats(), st.text(max_size=5), st.none())
nested = st.one_of(scalars, st.lists(scalars, max_size=3), st.lists(st.lists(scalars), max_size=3))
shapes = st.sampled_from(["Point", "LineString", "Polygon", "Circle", "", None, 7])


@given(
    st.one_of(
        scalars,
        nested,
        st.dictionaries(st.text(max_size=8), nested, max_size=3),
        st.fixed_dictionaries({"type": shapes, "coordinates": st.one_of(scalars, st.just([]))}),
    )
)
def test_anything_else_is_refused_with_a_sentence(garbage: Any) -> None:
    if garbage is None:
        return
    with pytest.raises(Refusal):
        checked_place(garbage)
    with pytest.raises(Refusal):
        checked_place({"type": "Point", "coordinates": [181, 0]})
