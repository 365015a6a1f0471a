"""The doors of meetings and opinions, under each council's address."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Response, render_template, url_for
from sqlalchemy.orm import Session

from civic.councils import queries as councils
from civic.councils.sections import section
from civic.house.access import Identity, Right, allow, allow_everyone
from civic.house.clock import PARIS, clock, paris
from civic.house.i18n import _, moment, ngettext
from civic.house.refusal import NotFound, Refusal
from civic.house.web import csv_answer, db, done, me, paged, settings
from civic.mandates.service import note_look
from civic.meetings import calendar, forms, queries, service
from civic.meetings.models import Meeting
from civic.people import queries as people

doors = Blueprint("meetings", __name__, url_prefix="/conseils")

SHOWN, LAST = 3, 2


@section(10, "meetings/_section.html")
def meetings_of(
    session: Session, council: councils.CouncilPage, _me: Identity, now: datetime
) -> dict[str, Any]:
    """The next meetings, and the last ones."""
    rows = queries.of_council(session, council.id, most=30)
    coming = [one for one in rows if one.starts_at > now and one.status != "cancelled"]
    past = [one for one in rows if one.starts_at <= now and one.status != "cancelled"]
    return {
        "coming": list(reversed(coming))[:SHOWN],
        "past": past[:LAST],
        "more": len(rows) > 0,
        "queries": queries,
    }


@section(30, "meetings/_opinions.html")
def opinions_of(
    session: Session, council: councils.CouncilPage, _me: Identity, _now: datetime
) -> dict[str, Any]:
    """The avis given, with where their replies stand."""
    return {"opinions": queries.opinions(session, council.id)}


def _council(slug: str) -> councils.CouncilPage:
    council = councils.council(db(), slug)
    if council is None:
        raise NotFound
    return council


def _meeting(council: councils.CouncilPage, meeting_id: int) -> Meeting:
    found = queries.meeting(db(), council.id, meeting_id)
    if found is None:
        raise NotFound
    return found


def _runs(slug: str) -> bool:
    scope = councils.scope_of(db(), slug) if me().is_staff else None
    return bool(scope and me().may(Right.RUN_MEETINGS, scope))


@doors.get("/<slug>/reunions")
@allow_everyone()
def all_of_them(slug: str) -> Any:
    """The meetings of a council."""
    council = _council(slug)
    now = clock.now()
    rows = queries.of_council(db(), council.id)
    return render_template(
        "meetings/list.html",
        council=council,
        coming=[one for one in reversed(rows) if one.starts_at > now],
        past=[one for one in rows if one.starts_at <= now],
        queries=queries,
        runs=_runs(slug),
    )


@doors.get("/<slug>/reunions/<int:meeting_id>")
@allow_everyone()
def one(slug: str, meeting_id: int) -> Any:
    """A meeting."""
    council = _council(slug)
    meeting = _meeting(council, meeting_id)
    sheet = queries.sheet(db(), meeting) if meeting.status == "held" else []
    return render_template(
        "meetings/one.html",
        council=council,
        meeting=meeting,
        state=queries.state(meeting, clock.now()),
        documents=queries.documents(db(), meeting_id),
        quorum=queries.quorum(meeting.quorum, sheet) if sheet else None,
        came={
            code: sum(line.presence == code for line in sheet) for code in queries.PRESENCE_NAMES
        },
        opinions=[o for o in queries.opinions(db(), council.id) if o.meeting_id == meeting_id],
        queries=queries,
        councils=councils,
        runs=_runs(slug),
        late=queries.late(meeting, clock.now()),
    )


@doors.get("/<slug>/reunions/<int:meeting_id>/agenda.ics")
@allow_everyone()
def as_calendar(slug: str, meeting_id: int) -> Any:
    """The meeting, for one's own calendar."""
    council = _council(slug)
    meeting = _meeting(council, meeting_id)
    base = settings().base_url
    text = calendar.ics(
        meeting,
        council=council.name,
        link=f"{base}{url_for('meetings.one', slug=slug, meeting_id=meeting_id)}",
        host=urlsplit(base).hostname or "civic",
        stamp=clock.now(),
    )
    answer = Response(text, content_type="text/calendar; charset=utf-8")
    answer.headers["Content-Disposition"] = f"attachment; filename=reunion-{meeting_id}.ics"
    return answer


def _details(form: forms.MeetingForm) -> service.Details:
    said: dict[str, Any] = form.data
    local: datetime = said["starts_at"]
    return service.Details(
        kind=said["kind"],
        title=said["title"],
        starts_at=paris(local.date(), local.time()),
        minutes_length=said["minutes_length"],
        place=said["place"],
        agenda=said["agenda"],
        open_to_all=said["open_to_all"],
        documents=forms.read_documents(said["documents"]),
    )


