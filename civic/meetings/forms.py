"""What a person may type about meetings and opinions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from wtforms import (
    BooleanField,
    DateField,
    DateTimeLocalField,
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

from civic.house.fields import line, lines
from civic.house.i18n import lazy
from civic.house.text import one_line
from civic.house.web import Form
from civic.meetings.models import KINDS, PRESENCES
from civic.meetings.queries import KIND_NAMES, PRESENCE_NAMES

MOST_DOCUMENTS = 20


def read_documents(text: str) -> list[tuple[str, str]]:
    """Documents typed one a line, « title : https://… »; ValueError holds the line that isn't."""
    found = []
    for row in text.splitlines():
        if not row.strip():
            continue
        place = max(row.find("https://"), row.find("http://"))
        label, address = row[:place].rstrip(" :|-–"), row[place:].strip() if place >= 0 else ""
        if not label.strip() or len(address) < 12 or " " in address or len(address) > 500:
            raise ValueError(row[:60])
        found.append((one_line(label)[:200], address))
    return found


class MeetingForm(Form):
    """A meeting."""

    title = StringField(
        lazy("Titre"),
        description=lazy("Par exemple : « Réunion de rentrée »."),
        filters=[line],
        validators=[DataRequired(lazy("Donnez un titre à la réunion.")), Length(max=150)],
        render_kw={"maxlength": 150},
    )
    kind = RadioField(
        lazy("Sorte de réunion"),
        choices=[(code, KIND_NAMES[code]) for code in KINDS],
        default="plenary",
        validators=[InputRequired(lazy("Choisissez une sorte de réunion."))],
    )
    starts_at = DateTimeLocalField(
        lazy("Jour et heure"),
        description=lazy("À l'heure de Paris."),
        validators=[InputRequired(lazy("Nous n'avons pas compris ce jour ou cette heure."))],
    )
    minutes_length = IntegerField(
        lazy("Durée, en minutes"),
        default=120,
        validators=[
            InputRequired(lazy("Écrivez un nombre de minutes.")),
            NumberRange(15, 720, lazy("Une réunion dure de 15 à 720 minutes.")),
        ],
    )
    place = StringField(
        lazy("Lieu"),
        description=lazy("L'adresse, et comment entrer."),
        filters=[line],
        validators=[DataRequired(lazy("Dites où la réunion a lieu.")), Length(max=200)],
        render_kw={"maxlength": 200},
    )
    open_to_all = BooleanField(lazy("La réunion est ouverte à tous les habitants"))
    agenda = TextAreaField(
        lazy("Ordre du jour"),
        description=lazy("Un point par ligne."),
        filters=[lines],
        validators=[Optional(), Length(max=5000)],
        render_kw={"rows": 6, "maxlength": 5000},
    )
    documents = TextAreaField(
        lazy("Documents"),
        description=lazy(
            "Un par ligne : un titre, puis l'adresse complète. Exemple : « Plan du "
            "square : https://exemple.fr/plan.pdf »."
        ),
        filters=[lines],
        validators=[Optional(), Length(max=12000)],
        render_kw={"rows": 3, "maxlength": 12000},
    )

    def validate_documents(self, field: Any) -> None:
        """Refuses a line without title or address, and says which."""
        try:
            found = read_documents(field.data or "")
        except ValueError as wrong:
            raise ValidationError(
                lazy(
                    "Dans la ligne « %(line)s », il faut un titre puis une adresse complète "
                    "(https://…).",
                    line=str(wrong),
                )
            ) from wrong
        if len(found) > MOST_DOCUMENTS:
            raise ValidationError(lazy("Vingt documents au plus : retirez-en."))


class ConveneForm(Form):
    """The convocation."""

    late_reason = StringField(
        lazy("Si le délai n'est pas tenu : pourquoi"),
        description=lazy("Cette raison est publique."),
        filters=[line],
        validators=[Optional(), Length(max=200)],
        render_kw={"maxlength": 200},
    )


class CancelForm(Form):
    """The cancellation."""

    reason = StringField(
        lazy("Pourquoi la réunion est annulée"),
        description=lazy("Cette raison est publique et envoyée aux membres convoqués."),
        filters=[line],
        validators=[DataRequired(lazy("Écrivez pourquoi.")), Length(max=200)],
        render_kw={"maxlength": 200},
    )


class MinutesForm(Form):
    """The minutes."""

    minutes = TextAreaField(
        lazy("Compte rendu"),
        description=lazy("Ce qui a été dit et décidé. Pas de vie privée : tout le monde le lira."),
        filters=[lines],
        validators=[
            DataRequired(lazy("Écrivez le compte rendu.")),
            Length(max=60000, message=lazy("Ce texte dépasse 60 000 caractères.")),
        ],
        render_kw={"rows": 16, "maxlength": 60000},
    )


class OpinionForm(Form):
    """An avis. `meeting` and `addressee` get their choices from the view."""

    meeting = SelectField(
        lazy("Donné à la réunion"),
        coerce=str,
        validators=[InputRequired(lazy("Choisissez la réunion."))],
    )
    title = StringField(
        lazy("Objet"),
        filters=[line],
        validators=[DataRequired(lazy("Dites de quoi parle l'avis.")), Length(max=150)],
        render_kw={"maxlength": 150},
    )
    addressee = SelectField(
        lazy("À qui il s'adresse"),
        description=lazy("Cette organisation doit une réponse motivée."),
        coerce=str,
        validators=[InputRequired(lazy("Choisissez à qui l'avis s'adresse."))],
    )
    reply_due_on = DateField(
        lazy("Réponse attendue avant le"),
        validators=[InputRequired(lazy("Nous n'avons pas compris cette date."))],
    )
    text = TextAreaField(
        lazy("Texte de l'avis"),
        description=lazy("Mot pour mot, comme le conseil l'a adopté : il ne changera plus."),
        filters=[lines],
        validators=[DataRequired(lazy("Écrivez le texte de l'avis.")), Length(max=20000)],
        render_kw={"rows": 12, "maxlength": 20000},
    )


def sheet_form(sheet: Sequence[Any]) -> Any:
    """A presence sheet: one choice for each member (`m<mandate>`)."""
    choices = [(code, PRESENCE_NAMES[code]) for code in PRESENCES]
    fields = {
        f"m{row.member.id}": RadioField(
            f"{row.member.name}, {row.member.seat}",
            choices=choices,
            default=row.presence or None,
            validators=[InputRequired(lazy("Indiquez présent, excusé ou absent."))],
        )
        for row in sheet
    }
    return type("SheetForm", (Form,), fields)()
