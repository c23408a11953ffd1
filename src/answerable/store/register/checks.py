"""What a register checks of what it is handed, before it looks at what it has."""

from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from itertools import groupby

from answerable.model.errors import Broken, Conflict, Invalid
from answerable.store.register.protocol import LONGEST_ENTRY, Record, Seal


def check_appendable(records: Sequence[Record], blobs: Mapping[str, bytes]) -> None:
    """Refuse what no register may hold.

    Raises:
        Invalid: ``append.empty``, ``entry.too_long`` or ``blob.mismatched``.
    """
    if not records:
        raise Invalid("append.empty")
    for record in records:
        if len(record.data) > LONGEST_ENTRY:
            raise Invalid("entry.too_long", size=len(record.data), most=LONGEST_ENTRY)
    for digest, content in blobs.items():
        if sha256(content).hexdigest() != digest:
            raise Invalid("blob.mismatched", digest=digest)


def check_expected(expected: int, size: int) -> None:
    """Refuse to append to a register that has moved.

    Raises:
        Conflict: ``register.moved``, with both sizes.
    """
    if size != expected:
        raise Conflict("register.moved", expected=expected, size=size)


def command_ranges(start: int, records: Sequence[Record]) -> Iterator[tuple[str, range]]:
    """Tell which indices each command's records will have, the first being at `start`."""
    for command_id, group in groupby(records, key=lambda record: record.command_id):
        stop = start + sum(1 for _ in group)
        yield command_id, range(start, stop)
        start = stop


def check_seal(last: Seal | None, seal: Seal, size: int) -> None:
    """Refuse a seal that no honest signer could have made.

    Raises:
        Broken: ``seal.smaller``, ``seal.different`` or ``seal.ahead``, with both sizes.
    """
    if seal.size > size:
        raise Broken("seal.ahead", sealed=seal.size, size=size)
    if last is None:
        return
    if seal.size < last.size:
        raise Broken("seal.smaller", sealed=last.size, size=seal.size)
    if seal.size == last.size and seal.root != last.root:
        raise Broken("seal.different", size=seal.size)
