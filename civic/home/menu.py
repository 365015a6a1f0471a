"""The main menu: (words, address, the beginning of the addresses it stands for)."""

from __future__ import annotations

from civic.house.i18n import lazy

MENU = (
    (lazy("Proposer"), "/propositions/", "/propositions"),
    (lazy("Budgets"), "/budgets/", "/budgets"),
    (lazy("Voter"), "/votes/", "/votes"),
    (lazy("Conseils"), "/conseils/", "/conseils"),
    (lazy("Tirages au sort"), "/tirages/", "/tirages"),
    (lazy("Décisions"), "/decisions/", "/decisions"),
    (lazy("Quartiers"), "/quartiers/", "/quartiers"),
    (lazy("Rechercher"), "/recherche", "/recherche"),
)
