"""A ballot in its envelope: written in one length for the whole poll, sealed to the poll's key.

The clear text is canonical JSON, `{"c":[references],"p":[points],"v":slug}`, followed by the byte
0x80 and zeros up to the length of the longest ballot the poll allows. The envelope is a libsodium
sealed box (X25519, XSalsa20-Poly1305): whoever seals can't open again.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import lru_cache

from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox

TYPES = ("approval", "knapsack", "points", "ranking", "graded")
"""Choose projects; choose within the money; give points; rank; give each a grade."""
WITH_POINTS = ("points", "graded")
OVERHEAD = 48
"""Bytes that a sealed box adds to its content."""


class BadBallot(ValueError):
    """Choices that the poll does not allow: `reason`, one of REASONS, and `value`, about what
    (for "over", the cents missing, and `where` names the envelope)."""

    def __init__(self, reason: str, value: int | str = "", where: str = "") -> None:
        super().__init__(f"{reason} {value}".strip())
        self.reason = reason
        self.value = value
        self.where = where


REASONS = (
    "too-many",
    "too-few",
    "unknown",
    "twice",
    "points",
    "too-many-points",
    "sum",
    "over",
    "groups",
)


class Unreadable(ValueError):
    """An envelope that does not open with this key, or that holds no ballot of this poll."""


@dataclass(frozen=True, slots=True)
class Choices:
    """What a ballot says: references of projects, and the points or the grade of each (empty
    unless the poll asks for them). Their order means something in a ranking only: the best first.
    No choice at all is a blank ballot."""

    references: tuple[str, ...] = ()
    points: tuple[int, ...] = ()

    @property
    def blank(self) -> bool:
        """Whether nothing is chosen."""
        return not self.references


@dataclass(frozen=True, slots=True)
class BallotForm:
    """What a poll allows: its name, the references on the ballot, how many may be chosen at least
    and at most (a blank ballot always may).

    For points: the most to one project and in all, from 1. For grades: `max_points` is the best
    grade and 0 the worst; a project without a grade is simply not among the references. For a
    knapsack: `costs` (cents) and `groups` (names of envelopes) follow `references`, and `limits`
    says how much each envelope holds. `one_group`: all that is chosen is of one of the groups.
    `districts`: the groups that this is about, when others are everybody's.
    """

    poll: str
    references: tuple[str, ...]
    type: str = "approval"
    minimum: int = 1
    maximum: int = 1
    max_points: int = 0
    max_sum: int = 0
    costs: tuple[int, ...] = ()
    groups: tuple[str, ...] = ()
    limits: tuple[tuple[str, int], ...] = ()
    one_group: bool = False
    districts: tuple[str, ...] = ()

    @property
    def length(self) -> int:
        """Bytes of every clear ballot of this poll, whatever it says."""
        return _length(self)


@lru_cache(maxsize=32)
def _length(form: BallotForm) -> int:
    longest = sorted(form.references, key=lambda one: len(_json(one)), reverse=True)
    most = min(form.maximum, len(longest))
    points = (form.max_points,) * most if form.type in WITH_POINTS else ()
    return len(_text(form, Choices(tuple(longest[:most]), points))) + 1


@dataclass(frozen=True, slots=True)
class KeyPair:
    """A poll's keys, 32 bytes each."""

    private: bytes
    public: bytes


def key_pair(seed: bytes) -> KeyPair:
    """The keys made from 32 random bytes."""
    private = PrivateKey(seed)
    return KeyPair(bytes(private), bytes(private.public_key))


