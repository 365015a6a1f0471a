"""The ballots of the demo, each with a code printed in its folder: with the keyboard alone, without
scripts, and on a shared machine."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from civic.accounts.demo import PASSWORD
from tests.browser.conftest import Axe
from tests.machine.server import Site

CONTROL = "form[data-ballot] :is(input[name=choice], select, input[data-grade])"


def _codes(site: Site) -> dict[str, list[str]]:
    """The codes nobody has used, by vote."""
    folder = Path(site.environ["CIVIC_VAULT"]).parent / "codes"
    return {path.stem: path.read_text("utf-8").split("\n\n")[1].splitlines()
            for path in sorted(folder.glob("*.txt"))}  # fmt: skip


def test_every_ballot_is_voted_with_the_keyboard_alone(page: Page, site: Site, axe: Axe) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    for slug, codes in _codes(site).items():
        page.goto(f"/votes/{slug}/entrer")
        page.focus("[name=code]")
        page.keyboard.type(codes[-1])
        page.keyboard.press("Enter")
        page.wait_for_url("**/bulletin")
        assert page.evaluate("document.documentElement.scrollWidth") == 360, slug
        axe(page)
        control = page.locator(CONTROL).first
        control.focus()
        is_list = control.evaluate("one => one.tagName") == "SELECT"
        page.keyboard.press("ArrowDown" if is_list else "Space")
        page.focus("button[value=deposit]")
        page.keyboard.press("Enter")
        page.wait_for_url("**/depose")
        assert page.evaluate("document.documentElement.scrollWidth") == 360, slug
        axe(page)


def test_a_ballot_that_can_t_be_deposited_says_why_where_the_focus_is(
    page: Page, site: Site
) -> None:
    slug, codes = next((slug, codes) for slug, codes in _codes(site).items() if "somme" in slug)
    page.goto(f"/votes/{slug}/entrer")
    page.fill("[name=code]", codes[-2])
    page.keyboard.press("Enter")
    page.wait_for_url("**/bulletin")
    for box in page.locator("input[name=choice]").all():
        box.check()
    page.focus("button[value=deposit]")
    page.keyboard.press("Enter")
    page.wait_for_selector("#errors")
    assert page.evaluate("document.activeElement.id") == "errors"
    assert "il manque" in page.inner_text("#errors")
    assert page.locator("input[name=choice]:checked").count() == 6  # nothing chosen is lost


def test_the_bar_says_what_is_too_much_finds_one_s_choices_and_hides_no_focus(
    page: Page, site: Site, axe: Axe
) -> None:
    page.set_viewport_size({"width": 360, "height": 640})
    slug, codes = next((slug, codes) for slug, codes in _codes(site).items() if "budget" in slug)
    page.goto(f"/votes/{slug}/entrer#{codes[-2]}")
    page.wait_for_url("**/bulletin")
    bar = page.locator(".ballot-bar")
    assert page.locator(".choice").first.bounding_box()["y"] < bar.bounding_box()["y"]  # type: ignore[index]
    for box in page.locator("input[name=choice]").all()[:4]:
        box.check()
    told = bar.locator("[role=status][aria-atomic=true]")
    wanted = re.compile(r"Choisis : 4 sur 3\s+Trop de projets : retirez-en 1\.")
    expect(told).to_have_text(wanted, use_inner_text=True)
    axe(page)
    page.click("text=Mes choix")
    expect(page.locator(".choice:visible")).to_have_count(4)
    axe(page)
    page.click("text=Tous les projets")
    page.locator("main summary").first.focus()
    for _press in range(16):
        page.keyboard.press("Tab")
        assert page.evaluate(
            "(() => { const bar = document.querySelector('.ballot-bar'), one ="
            " document.activeElement; return bar.contains(one) ||"
            " one.getBoundingClientRect().bottom <= bar.getBoundingClientRect().top + 1; })()"
        ), page.evaluate("document.activeElement.outerHTML")
    page.goto(f"/votes/{slug}/entrer")  # another letter, scanned into the same window
    page.evaluate(f"location.hash = '{codes[-3]}'")
    page.wait_for_url("**/bulletin")
    assert page.locator("input[name=choice]:checked").count() == 0


def _share(page: Page, slug: str) -> None:
    """A member of the commission makes this browser a shared machine for a vote."""
    page.goto("/compte/connexion")
    page.fill("[name=email]", "vote-commission@demo.example")
    page.fill("[name=password]", PASSWORD)
    page.click("main form button[type=submit]")
    page.goto(f"/votes/{slug}/accueil/borne")
    page.fill("[name=place]", "Maison de quartier")
    page.click("#start button[type=submit]")
    page.wait_for_url("**/entrer")


def test_ballots_are_voted_without_scripts_and_a_shared_machine_clears_itself(
    browser: Browser, site: Site
) -> None:
    context = browser.new_context(
        base_url=site.url, java_script_enabled=False, locale="fr-FR",
        viewport={"width": 360, "height": 800},
    )  # fmt: skip
    context.set_default_timeout(20_000)
    page = context.new_page()
    all_codes = _codes(site)
    (slug,) = [one for one in all_codes if "points" in one]
    _share(page, slug)
    for path in ("/", "/votes/", f"/votes/{slug}/entrer"):
        page.goto(path)
        assert "Poste partagé (Maison de quartier)" in page.inner_text("#kiosk")
        assert page.locator("meta[http-equiv=refresh]").count() == 1
    page.fill("[name=code]", all_codes[slug][-2])
    page.click("#code-form button")
    page.wait_for_url("**/bulletin")
    page.locator("select").nth(0).select_option("4")
    page.locator("select").nth(1).select_option("2")
    page.click("button[value=deposit]")
    page.wait_for_url("**/depose")
    assert "6 sur 10" in page.inner_text("main")
    page.click("#kiosk button")
    page.wait_for_url("**/entrer")
    page.goto(f"/votes/{slug}/depose")
    assert "6 sur 10" not in page.inner_text("main")
    context.close()


def test_a_shared_machine_left_in_the_middle_of_a_ballot_warns_there_and_clears_itself(
    browser: Browser, site: Site
) -> None:
    context = browser.new_context(
        base_url=site.url, locale="fr-FR", viewport={"width": 360, "height": 740}
    )
    context.set_default_timeout(20_000)
    page = context.new_page()
    slug, codes = next((slug, codes) for slug, codes in _codes(site).items() if "somme" in slug)
    _share(page, slug)
    page.clock.install()
    page.fill("[name=code]", codes[-3])
    page.click("#code-form button")
    page.wait_for_url("**/bulletin")
    page.locator("input[name=choice]").last.check()
    assert page.evaluate("scrollY") > 200
    warning = page.locator(".ballot-bar__next", has_text="Tout s'efface dans")
    for _second in range(110):
        page.clock.run_for(1_000)
        if warning.count():
            break
    expect(warning).to_be_in_viewport()
    page.clock.run_for(60_000)
    page.wait_for_url("**/entrer")
    page.goto(f"/votes/{slug}/bulletin")
    page.wait_for_url(f"**/votes/{slug}")
    context.close()
