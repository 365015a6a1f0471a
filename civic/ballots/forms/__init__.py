"""What a person may type about a vote."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask_wtf.file import FileField, FileRequired
from wtforms import (
    BooleanField,
    DateField,
    EmailField,
    HiddenField,
    RadioField,
    StringField,
    TelField,
)
from wtforms.validators import DataRequired, InputRequired, Length, ValidationError

from civic.house.fields import an_address, letter_code, line
from civic.house.i18n import lazy
from civic.house.web import Form

OLDEST = 120
"""Years; an older birth date is a slip."""


def _name_field(label: Any) -> StringField:
    return StringField(
        label,
        filters=[line],
        validators=[
            DataRequired(lazy("Ce champ est vide : écrivez ce nom.")),
            Length(max=100, message=lazy("Ce nom dépasse 100 caractères : raccourcissez-le.")),
        ],
        render_kw={"autocomplete": "off", "maxlength": 100},
    )


def _born_field() -> DateField:
    return DateField(
        lazy("Date de naissance"),
        validators=[
            InputRequired(lazy("Écrivez la date de naissance : jour, mois, année.")),
            _plausible,
        ],
    )


def _plausible(_form: Any, field: Any) -> None:
    today = date.today()  # noqa: DTZ011 - a bound on typing mistakes, not a decision
    if field.data is None:
        raise ValidationError(lazy("Nous n'avons pas compris cette date."))
    if not today.year - OLDEST <= field.data.year or field.data > today:
        raise ValidationError(lazy("Cette date de naissance n'est pas possible. Vérifiez l'année."))


def day(field: Any) -> date:
    """The day that a valid, required date field says."""
    found = field.data
    assert isinstance(found, date)
    return found


class CodeForm(Form):
    """The code of a letter."""

    code = letter_code()


class ReceiptForm(Form):
    """The number of a receipt."""

    number = StringField(
        lazy("Le numéro de votre reçu"),
        description=lazy("Seize signes en quatre groupes, imprimés sur le reçu."),
        filters=[line],
        validators=[
            DataRequired(lazy("Tapez le numéro du reçu.")),
            Length(max=60, message=lazy("Ce numéro est trop long : il a seize signes.")),
        ],
        render_kw={"autocomplete": "off", "spellcheck": "false", "maxlength": 60},
    )


class MailForm(Form):
    """Where the receipt goes."""

    email = EmailField(
        lazy("Votre adresse de courriel"),
        filters=[line],
        validators=[
            DataRequired(lazy("Écrivez l'adresse où envoyer le reçu.")),
            an_address,
        ],
        render_kw={"maxlength": 254, "autocomplete": "email"},
    )


class KioskForm(Form):
    """This machine becomes a shared one."""

    place = StringField(
        lazy("Lieu de vote"),
        filters=[line],
        validators=[
            DataRequired(lazy("Écrivez le nom du lieu de vote.")),
            Length(max=60, message=lazy("Ce nom de lieu dépasse 60 caractères.")),
        ],
        render_kw={"maxlength": 60},
    )
    seconds = RadioField(
        lazy("Tout effacer après"),
        choices=[
            ("60", lazy("1 minute sans un geste")),
            ("120", lazy("2 minutes sans un geste")),
            ("300", lazy("5 minutes sans un geste")),
        ],
        default="120",
        validators=[InputRequired(lazy("Choisissez une durée."))],
    )


class OwnGroup:
    """A form's part that asks for a person's neighbourhood; `ask` says among which, or not to."""

    group = RadioField(
        lazy("Votre quartier"),
        description=lazy("Celui où vous habitez : vous choisissez parmi ses projets."),
        choices=[],
        validators=[InputRequired(lazy("Choisissez votre quartier."))],
    )

    def ask(self: Any, groups: Sequence[str]) -> None:
        """Offers these neighbourhoods; without any, the question is not asked."""
        if groups:
            self.group.choices = [(one, one) for one in groups]
        else:
            del self.group


class ClaimForm(OwnGroup, Form):
    """Asking for one's right with an account."""

    born = _born_field()
    honour = BooleanField(
        lazy("J'habite le territoire de ce vote, et je ne vote qu'une fois."),
        validators=[DataRequired(lazy("Cochez cette case si c'est vrai : elle vaut signature."))],
    )


