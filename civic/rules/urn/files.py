"""The files that travel between the site and the commission's machine, as canonical JSON.

public key   {"cle", "format": "civic-cle-1", "parts": [3, 2]}
closed urn   {"bulletin", "cle", "enveloppes": [base64 …], "format": "civic-urne-1"}
opened urn   {"bulletins": [canonical ballots, sorted], "empreinte", "format": "civic-ouverture-1",
              "nuls", "urne", "vote"}

The same content gives the same bytes: two members compare two opened urns by one digest.
"""

from __future__ import annotations

import base64
import binascii
import dataclasses
import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from civic.rules.urn.envelope import (
    BadBallot,
    BallotForm,
    Choices,
    Unreadable,
    canonical,
    check,
    choices_of,
    digest,
)
from civic.rules.urn.opening import Opened, list_digest
from civic.rules.urn.shares import NEEDED, SHARES

KEY, URN, OPENED = "civic-cle-1", "civic-urne-1", "civic-ouverture-1"


class BadFile(ValueError):
    """A file that is not what it should be. `reason`, one of REASONS."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


REASONS = ("not-json", "not-this-file", "broken")


@dataclass(frozen=True, slots=True)
class ClosedUrn:
    """What the commission opens: what the poll allows, its public key, its envelopes sorted."""

    form: BallotForm
    public: bytes
    envelopes: tuple[bytes, ...]

    @property
    def content(self) -> bytes:
        """The envelopes one after the other, as the site exported them."""
        return b"".join(self.envelopes)

    @property
    def digest(self) -> str:
        """SHA-256 of the content: what step 1 of the closing certified."""
        return hashlib.sha256(self.content).hexdigest()


@dataclass(frozen=True, slots=True)
class OpenedUrn:
    """What an opening found, and the digest of the urn that it opened."""

    vote: str
    urn: str
    opened: Opened


def packed(value: object) -> bytes:
    """Canonical JSON and a line end."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode() + b"\n"


def form_as_data(form: BallotForm) -> dict[str, Any]:
    """What a poll allows, as JSON values."""
    said: dict[str, Any] = json.loads(packed(dataclasses.asdict(form)))
    return said


def form_from_data(said: Any) -> BallotForm:
    """The same, read back; raises `BadFile`."""
    try:
        values: dict[str, Any] = {name: _frozen(value) for name, value in said.items()}
        form = BallotForm(**values)
        if not all(isinstance(one, str) for one in (form.poll, form.type, *form.references)):
            raise BadFile("broken")
        if not form.references or form.length < 1:
            raise BadFile("broken")
    except (AttributeError, TypeError, ValueError) as wrong:
        raise BadFile("broken") from wrong
    return form


def _frozen(value: Any) -> Any:
    return tuple(_frozen(one) for one in value) if isinstance(value, list) else value


def write_key(public: bytes) -> bytes:
    """The public key file, that the site is given."""
    return packed({"format": KEY, "cle": public.hex(), "parts": [SHARES, NEEDED]})


def read_key(content: bytes) -> bytes:
    """The public key of a file; raises `BadFile`."""
    said = _read(content, KEY)
    try:
        public = bytes.fromhex(said["cle"])
    except (KeyError, TypeError, ValueError) as wrong:
        raise BadFile("broken") from wrong
    if len(public) != 32 or write_key(public) != content.strip() + b"\n":
        raise BadFile("broken")
    return public


def write_urn(form: BallotForm, public: bytes, envelopes: Iterable[bytes]) -> bytes:
    """The closed urn, that the commission takes away."""
    ordered = [one for _name, one in sorted((digest(one), one) for one in envelopes)]
    return packed(
        {
            "format": URN,
            "bulletin": form_as_data(form),
            "cle": public.hex(),
            "enveloppes": [base64.b64encode(one).decode() for one in ordered],
        }
    )


def read_urn(content: bytes) -> ClosedUrn:
    """A closed urn; raises `BadFile`."""
    said = _read(content, URN)
    form = form_from_data(said.get("bulletin"))
    try:
        public = bytes.fromhex(said["cle"])
        envelopes = tuple(base64.b64decode(one, validate=True) for one in said["enveloppes"])
    except (KeyError, TypeError, ValueError, binascii.Error) as wrong:
        raise BadFile("broken") from wrong
    if len(public) != 32 or write_urn(form, public, envelopes) != content.strip() + b"\n":
        raise BadFile("broken")
    return ClosedUrn(form, public, envelopes)


def write_opened(form: BallotForm, urn: str, opened: Opened) -> bytes:
    """What an opening found: ballots in the order of their text, nothing else of them."""
    return packed(
        {
            "format": OPENED,
            "vote": form.poll,
            "urne": urn,
            "nuls": opened.spoilt,
            "bulletins": [canonical(form, one).decode() for one in opened.ballots],
            "empreinte": opened.digest,
        }
    )


def read_opened(form: BallotForm, content: bytes) -> OpenedUrn:
    """What an opening of this poll found, every ballot checked again; raises `BadFile`."""
    said = _read(content, OPENED)
    try:
        ballots = tuple(read_canonical(form, one) for one in said["bulletins"])
        spoilt = said["nuls"]
        vote, urn = str(said["vote"]), str(said["urne"])
    except (KeyError, TypeError, Unreadable, BadBallot) as wrong:
        raise BadFile("broken") from wrong
    if vote != form.poll or type(spoilt) is not int or spoilt < 0:
        raise BadFile("broken")
    opened = Opened(ballots, spoilt, list_digest(form, ballots, spoilt))
    if write_opened(form, urn, opened) != content.strip() + b"\n":
        raise BadFile("broken")
    return OpenedUrn(vote, urn, opened)


def read_canonical(form: BallotForm, text: str) -> Choices:
    """One ballot from its canonical text; raises `Unreadable`, `BadBallot` or `TypeError`."""
    try:
        said = json.loads(text)
        choices = choices_of(said["c"], said["p"])
    except (ValueError, KeyError) as wrong:
        raise Unreadable("not a ballot") from wrong
    if canonical(form, choices).decode() != text:
        raise Unreadable("not a ballot of this poll")
    check(form, choices)
    return choices


def _read(content: bytes, kind: str) -> dict[str, Any]:
    try:
        said = json.loads(content)
    except (ValueError, RecursionError) as wrong:
        raise BadFile("not-json") from wrong
    if not isinstance(said, dict) or said.get("format") != kind:
        raise BadFile("not-this-file")
    return said
