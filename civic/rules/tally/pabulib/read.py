"""Read a `.pb` file, of any of the five vote types, into an Election, or refuse it whole.

A file is first read fast, distinct votes once each; only when something is wrong is it gone through
again, row by row, to tell every line and reason.
"""

from __future__ import annotations

import sys
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate

from civic.rules import money
from civic.rules.records import record, replace
from civic.rules.tally.election import WITH_POINTS, Ballots, Election, Project
from civic.rules.tally.pabulib.errors import BadFile
from civic.rules.tally.pabulib.head import Head, read_head, read_projects
from civic.rules.tally.pabulib.sections import NULL, Cut, cut
from civic.rules.tally.pabulib.voters import Voters
from civic.rules.tally.pabulib.votes import NotAVote, VoteReader, refused_votes

_LARGE = 4_000  # different votes with points from which NumPy is worth its loading
_BYTE = 256  # what a byte can tell apart
_END = "\n"  # between votes: no vote that was read as a plain row has one


@record
class Taken:
    """The votes of a file: ballots, how many are under a minimum, and how many there are."""

    ballots: Ballots
    low: int
    total: int


def read(content: bytes) -> Election:
    """The election a `.pb` file holds. Raises BadFile with every line and reason.

    Taken: byte order mark, Windows line ends, decimal points, blank votes (counted as voters).
    Refused: another encoding, decimal commas, unknown or repeated projects or voters, more choices
    or points than the file's own limits, a number of projects or votes other than announced.
    Ballots under a minimum, and a `votes` column that is not what the ballots add up to, are taken
    and said in `notices`.
    """
    parts = cut(content)
    errors: list[tuple[int, str]] = []
    head = read_head(parts.meta, errors)
    projects = read_projects(parts.projects, head, errors)
    reader = VoteReader(parts.votes_header, parts.votes_line - 1, head, projects, errors)
    taken = None
    if not errors and reader.vote >= 0:
        taken = _chosen(parts, reader, head) if reader.points < 0 else _given(parts, reader, head)
    if taken is None:
        errors.extend(refused_votes(parts, reader))
        raise BadFile(errors or [(parts.votes_line, "ces votes ne se lisent pas.")])
    if taken.total != head.num_votes:
        line = head.lines.get("num_votes", 0)
        errors.append((line, f"{head.num_votes} votes annoncés, {taken.total} dans le fichier."))
        raise BadFile(errors)
    return _election(head, projects, reader, taken)


def _columns(parts: Cut, reader: VoteReader) -> Iterator[Sequence[Sequence[str]]]:
    """The votes some hundreds at a time, by columns; raises NotAVote if a row is plainly wrong."""
    voters = Voters()
    width, voter = len(reader.header), reader.voter
    for columns in parts.vote_columns(width):
        if columns is None or "" in columns[voter]:
            raise NotAVote
        for column, allowed in reader.checked_columns:
            if not allowed.issuperset(columns[column]):
                raise NotAVote
        voters.add(columns[voter])
        yield columns
    if not voters.all_differ() and not _once_each(parts, width, voter):
        raise NotAVote


def _once_each(parts: Cut, width: int, voter: int) -> bool:
    """Whether no voter is there twice, compared by name."""
    seen: set[str] = set()
    number = 0
    for columns in parts.vote_columns(width):
        if columns is not None:
            seen.update(columns[voter])
            number += len(columns[voter])
    return len(seen) == number


