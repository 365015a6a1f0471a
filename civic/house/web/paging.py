"""Pages of long lists."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from urllib.parse import urlencode

from flask import request
from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """A page of a list: its rows, its number from 1, how many pages and rows there are."""

    rows: Sequence[Row]
    number: int
    pages: int
    total: int

    def url(self, number: int) -> str:
        """The address of another page of the same list, filters kept."""
        args = {**request.args.to_dict(), "page": str(number)}
        return f"{request.path}?{urlencode(args)}"


def page_number() -> int:
    """The page asked for in the address, 1 when it makes no sense."""
    text = request.args.get("page", "1")
    return min(int(text), 100_000) if text.isascii() and text.isdigit() and int(text) > 0 else 1


def paged(session: Session, query: Select[Any], *, per: int = 24) -> Page[Any]:
    """The asked-for page of `query`'s rows: two statements, however many rows there are."""
    total = session.scalar(select(func.count()).select_from(query.order_by(None).subquery())) or 0
    pages = max(1, -(-total // per))
    number = min(page_number(), pages)
    rows = session.execute(query.limit(per).offset((number - 1) * per)).all()
    return Page(rows, number, pages, total)
