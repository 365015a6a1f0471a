"""Which roles one person may not hold together. Source: separation of powers, DOMAINE § 9."""

from __future__ import annotations

from itertools import combinations

CLASHES = {
    frozenset({"elected", "facilitator"}): "un élu n'anime pas un conseil",
    frozenset({"elected", "agent"}): "un élu n'instruit pas les propositions",
    frozenset({"elected", "vote_commission"}): "un élu ne surveille pas le vote",
    frozenset({"elected", "auditor"}): "un élu ne contrôle pas le journal",
    frozenset({"administrator", "vote_commission"}): "l'administrateur ne touche pas à l'urne",
    frozenset({"administrator", "agent"}): "l'administrateur ne décide rien du fond",
    frozenset({"administrator", "facilitator"}): "l'administrateur ne décide rien du fond",
    frozenset({"administrator", "elected"}): "l'administrateur ne décide rien du fond",
    frozenset({"administrator", "auditor"}): "l'administrateur ne se contrôle pas lui-même",
    frozenset({"agent", "auditor"}): "un agent ne se contrôle pas lui-même",
    frozenset({"facilitator", "auditor"}): "un animateur ne se contrôle pas lui-même",
}


def clash(held: set[str], wanted: str) -> str | None:
    """Why `wanted` may not be added to the roles `held`; None when it may."""
    for role in sorted(held):
        reason = CLASHES.get(frozenset({role, wanted}))
        if reason:
            return reason
    return None


def clashes(roles: set[str]) -> list[str]:
    """Every reason why these roles may not be held together."""
    return [
        CLASHES[frozenset(pair)]
        for pair in combinations(sorted(roles), 2)
        if frozenset(pair) in CLASHES
    ]
