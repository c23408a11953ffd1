"""Cells for the questions: those at some border, and any."""

from datetime import UTC, date, datetime

from hypothesis import strategies as st

from answerable.model.dataset import ColumnType

T = ColumnType
PLACES = ("larchfoot", "kirklarch")
PEOPLE = ("p1", "p2", "P1", "", "p'%s\\", "\u00e9", "somebody-with-a-long-name")
NUMBERED = (1, 2, 3, -1, 2**63 - 1)
ELSEWHERE = ("LARCHFOOT", "")

TEXTS = (
    "",
    " ",
    "a",
    "A",
    "b",
    "\u00e9",
    "e\u0301",
    "'",
    '"',
    "%",
    "\\",
    "a'b\"c%s\\",
    "GB1 2CD",
    "gb1 2cd",
    "GB12CD",
    "M1 1A",
    "M11A",
    "SW1A 1AA",
    "SW1A 1AAA",
    "larchfoot",
    "\uffff",
    "\U00010000",
    "fifteen letters",
    "sixteen letters!",
)
DAYS = tuple(
    map(
        date.fromisoformat,
        ("2000-01-01", "1999-12-31", "2024-02-29", "0001-01-01", "0999-10-10", "9999-12-31"),
    )
)
TIMES = tuple(
    datetime(*parts, tzinfo=UTC)
    for parts in (
        (2000, 1, 1),
        (1999, 12, 31, 23, 59, 59),
        (2024, 2, 29, 12),
        (1969, 12, 31, 23, 30),
        (1, 1, 1),
        (9999, 12, 31, 23, 59, 59),
    )
)
BORDERS = {
    T.TEXT: TEXTS,
    T.CODE: TEXTS,
    T.INTEGER: (0, 9, 10, 39, 40, 49, 50, 99, 100, -1, -10, 2**63 - 1, -(2**63)),
    T.DECIMAL: (0.0, 0.1, -0.25, 74.875, 75.0, 75.125, 1e300, -1e300),
    T.DATE: DAYS,
    T.TIME: TIMES,
    T.YES_NO: (True, False),
}
_WORDS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=18)
ANYTHING = {
    T.TEXT: _WORDS,
    T.CODE: _WORDS,
    T.INTEGER: st.integers(-(2**63), 2**63 - 1),
    T.DECIMAL: st.integers(-(10**6), 10**6).map(lambda number: number / 8),
    T.DATE: st.dates(),
    T.TIME: st.datetimes(timezones=st.just(UTC)).map(lambda moment: moment.replace(microsecond=0)),
    T.YES_NO: st.booleans(),
}
KNOWN = {type_: st.sampled_from(BORDERS[type_]) for type_ in T}
AT_BORDERS = {type_: st.sampled_from((*BORDERS[type_], None)) for type_ in T}
CELLS = {type_: AT_BORDERS[type_] | ANYTHING[type_] for type_ in T}
WHERE = st.sampled_from((*PLACES, *PLACES, *ELSEWHERE, None))


def persons(type_):
    """A few people, so that most have several rows, and nobody."""
    if type_ not in (T.TEXT, T.CODE, T.INTEGER):
        return st.just(CELLS[type_])
    pool = st.sampled_from(NUMBERED if type_ is T.INTEGER else PEOPLE)
    few = st.lists(pool, min_size=1, max_size=3, unique=True)
    return few.map(lambda people: st.sampled_from((*people, *people, None)))


def said(cell) -> str:
    """Write a cell as a limit says it."""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, datetime):
        return cell.replace(tzinfo=None).isoformat() + "Z"
    if isinstance(cell, float):
        return f"{cell:f}" if abs(cell) > 1e9 else repr(cell)
    return cell.isoformat() if isinstance(cell, date) else str(cell)
