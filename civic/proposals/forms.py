"""What a person may type about proposals."""

from __future__ import annotations

import re
from typing import Any

from flask_wtf.file import FileField
from wtforms import (
    BooleanField,
    DateField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired, Length, Optional, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from civic.house.fields import EurosField, line, lines
from civic.house.i18n import lazy
from civic.house.web import Form
from civic.proposals.queries import Place
from civic.proposals.states import (
    CHANNELS,
    INADMISSIBLE_REASONS,
    KINDS,
    REJECTION_REASONS,
    RETURN_REASONS,
    SENTENCES,
    THEMES,
    VERDICTS,
)


def title_field() -> StringField:
    """What the idea is, in a few words."""
    return StringField(
        lazy("Votre idée en quelques mots"),
        description=lazy("Par exemple : un banc à l'ombre devant l'école."),
        filters=[line],
        validators=[
            DataRequired(lazy("Dites votre idée en quelques mots.")),
            Length(5, 120, lazy("Il faut de 5 à 120 caractères.")),
        ],
        render_kw={"maxlength": 120},
    )


def body_field() -> TextAreaField:
    """Why it would be useful."""
    return TextAreaField(
        lazy("Pourquoi ce serait utile"),
        description=lazy(
            "Ce qui se passe aujourd'hui, ce que cela changerait, et pour qui. "
            "Quelques phrases suffisent."
        ),
        filters=[lines],
        validators=[
            DataRequired(lazy("Expliquez pourquoi ce serait utile.")),
            Length(20, 5000, lazy("Il faut de 20 à 5 000 caractères.")),
        ],
        render_kw={"maxlength": 5000},
    )


def place_text_field() -> StringField:
    """Where, as one would tell a neighbour."""
    return StringField(
        lazy("L'endroit précis"),
        description=lazy(
            "Comme vous le diriez à un voisin. Par exemple : rue des Tilleuls, côté pair, devant "
            "le numéro 12."
        ),
        filters=[line],
        validators=[
            DataRequired(lazy("Dites où c'est.")),
            Length(3, 200, lazy("Il faut de 3 à 200 caractères.")),
        ],
        render_kw={"maxlength": 200},
    )


def theme_field() -> RadioField:
    """What it is about, one pictogram each."""
    return RadioField(
        lazy("De quoi s'agit-il"),
        choices=list(THEMES.items()),
        validators=[InputRequired(lazy("Choisissez ce qui s'en rapproche le plus."))],
    )


def kind_field() -> RadioField:
    """Something to build, or something to do together."""
    return RadioField(
        lazy("C'est plutôt"),
        choices=list(KINDS.items()),
        default="works",
        validators=[InputRequired(lazy("Choisissez l'un des deux."))],
    )


def territory_field() -> SelectField:
    """The municipality or the neighbourhood; `offer` fills its choices."""
    return SelectField(
        lazy("La commune ou le quartier"),
        coerce=_identifier,
        validators=[DataRequired(lazy("Choisissez une commune ou un quartier."))],
    )


def _identifier(value: Any) -> int | None:
    text = str(value or "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def offer(field: SelectField, places: list[Place], only: list[int] | None = None) -> None:
    """Fills a territory field with places, those of some municipalities only if asked."""
    field.choices = [("", str(lazy("Choisir…")))] + [
        (place.id, place.label) for place in places if only is None or place.municipality_id in only
    ]


class WhatForm(Form):
    """First step: what."""

    title = title_field()
    theme = theme_field()
    kind = kind_field()


class WhereForm(Form):
    """Second step: where."""

    territory = territory_field()
    place_text = place_text_field()
    coordinates = StringField(
        lazy("Le point sur la carte, si vous le connaissez"),
        description=lazy(
            "Latitude et longitude, comme un téléphone les donne. Par exemple : 50.3571, 3.5183"
        ),
        filters=[line],
        validators=[Optional(), Length(max=60)],
        render_kw={"maxlength": 60, "inputmode": "text"},
    )

    def validate_coordinates(self, field: StringField) -> None:
        """Two numbers, in range."""
        if field.data and self.point() is None:
            raise ValidationError(
                lazy("Nous n'avons pas compris ce point. Écrivez par exemple 50.3571, 3.5183")
            )

    def point(self) -> dict[str, Any] | None:
        """The GeoJSON point that was typed, None for none."""
        number = r"(-?\d{1,3}(?:\.\d{1,12})?)"
        found = re.fullmatch(rf"{number}[\s;,]+{number}", self.coordinates.data or "", re.ASCII)
        if found is None:
            return None
        latitude, longitude = float(found[1]), float(found[2])
        if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
            return None
        return {"type": "Point", "coordinates": [round(longitude, 6), round(latitude, 6)]}


class WhyForm(Form):
    """Third step: why."""

    body = body_field()


class PictureForm(Form):
    """Fourth step: a picture, for those who have one."""

    picture = FileField(
        lazy("Une photo de l'endroit"),
        description=lazy(
            "JPEG, PNG ou WebP, 8 Mo au plus. Sans visage ni plaque d'immatriculation : nous "
            "retirons le lieu et l'heure cachés dans le fichier."
        ),
        render_kw={"accept": "image/jpeg,image/png,image/webp"},
    )
    picture_alt = StringField(
        lazy("Ce que montre la photo"),
        description=lazy("Pour les personnes qui ne la voient pas."),
        filters=[line],
        validators=[Length(max=200, message=lazy("200 caractères au plus."))],
        render_kw={"maxlength": 200},
    )
    drop_picture = BooleanField(lazy("Retirer la photo déjà envoyée"))

    def validate_picture_alt(self, field: StringField) -> None:
        """A picture needs its words."""
        if self.picture.data and not field.data:
            raise ValidationError(lazy("Dites en quelques mots ce que montre la photo."))


class SignForm(Form):
    """Last step: how to be named, and send."""

    signature = RadioField(
        lazy("Comment signer"),
        choices=[
            ("name", lazy("Avec mon prénom")),
            ("pseudonym", lazy("Avec un autre nom")),
            ("none", lazy("Sans nom : « un habitant ou une habitante »")),
        ],
        default="none",
        validators=[InputRequired(lazy("Choisissez comment signer."))],
    )
    pseudonym = StringField(
        lazy("L'autre nom"),
        description=lazy("Un collectif, une association ou un pseudonyme."),
        filters=[line],
        validators=[Length(max=80, message=lazy("80 caractères au plus."))],
        render_kw={"maxlength": 80},
    )

    def validate_pseudonym(self, field: StringField) -> None:
        """Asked for by that choice only."""
        if self.signature.data == "pseudonym" and not field.data:
            raise ValidationError(lazy("Écrivez le nom à afficher."))


class DeskForm(Form):
    """An agent files what somebody brought, on one page."""

    channel = RadioField(
        lazy("Comment cette idée est arrivée"),
        choices=[(code, label) for code, label in CHANNELS.items() if code != "web"],
        default="desk",
        validators=[InputRequired()],
    )
    title = title_field()
    theme = theme_field()
    kind = kind_field()
    territory = territory_field()
    place_text = place_text_field()
    body = body_field()
    shown_as = StringField(
        lazy("Nom à afficher"),
        description=lazy("Comme la personne l'a choisi ; vide pour « un habitant »."),
        filters=[line],
        validators=[Optional(), Length(max=80)],
        render_kw={"maxlength": 80},
    )


class CompleteForm(PictureForm):
    """The proponent writes again what was sent back."""

    title = title_field()
    place_text = place_text_field()
    body = body_field()


class TextForm(Form):
    """One explanation."""

    text = TextAreaField(
        lazy("Votre explication"),
        filters=[lines],
        validators=[
            DataRequired(lazy("Écrivez quelques mots.")),
            Length(5, 2000, lazy("Il faut de 5 à 2 000 caractères.")),
        ],
        render_kw={"maxlength": 2000},
    )


class WithdrawForm(Form):
    """Taking an idea back, with or without a word."""

    text = TextAreaField(
        lazy("Un mot d'explication"),
        filters=[lines],
        validators=[Optional(), Length(max=2000)],
        render_kw={"maxlength": 2000},
    )


class ReasonForm(TextForm):
    """A reason of a list, and its explanation. `of` chooses the list."""

    reason = RadioField(
        lazy("Motif"), validators=[InputRequired(lazy("Choisissez un motif dans la liste."))]
    )

    LISTS = {
        "return": RETURN_REASONS,
        "reject": REJECTION_REASONS,
        "refuse": INADMISSIBLE_REASONS,
    }

    @classmethod
    def of(cls, kind: str) -> ReasonForm:
        """The form with the reasons of one of LISTS."""
        form = cls()
        form.reason.choices = list(cls.LISTS[kind].items())
        return form


class AskForm(Form):
    """Which services are asked, and by when."""

    organisations = SelectMultipleField(
        lazy("Services à interroger"),
        coerce=_identifier,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        validators=[DataRequired(lazy("Choisissez au moins un service."))],
    )
    due_on = DateField(
        lazy("Réponse attendue le"),
        validators=[InputRequired(lazy("Donnez une date."))],
    )


class AnswerForm(Form):
    """What a service answers."""

    verdict = RadioField(
        lazy("Réponse"),
        choices=[(code, SENTENCES[code]) for code in VERDICTS],
        validators=[InputRequired(lazy("Choisissez une réponse."))],
    )
    cost_min = EurosField(lazy("Coût le plus bas"), validators=[Optional()])
    cost_max = EurosField(lazy("Coût le plus haut"), validators=[Optional()])
    final_cost = EurosField(
        lazy("Coût fixe"),
        description=lazy("Dès que vous le connaissez ; c'est lui qui ira sur le bulletin."),
        validators=[Optional()],
    )
    yearly_cost = EurosField(
        lazy("Dépense de chaque année"),
        description=lazy("Entretien, eau, électricité… Zéro s'il n'y en a pas."),
        validators=[Optional()],
    )
    reason = TextAreaField(
        lazy("Explication"),
        description=lazy("Publique. Obligatoire pour une réserve ou un refus."),
        filters=[lines],
        validators=[Optional(), Length(max=3000, message=lazy("3 000 caractères au plus."))],
        render_kw={"maxlength": 3000},
    )


class ProjectForm(Form):
    """From proposals to one project."""

    numbers = StringField(
        lazy("Numéros des propositions"),
        description=lazy("La première donne le lieu et le thème. Par exemple : 12, 15, 31"),
        filters=[line],
        validators=[
            DataRequired(lazy("Indiquez au moins un numéro.")),
            Length(max=200),
        ],
        render_kw={"maxlength": 200},
    )
    title = StringField(
        lazy("Titre du projet"),
        filters=[line],
        validators=[
            DataRequired(lazy("Donnez un titre au projet.")),
            Length(5, 150, lazy("Il faut de 5 à 150 caractères.")),
        ],
        render_kw={"maxlength": 150},
    )
    sentence = StringField(
        lazy("Le projet en une phrase facile"),
        description=lazy("Elle sera sur le bulletin. Des mots de tous les jours."),
        filters=[line],
        validators=[
            DataRequired(lazy("Dites le projet en une phrase.")),
            Length(10, 300, lazy("Il faut de 10 à 300 caractères.")),
        ],
        render_kw={"maxlength": 300},
    )
    body = TextAreaField(
        lazy("Description complète"),
        description=lazy("Vide : celle de la première proposition."),
        filters=[lines],
        validators=[Optional(), Length(max=5000)],
        render_kw={"maxlength": 5000},
    )
    cost = EurosField(
        lazy("Coût fixe, toutes taxes comprises"),
        validators=[InputRequired(lazy("Donnez le coût."))],
    )
    yearly_cost = EurosField(lazy("Dépense de chaque année"), validators=[Optional()])

    def listed(self) -> list[int]:
        """The numbers that were typed."""
        return [int(text) for text in re.findall(r"\d{1,9}", self.numbers.data or "")]
