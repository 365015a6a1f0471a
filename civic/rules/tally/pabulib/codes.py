"""Votes as bytes: one for each project chosen, and one after each vote.

While votes are read, a project's byte is its code: codes rise with the projects' places and leave
out the bytes at which `expandtabs` begins a cell or a line. In a ballot it is the place itself.
"""

from __future__ import annotations

END = b"\t"  # after a vote in codes
PAD = b" "
CODES = bytes(code for code in range(1, 256) if code not in b"\t\n\r ")  # by place

PLACE_END = b"\xff"  # after a vote in places
TO_PLACES = bytes.maketrans(CODES + END, bytes(range(len(CODES))) + PLACE_END)
