"""What a person may type about letters, answers by code, proofs and replacement draws."""

from __future__ import annotations

from typing import Any

from wtforms import (
    BooleanField,
    DateField,
    EmailField,
    HiddenField,
    RadioField,
    StringField,
    TelField,
)
from wtforms.validators import DataRequired, Email, InputRequired, Length, Optional

from civic.house.fields import line
from civic.house.i18n import lazy
from civic.house.web import Form


def _text(label: Any, wanted: Any, *, description: Any, most: int = 200) -> StringField:
    return StringField(
        label,
        description=description,
        filters=[line],
        validators=[
            DataRequired(wanted),
            Length(max=most, message=lazy("Ce texte est trop long : raccourcissez-le.")),
        ],
        render_kw={"maxlength": most},
    )


class SheetForm(Form):
    """What all letters of a draw say."""

    phone = _text(
        lazy("Numéro à appeler pour répondre"),
        lazy("Donnez un numéro de téléphone."),
        description=lazy("Par exemple : « 03 27 00 00 00, du lundi au vendredi, de 9 h à 17 h »."),
    )
    bring_to = _text(
        lazy("Où déposer ou renvoyer le coupon"),
        lazy("Dites où."),
        description=lazy("Une adresse complète, ouverte au public."),
    )
    helpers = _text(
        lazy("Qui peut aider à répondre"),
        lazy("Dites qui peut aider."),
        description=lazy(
            "Par exemple : « les médiateurs de la maison de quartier, le mercredi après-midi »."
        ),
    )
    privacy_contact = _text(
        lazy("À qui écrire pour ses données personnelles"),
        lazy("Donnez une adresse."),
        description=lazy("Le délégué ou la déléguée à la protection des données de la commune."),
    )


class PickForm(Form):
    """One button about one person or one list."""

    which = HiddenField()


class CodeForm(Form):
    """The code of a letter."""

    code = StringField(
        lazy("Le code de votre lettre"),
        description=lazy(
            "Seize signes en quatre groupes, par exemple 7KQM-4HTZ-9WXP-2RV8. Majuscules ou "
            "minuscules, avec ou sans tirets."
        ),
        filters=[line],
        validators=[
            DataRequired(lazy("Tapez le code imprimé sur votre lettre.")),
            Length(max=60, message=lazy("Ce code est trop long : il a seize signes.")),
        ],
        render_kw={
            "autocomplete": "off",
            "autocapitalize": "characters",
            "spellcheck": "false",
            "maxlength": 60,
        },
    )


class AnswerForm(Form):
    """Yes or no, by the person themselves."""

    code = HiddenField()
    answer = RadioField(
        lazy("Votre réponse"),
        choices=[("yes", lazy("Oui, j'accepte")), ("no", lazy("Non, je refuse"))],
        validators=[InputRequired(lazy("Choisissez oui ou non."))],
    )
    email = EmailField(
        lazy("Votre adresse électronique"),
        description=lazy("Si vous dites oui, et si vous voulez bien la donner."),
        filters=[line],
        validators=[
            Optional(),
            Length(max=320),
            Email(lazy("Cette adresse n'est pas complète : il faut un @ et un domaine.")),
        ],
    )
    phone = TelField(
        lazy("Votre téléphone"),
        description=lazy("Si vous dites oui, et si vous voulez bien le donner."),
        filters=[line],
        validators=[Optional(), Length(max=30, message=lazy("30 signes au plus."))],
    )


class InvitedForm(AnswerForm):
    """The same to an invitation: the panel is drawn in a hall, later."""

    shows_name = BooleanField(
        lazy("J'accepte que mon nom soit montré dans la salle si je suis tiré ou tirée au sort")
    )


class DoorAnswerForm(InvitedForm):
    """The same where a dwelling was drawn: who answers says who they are. The view adds a choice
    for each criterion that only the person can say."""

    first_names = StringField(
        lazy("Vos prénoms"), filters=[line], validators=[Optional(), Length(max=200)]
    )
    family_name = StringField(
        lazy("Votre nom de famille"), filters=[line], validators=[Optional(), Length(max=200)]
    )
    sex = RadioField(
        lazy("Sexe"),
        choices=[("F", lazy("femme")), ("M", lazy("homme")), ("", lazy("non précisé"))],
        default="",
    )
    birth_date = DateField(
        lazy("Votre date de naissance"),
        description=lazy("Elle ne sert qu'au critère d'âge et à éviter les doublons."),
        validators=[Optional()],
    )
    tenant = BooleanField(lazy("Je suis locataire d'un bailleur"))


class SeekForm(Form):
    """Who stands at the desk and asks whether they were in the lists."""

    family = _text(
        lazy("Nom de famille"),
        lazy("Écrivez le nom de famille."),
        description=lazy("De naissance ou d'usage, comme sur la pièce d'identité."),
        most=100,
    )
    born = DateField(
        lazy("Date de naissance"),
        description=lazy("Vide si la liste n'a pas de dates : le nom seul est alors cherché."),
        validators=[Optional()],
    )
    seen = BooleanField(
        lazy("J'ai vu une pièce d'identité de cette personne"),
        validators=[InputRequired(lazy("Regardez d'abord la pièce d'identité."))],
    )


class OathForm(Form):
    """An observer takes the sealed file with them."""

    oath = BooleanField(
        lazy(
            "Sous serment, je garde ce fichier pour moi : il me sert à vérifier ce tirage, et à "
            "rien d'autre. Je l'efface ensuite."
        ),
        validators=[InputRequired(lazy("Cochez la case pour recevoir le fichier."))],
    )
