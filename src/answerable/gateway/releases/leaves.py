"""What a gateway's log says, line by line: the public half of each release, and what came of it.

A leaf is one line of canonical JSON without its newline. Nothing in it is about a person: what is,
stays in the private half, to which a release has only a commitment.
"""

import json
from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from json.encoder import encode_basestring
from typing import Any, Final, Literal, NamedTuple, TypeAlias

from answerable.model.base import moment_text
from answerable.model.errors import Invalid

Leaf: TypeAlias = Mapping[str, Any]
"""A line, read: always ``v``, ``what`` and ``at``."""

How: TypeAlias = Literal["sent", "hung-up", "stopped", "failed"]
"""How an answer ended: in full; the caller went away; the gateway stopped it; something broke."""

_OUTLINES: Final = 1024
_IS_RELEASE: Final = b'"v":1,"what":"release"}'
_IS_SENT: Final = b'"v":1,"what":"sent"}'
_IS_OPENED: Final = b'"v":1,"what":"opened"}'
# A quotation mark inside a text is always escaped, so these occur as fields or not at all.
_IS_ALLOWED: Final = b'"outcome":"allowed"'
_IS_EMERGENCY: Final = b'"emergency":true'


@dataclass(frozen=True, slots=True)
class Release:
    """One answer or one refusal: its public half, as the caller knows it.

    Never put what an unknown caller wrote into a name: leave out an agreement or a dataset that
    there is none of.

    Attributes:
        outcome: what was decided.
        agreement: nothing for open data, or when the agreement asked for is not known.
        dataset: nothing when it is not known.
        pattern: the way of asking.
        recipient: the organisation; nothing when nobody proved who they are.
        purpose: as the agreement names it.
        codes: why it was refused.
        by: the names of the limits that decided.
        emergency: whether only a declared emergency opened it.
        rows: how many will be given, if that is known beforehand.
    """

    outcome: Literal["allowed", "refused"]
    agreement: str | None = None
    dataset: str | None = None
    pattern: str | None = None
    recipient: str | None = None
    purpose: str | None = None
    codes: tuple[str, ...] = ()
    by: tuple[str, ...] = ()
    emergency: bool = False
    rows: int | None = None

    @property
    def allowed(self) -> bool:
        """Whether something leaves."""
        return self.outcome == "allowed"

    @property
    def of_nobody(self) -> bool:
        """Whether it is a refusal of somebody unknown, of whom there may be any number."""
        return self.agreement is None and self.recipient is None and not self.allowed


class Outline(NamedTuple):
    """The line of a release, but for its moment, number and commitment, which go in between."""

    to_at: bytes
    to_number: bytes
    to_private: bytes
    to_end: bytes


@lru_cache(maxsize=_OUTLINES)
def outline(release: Release) -> Outline:
    """Write all that is known of a line before it is recorded; releases repeat, so they are kept.

    Raises:
        Invalid: ``releases.text`` when a text holds half a character.
    """
    said = release
    emergency = "true" if said.emergency else "false"
    rows = "null" if said.rows is None else str(said.rows)
    to_at = f'{{"agreement":{_text(said.agreement)},"at":"'
    to_number = (
        f'","by":{_texts(said.by)},"codes":{_texts(said.codes)},"dataset":{_text(said.dataset)},'
        f'"emergency":{emergency},"number":'
    )
    to_private = f',"outcome":"{said.outcome}","pattern":{_text(said.pattern)},"private":'
    to_end = (
        f',"purpose":{_text(said.purpose)},"recipient":{_text(said.recipient)},'
        f'"rows":{rows},"v":1,"what":"release"}}'
    )
    try:
        return Outline(to_at.encode(), to_number.encode(), to_private.encode(), to_end.encode())
    except UnicodeEncodeError:
        raise Invalid("releases.text") from None


def _text(value: str | None) -> str:
    return "null" if value is None else encode_basestring(value)


def _texts(values: Sequence[str]) -> str:
    return f"[{','.join(map(encode_basestring, values))}]"


def release_line(said: Outline, at: bytes, number: int, commitment: str | None) -> bytes:
    """Write the line of a release.

    Args:
        said: what the release says.
        at: the moment of recording, as text.
        number: the index of the leaf.
        commitment: hexadecimal; nothing when there is no private half.
    """
    private = b'"%b"' % commitment.encode() if commitment else b"null"
    return b"%b%b%b%d%b%b%b" % (
        said.to_at,
        at,
        said.to_number,
        number,
        said.to_private,
        private,
        said.to_end,
    )


def sent_line(at: bytes, of: Sequence[tuple[int, int, How]]) -> bytes:
    """Write how answers ended: for each its number, the rows given, and how."""
    each = ",".join([f'[{number},{rows},"{how}"]' for number, rows, how in of])
    return b'{"at":"%b","of":[%b],"v":1,"what":"sent"}' % (at, each.encode())


def opened_line(at: bytes, unfinished: Sequence[int]) -> bytes:
    """Write that the log was opened, and which answers are not known to have been sent."""
    each = ",".join(map(str, unfinished))
    return b'{"at":"%b","unfinished":[%b],"v":1,"what":"opened"}' % (at, each.encode())


def unlisted_line(at: bytes, of: int) -> bytes:
    """Write how many refusals of unknown callers were counted and not listed."""
    return b'{"at":"%b","of":%d,"v":1,"what":"unlisted"}' % (at, of)


def read_leaf(line: bytes) -> dict[str, Any]:
    """Read a line.

    Raises:
        ValueError: it is no line of a log of releases.
    """
    said = json.loads(line)
    if not isinstance(said, dict) or said.get("v") != 1 or not {"what", "at"} <= said.keys():
        raise ValueError
    return said


def check_leaf(line: bytes, number: int) -> None:
    """See that a line can be read, and is the one with that number.

    Raises:
        ValueError: it is not.
    """
    if read_leaf(line).get("number", number) != number:
        raise ValueError


def at_of(leaf: Leaf) -> datetime:
    """Give the moment of a leaf, in UTC."""
    return datetime.fromisoformat(leaf["at"]).astimezone(UTC)


def first_from(moment: datetime, read: Callable[[int], bytes], size: int) -> int:
    """Give the number of the first leaf recorded at a moment or later; times never decrease."""
    return bisect_left(
        range(size), moment_text(moment), key=lambda number: str(read_leaf(read(number))["at"])
    )


def is_allowed(line: bytes) -> bool:
    """Tell without reading it whether a line is a release that was allowed."""
    return line.endswith(_IS_RELEASE) and _IS_ALLOWED in line


def is_emergency(line: bytes) -> bool:
    """Tell without reading it whether a line is a release asked for in an emergency."""
    return line.endswith(_IS_RELEASE) and _IS_EMERGENCY in line


class Unfinished:
    """The answers that a log, read from its start, does not know to have ended."""

    def __init__(self) -> None:
        self._numbers: set[int] = set()

    def follow(self, number: int, line: bytes) -> None:
        """Take note of the next line.

        Raises:
            ValueError: it is no line of a log of releases.
        """
        if is_allowed(line):
            self._numbers.add(number)
        elif line.endswith(_IS_SENT):
            self._numbers.difference_update(ended for ended, _, _ in read_leaf(line)["of"])
        elif line.endswith(_IS_OPENED):
            self._numbers.clear()  # it named them itself

    def numbers(self) -> list[int]:
        """Give their numbers, in order."""
        return sorted(self._numbers)
