"""The files of an archive, as values. Anything that can't be read raises."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from civic.rules.urn import archive
from civic.rules.urn.amendments import Amendment, BadAmendment, read_amendments
from civic.rules.urn.annulment import Annulment, BadAnnulment, read_annulment
from civic.rules.urn.envelope import BallotForm
from civic.rules.urn.log import Checkpoint, replay
from civic.rules.urn.verifying.lines import Wrong


class Archive:
    """The files, read once each."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self.files = files

    @property
    def rules(self) -> dict[str, Any]:
        return _object(self.files[archive.RULES])

    @property
    def form(self) -> BallotForm:
        return archive.form_of_rules(self.rules)

    @property
    def done(self) -> dict[str, dict[str, Any]]:
        steps = json.loads(self.files[archive.STEPS])
        return {str(one["etape"]): one for one in steps}

    def of(self, step: str) -> dict[str, Any]:
        """The figures of a step."""
        said: dict[str, Any] = self.done[step]["chiffres"]
        return said

    @property
    def counted(self) -> dict[str, Any]:
        return _object(self.files[archive.RESULT])

    @property
    def checkpoints(self) -> list[tuple[int, date, str]]:
        found = []
        for line in lines_of(self.files[archive.DIGESTS]):
            number, day, digest = line.split(" ")
            found.append((int(number), date.fromisoformat(day), digest))
        return found

    @property
    def amended(self) -> list[tuple[Amendment, str]]:
        """The projects withdrawn during the vote, each with its amendment's digest."""
        lines = lines_of(self.files.get(archive.AMENDMENTS, b""))
        sealed = hashlib.sha256(self.files[archive.RULES]).hexdigest()
        closes = datetime.fromisoformat(self.rules["ferme"])
        try:
            return read_amendments(
                lines, sealed=sealed, references=self.form.references, closes=closes
            )
        except BadAmendment as wrong:
            raise Wrong(f"Avenants : {wrong}.") from wrong

    @property
    def annulled(self) -> Annulment | None:
        """The act that annuls the vote, None when there is none."""
        text = self.files.get(archive.ANNULMENT)
        if text is None:
            return None
        sealed = hashlib.sha256(self.files[archive.RULES]).hexdigest()
        try:
            return read_annulment(text, sealed=sealed)
        except BadAnnulment as wrong:
            raise Wrong(f"Annulation : {wrong}.") from wrong

    def states(self) -> dict[str, str]:
        """What the log says in the end."""
        chained = []
        for number, _day, digest in self.checkpoints:
            text = self.files[f"{archive.LOG}{number:04}.txt"].decode()
            previous, *rows = text.removesuffix("\n").split("\n")
            pairs = []
            for row in rows:
                one, state = row.split(" ")
                pairs.append((one, state))
            whole = f"{previous}\n" + "".join(f"{one} {state}\n" for one, state in sorted(pairs))
            if whole != text:
                raise Wrong(f"Journal de l'urne : la page {number} n'est pas écrite comme il faut.")
            chained.append(Checkpoint(tuple(pairs), previous, digest))
        try:
            return replay(chained)
        except ValueError as wrong:
            raise Wrong(f"Journal de l'urne : la chaîne est rompue ({wrong}).") from wrong


def _object(content: bytes) -> dict[str, Any]:
    said = json.loads(content)
    if not isinstance(said, dict):
        raise TypeError("not an object")
    return said


def lines_of(content: bytes) -> list[str]:
    """The lines of a text whose every line ends; nothing but a line feed ends one."""
    *lines, rest = content.decode().split("\n")
    if rest:
        raise ValueError("a line without an end")
    return lines


def number_of(value: Any) -> int:
    """A number of things; ValueError for anything else."""
    if type(value) is not int or value < 0:
        raise ValueError("not a number of things")
    return value
