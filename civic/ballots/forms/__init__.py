"""What a person may type about a vote."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from flask_wtf.file import FileField, FileRequired
from wtforms import (
    BooleanField,
    DateField,
    EmailField,
    HiddenField,
    RadioField,
    SelectMultipleField,
    StringField,
    TelField,
)
from wtforms.validators import (
    DataRequired,
    InputRequired,
    Length,
    Regexp,
    ValidationError,
)
from wtforms.widgets import CheckboxInput, ListWidget

from civic.ballots import letter_lines
from civic.ballots.service import RollEntry
from civic.house.fields import an_address, letter_code, line
from civic.house.fields import number as whole_number
from civic.house.i18n import lazy, lazy_n
from civic.house.refusal import Refusal
from civic.house.text import folded
from civic.house.web import Form

OLDEST = 120
"""Years; an older birth date is a slip."""
MOST_LETTERS = 100
"""A batch of letters: one PDF that is made while somebody waits."""
MOST_PEOPLE = 20_000
"""The longest list read at once."""


def _name_field(label: Any) -> StringField:
    return StringField(
        label,
        filters=[line],
        validators=[
            DataRequired(lazy("Ce champ est vide : écrivez ce nom.")),
            Length(max=100, message=lazy("Ce nom dépasse 100 caractères : raccourcissez-le.")),
        ],
        render_kw={"autocomplete": "off", "maxlength": 100},
    )


def _born_field() -> DateField:
    return DateField(
        lazy("Date de naissance"),
        validators=[
            InputRequired(lazy("Écrivez la date de naissance : jour, mois, année.")),
            _plausible,
        ],
    )


def _plausible(_form: Any, field: Any) -> None:
    today = date.today()  # noqa: DTZ011 - a bound on typing mistakes, not a decision
    if field.data is None:
        raise ValidationError(lazy("Nous n'avons pas compris cette date."))
    if not today.year - OLDEST <= field.data.year or field.data > today:
        raise ValidationError(lazy("Cette date de naissance n'est pas possible. Vérifiez l'année."))


def day(field: Any) -> date:
    """The day that a valid, required date field says."""
    found = field.data
    assert isinstance(found, date)
    return found


class CodeForm(Form):
    """The code of a letter."""

    code = letter_code()


class ReceiptForm(Form):
    """The number of a receipt."""

    number = StringField(
        lazy("Le numéro de votre reçu"),
        description=lazy("Seize signes en quatre groupes, imprimés sur le reçu."),
        filters=[line],
        validators=[
            DataRequired(lazy("Tapez le numéro du reçu.")),
            Length(max=60, message=lazy("Ce numéro est trop long : il a seize signes.")),
        ],
        render_kw={"autocomplete": "off", "spellcheck": "false", "maxlength": 60},
    )


class MailForm(Form):
    """Where the receipt goes."""

    email = EmailField(
        lazy("Votre adresse de courriel"),
        filters=[line],
        validators=[
            DataRequired(lazy("Écrivez l'adresse où envoyer le reçu.")),
            an_address,
        ],
        render_kw={"maxlength": 254, "autocomplete": "email"},
    )


class KioskForm(Form):
    """This machine becomes a shared one."""

    place = StringField(
        lazy("Lieu de vote"),
        filters=[line],
        validators=[
            DataRequired(lazy("Écrivez le nom du lieu de vote.")),
            Length(max=60, message=lazy("Ce nom de lieu dépasse 60 caractères.")),
        ],
        render_kw={"maxlength": 60},
    )
    seconds = RadioField(
        lazy("Tout effacer après"),
        choices=[
            ("60", lazy("1 minute sans un geste")),
            ("120", lazy("2 minutes sans un geste")),
            ("300", lazy("5 minutes sans un geste")),
        ],
        default="120",
        validators=[InputRequired(lazy("Choisissez une durée."))],
    )


class OwnGroup:
    """A form's part that asks for a person's neighbourhood; `ask` says among which, or not to."""

    group = RadioField(
        lazy("Votre quartier"),
        description=lazy("Celui où vous habitez : vous choisissez parmi ses projets."),
        choices=[],
        validators=[InputRequired(lazy("Choisissez votre quartier."))],
    )

    def ask(self: Any, groups: Sequence[str]) -> None:
        """Offers these neighbourhoods; without any, the question is not asked."""
        if groups:
            self.group.choices = [(one, one) for one in groups]
        else:
            del self.group


class ClaimForm(OwnGroup, Form):
    """Asking for one's right with an account."""

    born = _born_field()
    honour = BooleanField(
        lazy("J'habite le territoire de ce vote, et je ne vote qu'une fois."),
        validators=[DataRequired(lazy("Cochez cette case si c'est vrai : elle vaut signature."))],
    )


