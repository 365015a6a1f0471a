"""The demo's « votes d'essai »: one of each type of ballot, one with a code by SMS, one with a
proved identity, one where each person has their own neighbourhood's projects, one under the
commission's key whose papers are being typed, one to prepare. Invented, and through the verbs;
what it takes to try them is in the demo's folder `votes`."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any, TypeAlias

from sqlalchemy.orm import Session

from civic.ballots import queries, sample, service, vault
from civic.ballots.queries import PollItem, PollView
from civic.ballots.service import keys
from civic.house.access import Role, unit
from civic.house.clock import day_of, paris
from civic.house.db import writing
from civic.house.demo import Demo
from civic.house.urn_commands import PUBLIC, sheet_page
from civic.people import service as people
from civic.rules import urn
from civic.rules.urn import shares
from civic.territory import queries as territory

LETTERS, USED = 24, 12
"""Letters of each open trial, and how many of them have voted; the other codes are to be tried."""
MONEY = 60_000_00
WHAT = (
    # words, cost, neighbourhood, place, pictogram, one plain sentence
    ("Un banc à l'ombre", 2_400, "Dutemple", "rue des Jardiniers", "banc",
     "Pour se reposer sur le chemin de l'école."),
    ("Éclairer le passage", 18_000, "Saint-Waast", "allée du Puits Neuf", "lumiere",
     "Pour rentrer le soir sans avoir peur."),
    ("Un jardin partagé", 12_500, "Chasse Royale", "rue des Verriers", "jardin",
     "Pour cultiver des légumes entre voisins."),
    ("Ralentir devant l'école", 26_000, "Dutemple", "avenue des Berlines", "rue",
     "Un plateau et une écluse : les voitures passent à 30."),
    ("Une fontaine à boire", 7_800, "Saint-Waast", "place des Dentellières", "eau",
     "De l'eau fraîche pour tout le monde, tout l'été."),
    ("Des arceaux à vélos", 3_900, "Chasse Royale", "place de la Passerelle", "velo",
     "Douze places devant les commerces."),
)  # fmt: skip
Paper: TypeAlias = tuple[str, ...] | str
"""What is on a paper: projects, or why it is spoilt."""
QUESTION = "Ce vote est un essai : les projets sont inventés et rien ne sera décidé."


@dataclass(frozen=True, slots=True)
class Trial:
    """A trial to make: its title, its ballot, and when it opens and closes (days from today)."""

    title: str
    ballot: dict[str, Any]
    opens: int = -3
    closes: int = 30
    more: dict[str, Any] = field(default_factory=dict)
    held: bool = False


def _ballot(kind: str, maximum: int = 3, **more: Any) -> dict[str, Any]:
    return {"ballot_type": kind, "minimum": 1, "maximum": maximum, **more}


def fill(db: Session, demo: Demo) -> None:
    """The trials, and the folder `votes` that says how to try them."""
    chance = Random(1789)  # noqa: S311 - a demo's
    secret = secrets.token_bytes(shares.SECRET)
    _write_key(demo, secret)
    towns = [(name, demo.neighbourhood(name).id) for name in
             ("Chasse Royale", "Dutemple", "Saint-Waast")]  # fmt: skip
    whole = [(sample.EVERYWHERE, MONEY)]
    for trial in (
        Trial("Vote d'essai : cocher des projets, avec un code par SMS", _ballot("approval"),
              more={"checks": ["sms", "letter", "desk"], "phone_share": 3}),
        Trial("Vote d'essai : dépenser une somme",
              _ballot("knapsack", len(WHAT), limits=whole)),
        Trial("Vote d'essai : donner des points",
              _ballot("points", len(WHAT), max_points=5, max_sum=10)),
        Trial("Vote d'essai : classer des projets", _ballot("ranking", 4)),
        Trial("Vote d'essai : donner des mentions, clé chez la commission",
              _ballot("graded", len(WHAT)), held=True),
        Trial("Vote d'essai : les projets de mon quartier", _ballot("approval", 2),
              more={"districts": towns}),
    ):  # fmt: skip
        poll = _make(db, demo, trial, secret)
        letters = _letters(db, demo, poll, LETTERS, chance)
        sample.cast(db, poll, demo.settings.vault, letters[:USED], chance, at=_after_opening(poll))
        sample.write_codes(demo.folder / "codes", poll, letters[USED:])
    _make(
        db, demo,
        Trial("Vote d'essai : avec une identité vérifiée", _ballot("approval"),
              more={"checks": ["identity", "desk"], "born_by": _years_before(demo.today, 11)}),
        secret,
    )  # fmt: skip
    _make(
        db, demo,
        Trial("Vote d'essai : à préparer et à sceller", _ballot("approval"), 7, 40), None,
    )  # fmt: skip
    poll = _make(
        db, demo,
        Trial("Vote d'essai : clos, à dépouiller par la commission", _ballot("approval"), -12, -1,
              held=True),
        secret,
    )  # fmt: skip
    _closed(db, demo, poll, chance)
    sample.write_guide(demo.folder)


def _years_before(day: date, years: int) -> date:
    return date(day.year - years, 1, 1)


def _after_opening(poll: PollView) -> datetime:
    return poll.opens_at + timedelta(hours=30)


def _at(demo: Demo, days: int, hour: int = 8) -> datetime:
    return paris(demo.today + timedelta(days=days), time(hour))


def _write_key(demo: Demo, secret: bytes) -> None:
    """What `civic urn key` gives, in the demo's folder: a real commission keeps paper only."""
    folder = demo.folder / "votes" / "commission"
    folder.mkdir(parents=True, exist_ok=True)
    public = urn.keys_of(secret).public
    (folder / PUBLIC).write_bytes(urn.write_key(public))
    title = "Votes d'essai (DÉMONSTRATION : cette clé ne protège rien)"
    for share, member in zip(urn.cut(secret), ("Inês Pereira-Demo", "Marcel Lefebvre-Demo",
                                               "Troisième membre (démonstration)"),
                             strict=True):  # fmt: skip
        page = sheet_page(share, public, title, member)
        (folder / f"feuille-{share.number}.html").write_text(page, "utf-8")


