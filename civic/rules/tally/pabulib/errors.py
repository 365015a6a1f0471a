"""How a `.pb` file is refused."""

from __future__ import annotations


class BadFile(ValueError):
    """The file cannot be counted. `errors` lists every (line number, French sentence), in order.

    Line 0 stands for the file as a whole.
    """

    def __init__(self, errors: list[tuple[int, str]]) -> None:
        self.errors = sorted(set(errors))
        super().__init__(self.one_line())

    def one_line(self, at_most: int = 20) -> str:
        """All reasons on one line, at most `at_most` of them and the number of the others."""
        said = [
            f"ligne {line} : {sentence}" if line else sentence
            for line, sentence in self.errors[:at_most]
        ]
        others = len(self.errors) - len(said)
        if others:
            said.append(f"et {others} autre{'s' if others > 1 else ''}")
        return " ; ".join(sentence.rstrip(".").replace("\n", " ") for sentence in said) + "."