def _chosen(parts: Cut, reader: VoteReader, head: Head) -> Taken | None:
    """Votes without points; None if one of them cannot be counted.

    Ballots are kept as bytes, a project's place each, so that those that say the same are one.
    """
    weights: dict[bytes, int] = {}
    kind = "B" if len(reader.places) < _BYTE else "i"
    plain = kind == "B" and head.vote_type != "ordinal" and reader.least_sum is None
    low = 0
    try:
        for columns in _columns(parts, reader):
            counted = Counter(columns[reader.vote])
            if plain:
                low += _add_sets(weights, counted, reader)
            else:
                low += _add_lists(weights, counted, reader, kind, head.vote_type == "ordinal")
    except NotAVote:
        return None
    if plain and _repeats(weights, len(reader.places)):
        return None
    width = array(kind).itemsize
    starts = array("q", [0])
    starts.extend(accumulate(map(len, weights)))
    if width > 1:
        starts = array("q", [start // width for start in starts])
    choices = array("i")
    choices.frombytes(_widened(b"".join(weights), width, choices.itemsize))
    numbers = array("q", weights.values())
    return Taken(Ballots(tuple(reader.places), starts, choices, None, numbers), low, sum(numbers))


def _widened(places: bytes, width: int, wider: int) -> bytes | bytearray:
    """The same whole numbers, each in `wider` bytes instead of `width`, which is that or 1."""
    if width == wider:
        return places
    wide = bytearray(wider * len(places))
    wide[0 if sys.byteorder == "little" else wider - 1 :: wider] = places
    return wide


def _add_lists(
    weights: dict[bytes, int], counted: Counter[str], reader: VoteReader, kind: str, ordinal: bool
) -> int:
    """Add votes one by one; how many are under a minimum. Raises NotAVote for a bad one."""
    low = 0
    for text, times in counted.items():
        places = reader.choices(text)
        if reader.under_minimum(places, ()):
            low += times
        if not ordinal:
            places.sort()
        key = array(kind, places).tobytes()
        weights[key] = weights.get(key, 0) + times
    return low


def _add_sets(weights: dict[bytes, int], counted: Counter[str], reader: VoteReader) -> int:
    """The same for votes whose order says nothing, all at once; a project chosen twice stays so."""
    if blank := counted.pop("", 0):
        weights[b""] = weights.get(b"", 0) + blank
    if not counted:
        return 0
    places = reader.places | {_END: _BYTE - 1}  # fewer than that many projects are kept as bytes
    try:
        every = bytes(map(places.__getitem__, f",{_END},".join(counted).split(",")))
        chosen = every.split(bytes([_BYTE - 1]))
    except KeyError:
        chosen = []
    if len(chosen) != len(counted):  # an unknown project, or the end of a line within quotes
        return _add_lists(weights, counted, reader, "B", ordinal=False)
    least, most, most_cost = reader.least, reader.most, reader.most_cost
    cost_of = reader.costs.__getitem__
    low = 0
    for key, times in zip(chosen, counted.values(), strict=True):
        size = len(key)
        if size > most:
            raise NotAVote
        if size < least:
            low += times
        if size > 1:
            key = bytes(sorted(key))  # noqa: PLW2901
            if most_cost is not None and sum(map(cost_of, key)) > most_cost:
                raise NotAVote
        weights[key] = weights.get(key, 0) + times
    return low


def _repeats(ballots: Iterable[bytes], projects: int) -> bool:
    """Whether one of these sorted ballots has a project twice."""
    every = bytes([projects]).join(ballots)
    number = int.from_bytes(every, "little")
    differences = (number ^ (number >> 8)).to_bytes(len(every), "little")
    return differences.find(0, 0, -1) >= 0


def _given(parts: Cut, reader: VoteReader, head: Head) -> Taken | None:
    """Votes with points; None if one of them cannot be counted.

    Points follow their vote after a null character, which no file has.
    """
    counted: Counter[str] = Counter()
    try:
        for columns in _columns(parts, reader):
            pairs = zip(columns[reader.vote], columns[reader.points], strict=True)
            counted.update(map(NULL.join, pairs))
        if len(counted) > _LARGE:
            from civic.rules.tally.pabulib.bulk import bulk

            taken = bulk(reader, counted)
            if taken is not None:
                return Taken(*taken, sum(counted.values()))
        scale = reader.point_scale
        parsed = _parsed(reader, counted)
        if reader.point_scale != scale:  # decimals were met: all points again, at their scale
            parsed = _parsed(reader, counted)
    except NotAVote:
        return None
    low = sum(times for places, marks, times in parsed if reader.under_minimum(places, marks))
    ballots = Ballots.grouped(tuple(reader.places), parsed, head.vote_type)
    return Taken(ballots, low, sum(counted.values()))


def _parsed(
    reader: VoteReader, counted: Counter[str]
) -> list[tuple[Sequence[int], Sequence[int], int]]:
    parsed = []
    for said, times in counted.items():
        text, _, marks = said.partition(NULL)
        parsed.append((*reader.parse(text, marks), times))
    return parsed


def _election(head: Head, projects: list[Project], reader: VoteReader, taken: Taken) -> Election:
    election = Election(
        projects=tuple(projects),
        ballots=taken.ballots,
        budget=money.parse(head.budget, head.scale),
        vote_type=head.vote_type,
        scale=head.scale,
        point_scale=reader.point_scale,
        default_score=head.default_score * reader.point_scale,
        meta=head.values,
        budget_text=head.budget,
    )
    notices = [*head.notices, *_differences(election, head)]
    if taken.low:
        notices.append((0, f"Bulletins sous le minimum de choix ou de points : {taken.low}."))
    return replace(election, notices=tuple(notices))


def _differences(election: Election, head: Head) -> list[tuple[int, str]]:
    """Projects whose `votes` or `score` column is not what the ballots add up to."""
    notices = []
    votes, scores = election.votes(), election.scores()
    for project in election.projects:
        line = head.project_lines.get(project.id, 0)
        said = project.declared_votes
        if said is not None and said != votes[project.id]:
            notices.append(
                (
                    line,
                    f"projet {project.id} : {said} votes annoncés, {votes[project.id]} comptés.",
                )
            )
        score = project.declared_score
        if score is not None and election.vote_type in WITH_POINTS:
            counted = money.plain(scores[project.id], election.point_scale)
            try:
                same = money.parse(score, election.point_scale) == scores[project.id]
            except money.NotAnAmount:
                same = False
            if not same:
                notices.append(
                    (
                        line,
                        f"{score} points annoncés pour le projet {project.id}, {counted} comptés.",
                    )
                )
    return notices
