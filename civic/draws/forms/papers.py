"""What the desk types: what letters say, who asks for a proof, an observer's oath."""

from __future__ import annotations

from wtforms import BooleanField, DateField
from wtforms.validators import InputRequired, Optional

from civic.draws.forms.fields import text
from civic.house.i18n import lazy
from civic.house.web import Form


class SheetForm(Form):
    """What all letters of a draw say."""

    phone = text(
        lazy("Numéro à appeler pour répondre"),
        lazy("Donnez un numéro de téléphone."),
        description=lazy("Par exemple : « 03 27 00 00 00, du lundi au vendredi, de 9 h à 17 h »."),
    )
    bring_to = text(
        lazy("Où déposer ou renvoyer le coupon"),
        lazy("Dites où."),
        description=lazy("Une adresse complète, ouverte au public."),
    )
    helpers = text(
        lazy("Qui peut aider à répondre"),
        lazy("Dites qui peut aider."),
        description=lazy(
            "Par exemple : « les médiateurs de la maison de quartier, le mercredi après-midi »."
        ),
    )
    privacy_contact = text(
        lazy("À qui écrire pour ses données personnelles"),
        lazy("Donnez une adresse."),
        description=lazy("Le délégué ou la déléguée à la protection des données de la commune."),
    )


class SeekForm(Form):
    """Who stands at the desk and asks whether they were in the lists."""

    family = text(
        lazy("Nom de famille"),
        lazy("Écrivez le nom de famille."),
        description=lazy("De naissance ou d'usage, comme sur la pièce d'identité."),
        most=100,
    )
    born = DateField(
        lazy("Date de naissance"),
        description=lazy("Vide si la liste n'a pas de dates : le nom seul est alors cherché."),
        validators=[Optional()],
    )
    seen = BooleanField(
        lazy("J'ai vu une pièce d'identité de cette personne"),
        validators=[InputRequired(lazy("Regardez d'abord la pièce d'identité."))],
    )


class OathForm(Form):
    """An observer takes the sealed file with them."""

    oath = BooleanField(
        lazy(
            "Sous serment, je garde ce fichier pour moi : il me sert à vérifier ce tirage, et à "
            "rien d'autre. Je l'efface ensuite."
        ),
        validators=[InputRequired(lazy("Cochez la case pour recevoir le fichier."))],
    )
