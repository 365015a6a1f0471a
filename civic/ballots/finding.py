"""Finding a project again on a long ballot: by words, by group, or among one's own choices.

What is looked for comes in the body of the ballot's own form and is kept nowhere: it would say what
somebody is thinking of voting for. The projects that are not shown stay in the page, so that
nothing chosen is lost.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

from civic.ballots.queries import PollItem
from civic.house.text import folded

FEW, MANY = 8, 12
"""Above how many projects a ballot has « Mes choix », and « Trouver un projet »."""


@dataclass(frozen=True, slots=True)
class Found:
    """What is looked for. `mine`: one's own choices and nothing else."""

    words: str = ""
    group: str = ""
    mine: bool = False

    @property
    def asked(self) -> bool:
        """Whether words or a group are looked for."""
        return bool(self.words or self.group)

    def shows(self, item: PollItem, chosen: Sequence[str]) -> bool:
        """Whether this project is shown."""
        if self.mine:
            return item.reference in chosen
        text = folded(f"{item.label} {item.group} {item.place} {item.sentence}")
        return (not self.group or item.group == self.group) and all(
            word in text for word in folded(self.words).split()
        )


EVERYTHING = Found()


def read(sent: MultiDict[str, str]) -> Found | None:
    """What a ballot's form looks for; None when its button does something else."""
    found = Found(
        sent.get("find", "").strip()[:100], sent.get("group", ""), sent.get("act") == "mine"
    )
    match sent.get("act"):
        case "find" | "mine":
            return found
        case "all":
            return EVERYTHING
        case "keep" if found.asked and "move" not in sent:  # « Entrée » in the field of words
            return found
    return None
