"""The program: the command line, with the demo and the gateway."""

import sys

from answerable.cli.running import run


def main() -> None:
    """Run the command line and exit with its status."""
    if sys.argv[1:2] == ["gateway"]:  # a data holder's machine never wakes the stages
        from answerable.launch.gateway import gateway  # noqa: PLC0415 - that is the point

        sys.exit(run(gateway, sys.argv[2:], "answerable gateway"))
    from answerable.cli.app import build  # noqa: PLC0415
    from answerable.launch.demo.command import demo  # noqa: PLC0415
    from answerable.launch.gateway import gateway  # noqa: PLC0415
    from answerable.launch.outbox import outbox  # noqa: PLC0415
    from answerable.launch.serve import serve_command  # noqa: PLC0415
    from answerable.launch.sign_in import sign_in_link  # noqa: PLC0415

    program = build()
    program.put("Work", gateway)
    program.put("Work", serve_command)
    program.put("Work", sign_in_link)
    program.put("Work", outbox)
    program.put("Work", demo)
    sys.exit(run(program))


if __name__ == "__main__":
    main()
