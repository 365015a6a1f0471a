"""The mails of meetings, as values."""

from __future__ import annotations

from civic.house.i18n import _, moment, speaking
from civic.house.post import Mail
from civic.meetings.models import Meeting


def convened(to: str, council: str, meeting: Meeting, link: str) -> Mail:
    """The convocation of a member."""
    with speaking("fr"):
        return Mail(
            to,
            _("%(council)s : réunion le %(when)s", council=council, when=moment(meeting.starts_at)),
            _(
                "Bonjour,\n\n"
                "Le %(council)s se réunit : « %(title)s ». Votre présence compte.\n\n"
                "Quand : %(when)s\nOù : %(place)s\n\n"
                "Ordre du jour :\n%(agenda)s\n\n"
                "Les documents et le fichier pour votre agenda sont sur cette page :\n\n"
                "%(link)s\n\n"
                "Si vous ne pouvez pas venir, prévenez la personne qui anime le conseil.",
                title=meeting.title,
                council=council,
                when=moment(meeting.starts_at),
                place=meeting.place,
                agenda=meeting.agenda or _("à préciser"),
                link=link,
            ),
        )


def changed(to: str, council: str, meeting: Meeting, link: str) -> Mail:
    """A meeting to which one was convened has moved."""
    with speaking("fr"):
        return Mail(
            to,
            _("%(council)s : la réunion change", council=council),
            _(
                "Bonjour,\n\n"
                "La réunion « %(title)s » du %(council)s a changé. "
                "Voici ce qui vaut maintenant.\n\n"
                "Quand : %(when)s\nOù : %(place)s\n\n%(link)s",
                title=meeting.title,
                council=council,
                when=moment(meeting.starts_at),
                place=meeting.place,
                link=link,
            ),
        )


def cancelled(to: str, council: str, meeting: Meeting, _link: str) -> Mail:
    """A meeting to which one was convened won't take place."""
    with speaking("fr"):
        return Mail(
            to,
            _("%(council)s : réunion annulée", council=council),
            _(
                "Bonjour,\n\n"
                "La réunion « %(title)s » du %(council)s, prévue le %(when)s, est annulée.\n\n"
                "Raison : %(reason)s",
                title=meeting.title,
                council=council,
                when=moment(meeting.starts_at),
                reason=meeting.cancel_reason,
            ),
        )
