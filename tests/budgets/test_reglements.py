"""The ready règlements, what each lets one choose, and the rules they declare."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from civic.ballots import queries as polls
from civic.ballots import service as votes
from civic.budgets import queries, service
from civic.budgets.comparing import effect_of, measures
from civic.budgets.counting import Candidate, Purse, count, in_complement
from civic.budgets.models import BudgetEnvelope, Edition
from civic.budgets.rules_data import DEFAULTS, READY, by_model, check_rules, digest_of
from civic.budgets.rules_text import text_of
from civic.budgets.states import BALLOT_TYPES, RULES
from civic.house.db import writing
from civic.house.refusal import Refusal
from tests.ballots.make import make_letters, secrets_of
from tests.budgets.make import DURING, PREPARED, Made, adopt, empty, frozen, prepared, voted
from tests.budgets.test_pages import visitor_of
from tests.budgets.test_rules import data, plain
from tests.proposals.make import project

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Flask
    from sqlalchemy.orm import Session

    from tests.machine.stopped import StoppedClock

NORTH, SOUTH, CITY = Purse(1, "Nord", 100), Purse(2, "Sud", 100), Purse(3, "Ville", 80, local=False)
NEEDS: dict[str, dict[str, Any]] = {
    "zones-first": {"per_zone": 1},
    "one-per-zone": {"per_zone": 1},
    "size-classes": {"large_above": 60, "large_places": 1},
    "majority-judgment": {"ballot_type": "graded"},
}


def rules(**changes: Any) -> dict[str, Any]:
    """A règlement's rules."""
    return {**DEFAULTS, **changes}


def one(reference: str, envelope: int, cost: int, place: str = "", theme: str = "") -> Candidate:
    """A project on the ballot."""
    return Candidate(reference, int(reference), cost, envelope, f"P{reference}", place, theme)


def winners(*args: Any) -> list[str]:
    """The references that win."""
    return [key for key, said in count(*args).items() if said.elected]


def test_what_a_neighbourhood_does_not_spend_goes_to_the_complement() -> None:
    projects = [one("1", 1, 70), one("2", 1, 50), one("3", 2, 40), one("4", 3, 75)]
    ballots = [(("1", "4"), ())] * 3 + [(("2",), ())] * 2 + [(("3",), ())]
    purses = [NORTH, SOUTH, CITY]
    said = count(projects, ballots, purses, rules(rule="zones-then-complement"))
    # North pays 1 (70), south 3 (40); 280 - 110 = 170 are left: 4 (75, three votes), then 2 (50).
    assert {key for key, one in said.items() if one.elected} == {"1", "2", "3", "4"}
    assert {key for key, one in said.items() if in_complement(one.figures)} == {"2", "4"}
    assert winners(projects, ballots, purses, rules(rule="greedy")) == ["1", "3", "4"]


def test_the_first_of_each_neighbourhood_come_before_the_most_chosen() -> None:
    projects = [one("1", 3, 30, "Nord"), one("2", 3, 30, "Nord"), one("3", 3, 30, "Sud")]
    ballots = [(("1", "2"), ())] * 5 + [(("3",), ())]
    purse = [Purse(3, "Ville", 60, local=False)]
    assert winners(projects, ballots, purse, rules(rule="greedy")) == ["1", "2"]
    first = rules(rule="zones-first", per_zone=1)
    assert set(winners(projects, ballots, purse, first)) == {"1", "3"}


def test_limits_incompatible_projects_a_threshold_and_places_are_kept() -> None:
    projects = [one("1", 3, 20, theme="jeux"), one("2", 3, 20, theme="jeux"), one("3", 3, 20),
                one("4", 3, 20)]  # fmt: skip
    ballots = [(("1", "2", "3"), ())] * 3 + [(("4",), ())]
    purse = [CITY]
    assert set(winners(projects, ballots, purse, rules())) == {"1", "2", "3", "4"}
    for changes, foes, lost, cause in (
        ({"theme_limits": {"jeux": 30}}, [], "2", "category-limit"),
        ({"theme_places": {"jeux": 1}}, [], "2", "category-limit"),
        ({"threshold": 2}, [], "4", "threshold"),
        ({"laureates": 3}, [], "4", "places-filled"),
        ({}, [["1", "3"]], "3", "incompatible"),
    ):
        said = count(projects, ballots, purse, rules(**changes), foes)
        assert {key for key, one in said.items() if not one.elected} == {lost}, changes
        assert said[lost].cause == cause


