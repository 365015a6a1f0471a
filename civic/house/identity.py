"""Proved identities: an OpenID Connect provider shaped like FranceConnect. Off by default.

Authorization code flow with state, nonce and PKCE (S256). The signature of the ID token is checked
against the provider's published keys (JWKS) by joserfc, and so are issuer, audience, dates, nonce
and level. The provider says who somebody is; where they live is no business of this file. Nothing
is kept: the caller keeps a `Flow` in the visitor's browser, encrypted, and uses it once.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
import threading
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from civic.house import outside
from civic.house.i18n import lazy
from civic.house.refusal import Refusal
from civic.house.settings import Settings

SCOPES = "openid given_name family_name birthdate"
ALGORITHMS = ["RS256", "PS256", "ES256"]
LASTS = timedelta(minutes=10)
"""How long somebody may take at the provider."""
LEEWAY = 60
"""Seconds that the provider's clock may differ from ours."""
KEEPS = timedelta(hours=1)
LARGEST = 200_000
_NEEDED = {"essential": True}


class NotProved(Refusal):
    """The provider is down, or what came back does not prove anything. The sentence says which."""


@dataclass(frozen=True, slots=True)
class Flow:
    """What must come back from the provider unchanged, and when we sent somebody there."""

    state: str
    nonce: str
    verifier: str
    at: int


@dataclass(frozen=True, slots=True)
class Proved:
    """Who somebody is, as the provider says: birth name, first names, birth date."""

    family: str
    first: str
    born: date


def begin(settings: Settings, back: str, now: datetime) -> tuple[str, Flow]:
    """Where to send somebody (the provider's address), and what to keep until they are back."""
    flow = Flow(
        secrets.token_urlsafe(24), secrets.token_urlsafe(24), secrets.token_urlsafe(48),
        int(now.timestamp()),
    )  # fmt: skip
    challenge = hashlib.sha256(flow.verifier.encode()).digest()
    asked = {
        "response_type": "code",
        "client_id": settings.oidc_client,
        "redirect_uri": back,
        "scope": SCOPES,
        "state": flow.state,
        "nonce": flow.nonce,
        "code_challenge": base64.urlsafe_b64encode(challenge).decode().rstrip("="),
        "code_challenge_method": "S256",
    }
    if settings.oidc_acr:
        asked["acr_values"] = settings.oidc_acr
    address = str(_provider(settings, now).endpoints["authorization_endpoint"])
    return f"{address}{'&' if '?' in address else '?'}{urlencode(asked)}", flow


def finish(
    settings: Settings, flow: Flow, *, state: str, code: str, back: str, now: datetime
) -> Proved:
    """Who came back; raises `NotProved`. The caller makes sure that a flow is used once."""
    if not hmac.compare_digest(state.encode(), flow.state.encode()):
        raise NotProved(lazy("Cette réponse ne va pas avec votre demande. Recommencez."))
    if not 0 <= now.timestamp() - flow.at <= LASTS.total_seconds():
        raise NotProved(lazy("Vous avez mis plus de dix minutes. Recommencez."))
    provider = _provider(settings, now)
    answer = _read(
        provider.endpoints["token_endpoint"],
        {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": back,
            "client_id": settings.oidc_client,
            "client_secret": settings.oidc_secret,
            "code_verifier": flow.verifier,
        },
    )
    said = _json(answer)
    claims = _signed(settings, provider, str(said.get("id_token", "")), now, nonce=flow.nonce)
    if settings.oidc_acr and claims.get("acr") != settings.oidc_acr:
        raise NotProved(lazy("Le service d'identité n'a pas vérifié assez de choses."))
    if not {"family_name", "given_name", "birthdate"} <= set(claims):
        claims = {**_userinfo(settings, provider, str(said.get("access_token", "")), claims, now)}
    return _proved(claims)


def _userinfo(
    settings: Settings, provider: _Provider, token: str, claims: dict[str, Any], now: datetime
) -> dict[str, Any]:
    """What the provider says of the same person elsewhere, as JSON or as a signed token."""
    text = _read(provider.endpoints["userinfo_endpoint"], None, bearer=token)
    stripped = text.strip()
    found = (
        _json(text)
        if stripped.startswith(b"{")
        else _signed(settings, provider, stripped.decode("ascii", "replace"), now)
    )
    if found.get("sub") != claims.get("sub"):
        raise NotProved(lazy("Cette réponse ne va pas avec votre demande. Recommencez."))
    return found


