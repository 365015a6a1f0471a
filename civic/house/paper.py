"""Paper: PDF from the same templates as the pages. The only file that names WeasyPrint."""

from __future__ import annotations

import mimetypes
from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import urlsplit

from civic.house.i18n import lazy
from civic.house.refusal import Refusal
from civic.house.web import STATIC


def pdf(html: str) -> bytes:
    """The PDF of a page made from `templates/print/`. Only files of `static/` are fetched.

    Raises `Refusal` when the machine lacks Pango: the page can still be printed from the browser.
    """
    return pdf_of([html])


def pdf_of(pages: Sequence[str], tell: Callable[[float], None] = lambda _share: None) -> bytes:
    """One PDF of several such pages, one after the other, each with its own page numbers. `tell`
    is told the share done, 0 to 1, and may raise to stop."""
    try:
        from weasyprint import HTML
        from weasyprint.text.fonts import FontConfiguration
    except OSError as missing:
        raise Refusal(
            lazy(
                "Ce serveur ne sait pas encore faire de PDF (il lui manque Pango). Imprimez la "
                "page depuis votre navigateur."
            )
        ) from missing
    fonts, own = FontConfiguration(), _own_files()
    made: list[Any] = []
    for html in pages:
        tell(len(made) / len(pages))
        made.append(
            HTML(string=html, base_url="civic:/", url_fetcher=own).render(font_config=fonts)
        )
    sheets = [sheet for one in made for sheet in one.pages]
    whole = made[0] if len(made) == 1 else made[0].copy(sheets)
    document: bytes = whole.write_pdf()
    return document


def _own_files() -> Any:
    """What WeasyPrint fetches through: the files of `static/`, and nothing else."""
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class OwnFiles(URLFetcher):  # type: ignore[misc]
        def fetch(self, url: str, headers: Any = None) -> Any:
            path = urlsplit(url).path
            file = (STATIC / path.removeprefix("/static/")).resolve()
            if not path.startswith("/static/") or not file.is_relative_to(STATIC.resolve()):
                raise ValueError(f"a paper may only use our own files, not {url}")
            kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
            return URLFetcherResponse(url, file.read_bytes(), {"Content-Type": kind})

    return OwnFiles()