def test_a_ranking_gives_one_point_less_to_each_next_project() -> None:
    projects = [one("1", 3, 50), one("2", 3, 50), one("3", 3, 50)]
    ballots = [(("1", "2"), ())] * 2 + [(("2",), ())]
    ranked = rules(ballot_type="ranking", maximum=3)
    said = count(projects, ballots, [CITY], ranked)
    assert (said["1"].score, said["2"].score) == (6, 7)
    assert [said["1"].votes, said["2"].votes] == [2, 3]


def test_shares_say_who_paid_and_how_many_more_people_would_do() -> None:
    projects = [one("1", 3, 40), one("2", 3, 41)]
    ballots = [(("1",), ())] * 4 + [(("2",), ())] * 4
    said = count(projects, ballots, [CITY], rules(rule="equal-shares"))
    assert said["1"].figures["payers"] == 4
    assert said["1"].figures["price"] == 10
    lost = said["2"]
    assert (lost.cause, lost.figures["missing"]) == ("shares-spent", 1)
    more = lost.figures["more"]
    assert f"Avec {more} personne" in lost.explanation
    for extra, wins in ((more, True), (more - 1, False)):
        again = count(
            projects, ballots + [(("2",), ())] * extra, [CITY], rules(rule="equal-shares")
        )
        assert again["2"].elected is wins


ballots_of = st.lists(
    st.lists(st.sampled_from("123456"), unique=True, max_size=4), min_size=1, max_size=12
)
costs = st.lists(st.integers(1, 90), min_size=6, max_size=6)


@given(ballots_of, costs, st.sampled_from([name for name in RULES if name != "majority-judgment"]))
def test_every_rule_spends_what_there_is_and_gives_one_cause_to_each_loser(
    chosen: list[list[str]], prices: list[int], rule: str
) -> None:
    projects = [
        one(str(n), 1 + n % 3, cost, "Est" if n % 2 else "Ouest")
        for n, cost in enumerate(prices, 1)
    ]
    declared = rules(rule=rule, **NEEDS.get(rule, {}))
    ballots = [(tuple(ballot), ()) for ballot in chosen]
    purses = [NORTH, SOUTH, CITY]
    said = count(projects, ballots, purses, declared)
    assert set(said) == {one.reference for one in projects}
    spent = sum(one.cost for one in projects if said[one.reference].elected)
    assert spent <= sum(purse.amount for purse in purses)
    for one_said in said.values():
        assert bool(one_said.cause) is not one_said.elected
        assert one_said.explanation
    kept = measures(projects, ballots, purses, declared)
    assert kept["own"]["spent"] == spent == sum(kept["own"]["places"].values())
    for other in kept["others"].values():
        assert sum(other["places"].values()) == other["spent"] <= 280
        assert 0 <= other["none"] <= other["chose"] <= len(ballots)


def test_an_effect_counts_people_with_none_of_their_choices() -> None:
    projects = [one("1", 3, 30, "Nord"), one("2", 3, 30, "Sud")]
    ballots: list[Any] = [(("1",), ()), (("2",), ()), (("1", "2"), ()), ((), ())]
    said = effect_of(projects, ballots, ["1"])
    assert (said["chose"], said["none"], said["places"]) == (3, 1, {"Nord": 30})


@pytest.mark.parametrize("rule", list(RULES))
def test_each_rule_has_a_text_of_its_own(rule: str) -> None:
    declared = {"rule": rule, **NEEDS.get(rule, {})}
    if declared.get("ballot_type", "approval") in BALLOT_TYPES:
        check_rules(data(**declared))
    text = plain(text_of(data(**declared)))
    others = {
        plain(text_of(data(rule=other, **NEEDS.get(other, {})))) for other in RULES if other != rule
    }
    assert text not in others
    assert "%" not in text


