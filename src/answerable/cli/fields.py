"""Options made from the fields of a flat command, and a command made from what was typed."""

import json
import re
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

import click
from pydantic.fields import FieldInfo

from answerable.model import command
from answerable.model.command import Action, Command
from answerable.model.errors import Fault, Invalid
from answerable.model.text import Text

_LANGUAGE = re.compile(r"^([a-z]{2,3})=(.*)$", re.DOTALL)
MOST_BYTES = 8 * 1024 * 1024
"""A command is at most 8 MiB: enough for a pool of some ten thousand volunteers."""


def read_json(text: bytes) -> dict[str, Any]:
    """Read a JSON object.

    Raises:
        Invalid: ``command.large`` or ``command.json``.
    """
    return command.read_json(text, MOST_BYTES)


def read_command(action: Action, text: bytes) -> Command:
    """Read a command from JSON.

    Raises:
        Invalid: ``command.large``, ``command.json``, or ``command.invalid`` with every fault.
    """
    return command.read_command(action, text, MOST_BYTES)


def options(action: Action) -> list[click.Option]:
    """Make an option for each field."""
    return [_option(name, field) for name, field in action.command.model_fields.items()]


def typed(action: Action, given: dict[str, Any]) -> Command:
    """Make the command from the options that were typed; all faults come at once."""
    said: dict[str, Any] = {}
    faults: list[Fault] = []
    for name, field in action.command.model_fields.items():
        value = given.get(name)
        if value is None or value == ():
            continue
        try:
            said[name] = _value(name, _plain(field.annotation), value)
        except Invalid as problem:
            faults += problem.faults
    try:
        made = read_command(action, json.dumps(said).encode())
    except Invalid as problem:
        named = {fault.field for fault in faults}
        faults += [fault for fault in problem.faults if fault.field not in named]
        raise Invalid("command.invalid", faults, command=action.verb) from None
    if faults:
        raise Invalid("command.invalid", faults, command=action.verb)
    return made


def _plain(wanted: Any) -> Any:
    """Strip constraints and 'or nothing' from a type."""
    origin = get_origin(wanted)
    if origin is Annotated:
        return _plain(get_args(wanted)[0])
    if origin in (Union, UnionType):
        return _plain(next(part for part in get_args(wanted) if part is not type(None)))
    return wanted


def _option(name: str, field: FieldInfo) -> click.Option:
    wanted = _plain(field.annotation)
    flag = f"--{name.replace('_', '-')}"
    needed = "" if not field.is_required() else " (needed)"
    if wanted is bool:
        return click.Option([f"{flag}/--no-{flag[2:]}", name], default=None, help=needed.strip())
    origin = get_origin(wanted)
    many = wanted is Text or origin in (tuple, dict)
    shape = "WORDS" if wanted is Text else "NAME=VALUE" if origin is dict else _shape(wanted)
    hint = "words, or cy=words for another language" if wanted is Text else ""
    if origin is tuple:
        hint = "repeat for more"
    return click.Option([flag, name], multiple=many, metavar=shape, help=f"{hint}{needed}".strip())


def _shape(wanted: Any) -> str:
    choices = (
        get_args(wanted) if get_origin(wanted) else getattr(wanted, "__members__", {}).values()
    )
    if choices and all(isinstance(choice, str) for choice in choices):
        return "|".join(choices)
    return {int: "NUMBER"}.get(wanted, "TEXT")


def _value(name: str, wanted: Any, value: Any) -> Any:
    if wanted is Text:
        said = [_spoken(_file(name, words)) for words in value]
        if len(dict(said)) < len(said):
            raise Invalid("command.invalid", [Fault(name, "field.repeated")])
        return dict(said)
    if get_origin(wanted) is tuple:
        inner = _plain(get_args(wanted)[0])
        return [_value(name, inner, item) for item in value]
    if get_origin(wanted) is dict:
        return dict(_pair(name, item) for item in value)
    if wanted is int:
        return int(value) if re.fullmatch(r"-?\d{1,15}", value) else value
    return _file(name, value) if isinstance(value, str) else value


def _spoken(words: str) -> tuple[str, str]:
    match = _LANGUAGE.match(words)
    return (match[1], match[2]) if match else ("en", words)


def _pair(name: str, item: str) -> tuple[str, str]:
    key, equals, value = item.partition("=")
    if not equals:
        raise Invalid("command.invalid", [Fault(name, "field.pair", {"given": item})])
    return key, value


def _file(name: str, value: str) -> str:
    """Read the file behind ``@path``; anything else is the value itself."""
    if not value.startswith("@"):
        return value
    try:
        data = Path(value[1:]).read_bytes()
    except OSError:
        raise Invalid("command.invalid", [Fault(name, "field.file", {"path": value[1:]})]) from None
    if len(data) > MOST_BYTES:
        raise Invalid("command.large", most=MOST_BYTES)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        fault = Fault(name, "field.encoding", {"field": name, "byte": problem.start})
        raise Invalid("command.invalid", [fault]) from None
