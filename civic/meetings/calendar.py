"""A meeting as an iCalendar file (RFC 5545): UTC hours, lines folded at 75 bytes, CRLF."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from civic.meetings.models import Meeting


def ics(one: Meeting, *, council: str, link: str, host: str, stamp: datetime) -> str:
    """The file of one meeting. `link` is its page, `host` the site's name for its identifier."""
    status = {"cancelled": "CANCELLED", "planned": "TENTATIVE"}.get(one.status, "CONFIRMED")
    ends_at = one.starts_at + timedelta(minutes=one.minutes_length)
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//civic//reunions//FR",
        "METHOD:PUBLISH",
        "BEGIN:VEVENT",
        f"UID:reunion-{one.id}@{host}",
        f"DTSTAMP:{_instant(stamp)}",
        f"DTSTART:{_instant(one.starts_at)}",
        f"DTEND:{_instant(ends_at)}",
        f"SEQUENCE:{one.revision}",
        f"STATUS:{status}",
        f"SUMMARY:{_escaped(f'{council} : {one.title}')}",
        f"LOCATION:{_escaped(one.place)}",
        f"DESCRIPTION:{_escaped(one.agenda)}",
        f"URL:{link}",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return "".join(f"{_folded(line)}\r\n" for line in lines)


def _instant(value: datetime) -> str:
    return value.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _escaped(text: str) -> str:
    for before, after in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\n", "\\n")):
        text = text.replace(before, after)
    return text


def _folded(line: str) -> str:
    """A content line cut so that no piece is longer than 75 bytes, never inside a character."""
    pieces, piece = [], b""
    for character in line:
        encoded = character.encode()
        if len(piece) + len(encoded) > 75:
            pieces.append(piece)
            piece = b" "
        piece += encoded
    return b"\r\n".join([*pieces, piece]).decode()