def test_a_ready_reglement_fixes_what_it_does_not_ask() -> None:
    for model, fixed in READY.items():
        made = by_model(rules(model=model, threshold=4))
        assert all(made[name] == value for name, value in fixed.items())
        assert made["threshold"] == (4 if model == "other" else 0)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"rule": "majority-judgment"}, "rule"),
        ({"rule": "zones-first"}, "per_zone"),
        ({"rule": "size-classes"}, "large_above"),
        ({"checks": []}, "checks"),
        ({"appeal_days": 0}, "appeal_days"),
        ({"choice": "none"}, "choice"),
        ({"theme_limits": {"fusée": 1}}, "themes"),
    ],
)
def test_rules_that_cannot_be_carried_out_name_the_field(
    changes: dict[str, Any], field: str
) -> None:
    with pytest.raises(Refusal) as no:
        check_rules(rules(**changes))
    assert no.value.field == field


def test_an_agent_takes_a_ready_reglement_and_reads_its_text(
    app: Flask, db: Session, clock: StoppedClock
) -> None:
    clock.set(PREPARED)
    made = prepared(db)
    agent = visitor_of(app, made.agent.email)
    base = f"/budgets/{made.slug}/regles"
    page = agent.see(base)
    assert page.html.index("des favoris") < page.html.index("Autres règles")
    short = agent.see(f"{base}/neighbourhoods")
    assert "Parts égales" not in short
    agent.send(f"{base}/neighbourhoods", {"maximum": 4, "choice": "one", "minimum_age": 9})
    agent.send(f"{base}/other", {"themes": "Fusées : 20"}, 422)
    agent.see(f"{base}/autre", 404)
    db.rollback()
    seen = queries.edition(db, made.slug)
    assert seen is not None
    assert seen.current is not None
    kept = seen.current.data
    assert (kept["model"], kept["rule"], kept["maximum"]) == (
        "neighbourhoods", "zones-then-complement", 4,
    )  # fmt: skip
    agent.send(
        f"{base}/other",
        {"rule": "equal-shares", "completion": "add1u", "themes": "Jeux : 2 projets\nEau : 12,50"},
    )
    db.rollback()
    seen = queries.edition(db, made.slug)
    assert seen is not None
    assert seen.current is not None
    kept = seen.current.data
    assert (kept["theme_places"], kept["theme_limits"]) == ({"jeux": 2}, {"eau": 12_50})
    assert "Jeux : 2 projets" in agent.see(f"{base}/other").html


def test_a_rule_set_alone_leaves_no_ready_reglement_that_says_otherwise(db: Session) -> None:
    made = prepared(db, skip=False)
    seen = queries.edition(db, made.slug)
    assert seen is not None
    assert seen.current is not None
    assert seen.current.data["model"] == "other"
    with pytest.raises(TypeError):
        service.set_rules(db, edition_id=made.id, by="system", at=PREPARED, colour="red")


def test_one_neighbourhood_of_ones_choice_is_kept_by_the_ballot(
    db: Session, tmp_path: Path
) -> None:
    made = frozen(
        db, tmp_path, ((0, 10_000_00), (0, 9_000_00), (1, 5_000_00)), choice="one", model="other"
    )
    with pytest.raises(Refusal, match="gardez ceux d'un seul"):
        voted(db, tmp_path, made, ("1", "3"))
    seen = queries.edition(db, made.slug)
    assert seen is not None
    assert seen.current is not None
    assert "ne vote que pour les projets de ce quartier" in seen.current.text
    assert seen.row.poll_id is not None
    poll = polls.poll_by_id(db, seen.row.poll_id)
    assert poll is not None
    assert "tous du même quartier" in polls.choose_sentence(poll)
    assert (poll.contest_days, poll.publication) == (15, "auto")


def test_where_the_reglement_has_no_paper_nobody_votes_on_paper(
    db: Session, tmp_path: Path
) -> None:
    made = frozen(db, tmp_path, ((0, 10_000_00), (1, 5_000_00)), paper=False)
    seen = queries.edition(db, made.slug)
    assert seen is not None
    assert seen.current is not None
    assert "Il n'y a pas de vote sur papier" in seen.current.text
    assert seen.row.poll_id is not None
    poll = polls.poll_by_id(db, seen.row.poll_id)
    assert poll is not None
    [(right, _code)] = make_letters(db, poll, tmp_path, 1, at=DURING)
    with pytest.raises(Refusal, match="bulletin de papier"):
        votes.vote_on_paper(
            db, poll_id=poll.id, right_id=right, known=secrets_of(poll, tmp_path), at=DURING
        )


