"""The doors of the agent who prepares an édition, composes its ballot and proclaims its result."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import render_template, url_for

from civic.ballots import queries as polls
from civic.ballots import vault
from civic.budgets import forms, queries, service
from civic.budgets.rules_data import DEFAULTS, READY
from civic.budgets.rules_text import proposers
from civic.budgets.states import MODELS
from civic.budgets.views.frame import doors, render, seen_or_404
from civic.house.access import Right, allow
from civic.house.clock import clock
from civic.house.i18n import _
from civic.house.refusal import NotFound, Refusal
from civic.house.web import db, done, me, settings
from civic.proposals.states import THEMES


def _desk(slug: str) -> str:
    return url_for("budgets.desk", slug=slug)


def _carry_out(form: Any, verb: Callable[[], Any], place: str, told: str) -> Any:
    """The answer when the form is good and the verb agrees; None to show the form (again)."""
    if not form.sent():
        return None
    try:
        verb()
    except Refusal as refusal:
        form.refuse(refusal)
        return None
    return done(place, told)


def _form_page(template: str, seen: queries.Seen, form: Any, **values: Any) -> Any:
    return render(template, seen, form=form, **values), 422 if form.is_submitted() else 200


@doors.route("/preparer", methods=["GET", "POST"])
@allow(Right.MANAGE_EDITIONS)
def prepare() -> Any:
    """Open the preparation of an édition."""
    form: Any = forms.CreateForm()
    forms.offer(
        form.territory,
        [one for one in queries.territories(db()) if queries.may_manage_at(db(), me(), one[0])],
    )
    forms.offer(form.organisation, queries.funders(db(), "municipality", "intercommunality"))
    if form.sent():
        try:
            slug = service.create(
                db(), title=form.title.data, territory_id=form.territory.data,
                organisation_id=form.organisation.data, presentation=form.presentation.data,
                by=me().person, at=clock.now(),
            )  # fmt: skip
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            return done(_desk(slug), _("L'édition est en préparation. Donnez-lui ses règles."))
    page = render_template("budgets/prepare.html", form=form)
    return page, 422 if form.is_submitted() else 200


@doors.get("/<slug>/gestion")
@allow(Right.MANAGE_EDITIONS, on=queries.scope_of)
def desk(slug: str) -> Any:
    """What is done and what is left to do, for the agent."""
    seen = seen_or_404(slug)
    poll = polls.poll_by_id(db(), seen.row.poll_id) if seen.row.poll_id else None
    return render(
        "desk",
        seen,
        items=queries.catalogue(db(), seen.row.id, all_of_them=True),
        rules=seen.current.data if seen.current else {},
        missing=service.what_is_missing(db(), seen.row) if seen.row.status == "preparation" else [],
        poll=poll,
        recounted=_recounted(seen, poll),
    )


def _recounted(seen: queries.Seen, poll: polls.PollView | None) -> bool:
    """Whether a new count waits to be proclaimed in place of the first."""
    done = seen.row.settled_at
    return bool(
        poll and poll.counted and poll.counted_at and done and seen.row.status == "provisional"
        and poll.counted_at > done
    )  # fmt: skip


@doors.route("/<slug>/calendrier", methods=["GET", "POST"])
@allow(Right.MANAGE_EDITIONS, on=queries.scope_of)
def calendar(slug: str) -> Any:
    """Set the dates of an édition in preparation."""
    seen = seen_or_404(slug)
    form: Any = forms.CalendarForm(obj=seen.row)
    answer = _carry_out(
        form,
        lambda: service.set_calendar(
            db(), edition_id=seen.row.id, by=me().person, at=clock.now(), **form.values()
        ),
        _desk(slug),
        _("Le calendrier est enregistré."),
    )
    return answer or _form_page("calendar", seen, form)


@doors.route("/<slug>/avenant", methods=["GET", "POST"])
@allow(Right.MANAGE_EDITIONS, on=queries.scope_of)
def amend(slug: str) -> Any:
    """Change the dates after the act, with a public reason."""
    seen = seen_or_404(slug)
    form: Any = forms.AmendForm(obj=seen.row)
    answer = _carry_out(
        form,
        lambda: service.amend(
            db(), edition_id=seen.row.id, reason=form.reason.data,
            by=me().person, at=clock.now(), **form.values(),
        ),
        _desk(slug),
        _("L'avenant est publié avec le règlement."),
    )  # fmt: skip
    return answer or _form_page("amend", seen, form)


@doors.get("/<slug>/regles")
@allow(Right.MANAGE_EDITIONS, on=queries.scope_of)
def choose_rules(slug: str) -> Any:
    """Choose a ready règlement, or all rules one by one."""
    return render("choose_rules", seen_or_404(slug), models=MODELS)


@doors.route("/<slug>/regles/<model>", methods=["GET", "POST"])
@allow(Right.MANAGE_EDITIONS, on=queries.scope_of)
def edit_rules(slug: str, model: str) -> Any:
    """Set the rules of an édition in preparation."""
    seen = seen_or_404(slug)
    if model not in MODELS:
        raise NotFound
    known = seen.current.data if seen.current else DEFAULTS
    form: Any = forms.RulesForm.of(model, {**known, **READY[model]})
    answer = _carry_out(
        form,
        lambda: service.set_rules(
            db(), edition_id=seen.row.id, by=me().person, at=clock.now(), **form.values(model)
        ),
        _desk(slug),
        _("Les règles sont enregistrées."),
    )
    return answer or _form_page("edit_rules", seen, form, model=model, title=MODELS[model])


@doors.route("/<slug>/enveloppes", methods=["GET", "POST"])
@allow(Right.MANAGE_EDITIONS, on=queries.scope_of)
def add_envelope(slug: str) -> Any:
    """Add an envelope."""
    seen = seen_or_404(slug)
    form: Any = forms.EnvelopeForm()
    forms.offer(
        form.neighbourhood, queries.neighbourhoods(db(), seen.row.territory_id),
        _("Tout le territoire"),
    )  # fmt: skip
    forms.offer(form.council, queries.councils(db()), _("Aucun"))
    form.theme.choices = [("", _("Tous")), *THEMES.items()]
    answer = _carry_out(
        form,
        lambda: service.add_envelope(
            db(), edition_id=seen.row.id, name=form.name.data,
            neighbourhood_id=form.neighbourhood.data, council_id=form.council.data,
            theme=form.theme.data, amount=form.amount.data or 0,
            by=me().person, at=clock.now(),
        ),
        _desk(slug),
        _("L'enveloppe est créée."),
    )  # fmt: skip
    return answer or _form_page("add_envelope", seen, form)


@doors.route("/<slug>/enveloppes/<int:envelope_id>/financement", methods=["GET", "POST"])
@allow(Right.MANAGE_EDITIONS, on=queries.scope_of)
def add_funding(slug: str, envelope_id: int) -> Any:
    """Say who puts how much into an envelope."""
    seen = seen_or_404(slug)
    envelope = [one for one in seen.envelopes if one.id == envelope_id]
    if not envelope:
        raise NotFound
    form: Any = forms.FundingForm()
    forms.offer(form.organisation, queries.funders(db()))
    answer = _carry_out(
        form,
        lambda: service.add_funding(
            db(), edition_id=seen.row.id, envelope_id=envelope_id,
            organisation_id=form.organisation.data, label=form.label.data,
            amount=form.amount.data or 0, by=me().person, at=clock.now(),
        ),
        url_for("budgets.add_funding", slug=slug, envelope_id=envelope_id),
        _("Le financement est enregistré."),
    )  # fmt: skip
    return answer or _form_page("add_funding", seen, form, envelope=envelope[0])


@doors.post("/<slug>/enveloppes/<int:envelope_id>/supprimer")
@allow(Right.MANAGE_EDITIONS, on=queries.scope_of)
def drop_envelope(slug: str, envelope_id: int) -> Any:
    """Remove an envelope."""
    service.drop_envelope(
        db(), edition_id=seen_or_404(slug).row.id, envelope_id=envelope_id,
        by=me().person, at=clock.now(),
    )  # fmt: skip
    return done(_desk(slug), _("L'enveloppe est supprimée."))


@doors.post("/<slug>/financements/<int:funding_id>/supprimer")
@allow(Right.MANAGE_EDITIONS, on=queries.scope_of)
def drop_funding(slug: str, funding_id: int) -> Any:
    """Take a funding back."""
    service.drop_funding(
        db(), edition_id=seen_or_404(slug).row.id, funding_id=funding_id,
        by=me().person, at=clock.now(),
    )  # fmt: skip
    return done(_desk(slug), _("Le financement est retiré."))


@doors.route("/<slug>/catalogue", methods=["GET", "POST"])
@allow(Right.MANAGE_EDITIONS, on=queries.scope_of)
def propose(slug: str) -> Any:
    """Put a project into the catalogue."""
    seen = seen_or_404(slug)
    form: Any = forms.ProposeForm()
    free = queries.free_projects(db(), seen.row)
    forms.offer(form.project, [(one.id, one.title) for one in free])
    forms.offer(form.envelope, [(one.id, one.name) for one in seen.envelopes])
    answer = _carry_out(
        form,
        lambda: service.propose(
            db(), edition_id=seen.row.id, project_id=form.project.data,
            envelope_id=form.envelope.data, by=me().person, at=clock.now(),
        ),
        url_for("budgets.propose", slug=slug),
        _("Le projet est dans le catalogue."),
    )  # fmt: skip
    items = queries.catalogue(db(), seen.row.id)
    who = proposers(seen.current.data) if seen.current else ""
    return answer or _form_page("propose", seen, form, items=items, free=free, who=who)


@doors.post("/<slug>/catalogue/<int:edition_project_id>/retirer")
@allow(Right.MANAGE_EDITIONS, on=queries.scope_of)
def withdraw(slug: str, edition_project_id: int) -> Any:
    """Take a project out of the catalogue."""
    service.withdraw(
        db(), edition_id=seen_or_404(slug).row.id, edition_project_id=edition_project_id,
        by=me().person, at=clock.now(),
    )  # fmt: skip
    return done(url_for("budgets.propose", slug=slug), _("Le projet n'est plus au catalogue."))


@doors.route("/<slug>/incompatibles", methods=["GET", "POST"])
@allow(Right.MANAGE_EDITIONS, on=queries.scope_of)
def incompatible(slug: str) -> Any:
    """Say which projects exclude each other."""
    seen = seen_or_404(slug)
    form: Any = forms.IncompatibleForm(
        data={"groups": "\n".join(", ".join(group) for group in seen.row.incompatible)}
    )
    answer = _carry_out(
        form,
        lambda: service.set_incompatible(
            db(), edition_id=seen.row.id, groups=form.values(), by=me().person, at=clock.now()
        ),
        url_for("budgets.propose", slug=slug),
        _("C'est enregistré."),
    )
    return answer or _form_page("incompatible", seen, form)


@doors.route("/<slug>/sceller", methods=["GET", "POST"])
@allow(Right.MANAGE_EDITIONS, on=queries.scope_of)
def freeze(slug: str) -> Any:
    """Read the ballot once more, and seal it."""
    seen = seen_or_404(slug)
    form: Any = forms.SealForm()
    answer = _carry_out(
        form,
        lambda: service.freeze(
            db(), edition_id=seen.row.id, by=me().person, at=clock.now(),
            secret_id=None if form.commission_key.data else vault.make(settings().vault),
        ),
        _desk(slug),
        _("Le bulletin est scellé. Son empreinte est publiée."),
    )  # fmt: skip
    return answer or _form_page("freeze", seen, form, items=queries.catalogue(db(), seen.row.id))


@doors.route("/<slug>/projets/<reference>/retirer", methods=["GET", "POST"])
@allow(Right.MANAGE_EDITIONS, on=queries.scope_of)
def withdraw_from_vote(slug: str, reference: str) -> Any:
    """Take a project out of a sealed vote, by a public amendment."""
    seen = seen_or_404(slug)
    item = queries.item(db(), seen.row.id, reference)
    if item is None or item.status != "on_ballot":
        raise NotFound
    form: Any = forms.WithdrawForm()
    answer = _carry_out(
        form,
        lambda: service.withdraw_from_vote(
            db(), edition_id=seen.row.id, reference=reference, reason=form.reason.data,
            decided_by=form.decided_by.data, by=me().person, at=clock.now(),
        ),
        url_for("budgets.rules", slug=slug, _anchor="avenants"),
        _("Le projet est retiré du vote. L'avenant est publié avec le règlement."),
    )  # fmt: skip
    return answer or _form_page("withdraw", seen, form, item=item)


@doors.post("/<slug>/proclamer")
@allow(Right.MANAGE_EDITIONS, on=queries.scope_of)
def settle(slug: str) -> Any:
    """Proclaim the result that the count and the règlement give."""
    service.settle(db(), edition_id=seen_or_404(slug).row.id, by=me().person, at=clock.now())
    return done(url_for("budgets.results", slug=slug), _("Les résultats sont publiés."))


@doors.route("/<slug>/revoter", methods=["GET", "POST"])
@allow(Right.MANAGE_EDITIONS, on=queries.scope_of)
def vote_again(slug: str) -> Any:
    """Open another vote on the catalogue of an annulled one."""
    seen = seen_or_404(slug)
    form: Any = forms.VoteAgainForm()
    answer = _carry_out(
        form,
        lambda: service.vote_again(
            db(), edition_id=seen.row.id, vote_opens_at=form.vote_opens_at.data,
            vote_closes_at=form.vote_closes_at.data, by=me().person, at=clock.now(),
            secret_id=None if form.commission_key.data else vault.make(settings().vault),
        ),
        _desk(slug),
        _("Un autre vote est prêt. Préparez ses listes, ses lettres et ses lieux."),
    )  # fmt: skip
    return answer or _form_page("vote_again", seen, form)


@doors.route("/<slug>/arreter", methods=["GET", "POST"])
@allow(Right.MANAGE_EDITIONS, on=queries.scope_of)
def stop(slug: str) -> Any:
    """Suspend or cancel an édition, with a public reason."""
    seen = seen_or_404(slug)
    form: Any = forms.StopForm()
    verbs = {"suspend": service.suspend, "cancel": service.cancel}
    answer = _carry_out(
        form,
        lambda: verbs[form.act.data](
            db(), edition_id=seen.row.id, reason=form.reason.data, by=me().person, at=clock.now()
        ),
        _desk(slug),
        _("C'est enregistré, avec sa raison."),
    )
    return answer or _form_page("stop", seen, form)


@doors.post("/<slug>/reprendre")
@allow(Right.MANAGE_EDITIONS, on=queries.scope_of)
def resume(slug: str) -> Any:
    """Take a suspended édition up again."""
    service.resume(db(), edition_id=seen_or_404(slug).row.id, by=me().person, at=clock.now())
    return done(_desk(slug), _("L'édition reprend."))


@doors.post("/<slug>/archiver")
@allow(Right.MANAGE_EDITIONS, on=queries.scope_of)
def archive(slug: str) -> Any:
    """Close an édition that is finished."""
    service.archive(db(), edition_id=seen_or_404(slug).row.id, by=me().person, at=clock.now())
    return done(_desk(slug), _("L'édition est terminée."))
