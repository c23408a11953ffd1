"""What every command needs: the workspace it works in, and who is acting."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from answerable.loop import Loop
from answerable.model.actor import Actor, Role
from answerable.model.errors import Invalid, Missing


@dataclass(frozen=True, slots=True)
class Session:
    """The workspace and the actor as named on the command line."""

    workspace: Path
    acting: str | None

    @contextmanager
    def loop(self, *, new: bool = False, acting: bool = True) -> Iterator[Loop]:
        """Open the workspace; whoever only looks leaves the public files as they are.

        Raises:
            Missing: ``register.unknown`` if nothing is there, unless it is to be new.
        """
        if not new and not (self.workspace / "register.sqlite3").exists():
            raise Missing("register.unknown", name=str(self.workspace))
        with Loop(self.workspace, publishing=acting) as loop:
            yield loop

    def actor(self, loop: Loop) -> Actor:
        """Give who acts, as named by ``--as``.

        Raises:
            Invalid: ``actor.text``.
        """
        role, at, organisation = (self.acting or "").partition("@")
        if not at or role not in set(Role):
            raise Invalid("actor.text")
        return loop.actor(Role(role), organisation)
