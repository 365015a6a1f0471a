"""A published archive: what is changed in it is found, whoever rewrites the manifest; what it does
not prove, it says."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import pytest
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st

from civic.house.poll_commands import poll
from civic.rules import urn
from civic.rules.urn import archive
from civic.rules.urn.figures import figures, result_digest, result_text
from civic.rules.urn.verifying import FALSE, PROVED, TRUST, Line, verify

RULES: dict[str, Any] = {
    "vote": "un-vote", "titre": "Un vote", "question": "", "cle": "00" * 32,
    "bulletin": ["approval", 1, 2, None, None], "enveloppes": [],
    "projets": [["P1", "Un banc", 120_000, ""], ["P2", "Un arbre", 50_000, ""]],
    "ouvre": "2027-05-03T08:00:00+00:00", "ferme": "2027-05-17T08:00:00+00:00",
    "gardien": "platform", "publication": "auto", "contestation": 10, "conservation": 60,
}  # fmt: skip
NUMBER = 60


def made(number: int = NUMBER, **changed: Any) -> dict[str, bytes]:
    """An archive of so many ballots, two of them on paper, one right taken away."""
    rules = json.dumps({**RULES, **changed}, sort_keys=True, separators=(",", ":")).encode()
    form = archive.form_of_rules(json.loads(rules))
    chance = Random(7)
    by_points = form.type == "points"
    ballots = [
        urn.Choices(chosen, (1,) * len(chosen) if by_points else ())
        for chosen in (
            tuple(one for one in form.references if chance.random() < 0.5) for _b in range(number)
        )
    ]
    papers = min(2, number)
    names = [f"{chance.getrandbits(256):064x}" for _one in range(number - papers)]
    gone = [(f"{chance.getrandbits(256):064x}", state) for state in (urn.REPLACED, urn.WITHDRAWN)]
    half = len(names) // 2
    pages = [urn.chain(urn.START, [*((one, urn.IN_URN) for one in names[:half]), *gone])]
    pages.append(urn.chain(pages[0].digest, [(one, urn.IN_URN) for one in names[half:]]))
    channels = {"enveloppes": number - papers, "papiers": papers}
    result = figures(form, ballots, 0, channels)
    published = number >= 50 and form.type == "approval" and changed.get("publication") != "never"
    steps = [
        ("sealed", "2027-05-01T08:00:00+00:00", {"empreinte": hashlib.sha256(rules).hexdigest()}),
        (
            "reconciled", "2027-05-17T09:00:00+00:00",
            {
                "droits": number + 5, "emargements": {"code": number - papers, "paper": papers},
                "enveloppes": number - papers, "papiers": papers, "ecart_papier": 0,
                "remplacees": 1, "retirees": 1, "retirees_papier": 0, "empreinte_urne": "ab" * 32,
                "motifs": [["doublon", 2, 1]],
            },
        ),
        ("severed", "2027-05-17T09:10:00+00:00", {"enveloppes": number - papers}),
        (
            "counted", "2027-05-17T09:20:00+00:00",
            {
                **{name: result[name] for name in ("ballots", "blank", "spoilt", "channels")},
                "empreinte": result_digest("un-vote", result),
                "ouverture": urn.list_digest(form, ballots, 0), "bulletins_publies": published,
            },
        ),
    ]  # fmt: skip
    return archive.build(
        rules=rules,
        checkpoints=[
            (
                place, f"2027-05-{place + 9:02}",
                urn.checkpoint_text(one.previous, one.lines), one.digest,
            )
            for place, one in enumerate(pages, 1)
        ],
        steps=[{"etape": one, "quand": at, "chiffres": said} for one, at, said in steps],
        result=result_text("un-vote", result),
        form=form,
        ballots=ballots if published else None,
    )  # fmt: skip


def false(lines: list[Line]) -> list[str]:
    return [one.sentence for one in lines if one.kind == FALSE]


WHOLE = made()


def test_an_honest_archive_has_nothing_false_and_says_what_it_does_not_prove() -> None:
    lines = verify(WHOLE)
    assert not false(lines)
    assert sum(one.kind == PROVED for one in lines) == 10
    trust = " ".join(one.sentence for one in lines if one.kind == TRUST)
    for whom in ("l'exploitant du serveur", "deux membres", "à la place d'un autre", "papiers"):
        assert whom in trust


@settings(max_examples=80)
@given(st.data())
def test_any_changed_byte_is_found(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(WHOLE)))
    content = bytearray(WHOLE[name])
    place = data.draw(st.integers(0, len(content) - 1))
    content[place] ^= data.draw(st.integers(1, 255))
    assert false(verify({**WHOLE, name: bytes(content)}))


@settings(max_examples=80)
@given(st.data())
def test_a_changed_byte_is_found_even_when_the_manifest_is_made_anew(data: st.DataObject) -> None:
    covered = sorted(set(WHOLE) - {archive.MANIFEST, archive.READ_ME, archive.STEPS})
    name = data.draw(st.sampled_from(covered))
    content = bytearray(WHOLE[name])
    place = data.draw(st.integers(0, len(content) - 1))
    content[place] ^= data.draw(st.integers(1, 255))
    changed = {**WHOLE, name: bytes(content)}
    changed[archive.MANIFEST] = archive.manifest(changed)
    if name == archive.DIGESTS:
        cut = [line.split(b" ")[::2] for line in bytes(content).split(b"\n")]
        if cut == [line.split(b" ")[::2] for line in WHOLE[name].split(b"\n")]:
            return  # the day of a page, in the order of days, is what nothing covers
    assert false(verify(changed))


def test_a_broken_chain_is_told_in_the_words_of_its_reader() -> None:
    page = f"{archive.LOG}0001.txt"
    previous, rest = WHOLE[page].split(b"\n", 1)
    told = " ".join(
        false(verify({**WHOLE, page: previous[::-1].replace(b"0", b"1") + b"\n" + rest}))
    )
    assert "la page 1 a été changée" in told
    assert "checkpoint" not in told


@given(st.sampled_from(sorted(WHOLE)))
def test_a_missing_file_is_found(name: str) -> None:
    if name == archive.MANIFEST:
        return
    left = {one: content for one, content in WHOLE.items() if one != name}
    assert false(verify(left))
    left[archive.MANIFEST] = archive.manifest(left)
    if name != archive.READ_ME:
        assert false(verify(left))


def rewritten(name: str, change: Callable[[Any], None]) -> dict[str, bytes]:
    """The archive with one JSON file changed, and a manifest that fits."""
    said = json.loads(WHOLE[name])
    change(said)
    text = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    changed = {**WHOLE, name: text.encode() + (b"\n" if name == archive.STEPS else b"")}
    changed[archive.MANIFEST] = archive.manifest(changed)
    return changed


def step(number: int, name: str, value: Any) -> Callable[[Any], None]:
    def change(said: Any) -> None:
        said[number]["chiffres"][name] = value

    return change


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (step(1, "enveloppes", 57), "Journal de l'urne"),
        (step(1, "remplacees", 0), "Journal de l'urne"),
        (step(1, "emargements", {"code": 57, "paper": 2}), "Canaux"),
        (step(1, "ecart_papier", 1), "Canaux"),
        (step(1, "droits", 3), "Canaux"),
        (step(1, "groupes", 2), "Canaux"),
        (step(1, "motifs", []), "Retraits"),
        (step(1, "retirees_papier", 1), "Retraits"),
        (step(3, "ballots", 59), "Résultat"),
        (step(3, "empreinte", "0" * 64), "Résultat"),
        (step(3, "ouverture", "0" * 64), "Bulletins"),
        (step(3, "bulletins_publies", False), "Bulletins"),
        (lambda said: said.pop(2), "Étapes"),
        (lambda said: said.reverse(), "Étapes"),
        (lambda said: said[1].update(quand="2027-05-16T08:00:00+00:00"), "Étapes"),
    ],
)
def test_each_figure_is_held_by_another(change: Callable[[Any], None], sentence: str) -> None:
    found = false(verify(rewritten(archive.STEPS, change)))
    assert found
    assert any(one.startswith(sentence) for one in found)


def test_a_consistent_forgery_is_found_by_whoever_noted_a_digest() -> None:
    forged, honest = made(61), WHOLE
    assert not false(verify(forged))
    noted = honest[archive.DIGESTS].decode().split()[2]
    assert not false(verify(honest, [noted.upper()]))
    assert false(verify(forged, [noted]))
    assert not false(verify(honest, [archive.archive_digest(honest)]))
    assert false(verify(forged, [archive.archive_digest(honest)]))


@pytest.mark.parametrize(
    ("number", "changed"),
    [
        (0, {}), (1, {}), (49, {}), (60, {"publication": "never"}),
        (60, {"bulletin": ["points", 1, 2, 3, 6]}),
        (60, {"bulletin": ["ranking", 1, 2, None, None]}),
    ],
)  # fmt: skip
def test_few_ballots_and_those_that_can_sign_are_not_published(
    number: int, changed: dict[str, Any]
) -> None:
    files = made(number, **changed)
    assert archive.BALLOTS not in files
    lines = verify(files)
    assert not false(lines)
    assert any(one.kind == TRUST and "assermentés" in one.sentence for one in lines)


def test_ballots_published_against_the_rule_are_found() -> None:
    files = made(49)
    form = archive.form_of_rules(json.loads(files[archive.RULES]))
    files[archive.BALLOTS] = b"".join(
        urn.envelope.canonical(form, urn.Choices()) + b"\n" for _one in range(49)
    )
    files[archive.MANIFEST] = archive.manifest(files)
    assert any("ne permet pas" in one for one in false(verify(files)))


def test_a_small_neighbourhood_keeps_all_ballots_unpublished() -> None:
    from civic.rules.urn.figures import may_publish

    form = urn.BallotForm("v", ("A", "B"), "approval", 1, 1, costs=(1, 1), groups=("x", "y"))
    many = [urn.Choices(("A",))] * 60
    assert may_publish(form, "auto", many)
    assert not may_publish(form, "auto", [*many, urn.Choices(("B",))])
    assert may_publish(form, "auto", [*many, *[urn.Choices(("B",))] * 50])
    assert may_publish(form, "auto", [urn.Choices()] * 50)  # all blank: nothing to read in them


# --- at the terminal -----------------------------------------------------------------------------


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(poll, ["verify", *[str(word) for word in words]])


def test_zip_and_folder_are_verified_and_the_zip_is_always_the_same(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(archive.zipped(WHOLE))
    assert archive.zipped(WHOLE) == archive.zipped(dict(reversed(WHOLE.items())))
    for name, content in WHOLE.items():
        (tmp_path / "dossier" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "dossier" / name).write_bytes(content)
    noted = ("--noted", archive.archive_digest(WHOLE))
    for place in (tmp_path / "a.zip", tmp_path / "dossier"):
        result = run(place, *noted)
        assert result.exit_code == 0, result.output
        assert "confiance" in result.output
    (tmp_path / "dossier" / "bulletins.jsonl").write_bytes(b"")
    result = run(tmp_path / "dossier")
    assert result.exit_code == 1
    assert "faux — Fichiers" in result.output


def test_what_is_no_archive_is_refused(tmp_path: Path) -> None:
    (tmp_path / "rien.zip").write_bytes(b"rien")
    (tmp_path / "coupe.zip").write_bytes(archive.zipped(WHOLE)[:-40])
    (tmp_path / "vide").mkdir()
    for place, why in (
        ("rien.zip", "pas une archive"),
        ("coupe.zip", "abîmée"),
        ("vide", "MANIFESTE.txt manque"),
        ("absent.zip", "ne se lit pas"),
    ):
        result = run(tmp_path / place)
        assert result.exit_code == 2
        assert why in result.stderr
    assert run().exit_code == 2
    assert run(tmp_path, "--nowhere").exit_code == 2


@given(st.dictionaries(st.sampled_from(sorted(WHOLE)), st.binary(max_size=40), min_size=1))
def test_whatever_the_files_hold_there_is_an_answer(changed: dict[str, bytes]) -> None:
    assert false(verify({**WHOLE, **changed}))
