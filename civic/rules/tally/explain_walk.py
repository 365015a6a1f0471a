"""Explain a list rule: for each project its turn, and what would have changed its fate."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from civic.rules import money
from civic.rules.tally.election import Election, Project
from civic.rules.tally.outcome import Explanation, Options, Step
from civic.rules.tally.walk import Walk

Run = Callable[[Election, Options, Mapping[str, int], Mapping[str, int]], Walk]
_MONEY = frozenset({"too-expensive", "zone-spent", "after-stop"})


def explain_walk(
    election: Election,
    rule: str,
    run: Run,
    options: Options,
    scores: Mapping[str, int],
    votes: Mapping[str, int],
    walk: Walk,
) -> tuple[Explanation, ...]:
    """One explanation a project. Counterfactuals are found by counting again with one change.

    `at_cost` and `more_votes` are None when no cost, or no number of votes, would have been enough,
    or when the rule does not rank by votes.
    """
    turns: dict[str, list[Step]] = {}
    for step in walk.steps:
        turns.setdefault(step.project, []).append(step)
    projects = {project.id: project for project in election.projects}
    winners = set(walk.limits.winners)
    ranks = _ranks(walk.steps)

    def fate(identifier: str) -> Explanation:
        project = projects[identifier]
        steps = turns.get(identifier, [])
        last = steps[-1] if steps else None
        funded = identifier in winners
        explanation = Explanation(
            project=identifier,
            funded=funded,
            cause=None if funded else (last.cause if last else "zone-spent"),
            votes=votes[identifier],
            score=scores[identifier],
            rank=ranks.get(identifier, 0),
            cost=project.cost,
            sentence="",
            remaining=last.room if last else None,
        )
        if not funded and last is not None:
            more = None
            if rule != "majority-judgment":
                more = _more_votes(
                    election,
                    run,
                    options,
                    scores,
                    votes,
                    identifier,
                    per_cost=rule == "greedy-per-cost" and options.utility != "cost",
                )
            explanation = replace(
                explanation,
                missing=max(0, project.cost - last.room) if last.cause in _MONEY else None,
                at_cost=_at_cost(election, run, options, scores, votes, project, steps),
                more_votes=more,
            )
        return replace(
            explanation, sentence=_sentence(explanation, last, walk, election, options, rule)
        )

    losers = [p.id for p in election.projects if p.id not in winners]
    losers.sort(key=lambda i: ranks.get(i, len(ranks) + 1))
    return tuple(fate(identifier) for identifier in [*walk.limits.winners, *losers])


def _ranks(steps: Sequence[Step]) -> dict[str, int]:
    """The rank in the last stage where each project had a turn, or in the one that chose it."""
    return {step.project: step.rank for step in steps}


def _funded(
    election: Election,
    run: Run,
    options: Options,
    scores: Mapping[str, int],
    votes: Mapping[str, int],
    identifier: str,
) -> bool:
    return identifier in run(election, options, scores, votes).limits.winners


def _more_votes(
    election: Election,
    run: Run,
    options: Options,
    scores: Mapping[str, int],
    votes: Mapping[str, int],
    identifier: str,
    *,
    per_cost: bool,
) -> int | None:
    """The fewest votes (or points) more that would have got it funded, all else equal.

    Its place in the list only changes where it draws level with, or passes, another project.
    """

    def enough(more: int) -> bool:
        more_scores = {**scores, identifier: scores[identifier] + more}
        more_votes = {**votes, identifier: votes[identifier] + more}
        return _funded(election, run, options, more_scores, more_votes, identifier)

    own = scores[identifier]
    level = set(scores.values())
    if per_cost:
        cost = next(p.cost for p in election.projects if p.id == identifier)
        level = {-(-scores[p.id] * cost // p.cost) for p in election.projects if p.cost}
    reach = {score - own + more for score in level for more in (0, 1)}
    steps = sorted(more for more in {*reach, options.threshold - own, 1} if more > 0)
    place = bisect_left(steps, True, key=enough)
    return steps[place] if place < len(steps) else None


def _at_cost(
    election: Election,
    run: Run,
    options: Options,
    scores: Mapping[str, int],
    votes: Mapping[str, int],
    project: Project,
    steps: Sequence[Step],
) -> int | None:
    """A cost, as high as one of its turns had room for, at which it is funded, all else equal."""
    for room in sorted({step.room for step in steps if step.room < project.cost}, reverse=True):
        changed = tuple(
            replace(p, cost=room) if p.id == project.id else p for p in election.projects
        )
        if _funded(replace(election, projects=changed), run, options, scores, votes, project.id):
            return room
    return None


def _sentence(
    said: Explanation,
    last: Step | None,
    walk: Walk,
    election: Election,
    options: Options,
    rule: str,
) -> str:
    unit = "points" if options.utility in ("points", "borda") else "voix"
    currency = {"": "€", "EUR": "€"}.get(
        election.meta.get("currency", ""), election.meta.get("currency", "")
    )

    def euros(amount: int) -> str:
        return money.french(amount, election.scale, currency)

    first = f"Classé {ordinal(said.rank)} avec {said.score} {unit}."
    if rule == "majority-judgment":
        first = f"Classé {ordinal(said.rank)} par les mentions."
    if said.funded:
        where = f" dans l'étape « {last.stage} »" if last is not None and last.stage else ""
        return f"{first} Retenu{where} : il coûte {euros(said.cost)}."
    if last is None:
        return "Aucun quartier n'est indiqué pour ce projet : la règle n'a pas pu le choisir."
    after = _taken_after(walk, last)
    match said.cause:
        case "too-expensive" | "zone-spent" if said.missing:
            purse = "dans l'enveloppe du quartier " if said.cause == "zone-spent" else ""
            sentence = (
                f"{first} Quand son tour est venu, il restait {purse}{euros(last.room)} ; "
                f"il en coûte {euros(said.cost)} : il a manqué {euros(said.missing)}."
            )
            if after:
                sentence += (
                    " Un projet classé après lui mais moins cher a été retenu ensuite."
                    if after == 1
                    else f" {after} projets moins bien classés mais moins chers ont suivi."
                )
        case "zone-spent":
            sentence = f"{first} Le quartier avait déjà tous les projets que la règle lui donne."
        case "after-stop":
            sentence = (
                f"{first} La règle s'arrête au premier projet trop cher pour ce qui reste, "
                "et celui-ci venait après."
            )
        case "threshold":
            sentence = f"{first} La règle demande au moins {options.threshold} {unit}."
        case "category-limit":
            sentence = f"{first} Le plafond du thème « {last.because} » était atteint."
        case "incompatible":
            sentence = f"{first} Il ne peut pas aller avec le projet {last.because}, déjà retenu."
        case _:
            sentence = f"{first} Le nombre de lauréats était déjà atteint."
    return sentence + _tie_said(said, walk, options) + _otherwise(said, euros, unit)


def _tie_said(said: Explanation, walk: Walk, options: Options) -> str:
    """A word on the tie rule when a project with the same score was chosen before it."""
    winners = set(walk.limits.winners)
    equal = [s for s in walk.steps if s.taken and s.score == said.score and s.project in winners]
    if not equal or said.more_votes != 1:
        return ""
    rules = {"lex": "le plus petit identifiant d'abord", "cheapest": "le moins cher d'abord"}
    rule = "l'ordre annoncé" if isinstance(options.tie, tuple) else rules[options.tie]
    return f" Égalité départagée par la règle : {rule}."


def _otherwise(said: Explanation, euros: Callable[[int], str], unit: str) -> str:
    ways = []
    if said.at_cost:
        ways.append(f"à {euros(said.at_cost)}")
    if said.more_votes:
        one = unit.rstrip("s") if said.more_votes == 1 and unit == "points" else unit
        ways.append(f"avec {said.more_votes} {one} de plus")
    if not ways:
        return ""
    text = ", ou ".join(ways)
    return f" {text[0].upper()}{text[1:]}, il aurait été retenu."


def _taken_after(walk: Walk, last: Step) -> int:
    place = walk.steps.index(last)
    return sum(step.taken for step in walk.steps[place + 1 :] if step.stage == last.stage)


def ordinal(rank: int) -> str:
    """1 → "1er", 2 → "2e"."""
    return "1er" if rank == 1 else f"{rank}e"