def _proved(claims: dict[str, Any]) -> Proved:
    try:
        family, first = str(claims["family_name"]).strip(), str(claims["given_name"]).strip()
        born = date.fromisoformat(str(claims["birthdate"]))
    except (KeyError, ValueError):
        family = first = ""
        born = date.min
    if not family or not first or max(len(family), len(first)) > 200:
        raise NotProved(
            lazy("Le service d'identité ne dit pas votre nom et votre date de naissance complète.")
        )
    return Proved(family, first, born)


# --- the provider ------------------------------------------------------------------------------


class _Provider:
    """A provider's endpoints and keys, read again every hour and when a key is unknown."""

    def __init__(self, endpoints: dict[str, Any], keys: KeySet, until: datetime) -> None:
        self.endpoints, self.keys, self.until = endpoints, keys, until


_known: dict[str, _Provider] = {}
_lock = threading.Lock()


def _provider(settings: Settings, now: datetime, *, again: bool = False) -> _Provider:
    issuer = settings.oidc_issuer
    with _lock:
        found = _known.get(issuer)
        if found is not None and not again and now < found.until <= now + KEEPS:
            return found
    endpoints = _json(_read(f"{issuer}/.well-known/openid-configuration"))
    wanted = ("authorization_endpoint", "token_endpoint", "jwks_uri")
    if endpoints.get("issuer") != issuer or not all(endpoints.get(one) for one in wanted):
        raise NotProved(lazy("Le service d'identité est mal réglé. Prévenez l'exploitant du site."))
    secure = issuer.startswith("https://")
    for name in (*wanted, "userinfo_endpoint"):
        if secure and not str(endpoints.get(name, "https://")).startswith("https://"):
            raise NotProved(
                lazy("Le service d'identité est mal réglé. Prévenez l'exploitant du site.")
            )
    try:
        keys = KeySet.import_key_set(_json(_read(endpoints["jwks_uri"])))  # type: ignore[arg-type]
    except (JoseError, KeyError, TypeError, ValueError) as wrong:
        raise _unsigned() from wrong
    found = _Provider(endpoints, keys, now + KEEPS)
    with _lock:
        _known[issuer] = found
    return found


def _signed(
    settings: Settings, provider: _Provider, token: str, now: datetime, *, nonce: str | None = None
) -> dict[str, Any]:
    """The claims of a token that the provider signed for this site; `nonce` for an ID token."""
    try:
        read = jwt.decode(token, provider.keys, algorithms=ALGORITHMS)
    except (JoseError, ValueError, TypeError):
        try:
            fresh = _provider(settings, now, again=True)
            read = jwt.decode(token, fresh.keys, algorithms=ALGORITHMS)
        except (JoseError, ValueError, TypeError) as wrong:
            raise _unsigned() from wrong
    claims = dict(read.claims)
    asked: dict[str, Any] = {} if nonce is None else {"exp": _NEEDED, "iat": _NEEDED}
    rules = jwt.JWTClaimsRegistry(
        now=int(now.timestamp()),
        leeway=LEEWAY,
        iss={"essential": True, "value": settings.oidc_issuer},
        aud={"essential": True, "value": settings.oidc_client},
        sub={"essential": True},
        **asked,
    )
    try:
        rules.validate(claims)
    except JoseError as wrong:
        raise NotProved(
            lazy("La réponse du service d'identité n'est pas pour ce site, ou n'est plus valable.")
        ) from wrong
    if nonce is None:
        return claims
    if claims.get("azp", settings.oidc_client) != settings.oidc_client:
        raise _unsigned()
    if not hmac.compare_digest(str(claims.get("nonce", "")).encode(), nonce.encode()):
        raise NotProved(lazy("Cette réponse ne va pas avec votre demande. Recommencez."))
    return claims


def _unsigned() -> NotProved:
    return NotProved(lazy("La réponse n'est pas signée par le service d'identité. Recommencez."))


def _read(address: Any, form: dict[str, str] | None = None, *, bearer: str = "") -> bytes:
    headers = {"Accept": "application/json, application/jwt"}
    if bearer:
        headers["Authorization"] = f"Bearer {bearer}"
    body = urlencode(form).encode() if form is not None else None
    try:
        return outside.ask(str(address), body, headers, most=LARGEST)
    except outside.Refused as no:
        raise NotProved(
            lazy("Le service d'identité n'a pas accepté cette demande. Recommencez.")
        ) from no
    except outside.Away as down:
        raise NotProved(
            lazy("Le service d'identité ne répond pas. Attendez un peu, ou votez autrement.")
        ) from down


def _json(text: bytes) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except ValueError as wrong:
        raise _unsigned() from wrong
    if not isinstance(found, dict):
        raise _unsigned()
    return found
