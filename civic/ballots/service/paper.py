"""The paper way: the shared émargement, and the bundles of ballots that typing.py takes in."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from civic.ballots.models import CheckIn, PaperBatch, Poll, PollingPlace
from civic.ballots.queries.papers import reopened
from civic.ballots.service.locks import locked_poll, locked_right, require_open
from civic.ballots.service.rights import withdraw_envelope
from civic.ballots.vault import PollSecrets
from civic.house import journal
from civic.house.clock import day_of
from civic.house.db import writing
from civic.house.i18n import lazy
from civic.house.refusal import NotFound, Refusal


def vote_on_paper(
    db: Session,
    *,
    poll_id: int,
    right_id: str,
    known: PollSecrets,
    at: datetime,
    place_id: int | None = None,
) -> bool:
    """Notes that a person puts a paper ballot into the box; whether an online one was withdrawn.

    The paper stands: an envelope deposited online before is taken out of the urn, and a later
    deposit is refused. Like a deposit, it leaves no journal line and no hour. `place_id`: the
    « lieu de vote », where the poll has some. Refuses somebody on a printed émargement: they vote
    where it lies.
    """
    with writing(db):
        _require_paper(db, poll_id)
        poll = locked_poll(db, poll_id, share=True)
        require_open(poll, at)
        right = locked_right(db, poll_id, right_id)
        if right.place_id is not None:
            raise Refusal(
                lazy(
                    "Cette personne est sur l'émargement imprimé d'un lieu de vote : elle vote là."
                )
            )
        if poll.districts and right.group is None:
            raise Refusal(
                lazy(
                    "Notez d'abord le quartier de cette personne : son bulletin de papier est "
                    "celui de ce quartier."
                )
            )
        if place_id is not None:
            require_place(db, poll_id, place_id)
        check_in = db.get(CheckIn, (poll_id, right_id))
        if check_in is not None and check_in.channel == "paper":
            raise Refusal(lazy("Cette personne a déjà voté sur papier."))
        withdrawn = withdraw_envelope(db, poll, right_id, known)
        if check_in is None:
            check_in = CheckIn(poll_id=poll_id, right_id=right_id)
            db.add(check_in)
        check_in.channel, check_in.day, check_in.place_id = "paper", day_of(at), place_id
        return withdrawn


def undo_paper_vote(
    db: Session, *, poll_id: int, right_id: str, reason: str, by: str, at: datetime
) -> None:
    """Takes back an émargement on paper noted by mistake (another person, no paper put in), with a
    public reason, while the vote is open. The person votes anew; an envelope that it had withdrawn
    does not come back. The journal keeps the reason, and never whose émargement it was."""
    if not reason:
        raise Refusal(lazy("Écrivez pourquoi : le procès-verbal le dira."), field="reason")
    with writing(db):
        poll = locked_poll(db, poll_id, share=True)
        require_open(poll, at)
        right = locked_right(db, poll_id, right_id)
        check_in = db.get(CheckIn, (poll_id, right_id))
        if check_in is None or check_in.channel != "paper" or right.place_id is not None:
            raise Refusal(lazy("Cette personne n'a pas émargé sur papier à un accueil."))
        db.delete(check_in)
        journal.record(
            db, at=at, actor=by, verb="paper.undo", target=f"poll:{poll_id}", reason=reason
        )


def require_place(db: Session, poll_id: int, place_id: int) -> None:
    """Refuses a place that is not of this poll, or has no shared émargement."""
    place = db.get(PollingPlace, place_id)
    if place is None or place.poll_id != poll_id or place.kind != "connected":
        raise NotFound


def open_batch(
    db: Session, *, poll_id: int, place: str, ballots: int, by: str, at: datetime
) -> int:
    """Opens a bundle of 1 to 500 paper ballots, taken from one box after closing; its number.

    After step 1 only while two members have taken the papers up again (reopening.py).
    """
    with writing(db):
        _require_paper(db, poll_id)
        poll = locked_poll(db, poll_id)
        if not reopened(db, poll_id):
            require_counting_time(poll.stage, poll.closes_at, at)
        number = 1 + (
            db.scalar(select(func.max(PaperBatch.number)).where(PaperBatch.poll_id == poll_id)) or 0
        )
        if not 1 <= ballots <= 500:
            raise Refusal(lazy("Une liasse a de 1 à 500 bulletins."), field="ballots")
        named = db.scalars(select(PollingPlace.name).where(PollingPlace.poll_id == poll_id)).all()
        if named and place not in named:
            raise Refusal(
                lazy(
                    "Ce vote n'a pas de lieu de ce nom. Ses lieux : %(names)s.",
                    names=" ; ".join(sorted(named)),
                ),
                field="place",
            )
        db.add(
            PaperBatch(poll_id=poll_id, number=number, place=place, ballots=ballots, agreed=False)
        )
        journal.record(
            db, at=at, actor=by, verb="paper.open", target=f"poll:{poll_id}",
            number=number, ballots=ballots,
        )  # fmt: skip
        return number


def ask_to_drop_batch(
    db: Session, *, poll_id: int, number: int, reason: str, by: str, at: datetime
) -> None:
    """Asks to set a bundle aside, with a public reason: counted twice, another number of ballots.
    Another member has to agree; step 1 waits."""
    if not reason:
        raise Refusal(lazy("Écrivez pourquoi : le procès-verbal le dira."), field="why")
    with writing(db):
        batch = _batch_in_time(db, poll_id, number, at)
        if batch.drop_asked_by is not None:
            raise Refusal(lazy("Le retrait de cette liasse est déjà demandé."))
        batch.dropped_why, batch.drop_asked_by = reason, by
        _record_batch(db, poll_id, number, "paper.drop.ask", by, at)


def drop_batch(db: Session, *, poll_id: int, number: int, by: str, at: datetime) -> None:
    """Agrees, as another member, to set a bundle aside: it is not counted, and stays told."""
    with writing(db):
        batch = _batch_in_time(db, poll_id, number, at)
        if batch.drop_asked_by is None:
            raise NotFound
        if batch.drop_asked_by == by:
            raise Refusal(lazy("Vous avez demandé ce retrait : un autre membre l'accepte."))
        batch.dropped_by, batch.dropped_at = by, at
        _record_batch(db, poll_id, number, "paper.drop", by, at)


def keep_batch(db: Session, *, poll_id: int, number: int, by: str, at: datetime) -> None:
    """Takes the request back."""
    with writing(db):
        batch = _batch_in_time(db, poll_id, number, at)
        if batch.drop_asked_by is None:
            raise NotFound
        batch.dropped_why = batch.drop_asked_by = None
        _record_batch(db, poll_id, number, "paper.drop.keep", by, at)


def _batch_in_time(db: Session, poll_id: int, number: int, at: datetime) -> PaperBatch:
    """The bundle, locked, while bundles may still be added or set aside."""
    poll = locked_poll(db, poll_id)
    if not reopened(db, poll_id):
        require_counting_time(poll.stage, poll.closes_at, at)
    batch = db.scalars(
        select(PaperBatch)
        .where(PaperBatch.poll_id == poll_id, PaperBatch.number == number)
        .with_for_update()
    ).first()
    if batch is None:
        raise NotFound
    if batch.dropped_at is not None:
        raise Refusal(lazy("Cette liasse est déjà retirée."))
    return batch


def _record_batch(db: Session, poll_id: int, number: int, verb: str, by: str, at: datetime) -> None:
    journal.record(db, at=at, actor=by, verb=verb, target=f"poll:{poll_id}", number=number)


def require_counting_time(stage: str, closes_at: datetime, at: datetime) -> None:
    """Refuses papers before the closing instant, and after the urn was reconciled."""
    if at < closes_at:
        raise Refusal(lazy("Les boîtes restent fermées jusqu'à la fin du vote."))
    if stage != "sealed":
        raise Refusal(
            lazy(
                "Ce vote est déjà rapproché : pour ajouter une liasse oubliée ou en corriger une, "
                "deux membres demandent d'abord la reprise des papiers."
            )
        )


def _require_paper(db: Session, poll_id: int) -> None:
    if db.scalar(select(Poll.paper).where(Poll.id == poll_id)) is False:
        raise Refusal(lazy("Le règlement de ce vote ne prévoit pas de bulletin de papier."))
