"""The mails of accounts, as values."""

from __future__ import annotations

from civic.house.i18n import _, speaking
from civic.house.post import Mail


def confirm(to: str, name: str, link: str, language: str) -> Mail:
    """« Is this address yours? » after signing up."""
    with speaking(language):
        return Mail(
            to,
            _("Confirmez votre adresse"),
            _(
                "Bonjour %(name)s,\n\n"
                "Vous avez créé un compte. Pour confirmer que cette adresse est la vôtre, "
                "ouvrez ce lien dans les deux jours :\n\n%(link)s\n\n"
                "Si ce n'est pas vous, ne faites rien : le compte ne servira pas.",
                name=name,
                link=link,
            ),
            language,
        )


def already(to: str, link: str, language: str) -> Mail:
    """Somebody signed up with an address that already has an account."""
    with speaking(language):
        return Mail(
            to,
            _("Vous avez déjà un compte"),
            _(
                "Bonjour,\n\nQuelqu'un (vous, sans doute) vient de demander un compte avec cette "
                "adresse, qui en a déjà un. Pour choisir un nouveau mot de passe, ouvrez cette "
                "page :\n\n%(link)s\n\nSi ce n'est pas vous, ne faites rien.",
                link=link,
            ),
            language,
        )


def reset(to: str, link: str, language: str) -> Mail:
    """The link to a new password."""
    with speaking(language):
        return Mail(
            to,
            _("Choisir un nouveau mot de passe"),
            _(
                "Bonjour,\n\nPour choisir un nouveau mot de passe, ouvrez ce lien dans l'heure :"
                "\n\n%(link)s\n\nSi vous n'avez rien demandé, ne faites rien : votre mot de passe "
                "reste le même.",
                link=link,
            ),
            language,
        )


def invitation(to: str, name: str, role: str, link: str) -> Mail:
    """An invitation to take up a role, in French: the language of who invites says nothing of the
    other's."""
    with speaking("fr"):
        return Mail(
            to,
            _("Votre accès au site de la participation"),
            _(
                "Bonjour %(name)s,\n\nUn accès vous est ouvert (%(role)s). Pour choisir votre mot "
                "de passe, ouvrez ce lien dans les sept jours :\n\n%(link)s",
                name=name,
                role=role,
                link=link,
            ),
        )
