"""The command line as it is typed: statuses, one line on standard error, nothing loaded in vain."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from civic.house import journal
from civic.house.db import writing
from civic.house.settings import Settings
from tests.machine.kinds import on_sqlite
from tests.make import NOW

CIVIC = Path(sys.executable).parent / "civic"


def _run(*words: str | Path, settings: Settings | None = None) -> subprocess.CompletedProcess[str]:
    env = {name: value for name, value in os.environ.items() if not name.startswith("CIVIC_")}
    if settings is not None:
        env |= {
            "CIVIC_DATABASE_URL": settings.database_url,
            "CIVIC_SECRET_KEY": settings.secret_key,
            "CIVIC_VAULT": str(settings.vault),
            "CIVIC_UPLOADS": str(settings.uploads),
            "CIVIC_MAIL": settings.mail,
            "CIVIC_MAIL_FROM": settings.mail_from,
            "CIVIC_BASE_URL": settings.base_url,
        }
    return subprocess.run(
        [CIVIC, *words], env=env, capture_output=True, text=True, check=False, timeout=60
    )


@pytest.mark.parametrize(
    "words",
    [
        ("tally", "nowhere.pb", "--rule", "greedy"),
        ("tally", __file__, "--rule", "greedy", "--json"),
        ("budget", "import", __file__, "--municipality", "X"),
        ("territory", "load", __file__),
        ("draw", "commit", "nowhere.json"),
        ("journal", "verify"),
        ("no-such-command",),
        ("tally",),
    ],
    ids=" ".join,
)
def test_bad_input_is_status_two_and_one_line(words: tuple[str, ...]) -> None:
    done = _run(*words)
    assert done.returncode == 2
    assert done.stdout == ""
    assert len(done.stderr.strip().splitlines()) == 1
    assert "Traceback" not in done.stderr


@on_sqlite
def test_the_journal_is_checked_from_the_command_line(db: Session, settings: Settings) -> None:
    for number in range(3):
        with writing(db):
            journal.record(db, at=NOW, actor="system", verb="x", target=f"thing:{number}")
    assert _run("journal", "verify", settings=settings).returncode == 0
    db.execute(text("DROP TRIGGER journal_entry_no_update"))
    db.execute(text("UPDATE journal_entry SET actor = 'other' WHERE id = 2"))
    db.commit()
    done = _run("journal", "verify", settings=settings)
    assert (done.returncode, "ligne 2" in done.stderr) == (1, True)


@on_sqlite
def test_the_first_administrator_is_invited_from_the_command_line(
    db: Session, settings: Settings, tmp_path: Path
) -> None:
    words = ("accounts", "invite", "dsi@essai.test", "--first-names", "D", "--family-name", "S")
    assert _run(*words, settings=settings).returncode == 0
    assert _run("work", "--once", settings=settings).returncode == 0
    [mail] = (tmp_path / "mails").glob("*.eml")
    assert "dsi@essai.test" in mail.read_text("utf-8")
    db.rollback()
    db.execute(text("DELETE FROM outbox_mail"))
    db.commit()
