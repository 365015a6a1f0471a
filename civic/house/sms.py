"""SMS: one short text to one number, through the operator's gateway. Nothing of it is kept.

A gateway is an address that takes this request and answers any 2xx:

    POST <CIVIC_SMS>
    Authorization: Bearer <CIVIC_SMS_TOKEN>      (when that setting is there)
    Content-Type: application/json

    {"to": "+33612345678", "text": "…"}

`folder:/path` writes each message into a file instead, for a demo.
"""

from __future__ import annotations

import json
import re
import secrets
from pathlib import Path

from civic.house import outside
from civic.house.i18n import bare, lazy
from civic.house.refusal import Refusal
from civic.house.settings import Settings


def read_number(typed: str, prefixes: str) -> str:
    """A number as the world writes it (+33612345678); refuses what can't be one, or one that the
    operator's list of beginnings does not have."""
    plain = re.sub(r"[\s.()/-]", "", typed)
    if plain.startswith("00"):
        plain = "+" + plain[2:]
    elif re.fullmatch(r"0[1-9]\d{8}", plain, re.ASCII):
        plain = "+33" + plain[1:]
    if plain.startswith("+330"):
        plain = "+33" + plain[4:]
    french = not plain.startswith("+33") or len(plain) == 12
    if not re.fullmatch(r"\+[1-9]\d{7,14}", plain, re.ASCII) or not french:
        raise Refusal(
            lazy("Nous n'avons pas compris ce numéro. Écrivez par exemple 06 12 34 56 78."),
            field="phone",
        )
    if not plain.startswith(tuple(prefixes.split())):
        raise Refusal(
            lazy("Le site n'envoie pas de SMS à ce numéro. Donnez un numéro de portable."),
            field="phone",
        )
    return plain


def send(settings: Settings, to: str, text: str) -> None:
    """Sends one message now, without marks of direction, which old telephones show as squares;
    refuses when there is no gateway or it does not take it."""
    text = bare(text)
    if settings.sms.startswith("folder:"):
        folder = Path(settings.sms.removeprefix("folder:"))
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{secrets.token_hex(8)}.txt").write_text(f"{to}\n{text}\n", "utf-8")
        return
    if not settings.sms:
        raise Refusal(lazy("Ce site n'envoie pas de SMS. Votez par un autre moyen."))
    headers = {"Content-Type": "application/json"}
    if settings.sms_token:
        headers["Authorization"] = f"Bearer {settings.sms_token}"
    body = json.dumps({"to": to, "text": text}, ensure_ascii=False).encode()
    try:
        outside.ask(settings.sms, body, headers)
    except (outside.Refused, outside.Away) as wrong:
        raise Refusal(
            lazy("Le message n'est pas parti. Essayez de nouveau dans un instant."), field="phone"
        ) from wrong
