"""A `.pb` file is read whole, or refused whole with every line and reason."""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Iterator
from unittest import mock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from civic.rules import money, tally
from civic.rules.tally.pabulib import bulk, chosen, distinct, occurrences, rows, sections
from civic.rules.tally.pabulib import given as given_module
from civic.rules.tally.pabulib import voters as voters_module
from civic.rules.tally.pabulib.codes import CODES, END, PLACE_END, TO_PLACES
from civic.rules.tally.pabulib.letters import Letters
from civic.rules.tally.pabulib.names import Names
from civic.rules.tally.pabulib.voters import Voters
from tests.rules.tally import reference
from tests.rules.tally.reference import SMALL, small


def refused(content: bytes) -> list[tuple[int, str]]:
    with pytest.raises(tally.BadFile) as caught:
        tally.read(content)
    assert "\n" not in caught.value.one_line()
    return caught.value.errors


def test_what_a_file_says_is_what_is_read() -> None:
    election = tally.read(small())
    assert [project.id for project in election.projects] == ["banc", "pas", "arbre"]
    banc, passage, _ = election.projects
    assert banc.name == 'Un banc ; un "vrai"'
    assert banc.zone == "Nord"
    assert money.plain(passage.cost, election.scale) == "9000.5"
    assert election.voters == 4
    assert election.votes() == {"banc": 2, "pas": 3, "arbre": 1}
    assert len(election.ballots) == 3, "ballots that choose the same are one, twice"
    assert not election.notices


@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbf" + SMALL.encode(),
        SMALL.replace("\n", "\r\n").encode(),
        SMALL.replace("\n", "\r").encode(),
        SMALL.replace("META\n", "META;\n").replace("PROJECTS\n", "PROJECTS;;;;\n").encode(),
        SMALL.rstrip().encode(),
        (SMALL + "\n\n").encode(),
    ],
    ids=["byte order mark", "Windows", "old Mac", "spreadsheet", "no last line end", "empty lines"],
)
def test_other_programs_ways_of_writing_change_nothing(content: bytes) -> None:
    plain = tally.read(small())
    election = tally.read(content)
    assert election.ballots == plain.ballots
    assert election.projects == plain.projects


def test_each_wrong_line_is_named_with_its_reason() -> None:
    errors = refused(
        small(
            ("1;banc,pas", "1;banc,banc"),
            ("2;pas", "1;inconnu"),
            ("4;arbre", ";banc, pas"),
        )
    )
    assert [line for line, _ in errors] == [22, 23, 23, 25, 25]
    said = " ".join(sentence for _, sentence in errors)
    assert "deux fois" in said
    assert "inconnu" in said
    assert "déjà à la ligne 22" in said
    assert "espace" in said


@pytest.mark.parametrize(
    ("before", "after", "line", "word"),
    [
        ("budget;30000", "budget;30000,50", 9, "virgule"),
        ("budget;30000", "budget;-5", 9, "négatif"),
        ("budget;30000", "budget;beaucoup", 9, "nombre"),
        ("budget;30000\n", "", 2, "budget"),
        ("9000.50", "9000,50", 18, "virgule"),
        ("9000.50", "", 18, "coût"),
        ("9000.50", "1.123456789", 18, "décimales"),
        ("num_votes;4", "num_votes;5", 8, "annoncés"),
        ("num_projects;3", "num_projects;2", 7, "annoncés"),
        ("pas;9000.50", "banc;9000.50", 18, "déjà"),
        ("approval", "applause", 10, "vote_type"),
        ("currency;EUR", "currency;euros", 14, "monnaie"),
        ("date_end;2026", "date_end;2026-09-01", 13, "date"),
        ("unit;Ville", "unit;Ville\nunit;Ville", 6, "deux fois"),
        ("3;pas,banc", "3;pas,banc;7", 24, "colonnes"),
        ("voter_id;vote", "voter_id;choix", 21, "vote"),
        ("voter_id;vote", "voter_id;\rvote", 21, "titres"),
        ("project_id;cost", "project_id;prix", 16, "cost"),
        ("VOTES\n", "", 0, "VOTES"),
        ("META\n", "", 1, "META"),
        ('"Un banc', '"Un" ""banc', 17, "guillemet"),
        ("unit;Ville", "unit;Ville\x00", 5, "nul"),
    ],
)
def test_a_bad_file_is_refused_at_its_line(before: str, after: str, line: int, word: str) -> None:
    errors = refused(small((before, after)))
    assert line in [at for at, _ in errors], errors
    assert any(word in sentence for at, sentence in errors if at == line), errors


