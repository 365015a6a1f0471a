"""Tables as files: what a spreadsheet opens, and open data."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

from flask import Response

from civic.house.text import csv_cell

MARK = "\ufeff"
"""Makes office programs read a file as UTF-8."""


def csv_answer(
    columns: Sequence[Any],
    rows: Iterable[Sequence[Any]],
    *,
    name: str = "",
    delimiter: str = ";",
    marked: bool = False,
) -> Response:
    """A table as a CSV file (RFC 4180), no text of which a spreadsheet takes for a formula.

    `name`: what the file is called where it is saved; without it the browser says. `marked`: for
    people's office programs, not for open data.
    """
    out = io.StringIO()
    table = csv.writer(out, delimiter=delimiter, lineterminator="\r\n")
    table.writerow(columns)
    table.writerows(
        [csv_cell(cell) if isinstance(cell, str) else cell for cell in row] for row in rows
    )
    answer = Response(
        (MARK if marked else "") + out.getvalue(), content_type="text/csv; charset=utf-8"
    )
    if name:
        answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
