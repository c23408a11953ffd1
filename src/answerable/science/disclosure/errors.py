"""What can be wrong with a table to be protected."""

from collections.abc import Sequence


class DisclosureError(ValueError):
    """A table that cannot be protected: a code, and what a sentence about it needs.

    The parameters hold names of columns and sizes, never a value or a count of the table.
    """

    def __init__(self, code: str, /, **params: str | int | Sequence[str]) -> None:
        self.code = code
        self.params = params
        super().__init__(code, params)