def check(form: BallotForm, choices: Choices) -> None:
    """Raises `BadBallot` when the poll does not allow these choices."""
    chosen, points = choices.references, choices.points
    unknown = [one for one in chosen if one not in form.references]
    if unknown:
        raise BadBallot("unknown", unknown[0])
    if len(set(chosen)) < len(chosen):
        raise BadBallot("twice")
    if len(chosen) > form.maximum:
        raise BadBallot("too-many", len(chosen))
    if chosen and len(chosen) < form.minimum:
        raise BadBallot("too-few", len(chosen))
    if form.one_group and len(districts_of(form, chosen)) > 1:
        raise BadBallot("groups", len(districts_of(form, chosen)))
    if form.type not in WITH_POINTS:
        if points:
            raise BadBallot("points")
        if form.type == "knapsack":
            _check_money(form, chosen)
        return
    least = 1 if form.type == "points" else 0
    if len(points) != len(chosen) or any(one < least for one in points):
        raise BadBallot("points")
    if any(one > form.max_points for one in points):
        raise BadBallot("too-many-points", max(points))
    if form.type == "points" and sum(points) > form.max_sum:
        raise BadBallot("sum", sum(points))


def spent(form: BallotForm, chosen: tuple[str, ...]) -> dict[str, int]:
    """What the chosen projects cost in each envelope of a knapsack ballot, in cents."""
    sums = {name: 0 for name, _most in form.limits}
    wanted = set(chosen)
    for reference, group, cost in zip(form.references, form.groups, form.costs, strict=True):
        if reference in wanted:
            sums[group] = sums.get(group, 0) + cost
    return sums


def districts_of(form: BallotForm, chosen: tuple[str, ...]) -> set[str]:
    """The neighbourhoods of the chosen projects, without the groups that are everybody's."""
    wanted = set(chosen)
    pairs = zip(form.references, form.groups, strict=True)
    found = {group for reference, group in pairs if reference in wanted}
    return found & set(form.districts) if form.districts else found


def _check_money(form: BallotForm, chosen: tuple[str, ...]) -> None:
    most = dict(form.limits)
    for group, cost in spent(form, chosen).items():
        if cost > most.get(group, 0):
            raise BadBallot("over", cost - most.get(group, 0), group)


def write(form: BallotForm, choices: Choices) -> bytes:
    """The clear ballot, padded to `form.length`; raises `BadBallot`."""
    check(form, choices)
    text = _text(form, choices)
    return text + b"\x80" + b"\x00" * (form.length - len(text) - 1)


def read(form: BallotForm, clear: bytes) -> Choices:
    """What a clear ballot says; raises `Unreadable`, or `BadBallot` when it says too much."""
    text, mark, zeros = clear.rpartition(b"\x80")
    if not mark or zeros.strip(b"\x00"):
        raise Unreadable("no padding")
    try:
        said = json.loads(text)
        choices = choices_of(said["c"], said["p"])
    except (ValueError, KeyError, TypeError) as wrong:
        raise Unreadable("not a ballot") from wrong
    if said.get("v") != form.poll or _text(form, choices) != text:
        raise Unreadable("not a ballot of this poll")
    check(form, choices)
    return choices


def choices_of(references: object, points: object) -> Choices:
    """Choices from JSON values; TypeError unless they are texts and whole numbers."""
    if not isinstance(references, list) or not isinstance(points, list):
        raise TypeError("not two lists")
    if any(type(one) is not str for one in references) or any(
        type(one) is not int for one in points
    ):
        raise TypeError("not texts and whole numbers")
    return Choices(tuple(references), tuple(points))


def seal(public: bytes, clear: bytes) -> bytes:
    """The envelope: 48 bytes longer than the clear ballot, different each time."""
    sealed: bytes = SealedBox(PublicKey(public)).encrypt(clear)
    return sealed


def unseal(private: bytes, sealed: bytes) -> bytes:
    """The clear ballot; raises `Unreadable`."""
    try:
        clear: bytes = SealedBox(PrivateKey(private)).decrypt(sealed)
    except (CryptoError, ValueError, TypeError) as wrong:
        raise Unreadable("does not open with this key") from wrong
    return clear


def digest(sealed: bytes) -> str:
    """SHA-256 of an envelope, 64 hex digits."""
    return hashlib.sha256(sealed).hexdigest()


def _json(value: object) -> bytes:
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode()


def _text(form: BallotForm, choices: Choices) -> bytes:
    return _json({"c": list(choices.references), "p": list(choices.points), "v": form.poll})


def canonical(form: BallotForm, choices: Choices) -> bytes:
    """One ballot as one line of the list that openings compare."""
    return _text(form, choices)
