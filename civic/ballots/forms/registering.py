"""What staff and commission may type about who votes, and where."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from flask_wtf.file import FileField, FileRequired
from wtforms import (
    BooleanField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from civic.ballots.forms import OwnGroup
from civic.ballots.queries import KIND_WORDS, Place
from civic.house.clock import PARIS, paris
from civic.house.fields import line, lines
from civic.house.fields import number as whole_number
from civic.house.i18n import lazy
from civic.house.refusal import Refusal
from civic.house.web import Form

LIST_HELP = lazy(
    "Quatre colonnes séparées par des points-virgules, avec cette première ligne : nom;prenoms;"
    "naissance;adresse. Dates en jour/mois/année."
)


def _line(label: Any, missing: Any, most: int = 200, **more: Any) -> StringField:
    too_long = lazy("Ce texte dépasse %(most)s caractères.", most=most)
    validators = [DataRequired(missing)] if missing is not None else []
    return StringField(
        label, filters=[line], validators=[*validators, Length(max=most, message=too_long)],
        **more,
    )  # fmt: skip


class RollForm(Form):
    """A list of people who may vote."""

    list_name = _line(
        lazy("Nom de la liste"),
        lazy("Donnez un nom à cette liste."),
        description=lazy("Par exemple « Liste du bailleur, 2 mai ». Les noms ne sont pas gardés."),
    )
    list_file = FileField(
        lazy("Liste des personnes (CSV)"),
        validators=[FileRequired(lazy("Choisissez un fichier."))],
        description=LIST_HELP,
    )


class HomonymForm(Form):
    """Deciding between one person and two."""

    case = HiddenField(validators=[DataRequired(), Length(max=22)])
    decision = RadioField(
        lazy("Votre décision"),
        choices=[
            ("same", lazy("C'est la même personne : un seul droit de vote")),
            ("other", lazy("Ce sont deux personnes : chacune a son droit de vote")),
        ],
        validators=[InputRequired(lazy("Choisissez une réponse."))],
    )
    reason = _line(
        lazy("Comment le savez-vous"),
        lazy("Écrivez pourquoi, sans écrire de nom."),
        500,
        description=lazy("Sans écrire de nom : ce motif est gardé dans le journal."),
    )


class PlaceForm(Form):
    """A new place."""

    name = _line(lazy("Nom du lieu ou du groupe"), lazy("Donnez un nom à ce lieu."))
    address = _line(lazy("Adresse"), lazy("Écrivez l'adresse de ce lieu."))
    kind = RadioField(
        lazy("Comment on y vote"),
        choices=list(KIND_WORDS.items()),
        validators=[InputRequired(lazy("Choisissez une réponse."))],
        default="connected",
    )
    hours = TextAreaField(
        lazy("Ouvertures, une par ligne"),
        description=lazy("Par exemple : 12/06/2027 9:00-18:30"),
        filters=[lines],
        validators=[
            DataRequired(lazy("Écrivez au moins une ouverture de ce lieu.")),
            Length(max=3_000, message=lazy("Il y a trop d'ouvertures.")),
        ],
    )
    expected = IntegerField(
        lazy("Pour un groupe : combien de personnes"),
        validators=[Optional(), NumberRange(1, 500, lazy("Un groupe a de 1 à 500 personnes."))],
        render_kw={"inputmode": "numeric"},
    )


class ChangePlaceForm(PlaceForm):
    """A place mended: how one votes there stays."""

    kind = None  # type: ignore[assignment]

    @classmethod
    def of(cls, place: Place) -> ChangePlaceForm:
        """Filled in with what is known."""
        return cls(
            formdata=None, name=place.name, address=place.address, expected=place.expected,
            hours=write_hours(place.hours),
        )  # fmt: skip


class DutyForm(Form):
    """Who is on duty at a place."""

    people = SelectMultipleField(
        lazy("Membres de la commission présents dans ce lieu"),
        choices=[],
        widget=ListWidget(),
        option_widget=CheckboxInput(),
    )


class PrintForm(Form):
    """A list of people who vote on a printed émargement."""

    roll = FileField(
        lazy("Liste des personnes de ce lieu (CSV)"),
        validators=[FileRequired(lazy("Choisissez un fichier."))],
        description=LIST_HELP,
    )
    sure = BooleanField(
        lazy("Ces personnes ne voteront plus en ligne : elles votent dans ce lieu, sur papier."),
        validators=[DataRequired(lazy("Cochez cette case si c'est vrai."))],
    )


class SignaturesForm(Form):
    """Who signed a printed émargement, by their numbers."""

    numbers = TextAreaField(
        lazy("Numéros qui ont signé"),
        description=lazy("Séparés par des espaces ; une suite s'écrit 4-9."),
        filters=[lines],
        validators=[Length(max=20_000, message=lazy("Cette liste est trop longue."))],
    )
    why = _line(
        lazy("Pourquoi vous corrigez"), None, 300,
        description=lazy("Seulement si cet émargement était déjà saisi."),
    )  # fmt: skip


class SheetForm(Form):
    """The sheet of a place, signed by who sends it."""

    signatures = whole_number(lazy("Signatures sur l'émargement"), 0, 100_000)
    ballots = whole_number(lazy("Bulletins trouvés dans la boîte"), 0, 100_000)
    blank = whole_number(lazy("dont bulletins blancs"), 0, 100_000)
    spoilt = whole_number(lazy("dont bulletins nuls"), 0, 100_000)
    explanation = _line(
        lazy("Explication d'un écart"), None, 500,
        description=lazy("Nécessaire si les nombres ne sont pas égaux."),
    )  # fmt: skip
    correction = _line(
        lazy("Pourquoi vous corrigez"), None, 500,
        description=lazy("Seulement si cette feuille était déjà signée."),
    )  # fmt: skip


class BundleForm(Form):
    """How many papers a bundle has."""

    ballots = IntegerField(
        lazy("Nombre de bulletins de la liasse"),
        validators=[
            InputRequired(lazy("Comptez les bulletins de la liasse.")),
            NumberRange(1, 500, message=lazy("Une liasse a de 1 à 500 bulletins.")),
        ],
    )


class BatchForm(BundleForm):
    """A bundle of paper ballots, of a vote that has no « lieu de vote » of its own."""

    place = _line(lazy("Lieu de vote"), lazy("Écrivez d'où viennent ces bulletins."))


class PlaceBatchForm(BundleForm):
    """A bundle of paper ballots of one of the poll's places."""

    place = SelectField(
        lazy("Lieu de vote"),
        validators=[InputRequired(lazy("Écrivez d'où viennent ces bulletins."))],
    )


