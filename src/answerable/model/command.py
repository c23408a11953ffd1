"""Actions: what an actor may ask for, and how it becomes entries.

An action is declared once, with ``@action``: a flat frozen command and a function that yields
bodies. Every door (Python, command line, later pages and API) is made from that declaration.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import UnionType
from typing import Annotated, Any, ClassVar, Literal, Protocol, TypeVar, Union, get_args, get_origin

from pydantic import ValidationError

from answerable.model.actor import Actor
from answerable.model.base import BlobRef, Frozen, invalid
from answerable.model.entry import Body, Entry, parse_json
from answerable.model.errors import AnswerableError, Invalid, Missing
from answerable.model.state import State
from answerable.model.text import Text


class Command(Frozen):
    """What somebody asks for. Flat, or laid out by hand on the page it names."""

    page: ClassVar[str | None] = None

    @classmethod
    def verb(cls) -> str:
        """Name the action as every door does.

        >>> class AddBenefit(Command): "As an example."
        >>> AddBenefit.verb()
        'add-benefit'
        """
        return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", cls.__name__).lower()


class Kept(Protocol):
    """A private record as an action reads it back."""

    @property
    def ref(self) -> str:
        """Its opaque reference."""

    @property
    def salt(self) -> bytes:
        """What hides it in its commitment."""

    @property
    def body(self) -> Any:
        """What it holds."""


class Context(Protocol):
    """What an action may reach besides the state: the time, chance, the private store."""

    actor: Actor
    now: datetime

    def random(self, size: int) -> bytes:
        """Give bytes nobody can guess."""

    def keep(self, subject: str, ref: str, body: dict[str, Any]) -> str:
        """Put personal data in the vault; give the commitment that an entry may hold."""

    def entry(self, index: int) -> Entry:
        """Read back an entry."""

    def kept(self, subject: str) -> Sequence[Kept]:
        """Read back what was kept about a subject."""

    def blob(self, content: bytes, media: str) -> BlobRef:
        """Publish content too large for an entry."""

    def published(self, ref: BlobRef) -> bytes:
        """Read back what was published."""


C = TypeVar("C", bound=Command)
ActionFunction = Callable[[State, C, Context], Iterator[Body]]


@dataclass(frozen=True, slots=True)
class Action:
    """One thing an actor may do in a stage.

    Attributes:
        prepare: long work that is done, and remembered, before the register is held still.
    """

    command: type[Command]
    yields: tuple[type[Body], ...]
    run: Callable[[State, Any, Context], Iterator[Body]]
    stage: str
    prepare: Callable[[State, Any, Context], None] | None = None

    @property
    def verb(self) -> str:
        """Its name at every door."""
        return self.command.verb()


ACTIONS: dict[str, Action] = {}


def action_of(name: str) -> Action:
    """Give an action by its name.

    Raises:
        Missing: ``command.unknown``.
    """
    found = ACTIONS.get(name)
    if found is None:
        raise Missing("command.unknown", name=name)
    return found


def read_json(text: bytes, most: int) -> dict[str, Any]:
    """Read a JSON object of at most so many bytes.

    Raises:
        Invalid: ``command.large`` or ``command.json``.
    """
    if len(text) > most:
        raise Invalid("command.large", most=most)
    try:
        return parse_json(text)
    except Invalid:
        raise Invalid("command.json") from None


def read_command(action: Action, text: bytes, most: int) -> Command:
    """Read a command from JSON.

    Raises:
        Invalid: ``command.large``, ``command.json``, or ``command.invalid`` with every fault.
    """
    read_json(text, most)
    try:
        return action.command.model_validate_json(text)
    except ValidationError as problem:
        raise invalid("command.invalid", problem, command=action.verb) from None


def _stage(module: str) -> str:
    """Name the stage that a module is, or is a part of."""
    _, below, found = module.partition(".stages.")
    return found.partition(".")[0] if below else module.rpartition(".")[2]


def action(
    command: type[C],
    *yields: type[Body],
    prepare: Callable[[State, C, Context], None] | None = None,
) -> Callable[[ActionFunction[C]], ActionFunction[C]]:
    """Declare what a command does; ``yields`` names the kinds of entry it may add."""

    def declare(run: ActionFunction[C]) -> ActionFunction[C]:
        ACTIONS[command.verb()] = Action(command, yields, run, _stage(run.__module__), prepare)
        return run

    return declare


def says(command: type[C], body: type[Body]) -> None:
    """Declare a command that says one body with the same fields, and nothing else."""

    def run(_state: State, said: Command, _ctx: Context) -> Iterator[Body]:
        yield body.from_(said)

    run.__module__ = command.__module__
    action(command, body)(run)


_SCALARS = (str, int, bool, bytes, Text)


def is_flat(command: type[Command]) -> bool:
    """Tell whether a form can be made from the fields alone."""
    return all(_flat(field.annotation) for field in command.model_fields.values())


def _flat(wanted: Any) -> bool:
    origin = get_origin(wanted)
    if origin is Annotated:
        return _flat(get_args(wanted)[0])
    if origin in (Union, UnionType):
        return all(_flat(part) for part in get_args(wanted) if part is not type(None))
    if origin is Literal:
        return True
    if origin in (tuple, dict):
        return all(_flat(part) for part in get_args(wanted) if part is not Ellipsis)
    return isinstance(wanted, type) and (
        issubclass(wanted, _SCALARS) or wanted.__module__ == "datetime"
    )


Rule = Callable[[State, Any, "Said"], None]


@dataclass(frozen=True, slots=True)
class Said:
    """Who says a body, and when: what a rule may know besides the state."""

    org: str
    at: datetime


RULES: dict[type[Body], tuple[str, Rule]] = {}


def rule(*bodies: type[Body]) -> Callable[[Rule], Rule]:
    """Declare what the state must allow before bodies of these kinds may be said.

    Rules judge entries, not commands: the same rule refuses an action and, years later, convicts
    a forged entry. They belong to the kind *and version* of the body they are declared for.
    """

    def declare(check: Rule) -> Rule:
        for body in bodies:
            RULES[body] = (_stage(check.__module__), check)
        return check

    return declare


def twin(check: Rule) -> Callable[[State, Any, Said], bool]:
    """Give the boolean twin of a check, for a page that shows what is possible."""

    def can(state: State, body: Any, said: Said) -> bool:
        try:
            check(state, body, said)
        except AnswerableError:
            return False
        return True

    return can


def bodies_of(actions: Iterable[Action]) -> frozenset[type[Body]]:
    """Give every kind that some action can say."""
    return frozenset(body for act in actions for body in act.yields)
