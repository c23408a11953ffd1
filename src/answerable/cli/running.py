"""Run a command line: whatever goes wrong is said in words, with a status for programs."""

import sys
from collections.abc import Sequence

import click
from pydantic import ValidationError

from answerable.cli.console import complain
from answerable.model.base import invalid
from answerable.model.errors import AnswerableError


def run(
    main: click.Command, arguments: Sequence[str] | None = None, name: str | None = None
) -> int:
    """Run the command line, by a name if not its own; give the exit status."""
    try:
        given = list(arguments) if arguments is not None else None
        # gives the status, where a command set one
        status = main.main(given, prog_name=name, standalone_mode=False)
    except click.Abort:
        click.echo("Stopped.", err=True)
        return 130
    except click.ClickException as problem:
        problem.show()
        if getattr(problem, "option_name", "") in ("--as", "--workspace"):
            click.echo("These two stand before the command: answerable --as … COMMAND", err=True)
        return problem.exit_code
    except ValidationError as problem:
        fault = invalid("command.invalid", problem, command="as typed")
        complain(fault)
        return fault.exit_status
    except AnswerableError as problem:
        complain(problem)
        return problem.exit_status
    except BrokenPipeError:
        sys.stderr.close()
        return 0
    return status if isinstance(status, int) else 0
