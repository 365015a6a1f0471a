"""Who says yes, against who stands in the lists: shares by criterion, once `FEWEST` people have
accepted, since a share of two people says nothing."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from civic.draws.features import order_of
from civic.draws.models import Draw, DrawnPerson
from civic.draws.queries import pool

FEWEST = 5


@dataclass(frozen=True, slots=True)
class Share:
    """A value: its share (0 to 1) in the lists, among those asked, among those who accepted."""

    feature: str
    value: str
    lists: float
    asked: float
    accepted: float

    @property
    def gap(self) -> float:
        """How many points the accepted differ from the lists: +0.1 is ten points more."""
        return self.accepted - self.lists


def shares(db: Session, draw: Draw) -> list[Share]:
    """Shares of each value that the lists know, while they are not erased and once enough people
    have accepted; [] otherwise. People who gave no value count in no share of that feature; a
    feature that the draw did not ask about is left out."""
    if draw.lists_erased_at is not None:
        return []
    place = "invited" if draw.way == "invited" else None
    query = select(DrawnPerson.features, DrawnPerson.answer).where(DrawnPerson.draw_id == draw.id)
    if place is not None:
        query = query.where(DrawnPerson.place == place)
    else:
        query = query.where((DrawnPerson.place == "titular") | DrawnPerson.called_at.is_not(None))
    asked: Counter[tuple[str, str]] = Counter()
    accepted: Counter[tuple[str, str]] = Counter()
    yes = 0
    for features, answer in db.execute(query):
        pairs = list(features.items())
        asked.update(pairs)
        if answer == "accepted":
            yes += 1
            accepted.update(pairs)
    if yes < FEWEST:
        return []
    lists: Counter[tuple[str, str]] = Counter()
    for one in pool.in_lists(db, draw):
        lists.update(one.features.items())
    whole = {name: _by_feature(counts) for name, counts in
             (("lists", lists), ("asked", asked), ("accepted", accepted))}  # fmt: skip
    return [
        Share(
            *pair,
            *(
                counts[pair] / whole[name][pair[0]] if whole[name][pair[0]] else 0.0
                for name, counts in (("lists", lists), ("asked", asked), ("accepted", accepted))
            ),
        )
        for pair in sorted(lists, key=lambda pair: order_of(*pair))
        if lists[pair] < whole["lists"][pair[0]] and whole["asked"][pair[0]]
    ]


def _by_feature(counts: Counter[tuple[str, str]]) -> Counter[str]:
    found: Counter[str] = Counter()
    for (feature, _value), many in counts.items():
        found[feature] += many
    return found
