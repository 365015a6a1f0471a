"""The right of somebody whose identity a provider has proved (OpenID Connect).

It proves who they are, never where they live: that rests on the lists, or on their word where the
règlement says so.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.orm import Session

from civic.ballots.service.locks import locked_poll, require_online, require_open
from civic.ballots.service.rights.neighbourhoods import take_word
from civic.ballots.service.rights.rows import (
    add_right,
    identity_in,
    require_check,
    require_old_enough,
    same_names,
)
from civic.ballots.vault import PollSecrets
from civic.house.db import writing
from civic.house.i18n import lazy
from civic.house.refusal import Refusal


def open_with_identity(
    db: Session,
    *,
    poll_id: int,
    family: str,
    first: str,
    born: date,
    declared: bool,
    known: PollSecrets,
    at: datetime,
    group: str = "",
) -> str:
    """The right that a proved identity opens: the one it has, by whatever way, or a new one where
    residence is declared and the person declares it. Asking again answers the same right. `group`:
    the neighbourhood that they declare with it, where the vote asks for one."""
    with writing(db):
        poll = locked_poll(db, poll_id, share=True)
        require_open(poll, at)
        require_check(poll, "identity")
        require_old_enough(poll, born)
        found = same_names(db, poll, known, family, first, born)
        if len(found) > 1:
            raise Refusal(
                lazy(
                    "Deux personnes ont ce nom et cette date de naissance : votez avec le code de "
                    "votre lettre, ou venez à l'accueil d'un lieu de vote."
                )
            )
        if found:
            right = found[0]
            if right.revoked_reason is not None:
                raise Refusal(
                    lazy("Ce droit de vote a été retiré : %(reason)s.", reason=right.revoked_reason)
                )
            require_online(right.place_id)
            if declared:
                take_word(poll, right, group)
            return right.id
        if poll.residence == "roll":
            raise Refusal(
                lazy(
                    "Votre identité est vérifiée, mais aucune liste de ce vote n'a ce nom. Venez à "
                    "l'accueil d'un lieu de vote avec un justificatif de domicile."
                )
            )
        if not declared:
            raise Refusal(
                lazy("Cochez cette case si c'est vrai : elle vaut signature."), field="honour"
            )
        identity = identity_in(poll, known, family, first, born)
        right = add_right(db, poll_id, identity, "identity")
        take_word(poll, right, group)
        return right.id
