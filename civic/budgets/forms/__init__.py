"""What an agent may type about an édition."""

from __future__ import annotations

import re
from typing import Any

from flask_wtf.file import FileField, FileRequired
from wtforms import (
    BooleanField,
    DateField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import (
    DataRequired,
    InputRequired,
    Length,
    Optional,
)

from civic.budgets.forms.rules import RulesForm, code
from civic.house.fields import EurosField, ParisInstantField, line, lines
from civic.house.i18n import VOICES, language_name, lazy
from civic.house.sounds import ACCEPT
from civic.house.web import Form

__all__ = [
    "AmendForm",
    "CalendarForm",
    "CreateForm",
    "EnvelopeForm",
    "FundingForm",
    "IncompatibleForm",
    "ProposeForm",
    "RecordingForm",
    "RulesForm",
    "SealForm",
    "StopForm",
    "TryForm",
    "VoteAgainForm",
    "identifier",
    "offer",
]


def identifier(value: Any) -> int | None:
    """What a list sends back: a number, or None for « none »."""
    text = str(value or "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def offer(field: SelectField, options: list[tuple[int, str]], none: Any = None) -> None:
    """Fills a list; `none` is what its first, empty line says."""
    field.choices = [("", str(none or lazy("Choisir…"))), *options]


def instant_field(label: Any, told: Any = "") -> ParisInstantField:
    """A day and an hour, Paris time."""
    return ParisInstantField(
        label, description=told, validators=[InputRequired(lazy("Donnez un jour et une heure."))]
    )


class CreateForm(Form):
    """A new édition."""

    title = StringField(
        lazy("Titre"),
        description=lazy("Par exemple : Budget participatif de Valenciennes 2027"),
        filters=[line],
        validators=[
            DataRequired(lazy("Donnez un titre.")),
            Length(5, 120, lazy("Il faut de 5 à 120 caractères.")),
        ],
        render_kw={"maxlength": 120},
    )
    territory = SelectField(
        lazy("Territoire"),
        coerce=identifier,
        validators=[DataRequired(lazy("Choisissez un territoire."))],
    )
    organisation = SelectField(
        lazy("Organisme responsable"),
        coerce=identifier,
        validators=[DataRequired(lazy("Choisissez un organisme."))],
    )
    presentation = TextAreaField(
        lazy("Présentation"),
        description=lazy("Quelques phrases simples pour les habitants."),
        filters=[lines],
        validators=[Length(max=4000, message=lazy("4 000 caractères au plus."))],
        render_kw={"maxlength": 4000},
    )


class CalendarForm(Form):
    """The dates of an édition."""

    filing_opens_at = instant_field(lazy("Début du dépôt des idées"))
    filing_closes_at = instant_field(
        lazy("Fin du dépôt des idées"), lazy("Souvent six à huit semaines après le début.")
    )
    vote_opens_at = instant_field(
        lazy("Début du vote"), lazy("Comptez trois à quatre mois pour étudier et chiffrer.")
    )
    vote_closes_at = instant_field(
        lazy("Fin du vote"), lazy("Souvent trois semaines, hors des vacances d'été.")
    )
    results_on = DateField(lazy("Annonce des résultats"), validators=[Optional()])

    def values(self) -> dict[str, Any]:
        """The calendar as a verb takes it."""
        return {
            name: self._fields[name].data
            for name in (
                "filing_opens_at",
                "filing_closes_at",
                "vote_opens_at",
                "vote_closes_at",
                "results_on",
            )
        }


class AmendForm(CalendarForm):
    """A change of dates after the act."""

    reason = TextAreaField(
        lazy("Pourquoi"),
        description=lazy("Publié avec l'avenant."),
        filters=[lines],
        validators=[
            DataRequired(lazy("Écrivez pourquoi.")),
            Length(10, 1000, lazy("Il faut de 10 à 1 000 caractères.")),
        ],
        render_kw={"maxlength": 1000},
    )


class EnvelopeForm(Form):
    """One envelope."""

    neighbourhood = SelectField(
        lazy("Quartier"), coerce=identifier, validators=[Optional()], default=None
    )
    name = StringField(
        lazy("Nom de l'enveloppe"),
        description=lazy("Vide : le nom du quartier choisi."),
        filters=[line],
        validators=[Length(max=200, message=lazy("200 caractères au plus."))],
        render_kw={"maxlength": 200},
    )
    amount = EurosField(
        lazy("Ce qu'y met l'organisme responsable"),
        description=lazy("Les autres financeurs s'ajoutent ensuite. Vide : à dire plus tard."),
        validators=[Optional()],
    )
    theme = SelectField(lazy("Thème"), coerce=code, validators=[Optional()], default=None)
    council = SelectField(
        lazy("Confiée à un conseil"), coerce=identifier, validators=[Optional()], default=None
    )


class FundingForm(Form):
    """Who puts how much into an envelope."""

    organisation = SelectField(
        lazy("Qui finance"),
        coerce=identifier,
        validators=[DataRequired(lazy("Choisissez un organisme."))],
    )
    label = StringField(
        lazy("À quel titre"),
        description=lazy("Par exemple : crédits politique de la ville. Peut rester vide."),
        filters=[line],
        validators=[Length(max=120, message=lazy("120 caractères au plus."))],
        render_kw={"maxlength": 120},
    )
    amount = EurosField(lazy("Montant"), validators=[InputRequired(lazy("Donnez un montant."))])


class ProposeForm(Form):
    """A project for the catalogue."""

    project = SelectField(
        lazy("Projet"),
        coerce=identifier,
        validators=[DataRequired(lazy("Choisissez un projet."))],
    )
    envelope = SelectField(
        lazy("Enveloppe"),
        coerce=identifier,
        validators=[DataRequired(lazy("Choisissez une enveloppe."))],
    )


class TryForm(Form):
    """A past vote on which a draft is tried."""

    vote = SelectField(
        lazy("Vote passé"),
        coerce=identifier,
        validators=[DataRequired(lazy("Choisissez un vote passé de la liste."))],
    )


class RecordingForm(Form):
    """A project read aloud."""

    sound = FileField(
        lazy("L'enregistrement"),
        description=lazy(
            "MP3, M4A ou WAV, trois minutes et 5 Mo au plus : ce que fait le dictaphone d'un "
            "téléphone. Dites ce que dit la phrase du bulletin, rien de plus. Nous retirons le "
            "lieu, l'heure et le nom cachés dans le fichier."
        ),
        validators=[FileRequired(lazy("Choisissez un fichier."))],
        render_kw={"accept": ACCEPT},
    )
    language = SelectField(
        lazy("Langue parlée"),
        choices=lambda: [(code, language_name(code)) for code in VOICES],
        default="fr",
        validators=[DataRequired(lazy("Choisissez une langue de la liste."))],
    )
    agreed = BooleanField(
        lazy("La personne qui parle accepte que sa voix soit publiée"),
        validators=[DataRequired(lazy("Demandez d'abord son accord à la personne qui parle."))],
    )


class IncompatibleForm(Form):
    """Which projects exclude each other."""

    groups = TextAreaField(
        lazy("Projets dont un seul peut être retenu"),
        description=lazy("Leurs numéros, un groupe par ligne. Par exemple : 3, 7"),
        filters=[lines],
        validators=[Length(max=2000, message=lazy("2 000 caractères au plus."))],
    )

    def values(self) -> list[list[str]]:
        """The groups, as the verb takes them."""
        rows = (self.groups.data or "").splitlines()
        return [found for row in rows if (found := re.split(r"[\s,;]+", row.strip())) != [""]]


class SealForm(Form):
    """The last look before the ballot is sealed."""

    sure = BooleanField(
        lazy("J'ai relu les projets, les coûts et les enveloppes"),
        validators=[DataRequired(lazy("Cochez cette case après avoir relu."))],
    )
    commission_key = BooleanField(
        lazy("La commission du vote gardera la clé de l'urne"),
        description=lazy(
            "Le vote est alors scellé plus tard, depuis sa page, quand la commission a fait sa "
            "clé et sa répétition. Sinon la plateforme garde la clé."
        ),
    )


class VoteAgainForm(Form):
    """Another vote in place of an annulled one."""

    vote_opens_at = instant_field(lazy("Début du vote"))
    vote_closes_at = instant_field(lazy("Fin du vote"))
    commission_key = BooleanField(
        lazy("La commission du vote gardera la clé de l'urne"),
        description=lazy(
            "Le vote est alors scellé plus tard, depuis sa page, quand la commission a fait sa "
            "clé et sa répétition. Sinon la plateforme garde la clé."
        ),
    )


class WithdrawForm(Form):
    """A project that leaves a sealed vote."""

    decided_by = StringField(
        lazy("Qui le décide"),
        description=lazy("Nom et qualité, publiés. Par exemple : Amina Roux, adjointe au cadre "
                         "de vie"),
        filters=[line],
        validators=[
            DataRequired(lazy("Écrivez le nom et la qualité de qui décide.")),
            Length(5, 200, lazy("Il faut de 5 à 200 caractères.")),
        ],
        render_kw={"maxlength": 200},
    )  # fmt: skip
    reason = TextAreaField(
        lazy("Pourquoi"),
        description=lazy("Publié sur le bulletin et avec le résultat."),
        filters=[line],
        validators=[
            DataRequired(lazy("Écrivez pourquoi.")),
            Length(10, 500, lazy("Il faut de 10 à 500 caractères.")),
        ],
        render_kw={"maxlength": 500},
    )
    sure = BooleanField(
        lazy("J'ai compris qu'un projet retiré ne revient pas"),
        validators=[DataRequired(lazy("Cochez cette case après avoir relu."))],
    )


class StopForm(Form):
    """A suspension or a cancellation."""

    act = RadioField(
        lazy("Que faire"),
        choices=[
            ("suspend", lazy("Suspendre : elle pourra reprendre")),
            ("cancel", lazy("Annuler : elle ne reprendra pas")),
        ],
        validators=[InputRequired(lazy("Choisissez l'un des deux."))],
    )
    reason = TextAreaField(
        lazy("Pourquoi"),
        description=lazy("Cette raison est publique."),
        filters=[lines],
        validators=[
            DataRequired(lazy("Écrivez pourquoi.")),
            Length(10, 1000, lazy("Il faut de 10 à 1 000 caractères.")),
        ],
        render_kw={"maxlength": 1000},
    )
