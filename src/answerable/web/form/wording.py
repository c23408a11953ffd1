"""What a form says: titles, questions, hints, what can be chosen, what is wrong."""

from typing import Any, Final

from answerable.model.errors import Fault
from answerable.web.form.fields import Shape, Slot
from answerable.words import say, words

_NAMES: Final = frozenset(
    {"area_column", "column", "columns", "purposes", "source", "subject_column", "values"}
)
_AMOUNTS: Final = frozenset({"baseline", "measured"})
_MISSING: Final = frozenset({"field.missing", "field.short", "text.empty"})
_CHOSEN: Final = frozenset({Shape.CHOICE, Shape.SELECT, Shape.MANY, Shape.YES_NO})
_DAYS: Final = frozenset({"form.day", "time.zone"})


class Wording:
    """The words of forms in one language; a name with spaces where there are none."""

    def __init__(self, language: str) -> None:
        self._language = language
        self._words: dict[str, Any] = words("forms", language)

    def kind(self, verb: str) -> tuple[str, str]:
        """Give the title of a form and what it does."""
        title, about = self._words["kinds"].get(verb, (_plain(verb), ""))
        return title, about

    def field(self, verb: str, name: str) -> tuple[str, str]:
        """Give the label of a question, and the hint."""
        fields = self._words["fields"]
        found = fields.get(f"{verb}.{name}") or fields.get(name) or (_plain(name), "")
        return found[0], found[1]

    def choice(self, name: str, value: str) -> str:
        """Say a value of a closed set."""
        return str(self._words["choices"].get(f"{name}.{value}", _plain(value)))

    def part(self, name: str) -> str:
        """Name a part of a question: of a day, or a language."""
        return str(self._words["parts"].get(name, name))

    def fault(self, slot: Slot, label: str, fault: Fault) -> str:
        """Say what is wrong with an answer."""
        label = label.rstrip("?")
        template = self._words["faults"].get(_name_of(slot, fault.code))
        if template is None:
            return f"{label}: {say(fault.code, fault.params, self._language).says}"
        least, most = slot.bounds
        told = template.format(least=least or 0, most=most or "", found=self._found(fault))
        return f"{label}: {told}"

    def _found(self, fault: Fault) -> str:
        found = fault.params.get("found", ())
        names = (found,) if isinstance(found, str) else found
        if not isinstance(names, list | tuple):
            return ""
        return ", ".join(str(self._words["parts"].get(f"found.{n}", n)) for n in names)


def _plain(name: str) -> str:
    said = name.replace("_", " ").replace("-", " ").strip("/ ")
    return said[:1].upper() + said[1:]


def _name_of(slot: Slot, code: str) -> str:
    """Name the sentence for a fault, by what was asked."""
    if code in _DAYS:
        return "day"
    if code in _MISSING:
        return _missing(slot)
    if code == "field.choice":
        return "tick" if slot.shape is Shape.TICK else "choose"
    if code == "field.pattern":
        return _pattern(slot)
    if code == "field.wrong":
        return _number(slot) if slot.numbers else "wrong"
    return code.partition(".")[2] if code.startswith(("file.", "text.")) else code


def _missing(slot: Slot) -> str:
    if slot.shape in (Shape.DAY, Shape.MOMENT):
        return "day"
    if slot.shape is Shape.FILE:
        return "file"
    return "choose" if slot.shape in _CHOSEN else "fill"


def _number(slot: Slot) -> str:
    least, most = slot.bounds
    if least is not None and most is not None:
        return "number_between"
    return "number"


def _pattern(slot: Slot) -> str:
    if slot.label in _AMOUNTS:
        return "amount"
    return "column_name" if slot.label in _NAMES else "name"
