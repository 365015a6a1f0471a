"""Rules of French towns: each neighbourhood first, then the whole town."""

from __future__ import annotations

from collections.abc import Mapping

from civic.rules.tally.election import Election, Project
from civic.rules.tally.greedy import ranked
from civic.rules.tally.outcome import BadRule, Options
from civic.rules.tally.walk import COMPLEMENT, Walk


def _by_zone(order: list[Project]) -> dict[str, list[Project]]:
    zones: dict[str, list[Project]] = {}
    for project in order:
        if project.zone:
            zones.setdefault(project.zone, []).append(project)
    if not zones:
        raise BadRule("Cette règle demande le quartier de chaque projet.")
    return dict(sorted(zones.items()))


def _the_rest(walk: Walk, order: list[Project], scores: Mapping[str, int]) -> None:
    chosen = set(walk.limits.winners)
    walk.down([p for p in order if p.id not in chosen], scores, stage=COMPLEMENT)


def zones_then_complement(
    election: Election, options: Options, scores: Mapping[str, int], votes: Mapping[str, int]
) -> Walk:
    """An envelope for each zone, by score; then what is left of the budget town-wide (Toulouse).

    Zones come in the order of their names. A project without a zone waits for the complement.
    """
    if options.zone_envelope is None and not options.zone_envelopes:
        raise BadRule("Cette règle demande l'enveloppe d'un quartier.")
    order = ranked(election, options, scores, votes)
    walk = Walk(election.budget, options)
    for zone, projects in _by_zone(order).items():
        envelope = options.zone_envelopes.get(zone, options.zone_envelope or 0)
        walk.down(projects, scores, stage=zone, envelope=envelope, places=options.per_zone)
    _the_rest(walk, order, scores)
    return walk


def zones_first(
    election: Election, options: Options, scores: Mapping[str, int], votes: Mapping[str, int]
) -> Walk:
    """The first `per_zone` of each zone, then the best town-wide, in one budget (Rennes)."""
    if options.per_zone is None:
        raise BadRule("Cette règle demande un nombre de projets par quartier.")
    order = ranked(election, options, scores, votes)
    walk = Walk(election.budget, options)
    for zone, projects in _by_zone(order).items():
        walk.down(projects, scores, stage=zone, places=options.per_zone)
    _the_rest(walk, order, scores)
    return walk


def one_per_zone(
    election: Election, options: Options, scores: Mapping[str, int], votes: Mapping[str, int]
) -> Walk:
    """One laureate for each zone (or `per_zone`), the first by score that can be paid for."""
    order = ranked(election, options, scores, votes)
    walk = Walk(election.budget, options)
    for zone, projects in _by_zone(order).items():
        walk.down(
            projects,
            scores,
            stage=zone,
            envelope=options.zone_envelopes.get(zone, options.zone_envelope),
            places=options.per_zone or 1,
        )
    return walk
