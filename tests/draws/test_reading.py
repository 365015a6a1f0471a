"""Lists as towns and landlords really send them: what is read, and what is said of the rest."""

from __future__ import annotations

import io
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from civic.draws.demo.files import EUROPEAN, MUNICIPAL, Invented, electoral, landlord
from civic.draws.reading import BadList, Reading, guess, known_kind, read_people, read_table
from civic.draws.reading.people import cut_address, read_birth

TODAY = date(2026, 3, 2)
ONE = Invented("LEFÈVRE", "Zoé, Anne", "F", "14/06/1988", "12 bis", "rue du Lac", "DUPŒUF")


def read(data: bytes) -> Reading:
    table = read_table(data)
    return read_people(table, guess(table.header), today=TODAY)


def words(reading: Reading) -> list[tuple[int, str]]:
    return [(one.line, str(one.text)) for one in reading.problems]


def test_the_electoral_export_is_recognised_and_read() -> None:
    table = read_table(electoral([ONE]))
    assert (known_kind(table.header), table.encoding, table.separator) == (
        "electoral", "UTF-8", ";",
    )  # fmt: skip
    found = read(electoral([ONE])).people[0]
    assert (found.family_name, found.used_name, found.first_names) == (
        "LEFÈVRE", "DUPŒUF", "Zoé, Anne",
    )  # fmt: skip
    assert (found.birth_date, found.precision, found.sex) == (date(1988, 6, 14), "day", "F")
    assert (found.number, found.street, found.list_type) == ("12 bis", "rue du Lac", "LP")


def test_birthplace_nationality_and_polling_station_are_not_even_looked_at() -> None:
    header = read_table(electoral([ONE])).header
    kept = {header[column] for column in guess(header).values()}
    assert not any(
        word in title
        for title in kept
        for word in ("naissance", "nationalité", "bureau", "ordre")
        if title not in ("nom de naissance", "date de naissance")
    )
    table = read_table(electoral([ONE]))
    place = header.index("libellé nationalité")
    with pytest.raises(BadList, match="n'est pas permis"):
        read_people(table, guess(header), today=TODAY, criteria={"nationalité": place})


@pytest.mark.parametrize(
    "header",
    [
        "NomdeNaissance;NomDusage;Prenoms;Sexe;DatedeNaissance",
        "Nom de naissance ;Nom d’usage;PRÉNOMS;sexe;date de naissance",
        "NOM;Nom d'usage;Prénom;SEXE;Né(e) le",
    ],
)
def test_headers_are_known_under_their_many_spellings(header: str) -> None:
    found = read(f"{header}\nMartin;;Élodie;F;1/2/1990\n".encode()).people[0]
    assert (found.family_name, found.first_names) == ("Martin", "Élodie")
    assert found.birth_date == date(1990, 2, 1)


@pytest.mark.parametrize(
    ("encoding", "name"),
    [
        ("utf-8", "UTF-8"),
        ("utf-8-sig", "UTF-8 (BOM)"),
        ("cp1252", "Windows-1252"),
        ("utf-16", "UTF-16"),
    ],
)
@pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_encoding_separator_and_line_ends_are_found_out(
    encoding: str, name: str, separator: str, end: str
) -> None:
    lines = [["Nom", "Prénom", "Ville"], ["Lefèvre-Œuvrard", "François", "Sebourg"]]
    data = (end.join(separator.join(line) for line in lines) + end).encode(encoding)
    table = read_table(data)
    assert (table.encoding, table.separator) == (name, separator)
    assert read(data).people[0].family_name == "Lefèvre-Œuvrard"


def test_a_spreadsheet_gives_what_the_agent_sees_in_it() -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Nom", "Prénom", "Date de naissance", "N° logement"])
    sheet.append(["Diallo", "Awa", date(1990, 12, 31), 14])
    file = io.BytesIO()
    book.save(file)
    found = read(file.getvalue()).people[0]
    assert (found.birth_date, found.dwelling) == (date(1990, 12, 31), "14")
    assert read_table(file.getvalue()).encoding == "XLSX"


def test_decomposed_accents_and_no_break_spaces_make_the_same_name() -> None:
    plain = read("Nom;Prénom\nÉtang du Lac;Zoé\n".encode())
    strange = read("Nom;Prénom\nE\u0301tang\u00a0du\u202fLac ;Zoe\u0301\u200b\n".encode())
    assert plain.people[0].family_name == strange.people[0].family_name
    assert plain.people[0].first_names == strange.people[0].first_names


@pytest.mark.parametrize(
    ("text", "born", "precision"),
    [
        ("00/00/1953", date(1953, 1, 1), "year"),
        ("00/05/1953", date(1953, 1, 1), "year"),
        ("1961", date(1961, 1, 1), "year"),
        ("31/12/1999", date(1999, 12, 31), "day"),
        ("1999-12-31", date(1999, 12, 31), "day"),
        ("1999-12-31 00:00:00", date(1999, 12, 31), "day"),
        ("", None, ""),
    ],
)
def test_birth_dates_as_lists_write_them(text: str, born: date | None, precision: str) -> None:
    assert read_birth(text, TODAY) == (born, precision, None)


