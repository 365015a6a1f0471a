"""The doors of éditions: `public` for everybody, `desk` and `recordings` for the
agent who prepares them."""

from civic.budgets.views import desk, public, recordings
from civic.budgets.views.frame import doors

__all__ = ["desk", "doors", "public", "recordings"]
