"""The deposit: one act, one transaction, one envelope a right, and nothing that says when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Table, bindparam, insert, select, update
from sqlalchemy.orm import Session

from civic.ballots import mails
from civic.ballots.models import BallotEnvelope, CheckIn, LoggedDigest, VotingCode
from civic.ballots.queries import PollItem, PollView, form_of, open_to, withdrawn_of
from civic.ballots.service.locks import hold_open_poll, hold_right
from civic.ballots.service.rights.desk import PROOF
from civic.ballots.service.rights.neighbourhoods import NO_NEIGHBOURHOOD
from civic.ballots.vault import PollSecrets
from civic.house import post
from civic.house.clock import day_of, paris
from civic.house.db import writing
from civic.house.i18n import euros, lazy, lazy_n
from civic.house.refusal import Refusal
from civic.rules import urn

# The statements of a deposit are built once and sent as they are, without the session's own
# bookkeeping, which cost more than the database did (docs/performance.md).

_check_in = cast("Table", CheckIn.__table__)
_envelope = cast("Table", BallotEnvelope.__table__)
_logged = cast("Table", LoggedDigest.__table__)
_code = cast("Table", VotingCode.__table__)
_poll: Any = bindparam("poll")
_right: Any = bindparam("right")
_filed: Any = bindparam("filed")
_content: Any = bindparam("content")
_print: Any = bindparam("print")
_mine = (_check_in.c.poll_id == _poll) & (_check_in.c.right_id == _right)
_here = (_envelope.c.poll_id == _poll) & (_envelope.c.token == _filed)

_BEFORE = select(
    select(_check_in.c.channel).where(_mine).scalar_subquery(),
    select(_check_in.c.day).where(_mine).scalar_subquery(),
    select(_envelope.c.digest).where(_here).scalar_subquery(),
    select(_code.c.keyed_hash).where(_code.c.right_id == _right).scalar_subquery(),
)
_signed: dict[str, Any] = {"channel": bindparam("how"), "day": bindparam("on")}
_SIGN = insert(_check_in).values(poll_id=_poll, right_id=_right, **_signed)
_SIGN_AGAIN = update(_check_in).where(_mine).values(_signed)
_sealed: dict[str, Any] = {"sealed": _content, "digest": _print}
_PUT = insert(_envelope).values(poll_id=_poll, token=_filed, **_sealed)
_PUT_AGAIN = update(_envelope).where(_here).values(_sealed)
_REPLACED = (
    update(_logged)
    .where(_logged.c.poll_id == _poll, _logged.c.digest == _print)
    .values(state=urn.REPLACED)
)
_LOGGED = insert(_logged).values(poll_id=_poll, digest=_print, state=urn.IN_URN, published="")


@dataclass(frozen=True, slots=True)
class Deposited:
    """What the voter is told: the receipt's number, and whether an earlier ballot was replaced."""

    receipt: str
    replaced: bool


def deposit(
    db: Session,
    *,
    poll: PollView,
    items: Sequence[PollItem],
    right_id: str,
    choices: urn.Choices,
    known: PollSecrets,
    channel: str,
    at: datetime,
    proof: str | None = None,
) -> Deposited:
    """Seals the choices and puts them into the urn in place of what this right had there.

    `channel` is one of models.ONLINE. Refuses choices that the poll does not allow (nothing is
    written then), a right taken away or already used on paper, and a poll that is not open at
    `at`. With `proof` (`proof_of_code`), also a letter's code that was made anew since then.
    Writes no journal line, no hour and no sequence.
    """
    if poll.public_key is None:
        raise Refusal(lazy("Ce vote n'est pas encore ouvert. Revenez quand il ouvrira."))
    gone = withdrawn_of(items)
    _require_standing(items, choices, gone)
    sealed = urn.seal(poll.public_key, _written(poll, items, choices))
    digest = urn.digest(sealed)
    token = urn.token_of(known.token, poll.slug, right_id)
    with writing(db):
        on = db.connection()
        ask = on.execute
        if hold_open_poll(on, poll.id, at) != len(gone):
            raise Refusal(
                lazy("Un projet vient d'être retiré du vote. Relisez votre bulletin."),
                field="choices",
            )
        _require_own(poll, items, choices, hold_right(on, poll.id, right_id))
        before = {"poll": poll.id, "right": right_id, "filed": token}
        used, used_on, old, code = ask(_BEFORE, before).one()
        if used == "paper":
            raise Refusal(lazy("Vous avez déjà voté sur papier : c'est ce bulletin-là qui compte."))
        if proof is not None and (code is None or code[:PROOF] != proof):
            raise Refusal(
                lazy("Un autre code a été fait pour vous depuis : entrez de nouveau, avec lui.")
            )
        today = day_of(at)
        if (used, used_on) != (channel, today):
            signed = {"poll": poll.id, "right": right_id, "how": channel, "on": today}
            ask(_SIGN if used is None else _SIGN_AGAIN, signed)
        put_in = {"poll": poll.id, "filed": token, "content": sealed, "print": digest}
        ask(_PUT if old is None else _PUT_AGAIN, put_in)
        if old is not None:
            ask(_REPLACED, {"poll": poll.id, "print": old})
        ask(_LOGGED, {"poll": poll.id, "print": digest})
    return Deposited(urn.receipt_number(digest), old is not None)


