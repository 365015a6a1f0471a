"""The doors of proposals: `public` for everybody, `own` for who has an idea, `desk` for agents."""

from civic.proposals.views import desk, own, public
from civic.proposals.views.frame import doors

__all__ = ["desk", "doors", "own", "public"]
