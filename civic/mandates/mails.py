"""The mails of mandates, as values."""

from __future__ import annotations

from datetime import date

from civic.house.i18n import _, day, speaking
from civic.house.post import Mail


def called(to: str, council: str, due: date, link: str) -> Mail:
    """To a suppléant who is called to a titulaire's seat."""
    with speaking("fr"):
        return Mail(
            to,
            _("Une place de titulaire vous attend au %(council)s", council=council),
            _(
                "Bonjour,\n\n"
                "Un siège de titulaire s'est libéré au %(council)s. Vous êtes la première personne "
                "suppléante sur la liste : cette place est pour vous, si vous le voulez.\n\n"
                "Répondez avant le %(day)s sur cette page :\n\n%(link)s\n\n"
                "Vous pouvez aussi le dire à la personne qui anime le conseil. Si vous refusez, "
                "rien ne change pour vous : la place est proposée à la personne suivante.",
                council=council,
                day=day(due),
                link=link,
            ),
        )


def installed(to: str, council: str, first: date, last: date, link: str) -> Mail:
    """To a member whose mandate starts."""
    with speaking("fr"):
        return Mail(
            to,
            _("Votre mandat au %(council)s commence", council=council),
            _(
                "Bonjour,\n\n"
                "Votre mandat au %(council)s commence le %(first)s et dure jusqu'au %(last)s.\n\n"
                "Les réunions, les avis et les autres membres sont sur cette page :\n\n%(link)s",
                council=council,
                first=day(first),
                last=day(last),
                link=link,
            ),
        )
