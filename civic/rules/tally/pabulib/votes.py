"""The VOTES section: one vote's text into positions and points, or the reason why not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from civic.rules import money
from civic.rules.tally.election import Project
from civic.rules.tally.pabulib.errors import BadFile
from civic.rules.tally.pabulib.head import Head, needs_points
from civic.rules.tally.pabulib.sections import Cut
from civic.rules.tally.pabulib.words import digits, points

_ALLOWED = {
    "sex": frozenset({"", "M", "F", "O"}),
    "voting_method": frozenset({"", "internet", "paper"}),
}


class NotAVote(ValueError):
    """A vote that cannot be counted; the message is a French sentence."""


class VoteReader:
    """Knows the columns, the projects and the limits; `parse` reads one vote.

    `point_scale` grows to the decimals met, so a file's points are parsed once before use.
    """

    def __init__(
        self,
        header: list[str],
        line: int,
        head: Head,
        projects: list[Project],
        errors: list[tuple[int, str]],
    ) -> None:
        self.header = header
        self.head = head
        self.places = {project.id: place for place, project in enumerate(projects)}
        self.costs = [project.cost for project in projects]
        self.voter = self._column("voter_id", line, errors)
        self.vote = self._column("vote", line, errors)
        with_points = needs_points(head.vote_type)
        self.points = self._column("points", line, errors) if with_points else -1
        self.checked_columns = [
            (header.index(name), allowed) for name, allowed in _ALLOWED.items() if name in header
        ]
        self.point_scale = 1
        most = 1 if head.vote_type == "choose-1" else len(projects)
        self.most = min(most, head.number("max_length") or most)
        self.least = head.number("min_length") or 0
        self.least_sum = _points(head.values.get("min_sum_points", ""))
        self.most_cost = self._amount("max_sum_cost") if not errors else None
        self.most_points = _points(head.values.get("max_points", ""))
        self.most_sum = _points(head.values.get("max_sum_points", ""))

    def _column(self, name: str, line: int, errors: list[tuple[int, str]]) -> int:
        if self.header.count(name) == 1:
            return self.header.index(name)
        how = "est là deux fois" if name in self.header else "manque"
        errors.append((line, f"la colonne {name} {how} dans VOTES."))
        return -1

    def _amount(self, key: str) -> int | None:
        text = self.head.values.get(key, "")
        return money.parse(text, self.head.scale) if text else None

    def choices(self, text: str) -> list[int]:
        """Positions of the chosen projects. Raises NotAVote with the reason."""
        if not text or text.isspace():
            return []
        ids = text.split(",")
        try:
            positions = list(map(self.places.__getitem__, ids))
        except KeyError:
            raise NotAVote(_unknown(ids, self.places)) from None
        if len(positions) > 1 and len(set(positions)) < len(positions):
            twice = next(i for i in ids if ids.count(i) > 1)
            raise NotAVote(f"le projet {twice} est choisi deux fois.")
        if len(positions) > self.most:
            raise NotAVote(f"{len(positions)} projets choisis, {self.most} au plus.")
        if self.most_cost is not None and len(positions) > 1:
            cost = sum(self.costs[p] for p in positions)
            if cost > self.most_cost:
                raise NotAVote("les projets choisis coûtent plus que max_sum_cost.")
        return positions

    def parse(self, text: str, marks: str) -> tuple[Sequence[int], Sequence[int]]:
        """Positions of the chosen projects and their points (times `point_scale`).

        Raises NotAVote with the reason.
        """
        positions = self.choices(text)
        return positions, self._parse_points(marks, len(positions))

    def _parse_points(self, marks: str, number: int) -> list[int]:
        if self.points < 0:
            return []
        texts = marks.split(",") if marks.strip() else []
        if len(texts) != number:
            raise NotAVote(f"{number} projets choisis, {len(texts)} notes données.")
        if self.point_scale == 1 and all(digits(text, 9) for text in texts):
            return self._within_limits([int(text) for text in texts])
        for text in texts:
            if not points(text):
                raise NotAVote(f"« {text} » n'est pas un nombre de points.")
            if "." in text:
                decimals = money.decimals_of(text)
                self.point_scale = max(self.point_scale, 10**decimals)
        return self._within_limits([money.parse(text, self.point_scale) for text in texts])

    def _within_limits(self, values: list[int]) -> list[int]:
        if self.head.vote_type == "cumulative" and any(value < 0 for value in values):
            raise NotAVote("des points sont négatifs.")
        if self.most_points is not None and any(
            value > self.most_points * self.point_scale for value in values
        ):
            raise NotAVote(f"plus de {self.most_points} points pour un projet.")
        if self.most_sum is not None and sum(values) > self.most_sum * self.point_scale:
            raise NotAVote(f"plus de {self.most_sum} points en tout.")
        return values

    def under_minimum(self, positions: Sequence[int], points: Sequence[int]) -> bool:
        """Whether a good vote has fewer choices or points than the file asks for; blank: no."""
        if not positions:
            return False
        if len(positions) < self.least:
            return True
        return self.least_sum is not None and sum(points) < self.least_sum * self.point_scale


def refused_votes(parts: Cut, reader: VoteReader) -> Iterator[tuple[int, str]]:
    """Every (line, reason) of the VOTES section, row by row."""
    first: dict[str, int] = {}
    try:
        for line, row in parts.vote_rows():
            if len(row) != len(reader.header):
                yield line, f"{len(reader.header)} colonnes attendues, {len(row)} lues."
                continue
            if reader.voter >= 0:
                voter = row[reader.voter]
                if not voter:
                    yield line, "le numéro de votant manque."
                elif voter in first:
                    yield line, f"le votant {voter} est déjà à la ligne {first[voter]}."
                first.setdefault(voter, line)
            for column, allowed in reader.checked_columns:
                if row[column] not in allowed:
                    good = ", ".join(sorted(allowed - {""}))
                    name = reader.header[column]
                    yield line, f"{name} : « {row[column][:40]} », il faut {good} ou rien."
            if reader.vote >= 0 and reader.places:
                try:
                    reader.parse(row[reader.vote], row[reader.points] if reader.points >= 0 else "")
                except NotAVote as reason:
                    yield line, str(reason)
    except BadFile as broken:
        yield from broken.errors


def _unknown(ids: list[str], places: dict[str, int]) -> str:
    wrong = next(i for i in ids if i not in places)
    if wrong.strip() in places:
        return f"une espace est de trop autour de « {wrong.strip()} »."
    return f"le projet « {wrong[:40]} » est inconnu." if wrong else "un choix est vide."


def _points(text: str) -> int | None:
    return int(text) if digits(text, 9) else None
