"""What all doors of the votes use."""

from __future__ import annotations

from flask import Blueprint, Response, request

from civic.ballots import queries, vault
from civic.ballots.queries import PollView
from civic.ballots.vault import PollSecrets
from civic.house.i18n import lazy
from civic.house.refusal import NotFound, Refusal
from civic.house.web import db, me, settings

doors = Blueprint("ballots", __name__, url_prefix="/votes")

PERSONAL = frozenset(
    f"ballots.{name}"
    for name in (
        "ballot", "claim", "deposited", "enter", "identity_open", "mail_receipt", "my_check_in",
        "receipt", "desk", "desk_code", "desk_group", "desk_right", "paper_vote", "revoke",
        "undo_paper",
    )
)  # fmt: skip
"""Pages that show one person's choices, receipt, code or émargement."""


@doors.after_request
def _kept_by_no_browser(answer: Response) -> Response:
    """Neither on its disk nor in the memory behind « Précédent »: whoever takes the machine next
    would read there what was erased."""
    if request.endpoint in PERSONAL:
        answer.headers["Cache-Control"] = "no-store"
    return answer


def the_poll(slug: str) -> PollView:
    """The poll of that address, or a 404."""
    found = queries.poll(db(), slug)
    if found is None:
        raise NotFound
    return found


def secrets_of(poll: PollView) -> PollSecrets:
    """The poll's secrets; a `Refusal` when the vault does not have them."""
    if poll.secret_name is None:
        raise Refusal(lazy("Ce vote n'est pas encore scellé : il n'a pas d'urne."))
    try:
        return vault.load(settings().vault, poll.secret_name)
    except FileNotFoundError as missing:
        raise Refusal(
            lazy("Le coffre du site ne trouve pas les secrets de ce vote. Prévenez l'exploitant.")
        ) from missing


def provider_of(poll: PollView) -> str:
    """The name of the identity provider that opens this poll; "" when none does."""
    offered = settings().oidc_issuer and "identity" in poll.checks
    return settings().oidc_name if offered else ""


def require_own(poll: PollView, right: str) -> None:
    """Refuses another person's right to somebody who is signed in and has one of their own: the
    ballot that would open is theirs, and a family may share one phone."""
    own = queries.right_of(db(), poll.id, me().person) if me().signed_in else None
    if own is not None and own.id != right:
        raise Refusal(
            lazy("Votre compte est ouvert ici, et c'est le droit d'une autre personne. "
                 "Déconnectez-vous, puis recommencez : c'est son bulletin qui s'ouvrira."),
            field="code",
        )  # fmt: skip


def code_address(poll: PollView, code: str) -> str:
    """What a letter's QR code says: after the « # », a browser sends nothing to any server."""
    return f"{settings().base_url}/votes/{poll.slug}/entrer#{code}"


def receipt_address(poll: PollView, number: str) -> str:
    """What a receipt's QR code says; the number stays in the browser until it is asked for."""
    return f"{settings().base_url}/votes/{poll.slug}/recu#{number}"


def register_address(slug: str) -> str:
    """The public register of contests, as mails cite it."""
    return f"{settings().base_url}/votes/{slug}/contestations"
