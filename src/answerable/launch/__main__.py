"""The program: the command line, with the demo."""

import sys

from answerable.cli.app import build, run


def main() -> None:
    """Run the command line and exit with its status."""
    program = build()
    sys.exit(run(program))


if __name__ == "__main__":
    main()
