"""Languages: words, plurals, money, dates, in Paris time."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from civic.house import i18n
from civic.house.clock import end_of, paris


def test_french_has_no_plural_for_zero() -> None:
    words = [i18n.ngettext("%(n)s vote", "%(n)s votes", n) for n in (0, 1, 2)]
    assert words == ["0 vote", "1 vote", "2 votes"]


@pytest.mark.parametrize(
    ("cents", "words"), [(1_240_000, "12 400 €"), (1_050, "10,50 €"), (0, "0 €"), (-500, "-5 €")]
)
def test_money_is_exact(cents: int, words: str) -> None:
    assert i18n.euros(cents).replace("\u202f", " ").replace("\xa0", " ") == words


def test_days_and_hours_are_those_of_paris() -> None:
    closing = datetime(2026, 6, 14, 18, 0, tzinfo=UTC)
    assert i18n.moment(closing) == "dimanche 14 juin 2026 à 20 h"
    assert i18n.day(datetime(2026, 5, 31, 22, 30, tzinfo=UTC)) == "1er juin 2026"
    assert i18n.day(paris(date(2026, 3, 1)), "full") == "dimanche 1er mars 2026"


def test_the_day_on_which_clocks_change_has_its_own_length() -> None:
    spring, autumn = date(2026, 3, 29), date(2026, 10, 25)
    assert (end_of(spring) - paris(spring)).total_seconds() == 23 * 3600
    assert (end_of(autumn) - paris(autumn)).total_seconds() == 25 * 3600


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ("", "fr"),
        ("ar-MA,fr;q=0.5", "ar"),
        ("de,en;q=0.4,fr;q=0.8", "fr"),
        ("zz;q=x,en", "en"),
        ("*", "fr"),
        (",;;;q=", "fr"),
    ],
)
def test_the_best_language_we_speak_is_chosen(header: str, code: str) -> None:
    assert i18n.choose(None, header=header) == code


def test_every_language_says_its_dates_and_sums() -> None:
    for code in i18n.LOCALES:
        with i18n.speaking(code):
            assert i18n.day(date(2026, 6, 14))
            assert "12" in i18n.euros(1_200)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("Conseil citoyen de Dutemple", "\u2068Conseil citoyen de Dutemple\u2069"),
        ("03 27 00 00 00", "\u206803 27 00 00 00\u2069"),
        ("12 400", "\u206812 400\u2069"),
        ("18,400 €", "18,400 €"),
        ("14 يونيو 2026", "14 يونيو 2026"),
        ("https://example.fr/a-b", "https://example.fr/a-b"),
        (12, "12"),
    ],
)
def test_what_is_read_the_other_way_keeps_its_place_in_arabic(value: object, shown: str) -> None:
    with i18n.speaking("ar"):
        assert i18n.gettext("%(a)s", a=value) == shown
        assert i18n.ngettext("%(a)s", "%(a)s", 2, a=value) == shown
        assert i18n.bare(shown) == str(value)
    for code in ("fr", "en"):
        with i18n.speaking(code):
            assert i18n.gettext("%(a)s", a=value) == str(value)


def test_a_list_has_the_comma_of_its_language() -> None:
    parts = ["Numéro 3", "حي", "12"]
    assert i18n.listed(parts) == "Numéro 3, حي, 12"
    with i18n.speaking("ar"):
        assert i18n.listed(parts) == "\u2068Numéro 3\u2069، حي، 12"
        assert i18n.listed(["Dutemple", "Anzin"]) == "\u2068Dutemple, Anzin\u2069"
        assert i18n.listed(["3", "12"]) == "3، 12"
        assert i18n.listed([]) == ""