def mail_receipt(
    db: Session, *, poll: PollView, number: str, to: str, link: str, language: str, at: datetime
) -> None:
    """Puts the receipt's number into the outbox, for an address that is erased with the mail.

    The row says the day and no hour, and no journal line is written (docs/urn.md says what the
    mail reveals).
    """
    letter = mails.receipt(to, poll.title, number, link, poll.closes_at, language)
    with writing(db):
        post.put(db, letter, at=paris(day_of(at)))


def _require_standing(items: Sequence[PollItem], choices: urn.Choices, gone: list[str]) -> None:
    """Refuses a project that an amendment took out of the vote."""
    title = next(
        (one.label for one in items
         if one.reference in gone and one.reference in choices.references), None
    )  # fmt: skip
    if title is not None:
        raise Refusal(
            lazy(
                "« %(title)s » vient d'être retiré du vote : il n'est plus dans vos choix. "
                "Relisez-les, puis déposez.",
                title=title,
            ),
            field="choices",
        )


def _require_own(
    poll: PollView, items: Sequence[PollItem], choices: urn.Choices, group: str | None
) -> None:
    """Where each right has a neighbourhood: refuses one without, and another one's projects."""
    if not poll.districts:
        return
    if group is None:
        raise Refusal(NO_NEIGHBOURHOOD)
    mine = {one.reference for one in open_to(poll, group, items)}
    other = next((one for one in items if one.reference in set(choices.references) - mine), None)
    if other is not None:
        raise Refusal(
            lazy(
                "« %(title)s » est un projet d'un autre quartier. Le vôtre, pour ce vote : "
                "%(group)s. Choisissez parmi les projets de cette page.",
                title=other.label, group=group,
            ),
            field="choices",
        )  # fmt: skip


def _written(poll: PollView, items: Sequence[PollItem], choices: urn.Choices) -> bytes:
    try:
        return urn.write(form_of(poll, items), choices)
    except urn.BadBallot as bad:
        raise Refusal(_why(poll, items, choices, bad), field="choices") from bad


def _why(
    poll: PollView, items: Sequence[PollItem], choices: urn.Choices, bad: urn.BadBallot
) -> object:
    match bad.reason:
        case "over":
            return _too_dear(items, choices, bad)
        case "too-many":
            return lazy(
                "Vous avez choisi %(chosen)s projets, et il en faut %(most)s au plus : "
                "retirez-en %(over)s.",
                chosen=bad.value, most=poll.maximum, over=int(bad.value) - poll.maximum,
            )  # fmt: skip
        case "too-few":
            return lazy_n(
                "Vous avez choisi %(chosen)s projet : il en faut %(n)s au moins, ou aucun pour un "
                "bulletin blanc.",
                "Vous avez choisi %(chosen)s projets : il en faut %(n)s au moins, ou aucun pour un "
                "bulletin blanc.",
                poll.minimum,
                chosen=bad.value,
            )
        case "groups":
            wanted = set(choices.references)
            groups = sorted({one.group for one in items if one.reference in wanted})
            return lazy(
                "Vos projets sont de plusieurs quartiers (%(names)s) : gardez ceux d'un seul.",
                names=", ".join(groups),
            )
        case "sum":
            return lazy(
                "Vous avez donné %(given)s points : vous en avez %(most)s. Retirez-en %(over)s.",
                given=bad.value, most=poll.max_sum, over=int(bad.value) - (poll.max_sum or 0),
            )  # fmt: skip
        case "too-many-points":
            marks = dict(zip(choices.references, choices.points, strict=False))
            title = next((one.label for one in items if marks.get(one.reference) == bad.value), "")
            return lazy(
                "« %(title)s » a reçu %(given)s points : c'est %(most)s au plus.",
                title=title, given=bad.value, most=poll.max_points,
            )  # fmt: skip
        case _:
            return lazy("Ce bulletin ne va pas avec ce vote. Rouvrez-le, puis choisissez.")


def _too_dear(items: Sequence[PollItem], choices: urn.Choices, bad: urn.BadBallot) -> object:
    """What is missing, and the cheapest of the chosen projects that would make up for it."""
    missing = int(bad.value)
    own = [one for one in items if one.reference in choices.references and one.group == bad.where]
    enough = min((one for one in own if one.cost >= missing), key=_cost, default=None)
    if enough is None:
        return lazy(
            "Vos choix dépassent l'enveloppe%(where)s : il manque %(missing)s. Retirez plusieurs "
            "projets.",
            where=f" « {bad.where} »" if bad.where else "", missing=euros(missing),
        )  # fmt: skip
    return lazy(
        "Vos choix dépassent l'enveloppe%(where)s : il manque %(missing)s. Retirer « %(title)s » "
        "suffit.",
        where=f" « {bad.where} »" if bad.where else "", missing=euros(missing), title=enough.label,
    )  # fmt: skip


def _cost(item: PollItem) -> int:
    return item.cost
