"""Tables that leave the site as files."""

from __future__ import annotations

from civic.house.web import csv_answer


def test_no_text_of_a_table_is_a_formula_and_a_number_stays_one() -> None:
    answer = csv_answer(["nom", "voix"], [("=1+1", -3), ("Banc ; place", None)], name="a.csv")
    assert answer.get_data(as_text=True) == 'nom;voix\r\n\'=1+1;-3\r\n"Banc ; place";\r\n'
    assert answer.headers["Content-Disposition"] == 'attachment; filename="a.csv"'
    marked = csv_answer(["nom"], [], marked=True)
    assert marked.data.startswith(b"\xef\xbb\xbf")
    assert "Content-Disposition" not in marked.headers
