"""What somebody asks of a draw: what it is for, when chance comes, what was read aloud, why."""

from __future__ import annotations

from typing import Any

from wtforms import (
    BooleanField,
    DateField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
    TimeField,
)
from wtforms.validators import DataRequired, Length, ValidationError

from civic.councils.queries import COLLEGE_NAMES
from civic.draws.forms.fields import chosen
from civic.draws.states import CHANCE_NAMES
from civic.house.fields import line, lines, number
from civic.house.i18n import lazy
from civic.house.web import Form


def _near(_form: Any, field: Any) -> None:
    """A day that somebody may mean: typing errors such as the year 226 are said."""
    if field.data is not None and not 1990 <= field.data.year <= 2100:
        raise ValidationError(lazy("Vérifiez l'année."))


def _title() -> StringField:
    return StringField(
        lazy("Titre du tirage"),
        description=lazy("Par exemple : « Membres habitants du conseil citoyen de Dutemple »."),
        filters=[line],
        validators=[
            DataRequired(lazy("Donnez un titre.")),
            Length(max=160, message=lazy("Ce titre dépasse 160 lettres : raccourcissez-le.")),
        ],
        render_kw={"maxlength": 160},
    )


def _household() -> BooleanField:
    return BooleanField(
        lazy("Une personne par foyer au plus"),
        description=lazy(
            "Un foyer est une adresse avec son numéro de logement, sinon l'adresse et le nom de "
            "famille. Jamais l'adresse seule."
        ),
    )


def _reserve() -> IntegerField:
    return number(
        lazy("Taille de la réserve"),
        0,
        5000,
        description=lazy(
            "Combien de personnes sont classées derrière les personnes tirées, pour remplacer "
            "celles qui refusent. Comptez large : peu de personnes acceptent."
        ),
    )


class DrawForm(Form):
    """Opens a draw. `council` gets its choices from the view."""

    council = SelectField(lazy("Conseil"), coerce=int, validators=[chosen()])
    college = RadioField(
        lazy("Collège"),
        choices=list(COLLEGE_NAMES.items()),
        default="residents",
        validators=[chosen()],
    )
    title = _title()
    how = RadioField(
        lazy("Comment tirer"),
        choices=[
            ("invited", lazy("En deux étapes : inviter, puis tirer parmi les accords")),
            ("addresses", lazy("En deux étapes, à partir d'adresses")),
            ("direct", lazy("Directement sur les listes")),
        ],
        default="invited",
        validators=[chosen()],
    )
    seats = number(lazy("Combien de personnes faut-il tirer au sort"), 1, 500)
    reserve_size = _reserve()
    minimum_age = number(
        lazy("Âge minimum"),
        0,
        99,
        description=lazy("La loi ne fixe pas d'âge. 16 ans est courant."),
    )
    age_on = DateField(
        lazy("Âge compté à la date du"),
        validators=[DataRequired(lazy("Donnez une date.")), _near],
    )
    one_per_household = _household()


class PlanForm(Form):
    """Changes what a draw is for while nothing is frozen."""

    title = _title()
    seats = number(lazy("Combien de personnes faut-il tirer au sort"), 1, 500)
    reserve_size = _reserve()
    one_per_household = _household()


class AnnouncementForm(Form):
    """Asks for the freeze: when, where, and what will be read aloud."""

    session_day = DateField(
        lazy("Jour de la séance publique"),
        validators=[DataRequired(lazy("Donnez une date.")), _near],
    )
    session_hour = TimeField(
        lazy("Heure"), validators=[DataRequired(lazy("Donnez une heure, comme 18:30."))]
    )
    place = StringField(
        lazy("Lieu"),
        description=lazy("Ouvert à tous, et accessible."),
        filters=[line],
        validators=[DataRequired(lazy("Dites où.")), Length(max=160)],
        render_kw={"maxlength": 160},
    )
    chance = RadioField(
        lazy("Ce qui sera lu à voix haute"),
        choices=list(CHANCE_NAMES.items()),
        default="number",
        validators=[chosen()],
    )
    source = StringField(
        lazy("D'où viendra le hasard"),
        description=lazy(
            "Par exemple : « des dés à dix faces, un par chiffre, lancés par des personnes de la "
            "salle » ou « les cinq numéros du Loto du samedi 12 décembre »."
        ),
        filters=[line],
        validators=[DataRequired(lazy("Dites d'où viendra le hasard.")), Length(max=200)],
        render_kw={"maxlength": 200},
    )


class OrderForm(Form):
    """Asks for the order of the invitations: when chance comes, and from where."""

    session_day = DateField(
        lazy("Jour où le hasard sera connu"),
        validators=[DataRequired(lazy("Donnez une date.")), _near],
    )
    session_hour = TimeField(
        lazy("Heure"), validators=[DataRequired(lazy("Donnez une heure, comme 18:30."))]
    )
    source = StringField(
        lazy("D'où viendra le hasard"),
        description=lazy(
            "Par exemple : « les cinq numéros du Loto du samedi 12 décembre » ou « six dés à dix "
            "faces lancés devant deux témoins »."
        ),
        filters=[line],
        validators=[DataRequired(lazy("Dites d'où viendra le hasard.")), Length(max=200)],
        render_kw={"maxlength": 200},
    )


class ReadingForm(Form):
    """What was read aloud."""

    value = StringField(
        lazy("Ce qui a été lu à voix haute"),
        filters=[line],
        validators=[DataRequired(lazy("Tapez ce que vous avez entendu.")), Length(max=200)],
        render_kw={"maxlength": 200, "autocomplete": "off"},
    )


class ReasonForm(Form):
    """A reason that will be kept, or published."""

    reason = TextAreaField(
        lazy("Raison"),
        filters=[lines],
        validators=[
            DataRequired(lazy("Dites pourquoi.")),
            Length(max=600, message=lazy("600 lettres au plus.")),
        ],
        render_kw={"maxlength": 600},
    )
