"""What a person may type in the entrance."""

from __future__ import annotations

from wtforms import (
    BooleanField,
    DateField,
    EmailField,
    FileField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from civic.house.i18n import lazy
from civic.house.web import Form


class ResendForm(Form):
    """Sends an uncertain or given-up mail again: a button."""


class SampleForm(Form):
    """One field of each shape, for the page of components. It is shown refused, never sent."""

    title = StringField(
        lazy("Titre de votre idée"),
        [InputRequired(lazy("Donnez un titre à votre idée."))],
        description=lazy("Quelques mots. Par exemple : un banc devant l'école."),
    )
    story = TextAreaField(
        lazy("Décrivez-la"), [Optional()], description=lazy("Où, pour qui, pourquoi.")
    )
    theme = SelectField(
        lazy("Thème"),
        [Optional()],
        choices=[("banc", lazy("Bancs")), ("lumiere", lazy("Lumière"))],
    )
    author = RadioField(
        lazy("Vous proposez"),
        [InputRequired(lazy("Dites pour qui vous proposez."))],
        choices=[("me", lazy("En votre nom")), ("group", lazy("Pour une association"))],
    )
    days = SelectMultipleField(
        lazy("Jours où l'on peut vous joindre"),
        [Optional()],
        choices=[("monday", lazy("lundi")), ("tuesday", lazy("mardi"))],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    cost = IntegerField(lazy("Coût, si vous le savez"), [Optional()])
    birthday = DateField(
        lazy("Date de naissance"),
        [InputRequired(lazy("Nous n'avons pas compris cette date. Écrivez-la comme 14/06/1980."))],
    )
    photo = FileField(
        lazy("Une photo"), [Optional()], description=lazy("JPEG ou PNG, 8 Mo au plus.")
    )
    email = EmailField(lazy("Courriel"), [Optional()])
    rules = BooleanField(
        lazy("J'ai lu le règlement"), [InputRequired(lazy("Cochez cette case pour continuer."))]
    )
