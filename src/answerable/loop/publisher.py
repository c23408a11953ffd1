"""Seal the register, and put its public files in place. A signer never signs another tree."""

from contextlib import AbstractContextManager
from pathlib import Path

from answerable.loop.keyring import Keyring
from answerable.model.clock import Clock
from answerable.model.errors import Broken
from answerable.model.organisation import OpenRegister
from answerable.model.state import State
from answerable.science.tlog import Checkpoint, NoteSigner, Tree, sign
from answerable.store.files import lock
from answerable.store.public import PublicFiles
from answerable.store.register import BlobView, Register, Seal


class Publisher:
    """Seals and publishes one register, in turn with every other process that does."""

    def __init__(self, workspace: Path, register: Register, keyring: Keyring, clock: Clock) -> None:
        self._lock = workspace / ".sealing"
        self._public = PublicFiles(workspace / "public")
        self._register = register
        self._keyring = keyring
        self._clock = clock

    def alone(self) -> AbstractContextManager[bool]:
        """Wait until no other process seals or publishes."""
        return lock(self._lock)

    def publish(self, state: State, tree: Tree, *, repair: bool, renew: bool) -> Seal:
        """Seal a tree, if it was not, and publish it; to be called while `alone`.

        Args:
            state: what the entries add up to.
            tree: the entries.
            repair: compare every file, and write what is missing or altered.
            renew: seal the same tree again with the present time, so that gateways see that the
                register is looked after.

        Raises:
            Missing: ``register.unknown`` if it was never opened.
            Broken: ``seal.smaller`` or ``seal.different`` if the register is not a continuation of
                what was sealed before; ``key.missing``; or the files cannot be written.
        """
        seal = self._seal(state, tree, renew=renew)
        self._public.publish(
            tree,
            self._register.read,
            BlobView(self._register, seal.size),
            seal.note,
            seal.size,
            repair=repair,
        )
        return seal

    def _seal(self, state: State, tree: Tree, *, renew: bool) -> Seal:
        opened = state.get(OpenRegister, "register")
        if tree.size != state.size:
            raise Broken("seal.ahead", sealed=state.size, size=tree.size)
        last = self._register.sealed()
        if last:
            _check_continues(last, tree)
            if last.size == state.size and not renew:
                return last
        head = Checkpoint(opened.origin, state.size, tree.root(state.size))
        now = max(self._clock.now(), state.last_at or self._clock.now())
        signers: list[NoteSigner] = [
            self._keyring.log(opened.log_key),
            self._keyring.time(opened.time_key).at(int(now.timestamp())),
        ]
        seal = Seal(head.size, head.root, sign(head.text, signers))
        self._register.seal(seal)
        return seal


def _check_continues(last: Seal, tree: Tree) -> None:
    if tree.size < last.size:
        raise Broken("seal.smaller", sealed=last.size, size=tree.size)
    if tree.root(last.size) != last.root:
        raise Broken("seal.different", size=last.size)
