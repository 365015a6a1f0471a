"""What a person may type to annul a vote."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from wtforms import DateField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from civic.ballots.queries import GROUND_WORDS
from civic.house.fields import line, lines
from civic.house.i18n import _, lazy
from civic.house.web import Form


class AnnulForm(Form):
    """The act that annuls a vote."""

    ground = RadioField(
        lazy("Qui annule ce vote"),
        choices=[],
        validators=[InputRequired(lazy("Choisissez qui annule ce vote."))],
    )
    contest = SelectField(
        lazy("La contestation admise"),
        description=lazy("Si c'est la commission du vote. L'acte y répond."),
        validators=[Optional()],
        coerce=int,
        default=0,
    )
    decided_by = StringField(
        lazy("Nom et qualité de qui décide"),
        description=lazy("Publiés. Par exemple : Amina Roux, maire ; tribunal administratif de "
                         "Lille. Inutile si c'est la commission."),
        filters=[line],
        validators=[Length(max=200, message=lazy("200 caractères au plus."))],
        render_kw={"maxlength": 200},
    )  # fmt: skip
    reference = StringField(
        lazy("Numéro de l'acte ou du jugement"),
        description=lazy("Publié. Inutile si c'est la commission."),
        filters=[line],
        validators=[Length(max=200, message=lazy("200 caractères au plus."))],
        render_kw={"maxlength": 200},
    )
    decided_on = DateField(
        lazy("Décidé le"),
        validators=[InputRequired(lazy("Écrivez la date : jour, mois, année."))],
    )
    reason = TextAreaField(
        lazy("Pourquoi"),
        description=lazy("Publié, et envoyé aux personnes qui pouvaient voter. N'y mettez le nom "
                         "de personne."),
        filters=[lines],
        validators=[
            DataRequired(lazy("Écrivez pourquoi : l'acte est public.")),
            Length(20, 4000, lazy("Il faut de 20 à 4 000 caractères.")),
        ],
        render_kw={"maxlength": 4000},
    )  # fmt: skip

    def ask(self, *, of_commission: bool, contests: Sequence[int]) -> None:
        """Offers the contests, and their ground to the commission only."""
        on_contest = of_commission and bool(contests)
        self.ground.choices = [
            one for one in GROUND_WORDS.items() if one[0] != "contest" or on_contest
        ]
        self.contest.choices = [
            (0, "–"), *((one, _("Contestation %(number)s", number=one)) for one in contests)
        ]  # fmt: skip
        if not on_contest:
            del self.contest

    @property
    def day(self) -> date:
        """The day of a valid form."""
        found = self.decided_on.data
        assert isinstance(found, date)
        return found
