"""What every answer says to the browser: what a page may load, what may be kept."""

from __future__ import annotations

from flask import Response, request

from civic.house import i18n
from civic.house.web.answers import settings

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; media-src 'self'; connect-src 'self'; manifest-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(self), microphone=()",
}


def set_headers(answer: Response) -> Response:
    """Adds them; what a view has said itself stays."""
    said = {name.lower() for name, _value in answer.headers}
    for name, value in HEADERS.items():
        if name.lower() not in said:
            answer.headers.add(name, value)
    if settings().https:
        answer.headers["Strict-Transport-Security"] = "max-age=31536000"
    if request.endpoint == "static":
        fonts = request.path.startswith("/static/vendor/")
        lasts = "max-age=604800" if fonts else "max-age=300"
        lasts = "max-age=31536000, immutable" if "v" in request.args else lasts
        answer.headers["Cache-Control"] = f"public, {lasts}"
    else:
        answer.headers.setdefault("Cache-Control", "private, no-cache")
        answer.headers["Content-Language"] = i18n.locale().code
        answer.vary.update(["Cookie", "Accept-Language"])
    return answer
