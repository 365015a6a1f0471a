"""Who may vote: lists, a code by SMS, homonyms, letters made once, places and their sheets."""

from __future__ import annotations

import dataclasses
import json
import re
import threading
from collections.abc import Iterator
from datetime import date, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from civic import create_app
from civic.ballots import queries, service
from civic.ballots.forms import lists
from civic.ballots.models import (
    BallotEnvelope,
    CheckIn,
    HomonymCase,
    PhoneCheck,
    RollList,
    VotingCode,
    VotingRight,
)
from civic.ballots.queries import PollView
from civic.ballots.service import RollEntry
from civic.ballots.service.rights import roll
from civic.ballots.service.rights.neighbourhoods import groups_at
from civic.house import sms
from civic.house.access import Role
from civic.house.db import sessions
from civic.house.refusal import AlreadyDone, Busy, Refusal
from civic.house.settings import Settings
from tests import make as house
from tests.ballots.make import (
    AFTER,
    CLOSES,
    DURING,
    cast,
    make_letters,
    make_person,
    make_poll,
    secrets_of,
    type_bundle,
)
from tests.machine.kinds import on_sqlite
from tests.machine.statements import CountStatements
from tests.machine.stopped import StoppedClock
from tests.machine.visitor import Filled, Upload, Visitor

BORN = date(1990, 5, 5)
SMS = ["sms", "letter", "desk"]


def claim(
    db: Session, poll: PollView, folder: Path, person: str, *, code: str = "",
    family: str = "Haddad", first: str = "Leïla", at: Any = DURING,
) -> str | None:  # fmt: skip
    return service.claim_right(
        db, poll_id=poll.id, person_id=person, family=family, first=first, born=BORN,
        known=secrets_of(poll, folder), at=at, sms_code=code,
    )  # fmt: skip


def send(
    db: Session, poll: PollView, folder: Path, person: str, number: str = "+33612345678",
    code: str = "123456",
) -> None:  # fmt: skip
    service.send_phone_code(
        db, poll_id=poll.id, person_id=person, number=number, code=code,
        known=secrets_of(poll, folder), at=DURING,
    )  # fmt: skip


# --- lists -----------------------------------------------------------------------------------


def load(
    db: Session, poll: PollView, folder: Path, *entries: RollEntry, name: str = "Liste"
) -> service.Loaded:
    return service.load_roll(
        db, poll_id=poll.id, name=name, digest="0" * 64, entries=entries,
        known=secrets_of(poll, folder), by="system", at=DURING,
    )  # fmt: skip


