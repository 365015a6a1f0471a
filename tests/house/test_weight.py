"""A public list asks the database the same number of questions for 10 rows and for 1,000."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from civic.house.access import Role
from civic.proposals.models import Proposal
from tests import make
from tests.machine.statements import CountStatements
from tests.machine.visitor import Visitor
from tests.proposals.make import published

MANY = 1_000
MOST = 10


def test_the_list_of_proposals(
    app: Flask, db: Session, count_statements: CountStatements, outbox: object
) -> None:
    town = make.town(db)
    resident, agent = make.account(db), make.staff(db, Role.AGENT, town.unit)
    number = published(db, town, resident.person, agent.person)
    client = app.test_client()
    assert isinstance(client, Visitor)
    with count_statements() as few:
        client.see("/propositions/")
    row = db.scalars(select(Proposal).where(Proposal.number == number)).one()
    columns = Proposal.__table__.columns
    kept = {one.name: getattr(row, one.name) for one in columns if one.name != "id"}
    db.execute(
        insert(Proposal),
        [
            {**kept, "number": number + n, "filed_at": row.filed_at - timedelta(hours=n)}
            for n in range(1, MANY)
        ],
    )
    db.commit()
    with count_statements() as many:
        page = client.see("/propositions/")
    assert "1000" in "".join(page.text.split())
    assert len(many) == len(few) <= MOST
