"""The doors of éditions that everybody may open."""

from __future__ import annotations

import csv
import io
from typing import Any

from flask import Response, render_template, request, url_for

from civic.ballots import queries as polls
from civic.budgets import queries, service
from civic.budgets.rules_data import TOGETHER, canonical
from civic.budgets.views.frame import doors, may_manage, render, seen_or_404
from civic.house.access import Right, allow_everyone
from civic.house.clock import clock
from civic.house.i18n import lazy
from civic.house.refusal import NotFound
from civic.house.text import csv_cell
from civic.house.web import POLICY, db, me, settings
from civic.rules import floor

CHANNEL_NAMES: dict[str, Any] = {
    "account": lazy("En ligne, avec un compte"),
    "code": lazy("En ligne, avec le code d'une lettre"),
    "identity": lazy("En ligne, avec une identité vérifiée"),
    "paper": lazy("Sur papier"),
}
FEW = 6
"""With more envelopes than this, each has a page of its own in a result."""


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
    return render("rules", seen, gone=gone)


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


@doors.get("/<slug>/resultats")
@allow_everyone()
def results(slug: str) -> Any:
    """The result: every envelope, every project, every euro."""
    seen = seen_or_404(slug)
    if seen.row.settled_at is None:
        return render("no_results", seen)
    items = queries.catalogue(db(), seen.row.id)
    found = queries.results(seen, items)
    poll = polls.poll_by_id(db(), seen.row.poll_id) if seen.row.poll_id else None
    counted = polls.result(db(), poll.id) if poll else None
    turnout = polls.turnout(db(), poll.id) if poll and not poll.is_external else None
    published = bool(poll and counted and service.may_recount(db(), poll))
    return render(
        "results",
        seen,
        results=found,
        detailed=found if len(found) <= FEW else [],
        counted=counted,
        by_points=_by_points(seen),
        differences=queries.differences(items),
        money=queries.money_by(items),
        compared=queries.may_compare(seen),
        comparing=queries.comparing(seen),
        turnout=turnout,
        by_channel=floor.above({code: (n,) for code, n in turnout.channels.items()})
        if turnout
        else ({}, None),
        took=queries.took_part(seen),
        channels=CHANNEL_NAMES,
        poll=poll,
        published=published,
        recount=_recount(seen, found, queries.recount_digests(db(), poll.id))
        if poll and published
        else [],
    )  # fmt: skip


def _by_points(seen: queries.Seen) -> bool:
    return bool(seen.current and seen.current.data.get("ballot_type") in {"points", "ranking"})


def _recount(
    seen: queries.Seen, found: list[queries.Part], made: dict[int, str]
) -> list[tuple[str, str]]:
    """The name and the address of each file that was made. An address with the digest of its file
    may be kept for ever."""

    def place(envelope_id: int, digest: str) -> str:
        return url_for(
            "budgets.recount", slug=seen.row.slug, envelope_id=envelope_id, v=digest[:16]
        )

    if seen.current and (seen.current.data["rule"] in TOGETHER or len(found) == 1):
        return [(seen.row.title, place(0, digest)) for digest in list(made.values())[:1]]
    return [(one.name, place(one.id, made[one.id])) for one in found if one.id in made]