def test_another_encoding_is_refused_at_the_first_line_that_shows_it() -> None:
    content = small().replace(b"Un passage", "Un passage sûr".encode("latin-1"))
    assert [line for line, _ in refused(content)] == [18]


def test_a_blank_vote_counts_as_a_voter_who_chose_nothing() -> None:
    election = tally.read(small(("4;arbre", "4;"), ("20000;1", "20000;0")))
    assert election.voters == 4
    assert election.blanks == 1
    assert election.votes()["arbre"] == 0


def test_a_blank_vote_far_down_a_file_is_a_blank_vote() -> None:
    with mock.patch.object(sections, "_ROWS", 1):
        election = tally.read(small(("3;pas,banc", "3;")))
    assert election.blanks == 1
    assert election.votes() == {"banc": 1, "pas": 2, "arbre": 1}


def test_a_votes_column_that_is_not_the_count_is_said_and_not_believed() -> None:
    election = tally.read(small(("9000.50;3", "9000.50;30")))
    assert election.votes()["pas"] == 3
    assert [line for line, _ in election.notices] == [18]


def test_a_project_may_be_called_like_a_section() -> None:
    content = small().replace(b"banc", b"meta").replace(b"arbre", b"VOTES")
    assert tally.read(content).votes() == {"meta": 2, "pas": 3, "VOTES": 1}


@pytest.mark.parametrize(
    ("meta", "rows", "word"),
    [
        ("vote_type;choose-1", "1;banc,pas\n2;pas\n3;pas\n4;arbre\n", "au plus"),
        ("vote_type;approval\nmax_length;1", "1;banc,pas\n2;pas\n3;pas\n4;arbre\n", "au plus"),
        ("vote_type;approval\nmax_sum_cost;100", "1;banc,pas\n2;pas\n3;pas\n4;arbre\n", "coûtent"),
    ],
)
def test_ballots_beyond_the_files_own_limits_are_refused(meta: str, rows: str, word: str) -> None:
    text = SMALL.replace("vote_type;approval", meta)
    text = text[: text.index("1;banc,pas")] + rows
    assert any(word in sentence for _, sentence in refused(text.encode()))


def points(rows: str, meta: str = "") -> bytes:
    text = SMALL.replace("vote_type;approval", f"vote_type;cumulative\nmax_sum_points;5{meta}")
    text = text.replace("voter_id;vote\n", "voter_id;vote;points\n")
    text = text.replace(";cost;votes;name", ";cost;declared;name")
    return (text[: text.index("1;banc,pas")] + rows).encode()


def test_points_are_added_up() -> None:
    election = tally.read(points("1;banc,pas;3,2\n2;pas;5\n3;;\n4;arbre;1\n"))
    assert election.votes() == {"banc": 1, "pas": 2, "arbre": 1}
    assert election.scores() == {"banc": 3, "pas": 7, "arbre": 1}


def test_decimal_points_are_exact() -> None:
    election = tally.read(points("1;banc,pas;0.1,0.2\n2;pas;0.3\n3;;\n4;banc;0.2\n"))
    assert election.scores()["pas"] == 5 * election.point_scale // 10
    assert election.scores()["banc"] == 3 * election.point_scale // 10


@pytest.mark.parametrize("row", ["1;banc,pas;3", "1;banc;6", "1;banc;-1", "1;banc;x", "1;banc;"])
def test_points_that_do_not_fit_are_refused(row: str) -> None:
    errors = refused(points(f"{row}\n2;pas;5\n3;;\n4;arbre;1\n"))
    assert [line for line, _ in errors] == [23]


@reference.here
def test_votes_of_real_elections_are_those_their_files_declare() -> None:
    for path in sorted(reference.FOLDER.glob("*.pb")):
        election = tally.read(path.read_bytes())
        votes = election.votes()
        declared = {p.id: p.declared_votes for p in election.projects}
        assert {i: n for i, n in declared.items() if n is not None} == votes, path.name
        assert not election.notices


@reference.here
def test_the_checkers_bad_example_is_refused_with_its_lines() -> None:
    path = reference.FOLDER / "malformed" / "pabulib_checker_example_invalid.pb"
    assert [line for line, _ in refused(path.read_bytes())] == [20, 29, 30]


