"""The mails of votes, as values."""

from __future__ import annotations

from datetime import datetime

from civic.house.i18n import _, moment, speaking
from civic.house.post import Mail


def receipt(to: str, poll: str, number: str, link: str, closes_at: datetime, language: str) -> Mail:
    """The number of a receipt: whoever reads this mail learns that its reader voted, and under
    which number the envelope is in the log; nothing of the choices."""
    with speaking(language):
        return Mail(
            to,
            _("Votre reçu de vote"),
            _(
                "Bonjour,\n\n"
                "Votre bulletin pour « %(poll)s » est dans l'urne.\n\n"
                "Numéro du reçu : %(number)s\n\n"
                "Pour vérifier que votre enveloppe y est toujours, tapez ce numéro sur cette "
                "page :\n\n%(link)s\n\n"
                "Vous pouvez changer d'avis jusqu'au %(when)s : rouvrez votre bulletin et "
                "déposez-en un autre. Ce message ne dit pas vos choix, et le site ne garde pas "
                "votre adresse.",
                poll=poll,
                number=number,
                link=link,
                when=moment(closes_at),
            ),
            language,
            fleeting=True,
        )
