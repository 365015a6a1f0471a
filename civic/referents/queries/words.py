"""How bodies and designations are spoken of."""

from __future__ import annotations

from civic.house.i18n import lazy

BODY_NAMES = {
    "city_contract": lazy("Comité de pilotage du contrat de ville"),
    "technical": lazy("Comité technique"),
    "renewal": lazy("Comité de pilotage du renouvellement urbain"),
    "project": lazy("Comité de quartier ou de projet"),
    "proximity": lazy("Comité de gestion urbaine de proximité"),
    "project_review": lazy("Revue de projets"),
    "residents_fund": lazy("Comité du fonds de participation des habitants"),
    "budget_jury": lazy("Commission du budget participatif"),
    "tax_abatement": lazy("Groupe de travail sur l'abattement de taxe foncière"),
    "project_house": lazy("Conseil de la maison du projet"),
}


METHOD_NAMES = {
    "consensus": lazy("consensus"),
    "vote": lazy("vote à bulletin secret"),
    "lot": lazy("tirage au sort parmi les candidats"),
}


END_NAMES = {
    "term": lazy("fin de la durée prévue"),
    "resignation": lazy("renoncement"),
    "mandate_lost": lazy("fin du mandat au conseil"),
    "absences": lazy("trois absences"),
    "called": lazy("devient titulaire"),
    "renewed": lazy("nouvelle désignation"),
    "body_closed": lazy("fin de l'instance"),
}


UNDER_WAY = ("open", "calling", "convened")


PAIR = 2
"""A council sends two titulaires: a binôme, one of each collège."""
