"""A form for any command, asked of one actor: its questions, and the command that answers say."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final, get_args

from pydantic import BaseModel, ValidationError

from answerable.model.base import invalid
from answerable.model.command import ACTIONS, Command
from answerable.model.errors import AnswerableError, Fault, Invalid
from answerable.model.limits import Limit
from answerable.model.organisation import OpenRegister
from answerable.model.personal import CHECKERS
from answerable.model.text import texts
from answerable.web.call import Call
from answerable.web.form.choices import Asking, choices, forms
from answerable.web.form.entered import Entered, entered_from, inputs, read, said
from answerable.web.form.fields import Choice, Shape, Slot, slots
from answerable.web.form.sheet import Field, Input, Sheet
from answerable.web.form.uploads import read_files, taken, unread
from answerable.web.form.wording import Wording
from answerable.web.language import ENGLISH

ELSEWHERE: Final = frozenset({"start-register", "count-releases"})
"""What no page asks: a register begins on its machine, and gateways count by themselves."""

FIRST: Final[Mapping[str, tuple[str, ...]]] = {
    "add-ask": ("proposal", "dataset"),
    "add-duty": ("agreement",),
    "add-limit": ("agreement", "rule"),
    "draft-agreement": ("proposal", "dataset"),
    "meet-duty": ("agreement",),
    "report-outcome": ("proposal",),
    "state-basis": ("proposal",),
    "suspend-agreement": ("agreement",),
    "translate": ("of", "language"),
}
"""What has to be known before the rest can be asked, by verb."""

LIMITS: Final[Mapping[str, type[BaseModel]]] = {
    kind.model_fields["rule"].default: kind for kind in get_args(get_args(Limit)[0])
}
"""Every kind of limit by its rule."""

_SCORES: Final = (1, 5)
_MOST_DIGITS: Final = 9


class Blank:
    """What a command needs, as far as it is known."""

    def __init__(self, call: Call, verb: str, known: Mapping[str, Any]) -> None:
        """Begin with what was typed, or what an address says."""
        self.call, self.verb, self.known = call, verb, known
        self.words = Wording(call.tongue.code)
        self.languages = _languages(call)
        self.slots = tuple(self._slots())
        self.entered: Entered = read(taken(known, self.slots), self.slots, self.languages)

    @classmethod
    def of_body(cls, call: Call, verb: str, body: Mapping[str, Any]) -> "Blank":
        """Begin with a command as the desk keeps it."""
        terms = body.get("terms") if verb == "add-limit" else None
        flat = {**body, **terms} if isinstance(terms, Mapping) else dict(body)
        begun = cls(call, verb, {name: str(each) for name, each in flat.items() if _word(each)})
        return cls(call, verb, entered_from(begun.slots, flat, begun.languages))

    # What is asked.

    def _slots(self) -> Sequence[Slot]:
        every = list(self._limit() if self.verb == "add-limit" else slots(self._command))
        if self.verb == "translate":
            every = [each for each in every if each.name != "words"] + self._sentences()
        order = FIRST.get(self.verb, ())
        every.sort(key=lambda each: order.index(each.name) if each.name in order else len(order))
        asking = self._asking()
        every = [_fitting(asking, each) for each in _as_text(every, self.known)]
        return [self._offered(each, choices(asking, each)) for each in every]

    @property
    def _command(self) -> type[Command]:
        return ACTIONS[self.verb].command

    def _asking(self) -> Asking:
        call = self.call
        return Asking(call.state, call.tongue, call.visitor.organisation, self.verb, self.known)

    def _limit(self) -> Sequence[Slot]:
        """A limit is asked for in its own words, once its rule is known."""
        kind = LIMITS.get(str(self.known.get("rule", "")))
        agreement = next(slots(self._command))
        rule = Slot("rule", Shape.CHOICE, "rule", values=tuple(LIMITS))
        return [agreement, rule, *(slots(kind) if kind else ())]

    def _sentences(self) -> list[Slot]:
        """The sentences of an entry that were not said in the language."""
        of, language = str(self.known.get("of", "")), str(self.known.get("language", ""))
        number = int(of) if of.isascii() and of.isdigit() and len(of) <= _MOST_DIGITS else -1
        if not 0 <= number < self.call.state.size:
            return []
        return [
            Slot(f"words.{pointer}", Shape.BOX, text.say(), needed=False)
            for pointer, text in texts(self.call.loop.entry(number).body)
            if not text.has(language)
        ]

    def _offered(self, slot: Slot, found: tuple[Choice, ...]) -> Slot:
        if slot.values:
            said_ = (Choice(each, self.words.choice(slot.label, each)) for each in slot.values)
            return replace(slot, choices=tuple(said_))
        if slot.bounds == _SCORES and slot.numbers:
            scores = (Choice(str(n), self.words.choice("score", str(n))) for n in range(1, 6))
            return replace(slot, shape=Shape.CHOICE, choices=tuple(scores))
        if not found:
            return slot
        shape = Shape.MANY if slot.shape is Shape.LINES else Shape.SELECT
        return replace(slot, shape=shape, choices=found)

    # How it is laid out.

    @property
    def waits(self) -> bool:
        """Whether something has to be known before the rest can be asked."""
        return bool(self.unanswered())

    def unanswered(self) -> tuple[Fault, ...]:
        """Give what has to be known before the rest can be asked, and is not."""
        names = (name for name in FIRST.get(self.verb, ()) if not self.entered.get(name))
        return tuple(Fault(name, "field.missing") for name in names)

    def settled(self) -> frozenset[str]:
        """Give what an address settles: names of things that are there, and what comes first."""
        first = FIRST.get(self.verb, ())
        return frozenset(
            slot.name
            for slot in self.slots
            if self.entered.get(slot.name) and (slot.shape is Shape.SELECT or slot.name in first)
        )

    def sheet(self, fixed: frozenset[str] = frozenset(), faults: Sequence[Fault] = ()) -> Sheet:
        """Lay the questions out, each with what was filled in and what is wrong with it."""
        title, about = self.words.kind(self.verb)
        wrong = self._wrong(faults)
        every = [self._field(slot, wrong.get(slot.name)) for slot in self.slots]
        waits, first = self.waits, FIRST.get(self.verb, ())
        if waits:
            fixed, every = frozenset(), [each for each in every if each.name in first]
        return Sheet(
            kind=self.verb,
            title=title,
            about=about,
            fixed=tuple(each for each in every if each.name in fixed),
            asked=tuple(each for each in every if each.name not in fixed),
            first=waits,
            files=any(slot.shape is Shape.FILE for slot in self.slots),
            tables=any(slot.shape is Shape.TABLE for slot in self.slots),
        )

    def _wrong(self, faults: Sequence[Fault]) -> dict[str, Fault]:
        found: dict[str, Fault] = {}
        for fault in faults:
            slot = self.slot_of(fault.field)
            if slot:
                found.setdefault(slot.name, fault)
        return found

    def slot_of(self, field: str) -> Slot | None:
        """Give the slot that a place in a command, or a pointer into a body, belongs to.

        What is said of a nested value as a whole belongs to the first of its parts.
        """
        if field.startswith("words./"):
            return next((slot for slot in self.slots if slot.name == field), None)
        parts = [part for part in field.replace("/", ".").split(".") if part]
        if parts[:1] == ["terms"]:
            parts = [part for part in parts[1:] if part not in LIMITS]
        for length in range(len(parts), 0, -1):
            name = ".".join(parts[:length])
            for slot in self.slots:
                if slot.name == name or slot.name.startswith(f"{name}."):
                    return slot
        return None

    def place_of(self, problem: AnswerableError) -> str:
        """Give the question that a rule refuses the answer to, as far as its code tells."""
        field = str(problem.params.get("field", ""))
        if field and self.slot_of(field):
            return field
        noun, _, what = problem.code.partition(".")
        name = problem.params.get("name")
        if what in ("taken", "unknown"):
            named = [slot for slot in self.slots if name and self._says(slot, name)]
            named.sort(key=lambda slot: slot.label != noun)
        else:
            named = [slot for slot in self.slots if slot.label == what]
        return named[0].name if named else ""

    def _says(self, slot: Slot, name: object) -> bool:
        said_ = self.entered.get(slot.name, "")
        return name in said_ if isinstance(said_, list) else name in said_.split("\n")

    def _field(self, slot: Slot, fault: Fault | None) -> Field:
        asked = (slot.label, "") if slot.shape is Shape.BOX else None
        label, hint = asked or self.words.field(self.verb, slot.label)
        return Field(
            name=slot.name,
            shape=slot.shape,
            label=label,
            hint=hint,
            needed=slot.needed,
            choices=slot.choices,
            inputs=tuple(self._input(slot, name) for name in inputs(slot, self.languages)),
            fault=self.words.fault(slot, label, fault) if fault else "",
            example=self.words.part(f"example.{slot.label}") if slot.shape is Shape.TABLE else "",
        )

    def _input(self, slot: Slot, name: str) -> Input:
        part = name.removeprefix(f"{slot.name}.") if name != slot.name else ""
        usual: str | list[str] = [] if slot.shape is Shape.MANY else ""
        value = self.entered.get(name, usual)
        if slot.spoken:
            return Input(name, self.words.part(f"language.{part}"), value, part)
        return Input(name, self.words.part(part) if part else "", value)

    # What the answers say.

    def body(self) -> tuple[dict[str, Any], list[Fault]]:
        """Give the command as JSON, as far as it can be said."""
        found, faults = said(self.slots, self.entered, self.languages)
        if self.verb == "add-limit":
            outer = {name: found.pop(name) for name in ("agreement",) if name in found}
            return {**outer, "terms": found}, faults
        return found, faults

    def kept(self) -> dict[str, Any]:
        """Give the command as JSON for the desk: what is no day yet is kept part by part."""
        found, faults = self.body()
        for fault in faults:
            slot = self.slot_of(fault.field)
            if slot:
                parts = inputs(slot, self.languages)
                found[slot.name] = {
                    name.rpartition(".")[2]: self.entered.get(name, "") for name in parts
                }
        return found

    def command(self) -> Command:
        """Give the command.

        Raises:
            Invalid: ``command.invalid`` with every fault at once.
        """
        found, faults = self.body()
        uploaded, missing = read_files(self.known, self.slots)
        faults += [*missing, *unread(self.known, self.slots)]
        faults += self._personal()
        try:
            command = self._valid(found | uploaded)
        except Invalid as problem:
            known = {fault.field for fault in faults}
            faults += [fault for fault in problem.faults if fault.field not in known]
            raise Invalid("command.invalid", faults, command=self.verb) from None
        if faults:
            raise Invalid("command.invalid", faults, command=self.verb)
        return command

    def _personal(self) -> Iterator[Fault]:
        """Give the sentences that look like personal details, before anybody can read them."""
        checker = CHECKERS[max(CHECKERS)]
        for slot in self.slots:
            names = inputs(slot, self.languages) if slot.spoken or slot.shape is Shape.BOX else ()
            found = {each for name in names for each in checker(str(self.entered.get(name, "")))}
            if found:
                yield Fault(slot.name, "text.personal", {"found": sorted(found)})

    def _valid(self, body: Mapping[str, Any]) -> Command:
        try:
            return self._command.model_validate_json(json.dumps(body))
        except ValidationError as problem:
            raise invalid("command.invalid", problem, command=self.verb) from None


def _fitting(asking: Asking, slot: Slot) -> Slot:
    if (asking.verb, slot.name) != ("add-limit", "to"):
        return slot
    return replace(slot, values=forms(asking, slot.values))


def _as_text(every: Sequence[Slot], known: Mapping[str, Any]) -> list[Slot]:
    """Show a table that is known already, where else its file would be asked for.

    No other file is asked for then that a command can do without.
    """
    files = {each.name for each in every if each.shape is Shape.FILE}
    tables = {name for name in files if isinstance(known.get(name), str) and known[name]}
    return [
        replace(each, shape=Shape.TABLE) if each.name in tables else each
        for each in every
        if not tables or each.name not in files or each.name in tables or each.needed
    ]


def _word(value: Any) -> bool:
    return isinstance(value, str | int) and not isinstance(value, bool)


def _languages(call: Call) -> tuple[str, ...]:
    """Give the languages in which a sentence is asked for, the reader's first."""
    own, opened = call.tongue.code, call.state.find(OpenRegister, "register")
    found = opened.languages if opened else (ENGLISH,)
    return tuple(sorted(found, key=lambda code: (code != own, code != ENGLISH)))
