"""Read a `.pb` file, of any of the five vote types, into an Election, or refuse it whole.

A file is first read fast, distinct votes once each; only when something is wrong is it gone through
again, row by row, to tell every line and reason.
"""

from __future__ import annotations

import sys
from array import array
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from civic.rules import money
from civic.rules.tally.election import WITH_POINTS, Ballots, Election, Project
from civic.rules.tally.pabulib.errors import BadFile
from civic.rules.tally.pabulib.head import Head, read_head, read_projects
from civic.rules.tally.pabulib.sections import NULL, Cut, cut, decode
from civic.rules.tally.pabulib.votes import NotAVote, VoteReader, refused_votes

_LARGE = 4_000  # different votes from which NumPy is worth its loading
_SOME = 400  # and, once it is loaded, its use


def read(content: bytes) -> Election:
    """The election a `.pb` file holds. Raises BadFile with every line and reason.

    Taken: byte order mark, Windows line ends, decimal points, blank votes (counted as voters).
    Refused: another encoding, decimal commas, unknown or repeated projects or voters, more choices
    or points than the file's own limits, a number of projects or votes other than announced.
    Ballots under a minimum, and a `votes` column that is not what the ballots add up to, are taken
    and said in `notices`.
    """
    parts = cut(decode(content))
    errors: list[tuple[int, str]] = []
    head = read_head(parts.meta, errors)
    projects = read_projects(parts.projects, head, errors)
    reader = VoteReader(parts.votes_header, parts.votes_line - 1, head, projects, errors)
    taken = None
    counted = _different(parts, reader) if not errors else None
    if counted is not None:
        taken = _taken(reader, counted, head)
    if counted is None or taken is None:
        errors.extend(refused_votes(parts, reader))
        raise BadFile(errors or [(parts.votes_line, "ces votes ne se lisent pas.")])
    total = sum(counted.values())
    if total != head.num_votes:
        line = head.lines.get("num_votes", 0)
        errors.append((line, f"{head.num_votes} votes annoncés, {total} dans le fichier."))
        raise BadFile(errors)
    return _election(head, projects, reader, taken)


def _different(parts: Cut, reader: VoteReader) -> Counter[str] | None:
    """How many times each vote is there; None as soon as a row is plainly wrong.

    Points follow their vote after a null character, which no file has.
    """
    if reader.vote < 0:
        return None
    counted: Counter[str] = Counter()
    voters = array("q")  # as hashes: equal ones are looked at again
    width, voter, vote, points = len(reader.header), reader.voter, reader.vote, reader.points
    for columns in parts.vote_columns(width):
        if columns is None or "" in columns[voter]:
            return None
        for column, allowed in reader.checked_columns:
            if not allowed.issuperset(columns[column]):
                return None
        voters.extend(map(hash, columns[voter]))
        if points < 0:
            counted.update(columns[vote])
        else:
            pairs = zip(columns[vote], columns[points], strict=True)
            counted.update(map(NULL.join, pairs))
    if not _all_differ(voters) and not _once_each(parts, width, voter):
        return None
    return counted


def _all_differ(numbers: array[int]) -> bool:
    if len(numbers) <= _LARGE:
        return len(set(numbers)) == len(numbers)
    import numpy as np

    ordered = np.sort(np.frombuffer(numbers, dtype=np.int64))
    return not bool((ordered[1:] == ordered[:-1]).any())


def _once_each(parts: Cut, width: int, voter: int) -> bool:
    """Whether no voter is there twice, whatever their hashes."""
    seen: set[str] = set()
    number = 0
    for columns in parts.vote_columns(width):
        if columns is not None:
            seen.update(columns[voter])
            number += len(columns[voter])
    return len(seen) == number


def _taken(reader: VoteReader, counted: Counter[str], head: Head) -> tuple[Ballots, int] | None:
    """The ballots and how many are under a minimum; None if one of them cannot be counted."""
    if len(counted) > (_SOME if "numpy" in sys.modules else _LARGE):
        from civic.rules.tally.pabulib.bulk import bulk

        taken = bulk(reader, counted, head.vote_type)
        if taken is not None:
            return taken
    try:
        scale = reader.point_scale
        parsed = _parsed(reader, counted)
        if reader.point_scale != scale:  # decimals were met: all points again, at their scale
            parsed = _parsed(reader, counted)
    except NotAVote:
        return None
    low = sum(times for places, marks, times in parsed if reader.under_minimum(places, marks))
    return Ballots.grouped(tuple(reader.places), parsed, head.vote_type), low


def _parsed(
    reader: VoteReader, counted: Counter[str]
) -> list[tuple[Sequence[int], Sequence[int], int]]:
    parsed = []
    for said, times in counted.items():
        text, _, marks = said.partition(NULL)
        parsed.append((*reader.parse(text, marks), times))
    return parsed


def _election(
    head: Head, projects: list[Project], reader: VoteReader, taken: tuple[Ballots, int]
) -> Election:
    ballots, low = taken
    election = Election(
        projects=tuple(projects),
        ballots=ballots,
        budget=money.parse(head.budget, head.scale),
        vote_type=head.vote_type,
        scale=head.scale,
        point_scale=reader.point_scale,
        default_score=head.default_score * reader.point_scale,
        meta=head.values,
        budget_text=head.budget,
    )
    notices = [*head.notices, *_differences(election, head)]
    if low:
        notices.append((0, f"Bulletins sous le minimum de choix ou de points : {low}."))
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
