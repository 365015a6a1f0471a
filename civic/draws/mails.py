"""The mails of draws, as values."""

from __future__ import annotations

from civic.house.i18n import _, speaking
from civic.house.post import Mail


def frozen(to: str, title: str, digest: str) -> Mail:
    """To the person who confirmed a freeze: the worker has done it."""
    with speaking("fr"):
        return Mail(
            to,
            _("Le tirage est figé : %(title)s", title=title),
            _(
                "Bonjour,\n\nLe calcul que vous avez lancé est terminé. Le tirage « %(title)s » "
                "est figé, et son empreinte est publiée :\n\n%(digest)s\n\nNotez-la avant la "
                "séance : elle ne doit plus changer.",
                title=title,
                digest=digest,
            ),
        )


def not_frozen(to: str, title: str, why: str) -> Mail:
    """To the same person: it could not be done."""
    with speaking("fr"):
        return Mail(
            to,
            _("Le tirage n'est pas figé : %(title)s", title=title),
            _(
                "Bonjour,\n\nLe calcul que vous avez lancé pour le tirage « %(title)s » n'a pas pu "
                "aboutir. Rien n'a été figé.\n\n%(why)s",
                title=title,
                why=why,
            ),
        )
