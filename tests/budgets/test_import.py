"""Past éditions of elsewhere: real figures, counted here, outside our totals; bad files refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from civic.budgets import queries, service
from civic.budgets.commands import budget
from civic.budgets.demo.generated import BALLOTS, PROJECTS, SECTORS, election
from civic.budgets.service.importing import CannotImport
from civic.rules import tally
from tests import make

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Flask
    from sqlalchemy.orm import Session

    from civic.house.settings import Settings
    from tests.machine.visitor import Visitor

SMALL = """META
key;value
description;Essai
country;France
unit;Loin
instance;2021
num_projects;3
num_votes;4
budget;100.50
vote_type;approval
rule;greedy
date_begin;01.03.2021
date_end;31.03.2021
max_length;2
currency;EUR
PROJECTS
project_id;cost;votes;name;category
a;60.25;3;"Un banc; et un arbre";Nature en ville
b;40.25;2;Éclairage;Énergie
c;40.25;2;Piste;Mobilité
VOTES
voter_id;vote
1;a,b
2;a,c
3;a
4;b,c
"""


def put_in(db: Session, text: str, **changes: str) -> service.Imported:
    """Imports a text as the town « Loin »."""
    return service.import_election(
        db,
        election=tally.read(text.encode()),
        municipality=changes.get("municipality", "Loin"),
        by="system",
        at=make.NOW,
        title=changes.get("title"),
        source="fichier d'essai",
    )


def test_the_votes_of_a_file_are_counted_here_and_money_is_exact(db: Session) -> None:
    done = put_in(db, SMALL)
    assert (done.projects, done.ballots, done.budget, done.differences) == (3, 4, 10_050, ())
    seen = queries.edition(db, done.slug)
    assert seen is not None
    [result] = queries.results(seen, queries.catalogue(db, seen.row.id))
    assert [(i.reference, i.votes, i.elected) for i in result.items] == [
        ("a", 3, True), ("b", 2, True), ("c", 2, False),
    ]  # fmt: skip
    assert (result.spent, result.left) == (10_050, 0)


def test_an_example_of_elsewhere_is_in_no_list_and_no_total_of_ours(
    app: Flask, db: Session
) -> None:
    town = make.town(db)
    done = put_in(db, SMALL)
    assert queries.editions(db, external=False, prepared=True) == []
    assert [one.row.slug for one in queries.editions(db, external=True)] == [done.slug]
    assert queries.open_now(db, make.NOW) == []
    assert "Loin" not in [name for _key, name in queries.territories(db)]
    assert "Ville de Loin" not in [name for _key, name in queries.funders(db)]
    assert queries.scope_of(db, done.slug) is not None
    assert f"municipality:{town.municipality}" not in (queries.scope_of(db, done.slug) or ())
    visitor: Visitor = app.test_client()  # type: ignore[assignment]
    assert "Exemple extérieur" in visitor.see(f"/budgets/{done.slug}")
    assert "Exemples extérieurs" in visitor.see("/budgets/")
    for page in ("reglement", "projets", "resultats", "projets/a"):
        visitor.see(f"/budgets/{done.slug}/{page}")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("currency;EUR", "currency;PLN", "PLN"),
        ("vote_type;approval", "vote_type;ordinal", "par préférence"),
        ("a;60.25;", "a;60.255;", "centimes"),
        ("31.03.2021", "31.02.2021", "n'existent pas"),
        ("31.03.2021", "01.02.2021", "finit avant de commencer"),
    ],
)
def test_what_cannot_stand_here_is_refused_whole(
    db: Session, old: str, new: str, said: str
) -> None:
    with pytest.raises(CannotImport, match=said):
        put_in(db, SMALL.replace(old, new))
    db.rollback()
    assert queries.editions(db, external=True) == []


def test_the_same_edition_is_not_imported_twice_nor_under_one_of_our_towns(db: Session) -> None:
    make.town(db)
    put_in(db, SMALL)
    with pytest.raises(CannotImport, match="déjà sur le site"):
        put_in(db, SMALL)
    with pytest.raises(CannotImport, match="demande un acte"):
        put_in(db, SMALL, municipality="Essaiville")


def test_votes_that_differ_from_the_file_are_said(db: Session) -> None:
    done = put_in(db, SMALL.replace("a;60.25;3;", "a;60.25;7;"))
    assert done.differences == ("projet a : 7 voix dans le fichier, 3 comptées",)
    seen = queries.edition(db, done.slug)
    assert seen is not None
    assert "diffèrent" in seen.row.source_note


def run(settings: Settings, monkeypatch: pytest.MonkeyPatch, *words: str) -> tuple[int, str, str]:
    """Runs `civic budget import …` on this test's database: status, output, errors."""
    for name, value in (
        ("DATABASE_URL", settings.database_url),
        ("SECRET_KEY", settings.secret_key),
        ("VAULT", str(settings.vault)),
        ("UPLOADS", str(settings.uploads)),
        ("MAIL", settings.mail),
        ("MAIL_FROM", settings.mail_from),
        ("BASE_URL", settings.base_url),
    ):
        monkeypatch.setenv(f"CIVIC_{name}", value)
    done = CliRunner().invoke(budget, ["import", *words])
    return done.exit_code, done.stdout, done.stderr


