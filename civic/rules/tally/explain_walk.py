"""Explain a list rule: for each project its turn, and what would have changed its fate."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence

from civic.rules import money
from civic.rules.records import record, replace
from civic.rules.tally.election import Election, Project
from civic.rules.tally.outcome import Explanation, Options, Step
from civic.rules.tally.walk import Walk

Run = Callable[[Election, Options, Mapping[str, int], Mapping[str, int]], Walk]
_MONEY = frozenset({"too-expensive", "zone-spent", "after-stop"})


@record(frozen=True)
class Told:
    """A count by a list rule, with all that is needed to count again with one change."""

    election: Election
    rule: str
    run: Run
    options: Options
    scores: Mapping[str, int]
    votes: Mapping[str, int]
    walk: Walk

    def wins_with(self, identifier: str, more: int) -> bool:
        """Whether the project wins with so many votes (or points) more, all else equal."""
        scores = {**self.scores, identifier: self.scores[identifier] + more}
        votes = {**self.votes, identifier: self.votes[identifier] + more}
        walk = self.run(self.election, self.options, scores, votes)
        return identifier in walk.limits.winners

    def wins_at(self, identifier: str, cost: int) -> bool:
        """Whether the project wins if it costs that much, all else equal."""
        projects = tuple(
            replace(p, cost=cost) if p.id == identifier else p for p in self.election.projects
        )
        changed = replace(self.election, projects=projects)
        walk = self.run(changed, self.options, self.scores, self.votes)
        return identifier in walk.limits.winners

    def more_votes(self, project: Project) -> int | None:
        """The fewest votes (or points) more that would do; None if the rule looks at no votes.

        A project's place in the list only changes where it draws level with another, or passes it.
        """
        if self.rule == "majority-judgment" or self.election.point_scale != 1:
            return None
        own = self.scores[project.id]
        level = set(self.scores.values())
        if self.rule == "greedy-per-cost" and self.options.utility != "cost":
            others = [other for other in self.election.projects if other.cost]
            level = {-(-self.scores[o.id] * project.cost // o.cost) for o in others}
        reach = {score - own + more for score in level for more in (0, 1)}
        steps = sorted(more for more in {*reach, self.options.threshold - own, 1} if more > 0)
        place = bisect_left(steps, True, key=lambda more: self.wins_with(project.id, more))
        return steps[place] if place < len(steps) else None

    def at_cost(self, project: Project, steps: Sequence[Step]) -> int | None:
        """A cost, as high as one of its turns had room for, at which it wins, all else equal."""
        rooms = {step.room for step in steps if step.room < project.cost}
        for room in sorted(rooms, reverse=True):
            if self.wins_at(project.id, room):
                return room
        return None


def explain_walk(told: Told) -> tuple[Explanation, ...]:
    """One explanation a project, winners first. Counterfactuals are found by counting again.

    `at_cost` and `more_votes` are None when no cost, or no number of votes, would have been enough,
    or when the rule does not rank by votes.
    """
    turns: dict[str, list[Step]] = {}
    for step in told.walk.steps:
        turns.setdefault(step.project, []).append(step)
    projects = {project.id: project for project in told.election.projects}
    winners = told.walk.limits.winners
    ranks = {step.project: step.rank for step in told.walk.steps}
    losers = [project.id for project in told.election.projects if project.id not in set(winners)]
    losers.sort(key=lambda i: ranks.get(i, len(ranks) + 1))
    return tuple(_fate(told, projects[i], turns.get(i, [])) for i in [*winners, *losers])


def _fate(told: Told, project: Project, steps: Sequence[Step]) -> Explanation:
    last = steps[-1] if steps else None
    funded = last is not None and last.taken
    explanation = Explanation(
        project=project.id,
        funded=funded,
        cause=None if funded else (last.cause if last else "zone-spent"),
        votes=told.votes[project.id],
        score=told.scores[project.id],
        rank=last.rank if last else 0,
        cost=project.cost,
        sentence="",
        remaining=last.room if last else None,
    )
    if not funded and last is not None:
        explanation = replace(
            explanation,
            missing=max(0, project.cost - last.room) if last.cause in _MONEY else None,
            at_cost=told.at_cost(project, steps),
            more_votes=told.more_votes(project),
        )
    return replace(explanation, sentence=_sentence(told, explanation, last))


def _sentence(told: Told, said: Explanation, last: Step | None) -> str:
    options, walk, election = told.options, told.walk, told.election
    unit = "points" if options.utility in ("points", "borda") else "voix"
    code = election.meta.get("currency", "EUR")

    def euros(amount: int) -> str:
        return money.french(amount, election.scale, "€" if code == "EUR" else code)

    score = money.plain(said.score, election.point_scale if options.utility == "points" else 1)
    first = f"Classé {ordinal(said.rank)} avec {score.replace('.', ',')} {unit}."
    if told.rule == "majority-judgment":
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
                sentence += f" {_cheaper(after)} ensuite."
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
            sentence = f"{first} Le plafond « {last.because} » était atteint."
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


def _cheaper(number: int) -> str:
    if number == 1:
        return "Un projet classé après lui mais moins cher a été retenu"
    return f"{number} projets classés après lui mais moins chers ont été retenus"


def _taken_after(walk: Walk, last: Step) -> int:
    place = walk.steps.index(last)
    return sum(step.taken for step in walk.steps[place + 1 :] if step.stage == last.stage)


def ordinal(rank: int) -> str:
    """1 → "1er", 2 → "2e"."""
    return "1er" if rank == 1 else f"{rank}e"
