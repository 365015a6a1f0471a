"""The doors of éditions that everybody may open."""

from __future__ import annotations

from typing import Any

from flask import Response, render_template

from civic.ballots import queries as polls
from civic.budgets import queries, service
from civic.budgets.comparing import OTHERS, WORDS
from civic.budgets.rules_data import canonical
from civic.budgets.views.frame import (
    doors,
    may_manage,
    render,
    seen_or_404,
)
from civic.house.access import Right, allow_everyone
from civic.house.clock import clock
from civic.house.refusal import NotFound
from civic.house.text import euros_text
from civic.house.web import csv_answer, db, me, settings


@doors.get("/")
@allow_everyone()
def index() -> Any:
    """All éditions, ours and examples of elsewhere apart."""
    now = clock.now()
    staff = me().may(Right.MANAGE_EDITIONS)
    return render_template(
        "budgets/list.html",
        ours=queries.editions(db(), external=False, prepared=staff),
        others=queries.editions(db(), external=True),
        staff=staff,
        q=queries,
        now=now,
    )


@doors.get("/<slug>")
@allow_everyone()
def one(slug: str) -> Any:
    """One édition: where it stands, what one can do, its money, its calendar."""
    seen = seen_or_404(slug)
    poll = polls.poll_by_id(db(), seen.row.poll_id) if seen.row.poll_id else None
    items = queries.catalogue(db(), seen.row.id)
    return render(
        "one",
        seen,
        stations=queries.stations(seen.row, clock.now()),
        poll=poll,
        turnout=polls.turnout(db(), poll.id) if poll and not seen.row.is_external else None,
        counted=polls.result(db(), poll.id) if poll and seen.row.settled_at else None,
        projects=len(items),
        spent=sum(item.cost for item in items if item.elected),
        winners=[item for item in items if item.elected],
        staff=may_manage(slug),
    )


@doors.get("/<slug>/reglement")
@allow_everyone()
def rules(slug: str) -> Any:
    """The règlement, its versions, its digest, and the act that adopts it."""
    seen = seen_or_404(slug)
    items = queries.catalogue(db(), seen.row.id) if seen.row.poll_id else []
    gone = sorted(
        (one for one in items if one.withdrawn_at is not None),
        key=lambda one: str(one.withdrawn_at),
    )
    return render("rules", seen, gone=gone, draft=_draft(seen))


def _draft(seen: queries.Seen) -> service.Draft | None:
    """The règlement that waits for its act, for those who prepare, read or publish it."""
    if seen.row.status != "preparation":
        return None
    scope = queries.scope_of(db(), seen.row.slug)
    rights = (Right.MANAGE_EDITIONS, Right.PREPARE_DECISIONS, Right.PUBLISH_DECISIONS)
    if scope is None or not any(me().may(one, scope) for one in rights):
        return None
    return service.draft(db(), seen.row)


@doors.get("/<slug>/reglement.json")
@allow_everyone()
def rules_data(slug: str) -> Any:
    """What the digest of the règlement covers, byte for byte."""
    seen = seen_or_404(slug)
    if seen.current is None or not seen.current.digest:
        raise NotFound
    return Response(
        canonical([seen.current.data, seen.current.text]), content_type="application/json"
    )


@doors.get("/<slug>/catalogue.json")
@allow_everyone()
def catalogue_data(slug: str) -> Any:
    """What the digest of the sealed ballot covers, byte for byte."""
    seen = seen_or_404(slug)
    if not seen.row.catalogue_digest or seen.current is None:
        raise NotFound
    items = queries.ballot_items(db(), seen.row.id)
    return Response(
        canonical(queries.sealed(seen.current.digest, items, seen.row.incompatible)),
        content_type="application/json",
    )


@doors.get("/<slug>/projets")
@allow_everyone()
def projects(slug: str) -> Any:
    """The catalogue, by envelope."""
    seen = seen_or_404(slug)
    items = sorted(queries.catalogue(db(), seen.row.id), key=lambda i: _place(seen, i))
    return render("projects", seen, items=items)


def _place(seen: queries.Seen, item: queries.Item) -> tuple[int, int, str]:
    order = {envelope.id: place for place, envelope in enumerate(seen.envelopes)}
    number = int(item.reference) if item.reference.isdecimal() else 10**9
    return order[item.envelope_id], number, item.reference


@doors.get("/<slug>/projets/<reference>")
@allow_everyone()
def project(slug: str, reference: str) -> Any:
    """One project of an édition: what, where, how much, and what became of it."""
    seen = seen_or_404(slug)
    item = queries.item(db(), seen.row.id, reference)
    found = queries.project(db(), item.project_id) if item else None
    if item is None or found is None:
        raise NotFound
    poll = polls.poll_by_id(db(), seen.row.poll_id) if seen.row.poll_id else None
    return render(
        "project",
        seen,
        item=item,
        project=found,
        poll=poll,
        ways=polls.ways_sentence(poll, settings().oidc_name if settings().oidc_issuer else "")
        if poll
        else "",
        proposals=queries.proposals_of(db(), item.project_id),
        heard=queries.recordings(db(), [item.id]).get(item.id, ()),
    )


# --- other rules --------------------------------------------------------------------------------


@doors.get("/simulateur")
@allow_everyone()
def simulator() -> Any:
    """Past votes on which every rule was tried, for those who prepare a règlement."""
    staff = me().may(Right.MANAGE_EDITIONS)
    return render_template(
        "budgets/simulator.html",
        editions=queries.simulated(db(), all_of_them=staff),
        staff=staff,
        rules=[(OTHERS[code][0], said) for code, said in WORDS.items()],
    )


@doors.get("/<slug>/comparer")
@allow_everyone()
def compare(slug: str) -> Any:
    """What other rules would have given from the same ballots."""
    seen = seen_or_404(slug)
    if not queries.may_compare(seen) and not may_manage(slug):
        raise NotFound
    found = queries.comparison(seen)
    if found is None and not queries.comparing(seen):
        raise NotFound
    titles = {item.reference: item.title for item in queries.catalogue(db(), seen.row.id)}
    return render("compare", seen, found=found, titles=titles)


# --- open data ----------------------------------------------------------------------------------


@doors.get("/editions.csv")
@allow_everyone()
def editions_csv() -> Any:
    """Our éditions as open data; amounts in euros."""
    now = clock.now()
    return csv_answer(
        ["adresse", "titre", "territoire", "etat", "enveloppes_euros", "projets", "laureats",
         "engages_euros", "acte"],
        [
            [one.row.slug, one.row.title, one.territory, queries.phase(one.row, now),
             euros_text(one.total), one.projects, one.elected, euros_text(one.spent),
             one.row.adoption_number]
            for one in queries.editions(db(), external=False)
        ],
    )  # fmt: skip


@doors.get("/<slug>/projets.csv")
@allow_everyone()
def projects_csv(slug: str) -> Any:
    """The catalogue as open data; amounts in euros."""
    seen = seen_or_404(slug)
    return csv_answer(
        ["numero", "titre", "enveloppe", "theme", "lieu", "cout_euros"],
        [
            [i.reference, i.title, i.envelope, i.theme, i.place_text, euros_text(i.cost)]
            for i in queries.catalogue(db(), seen.row.id)
        ],
    )
