"""Before the vote: a poll made by another room, its sealing, and polls of elsewhere."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from civic.ballots import vault as vaults
from civic.ballots.grades import BEST_GRADE
from civic.ballots.models import CHECKS, BallotItem, OpenedBallot, Poll, PollCount, PollStep
from civic.ballots.queries import (
    OpenedBallotRow,
    PollItem,
    items,
    poll_by_id,
    rules_digest,
)
from civic.ballots.service.count import count_of
from civic.ballots.service.keys import rehearsed_key
from civic.ballots.service.locks import locked_poll
from civic.house import journal
from civic.house.db import new_token, writing
from civic.house.i18n import lazy
from civic.house.refusal import NotFound, Refusal
from civic.house.text import slug
from civic.rules import urn


def create_poll_within(
    db: Session,
    *,
    title: str,
    kind: str,
    scope: list[str],
    opens_at: datetime,
    closes_at: datetime,
    ballot_type: str,
    minimum: int,
    maximum: int,
    items: Sequence[PollItem],
    at: datetime,
    by: str,
    max_points: int | None = None,
    max_sum: int | None = None,
    limits: Sequence[tuple[str, int]] = (),
    one_group: bool = False,
    districts: Sequence[tuple[str, int]] = (),
    paper: bool = True,
    contest_days: int = 10,
    keep_days: int | None = None,
    publication: str = "auto",
    secret_id: str | None = None,
    question: str = "",
    checks: Sequence[str] | None = None,
    residence: str | None = None,
    phone_share: int | None = None,
    born_by: date | None = None,
) -> int:
    """Makes a poll, inside the caller's transaction; its number.

    `secret_id` is what `vault.make` answered before the transaction: the poll is sealed at once.
    Without it the poll waits for `seal_poll`, or for `import_opened_within`. `limits` says what
    each envelope of a knapsack ballot holds (cents). `checks`, `residence` and `phone_share` say
    who may vote and how they show it (models.CHECKS, RESIDENCES); by default an account, a letter
    or the desk, residence declared; nobody born after `born_by`. `districts`: each right has
    one of these neighbourhoods as its own ([group, its number] each). Refuses dates in the wrong
    order, a ballot without projects, and bounds that no ballot can meet.
    """
    if closes_at <= opens_at:
        raise Refusal(lazy("Le vote doit fermer après son ouverture."), field="closes_at")
    if not items:
        raise Refusal(lazy("Il faut au moins un projet sur le bulletin."))
    if not 0 <= minimum <= maximum or maximum < 1 or minimum > len(items):
        raise Refusal(lazy("Le nombre de choix demandé ne va pas avec ce bulletin."))
    if ballot_type == "points" and not (max_points and max_sum and max_sum >= max_points):
        raise Refusal(lazy("Dites combien de points chacun a, et combien au plus par projet."))
    if ballot_type == "knapsack" and not {one.group for one in items} <= {
        name for name, _c in limits
    }:
        raise Refusal(lazy("Dites combien d'argent a chaque enveloppe du bulletin."))
    for name, _number in districts:
        others = {one for one, _other in districts} - {name}
        if sum(one.group not in others for one in items) < max(minimum, 1):
            raise Refusal(
                lazy(
                    "Le quartier « %(name)s » n'a pas assez de projets sur le bulletin.", name=name
                )
            )
    by_points = ballot_type == "points"
    ways = _checks(checks)
    row = Poll(
        slug=_free_slug(db, title),
        title=title,
        question=question,
        kind=kind,
        scope=sorted(scope),
        stage="configured",
        is_external=False,
        opens_at=opens_at,
        closes_at=closes_at,
        ballot_type=ballot_type,
        minimum=minimum,
        maximum=min(maximum, len(items)),
        max_points=BEST_GRADE if ballot_type == "graded" else max_points if by_points else None,
        max_sum=max_sum if by_points else None,
        limits=[list(one) for one in limits] if ballot_type == "knapsack" else [],
        one_group=one_group or bool(districts),
        districts=[list(one) for one in districts],
        paper=paper,
        contest_days=contest_days,
        keep_days=max(keep_days or 60, contest_days),
        publication=publication,
        checks=ways,
        residence=residence or "declared",
        phone_share=phone_share or 1,
        born_by=born_by,
        key_holder="platform",
    )
    db.add(row)
    db.flush()
    db.add_all(
        BallotItem(
            poll_id=row.id,
            reference=one.reference,
            label=one.label,
            cost=one.cost,
            group=one.group,
            sentence=one.sentence,
            pictogram=one.pictogram or "autre",
            position=position,
            place=one.place,
            picture=one.picture,
            picture_alt=one.picture_alt,
            url=one.url,
            recordings=[[heard.language, heard.digest, heard.seconds] for heard in one.recordings],
        )
        for position, one in enumerate(items, 1)
    )
    db.flush()
    journal.record(
        db, at=at, actor=by, verb="poll.create", target=f"poll:{row.id}", projects=len(items)
    )
    if secret_id is not None:
        _seal(db, row, secret_id, by=by, at=at)
    return row.id


def _checks(wanted: Sequence[str] | None) -> list[str]:
    """The checks of a poll in the order of the ladder; an SMS code takes the place of an account
    alone, and refuses a poll that nobody could enter."""
    found = set(wanted or ("account", "letter", "desk"))
    if "sms" in found:
        found.discard("account")
    if not found or not found <= set(CHECKS):
        raise Refusal(lazy("Dites comment une personne montre qu'elle peut voter."))
    return [one for one in CHECKS if one in found]


def seal_poll(db: Session, *, poll_id: int, secret_id: str, by: str, at: datetime) -> None:
    """Gives a poll its keys and seals it: from here on nothing of it changes.

    Refuses when the commission holds the key and its rehearsal is not recorded.
    """
    with writing(db):
        row = locked_poll(db, poll_id)
        if row.stage != "configured":
            raise Refusal(lazy("Ce vote est déjà scellé."))
        if at >= row.closes_at:
            raise Refusal(
                lazy(
                    "La date de fermeture de ce vote est passée. Changez d'abord ses dates par un "
                    "avenant, sur la page de gestion de son édition."
                )
            )
        _seal(db, row, secret_id, by=by, at=at)


def redate_poll_within(
    db: Session, *, poll_id: int, opens_at: datetime, closes_at: datetime, born_by: date | None,
    by: str, at: datetime,
) -> None:  # fmt: skip
    """Gives a vote that was never sealed other dates, inside the caller's transaction."""
    row = locked_poll(db, poll_id)
    if row.stage != "configured":
        raise Refusal(lazy("Ce vote est scellé : ses dates ne changent plus."))
    row.opens_at, row.closes_at, row.born_by = opens_at, closes_at, born_by
    journal.record(db, at=at, actor=by, verb="poll.redate", target=f"poll:{poll_id}")


