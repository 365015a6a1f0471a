"""What an agent or an élu may type about an act."""

from __future__ import annotations

import re
from typing import Any

from wtforms import (
    DateField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import (
    DataRequired,
    InputRequired,
    Length,
    NumberRange,
    Optional,
    ValidationError,
)

from civic.decisions.queries import KIND_WORDS, MILESTONE_WORDS, OUTCOME_WORDS
from civic.decisions.service import ActText, Target
from civic.house.fields import EurosField, line, lines
from civic.house.i18n import lazy
from civic.house.web import Form, said


def _short(label: Any, most: int, *, required: Any = None, description: Any = "") -> StringField:
    first = [DataRequired(required)] if required else [Optional()]
    return StringField(
        label,
        description=description,
        filters=[line],
        validators=[*first, Length(max=most, message=lazy("Ce texte est trop long."))],
        render_kw={"maxlength": most},
    )


def _count(label: Any) -> IntegerField:
    return IntegerField(
        label,
        validators=[
            Optional(),
            NumberRange(0, 1000, message=lazy("Il faut un nombre entier de 0 à 1000.")),
        ],
    )


def _code(_form: Any, field: Any) -> None:
    if not re.fullmatch(r"\d{1,2}(\.\d{1,2}){0,2}", said(field), re.ASCII) or len(said(field)) > 6:
        raise ValidationError(lazy("Un code de matière ressemble à 7.10."))


class ActForm(Form):
    """An act as an agent writes it down."""

    organisation = SelectField(
        lazy("Collectivité ou bailleur"),
        coerce=int,
        validators=[InputRequired(lazy("Choisissez la collectivité ou le bailleur."))],
    )
    authority = _short(
        lazy("Qui a pris l'acte"),
        200,
        required=lazy("Écrivez qui a pris l'acte."),
        description=lazy("Par exemple : Conseil municipal de Valenciennes."),
    )
    kind = RadioField(
        lazy("Nature de l'acte"), choices=list(KIND_WORDS.items()), default="deliberation"
    )
    number = _short(lazy("Numéro"), 60, required=lazy("Écrivez le numéro de l'acte."))
    title = _short(lazy("Objet"), 200, required=lazy("Écrivez l'objet de l'acte."))
    adopted_on = DateField(
        lazy("Date de l'acte"), validators=[InputRequired(lazy("Écrivez la date de l'acte."))]
    )
    target = SelectField(
        lazy("Ce dont cet acte décide"),
        description=lazy("Publier l'acte fera ce qu'il décide, aussitôt."),
        validators=[Optional()],
    )
    outcome = RadioField(lazy("Cet acte"), choices=list(OUTCOME_WORDS.items()), default="follows")
    reason = TextAreaField(
        lazy("Motif, s'il ne suit pas"),
        filters=[lines],
        validators=[Optional(), Length(max=4000, message=lazy("Ce motif est trop long."))],
    )
    text = TextAreaField(
        lazy("Texte de l'acte"),
        filters=[lines],
        validators=[
            DataRequired(lazy("Écrivez le texte de l'acte, ou ce qu'il décide.")),
            Length(max=100_000, message=lazy("Ce texte dépasse 100 000 caractères.")),
        ],
    )
    subject_code = StringField(
        lazy("Code de matière"),
        description=lazy("Nomenclature des actes transmis à la préfecture, par exemple 7.10."),
        filters=[line],
        validators=[DataRequired(lazy("Écrivez le code de matière.")), _code],
        default="7.10",
        render_kw={"maxlength": 6},
    )
    subject_name = StringField(
        lazy("Matière"),
        filters=[line],
        validators=[DataRequired(lazy("Écrivez la matière.")), Length(max=200)],
        default=lambda: str(lazy("Finances locales, divers")),
    )
    members = _count(lazy("Membres en exercice"))
    present = _count(lazy("Présents"))
    votes_for = _count(lazy("Pour"))
    votes_against = _count(lazy("Contre"))
    abstentions = _count(lazy("Abstentions"))
    prefecture_number = _short(lazy("Numéro de l'accusé de la préfecture"), 60)
    prefecture_receipt_on = DateField(lazy("Reçu par la préfecture le"), validators=[Optional()])

    def act(self) -> ActText:
        """The act as a value, once the form is valid."""
        day = self.adopted_on.data
        assert day is not None
        return ActText(
            organisation_id=int(self.organisation.data),
            authority=said(self.authority),
            kind=str(self.kind.data),
            number=said(self.number),
            title=said(self.title),
            adopted_on=day,
            text=said(self.text),
            subject_code=said(self.subject_code),
            subject_name=said(self.subject_name),
            members=self.members.data,
            present=self.present.data,
            votes_for=self.votes_for.data,
            votes_against=self.votes_against.data,
            abstentions=self.abstentions.data,
            prefecture_number=said(self.prefecture_number),
            prefecture_receipt_on=self.prefecture_receipt_on.data,
        )

    def aim(self) -> Target | None:
        """What the act decides of, None for nothing that this site knows."""
        kind, _colon, key = said(self.target).partition(":")
        if not key:
            return None
        return Target(kind, int(key), str(self.outcome.data), said(self.reason))


class PublishForm(Form):
    """An élu publishes. `read`: the digest of the draft that the page shows."""

    read = HiddenField()
    author_name = _short(
        lazy("Nom de l'auteur de l'acte"), 200, required=lazy("Écrivez le prénom et le nom.")
    )
    author_quality = _short(
        lazy("Sa qualité"),
        200,
        required=lazy("Écrivez sa qualité."),
        description=lazy("Par exemple : maire, présidente, directeur général."),
    )


class FollowUpForm(Form):
    """One milestone of a project."""

    milestone = RadioField(
        lazy("Étape"),
        choices=list(MILESTONE_WORDS.items()),
        validators=[InputRequired(lazy("Choisissez une étape."))],
    )
    planned_on = DateField(lazy("Prévue le"), validators=[Optional()])
    done_on = DateField(lazy("Faite le"), validators=[Optional()])
    cost = EurosField(
        lazy("Coût réel"),
        description=lazy("En euros, au bilan ou à la réception."),
        validators=[Optional()],
    )
    note = TextAreaField(
        lazy("Ce qu'il faut en dire"),
        filters=[lines],
        validators=[Optional(), Length(max=2000, message=lazy("Ce texte est trop long."))],
    )
