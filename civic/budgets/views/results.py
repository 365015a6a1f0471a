"""The doors of a result: page by page, file by file, every euro and every reason."""

from __future__ import annotations

from typing import Any

from flask import Response, request, url_for

from civic.ballots import queries as polls
from civic.ballots.grades import GRADES
from civic.budgets import queries, service
from civic.budgets.rules_data import TOGETHER, canonical
from civic.budgets.views.frame import doors, render, seen_or_404
from civic.house.access import allow_everyone
from civic.house.i18n import lazy
from civic.house.refusal import NotFound
from civic.house.text import euros_text
from civic.house.web import POLICY, csv_answer, db
from civic.rules import floor

CHANNEL_NAMES: dict[str, Any] = {
    "account": lazy("En ligne, avec un compte"),
    "code": lazy("En ligne, avec le code d'une lettre"),
    "identity": lazy("En ligne, avec une identité vérifiée"),
    "paper": lazy("Sur papier"),
}
FEW = 6
"""With more envelopes than this, each has a page of its own in a result."""


def settled_or_404(slug: str) -> queries.Seen:
    """The édition of an address, once it has a result that stands."""
    seen = seen_or_404(slug)
    if not seen.has_result:
        raise NotFound
    return seen


@doors.get("/<slug>/resultats")
@allow_everyone()
def results(slug: str) -> Any:
    """The result: every envelope, every project, every euro."""
    seen = seen_or_404(slug)
    if not seen.has_result:
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
        grades=_grades(seen),
        laureates=queries.laureates(found),
        rule=seen.current.data["rule"] if seen.current else "greedy",
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


def _grades(seen: queries.Seen) -> tuple[Any, ...]:
    """The words of the grades, the worst first, where the ballot asks for them; else nothing."""
    graded = seen.current and seen.current.data.get("ballot_type") == "graded"
    return GRADES if graded else ()


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
    seen = settled_or_404(slug)
    items = queries.catalogue(db(), seen.row.id)
    found = [one for one in queries.results(seen, items) if one.id == envelope_id]
    if not found:
        raise NotFound
    return render(
        "envelope", seen, result=found[0], by_points=_by_points(seen), grades=_grades(seen)
    )


@doors.get("/<slug>/mes-choix")
@allow_everyone()
def my_choices(slug: str) -> Any:
    """« Et mes choix ? », worked out in the visitor's browser: nothing is asked of the server."""
    seen = seen_or_404(slug)
    if not seen.has_result:
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
    seen = settled_or_404(slug)
    items = queries.catalogue(db(), seen.row.id)
    page = Response(
        render(
            "embedded",
            seen,
            laureates=queries.laureates(queries.results(seen, items)),
            by_points=_by_points(seen),
            grades=_grades(seen),
            counted=polls.result(db(), seen.row.poll_id) if seen.row.poll_id else None,
        )
    )
    page.headers["Content-Security-Policy"] = POLICY.replace(
        "frame-ancestors 'none'", "frame-ancestors *"
    )
    return page


@doors.get("/<slug>/resultats.csv")
@allow_everyone()
def results_csv(slug: str) -> Any:
    """The result as open data; amounts in euros."""
    seen = settled_or_404(slug)
    return csv_answer(
        ["numero", "titre", "enveloppe", "cout_euros", "voix", "points", "rang",
         "retenu_par_le_vote", "explication", "suite", "motif"],
        [
            [i.reference, i.title, i.envelope, euros_text(i.cost), i.votes, i.score, i.rank,
             "oui" if i.elected else "non", i.explanation, i.outcome, i.outcome_reason]
            for i in queries.catalogue(db(), seen.row.id)
        ],
    )  # fmt: skip


@doors.get("/<slug>/resultats.json")
@allow_everyone()
def results_json(slug: str) -> Any:
    """The whole result as data, amounts in cents: what its page says, with the figures behind each
    sentence. Turnout as the page shows it, above the floor."""
    seen = settled_or_404(slug)
    assert seen.current is not None
    assert seen.row.settled_at is not None
    items = queries.catalogue(db(), seen.row.id)
    parts = queries.results(seen, items)
    places, themes = queries.money_by(items)
    poll = polls.poll_by_id(db(), seen.row.poll_id) if seen.row.poll_id else None
    counted = polls.result(db(), poll.id) if poll else None
    said = {
        "edition": seen.row.title,
        "adresse": slug,
        "regle": seen.current.data["rule"],
        "empreinte_reglement": seen.current.digest,
        "empreinte_bulletin": seen.row.catalogue_digest,
        "proclame_le": seen.row.settled_at.isoformat(),
        "bulletins": [counted.ballots, counted.blank, counted.spoilt] if counted else None,
        "total": seen.total,
        "engage": sum(part.spent for part in parts),
        "parts": [
            {
                "nom": part.name,
                "montant": part.amount,
                "engage": part.spent,
                "reste": part.left,
                "passe_au_complement": part.moved,
                "laureats": [item.reference for item in part.winners],
            }
            for part in parts
        ],
        "quartiers": [list(row) for row in places],
        "themes": [list(row) for row in themes],
        "participation": {
            name: {"lignes": [list(row) for row in took.rows], "autres": took.held}
            for name, took in queries.took_part(seen).items()
        },
        "projets": [
            {
                "numero": item.reference,
                "titre": item.title,
                "enveloppe": item.envelope,
                "quartier": item.place,
                "theme": item.theme,
                "cout": item.cost,
                "voix": item.votes,
                "points": item.score,
                "rang": item.rank,
                "retenu": item.elected,
                "cause": item.cause,
                "explication": item.explanation,
                "chiffres": item.figures,
                "suite": item.outcome,
                "motif": item.outcome_reason,
            }
            for item in items
        ],
    }
    return Response(canonical(said), content_type="application/json")
