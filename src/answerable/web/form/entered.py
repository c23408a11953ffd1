"""What was typed into a form, and the command that it says; nothing typed is lost on the way.

What was typed is kept by the name of each input: words, or a list of words. What a command would
say is kept as JSON, as the desk keeps drafts; each can be made from the other.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from answerable.model.errors import Fault
from answerable.web.form.fields import DAY_PARTS, MOMENT_PARTS, Shape, Slot

Entered = Mapping[str, str | list[str]]

_NUMBER: Final = re.compile(r"-?\d{1,15}")
_DAY: Final = re.compile(r"(\d{4,})-(\d{2})-(\d{2})(?:T(\d{2}):(\d{2}):(\d{2})Z)?")
_PART: Final = re.compile(r"\d{1,4}")
_YES: Final = {"yes": True, "no": False}


def inputs(slot: Slot, languages: Sequence[str]) -> tuple[str, ...]:
    """Give the names of the inputs of a slot."""
    if slot.spoken:
        return tuple(f"{slot.name}.{code}" for code in languages)
    parts = {Shape.DAY: DAY_PARTS, Shape.MOMENT: MOMENT_PARTS}.get(slot.shape)
    return tuple(f"{slot.name}.{part}" for part in parts) if parts else (slot.name,)


def read(form: Mapping[str, Any], slots: Sequence[Slot], languages: Sequence[str]) -> Entered:
    """Take what was typed into the inputs of some slots; files are read where they are needed."""
    found: dict[str, str | list[str]] = {}
    for slot in slots:
        for name in inputs(slot, languages):
            if slot.shape is not Shape.FILE and name in form:
                found[name] = _typed(form[name], many=slot.shape is Shape.MANY)
    return found


def _typed(value: Any, *, many: bool) -> str | list[str]:
    given = [value] if isinstance(value, str) else value
    given = [_clean(each) for each in given if isinstance(each, str)]
    if many:
        return [each for each in given if each]
    return given[-1] if given else ""


def _clean(words: str) -> str:
    """Write it in the one way that entries do: line feeds, composed letters, no stray spaces."""
    plain = words.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    return unicodedata.normalize("NFC", plain).strip()


def said(
    slots: Sequence[Slot], entered: Entered, languages: Sequence[str]
) -> tuple[dict[str, Any], list[Fault]]:
    """Give what a command would say, and what cannot be said at all."""
    found: dict[str, Any] = {}
    faults: list[Fault] = []
    for slot in slots:
        value = _value(slot, entered, languages)
        if value is None:
            continue
        if isinstance(value, Fault):
            faults.append(value)
        else:
            _put(found, slot.name.split("."), value)
    return found, faults


def _put(found: dict[str, Any], path: list[str], value: Any) -> None:
    *above, last = path
    for each in above:
        found = found.setdefault(each, {})
    found[last] = value


def _value(slot: Slot, entered: Entered, languages: Sequence[str]) -> Any:
    if slot.spoken:
        words = {code: entered.get(f"{slot.name}.{code}", "") for code in languages}
        return {code: each for code, each in words.items() if each} or None
    if slot.shape in (Shape.DAY, Shape.MOMENT):
        return _moment(slot, entered)
    typed = entered.get(slot.name, "")
    if isinstance(typed, list):
        return [_number(each) if slot.numbers else each for each in typed] or None
    if not typed:
        return False if slot.shape is Shape.TICK and slot.needed else None
    return _one(slot, typed)


def _one(slot: Slot, typed: str) -> Any:
    if slot.shape is Shape.LINES:
        lines = [line.strip() for line in typed.split("\n") if line.strip()]
        return [_number(line) for line in lines] if slot.numbers else lines
    if slot.shape in (Shape.TICK, Shape.YES_NO):
        return _YES.get(typed, typed)
    return _number(typed) if slot.numbers else typed


def _number(typed: str) -> int | str:
    return int(typed) if _NUMBER.fullmatch(typed) and typed.isascii() else typed


def _moment(slot: Slot, entered: Entered) -> str | Fault | None:
    names = DAY_PARTS if slot.shape is Shape.DAY else MOMENT_PARTS
    parts = {part: str(entered.get(f"{slot.name}.{part}", "")) for part in names}
    if not any(parts.values()):
        return None
    if not all(_PART.fullmatch(each) and each.isascii() for each in parts.values()):
        return Fault(slot.name, "form.day")
    numbers = {part: int(each) for part, each in parts.items()}
    try:
        made = datetime(**numbers, tzinfo=UTC)
    except ValueError:
        return Fault(slot.name, "form.day")
    if slot.shape is Shape.DAY:
        return made.date().isoformat()
    return made.isoformat(timespec="seconds").replace("+00:00", "Z")


# Back again.


def entered_from(
    slots: Sequence[Slot], body: Mapping[str, Any], languages: Sequence[str]
) -> Entered:
    """Give what somebody would have typed to say this; the inverse of `said`."""
    found: dict[str, str | list[str]] = {}
    for slot in slots:
        value = _find(body, slot.name.split("."))
        if value is not None:
            found |= dict(_typed_for(slot, value, languages))
    return found


def _find(body: Any, path: list[str]) -> Any:
    for each in path:
        body = body.get(each) if isinstance(body, Mapping) else None
    return body


def _typed_for(
    slot: Slot, value: Any, languages: Sequence[str]
) -> Iterator[tuple[str, str | list[str]]]:
    if slot.spoken:
        words = value if isinstance(value, Mapping) else {languages[0]: value}
        yield from ((f"{slot.name}.{code}", str(each)) for code, each in words.items())
    elif slot.shape in (Shape.DAY, Shape.MOMENT):
        yield from _typed_parts(slot, value)
    elif isinstance(value, list | tuple):
        words_ = [str(each) for each in value]
        yield slot.name, words_ if slot.shape is Shape.MANY else "\n".join(words_)
    elif isinstance(value, bool):
        yield slot.name, "yes" if value else "no"
    else:
        yield slot.name, str(value)


def _typed_parts(slot: Slot, value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        yield from ((f"{slot.name}.{part}", str(each)) for part, each in value.items())
        return
    match = _DAY.fullmatch(str(value))
    if match:
        year, month, day, hour, minute, _ = match.groups()
        parts = {"day": day.lstrip("0"), "month": month.lstrip("0"), "year": year}
        if slot.shape is Shape.MOMENT:
            parts |= {"hour": hour or "00", "minute": minute or "00"}
        yield from ((f"{slot.name}.{part}", each) for part, each in parts.items())
