"""Letters and the answers that come back by their codes, without an account."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from civic.draws.models import (
    AFTER,
    ANSWERING,
    LEFT,
    AnswerCode,
    ContactAttempt,
    Draw,
    DrawnPerson,
    LetterSheet,
)
from civic.draws.service import inviting
from civic.draws.service.answers import DAYS_TO_ANSWER, Reach, accept, leave
from civic.draws.service.inviting import AtTheDoor
from civic.draws.service.rows import in_state, locked
from civic.house import journal
from civic.house.clock import day_of
from civic.house.db import writing
from civic.house.i18n import lazy
from civic.house.refusal import NotFound, Refusal
from civic.rules.urn import code_hash, make_code
from civic.rules.urn.codes import CHANCE

BY_CODE = "code"
"""Who acts, in the journal, when somebody answers with the code of their letter."""

SPACE = "draws"
_NOBODY = lazy("Il n'y a personne à qui écrire : chacun a répondu, ou personne n'est tiré au sort.")


@dataclass(frozen=True, slots=True)
class Sheet:
    """What an agent or a facilitator types once for all letters of a draw."""

    phone: str
    bring_to: str
    helpers: str
    privacy_contact: str


def save_sheet(db: Session, *, draw_id: int, sheet: Sheet, by: str, at: datetime) -> None:
    """Writes what the letters say: whom to call, where the slip goes, who helps."""
    with writing(db):
        locked(db, draw_id)
        row = db.get(LetterSheet, draw_id)
        if row is None:
            row = LetterSheet(draw_id=draw_id, saved_by=by)
            db.add(row)
        row.phone, row.bring_to = sheet.phone, sheet.bring_to
        row.helpers, row.privacy_contact = sheet.helpers, sheet.privacy_contact
        row.saved_by = by
        journal.record(db, at=at, actor=by, verb="draw.letter_sheet", target=f"draw:{draw_id}")


def new_codes(drawn_ids: Sequence[str]) -> dict[str, str]:
    """A new code for each of these drawn people. Nothing is written: `keep_codes_within` does."""
    return {one: make_code(secrets.token_bytes(CHANCE)) for one in drawn_ids}


def make_codes(
    db: Session, *, draw_id: int, drawn_ids: Sequence[str], key: bytes, by: str, at: datetime
) -> dict[str, str]:
    """A new code for each of these drawn people: drawn person → code, to print now. Codes are
    answered here once."""
    with writing(db):
        codes = new_codes(drawn_ids)
        keep_codes_within(db, locked(db, draw_id), codes, key=key, by=by, at=at)
        return codes


def keep_codes_within(
    db: Session, draw: Draw, codes: Mapping[str, str], *, key: bytes, by: str, at: datetime
) -> None:
    """Makes these codes of a draw open their pages (drawn person → code), inside the caller's
    transaction. They are kept as keyed hashes only. Codes of earlier letters still open the page: a
    reminder does not make the first letter useless. Names are printed with them, so the look at
    them is written down with the count."""
    if not codes:
        raise Refusal(_NOBODY)
    known = set(
        db.scalars(
            select(DrawnPerson.id).where(
                DrawnPerson.draw_id == draw.id, DrawnPerson.id.in_(list(codes))
            )
        )
    )
    if known != set(codes):
        raise NotFound
    if db.get(LetterSheet, draw.id) is None:
        raise Refusal(
            lazy("Dites d'abord ce que les lettres doivent dire : téléphone, lieu, aide.")
        )
    db.add_all(
        AnswerCode(keyed_hash=code_hash(key, SPACE, code), drawn_id=one, made_on=day_of(at))
        for one, code in codes.items()
    )
    journal.record(
        db, at=at, actor=by, verb="draw.letters", target=f"draw:{draw.id}", letters=len(codes)
    )


def note_posted(
    db: Session, *, draw_id: int, drawn_ids: Sequence[str], by: str, at: datetime
) -> int:
    """Notes that these people's letters are posted: their time to answer runs. How many."""
    with writing(db):
        draw = in_state(
            locked(db, draw_id),
            ("inviting", *ANSWERING, *AFTER),
            lazy("Ce tirage n'attend pas de réponse : il n'y a pas de lettre à envoyer."),
        )
        people = db.scalars(
            select(DrawnPerson)
            .where(
                DrawnPerson.draw_id == draw.id,
                DrawnPerson.id.in_(drawn_ids),
                DrawnPerson.answer == "waiting",
            )
            .with_for_update()
        ).all()
        if not people:
            raise Refusal(_NOBODY)
        for one in people:
            one.answer = "contacted"
            if one.place != "invited":  # a wave says by when
                one.answer_by = day_of(at) + timedelta(days=DAYS_TO_ANSWER)
        db.add_all(
            ContactAttempt(
                drawn_id=one.id, channel="letter", outcome="sent", made_on=day_of(at), made_by=by
            )
            for one in people
        )
        if draw.status in ANSWERING:
            draw.status = "letters_sent"
        journal.record(
            db, at=at, actor=by, verb="draw.posted", target=f"draw:{draw_id}", letters=len(people)
        )
        return len(people)


def find_by_code(db: Session, *, code: str, key: bytes) -> str | None:
    """The drawn person whose page a code (16 signs) opens; None when it opens none. Reads only."""
    return db.scalar(
        select(AnswerCode.drawn_id).where(AnswerCode.keyed_hash == code_hash(key, SPACE, code))
    )


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody answers with their code. `door` is what a person says of themselves when
    their dwelling was drawn; `shows_name`: the hall may see their name."""

    says_yes: bool
    reach: Reach
    shows_name: bool = False
    door: AtTheDoor | None = None


def answer_by_code(db: Session, *, drawn_id: str, said: Said, at: datetime) -> None:
    """The person who holds a letter says yes or no, by themselves. Refuses a second answer: they
    then call, so that nobody is replaced by a slip of the finger."""
    one = db.get(DrawnPerson, drawn_id)
    if one is None:
        raise NotFound
    if one.answer == "accepted":
        raise Refusal(
            lazy("Vous avez déjà dit oui. Pour changer d'avis, appelez le numéro de la lettre.")
        )
    if one.answer in LEFT:
        raise Refusal(
            lazy(
                "Une réponse est déjà notée, ou le délai est passé. Appelez le numéro de la "
                "lettre si vous voulez en parler."
            )
        )
    if one.place == "invited":
        if said.says_yes:
            inviting.accept(
                db, drawn_id=drawn_id, reach=said.reach, by=BY_CODE, at=at,
                shows_name=said.shows_name, said=said.door,
            )  # fmt: skip
        else:
            inviting.decline(db, drawn_id=drawn_id, answer="refused", by=BY_CODE, at=at)
    elif said.says_yes:
        accept(db, drawn_id=drawn_id, reach=said.reach, by=BY_CODE, at=at)
    else:
        leave(db, drawn_id=drawn_id, answer="refused", by=BY_CODE, at=at)


def is_open(draw: Draw, place: str) -> bool:
    """Whether answers of people drawn for this place are still taken."""
    return draw.status in (("inviting",) if place == "invited" else (*ANSWERING, *AFTER))
