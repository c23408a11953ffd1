"""What the interpreter is asked, and what it answers: plain values, nothing that computes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TypeAlias

from answerable.model.agreement import Agreement
from answerable.model.dataset import Dataset
from answerable.model.request import Request
from answerable.model.signal import Signal

Cell: TypeAlias = "str | int | float | Decimal | date | datetime | bool | bytes | None"
Row: TypeAlias = Mapping[str, Cell]


@dataclass(frozen=True, slots=True)
class Question:
    """A request, and everything in the world that its answer depends on.

    Attributes:
        subject: who is looked up, for a lookup.
        register_age: time since the gateway last saw the register's seal renewed.
        list_ages: time since each opt-out list was last fed.
        answered: requests already answered in the current period, by name of the rate limit.
        table: the data; times are in UTC, and every row has every described column.
        left_out: who is on each opt-out list.
        late: who was put on one of the lists after the query began; for bulk.
        secret: what the codes of the gateway are made with.
    """

    agreement: Agreement
    dataset: Dataset
    request: Request
    now: datetime
    subject: str = ""
    signals: tuple[Signal, ...] = ()
    register_age: timedelta = timedelta(0)
    list_ages: Mapping[str, timedelta] = field(default_factory=dict)
    answered: Mapping[str, int] = field(default_factory=dict)
    table: tuple[Row, ...] = ()
    left_out: Mapping[str, frozenset[str]] = field(default_factory=dict)
    late: frozenset[str] = frozenset()
    secret: bytes = bytes(32)


@dataclass(frozen=True, slots=True)
class Declined:
    """The terms do not allow it: every reason, as a code and what decided."""

    reasons: frozenset[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Impossible:
    """The terms allow it, but it cannot be carried out: one of these codes says why."""

    codes: frozenset[str]


@dataclass(frozen=True, slots=True)
class Leaves:
    """What leaves.

    Attributes:
        columns: the names, in order.
        rows: the cells, in any order; for counts, the cells counted by, then rows and people.
        minimum_count: the least count of people that may leave; nothing is hidden here yet.
        signals: the declarations that opened something.
        emergency: whether a person's word alone opened something.
        warnings: the missed duties that are made public beside it.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    minimum_count: int | None = None
    signals: frozenset[str] = frozenset()
    emergency: bool = False
    warnings: frozenset[str] = frozenset()


Answer: TypeAlias = "Declined | Impossible | Leaves"
