"""The ways in which a verb says no. One handler (`house/web`) makes each of them a page."""

from __future__ import annotations

from typing import Any


class Refusal(Exception):
    """A verb says no, with a sentence for the person: what is wrong and what to do next.

    `text` is a lazy translation; `field` names the form field it is about, if one is.
    """

    def __init__(self, text: Any, *, field: str | None = None) -> None:
        super().__init__(str(text))
        self.text = text
        self.field = field


class NotFound(Exception):
    """What was asked for does not exist, or not for this person."""


class Busy(Exception):
    """No lock in time, or no database just now. Nothing was written; trying again is safe."""


class Unsure(Busy):
    """The database went away while it was asked to keep a verb's work: it may have kept it or not.

    Trying again is safe all the same: a form is carried out once, a ballot replaces itself.
    """


class AlreadyDone(Exception):
    """This form has already been carried out; `place` is where the first answer led."""

    def __init__(self, place: str) -> None:
        super().__init__(place)
        self.place = place
