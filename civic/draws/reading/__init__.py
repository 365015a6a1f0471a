"""Files of names, as towns, landlords and associations send them: bytes in, plain values out.

`table` finds the encoding, the separator and the lines; `columns` says what each column is;
`people` reads each line, and says all that is wrong by line number, at once. No database, no web.
"""

from civic.draws.reading.columns import FIELDS, KINDS, Mapping, fields_for, guess, known_kind
from civic.draws.reading.people import LinePerson, Reading, read_dwellings, read_people
from civic.draws.reading.table import BadList, Problem, Table, read_table

__all__ = [
    "FIELDS",
    "KINDS",
    "BadList",
    "LinePerson",
    "Mapping",
    "Problem",
    "Reading",
    "Table",
    "fields_for",
    "guess",
    "known_kind",
    "read_dwellings",
    "read_people",
    "read_table",
]
