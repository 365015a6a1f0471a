"""The doors of éditions: `public` for everybody, `desk` for the agent who prepares them."""

from civic.budgets.views import desk, public
from civic.budgets.views.frame import doors

__all__ = ["desk", "doors", "public"]
