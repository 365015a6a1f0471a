"""What a person may type about seats and mandates."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from wtforms import (
    BooleanField,
    DateField,
    EmailField,
    RadioField,
    SelectField,
    StringField,
    TelField,
)
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from civic.councils.queries import COLLEGE_NAMES
from civic.house.fields import an_address, line
from civic.house.i18n import lazy
from civic.house.web import Form
from civic.mandates.queries import END_NAMES
from civic.mandates.service import ENDINGS


def date_field(label: Any, **more: Any) -> DateField:
    """A day that must be given."""
    return DateField(
        label,
        validators=[InputRequired(lazy("Nous n'avons pas compris cette date."))],
        **more,
    )


class ProposeForm(Form):
    """Somebody to whom a seat is proposed. `neighbourhood` gets its choices from the view."""

    college = RadioField(
        lazy("Collège"),
        choices=list(COLLEGE_NAMES.items()),
        validators=[InputRequired(lazy("Choisissez un collège."))],
    )
    origin = RadioField(
        lazy("Comment cette personne arrive"),
        choices=[
            ("volunteer", lazy("Elle s'est portée volontaire")),
            ("designated", lazy("Une association ou une structure l'a désignée")),
        ],
        validators=[InputRequired(lazy("Choisissez une réponse."))],
    )
    source = StringField(
        lazy("Précisez"),
        description=lazy(
            "Le nom de l'association, ou la date de l'appel à volontaires. C'est public."
        ),
        filters=[line],
        validators=[DataRequired(lazy("Dites d'où vient cette personne.")), Length(max=200)],
        render_kw={"maxlength": 200},
    )
    first_names = StringField(
        lazy("Prénom"),
        filters=[line],
        validators=[DataRequired(lazy("Écrivez un prénom.")), Length(max=100)],
        render_kw={"maxlength": 100},
    )
    family_name = StringField(
        lazy("Nom de famille"),
        filters=[line],
        validators=[DataRequired(lazy("Écrivez un nom.")), Length(max=100)],
        render_kw={"maxlength": 100},
    )
    sex = RadioField(
        lazy("Sexe, pour la parité"),
        description=lazy("Comme la personne le déclare. « Non précisé » n'écarte personne."),
        choices=[("F", lazy("Femme")), ("M", lazy("Homme")), ("-", lazy("Non précisé"))],
        default="-",
        validators=[InputRequired(lazy("Choisissez une réponse."))],
    )
    neighbourhood = SelectField(
        lazy("Quartier où elle habite"),
        description=lazy("Obligatoire pour le collège des habitants."),
        coerce=str,
        validators=[Optional()],
    )
    email = EmailField(
        lazy("Adresse de courriel"),
        description=lazy("Pour lui envoyer les convocations."),
        filters=[line],
        validators=[Optional(), Length(max=254), an_address],
        render_kw={"maxlength": 254},
    )
    phone = TelField(
        lazy("Téléphone"),
        filters=[line],
        validators=[Optional(), Length(max=30)],
        render_kw={"maxlength": 30},
    )


class AnswerForm(Form):
    """The answer of somebody who was asked."""

    answer = RadioField(
        lazy("Réponse"),
        choices=[
            ("yes", lazy("Oui, accepte de siéger et signe la charte")),
            ("no", lazy("Non, refuse cette place")),
        ],
        validators=[InputRequired(lazy("Choisissez oui ou non."))],
    )
    name_shown = BooleanField(
        lazy("Accepte que son nom soit publié sur la page du conseil"),
        description=lazy("Sans cet accord, la page dit qu'un siège est occupé, sans dire par qui."),
    )
    on = date_field(lazy("Jour de la réponse"))


class MyAnswerForm(Form):
    """The same, answered by the person."""

    answer = RadioField(
        lazy("Voulez-vous siéger dans ce conseil"),
        choices=[
            ("yes", lazy("Oui, j'accepte et je m'engage à respecter le règlement du conseil")),
            ("no", lazy("Non, je laisse ma place")),
        ],
        validators=[InputRequired(lazy("Choisissez oui ou non."))],
    )
    name_shown = BooleanField(
        lazy("J'accepte que mon nom soit publié sur la page du conseil"),
        description=lazy("Vous pouvez siéger sans que votre nom soit publié."),
    )


class InstallForm(Form):
    """The installation of those who accepted."""

    on = date_field(
        lazy("Jour de l'installation"),
        description=lazy("Les mandats commencent ce jour-là, tous ensemble."),
    )
    prefect_order = StringField(
        lazy("Référence de l'arrêté préfectoral"),
        description=lazy("S'il y en a un : il n'est plus obligatoire."),
        filters=[line],
        validators=[Optional(), Length(max=200)],
        render_kw={"maxlength": 200},
    )
    prefect_order_on = DateField(lazy("Date de l'arrêté"), validators=[Optional()])


class EndForm(Form):
    """The end of a mandate, with its reason."""

    reason = RadioField(
        lazy("Pourquoi le mandat prend fin"),
        choices=[(code, END_NAMES[code]) for code in ENDINGS],
        validators=[InputRequired(lazy("Choisissez une raison."))],
    )
    heard = BooleanField(
        lazy("En cas d'exclusion : la personne a été entendue par le conseil"),
    )
    on = date_field(lazy("Premier jour sans mandat"))


def seats_form(seats: Sequence[Any], choices: list[tuple[str, Any]]) -> Any:
    """A form with one choice of neighbourhood for each of these seats (`seat_<id>`)."""
    fields = {
        f"seat_{seat.id}": SelectField(
            lazy("Siège %(n)s, %(rank)s", n=seat.number, rank=_rank(seat.rank)),
            choices=choices,
            coerce=str,
            default=str(seat.neighbourhood_id or ""),
            validators=[Optional()],
        )
        for seat in seats
    }
    return type("SeatsForm", (Form,), fields)()


def _rank(rank: str) -> Any:
    return lazy("titulaire") if rank == "titular" else lazy("suppléant")