def test_a_list_whose_loading_broke_off_is_sent_again_by_the_same_form(
    db: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    poll = make_poll(db, tmp_path)
    monkeypatch.setattr(roll, "AT_ONCE", 1)
    key = ("f" * 64, DURING.date())
    people = [RollEntry(name, "Awa", BORN) for name in ("Ba", "Roy", "Sy")]
    with monkeypatch.context() as crowd:
        real, calls = groups_at, iter((False, True))
        crowd.setattr(roll, "groups_at", lambda *all: _busy() if next(calls) else real(*all))
        db.info["once"] = key
        with pytest.raises(Busy):
            load(db, poll, tmp_path, *people)
    db.info["once"] = key
    assert load(db, poll, tmp_path, *people).added == 2
    assert db.scalar(select(func.count()).select_from(VotingRight)) == 3
    db.info["once"] = key
    with pytest.raises(AlreadyDone):
        load(db, poll, tmp_path, *people)


def test_an_account_never_takes_over_a_right_whose_code_was_handed_out(
    db: Session, tmp_path: Path
) -> None:
    poll = make_poll(db, tmp_path)
    known = secrets_of(poll, tmp_path)
    load(db, poll, tmp_path, RollEntry("Haddad", "Leïla", BORN, "3 rue A"))
    right, new = service.register_at_desk(
        db, poll_id=poll.id, family="Haddad", first="Leïla", born=BORN, known=known, at=DURING
    )
    assert not new
    service.give_code(db, poll_id=poll.id, right_id=right, known=known, by="system", at=DURING)
    assert claim(db, poll, tmp_path, make_person(db)) is None
    assert queries.homonyms_waiting(db, poll.id) == 1


def test_a_right_used_on_paper_is_not_taken_away(db: Session, tmp_path: Path) -> None:
    """Its ballot is in a closed box, and nobody can say which it is."""
    poll = make_poll(db, tmp_path)
    known = secrets_of(poll, tmp_path)
    ((right, _code),) = make_letters(db, poll, tmp_path, 1)
    service.vote_on_paper(db, poll_id=poll.id, right_id=right, known=known, at=DURING)
    with pytest.raises(Refusal, match="dans la boîte fermée"):
        service.revoke_right(
            db, poll_id=poll.id, right_id=right, reason="Erreur de liste", known=known,
            by="system", at=DURING,
        )  # fmt: skip
    assert queries.turnout(db, poll.id).channels == {"paper": 1}


def test_a_long_printed_list_holds_the_urn_up_no_longer_than_a_short_one(
    db: Session, tmp_path: Path, count_statements: CountStatements
) -> None:
    poll = make_poll(db, tmp_path)
    known = secrets_of(poll, tmp_path)
    place = service.add_place(
        db, poll_id=poll.id, name="Salle", address="1 rue A", kind="printed",
        hours=[(DURING, CLOSES)], by="system", at=DURING,
    )  # fmt: skip
    asked = []
    for start, people in ((0, 10), (100, 300)):
        entries = [RollEntry(f"Nom-{start + one}", "Awa", BORN, "3 rue A") for one in range(people)]
        with count_statements() as said:
            printed = service.print_check_in(
                db, place_id=place, entries=entries, known=known, by="system", at=DURING
            )
        assert len(printed.lines) == people
        asked.append(len(said))
    assert asked[0] == asked[1]


@pytest.mark.parametrize("rest", ["", "A;B;01/01/1990;rue\n" * 20_000])
def test_a_quote_left_open_is_said_and_swallows_nobody(rest: str) -> None:
    head = "nom;prenoms;naissance;adresse\nBa;Awa;01/01/1990;"
    with pytest.raises(Refusal, match="Ligne 2 : un guillemet"):
        lists.read_roll(f'{head}"3 rue A\nRoy;Luc;02/02/1992;x\n{rest}'.encode())


def test_a_list_may_end_its_lines_as_any_machine_does() -> None:
    text = "nom;prenoms;naissance;adresse\nBa;Awa;01/01/1990;3 rue A\nRoy;Luc;02/02/1992;x\n"
    for end in ("\n", "\r\n", "\r"):
        assert len(lists.read_roll(text.replace("\n", end).encode())) == 2


def _busy() -> list[str | None]:
    raise Busy


def test_several_lists_give_one_right_a_person(db: Session, tmp_path: Path) -> None:
    poll = make_poll(db, tmp_path, born_by=date(2011, 5, 3))
    one = RollEntry("Haddad", "Leïla", BORN, "3 rue A")
    again = RollEntry("HADDAD", "Leila Marie", BORN, "9 rue B")
    child = RollEntry("Haddad", "Nour", date(2015, 1, 1), "3 rue A")
    assert load(db, poll, tmp_path, one, child) == service.Loaded(1, 0, 1, 0)
    assert load(db, poll, tmp_path, again, name="Bailleur") == service.Loaded(0, 1, 0, 0)
    assert [row.name for row in queries.rolls(db, poll.id)] == ["Bailleur", "Liste"]
    assert queries.turnout(db, poll.id).rights == 1


def test_two_addresses_for_one_name_in_a_list_wait_for_a_human(db: Session, tmp_path: Path) -> None:
    poll = make_poll(db, tmp_path)
    entries = [
        RollEntry("Martin", "Anne", BORN, "3 rue A", 2),
        RollEntry("Martin", "Anne", BORN, "3 RUE A", 3),
        RollEntry("Martin", "Anne", BORN, "80 rue Z", 7),
    ]
    assert load(db, poll, tmp_path, *entries) == service.Loaded(1, 1, 0, 1)
    load(db, poll, tmp_path, *entries)  # loading again opens no second case
    (case,) = queries.homonyms(db, poll.id)
    assert case.told == "Liste : lignes 2 et 7"
    service.decide_homonym(
        db, poll_id=poll.id, case_id=case.id, other=True, reason="Deux lieux de naissance",
        known=secrets_of(poll, tmp_path), by=make_person(db), at=DURING,
    )  # fmt: skip
    assert queries.turnout(db, poll.id).rights == 2
    with pytest.raises(Refusal, match="déjà prise"):
        service.decide_homonym(
            db, poll_id=poll.id, case_id=case.id, other=False, reason="Non",
            known=secrets_of(poll, tmp_path), by=make_person(db), at=DURING,
        )  # fmt: skip


def test_with_lists_an_account_gets_the_right_of_its_list_and_no_other(
    db: Session, tmp_path: Path
) -> None:
    poll = make_poll(db, tmp_path, residence="roll")
    person = make_person(db)
    with pytest.raises(Refusal, match="Aucune liste"):
        claim(db, poll, tmp_path, person)
    load(db, poll, tmp_path, RollEntry("Haddad", "Leïla", BORN))
    right = claim(db, poll, tmp_path, person)
    assert right is not None
    assert queries.turnout(db, poll.id).rights == 1
    assert claim(db, poll, tmp_path, make_person(db)) is None  # a second account: a human decides


def test_a_letter_is_not_taken_over_by_an_account_unless_a_human_says_it_is_them(
    db: Session, tmp_path: Path
) -> None:
    poll = make_poll(db, tmp_path, residence="roll")
    known, person = secrets_of(poll, tmp_path), make_person(db)
    service.make_letters(
        db, poll_id=poll.id, entries=[RollEntry("Haddad", "Leïla", BORN)], known=known,
        by="system", at=DURING,
    )  # fmt: skip
    assert claim(db, poll, tmp_path, person) is None
    case = queries.case_of(db, poll.id, person)
    assert case is not None
    with pytest.raises(Refusal, match="signalé"):  # not by the person themselves
        service.decide_homonym(
            db, poll_id=poll.id, case_id=case.id, other=True, reason="Moi", known=known,
            by=person, at=DURING,
        )  # fmt: skip
    service.decide_homonym(
        db, poll_id=poll.id, case_id=case.id, other=False, reason="Carte d'identité vue",
        known=known, by=make_person(db), at=DURING,
    )  # fmt: skip
    assert claim(db, poll, tmp_path, person) is not None
    assert queries.turnout(db, poll.id).rights == 1


def test_a_way_that_the_reglement_does_not_have_is_closed(db: Session, tmp_path: Path) -> None:
    poll = make_poll(db, tmp_path, checks=["letter"])
    with pytest.raises(Refusal, match="ne prévoit pas"):
        claim(db, poll, tmp_path, make_person(db))
    with pytest.raises(Refusal, match="ne prévoit pas"):
        service.rights_at_desk(
            db, poll_id=poll.id, family="A", first="B", born=BORN,
            known=secrets_of(poll, tmp_path), at=DURING,
        )  # fmt: skip
    young = make_poll(db, tmp_path, born_by=date(1980, 1, 1), title="Aînés")
    with pytest.raises(Refusal, match=r"1(er)? janvier 1980"):
        claim(db, young, tmp_path, make_person(db))


def test_who_has_a_right_votes_on_paper_though_the_desk_gives_none(
    db: Session, tmp_path: Path
) -> None:
    poll = make_poll(db, tmp_path, checks=["account"])
    person, known = make_person(db), secrets_of(poll, tmp_path)
    right = claim(db, poll, tmp_path, person)
    who: dict[str, Any] = {"poll_id": poll.id, "born": BORN, "known": known, "at": DURING}
    found, new = service.rights_at_desk(db, family="Haddad", first="Leïla", **who)
    assert (found, new) == ([right], False)
    with pytest.raises(Refusal, match="ne prévoit pas"):
        service.rights_at_desk(db, family="Inconnue", first="Ana", **who)
    with pytest.raises(Refusal, match="ne prévoit pas"):
        service.give_code(
            db, poll_id=poll.id, right_id=found[0], known=known, by="system", at=DURING
        )
    assert not service.vote_on_paper(db, poll_id=poll.id, right_id=found[0], known=known, at=DURING)


# --- a code by SMS ---------------------------------------------------------------------------


def test_a_code_by_sms_is_used_once_and_the_number_is_kept_as_a_hash(
    db: Session, tmp_path: Path
) -> None:
    poll = make_poll(db, tmp_path, checks=SMS)
    person = make_person(db)
    send(db, poll, tmp_path, person)
    right = claim(db, poll, tmp_path, person, code="123456")
    row = db.get(VotingRight, right)
    assert row is not None
    assert row.level == "sms"
    assert not db.scalars(select(PhoneCheck)).all()
    kept = " ".join(str(one) for one in db.execute(select(VotingRight.__table__)).one())
    assert "612345678" not in kept
    other = make_person(db)
    with pytest.raises(Refusal, match="déjà servi"):
        send(db, poll, tmp_path, other)
    with pytest.raises(Refusal, match="ne vaut plus"):
        claim(db, poll, tmp_path, other, code="123456", family="Autre")


def test_a_wrong_code_counts_and_five_end_it(db: Session, tmp_path: Path) -> None:
    poll = make_poll(db, tmp_path, checks=SMS)
    person = make_person(db)
    send(db, poll, tmp_path, person)
    for _time in range(5):
        with pytest.raises(Refusal, match="pas le code"):
            claim(db, poll, tmp_path, person, code="000000")
    with pytest.raises(Refusal, match="ne vaut plus"):
        claim(db, poll, tmp_path, person, code="123456")
    send(db, poll, tmp_path, person, code="654321")
    with pytest.raises(Refusal, match="ne vaut plus"):
        claim(db, poll, tmp_path, person, code="654321", at=DURING + timedelta(minutes=10))
    assert claim(db, poll, tmp_path, person, code="654321") is not None
    service.forget_phone_checks(db, DURING + timedelta(days=1))


def test_one_number_opens_as_many_rights_as_the_reglement_says_even_at_once(
    engine: Engine, db: Session, tmp_path: Path
) -> None:
    poll = make_poll(db, tmp_path, checks=SMS, phone_share=2)
    people = [make_person(db) for _one in range(6)]
    for person in people:
        send(db, poll, tmp_path, person)
    db.rollback()
    make, start = sessions(engine), threading.Barrier(6)
    given: list[str | None] = []

    def ask(number: int) -> None:
        start.wait()
        with make() as own:
            try:
                family = f"Nom{number}"
                given.append(
                    claim(own, poll, tmp_path, people[number], code="123456", family=family)
                )
            except Refusal:
                pass

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(given) == 2
    assert db.scalar(select(func.count()).select_from(VotingRight)) == 2


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("06 12 34 56 78", "+33612345678"),
        ("+33 (0)7.12.34.56.78", "+33712345678"),
        ("0033612345678", "+33612345678"),
    ],
)
def test_numbers_are_read_as_people_write_them(typed: str, number: str) -> None:
    assert sms.read_number(typed, "+336 +337") == number


