"""A règlement that is being written is tried on past votes, and says what it could not carry."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from civic.budgets import queries, service
from civic.budgets.counting import Candidate, Purse, units
from civic.budgets.rules_data import DEFAULTS
from civic.budgets.service import trying
from civic.budgets.trying import Part, Past, carried
from civic.house.db import sessions
from civic.house.jobs import JOBS
from civic.house.refusal import Refusal
from civic.rooms import load_routines
from tests.budgets.make import AFTER, Made
from tests.budgets.test_pages import visitor_of
from tests.budgets.test_results import certified, proclaimed, seen_of

if TYPE_CHECKING:
    from flask import Flask
    from sqlalchemy.orm import Session

    from civic.house.settings import Settings
    from tests.machine.statements import CountStatements
    from tests.machine.stopped import StoppedClock

COSTS = ((0, 45_000_00), (0, 20_000_00), (1, 9_000_00), (1, 12_000_00))
BALLOTS = [("1", "4")] * 3 + [("2",)] * 2 + [("3",)] * 2
LATER = AFTER + timedelta(days=30)
PLACES = ("Nord", "Sud", "Centre")
THEMES = ("nature", "voirie", "")


def past_vote(*where: tuple[str, str, int], total: int = 100_000_00, **rules: Any) -> Past:
    """A past vote in one envelope: neighbourhood, theme and cost of each project."""
    candidates = [
        Candidate(str(place), place, cost, 0, f"Projet {place}", home, theme)
        for place, (home, theme, cost) in enumerate(where, 1)
    ]
    places = {one.reference: [one.place] if one.place else [] for one in candidates}
    purse = Purse(0, "Toute la ville", total, local=False)
    return Past({**DEFAULTS, **rules}, [purse], candidates, places)


def draft(**rules: Any) -> dict[str, Any]:
    return {**DEFAULTS, **rules}


projects = st.lists(
    st.tuples(st.sampled_from((*PLACES, "")), st.sampled_from(THEMES), st.integers(1, 10**6)),
    min_size=1, max_size=8,
)  # fmt: skip
envelopes = st.lists(
    st.builds(
        Part, st.sampled_from(("A", "B", "C")), st.integers(0, 10**7),
        st.sampled_from((*PLACES, "Ailleurs", "")), st.sampled_from(THEMES),
    ),
    max_size=6,
)  # fmt: skip


@settings(deadline=None, max_examples=150)
@given(projects, envelopes, st.integers(1, 10**9))
def test_the_money_is_that_of_the_vote_and_each_project_lies_in_one_envelope(
    where: list[tuple[str, str, int]], parts: list[Part], total: int
) -> None:
    past = past_vote(*where, total=total)
    found = carried(draft(), parts, past, ballots=10)
    assert sum(one.amount for one in found.purses) == total
    assert min(one.amount for one in found.purses) >= 0
    known = {one.id for one in found.purses}
    assert len(known) == len(found.purses)
    assert {one.envelope_id for one in found.candidates} <= known
    assert [(one.reference, one.cost) for one in found.candidates] == [
        (one.reference, one.cost) for one in past.candidates
    ]
    if found.notes["envelopes"] != "own":
        assert (found.purses, found.candidates) == (past.purses, past.candidates)
        return
    given = {one.name for one in parts} - set(found.notes["aside"])
    assert {one.name for one in found.purses} >= given - {""}
    homes = {one.id: one for one in found.purses}
    for one in found.candidates:  # nobody's neighbourhood pays for another's
        if homes[one.envelope_id].local:
            assert any(
                part.name == homes[one.envelope_id].name
                and (part.place == one.place or (not part.place and part.theme == one.theme))
                for part in parts
            )


def test_envelopes_keep_their_proportions_and_limits_follow_the_money() -> None:
    past = past_vote(("Nord", "nature", 10_00), ("Sud", "voirie", 20_00), total=90_000_00)
    parts = [Part("Quartier Nord", 10_000_00, "nord"), Part("Le Sud", 20_000_00, "Sud"),
             Part("Ouest", 5_000_00, "Ouest")]  # fmt: skip
    rules = draft(
        theme_limits={"nature": 3_000_00, "eau": 1_00}, place_limits={"NORD": 4_000_00},
        large_above=1_000_00, large_places=1, threshold=5, cap=1_00,
    )  # fmt: skip
    found = carried(rules, parts, past, ballots=10)
    assert [(one.name, one.amount) for one in found.purses] == [
        ("Quartier Nord", 30_000_00), ("Le Sud", 60_000_00)
    ]  # fmt: skip
    assert found.rules["theme_limits"]["nature"] == 9_000_00
    assert found.rules["place_limits"] == {"Nord": 12_000_00}
    assert found.rules["large_above"] == 3_000_00
    assert found.rules["threshold"] == 5
    assert found.notes["aside"] == ["Ouest"]
    assert found.notes["idle"] == [["theme", "eau"]]
    assert found.notes["ratio"] == 3
    assert found.notes["cap"]


def test_a_vote_of_other_neighbourhoods_keeps_its_own_envelopes() -> None:
    past = past_vote(("Nord", "", 10_00), ("Sud", "", 20_00))
    for parts in ([Part("Ici", 1_00, "Ici"), Part("Tous", 1_00)], [Part("Ici", 1_00, "Ici")]):
        found = carried(draft(), parts, past, ballots=10)
        assert (found.notes["envelopes"], found.purses) == ("theirs", past.purses)
    found = carried(draft(theme_limits={"nature": 7}), [], past, ballots=10)
    assert found.notes["envelopes"] == "none"
    assert found.rules["theme_limits"] == {"nature": 7}


@pytest.mark.parametrize(
    ("rules", "theirs", "why"),
    [
        ({"rule": "majority-judgment", "ballot_type": "graded"}, {}, "mentions"),
        ({}, {"rule": "majority-judgment", "ballot_type": "graded"}, "mentions"),
        ({"rule": "phragmen"}, {"ballot_type": "points"}, "sans points"),
        ({"rule": "zones-then-complement"}, {}, "par quartier"),
        ({"rule": "one-per-zone", "per_zone": 1}, {}, "par quartier"),
        ({"rule": "equal-shares", "completion": "add1"}, {}, "trop de bulletins"),
    ],
)
def test_what_can_not_be_counted_is_refused_and_says_why(
    rules: dict[str, Any], theirs: dict[str, Any], why: str
) -> None:
    past = past_vote(("", "", 10_00), ("", "", 20_00), **theirs)
    with pytest.raises(Refusal, match=why):
        carried(draft(**rules), [Part("Tous", 1_00)], past, ballots=3_000_000)


@settings(deadline=None, max_examples=60)
@given(
    st.lists(st.lists(st.sampled_from("1234"), unique=True, max_size=3), max_size=12),
    st.sampled_from(({"rule": "greedy"}, {"rule": "zones-then-complement"},
                     {"rule": "equal-shares", "completion": "utilitarian"})),
)  # fmt: skip
def test_the_reglement_of_a_vote_tried_on_that_vote_gives_its_result(
    ballots: list[list[str]], rules: dict[str, Any]
) -> None:
    purses = [Purse(7, "Nord", 300_00), Purse(9, "Sud", 200_00), Purse(4, "Tous", 100_00,
                                                                       local=False)]  # fmt: skip
    candidates = [
        Candidate("1", 1, 200_00, 7, "Un", "Nord"), Candidate("2", 2, 150_00, 7, "Deux", "Nord"),
        Candidate("3", 3, 120_00, 9, "Trois", "Sud"), Candidate("4", 4, 90_00, 4, "Quatre"),
    ]  # fmt: skip
    own = draft(**rules)
    past = Past(own, purses, candidates, {one.reference: [one.place] for one in candidates})
    parts = [Part(one.name, one.amount, one.name if one.local else "") for one in purses]
    found = carried(own, parts, past, ballots=len(ballots))
    assert (found.notes["envelopes"], found.notes["ratio"]) == ("own", 1)
    marked = [(tuple(one), ()) for one in ballots]

    def won(*of: Any) -> set[str]:
        return {one for unit in units(*of) for one in unit.outcome.winners}

    assert won(found.candidates, marked, found.purses, found.rules) == won(
        candidates, marked, purses, own
    )


# --- through the pages ---------------------------------------------------------------------------


@pytest.fixture
def past(db: Session, settings: Settings, clock: StoppedClock) -> Made:
    """A counted vote whose opened ballots are published and whose rules are compared."""
    clock.set(AFTER)
    made = proclaimed(db, settings.vault, COSTS, *BALLOTS, publication="always")
    certified(db, made, published=True)
    db.rollback()
    service.compare_due(db, AFTER)
    clock.set(LATER)
    return made


def another(db: Session, past: Made, **rules: Any) -> Made:
    """Another édition in preparation, of the same town and agent."""
    slug = service.create(
        db, title="Budget participatif d'après", territory_id=past.town.municipality,
        organisation_id=past.city, by=past.agent.person, at=LATER,
    )  # fmt: skip
    seen = queries.edition(db, slug)
    assert seen is not None
    new = Made(past.town, past.agent, past.resident, slug, seen.row.id, past.city)
    change(db, new, **rules)
    return new


def change(db: Session, made: Made, **rules: Any) -> None:
    service.set_rules(db, edition_id=made.id, by=made.agent.person, at=LATER, model="other",
                      **rules)  # fmt: skip
    db.rollback()


def work(db: Session) -> None:
    load_routines()
    db.rollback()
    JOBS["budgets.trials"].work(db, LATER)


def test_an_agent_tries_a_draft_on_a_past_vote_and_sees_it_beside_the_other_rules(
    app: Flask, db: Session, past: Made, count_statements: CountStatements,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    new = another(db, past, rule="greedy-per-cost", threshold=2, cap=30_000_00)
    agent = visitor_of(app, past.agent.email)
    assert f"/budgets/{new.slug}/essayer" in agent.see(f"/budgets/{new.slug}/gestion").html
    assert "Votre propre règlement s'essaie" in agent.see("/budgets/simulateur").text
    assert "Votre propre" not in visitor_of(app).see("/budgets/simulateur").text
    place = f"/budgets/{new.slug}/essayer"
    assert "Choisissez un vote passé" in agent.send(place, {"vote": ""}, 422).text
    with monkeypatch.context() as page_counts_nothing:
        page_counts_nothing.setattr(trying, "units", None)
        sent = agent.send(place, {"vote": str(past.id)})
        assert "compte ce vote par votre règlement" in agent.follow(sent).text
        agent.send(place, {"vote": str(past.id)})  # a second click asks for nothing more
    assert "en cours de calcul" in agent.see(place).text
    work(db)
    one = f"{place}/{past.slug}"
    with count_statements() as statements:
        page = agent.see(one)
    assert len(statements) <= 13
    for said in (
        "Votre édition n'a pas encore d'enveloppe", "Le seuil reste de 2 voix",
        "Le plafond par projet n'est pas appliqué", "Votre règlement : Le plus de voix pour son",
        "Le règlement de ce vote : Le plus de voix d'abord", "Charges équilibrées",
    ):  # fmt: skip
        assert said in page.text, said
    assert "lauréat" in agent.see(place).text
    db.rollback()
    change(db, new, rule="equal-shares", completion="utilitarian")
    assert "a changé depuis cet essai" in agent.see(one).text
    agent.follow(agent.send(one, button="Essayer à nouveau"))
    work(db)
    assert "Votre règlement : Parts égales" in agent.see(one).text
    visitor_of(app, past.resident.email).see(one, 403)
    agent.see(f"{place}/rien", 404)
    agent.see(f"{place}/{new.slug}", 404)


def test_envelopes_of_the_same_neighbourhoods_are_carried_over_to_a_past_vote(
    app: Flask, db: Session, past: Made
) -> None:
    new = another(db, past)
    for name, where, amount in (
        ("", past.town.neighbourhood, 8_000_00), ("", past.town.second_neighbourhood, 1_000_00),
        ("Toute la ville", None, 2_000_00),
    ):  # fmt: skip
        service.add_envelope(
            db, edition_id=new.id, name=name, neighbourhood_id=where, amount=amount,
            by=new.agent.person, at=LATER,
        )  # fmt: skip
    db.rollback()
    agent = visitor_of(app, past.agent.email)
    agent.send(f"/budgets/{new.slug}/essayer", {"vote": str(past.id)})
    work(db)
    page = agent.see(f"/budgets/{new.slug}/essayer/{past.slug}").text
    assert "Vos enveloppes sont reprises" in page
    assert "80 000 €" in page.replace("\N{NARROW NO-BREAK SPACE}", " ").replace("\xa0", " ")
    assert "Enveloppes laissées de côté" in page


def test_a_vote_whose_ballots_stay_secret_is_not_tried(app: Flask, db: Session, past: Made) -> None:
    certified(db, past, published=False)
    db.rollback()
    new = another(db, past)
    agent = visitor_of(app, past.agent.email)
    assert "Aucun vote passé" in agent.see(f"/budgets/{new.slug}/essayer").text
    with pytest.raises(Refusal, match="de la liste"):
        service.ask_trial(db, edition_id=new.id, past_id=past.id, by=new.agent.person, at=LATER)
    assert queries.triable(db) == []


def test_a_rule_that_the_vote_can_not_be_counted_by_is_refused_on_the_page(
    app: Flask, db: Session, past: Made
) -> None:
    new = another(db, past, rule="majority-judgment", ballot_type="graded")
    agent = visitor_of(app, past.agent.email)
    page = agent.send(f"/budgets/{new.slug}/essayer", {"vote": str(past.id)}, 422)
    assert "les bulletins de ce vote n'en ont pas" in page.text
    assert page.all("option[@selected]")  # nothing typed is lost
    work(db)
    agent.see(f"/budgets/{new.slug}/essayer/{past.slug}", 404)


def test_a_draft_that_changes_while_it_is_counted_keeps_nothing_of_the_former_one(
    app: Flask, db: Session, past: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    new = another(db, past)
    service.ask_trial(db, edition_id=new.id, past_id=past.id, by=new.agent.person, at=LATER)
    db.rollback()

    def meanwhile(*some: Any) -> Any:
        with sessions(db.get_bind())() as other:  # type: ignore[arg-type]
            change(other, new, threshold=3)
        return units(*some)

    with monkeypatch.context() as slow:
        slow.setattr(trying, "units", meanwhile)
        assert service.try_due(db, LATER) == 0
    assert queries.trial(seen_of(db, new), [], past.id).state == "outdated"
    db.rollback()
    service.ask_trial(db, edition_id=new.id, past_id=past.id, by=new.agent.person, at=LATER)
    assert service.try_due(db, LATER) == 1
    assert service.try_due(db, LATER) == 0
    assert queries.trial(seen_of(db, new), [], past.id).state == "done"


def test_an_adopted_reglement_is_tried_no_more(app: Flask, db: Session, past: Made) -> None:
    agent = visitor_of(app, past.agent.email)
    agent.see(f"/budgets/{past.slug}/essayer", 404)
    with pytest.raises(Refusal, match="adoptés"):
        service.ask_trial(db, edition_id=past.id, past_id=past.id, by=past.agent.person, at=LATER)
