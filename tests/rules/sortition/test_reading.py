"""What spreadsheets do to a file is undone; what can't be is refused, line by line."""

from __future__ import annotations

import unicodedata

import pytest

from civic.rules.sortition import BadInput, Criterion, read_criteria, read_pool
from civic.rules.sortition.households import household

CRITERIA = (
    Criterion("secteur", "Étang", 0, 2),
    Criterion("secteur", "Centre", 0, 2),
    Criterion("statut d’occupation", "Locataire", 0, 2),
)
PEOPLE = "id,secteur,statut d’occupation,nom\n1,Étang,Locataire,Lœuilly\n2,Centre,,D’Hœst\n"


@pytest.mark.parametrize(
    "data",
    [
        PEOPLE.encode(),
        PEOPLE.encode("utf-8-sig"),
        PEOPLE.encode("utf-16"),
        PEOPLE.encode("cp1252"),
        PEOPLE.replace(",", ";").encode("cp1252"),
        PEOPLE.replace(",", "\t").replace("\n", "\r\n").encode(),
        unicodedata.normalize("NFD", PEOPLE).encode(),
        PEOPLE.replace("Étang", "\u00a0Étang\u202f").encode(),
        PEOPLE.replace("Étang", "ÉTANG").replace("’", "'").encode(),
        ("\n\n" + PEOPLE + ",,,\n").encode(),
    ],
)
def test_the_same_people_whatever_the_spreadsheet(data: bytes) -> None:
    pool = read_pool(data, CRITERIA)
    assert [one.id for one in pool.candidates] == ["1", "2"]
    assert dict(pool.candidates[0].features) == {
        "secteur": "Étang",
        "statut d’occupation": "Locataire",
    }
    assert dict(pool.candidates[1].features) == {"secteur": "Centre"}
    assert "n'est pas précisé pour 1" in pool.notes[0]


def test_the_encoding_and_the_separator_are_shown() -> None:
    pool = read_pool(PEOPLE.replace(",", ";").encode("cp1252"), CRITERIA)
    assert (pool.encoding, pool.separator) == ("cp1252", ";")


def errors_of(text: str, **options: object) -> tuple[tuple[int | None, str], ...]:
    with pytest.raises(BadInput) as caught:
        read_pool(text, CRITERIA, **options)  # type: ignore[arg-type]
    return caught.value.errors


def test_every_wrong_line_is_told_at_once() -> None:
    text = (
        "id,secteur,statut d’occupation\n"
        "1,Étang,Locataire\n"
        ",Centre,Locataire\n"
        "1,Centre,Locataire\n"
        "3,Etang,Locataire\n"
        '"4","Cen\ntre",Locataire\n'
        "5,Centre,Locataire,de trop\n"
        "6,Centre\n"
    )
    errors = errors_of(text)
    assert [line for line, _sentence in errors] == [3, 4, 5, 6, 8, 9]
    assert "pas d'identifiant" in errors[0][1]
    assert "déjà à la ligne 2" in errors[1][1]
    assert "« secteur » : « Etang »" in errors[2][1]
    assert "4 cases au lieu de 3" in errors[4][1]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "vide"),
        ("id,secteur\n1,Étang\n", "il manque la colonne « statut d’occupation »"),
        ("numéro de voie,secteur,statut d’occupation\n1,Étang,\n", "identifiant"),
        ("id,id,secteur,statut d’occupation\n1,1,Étang,\n", "deux fois dans l'en-tête"),
        ("id,secteur,statut d’occupation\n", "personne dans le fichier"),
        ('id,secteur,statut d’occupation\n1,"Étang,Locataire\n', "guillemets"),
    ],
)
def test_files_that_cannot_be_used(text: str, said: str) -> None:
    assert any(said in sentence for _line, sentence in errors_of(text))


def test_criteria_with_flexible_bounds() -> None:
    data = "feature;value;min;max;min_flex;max_flex\nâge;16-24 ans;2;4;0;5\nâge;25 ans et +;1;3;;\n"
    assert read_criteria(data.encode("cp1252")) == (
        Criterion("âge", "16-24 ans", 2, 4, 0, 5),
        Criterion("âge", "25 ans et +", 1, 3, None, None),
    )


def test_signs_make_two_values() -> None:
    read = read_criteria("category,name,min,max\nâge,-30,0,1\nâge,+30,0,1\n")
    pool = read_pool("id,age\na,+30\nb,-30\n", read)
    assert [one.features["âge"] for one in pool.candidates] == ["+30", "-30"]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("x,y,-1,2", "négatif"),
        ("x,y,3,2", "dépasse"),
        ("x,y,a,2", "nombre entier"),
        ("x,y,1.5,2", "nombre entier"),
        ("x,y,,2", "nombre entier"),
        (",y,1,2", "vide"),
        ("x,y,1,2,3", "cases"),
        ("w,z,0,1", "déjà à la ligne 2"),
    ],
)
def test_criteria_that_cannot_be_meant(line: str, said: str) -> None:
    with pytest.raises(BadInput, match=said) as caught:
        read_criteria(f"feature,value,min,max\nw,z,0,1\n{line}\n")
    assert caught.value.errors[0][0] == 3


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("12 rue du Lac, appt 3", "12  Rue du lac  Appartement 3"),
        ("3 bd de l'Étang apt. B", "3 BOULEVARD DE L’ETANG, appartement b"),
        ("4 bis av. Gal de Gaulle logement 12", "4bis avenue général de gaulle, lgt 12"),
    ],
)
def test_one_address_however_written(one: str, other: str) -> None:
    keys = {household({"adresse": text}, ["adresse"]) for text in (one, other)}
    assert len(keys) == 1
    assert None not in keys


def test_a_tower_is_not_one_household() -> None:
    tower = [{"id": str(n), "adresse": "1 place Gagarine"} for n in range(60)]
    assert {household(row, ["adresse"]) for row in tower} == {None}
    flats = [row | {"adresse": f"1 place Gagarine appt {n}"} for n, row in enumerate(tower)]
    assert len({household(row, ["adresse"]) for row in flats}) == 60
    named = [row | {"nom": f"Nom{n // 3}"} for n, row in enumerate(tower)]
    assert len({household(row, ["adresse"]) for row in named}) == 20
    assert len({household(row, ["adresse", "nom"]) for row in named}) == 20


@pytest.mark.parametrize(
    "address", ["", "  ", "\u00a0", "3 rue de la Porte Rouge", "8 avenue de la porte d'Italie"]
)
def test_an_address_without_a_dwelling_tells_no_household(address: str) -> None:
    assert household({"adresse": address, "ville": "Anzin"}, ["adresse"]) is None


def test_a_name_without_an_address_tells_no_household() -> None:
    assert household({"adresse": "", "nom": "Durand"}, ["adresse", "nom"]) is None


def test_a_household_column_of_ones_own() -> None:
    keys = [household({"foyer": text}, ["foyer"]) for text in ("F-12", " f 12", "F-13", "")]
    assert keys[0] == keys[1] != keys[2]
    assert keys[3] is None
