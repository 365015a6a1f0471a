"""What the operator decides, read once from the environment and never again.

Each field of `Settings` is one variable: `database_url` is `CIVIC_DATABASE_URL`, and so on. A
missing or bad one stops the start with `BadSettings`, which says which one and what is wrong.
docs/operateur/reglages.md has a heading for each of them; a test compares the two lists.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

PREFIX = "CIVIC_"
LANGUAGES = ("fr", "ar", "en")


class BadSettings(Exception):
    """One or several settings are missing or wrong; `problems` has one French sentence each."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of one running site. Paths are absolute; sizes are bytes; durations minutes."""

    database_url: str
    """SQLAlchemy address: `sqlite:////folder/civic.db` or `postgresql+psycopg://…`."""
    secret_key: str
    """Signs cookies and forms; at least 32 characters."""
    vault: Path
    """Folder of the secrets that may be neither in the database nor in its backups."""
    uploads: Path
    """Folder of the pictures and documents that people send."""
    mail: str
    """`smtp://[user:password@]host[:port]`, `smtps://…`, or `folder:/path`."""
    mail_from: str
    """The address that mails come from."""
    base_url: str
    """How the site is reached from outside, without a final slash."""
    site_name: str = "civic"
    demo: bool = False
    """A demo: accounts are shown on the sign-in page, mails on a page, a banner everywhere."""
    https: bool = True
    """Cookies are `Secure` and browsers are told to stay on https."""
    proxies: int = 0
    """How many reverse proxies stand in front and may say who the visitor is."""
    upload_limit: int = 8_000_000
    """The largest body that the site reads, in bytes."""
    session_minutes: int = 720
    """How long a sign-in lasts, in minutes."""
    sms: str = ""
    """`https://…` of a gateway, or `folder:/path`; "" when the site sends no SMS."""
    sms_token: str = ""
    """What the gateway asks for as `Authorization: Bearer`; "" for none."""
    sms_prefixes: str = "+336 +337"
    """The beginnings of numbers that may be written to, separated by spaces."""
    oidc_issuer: str = ""
    """The identity provider's address (OpenID Connect); "" when there is none."""
    oidc_client: str = ""
    """How the provider knows this site."""
    oidc_secret: str = ""
    """What the provider gave this site to prove itself with."""
    oidc_name: str = "FranceConnect"
    """The provider's name, as the button says it."""
    oidc_acr: str = ""
    """The level of proof asked for (`eidas1` for FranceConnect); "" asks for none."""
    reference_data: Path | None = None
    """Folder of the real instances that the demo loads when they are there."""

    @classmethod
    def load(cls, environ: Mapping[str, str]) -> Settings:
        """The settings found in `environ`; raises `BadSettings` naming all that are wrong."""
        problems: list[str] = []
        values: dict[str, Any] = {}
        for field in dataclasses.fields(cls):
            name = PREFIX + field.name.upper()
            text = environ.get(name, "").strip()
            if not text:
                if field.default is dataclasses.MISSING:
                    problems.append(f"{name} : ce réglage est obligatoire et il manque.")
                continue
            try:
                values[field.name] = _READERS.get(field.name, str)(text)
            except ValueError as wrong:
                problems.append(f"{name} : {wrong}")
        known = {PREFIX + field.name.upper() for field in dataclasses.fields(cls)}
        problems += [
            f"{name} : ce réglage n'existe pas (faute de frappe ?)."
            for name in sorted(environ)
            if name.startswith(PREFIX) and name not in known
        ]
        if values.get("oidc_issuer") and not (
            values.get("oidc_client") and values.get("oidc_secret")
        ):
            problems.append(
                "CIVIC_OIDC_ISSUER : il faut aussi CIVIC_OIDC_CLIENT et CIVIC_OIDC_SECRET."
            )
        if problems:
            raise BadSettings(problems)
        return cls(**values)


def _database(text: str) -> str:
    if not re.match(r"(sqlite:///|postgresql\+psycopg://)", text):
        raise ValueError(
            "l'adresse doit commencer par « sqlite:/// » ou « postgresql+psycopg:// »."
        )
    if text in {"sqlite:///", "sqlite:///:memory:"}:
        raise ValueError("une base en mémoire ne garde rien : donnez un fichier.")
    return text


def _secret(text: str) -> str:
    if len(text) < 32:
        raise ValueError("il faut au moins 32 caractères tirés au hasard.")
    return text


def _folder(text: str) -> Path:
    path = Path(text)
    if not path.is_absolute():
        raise ValueError("il faut un chemin absolu.")
    return path


def _mail(text: str) -> str:
    if text.startswith("folder:"):
        _folder(text.removeprefix("folder:"))
        return text
    parts = urlsplit(text)
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
        raise ValueError("il faut « smtp://serveur:port », « smtps://… » ou « folder:/dossier ».")
    return text


def _safe_url(text: str) -> str:
    """An https address, or http on this very machine."""
    parts = urlsplit(text)
    here = parts.hostname in {"127.0.0.1", "::1", "localhost"}
    if not parts.hostname or not (parts.scheme == "https" or (parts.scheme == "http" and here)):
        raise ValueError("il faut une adresse « https://… » (http seulement sur cette machine).")
    return text


def _sms(text: str) -> str:
    if text.startswith("folder:"):
        _folder(text.removeprefix("folder:"))
        return text
    return _safe_url(text)


def _prefixes(text: str) -> str:
    if not all(re.fullmatch(r"\+[1-9]\d{0,6}", one, re.ASCII) for one in text.split()):
        raise ValueError("il faut des débuts de numéros comme « +336 +337 », séparés d'espaces.")
    return " ".join(text.split())


def _base_url(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("il faut une adresse complète, « https://… ».")
    return text.rstrip("/")


def _yes(text: str) -> bool:
    answers = {"1": True, "oui": True, "0": False, "non": False}
    if text.lower() not in answers:
        raise ValueError("répondez « oui » ou « non ».")
    return answers[text.lower()]


def _number(least: int, most: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not text.isascii() or not text.isdigit() or not least <= int(text) <= most:
            raise ValueError(f"il faut un nombre entier de {least} à {most}.")
        return int(text)

    return read


_READERS: dict[str, Callable[[str], Any]] = {
    "database_url": _database,
    "secret_key": _secret,
    "vault": _folder,
    "uploads": _folder,
    "mail": _mail,
    "base_url": _base_url,
    "demo": _yes,
    "https": _yes,
    "proxies": _number(0, 5),
    "upload_limit": _number(100_000, 100_000_000),
    "session_minutes": _number(5, 60 * 24 * 30),
    "sms": _sms,
    "sms_prefixes": _prefixes,
    "oidc_issuer": lambda text: _safe_url(text).rstrip("/"),
    "reference_data": _folder,
}