def _make(db: Session, demo: Demo, trial: Trial, secret: bytes | None) -> PollView:
    """The poll of a trial: sealed when there is a key, its commission named."""
    by, opens = demo.staff["agent"], _at(demo, trial.opens)
    made = min(opens - timedelta(days=6), demo.now)
    by_town = "districts" in trial.more or trial.ballot["ballot_type"] == "approval"
    items = [
        PollItem(
            str(number), label, cost * 100,
            group if by_town else sample.EVERYWHERE, sentence, pictogram, place,
        )
        for number, (label, cost, group, place, pictogram, sentence) in enumerate(WHAT, 1)
    ]  # fmt: skip
    if "districts" in trial.more:
        items.append(
            PollItem(
                "7", "Repeindre la halle", 9_000_00, sample.EVERYWHERE,
                "La halle est à tout le monde : chaque quartier peut la choisir.", "culture",
            )
        )  # fmt: skip
    scope = sorted(territory.scope_of(db, [demo.municipality("Valenciennes").id]))
    sealed_now = None if trial.held or secret is None else vault.make(demo.settings.vault)
    with writing(db):
        number = service.create_poll_within(
            db, title=trial.title, kind="trial", scope=scope, opens_at=opens,
            closes_at=_at(demo, trial.closes, 20), items=items, at=made, by=by,
            question=QUESTION, secret_id=sealed_now, **trial.ballot, **trial.more,
        )  # fmt: skip
        for member in ("vote_commission", "vote_commission2"):
            people.give_role_within(
                db, person_id=demo.staff[member], role=Role.VOTE_COMMISSION,
                unit=unit("poll", number), starts_on=day_of(made), by=by, at=made,
            )  # fmt: skip
    if trial.held and secret is not None:
        _hold(db, demo, number, secret, made)
    found = queries.poll_by_id(db, number)
    assert found is not None
    return found


