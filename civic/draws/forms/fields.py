"""Fields that several forms of the draws have, each said once."""

from __future__ import annotations

from typing import Any

from wtforms import DateField, EmailField, RadioField, StringField, TelField
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from civic.house.fields import an_address, line
from civic.house.i18n import lazy


def chosen() -> InputRequired:
    return InputRequired(lazy("Choisissez une réponse."))


def text(label: Any, wanted: Any, *, description: Any = "", most: int = 200) -> StringField:
    """A line that must be said, with the sentence that asks for it; with `wanted` None it may be
    left empty."""
    return StringField(
        label,
        description=description,
        filters=[line],
        validators=[
            Optional() if wanted is None else DataRequired(wanted),
            Length(max=most, message=lazy("Ce texte est trop long : raccourcissez-le.")),
        ],
        render_kw={"maxlength": most, "dir": "auto"},
    )


def email(label: Any, description: Any) -> EmailField:
    return EmailField(
        label,
        description=description,
        filters=[line],
        validators=[Optional(), Length(max=320), an_address],
    )


def phone(label: Any, description: Any) -> TelField:
    return TelField(
        label,
        description=description,
        filters=[line],
        validators=[Optional(), Length(max=30, message=lazy("30 signes au plus."))],
    )


def sex() -> RadioField:
    """Declared, never asked for: « non précisé » counts in no bound and excludes nobody."""
    return RadioField(
        lazy("Sexe"),
        choices=[("F", lazy("femme")), ("M", lazy("homme")), ("", lazy("non précisé"))],
        default="",
    )


def birth_date(label: Any) -> DateField:
    return DateField(
        label,
        description=lazy("Elle ne sert qu'au critère d'âge et à éviter les doublons."),
        validators=[Optional()],
    )