class PhoneClaimForm(ClaimForm):
    """The same with a code sent to a phone."""

    phone = TelField(
        lazy("Téléphone portable"),
        description=lazy("Par exemple 06 12 34 56 78. Le site n'en garde qu'une empreinte."),
        filters=[line],
        validators=[
            DataRequired(lazy("Écrivez votre numéro : le code y est envoyé.")),
            Length(max=30, message=lazy("Ce numéro est trop long : vérifiez-le.")),
        ],
        render_kw={"autocomplete": "tel", "maxlength": 30},
    )
    sms_code = StringField(
        lazy("Le code reçu par SMS"),
        description=lazy("Six chiffres. Il vaut dix minutes et ne sert qu'une fois."),
        filters=[line],
        validators=[Length(max=12, message=lazy("Ce code a six chiffres."))],
        render_kw={"autocomplete": "one-time-code", "inputmode": "numeric", "maxlength": 12},
    )


class DeskForm(Form):
    """A person at the desk, whose identity was seen."""

    family = _name_field(lazy("Nom de famille"))
    first = _name_field(lazy("Prénoms"))
    born = _born_field()
    place = HiddenField(validators=[Length(max=12)])
    homonym = StringField(
        lazy("Une autre personne a le même nom et la même date : qu'avez-vous vu"),
        description=lazy("Seulement dans ce cas, sans le nom. La commission du vote décide."),
        filters=[line],
        validators=[Length(max=200, message=lazy("Ce motif dépasse 200 caractères."))],
    )
    seen = BooleanField(
        lazy("J'ai vu une pièce d'identité, et la personne habite le territoire du vote."),
        validators=[DataRequired(lazy("Cochez cette case après avoir vu la pièce d'identité."))],
    )


class RightForm(Form):
    """One button about one voting right."""

    right = HiddenField(validators=[DataRequired(), Length(max=22)])
    place = HiddenField(validators=[Length(max=12)])


class PlacedForm(OwnGroup, RightForm):
    """Noting somebody's neighbourhood at the desk."""

    group = RadioField(
        lazy("Son quartier"),
        choices=[],
        validators=[InputRequired(lazy("Choisissez un quartier de la liste."))],
    )
    proof = BooleanField(
        lazy("J'ai vu un justificatif de domicile dans ce quartier."),
        validators=[DataRequired(lazy("Cochez cette case après avoir vu le justificatif."))],
    )


class RevokeForm(RightForm):
    """Taking a right away."""

    reason = StringField(
        lazy("Motif du retrait"),
        description=lazy("Public : il paraît au procès-verbal et dans l'archive. Aucun nom."),
        filters=[line],
        validators=[
            DataRequired(lazy("Écrivez pourquoi ce droit est retiré.")),
            Length(max=500, message=lazy("Ce motif dépasse 500 caractères.")),
        ],
    )


class UndoPaperForm(RightForm):
    """Taking back an émargement on paper noted by mistake."""

    reason = StringField(
        lazy("Pourquoi"),
        description=lazy("Public : il paraît au procès-verbal. Aucun nom. Par exemple : erreur "
                         "d'accueil, la personne suivante avait été cherchée."),
        filters=[line],
        validators=[
            DataRequired(lazy("Écrivez pourquoi cet émargement est annulé.")),
            Length(max=500, message=lazy("Ce motif dépasse 500 caractères.")),
        ],
    )  # fmt: skip


class AppointForm(Form):
    """Who joins the commission of this vote."""

    email = EmailField(
        lazy("Adresse de courriel de son compte"),
        filters=[line],
        validators=[
            DataRequired(lazy("Écrivez l'adresse de courriel de cette personne.")),
            Length(max=254, message=lazy("Cette adresse est trop longue : vérifiez-la.")),
        ],
        render_kw={"maxlength": 254, "autocomplete": "off"},
    )


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


class KeyForm(Form):
    """The commission's public key."""

    key = FileField(
        lazy("La clé publique de la commission (cle-publique.json)"),
        validators=[FileRequired(lazy("Choisissez un fichier."))],
    )


class OpenedForm(Form):
    """What a member found on the commission's machine."""

    opened = FileField(
        lazy("Le fichier fait par « civic urn open »"),
        validators=[FileRequired(lazy("Choisissez un fichier."))],
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
