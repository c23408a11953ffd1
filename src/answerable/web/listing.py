"""Long lists, part by part."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from answerable.model.errors import Invalid
from answerable.web.call import Call

MOST: Final = 999_999_999


@dataclass(frozen=True, slots=True)
class Part:
    """One page of a list.

    Attributes:
        first: the place of its first in the whole list, from 1; nought where there is nothing.
    """

    page: int
    pages: int
    total: int
    first: int
    last: int


def part(page: int, total: int, size: int) -> Part:
    """Tell which part of a list a page is.

    >>> part(2, 60, 25)
    Part(page=2, pages=3, total=60, first=26, last=50)
    >>> part(1, 0, 25)
    Part(page=1, pages=1, total=0, first=0, last=0)

    Raises:
        Invalid: ``page.number`` beyond the last.
    """
    pages = max(1, -(-total // size))
    if page > pages:
        raise Invalid("page.number", name="page", most=pages)
    first = (page - 1) * size
    return Part(page, pages, total, first + bool(total), min(first + size, total))


def whole_number(call: Call, name: str) -> int | None:
    """Give a whole number from nought that was asked for, if one was.

    Raises:
        Invalid: ``page.whole``.
    """
    said = call.asked(name)
    if not said:
        return None
    if not (said.isascii() and said.isdigit() and int(said[:40]) <= MOST):
        raise Invalid("page.whole", name=name)
    return int(said[:40])


def address(path: str, asked: Iterable[tuple[str, object]]) -> str:
    """Give the address of a page with what is asked for; what is empty is left out.

    >>> address("/record", [("kind", ""), ("until", 7)])
    '/record?until=7'
    """
    query = urlencode([(name, str(value)) for name, value in asked if value not in ("", None)])
    return f"{path}?{query}" if query else path