def _hold(db: Session, demo: Demo, number: int, secret: bytes, at: datetime) -> None:
    """The commission's key: given, rehearsed with two sheets, sealed."""
    poll = queries.poll_by_id(db, number)
    assert poll is not None
    pair = urn.keys_of(secret)
    member = demo.staff["vote_commission"]
    service.give_key(db, poll_id=number, key_file=urn.write_key(pair.public), by=member, at=at)
    test = queries.rehearsal(db, number)
    assert test is not None
    form = keys.test_form(queries.form_of(poll, queries.items(db, number)))
    closed = urn.read_urn(urn.write_urn(form, pair.public, urn.split(form, test.content)))
    opened = urn.open_all(form, pair.private, closed.content)
    service.rehearse(
        db, poll_id=number, opened_file=urn.write_opened(form, closed.digest, opened), by=member,
        at=at,
    )  # fmt: skip
    service.seal_poll(
        db, poll_id=number, secret_id=vault.make(demo.settings.vault, pair.public),
        by=demo.staff["agent"], at=at,
    )  # fmt: skip


def _letters(
    db: Session, demo: Demo, poll: PollView, how_many: int, chance: Random
) -> list[service.Letter]:
    return sample.send_letters(
        db, poll, demo.settings.vault, how_many, chance, by=demo.staff["agent"],
        at=poll.opens_at - timedelta(days=1),
        streets=("rue des Jardiniers", "rue des Verriers", "allée du Puits Neuf"),
    )  # fmt: skip


# --- the closed one: papers being typed ---------------------------------------------------------


def _closed(db: Session, demo: Demo, poll: PollView, chance: Random) -> None:
    """Online ballots, three places, and three bundles: one agreed, one with differences to settle,
    one that waits for the second person; one sheet signed, two to sign."""
    agent, one, two = (demo.staff[key] for key in ("agent", "vote_commission", "vote_commission2"))
    letters = _letters(db, demo, poll, 40, chance)
    sample.cast(db, poll, demo.settings.vault, letters[:26], chance, at=_after_opening(poll))
    service.publish_checkpoint(db, poll_id=poll.id, by="system", at=_after_opening(poll))
    day = _at(demo, -1, 9)
    town, hall, school = sample.add_places(
        db, poll, [(day, day + timedelta(hours=9))], by=agent, at=poll.opens_at, on_duty=(one, two)
    )
    known = vault.load(demo.settings.vault, poll.secret_name or "")
    for number in range(6):
        right, _new = service.register_at_desk(
            db, poll_id=poll.id, family=f"Papier-{number}", first="Habitant",
            born=date(1950 + 7 * number, 5, 2), known=known, at=day,
        )  # fmt: skip
        service.vote_on_paper(
            db, poll_id=poll.id, right_id=right, known=known, at=day, place_id=town
        )
    service.print_check_in(
        db, place_id=hall, entries=sample.people(8, chance, "59300 Valenciennes", "Imprimé"),
        known=known, by=agent, at=day,
    )  # fmt: skip
    after = poll.closes_at + timedelta(minutes=30)
    service.type_signatures(
        db, place_id=hall, numbers=(1, 2, 4, 5, 7), correction="", by=one, at=after
    )
    a, b, c, d, e, _f = (item.reference for item in queries.items(db, poll.id))
    classroom: list[Paper] = [(a, c), (a,), (b, d, e), (), (c,), (a, b), (e,), "unreadable"]
    desk: list[Paper] = [(a, b), (c,), (d, e), (), (a,), (b, c)]
    read_again: list[Paper] = [(a, b), (c,), (d,), (), (a,), "rules"]
    names = {place.id: place.name for place in queries.places(db, poll.id)}
    waiting: list[Paper] = [(b,), (b, e), (c,), (a, d), (e,)]
    for place, lines, again in (
        (school, classroom, classroom),
        (town, desk, read_again),
        (hall, waiting, []),
    ):
        number = service.open_batch(
            db, poll_id=poll.id, place=names[place], ballots=len(lines), by=one, at=after
        )
        _type(db, poll, number, lines, one, after)
        if again:
            _type(db, poll, number, again, two, after)
    service.sign_sheet(
        db, place_id=school, signatures=8, ballots=8, blank=1, spoilt=1, explanation="",
        correction="", by=one, at=after,
    )  # fmt: skip


def _type(
    db: Session,
    poll: PollView,
    number: int,
    lines: Sequence[Paper],
    by: str,
    at: datetime,
) -> None:
    for place, line in enumerate(lines, 1):
        said = line if isinstance(line, str) else urn.Choices(line)
        service.type_ballot(
            db, poll_id=poll.id, number=number, ballot=place, said=said, by=by, at=at
        )