def test_the_command_imports_a_file_and_says_where_it_stands(
    db: Session, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "loin.pb"
    file.write_text(SMALL, "utf-8")
    status, out, err = run(settings, monkeypatch, str(file), "--municipality", "Loin")
    assert (status, err) == (0, "")
    assert "3 projets, 4 bulletins, 1 enveloppes" in out
    assert queries.edition(db, "loin-budget-participatif-2021") is not None


def test_the_command_refuses_a_bad_file_on_one_line_with_its_line_numbers(
    db: Session, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "faux.pb"
    file.write_text(SMALL.replace("4;b,c", "4;b, z").replace("b;40.25", "b;40,25"), "utf-8")
    status, out, err = run(settings, monkeypatch, str(file), "--municipality", "Loin")
    assert (status, out) == (2, "")
    assert err.count("\n") == 1
    assert "ligne 19" in err
    assert "ligne 26" in err
    for wrong in ([str(tmp_path / "absent.pb")], [str(tmp_path)]):
        status, out, err = run(settings, monkeypatch, *wrong, "--municipality", "Loin")
        assert (status, out, err.count("\n")) == (2, "", 1)
    db.rollback()
    assert queries.editions(db, external=True) == []


def test_toulouse_2022_is_counted_here_as_the_file_says(db: Session, reference_data: Path) -> None:
    content = (reference_data / "pb" / "France_Toulouse_2022.pb").read_bytes()
    done = service.import_election(
        db, election=tally.read(content), municipality="Toulouse", by="system", at=make.NOW
    )
    assert (done.projects, done.ballots, done.envelopes) == (199, 4532, 20)
    assert done.differences == ()
    seen = queries.edition(db, done.slug)
    assert seen is not None
    assert {envelope.amount for envelope in seen.envelopes} == {400_000_00}
    found = queries.results(seen, queries.catalogue(db, seen.row.id))
    assert all(one.left >= 0 and one.spent + one.left == 400_000_00 for one in found)
    declared = {p.id: p.declared_votes for p in tally.read(content).projects}
    assert {i.reference: i.votes for one in found for i in one.items} == declared


def test_toulouse_2019_is_counted_by_points(db: Session, reference_data: Path) -> None:
    content = (reference_data / "pb" / "France_Toulouse_2019.pb").read_bytes()
    election = tally.read(content)
    done = service.import_election(
        db, election=election, municipality="Toulouse", by="system", at=make.NOW
    )
    assert (done.projects, done.ballots, done.envelopes) == (30, 1494, 1)
    seen = queries.edition(db, done.slug)
    assert seen is not None
    items = queries.catalogue(db, seen.row.id)
    assert {i.reference: i.votes for i in items} == {
        p.id: p.declared_votes for p in election.projects
    }
    assert {i.reference: str(i.score) for i in items} == {
        p.id: p.declared_score for p in election.projects
    }
    assert sum(i.cost for i in items if i.elected) == 1_000_000_00


def test_the_made_up_edition_has_the_size_of_a_real_one_and_never_changes() -> None:
    one, again = election(), election()
    assert one.projects == again.projects
    assert one.votes() == again.votes()
    assert (len(one.projects), one.voters) == (PROJECTS, BALLOTS)
    assert len({project.columns["district"] for project in one.projects}) == SECTORS
    assert max(project.cost for project in one.projects) <= 400_000_00
