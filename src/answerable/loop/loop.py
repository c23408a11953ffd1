"""The Loop: acts on one register, keeps its private rooms in step, and publishes it."""

import hashlib
import hmac
import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import RLock
from typing import Any, Self

from pydantic import ValidationError

from answerable.audit.admission import admit
from answerable.loop.context import ActionContext
from answerable.loop.keyring import Keyring
from answerable.loop.publisher import Publisher
from answerable.loop.signers import sign
from answerable.loop.volunteers import VolunteerRooms
from answerable.model.actor import Actor, Role
from answerable.model.base import invalid
from answerable.model.clock import Clock, SystemClock
from answerable.model.command import ACTIONS, Action, Command
from answerable.model.entry import Body, Entry, Envelope, read_entry
from answerable.model.errors import AnswerableError, Broken, Conflict, Missing, Refused
from answerable.model.organisation import (
    OpenRegister,
    Organisation,
    RegisterOpened,
    register_id,
)
from answerable.model.roles import check_may
from answerable.model.signing import canonical
from answerable.model.state import Builder, State, fold
from answerable.model.status import Status, status
from answerable.model.translation import in_language
from answerable.science.tlog import Receipt, Tree
from answerable.store.desk import Desk
from answerable.store.files import private_directory
from answerable.store.register import Record, Register, Seal, SqliteRegister
from answerable.store.vault import Vault

_TRIES = 50
_CHUNK = 1_000


