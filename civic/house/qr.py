"""QR codes: the only file that names segno's drawing for pages and paper."""

from __future__ import annotations

import io

import segno
from markupsafe import Markup


def qr(text: str, *, error: str = "m", scale: int = 5) -> Markup:
    """A QR code as an SVG picture, black on white, to stand beside its text."""
    out = io.BytesIO()
    segno.make(text, error=error).save(
        out, kind="svg", scale=scale, border=3, dark="#000", light="#fff", xmldecl=False,
        svgns=True, nl=False, svgclass=None, lineclass=None, omitsize=False,
    )  # fmt: skip
    picture = out.getvalue().decode()
    return Markup(picture.replace("<svg", '<svg aria-hidden="true"', 1))  # noqa: S704 - segno's own
