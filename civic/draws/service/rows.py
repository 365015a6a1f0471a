"""What every verb of the draws begins with: the draw's row, locked, in a state that allows it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy.orm import Session

from civic.draws.models import BEFORE_FREEZE, INVITING, Draw
from civic.house.i18n import lazy
from civic.house.refusal import NotFound, Refusal


def locked(db: Session, draw_id: int) -> Draw:
    """The draw's row, held until the verb ends."""
    draw = db.get(Draw, draw_id, with_for_update=True)
    if draw is None:
        raise NotFound
    return draw


def open_draw(db: Session, draw_id: int) -> Draw:
    """The locked row of a draw whose lists and criteria may still change."""
    draw = locked(db, draw_id)
    if draw.status == "freeze_asked":
        raise Refusal(
            lazy(
                "Le gel est demandé : les listes et les critères ne changent plus. Retirez "
                "d'abord la demande de gel."
            )
        )
    if draw.status in INVITING:
        raise Refusal(lazy("Les listes sont figées pour les invitations : elles ne changent plus."))
    return in_state(
        draw,
        BEFORE_FREEZE,
        lazy("Ce tirage est figé : ses listes et ses critères ne changent plus."),
    )


def open_criteria(db: Session, draw_id: int) -> Draw:
    """The locked row of a draw whose criteria may still change: also while people are invited."""
    draw = locked(db, draw_id)
    return draw if draw.status in {"order_frozen", "inviting"} else open_draw(db, draw_id)


def in_state(draw: Draw, states: Iterable[str], sentence: Any) -> Draw:
    """The draw itself when its status is one of `states`, else a refusal with the sentence."""
    if draw.status not in states:
        raise Refusal(sentence)
    return draw


def changed(draw: Draw, version: int) -> None:
    """Refuses when somebody has changed lists or criteria since `version` was read."""
    if draw.pool_version != version:
        raise Refusal(
            lazy(
                "Quelqu'un vient de changer les listes ou les critères de ce tirage. Rechargez la "
                "page, regardez ce qui a changé, puis recommencez."
            )
        )
