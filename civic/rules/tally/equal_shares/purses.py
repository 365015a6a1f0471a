"""What voters have and what projects cost them, in whole numbers of a fine fraction of the unit of
account, each within a known error."""

from __future__ import annotations

from fractions import Fraction

from civic.rules.records import record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_LONG = 61  # bits of a whole number that the machine adds up by itself
_ROUGH = 20  # bits of a share that a price must be sure of, or it is worked out exactly


@record
class Price:
    """What each supporter with money left pays for a project, within `error`; `full` of them in
    whole, the groups of `poor` all they have. `exact` is it, when known."""

    cost: int
    near: int
    error: int
    full: int
    poor: Any  # as the purses keep groups
    exact: Fraction | None = None


class Purses:
    """What one voter of each group still has, in 1 / 2 ** fine, within `error`."""

    def __init__(self, costs: list[int], share: Fraction, budget: int) -> None:
        self.costs = costs
        self.share = share
        self.fine = max(1, _LONG - budget.bit_length())
        self.whole = max(1, (share.numerator << self.fine) // share.denominator)
        self.error = 1
        self.rough = self.whole >> _ROUGH
        self.bought: list[int] = []
        self.paid: list[Price] = []

    def price(self, project: int, enough: int) -> Price | None:
        """The project's price now, or None if its supporters cannot pay for it.

        As soon as it is known to pass `enough`, a lower bound is answered instead, `full` being 0.
        """
        raise NotImplementedError

    def settle(self, price: Price, turn: int) -> Fraction:
        """The exact value of a price of that turn."""
        if price.exact is None:
            for earlier, known in enumerate(self.paid[:turn]):
                if known.exact is None:
                    known.exact = (known.cost - self._money(known.poor, earlier)) / known.full
            price.exact = (price.cost - self._money(price.poor, turn)) / price.full
        return price.exact

    def buy(self, project: int, price: Price) -> None:
        """Take the money of one purchase."""
        if price.error > max(1, self.rough):
            exact = self.settle(price, len(self.bought))
            price.near, price.error = (exact.numerator << self.fine) // exact.denominator, 1
        self._pay(project, price)
        self.error += price.error
        self.bought.append(project)
        self.paid.append(price)

    def _doubt(self, number: int, full: int) -> int:
        """How far a price may be off that `full` of that number of voters pay in whole."""
        return (number - full) * self.error // full + 2

    def _money(self, groups: Any, turn: int) -> Fraction:
        """What these groups, none of which had given all, had together before that turn."""
        raise NotImplementedError

    def _pay(self, project: int, price: Price) -> None:
        """Its supporters give the price, those who have less all they have."""
        raise NotImplementedError
