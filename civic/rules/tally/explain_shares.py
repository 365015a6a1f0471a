"""Explain the rules where voters pay: where each project's supporters' shares went."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

from civic.rules import money
from civic.rules.records import replace
from civic.rules.tally.election import Election, Project
from civic.rules.tally.outcome import Cause, Explanation, Options, Step
from civic.rules.tally.walk import Walk

TYPE_CHECKING = False
if TYPE_CHECKING:
    from civic.rules.tally.equal_shares.run import Bought, Market

_NAMED = 3  # how many projects a sentence names before it says « d'autres projets »


def _amounts(election: Election) -> Callable[[int], str]:
    code = election.meta.get("currency", "EUR")
    currency = "€" if code == "EUR" else code
    return lambda amount: money.french(amount, election.scale, currency)


def _ranks(election: Election, votes: Mapping[str, int]) -> dict[str, int]:
    order = sorted(election.projects, key=lambda p: (-votes[p.id], p.id))
    return {project.id: rank for rank, project in enumerate(order, start=1)}


def _people(number: int, singular: str, plural: str) -> str:
    return f"{number} {singular if number < 2 else plural}"


def _chose(voters: int) -> str:
    return "1 personne l'a choisi" if voters == 1 else f"{voters} personnes l'ont choisi"


def explain_purchases(
    election: Election,
    options: Options,
    market: Market,
    bought: Bought,
    walk: Walk,
    votes: Mapping[str, int],
) -> tuple[Explanation, ...]:
    """One explanation a project for Equal Shares; `bought` was run with `record`.

    For each project `shares` (its supporters' first shares, rounded down to the unit of account) is
    exactly what they paid for others plus `remaining`. `at_cost` is given where growing shares do
    not make it depend on more: at that cost the project would have been bought.
    """
    import numpy as np

    shares = bought.shares
    flows = np.array(shares.flows) if shares.flows else np.zeros((0, len(market.costs)))
    say = _amounts(election)
    ranks = _ranks(election, votes)
    later = {step.project: step for step in walk.steps}
    grows = options.completion in ("add1", "add1u")

    def loser(place: int, project: Project) -> Explanation:
        groups = market.profile.supporters(place)
        voters = int(market.profile.weight[groups].sum())
        whole = shares.endowment * voters
        alive = groups[shares.left[groups] > 0]
        left = math.floor(shares.money_now(alive))
        total = math.floor(whole)
        gave = [at for at in range(len(bought.order)) if flows[at, place] > 0]
        parts = money.share_out(total - left, [float(flows[at, place]) for at in gave])
        paid = tuple(
            (election.projects[bought.order[at]].id, part)
            for at, part in zip(gave, parts, strict=True)
        )
        cause, because = _cause(place, bought, voters, later.get(project.id))
        missing = project.cost - left if cause == "shares-spent" else None
        step = later.get(project.id)
        if cause == "too-expensive" and step is not None:
            missing = project.cost - step.room
        explanation = Explanation(
            project=project.id,
            funded=False,
            cause=cause,
            votes=votes[project.id],
            score=votes[project.id],
            rank=ranks[project.id],
            cost=project.cost,
            sentence="",
            remaining=left,
            missing=missing,
            shares=total,
            paid=paid,
            at_cost=left if left > 0 and cause == "shares-spent" and not grows else None,
        )
        return _with_sentence(explanation, _why(explanation, because, step, say, options))

    def winner(place: int, project: Project) -> Explanation:
        turn = shares.round_of.get(place)
        if turn is not None:
            sentence = _how_paid(bought, turn, market, election)
        else:
            sentence = (
                f"Retenu ensuite, au nombre de voix, avec ce qui restait : {say(project.cost)}."
            )
        return Explanation(
            project=project.id,
            funded=True,
            cause=None,
            votes=votes[project.id],
            score=votes[project.id],
            rank=ranks[project.id],
            cost=project.cost,
            sentence=sentence,
            payers=None if turn is None else shares.payers[turn][0],
            drained=None if turn is None else shares.payers[turn][1],
            price=None if turn is None else shares.exact_price(turn),
        )

    places = {project.id: place for place, project in enumerate(election.projects)}
    chosen = walk.limits.winners
    won = [winner(places[i], election.projects[places[i]]) for i in chosen]
    rest = sorted(set(places) - set(chosen), key=ranks.__getitem__)
    return (*won, *(loser(places[i], election.projects[places[i]]) for i in rest))


def _cause(place: int, bought: Bought, voters: int, step: Step | None) -> tuple[Cause, str]:
    if place in bought.refused:
        return bought.refused[place]
    if step is not None and step.cause is not None:
        return step.cause, step.because
    return ("shares-spent" if voters else "no-support"), ""


def _with_sentence(explanation: Explanation, sentence: str) -> Explanation:
    return replace(explanation, sentence=sentence)


def _how_paid(bought: Bought, turn: int, market: Market, election: Election) -> str:
    """« Payé par ses 217 soutiens, 230 € chacun » and how many gave all they had."""
    payers, drained = bought.shares.payers[turn]
    price = bought.shares.exact_price(turn) * money.CENTS / election.scale
    code = election.meta.get("currency", "EUR")
    amount = money.french(math.ceil(price), money.CENTS, "€" if code == "EUR" else code)
    unit = "chacun" if market.profile.value is None else "par point donné"
    sentence = f"Payé par {_people(payers, 'soutien', 'soutiens')} : {amount} {unit} au plus"
    if drained:
        sentence += (
            f", dont {drained} qui {'a' if drained == 1 else 'ont'} donné tout ce qui restait"
        )
    return sentence + "."


def _why(
    said: Explanation,
    because: str,
    step: Step | None,
    say: Callable[[int], str],
    options: Options,
) -> str:
    if said.cause == "no-support":
        return "Personne ne l'a choisi."
    chose = f"{_chose(said.votes)}"
    match said.cause:
        case "threshold":
            return f"{chose} ; la règle demande au moins {options.threshold} voix."
        case "incompatible":
            return f"{chose}. Il ne peut pas aller avec le projet {because}, déjà retenu."
        case "category-limit":
            return f"{chose}. Le plafond « {because} » était atteint."
        case "places-filled":
            return f"{chose}. Le nombre de lauréats était déjà atteint."
    sentence = f"{chose} ; leurs parts faisaient {say(said.shares or 0)}."
    largest = sorted(said.paid, key=lambda entry: -entry[1])
    told = [f"{say(amount)} ont servi au projet {to}" for to, amount in largest[:_NAMED]]
    others = sum(amount for _, amount in largest[_NAMED:])
    if others:
        told.append(f"{say(others)} à d'autres projets")
    if told:
        sentence += f" {', '.join(told)}."
    sentence += f" Il restait {say(said.remaining or 0)} pour un coût de {say(said.cost)}"
    if said.cause == "shares-spent":
        sentence += f" : il a manqué {say(said.missing or 0)}."
        if said.at_cost:
            sentence += f" À {say(said.at_cost)}, il aurait été retenu."
        return sentence
    room, missing = say(step.room if step is not None else 0), say(said.missing or 0)
    return f"{sentence}. Au complément par votes, il restait {room} : il a manqué {missing}."


def explain_loads(
    election: Election,
    votes: Mapping[str, int],
    winners: tuple[str, ...],
    refused: Mapping[int, tuple[Cause, str]],
    stopper: int | None,
) -> tuple[Explanation, ...]:
    """One explanation a project for Phragmén: bought, stopping the count, or after the stop."""
    say = _amounts(election)
    ranks = _ranks(election, votes)
    places = {project.id: place for place, project in enumerate(election.projects)}
    spent = sum(election.projects[places[i]].cost for i in winners)
    left = election.budget - spent

    def told(identifier: str) -> Explanation:
        place = places[identifier]
        project = election.projects[place]
        funded = identifier in winners
        cause: Cause | None = None
        chose = f"{_chose(votes[identifier])}."
        missing = None
        if funded:
            sentence = f"{chose} Retenu : il coûte {say(project.cost)}."
        elif place in refused:
            cause, because = refused[place]
            sentence = f"{chose} Une limite de la règle l'écarte"
            sentence += f" ({because})." if because else "."
        elif place == stopper or project.cost > left:
            cause = "too-expensive"
            missing = project.cost - left
            sentence = (
                f"{chose} Il restait {say(left)} pour un coût de {say(project.cost)} : "
                f"il a manqué {say(missing)}."
            )
        elif not votes[identifier]:
            cause, sentence = "no-support", "Personne ne l'a choisi."
        else:
            cause = "after-stop"
            by = election.projects[stopper].id if stopper is not None else ""
            sentence = (
                f"{chose} Le décompte s'est arrêté au projet {by}, trop cher pour ce qui restait, "
                "avant que ses soutiens aient de quoi le payer."
            )
        return Explanation(
            project=identifier,
            funded=funded,
            cause=cause,
            votes=votes[identifier],
            score=votes[identifier],
            rank=ranks[identifier],
            cost=project.cost,
            sentence=sentence,
            remaining=None if funded else left,
            missing=missing,
        )

    rest = sorted(set(places) - set(winners), key=ranks.__getitem__)
    return tuple(told(identifier) for identifier in [*winners, *rest])
