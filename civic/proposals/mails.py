"""The mails of proposals, as values."""

from __future__ import annotations

from civic.house.i18n import _, speaking
from civic.house.post import Mail
from civic.proposals.states import SENTENCES


def news(
    to: str, name: str, title: str, status: str, text: str, link: str, language: str = "fr"
) -> Mail:
    """« Your proposal has moved on », with the reason that was given, if any."""
    with speaking(language):
        return Mail(
            to,
            _("Votre proposition « %(title)s »", title=title),
            _(
                "Bonjour %(name)s,\n\nVotre proposition « %(title)s » a avancé.\n\n%(state)s."
                "\n\n%(text)s\n\nToute son histoire est ici :\n\n%(link)s",
                name=name,
                title=title,
                state=str(SENTENCES[status]),
                text=text or _("Vous n'avez rien à faire pour le moment."),
                link=link,
            ),
            language,
        )
