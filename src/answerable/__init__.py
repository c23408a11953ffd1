"""Public data sharing, shaped by the public and open to anyone to check.

>>> from answerable import Loop
>>> Loop.__name__
'Loop'
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from answerable.loop import Loop

__all__ = ["Loop"]


def __getattr__(name: str) -> Any:
    """Load a room only when somebody steps into it: a gateway never wakes the stages."""
    if name == "Loop":
        from answerable.loop import Loop  # noqa: PLC0415 - that is the point

        return Loop
    raise AttributeError(name)
