"""The mails of référents, as values."""

from __future__ import annotations

from datetime import date

from civic.house.i18n import _, day, speaking
from civic.house.post import Mail


def chosen(to: str, council: str, body: str, rank: str, last: date, link: str) -> Mail:
    """To a member whom the council chose."""
    with speaking("fr"):
        return Mail(
            to,
            _("Vous parlez pour le %(council)s", council=council),
            _(
                "Bonjour,\n\n"
                "Vous représentez maintenant le %(council)s, comme %(rank)s, pour « %(body)s », "
                "jusqu'au %(last)s.\n\n"
                "Les dates et les autres référents sont sur cette page :\n\n%(link)s",
                council=council,
                rank=rank,
                body=body,
                last=day(last),
                link=link,
            ),
        )


def called(to: str, council: str, body: str, last: date, link: str) -> Mail:
    """To a suppléant who becomes titulaire."""
    with speaking("fr"):
        return Mail(
            to,
            _("Vous devenez titulaire pour le %(council)s", council=council),
            _(
                "Bonjour,\n\n"
                "La personne titulaire pour « %(body)s » a quitté sa place. Vous étiez "
                "suppléant ou suppléante : vous parlez maintenant pour le %(council)s, jusqu'au "
                "%(last)s.\n\n%(link)s",
                council=council,
                body=body,
                last=day(last),
                link=link,
            ),
        )
