"""Fields of forms that several rooms need: tidied text, whole numbers, codes of letters, e-mail
addresses, euros as people write them, instants of Paris time."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

from wtforms import DateTimeLocalField, IntegerField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, ValidationError

from civic.house.clock import PARIS
from civic.house.i18n import lazy
from civic.house.text import one_line, prose

_AMOUNT = re.compile(r"(\d{1,10})(?:[.,](\d{1,2}))?", re.ASCII)


def line(text: str | None) -> str:
    """A one-line field, tidied."""
    return one_line(text or "")


def lines(text: str | None) -> str:
    """A long field, tidied."""
    return prose(text or "")


def number(label: Any, low: int, high: int, **more: Any) -> IntegerField:
    """A whole number from `low` to `high`."""
    return IntegerField(
        label,
        validators=[
            InputRequired(lazy("Écrivez un nombre entier.")),
            NumberRange(
                low,
                high,
                lazy("Il faut un nombre de %(low)s à %(high)s.", low=low, high=high),
            ),
        ],
        render_kw={"min": low, "max": high, "inputmode": "numeric"},
        **more,
    )


def letter_code() -> StringField:
    """The code of a letter, of a draw or of a vote, as people copy it."""
    return StringField(
        lazy("Le code de votre lettre"),
        description=lazy(
            "Seize signes en quatre groupes, par exemple 7KQM-4HTZ-9WXP-2RV8. Majuscules ou "
            "minuscules, avec ou sans tirets."
        ),
        filters=[line],
        validators=[
            DataRequired(lazy("Tapez le code imprimé sur votre lettre.")),
            Length(max=60, message=lazy("Ce code est trop long : il a seize signes.")),
        ],
        render_kw={
            "autocomplete": "off",
            "autocapitalize": "characters",
            "spellcheck": "false",
            "maxlength": 60,
        },
    )


_ADDRESS = re.compile(
    r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z0-9-]{2,}",
    re.ASCII | re.IGNORECASE,
)
"""What any mail server takes: an accent or a bracket would stop the mail before it left."""


def an_address(_form: Any, field: Any) -> None:
    """Refuses what can't be an e-mail address, and says how one looks."""
    text = field.data or ""
    if len(text) > 254 or "=?" in text or not _ADDRESS.fullmatch(text):
        raise ValidationError(
            lazy("Cette adresse n'est pas complète. Une adresse ressemble à nom@exemple.fr.")
        )


class EurosField(StringField):
    """An amount in euros, typed as one likes (« 12 500,50 », « 12500.5 € »); `data` is cents."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Reads what was typed; None when it is empty."""
        self.data: Any = None
        typed = valuelist[0] if valuelist else ""
        plain = re.sub(r"[\s\u00a0\u202f€]", "", typed)
        if not plain:
            return
        found = _AMOUNT.fullmatch(plain)
        if found is None:
            raise ValueError(
                lazy("Nous n'avons pas compris ce montant. Écrivez par exemple 12500 ou 12500,50.")
            )
        self.data = int(found[1]) * 100 + int((found[2] or "").ljust(2, "0"))

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        if self.data is None:
            return ""
        whole, rest = divmod(int(self.data), 100)
        return f"{whole},{rest:02}" if rest else str(whole)


class ParisInstantField(DateTimeLocalField):
    """A day and an hour of Paris time; `data` is the UTC instant."""

    def __init__(self, label: Any = None, validators: Any = None, **kwargs: Any) -> None:
        super().__init__(label, validators, format="%Y-%m-%dT%H:%M", **kwargs)

    def process_formdata(self, valuelist: list[str]) -> None:
        """Reads what the browser sent."""
        if not valuelist or not valuelist[0].strip():
            self.data: Any = None
            return
        try:
            local = datetime.strptime(valuelist[0].strip()[:16], "%Y-%m-%dT%H:%M")  # noqa: DTZ007
            if not 2000 <= local.year < 2200:
                raise ValueError(local)
        except ValueError:
            self.data = None
            raise ValueError(
                lazy("Nous n'avons pas compris cette date. Donnez un jour et une heure.")
            ) from None
        self.data = local.replace(tzinfo=PARIS).astimezone(UTC)

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return self.data.astimezone(PARIS).strftime("%Y-%m-%dT%H:%M") if self.data else ""
