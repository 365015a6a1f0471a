"""What a person may type in the entrance."""

from __future__ import annotations

from civic.house.web import Form


class ResendForm(Form):
    """Sends an uncertain or given-up mail again: a button."""
