"""A person at a real browser, told what to do in the words of the pages."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from playwright.sync_api import Locator, Page, expect

Filled: TypeAlias = str | int | bool | bytes | Iterable[str]
"""What a field is filled in with: text, True or False for a box, the bytes of a file, several
values of a list of boxes."""


@dataclass(frozen=True)
class Walker:
    """One person, signed in in a window of their own."""

    page: Page

    def go(self, path: str) -> str:
        """Opens a page; what it says."""
        answer = self.page.goto(path)
        assert answer is not None
        assert answer.status == 200, f"{path}: {answer.status}\n{self.text}"
        return self.text

    @property
    def text(self) -> str:
        """What the page says."""
        return self.page.locator("main").inner_text()

    @property
    def path(self) -> str:
        """Where the window is."""
        return "/" + self.page.url.split("/", 3)[3].split("#")[0]

    def do(
        self, path: str | None, fields: Mapping[str, Filled] | None = None, button: str = ""
    ) -> str:
        """Opens a page (or stays, with None), fills in fields by name, and presses the button.

        The button is the first of the form that has the fields, or the one with these words.
        Fails when the page answers that something is wrong. Returns where it led.
        """
        if path is not None:
            self.go(path)
        main = self.page.locator("main")
        form: Locator = main
        for name, value in (fields or {}).items():
            field = main.locator(f'[name="{name}"]')
            assert field.count(), f"no field {name} in {self.path}:\n{self.text}"
            form = main.locator("form", has=self.page.locator(f'[name="{name}"]')).first
            self._fill(field, value)
        wanted = form.locator("button[type=submit]")
        if button:
            wanted = main.locator("button", has_text=button)
        assert wanted.count(), f"no button « {button} » in {self.path}:\n{self.text}"
        wanted.first.click()
        self.page.wait_for_load_state()
        wrong = self.page.locator("main .errors, body.mistake")
        expect(wrong, self.text).to_have_count(0)
        return self.path

    def _fill(self, field: Locator, value: Filled) -> None:
        first = field.first
        kind = first.get_attribute("type") or first.evaluate("e => e.tagName.toLowerCase()")
        if kind == "file":
            assert isinstance(value, bytes)
            first.set_input_files({"name": "envoi.csv", "mimeType": "text/csv", "buffer": value})
        elif kind in ("checkbox", "radio") and not isinstance(value, bool):
            values = [str(value)] if isinstance(value, (str, int)) else [str(v) for v in value]
            for one in values:
                first.page.locator(f'[name="{first.get_attribute("name")}"][value="{one}"]').check()
        elif kind == "checkbox":
            first.set_checked(bool(value))
        elif kind == "select":
            first.select_option(str(value))
        else:
            first.fill(str(value))

    def choose(self, path: str, name: str, words: str | re.Pattern[str]) -> str:
        """The value of the option of a select (or of the box) whose words contain `words`."""
        self.go(path)
        option = self.page.locator(f'select[name="{name}"] option', has_text=words)
        if option.count():
            return option.first.get_attribute("value") or ""
        box = self.page.locator("label", has_text=words).locator(f'[name="{name}"]')
        return box.first.get_attribute("value") or ""
