"""The program: the command line, with the demo."""

import sys

from answerable.cli.app import build, run
from answerable.launch.demo.command import demo


def main() -> None:
    """Run the command line and exit with its status."""
    program = build()
    program.put("Work", demo)
    sys.exit(run(program))


if __name__ == "__main__":
    main()
