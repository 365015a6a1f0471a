"""The form of a règlement: a ready one asks only its own questions."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from wtforms import (
    BooleanField,
    DateField,
    IntegerField,
    RadioField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import (
    InputRequired,
    Length,
    NumberRange,
    Optional,
    ValidationError,
)
from wtforms.widgets import CheckboxInput, ListWidget

from civic.ballots.models import MOST_SHARE
from civic.budgets.rules_data import DEFAULTS
from civic.budgets.states import (
    BALLOT_TYPES,
    CHECKS,
    CHOICES,
    COMPLETIONS,
    PROOFS,
    PUBLICATIONS,
    RULES,
    STARTS,
    TIE_BREAKS,
    UTILITIES,
    WHO,
)
from civic.house.fields import EurosField, line, lines
from civic.house.i18n import lazy
from civic.house.text import folded
from civic.house.web import Form
from civic.proposals.states import THEMES


def _whole(label: Any, low: int, high: int, told: Any = "") -> IntegerField:
    """A whole number that must be given."""
    return IntegerField(
        label,
        description=told,
        validators=[
            InputRequired(lazy("Donnez un nombre.")),
            NumberRange(low, high, lazy("De %(low)s à %(high)s.", low=low, high=high)),
        ],
    )


def _maybe(label: Any, low: int, high: int, told: Any = "") -> IntegerField:
    """A whole number that may stay empty."""
    return IntegerField(
        label,
        description=told,
        validators=[
            Optional(),
            NumberRange(low, high, lazy("De %(low)s à %(high)s.", low=low, high=high)),
        ],
    )


def code(value: Any) -> str | None:
    return str(value) if value else None


class RulesForm(Form):
    """The rules of an édition: every field there is. A ready règlement asks only its own."""

    question = StringField(
        lazy("La question posée"),
        description=lazy(
            "Une phrase, en tête du vote. Par exemple : Que faut-il d'abord à nos rues ?"
        ),
        filters=[line],
        validators=[Length(max=200, message=lazy("200 caractères au plus."))],
        render_kw={"maxlength": 200},
    )
    ballot_type = RadioField(
        lazy("Forme du bulletin"),
        choices=list(BALLOT_TYPES.items()),
        validators=[InputRequired(lazy("Choisissez une forme."))],
    )
    minimum = _whole(lazy("Nombre de projets à choisir, au moins"), 0, 200)
    maximum = _whole(lazy("Nombre de projets à choisir, au plus"), 1, 200)
    max_points = _maybe(
        lazy("Points par projet, au plus"), 1, 100, lazy("Pour un bulletin à points.")
    )
    max_sum = _maybe(lazy("Points en tout, au plus"), 1, 1000, lazy("Pour un bulletin à points."))
    choice = RadioField(
        lazy("Une personne peut choisir"),
        choices=list(CHOICES.items()),
        validators=[InputRequired(lazy("Choisissez une des réponses."))],
    )
    rule = RadioField(
        lazy("Comment les voix donnent les lauréats"),
        choices=list(RULES.items()),
        validators=[InputRequired(lazy("Choisissez une règle."))],
    )
    skip = BooleanField(
        lazy("Passer un projet qui ne tient pas dans ce qui reste, et examiner le suivant")
    )
    per_zone = _maybe(
        lazy("Projets par quartier"), 1, 100, lazy("Pour les règles qui comptent par quartier.")
    )
    utility = RadioField(
        lazy("Parts égales : ce que vaut un projet pour qui l'a choisi"),
        choices=list(UTILITIES.items()),
        coerce=code,
        default="cost",
        validators=[Optional()],
    )
    completion = RadioField(
        lazy("Parts égales : ce que devient le reste"),
        choices=list(COMPLETIONS.items()),
        default="utilitarian",
        validators=[InputRequired(lazy("Choisissez une des réponses."))],
    )
    exhaustive_stop = BooleanField(
        lazy("Parts égales : arrêter de les faire grandir dès que rien d'autre ne tient")
    )
    start = RadioField(
        lazy("Parts égales : la part de départ de chacun"),
        choices=list(STARTS.items()),
        default="exact",
        validators=[InputRequired(lazy("Choisissez une des réponses."))],
    )
    large_above = EurosField(
        lazy("Un grand projet coûte plus de"),
        description=lazy(
            "Avec la règle des grands et des petits projets, ou pour limiter le nombre des grands."
        ),
        validators=[Optional()],
    )
    large_places = _maybe(
        lazy("Grands projets financés, au plus"), 1, 100, lazy("Vide : pas de limite.")
    )
    threshold = _maybe(
        lazy("Voix (ou points) qu'il faut au moins"), 0, 100_000, lazy("Vide : aucun seuil.")
    )
    laureates = _maybe(
        lazy("Nombre de lauréats, au plus"), 1, 1000, lazy("Vide : autant que l'argent le permet.")
    )
    themes = TextAreaField(
        lazy("Limites par thème ou par quartier"),
        description=lazy(
            "Une par ligne, en euros ou en projets. Par exemple : Lumière : 20000, ou Jeux : "
            "2 projets, ou Quartier Dutemple : 1 projet."
        ),
        filters=[lines],
        validators=[Length(max=2000)],
    )
    tie = RadioField(
        lazy("À égalité passe devant"),
        choices=list(TIE_BREAKS.items()),
        validators=[InputRequired(lazy("Choisissez une règle."))],
    )
    cap = EurosField(
        lazy("Coût le plus haut d'un projet"),
        description=lazy("Vide : pas de plafond."),
        validators=[Optional()],
    )
    who_votes = RadioField(
        lazy("Qui vote, de toute nationalité"),
        choices=list(WHO.items()),
        validators=[InputRequired(lazy("Choisissez une des réponses."))],
    )
    minimum_age = _maybe(
        lazy("Âge minimum pour voter"), 3, 18, lazy("Vide : aucune condition d'âge.")
    )
    age_on = DateField(
        lazy("Âge compté le"),
        description=lazy("Vide : le jour où le vote se termine."),
        validators=[Optional()],
    )
    residence = RadioField(
        lazy("Ce qui montre le domicile"),
        choices=list(PROOFS.items()),
        validators=[InputRequired(lazy("Choisissez une des réponses."))],
    )
    checks = SelectMultipleField(
        lazy("Comment une personne montre qui elle est"),
        choices=list(CHECKS.items()),
        widget=ListWidget(),
        option_widget=CheckboxInput(),
        validators=[InputRequired(lazy("Choisissez au moins une réponse."))],
    )
    phone_share = _whole(
        lazy("Personnes qui peuvent voter avec un même numéro de téléphone, au plus"),
        1,
        MOST_SHARE,
        lazy("Compte si l'on vote avec un code par SMS. Une famille partage parfois un téléphone."),
    )
    who_proposes = RadioField(
        lazy("Qui propose une idée"),
        choices=list(WHO.items()),
        validators=[InputRequired(lazy("Choisissez une des réponses."))],
    )
    proposer_age = _maybe(
        lazy("Âge minimum pour proposer"), 3, 18, lazy("Vide : aucune condition d'âge.")
    )
    paper = BooleanField(lazy("On peut aussi voter sur papier, dans un lieu de vote"))
    publication = RadioField(
        lazy("Publier les bulletins ouverts, sans nom et dans le désordre"),
        description=lazy(
            "Chacun peut alors recompter. Mais un bulletin rare pourrait désigner quelqu'un : "
            "jamais s'il y en a moins de 50."
        ),
        choices=list(PUBLICATIONS.items()),
        validators=[InputRequired(lazy("Choisissez une des réponses."))],
    )
    compare = BooleanField(lazy("Montrer avec le résultat ce que d'autres règles auraient donné"))
    appeal_days = _whole(lazy("Jours pour contester le résultat"), 1, 60)
    appeal_to = StringField(
        lazy("Contester auprès de"),
        description=lazy("Vide : l'organisme responsable."),
        filters=[line],
        validators=[Length(max=200, message=lazy("200 caractères au plus."))],
        render_kw={"maxlength": 200},
    )

    keep_days = _whole(
        lazy("Jours avant la destruction, après le dépouillement"),
        1,
        365,
        lazy("Enveloppes, émargements et droits de vote sont alors détruits, avec un certificat."),
    )

    @classmethod
    def of(cls, model: str, data: dict[str, Any]) -> RulesForm:
        """The form of one ready règlement (or of all rules), filled in with what is known."""
        known = {**data, "themes": themes_text(data)}
        if data.get("age_on"):
            known["age_on"] = date.fromisoformat(data["age_on"])
        form = cls(data=known)
        for name in list(form._fields):
            if name in _OWN_FIELDS and name not in MODEL_FIELDS[model]:
                del form[name]
        return form

    def values(self, model: str) -> dict[str, Any]:
        """The rules as the verb takes them; only what this form asked."""
        said: dict[str, Any] = {"model": model}
        for name, field in self._fields.items():
            if name in DEFAULTS:
                said[name] = field.data
        if "threshold" in said:
            said["threshold"] = said["threshold"] or 0
        if "age_on" in said:
            said["age_on"] = said["age_on"].isoformat() if said["age_on"] else None
        if "themes" in self:
            for name, value in self.themes_said.items():
                said[name] = value
        return said

    def validate_themes(self, field: Any) -> None:
        """Reads the limits by theme; says which line is not understood."""
        try:
            self.themes_said = themes_data(field.data or "")
        except ValueError as wrong:
            raise ValidationError(
                lazy(
                    "Nous n'avons pas compris « %(line)s ». Écrivez un thème, ou Quartier et son "
                    "nom, deux points, puis un montant ou un nombre de projets.",
                    line=str(wrong),
                )
            ) from None

    themes_said: dict[str, dict[str, int]] = {}


_COMMON = frozenset(
    ("tie", "cap", "who_votes", "minimum_age", "age_on", "residence", "checks",
     "who_proposes",
     "proposer_age", "paper", "publication", "compare", "appeal_days", "appeal_to", "phone_share",
     "keep_days", "question")
)  # fmt: skip
MODEL_FIELDS: dict[str, frozenset[str]] = {
    "one": _COMMON | {"minimum", "maximum"},
    "neighbourhoods": _COMMON | {"minimum", "maximum", "choice", "per_zone"},
    "points": _COMMON | {"minimum", "maximum", "max_points", "max_sum"},
    "other": frozenset(DEFAULTS) | {"themes"},
}
"""What the form of each ready règlement asks; the rest is fixed by it (`rules_data.READY`)."""
_OWN_FIELDS = frozenset(DEFAULTS) | {"themes"}


_PLACE: Any = lazy("Quartier")


def themes_text(data: dict[str, Any]) -> str:
    """The limits by theme and by neighbourhood, as the form writes them."""
    names = {code: str(said) for code, said in THEMES.items()}
    rows = []
    for kind, name_of in (("theme", names.get), ("place", _place)):
        for key, cents in data.get(f"{kind}_limits", {}).items():
            rest = f",{cents % 100:02}" if cents % 100 else ""
            rows.append(f"{name_of(key)} : {cents // 100}{rest}")
        for key, n in data.get(f"{kind}_places", {}).items():
            rows.append(f"{name_of(key)} : {n} projets")
    return "\n".join(rows)


def _place(name: str) -> str:
    return f"{_PLACE} {name}"


def themes_data(text: str) -> dict[str, dict[str, int]]:
    """Limits by theme and by neighbourhood, in cents and in projects, under the names that a
    règlement's data gives them; ValueError with the line not understood. Themes have the names that
    the page shows, and projects are said in any of its languages."""
    codes = {folded(str(words)): code for code, words in THEMES.items()}
    found: dict[str, dict[str, int]] = {
        f"{kind}_{what}": {} for kind in ("theme", "place") for what in ("limits", "places")
    }
    for row in filter(None, (one.strip() for one in text.splitlines())):
        name, _colon, said = row.rpartition(":")
        most = re.fullmatch(
            r"(\d{1,9})(?:[.,](\d{1,2}))?(proje(?:ts?|cts?)|مشروع|مشاريع)?",
            re.sub(r"[\s\u00a0\u202f€]", "", said),
        )
        kind, key = "theme", codes.get(folded(name.strip()), "")
        for word in ("quartier", str(_PLACE)):
            if not key and folded(name.strip()).startswith(f"{folded(word)} "):
                kind, key = "place", name.strip()[len(word) :].strip()
        if not key or most is None or (most[3] and most[2]):
            raise ValueError(row[:60])
        if most[3]:
            found[f"{kind}_places"][key] = int(most[1])
        else:
            cents = int(most[1]) * 100 + int((most[2] or "").ljust(2, "0"))
            found[f"{kind}_limits"][key] = cents
    return found
