"""The checks of every page find what they are there to find."""

from __future__ import annotations

import pytest

from tests.machine.pages import HEADERS, Page, check, check_headers

GOOD = """<!doctype html>
<html lang="fr" dir="ltr">
<head><meta charset="utf-8"><title>Les propositions</title>
<link rel="stylesheet" href="/static/css/site.css">
<script type="module" src="/static/js/site.js"></script>
</head>
<body><main><h1>Les propositions</h1>
<p>Deux bancs et un arbre.</p><img src="/static/img/banc.svg" alt="Un banc">
<form method="post" action="/propositions"><input type="hidden" name="csrf_token" value="x">
<label for="titre">Titre</label><input id="titre" name="titre" aria-describedby="aide">
<p id="aide">Dix mots au plus.</p><button>Proposer</button></form>
</main></body></html>
"""


def problems(html: str) -> list[str]:
    return check(Page("/propositions", 200, {"Content-Language": "fr"}, html.encode()))


def test_a_sound_page_has_no_problem() -> None:
    assert problems(GOOD) == []


@pytest.mark.parametrize(
    ("good", "bad", "said"),
    [
        ("<!doctype html>", "", "expected-doctype"),
        ("</p><img", "</p></p><img", "unexpected-end-tag"),
        ("<title>Les propositions</title>", "<title> </title>", "no title"),
        ("<h1>Les propositions</h1>", "<p>Les propositions</p>", "0 h1"),
        ("<main>", "<main><h1>Encore</h1>", "2 h1"),
        ('lang="fr"', 'lang="ar"', "dir"),
        ('lang="fr" dir="ltr"', 'lang="en" dir="ltr"', "Content-Language"),
        ("<p>Deux", '<p style="color:red">Deux', "inline style"),
        ("<p>Deux", '<p onclick="x()">Deux', "inline onclick"),
        ("</head>", "<script>x()</script></head>", "inline <script>"),
        ("</head>", "<style>p{}</style></head>", "inline <style>"),
        ("<p>Deux", '<p><a href=" JavaScript:x()">Ici</a> Deux', "script in a link"),
        ("/static/img/banc.svg", "https://ailleurs.test/banc.svg", "fetches from elsewhere"),
        (' alt="Un banc"', "", "without alt"),
        ('id="aide"', 'id="titre"', "given 2 times"),
        ('id="aide"', 'id="autre"', "not there"),
        ("<p>Deux", '<p><a href="#nulle-part">Ici</a> Deux', "#nulle-part"),
        ('<label for="titre">Titre</label>', "", "has no label"),
        ('name="csrf_token"', 'name="autre"', "without csrf_token"),
    ],
)
def test_a_fault_is_found_and_named(good: str, bad: str, said: str) -> None:
    assert good in GOOD
    found = problems(GOOD.replace(good, bad))
    assert any(said in problem for problem in found), found


@pytest.mark.parametrize("name", HEADERS)
def test_a_missing_or_weaker_header_is_found(name: str) -> None:
    assert check_headers(HEADERS) == []
    for headers in ({**HEADERS, name: HEADERS[name] + " 'unsafe-inline'"}, dict(HEADERS)):
        if headers == HEADERS:
            del headers[name]
        assert any(name in problem for problem in check_headers(headers))
