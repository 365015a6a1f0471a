"""Votes filled for a demo: letters to invented people, and ballots through the ordinary verbs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random

from sqlalchemy.orm import Session

from civic.ballots import queries, service, vault
from civic.ballots.queries import PollItem, PollView
from civic.ballots.service import Letter, RollEntry
from civic.rules import urn

FIRST_NAMES = (
    "Amina", "Bastien", "Chloé", "Dimitri", "Elif", "Fatou", "Gaspard", "Hicham", "Inès", "João",
    "Khadija", "Léonie", "Mehmet", "Nadège", "Omar", "Paulina", "Quentin", "Rachida", "Samuel",
    "Thi Mai",
)  # fmt: skip
FAMILY_NAMES = (
    "Démonstration",
    "Exemple",
    "Inventée",
    "Fictif",
    "Modèle",
    "Factice",
    "Imaginaire",
    "Essai",
)


def people(how_many: int, random: Random, place: str) -> list[RollEntry]:
    """So many plainly invented people, no two alike."""
    return [
        RollEntry(
            f"{random.choice(FAMILY_NAMES)}-{number}",
            random.choice(FIRST_NAMES),
            date(random.randint(1940, 2008), random.randint(1, 12), random.randint(1, 28)),
            f"{random.randint(1, 90)} rue de l'Exemple, {place}",
        )
        for number in range(1, how_many + 1)
    ]


def send_letters(
    db: Session, poll: PollView, folder: Path, how_many: int, random: Random, *, by: str,
    at: datetime,
) -> list[Letter]:  # fmt: skip
    """Letters for so many invented people."""
    assert poll.secret_name is not None
    known = vault.load(folder, poll.secret_name)
    letters, _without = service.make_letters(
        db, poll_id=poll.id, entries=people(how_many, random, "59000 Demo"), known=known, by=by,
        at=at,
    )  # fmt: skip
    return letters


def cast(
    db: Session, poll: PollView, folder: Path, letters: Sequence[Letter], random: Random, *,
    at: datetime,
) -> None:  # fmt: skip
    """One ballot a letter, as people choose: some projects are liked more than others."""
    assert poll.secret_name is not None
    known = vault.load(folder, poll.secret_name)
    items = queries.items(db, poll.id)
    liking = [random.random() ** 2 + 0.05 for _item in items]
    for letter in letters:
        right = service.find_right_by_code(db, poll=poll.slug, code=letter.code, known=known)
        assert right is not None
        service.deposit(
            db, poll=poll, items=items, right_id=right,
            choices=_choices(poll, items, liking, random), known=known, channel="code", at=at,
        )  # fmt: skip


def _choices(
    poll: PollView, items: list[PollItem], liking: list[float], random: Random
) -> urn.Choices:
    if random.random() < 0.02:
        return urn.Choices()
    least, most = max(1, poll.minimum), min(poll.maximum, len(items))
    wanted = random.randint(least, most)
    chosen: list[str] = []
    while len(chosen) < wanted:
        one = random.choices(items, liking)[0].reference
        if one not in chosen:
            chosen.append(one)
    if poll.ballot_type != "points":
        return urn.Choices(tuple(chosen))
    left = poll.max_sum or 0
    given: list[tuple[str, int]] = []
    for reference in chosen:
        mark = min(random.randint(1, poll.max_points or 1), left)
        if mark:
            given.append((reference, mark))
            left -= mark
    return urn.Choices(tuple(one for one, _m in given), tuple(mark for _o, mark in given))


def close(db: Session, poll: PollView, folder: Path, members: Sequence[str], at: datetime) -> None:
    """The three steps of closing, by two members of the commission."""
    assert poll.secret_name is not None
    service.reconcile(db, poll_id=poll.id, by=members[0], at=at)
    service.sever(db, poll_id=poll.id, by=members[0], at=at + timedelta(minutes=10))
    vault.sever(folder, poll.secret_name)
    service.clean_urn(db)
    known = vault.load(folder, poll.secret_name)
    for number, member in enumerate(members[:2]):
        service.open_urn(
            db, poll_id=poll.id, known=known, by=member, at=at + timedelta(minutes=20 + number)
        )


def write_codes(folder: Path, poll: PollView, letters: Sequence[Letter]) -> Path:
    """The codes of letters that nobody has used, in a file that anyone may try them from."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{poll.slug}.txt"
    lines = [
        f"{poll.title}",
        "Codes de démonstration, un par lettre. Chaque code vaut un vote.",
        "Dans la démonstration : « Voter », ce vote, puis « Voter avec le code de ma lettre ».",
        "",
        *(urn.show_code(one.code) for one in letters),
    ]
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path