@pytest.mark.parametrize(
    "typed", ["", "06", "0327000000", "+44 7700 900123", "٠٦١٢٣٤٥٦٧٨", "0" * 40]
)
def test_a_number_that_gets_no_sms_is_refused(typed: str) -> None:
    with pytest.raises(Refusal):
        sms.read_number(typed, "+336 +337")


class Gateway(BaseHTTPRequestHandler):
    got: list[tuple[str, dict[str, str]]] = []
    status = 202

    def log_message(self, *_args: Any) -> None:
        pass

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.got.append((self.headers["Authorization"], json.loads(body)))
        self.send_response(self.status)
        self.send_header("Location", "/elsewhere")
        self.send_header("Content-Length", "0")
        self.end_headers()


@pytest.fixture
def gateway() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), Gateway)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    Gateway.got, Gateway.status = [], 202
    yield f"http://127.0.0.1:{server.server_port}/send"
    server.shutdown()
    thread.join()
    server.server_close()


@on_sqlite
def test_the_pages_send_a_code_through_the_gateway_and_open_the_ballot(
    settings: Settings, engine: Engine, db: Session, clock: StoppedClock, gateway: str
) -> None:
    clock.set(DURING)
    app = create_app(dataclasses.replace(settings, sms=gateway, sms_token="secret"))
    app.testing, app.test_client_class = True, Visitor
    poll = make_poll(db, settings.vault, checks=SMS)
    client: Visitor = app.test_client()  # type: ignore[assignment]
    client.sign_in(house.account(db).email)
    place = f"/votes/{poll.slug}/droit"
    slip = client.send(place, {"phone": "06"}, 422, button="M'envoyer un code")
    assert not slip.all("input[@name='sms_code']")  # no code was sent: none is asked for
    assert not Gateway.got
    who: dict[str, Filled] = {"born": "1990-05-05", "honour": True, "phone": "06 12 34 56 78"}
    Gateway.status = 302  # a gateway that sends us elsewhere is not followed
    page = client.send(place, who, 422, button="M'envoyer un code")
    assert "n'est pas parti" in page.text
    assert "06 12 34 56 78" in page.html
    Gateway.status = 202
    page = client.send(place, who, 200, button="M'envoyer un code")
    token, message = Gateway.got[-1]
    assert (token, message["to"]) == ("Bearer secret", "+33612345678")
    code = re.search(r"\d{6}", message["text"])
    assert code is not None
    wrong = "000000" if code.group() != "000000" else "111111"
    page = client.send(place, {**who, "sms_code": wrong}, 422, button="Ouvrir", page=page)
    done = client.send(place, {**who, "sms_code": code.group()}, button="Ouvrir", page=page)
    assert "Déposer mon bulletin" in client.follow(done).html
    app.extensions["civic_engine"].dispose()


