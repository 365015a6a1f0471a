"""A past édition of a made-up town, the size of a large French one: for when no real one is there.

Deterministic: the same projects and ballots on every machine. 199 projects in 20 sectors of
400,000 € each, 4,532 ballots of one to three projects.
"""

from __future__ import annotations

from random import Random

from civic.rules import tally

TOWN = "Exempleville"
SECTORS = 20
PROJECTS = 199
BALLOTS = 4532
SHARE = 400_000
WHAT = (
    ("Planter des arbres", "Nature en ville"),
    ("Une piste cyclable", "Mobilité"),
    ("Des bancs à l'ombre", "Cadre de vie"),
    ("Un jardin partagé", "Nature en ville"),
    ("Un meilleur éclairage", "Éclairage"),
    ("Des jeux pour enfants", "Jeux"),
    ("Une traversée plus sûre", "Passage piéton"),
    ("Une boîte à livres", "Culture"),
    ("Un terrain de sport", "Sport"),
    ("Des points de tri", "Propreté"),
)
WHERE = ("place", "rue", "parc", "école", "gare", "square", "marché", "allée", "canal", "halle")


def election(seed: int = 2022) -> tally.Election:
    """The projects and ballots, amounts in cents."""
    random = Random(seed)  # noqa: S311 - made-up figures, the same everywhere
    sectors = [f"{number} - Secteur {number}" for number in range(1, SECTORS + 1)]
    projects = []
    for place in range(PROJECTS):
        what, category = WHAT[(place * 7) % len(WHAT)]
        cost = random.choice((4, 10, 20, 35, 50, 75, 100, 130, 180, 200)) * 1000
        projects.append(
            tally.Project(
                str(place + 1),
                cost * 100,
                name=f"{what} {WHERE[(place * 3) % len(WHERE)]} n° {place // SECTORS + 1}",
                categories=(category,),
                columns={"district": sectors[place % SECTORS]},
            )
        )
    ballots = []
    for _voter in range(BALLOTS):
        home = random.randrange(SECTORS)
        near = [one.id for place, one in enumerate(projects) if place % SECTORS == home]
        chosen = list(dict.fromkeys(random.choices(near, k=random.choice((1, 2, 3, 3)))))
        ballots.append(tally.Ballot(tuple(chosen)))
    return tally.Election.of(
        projects,
        ballots,
        SECTORS * SHARE * 100,
        scale=100,
        meta={
            "instance": "2022",
            "date_begin": "03.10.2022",
            "date_end": "31.10.2022",
            "max_length": "3",
            "currency": "EUR",
        },
    )
