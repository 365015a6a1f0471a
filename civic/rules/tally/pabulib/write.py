"""Write an election, and its result if there is one, as a `.pb` file anyone can count again.

Nothing in it tells voters apart: random voter ids, rows in a random order, no column about people.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from civic.rules import money
from civic.rules.tally.election import WITH_POINTS, Ballot, Election, Project
from civic.rules.tally.outcome import Outcome
from civic.rules.tally.pabulib.declared import declare, flat, listed

_META = (
    *("description", "country", "unit", "district", "subunit", "instance", "num_projects"),
    *("num_votes", "budget", "vote_type", "rule", "date_begin", "date_end", "min_length"),
    *("max_length", "min_sum_cost", "max_sum_cost", "min_points", "max_points"),
    *("min_sum_points", "max_sum_points", "default_score", "min_project_cost", "max_project_cost"),
    *("min_project_score_threshold", "edition", "language", "currency", "fully_funded"),
    *("experimental", "comment", "acknowledgments"),
)
NEEDED = ("description", "country", "unit", "instance", "date_begin", "date_end")
NO_ZONE = "-"  # the format wants a word where a project has no neighbourhood
_ID_BITS = 48


def write(
    election: Election,
    outcome: Outcome | None,
    *,
    meta: Mapping[str, str],
    below: Callable[[int], int],
) -> bytes:
    """The file's bytes: UTF-8, no byte order mark, `\\n` line ends.

    `meta` gives at least NEEDED (dates as jj.mm.aaaa or a year); what the election was read with is
    kept under it. `below(n)` is a random number from 0 to n - 1, as `secrets.randbelow`. The format
    has no blank ballot: they are left out and counted in a comment, but where the result depends on
    them (each voter's share by Equal Shares, the median grade) they stay as empty votes. Raises
    ValueError when one of NEEDED is missing.
    """
    keep_blanks = outcome is not None and outcome.rule in {"equal-shares", "majority-judgment"}
    blanks = 0 if keep_blanks else election.blanks
    head = _head(election, outcome, meta, blanks)
    missing = [key for key in NEEDED if not head.get(key)]
    if missing:
        raise ValueError(f"Il manque {missing[0]} pour écrire ce fichier.")
    import csv
    import io

    text = io.StringIO(newline="")
    rows = csv.writer(text, delimiter=";", lineterminator="\n")
    rows.writerow(["META"])
    rows.writerow(["key", "value"])
    rows.writerows([key, flat(head[key])] for key in _META if head.get(key))
    rows.writerow(["PROJECTS"])
    rows.writerows(_projects(election, outcome))
    rows.writerow(["VOTES"])
    rows.writerows(_votes(election, below, keep_blanks=keep_blanks))
    return text.getvalue().encode("utf-8")


def _head(
    election: Election, outcome: Outcome | None, meta: Mapping[str, str], blanks: int
) -> dict[str, str]:
    head = {**election.meta, **meta}
    head.pop("comment", None)
    head["num_projects"] = str(len(election.projects))
    head["num_votes"] = str(election.voters - blanks)
    head["budget"] = money.plain(election.budget, election.scale)
    head["vote_type"] = election.vote_type
    head.setdefault("currency", "EUR")
    head.pop("fully_funded", None)
    if sum(project.cost for project in election.projects) <= election.budget:
        head["fully_funded"] = "1"
    head.pop("min_project_score_threshold", None)
    head["rule"] = "unknown"
    comments = []
    if outcome is not None:
        head["rule"], comment = rule_name(outcome, election)
        comments.append(comment)
        if outcome.options.threshold:
            head["min_project_score_threshold"] = str(outcome.options.threshold)
    if blanks:
        comments.append(f"{blanks} bulletins blancs ne sont pas dans ce fichier")
    numbered = [f"#{at}: {comment}" for at, comment in enumerate(filter(None, comments), start=1)]
    head["comment"] = " ".join(numbered)
    if election.vote_type in WITH_POINTS and election.point_scale == 1:
        marks = [sum(ballot.points) for ballot in election.ballots]
        head.setdefault("max_sum_points", str(max(marks, default=0)))
    return head


def rule_name(outcome: Outcome, election: Election) -> tuple[str, str]:
    """The format's name for a rule, and the comment that says it whole."""
    options = outcome.options
    said = declare(outcome)
    limited = bool(
        options.category_limits
        or options.category_places
        or options.incompatible
        or options.laureates is not None
    )
    by_points = options.utility == "points"
    own = options.utility != "borda" and by_points == (election.vote_type in WITH_POINTS)
    if outcome.rule == "greedy" and own and not limited:
        if options.threshold and options.skip:
            return "greedy-threshold", said
        if not options.threshold:
            return ("greedy" if options.skip else "greedy-no-skip"), said
    if outcome.rule == "equal-shares" and options.utility == "cost" and not limited:
        if options.completion == "none" and options.start == "exact":
            return "equalshares", said
        if options.completion == "add1" and not options.exhaustive_stop:
            return "equalshares/add1", said
    return "greedy-custom", said


def _projects(election: Election, outcome: Outcome | None) -> Iterator[list[str]]:
    votes, scores = election.votes(), election.scores()
    with_points = election.vote_type in WITH_POINTS
    zones = any(project.zone for project in election.projects)
    themes = any(project.categories for project in election.projects)
    winners = set(outcome.winners) if outcome is not None else None

    def cells(project: Project | None) -> Iterator[str]:
        yield project.id if project else "project_id"
        yield money.plain(project.cost, election.scale) if project else "cost"
        yield str(votes[project.id]) if project else "votes"
        if with_points:
            yield money.plain(scores[project.id], election.point_scale) if project else "score"
        yield (flat(project.name) or project.id) if project else "name"
        if themes:
            yield _listed(project.categories) if project else "category"
        if winners is not None:
            yield str(int(project.id in winners)) if project else "selected"
        if zones:
            yield (flat(project.zone) or NO_ZONE) if project else "neighborhood"

    yield list(cells(None))
    for project in sorted(election.projects, key=lambda p: (-scores[p.id], p.id)):
        yield list(cells(project))


def _listed(categories: tuple[str, ...]) -> str:
    return ",".join(listed(category) for category in dict.fromkeys(categories))


def _votes(
    election: Election, below: Callable[[int], int], *, keep_blanks: bool
) -> Iterator[list[str]]:
    with_points = election.vote_type in WITH_POINTS
    lines = [_vote(ballot, election) for ballot in election.ballots]
    order = [
        at
        for at, ballot in enumerate(election.ballots)
        if ballot.choices or keep_blanks
        for _ in range(ballot.weight)
    ]
    for last in range(len(order) - 1, 0, -1):
        other = below(last + 1)
        order[last], order[other] = order[other], order[last]
    yield ["voter_id", "vote", "points"] if with_points else ["voter_id", "vote"]
    used: set[int] = set()
    for at in order:
        number = below(1 << _ID_BITS)
        while number in used:
            number = below(1 << _ID_BITS)
        used.add(number)
        yield [f"{number:012x}", *lines[at]]


def _vote(ballot: Ballot, election: Election) -> list[str]:
    if not ballot.points:
        cells = [",".join(ballot.choices)]
        return [*cells, ""] if election.vote_type in WITH_POINTS else cells
    pairs = sorted(zip(ballot.choices, ballot.points, strict=True), key=lambda pair: -pair[1])
    points = [money.plain(mark, election.point_scale) for _, mark in pairs]
    return [",".join(choice for choice, _ in pairs), ",".join(points)]