@st.composite
def files(draw: st.DrawFn) -> bytes:
    """Files of every vote type, some of them wrong."""
    kind = draw(st.sampled_from(tally.VOTE_TYPES))
    size = draw(st.integers(1, 5))
    limits = draw(st.sampled_from(["", "max_length;2\n", "max_sum_cost;40\n", "min_length;2\n"]))
    name = draw(st.sampled_from(["p{}", "{}", "élan{}", "projet-au-long-nom-{}"]))
    ids = [name.format(place) for place in range(size)]
    with_points = kind in ("cumulative", "scoring")
    marks = st.sampled_from(
        ["1", "2", "3", "0", "1.5", "-1"] if draw(st.booleans()) else ["1", "4"]
    )
    repeated = draw(st.booleans())
    rows = []
    for voter in range(draw(st.integers(1, 8))):
        chosen = draw(st.lists(st.sampled_from(ids), max_size=4, unique=not repeated))
        given_marks = [draw(marks) for _ in chosen]
        row = f"{voter};{','.join(chosen)}"
        rows.append(f"{row};{','.join(given_marks)}" if with_points else row)
    projects = "".join(f"{name};{10 + place}\n" for place, name in enumerate(ids))
    return (
        f"META\nkey;value\nnum_projects;{size}\nnum_votes;{len(rows)}\nbudget;100\n"
        f"vote_type;{kind}\n{limits}PROJECTS\nproject_id;cost\n{projects}VOTES\n"
        f"voter_id;vote{';points' if with_points else ''}\n" + "\n".join(rows) + "\n"
    ).encode()


@contextlib.contextmanager
def read_as(large: int, at_once: int, byte: int, few: int, *, by_letters: bool) -> Iterator[None]:
    """Files are read as if they were larger or smaller, or their names less plain."""
    of = Letters.of if by_letters else (lambda _: None)
    with (
        mock.patch.object(given_module, "_LARGE", large),
        mock.patch.object(distinct, "_BYTE", byte),
        mock.patch.multiple(chosen, _SOME=at_once, _MANY=at_once),
        mock.patch.multiple(sections, _CHUNK=at_once, _ROWS=at_once),
        mock.patch.object(bulk, "_BATCH", at_once),
        mock.patch.object(rows, "FEW", few),
        mock.patch.object(occurrences, "_BLOCK", at_once),
        mock.patch.object(Letters, "of", of),
    ):
        yield


@settings(max_examples=400)
@given(files())
def test_large_files_are_read_as_small_ones_are(content: bytes) -> None:
    answers: list[object] = []
    for way in (
        read_as(0, 10**6, 256, 16, by_letters=True),
        read_as(0, 1, 2, 16, by_letters=False),
        read_as(10**9, 2, 256, 2, by_letters=True),
        read_as(10**9, 10**6, 256, 16, by_letters=False),
    ):
        with way:
            try:
                election = tally.read(content)
                answers.append(
                    (
                        sorted(map(repr, election.ballots)),
                        election.votes(),
                        election.scores(),
                        election.notices,
                    )
                )
            except tally.BadFile as bad:
                answers.append(bad.errors)
    assert all(answer == answers[0] for answer in answers)


NAMES = st.lists(
    st.text("ab1-/", min_size=1, max_size=4) | st.text("12", min_size=3, max_size=3),
    min_size=1,
    max_size=12,
    unique=True,
)


@settings(max_examples=300)
@given(NAMES, st.data())
def test_only_whole_names_of_projects_are_found(names: list[str], data: st.DataObject) -> None:
    choice = st.sampled_from(names)
    if data.draw(st.booleans()):
        choice |= st.text("ab12-/ ,\t\n\0é", max_size=5)
    votes = data.draw(st.lists(st.lists(choice, min_size=1, max_size=4).map(",".join), min_size=1))
    votes = [*filter(None, votes), names[0]]
    places = [[names.index(name) if name in names else -1 for name in v.split(",")] for v in votes]
    known = Names(names)
    assert known.letters is not None
    for _ in ("by letters", "by name"):
        found = known.find(votes)
        if any(-1 in vote for vote in places):
            assert found is None
        else:
            assert found is not None
            read = found.translate(TO_PLACES).split(PLACE_END)[:-1]
            assert [list(vote) for vote in read] == places
        known.letters = None


@pytest.mark.parametrize("name", ["a b", "é", "a\tb", "a" * 41])
def test_names_that_are_not_plain_are_found_all_the_same(name: str) -> None:
    assert Letters.of(["b", name]) is None
    assert Names(["b", name]).find([f"b,{name}"]) == CODES[:2] + END
    assert Names(["b", name]).find([f"b ,{name}"]) is None


