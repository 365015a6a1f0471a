"""Explain a list rule: for each project its turn, and what would have changed its fate."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence

from civic.rules import money
from civic.rules.records import record, replace
from civic.rules.tally.election import Election, Project
from civic.rules.tally.outcome import Explanation, Options, Step
from civic.rules.tally.ties import tie_key
from civic.rules.tally.walk import COMPLEMENT, Walk

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

    def wins_ties(self, identifier: str) -> bool:
        """Whether the project wins if it passes before its equals, all else equal."""
        key = tie_key(self.options, self.election.projects, self.votes)
        order = [p.id for p in sorted(self.election.projects, key=key) if p.id != identifier]
        options = replace(self.options, tie=(identifier, *order))
        walk = self.run(self.election, options, self.scores, self.votes)
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

    `rank` is the place in the first list where the project had its turn (its neighbourhood's, its
    class's), `remaining` what was left at its last turn.
    `at_cost` and `more_votes` are None when no cost, or no number of votes, would have been enough,
    or when the rule does not rank by votes.
    """
    turns: dict[str, list[Step]] = {}
    for step in told.walk.steps:
        turns.setdefault(step.project, []).append(step)
    projects = {project.id: project for project in told.election.projects}
    winners = told.walk.limits.winners
    ranks = {identifier: steps[0].rank for identifier, steps in turns.items()}
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
        rank=steps[0].rank if steps else 0,
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
    return replace(explanation, sentence=_sentence(told, explanation, steps))


Say = Callable[[int], str]


def _sentence(told: Told, said: Explanation, steps: Sequence[Step]) -> str:
    if not steps:
        return "Aucun quartier n'est indiqué pour ce projet : la règle n'a pas pu le choisir."
    options, election = told.options, told.election
    by_points = options.utility in ("points", "borda")
    code = election.meta.get("currency", "EUR")

    def euros(amount: int) -> str:
        return money.french(amount, election.scale, "€" if code == "EUR" else code)

    score = money.plain(said.score, election.point_scale if options.utility == "points" else 1)
    number = score.replace(".", ",")
    unit = "point" if by_points and number in ("0", "1") else "points" if by_points else "voix"
    place = (
        "" if not steps[0].stage or steps[0].stage == COMPLEMENT else f" de « {steps[0].stage} »"
    )
    how = f"avec {number} {unit}"
    if told.rule == "majority-judgment":
        how = "par les mentions"
    first = f"Classé {ordinal(said.rank)}{place} {how}."
    if said.funded:
        return f"{first} {_won(told, steps[-1])} : il coûte {euros(said.cost)}."
    if not said.votes and told.rule != "majority-judgment":
        first = "Personne ne l'a choisi."
    turns = [_turn(told, steps, step, said, euros) for step in steps]
    return " ".join([first, *turns]) + _tie_said(told, said, steps) + _otherwise(said, euros, unit)


def _won(told: Told, last: Step) -> str:
    """By which money, or as what, a project won."""
    if not last.stage:
        return "Retenu"
    if last.stage == COMPLEMENT:
        later = (
            "par le complément" if told.rule == "zones-then-complement" else "pour toute la ville"
        )
        return f"Retenu ensuite, {later}"
    return {
        "zones-then-complement": "Retenu par cette enveloppe",
        "zones-first": "Retenu parmi les premiers de ce quartier",
        "one-per-zone": "Retenu pour ce quartier",
    }.get(told.rule, "Retenu")


def _turn(told: Told, steps: Sequence[Step], step: Step, said: Explanation, euros: Say) -> str:
    """What became of a project at one of its turns; the last one says what was missing."""
    unit = "points" if told.options.utility in ("points", "borda") else "voix"
    when = "Quand son tour est venu,"
    if step is not steps[0]:
        by_complement = told.rule == "zones-then-complement"
        when = f"Ensuite, {'au complément' if by_complement else 'pour toute la ville'},"
    match step.cause:
        case "too-expensive" | "zone-spent" if said.cost > step.room:
            text = f"{when} il restait {euros(step.room)}"
            if step is steps[-1]:
                text += f" ; il en coûte {euros(said.cost)} : il a manqué "
                text += f"{euros(said.cost - step.room)}."
                after = _taken_after(told.walk, step)
                return f"{text} {_cheaper(after)} ensuite." if after else text
            return f"{text}, trop peu."
        case "zone-spent":
            return "Le quartier avait déjà tous les projets que la règle lui donne."
        case "after-stop":
            return (
                "La règle s'arrête au premier projet trop cher pour ce qui reste, et celui-ci "
                "venait après."
            )
        case "threshold":
            return f"La règle demande au moins {told.options.threshold} {unit}."
        case "category-limit":
            return f"Le plafond « {step.because} » était atteint."
        case "incompatible":
            return f"Il ne peut pas aller avec le projet {step.because}, déjà retenu."
    return "Le nombre de lauréats était déjà atteint."


def _tie_said(told: Told, said: Explanation, steps: Sequence[Step]) -> str:
    """A word on the tie rule, when it alone put a project with the same score before this one."""
    stages = {step.stage for step in steps}
    equal = any(
        step.taken and step.score == said.score and step.stage in stages for step in told.walk.steps
    )
    if not equal or said.more_votes != 1 or not told.wins_ties(said.project):
        return ""
    rules = {"lex": "le plus petit identifiant d'abord", "cheapest": "le moins cher d'abord"}
    tie = told.options.tie
    rule = "l'ordre annoncé" if isinstance(tie, tuple) else rules[tie]
    return f" Égalité départagée par la règle : {rule}."


def _otherwise(said: Explanation, euros: Say, unit: str) -> str:
    ways = []
    if said.at_cost:
        ways.append(f"à {euros(said.at_cost)}")
    if said.more_votes:
        own = unit.rstrip("s") if unit.startswith("point") else unit
        if said.more_votes > 1 and own == "point":
            own = "points"
        ways.append(f"avec {said.more_votes} {own} de plus")
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
