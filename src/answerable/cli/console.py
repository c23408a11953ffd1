"""How the command line speaks: plain lines, and errors with a remedy."""

import sys
import textwrap
from collections.abc import Iterable

import click

from answerable.model.errors import AnswerableError, Invalid
from answerable.words import say

WIDTH = 96


def shown(words: str) -> str:
    r"""Make signs that steer a terminal visible: a file name may come from a stranger.

    >>> print(shown("a\x1b[2Jb"))
    a\x1b[2Jb
    """
    return "".join(
        sign if sign.isprintable() else sign.encode("unicode_escape", "replace").decode()
        for sign in words.replace("\n", " ")
    )


def tell(words: str = "", *, indent: int = 0, hang: int = 0) -> None:
    """Print a paragraph, wrapped; lines after the first stand ``hang`` further in."""
    wrapped = textwrap.fill(
        shown(words),
        WIDTH,
        initial_indent=" " * indent,
        subsequent_indent=" " * (indent + hang),
        break_long_words=False,
        break_on_hyphens=False,
    )
    click.echo(wrapped)


def heading(words: str) -> None:
    """Print a heading."""
    click.echo(f"\n{words}\n{'-' * len(words)}")


def table(rows: Iterable[tuple[str, ...]], *, indent: int = 2) -> None:
    """Print rows in columns; the last column is wrapped."""
    rows = list(rows)
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)][:-1]
    offset = indent + sum(width + 2 for width in widths)
    for row in rows:
        first = " " * indent + "".join(
            shown(cell).ljust(width + 2) for cell, width in zip(row, widths, strict=False)
        )
        wrapped = textwrap.wrap(
            shown(row[-1]), max(WIDTH - offset, 30), break_long_words=False, break_on_hyphens=False
        ) or [""]
        click.echo(first + wrapped[0])
        for line in wrapped[1:]:
            click.echo(" " * offset + line)


def complain(problem: AnswerableError) -> None:
    """Print what is wrong and what to do, on standard error."""
    said = say(problem.code, problem.params)
    opening = "Done, but not shown yet" if problem.code == "public.behind" else "Not done"
    click.echo(f"{opening}: {shown(said.says)}", err=True)
    if isinstance(problem, Invalid):
        for fault in problem.faults:
            words = say(fault.code, {"field": fault.field, **fault.params})
            click.echo(shown(f"  {fault.field}: {words.says} {words.remedy}"), err=True)
    click.echo(f"What to do: {said.remedy}", err=True)
    click.echo(f"(code {problem.code})", err=True)
    sys.stderr.flush()