def at_home(db: Session, made: Made, *, second: int | None) -> None:
    """Says whose the two envelopes are, before the act; the second may be of the whole town."""
    with writing(db):
        for key, number in zip(made.envelopes, (made.town.neighbourhood, second), strict=True):
            db.get_one(BudgetEnvelope, key).neighbourhood_id = number


def test_their_own_neighbourhood_is_written_sealed_and_asks_for_envelopes(
    app: Flask, db: Session
) -> None:
    made = prepared(db, choice="own")
    desk = visitor_of(app, made.agent.email)
    assert "une enveloppe pour chaque quartier" in desk.see(f"/budgets/{made.slug}/gestion")
    for second, missing in (
        (None, "une enveloppe pour chaque quartier"),
        (made.town.neighbourhood, "une seule enveloppe par quartier"),
    ):
        at_home(db, made, second=second)
        with pytest.raises(Refusal, match=missing):
            adopt(db, made)
        db.rollback()
    at_home(db, made, second=made.town.second_neighbourhood)
    adopt(db, made)
    db.rollback()
    seen = queries.edition(db, made.slug)
    assert seen is not None
    assert seen.current is not None
    assert seen.current.data["choice"] == "own"
    assert "Chacun vote pour les projets de son quartier" in seen.current.text
    assert "déclare son quartier sur l'honneur" in seen.current.text
    listed = text_of({**seen.current.data, "residence": "roll"})
    assert "Le quartier est celui de l'adresse qui est sur la liste." in listed
    assert seen.current.digest == digest_of([seen.current.data, seen.current.text])
    assert seen.current.digest != digest_of(
        [{**seen.current.data, "choice": "all"}, seen.current.text]
    )


