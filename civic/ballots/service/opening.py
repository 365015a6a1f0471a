"""Step 3 of the closing: two members open the urn, each alone; what both find is counted."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from civic.ballots.models import Poll, PollCount, UrnExport, UrnOpening
from civic.ballots.queries import PollItem, archive_files, form_of, items, poll_by_id, view_of
from civic.ballots.queries.contests import former_counts
from civic.ballots.queries.papers import papers as papers_of
from civic.ballots.queries.papers import reopening, spoilt_papers
from civic.ballots.service.closing import certify, require_agreed
from civic.ballots.service.count import count_of
from civic.ballots.service.documents import keep_archive_within
from civic.ballots.service.keys import read_opening
from civic.ballots.service.locks import ANNULLED, locked_poll
from civic.ballots.service.polls import store_opened
from civic.ballots.vault import PollSecrets
from civic.house import journal
from civic.house.db import writing
from civic.house.i18n import lazy
from civic.house.refusal import Busy, NotFound, Refusal
from civic.rules import urn
from civic.rules.urn.figures import may_publish


def open_urn(
    db: Session,
    *,
    poll_id: int,
    known: PollSecrets,
    by: str,
    at: datetime,
    opened_file: bytes | None = None,
) -> bool:
    """Step 3, done by two members of the commission, each on their own; whether it is counted.

    Each opens all the envelopes: here, with the platform's key, or on the commission's machine
    with `civic urn open`, whose file each of the two then gives. The papers are added. Of an
    opening only the digest of what was found is kept; when a second member finds the same, opened
    ballots, figures and certificate are written together, or nothing is. Two that differ count
    nothing: a member opens again, or a third one does, until two agree; so nobody can block the
    count alone. Openings that differ from the two are set aside, and their number is certified.
    """
    view = poll_by_id(db, poll_id)
    if view is None:
        raise NotFound
    if view.annulled:
        raise Refusal(ANNULLED)
    if view.stage not in ("severed", "counted"):
        raise Refusal(lazy("Détruisez d'abord le lien entre les personnes et l'urne (étape 2)."))
    projects = items(db, poll_id)
    form = form_of(view, projects)
    opened = _opened(db, poll_id, form, known, opened_file)
    papers = papers_of(db, poll_id)
    ballots = [*opened.ballots, *(one for one in papers if one is not None)]
    spoilt = opened.spoilt + sum(one is None for one in papers)
    found = urn.list_digest(form, ballots, spoilt)
    channels = {"enveloppes": len(opened.ballots) + opened.spoilt, "papiers": len(papers)}
    result, digest = count_of(view, projects, ballots, spoilt, channels)
    with writing(db):
        poll = locked_poll(db, poll_id)
        if poll.stage == "counted":
            return True
        if reopening(db, poll_id) is not None:
            raise Refusal(lazy("Une reprise des papiers est demandée : menez-la à son terme, ou "
                               "renoncez-y, avant d'ouvrir l'urne."))  # fmt: skip
        require_agreed(db, poll_id)
        if papers_of(db, poll_id) != papers:  # corrected while the envelopes were being opened
            raise Busy
        others = db.scalars(
            select(UrnOpening).where(UrnOpening.poll_id == poll_id, UrnOpening.person_id != by)
        ).all()
        mine = db.get(UrnOpening, (poll_id, by))
        if mine is None or mine.list_digest != found:
            db.merge(UrnOpening(poll_id=poll_id, person_id=by, list_digest=found, at=at))
            journal.record(
                db, at=at, actor=by, verb="poll.open", target=f"poll:{poll_id}", digest=found
            )
        alike = [one for one in others if one.list_digest == found]
        if alike:
            _count(db, poll, projects, ballots, found, (result, digest), others, by=by, at=at)
    if others and not alike:
        raise Refusal(
            lazy(
                "Les deux ouvertures ne trouvent pas la même chose. Rien n'est compté : qui s'est "
                "trompé ouvre à nouveau, ou un autre membre ouvre aussi. Il en faut deux pareilles."
            ),
            field="opened",
        )
    return bool(alike)


def _count(
    db: Session, poll: Poll, projects: list[PollItem], ballots: list[urn.Choices], found: str,
    counted: tuple[dict[str, Any], str], others: Sequence[UrnOpening], *, by: str, at: datetime,
) -> None:  # fmt: skip
    """Writes the count that two openings agree on, inside the caller's transaction."""
    poll_id, form, (result, digest) = poll.id, form_of(view_of(poll), projects), counted
    for one in others:
        if one.list_digest != found:
            db.delete(one)
    store_opened(db, poll_id, ballots)
    count = PollCount(poll_id=poll_id, result=result, digest=digest, counted_by=by, at=at)
    db.add(count)
    poll.counted_at = at
    figures = {
        **{name: result[name] for name in ("ballots", "blank", "spoilt", "channels")},
        "empreinte": digest,
        "ouverture": found,
        "avec": next(one.person_id for one in others if one.list_digest == found),
        "bulletins_publies": may_publish(form, poll.publication, ballots),
    }
    apart = sum(one.list_digest != found for one in others)
    if apart:
        figures["ouvertures_ecartees"] = apart
    former = former_counts(db, poll_id)
    if former:
        figures["nuls_papier"] = spoilt_papers(db, poll_id)
        figures["rectifie"] = [
            {"contestation": one.contest, "resultat": one.digest, "archive": one.archive}
            for one in former
        ]
    certify(db, poll, "counted", figures, by=by, at=at)
    files = archive_files(db, view_of(poll))
    assert files is not None
    count.archive = keep_archive_within(db, poll.id, files)


def _opened(
    db: Session, poll_id: int, form: urn.BallotForm, known: PollSecrets, given: bytes | None
) -> urn.Opened:
    """What is in the envelopes, by the platform's key or as the commission's machine found it."""
    export = db.scalars(select(UrnExport).where(UrnExport.poll_id == poll_id)).one()
    if known.private is not None:
        return urn.open_all(form, known.private, export.content)
    if given is None:
        raise Refusal(
            lazy(
                "La clé de ce vote est chez la commission : ouvrez l'urne sur sa machine, puis "
                "donnez ici le fichier obtenu."
            ),
            field="opened",
        )
    said = read_opening(form, given)
    if said.urn != export.digest:
        raise Refusal(
            lazy("Ce fichier vient d'une autre urne que celle qui fut fermée à l'étape 1."),
            field="opened",
        )
    if len(said.opened.ballots) + said.opened.spoilt != export.envelopes:
        raise Refusal(
            lazy(
                "L'urne a %(envelopes)s enveloppes et ce fichier a un autre nombre de bulletins.",
                envelopes=export.envelopes,
            ),
            field="opened",
        )
    return said.opened
