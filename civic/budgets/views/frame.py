"""What all pages of an édition share."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template

from civic.budgets import queries
from civic.budgets.states import ACT_KINDS, MODELS, OUTCOMES, RULES
from civic.house.access import Right
from civic.house.clock import clock
from civic.house.i18n import _
from civic.house.refusal import NotFound
from civic.house.web import db, me

doors = Blueprint("budgets", "civic.budgets.views", url_prefix="/budgets")


@doors.app_template_global("outcome_name")
def _outcome(code: str) -> str:
    return str(OUTCOMES[code])


@doors.app_template_global("act_kind")
def _act(code: str) -> str:
    return str(ACT_KINDS[code])


@doors.app_template_global("model_name")
def _model(code: str) -> str:
    return str(MODELS[code])


@doors.app_template_global("rule_name")
def _rule(code: str) -> str:
    return str(RULES[code])


def seen_or_404(slug: str) -> queries.Seen:
    """The édition of an address."""
    seen = queries.edition(db(), slug)
    if seen is None:
        raise NotFound
    return seen


def may_manage(slug: str) -> bool:
    """Whether the visitor prepares this édition."""
    if not me().may(Right.MANAGE_EDITIONS):
        return False
    scope = queries.scope_of(db(), slug)
    return scope is not None and me().may(Right.MANAGE_EDITIONS, scope)


def render(template: str, seen: queries.Seen, **values: Any) -> str:
    """A page of an édition, with what all of them say."""
    now = clock.now()
    phase = queries.phase(seen.row, now)
    sentence, look = queries.state_sentence(seen.row, now), queries.LOOKS[phase]
    if seen.annulled and phase != "cancelled":
        sentence, look = _("Le vote est annulé : aucun résultat n'en est valable"), "stopped"
    return render_template(
        f"budgets/{template}.html",
        seen=seen,
        row=seen.row,
        phase=phase,
        sentence=sentence,
        look=look,
        **values,
    )
