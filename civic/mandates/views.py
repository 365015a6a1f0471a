"""The doors of mandates, under each council's address."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from flask import Blueprint, render_template, url_for
from sqlalchemy.orm import Session

from civic.councils import queries as councils
from civic.councils.models import College
from civic.councils.sections import section
from civic.house.access import Identity, Right, allow, allow_signed_in
from civic.house.clock import clock, day_of
from civic.house.i18n import _, ngettext
from civic.house.refusal import NotFound, Refusal
from civic.house.web import ConfirmForm, db, done, me, settings
from civic.mandates import forms, queries, service

doors = Blueprint("mandates", __name__, url_prefix="/conseils")


@section(20, "mandates/_section.html")
def on_the_council(
    session: Session, council: councils.CouncilPage, _me: Identity, now: datetime
) -> dict[str, Any]:
    """Who sits: collèges, parity, members, and the bands of mandates over the years."""
    today = day_of(now)
    rows = queries.members(session, council.id)
    rows = [one for one in rows if one.starts_on is not None]
    sitting = [one for one in rows if one.in_office and one.ends_on and one.ends_on >= today]
    return {
        "colleges": queries.colleges(council.council, sitting),
        "sitting": sitting,
        "bands": _bands(rows, today),
        "queries": queries,
        "councils": councils,
    }


MOST_BANDS = 40


def _bands(rows: list[queries.Member], today: date) -> dict[str, Any] | None:
    """Titulaires' mandates as bands: (label, first day, last day, fill, sentence)."""
    bands = [
        (
            one.seat,
            one.starts_on,
            one.ended_on or one.ends_on,
            "a" if one.in_office else "c",
            one.sentence(),
        )
        for one in rows
        if one.rank == "titular" and one.starts_on and (one.ended_on or one.ends_on)
    ][:MOST_BANDS]
    if not bands:
        return None
    first = min(one.starts_on for one in rows if one.starts_on)
    last = max(one.ends_on for one in rows if one.ends_on)
    return {
        "rows": bands,
        "first": first.replace(month=1, day=1),
        "last": max(last, today).replace(month=12, day=31),
    }


def _council(slug: str) -> councils.CouncilPage:
    council = councils.council(db(), slug)
    if council is None:
        raise NotFound
    return council


def _member(council: councils.CouncilPage, mandate_id: int) -> queries.Member:
    found = queries.member(db(), mandate_id)
    if found is None or found.council_id != council.id:
        raise NotFound
    return found


@doors.get("/<slug>/mandats")
@allow(Right.MANAGE_MANDATES, on=councils.scope_of)
def board(slug: str) -> Any:
    """Seats, mandates and vacancies, for who keeps them; the look is journalled first."""
    council = _council(slug)
    service.note_look(db(), council_id=council.id, what="mandates", by=me().person, at=clock.now())
    council = _council(slug)
    rows = queries.members(db(), council.id)
    return render_template(
        "mandates/board.html",
        council=council,
        rows=rows,
        colleges=queries.colleges(council.council, rows),
        vacancies=queries.open_vacancies(db(), council.id),
        checks=queries.installation_checks(council.council, rows),
        form=ConfirmForm(),
        queries=queries,
        councils=councils,
    )


@doors.route("/<slug>/mandats/proposer", methods=["GET", "POST"])
@allow(Right.MANAGE_MANDATES, on=councils.scope_of)
def propose(slug: str) -> Any:
    """Propose a seat to a volunteer or to somebody designated."""
    council = _council(slug)
    form = forms.ProposeForm()
    form.neighbourhood.choices = _homes(council, _("Aucun ou autre"))
    if form.sent():
        said: dict[str, Any] = form.data
        home = said["neighbourhood"]
        try:
            service.propose(
                db(),
                council_id=council.id,
                college=said["college"],
                newcomer=service.Newcomer(
                    first_names=said["first_names"],
                    family_name=said["family_name"],
                    sex=said["sex"].strip("-"),
                    email=said["email"].lower(),
                    phone=said["phone"],
                    neighbourhood_id=int(home) if home else None,
                ),
                origin=said["origin"],
                source=said["source"],
                by=me().person,
                at=clock.now(),
            )
        except Refusal as refusal:
            if refusal.field == "neighbourhood_id":
                refusal.field = "neighbourhood"
            form.refuse(refusal)
        else:
            return done(
                url_for("mandates.board", slug=slug),
                _("La place est proposée. Enregistrez la réponse quand vous l'avez."),
            )
    page = render_template("mandates/propose.html", form=form, council=council)
    return page, 422 if form.is_submitted() else 200


def _homes(council: councils.CouncilPage, nobody: str) -> list[tuple[str, str]]:
    return [("", nobody)] + [
        (str(place.id), place.name) for place in council.places if place.kind == "neighbourhood"
    ]


@doors.route("/<slug>/mandats/sieges", methods=["GET", "POST"])
@allow(Right.MANAGE_MANDATES, on=councils.scope_of)
def keep_seats(slug: str) -> Any:
    """Keep habitants' seats for neighbourhoods."""
    council = _council(slug)
    seats = [one for one in queries.seats(db(), council.id) if one.college == College.RESIDENTS]
    form = forms.seats_form(seats, _homes(council, _("N'importe quel quartier")))
    if form.sent():
        homes = {one.id: form.data[f"seat_{one.id}"] for one in seats}
        try:
            service.keep_seats(
                db(),
                council_id=council.id,
                homes={seat: int(home) if home else None for seat, home in homes.items()},
                by=me().person,
                at=clock.now(),
            )
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            return done(url_for("mandates.board", slug=slug), _("Les sièges sont répartis."))
    page = render_template("mandates/keep_seats.html", form=form, council=council, seats=seats)
    return page, 422 if form.is_submitted() else 200


