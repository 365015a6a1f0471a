"""The whole way, each step through its page, by the person whose step it is.

A name: lists → draw → mandates → meeting → référents. An idea: filed → checked and costed →
ballot → vote → count → décision → follow-up. The site starts with a territory and accounts, and
nothing else; its clock is set forward between the steps.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pytest
from playwright.sync_api import Browser

from civic.accounts.demo import PASSWORD
from civic.draws.demo.files import Invented, electoral, landlord
from civic.home.commands import environment
from civic.home.filling import fill
from civic.house.clock import PARIS
from civic.house.settings import Settings
from tests.browser.walker import Walker
from tests.machine import timed, window
from tests.machine.server import Site, free_port, serve

STARTS_WITH = ("territory", "people", "accounts")


class Town:
    """An empty site that runs, its clock, and its people."""

    def __init__(self, browser: Browser, site: Site, clock_file: Path) -> None:
        self.site = site
        self._browser = browser
        self._clock_file = clock_file
        self._ahead = timedelta()
        self.troubles: list[str] = []
        self._walkers: dict[str, Walker] = {}

    @property
    def now(self) -> datetime:
        """What the site's clock says, in Paris."""
        return (datetime.now(UTC) + self._ahead).astimezone(PARIS)

    def wait(self, **time: float) -> None:
        """Sets the site's clock forward."""
        self._ahead += timedelta(**time)
        self._clock_file.write_text(str(self._ahead.total_seconds()), "utf-8")

    def day(self, ahead: int) -> str:
        """A day as a date field wants it."""
        return (self.now + timedelta(days=ahead)).date().isoformat()

    def person(self, name: str = "") -> Walker:
        """Somebody at a window of their own, signed in anew since sign-ins end with time."""
        if name in self._walkers:
            self._walkers.pop(name).page.context.close()
        context = self._browser.new_context(
            base_url=self.site.url, locale="fr-FR", viewport={"width": 1280, "height": 900}
        )
        context.set_default_timeout(15_000)
        page = context.new_page()
        self.troubles += window.watch(page, self.site.url)
        walker = self._walkers[name] = Walker(page)
        if name:
            walker.do("/compte/connexion", {"email": f"{name}@demo.example", "password": PASSWORD})
        return walker

    def close(self) -> None:
        """Closes the windows."""
        for walker in self._walkers.values():
            walker.page.context.close()