@given(st.lists(st.binary(min_size=1, max_size=16), max_size=12))
def test_all_votes_of_a_table_are_put_in_order_at_once(votes: list[bytes]) -> None:
    coded = [bytes(CODES[place % len(CODES)] for place in vote) for vote in votes]
    table = rows.Rows(b"".join(vote + END for vote in coded))
    assert table.in_order() == b"".join(bytes(sorted(vote)) + END for vote in coded)
    assert table.longest == max(map(len, coded), default=0)


@given(
    st.lists(st.integers(0, 10**11), min_size=1, max_size=9),
    st.lists(st.lists(st.integers(0, 8), min_size=1, max_size=16), min_size=1, max_size=9),
)
def test_no_vote_costs_more_than_the_dearest(costs: list[int], votes: list[list[int]]) -> None:
    votes = [[place % len(costs) for place in vote] for vote in votes]
    table = rows.Rows(b"".join(bytes(CODES[place] for place in vote) + END for vote in votes))
    dearest = max(sum(costs[place] for place in vote) for vote in votes)
    assert dearest <= table.dearest(costs) <= dearest + max(costs) // 10**6


@pytest.mark.parametrize("size", range(17))
def test_the_comparisons_put_any_values_in_order(size: int) -> None:
    """Whatever puts all rows of zeros and ones in order puts everything in order."""
    steps = rows.comparisons(size)
    for ones in range(1 << min(size, 11)):
        row = [ones >> at & 1 for at in range(size)]
        for one, other in steps:
            row[one], row[other] = sorted((row[one], row[other]))
        assert row == sorted(row)


@given(st.binary(), st.integers(1, 255), st.integers(1, 40))
def test_projects_are_counted_all_at_once(said: bytes, projects: int, block: int) -> None:
    places = bytes(place % projects for place in said)
    counted = Counter(places)
    with mock.patch.object(occurrences, "_BLOCK", block):
        numbers = occurrences.occurrences(places, projects)
    assert numbers == [counted[place] for place in range(projects)]


@given(files())
def test_a_vote_within_quotes_is_the_same_vote(content: bytes) -> None:
    before, title, votes = content.decode().partition("VOTES\n")
    rows = [";".join(f'"{cell}"' for cell in row.split(";")) for row in votes.splitlines()]
    quoted = (before + title + "\n".join(rows)).encode()
    answers: list[object] = []
    for written in (content, quoted):
        try:
            answers.append(sorted(map(repr, tally.read(written).ballots)))
        except tally.BadFile as bad:
            answers.append(bad.errors)
    assert answers[0] == answers[1]


def test_the_end_of_a_line_within_quotes_cuts_no_vote_in_two() -> None:
    election = tally.read(small(("4;arbre", '4;"\n"')))
    assert election.blanks == 1
    assert refused(small(("1;banc,pas", '1;"banc,\n,pas"')))
    assert refused(small(("1;banc,pas", '1;"banc,pas\n"')))


@pytest.mark.parametrize("number", [254, 255, 256, 257])
def test_as_many_projects_as_a_byte_tells_apart_and_one_more(number: int) -> None:
    rows = "".join(f"p{place};{place + 1}\n" for place in range(number))
    votes = "".join(f"{place};p{place},p{number - 1 - place}\n" for place in range(number // 2))
    content = (
        f"META\nkey;value\nnum_projects;{number}\nnum_votes;{number // 2}\nbudget;1000\n"
        f"vote_type;approval\nPROJECTS\nproject_id;cost\n{rows}VOTES\nvoter_id;vote\n{votes}"
    )
    votes_of = tally.read(content.encode()).votes()
    assert sum(votes_of.values()) == 2 * (number // 2)
    assert votes_of[f"p{number - 1}"] == 1
    twice = content.replace(f"0;p0,p{number - 1}\n", f"0;p{number - 1},p{number - 1}\n")
    assert refused(twice.encode())


def test_voters_whose_hashes_are_equal_are_told_apart() -> None:
    with mock.patch.object(Voters, "all_differ", return_value=False):
        assert tally.read(small()).voters == 4


@given(st.lists(st.integers(0, 60), min_size=1), st.integers(1, 9), st.booleans(), st.booleans())
def test_a_voter_who_is_there_twice_is_never_missed(
    numbers: list[int], at_once: int, ordered: bool, named: bool
) -> None:
    names = [f"v{n}" if named else str(n) for n in (sorted(numbers) if ordered else numbers)]
    with mock.patch.object(voters_module, "_BUCKET", 3):
        voters = Voters()
        for start in range(0, len(names), at_once):
            voters.add(names[start : start + at_once])
        sure = voters.all_differ()
    assert not sure or len(set(names)) == len(names)
    assert sure or len(set(names)) < len(names) or not named
