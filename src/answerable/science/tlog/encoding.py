"""What the C2SP texts are made of: lines, and base 64 with one spelling for each value."""

import re
from base64 import b64decode, b64encode
from typing import Final

_NOT_IN_A_LINE: Final = re.compile("[\x00-\x1f\ud800-\udfff]")


def to_base64(data: bytes) -> str:
    """Encode with padding and without line breaks (RFC 4648 section 4)."""
    return b64encode(data).decode("ascii")


def from_base64(text: str) -> bytes | None:
    """Decode the spelling that `to_base64` gives; None for any other text."""
    try:
        data = b64decode(text, validate=True)
    except ValueError:
        return None
    # Stray bits before the padding would give one value several spellings.
    return data if to_base64(data) == text else None


def is_printable_line(text: str) -> bool:
    """Tell whether text is a line: UTF-8 can carry it, and it has no ASCII control character."""
    return _NOT_IN_A_LINE.search(text) is None