def test_a_folder_takes_the_place_of_a_gateway_in_a_demo(tmp_path: Path) -> None:
    given = {
        "CIVIC_DATABASE_URL": "sqlite:////tmp/x.db", "CIVIC_SECRET_KEY": "s" * 32,
        "CIVIC_VAULT": "/tmp/v", "CIVIC_UPLOADS": "/tmp/u", "CIVIC_MAIL": "smtp://localhost",
        "CIVIC_MAIL_FROM": "a@b.fr", "CIVIC_BASE_URL": "https://x.fr",
    }  # fmt: skip
    settings = Settings.load({**given, "CIVIC_SMS": f"folder:{tmp_path / 'sms'}"})
    sms.send(settings, "+33612345678", "123456")
    (file,) = (tmp_path / "sms").iterdir()
    assert file.read_text() == "+33612345678\n123456\n"
    with pytest.raises(Refusal, match="n'envoie pas"):
        sms.send(Settings.load(given), "+33612345678", "123456")


# --- places ----------------------------------------------------------------------------------

HOURS = [(DURING, DURING + timedelta(hours=8))]
EVENING = DURING + timedelta(hours=9)


def place(db: Session, poll: PollView, kind: str = "connected", **more: Any) -> int:
    return service.add_place(
        db, poll_id=poll.id, name=more.pop("name", "Mairie"), address="1 place", kind=kind,
        hours=HOURS, by="system", at=DURING, **more,
    )  # fmt: skip


