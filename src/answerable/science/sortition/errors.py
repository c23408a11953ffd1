"""What can be wrong with a pool or its targets."""

from collections.abc import Sequence


class SortitionError(ValueError):
    """A draw that cannot be made: a code, and what a sentence about it needs.

    Attributes:
        faults: each of several things that are wrong; none where the code says it.
    """

    def __init__(
        self,
        code: str,
        faults: Sequence["SortitionError"] = (),
        /,
        **params: str | int | Sequence[str],
    ) -> None:
        self.code = code
        self.faults = tuple(faults)
        self.params = params
        super().__init__(code, params, *self.faults)


def refuse(faults: Sequence[SortitionError]) -> None:
    """Raise what is wrong, if anything is: one fault as it is, or all of several.

    Raises:
        SortitionError: the fault, or ``input.faults``.
    """
    if len(faults) == 1:
        raise faults[0]
    if faults:
        raise SortitionError("input.faults", faults)
