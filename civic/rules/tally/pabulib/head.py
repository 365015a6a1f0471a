"""META and PROJECTS of a `.pb` file: what is checked before any vote is read."""

from __future__ import annotations

from collections.abc import Callable

from civic.rules import money
from civic.rules.records import field, record
from civic.rules.tally.election import VOTE_TYPES, WITH_POINTS, Project, VoteType
from civic.rules.tally.pabulib.sections import Section
from civic.rules.tally.pabulib.words import date, digits, letters, signed

_NEEDED = ("num_projects", "num_votes", "budget", "vote_type")
_CUSTOMARY = ("description", "country", "unit", "instance", "rule", "date_begin", "date_end")
_COUNTS = ("num_projects", "num_votes", "min_length", "max_length")
_AMOUNTS = ("budget", "min_sum_cost", "max_sum_cost", "min_project_cost", "max_project_cost")
_ZONES = ("district", "neighborhood", "neighbourhood", "subdistrict", "subunit")
_OWN = ("project_id", "cost", "name", "votes", "score", "selected")
MOST_DECIMALS = 6


@record
class Head:
    """META as read: `values` as written, and what the count needs of them."""

    values: dict[str, str] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    vote_type: VoteType = "approval"
    budget: str = "0"
    num_votes: int = 0
    num_projects: int = 0
    default_score: int = 0
    scale: int = 100
    project_lines: dict[str, int] = field(default_factory=dict)
    notices: list[tuple[int, str]] = field(default_factory=list)

    def number(self, key: str) -> int | None:
        """A whole number of META, or None when it is absent (or was refused)."""
        text = self.values.get(key, "")
        return int(text) if digits(text) else None


def read_head(section: Section, errors: list[tuple[int, str]]) -> Head:
    """META's keys and values; what is wrong is added to `errors`."""
    head = Head()
    if section.header[:2] != ["key", "value"]:
        errors.append((section.line, "la ligne de titres de META doit être « key;value »."))
    for line, row in section.rows:
        key, value = row[0].strip(), (row[1].strip() if len(row) > 1 else "")
        if any(cell.strip() for cell in row[2:]):
            errors.append((line, f"la valeur de {key} contient un « ; » sans guillemets."))
        elif not key:
            errors.append((line, "cette ligne de META n'a pas de clé."))
        elif key in head.values:
            errors.append((line, f"la clé {key} est donnée deux fois."))
        else:
            head.values[key] = value
            head.lines[key] = line
    missing = [key for key in _NEEDED if not head.values.get(key)]
    errors.extend((section.line, f"la clé {key} manque dans META.") for key in missing)
    head.notices.extend(
        (section.line, f"La clé {key} manque dans META.")
        for key in _CUSTOMARY
        if not head.values.get(key)
    )
    _check_values(head, errors)
    return head


def _currency(text: str) -> bool:
    return letters(text, 3) and text.isupper()


def _language(text: str) -> bool:
    return letters(text, 2)


def _check_values(head: Head, errors: list[tuple[int, str]]) -> None:
    def check(key: str, good: Callable[[str], object], sentence: str) -> None:
        value = head.values.get(key, "")
        if value and not good(value):
            errors.append((head.lines[key], f"{key} : {sentence} (« {value[:60]} »)."))

    for key in _COUNTS:
        check(key, digits, "il faut un nombre entier")
    for key in ("date_begin", "date_end"):
        check(key, date, "il faut une date jj.mm.aaaa ou une année")
    check("currency", _currency, "il faut un code de monnaie de trois lettres, comme EUR")
    check("language", _language, "il faut un code de langue de deux lettres, comme fr")
    check("vote_type", VOTE_TYPES.__contains__, f"il faut l'un de {', '.join(VOTE_TYPES)}")
    for key in ("fully_funded", "experimental"):
        check(key, "1".__eq__, "la seule valeur permise est 1")
    decimals = 2
    for key in _AMOUNTS:
        if text := head.values.get(key, ""):
            decimals = max(decimals, amount(text, head.lines[key], f"{key} : ", errors))
    for vote_type in VOTE_TYPES:
        if head.values.get("vote_type") == vote_type:
            head.vote_type = vote_type
    default = head.values.get("default_score", "")
    if default:
        check("default_score", signed, "il faut un nombre entier")
        head.default_score = int(default) if signed(default) else 0
    head.budget = head.values.get("budget", "0")
    head.num_votes = head.number("num_votes") or 0
    head.num_projects = head.number("num_projects") or 0
    head.scale = 10**decimals