def sign(db: Session, number: int, by: str, **figures: Any) -> int:
    said = {"blank": 0, "spoilt": 0, "explanation": "", "correction": "", "at": EVENING, **figures}
    return service.sign_sheet(db, place_id=number, by=by, **said)


def test_a_printed_check_in_closes_the_online_right_and_is_typed_in_afterwards(
    db: Session, tmp_path: Path
) -> None:
    poll = make_poll(db, tmp_path)
    known, member = secrets_of(poll, tmp_path), make_person(db)
    number = place(db, poll, "printed")
    entries = [RollEntry(f"Nom{n}", "Ada", BORN, line=n) for n in range(4)]
    letters, _none = service.make_letters(
        db, poll_id=poll.id, entries=entries[:2], known=known, by="system", at=DURING
    )
    rights = [
        service.find_right_by_code(db, poll=poll.slug, code=one.code, known=known)
        for one in letters
    ]
    assert rights[0] is not None
    assert rights[1] is not None
    cast(db, poll, tmp_path, rights[0], "P1")  # has voted: not printed
    printed = service.print_check_in(
        db, place_id=number, entries=entries[::-1], known=known, by="system", at=DURING
    )
    assert [(n, one.family) for n, one in printed.lines] == [(1, "Nom1"), (2, "Nom2"), (3, "Nom3")]
    assert printed.without == [entries[0]]
    assert service.find_right_by_code(db, poll=poll.slug, code=letters[1].code, known=known) is None
    with pytest.raises(Refusal, match="votez là"):
        cast(db, poll, tmp_path, rights[1], "P1")
    with pytest.raises(Refusal, match="elle vote là"):
        service.vote_on_paper(db, poll_id=poll.id, right_id=rights[1], known=known, at=DURING)
    with pytest.raises(Refusal, match="elle vote là"):
        service.give_code(
            db, poll_id=poll.id, right_id=rights[1], known=known, by=member, at=DURING
        )
    again = service.print_check_in(
        db, place_id=number, entries=entries, known=known, by="system", at=DURING
    )
    assert again.lines == printed.lines

    def typed(*numbers: int, correction: str = "") -> int:
        return service.type_signatures(
            db, place_id=number, numbers=numbers, correction=correction, by=member, at=EVENING
        )

    with pytest.raises(Refusal, match="9"):
        typed(1, 9)
    assert typed(1, 3) == 2
    assert typed(1, 3) == 2
    with pytest.raises(Refusal, match="pourquoi"):
        typed(1)
    assert typed(1, correction="Le 3 a signé sur la mauvaise ligne") == 1
    assert queries.signed_numbers(db, number) == [1]
    assert queries.turnout(db, poll.id).channels == {"code": 1, "paper": 1}


