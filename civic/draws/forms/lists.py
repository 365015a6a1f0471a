"""What an agent says of a list: where it comes from, what its lines are worth."""

from __future__ import annotations

from flask_wtf.file import FileRequired
from wtforms import BooleanField, FileField, RadioField, SelectField, StringField
from wtforms.validators import DataRequired, Length

from civic.draws.forms.fields import chosen
from civic.draws.reading import KINDS
from civic.house.fields import line
from civic.house.i18n import lazy
from civic.house.web import Form


class UploadForm(Form):
    """Sends a list. `municipality` gets its choices from the view."""

    municipality = SelectField(
        lazy("Commune responsable du fichier"),
        coerce=int,
        validators=[chosen()],
        description=lazy("Elle répond de l'usage de ces noms, pour ce tirage seulement."),
    )
    kind = RadioField(
        lazy("Sorte de liste"),
        choices=[(key, name) for key, name in KINDS.items() if key != "dwellings"],
        default="electoral",
        validators=[chosen()],
    )
    label = StringField(
        lazy("Nom de la liste, tel qu'il sera publié"),
        description=lazy("Par exemple : « Liste électorale de Valenciennes, janvier »."),
        filters=[line],
        validators=[
            DataRequired(lazy("Donnez un nom à cette liste.")),
            Length(max=120, message=lazy("Ce nom dépasse 120 lettres : raccourcissez-le.")),
        ],
        render_kw={"maxlength": 120},
    )
    convention = StringField(
        lazy("Convention ou accord"),
        description=lazy(
            "Pour une liste qui ne vient pas de la commune : l'accord qui permet de l'utiliser."
        ),
        filters=[line],
        validators=[Length(max=200, message=lazy("200 lettres au plus."))],
        render_kw={"maxlength": 200},
    )
    file = FileField(
        lazy("Fichier"),
        description=lazy(
            "CSV ou .xlsx, avec les noms des colonnes sur la première ligne. Rien n'est chargé "
            "avant que vous ayez vu et confirmé."
        ),
        validators=[FileRequired(lazy("Choisissez un fichier."))],
        render_kw={"accept": ".csv,.txt,.xlsx"},
    )


class CheckedForm(Form):
    """Declares the lists checked."""

    without_unmatched = BooleanField(
        lazy("Continuer sans les personnes dont l'adresse n'est pas reconnue")
    )


class DecisionForm(Form):
    """Says who a doubtful line is; one button an answer."""
