"""The result explains itself: sums to the cent, reasons, other rules, files to count again."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from civic.ballots.models import PollStep
from civic.budgets import queries, service
from civic.budgets.models import BudgetEnvelope
from civic.house.db import writing
from civic.rules import tally
from tests.budgets.make import AFTER, DURING, Made, frozen, voted
from tests.budgets.test_pages import visitor_of
from tests.rules.tally.test_writing import checked

if TYPE_CHECKING:
    from flask import Flask
    from sqlalchemy.orm import Session

    from civic.house.settings import Settings
    from tests.machine.statements import CountStatements
    from tests.machine.stopped import StoppedClock


def settled(
    db: Session, folder: Path, costs: tuple[tuple[int, int], ...], *ballots: tuple[str, ...],
    **rules: Any,
) -> Made:  # fmt: skip
    """An édition with its result."""
    made = frozen(db, folder, costs, model="other", **rules)
    voted(db, folder, made, *ballots)
    service.settle(db, edition_id=made.id, by=made.agent.person, at=AFTER)
    return made


def seen_of(db: Session, made: Made) -> queries.Seen:
    """The édition as its pages see it."""
    db.rollback()
    db.expire_all()
    seen = queries.edition(db, made.slug)
    assert seen is not None
    return seen


def test_envelopes_and_their_complement_add_up_to_the_cent(
    app: Flask, db: Session, settings: Settings, clock: StoppedClock, monkeypatch: Any
) -> None:
    clock.set(AFTER)
    add = BudgetEnvelope.__init__

    def local(self: BudgetEnvelope, **values: Any) -> None:
        """Both envelopes are a neighbourhood's or a theme's."""
        add(self, **{**values, "theme": "jeux" if values["position"] == 1 else "eau"})

    monkeypatch.setattr(BudgetEnvelope, "__init__", local)
    made = settled(
        db, settings.vault,
        ((0, 45_000_01), (0, 20_000_00), (1, 12_345_67), (1, 19_000_00)),
        ("1", "2"), ("1", "3"), ("1",), ("2", "3"), ("3",), ("4",),
        rule="zones-then-complement",
    )  # fmt: skip
    seen = seen_of(db, made)
    first, second, complement = queries.results(seen, queries.catalogue(db, made.id))
    assert [one.reference for one in first.winners] == ["1"]
    assert [one.reference for one in second.winners] == ["3"]
    assert complement.amount == first.left + second.left
    assert [one.reference for one in complement.winners] == ["2"]
    parts = (first, second, complement)
    assert sum(part.spent for part in parts) + complement.left == seen.total
    page = visitor_of(app).see(f"/budgets/{made.slug}/resultats")
    assert "au complément" in page
    assert "il a manqué" in page
    visitor_of(app).see(f"/budgets/{made.slug}/resultats/0")


def test_money_by_neighbourhood_and_theme_adds_up_to_what_is_spent(
    db: Session, settings: Settings
) -> None:
    made = settled(db, settings.vault, ((0, 45_000_00), (1, 12_345_67)), ("1",), ("2",))
    items = queries.catalogue(db, made.id)
    places, themes = queries.money_by(items)
    spent = sum(item.cost for item in items if item.elected)
    assert sum(cents for _name, cents in places) == sum(cents for _name, cents in themes) == spent


def test_other_rules_are_shown_when_the_reglement_says_so_and_only_then(
    app: Flask, db: Session, settings: Settings, clock: StoppedClock
) -> None:
    clock.set(AFTER)
    made = settled(db, settings.vault, ((0, 45_000_00), (0, 20_000_00), (1, 9_000_00)),
                   ("1", "2"), ("1",), ("3",))  # fmt: skip
    public, agent = visitor_of(app), visitor_of(app, made.agent.email)
    path = f"/budgets/{made.slug}/comparer"
    public.see(path, 404)
    agent.see(path)
    assert "Avec une autre règle" not in public.see(f"/budgets/{made.slug}/resultats")
    assert "Budget participatif d'Essaiville" in agent.see("/budgets/simulateur")
    assert "Budget participatif d'Essaiville" not in public.see("/budgets/simulateur")


def test_an_edition_that_compares_shows_it_to_everybody(
    app: Flask,
    db: Session,
    settings: Settings,
    clock: StoppedClock,
    count_statements: CountStatements,
) -> None:
    clock.set(AFTER)
    made = settled(db, settings.vault, ((0, 45_000_00), (0, 20_000_00), (1, 9_000_00)),
                   ("1", "2"), ("1",), ("3",), compare=True, rule="equal-shares")  # fmt: skip
    public = visitor_of(app)
    page = public.see(f"/budgets/{made.slug}/comparer")
    assert "Ce règlement : Parts égales" in page
    assert "Payé par" in public.see(f"/budgets/{made.slug}/resultats")
    for path in ("comparer", "mes-choix", "resultats", "resultats/cadre"):
        with count_statements() as statements:
            public.see(f"/budgets/{made.slug}/{path}")
        assert len(statements) <= 10, path
    with count_statements() as statements:
        public.see("/budgets/simulateur")
    assert len(statements) <= 10


def test_only_the_page_made_for_it_may_stand_in_another_site(
    app: Flask, db: Session, settings: Settings, clock: StoppedClock
) -> None:
    clock.set(AFTER)
    made = settled(db, settings.vault, ((0, 45_000_00), (1, 9_000_00)), ("1",), ("2",))
    public = visitor_of(app)
    usual = app.test_client().get(f"/budgets/{made.slug}/resultats")
    frame = app.test_client().get(f"/budgets/{made.slug}/resultats/cadre")
    was, now = (one.headers["Content-Security-Policy"] for one in (usual, frame))
    assert now == was.replace("frame-ancestors 'none'", "frame-ancestors *")
    kept = ("X-Content-Type-Options", "Cross-Origin-Opener-Policy", "Referrer-Policy")
    assert all(usual.headers[name] == frame.headers[name] for name in kept)
    page = public.see(f"/budgets/{made.slug}/resultats/cadre")
    assert "Projet 1" in page
    assert "Mon espace" not in page


def test_my_choices_asks_nothing_of_the_server(
    app: Flask, db: Session, settings: Settings, clock: StoppedClock
) -> None:
    clock.set(AFTER)
    made = settled(db, settings.vault, ((0, 45_000_00), (1, 9_000_00)), ("1",), ("2",))
    page = visitor_of(app).see(f"/budgets/{made.slug}/mes-choix")
    main = page.html[page.html.index("<main") : page.html.index("</main>")]
    assert "<form" not in main
    assert " name=" not in main
    assert "besoin de JavaScript" in page


def test_opened_ballots_are_published_where_the_reglement_says_and_count_the_same(
    app: Flask, db: Session, settings: Settings, clock: StoppedClock, tmp_path: Path
) -> None:
    clock.set(AFTER)
    made = settled(
        db, settings.vault, ((0, 45_000_00), (0, 20_000_00), (1, 9_000_00)),
        ("1", "2"), ("1",), ("3", "1"), publication="always",
    )  # fmt: skip
    public = visitor_of(app)
    assert ".pb" not in public.see(f"/budgets/{made.slug}/resultats").html  # too few ballots
    certified(db, made, published=True)
    page = public.see(f"/budgets/{made.slug}/resultats")
    links = re.findall(r'href="([^"]+\.pb)"', page.html)
    assert len(links) == 2
    content = public.fetch(links[0], type="text/plain").body
    assert content == public.fetch(links[0], type="text/plain").body
    election = tally.read(content)
    won = {p.id for p in election.projects if p.selected == "1"}
    assert won == {"1"}
    assert set(tally.count(election, "greedy", tie="cheapest").winners) == won
    certified(db, made, published=False)
    public.fetch(links[0], 404)


def certified(db: Session, made: Made, *, published: bool) -> None:
    """As if the count had found many ballots, or few."""
    seen = seen_of(db, made)
    db.rollback()
    with writing(db):
        row = db.get(PollStep, (seen.row.poll_id, "counted"))
        assert row is not None
        row.figures = {**row.figures, "bulletins_publies": published}


@pytest.mark.filterwarnings("ignore")
def test_a_recount_file_passes_the_checker_of_the_format(
    db: Session, settings: Settings, tmp_path: Path
) -> None:
    made = settled(
        db, settings.vault, ((0, 45_000_00), (0, 20_000_00), (1, 9_000_00), (1, 12_000_00)),
        ("1", "2"), ("1",), ("3", "1"), ("4",), publication="always",
    )  # fmt: skip
    row = seen_of(db, made).row
    for unit in service.counted_units(db, row):
        content = service.recount_file(row, unit, place="Essaiville")
        assert checked(content, tmp_path) == {"errors": {}, "warnings": {}}


def test_what_the_elus_decide_beside_the_vote_is_shown_with_its_reason(
    app: Flask, db: Session, settings: Settings, clock: StoppedClock
) -> None:
    clock.set(AFTER)
    made = settled(db, settings.vault, ((0, 45_000_00), (1, 9_000_00)), ("1",), ("2",))
    public = visitor_of(app)
    assert "s'écartent du vote" not in public.see(f"/budgets/{made.slug}/resultats")
    first = queries.catalogue(db, made.id)[0]
    db.rollback()
    with writing(db):
        service.record_outcome_within(
            db, edition_project_id=first.id, outcome="set_aside", reason="Le sol est pollué.",
            by="system", at=AFTER,
        )  # fmt: skip
    page = public.see(f"/budgets/{made.slug}/resultats")
    assert "Là où les élus s'écartent du vote" in page
    assert "Le sol est pollué." in page
    again = next(i for i in queries.catalogue(db, made.id) if i.id == first.id)
    assert (again.elected, again.votes, again.explanation) == (
        True, first.votes, first.explanation,
    )  # fmt: skip


@pytest.mark.parametrize("ballots", [(), ((),), ((), ())])
def test_a_vote_without_a_choice_has_a_result_that_funds_nothing(
    app: Flask, db: Session, settings: Settings, clock: StoppedClock, ballots: Any
) -> None:
    clock.set(AFTER)
    made = settled(
        db, settings.vault, ((0, 45_000_00), (1, 9_000_00)), *ballots,
        rule="equal-shares", completion="add1u", compare=True, publication="always",
    )  # fmt: skip
    items = queries.catalogue(db, made.id)
    assert not any(item.elected for item in items)
    assert all(item.cause == "no-support" for item in items)
    public = visitor_of(app)
    public.see(f"/budgets/{made.slug}/resultats")
    public.see(f"/budgets/{made.slug}/comparer")


def test_no_result_page_opens_before_the_count(
    app: Flask, db: Session, settings: Settings, clock: StoppedClock
) -> None:
    made = frozen(db, settings.vault, ((0, 45_000_00), (1, 12_345_67)))
    clock.set(DURING)
    public = visitor_of(app)
    for path in ("comparer", "resultats/cadre"):
        public.see(f"/budgets/{made.slug}/{path}", 404)
    public.fetch(f"/budgets/{made.slug}/resultats/0.pb", 404)
    assert "pas encore de résultats" in public.see(f"/budgets/{made.slug}/mes-choix")