@doors.route("/<slug>/reunions/nouvelle", methods=["GET", "POST"])
@allow(Right.RUN_MEETINGS, on=councils.scope_of)
def create(slug: str) -> Any:
    """Plan a meeting."""
    council = _council(slug)
    form = forms.MeetingForm()
    if not form.is_submitted():
        form.place.data = council.council.place
    if form.sent():
        try:
            meeting_id = service.plan(
                db(),
                council_id=council.id,
                details=_details(form),
                by=me().person,
                at=clock.now(),
            )
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            return done(
                url_for("meetings.one", slug=slug, meeting_id=meeting_id),
                _("La réunion est prévue. Envoyez maintenant la convocation."),
            )
    page = render_template("meetings/edit.html", form=form, council=council, meeting=None)
    return page, 422 if form.is_submitted() else 200


@doors.route("/<slug>/reunions/<int:meeting_id>/modifier", methods=["GET", "POST"])
@allow(Right.RUN_MEETINGS, on=councils.scope_of)
def change(slug: str, meeting_id: int) -> Any:
    """Change a meeting to come."""
    council = _council(slug)
    meeting = _meeting(council, meeting_id)
    documents = queries.documents(db(), meeting_id)
    form = forms.MeetingForm(obj=meeting)
    if not form.is_submitted():
        form.starts_at.data = meeting.starts_at.astimezone(PARIS).replace(tzinfo=None)
        form.documents.data = "\n".join(f"{each.label} : {each.address}" for each in documents)
    if form.sent():
        try:
            sent = service.change(
                db(),
                meeting_id=meeting_id,
                details=_details(form),
                by=me().person,
                at=clock.now(),
                base_url=settings().base_url,
            )
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            return done(
                url_for("meetings.one", slug=slug, meeting_id=meeting_id),
                _told(sent) if sent.mails else _("La réunion est modifiée."),
            )
    page = render_template("meetings/edit.html", form=form, council=council, meeting=meeting)
    return page, 422 if form.is_submitted() else 200


def _told(sent: service.Sent) -> str:
    told = ngettext(
        "%(n)s membre est prévenu par courriel.",
        "%(n)s membres sont prévenus par courriel.",
        sent.mails,
    )
    if not sent.without:
        return told
    rest = ngettext(
        "%(n)s membre n'a pas d'adresse : appelez ou passez le voir.",
        "%(n)s membres n'ont pas d'adresse : appelez ou passez les voir.",
        sent.without,
    )
    return f"{told} {rest}"


@doors.route("/<slug>/reunions/<int:meeting_id>/convoquer", methods=["GET", "POST"])
@allow(Right.RUN_MEETINGS, on=councils.scope_of)
def convene(slug: str, meeting_id: int) -> Any:
    """Convene the members."""
    council = _council(slug)
    meeting = _meeting(council, meeting_id)
    form = forms.ConveneForm()
    if form.sent():
        try:
            sent = service.convene(
                db(),
                meeting_id=meeting_id,
                by=me().person,
                at=clock.now(),
                late_reason=form.late_reason.data or "",
                base_url=settings().base_url,
            )
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            return done(url_for("meetings.one", slug=slug, meeting_id=meeting_id), _told(sent))
    page = render_template(
        "meetings/convene.html",
        form=form,
        council=council,
        meeting=meeting,
        late=queries.late(meeting, clock.now()),
        state=queries.state(meeting, clock.now()),
    )
    return page, 422 if form.is_submitted() else 200


@doors.route("/<slug>/reunions/<int:meeting_id>/annuler", methods=["GET", "POST"])
@allow(Right.RUN_MEETINGS, on=councils.scope_of)
def cancel(slug: str, meeting_id: int) -> Any:
    """Cancel a meeting."""
    council = _council(slug)
    meeting = _meeting(council, meeting_id)
    form = forms.CancelForm()
    if form.sent():
        try:
            service.cancel(
                db(),
                meeting_id=meeting_id,
                reason=form.reason.data or "",
                by=me().person,
                at=clock.now(),
            )
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            return done(
                url_for("meetings.one", slug=slug, meeting_id=meeting_id),
                _("La réunion est annulée ; les membres convoqués sont prévenus."),
            )
    page = render_template("meetings/cancel.html", form=form, council=council, meeting=meeting)
    return page, 422 if form.is_submitted() else 200


