"""One checkpoint that a source shows, weighed against what is believed."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NoReturn

from answerable.evidence.seal import check_chain, open_seal, read_head, seals_from
from answerable.evidence.source import Source
from answerable.gateway.mirror.believed import Believed, Growth
from answerable.gateway.mirror.reading import read_entries
from answerable.model.errors import Broken
from answerable.model.organisation import OpenRegister
from answerable.model.state import State
from answerable.science.tlog import Checkpoint, TlogError, Verifier, open_note


@dataclass(frozen=True, slots=True)
class Pin:
    """Which register, as its people said it by another way.

    Attributes:
        origin: the name in its checkpoints.
        key: a verifier key that seals it, or did at any time.
    """

    origin: str
    key: str


@dataclass(frozen=True, slots=True)
class Accepted:
    """What an offer adds.

    Attributes:
        recent: the entries from the beginning of the first bundle that changes.
    """

    believed: Believed
    recent: tuple[bytes, ...]


class Offer:
    """A checkpoint and the entries under it."""

    def __init__(
        self, pin: Pin, mine: Believed, source: Source, checkpoint: bytes, now: datetime
    ) -> None:
        self._pin = pin
        self._mine = mine
        self._source = source
        self._checkpoint = checkpoint
        self._now = now

    def weigh(self) -> Accepted | None:
        """Give what is to be believed now, or nothing if the offer says nothing new.

        Raises:
            Broken: ``mirror.unreachable``; ``mirror.damaged``, the entries are not those of the
                checkpoint; ``mirror.seal``, it is not sealed by the register; ``mirror.older``;
                ``mirror.unsound``, it is sealed over entries that may not be there;
                ``mirror.fork``, it is sealed and no continuation of what is believed.
        """
        head, mine = self._head(), self._mine
        if head.size > mine.size:
            return self._longer(head)
        if mine.tree.root(head.size) != head.root:
            self._differs(head)
        if head.size < mine.size:
            raise Broken("mirror.older")
        return self._renewed()

    def _head(self) -> Checkpoint:
        try:
            head = read_head(self._checkpoint)
        except Broken as problem:
            raise Broken("mirror.seal", said=problem.code) from None
        if head.origin != self._pin.origin:
            raise Broken("mirror.seal", said="seal.origin")
        return head

    def _renewed(self) -> Accepted | None:
        """Take the time of a tree that is known."""
        mine = self._mine
        at = self._sealed_at(mine.state, ())
        if mine.sealed_at and at < mine.sealed_at:
            raise Broken("mirror.older")
        if at == mine.sealed_at:
            return None
        renewed = replace(mine, checkpoint=self._checkpoint, sealed_at=at, epoch=mine.epoch + 1)
        return Accepted(renewed, mine.tail)

    def _longer(self, head: Checkpoint) -> Accepted:
        """Take the entries that follow those that are known."""
        mine = self._mine
        recent = read_entries(self._source, mine.size, head.size)
        if tuple(recent[: len(mine.tail)]) != mine.tail:
            self._differs(head)
        growth = Growth(mine, recent)
        if growth.tree.root() != head.root:
            self._differs(head)
        return self._grown(growth)

    def _grown(self, growth: Growth) -> Accepted:
        """Believe entries that have the root in the checkpoint, if they are sound and sealed."""
        try:
            growth.take_in()
        except Broken:
            if not self._is_signed(growth.state):
                raise Broken("mirror.seal", said="seal.wrong") from None
            raise
        at = self._sealed_at(growth.state, growth.unvouched)
        return Accepted(growth.believed(self._checkpoint, at), growth.recent)

    def _sealed_at(self, state: State, unvouched: Collection[str]) -> datetime:
        try:
            at = open_seal(self._checkpoint, state, self._now)
            check_chain(state.get(OpenRegister, "register"), self._pin.key, unvouched)
        except Broken as problem:
            raise Broken("mirror.seal", said=problem.code) from None
        return at

    # What is no continuation.

    def _differs(self, head: Checkpoint) -> NoReturn:
        """Tell a fork from damage, and from what the register never sealed."""
        mine = self._mine
        if not mine.size:
            raise Broken("mirror.damaged", said="tree.root")
        signed = self._is_signed(mine.state)
        if head.size > mine.size or not signed:
            growth = self._afresh(head)
            if head.size > mine.size and growth.tree.root(mine.size) == mine.tree.root():
                raise Broken("mirror.damaged", said="file.changed")
            signed = signed or self._stands(growth)
        if signed:
            raise Broken("mirror.fork")
        raise Broken("mirror.seal", said="seal.wrong")

    def _afresh(self, head: Checkpoint) -> Growth:
        """Read everything, as somebody would who believes nothing yet."""
        growth = Growth(Believed(), read_entries(self._source, 0, head.size))
        if growth.tree.root() != head.root:
            raise Broken("mirror.damaged", said="tree.root")
        return growth

    def _stands(self, growth: Growth) -> bool:
        """Tell whether somebody who believes nothing yet would believe it."""
        try:
            self._grown(growth)
        except Broken:
            return False
        return True

    def _is_signed(self, state: State) -> bool:
        """Tell whether the pinned key signed the checkpoint, or one that came after it."""
        opened = state.find(OpenRegister, "register")
        try:
            keys = seals_from(opened, self._pin.key) if opened else (self._pin.key,)
        except Broken:
            keys = (self._pin.key,)
        return any(self._is_signed_by(key) for key in keys)

    def _is_signed_by(self, key: str) -> bool:
        try:
            open_note(self._checkpoint, [Verifier.from_vkey(key)])
        except TlogError:
            return False
        return True
