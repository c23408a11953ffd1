"""Files that were chosen in a form, read as text."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from answerable.model.errors import Fault
from answerable.web.form.fields import Shape, Slot
from answerable.web.forms import Upload

MOST: Final = 8 * 1024 * 1024
"""Enough for a pool of some ten thousand volunteers."""


def read_files(
    form: Mapping[str, Any], slots: Sequence[Slot]
) -> tuple[dict[str, str], list[Fault]]:
    """Give the text of every file that is needed or given, and what is wrong with the others."""
    found: dict[str, str] = {}
    faults: list[Fault] = []
    for slot in slots:
        given = form.get(slot.name)
        if slot.shape is Shape.FILE and (slot.needed or isinstance(given, Upload)):
            text = _read(slot.name, given)
            if isinstance(text, Fault):
                faults.append(text)
            else:
                found[slot.name] = text
    return found, faults


FILE_OF: Final = "{name}.file"
"""The name of the input for a file, beside the box into which a table can be pasted."""


def taken(form: Mapping[str, Any], slots: Sequence[Slot]) -> Mapping[str, Any]:
    """Give a form in which every table that came as a file stands as if it had been pasted.

    What is no text is left for `unread`.
    """
    found = dict(form)
    for slot in slots:
        given = form.get(FILE_OF.format(name=slot.name))
        text = _read(slot.name, given) if isinstance(given, Upload) else None
        if slot.shape is Shape.TABLE and isinstance(text, str):
            found[slot.name] = text
    return found


def unread(form: Mapping[str, Any], slots: Sequence[Slot]) -> list[Fault]:
    """Give what is wrong with files that hold tables."""
    found = (
        _read(slot.name, given)
        for slot in slots
        if slot.shape is Shape.TABLE
        and isinstance(given := form.get(FILE_OF.format(name=slot.name)), Upload)
    )
    return [each for each in found if isinstance(each, Fault)]


def _read(name: str, given: Any) -> str | Fault:
    if not isinstance(given, Upload):
        return Fault(name, "field.missing")
    if not given.data.strip():
        return Fault(name, "file.empty")
    if len(given.data) > MOST:
        return Fault(name, "file.large")
    try:
        text = given.data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return Fault(name, "file.text")
    return Fault(name, "file.text") if "\x00" in text else text
