"""What somebody drawn or invited says, by themselves or to who calls them: yes or no, and who they
are where a dwelling was drawn."""

from __future__ import annotations

from wtforms import BooleanField, HiddenField, RadioField, SelectField
from wtforms.validators import InputRequired

from civic.draws.forms.fields import birth_date, chosen, email, phone, sex, text
from civic.draws.models import CHANNELS, LEFT, OUTCOMES
from civic.draws.states import ANSWER_NAMES, CHANNEL_NAMES, OUTCOME_NAMES
from civic.house.fields import letter_code
from civic.house.i18n import lazy
from civic.house.web import Form

# --- noted by who contacts them ------------------------------------------------------------------


class AttemptForm(Form):
    """A letter, a call, a visit."""

    channel = SelectField(
        lazy("Comment"),
        choices=[(one, CHANNEL_NAMES[one]) for one in CHANNELS],
        validators=[chosen()],
    )
    outcome = SelectField(
        lazy("Résultat"),
        choices=[(one, OUTCOME_NAMES[one]) for one in OUTCOMES],
        validators=[chosen()],
    )


class AcceptForm(Form):
    """The person says yes; how to reach them, if they say so."""

    email = email(
        lazy("Adresse de courriel"), lazy("Seulement si la personne veut bien la donner.")
    )
    phone = phone(lazy("Téléphone"), lazy("Seulement si la personne veut bien le donner."))


class DoorForm(AcceptForm):
    """The same of an invitation; may the hall see their name?"""

    shows_name = BooleanField(
        lazy("Elle accepte que son nom soit montré dans la salle si elle est tirée au sort")
    )


class DwellingForm(DoorForm):
    """The same at a door that was drawn, where nobody's name was known. The view adds a choice
    for each free criterion."""

    first_names = text(lazy("Prénoms"), lazy("Écrivez le prénom."))
    family_name = text(lazy("Nom de famille"), lazy("Écrivez le nom."))
    sex = sex()
    birth_date = birth_date(lazy("Date de naissance"))
    tenant = BooleanField(lazy("Elle est locataire d'un bailleur"))


class LeaveForm(Form):
    """The person will not sit."""

    answer = RadioField(
        lazy("Réponse"),
        choices=[(one, ANSWER_NAMES[one]) for one in LEFT],
        validators=[InputRequired(lazy("Choisissez une réponse."))],
    )


# --- said by themselves, with the code of their letter -------------------------------------------


class CodeForm(Form):
    """The code of a letter."""

    code = letter_code()


class AnswerForm(Form):
    """Yes or no, by the person themselves."""

    code = HiddenField()
    answer = RadioField(
        lazy("Votre réponse"),
        choices=[("yes", lazy("Oui, j'accepte")), ("no", lazy("Non, je refuse"))],
        validators=[InputRequired(lazy("Choisissez oui ou non."))],
    )
    email = email(
        lazy("Votre adresse de courriel"),
        lazy("Si vous dites oui, et si vous voulez bien la donner."),
    )
    phone = phone(
        lazy("Votre téléphone"), lazy("Si vous dites oui, et si vous voulez bien le donner.")
    )


class InvitedForm(AnswerForm):
    """The same to an invitation: the panel is drawn in a hall, later."""

    shows_name = BooleanField(
        lazy("J'accepte que mon nom soit montré dans la salle si je suis tiré ou tirée au sort")
    )


class DoorAnswerForm(InvitedForm):
    """The same where a dwelling was drawn: who answers says who they are. The view adds a choice
    for each criterion that only the person can say."""

    first_names = text(lazy("Vos prénoms"), None)
    family_name = text(lazy("Votre nom de famille"), None)
    sex = sex()
    birth_date = birth_date(lazy("Votre date de naissance"))
    tenant = BooleanField(lazy("Je suis locataire d'un bailleur"))
