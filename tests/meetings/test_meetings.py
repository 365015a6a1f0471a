"""Meetings: convened in time, with a quorum that counts, minutes, and avis that wait."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import update

from civic.house.db import writing
from civic.house.refusal import Refusal
from civic.mandates import service as mandates
from civic.mandates.queries import members
from civic.meetings import calendar, queries, service
from civic.meetings.forms import read_documents
from civic.meetings.models import Meeting, Opinion
from civic.people import service as people
from tests.councils.make import Place, make_council, place, slug
from tests.make import NOW
from tests.mandates.make import sitting
from tests.meetings.make import details, hold, make_meeting

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tests.machine.outbox import Outbox
    from tests.machine.statements import CountStatements
    from tests.machine.stopped import StoppedClock
    from tests.machine.visitor import Filled, Visitor


def council(db: Session, *, email: bool = False, residents: str = "FMFMFMF") -> tuple[Place, int]:
    """A council at work, with its place."""
    where = place(db)
    council_id = make_council(db, where)
    sitting(db, where, council_id, email=email, residents=residents)
    return where, council_id


def addressee(db: Session) -> int:
    """An organisation that owes replies."""
    with writing(db):
        return people.add_organisation_within(db, kind="municipality", name="Ville d'Essaiville")


def test_every_member_in_office_that_day_is_written_to_once(db: Session, outbox: Outbox) -> None:
    where, council_id = council(db, email=True)
    meeting_id = make_meeting(db, where, council_id)
    mails = [mail for mail in outbox.all() if "Réunion de rentrée" in mail.body]
    assert len(mails) == len({mail.to for mail in mails}) == 10
    assert all(f"/reunions/{meeting_id}" in mail.body for mail in mails)
    with pytest.raises(Refusal, match="plus à convoquer"):
        service.convene(db, meeting_id=meeting_id, by="x", at=NOW)


def test_who_left_is_not_written_to_and_members_without_address_are_counted(
    db: Session,
) -> None:
    where, council_id = council(db)
    meeting_id = make_meeting(db, where, council_id, convened=False)
    sent = service.convene(db, meeting_id=meeting_id, by="x", at=NOW)
    assert (sent.mails, sent.without) == (0, 10)
    row = members(db, council_id)[0]
    mandates.end(
        db, mandate_id=row.id, reason="moved", on=NOW.date(), by="x", at=NOW + timedelta(hours=1)
    )
    one = queries.meeting(db, council_id, meeting_id)
    assert one is not None
    assert len(queries.sheet(db, one)) == 9


@pytest.mark.parametrize(("after", "in_time"), [(15, True), (14, False), (3, False)])
def test_a_convocation_later_than_the_reglement_says_needs_a_reason(
    db: Session, after: int, in_time: bool
) -> None:
    where, council_id = council(db)
    meeting_id = make_meeting(db, where, council_id, after=after, convened=False)
    if not in_time:
        with pytest.raises(Refusal, match="15 jours"):
            service.convene(db, meeting_id=meeting_id, by="x", at=NOW)
        service.convene(db, meeting_id=meeting_id, by="x", at=NOW, late_reason="Fuite dans l'école")
    else:
        service.convene(db, meeting_id=meeting_id, by="x", at=NOW)
    one = db.get_one(Meeting, meeting_id)
    assert one.status == "convened"


def test_no_meeting_in_the_past_nor_before_members_sit(db: Session) -> None:
    where, council_id = council(db)
    for moment in (NOW, NOW - timedelta(minutes=1)):
        with pytest.raises(Refusal, match="passée"):
            service.plan(db, council_id=council_id, details=details(moment), by="x", at=NOW)
    empty = make_council(db, where)
    with pytest.raises(Refusal, match="pas encore de membres"):
        make_meeting(db, where, empty)


def test_the_quorum_counts_titulaires_and_those_who_stand_in(db: Session) -> None:
    where, council_id = council(db)  # 6 titulaires: 4 and 2; half is 3
    meeting_id = make_meeting(db, where, council_id)
    found = hold(db, where, council_id, meeting_id, absent=4)
    # the four habitants titulaires are missing: their three suppléants stand in
    assert (found.counted, found.in_office, found.needed, found.met) == (5, 6, 3, True)
    assert "Quorum atteint" in found.sentence()
    found = hold(db, where, council_id, meeting_id, absent=9)
    assert (found.counted, found.met) == (1, False)


def test_the_sheet_is_complete_or_refused(db: Session) -> None:
    where, council_id = council(db)
    meeting_id = make_meeting(db, where, council_id)
    one = queries.meeting(db, council_id, meeting_id)
    assert one is not None
    numbers = [line.member.id for line in queries.sheet(db, one)]
    later = one.starts_at + timedelta(hours=1)
    everybody = dict.fromkeys(numbers, "present")
    cases: list[tuple[dict[int, str], datetime]] = [
        (everybody, NOW),
        (dict.fromkeys(numbers[1:], "present"), later),
        ({**everybody, 999: "present"}, later),
        ({**everybody, numbers[0]: "peut-être"}, later),
    ]
    for presences, at in cases:
        with pytest.raises(Refusal):
            service.note_presence(db, meeting_id=meeting_id, presences=presences, by="x", at=at)
    assert queries.presences(db, meeting_id) == {}


def test_an_avis_waits_for_its_reply_and_says_since_when(
    db: Session, client: Visitor, clock: StoppedClock
) -> None:
    where, council_id = council(db)
    owner = addressee(db)
    meeting_id = make_meeting(db, where, council_id)
    address = slug(db, council_id)
    clock.move(days=20, hours=1)
    client.sign_in(where.facilitator.email)
    assert "Aucune réunion n'a encore eu lieu" in client.see(f"/conseils/{address}/avis/nouveau")
    hold(db, where, council_id, meeting_id)
    answer = client.send(
        f"/conseils/{address}/avis/nouveau",
        {
            "meeting": str(meeting_id),
            "title": "Réparer l'éclairage",
            "addressee": str(owner),
            "reply_due_on": "2026-05-01",
            "text": "Le conseil **demande** la lumière.",
        },
    )
    clock.move(days=10)
    page = client.follow(answer)
    assert "En attente de réponse depuis 10 jours" in page
    clock.set(datetime(2026, 5, 11, 9, tzinfo=UTC))
    assert "la réponse était attendue le 1er mai 2026" in client.see(f"/conseils/{address}/avis/1")
    assert "Réparer l'éclairage" in client.see("/conseils/avis")
    data = client.fetch("/conseils/avis.csv", type="text/csv").body.decode()
    assert "Réparer l'éclairage;Ville d'Essaiville;2026-03-22;2026-05-01;" in data
    found = queries.search(db, "eclairage", 8)[1]
    assert [one.url for one in found] == [f"/conseils/{address}/avis/1"]
    db.rollback()
    number = db.query(Opinion.id).scalar()
    with writing(db):
        service.answered_within(db, opinion_id=number, on=clock.now.date(), by="x", at=clock.now)
    assert "Réponse donnée le 11 mai 2026" in client.see(f"/conseils/{address}/avis/1")
    with pytest.raises(Refusal, match="déjà reçu"), writing(db):
        service.answered_within(db, opinion_id=number, on=clock.now.date(), by="x", at=clock.now)


def test_a_meeting_without_quorum_gives_no_avis(db: Session) -> None:
    where, council_id = council(db)
    meeting_id = make_meeting(db, where, council_id)
    hold(db, where, council_id, meeting_id, absent=9)
    with pytest.raises(Refusal, match="quorum"):
        service.give_opinion(
            db,
            meeting_id=meeting_id,
            title="Un banc",
            text="Un banc.",
            addressee_id=addressee(db),
            reply_due_on=(NOW + timedelta(days=90)).date(),
            by="x",
            at=NOW + timedelta(days=21),
        )


def test_the_animatrice_runs_a_meeting_through_pages(
    db: Session, client: Visitor, clock: StoppedClock
) -> None:
    where, council_id = council(db)
    base = f"/conseils/{slug(db, council_id)}/reunions"
    client.sign_in(where.facilitator.email)
    form: dict[str, Filled] = {
        "title": "Réunion publique",
        "starts_at": "2026-03-12T18:30",
        "place": "Salle des fêtes",
        "open_to_all": True,
        "documents": "Plan du square : https://exemple.fr/plan.pdf",
    }
    wrong = client.send(f"{base}/nouvelle", {**form, "documents": "pas d'adresse"}, status=422)
    assert "il faut un titre puis une adresse" in wrong
    client.send(f"{base}/nouvelle", {**form, "starts_at": "bientôt"}, status=422)
    path = client.send(f"{base}/nouvelle", form).location
    page = client.see(path)
    assert "jeudi 12 mars 2026 à 18 h 30" in page
    assert "https://exemple.fr/plan.pdf" in page.html
    assert "il en manque 5" in page
    client.send(f"{path}/convoquer", {"late_reason": ""}, status=422)
    client.send(f"{path}/convoquer", {"late_reason": "Le chantier commence lundi"})
    public = client.see(path)
    assert "Ouverte à toutes et tous" in public
    assert "Le chantier commence lundi" in public
    client.send(f"{path}/modifier", {"place": "École Jean-Moulin"})
    assert "École Jean-Moulin" in client.see(path)
    assert "s'ouvre quand la réunion commence" in client.see(f"{path}/presences")

    clock.set(datetime(2026, 3, 12, 19, tzinfo=UTC))
    client.sign_in(where.facilitator.email)
    sheet = client.see(f"{path}/presences")
    names = sorted(set(re.findall(r'name="(m\d+)"', sheet.html)))
    assert len(names) == 10
    client.send(f"{path}/presences", {names[0]: "present"}, status=422)
    answer = client.send(f"{path}/presences", dict.fromkeys(names, "present"))
    assert "Quorum atteint" in client.follow(answer)
    client.send(f"{path}/compte-rendu", {"minutes": "On a **décidé** du banc."})
    page = client.see(path)
    assert "<strong>décidé</strong>" in page.html
    assert "est close" in client.see(f"{path}/presences")
    assert "Réunion publique" in client.see(base)


def test_a_cancelled_meeting_stays_visible_with_its_reason(
    db: Session, client: Visitor, clock: StoppedClock, outbox: Outbox
) -> None:
    where, council_id = council(db, email=True)
    meeting_id = make_meeting(db, where, council_id)
    path = f"/conseils/{slug(db, council_id)}/reunions/{meeting_id}"
    before = len(outbox.all())
    client.sign_in(where.facilitator.email)
    client.send(f"{path}/annuler", {"reason": ""}, status=422)
    client.send(f"{path}/annuler", {"reason": "La salle est inondée"})
    assert "Annulée : La salle est inondée" in client.see(path)
    assert len(outbox.all()) == before + 10
    with pytest.raises(Refusal):
        service.cancel(db, meeting_id=meeting_id, reason="encore", by="x", at=NOW)


def test_a_meeting_goes_into_ones_own_calendar(
    db: Session, client: Visitor, clock: StoppedClock
) -> None:
    where, council_id = council(db)
    meeting_id = make_meeting(
        db, where, council_id, title="Marche, jardin; école", agenda="Un\nDeux"
    )
    path = f"/conseils/{slug(db, council_id)}/reunions/{meeting_id}/agenda.ics"
    text = client.fetch(path, type="text/calendar").body.decode()
    assert text.startswith("BEGIN:VCALENDAR\r\n")
    assert text.endswith("END:VCALENDAR\r\n")
    unfolded = text.replace("\r\n ", "")
    assert "DTSTART:20260322T090000Z" in unfolded
    assert "Marche\\, jardin\\; école" in unfolded
    assert "DESCRIPTION:Un\\nDeux" in unfolded


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=200))
def test_no_calendar_line_is_too_long_and_nothing_is_lost(title: str) -> None:
    one = Meeting(
        id=1, title=title, place="", agenda="", starts_at=NOW, minutes_length=60, status="planned",
        revision=0,
    )  # fmt: skip
    text = calendar.ics(one, council="C", link="https://x.test/", host="x.test", stamp=NOW)
    lines = text.split("\r\n")
    assert all(len(line.encode()) <= 75 for line in lines)
    summary = next(line for line in text.replace("\r\n ", "").split("\r\n")
                   if line.startswith("SUMMARY:"))  # fmt: skip
    said = re.sub(r"\\([\\;,])", r"\1", summary.removeprefix("SUMMARY:"))
    assert said == f"C : {title}"


def test_documents_are_a_title_and_an_address() -> None:
    assert read_documents("Plan : https://exemple.fr/a b".replace(" b", "")) == [
        ("Plan", "https://exemple.fr/a")
    ]
    assert read_documents("\n\n") == []
    for wrong in (
        "https://exemple.fr/seul",
        "Plan : javascript:alert(1)",
        "Plan ftp://x.fr/abcdef",
    ):
        with pytest.raises(ValueError, match=re.escape(wrong[:20])):
            read_documents(wrong)


def test_a_meeting_of_another_council_is_not_found_here(
    db: Session, client: Visitor, clock: StoppedClock
) -> None:
    where, council_id = council(db)
    meeting_id = make_meeting(db, where, council_id)
    other = slug(db, make_council(db, where))
    client.see(f"/conseils/{other}/reunions/{meeting_id}", status=404)
    client.sign_in(where.facilitator.email)
    client.see(f"/conseils/{other}/reunions/{meeting_id}/modifier", status=404)
    client.sign_in(where.agent.email)
    client.see(f"/conseils/{slug(db, council_id)}/reunions/{meeting_id}/modifier", status=403)


def test_pages_of_meetings_ask_few_questions(
    db: Session, client: Visitor, count_statements: CountStatements
) -> None:
    where, council_id = council(db)
    base = f"/conseils/{slug(db, council_id)}/reunions"
    meeting_id = make_meeting(db, where, council_id)
    hold(db, where, council_id, meeting_id)
    with count_statements() as page:
        client.see(f"{base}/{meeting_id}")
    with count_statements() as few:
        client.see(base)
    for number in range(12):
        make_meeting(db, where, council_id, after=20 + number)
    with count_statements() as many:
        client.see(base)
    assert len(page) <= 10, list(page)
    assert len(few) == len(many) <= 10


def test_members_and_animatrice_see_what_they_have_to_do(db: Session) -> None:
    from civic.house.access import Grant, Identity, Role

    where, council_id = council(db)
    make_meeting(db, where, council_id, open_to_all=True)
    make_meeting(db, where, council_id, convened=False, title="À convoquer")
    member = members(db, council_id)[0]
    mine = queries.todo(db, Identity(person=member.person), NOW)
    assert [one.text for one in mine] == ["Venir à la réunion « Réunion de rentrée »"]
    grants = frozenset({Grant(Role.FACILITATOR, where.town.unit)})
    theirs = queries.todo(db, Identity(person="nobody", grants=grants), NOW)
    assert [one.text for one in theirs] == ["Envoyer la convocation de « À convoquer »"]
    assert [one.title for one in queries.open_now(db, NOW)] == ["Réunion de rentrée"]
    db.execute(update(Meeting).values(status="cancelled", cancel_reason="x"))
    db.commit()
    assert queries.open_now(db, NOW) == []
