"""`civic urn` at the terminal: a key of three sheets, a rehearsal, an opening, and each refusal."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from civic.house.urn_commands import group
from civic.rules import urn

FORM = urn.BallotForm("un-vote", ("P1", "P2", "P3"), "approval", 1, 2)


def run(*words: str | Path, typed: str = "") -> Result:
    return CliRunner().invoke(group, [str(word) for word in words], input=typed)


def refused(sentence: str, *words: str | Path, typed: str = "") -> None:
    result = run(*words, typed=typed)
    assert result.exit_code == 2
    assert sentence in result.stderr
    assert result.stderr.strip().splitlines()[-1].count("\n") == 0


@pytest.fixture
def key(tmp_path: Path) -> Path:
    assert run("key", "--out", tmp_path / "cle", "--title", "<Un vote>").exit_code == 0
    return tmp_path / "cle"


@pytest.fixture
def closed(key: Path, tmp_path: Path) -> Path:
    public = urn.read_key((key / "cle-publique.json").read_bytes())
    sealed = [urn.seal(public, urn.write(FORM, urn.Choices(one))) for one in (("P1",), (), ("P2",))]
    path = tmp_path / "urne.json"
    path.write_bytes(urn.write_urn(FORM, public, sealed))
    return path


def two(key: Path, one: int = 1, other: int = 3) -> list[str]:
    return [
        "--sheet", str(key / f"feuille-{one}.html"), "--sheet", str(key / f"feuille-{other}.html")
    ]  # fmt: skip


def code_of(sheet: Path) -> str:
    return " ".join(re.findall(r"</small> (\w{5})</td>", sheet.read_text()))


def test_two_members_on_their_own_find_the_same_and_either_may_have_lost_a_sheet(
    key: Path, closed: Path, tmp_path: Path
) -> None:
    for place, pair in enumerate(((1, 2), (1, 3), (2, 3))):
        assert run("check", "--key", key / "cle-publique.json", *two(key, *pair)).exit_code == 0
        result = run("open", closed, *two(key, *pair), "--out", tmp_path / f"{place}.json")
        assert result.exit_code == 0
        assert "3 bulletins lus, 0 nuls" in result.stdout
    found = {(tmp_path / f"{place}.json").read_bytes() for place in range(3)}
    assert len(found) == 1
    opened = urn.read_opened(FORM, found.pop()).opened
    assert {one.references for one in opened.ballots} == {("P1",), (), ("P2",)}


def test_sheets_may_be_typed_from_paper_or_scanned(key: Path, tmp_path: Path) -> None:
    codes = [code_of(key / f"feuille-{number}.html") for number in (2, 3)]
    typed = f"{codes[0].lower()}\n{codes[1].replace(' ', '-')}\n"
    assert run("check", "--key", key / "cle-publique.json", typed=typed).exit_code == 0
    scanned = tmp_path / "scan.txt"
    scanned.write_text(codes[0])
    sheets = ("--sheet", scanned, "--sheet", key / "feuille-1.html")
    assert run("check", "--key", key / "cle-publique.json", *sheets).exit_code == 0


def test_no_sheet_says_the_key_and_only_its_owner_may_read_it(key: Path) -> None:
    public = urn.read_key((key / "cle-publique.json").read_bytes())
    for number in (1, 2, 3):
        sheet = key / f"feuille-{number}.html"
        assert sheet.stat().st_mode & 0o077 == 0
        text = sheet.read_text()
        assert urn.fingerprint(public) in text
        assert "&lt;Un vote&gt;" in text
        assert "<svg" in text
        assert not any(code_of(key / f"feuille-{n}.html") in text for n in (1, 2, 3) if n != number)


def test_a_key_never_takes_the_place_of_another(key: Path) -> None:
    before = (key / "feuille-1.html").read_bytes()
    refused("ne peut pas être créé", "key", "--out", key)
    assert (key / "feuille-1.html").read_bytes() == before


def test_each_bad_sheet_is_refused_with_what_is_wrong(key: Path, tmp_path: Path) -> None:
    public = ("check", "--key", key / "cle-publique.json")
    refused("deux fois la même feuille", *public, *two(key, 2, 2))
    refused("Il faut deux feuilles : vous en donnez 1", *public, *two(key)[:2])
    refused("Il faut deux feuilles : vous en donnez 3", *public, *two(key), *two(key, 2)[:2])
    refused("ne se lit pas", *public, *two(key, 1, 9))
    assert run("key", "--out", tmp_path / "autre").exit_code == 0
    mixed = ("--sheet", key / "feuille-1.html", "--sheet", tmp_path / "autre" / "feuille-2.html")
    refused("une autre clé", *public, *mixed)
    codes = [code_of(key / f"feuille-{number}.html") for number in (1, 2)]
    slip = codes[0][:14] + ("3" if codes[0][14] != "3" else "4") + codes[0][15:]
    refused("le groupe 3 est mal recopié", *public, typed=f"{slip}\n{codes[1]}\n")
    refused("neuf groupes de cinq signes", *public, typed=f"{codes[0][:20]}\n{codes[1]}\n")
    told = run(*public, typed=f"{slip}\n{codes[0]}\n{codes[1]}\n")
    assert told.exit_code == 0, "a slip is typed again, not the whole ceremony"
    assert "le groupe 3 est mal recopié" in told.stderr
    swapped = " ".join(reversed(codes[0].split()))
    refused("Comparez-les tous", *public, typed=f"{swapped}\n{codes[1]}\n")
    other = urn.read_key((key / "cle-publique.json").read_bytes())
    again = urn.write_share(urn.Share(2, urn.mark_of(other), b"z" * 16))
    refused("ne vont pas ensemble", *public, typed=f"{codes[0]}\n{again}\n")


def test_each_bad_file_is_refused(key: Path, closed: Path, tmp_path: Path) -> None:
    out = ("--out", tmp_path / "ouverture.json")
    refused("ne se lit pas", "open", tmp_path / "rien.json", *two(key), *out)
    refused("pas une urne fermée", "open", key / "cle-publique.json", *two(key), *out)
    refused("pas une clé publique", "check", "--key", closed, *two(key))
    said = json.loads(closed.read_bytes())
    said["enveloppes"][0] = "!"
    (tmp_path / "cassee.json").write_text(json.dumps(said))
    refused("changé ou coupé", "open", tmp_path / "cassee.json", *two(key), *out)
    said["enveloppes"][0] = "AAAA"
    said["enveloppes"].sort()
    (tmp_path / "courte.json").write_text(json.dumps(said))
    refused("changé ou coupé", "open", tmp_path / "courte.json", *two(key), *out)
    assert run("key", "--out", tmp_path / "autre").exit_code == 0
    refused("une autre clé", "open", closed, *two(tmp_path / "autre"), *out)
    (tmp_path / "ouverture.json").write_text("déjà là")
    refused("existe déjà", "open", closed, *two(key), *out)
    assert (tmp_path / "ouverture.json").read_text() == "déjà là"


@pytest.mark.parametrize(
    ("sentence", "words"),
    [
        ("Il manque --out", ["key"]),
        ("trois membres", ["key", "--out", "x", "--member", "A"]),
        ("n'existe pas", ["key", "--nowhere"]),
        ("Il manque --key", ["check"]),
        ("demande une valeur", ["check", "--key"]),
        ("Il manque URNE", ["open"]),
        ("« ouvrir » n'est pas une commande", ["ouvrir"]),
        ("il n'existe pas", ["open", "rien.json", "--out", "x"]),
    ],
)
def test_a_command_typed_wrong_is_one_line(sentence: str, words: list[str]) -> None:
    refused(sentence, *words)


def test_it_runs_on_a_machine_without_flask_or_database(tmp_path: Path) -> None:
    program = (
        "import sys\n"
        "for name in ('flask', 'sqlalchemy', 'weasyprint'): sys.modules[name] = None\n"
        "import socket\n"
        "socket.socket.connect = socket.socket.bind = None\n"
        "from civic.house.cli import civic\n"
        f"civic(['urn', 'key', '--out', {str(tmp_path / 'seule')!r}])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "seule" / "cle-publique.json").exists()