@doors.route("/<slug>/reunions/<int:meeting_id>/presences", methods=["GET", "POST"])
@allow(Right.RUN_MEETINGS, on=councils.scope_of)
def presences(slug: str, meeting_id: int) -> Any:
    """The presence sheet, all members on one page; the look at names is journalled first."""
    council = _council(slug)
    meeting = _meeting(council, meeting_id)
    sheet = queries.sheet(db(), meeting)
    form = forms.sheet_form(sheet)
    if form.sent():
        said: dict[str, Any] = form.data
        try:
            found = service.note_presence(
                db(),
                meeting_id=meeting_id,
                presences={line.member.id: said[f"m{line.member.id}"] for line in sheet},
                by=me().person,
                at=clock.now(),
            )
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            place = url_for("meetings.one", slug=slug, meeting_id=meeting_id)
            return done(place, found.sentence())
    if not form.is_submitted():
        note_look(db(), council_id=council.id, what="presences", by=me().person, at=clock.now())
        council = _council(slug)
        meeting = _meeting(council, meeting_id)
    page = render_template(
        "meetings/presences.html",
        form=form,
        council=council,
        meeting=meeting,
        sheet=sheet,
        quorum=queries.quorum(meeting.quorum, sheet),
        councils=councils,
        started=meeting.starts_at <= clock.now() and meeting.status != "cancelled",
        absences=queries.absences(db(), council.id),
    )
    return page, 422 if form.is_submitted() else 200


@doors.route("/<slug>/reunions/<int:meeting_id>/compte-rendu", methods=["GET", "POST"])
@allow(Right.RUN_MEETINGS, on=councils.scope_of)
def minutes(slug: str, meeting_id: int) -> Any:
    """Publish the minutes."""
    council = _council(slug)
    meeting = _meeting(council, meeting_id)
    form = forms.MinutesForm(obj=meeting)
    if form.sent():
        try:
            service.publish_minutes(
                db(),
                meeting_id=meeting_id,
                minutes=form.minutes.data or "",
                by=me().person,
                at=clock.now(),
            )
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            return done(
                url_for("meetings.one", slug=slug, meeting_id=meeting_id),
                _("Le compte rendu est publié."),
            )
    page = render_template("meetings/minutes.html", form=form, council=council, meeting=meeting)
    return page, 422 if form.is_submitted() else 200


# --- opinions --------------------------------------------------------------------------------

REPLY_DAYS = 60


@doors.get("/avis")
@allow_everyone()
def all_opinions() -> Any:
    """Every avis of every council, and where the replies stand."""
    page = paged(db(), queries.opinions_query())
    return render_template(
        "meetings/opinions.html",
        page=page,
        opinions=[queries.opinion_line(row) for row in page.rows],
    )


@doors.get("/avis.csv")
@allow_everyone()
def open_data() -> Any:
    """The avis as open data."""
    return csv_answer(queries.COLUMNS, queries.open_rows(db()))


@doors.get("/<slug>/avis/<int:number>")
@allow_everyone()
def opinion(slug: str, number: int) -> Any:
    """An avis."""
    council = _council(slug)
    found = queries.opinion(db(), council.id, number)
    if found is None:
        raise NotFound
    return render_template("meetings/opinion.html", council=council, opinion=found)


@doors.route("/<slug>/avis/nouveau", methods=["GET", "POST"])
@allow(Right.RUN_MEETINGS, on=councils.scope_of)
def give_opinion(slug: str) -> Any:
    """Record an avis that the council gave."""
    council = _council(slug)
    held = [one for one in queries.of_council(db(), council.id) if one.status == "held"]
    form = forms.OpinionForm()
    form.meeting.choices = [(str(m.id), f"{m.title} ({moment(m.starts_at)})") for m in held]
    form.addressee.choices = [
        (str(each.id), each.name)
        for each in people.organisations(
            db(), "municipality", "intercommunality", "landlord", "state"
        )
    ]
    if not form.is_submitted() and held:
        form.reply_due_on.data = clock.today() + timedelta(days=REPLY_DAYS)
    if form.sent():
        said: dict[str, Any] = form.data
        try:
            number = service.give_opinion(
                db(),
                meeting_id=int(said["meeting"]),
                title=said["title"],
                text=said["text"],
                addressee_id=int(said["addressee"]),
                reply_due_on=said["reply_due_on"],
                by=me().person,
                at=clock.now(),
            )
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            return done(
                url_for("meetings.opinion", slug=slug, number=number),
                _("L'avis est publié. La réponse est attendue."),
            )
    page = render_template("meetings/give_opinion.html", form=form, council=council, held=held)
    return page, 422 if form.is_submitted() else 200
