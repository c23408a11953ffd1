"""The actions as developers need them: by stage, each with its fields."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from answerable.model.command import ACTIONS, Action


@dataclass(frozen=True, slots=True)
class Field:
    """Something that an action is told.

    Attributes:
        shape: what it may be, in the notation of JSON.
        needed: whether it must be said.
    """

    name: str
    shape: str
    needed: bool


@dataclass(frozen=True, slots=True)
class Act:
    """One thing to do.

    Attributes:
        about: what it does.
        adds: the kinds of entry that may join the register.
    """

    action: str
    stage: str
    about: str
    fields: tuple[Field, ...]
    adds: tuple[str, ...]


def acts() -> tuple[Act, ...]:
    """Describe every action, in the order of the loop."""
    return tuple(_act(action) for action in ACTIONS.values())


def _act(action: Action) -> Act:
    schema = action.command.model_json_schema()
    return Act(
        action.verb,
        action.stage,
        " ".join((action.command.__doc__ or "").partition("\n\n")[0].split()),
        tuple(_fields(schema)),
        tuple(sorted(body.kind.name for body in action.yields)),
    )


def _fields(schema: dict[str, Any]) -> Iterator[Field]:
    needed = schema.get("required", ())
    for name, said in schema["properties"].items():
        yield Field(name, shape(said, schema.get("$defs", {})), name in needed)


def shape(said: dict[str, Any], known: dict[str, Any]) -> str:
    """Say briefly what a JSON Schema allows.

    >>> shape({"type": "array", "items": {"type": "string"}}, {})
    '[string]'
    >>> shape({"anyOf": [{"enum": ["low", "high"]}, {"type": "null"}]}, {})
    '"low" | "high" | null'
    """
    if "$ref" in said:
        return shape(known[said["$ref"].rpartition("/")[2]], known)
    for choice in ("anyOf", "oneOf"):
        if choice in said:
            return " | ".join(dict.fromkeys(shape(each, known) for each in said[choice]))
    if "enum" in said or "const" in said:
        return " | ".join(f'"{each}"' for each in said.get("enum", [said.get("const")]))
    if said.get("type") == "array":
        return f"[{shape(said.get('items', {}), known)}]"
    if said.get("type") == "object":
        return _object(said, known)
    return str(said.get("format") or said.get("type", "any"))


def _object(said: dict[str, Any], known: dict[str, Any]) -> str:
    if "properties" in said:
        return f"{{{', '.join(said['properties'])}}}"
    return f"{{name: {shape(said.get('additionalProperties', {}), known)}}}"
