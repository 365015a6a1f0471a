"""What a person may type about their account."""

from __future__ import annotations

from typing import Any

from wtforms import BooleanField, EmailField, PasswordField, SelectField, StringField
from wtforms.validators import DataRequired, EqualTo, InputRequired, Length

from civic.accounts.passwords import LONGEST, SHORTEST
from civic.house.access import Role
from civic.house.fields import an_address, line
from civic.house.i18n import lazy
from civic.house.web import Form
from civic.people.queries import ROLE_NAMES


def email_field() -> EmailField:
    """An e-mail address."""
    return EmailField(
        lazy("Adresse de courriel"),
        filters=[line],
        validators=[DataRequired(lazy("Écrivez votre adresse de courriel.")), an_address],
        render_kw={"autocomplete": "email", "maxlength": 254},
    )


def name_field(label: Any, autocomplete: str) -> StringField:
    """A first or family name."""
    return StringField(
        label,
        filters=[line],
        validators=[
            DataRequired(lazy("Ce champ est vide : écrivez ce nom.")),
            Length(max=100, message=lazy("Ce nom dépasse 100 caractères : raccourcissez-le.")),
        ],
        render_kw={"autocomplete": autocomplete, "maxlength": 100},
    )


def new_password_field(label: Any = None) -> PasswordField:
    """A password to be chosen."""
    return PasswordField(
        label or lazy("Mot de passe"),
        description=lazy(
            "Au moins 12 caractères. Une phrase que vous retenez vaut mieux qu'un mot compliqué."
        ),
        validators=[
            InputRequired(lazy("Choisissez un mot de passe.")),
            Length(
                SHORTEST,
                LONGEST,
                lazy("Il faut de 12 à 200 caractères : allongez votre mot de passe."),
            ),
        ],
        render_kw={"autocomplete": "new-password", "maxlength": LONGEST},
    )


def password_field(label: Any = None) -> PasswordField:
    """The password of now."""
    return PasswordField(
        label or lazy("Mot de passe"),
        validators=[InputRequired(lazy("Écrivez votre mot de passe.")), Length(max=LONGEST)],
        render_kw={"autocomplete": "current-password", "maxlength": LONGEST},
    )


class SignInForm(Form):
    """Address and password."""

    email = email_field()
    password = password_field()


class SignUpForm(Form):
    """A new account."""

    first_names = name_field(lazy("Prénom"), "given-name")
    family_name = name_field(lazy("Nom de famille"), "family-name")
    email = email_field()
    password = new_password_field()
    agreed = BooleanField(
        lazy("J'ai lu comment mes données sont utilisées"),
        validators=[DataRequired(lazy("Cochez cette case pour continuer."))],
    )


class AskResetForm(Form):
    """Which account has a forgotten password."""

    email = email_field()


class NewPasswordForm(Form):
    """A password chosen from a mailed link."""

    password = new_password_field(lazy("Nouveau mot de passe"))
    again = PasswordField(
        lazy("Le même, encore une fois"),
        validators=[EqualTo("password", lazy("Les deux mots de passe sont différents."))],
        render_kw={"autocomplete": "new-password"},
    )


class ChangePasswordForm(NewPasswordForm):
    """A password changed by somebody signed in."""

    old = password_field(lazy("Mot de passe actuel"))


class LanguageForm(Form):
    """The language of pages and mails."""

    language = SelectField(
        lazy("Langue des pages et des courriels"),
        choices=[("fr", "Français"), ("ar", "العربية"), ("en", "English")],
    )


class EraseForm(Form):
    """Erasing one's own account."""

    password = password_field()
    sure = BooleanField(
        lazy("Je veux effacer mon compte, et je sais que c'est définitif"),
        validators=[DataRequired(lazy("Cochez cette case pour confirmer."))],
    )


class InviteForm(Form):
    """An invitation to hold a role."""

    first_names = name_field(lazy("Prénom"), "off")
    family_name = name_field(lazy("Nom de famille"), "off")
    email = email_field()
    role = SelectField(
        lazy("Rôle"),
        choices=[(role.value, name) for role, name in ROLE_NAMES.items()],
        coerce=Role,
    )
    unit = SelectField(lazy("Pour"))
    organisation = SelectField(lazy("Organisation"), coerce=int)