def test_sheets_are_signed_corrected_with_a_reason_and_reconciled(
    db: Session, tmp_path: Path
) -> None:
    poll = make_poll(db, tmp_path)
    known, member = secrets_of(poll, tmp_path), make_person(db)
    number = place(db, poll)
    group = place(db, poll, "group", name="CM2", expected=20)
    ((right, _code),) = make_letters(db, poll, tmp_path, 1)
    receipt = cast(db, poll, tmp_path, right, "P1").receipt
    assert service.vote_on_paper(
        db, poll_id=poll.id, right_id=right, known=known, at=DURING, place_id=number
    )
    assert queries.receipt_state(db, poll.id, receipt) == "withdrawn"
    with pytest.raises(Refusal, match="encore ouvert"):
        sign(db, number, member, signatures=1, ballots=1, at=DURING)
    with pytest.raises(Refusal, match="pourquoi"):
        sign(db, number, member, signatures=2, ballots=2)  # the émargement says one
    with pytest.raises(Refusal, match="pourquoi"):
        sign(db, number, member, signatures=1, ballots=2)
    with pytest.raises(Refusal, match="vérifiez"):
        sign(db, number, member, signatures=1, ballots=1, blank=1, spoilt=1)
    assert sign(db, number, member, signatures=1, ballots=2, explanation="Deux bulletins") == 1
    with pytest.raises(Refusal, match="20"):
        sign(db, group, member, signatures=21, ballots=21)
    with pytest.raises(Refusal, match="CM2"):
        _reconcile(db, poll)
    sign(db, group, member, signatures=2, ballots=2, blank=1)
    with pytest.raises(Refusal, match="liasses en ont"):
        _reconcile(db, poll)
    with pytest.raises(Refusal, match="CM2 ; Mairie"):
        _type(db, poll, "La mairie", ["P1"])
    _type(db, poll, "Mairie", ["P1"])
    _type(db, poll, "CM2", ["P2"], [])
    with pytest.raises(Refusal, match="Mairie"):
        _reconcile(db, poll)
    with pytest.raises(Refusal, match="pourquoi vous la corrigez"):
        sign(db, number, member, signatures=1, ballots=1)
    assert sign(db, number, member, signatures=1, ballots=1, correction="Recompté à deux") == 2
    _reconcile(db, poll)
    figures = queries.steps(db, poll.id)["reconciled"].figures
    assert (figures["papiers"], figures["groupes"], figures["ecart_papier"]) == (3, 2, 0)
    versions = queries.sheets(db, poll.id)[number]
    assert [(one.version, one.ballots) for one in versions] == [(2, 1), (1, 2)]
    with pytest.raises(Refusal, match="les feuilles ne changent plus"):
        sign(db, number, member, signatures=1, ballots=1, correction="Encore", at=AFTER)


def _reconcile(db: Session, poll: PollView) -> None:
    service.reconcile(db, poll_id=poll.id, by="system", at=AFTER)


def _type(db: Session, poll: PollView, name: str, *ballots: list[str]) -> None:
    number = service.open_batch(
        db, poll_id=poll.id, place=name, ballots=len(ballots), by="system", at=AFTER
    )
    for _person in range(2):
        type_bundle(db, poll, number, ballots, make_person(db))


def test_a_bundle_typed_again_changes_nothing(db: Session, tmp_path: Path) -> None:
    poll = make_poll(db, tmp_path)
    number = service.open_batch(
        db, poll_id=poll.id, place="Mairie", ballots=1, by="system", at=AFTER
    )
    one, two = make_person(db), make_person(db)

    def typed(by: str) -> Any:
        return type_bundle(db, poll, number, [["P1"]], by)

    typed(one)
    typed(one)  # the same person twice is one typing
    assert not queries.batches(db, poll.id, one)[0].agreed
    typed(two)
    assert queries.batches(db, poll.id, one)[0].agreed
    with pytest.raises(Refusal):
        typed(make_person(db))


