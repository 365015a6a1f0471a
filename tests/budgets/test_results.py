"""The result explains itself: sums to the cent, reasons, other rules, files to count again."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import func, select

from civic.ballots import queries as polls
from civic.ballots.models import PollStep
from civic.budgets import queries, service
from civic.budgets.counting import units
from civic.budgets.models import BudgetEnvelope, RecountFile
from civic.budgets.service.recounting import recount_file
from civic.budgets.service.settling import on_the_ballot, opened_ballots, rules_in_force
from civic.house.db import writing
from civic.rules import tally
from tests.budgets.make import AFTER, DURING, FINAL, Made, frozen, voted
from tests.budgets.test_pages import visitor_of
from tests.rules.tally.test_writing import checked

if TYPE_CHECKING:
    from flask import Flask
    from sqlalchemy.orm import Session

    from civic.house.settings import Settings
    from tests.machine.pages import Page
    from tests.machine.statements import CountStatements
    from tests.machine.stopped import StoppedClock


def settled(
    db: Session, folder: Path, costs: tuple[tuple[int, int], ...], *ballots: tuple[str, ...],
    **rules: Any,
) -> Made:  # fmt: skip
    """An édition with its result, which the worker has compared."""
    made = proclaimed(db, folder, costs, *ballots, **rules)
    assert service.compare_due(db, AFTER) == 1
    return made


def proclaimed(
    db: Session, folder: Path, costs: tuple[tuple[int, int], ...], *ballots: tuple[str, ...],
    **rules: Any,
) -> Made:  # fmt: skip
    """An édition whose result was just proclaimed."""
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
    assert [one.reference for one in complement.items] == ["2", "4"]  # and who missed it
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
    assert sum(row[1] for row in places) == sum(row[1] for row in themes) == spent
    won = sum(1 for item in items if item.elected)
    assert sum(row[2] for row in places) == sum(row[2] for row in themes) == won
    assert sum(row[3] for row in places) == sum(row[3] for row in themes) == 100


def test_the_whole_result_is_there_as_data_and_says_what_the_page_says(
    app: Flask, db: Session, settings: Settings, clock: StoppedClock
) -> None:
    clock.set(AFTER)
    made = proclaimed(
        db, settings.vault, ((0, 45_000_00), (0, 20_000_50), (1, 9_000_00), (1, 12_000_00)),
        ("1", "2"), ("1",), ("3",), ("3", "4"),
    )  # fmt: skip
    public = visitor_of(app)
    page = public.see(f"/budgets/{made.slug}/resultats")
    said = json.loads(public.fetch(f"/budgets/{made.slug}/resultats.json").body)
    won = [one for one in said["projets"] if one["retenu"]]
    assert [one["numero"] for one in won] == ["1", "3"]
    assert said["engage"] == sum(one["cout"] for one in won) == 54_000_00
    assert sum(part["reste"] for part in said["parts"]) == said["total"] - said["engage"]
    for part in said["parts"]:
        assert part["engage"] + part["reste"] == part["montant"]
    missing = {one["numero"]: one["chiffres"].get("missing") for one in said["projets"]}
    assert missing == {"1": None, "2": 5_000_50, "3": None, "4": 1_000_00}
    assert "il a manqué 5\u202f000,50\u00a0€" in page
    main = page.html[page.html.index("<main") :]
    assert main.index("Les lauréats") < main.index("Enveloppe par enveloppe")
    assert "100\u202f% de participation" in page or "de participation : 4 personnes sur 4" in page


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
    made = proclaimed(
        db, settings.vault, ((0, 45_000_00), (0, 20_000_00), (1, 9_000_00)),
        ("1", "2"), ("1",), ("3", "1"), publication="always",
    )  # fmt: skip
    public = visitor_of(app)
    page = public.see(f"/budgets/{made.slug}/resultats")
    assert ".pb" not in page.html  # too few ballots
    assert "pour recompter" not in page
    certified(db, made, published=True)
    page = public.see(f"/budgets/{made.slug}/resultats")
    assert "le fichier est en cours de préparation" in page
    public.fetch(f"/budgets/{made.slug}/resultats/{made.envelopes[0]}.pb", 404)
    db.rollback()
    service.compare_due(db, AFTER)
    page = public.see(f"/budgets/{made.slug}/resultats")
    assert "en cours de préparation" not in page
    links = files_of(page)
    assert len(links) == 2
    content = public.fetch(links[0], type="text/plain").body
    assert content == public.fetch(links[0], type="text/plain").body
    election = tally.read(content)
    won = {p.id for p in election.projects if p.selected == "1"}
    assert won == {"1"}
    assert set(tally.count(election, "greedy", tie="cheapest").winners) == won
    certified(db, made, published=False)
    public.fetch(links[0], 404)


def files_of(page: Page) -> list[str]:
    """The addresses of a result's files to count again."""
    return re.findall(r'href="([^"]+\.pb\?v=[0-9a-f]{16})"', page.html)