@pytest.fixture(scope="module")
def town(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """The site, with a territory and accounts only."""
    folder = tmp_path_factory.mktemp("way")
    ours = environment(folder, port=free_port())
    fill(Settings.load(ours), folder, None, tell=lambda _line: None, only=STARTS_WITH)
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CIVIC_")}
    clock_file = folder / "ahead"
    clock_file.write_text("0", "utf-8")
    environ = {**kept, **ours, timed.VARIABLE: str(clock_file)}
    with serve(environ, folder, app="tests.machine.timed:make()") as site:
        made = Town(browser, site, clock_file)
        yield made
        made.close()
        assert not made.troubles, "\n".join(made.troubles)


def _crowd(seed: int, many: int) -> list[Invented]:
    chance = Random(seed)
    streets = ("rue des Tisserands", "rue des Verriers", "allée des Hirondelles")
    return [
        Invented(
            family_name=f"NOM-{seed}-{number}",
            first_names=f"Prénom{number}",
            sex="F" if number % 2 else "M",
            born=f"{chance.randint(10, 28)}/0{chance.randint(1, 9)}/{chance.randint(1940, 2005)}",
            number=str(chance.randint(1, 150)),
            street=chance.choice(streets),
        )
        for number in range(many)
    ]


COUNCIL = "Conseil citoyen de la Passerelle"
TOWN = re.compile(r"^\s*Valenciennes\s*$")


@pytest.fixture(scope="module")
def council(town: Town) -> str:
    """The address of a council with two collèges, made by the town's agent."""
    agent = town.person("agent")
    hood = agent.choose("/conseils/nouveau", "neighbourhood_ids", "Dutemple")
    others = agent.choose("/conseils/nouveau", "neighbourhood_ids", "Chasse Royale")
    place = agent.do(
        "/conseils/nouveau",
        {
            "name": COUNCIL,
            "neighbourhood_ids": [hood, others],
            "designation_mode": "draw",
            "resident_seats": 6,
            "resident_substitutes": 2,
            "local_actor_seats": 2,
            "local_actor_substitutes": 0,
            "term_months": 36,
            "presentation": "Il parle des rues.",
        },
    )
    assert COUNCIL in agent.go(place)
    agent.do(f"{place}/etat", {"to": "forming"})
    return place


def _a_meeting(town: Town, council: str, title: str) -> str:
    """A meeting in twenty days, its members convened; its address."""
    facilitator = town.person("facilitator")
    meeting = facilitator.do(
        f"{council}/reunions/nouvelle",
        {
            "title": title,
            "starts_at": f"{town.day(20)}T18:30",
            "place": "Maison de quartier",
            "open_to_all": True,
            "agenda": "Un banc rue des Tisserands",
        },
    )
    facilitator.do(f"{meeting}/convoquer", button="Envoyer la convocation")
    return meeting


def _presence(town: Town, meeting: str) -> Walker:
    """Everybody came; the facilitator who wrote it down."""
    facilitator = town.person("facilitator")
    facilitator.go(f"{meeting}/presences")
    names = facilitator.page.locator('main input[type="radio"][value="present"]')
    present = {names.nth(n).get_attribute("name") or "": "present" for n in range(names.count())}
    assert len(present) >= 8
    facilitator.do(None, dict(present))
    return facilitator


def test_a_name_is_drawn_sits_meets_and_represents(town: Town, council: str) -> None:
    slug = council.rsplit("/", 1)[1]
    facilitator, agent = town.person("facilitator"), town.person("agent")
    place = facilitator.do(
        f"/tirages/nouveau?conseil={slug}",
        {
            "title": "Membres habitants de la Passerelle",
            "how": "direct",
            "seats": 6,
            "reserve_size": 12,
            "minimum_age": 16,
            "age_on": town.day(0),
        },
    ).removesuffix("/preparer")

    for kind, label, file in (
        ("electoral", "Liste électorale", electoral(_crowd(1, 60))),
        ("landlord", "Locataires du bailleur", landlord(_crowd(2, 40))),
    ):
        agent.do(
            f"{place}/listes/envoyer",
            {"kind": kind, "label": label, "convention": "Convention du 3 mars", "file": file},
        )
        agent.do(None, button="Charger")
    agent.do(f"{place}/listes", button="Déclarer les listes contrôlées")

    facilitator.go(f"{place}/preparer")
    bounds = {}
    for words in ("Femme", "Homme"):
        for side, value in (("au moins", 3), ("au plus", 3)):
            field = facilitator.page.locator(f'[aria-label="{words}, {side}"]')
            bounds[field.get_attribute("name") or ""] = value
    facilitator.do(None, bounds, button="Voir si")
    assert "peuvent être tenus" in facilitator.text
    facilitator.do(None, bounds, button="Enregistrer")
    facilitator.do(
        f"{place}/gel",
        {
            "session_day": town.day(10),
            "session_hour": "18:30",
            "place": "Maison de quartier",
            "chance": "number",
            "source": "trois dés à dix faces lancés par la salle",
        },
        button="Demander le gel",
    )
    agent.do(f"{place}/gel", button="Confirmer")
    town.site.work()
    visitor = town.person()
    visitor.go(place)
    assert re.search(r"[0-9a-f]{8}", visitor.text)

    town.wait(days=11)
    for name in ("facilitator", "agent"):
        town.person(name).do(f"{place}/hasard", {"value": "512"})
    town.person("agent").do(f"{place}/hasard", button="Noter que le procès-verbal")
    record = visitor.page.request.get(f"{place}/proces-verbal.json")
    assert record.ok
    assert record.json()

    facilitator = town.person("facilitator")
    for _round in range(6):
        facilitator.go(f"{place}/personnes")
        links = facilitator.page.locator('main a[href*="/personnes/"]')
        paths = [links.nth(n).get_attribute("href") or "" for n in range(links.count())]
        for path in dict.fromkeys(paths):
            facilitator.go(path)
            if facilitator.page.locator('[name="phone"]').count():
                facilitator.do(None, {"channel": "call", "outcome": "reached"})
                facilitator.do(path, {"phone": "03 27 00 00 00"})
        facilitator.go(f"{place}/personnes")
        if facilitator.page.locator("button", has_text="Terminer").count():
            break
    facilitator.do(f"{place}/personnes", button="Terminer le tirage")

    for number, sex in ((1, "F"), (2, "M")):
        facilitator.do(
            f"{council}/mandats/proposer",
            {
                "college": "local_actors",
                "origin": "designated",
                "source": "Assemblée des associations",
                "first_names": f"Acteur{number}",
                "family_name": "Inventé",
                "sex": sex,
            },
        )
    facilitator.go(f"{council}/mandats")
    answers = facilitator.page.locator('main a[href$="/reponse"]')
    paths = [answers.nth(n).get_attribute("href") or "" for n in range(answers.count())]
    for path in dict.fromkeys(paths):
        facilitator.do(path, {"answer": "yes", "name_shown": True})
    town.person("agent").do(f"{council}/etat", {"to": "proposed"})
    facilitator.do(f"{council}/mandats/installer", {"on": town.day(0)})
    assert "Acteur1" in visitor.go(council)

    meeting = _a_meeting(town, council, "Première plénière")
    town.wait(days=21)
    facilitator = _presence(town, meeting)
    facilitator.do(f"{meeting}/compte-rendu", {"minutes": "Le conseil **demande** un banc."})
    assert "demande" in visitor.go(meeting)

    agglomeration = town.person("agent-agglo")
    owner = agglomeration.choose(
        "/referents/instances/nouvelle", "organisation_id", "Valenciennes Métropole"
    )
    body = agglomeration.do(
        "/referents/instances/nouvelle",
        {
            "name": "Comité de pilotage du contrat de ville",
            "kind": "city_contract",
            "organisation_id": owner,
            "total_seats": 12,
            "council_seats": 2,
        },
    )
    council_id = agglomeration.choose(f"{body}/designer", "council_ids", COUNCIL)
    agglomeration.do(
        f"{body}/designer",
        {"council_ids": [council_id], "term_months": 12, "candidates_until": town.day(5)},
    )
    facilitator.go("/referents/")
    facilitator.go(body)
    link = facilitator.page.locator('main a[href^="/referents/designations/"]').first
    designation = link.get_attribute("href") or ""
    facilitator.go(designation)
    options = facilitator.page.locator('select[name="mandate"] option')
    values = [options.nth(n).get_attribute("value") or "" for n in range(options.count())]
    for member in values[1:2] + values[-1:]:
        facilitator.do(designation, {"mandate": member})
    meeting = _a_meeting(town, council, "Choix des référents")
    facilitator = town.person("facilitator")
    held_at = facilitator.choose(designation, "meeting", "Choix des référents")
    facilitator.do(designation, {"meeting": held_at})
    town.wait(days=21)
    facilitator = _presence(town, meeting)
    facilitator.go(f"{designation}/resultat")
    chosen = {}
    for college in ("residents", "local_actors"):
        option = facilitator.page.locator(f'select[name="{college}_titular"] option').last
        chosen[f"{college}_titular"] = option.get_attribute("value") or ""
    facilitator.do(None, {"method": "vote", **chosen, "minutes": "Vote à bulletin secret."})
    assert COUNCIL in visitor.go("/referents/")


def _number_of(path: str) -> str:
    return path.rstrip("/").rsplit("/", 1)[1].split("?")[0]


def _an_idea(town: Town, title: str, place: str, hood: str) -> str:
    """A habitant files an idea in five questions; its address."""
    habitant = town.person("habitante")
    habitant.do("/propositions/proposer", button="Commencer")
    habitant.do(None, {"title": title, "theme": "banc", "kind": "works"})
    habitant.do(None, {"territory": hood, "place_text": place})
    habitant.do(None, {"body": "Les personnes âgées y attendent le bus debout, en plein soleil."})
    habitant.do(None)
    return habitant.do(None, {"signature": "name"}, button="Envoyer")


def test_an_idea_is_costed_voted_counted_decided_and_followed(town: Town) -> None:
    agent, visitor = town.person("agent"), town.person()
    agent.do(
        "/budgets/preparer",
        {"title": "Nos rues"}
        | {
            "territory": agent.choose("/budgets/preparer", "territory", TOWN),
            "organisation": agent.choose(
                "/budgets/preparer", "organisation", "Ville de Valenciennes"
            ),
        },
    )
    base = agent.path.removesuffix("/gestion")
    agent.do(
        f"{base}/calendrier",
        {
            "filing_opens_at": f"{town.day(1)}T08:00",
            "filing_closes_at": f"{town.day(30)}T20:00",
            "vote_opens_at": f"{town.day(60)}T08:00",
            "vote_closes_at": f"{town.day(80)}T20:00",
        },
    )
    agent.go(f"{base}/regles")
    agent.page.locator("main a", has_text="Une enveloppe, des favoris").first.click()
    agent.do(None, {"minimum": 1, "maximum": 2, "cap": "30 000"})
    hood = agent.choose(f"{base}/enveloppes", "neighbourhood", "Dutemple")
    agent.do(f"{base}/enveloppes", {"name": "Dutemple", "neighbourhood": hood})
    agent.go(f"{base}/gestion")
    funding = agent.page.locator('main a[href$="/financement"]').first.get_attribute("href") or ""
    city = agent.choose(funding, "organisation", "Ville de Valenciennes")
    agent.do(funding, {"organisation": city, "amount": "10 000"})

    assert "attend un acte" in visitor.go(base)
    agent.go(f"{base}/gestion")
    act_link = agent.page.locator('main a[href*="/decisions/preparer"]').first
    place = act_link.get_attribute("href") or ""
    act = agent.do(
        place,
        {
            "authority": "Conseil municipal",
            "number": "2026-101",
            "title": "Règlement et enveloppe de Nos rues",
            "adopted_on": town.day(0),
            "text": "Le conseil adopte le règlement et l'enveloppe.",
            "members": 45,
            "votes_for": 40,
        },
    )
    town.person("elected").do(f"{act}/publier", {"author_quality": "maire"})
    town.wait(days=2)
    assert "Nos rues" in visitor.go("/")

    ideas = [
        _an_idea(town, "Un banc rue des Tisserands", "rue des Tisserands", hood),
        _an_idea(town, "Une fontaine allée des Hirondelles", "allée des Hirondelles", hood),
    ]
    agent = town.person("agent")
    for idea, cost in zip(ideas, ("6 000", "7 500,50"), strict=True):
        agent.do(idea, button="Publier")
        agent.do(idea, button="Déclarer recevable")
        service = agent.choose(f"{idea}/services", "organisations", "Espaces publics")
        agent.do(f"{idea}/services", {"organisations": [service]})
        agent.go(idea)
        asked = agent.page.locator(f'main a[href^="{idea}/avis/"]').first
        agent.do(
            asked.get_attribute("href") or "",
            {"verdict": "feasible", "final_cost": cost, "yearly_cost": "50"},
        )
        agent.do(
            "/propositions/projets/nouveau",
            {
                "numbers": _number_of(idea),
                "title": f"Projet de la proposition {_number_of(idea)}",
                "sentence": "Pour attendre à l'ombre.",
                "cost": cost,
            },
        )
        assert "Faisable" in visitor.go(idea)

    town.wait(days=40)
    agent = town.person("agent")
    for idea in ideas:
        words = f"Projet de la proposition {_number_of(idea)}"
        project = agent.choose(f"{base}/catalogue", "project", words)
        envelope = agent.choose(f"{base}/catalogue", "envelope", "Dutemple")
        agent.do(f"{base}/catalogue", {"project": project, "envelope": envelope})
    agent.do(f"{base}/sceller", {"sure": True})
    town.wait(days=20)

    assert "Ouvert au vote" in visitor.go(base)
    visitor.go("/votes")
    poll = visitor.page.locator('main a[href^="/votes/"]').first.get_attribute("href") or ""
    for number, choices in ((1, (0, 1)), (2, (0,)), (3, (1,)), (4, (0,))):
        voter = town.person("habitante" if number == 1 else f"habitant{number}")
        voter.do(f"{poll}/droit", {"born": f"198{number}-02-20", "honour": True})
        for choice in choices:
            words = f"Projet de la proposition {_number_of(ideas[choice])}"
            voter.page.locator("main label", has_text=words).first.click()
        voter.do(None, button="Déposer mon bulletin")
        assert re.search(r"[0-9A-Z]{4}(-[0-9A-Z]{4}){3}", voter.text)

    agent = town.person("agent")
    for name in ("vote-commission", "vote-commission2"):
        agent.do(
            f"{poll}/gerer", {"email": f"{name}@demo.example"}, button="Ajouter à la commission"
        )

    town.wait(days=25)
    count = f"{poll}/depouillement"
    one = town.person("vote-commission")
    for step in ("reconcile", "sever", "open"):
        one.go(count)
        one.page.locator(f"form#{step} button[type=submit]").click()
        one.page.wait_for_load_state()
    two = town.person("vote-commission2")
    two.go(count)
    two.page.locator("form#open button[type=submit]").click()
    two.page.wait_for_load_state()
    result = visitor.go(f"{poll}/resultats")
    assert "3" in result
    town.person("agent").do(f"{base}/gestion", button="Proclamer")
    shown = visitor.go(f"{base}/resultats")
    assert "Projet de la proposition" in shown
    assert "il peut être contesté" in shown

    town.wait(days=16)
    agent = town.person("agent")
    agent.go(f"{base}/gestion")
    place = agent.choose("/decisions/preparer", "target", "Nos rues")
    act = agent.do(
        "/decisions/preparer",
        {
            "target": place,
            "authority": "Conseil municipal",
            "number": "2026-150",
            "title": "Projets de Nos rues",
            "adopted_on": town.day(0),
            "text": "Le conseil retient le projet.",
            "members": 45,
            "votes_for": 45,
        },
    ).removesuffix("/projets")
    agent.go(f"{act}/projets")
    laureates = agent.page.locator('main select[name^="outcome_"]:not(:has(option[value=""]))')
    names = [laureates.nth(n).get_attribute("name") or "" for n in range(laureates.count())]
    retained = dict.fromkeys(names, "adopted")
    assert len(retained) == 1  # the envelope pays for one of the two
    agent.do(None, dict(retained))
    town.person("elected").do(f"{act}/publier", {"author_quality": "maire"})
    agent = town.person("agent")
    agent.go("/decisions/realisations")
    follow = agent.page.locator('main a[href^="/decisions/suivi/"]').first
    agent.do(follow.get_attribute("href") or "", {"milestone": "funds", "done_on": town.day(0)})
    assert "Projet de la proposition" in visitor.go("/decisions/realisations")
