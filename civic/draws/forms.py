"""What a person may type about a draw."""

from __future__ import annotations

from typing import Any

from flask_wtf.file import FileRequired
from wtforms import (
    BooleanField,
    DateField,
    EmailField,
    FileField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TelField,
    TextAreaField,
    TimeField,
)
from wtforms.validators import (
    DataRequired,
    Email,
    InputRequired,
    Length,
    Optional,
    ValidationError,
)

from civic.councils.queries import COLLEGE_NAMES
from civic.draws.models import CHANNELS, LEFT, OUTCOMES
from civic.draws.reading import KINDS
from civic.draws.states import ANSWER_NAMES, CHANCE_NAMES, CHANNEL_NAMES, OUTCOME_NAMES
from civic.house.fields import an_address, line, lines, number
from civic.house.i18n import lazy
from civic.house.web import Form


def _chosen() -> InputRequired:
    return InputRequired(lazy("Choisissez une réponse."))


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

    council = SelectField(lazy("Conseil"), coerce=int, validators=[_chosen()])
    college = RadioField(
        lazy("Collège"),
        choices=list(COLLEGE_NAMES.items()),
        default="residents",
        validators=[_chosen()],
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
        validators=[_chosen()],
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


class UploadForm(Form):
    """Sends a list. `municipality` gets its choices from the view."""

    municipality = SelectField(
        lazy("Commune responsable du fichier"),
        coerce=int,
        validators=[_chosen()],
        description=lazy("Elle répond de l'usage de ces noms, pour ce tirage seulement."),
    )
    kind = RadioField(
        lazy("Sorte de liste"),
        choices=[(key, name) for key, name in KINDS.items() if key != "dwellings"],
        default="electoral",
        validators=[_chosen()],
    )
    label = StringField(
        lazy("Nom de la liste, tel qu'il sera publié"),
        description=lazy("Par exemple : « Liste électorale de Valenciennes, janvier »."),
        filters=[line],
        validators=[
            DataRequired(lazy("Donnez un nom à cette liste.")),
            Length(max=120, message=lazy("Ce nom dépasse 120 lettres : raccourcissez-le.")),
        ],
        render_kw={"maxlength": 120},
    )
    convention = StringField(
        lazy("Convention ou accord"),
        description=lazy(
            "Pour une liste qui ne vient pas de la commune : l'accord qui permet de l'utiliser."
        ),
        filters=[line],
        validators=[Length(max=200, message=lazy("200 lettres au plus."))],
        render_kw={"maxlength": 200},
    )
    file = FileField(
        lazy("Fichier"),
        description=lazy(
            "CSV ou .xlsx, avec les noms des colonnes sur la première ligne. Rien n'est chargé "
            "avant que vous ayez vu et confirmé."
        ),
        validators=[FileRequired(lazy("Choisissez un fichier."))],
        render_kw={"accept": ".csv,.txt,.xlsx"},
    )


class CheckedForm(Form):
    """Declares the lists checked."""

    without_unmatched = BooleanField(
        lazy("Continuer sans les personnes dont l'adresse n'est pas reconnue")
    )


class DecisionForm(Form):
    """Says who a doubtful line is; one button an answer."""


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
        validators=[_chosen()],
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


class DoorForm(Form):
    """Somebody accepts an invitation: how to reach them, and may the hall see their name."""

    email = EmailField(
        lazy("Adresse électronique"),
        description=lazy("Seulement si la personne veut bien la donner."),
        filters=[line],
        validators=[Optional(), an_address],
    )
    phone = TelField(
        lazy("Téléphone"),
        description=lazy("Seulement si la personne veut bien le donner."),
        filters=[line],
        validators=[Length(max=30, message=lazy("30 signes au plus."))],
    )
    shows_name = BooleanField(
        lazy("Elle accepte que son nom soit montré dans la salle si elle est tirée au sort")
    )


class DwellingForm(DoorForm):
    """The same at a door that was drawn, where nobody's name was known. The view adds a choice
    for each free criterion."""

    first_names = StringField(
        lazy("Prénoms"),
        filters=[line],
        validators=[DataRequired(lazy("Écrivez le prénom.")), Length(max=200)],
        render_kw={"maxlength": 200},
    )
    family_name = StringField(
        lazy("Nom de famille"),
        filters=[line],
        validators=[DataRequired(lazy("Écrivez le nom.")), Length(max=200)],
        render_kw={"maxlength": 200},
    )
    sex = RadioField(
        lazy("Sexe"),
        choices=[("F", lazy("femme")), ("M", lazy("homme")), ("", lazy("non précisé"))],
        default="",
    )
    birth_date = DateField(
        lazy("Date de naissance"),
        description=lazy("Elle ne sert qu'au critère d'âge et à éviter les doublons."),
        validators=[Optional()],
    )
    tenant = BooleanField(lazy("Elle est locataire d'un bailleur"))


class ReadingForm(Form):
    """What was read aloud."""

    value = StringField(
        lazy("Ce qui a été lu à voix haute"),
        filters=[line],
        validators=[DataRequired(lazy("Tapez ce que vous avez entendu.")), Length(max=200)],
        render_kw={"maxlength": 200, "autocomplete": "off"},
    )


class AttemptForm(Form):
    """A letter, a call, a visit."""

    channel = SelectField(
        lazy("Comment"),
        choices=[(one, CHANNEL_NAMES[one]) for one in CHANNELS],
        validators=[_chosen()],
    )
    outcome = SelectField(
        lazy("Résultat"),
        choices=[(one, OUTCOME_NAMES[one]) for one in OUTCOMES],
        validators=[_chosen()],
    )


class AcceptForm(Form):
    """The person says yes; how to reach them, if they say so."""

    email = EmailField(
        lazy("Adresse électronique"),
        description=lazy("Seulement si la personne veut bien la donner."),
        filters=[line],
        validators=[
            Optional(),
            Length(max=320),
            Email(lazy("Cette adresse n'est pas complète : il faut un @ et un domaine.")),
        ],
    )
    phone = TelField(
        lazy("Téléphone"),
        description=lazy("Seulement si la personne veut bien le donner."),
        filters=[line],
        validators=[Optional(), Length(max=30, message=lazy("30 signes au plus."))],
    )


class LeaveForm(Form):
    """The person will not sit."""

    answer = RadioField(
        lazy("Réponse"),
        choices=[(one, ANSWER_NAMES[one]) for one in LEFT],
        validators=[InputRequired(lazy("Choisissez une réponse."))],
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
