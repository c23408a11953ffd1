"""The envelope of every public statement. It cannot change; `docs/adr/0002` says why."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, Literal, NamedTuple, NoReturn, TypeVar, cast

from pydantic import Field, ValidationError

from answerable.model.actor import Role
from answerable.model.base import ActorRef, CommandId, Frozen, Moment, Slug, invalid
from answerable.model.errors import Invalid
from answerable.model.signing import SignatureText, canonical
from answerable.model.text import words

MOST_BYTES = 32_768
"""An entry is at most 32 KiB; larger public content is a blob."""

_SIGNED_PREFIX = b"answerable/entry/v1\n"


class Kind(NamedTuple):
    """What an entry says, and in which version of its words."""

    name: str
    version: int = 1


class Body(Frozen):
    """What an entry says. A subclass declares its ``kind`` and is known by it for ever."""

    kind: ClassVar[Kind]

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        """Remember the class by kind and version."""
        super().__pydantic_init_subclass__(**kwargs)
        if "kind" in cls.__dict__:
            if cls.kind in KINDS:
                raise TypeError(f"{cls.kind} is declared twice")
            KINDS[cls.kind] = cls

    def public_words(self) -> Iterator[tuple[str, str]]:
        """Give every string that somebody chose, with its JSON pointer; all are checked.

        The pointer of a sentence in one language ends in the language.
        """
        yield from words(self)

    def upcast(self) -> "Body":
        """Say the same in the newest version of the kind; stored bytes stay as they are."""
        return self


KINDS: dict[Kind, type[Body]] = {}


def newest(name: str) -> type[Body]:
    """Give a kind in its newest version: the one that is said today, and that states hold."""
    return KINDS[max(kind for kind in KINDS if kind.name == name)]


B = TypeVar("B", bound=Body)


class Signature(Frozen):
    """A signature over the envelope without its signatures."""

    key: str = Field(pattern=r"^[0-9a-f]{32}$")
    sig: SignatureText


class Envelope(Frozen, Generic[B]):
    """Who said what, when, for whom; the order of fields is that of the canonical form."""

    v: Literal[1]
    kind: str = Field(pattern=r"^[a-z]+(\.[a-z_]+)+$")
    kind_version: int = Field(ge=1)
    register_id: str = Field(pattern=r"^[0-9a-f]{32}$")
    at: Moment
    org: Slug
    role: Role
    actor_ref: ActorRef
    command_id: CommandId
    body: B
    signatures: tuple[Signature, ...] = Field(max_length=20)

    def plain(self) -> dict[str, Any]:
        """Give the JSON object that is stored."""
        return self.model_dump(mode="json", exclude_none=True)

    def to_sign(self) -> bytes:
        """Give the bytes a signature is over: prefix, then everything but the signatures."""
        said = self.plain()
        del said["signatures"]
        return _SIGNED_PREFIX + canonical(said)

    def signed(self, *signatures: Signature) -> "Envelope[B]":
        """Give the same envelope with one or more signatures added."""
        return self.with_(signatures=self.signatures + signatures)

    def to_bytes(self) -> bytes:
        """Write the envelope once, canonically.

        Raises:
            Invalid: ``entry.long`` above 32 KiB.
        """
        data = canonical(self.plain())
        if len(data) > MOST_BYTES:
            raise Invalid("entry.long", kind=self.kind, size=len(data), most=MOST_BYTES)
        return data


class Unknown(Body):
    """The body of a kind or version that this software does not know. It is kept, not guessed."""

    said: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Entry:
    """One permanent public statement that something happened."""

    index: int
    envelope: Envelope[Any]
    data: bytes

    @property
    def body(self) -> Body:
        """What was said, in the version in which it was said."""
        return cast(Body, self.envelope.body)

    @property
    def meaning(self) -> Body:
        """The same in the newest version of its kind; only its form, words and rule are its own."""
        return self.body.upcast()

    @property
    def kind(self) -> Kind:
        """The kind and version."""
        return Kind(self.envelope.kind, self.envelope.kind_version)


def _no_float(text: str) -> NoReturn:
    raise ValueError(f"{text} is no whole number")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    said = dict(pairs)
    if len(said) != len(pairs):
        raise ValueError("a name is used twice")
    return said


_JSON = json.JSONDecoder(parse_float=_no_float, parse_constant=_no_float, object_pairs_hook=_once)


def parse_json(data: bytes) -> dict[str, Any]:
    """Read a JSON object without floats and without a name used twice.

    Raises:
        Invalid: ``entry.json``.
    """
    try:
        said = _JSON.decode(data.decode())
    except (ValueError, RecursionError):
        raise Invalid("entry.json") from None
    if not isinstance(said, dict):
        raise Invalid("entry.json")
    return said


def read_entry(data: bytes, index: int) -> Entry:
    """Read stored bytes; a kind or version not known here becomes `Unknown`.

    Raises:
        Invalid: ``entry.json`` or ``entry.form``, with each fault.
    """
    said = parse_json(data)
    try:
        kind = Kind(said["kind"], said["kind_version"])
        shape = _shape(kind)
        return Entry(index, shape(data) if shape else _unknown(said), data)
    except ValidationError as problem:
        raise invalid("entry.form", problem, index=str(index)) from None
    except (KeyError, TypeError):
        raise Invalid("entry.json", index=index) from None


def read_not_understood(data: bytes, index: int) -> Entry:
    """Read stored bytes as if their kind were not known here.

    Raises:
        Invalid: ``entry.json`` or ``entry.form``: not even the envelope can be read.
    """
    try:
        return Entry(index, _unknown(parse_json(data)), data)
    except ValidationError as problem:
        raise invalid("entry.form", problem, index=str(index)) from None
    except KeyError:
        raise Invalid("entry.json", index=index) from None


def _unknown(said: dict[str, Any]) -> Envelope[Unknown]:
    body = {"said": said["body"]}
    return Envelope[Unknown].model_validate_json(canonical({**said, "body": body}))


_SHAPES: dict[Kind, Callable[[bytes], Envelope[Any]]] = {}


def _shape(kind: Kind) -> Callable[[bytes], Envelope[Any]] | None:
    if kind not in _SHAPES:
        if kind not in KINDS:
            return None
        body: Any = KINDS[kind]
        _SHAPES[kind] = Envelope[body].model_validate_json
    return _SHAPES[kind]


def check_exact(entry: Entry) -> None:
    """Refuse bytes that are not the one canonical form of what they say.

    Raises:
        Invalid: ``entry.canonical``, ``entry.long``.
    """
    if len(entry.data) > MOST_BYTES:
        raise Invalid("entry.long", kind=entry.envelope.kind, size=len(entry.data), most=MOST_BYTES)
    said = parse_json(entry.data) if isinstance(entry.body, Unknown) else entry.envelope.plain()
    if canonical(said) != entry.data:
        raise Invalid("entry.canonical", index=entry.index)
