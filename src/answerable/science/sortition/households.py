"""Who lives together, or belongs together, as columns of a list of people say it."""

from collections.abc import Mapping, Sequence

from answerable.science.sortition.errors import SortitionError


def households(rows: Sequence[Mapping[str, str]], columns: Sequence[str]) -> list[str] | None:
    """Give each person's household, or other group: what stands in the columns.

    Case and stray spaces make no difference; who has nothing there is in no group, an empty text.
    None where there are no columns.

    Raises:
        SortitionError: ``people.column``.
    """
    if not columns:
        return None
    lacking = [column for column in columns if rows and column not in rows[0]]
    if lacking:
        raise SortitionError("people.column", columns=lacking)
    homes = [[" ".join(row[column].casefold().split()) for column in columns] for row in rows]
    return ["\x1f".join(home) if any(home) else "" for home in homes]
