"""A vote where each person chooses among their own neighbourhood's projects, and those of none."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from civic.ballots import queries, service, vault
from civic.ballots.models import BallotEnvelope, CheckIn, Poll, VotingRight
from civic.ballots.queries import PollItem, PollView
from civic.ballots.service import RollEntry
from civic.house.access import Role
from civic.house.db import writing
from civic.house.refusal import Refusal
from civic.house.settings import Settings
from civic.rules import urn
from civic.rules.urn.archive import form_of_rules
from tests import make as house
from tests.ballots.make import (
    AFTER,
    CLOSES,
    DURING,
    ITEMS,
    OPENS,
    cast,
    make_letters,
    make_person,
    make_poll,
    secrets_of,
    type_bundle,
)
from tests.machine.stopped import StoppedClock
from tests.machine.visitor import Upload, Visitor

BORN = date(1990, 5, 5)
TREES, STATION = "Enveloppe des Tilleuls", "Enveloppe de la Gare"
WHERE = (TREES, TREES, STATION, STATION, "Toute la ville")
"""P1 and P2 are of the first neighbourhood, P3 and P4 of the second, P5 of none."""
LIST = (
    RollEntry("Un", "Anne", BORN, "3 rue des Essais", 2),
    RollEntry("Deux", "Béa", BORN, "12, rue des Essais", 3),
    RollEntry("Trois", "Carl", BORN, "5 chemin que personne ne connaît", 4),
)


@pytest.fixture
def folder(settings: Settings) -> Path:
    """The vault of the site under test."""
    return settings.vault


def own_poll(
    db: Session, folder: Path, town: house.Town, *, residence: str = "declared",
    checks: tuple[str, ...] = ("account", "letter", "desk"), ballot_type: str = "approval",
) -> PollView:  # fmt: skip
    items = [replace(one, group=group) for one, group in zip(ITEMS, WHERE, strict=True)]
    secret_id = vault.make(folder)
    by_points = ballot_type == "points"
    with writing(db):
        poll_id = service.create_poll_within(
            db, title="À chacun son quartier", kind="budget",
            scope=[f"municipality:{town.municipality}"], opens_at=OPENS, closes_at=CLOSES,
            ballot_type=ballot_type, minimum=1, maximum=3, items=items, at=OPENS, by="system",
            districts=[(TREES, town.neighbourhood), (STATION, town.second_neighbourhood)],
            secret_id=secret_id,
            max_points=3 if by_points else None, max_sum=5 if by_points else None,
            residence=residence, checks=checks,
        )  # fmt: skip
    found = queries.poll_by_id(db, poll_id)
    assert found is not None
    return found


def load(db: Session, poll: PollView, folder: Path, *entries: RollEntry) -> service.Loaded:
    return service.load_roll(
        db, poll_id=poll.id, name="Liste", digest="0" * 64, entries=entries,
        known=secrets_of(poll, folder), by="system", at=DURING,
    )  # fmt: skip


def at_desk(db: Session, poll: PollView, folder: Path, entry: RollEntry) -> queries.OwnRight:
    """The right that a desk finds for a person of the list."""
    key, _new = service.register_at_desk(
        db, poll_id=poll.id, family=entry.family, first=entry.first, born=entry.born,
        known=secrets_of(poll, folder), at=DURING,
    )  # fmt: skip
    db.rollback()
    found = queries.right(db, poll.id, key)
    assert found is not None
    return found


def note(db: Session, poll: PollView, right: str, group: str) -> None:
    service.set_neighbourhood(
        db, poll_id=poll.id, right_id=right, group=group, by="system", at=DURING
    )


def claim(
    db: Session, poll: PollView, folder: Path, group: str, *, family: str = "Haddad",
    first: str = "Leïla",
) -> str | None:  # fmt: skip
    return service.claim_right(
        db, poll_id=poll.id, person_id=make_person(db), family=family, first=first, born=BORN,
        known=secrets_of(poll, folder), at=DURING, group=group,
    )  # fmt: skip


def test_a_list_gives_the_neighbourhood_of_each_address_it_knows(
    db: Session, tmp_path: Path
) -> None:
    poll = own_poll(db, tmp_path, house.town(db))
    assert load(db, poll, tmp_path, *LIST) == service.Loaded(3, 0, 0, 0, 1)
    groups = [at_desk(db, poll, tmp_path, one).group for one in LIST]
    assert groups == [TREES, STATION, None]
    (line,) = queries.rolls(db, poll.id)
    assert (line.unplaced, queries.unplaced(db, poll.id)) == (1, 1)
    # a list with the right address places who waited, and moves nobody else
    better = replace(LIST[2], address="Résidence Balzac, 2e étage")
    moved = replace(LIST[0], address="12 rue des Essais")
    assert load(db, poll, tmp_path, better, moved).unplaced == 0
    assert at_desk(db, poll, tmp_path, LIST[2]).group == TREES
    assert at_desk(db, poll, tmp_path, LIST[0]).group == TREES


def test_letters_take_the_neighbourhood_of_the_list(db: Session, tmp_path: Path) -> None:
    poll = own_poll(db, tmp_path, house.town(db))
    load(db, poll, tmp_path, LIST[0])
    letters, without = service.make_letters(
        db, poll_id=poll.id, entries=[replace(LIST[0], address=""), *LIST[1:]],
        known=secrets_of(poll, tmp_path), by="system", at=DURING,
    )  # fmt: skip
    assert (len(letters), without) == (3, [])
    assert [at_desk(db, poll, tmp_path, one).group for one in LIST] == [TREES, STATION, None]
    assert queries.rolls(db, poll.id)[0].unplaced == 1


def test_a_deposit_keeps_to_the_neighbourhood_of_its_right(db: Session, tmp_path: Path) -> None:
    poll = own_poll(db, tmp_path, house.town(db))
    ((right, _code),) = make_letters(db, poll, tmp_path, 1)
    with pytest.raises(Refusal, match="n'est pas encore connu"):
        cast(db, poll, tmp_path, right, "P5")
    with pytest.raises(Refusal, match="de la liste"):
        note(db, poll, right, "Un quartier inventé")
    note(db, poll, right, TREES)
    for forged in (("P3",), ("P5", "P4")):
        with pytest.raises(Refusal, match="projet d'un autre quartier"):
            cast(db, poll, tmp_path, right, *forged)
    with pytest.raises(Refusal, match="gardez ceux d'un seul"):
        cast(db, poll, tmp_path, right, "P1", "P3")
    db.rollback()
    assert not db.scalars(select(CheckIn)).all()
    assert not db.scalars(select(BallotEnvelope)).all()
    # it may change until the deposit, and then decides; afterwards it stands
    note(db, poll, right, STATION)
    with pytest.raises(Refusal, match="projet d'un autre quartier"):
        cast(db, poll, tmp_path, right, "P1")
    cast(db, poll, tmp_path, right, "P3", "P4", "P5")
    with pytest.raises(Refusal, match="a déjà voté"):
        note(db, poll, right, TREES)


def test_points_for_another_neighbourhood_are_refused_too(db: Session, tmp_path: Path) -> None:
    poll = own_poll(db, tmp_path, house.town(db), ballot_type="points")
    ((right, _code),) = make_letters(db, poll, tmp_path, 1)
    note(db, poll, right, TREES)
    with pytest.raises(Refusal, match="projet d'un autre quartier"):
        cast(db, poll, tmp_path, right, "P3", points=(2,))
    cast(db, poll, tmp_path, right, "P1", "P5", points=(2, 3))


def test_an_account_declares_its_neighbourhood_but_not_against_a_list(
    db: Session, tmp_path: Path
) -> None:
    poll = own_poll(db, tmp_path, house.town(db))
    load(db, poll, tmp_path, LIST[0])
    for wrong in ("", "Toute la ville"):
        with pytest.raises(Refusal) as no:
            claim(db, poll, tmp_path, wrong)
        assert no.value.field == "group"
    key = claim(db, poll, tmp_path, STATION)
    listed = claim(db, poll, tmp_path, STATION, family="Un", first="Anne")
    assert key is not None
    assert listed is not None
    db.rollback()
    groups = [queries.right(db, poll.id, one) for one in (key, listed)]
    assert [one.group for one in groups if one] == [STATION, TREES]


def test_where_lists_decide_a_word_places_nobody(db: Session, tmp_path: Path) -> None:
    poll = own_poll(db, tmp_path, house.town(db), residence="roll")
    load(db, poll, tmp_path, LIST[2])
    key = claim(db, poll, tmp_path, TREES, family="Trois", first="Carl")
    assert key is not None
    db.rollback()
    own = queries.right(db, poll.id, key)
    assert own is not None
    assert own.group is None


def test_a_proved_identity_declares_its_neighbourhood(db: Session, tmp_path: Path) -> None:
    poll = own_poll(db, tmp_path, house.town(db), checks=("identity", "desk"))

    def open_it(family: str, group: str) -> str | None:
        key = service.open_with_identity(
            db, poll_id=poll.id, family=family, first="Anne", born=BORN, declared=True,
            known=secrets_of(poll, tmp_path), at=DURING, group=group,
        )  # fmt: skip
        db.rollback()
        found = queries.right(db, poll.id, key)
        assert found is not None
        return found.group

    load(db, poll, tmp_path, LIST[0])
    assert open_it("Quatre", STATION) == STATION
    assert open_it("Quatre", TREES) == STATION
    assert open_it("Un", STATION) == TREES
    with pytest.raises(Refusal):
        open_it("Cinq", "ailleurs")


def test_paper_waits_for_the_neighbourhood_and_holds_one(db: Session, tmp_path: Path) -> None:
    poll = own_poll(db, tmp_path, house.town(db))
    load(db, poll, tmp_path, *LIST)
    known = secrets_of(poll, tmp_path)
    lost = at_desk(db, poll, tmp_path, LIST[2])
    with pytest.raises(Refusal, match="Notez d'abord le quartier"):
        service.vote_on_paper(db, poll_id=poll.id, right_id=lost.id, known=known, at=DURING)
    note(db, poll, lost.id, STATION)
    service.vote_on_paper(db, poll_id=poll.id, right_id=lost.id, known=known, at=DURING)
    place = service.add_place(
        db, poll_id=poll.id, name="Salle", address="1 rue A", kind="printed",
        hours=[(DURING, DURING.replace(hour=18))], expected=None, by="system", at=DURING,
    )  # fmt: skip
    stranger = RollEntry("Sept", "Zoé", BORN, "nulle part")
    printed = service.print_check_in(
        db, place_id=place, entries=[*LIST[:2], stranger], known=known, by="system", at=DURING
    )
    assert [one.family for _number, one in printed.lines] == ["Deux", "Un"]  # by name
    assert (printed.groups, printed.without) == ({1: STATION, 2: TREES}, [stranger])
    number = service.open_batch(
        db, poll_id=poll.id, place="Salle", ballots=1, by="system", at=AFTER
    )
    one = make_person(db)
    with pytest.raises(Refusal, match="ne sont pas permis"):
        type_bundle(db, poll, number, [("P1", "P3")], one)
    type_bundle(db, poll, number, [("P3", "P5")], one)
    assert type_bundle(db, poll, number, [("P5", "P3")], make_person(db))


def test_the_seal_says_the_neighbourhoods_and_the_archive_reads_them(
    db: Session, tmp_path: Path
) -> None:
    poll = own_poll(db, tmp_path, house.town(db))
    items, public = queries.items(db, poll.id), poll.public_key
    assert public is not None
    form = form_of_rules(queries.sealed_rules(poll, items, public))
    assert form == queries.form_of(poll, items)
    other = replace(poll, districts=poll.districts[:1])
    assert queries.rules_digest(other, items, public) != poll.rules_digest
    urn.check(form, urn.Choices(("P1", "P2", "P5")))
    with pytest.raises(urn.BadBallot):
        urn.check(form, urn.Choices(("P1", "P3")))
    assert "quartiers" not in queries.sealed_rules(make_poll(db, tmp_path), items, public)


def test_nothing_kept_with_an_envelope_says_its_neighbourhood(db: Session, tmp_path: Path) -> None:
    poll = own_poll(db, tmp_path, house.town(db))
    for group, chosen in ((TREES, ("P1", "P2", "P5")), (STATION, ("P3",))):
        ((right, _code),) = make_letters(db, poll, tmp_path, 1)
        note(db, poll, right, group)
        cast(db, poll, tmp_path, right, *chosen)
    db.rollback()
    rows = db.scalars(select(BallotEnvelope)).all()
    assert len({len(one.sealed) for one in rows}) == 1
    assert "group" not in BallotEnvelope.__table__.c


def test_turnout_counts_every_right_by_its_neighbourhood(db: Session, tmp_path: Path) -> None:
    poll = own_poll(db, tmp_path, house.town(db))
    load(db, poll, tmp_path, *LIST)
    cast(db, poll, tmp_path, at_desk(db, poll, tmp_path, LIST[0]).id, "P1")
    found = sorted((place or "", voted) for place, _born, voted in queries.took_part(db, poll.id))
    assert found == [("", False), (STATION, False), (TREES, True)]


def test_a_neighbourhood_without_a_project_to_choose_is_refused(
    db: Session, tmp_path: Path
) -> None:
    town = house.town(db)
    with writing(db), pytest.raises(Refusal, match="n'a pas assez de projets"):
        service.create_poll_within(
            db, title="Vide", kind="budget", scope=["municipality:1"], opens_at=OPENS,
            closes_at=CLOSES, ballot_type="approval", minimum=1, maximum=1, at=OPENS, by="system",
            items=[PollItem("P1", "Un banc", 100, TREES)],
            districts=[(TREES, town.neighbourhood), (STATION, town.second_neighbourhood)],
        )  # fmt: skip


# --- pages ---------------------------------------------------------------------------------------


def test_an_account_chooses_its_neighbourhood_and_sees_its_projects_alone(
    client: Visitor, db: Session, folder: Path, clock: StoppedClock
) -> None:
    clock.set(DURING)
    poll = own_poll(db, folder, house.town(db))
    client.sign_in(house.account(db).email)
    door = f"/votes/{poll.slug}/droit"
    said = {"born": "1990-05-05", "honour": "y"}
    assert "Choisissez votre quartier" in client.send(door, said, 422).text
    client.send(door, said, 422, forged={"group": ["Toute la ville"]})
    ballot = client.follow(client.send(door, {**said, "group": TREES}))
    assert "Votre quartier pour ce vote : Enveloppe des Tilleuls" in ballot.text
    shown = [one.label in ballot.text for one in ITEMS]
    assert shown == [True, True, False, False, True]
    forged = client.send(
        ballot.url, {}, 422, button="Déposer", page=ballot, forged={"choice": ["P4"]}
    )
    assert "est un projet d'un autre quartier" in forged.text
    # a right that changes before the deposit: the draft keeps nothing of the old neighbourhood
    client.send(ballot.url, {"choice": ["P1", "P5"]}, button="Garder", page=ballot)
    with writing(db):
        db.execute(update(VotingRight).values(group=STATION))
    again = client.see(ballot.url)
    assert ITEMS[0].label not in again.text
    late = client.send(ballot.url, {"choice": ["P1"]}, 422, button="Déposer", page=ballot)
    assert "est un projet d'un autre quartier" in late.text
    done = client.send(again.url, {"choice": ["P3", "P5"]}, button="Déposer", page=again)
    assert "Un jardin partagé" in client.follow(done).text


def test_without_a_neighbourhood_the_page_says_where_to_go_and_the_desk_notes_it(
    app: Flask, client: Visitor, db: Session, folder: Path, clock: StoppedClock
) -> None:
    clock.set(DURING)
    town = house.town(db)
    poll = own_poll(db, folder, town, residence="roll")
    agent: Visitor = app.test_client()  # type: ignore[assignment]
    agent.sign_in(house.staff(db, Role.AGENT, town.unit).email)
    content = b"nom;prenoms;naissance;adresse\r\nTrois;Carl;05/05/1990;nulle part\r\n"
    page = agent.see(f"/votes/{poll.slug}/gerer")
    told = agent.follow(
        agent.send(
            f"/votes/{poll.slug}/listes",
            {"list_name": "Liste", "list_file": Upload(content, "liste.csv")},
            page=page, button="Donner",
        )
    )  # fmt: skip
    assert "Quartier inconnu : 1." in told.text
    assert "1 personne n'a pas de quartier connu" in told.text
    letters, _without = service.make_letters(
        db, poll_id=poll.id, entries=[RollEntry("Trois", "Carl", BORN)],
        known=secrets_of(poll, folder), by="system", at=DURING,
    )  # fmt: skip
    enter = f"/votes/{poll.slug}/entrer"
    entered = client.send(enter, {"code": letters[0].code})
    refused = client.follow(client.follow(entered, 303))
    assert "Votre quartier n'est pas encore connu pour ce vote. Venez à l'accueil" in refused.text
    person = agent.send(
        f"/votes/{poll.slug}/accueil",
        {"family": "Trois", "first": "Carl", "born": "1990-05-05", "seen": "y"}, 200,
    )  # fmt: skip
    assert "bulletin de papier dans la boîte" not in person.text
    door = f"/votes/{poll.slug}/accueil/quartier"
    asked = agent.send(door, {"group": STATION}, 422, page=person, button="Noter")
    assert "après avoir vu le justificatif" in asked.text
    agent.send(door, {"proof": "y"}, 422, page=person, button="Noter", forged={"group": ["Ici"]})
    noted = agent.send(door, {"group": STATION, "proof": "y"}, 200, page=person, button="Noter")
    assert "Son quartier pour ce vote : Enveloppe de la Gare" in noted.text
    assert "bulletin de papier dans la boîte" in noted.text
    ballot = client.see(f"/votes/{poll.slug}/bulletin")
    assert [one.label in ballot.text for one in ITEMS] == [False, False, True, True, True]
    desk = agent.see(f"/votes/{poll.slug}/accueil")
    assert f"Le bulletin de papier pour {STATION}" in desk.text
    agent.see(f"/votes/{poll.slug}/bulletin-papier.pdf", 404)
    agent.fetch(f"/votes/{poll.slug}/bulletin-papier.pdf?quartier={TREES}", type="application/pdf")


def test_a_poll_without_own_neighbourhoods_asks_and_keeps_nothing(
    client: Visitor, db: Session, folder: Path, clock: StoppedClock
) -> None:
    clock.set(DURING)
    house.town(db)
    poll = make_poll(db, folder)
    assert load(db, poll, folder, *LIST).unplaced == 0
    assert set(db.scalars(select(VotingRight.group))) == {None}
    assert db.scalars(select(Poll.districts)).one() == []
    client.sign_in(house.account(db).email)
    assert "Celui où vous habitez" not in client.see(f"/votes/{poll.slug}/droit").text
