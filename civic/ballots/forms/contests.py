"""What a person may type to contest a result, and the commission to answer."""

from __future__ import annotations

from collections.abc import Sequence

from wtforms import EmailField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from civic.ballots.queries.contests import OUTCOME_WORDS, REMEDY_WORDS, SUBJECT_WORDS
from civic.house.fields import an_address, line, lines
from civic.house.i18n import lazy
from civic.house.web import Form


class ContestForm(Form):
    """A contest of a result: who without an account, about what, and why."""

    about = RadioField(
        lazy("Ce que vous contestez"),
        choices=list(SUBJECT_WORDS.items()),
        validators=[InputRequired(lazy("Choisissez une des réponses."))],
    )
    which = SelectField(
        lazy("Quel lieu, ou quel projet"),
        description=lazy("Si c'est un lieu de vote ou un projet."),
        validators=[Optional()],
        default="",
    )
    text = TextAreaField(
        lazy("Ce qui s'est passé, et ce que vous demandez"),
        description=lazy(
            "La commission du vote le publie après l'avoir relu. N'y mettez le nom de personne."
        ),
        filters=[lines],
        validators=[
            DataRequired(lazy("Écrivez ce qui s'est passé.")),
            Length(20, 4000, lazy("Il faut de 20 à 4 000 caractères.")),
        ],
        render_kw={"maxlength": 4000},
    )
    name = StringField(
        lazy("Votre nom"),
        description=lazy("Il n'est jamais publié."),
        filters=[line],
        validators=[
            DataRequired(lazy("Écrivez votre nom.")),
            Length(3, 200, lazy("Il faut de 3 à 200 caractères.")),
        ],
        render_kw={"autocomplete": "name", "maxlength": 200},
    )
    email = EmailField(
        lazy("Votre adresse de courriel"),
        description=lazy("Pour vous répondre. Elle est effacée avec l'urne."),
        filters=[line],
        validators=[
            DataRequired(lazy("Écrivez une adresse.")),
            an_address,
        ],
        render_kw={"maxlength": 254, "autocomplete": "email"},
    )

    def ask(self, *, signed_in: bool, things: Sequence[str]) -> None:
        """Offers these places and projects; a name and an address only of somebody unknown."""
        self.which.choices = [("", "–"), *((one, one) for one in things)]
        if signed_in:
            del self.name, self.email


class NotedContestForm(ContestForm):
    """The same, written down at the desk for somebody who came there: an address or none."""

    name = StringField(
        lazy("Le nom de la personne"),
        description=lazy("Il n'est jamais publié."),
        filters=[line],
        validators=[
            DataRequired(lazy("Écrivez le nom de la personne.")),
            Length(3, 200, lazy("Il faut de 3 à 200 caractères.")),
        ],
        render_kw={"autocomplete": "off", "maxlength": 200},
    )
    email = EmailField(
        lazy("Son adresse de courriel, si elle en a une"),
        description=lazy("Pour lui répondre. Elle est effacée avec l'urne."),
        filters=[line],
        validators=[Optional(), an_address],
        render_kw={"maxlength": 254, "autocomplete": "off"},
    )


class PublishContestForm(Form):
    """What is published of a contest."""

    public_text = TextAreaField(
        lazy("Le texte publié"),
        description=lazy("Retirez les noms, les adresses et tout ce qui désigne quelqu'un."),
        filters=[lines],
        validators=[Length(max=4000, message=lazy("4 000 caractères au plus."))],
        render_kw={"maxlength": 4000},
    )
    withheld = StringField(
        lazy("Ou : pourquoi rien n'en est publié"),
        description=lazy("Par exemple : propos injurieux. Le registre le dira."),
        filters=[line],
        validators=[Length(max=500, message=lazy("500 caractères au plus."))],
        render_kw={"maxlength": 500},
    )


class AnswerContestForm(Form):
    """The commission's answer."""

    outcome = RadioField(
        lazy("La réponse"),
        choices=list(OUTCOME_WORDS.items()),
        validators=[InputRequired(lazy("Choisissez une réponse."))],
    )
    remedy = RadioField(
        lazy("Ce qui suit"),
        choices=list(REMEDY_WORDS.items()),
        default="none",
        validators=[InputRequired(lazy("Choisissez ce qui suit."))],
    )
    answer = TextAreaField(
        lazy("Pourquoi"),
        description=lazy("Publié, et envoyé à la personne. N'y mettez le nom de personne."),
        filters=[lines],
        validators=[
            DataRequired(lazy("Écrivez pourquoi : la réponse est publique.")),
            Length(20, 4000, lazy("Il faut de 20 à 4 000 caractères.")),
        ],
        render_kw={"maxlength": 4000},
    )
