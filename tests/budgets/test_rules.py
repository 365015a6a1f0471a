"""What the règlement promises, and what the count of an envelope keeps."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from civic.budgets.counting import Candidate, Purse, count
from civic.budgets.rules_data import DEFAULTS, canonical, digest_of
from civic.budgets.rules_text import text_of

CALENDAR = {
    "filing_opens_at": "2026-04-01T06:00:00+00:00",
    "filing_closes_at": "2026-05-01T06:00:00+00:00",
    "vote_opens_at": "2026-09-01T06:00:00+00:00",
    "vote_closes_at": "2026-09-20T18:00:00+00:00",
    "results_on": "2026-09-25",
}


def data(**changes: Any) -> dict[str, Any]:
    """A règlement's data."""
    return {
        **DEFAULTS,
        "title": "Budget participatif",
        "territory": "Essaiville",
        "organisation": "Ville d'Essaiville",
        "calendar": CALENDAR,
        "envelopes": [
            {
                "name": "La Gare",
                "amount": 20_000_50,
                "council": None,
                "theme": None,
                "local": True,
                "fundings": [
                    {"organisation": "Ville", "label": "", "amount": 15_000_50},
                    {"organisation": "État", "label": "politique de la ville", "amount": 5_000_00},
                ],
            }
        ],
        **changes,
    }


def plain(text: str) -> str:
    """The text with ordinary spaces."""
    return text.replace("\u202f", " ").replace("\xa0", " ")


def test_the_text_says_the_figures_that_the_site_applies() -> None:
    text = plain(text_of(data(cap=12_000_00, minimum_age=16)))
    for said in (
        "20 000,50 €",
        "État, politique de la ville 5 000 €",
        "au plus 12 000 €",
        "16 ans",
        "de 1 à 3 projets",
        "mardi 1er septembre 2026 à 8 h",
        "dimanche 20 septembre 2026 à 20 h",
        "est passé, et le suivant est examiné",
    ):
        assert said in text, said
    assert "référendum" not in text
    assert "électeur" not in text


def test_another_rule_gives_another_text() -> None:
    assert "le compte s'arrête" in text_of(data(skip=False))
    points = text_of(data(ballot_type="points", max_points=3, max_sum=7))
    assert "3 au plus pour un projet, 7 au plus en tout" in points
    assert "exactement 3 projets" in text_of(data(minimum=3))


def test_the_digest_sees_every_change_but_not_the_order_of_keys() -> None:
    one = data()
    turned = dict(reversed(list(one.items())))
    assert digest_of(one) == digest_of(turned)
    assert canonical(one) == canonical(turned)
    assert digest_of(one) != digest_of(data(maximum=4))


projects = st.lists(st.tuples(st.integers(0, 1), st.integers(0, 12)), min_size=1, max_size=6).map(
    lambda made: [
        Candidate(f"P{place}", place, cost, envelope, f"Projet {place}")
        for place, (envelope, cost) in enumerate(made, 1)
    ]
)


@given(st.data(), projects, st.booleans(), st.sampled_from(["cheapest", "number"]))
def test_an_envelope_funds_by_votes_and_never_more_than_it_has(
    draw: st.DataObject, candidates: list[Candidate], skip: bool, tie: str
) -> None:
    references = [one.reference for one in candidates]
    ballots = draw.draw(
        st.lists(st.lists(st.sampled_from(references), unique=True, max_size=3), max_size=8)
    )
    envelopes = {0: 15, 1: 7}
    counted = count(
        candidates,
        [(tuple(ballot), ()) for ballot in ballots],
        [Purse(key, str(key), amount) for key, amount in envelopes.items()],
        {**DEFAULTS, "skip": skip, "tie": tie},
    )
    assert set(counted) == set(references)
    for one in candidates:
        assert counted[one.reference].votes == sum(one.reference in b for b in ballots)
    for key, amount in envelopes.items():
        own = sorted(
            (one for one in candidates if one.envelope_id == key),
            key=lambda one: (
                -counted[one.reference].votes,
                one.cost if tie == "cheapest" else 0,
                one.position,
            ),
        )
        left, stopped = amount, False
        for rank, one in enumerate(own, 1):
            said = counted[one.reference]
            fits = one.cost <= left and not stopped
            assert (said.elected, said.rank) == (fits, rank)
            assert said.explanation
            if fits:
                left -= one.cost
            elif not skip:
                stopped = True
        assert left >= 0