@pytest.mark.parametrize(
    "text", ["31/02/1990", "12/12/88", "demain", "01/01/2030", "3/3/1700", "99/99/1990", "32874"]
)
def test_impossible_birth_dates_are_refused_with_their_line(text: str) -> None:
    reading = read(f"Nom;Prénom;Date de naissance\nA;B;{text}\nC;D;01/01/1990\n".encode())
    assert [one.line for one in reading.problems] == [2]
    assert [one.family_name for one in reading.people] == ["C"]


def test_all_that_is_wrong_is_said_at_once_by_line_number() -> None:
    text = (
        "Nom;Prénom;Civilité;Date de naissance\n"
        "Martin;;Mme;01/01/1990\n"
        "\n"
        "Durand;Paul;Maître;31/02/1990\n"
        '"Roi\nde trèfle";Jean;M.;1961\n'
        "Petit;Léa;Mme;1/1/1990;de trop\n"
        "12345;Léa;Mme;1/1/1990\n"
        "Seul\n"
        "Bon;Ok;M.;1/1/1990\n"
    )
    found = words(read(text.encode()))
    assert [line for line, _text in found] == [2, 4, 4, 7, 8, 9]
    assert "Prénoms » est vide" in found[0][1]
    assert "5 colonnes au lieu de 4" in found[3][1]
    assert [one.family_name for one in read(text.encode()).people] == ["Roi de trèfle", "Bon"]


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "vide"),
        (b"   \n\n", "vide"),
        (b"\x89PNG\r\n\x1a\n\0\0\0", "pas un fichier de texte"),
        (b"PK\x03\x04 not a spreadsheet", "pas un fichier de texte"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 old", "ancien fichier Excel"),
        (b"un texte sans colonne\nrien\n", "qu'un"),
        (b"Nom;Pr\xc3\xa9nom\n", "aucune personne"),
        (b"Nom;Pr\xe9nom\x81\nA;B\n", "pas un fichier de texte"),
    ],
)
def test_what_is_no_list_is_refused_whole_with_a_reason(data: bytes, sentence: str) -> None:
    with pytest.raises(BadList, match=sentence):
        read_table(data)


def test_a_needed_column_that_is_missing_is_named() -> None:
    with pytest.raises(BadList, match="Prénoms"):
        read(b"Nom;Ville\nMartin;Sebourg\n")


def test_accents_broken_before_they_reached_us_are_noticed() -> None:
    data = "Nom;Prénom\nLefÃ¨vre;ZoÃ©\nCÃ©cile;Ã©\n".encode()
    assert any("abîmés" in str(notice) for notice in read_table(data).notices)


def test_a_landlords_list_is_recognised_and_its_addresses_cut() -> None:
    data = landlord([Invented("Œuvrard", "Éva", "F", "", "3", "rue du Lac", dwelling="B12",
                              residence="Résidence Balzac")])  # fmt: skip
    table = read_table(data)
    assert (known_kind(table.header), table.encoding) == ("landlord", "Windows-1252")
    found = read(data).people[0]
    assert (found.number, found.street, found.dwelling, found.place) == (
        "3", "rue du Lac", "B12", "Résidence Balzac",
    )  # fmt: skip
    assert (found.birth_date, found.precision, found.sex) == (None, "", "F")


@pytest.mark.parametrize(
    ("text", "number", "street"),
    [
        ("12 bis, rue du Lac", "12 bis", "rue du Lac"),
        ("12B rue du Lac", "12B", "rue du Lac"),
        ("12 avenue Foch", "12", "avenue Foch"),
        ("Résidence Balzac", "", "Résidence Balzac"),
        ("3 quater allée X", "3 quater", "allée X"),
    ],
)
def test_an_address_in_one_column_is_cut(text: str, number: str, street: str) -> None:
    assert cut_address(text) == (number, street)


def test_the_two_complementary_lists_are_told_apart() -> None:
    both = [ONE, ONE]
    reading = read(electoral(
        [Invented(**{**_fields(one), "list_type": kind}) for one, kind in
         zip(both, (MUNICIPAL, EUROPEAN), strict=True)]
    ))  # fmt: skip
    assert [one.list_type for one in reading.people] == ["LCM", "LCE"]


def _fields(one: Invented) -> dict[str, str]:
    return {name: getattr(one, name) for name in Invented.__slots__}


@given(st.binary(max_size=400))
def test_no_file_whatsoever_makes_the_reader_fall_over(data: bytes) -> None:
    try:
        table = read_table(data)
        read_people(table, guess(table.header), today=TODAY)
    except BadList as refused:
        sentences = [str(one.text) for one in refused.problems]
    else:
        sentences = ["read"]
    assert sentences
    assert all(sentences)


@given(st.text(max_size=40))
def test_no_birth_date_whatsoever_makes_the_reader_fall_over(text: str) -> None:
    born, precision, wrong = read_birth(text.strip(), TODAY)
    assert (wrong is None) or born is None
    assert (born is None) == (precision == "")
