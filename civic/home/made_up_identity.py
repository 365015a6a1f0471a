"""The demo's identity provider: OpenID Connect where nobody proves anything.

`civic demo serve` runs it beside the site, and nothing else does. It listens on this machine's
loopback only, makes its keys and its client's secret anew at each start, sends people back to that
one site only, and says on its page that it is made up. It ends when the process that started it
does. A site that people really vote on names a provider of its own (`CIVIC_OIDC_ISSUER`).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import ECKey

HERE = "127.0.0.1"
LOOPBACK = frozenset({HERE, "localhost"})
CLIENT = "demonstration"
NAME = "IdentitéDémo"
"""The provider's name as the site's buttons say it: « Voter avec IdentitéDémo »."""
MOST, LASTS = 200, 120
"""How many answers wait to be fetched at once, and for how many seconds."""

PEOPLE = (
    # given name, family name, age (None: born on that day), what trying it shows
    ("Aïcha", "FICTIF", 41, "vote"),
    ("Jean", "IMAGINAIRE", 81, "vote"),
    ("Malik", "FACTICE", 16, "vote"),
    ("Lou", "EXEMPLE", 8, "est trop jeune : le site le dit"),
)

PAGE = """\
<!doctype html><html lang="fr"><head><meta charset="utf-8"><title>IdentitéDémo</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><style>
body{{font:112.5%/1.5 system-ui,sans-serif;max-width:36rem;margin:0 auto;padding:1rem;
background:#fff;color:#111}}
p.made{{border:4px dashed #8a5a00;padding:.75rem;font-weight:700}}
a{{display:block;border:2px solid #111;padding:.75rem;margin:.75rem 0;color:#111}}
ul{{list-style:none;padding:0}}</style></head><body><main>
<h1>IdentitéDémo</h1>
<p class="made">Démonstration : personne n'est vérifié ici, et ces personnes n'existent pas.</p>
<p>Un vrai service d'identité vous demanderait de prouver qui vous êtes. Ici, choisissez :</p>
<ul>{people}</ul></main></body></html>
"""


@contextmanager
def provider(site: str, port: int = 0) -> Iterator[dict[str, str]]:
    """Runs it beside the demo at that address, and gives the site's settings that name it.

    Nothing runs, and no setting is given, when the site listens beyond this machine: whoever came
    from elsewhere could not reach it. `port`: where it listens if that is free.
    """
    if urlsplit(site).hostname not in LOOPBACK:
        yield {}
        return
    process = subprocess.Popen(  # noqa: S603 - our own
        [sys.executable, "-m", __name__, site, str(port)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stdin is not None
    try:
        issuer, secret = json.loads(process.stdout.readline())
        yield {
            "CIVIC_OIDC_ISSUER": issuer,
            "CIVIC_OIDC_CLIENT": CLIENT,
            "CIVIC_OIDC_SECRET": secret,
            "CIVIC_OIDC_NAME": NAME,
        }
    finally:
        process.stdin.close()
        process.wait()
        process.stdout.close()


class Provider(BaseHTTPRequestHandler):
    """Its pages. `back` is the only address that people are sent to."""

    issuer = back = secret = ""
    key: Any
    codes: dict[str, dict[str, Any]] = {}
    tokens: dict[str, dict[str, Any]] = {}

    def log_message(self, *_args: Any) -> None:
        """Says nothing."""

    def do_GET(self) -> None:
        """Discovery, keys, the page that asks who one is, the way back, and who somebody is."""
        parts = urlsplit(self.path)
        asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
        match parts.path:
            case "/.well-known/openid-configuration":
                self._say({
                    "issuer": self.issuer,
                    "authorization_endpoint": f"{self.issuer}/qui",
                    "token_endpoint": f"{self.issuer}/jeton",
                    "userinfo_endpoint": f"{self.issuer}/personne",
                    "jwks_uri": f"{self.issuer}/cles",
                })  # fmt: skip
            case "/cles":
                self._say({"keys": [self.key.as_dict(private=False)]})
            case "/qui" if self._fits(asked):
                self._ask(asked)
            case "/moi" if self._fits(asked):
                self._send_back(asked)
            case "/personne":
                found = self.tokens.pop(self.headers.get("Authorization", "")[7:], None)
                self._say(found or {}, 200 if found else 401)
            case _:
                self._say({}, 404)

    def do_POST(self) -> None:
        """Changes a code, once, for a signed token."""
        body = self.rfile.read(min(int(self.headers.get("Content-Length") or 0), 10_000))
        form = {name: values[0] for name, values in parse_qs(body.decode()).items()}
        asked = self.codes.pop(form.get("code", ""), None)
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        if (
            self.path != "/jeton"
            or asked is None
            or asked["until"] < time.time()
            or challenge != asked.get("code_challenge")
            or form.get("redirect_uri") != self.back
            or form.get("client_id") != CLIENT
            or not hmac.compare_digest(form.get("client_secret", "").encode(), self.secret.encode())
        ):
            self._say({"error": "invalid_grant"}, 400)
            return
        now, token = int(time.time()), secrets.token_urlsafe(16)
        self.tokens[token] = asked["person"]
        claims = {
            "iss": self.issuer, "aud": CLIENT, "sub": asked["person"]["sub"], "iat": now,
            "exp": now + LASTS, "nonce": asked["nonce"],
        }  # fmt: skip
        if "acr_values" in asked:
            claims["acr"] = asked["acr_values"]
        signed = jwt.encode({"alg": "ES256", "kid": self.key.kid}, claims, self.key)
        self._say({"access_token": token, "token_type": "Bearer", "id_token": signed})

    def _fits(self, asked: dict[str, str]) -> bool:
        return (
            asked.get("redirect_uri") == self.back
            and asked.get("client_id") == CLIENT
            and asked.get("code_challenge_method") == "S256"
            and {"state", "nonce", "code_challenge"} <= set(asked)
        )

    def _ask(self, asked: dict[str, str]) -> None:
        def link(who: str, words: str) -> str:
            address = f"/moi?{urlencode({**asked, 'who': who})}"
            return f'<li><a href="{escape(address)}">{escape(words)}</a></li>'

        people = [
            link(str(place), f"{given} {family}, {age} ans ({shows})")
            for place, (given, family, age, shows) in enumerate(PEOPLE)
        ]
        page = PAGE.format(people="".join([*people, link("", "Ne pas dire qui je suis")]))
        self._say(page.encode(), kind="text/html; charset=utf-8")

    def _send_back(self, asked: dict[str, str]) -> None:
        who = asked.get("who", "")
        answer = {"state": asked["state"]}
        if who.isdigit() and int(who) < len(PEOPLE):
            code = answer["code"] = secrets.token_urlsafe(16)
            self.codes[code] = {**asked, "person": person(int(who)), "until": time.time() + LASTS}
            for full in (self.codes, self.tokens):
                while len(full) > MOST:
                    del full[next(iter(full))]
        else:
            answer["error"] = "access_denied"
        self.send_response(303)
        self.send_header("Location", f"{self.back}?{urlencode(answer)}")
        self.end_headers()

    def _say(self, said: Any, status: int = 200, *, kind: str = "application/json") -> None:
        body = said if isinstance(said, bytes) else json.dumps(said).encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(body)


def person(place: int) -> dict[str, str]:
    """Who one of these people is, as FranceConnect would say it; always of the age shown."""
    given, family, age, _shows = PEOPLE[place]
    born = date(date.today().year - age, 1, 1)  # noqa: DTZ011 - an invented birthday
    return {
        "sub": f"invented-{place}", "given_name": given, "family_name": family,
        "birthdate": born.isoformat(),
    }  # fmt: skip


def main(site: str, port: int) -> None:
    """Serves until its standard input ends. Its first line: its address and the secret."""
    Provider.key = ECKey.generate_key("P-256", auto_kid=True)
    Provider.secret = secrets.token_urlsafe(32)
    Provider.back = f"{site}/votes/identite/retour"
    try:
        server = ThreadingHTTPServer((HERE, port), Provider)
    except OSError:  # somebody else listens there
        server = ThreadingHTTPServer((HERE, 0), Provider)
    server.daemon_threads = True
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for who started this
    Provider.issuer = f"http://{HERE}:{server.server_port}"
    sys.stdout.write(json.dumps([Provider.issuer, Provider.secret]) + "\n")
    sys.stdout.flush()

    def end() -> None:
        sys.stdin.read()
        server.shutdown()

    threading.Thread(target=end, daemon=True).start()
    server.serve_forever()
    server.server_close()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
