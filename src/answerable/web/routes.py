"""Every page, with its access, in one table."""

from enum import StrEnum
from typing import Final, NamedTuple

from answerable.web.call import View
from answerable.web.pages import front


class Access(StrEnum):
    """Who may see a page."""

    ANYONE = "anyone"


class Row(NamedTuple):
    """One page.

    Attributes:
        path: without the language; parts in braces are names.
    """

    method: str
    path: str
    access: Access
    view: View


TABLE: Final = (Row("GET", "/", Access.ANYONE, front.front),)
