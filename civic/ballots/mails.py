"""The mails of votes, as values."""

from __future__ import annotations

from datetime import date, datetime

from civic.house.i18n import _, day, moment, speaking
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


def checkpoint(
    to: str, poll: str, number: int, on: date, digest: str, link: str, language: str
) -> Mail:
    """A page of the urn's log, for a member of the commission to keep."""
    with speaking(language):
        return Mail(
            to,
            _("L'urne d'aujourd'hui : gardez ce message"),
            _(
                "Bonjour,\n\n"
                "Page %(number)s du journal de l'urne, « %(poll)s », le %(day)s.\n\n"
                "Son empreinte : %(digest)s\n\n"
                "Gardez ce message. Si quelqu'un réécrit l'urne plus tard, cette empreinte le "
                "montrera. Elle doit être celle de cette page :\n\n%(link)s",
                number=number, poll=poll, day=day(on), digest=digest, link=link,
            ),
            language,
        )  # fmt: skip


def withdrawn(
    to: str, poll: str, project: str, reason: str, who: str, link: str, closes_at: datetime,
    language: str,
) -> Mail:  # fmt: skip
    """A project has left the vote: written to every account with a right there, voted or not."""
    with speaking(language):
        return Mail(
            to,
            _("Un projet est retiré du vote"),
            _(
                "Bonjour,\n\n"
                "Le projet « %(project)s » est retiré du vote « %(poll)s ».\n\n"
                "Qui l'a décidé : %(who)s\n"
                "Pourquoi : %(reason)s\n\n"
                "Si vous avez déjà voté, votre bulletin reste valable ; ce qu'il donnait à ce "
                "projet ne compte pas. Jusqu'au %(when)s, vous pouvez en déposer un autre :\n\n"
                "%(link)s\n\n"
                "Ce message part à toutes les personnes qui ont un droit de vote avec un compte : "
                "le site ne sait pas qui avait choisi ce projet.",
                poll=poll, project=project, reason=reason, who=who, link=link,
                when=moment(closes_at),
            ),
            language,
        )  # fmt: skip


def annulled(to: str, poll: str, who: str, reason: str, link: str, language: str) -> Mail:
    """A vote is annulled: written to every account with a right there, voted or not."""
    with speaking(language):
        return Mail(
            to,
            _("Un vote est annulé"),
            _(
                "Bonjour,\n\n"
                "Le vote « %(poll)s » est annulé : aucun résultat n'en est valable.\n\n"
                "Qui l'a décidé : %(who)s\n"
                "Pourquoi : %(reason)s\n\n"
                "Les bulletins déposés ne comptent plus. Si un autre vote prend la place de "
                "celui-ci, il faudra voter à nouveau. La page du vote le dira :\n\n%(link)s\n\n"
                "Ce message part à toutes les personnes qui avaient un droit de vote avec un "
                "compte, qu'elles aient voté ou non.",
                poll=poll, who=who, reason=reason, link=link,
            ),
            language,
        )  # fmt: skip


def contest_to_confirm(
    to: str, poll: str, text: str, link: str, ends_at: datetime, language: str
) -> Mail:
    """Somebody without an account contests: is this address theirs?"""
    with speaking(language):
        return Mail(
            to,
            _("Confirmez votre contestation"),
            _(
                "Bonjour,\n\n"
                "Quelqu'un conteste le résultat de « %(poll)s » en donnant cette adresse. Si c'est "
                "vous, confirmez-le avant le %(when)s :\n\n%(link)s\n\n"
                "Tant que ce n'est pas fait, la commission du vote ne lit pas cette contestation. "
                "La date qui compte est celle où vous l'avez envoyée. Si ce n'est pas vous, ne "
                "faites rien : elle sera effacée.\n\n"
                "Ce qui est écrit :\n\n%(text)s",
                poll=poll, when=moment(ends_at), link=link, text=text,
            ),
            language,
        )  # fmt: skip


def contest_received(to: str, poll: str, number: int, text: str, link: str, language: str) -> Mail:
    """A contest has arrived: its number and what it says."""
    with speaking(language):
        return Mail(
            to,
            _("Votre contestation est enregistrée"),
            _(
                "Bonjour,\n\n"
                "La commission du vote a reçu votre contestation du résultat de « %(poll)s ». Elle "
                "a le numéro %(number)s dans le registre public :\n\n%(link)s\n\n"
                "La commission en publie le texte sans vos données personnelles, puis répond avec "
                "ses raisons, dans le registre et par courriel. Le résultat reste provisoire "
                "jusque-là.\n\n"
                "Ce que vous avez écrit :\n\n%(text)s",
                poll=poll, number=number, link=link, text=text,
            ),
            language,
        )  # fmt: skip


def contest_answered(
    to: str, poll: str, number: int, answer: str, link: str, language: str
) -> Mail:
    """The commission's answer to a contest."""
    with speaking(language):
        return Mail(
            to,
            _("La réponse à votre contestation"),
            _(
                "Bonjour,\n\n"
                "La commission du vote répond à votre contestation %(number)s du résultat de "
                "« %(poll)s » :\n\n%(answer)s\n\n"
                "Cette réponse est dans le registre public :\n\n%(link)s",
                poll=poll, number=number, answer=answer, link=link,
            ),
            language,
        )  # fmt: skip
