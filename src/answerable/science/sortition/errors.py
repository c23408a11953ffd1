"""What can be wrong with a pool or its targets."""

from collections.abc import Sequence


class SortitionError(ValueError):
    """A draw that cannot be made: a code, and what a sentence about it needs."""

    def __init__(self, code: str, /, **params: str | int | Sequence[str]) -> None:
        self.code = code
        self.params = params
        super().__init__(code, params)
