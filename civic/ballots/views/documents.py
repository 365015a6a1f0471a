"""The procès-verbal and the archive: public, made once for each state of the vote, and kept."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from threading import Lock
from typing import Any

from flask import Response, render_template, request

from civic.ballots import queries, service
from civic.ballots.grades import GRADES
from civic.ballots.queries import PollView, documents, papers
from civic.ballots.queries import contests as register
from civic.ballots.views.common import doors, the_poll
from civic.house.access import allow_everyone
from civic.house.i18n import locale
from civic.house.paper import pdf
from civic.house.refusal import Busy, NotFound
from civic.house.web import db
from civic.people.queries import names

_printing = Lock()
"""One procès-verbal is printed at a time in each process; who asks for the same waits for it."""


@doors.get("/<slug>/proces-verbal.pdf")
@allow_everyone()
def record(slug: str) -> Any:
    """The procès-verbal: every step, every figure, every digest; the act, if the vote is
    annulled."""
    poll, language = the_poll(slug), locale().code
    result, steps = queries.result(db(), poll.id), queries.steps(db(), poll.id)
    if (result is None and not poll.annulled) or poll.is_external:
        raise NotFound
    name = f'inline; filename="proces-verbal-{slug}.pdf"'
    found = documents.kept(db(), poll.id, "record", language)
    if found is None or "destroyed" not in steps:  # what it says may have changed
        html = _text(poll, result, steps)
        source = hashlib.sha256(html.encode()).hexdigest()
        if found is None or found.source != source:
            content = _printed(poll, html, source, language, "destroyed" in steps)
            return _sent("application/pdf", name, hashlib.sha256(content).hexdigest(), content)
    return _kept(poll, "record", language, found, "application/pdf", name)


def _text(poll: PollView, result: queries.Result | None, steps: dict[str, queries.Step]) -> str:
    """What the procès-verbal says now, as the page that is printed: nothing of it comes from the
    clock."""
    act = queries.annulment(db(), poll.id) if poll.annulled else None
    openings = queries.openings(db(), poll.id)
    corrections = papers.corrections(db(), poll.id)
    people = [step.by for step in steps.values()] + openings
    people += [one.by for _batch, _place, one in corrections]
    reopenings = papers.reopenings(db(), poll.id)
    for again in reopenings:
        people += [again.asked_by, again.agreed_by or ""]
    gone = papers.dropped(db(), poll.id)
    for bundle in gone:
        people += [bundle.asked_by, bundle.by]
    remarks = queries.remarks(db(), poll.id)
    people += [one.by for one in remarks]
    if act is not None:
        people += [act.asked_by, act.confirmed_by or ""]
    return render_template(
        "ballots/record.html",
        poll=poll,
        result=result,
        items=queries.items(db(), poll.id),
        steps=steps,
        openings=openings,
        names=names(db(), people),
        amended=queries.amendments(db(), poll.id, poll.rules_digest or ""),
        corrections=corrections,
        reopenings=reopenings,
        dropped=gone,
        remarks=remarks,
        act=act,
        grounds=queries.GROUND_WORDS,
        contests=register.contests(db(), poll.id),
        former=register.former_counts(db(), poll.id),
        subjects=register.SUBJECT_WORDS,
        outcomes=register.OUTCOME_WORDS,
        remedies=register.REMEDY_WORDS,
        read=papers.reading,
        grades=GRADES,
        places=queries.places(db(), poll.id),
        sheets=queries.sheets(db(), poll.id),
        q=queries,
    )


def _printed(poll: PollView, html: str, source: str, language: str, destroyed: bool) -> bytes:
    """This state's procès-verbal, printed and kept, unless somebody just did."""
    db().rollback()  # nothing of the database is held while another is printed
    with _printing:
        found = documents.kept(db(), poll.id, "record", language)
        ready = documents.content(db(), poll.id, "record", language)
        if found is not None and ready is not None and found.source == source:
            return ready[1]
        db().rollback()
        content = pdf(html)
        with suppress(Busy):  # it is right all the same, and is kept the next time
            service.keep_record(
                db(), view=poll, destroyed=destroyed, language=language, source=source,
                content=content,
            )  # fmt: skip
        return content


@doors.get("/<slug>/archive.zip")
@allow_everyone()
def archive(slug: str) -> Any:
    """All that anybody needs to check the vote offline, with `civic poll verify`. An address with
    the archive's own digest may be kept for ever."""
    poll = the_poll(slug)
    if poll.is_external or not (poll.counted or poll.annulled):
        raise NotFound
    found = documents.kept(db(), poll.id, "archive")
    if found is None:
        service.keep_archive(db(), poll_id=poll.id)
        found = documents.kept(db(), poll.id, "archive")
        if found is None:
            raise NotFound
    name = f'attachment; filename="archive-{slug}.zip"'
    answer = _kept(poll, "archive", "", found, "application/zip", name)
    if request.args.get("v") == found.source[:16]:
        answer.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return answer


def _kept(
    poll: PollView, kind: str, language: str, found: documents.Kept, media: str, name: str
) -> Any:
    """The kept paper; its bytes are not read for a browser that has them."""
    if request.if_none_match.contains_weak(found.digest):
        return _sent(media, name, found.digest, b"")
    ready = documents.content(db(), poll.id, kind, language)
    if ready is None:  # a count was set aside in this very moment
        raise NotFound
    return _sent(media, name, *ready)


def _sent(media: str, name: str, digest: str, content: bytes) -> Any:
    answer = Response(content, mimetype=media, headers={"Content-Disposition": name})
    answer.set_etag(digest)
    return answer.make_conditional(request, accept_ranges=True, complete_length=len(content))
