"""What is believed of a register, and entries that are about to be."""

from collections.abc import Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from answerable.evidence.entry import check_authority, check_place, check_signatures
from answerable.evidence.seal import unvouched_seal
from answerable.gateway.mirror.once import check_once
from answerable.gateway.mirror.reading import bundle_start
from answerable.model.entry import Entry, Unknown, check_exact, read_entry, read_not_understood
from answerable.model.errors import AnswerableError, Broken, Invalid
from answerable.model.state import Builder, Record, State
from answerable.science.tlog import TlogError, Tree, leaf_hashes


@dataclass(frozen=True, slots=True)
class Believed:
    """All that was accepted, at one moment. None of it changes: what comes next is another value.

    Attributes:
        tail: the entries of the last bundle, unless it is full.
        unknown_names: every name in entries that this software does not understand.
        checkpoint: the signed note.
        sealed_at: the time in it.
        epoch: grows by one with everything accepted.
    """

    state: State = field(default_factory=Builder)
    tree: Tree = field(default_factory=Tree)
    tail: tuple[bytes, ...] = ()
    unknown_names: frozenset[str] = frozenset()
    checkpoint: bytes | None = None
    sealed_at: datetime | None = None
    epoch: int = 0

    @property
    def size(self) -> int:
        """How many entries."""
        return self.tree.size


class Growth:
    """Entries that follow what is believed, taken in beside it: nobody sees half of them.

    Attributes:
        recent: the entries from the beginning of the first bundle that changes.
        tree: has their hashes, whatever they say.
        state: what they add up to, as far as they are taken in.
        unvouched: seals that stewards brought in among them, without the word of the one before.
    """

    def __init__(self, after: Believed, recent: Sequence[bytes]) -> None:
        self._after = after
        self.recent = tuple(recent)
        self._new = recent[len(after.tail) :]
        self.tree = deepcopy(after.tree)
        self.tree.extend(leaf_hashes(self._new))
        self.state = copied(after.state)
        self.unvouched: set[str] = set()
        self._names: set[str] = set()

    def take_in(self) -> None:
        """Check every entry as far as that can be done without the rules, and take it in.

        Raises:
            Broken: ``mirror.unsound``, with the entry and what is wrong with it.
        """
        for index, data in enumerate(self._new, self._after.size):
            try:
                self._take(index, data)
            except AnswerableError as problem:
                raise Broken("mirror.unsound", index=index, said=problem.code) from None
            except TlogError:
                raise Broken("mirror.unsound", index=index, said="key.form") from None
            # The rules are for verifiers, so what an entry is applied to may be anything.
            except Exception:  # noqa: BLE001
                raise Broken("mirror.unsound", index=index, said="entry.form") from None

    def _take(self, index: int, data: bytes) -> None:
        entry = _read(data, index)
        check_exact(entry)
        check_place(self.state, entry)
        if isinstance(entry.body, Unknown):
            self._names.update(names_in(entry, entry.body))
        else:
            check_authority(self.state, entry)
            check_signatures(self.state, entry)
            check_once(self.state, entry.meaning)
        unvouched = unvouched_seal(self.state, entry)
        if unvouched is not None:
            self.unvouched.add(unvouched)
        self.state.apply(entry)

    def believed(self, checkpoint: bytes, sealed_at: datetime) -> Believed:
        """Give what is believed once all of it is, and sealed."""
        size, names = self.tree.size, self._after.unknown_names
        return Believed(
            state=self.state,
            tree=self.tree,
            tail=self.recent[len(self.recent) - (size - bundle_start(size)) :],
            unknown_names=names | self._names if self._names else names,
            checkpoint=checkpoint,
            sealed_at=sealed_at,
            epoch=self._after.epoch + 1,
        )


def _read(data: bytes, index: int) -> Entry:
    """Read an entry; a kind that is known, said in words that are not, is not understood either.

    Raises:
        Invalid: ``entry.json`` or ``entry.form``.
    """
    try:
        return read_entry(data, index)
    except Invalid as problem:
        if problem.code != "entry.form":
            raise
        return read_not_understood(data, index)


def names_in(entry: Entry, body: Unknown) -> Iterator[str]:
    """Give every name in an entry that is not understood, and each half of a ``kind:name``."""
    said = entry.envelope
    yield said.org
    yield from (signature.key for signature in said.signatures)
    rest: list[Any] = [body.said]
    while rest:
        match rest.pop():
            case str() as text:
                yield from (text, *text.split(":"))
            case dict() as pairs:
                rest += (*pairs, *pairs.values())
            case list() as values:
                rest += values


def copied(state: State) -> Builder:
    """Give a copy that shares nothing but frozen records; some milliseconds for 100,000 entries.

    A chain of forks would be quicker to make and slower to ask, and a gateway asks far more often.
    """
    copy = Builder()
    for kind in _kinds(Record):
        copy.table(kind).update(state.table(kind))
    copy.belonging.update(state.belonging)
    copy.commands.update(state.commands)
    copy.size, copy.last_at = state.size, state.last_at
    copy.last_command, copy.last_said = state.last_command, state.last_said
    copy.unknown = list(state.unknown)
    return copy


def _kinds(kind: type[Record]) -> Iterator[type[Record]]:
    for each in kind.__subclasses__():
        yield each
        yield from _kinds(each)
