"""The words of a graded ballot, from the worst (0) to the best."""

from __future__ import annotations

from typing import Any

from civic.house.i18n import lazy

GRADES: tuple[Any, ...] = (
    lazy("Non"),
    lazy("Pourquoi pas"),
    lazy("Oui"),
    lazy("Oui, beaucoup"),
)
BEST_GRADE = len(GRADES) - 1
