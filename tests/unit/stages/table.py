"""Cases for the rules: what is said, after what, and the code with which it is refused."""

import ast
import importlib
import inspect
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from tests.worlds import World, again, before

from answerable.model import proposal, reasons
from answerable.model.actor import Role
from answerable.model.command import Command
from answerable.model.entry import Body
from answerable.model.errors import AnswerableError
from answerable.model.state import Builder, Record
from answerable.science import sortition

Step = Callable[[World], object]


@dataclass(frozen=True)
class Case:
    """Something said before a kind is first said in the story; with a code, it is refused."""

    kind: type[Body]
    code: str = ""
    first: tuple[Step, ...] = ()
    body: Body | Command | None = None
    by: tuple[str, Role] | None = None
    at: datetime | None = None
    without: Callable[[Any], bool] | None = None
    changes: dict[str, Any] = field(default_factory=dict)

    def world(self) -> World:
        world = before(self.kind, without=self.without)
        for step in self.first:
            step(world)
        return world

    def said(self, world: World) -> Body:
        if isinstance(self.body, Body):
            return world.pinned(again(self.body, **self.changes), self.changes)
        return world.body(self.body, **self.changes)

    @property
    def name(self) -> str:
        if isinstance(self.body, Command):
            return f"{self.code} {self.body.verb()}".strip()
        said = type(self.body) if self.body else self.kind
        return f"{self.code} {said.kind.name}".strip()


def refused(code: str, kind: type[Body], *first: Step, **how: Any) -> Case:
    """Name the code, the kind, what comes first, and how what is said differs."""
    named = {name: how.pop(name) for name in ("body", "by", "at", "without") if name in how}
    return Case(kind, code, first, changes=how, **named)


def allowed(kind: type[Body], *first: Step, **how: Any) -> Case:
    return refused("", kind, *first, **how)


def each(cases: list[Case]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("case", cases, ids=[case.name for case in cases])


def judge(case: Case) -> None:
    """The rule gives the code, and nothing is admitted; or everything is as it should be."""
    world = case.world()
    org, role = case.by or (world.line.org, world.line.role)
    at = case.at or world.line.at
    if isinstance(case.body, Command) and case.code:
        with pytest.raises(AnswerableError) as refusal:
            world.check(case.said(world), org=org, at=at)
        assert refusal.value.code == case.code
        return
    body = case.said(world)
    if not case.code:
        world.say(body, org=org, role=role, at=at)
        return
    size = world.state.size
    with pytest.raises(AnswerableError) as refusal:
        world.check(body, org=org, at=at)
    assert refusal.value.code == case.code
    if size:
        with pytest.raises(AnswerableError):
            world.say(body, org=org, role=role, at=at)
    assert world.state.size == size


# What may come first.


def usual(world: World) -> None:
    """What the story says next, so that the case says it again."""
    world.tell()


def empty(world: World) -> None:
    """A state in which there is nothing."""
    world.state = Builder()


def put(*records: Record) -> Step:
    """Records, as if entries had told them."""

    def step(world: World) -> None:
        for record in records:
            world.state.put(record)

    return step


def say(body: Body, by: tuple[str, Role]) -> Step:
    """Another entry."""
    return lambda world: world.say(world.pinned(body, {}), org=by[0], role=by[1])


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


# What the source can refuse.


def codes_of(stage: str) -> set[str]:
    """Read every code that a stage can raise out of its source."""
    room = importlib.import_module(f"answerable.stages.{stage}")
    parts = pkgutil.iter_modules(getattr(room, "__path__", []), f"{room.__name__}.")
    modules = [room, *(importlib.import_module(part.name) for part in parts)]
    return {
        code
        for module in modules
        for code in _codes(ast.parse(inspect.getsource(module)), vars(module))
    }


def _codes(tree: ast.AST, names: dict[str, Any]) -> list[str]:
    return [
        code
        for call in ast.walk(tree)
        if isinstance(call, ast.Call)
        for code in _codes_of_call(call, names)
    ]


def _codes_of_call(call: ast.Call, names: dict[str, Any]) -> list[str]:
    match call:
        case ast.Call(func=ast.Name(id=name), args=[code, *_]) if name in _RAISES:
            return _codes_named(code)
        case ast.Call(
            func=ast.Attribute(value=ast.Name(id="state"), attr="free" | "get" as what),
            args=[ast.Name(id=kind), *_],
        ):
            return [f"{names[kind].noun}.{'taken' if what == 'free' else 'unknown'}"]
        case ast.Call(func=ast.Name(id="open_proposal")):
            return _codes_in(proposal.open_proposal)
        case ast.Call(func=ast.Name(id="ground")):
            return [code for name in ("ground", "_here", "_kept") for code in _in_reasons(name)]
    return []


_RAISES = ("Refused", "Missing", "Invalid", "Forbidden", "invalid", "_within")


def _codes_named(code: ast.expr) -> list[str]:
    match code:
        case ast.Constant(value=str(said)):
            return [said]
        case ast.Attribute(value=ast.Name(id="problem"), attr="code"):
            return sortition_codes()
        case ast.Name(id="code"):
            return []  # in `_within`, whose callers name the code
    raise AssertionError(f"a code that nobody can read: {ast.unparse(code)}")


def _codes_in(function: Callable[..., object]) -> list[str]:
    tree = ast.parse(inspect.getsource(function))
    return _codes(tree, vars(inspect.getmodule(function)))


def _in_reasons(name: str) -> list[str]:
    return _codes_in(getattr(reasons, name))


def sortition_codes() -> list[str]:
    """Read every code of the draw that the stage uses out of its source."""
    room = Path(sortition.__file__).parent
    return [
        call.args[0].value
        for name in (
            "conflict",
            "equal",
            "formats",
            "population",
            "replacement",
            "rules",
            "sheets",
            "targets",
        )
        for call in ast.walk(ast.parse((room / f"{name}.py").read_text()))
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Name)
        and call.func.id == "SortitionError"
    ]
