"""What an agent may type about an address."""

from __future__ import annotations

from wtforms import SelectField

from civic.house.i18n import lazy
from civic.house.web import Form


class SettleForm(Form):
    """Where an address lies; 0 says « in none of our neighbourhoods »."""

    neighbourhood = SelectField(lazy("Quartier"), coerce=int)