def amount(text: str, line: int, what: str, errors: list[tuple[int, str]]) -> int:
    """Checks an amount as written; the number of decimals it needs (0 when it is refused)."""
    try:
        decimals = money.decimals_of(text)
    except money.NotAnAmount as wrong:
        errors.append((line, f"{what}{wrong}"))
        return 0
    if text.startswith("-"):
        errors.append((line, f"{what}« {text} » est négatif."))
        return 0
    if decimals > MOST_DECIMALS:
        errors.append((line, f"{what}« {text} » a plus de {MOST_DECIMALS} décimales."))
        return 0
    return decimals


def read_projects(section: Section, head: Head, errors: list[tuple[int, str]]) -> list[Project]:
    """The projects in the file's order; sets the scale that holds every amount exactly."""
    header = section.header
    before = len(errors)
    for name in ("project_id", "cost"):
        if name not in header:
            errors.append((section.line, f"la colonne {name} manque dans PROJECTS."))
    repeated = {name for name in header if name and header.count(name) > 1}
    errors.extend((section.line, f"la colonne {name} est là deux fois.") for name in repeated)
    if len(errors) > before:
        return []
    rows = []
    decimals = len(str(head.scale)) - 1
    for line, cells in section.rows:
        row = _cells(header, cells, line, errors)
        if row is None:
            continue
        if not row["project_id"]:
            errors.append((line, "ce projet n'a pas d'identifiant."))
        elif row["project_id"] in head.project_lines:
            first = head.project_lines[row["project_id"]]
            sentence = f"le projet {row['project_id']} est déjà à la ligne {first}."
            errors.append((line, sentence))
        else:
            head.project_lines[row["project_id"]] = line
            if "," in row["project_id"]:
                errors.append((line, "un identifiant de projet ne contient pas de virgule."))
        if not row["cost"]:
            errors.append((line, f"le coût du projet {row['project_id']} manque."))
        else:
            decimals = max(decimals, amount(row["cost"], line, "coût : ", errors))
        for column in ("votes", "selected"):
            if row.get(column) and not digits(row[column]):
                errors.append((line, f"{column} : « {row[column]} » n'est pas un nombre entier."))
        rows.append(row)
    if len(section.rows) != head.num_projects and head.number("num_projects") is not None:
        said = f"{head.num_projects} projets annoncés, {len(section.rows)} dans le fichier."
        errors.append((head.lines.get("num_projects", 0), said))
    if len(errors) > before:
        return _ids_only(rows)
    head.scale = 10**decimals
    zone = next((name for name in _ZONES if any(row.get(name) for row in rows)), "")
    return [_project(row, head.scale, zone) for row in rows]


def _ids_only(rows: list[dict[str, str]]) -> list[Project]:
    """Projects good enough to check the votes of a file that is refused anyway."""
    ids = dict.fromkeys(row["project_id"] for row in rows)
    return [Project(id=identifier, cost=0) for identifier in ids]


def _cells(
    header: list[str], cells: list[str], line: int, errors: list[tuple[int, str]]
) -> dict[str, str] | None:
    if len(cells) > len(header) and any(cells[len(header) :]):
        errors.append(
            (
                line,
                f"{len(header)} colonnes attendues, {len(cells)} lues : un « ; » sans guillemets ?",
            )
        )
        return None
    padded = [cell.strip() for cell in cells] + [""] * (len(header) - len(cells))
    return dict(zip(header, padded, strict=False))


def _project(row: dict[str, str], scale: int, zone: str) -> Project:
    rest = {key: value for key, value in row.items() if key and key not in _OWN}
    return Project(
        id=row["project_id"],
        cost=money.parse(row["cost"], scale),
        name=row.get("name", ""),
        zone="" if row.get(zone, "") == "-" else row.get(zone, ""),
        categories=tuple(filter(None, (c.strip() for c in row.get("category", "").split(",")))),
        declared_votes=int(row["votes"]) if row.get("votes") else None,
        declared_score=row.get("score") or None,
        selected=row.get("selected") or None,
        columns=rest,
    )


def needs_points(vote_type: VoteType) -> bool:
    """Whether ballots of this type give points."""
    return vote_type in WITH_POINTS
