"""What leaves, worked out row by row in the plainest way: a second opinion on the gateway.

It shares no code with what it is the judge of: neither the terms, nor the compiler, nor an engine.
"""

from collections.abc import Iterator

from tests.reference import cells
from tests.reference.codes import code
from tests.reference.judgement import CLASH, NO_SIGNAL, Form, Judgement, judge
from tests.reference.question import Answer, Cell, Declined, Impossible, Leaves, Question, Row

from answerable.model.dataset import ColumnType
from answerable.model.limits import Coarsen, OnlyRows, Pattern, WhileSignal

ROWS, PEOPLE = "__rows", "__people"
SUBJECTS = (*cells.WORDS, ColumnType.INTEGER)


def answer(asked: Question) -> Answer:
    """Say what leaves, or why nothing does."""
    if asked.request.pattern is Pattern.LOOKUP:
        return _lookup(asked)
    said = judge(asked, {})
    if said.reasons:
        return Declined(frozenset(said.reasons))
    problem = _problem(asked, said)
    if problem:
        return problem
    rows = [row for row in asked.table if _stays(asked, said, row)]
    if asked.request.pattern is Pattern.AGGREGATE:
        return _leaves(asked, [said], list(_counts(asked, said, rows)))
    return _leaves(
        asked, [said], [_give(asked, said, row) for row in rows if _in_time(asked, said, row)]
    )


def _leaves(asked: Question, said: list[Judgement], rows: list[tuple[Cell, ...]]) -> Leaves:
    counts = (ROWS, PEOPLE) if asked.request.pattern is Pattern.AGGREGATE else ()
    return Leaves(
        columns=(*asked.request.columns, *counts),
        rows=tuple(rows),
        minimum_count=said[0].minimum_count,
        signals=frozenset().union(*(each.signals for each in said)),
        emergency=any(each.emergency for each in said),
        warnings=frozenset().union(*(each.warnings for each in said)),
    )


def _lookup(asked: Question) -> Answer:
    """Judge every row of the subject by itself; with no row, judge nowhere."""
    nowhere = judge(asked, {})
    if any(code not in (NO_SIGNAL, CLASH) for code, _ in nowhere.reasons):
        return Declined(frozenset(nowhere.reasons))
    everywhere = Judgement(rows=nowhere.rows, lists=nowhere.lists)
    if _problem(asked, everywhere):
        return _problem(asked, everywhere, nowhere)
    theirs = [row for row in asked.table if _is_theirs(asked, row) and _stays(asked, nowhere, row)]
    judged = [(judge(asked, areas(asked, row)), row) for row in theirs]
    said = [each for each, _ in judged] or [nowhere]
    allowed = [each for each in said if not each.reasons]
    if not allowed:
        return Declined(frozenset().union(*(each.reasons for each in said)))
    problem = _problem(asked, *allowed)
    if problem:
        return problem
    return _leaves(asked, allowed, [_give(asked, s, row) for s, row in judged if not s.reasons])


def areas(asked: Question, row: Row) -> dict[str, str]:
    """Say where a row lies, by every column that a condition names, as far as it is known."""
    whens = [limit.when for limit in asked.agreement.limits if isinstance(limit, WhileSignal)]
    whens += [
        limit.unless
        for limit in asked.agreement.limits
        if isinstance(limit, Coarsen) and limit.unless
    ]
    names = {when.area_column for when in whens}
    return {name: str(row[name]) for name in names if row[name] is not None}


def _type(asked: Question, column: str) -> ColumnType | None:
    found = [each.type for each in asked.dataset.columns if each.column == column]
    return found[0] if found else None


def _subject(asked: Question, row: Row) -> str | None:
    return cells.written(row[asked.agreement.subject_column])


def _is_theirs(asked: Question, row: Row) -> bool:
    return _subject(asked, row) == asked.subject


def _stays(asked: Question, said: Judgement, row: Row) -> bool:
    """Tell whether a row passes every comparison and is about nobody who said no."""
    for limit in said.rows:
        if not cells.passes(row[limit.column], limit, _type(asked, limit.column)):
            return False
    if not said.lists:
        return True
    subject = _subject(asked, row)
    return subject is not None and not any(subject in asked.left_out[name] for name in said.lists)


def _in_time(asked: Question, said: Judgement, row: Row) -> bool:
    return not said.lists or _subject(asked, row) not in asked.late


def _give(asked: Question, said: Judgement, row: Row) -> tuple[Cell, ...]:
    return tuple(_cell(asked, name, said.forms[name], row) for name in asked.request.columns)


def _cell(asked: Question, name: str, form: Form, row: Row) -> Cell:
    cell = cells.coarser(row[form.source], form.to)
    if cell is None or not form.coded:
        return cell
    return code(asked.secret, asked.agreement.agreement, name, cells.written(cell))


def _counts(asked: Question, said: Judgement, rows: list[Row]) -> Iterator[tuple[Cell, ...]]:
    groups: dict[tuple[Cell, ...], list[str | None]] = {}
    for row in rows:
        groups.setdefault(_give(asked, said, row), []).append(_subject(asked, row))
    for group, subjects in groups.items():
        yield (*group, len(subjects), len(set(subjects) - {None}))


# What the terms allow may still be nonsense: then nothing leaves.


def _problem(asked: Question, *said: Judgement) -> Impossible | None:
    """Say why one of these cannot be carried out, if so: whichever is met first."""
    codes: set[str] = set()
    for each in said:
        codes.update(set(_no_plan(asked, each)) or set(_no_query(asked, each)))
    return Impossible(frozenset(codes)) if codes else None


def _needs_subject(asked: Question, said: Judgement) -> bool:
    return bool(said.lists) or asked.request.pattern is not Pattern.BULK


def _no_plan(asked: Question, said: Judgement) -> Iterator[str]:
    for form in said.forms.values():
        type_ = _type(asked, form.source)
        if type_ is None:
            yield "plan.column"
        elif (form.to or form.coded) and type_ not in cells.FORMS.get(form.to, cells.CODED):
            yield "plan.form"
    for limit in said.rows:
        yield from _no_comparison(asked, limit)
    if _needs_subject(asked, said) and _type(asked, asked.agreement.subject_column) is None:
        yield "plan.column"


def _no_comparison(asked: Question, limit: OnlyRows) -> Iterator[str]:
    type_ = _type(asked, limit.column)
    if type_ is None:
        yield "plan.column"
        return
    if limit.compare in ("at-least", "at-most") and type_ is ColumnType.YES_NO:
        yield "plan.form"
    try:
        [cells.value(said, type_) for said in limit.values]
    except cells.Unreadable:
        yield "plan.value"


def _no_query(asked: Question, said: Judgement) -> Iterator[str]:
    if _needs_subject(asked, said) and _type(asked, asked.agreement.subject_column) not in SUBJECTS:
        yield "compile.expression"
    for limit in said.rows:
        type_ = _type(asked, limit.column)
        if any(cells.is_out_of_reach(value, type_) for value in limit.values):
            yield "compile.value"