class PhoneClaimForm(ClaimForm):
    """The same with a code sent to a phone."""

    phone = TelField(
        lazy("Téléphone portable"),
        description=lazy("Par exemple 06 12 34 56 78. Le site n'en garde qu'une empreinte."),
        filters=[line],
        validators=[
            DataRequired(lazy("Écrivez votre numéro : le code y est envoyé.")),
            Length(max=30, message=lazy("Ce numéro est trop long : vérifiez-le.")),
        ],
        render_kw={"autocomplete": "tel", "maxlength": 30},
    )
    sms_code = StringField(
        lazy("Le code reçu par SMS"),
        description=lazy("Six chiffres. Il vaut dix minutes et ne sert qu'une fois."),
        filters=[line],
        validators=[Length(max=12, message=lazy("Ce code a six chiffres."))],
        render_kw={"autocomplete": "one-time-code", "inputmode": "numeric", "maxlength": 12},
    )


class DeskForm(Form):
    """A person at the desk, whose identity was seen."""

    family = _name_field(lazy("Nom de famille"))
    first = _name_field(lazy("Prénoms"))
    born = _born_field()
    place = HiddenField(validators=[Length(max=12)])
    homonym = StringField(
        lazy("Une autre personne a le même nom et la même date : qu'avez-vous vu"),
        description=lazy("Seulement dans ce cas, sans le nom. La commission du vote décide."),
        filters=[line],
        validators=[Length(max=200, message=lazy("Ce motif dépasse 200 caractères."))],
    )
    seen = BooleanField(
        lazy("J'ai vu une pièce d'identité, et la personne habite le territoire du vote."),
        validators=[DataRequired(lazy("Cochez cette case après avoir vu la pièce d'identité."))],
    )


class RightForm(Form):
    """One button about one voting right."""

    right = HiddenField(validators=[DataRequired(), Length(max=22)])
    place = HiddenField(validators=[Length(max=12)])


class PlacedForm(OwnGroup, RightForm):
    """Noting somebody's neighbourhood at the desk."""

    group = RadioField(
        lazy("Son quartier"),
        choices=[],
        validators=[InputRequired(lazy("Choisissez un quartier de la liste."))],
    )
    proof = BooleanField(
        lazy("J'ai vu un justificatif de domicile dans ce quartier."),
        validators=[DataRequired(lazy("Cochez cette case après avoir vu le justificatif."))],
    )


class RevokeForm(RightForm):
    """Taking a right away."""

    reason = StringField(
        lazy("Motif du retrait"),
        description=lazy("Public : il paraît au procès-verbal et dans l'archive. Aucun nom."),
        filters=[line],
        validators=[
            DataRequired(lazy("Écrivez pourquoi ce droit est retiré.")),
            Length(max=500, message=lazy("Ce motif dépasse 500 caractères.")),
        ],
    )


class UndoPaperForm(RightForm):
    """Taking back an émargement on paper noted by mistake."""

    reason = StringField(
        lazy("Pourquoi"),
        description=lazy("Public : il paraît au procès-verbal. Aucun nom. Par exemple : erreur "
                         "d'accueil, la personne suivante avait été cherchée."),
        filters=[line],
        validators=[
            DataRequired(lazy("Écrivez pourquoi cet émargement est annulé.")),
            Length(max=500, message=lazy("Ce motif dépasse 500 caractères.")),
        ],
    )  # fmt: skip


class AppointForm(Form):
    """Who joins the commission of this vote."""

    email = EmailField(
        lazy("Adresse de courriel de son compte"),
        filters=[line],
        validators=[
            DataRequired(lazy("Écrivez l'adresse de courriel de cette personne.")),
            Length(max=254, message=lazy("Cette adresse est trop longue : vérifiez-la.")),
        ],
        render_kw={"maxlength": 254, "autocomplete": "off"},
    )


class KeyForm(Form):
    """The commission's public key."""

    key = FileField(
        lazy("La clé publique de la commission (cle-publique.json)"),
        validators=[FileRequired(lazy("Choisissez un fichier."))],
    )


class OpenedForm(Form):
    """What a member found on the commission's machine."""

    opened = FileField(
        lazy("Le fichier fait par « civic urn open »"),
        validators=[FileRequired(lazy("Choisissez un fichier."))],
    )