def _seal(db: Session, row: Poll, secret_id: str, *, by: str, at: datetime) -> None:
    view = poll_by_id(db, row.id)
    assert view is not None
    projects = items(db, row.id)
    with_points = view.ballot_type in urn.WITH_POINTS
    if urn.draft_size(len(projects), points=with_points) > urn.DRAFT_LIMIT:
        raise Refusal(
            lazy("Ce bulletin a trop de projets : il ne tiendrait pas dans un brouillon.")
        )
    public = vaults.public_key(secret_id)
    if row.key_holder == "commission" and rehearsed_key(db, row.id) != public:
        raise Refusal(lazy("La clé de la commission a changé. Recommencez."))
    row.rules_digest = rules_digest(view, projects, public)
    row.public_key, row.secret_name = public, vaults.file_name(secret_id)
    row.sealed_at = at
    row.stage = "sealed"
    db.add(
        PollStep(
            poll_id=row.id, step="sealed", by=by, at=at, figures={"empreinte": row.rules_digest}
        )
    )
    db.flush()
    journal.record(
        db, at=at, actor=by, verb="poll.seal", target=f"poll:{row.id}", digest=row.rules_digest
    )


def import_opened_within(
    db: Session,
    *,
    poll_id: int,
    ballots: Sequence[OpenedBallotRow],
    by: str = "system",
    at: datetime | None = None,
) -> None:
    """Takes in the opened ballots of a vote held elsewhere, and counts them, inside the caller's
    transaction. How many each could choose was that vote's own rule and is not checked again; a
    ballot for an unknown project, or twice for one, is refused."""
    row = db.get(Poll, poll_id, with_for_update=True)
    if row is None:
        raise NotFound
    if row.stage != "configured":
        raise Refusal(lazy("Ce vote a déjà une urne : rien ne peut y être ajouté."))
    view = poll_by_id(db, poll_id)
    assert view is not None
    projects = items(db, poll_id)
    known = {one.reference for one in projects}
    for number, one in enumerate(ballots, 1):
        by_points = view.ballot_type in urn.WITH_POINTS
        points_fit = len(one.points) == (len(one.choices) if by_points else 0)
        if (
            not known.issuperset(one.choices)
            or len(set(one.choices)) < len(one.choices)
            or (not points_fit)
        ):
            raise Refusal(
                lazy(
                    "Bulletin %(number)s : un projet inconnu ou cité deux fois, ou des points qui "
                    "ne vont pas avec les choix.",
                    number=number,
                )
            )
    store_opened(db, poll_id, [urn.Choices(one.choices, one.points) for one in ballots])
    instant = at or row.closes_at
    result, digest = count_of(
        view, projects, [urn.Choices(one.choices, one.points) for one in ballots], 0, {}
    )
    db.add(PollCount(poll_id=poll_id, result=result, digest=digest, counted_by=by, at=instant))
    row.stage, row.is_external, row.counted_at = "counted", True, instant
    db.flush()
    kinds = Counter("blank" if not one.choices else "valid" for one in ballots)
    journal.record(
        db, at=instant, actor=by, verb="poll.import", target=f"poll:{poll_id}", **dict(kinds)
    )


def store_opened(db: Session, poll_id: int, ballots: Sequence[urn.Choices]) -> None:
    """Keeps opened ballots under random keys, written in the order of these keys."""
    rows = sorted(
        (
            {
                "poll_id": poll_id,
                "id": new_token(),
                "choices": list(one.references),
                "points": list(one.points) or None,
            }
            for one in ballots
        ),
        key=lambda one: str(one["id"]),
    )
    if rows:
        db.execute(insert(OpenedBallot), rows)


def _free_slug(db: Session, title: str) -> str:
    wanted = slug(title, 60)
    taken = set(db.scalars(select(Poll.slug).where(Poll.slug.startswith(wanted))))
    number, found = 1, wanted
    while found in taken:
        number += 1
        found = f"{wanted}-{number}"
    return found
