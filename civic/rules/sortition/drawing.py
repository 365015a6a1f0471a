"""The draw itself: from a committed lottery and the chance that came, to the record."""

from __future__ import annotations

from typing import Any

from civic.rules.sortition.values import BadInput
from civic.rules.sortition.verify import (
    RECORD,
    WAYS,
    Wrong,
    check_lottery,
    digest,
    normal_seed,
    number_of,
    panel_of,
    reserve_of,
)


def run(
    public: dict[str, Any], *, seed: str | None = None, number: int | None = None
) -> dict[str, Any]:
    """The record of the draw: lottery, commitment, how chance came (``way``), what it was as it
    counts (``given``), the number, the panel and the reserve (people's numbers, in order).

    Give a ``seed`` (any text; capitals and blanks don't matter) or the ``number`` drawn in the
    hall, 0 to M - 1. Raises BadInput for both, neither, a number out of range, a way that the
    commitment excludes, or a lottery that is not whole.
    """
    if (seed is None) == (number is None):
        raise BadInput("il faut une graine ou un numéro, et un seul des deux")
    try:
        check_lottery(public)
    except (Wrong, KeyError, TypeError, ValueError, AttributeError) as error:
        raise BadInput(f"loterie inutilisable : {error}") from None
    way = "number" if seed is None else "seed"
    if way not in WAYS[public["chance"]]:
        announced = {"seed": "une graine", "number": "un numéro"}[public["chance"]]
        raise BadInput(f"l'engagement annonce {announced} pour tout hasard")
    own, numbers = digest(public), int(public["numbers"])
    if number is None:
        given = normal_seed(seed or "")
        if not given:
            raise BadInput("la graine est vide")
        number = number_of(own, given, numbers)
    elif 0 <= number < numbers:
        given = str(number)
    else:
        raise BadInput(f"le numéro va de 0 à {numbers - 1}, {number} n'en est pas un")
    panel = panel_of(public, number)
    return {
        "format": RECORD,
        "commitment": own,
        "lottery": public,
        "way": way,
        "given": given,
        "number": number,
        "panel": panel,
        "reserve": reserve_of(public, panel, given),
    }
