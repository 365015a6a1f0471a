"""Lists of people, and the letters that are made from them."""

from __future__ import annotations

import csv
import io
from datetime import datetime

from flask_wtf.file import FileField, FileRequired
from wtforms import (
    BooleanField,
    RadioField,
    SelectMultipleField,
    StringField,
)
from wtforms.validators import (
    DataRequired,
    InputRequired,
    Length,
    Regexp,
)
from wtforms.widgets import CheckboxInput, ListWidget

from civic.ballots import letter_lines
from civic.ballots.service import RollEntry
from civic.house.fields import line
from civic.house.fields import number as whole_number
from civic.house.i18n import lazy, lazy_n
from civic.house.refusal import Refusal
from civic.house.text import folded
from civic.house.web import Form

MOST_LETTERS = 100
"""A batch of letters: one PDF that is made while somebody waits."""
MOST_PEOPLE = 20_000
"""The longest list read at once."""


class LettersForm(Form):
    """A list of people who get a letter."""

    roll = FileField(
        lazy("Liste des personnes (CSV)"),
        validators=[FileRequired(lazy("Choisissez un fichier."))],
        description=lazy(
            "Quatre colonnes séparées par des points-virgules, avec cette première ligne : nom;"
            "prenoms;naissance;adresse. Dates en jour/mois/année."
        ),
    )
    batch = whole_number(
        lazy("Paquet"), 1, 100, default=1,
        description=lazy(
            "Un paquet fait 100 lettres : le premier va de la première personne à la centième."
        ),
    )  # fmt: skip
    phone = StringField(
        lazy("Numéro de téléphone d'une personne qui peut aider"),
        description=lazy("Il est imprimé en haut de chaque lettre."),
        filters=[line],
        validators=[
            DataRequired(lazy("Écrivez le numéro d'une personne qui répond.")),
            Regexp(r"^[0-9+ .()-]{6,30}$", message=lazy("Ce numéro n'a pas la bonne forme.")),
        ],
        render_kw={"autocomplete": "off", "maxlength": 30},
    )
    languages = SelectMultipleField(
        lazy("Langues du quartier"),
        description=lazy("Une ligne chacune, en haut de la lettre, après le français : 4 au plus."),
        choices=list(letter_lines.NAMES.items()),
        default=list(letter_lines.USUAL),
        widget=ListWidget(),
        option_widget=CheckboxInput(),
        validators=[Length(max=letter_lines.MOST, message=lazy("Gardez 4 langues au plus."))],
    )
    again = BooleanField(
        lazy("Refaire aussi les lettres déjà faites : leur ancien code ne marchera plus."),
    )
    shape = RadioField(
        lazy("Sous quelle forme"),
        choices=[
            ("pdf", lazy("Lettres à imprimer (PDF)")),
            ("csv", lazy("Tableau pour un imprimeur (CSV)")),
        ],
        validators=[InputRequired(lazy("Choisissez une forme."))],
        default="pdf",
    )


def batch_of(entries: list[RollEntry], number: int) -> list[RollEntry]:
    """The people of one batch of letters, from 1; a `Refusal` when the list ends before it."""
    found = entries[(number - 1) * MOST_LETTERS : number * MOST_LETTERS]
    if not found:
        batches = -(-len(entries) // MOST_LETTERS)
        raise Refusal(
            lazy_n("Cette liste fait %(n)s paquet.", "Cette liste fait %(n)s paquets.", batches),
            field="batch",
        )
    return found


def read_roll(content: bytes) -> list[RollEntry]:
    """The people of a list; a `Refusal` names every line that can't be read."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", "replace")
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    reader = csv.reader(io.StringIO(text), delimiter=";", strict=True)
    rows: list[list[str]] = []
    begins = 1
    try:
        for row in reader:
            rows.append(row)
            begins = reader.line_num + 1
    except csv.Error as wrong_quote:  # else one quote would swallow the lines after it
        raise Refusal(
            lazy(
                "Ligne %(line)s : un guillemet y est ouvert et jamais fermé. Retirez-le.",
                line=begins,
            ),
            field="roll",
        ) from wrong_quote
    if not rows or [folded(cell) for cell in rows[0][:3]] != ["nom", "prenoms", "naissance"]:
        raise Refusal(
            lazy("La première ligne doit être : nom;prenoms;naissance;adresse."), field="roll"
        )
    entries: list[RollEntry] = []
    wrong: list[str] = []
    for number, row in enumerate(rows[1:], 2):
        if not any(cell.strip() for cell in row):
            continue
        cells = [line(cell) for cell in [*row, "", "", "", ""][:4]]
        try:
            born = datetime.strptime(cells[2], "%d/%m/%Y").date()  # noqa: DTZ007 - a day
        except ValueError:
            wrong.append(str(number))
            continue
        if not cells[0] or not cells[1] or max(map(len, cells)) > 200:
            wrong.append(str(number))
            continue
        entries.append(RollEntry(cells[0], cells[1], born, cells[3], number))
    if wrong:
        raise Refusal(
            lazy(
                "Lignes à corriger (nom, prénom et date jour/mois/année sont nécessaires) : "
                "%(lines)s.",
                lines=", ".join(wrong[:50]),
            ),
            field="roll",
        )
    if not entries or len(entries) > MOST_PEOPLE:
        raise Refusal(
            lazy("La liste doit avoir de 1 à %(most)s personnes.", most=MOST_PEOPLE), field="roll"
        )
    return entries
