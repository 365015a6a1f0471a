"""The visitor fills in forms as a browser does, and no better."""

from __future__ import annotations

from io import BytesIO
from typing import cast

import pytest
from flask import Flask, Response, jsonify, redirect, request

from tests.machine.pages import HEADERS
from tests.machine.visitor import HOST, Upload, Visitor

FORM = """<!doctype html>
<html lang="fr" dir="ltr"><head><meta charset="utf-8"><title>Idée</title></head>
<body><h1>Une idée</h1>
<form method="post" action="/idees/nouvelle?pas=2" enctype="multipart/form-data">
<input type="hidden" name="csrf_token" value="jeton">
<label>Titre <input name="title" value="Un banc"></label>
<label>Texte <textarea name="text">
Première ligne
deuxième</textarea></label>
<label>Thème <select name="theme"><option value="1">Ombre</option>
<option value="2" selected>Eau</option></select></label>
<label>Rue <input type="radio" name="place" value="street"></label>
<label>Parc <input type="radio" name="place" value="park" checked></label>
<label>Publier <input type="checkbox" name="public" value="yes"></label>
<label>Éteint <input name="off" value="x" disabled></label>
<label>Photo <input type="file" name="photo"></label>
<button name="do" value="save">Enregistrer</button>
<button name="do" value="send">Envoyer</button></form>
</body></html>"""


@pytest.fixture
def visitor() -> Visitor:
    app = Flask("small", static_folder=None)
    app.test_client_class = Visitor

    @app.get("/idees/nouvelle")
    def page() -> Response:
        return Response(FORM)

    @app.post("/idees/nouvelle")
    def take() -> Response:
        if request.form.get("title") == "loin":
            return cast("Response", redirect("https://civic.test/idees/3", 303))
        answer: Response = jsonify(
            fields=list(request.form.items(multi=True)),
            files=[(file.filename, len(file.read())) for file in request.files.values()],
            query=request.query_string.decode(),
            origin=request.headers["Origin"],
        )
        answer.status_code = 303
        return answer

    @app.after_request
    def headers(answer: Response) -> Response:
        answer.headers.update(HEADERS)
        return answer

    return cast("Visitor", app.test_client())


def sent(visitor: Visitor, **options: object) -> dict[str, object]:
    import json

    return cast("dict[str, object]", json.loads(visitor.send("/idees/nouvelle", **options).body))  # type: ignore[arg-type]


def test_what_is_not_mentioned_is_sent_as_the_page_shows_it(visitor: Visitor) -> None:
    answer = sent(visitor)
    assert answer["fields"] == [
        ["csrf_token", "jeton"],
        ["title", "Un banc"],
        ["text", "Première ligne\r\ndeuxième"],
        ["theme", "2"],
        ["place", "park"],
        ["do", "save"],
    ]
    assert answer["query"] == "pas=2"
    assert answer["origin"] == "https://civic.test"


def test_fields_are_filled_in_by_name(visitor: Visitor) -> None:
    answer = sent(
        visitor,
        data={
            "title": "Deux bancs",
            "theme": 1,
            "place": "street",
            "public": True,
            "text": None,
            "photo": Upload(b"12345", "banc.png"),
        },
        button="Envoyer",
    )
    fields = dict(cast("list[tuple[str, str]]", answer["fields"]))
    assert fields == {
        "csrf_token": "jeton",
        "title": "Deux bancs",
        "theme": "1",
        "place": "street",
        "public": "yes",
        "do": "send",
    }
    assert answer["files"] == [["banc.png", 5]]


@pytest.mark.parametrize("data", [{"nom": "x"}, {"theme": "9"}, {"place": "roof"}, {"title": True}])
def test_what_the_page_does_not_offer_cannot_be_filled_in(
    visitor: Visitor, data: dict[str, str]
) -> None:
    with pytest.raises(AssertionError):
        sent(visitor, data=data)


def test_a_hostile_browser_sends_what_it_likes(visitor: Visitor) -> None:
    fields = cast("list[list[str]]", sent(visitor, forged={"theme": "9", "nom": "x"})["fields"])
    assert ["theme", "9"] in fields
    assert ["nom", "x"] in fields


def test_an_answer_of_another_status_fails_and_says_which(visitor: Visitor) -> None:
    with pytest.raises(AssertionError, match="answered 404, expected 200"):
        visitor.see("/nulle-part")
    with pytest.raises(AssertionError, match="answered 303, expected 422"):
        visitor.send("/idees/nouvelle", {"title": "loin"}, status=422)


def test_where_a_redirection_leads_is_a_path_of_the_site(visitor: Visitor) -> None:
    assert visitor.send("/idees/nouvelle", {"title": "loin"}).location == "/idees/3"


def test_the_file_of_a_large_body_is_closed_at_once(visitor: Visitor) -> None:
    answer = visitor.post(
        "/idees/nouvelle",
        base_url=HOST,
        data={"photo": (BytesIO(b"x" * 600_000), "grande.jpg")},
        headers={"Origin": HOST},
    )
    assert answer.request.environ["wsgi.input"].closed