@doors.route("/<slug>/mandats/<int:mandate_id>/reponse", methods=["GET", "POST"])
@allow(Right.MANAGE_MANDATES, on=councils.scope_of)
def answer(slug: str, mandate_id: int) -> Any:
    """Record somebody's answer."""
    council = _council(slug)
    member = _member(council, mandate_id)
    form = forms.AnswerForm()
    if not form.is_submitted():
        form.on.data, form.name_shown.data = clock.today(), member.name_shown
    if form.sent():
        said: dict[str, Any] = form.data
        try:
            state = service.answer(
                db(),
                mandate_id=mandate_id,
                accepted=said["answer"] == "yes",
                name_shown=said["name_shown"],
                on=said["on"],
                by=me().person,
                at=clock.now(),
            )
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            return done(url_for("mandates.board", slug=slug), _thanks(state))
    page = render_template("mandates/answer.html", form=form, council=council, member=member)
    return page, 422 if form.is_submitted() else 200


def _thanks(state: str) -> str:
    if state == "accepted":
        return _("L'accord est enregistré. Le mandat commencera à l'installation.")
    if state == "running":
        return _("L'accord est enregistré. Le mandat commence aujourd'hui.")
    return _("Le refus est enregistré.")


@doors.route("/<slug>/mandats/<int:mandate_id>/ma-reponse", methods=["GET", "POST"])
@allow_signed_in()
def my_answer(slug: str, mandate_id: int) -> Any:
    """Answer for oneself."""
    council = _council(slug)
    member = _member(council, mandate_id)
    if member.person != me().person:
        raise NotFound
    form = forms.MyAnswerForm()
    if form.sent():
        now = clock.now()
        try:
            state = service.answer(
                db(),
                mandate_id=mandate_id,
                accepted=form.answer.data == "yes",
                name_shown=bool(form.name_shown.data),
                on=day_of(now),
                by=me().person,
                at=now,
            )
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            return done(url_for("councils.one", slug=slug), _my_thanks(state))
    page = render_template("mandates/my_answer.html", form=form, council=council, member=member)
    return page, 422 if form.is_submitted() else 200


def _my_thanks(state: str) -> str:
    if state == "accepted":
        return _("C'est noté : votre mandat commencera à l'installation du conseil.")
    if state == "running":
        return _("C'est noté : votre mandat commence aujourd'hui.")
    return _("C'est noté : votre place sera proposée à la personne suivante.")


@doors.route("/<slug>/mandats/installer", methods=["GET", "POST"])
@allow(Right.MANAGE_MANDATES, on=councils.scope_of)
def install(slug: str) -> Any:
    """Install those who accepted."""
    council = _council(slug)
    form = forms.InstallForm()
    if not form.is_submitted():
        form.on.data = clock.today()
    if form.sent():
        said: dict[str, Any] = form.data
        try:
            number = service.install(
                db(),
                council_id=council.id,
                on=said["on"],
                prefect_order=said["prefect_order"],
                prefect_order_on=said["prefect_order_on"],
                by=me().person,
                at=clock.now(),
                base_url=settings().base_url,
            )
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            words = ngettext("%(n)s mandat commence.", "%(n)s mandats commencent.", number)
            return done(url_for("mandates.board", slug=slug), words)
    rows = queries.members(db(), council.id, statuses=("approached", "accepted", "running"))
    page = render_template(
        "mandates/install.html",
        form=form,
        council=council,
        checks=queries.installation_checks(council.council, rows),
        accepted=[one for one in rows if one.status == "accepted"],
    )
    return page, 422 if form.is_submitted() else 200


@doors.route("/<slug>/mandats/<int:mandate_id>/fin", methods=["GET", "POST"])
@allow(Right.MANAGE_MANDATES, on=councils.scope_of)
def end(slug: str, mandate_id: int) -> Any:
    """Record the end of a mandate."""
    council = _council(slug)
    member = _member(council, mandate_id)
    form = forms.EndForm()
    if not form.is_submitted():
        form.on.data = clock.today()
    if form.sent():
        said: dict[str, Any] = form.data
        try:
            service.end(
                db(),
                mandate_id=mandate_id,
                reason=said["reason"],
                on=said["on"],
                heard=said["heard"],
                by=me().person,
                at=clock.now(),
            )
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            return done(
                url_for("mandates.board", slug=slug),
                _("La fin du mandat est enregistrée. Le siège est libre."),
            )
    page = render_template("mandates/end.html", form=form, council=council, member=member)
    return page, 422 if form.is_submitted() else 200


@doors.post("/<slug>/mandats/vacances/<int:vacancy_id>/appeler")
@allow(Right.MANAGE_MANDATES, on=councils.scope_of)
def call_next(slug: str, vacancy_id: int) -> Any:
    """Call the suppléant whose turn it is."""
    council = _council(slug)
    form = ConfirmForm()
    known = {one.id for one in queries.open_vacancies(db(), council.id)}
    if vacancy_id not in known:
        raise NotFound
    if not form.sent():
        raise Refusal(_("Ce formulaire a expiré : rechargez la page et recommencez."))
    service.call_next(
        db(),
        vacancy_id=vacancy_id,
        by=me().person,
        at=clock.now(),
        base_url=settings().base_url,
    )
    return done(
        url_for("mandates.board", slug=slug),
        _("La personne suivante est appelée. Elle a quinze jours pour répondre."),
    )