@doors.get("/<slug>/resultats/<int:envelope_id>.pb")
@allow_everyone()
def recount(slug: str, envelope_id: int) -> Any:
    """The opened ballots of an envelope (0: all together) in the format of pabulib.org."""
    seen = seen_or_404(slug)
    poll = polls.poll_by_id(db(), seen.row.poll_id) if seen.row.poll_id else None
    if not poll or not service.may_recount(db(), poll):
        raise NotFound
    made = queries.recount_digests(db(), poll.id)
    if envelope_id == 0 and len(made) == 1:
        (digest,) = made.values()
    elif envelope_id in made:
        digest = made[envelope_id]
    else:
        raise NotFound
    kept = request.if_none_match.contains_weak(digest)  # the browser has these very bytes
    content = b"" if kept else queries.recount_content(db(), poll.id, digest)
    if content is None:
        raise NotFound
    name = f"{slug}-{envelope_id}.pb" if envelope_id else f"{slug}.pb"
    answer = Response(
        content,
        content_type="text/plain; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
    if request.args.get("v") == digest[:16]:
        answer.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    answer.set_etag(digest)
    return answer.make_conditional(request, accept_ranges=True, complete_length=len(content))


@doors.get("/<slug>/resultats/<int:envelope_id>")
@allow_everyone()
def envelope(slug: str, envelope_id: int) -> Any:
    """The result of one envelope."""
    seen = seen_or_404(slug)
    items = queries.catalogue(db(), seen.row.id) if seen.row.settled_at else []
    found = [one for one in queries.results(seen, items) if one.id == envelope_id]
    if not found or seen.row.settled_at is None:
        raise NotFound
    return render("envelope", seen, result=found[0], by_points=_by_points(seen))


@doors.get("/<slug>/mes-choix")
@allow_everyone()
def my_choices(slug: str) -> Any:
    """« Et mes choix ? », worked out in the visitor's browser: nothing is asked of the server."""
    seen = seen_or_404(slug)
    if seen.row.settled_at is None:
        return render("no_results", seen)
    items = queries.catalogue(db(), seen.row.id)
    known = {
        "won": [item.reference for item in items if item.elected],
        "titles": {item.reference: item.title for item in items},
        "shares": seen.row.measures.get("shares", []),
    }
    return render("my_choices", seen, items=items, choices=canonical(known))


@doors.get("/<slug>/resultats/cadre")
@allow_everyone()
def embedded(slug: str) -> Any:
    """The result without a menu, the only page that other sites may show inside theirs."""
    seen = seen_or_404(slug)
    if seen.row.settled_at is None:
        raise NotFound
    items = queries.catalogue(db(), seen.row.id)
    page = Response(
        render(
            "embedded",
            seen,
            winners=[item for item in items if item.elected],
            counted=polls.result(db(), seen.row.poll_id) if seen.row.poll_id else None,
        )
    )
    page.headers["Content-Security-Policy"] = POLICY.replace(
        "frame-ancestors 'none'", "frame-ancestors *"
    )
    return page


# --- other rules --------------------------------------------------------------------------------


@doors.get("/simulateur")
@allow_everyone()
def simulator() -> Any:
    """Past votes on which every rule was tried, for those who prepare a règlement."""
    staff = me().may(Right.MANAGE_EDITIONS)
    return render_template(
        "budgets/simulator.html", editions=queries.simulated(db(), all_of_them=staff)
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
    return render("compare", seen, found=found)


# --- open data ----------------------------------------------------------------------------------


def _table(columns: list[str], rows: list[list[Any]]) -> Response:
    out = io.StringIO()
    table = csv.writer(out, delimiter=";", lineterminator="\r\n")
    table.writerow(columns)
    table.writerows([[csv_cell(cell) for cell in row] for row in rows])
    return Response(out.getvalue(), content_type="text/csv; charset=utf-8")


def _euros(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02}"


@doors.get("/editions.csv")
@allow_everyone()
def editions_csv() -> Any:
    """Our éditions as open data; amounts in euros."""
    now = clock.now()
    return _table(
        ["adresse", "titre", "territoire", "etat", "enveloppes_euros", "projets", "laureats",
         "engages_euros", "acte"],
        [
            [one.row.slug, one.row.title, one.territory, queries.phase(one.row, now),
             _euros(one.total), one.projects, one.elected, _euros(one.spent),
             one.row.adoption_number]
            for one in queries.editions(db(), external=False)
        ],
    )  # fmt: skip


@doors.get("/<slug>/projets.csv")
@allow_everyone()
def projects_csv(slug: str) -> Any:
    """The catalogue as open data; amounts in euros."""
    seen = seen_or_404(slug)
    return _table(
        ["numero", "titre", "enveloppe", "theme", "lieu", "cout_euros"],
        [
            [i.reference, i.title, i.envelope, i.theme, i.place_text, _euros(i.cost)]
            for i in queries.catalogue(db(), seen.row.id)
        ],
    )


@doors.get("/<slug>/resultats.csv")
@allow_everyone()
def results_csv(slug: str) -> Any:
    """The result as open data; amounts in euros."""
    seen = seen_or_404(slug)
    if seen.row.settled_at is None:
        raise NotFound
    return _table(
        ["numero", "titre", "enveloppe", "cout_euros", "voix", "points", "rang",
         "retenu_par_le_vote", "explication", "suite", "motif"],
        [
            [i.reference, i.title, i.envelope, _euros(i.cost), i.votes, i.score, i.rank,
             "oui" if i.elected else "non", i.explanation, i.outcome, i.outcome_reason]
            for i in queries.catalogue(db(), seen.row.id)
        ],
    )  # fmt: skip
