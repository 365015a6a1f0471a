"""What a person may type about référents."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

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

from civic.house.fields import line, lines, number
from civic.house.i18n import lazy
from civic.house.web import Form
from civic.referents.models import BODY_KINDS, METHODS
from civic.referents.queries import BODY_NAMES, END_NAMES, METHOD_NAMES
from civic.referents.service import ENDINGS


class BodyForm(Form):
    """A steering body. Organisations and neighbourhoods get their choices from the view."""

    name = StringField(
        lazy("Nom de l'instance"),
        filters=[line],
        validators=[DataRequired(lazy("Donnez un nom à l'instance.")), Length(max=150)],
        render_kw={"maxlength": 150},
    )
    kind = RadioField(
        lazy("Sorte d'instance"),
        choices=[(code, BODY_NAMES[code]) for code in BODY_KINDS],
        validators=[InputRequired(lazy("Choisissez une sorte d'instance."))],
    )
    organisation_id = SelectField(
        lazy("Qui la réunit"),
        coerce=str,
        validators=[InputRequired(lazy("Choisissez qui réunit l'instance."))],
    )
    neighbourhood_id = SelectField(
        lazy("Quartier dont elle parle"),
        description=lazy("Seulement si elle ne parle que d'un quartier."),
        coerce=str,
        validators=[Optional()],
    )
    total_seats = number(lazy("Nombre de places en tout"), 6, 300)
    council_seats = number(
        lazy("Dont places pour les conseils"),
        2,
        100,
        description=lazy("Deux par conseil, et un tiers des places au plus."),
    )
    purpose = TextAreaField(
        lazy("Ce qu'elle décide ou suit"),
        filters=[lines],
        validators=[Optional(), Length(max=3000)],
        render_kw={"rows": 4, "maxlength": 3000},
    )


class OpenForm(Form):
    """Councils are asked to designate. `council_ids` gets its choices from the view."""

    council_ids = SelectMultipleField(
        lazy("Conseils qui désignent"),
        description=lazy("Ceux dont les deux collèges ont des membres en fonction."),
        coerce=int,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        validators=[InputRequired(lazy("Choisissez au moins un conseil."))],
    )
    term_months = number(
        lazy("Durée, en mois"),
        3,
        72,
        default=24,
        description=lazy("Jamais plus longue que le mandat au conseil."),
    )
    candidates_until = DateField(
        lazy("Dernier jour pour se proposer"),
        validators=[InputRequired(lazy("Nous n'avons pas compris cette date."))],
    )


class CandidacyForm(Form):
    """A member who proposes themselves. `mandate` gets its choices from the view."""

    mandate = SelectField(
        lazy("Membre qui se propose"),
        description=lazy("Personne n'est candidat sans l'avoir dit."),
        coerce=str,
        validators=[InputRequired(lazy("Choisissez un membre."))],
    )


class MeetingChoiceForm(Form):
    """The meeting at which the council chooses."""

    meeting = SelectField(
        lazy("Réunion où le conseil choisit"),
        coerce=str,
        validators=[InputRequired(lazy("Choisissez une réunion."))],
    )


class EndForm(Form):
    """Why a référent stops."""

    reason = RadioField(
        lazy("Pourquoi cette personne arrête"),
        choices=[(code, END_NAMES[code]) for code in ENDINGS],
        validators=[InputRequired(lazy("Choisissez une raison."))],
    )


class DecideForm(Form):
    """What the council chose; each place gets its choices by `offer`."""

    method = RadioField(
        lazy("Comment le conseil a choisi"),
        description=lazy("Le conseil est libre de sa façon de choisir."),
        choices=[(code, METHOD_NAMES[code]) for code in METHODS],
        validators=[InputRequired(lazy("Choisissez comment le conseil a décidé."))],
    )
    residents_titular = SelectField(
        lazy("Titulaire, collège des habitants"),
        coerce=str,
        validators=[InputRequired(lazy("Choisissez une personne."))],
    )
    residents_substitute = SelectField(
        lazy("Suppléant ou suppléante, collège des habitants"),
        coerce=str,
        validators=[Optional()],
    )
    local_actors_titular = SelectField(
        lazy("Titulaire, collège des acteurs locaux"),
        coerce=str,
        validators=[InputRequired(lazy("Choisissez une personne."))],
    )
    local_actors_substitute = SelectField(
        lazy("Suppléant ou suppléante, collège des acteurs locaux"),
        coerce=str,
        validators=[Optional()],
    )
    minutes = TextAreaField(
        lazy("Procès-verbal"),
        description=lazy("Comment le choix s'est fait, et son résultat. Il est public : pas de "
                         "nom de personne non choisie."),
        filters=[lines],
        validators=[DataRequired(lazy("Écrivez le procès-verbal.")), Length(max=20000)],
        render_kw={"rows": 8, "maxlength": 20000},
    )  # fmt: skip

    def offer(self, candidates: Sequence[Any]) -> None:
        """Offers the candidates of each collège for its places."""
        for college in ("residents", "local_actors"):
            known = [(str(c.member.id), c.member.name) for c in candidates
                     if c.sits and c.member.college == college]  # fmt: skip
            getattr(self, f"{college}_titular").choices = [("", lazy("Choisissez")), *known]
            getattr(self, f"{college}_substitute").choices = [("", lazy("Aucune personne")), *known]

    def places(self) -> dict[tuple[str, str], int | None]:
        """The places as the verb wants them: (collège, rang) → mandate."""
        found: dict[tuple[str, str], int | None] = {}
        for college in ("residents", "local_actors"):
            for rank in ("titular", "substitute"):
                said = self.data[f"{college}_{rank}"]
                found[college, rank] = int(said) if said else None
        return found
