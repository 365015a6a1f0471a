"""What a person may type about a council."""

from __future__ import annotations

from wtforms import (
    DateField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired, Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from civic.councils.models import KINDS, MODES, QUORUMS
from civic.councils.queries import (
    DEFAULT_NOTICE,
    KIND_NAMES,
    MODE_NAMES,
    QUORUM_SENTENCES,
    STATUS_NAMES,
)
from civic.house.fields import line, lines, number
from civic.house.i18n import lazy
from civic.house.web import Form


def optional_number(text: str | None) -> int | None:
    """What a select gives: a number, or nothing."""
    return int(text) if text and text.isascii() and text.isdigit() else None


class CouncilForm(Form):
    """A council's sheet. `neighbourhood_ids`, `organisation_id` and `host_organisation_id` get
    their choices from the view."""

    name = StringField(
        lazy("Nom du conseil"),
        description=lazy("Par exemple : « Conseil citoyen de Dutemple »."),
        filters=[line],
        validators=[
            DataRequired(lazy("Donnez un nom au conseil.")),
            Length(max=120, message=lazy("Ce nom dépasse 120 caractères : raccourcissez-le.")),
        ],
        render_kw={"maxlength": 120},
    )
    kind = RadioField(
        lazy("Sorte de conseil"),
        choices=[(code, KIND_NAMES[code]) for code in KINDS],
        default=KINDS[0],
        validators=[InputRequired(lazy("Choisissez une sorte de conseil."))],
    )
    neighbourhood_ids = SelectMultipleField(
        lazy("Quartiers couverts"),
        description=lazy("Un seul, ou plusieurs, même dans deux communes."),
        coerce=int,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        validators=[InputRequired(lazy("Choisissez au moins un quartier."))],
    )
    designation_mode = RadioField(
        lazy("Comment les membres habitants sont choisis"),
        choices=[(code, MODE_NAMES[code]) for code in MODES],
        default="draw",
        validators=[InputRequired(lazy("Choisissez une façon."))],
    )
    resident_seats = number(lazy("Habitants titulaires"), 1, 200)
    resident_substitutes = number(
        lazy("Habitants suppléants"),
        0,
        200,
        description=lazy("Vivement recommandés : ils remplacent celles et ceux qui partent."),
    )
    local_actor_seats = number(
        lazy("Acteurs locaux titulaires"),
        0,
        200,
        description=lazy(
            "Associations, commerces, professionnels du quartier : jamais plus que d'habitants."
        ),
    )
    local_actor_substitutes = number(lazy("Acteurs locaux suppléants"), 0, 200)
    term_months = number(
        lazy("Durée d'un mandat, en mois"), 6, 120, description=lazy("36 mois font trois ans.")
    )
    organisation_id = SelectField(
        lazy("Collectivité qui l'accompagne"), coerce=str, validators=[Optional()]
    )
    host_organisation_id = SelectField(
        lazy("Structure porteuse"),
        description=lazy("L'association qui porte le conseil, s'il n'en est pas une lui-même."),
        coerce=str,
        validators=[Optional()],
    )
    place = StringField(
        lazy("Lieu de réunion"),
        filters=[line],
        validators=[Optional(), Length(max=200)],
        render_kw={"maxlength": 200},
    )
    contact = StringField(
        lazy("Comment le joindre"),
        description=lazy(
            "Un téléphone, une adresse, une permanence. Pas les coordonnées "
            "personnelles d'un membre."
        ),
        filters=[line],
        validators=[Optional(), Length(max=200)],
        render_kw={"maxlength": 200},
    )
    presentation = TextAreaField(
        lazy("Présentation"),
        description=lazy("En quelques phrases simples."),
        filters=[lines],
        validators=[Optional(), Length(max=5000)],
        render_kw={"rows": 6, "maxlength": 5000},
    )
    parity_exception = TextAreaField(
        lazy("Si la parité ne peut pas être tenue : pourquoi"),
        description=lazy("Cette raison est publique. Laissez vide si la parité est possible."),
        filters=[lines],
        validators=[Optional(), Length(max=1000)],
        render_kw={"rows": 3, "maxlength": 1000},
    )


class MoveForm(Form):
    """A state of the council, with the reason when one is owed."""

    to = RadioField(lazy("Nouvel état"), validators=[InputRequired(lazy("Choisissez un état."))])
    note = StringField(
        lazy("Précision publique"),
        description=lazy("Obligatoire pour mettre en sommeil ou dissoudre."),
        filters=[line],
        validators=[Optional(), Length(max=200)],
        render_kw={"maxlength": 200},
    )

    def offer(self, moves: tuple[str, ...]) -> None:
        """Shows these states only."""
        self.to.choices = [(code, STATUS_NAMES[code]) for code in moves]


class RulesForm(Form):
    """The règlement that a council adopted."""

    adopted_on = DateField(
        lazy("Adopté le"),
        validators=[InputRequired(lazy("Nous n'avons pas compris cette date."))],
    )
    quorum = RadioField(
        lazy("Quorum"),
        description=lazy("Combien de membres doivent être là pour décider."),
        choices=[(code, QUORUM_SENTENCES[code]) for code in QUORUMS],
        default="half",
        validators=[InputRequired(lazy("Choisissez une règle."))],
    )
    notice_days = number(
        lazy("Délai de convocation, en jours"),
        0,
        90,
        default=DEFAULT_NOTICE,
        description=lazy("Combien de jours avant une réunion les membres reçoivent l'invitation."),
    )
    text = TextAreaField(
        lazy("Texte du règlement ou de la charte"),
        filters=[lines],
        validators=[
            DataRequired(lazy("Collez le texte du règlement.")),
            Length(max=60000, message=lazy("Ce texte dépasse 60 000 caractères.")),
        ],
        render_kw={"rows": 16, "maxlength": 60000},
    )