def test_their_own_neighbourhood_reaches_the_ballot(
    db: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = adopt

    def placed(db: Session, made: Made) -> None:
        at_home(db, made, second=made.town.second_neighbourhood)
        real(db, made)

    monkeypatch.setattr("tests.budgets.make.adopt", placed)
    made = frozen(db, tmp_path, ((0, 5_000_00), (1, 4_000_00)), choice="own")
    db.rollback()
    seen = queries.edition(db, made.slug)
    assert seen is not None
    assert seen.row.poll_id is not None
    poll = polls.poll_by_id(db, seen.row.poll_id)
    assert poll is not None
    assert poll.one_group
    assert poll.districts == (
        ("Les Tilleuls", made.town.neighbourhood),
        ("La Gare", made.town.second_neighbourhood),
    )


def test_limits_by_neighbourhood_and_by_size_hold_and_are_in_the_text() -> None:
    listed = [
        Candidate("1", 1, 30, 1, "Un", place="Tilleuls", theme="jeux"),
        Candidate("2", 2, 20, 1, "Deux", place="Tilleuls", theme="jeux"),
        Candidate("3", 3, 20, 1, "Trois", place="Gare", theme="jeux"),
        Candidate("4", 4, 30, 1, "Quatre", place="Gare", theme="jeux"),
    ]
    ballots = [((one,), ()) for one in "111223344"]
    purse = [Purse(1, "Ville", 100)]
    for changes, won in (
        ({}, {"1", "2", "3", "4"}),
        ({"place_places": {"Tilleuls": 1}}, {"1", "3", "4"}),
        ({"place_limits": {"Gare": 25}}, {"1", "2", "3"}),
        ({"large_above": 25, "large_places": 1}, {"1", "2", "3"}),
    ):
        said = count(listed, ballots, purse, rules(**changes))
        assert {one for one, found in said.items() if found.elected} == won
        assert {found.cause for found in said.values() if not found.elected} <= {"category-limit"}
    lost = count(listed, ballots, purse, rules(place_places={"Tilleuls": 1}))["2"]
    assert "Le plafond « quartier Tilleuls » était atteint" in plain(lost.explanation)


def test_shares_rounded_to_the_euro_below_are_those_of_the_engine() -> None:
    listed = [Candidate("1", 1, 1_99, 1, "Un"), Candidate("2", 2, 50, 1, "Deux")]
    ballots = [(("1",), ()), (("2",), ())]
    purse = [Purse(1, "Ville", 3_99)]
    exact = count(listed, ballots, purse, rules(rule="equal-shares", utility="cost"))
    rounded = count(
        listed, ballots, purse, rules(rule="equal-shares", utility="cost", start="integral")
    )
    assert [exact[one].elected for one in "12"] == [True, True]
    assert [rounded[one].elected for one in "12"] == [False, True]


def test_an_agent_sets_what_only_the_engine_knew(
    app: Flask, db: Session, clock: StoppedClock
) -> None:
    clock.set(PREPARED)
    made = prepared(db)
    agent = visitor_of(app, made.agent.email)
    door = f"/budgets/{made.slug}/regles/other"
    good: dict[str, Any] = {
        "rule": "equal-shares", "completion": "add1u", "start": "integral", "phone_share": 3,
        "keep_days": 90, "question": "Que faut-il à nos rues ?", "large_above": "25000",
        "large_places": 2, "checks": ["sms", "desk"],
        "themes": "quartier les tilleuls : 1 projet\nQuartier Les Tilleuls : 20000",
    }  # fmt: skip
    assert (
        "s'appelle « de la Lune »"
        in agent.send(door, {**good, "themes": "Quartier de la Lune : 2 projets"}, 422).text
    )
    assert "De la durée" in agent.send(door, {**good, "keep_days": 3}, 422).text
    agent.send(door, {**good, "phone_share": 9}, 422)
    agent.send(door, good)
    db.rollback()
    adopt(db, made)
    seen = queries.edition(db, made.slug)
    assert seen is not None
    assert seen.current is not None
    kept = seen.current.data
    assert (kept["place_places"], kept["place_limits"]) == (
        {"Les Tilleuls": 1}, {"Les Tilleuls": 20_000_00},
    )  # fmt: skip
    text = seen.current.text
    for said in (
        "arrondie à l'euro", "à 3 personnes", "détruits 90 jours après",
        "Que faut-il à nos rues", "Quartier « Les Tilleuls » : 1 projet au plus",
        "2 projets de plus de 25", "des projets s'excluent", "marqué « retiré »",
    ):  # fmt: skip
        assert said in text


def test_the_text_says_how_many_projects_every_kind_of_ballot_takes() -> None:
    points = {"ballot_type": "points", "max_points": 3, "max_sum": 7}
    for said, wanted in (
        ({**points, "minimum": 3, "maximum": 4}, "de 3 à 4 projets"),
        ({**points, "minimum": 1, "maximum": 2}, "de 1 à 2 projets"),
        ({"ballot_type": "ranking", "minimum": 2, "maximum": 3}, "de 2 à 3 projets"),
        ({"ballot_type": "knapsack", "minimum": 2, "maximum": 5}, "de 2 à 5 projets"),
        ({"ballot_type": "graded", "minimum": 0, "maximum": 4}, "de 0 à 4 projets"),
    ):
        assert wanted in plain(text_of(data(**said)))


def test_what_the_reglement_says_is_what_the_vote_does(db: Session, tmp_path: Path) -> None:
    made = frozen(
        db, tmp_path, ((0, 10_000_00), (0, 20_000_00)), keep_days=90, appeal_days=20,
        phone_share=2, checks=["sms"], question="Que faut-il à nos rues ?",
    )  # fmt: skip
    seen = queries.edition(db, made.slug)
    assert seen is not None
    assert seen.row.poll_id is not None
    poll = polls.poll_by_id(db, seen.row.poll_id)
    assert poll is not None
    assert (poll.keep_days, poll.contest_days, poll.phone_share) == (90, 20, 2)
    assert poll.question == "Que faut-il à nos rues ?"


def test_a_reglement_is_articles_that_can_be_cited_and_says_who_decides() -> None:
    text = plain(text_of(data(rule="zones-then-complement", checks=["letter", "sms"], paper=False)))
    titles = re.findall(r"^## Article (\d+)\. (.+)$", text, flags=re.MULTILINE)
    assert [int(number) for number, _title in titles] == list(range(1, 14))
    for wanted in ("Objet", "Définitions", "Le calendrier", "Le compte", "La commission du vote",
                   "Les contestations", "Les données personnelles", "Les changements"):  # fmt: skip
        assert wanted in [title for _number, title in titles]
    for number, _title in titles:
        part = text.partition(f"## Article {number}. ")[2].partition("\n## ")[0]
        marks = re.findall(r"^\*\*(\d+)\.(\d+)\*\* ", part, flags=re.MULTILINE)
        assert [one for one, _at in marks] == [number] * len(marks)
        assert [int(at) for _one, at in marks] == list(range(1, len(marks) + 1))
        assert marks, number
    for said in ("il donne un avis", "tribunal administratif", "CNIL", "une adresse postale",
                 "un numéro de téléphone", "- **Complément**", "détruits 60 jours"):  # fmt: skip
        assert said.lower() in text.lower()
    for unsaid in ("citoyen", "électeur", "référendum", "bureau de vote", "papier sont saisis"):
        assert unsaid not in text


def test_an_edition_by_neighbourhood_needs_an_envelope_of_one(db: Session) -> None:
    made = prepared(db, model="neighbourhoods")
    row = db.get_one(Edition, made.id)
    assert [str(one) for one in service.what_is_missing(db, row)] == [
        "au moins une enveloppe de quartier ou de thème"
    ]
    assert service.draft(db, row) is None
    db.rollback()
    with pytest.raises(Refusal, match="enveloppe de quartier"):
        adopt(db, made)


def test_a_limit_by_theme_is_said_in_the_themes_own_word() -> None:
    listed = [
        Candidate("1", 1, 30, 1, "Un", theme="velo"), Candidate("2", 2, 20, 1, "Deux", theme="velo")
    ]  # fmt: skip
    said = count(listed, [(("1", "2"), ())], [Purse(1, "Ville", 100)],
                 rules(theme_places={"velo": 1}, tie="number"))  # fmt: skip
    assert "Le plafond « thème Vélo » était atteint" in plain(said["2"].explanation)


def test_a_ready_reglement_takes_a_beginner_to_a_text_in_four_forms(
    app: Flask, db: Session, clock: StoppedClock
) -> None:
    clock.set(PREPARED)
    made = empty(db)
    agent = visitor_of(app, made.agent.email)
    base = f"/budgets/{made.slug}"
    rules_page = agent.see(f"{base}/regles/neighbourhoods").html
    first, _summary, rest = rules_page.partition("<details>")
    assert 'name="maximum"' in first
    assert 'name="minimum_age"' in first
    assert 'name="checks"' in rest
    asked = set(re.findall(r' name="(\w+)"', first[first.index("<main") :])) - {
        "csrf_token",
        "once",
    }
    assert {"question", "maximum", "minimum_age", "cap"} < asked
    assert len(asked) <= 9
    agent.send(f"{base}/regles/neighbourhoods", {"maximum": 3, "minimum_age": 11})
    late = agent.send(f"{base}/regles/neighbourhoods", {"keep_days": 1}, 422)
    assert "<details open>" in late.html
    agent.send(f"{base}/enveloppes", {"amount": "12 500,50"}, 422)
    agent.send(
        f"{base}/enveloppes",
        {"neighbourhood": made.town.neighbourhood, "name": "", "amount": "12 500,50"},
    )
    agent.send(
        f"{base}/calendrier",
        {"filing_opens_at": "2026-04-01T08:00", "filing_closes_at": "2026-05-15T20:00",
         "vote_opens_at": "2026-09-01T08:00", "vote_closes_at": "2026-09-20T20:00"},
    )  # fmt: skip
    text = agent.see(f"{base}/reglement").text
    for said in (
        "Article 13.",
        "12 500,50 €",
        "de 1 à 3 projets",
        "11 ans",
        "forment le complément",
    ):
        assert said in text


def test_a_project_may_cost_the_cap_and_not_a_cent_more(db: Session) -> None:
    made = prepared(db, cap=12_000_00)
    adopt(db, made)
    for cost in (12_000_00, 12_000_01):
        key = project(db, made.town, made.resident.person, made.agent.person, cost)

        def propose(key: int = key) -> None:
            """Into the first envelope."""
            service.propose(
                db, edition_id=made.id, project_id=key, envelope_id=made.envelopes[0],
                by=made.agent.person, at=DURING,
            )  # fmt: skip

        if cost == 12_000_00:
            propose()
        else:
            with pytest.raises(Refusal, match="plafond"):
                propose()
