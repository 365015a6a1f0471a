"""The commission's key: rehearsed before sealing, never on the server, two members to open."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from civic.ballots import queries, service
from civic.ballots.models import OpenedBallot, UrnOpening
from civic.house.access import Role
from civic.house.refusal import Refusal
from civic.house.settings import Settings
from civic.rules import urn
from tests import make as house
from tests.ballots.make import (
    AFTER,
    OPENS,
    SECRET,
    cast,
    make_held_by_commission,
    make_letters,
    make_person,
    make_poll,
    opened_elsewhere,
    secrets_of,
)
from tests.machine.stopped import StoppedClock
from tests.machine.visitor import Upload, Visitor


def closed(db: Session, folder: Path, *ballots: tuple[str, ...]) -> queries.PollView:
    poll = make_held_by_commission(db, folder)
    for (right, _code), ballot in zip(
        make_letters(db, poll, folder, len(ballots)), ballots, strict=True
    ):
        cast(db, poll, folder, right, *ballot)
    service.reconcile(db, poll_id=poll.id, by="system", at=AFTER)
    service.sever(db, poll_id=poll.id, by="system", at=AFTER)
    return poll


def urn_file(db: Session, poll: queries.PollView) -> bytes:
    found = queries.closed_urn(db, poll)
    assert found is not None
    return found


def give(db: Session, poll: queries.PollView, folder: Path, who: str, file: bytes | None) -> bool:
    known = secrets_of(poll, folder)
    return service.open_urn(
        db, poll_id=poll.id, known=known, by=who, at=AFTER, opened_file=file
    )  # fmt: skip


def test_two_members_give_what_they_found_and_it_is_counted(db: Session, tmp_path: Path) -> None:
    poll = closed(db, tmp_path, ("P1",), ("P1", "P2"), ())
    file = opened_elsewhere(urn_file(db, poll))
    assert not give(db, poll, tmp_path, make_person(db), file)
    assert not db.scalars(select(OpenedBallot)).all()
    assert give(db, poll, tmp_path, make_person(db), opened_elsewhere(urn_file(db, poll)))
    result = queries.result(db, poll.id)
    assert result is not None
    assert (result.votes["P1"], result.votes["P2"], result.blank) == (2, 1, 1)


def test_with_one_sheet_lost_the_vote_is_counted_and_with_two_it_never_is(
    db: Session, tmp_path: Path
) -> None:
    """Any two sheets open the same; one of them, and all that the site knows, open nothing."""
    poll = closed(db, tmp_path, (), ("P1",), ("P2", "P1"))
    file = urn.read_urn(urn_file(db, poll))
    sheets, opened = urn.cut(SECRET), set()
    for lost in sheets:
        pair = [sheet for sheet in sheets if sheet != lost]
        ballots = urn.open_all(file.form, urn.join(pair, file.public).private, file.content)
        opened.add(urn.write_opened(file.form, file.digest, ballots))
        with pytest.raises(urn.BadShares):
            urn.join([lost], file.public)
    for _member in range(2):
        with pytest.raises(Refusal, match="chez la commission"):
            give(db, poll, tmp_path, make_person(db), None)
    assert not db.scalars(select(UrnOpening)).all()
    (found,) = opened
    assert not give(db, poll, tmp_path, make_person(db), found)
    assert give(db, poll, tmp_path, make_person(db), found)


def test_two_different_findings_count_nothing_until_they_agree(db: Session, tmp_path: Path) -> None:
    poll = closed(db, tmp_path, ("P1",), ("P2",))
    right_file = opened_elsewhere(urn_file(db, poll))
    said = json.loads(right_file)
    form = queries.form_of(poll, queries.items(db, poll.id))
    two_alike = (urn.Choices(("P5",)),) * 2
    wrong = urn.write_opened(
        form, said["urne"], urn.Opened(two_alike, 0, urn.list_digest(form, two_alike, 0))
    )
    one, two = make_person(db), make_person(db)
    assert not give(db, poll, tmp_path, one, wrong)
    with pytest.raises(Refusal, match="ne trouvent pas la même chose"):
        give(db, poll, tmp_path, two, right_file)
    assert queries.result(db, poll.id) is None
    assert give(db, poll, tmp_path, one, right_file)  # the first mends what they gave
    assert len(db.scalars(select(UrnOpening)).all()) == 2


def test_one_member_who_gives_a_wrong_file_and_leaves_does_not_block_the_count(
    db: Session, tmp_path: Path
) -> None:
    poll = closed(db, tmp_path, ("P1",), ("P2",))
    right_file = opened_elsewhere(urn_file(db, poll))
    said = json.loads(right_file)
    form = queries.form_of(poll, queries.items(db, poll.id))
    two_alike = (urn.Choices(("P5",)),) * 2
    wrong = urn.write_opened(
        form, said["urne"], urn.Opened(two_alike, 0, urn.list_digest(form, two_alike, 0))
    )
    gone, two, three = make_person(db), make_person(db), make_person(db)
    assert not give(db, poll, tmp_path, gone, wrong)
    with pytest.raises(Refusal, match="ne trouvent pas la même chose"):
        give(db, poll, tmp_path, two, right_file)
    assert give(db, poll, tmp_path, three, right_file)
    result = queries.result(db, poll.id)
    assert result is not None
    assert (result.votes["P1"], result.votes["P2"], result.votes["P5"]) == (1, 1, 0)
    assert sorted(queries.openings(db, poll.id)) == sorted([two, three])
    assert queries.steps(db, poll.id)["counted"].figures["ouvertures_ecartees"] == 1


def test_only_an_opening_of_this_very_urn_is_taken(db: Session, tmp_path: Path) -> None:
    poll = closed(db, tmp_path, ("P1",), ("P2",))
    one = make_person(db)
    good = opened_elsewhere(urn_file(db, poll))
    other = json.loads(good)
    other["urne"] = "0" * 64
    short = json.loads(good)
    form = queries.form_of(poll, queries.items(db, poll.id))
    left = [urn.Choices(("P1",))]
    short = urn.write_opened(
        form, short["urne"], urn.Opened(tuple(left), 0, urn.list_digest(form, left, 0))
    )
    for file, why in (
        (None, "chez la commission"),
        (b"{}", "pas une urne"),
        (good[:-9], "pas une urne"),
        (json.dumps(other, sort_keys=True, separators=(",", ":")).encode(), "autre urne"),
        (short, "autre nombre"),
    ):
        with pytest.raises(Refusal, match=why):
            give(db, poll, tmp_path, one, file)


def test_no_key_is_sealed_without_its_rehearsal(db: Session, tmp_path: Path) -> None:
    from civic.ballots import vault

    poll = make_poll(db, tmp_path, sealed=False)
    public = urn.keys_of(SECRET).public
    by = make_person(db)
    service.give_key(db, poll_id=poll.id, key_file=urn.write_key(public), by=by, at=OPENS)
    with pytest.raises(Refusal, match="répétition"):
        service.rehearsed_key(db, poll.id)
    for secret_id in (vault.make(tmp_path, public), vault.make(tmp_path)):
        with pytest.raises(Refusal, match="répétition"):
            service.seal_poll(db, poll_id=poll.id, secret_id=secret_id, by=by, at=OPENS)
    form = service.keys.test_form(queries.form_of(poll, queries.items(db, poll.id)))
    nothing = urn.write_opened(form, "0" * 64, urn.Opened((), 0, urn.list_digest(form, [], 0)))
    with pytest.raises(Refusal, match="urne d'essai"):
        service.rehearse(db, poll_id=poll.id, opened_file=nothing, by=by, at=OPENS)
    service.leave_key_to_platform(db, poll_id=poll.id, by=by, at=OPENS)
    service.seal_poll(db, poll_id=poll.id, secret_id=vault.make(tmp_path), by=by, at=OPENS)
    with pytest.raises(Refusal, match="ne change plus"):
        service.give_key(db, poll_id=poll.id, key_file=urn.write_key(public), by=by, at=OPENS)


def test_the_server_never_has_the_commissions_key(db: Session, tmp_path: Path) -> None:
    poll = make_held_by_commission(db, tmp_path)
    known = secrets_of(poll, tmp_path)
    assert known.private is None
    assert known.token
    assert poll.public_key == urn.keys_of(SECRET).public


def test_the_whole_way_through_the_pages(
    app: Flask, client: Visitor, db: Session, settings: Settings, clock: StoppedClock
) -> None:
    folder = settings.vault
    clock.set(OPENS)
    poll = make_poll(db, folder, sealed=False)
    agent: Visitor = app.test_client()  # type: ignore[assignment]
    agent.sign_in(house.staff(db, Role.AGENT, "municipality:1").email)
    place = f"/votes/{poll.slug}/cle"
    agent.see(place)
    key = Upload(urn.write_key(urn.keys_of(SECRET).public), "cle-publique.json", "application/json")
    bad = Upload(b"rien", "cle.json", "application/json")
    agent.send(place, {"key": bad}, 422, form="give-key")
    agent.send(place, {"key": key}, form="give-key")
    page = agent.see(place)
    assert urn.fingerprint(urn.keys_of(SECRET).public) in page.text
    test = agent.fetch(f"{place}/essai.json", type="application/json").body
    found = Upload(opened_elsewhere(test), "essai.json", "application/json")
    assert "Un membre de la commission" in page
    first: Visitor = app.test_client()  # type: ignore[assignment]
    first.sign_in(house.staff(db, Role.VOTE_COMMISSION, f"poll:{poll.id}").email)
    first.send(place, {"opened": bad}, 422, form="rehearse")
    first.send(place, {"opened": found}, form="rehearse")
    assert "Répétition réussie" in agent.see(place).text
    agent.send(f"/votes/{poll.slug}/gerer", {}, button="Sceller")
    assert "ne change plus" in agent.see(place).text
    assert "trois feuilles" in client.see(f"/votes/{poll.slug}").text
    public = client.see(f"/votes/{poll.slug}/urne").text
    assert "trois feuilles" in public
    assert urn.fingerprint(urn.keys_of(SECRET).public) in public
    sealed = queries.poll(db, poll.slug)
    assert sealed is not None
    ((right, _code),) = make_letters(db, sealed, folder, 1)
    cast(db, sealed, folder, right, "P2")
    clock.set(AFTER)
    members = []
    for _number in range(2):
        member: Visitor = app.test_client()  # type: ignore[assignment]
        member.sign_in(house.staff(db, Role.VOTE_COMMISSION, f"poll:{poll.id}").email)
        members.append(member)
    closing = f"/votes/{poll.slug}/depouillement"
    members[0].send(closing, form="reconcile")
    members[0].send(closing, form="sever")
    file = members[0].fetch(f"{closing}/urne.json", type="application/json").body
    opened = Upload(opened_elsewhere(file), "ouverture.json", "application/json")
    members[0].send(closing, {"opened": bad}, 422, form="open")
    members[0].send(closing, {"opened": opened}, form="open")
    assert queries.result(db, poll.id) is None
    members[1].send(closing, {"opened": opened}, form="open")
    assert "1 voix" in client.see(f"/votes/{poll.slug}/resultats").text
    client.fetch(f"/votes/{poll.slug}/proces-verbal.pdf", type="application/pdf")