def test_a_file_to_recount_is_made_once_and_asked_for_again_only_when_it_changes(
    app: Flask,
    db: Session,
    settings: Settings,
    clock: StoppedClock,
    count_statements: CountStatements,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock.set(AFTER)
    made = proclaimed(
        db, settings.vault, ((0, 45_000_00), (1, 9_000_00), (1, 12_000_00)),
        *[("1", "2"), ("3", "1"), ("2",)] * 5, publication="always",
    )  # fmt: skip
    certified(db, made, published=True)
    db.rollback()
    service.compare_due(db, AFTER)
    made_now = recounted(db, made)
    monkeypatch.setattr(polls, "opened", None)  # nobody reads a ballot any more
    public = visitor_of(app)
    with count_statements() as statements:
        page = public.see(f"/budgets/{made.slug}/resultats")
    assert len(statements) <= 10
    for link, content in zip(files_of(page), made_now, strict=True):
        with count_statements() as statements:
            page = public.fetch(link, type="text/plain")
        assert len(statements) <= 9
        assert page.body == content
        assert page.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        etag = page.headers["ETag"]
        with count_statements() as statements:
            again = public.fetch(link, 304, headers={"If-None-Match": f"W/{etag}"})
        assert (again.body, again.headers["ETag"]) == (b"", etag)
        assert not any("recount_file.content" in one for one in statements)
        for plain in (link.partition("?")[0], f"{link}0"):
            page = public.fetch(plain, type="text/plain")
            assert (page.body, page.headers["ETag"]) == (content, etag)
            assert "immutable" not in page.headers["Cache-Control"]
        part = public.fetch(link, 206, headers={"Range": "bytes=4-9"})
        assert part.body == content[4:10]


def recounted(db: Session, made: Made) -> list[bytes]:
    """The files of a result, worked out anew from its opened ballots."""
    row = seen_of(db, made).row
    assert row.poll_id is not None
    purses, _rows, candidates = on_the_ballot(db, row.id)
    rules = rules_in_force(db, row).data
    done = units(candidates, opened_ballots(db, row.poll_id), purses, rules, row.incompatible)
    return [recount_file(row, one, place="Essaiville") for one in done]


def test_ballots_that_are_not_published_are_in_no_file(db: Session, settings: Settings) -> None:
    settled(db, settings.vault, ((0, 45_000_00), (1, 9_000_00)), ("1",), publication="always")
    assert db.scalar(select(func.count()).select_from(RecountFile)) == 0


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
    made = proclaimed(
        db, settings.vault, ((0, 45_000_00), (0, 20_000_00), (1, 9_000_00), (1, 12_000_00)),
        ("1", "2"), ("1",), ("3", "1"), ("4",), publication="always",
    )  # fmt: skip
    certified(db, made, published=True)
    db.rollback()
    service.compare_due(db, AFTER)
    stored = db.scalars(select(RecountFile.content).order_by(RecountFile.envelope_id)).all()
    assert stored == recounted(db, made)
    assert len(stored) == 2
    for content in stored:
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
            by="system", at=FINAL,
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


def test_a_graded_result_says_each_grade_and_the_majoritys(
    app: Flask, db: Session, settings: Settings, clock: StoppedClock
) -> None:
    clock.set(AFTER)
    made = frozen(
        db, settings.vault, ((0, 45_000_00), (0, 20_000_00), (1, 9_000_00)), model="other",
        rule="majority-judgment", ballot_type="graded", minimum=0, laureates=1,
    )  # fmt: skip
    voted(
        db, settings.vault, made, ("1", "2", "3"), ("1", "2"), ("2", "3"),
        marks=((3, 1, 2), (3, 2), (1, 3)),
    )  # fmt: skip
    service.settle(db, edition_id=made.id, by=made.agent.person, at=AFTER)
    service.compare_due(db, AFTER)
    items = {one.reference: one for one in queries.catalogue(db, made.id)}
    assert items["1"].figures["grades"] == [1, 0, 0, 2]
    assert (items["1"].figures["grade"], items["2"].figures["grade"]) == (3, 1)
    assert [items[key].elected for key in ("1", "2", "3")] == [True, False, True]
    assert items["2"].cause == "places-filled"
    public = visitor_of(app)
    page = public.see(f"/budgets/{made.slug}/resultats").text
    assert "Oui, beaucoup" in page
    assert "La mention d'un projet" in page
    assert "Le nombre de lauréats était déjà atteint" in page
    assert "Oui, beaucoup" in public.see(f"/budgets/{made.slug}/resultats/cadre").text
    public.see(f"/budgets/{made.slug}/resultats/{made.envelopes[0]}")
    public.see(f"/budgets/{made.slug}/mes-choix")
