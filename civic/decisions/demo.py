"""The demo's acts and follow-up, and the open vote's letters; through the verbs."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

from sqlalchemy import select
from sqlalchemy.orm import Session

from civic.ballots import queries as polls
from civic.ballots import sample
from civic.ballots import service as votes
from civic.ballots.queries import PollView
from civic.budgets import service as budgets
from civic.budgets.models import Edition, EditionProject
from civic.decisions import service
from civic.decisions.service import ActText, ItemDecision, Target
from civic.house.clock import paris
from civic.house.demo import Demo
from civic.meetings.models import Opinion
from civic.people.models import Organisation
from civic.territory import queries as territory

UNUSED = 40
"""How many letter codes of the open vote anybody may try."""

MAYOR = ("Camille Exemple", "maire (démonstration)")
PRESIDENT = ("Dominique Exemple", "présidente de l'agglomération (démonstration)")


def fill(db: Session, demo: Demo) -> None:
    """An act adopts each édition, one decides after the past vote; its projects are followed up;
    one avis gets its reply; the open vote has letters, ballots, a project withdrawn after some of
    them, and codes to try."""
    for key in demo.shared.get("adoptions", {}):
        _adopt(db, demo, key)
    _decide(db, demo)
    _answer(db, demo)
    _open_vote(db, demo)


def _people(demo: Demo, edition: Edition) -> tuple[str, str, tuple[str, str]]:
    whole = edition.territory_id == demo.agglomeration.id
    if whole:
        return demo.staff["agent_agglo"], demo.staff["elected_agglo"], PRESIDENT
    return demo.staff["agent"], demo.staff["elected"], MAYOR


def _publish(
    db: Session, demo: Demo, edition: Edition, text: ActText, target: Target, at: datetime,
    items: list[ItemDecision] | None = None,
) -> int:  # fmt: skip
    agent, elected, author = _people(demo, edition)
    scope = sorted(territory.scope_of(db, [edition.territory_id]))
    act = service.prepare_act(db, text=text, scope=scope, target=target, by=agent, at=at)
    if items is not None:
        service.decide_items(db, act_id=act, items=items, by=agent, at=at)
    service.publish_act(
        db, act_id=act, author_name=author[0], author_quality=author[1], by=elected,
        at=at + timedelta(hours=2),
    )  # fmt: skip
    return act


def _adopt(db: Session, demo: Demo, key: str) -> None:
    known = demo.shared["adoptions"][key]
    edition = db.get_one(Edition, demo.shared["editions"][key])
    text = ActText(
        organisation_id=edition.organisation_id,
        authority=known["authority"],
        kind=known["kind"],
        number=known["number"],
        title=f"{edition.title} : règlement et enveloppe"[:200],
        adopted_on=known["adopted_on"],
        text=(
            "Le conseil, après en avoir délibéré :\n\n"
            "1. **adopte** le règlement de l'édition, joint à la présente ;\n"
            "2. **inscrit** les enveloppes par quartier au budget ;\n"
            "3. **dit** que les projets choisis par les habitants lui seront proposés, et que "
            "toute différence sera motivée.\n\n*Données de démonstration.*"
        ),
        members=45,
        present=41,
        votes_for=38,
        votes_against=1,
        abstentions=2,
        prefecture_number="",
        prefecture_receipt_on=known["adopted_on"] + timedelta(days=3),
    )
    at = paris(known["adopted_on"] + timedelta(days=4)) + timedelta(hours=9)
    _publish(db, demo, edition, text, Target("edition_rules", edition.id), min(at, demo.now))


def _decide(db: Session, demo: Demo) -> None:
    key = demo.shared.get("editions", {}).get("past")
    edition = db.get(Edition, key) if key else None
    if edition is None or edition.status != "provisional" or edition.vote_closes_at is None:
        return
    rows = db.scalars(
        select(EditionProject)
        .where(EditionProject.edition_id == edition.id, EditionProject.elected.is_(True))
        .order_by(EditionProject.votes.desc())
    ).all()
    items = [ItemDecision(row.id, "adopted") for row in rows]
    if len(items) > 2:
        items[-1] = ItemDecision(
            rows[-1].id, "postponed",
            "Une canalisation doit d'abord être refaite au même endroit : le projet est repoussé "
            "d'un an, son argent reste réservé.",
        )  # fmt: skip
    at = edition.vote_closes_at + timedelta(days=25)
    number = demo.shared["adoptions"]["past"]["number"].replace("D-", "D-V")
    text = ActText(
        organisation_id=edition.organisation_id,
        authority=demo.shared["adoptions"]["past"]["authority"],
        kind="deliberation",
        number=number,
        title=f"{edition.title} : projets retenus"[:200],
        adopted_on=at.date(),
        text=(
            "Le conseil, au vu du procès-verbal du vote des habitants :\n\n"
            "1. **retient** les projets lauréats, sauf celui dont le motif de report est écrit "
            "ci-dessous ;\n2. **charge** les services de leur réalisation.\n\n"
            "*Données de démonstration.*"
        ),
        members=45,
        present=43,
        votes_for=43,
        votes_against=0,
        abstentions=0,
        prefecture_receipt_on=(at + timedelta(days=2)).date(),
    )
    _publish(db, demo, edition, text, Target("edition_result", edition.id), at, items)
    _follow(db, demo, [item for item in items if item.outcome == "adopted"], at)


STEPS = ("funds", "contract", "works", "acceptance", "review")


def _follow(db: Session, demo: Demo, items: list[ItemDecision], decided: datetime) -> None:
    """The first project is finished, the second half-way, the others have their money."""
    for place, item in enumerate(items):
        done = (5, 2, 1)[min(place, 2)]
        later = demo.now + timedelta(days=40 + 20 * place)
        cost = db.get_one(EditionProject, item.edition_project_id).cost
        for number, milestone in enumerate(STEPS[: done + 1]):
            day = decided + timedelta(days=30 + 35 * number)
            is_done = number < done and day <= demo.now
            service.follow_up(
                db,
                edition_project_id=item.edition_project_id,
                milestone=milestone,
                planned_on=day.date() if is_done else max(day, later).date(),
                done_on=day.date() if is_done else None,
                cost=cost * 96 // 100 if milestone == "review" and is_done else None,
                note="",
                by=demo.staff["agent"],
                at=day if is_done else min(day, demo.now),
            )


def _answer(db: Session, demo: Demo) -> None:
    """The oldest avis gets a reasoned reply; the others wait, in public."""
    opinion = db.scalars(
        select(Opinion)
        .join(Organisation, Organisation.id == Opinion.addressee_id)
        .where(
            Opinion.answered_on.is_(None),
            Organisation.kind.in_(("municipality", "intercommunality")),
        )
        .order_by(Opinion.given_on)
    ).first()
    if opinion is None:
        return
    organisation = db.get_one(Organisation, opinion.addressee_id)
    at = min(
        paris(opinion.given_on + timedelta(days=40)) + timedelta(hours=9),
        demo.now - timedelta(hours=3),
    )
    whole = organisation.kind == "intercommunality"
    agent = demo.staff["agent_agglo" if whole else "agent"]
    elected = demo.staff["elected_agglo" if whole else "elected"]
    author = PRESIDENT if whole else MAYOR
    place = organisation.territory_id or demo.agglomeration.id
    act = service.prepare_act(
        db,
        text=ActText(
            organisation_id=organisation.id,
            authority=f"{organisation.name}, exécutif",
            kind="executive_decision",
            number=f"R-{at.year}-01",
            title=f"Réponse à l'avis « {opinion.title} »"[:200],
            adopted_on=at.date(),
            text=(
                "Vous avez raison sur l'essentiel. Nous le ferons **en deux temps** : la première "
                "partie cette année, la seconde quand le marché sera renouvelé.\n\n"
                "*Données de démonstration.*"
            ),
            subject_code="5.4",
            subject_name="Institutions et vie politique, délégation de fonctions",
        ),
        scope=sorted(territory.scope_of(db, [place])),
        target=Target(
            "opinion", opinion.id, "amends",
            "Le marché en cours ne permet pas de tout faire la même année.",
        ),
        by=agent,
        at=at,
    )  # fmt: skip
    service.publish_act(
        db, act_id=act, author_name=author[0], author_quality=author[1], by=elected,
        at=at + timedelta(hours=2),
    )  # fmt: skip


def _open_vote(db: Session, demo: Demo) -> None:
    key = demo.shared.get("polls", {}).get("open")
    poll = polls.poll_by_id(db, key) if key else None
    if poll is None or not poll.is_open(demo.now):
        return
    folder = demo.settings.vault
    letters = sample.send_letters(
        db, poll, folder, 260 + UNUSED, demo.random, by=demo.staff["agent"],
        at=poll.opens_at - timedelta(days=5),
    )  # fmt: skip
    for day in range((demo.now - poll.opens_at).days + 1):
        at = min(poll.opens_at + timedelta(days=day, hours=3), demo.now)
        sample.cast(db, poll, folder, letters[UNUSED + day * 30 :][:30], demo.random, at=at)
        votes.publish_checkpoint(db, poll_id=poll.id, by="system", at=at)
    sample.keep_open_places(
        db, poll, demo.folder, folder, Random(1848),  # noqa: S311
        by=demo.staff["agent"],
        commission=(demo.staff["vote_commission"], demo.staff["vote_commission2"]), at=demo.now,
    )  # fmt: skip
    _withdraw(db, demo, poll)
    path = sample.write_codes(demo.folder / "codes", poll, letters[:UNUSED])
    demo.shared["codes"] = path


def _withdraw(db: Session, demo: Demo, poll: PollView) -> None:
    """A project leaves the open vote: those who chose it and those to come are told why."""
    (gone,) = [item for item in polls.items(db, poll.id) if item.pictogram == "arbre"]
    budgets.withdraw_from_vote(
        db, edition_id=demo.shared["editions"]["open"], reference=gone.reference,
        reason="Une conduite de gaz passe sous le square : on ne peut pas y planter d'arbres.",
        decided_by=f"{MAYOR[0]}, {MAYOR[1]}", by=demo.staff["agent"], at=demo.now,
    )  # fmt: skip
