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
    """Give the text of every file that is asked for, and what is wrong with the others."""
    found: dict[str, str] = {}
    faults: list[Fault] = []
    for slot in slots:
        if slot.shape is Shape.FILE:
            given = form.get(slot.name)
            if given is None and not slot.needed:
                continue
            text = _read(slot.name, given)
            if isinstance(text, Fault):
                faults.append(text)
            else:
                found[slot.name] = text
    return found, faults


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