def test_fifty_connections_and_two_desks_with_one_right_leave_one_vote(
    engine: Engine, db: Session, tmp_path: Path
) -> None:
    poll = make_poll(db, tmp_path)
    number = place(db, poll)
    ((right, _code),) = make_letters(db, poll, tmp_path, 1)
    known = secrets_of(poll, tmp_path)
    db.rollback()
    make, start = sessions(engine), threading.Barrier(52)
    papers: list[bool] = []

    def online(which: int) -> None:
        start.wait()
        with make() as own:
            try:
                cast(own, poll, tmp_path, right, f"P{1 + which % 5}")
            except Refusal as no:
                assert "papier" in str(no.text)  # noqa: PT017 - in a thread

    def desk(_which: int) -> None:
        start.wait()
        with make() as own:
            try:
                service.vote_on_paper(
                    own, poll_id=poll.id, right_id=right, known=known, at=DURING, place_id=number
                )
                papers.append(True)
            except Refusal as no:
                assert "déjà voté sur papier" in str(no.text)  # noqa: PT017

    threads = [
        threading.Thread(target=act, args=(which,))
        for act, count in ((online, 50), (desk, 2))
        for which in range(count)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert papers == [True]
    assert [one.channel for one in db.scalars(select(CheckIn))] == ["paper"]
    assert not db.scalars(select(BallotEnvelope)).all()


def test_a_clock_that_goes_back_reopens_nothing_that_was_closed(
    db: Session, tmp_path: Path
) -> None:
    poll = make_poll(db, tmp_path)
    rights = [right for right, _code in make_letters(db, poll, tmp_path, 2)]
    cast(db, poll, tmp_path, rights[0], "P1", at=CLOSES - timedelta(seconds=1))
    with pytest.raises(Refusal, match="clos"):
        cast(db, poll, tmp_path, rights[1], "P1", at=CLOSES)
    _reconcile(db, poll)
    with pytest.raises(Refusal, match="clos"):
        cast(db, poll, tmp_path, rights[1], "P1", at=DURING)  # the clock went back
    with pytest.raises(Refusal, match="clos"):
        service.revoke_right(
            db, poll_id=poll.id, right_id=rights[0], reason="x",
            known=secrets_of(poll, tmp_path), by="system", at=DURING,
        )  # fmt: skip


# --- pages -----------------------------------------------------------------------------------


def staff(app: Flask, db: Session, role: Role, unit: str) -> Visitor:
    visitor: Visitor = app.test_client()  # type: ignore[assignment]
    visitor.sign_in(house.staff(db, role, unit).email)
    return visitor


ROLL = (
    b"nom;prenoms;naissance;adresse\nDa Cruz;In\xc3\xaas;01/02/1983;3 rue A\n"
    b"Da Cruz;In\xc3\xaas;01/02/1983;8 rue B\n"
)


def test_an_agent_loads_a_list_and_the_commission_tells_homonyms_apart(
    app: Flask, db: Session, settings: Settings, clock: StoppedClock
) -> None:
    clock.set(DURING)
    poll = make_poll(db, settings.vault)
    agent = staff(app, db, Role.AGENT, "municipality:1")
    place = f"/votes/{poll.slug}/gerer"
    form: dict[str, Filled] = {
        "list_name": "Liste du 2 mai",
        "list_file": Upload(ROLL, "l.csv", "text/csv"),
    }
    page = agent.follow(agent.send(place, form, form="load-list"))
    assert "1 droit de vote donné" in page.text
    assert "Homonymes à départager : 1" in page.text
    agent.see(f"/votes/{poll.slug}/homonymes", 403)
    member = staff(app, db, Role.VOTE_COMMISSION, f"poll:{poll.id}")
    queue = f"/votes/{poll.slug}/homonymes"
    assert "lignes 2 et 3" in member.see(queue).text
    refused = member.send(queue, {"reason": "", "decision": "other"}, 422, form="decide")
    assert refused.all("input[@name='decision'][@value='other'][@checked]")
    member.send(queue, {"reason": "Née à Denain", "decision": "other"}, form="decide")
    assert "Deux personnes" in member.see(queue).text
    who: dict[str, Filled] = {
        "family": "da cruz", "first": "Ines", "born": "1983-02-01", "seen": True,
    }  # fmt: skip
    page = agent.send(f"/votes/{poll.slug}/accueil", who, 200)
    assert "Née à Denain" in page.text
    page = agent.send(page.url, {}, 200, form="p2", page=page)
    page = agent.send(page.url, {}, 200, form="paper", page=page)
    assert "Émargé sur papier" in page.text


@on_sqlite
def test_letters_say_whom_to_call_and_a_batch_is_made_once(
    app: Flask, db: Session, settings: Settings, clock: StoppedClock
) -> None:
    clock.set(DURING)
    poll = make_poll(db, settings.vault)
    agent = staff(app, db, Role.AGENT, "municipality:1")
    place = f"/votes/{poll.slug}/gerer"
    form: dict[str, Filled] = {"roll": Upload(ROLL, "l.csv", "text/csv"), "shape": "csv"}
    agent.send(place, form, 422, form="make-letters")  # nobody to call
    form["phone"] = "03 27 00 00 00"
    page = agent.send(place, {**form, "batch": 2}, 422, form="make-letters")
    assert "fait 1 paquet" in page.text
    page = agent.see(place)
    fields = {
        "csrf_token": page.all("input[@name='csrf_token']")[0].get("value"), "shape": "pdf",
        "phone": "03 27 00 00 00", "batch": "1",
    }  # fmt: skip

    def letters(status: int, **more: str) -> bytes:
        from io import BytesIO

        answer = agent.post(
            f"/votes/{poll.slug}/lettres", base_url="https://civic.test",
            headers={"Referer": "https://civic.test" + place},
            data={**fields, **more, "roll": (BytesIO(ROLL), "l.csv")},
        )  # fmt: skip
        assert answer.status_code == status
        return answer.get_data()

    assert letters(200).startswith(b"%PDF")
    first = db.scalars(select(VotingCode.keyed_hash)).one()
    db.rollback()
    letters(422)
    assert db.scalars(select(VotingCode.keyed_hash)).one() == first
    letters(200, again="y")
    db.rollback()
    assert db.scalars(select(VotingCode.keyed_hash)).one() != first
    assert [one.letters for one in db.scalars(select(RollList))] == [1, 1]
    assert not db.scalars(select(HomonymCase)).all()


def test_a_place_from_its_preparation_to_its_signed_sheet(
    app: Flask, client: Visitor, db: Session, settings: Settings, clock: StoppedClock
) -> None:
    clock.set(DURING)
    poll = make_poll(db, settings.vault)
    agent = staff(app, db, Role.AGENT, "municipality:1")
    member = house.staff(db, Role.VOTE_COMMISSION, f"poll:{poll.id}")
    keeper: Visitor = app.test_client()  # type: ignore[assignment]
    keeper.sign_in(member.email)
    prepare = f"/votes/{poll.slug}/lieux/preparer"
    form: dict[str, Filled] = {
        "name": "Salle des fêtes", "address": "2 rue Haute", "kind": "connected",
        "hours": "demain matin",
    }  # fmt: skip
    page = agent.send(prepare, form, 422)
    assert "demain matin" in page.text
    form["hours"] = "05/05/2027 9:00-18h30\n06/05/2027 9h-12h"
    agent.send(prepare, form)
    agent.send(prepare, form, 422)
    (found,) = queries.places(db, poll.id)
    public = client.see(f"/votes/{poll.slug}/lieux")
    assert "Salle des fêtes" in public.text
    assert "Les lieux de vote" in client.see(f"/votes/{poll.slug}").text
    one = f"/votes/{poll.slug}/lieux/{found.id}"
    agent.send(one, {"people": [member.person]}, form="team")
    assert "Rôle vote_commission" in keeper.see(one).text
    agent.send(one, {}, 422, form="team", forged={"people": ["nobody"]})
    who: dict[str, Filled] = {
        "family": "Nguyen",
        "first": "Linh",
        "born": "1990-05-05",
        "seen": True,
    }
    page = keeper.send(f"/votes/{poll.slug}/accueil", who, 200)
    assert "Salle des fêtes" in page.text
    keeper.send(page.url, {}, 200, form="paper", page=page)
    sheet: dict[str, Filled] = {"signatures": 1, "ballots": 2, "blank": 0, "spoilt": 0}
    keeper.send(one, sheet, 422, form="sign-sheet")
    clock.set(AFTER)
    keeper.sign_in(member.email)
    page = keeper.send(one, sheet, 422, form="sign-sheet")
    assert "écrivez pourquoi" in page.text
    keeper.send(one, {**sheet, "explanation": "Un bulletin de trop"}, form="sign-sheet")
    assert "Un bulletin de trop" in client.see(f"/votes/{poll.slug}/lieux").text
    client.see(one, 303)


@on_sqlite
def test_a_place_without_network_and_a_class_have_their_papers(
    app: Flask, db: Session, settings: Settings, clock: StoppedClock
) -> None:
    clock.set(DURING)
    poll = make_poll(db, settings.vault)
    printed, group = place(db, poll, "printed"), place(db, poll, "group", name="CM2", expected=3)
    agent = staff(app, db, Role.AGENT, "municipality:1")
    member = staff(app, db, Role.VOTE_COMMISSION, f"poll:{poll.id}")
    one = f"/votes/{poll.slug}/lieux/{printed}"
    form: dict[str, Filled] = {"roll": Upload(ROLL, "l.csv", "text/csv")}
    agent.send(one, form, 422, form="print-list")
    page = agent.see(one)
    from io import BytesIO

    answer = agent.post(
        f"{one}/emargement.pdf", base_url="https://civic.test",
        headers={"Referer": f"https://civic.test{one}"},
        data={
            "csrf_token": page.all("input[@name='csrf_token']")[0].get("value"), "sure": "y",
            "roll": (BytesIO(ROLL), "l.csv"),
        },
    )  # fmt: skip
    assert answer.data.startswith(b"%PDF")
    sheet = agent.fetch(f"/votes/{poll.slug}/lieux/{group}/groupe.pdf", type="application/pdf")
    assert sheet.body.startswith(b"%PDF")
    agent.see(f"/votes/{poll.slug}/lieux/{printed}/groupe.pdf", 404)
    page = member.send(one, {"numbers": "1-x"}, 422, form="type-signatures")
    assert "1-x" in page.text
    member.send(one, {"numbers": "1"}, form="type-signatures")
    db.rollback()
    assert queries.signed_numbers(db, printed) == [1]
