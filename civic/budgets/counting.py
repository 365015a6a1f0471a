"""From opened ballots to funded projects, one envelope after the other (`civic.rules.tally`)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from civic.rules import tally


@dataclass(frozen=True, slots=True)
class Candidate:
    """A project on the ballot: its reference there, position, cost in cents, envelope, title."""

    reference: str
    position: int
    cost: int
    envelope_id: int
    title: str


@dataclass(frozen=True, slots=True)
class Counted:
    """What the count says of one project. `cause` and `explanation` say why (the sentence in
    French); `rank` is within its envelope, from 1."""

    reference: str
    votes: int
    score: int
    rank: int
    elected: bool
    cause: str
    explanation: str


def count(
    candidates: Sequence[Candidate],
    ballots: Iterable[tuple[Sequence[str], Sequence[int]]],
    envelopes: dict[int, int],
    *,
    by_points: bool,
    skip: bool,
    tie: str,
) -> dict[str, Counted]:
    """By reference, what became of each project.

    `ballots`: (references chosen, points given to them, empty for votes); `envelopes`: identifier →
    cents. Ties: « cheapest » is lowest cost then smallest position, « number » smallest position.
    """
    home = {one.reference: one.envelope_id for one in candidates}
    cut: dict[int, list[tally.Ballot]] = {key: [] for key in envelopes}
    for choices, points in ballots:
        marks = points or [1] * len(choices)
        parts: dict[int, list[tuple[str, int]]] = {}
        for reference, mark in zip(choices, marks, strict=True):
            parts.setdefault(home[reference], []).append((reference, mark))
        for key, chosen in parts.items():
            cut[key].append(
                tally.Ballot(
                    tuple(reference for reference, _mark in chosen),
                    tuple(mark for _reference, mark in chosen) if by_points else (),
                )
            )
    answer: dict[str, Counted] = {}
    for key, budget in envelopes.items():
        own = [one for one in candidates if one.envelope_id == key]
        if own:
            answer |= _envelope(own, cut[key], budget, by_points=by_points, skip=skip, tie=tie)
    return answer


def _envelope(
    own: list[Candidate],
    ballots: list[tally.Ballot],
    budget: int,
    *,
    by_points: bool,
    skip: bool,
    tie: str,
) -> dict[str, Counted]:
    order = sorted(
        own, key=lambda one: (one.cost if tie == "cheapest" else 0, one.position, one.reference)
    )
    election = tally.Election.of(
        [tally.Project(one.reference, one.cost, one.title) for one in own],
        ballots,
        budget,
        vote_type="cumulative" if by_points else "approval",
    )
    outcome = tally.count(
        election,
        "greedy",
        utility="points" if by_points else None,
        skip=skip,
        tie=tuple(one.reference for one in order),
    )
    return {
        said.project: Counted(
            reference=said.project,
            votes=said.votes,
            score=said.score,
            rank=said.rank,
            elected=said.funded,
            cause=said.cause or "",
            explanation=said.sentence,
        )
        for said in outcome.explain()
    }