class Loop(VolunteerRooms):
    """Every action over one register.

    A workspace is a directory: ``register.sqlite3``, ``vault.sqlite3``, ``desk.sqlite3``,
    ``keys/`` and ``public/``. Any number of processes may open the same one.
    """

    def __init__(
        self,
        workspace: Path,
        *,
        clock: Clock | None = None,
        chance: Callable[[int], bytes] = secrets.token_bytes,
        publishing: bool = True,
    ) -> None:
        """Open a workspace, or begin one; sweep what a crash left behind, and publish again.

        Args:
            workspace: the directory.
            clock: where the time comes from; the machine's by default.
            chance: gives bytes nobody can guess.
            publishing: whether each act is published at once; without it call `publish`.
        """
        private_directory(workspace)
        self.workspace = workspace
        self.clock = clock or SystemClock()
        self.keyring = Keyring(workspace / "keys")
        self.desk = Desk(workspace / "desk.sqlite3")
        self._register: Register = SqliteRegister(workspace / "register.sqlite3")
        self._publisher = Publisher(workspace, self._register, self.keyring, self.clock)
        self._vault = Vault(workspace / "vault.sqlite3")
        self._chance = chance
        self._publishing = publishing
        self._state = Builder()
        self._tree = Tree()
        self._turn = RLock()
        self._vault.sweep(lambda command_id: self._register.find(command_id) is not None)
        if publishing and self._register.size():
            self._mend()

    def _mend(self) -> None:
        try:
            self.publish(repair=True)
        except Broken as problem:
            if problem.code != "key.missing":  # else a lost seal could never be replaced here
                raise

    def close(self) -> None:
        """Let go of every file."""
        self._register.close()
        self._vault.close()
        self.desk.close()

    def __enter__(self) -> Self:
        """Close at the end of the block."""
        return self

    def __exit__(self, *details: object) -> None:
        self.close()

    # What is so.

    @property
    def state(self) -> State:
        """What all entries so far add up to, those of other processes too."""
        self._catch_up()
        return self._state

    @contextmanager
    def still(self) -> Iterator[State]:
        """Hold the register still: give what all entries add up to, and let nothing be added to it.

        For whoever walks through records while others act.
        """
        with self._turn:
            self._read_on()
            yield self._state

    def status(self) -> Status:
        """What the state means now."""
        return status(self.state, self.clock.now())

    def entries(self, start: int = 0, stop: int | None = None) -> Iterator[Entry]:
        """Give entries in order."""
        stop = self._register.size() if stop is None else stop
        for begin in range(start, stop, _CHUNK):
            read = self._register.read(begin, min(begin + _CHUNK, stop))
            yield from (read_entry(data, begin + place) for place, data in enumerate(read))

    def entry(self, index: int) -> Entry:
        """Give one entry.

        Raises:
            Missing: ``entry.unknown``.
        """
        found = list(self.entries(index, index + 1)) if 0 <= index < self._register.size() else []
        if not found:
            raise Missing("entry.unknown", name=index)
        return found[0]

    def told_in(self, language: str) -> State:
        """What all entries add up to, with translations in place: for reading, not for deciding."""
        return fold(in_language(self.entries(), self.state, language))

    def blob(self, digest: str) -> bytes:
        """Give public content too large for an entry.

        Raises:
            Missing: ``blob.unknown``.
        """
        return self._register.blob(digest)

    def proof(self, index: int) -> Receipt:
        """Give the evidence that an entry is in the register as it was last sealed.

        Raises:
            Missing: ``entry.unknown`` or ``entry.unsealed``.
        """
        self.entry(index)
        sealed = self._register.sealed()
        if sealed is None or index >= sealed.size:
            raise Missing("entry.unsealed", name=index)
        self._catch_up()
        return Receipt(index, self._tree.inclusion(index, sealed.size), sealed.note)

    def sealed(self) -> Seal | None:
        """Give the last seal, if the register was ever sealed."""
        return self._register.sealed()

    def root(self, size: int) -> bytes:
        """Give the root of the register as it was with its first entries.

        Raises:
            Missing: ``entry.unknown`` if there are not so many.
        """
        self._catch_up()
        if not 0 <= size <= self._tree.size:
            raise Missing("entry.unknown", name=size)
        return self._tree.root(size)

    # Acting.

    def act(
        self, command: Command, actor: Actor, *, command_id: str | None = None
    ) -> tuple[Entry, ...]:
        """Carry a command out: all of its entries join the register, or none does.

        The same ``command_id`` again gives the entries of the first time and changes nothing.

        Raises:
            Forbidden: the actor may not do this.
            Refused: the state does not allow it; ``command.reused`` if the id belongs to another
                command.
            Missing: it names something that does not exist.
            Invalid: the command cannot be understood, or its entries would be too large.
            Conflict: ``register.busy`` if others were faster fifty times.
            Broken: nothing could be written; but ``public.behind`` if the entries were recorded
                and only the public files could not follow.
        """
        if command_id is None or self._register.find(command_id) is None:
            self.ready(command, actor)
        with self._turn:
            return self._act(command, actor, command_id)

    def rehearse(self, command: Command, actor: Actor) -> None:
        """Refuse what would be refused as things are; nothing joins the register or the vault.

        Raises:
            Forbidden: the actor may not do this.
            Refused: the state does not allow it.
            Missing: it names something that does not exist.
            Invalid: the command cannot be understood, or its entries would be too large.
            Broken: a key that would have to sign is not here.
        """
        self.ready(command, actor)
        with self._turn, self._vault.session():
            self._prepare(ACTIONS[command.verb()], command, actor, "rehearsal")

    def ready(self, command: Command, actor: Actor) -> None:
        """Do what takes long, and remember it, while others may still act.

        Whatever is wrong with the command shows when it is acted on.
        """
        action = ACTIONS[command.verb()]
        if action.prepare is None:
            return
        state = self.state
        with suppress(AnswerableError):
            self._check_may(state, action, command, actor)
            action.prepare(state, command, self._context(state, actor))

    def _act(self, command: Command, actor: Actor, command_id: str | None) -> tuple[Entry, ...]:
        action = ACTIONS[command.verb()]
        command_id = command_id or f"c{self._chance(12).hex()}"  # no sign before: not a telephone
        receipt = self._receipt(command, actor)
        with self._vault.session():
            for _ in range(_TRIES):
                done = self._done(command_id, receipt, action, actor)
                if done:
                    return done
                entries, context = self._prepare(action, command, actor, command_id)
                if self._note(command_id, receipt) and self._keep(entries, context, command_id):
                    break
            else:
                raise Conflict("register.busy", tries=_TRIES)
        if self._publishing:
            self._publish_now()
        return entries

    def _publish_now(self) -> None:
        try:
            self.publish()
        except Broken as problem:
            raise Broken("public.behind", because=problem.code) from problem

    def _done(
        self, command_id: str, receipt: str, action: Action, actor: Actor
    ) -> tuple[Entry, ...] | None:
        found = self._register.find(command_id)
        if found is None:
            return None
        entries = tuple(self.entries(found.start, found.stop))
        known = self.desk.receipt(command_id)
        if known != receipt and (known or not _same(entries[0], action, actor)):
            raise Refused("command.reused", command_id=command_id)
        return entries

    def _note(self, command_id: str, receipt: str) -> bool:
        if self.desk.note_receipt(command_id, receipt) != receipt:
            raise Refused("command.reused", command_id=command_id)
        return True

    def _receipt(self, command: Command, actor: Actor) -> str:
        said = {
            "verb": command.verb(),
            "command": command.model_dump(mode="json"),
            "actor": actor.model_dump(mode="json"),
        }
        return hmac.new(
            self.keyring.secret("receipts"), canonical(said), hashlib.sha256
        ).hexdigest()

    def _prepare(
        self, action: Action, command: Command, actor: Actor, command_id: str
    ) -> tuple[tuple[Entry, ...], ActionContext]:
        state = self.state.fork()
        if not state.size and RegisterOpened not in action.yields:
            raise Missing("register.unknown", name=self.workspace.name)
        self._check_may(state, action, command, actor)
        context = self._context(state, actor)
        entries = []
        try:
            for body in action.run(state, command, context):
                entry = self._entry(state, body, context, command_id)
                admit(state, entry)
                state.apply(entry)
                entries.append(entry)
        except ValidationError as problem:
            raise invalid("command.invalid", problem, command=action.verb) from None
        return tuple(entries), context

    def _check_may(self, state: State, action: Action, command: Command, actor: Actor) -> None:
        if state.size:
            state.get(Organisation, actor.organisation)
        for body_kind in action.yields:
            check_may(state, body_kind.kind.name, command, actor.role, actor.organisation)

    def _context(self, state: State, actor: Actor) -> ActionContext:
        now = max(self.clock.now(), state.last_at or self.clock.now())
        return ActionContext(actor, now, self._chance, self._vault, self.entry, self.blob)

    def _entry(self, state: State, body: Body, context: ActionContext, command_id: str) -> Entry:
        opened = state.find(OpenRegister, "register")
        envelope = Envelope[Any](
            v=1,
            kind=body.kind.name,
            kind_version=body.kind.version,
            register_id=opened.register_id if opened else register_id(body),  # type: ignore[arg-type]
            at=context.now,
            org=context.actor.organisation,
            role=context.actor.role,
            actor_ref=context.actor.ref,
            command_id=command_id,
            body=body,
            signatures=(),
        )
        signed = sign(state, self.keyring, envelope)
        return Entry(state.size, signed, signed.to_bytes())

    def _keep(self, entries: Sequence[Entry], context: ActionContext, command_id: str) -> bool:
        """Vault first, then the register; a lost race leaves neither."""
        kept = context.keeping
        try:
            self._vault.put(kept, pending=command_id)
        except Conflict:
            return False  # another process is carrying the same command out
        try:
            self._register.append(
                entries[0].index,
                [Record(command_id, entry.data) for entry in entries],
                context.blobs,
            )
        except Exception as problem:
            for record in kept:
                self._vault.erase(record.ref)
            if isinstance(problem, Conflict):
                return False
            raise
        if kept:
            self._vault.settle(command_id)
        return True

    def _catch_up(self) -> None:
        with self._turn:
            self._read_on()

    def _read_on(self) -> None:
        size = self._register.size()
        for begin in range(self._state.size, size, _CHUNK):
            stop = min(begin + _CHUNK, size)
            for entry in self.entries(begin, stop):
                self._state.apply(entry)
            hashes = self._register.leaf_hashes(begin, stop)
            self._tree.extend(hashes[at : at + 32] for at in range(0, len(hashes), 32))

    # Publishing.

    def publish(self, *, repair: bool = False, renew: bool = False) -> Seal:
        """Seal the register as it is, and put its files in ``public/``.

        Args:
            repair: compare every file, and write what is missing or altered.
            renew: date the seal anew although nothing was added: gateways rely on a register only
                so long after its seal.

        Raises:
            Missing: ``register.unknown`` if it was never opened.
            Broken: ``seal.smaller`` or ``seal.different`` if the register is not a continuation of
                what was sealed before; ``key.missing``; or the files cannot be written.
        """
        with self._turn, self._publisher.alone():
            return self._publisher.publish(self.state, self._tree, repair=repair, renew=renew)

    # Who acts.

    def actor(self, role: Role, organisation: str, person: str = "") -> Actor:
        """Give an actor with an opaque reference that only this workspace can make.

        Args:
            role: what they act as.
            organisation: for whom.
            person: tells people of one organisation and role apart; never leaves this machine.
        """
        said = f"{role}@{organisation}/{person}".encode()
        made = hmac.new(self.keyring.secret("actors"), said, hashlib.sha256).hexdigest()
        return Actor(role=role, organisation=organisation, ref=f"a-{made[:16]}")


def _same(entry: Entry, action: Action, actor: Actor) -> bool:
    """Tell whether an entry may be of that action and actor, when no receipt can tell."""
    said = entry.envelope
    who = (said.org, said.role, said.actor_ref) == (actor.organisation, actor.role, actor.ref)
    return who and type(entry.meaning) in action.yields
