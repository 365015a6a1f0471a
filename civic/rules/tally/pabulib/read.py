"""Read a `.pb` file, of any of the five vote types, into an Election, or refuse it whole.

A file is first read fast, distinct votes once each; only when something is wrong is it gone through
again, row by row, to tell every line and reason.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from civic.rules import money
from civic.rules.records import replace
from civic.rules.tally.election import WITH_POINTS, Ballots, Election, Project
from civic.rules.tally.pabulib.chosen import Chosen
from civic.rules.tally.pabulib.errors import BadFile
from civic.rules.tally.pabulib.given import Given
from civic.rules.tally.pabulib.head import Head, read_head, read_projects
from civic.rules.tally.pabulib.sections import Cut, cut
from civic.rules.tally.pabulib.voters import Voters
from civic.rules.tally.pabulib.votes import NotAVote, VoteReader, refused_votes


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
    if errors:
        raise BadFile([*errors, *refused_votes(parts, reader)])
    votes = Chosen(reader) if reader.points < 0 else Given(reader)
    try:
        for columns in _columns(parts, reader):
            votes.add(columns)
        ballots = votes.ballots()
    except NotAVote:
        wrong = list(refused_votes(parts, reader))
        raise BadFile(wrong or [(parts.votes_line, "ces votes ne se lisent pas.")]) from None
    total = sum(ballots.weights)
    if total != head.num_votes:
        line = head.lines.get("num_votes", 0)
        raise BadFile([(line, f"{head.num_votes} votes annoncés, {total} dans le fichier.")])
    return _election(head, projects, reader, ballots, votes.low)


def _columns(parts: Cut, reader: VoteReader) -> Iterator[Sequence[Sequence[str]]]:
    """The votes some hundreds at a time, by columns; raises NotAVote if a row is plainly wrong."""
    voters = Voters()
    width, voter = len(reader.header), reader.voter
    for columns in parts.vote_columns(width):
        if columns is None or not all(columns[voter]):
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


def _election(
    head: Head, projects: list[Project], reader: VoteReader, ballots: Ballots, low: int
) -> Election:
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