class ReopenForm(Form):
    """Why papers are taken up again after step 1."""

    reason = _line(
        lazy("Pourquoi"),
        lazy("Écrivez pourquoi : le procès-verbal le dira."),
        500,
        description=lazy("Par exemple : une liasse de 40 bulletins était restée dans la boîte."),
    )


class RemarkForm(Form):
    """What a member adds to the procès-verbal."""

    text = TextAreaField(
        lazy("Votre observation"),
        description=lazy("Par exemple : l'émargement du foyer, 12 signatures, est revenu le 14 "
                         "juin, après le rapprochement."),
        filters=[lines],
        validators=[
            DataRequired(lazy("Écrivez votre observation.")),
            Length(max=1000, message=lazy("1 000 caractères au plus.")),
        ],
        render_kw={"maxlength": 1000},
    )  # fmt: skip


class DropBatchForm(Form):
    """Why a bundle is set aside."""

    why = _line(
        lazy("Pourquoi"),
        lazy("Écrivez pourquoi : le procès-verbal le dira."),
        500,
        description=lazy("Par exemple : la même liasse a été ouverte deux fois ; elle a 41 "
                         "bulletins et non 40."),
    )  # fmt: skip


_OPENING = re.compile(
    r"(\d{1,2})/(\d{1,2})/(\d{4})\s+(\d{1,2})[:hH](\d{2})?\s*(?:-|–|à)\s*(\d{1,2})[:hH](\d{2})?",
    re.ASCII,
)


def read_hours(text: str) -> list[tuple[datetime, datetime]]:
    """Openings as typed, one a line, Paris time; a `Refusal` quotes the line that can't be read."""
    found = []
    for one in text.split("\n"):
        typed = one.strip()
        if not typed:
            continue
        match = _OPENING.fullmatch(typed)
        try:
            if match is None:
                raise ValueError
            day, month, year, *hours = (int(part or 0) for part in match.groups())
            local = datetime(year, month, day)  # noqa: DTZ001 - made Paris time below
            start, end = (
                paris(local.date(), local.replace(hour=hour, minute=minute).time())
                for hour, minute in (hours[:2], hours[2:])
            )
        except (ValueError, OverflowError):
            raise Refusal(
                lazy(
                    "Nous n'avons pas compris cette ouverture : « %(line)s ». Écrivez par exemple "
                    "12/06/2027 9:00-18:30.",
                    line=typed[:60],
                ),
                field="hours",
            ) from None
        found.append((start, end))
    return found


def write_hours(hours: Iterable[tuple[datetime, datetime]]) -> str:
    """Openings as `read_hours` reads them."""
    return "\n".join(
        f"{opens.astimezone(PARIS):%d/%m/%Y %-H:%M}-{closes.astimezone(PARIS):%-H:%M}"
        for opens, closes in hours
    )


def read_numbers(text: str) -> set[int]:
    """Numbers as typed, « 1 2 5-9 »; a `Refusal` quotes what is not a number."""
    found: set[int] = set()
    for word in re.split(r"[\s,;]+", text):
        if not word:
            continue
        match = re.fullmatch(r"(\d{1,6})(?:[-–](\d{1,6}))?", word, re.ASCII)
        first = int(match[1]) if match else 1
        last = int(match[2] or match[1]) if match else 0
        if not first <= last <= first + 10_000:
            raise Refusal(
                lazy("« %(word)s » n'est pas un numéro ni une suite comme 4-9.", word=word[:20]),
                field="numbers",
            )
        found.update(range(first, last + 1))
    return found


class ProvedForm(OwnGroup, Form):
    """Opening the ballot with a proved identity; the box counts where residence is declared."""

    honour = BooleanField(lazy("J'habite le territoire de ce vote, et je ne vote qu'une fois."))
