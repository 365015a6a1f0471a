"""Files of territories: bytes in, values out, all mistakes at once with their lines."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

from civic.territory.models import KINDS, SIDES
from civic.territory.service import QPV_CODE, PlaceToLoad, StreetToLoad


class BadFile(Exception):
    """A file that is refused whole; `errors` are (line, sentence), line 0 for the whole file."""

    def __init__(self, errors: list[tuple[int, str]]) -> None:
        super().__init__("; ".join(f"ligne {line} : {text}" for line, text in errors))
        self.errors = errors


def _rows(data: bytes, needed: tuple[str, ...]) -> list[tuple[int, dict[str, str]]]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        raise BadFile([(0, "ce fichier n'est pas en UTF-8.")]) from wrong
    first = text.partition("\n")[0]
    reader = csv.DictReader(io.StringIO(text), delimiter=";" if ";" in first else ",")
    missing = [name for name in needed if name not in (reader.fieldnames or [])]
    if missing:
        raise BadFile([(1, f"il manque la colonne « {missing[0]} ».")])
    out, errors = [], []
    for row in reader:
        if None in row:
            errors.append((reader.line_num, "cette ligne a plus de colonnes que l'en-tête."))
            continue
        out.append((reader.line_num, {key: (value or "").strip() for key, value in row.items()}))
    if errors:
        raise BadFile(errors)
    return out


def read_places(data: bytes) -> list[PlaceToLoad]:
    """Territories of a CSV: `kind,name[,code,qpv_code,population,within]` (`within` by « | »)."""
    places, errors = [], []
    for line, row in _rows(data, ("kind", "name")):
        population = row.get("population", "")
        if row["kind"] not in KINDS:
            errors.append((line, f"« {row['kind']} » n'est pas une sorte de territoire."))
        elif not row["name"]:
            errors.append((line, "il manque le nom."))
        elif population and not (population.isascii() and population.isdigit()):
            errors.append((line, f"« {population} » n'est pas un nombre d'habitants."))
        elif row.get("qpv_code") and not QPV_CODE.fullmatch(row["qpv_code"]):
            errors.append((line, f"« {row['qpv_code']} » n'est pas un code de quartier."))
        else:
            within = tuple(
                part.strip() for part in row.get("within", "").split("|") if part.strip()
            )
            places.append(
                PlaceToLoad(
                    row["kind"],
                    row["name"],
                    row.get("code") or None,
                    row.get("qpv_code") or None,
                    int(population) if population else None,
                    within,
                )
            )
    if errors:
        raise BadFile(errors)
    return places


def read_streets(data: bytes) -> list[StreetToLoad]:
    """Streets of a CSV: `municipality,street,side,first,last,neighbourhood`, or a residence when
    `side` is « residence »."""
    needed = ("municipality", "street", "side", "first", "last", "neighbourhood")
    streets, errors = [], []
    for line, row in _rows(data, needed):
        if not (row["municipality"] and row["street"] and row["neighbourhood"]):
            errors.append((line, "il manque la commune, la voie ou le quartier."))
        elif row["side"] == "residence":
            streets.append(
                StreetToLoad(
                    row["municipality"], row["street"], row["neighbourhood"], is_residence=True
                )
            )
        elif row["side"] not in SIDES:
            errors.append((line, f"côté « {row['side']} » : all, odd, even ou residence."))
        else:
            numbers = (row["first"] or "1", row["last"] or "9999")
            if not all(one.isascii() and one.isdigit() and len(one) < 6 for one in numbers):
                errors.append((line, "les numéros doivent être des nombres entiers."))
            elif int(numbers[0]) > int(numbers[1]):
                errors.append((line, "le premier numéro dépasse le dernier."))
            else:
                streets.append(
                    StreetToLoad(
                        row["municipality"],
                        row["street"],
                        row["neighbourhood"],
                        row["side"],
                        int(numbers[0]),
                        int(numbers[1]),
                    )
                )
    if errors:
        raise BadFile(errors)
    return streets


def read_outlines(data: bytes) -> dict[str, dict[str, Any]]:
    """Outlines of a GeoJSON FeatureCollection, by the `name` property of each feature."""
    try:
        document = json.loads(data.decode("utf-8-sig"))
        features = document["features"]
        found = {}
        errors = []
        for place, feature in enumerate(features, 1):
            geometry = feature["geometry"]
            if geometry["type"] not in {"Polygon", "MultiPolygon"}:
                errors.append((0, f"élément {place} : il faut un polygone."))
            elif not _in_the_world(geometry["coordinates"]):
                errors.append((0, f"élément {place} : des coordonnées sortent du monde."))
            else:
                found[str(feature["properties"]["name"])] = geometry
    except (ValueError, KeyError, TypeError) as wrong:
        raise BadFile([(0, "ce fichier n'est pas un GeoJSON de contours nommés.")]) from wrong
    if errors:
        raise BadFile(errors)
    return found


def _in_the_world(part: Any) -> bool:
    if part and isinstance(part[0], (int, float)):
        return -180 <= part[0] <= 180 and -90 <= part[1] <= 90
    return bool(part) and all(_in_the_world(one) for one in part)


def read_file(path: Path) -> bytes:
    """The bytes of a file, at most 20 MB."""
    if path.stat().st_size > 20_000_000:
        raise BadFile([(0, "ce fichier dépasse 20 Mo.")])
    return path.read_bytes()
