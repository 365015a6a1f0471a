"""The doors of éditions: `public` and `results` for everybody, `desk`, `trying` and `recordings`
for the agent who prepares them."""

from civic.budgets.views import desk, public, recordings, results, trying
from civic.budgets.views.frame import doors

__all__ = ["desk", "doors", "public", "recordings", "results", "trying"]
