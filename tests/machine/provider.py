"""A small OpenID Connect provider, as a process of its own on this machine's loopback.

`with Provider() as provider:` starts one with keys of its own; `provider.says(...)` decides whom
the next person proves to be, or how the provider misbehaves. It checks client, secret, address and
PKCE like a real one, and takes each code once.
"""

from __future__ import annotations

import base64
import hashlib
import json
import subprocess
import sys
import time
import urllib.request
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any, Self
from urllib.parse import parse_qs, urlencode, urlsplit

CLIENT, SECRET = "civic-test", "only for tests"
PERSON = {"given_name": "Angela Claire Louise", "family_name": "DUBOIS", "birthdate": "1962-08-24"}


class Provider:
    """A provider in its own process."""

    def __enter__(self) -> Self:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.machine.provider"], stdout=subprocess.PIPE, text=True
        )
        assert self.process.stdout is not None
        self.issuer = self.process.stdout.readline().strip()
        return self

    def __exit__(self, *_wrong: object) -> None:
        self.stop()

    def stop(self) -> None:
        """The provider is down."""
        self.process.kill()
        self.process.wait()
        assert self.process.stdout is not None
        self.process.stdout.close()

    def says(self, **how: Any) -> None:
        """What the next answers are like: `claims` of the person, `lie` (see `Handler.token`)."""
        body = json.dumps(how).encode()
        with urllib.request.urlopen(f"{self.issuer}/says", body):
            pass

    def visit(self, address: str) -> str:
        """What a browser would be sent back to: path and query."""
        opener = urllib.request.build_opener(_Stay)
        try:
            opener.open(address)
        except urllib.request.HTTPError as answer:
            answer.close()
            parts = urlsplit(answer.headers["Location"])
            return f"{parts.path}?{parts.query}"
        raise AssertionError("the provider sends nobody back")


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_args: Any, **_more: Any) -> None:
        return None


class Handler(BaseHTTPRequestHandler):
    """The provider itself."""

    state: dict[str, Any] = {"codes": {}, "claims": PERSON, "lie": ""}
    keys: Any
    issuer = ""

    def log_message(self, *_args: Any) -> None:
        """Says nothing."""

    def answer(self, said: Any, status: int = 200, kind: str = "application/json") -> None:
        """One answer."""
        body = said.encode() if isinstance(said, str) else json.dumps(said).encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self) -> None:
        """Discovery, keys, the page where people would sign in, and who they are."""
        parts = urlsplit(self.path)
        if parts.path == "/.well-known/openid-configuration":
            self.answer(
                {
                    "issuer": self.issuer,
                    "authorization_endpoint": f"{self.issuer}/authorize",
                    "token_endpoint": f"{self.issuer}/token",
                    "userinfo_endpoint": f"{self.issuer}/userinfo",
                    "jwks_uri": f"{self.issuer}/jwks",
                }
            )
        elif parts.path == "/jwks":
            self.answer({"keys": [self.keys["ours"].as_dict(private=False)]})
        elif parts.path == "/authorize":
            asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
            assert asked["response_type"] == "code"
            assert asked["code_challenge_method"] == "S256"
            assert set(asked["scope"].split()) == {
                "openid", "given_name", "family_name", "birthdate",
            }  # fmt: skip
            code = f"code-{len(self.state['codes'])}"
            self.state["codes"][code] = asked
            back = {"state": asked["state"], "code": code}
            if self.state["lie"] == "refuse":
                back = {"state": asked["state"], "error": "access_denied"}
            self.send_response(302)
            self.send_header("Location", f"{asked['redirect_uri']}?{urlencode(back)}")
            self.end_headers()
        elif parts.path == "/userinfo":
            who = {"sub": "p1", **self.state["claims"]}
            if self.state["lie"] == "another person":
                who["sub"] = "p2"
            if self.state["lie"] == "plain userinfo":
                self.answer(who)
            else:
                claims = {**who, "iss": self.issuer, "aud": CLIENT}
                self.answer(self.sign(claims), kind="application/jwt")
        else:
            self.answer({}, 404)

    def do_POST(self) -> None:
        """The exchange of a code, and what a test says."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.path == "/says":
            said = json.loads(body)
            self.state["claims"] = said.get("claims", PERSON)
            self.state["lie"] = said.get("lie", "")
            self.answer({})
            return
        form = {name: values[0] for name, values in parse_qs(body.decode()).items()}
        asked = self.state["codes"].pop(form.get("code", ""), None)
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        if (
            asked is None
            or challenge != asked["code_challenge"]
            or (form["client_id"], form["client_secret"]) != (CLIENT, SECRET)
            or form["redirect_uri"] != asked["redirect_uri"]
        ):
            self.answer({"error": "invalid_grant"}, 400)
            return
        self.answer({"access_token": "t", "token_type": "Bearer", "id_token": self.token(asked)})

    def token(self, asked: dict[str, str]) -> str:
        """The ID token, true or as the test wants it to lie."""
        now, lie = int(time.time()), self.state["lie"]
        claims: dict[str, Any] = {
            "iss": self.issuer,
            "aud": CLIENT,
            "sub": "p1",
            "nonce": asked["nonce"],
            "iat": now,
            "exp": now + 60,
            "acr": asked.get("acr_values", "eidas1"),
        }
        lies: dict[str, dict[str, Any]] = {
            "nonce": {"nonce": "another"},
            "expired": {"iat": now - 900, "exp": now - 600},
            "audience": {"aud": "another-site"},
            "issuer": {"iss": "https://elsewhere.example"},
            "level": {"acr": "eidas0"},
        }
        claims |= lies.get(lie, {})
        if lie == "unsigned":
            parts = ({"alg": "none"}, claims)
            encoded = [
                base64.urlsafe_b64encode(json.dumps(one).encode()).decode().rstrip("=")
                for one in parts
            ]
            return f"{encoded[0]}.{encoded[1]}."
        return self.sign(claims, "another" if lie == "signature" else "ours")

    def sign(self, claims: dict[str, Any], by: str = "ours") -> str:
        """A signed token."""
        from joserfc import jwt

        key = self.keys[by]
        return jwt.encode({"alg": "ES256", "kid": self.keys["ours"].kid}, claims, key)


def main() -> None:
    """Serves until it is killed; its first line of output is its issuer."""
    from joserfc.jwk import ECKey

    Handler.keys = {
        "ours": ECKey.generate_key("P-256", auto_kid=True),
        "another": ECKey.generate_key("P-256"),
    }
    server = HTTPServer(("127.0.0.1", 0), Handler)
    Handler.issuer = f"http://127.0.0.1:{server.server_port}"
    print(Handler.issuer, flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
